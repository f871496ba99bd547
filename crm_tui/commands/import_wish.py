"""From the words of ``crm import`` to what is read and how: which loader, with which options.

The rule it keeps: what is said and means nothing for such a file is refused, never passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crm_tui.errors import UsageError
from crm_tui.interchange import options as reading
from crm_tui.interchange.formats import TABLE, told
from crm_tui.interchange.json_in import Copy, copied
from crm_tui.interchange.loaders import MAKES, Loader, Words, loader, words
from crm_tui.interchange.options import Options

if TYPE_CHECKING:
    from crm_tui.interchange.presets import Preset

_SAID: Final[Mapping[str, str]] = {
    "kind": "--as", "maps": "--map", "defaults": "--default", "recipe": "--recipe", "key": "--key",
    "on_match": "--on-match", "tag": "--tag", "create_missing": "--create-missing", "encoding": "--encoding",
    "delimiter": "--delimiter", "date_format": "--date-format", "decimal": "--decimal", "region": "--region",
}  # fmt: skip
# the parameters that the field of ``Options`` has another name than
_FIELDS: Final[Mapping[str, str]] = {"tag": "tags"}


@dataclass(frozen=True, slots=True)
class Wish:
    """An import as it was asked for.

    Attributes:
        path: the file.
        name: what it is called.
        kind: table, vcard, ics, mbox or maildir.
        options: how it is read.
        notice: what is to be said of how it is read.
        copy: of an own export in JSON, held so that it is made once.
    """

    path: Path
    name: str
    kind: str
    options: Options
    notice: str = ""
    copy: Copy | None = None

    @property
    def words(self) -> Words:
        """How one speaks of what is in it."""
        return words(self.kind, self.path)

    def loader(self) -> Loader:
        """What reads it."""
        return loader(self.kind)


def understood(path: Path, name: str, params: Mapping[str, Any]) -> Wish:
    """What is asked for with the parameters of ``crm import``.

    Raises:
        UsageError: they do not fit each other or the file.
        InvalidDataError: the file, or the recipe, cannot be read.
    """
    recipe = reading.read_recipe(Path(params["recipe"]).expanduser()) if params["recipe"] else {}
    whence = reading.whence(params["origin"] if params["origin"] is not None else recipe.get("from"))
    kind = told(path) if whence == "auto" else whence if whence in reading.OTHERS else TABLE
    if whence in ("mbox", "maildir"):
        _check_mail(path, name, whence)
    if kind != TABLE:
        _refuse_meaningless(kind, params)
        return Wish(path, name, kind, _given(Options(), params))
    options = _given(reading.from_recipe(recipe), params).with_pairs(
        params["maps"] or (), params["defaults"] or ()
    )
    copy = _copy(path, options)
    said = params["kind"] or recipe.get("as")
    rows = reading.check_kind(said) if said else None
    preset = _preset(path, whence, options.encoding, rows, known=not recipe)
    if preset is not None:
        return Wish(path, name, kind, options.over(preset.options), _shown(preset, whence), copy)
    if whence in ("crm", "csv"):
        options = replace(options, own=whence == "crm")
    if rows is not None:
        return Wish(path, name, kind, replace(options, kind=rows), copy=copy)
    rows, notice = _guessed(path, options)
    return Wish(path, name, kind, replace(options, kind=rows), notice, copy)


def _copy(path: Path, options: Options) -> Copy | None:
    try:
        return copied(path, options.encoding, options.delimiter)
    except OSError:
        # what reads the file tells it
        return None


def _given(options: Options, params: Mapping[str, Any]) -> Options:
    """The options, with what the command line says over them."""
    given = {
        "key": params["key"],
        "on_match": reading.on_match(params["on_match"]) if params["on_match"] is not None else None,
        "tags": [*options.tags, *params["tag"]] if params["tag"] else None,
        "encoding": params["encoding"],
        "delimiter": params["delimiter"],
        "date_order": reading.date_order(params["date_format"]),
        "decimal": reading.decimal_sign(params["decimal"]) if params["decimal"] is not None else None,
        "region": _region(params["region"]),
        "strict": params["strict"] or None,
        "create_missing": params["create_missing"] or None,
    }
    return replace(options, **{name: value for name, value in given.items() if value is not None})


def _preset(path: Path, whence: str, encoding: str | None, kind: str | None, *, known: bool) -> Preset | None:
    """The preset to read a table with: the program's, or with ``auto`` the one that knows its header."""
    from crm_tui.interchange import presets

    if whence in reading.PROGRAMS:
        return presets.of_program(path, whence, encoding, kind)
    return presets.recognised(path, encoding, kind) if whence == "auto" and known else None


def _shown(preset: Preset, whence: str) -> str:
    if whence != "auto":
        return ""
    return f"Read as {preset.described}; --from csv reads it as any other file."


def _guessed(path: Path, options: Options) -> tuple[str, str]:
    from crm_tui.interchange.kinds import PEOPLE, guess
    from crm_tui.interchange.table import look

    table = look(path, encoding=options.encoding, delimiter=options.delimiter, header=options.header)
    found = guess(table.header, [*options.mapping.values(), *options.defaults])
    return found, f"Read as {found}; --as says otherwise." if found != PEOPLE else ""


def _check_mail(path: Path, name: str, whence: str) -> None:
    if path.is_dir() != (whence == "maildir") and not (path / "mbox").is_file():
        what = "a folder, no mbox file" if path.is_dir() else "a file, no Maildir folder"
        if path.exists():
            raise UsageError(f"{name} is {what}.", "Leave --from out.")


def _refuse_meaningless(kind: str, params: Mapping[str, Any]) -> None:
    make = MAKES[kind]
    wrong = [
        option for name, option in _SAID.items() if params[name] and _FIELDS.get(name, name) not in make.meant
    ]
    if wrong:
        raise UsageError(
            f"{make.one} is not read with {' and '.join(wrong)}.",
            f"Leave {'it' if len(wrong) == 1 else 'them'} out.",
        )


def _region(text: str | None) -> str | None:
    if text is not None and not (len(text) == 2 and text.isascii() and text.isalpha()):
        raise UsageError(f'"{text}" is no country.', "Use two letters, such as DE.")
    return text.upper() if text else None
