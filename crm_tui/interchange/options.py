"""How a file is to be imported: what the command line says, over what a recipe says.

A recipe is a TOML file with ``[map]`` (their header = our field), ``[defaults]`` (field = value), ``[values.FIELD]``
(their word = ours) and the options by their names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from crm_tui.dates import DateOrder
from crm_tui.domain.loading.drafts import OnMatch
from crm_tui.errors import InvalidDataError, UsageError

KINDS: Final = ("contacts", "companies", "deals", "followups", "interactions")
_ORDERS: Final = {"DMY": DateOrder.DMY, "MDY": DateOrder.MDY, "YMD": DateOrder.YMD}
_ORIGINS: Final[Mapping[str, tuple[bool | None]]] = {"auto": (None,), "crm": (True,), "csv": (False,)}
_RECIPE_OPTIONS: Final = (
    "as", "from", "source", "key", "on_match", "tag", "create_missing", "encoding", "delimiter", "date_format",
    "decimal", "region", "strict",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to read a file.

    Attributes:
        kind: what its rows are: contacts, companies, deals, followups or interactions.
        source: the name under which external ids are kept; from the header's names when None.
        mapping: header -> field.
        defaults: field -> text for blank cells; ``{Header}`` stands for the row's cell.
        values: field -> their word, case-folded -> our word.
        key: the one field to match by.
        tags: tags for every row's record.
        own: whether the file is an export of this program; recognised by its header when None.
    """

    kind: str = "contacts"
    source: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    key: str | None = None
    on_match: OnMatch = OnMatch.UPDATE
    strict: bool = False
    tags: Sequence[str] = ()
    create_missing: bool = False
    encoding: str | None = None
    delimiter: str | None = None
    date_order: DateOrder | None = None
    decimal: str = "auto"
    region: str | None = None
    own: bool | None = None

    def with_pairs(self, maps: Sequence[str], defaults: Sequence[str]) -> Options:
        """Add ``Header=field`` and ``FIELD=VALUE`` pairs of the command line, which win over a recipe's.

        Raises:
            UsageError: one has no ``=``.
        """
        mapping = dict(self.mapping)
        for pair in maps:
            # a header may hold "=", a field may not
            header, sign, name = pair.rpartition("=")
            if not sign or not header.strip() or not name.strip():
                raise UsageError(
                    f'--map "{pair}" is no Header=field.', 'Write it like --map "E-mail address=email".'
                )
            mapping[header.strip()] = name.strip()
        values = dict(self.defaults)
        for pair in defaults:
            name, sign, value = pair.partition("=")
            if not sign or not name.strip():
                raise UsageError(
                    f'--default "{pair}" is no FIELD=VALUE.', "Write it like --default currency=USD."
                )
            values[name.strip()] = value.strip()
        return replace(self, mapping=mapping, defaults=values)


def date_order(text: str | None) -> DateOrder | None:
    """The order of day, month and year that an option names; None for auto.

    Raises:
        UsageError: it names none.
    """
    if text is None or text.lower() == "auto":
        return None
    found = _ORDERS.get(text.upper())
    if found is None:
        raise UsageError(f'There is no date format "{text}".', "Use auto, DMY, MDY or YMD.")
    return found


def decimal_sign(text: str | None) -> str:
    """The decimal sign that an option names.

    Raises:
        UsageError: it names none.
    """
    found = (text or "auto").lower()
    if found not in ("auto", ".", ","):
        raise UsageError(f'"{text}" is no decimal sign.', "Use auto, . or ,")
    return found


def origin(text: str | None) -> bool | None:
    """Whether a file is an export of this program: None to find out, which is ``auto``.

    Raises:
        UsageError: it is from a program whose files cannot be read.
    """
    found = _ORIGINS.get((text or "auto").strip().lower())
    if found is None:
        raise UsageError(
            f'There is no preset for "{text}".',
            f"Use one of: {', '.join(_ORIGINS)}; --map and --recipe say what other files hold.",
        )
    return found[0]


def on_match(text: str | None) -> OnMatch:
    """What to do with a match.

    Raises:
        UsageError: the word is none of the four.
    """
    try:
        return OnMatch((text or "update").lower())
    except ValueError:
        raise UsageError(f'There is no --on-match "{text}".', f"Use one of: {', '.join(OnMatch)}.") from None


def check_kind(text: str) -> str:
    """What the rows are.

    Raises:
        UsageError: nothing of that name can be imported.
    """
    wanted = text.strip().lower().replace("-", "")
    if wanted in KINDS:
        return wanted
    from crm_tui.text import nearest

    near = nearest(wanted, KINDS)
    raise UsageError(
        f'"{text}" cannot be imported.',
        f"Did you mean {near}?" if near else f"Use one of: {', '.join(KINDS)}.",
    )


def read_recipe(path: Path) -> dict[str, Any]:
    """The tables and options of a recipe file, its keys checked.

    Raises:
        InvalidDataError: it cannot be read, is no TOML, or says something unknown.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidDataError(
            f"The recipe {path} cannot be read: {error.strerror}.", "Check the path."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidDataError(f"The recipe {path} is no valid TOML: {error}.", "Mend the line.") from error
    known = ("map", "defaults", "values", *_RECIPE_OPTIONS)
    for name in data:
        if name not in known:
            from crm_tui.text import nearest

            near = nearest(name, known)
            raise InvalidDataError(
                f'The recipe {path} has an unknown entry "{name}".',
                f"Did you mean {near}?" if near else f"It may have: {', '.join(known)}.",
            )
    for name in ("map", "defaults", "values"):
        if not isinstance(data.get(name, {}), dict):
            raise InvalidDataError(f'In the recipe {path}, "{name}" is no table.', f"Write it as [{name}].")
    return data


def from_recipe(data: Mapping[str, Any]) -> Options:
    """The options that a recipe gives."""
    values = data.get("values", {})
    tag = data.get("tag", [])
    return Options(
        kind=check_kind(str(data.get("as", "contacts"))),
        source=data.get("source"),
        mapping={str(header): str(name) for header, name in data.get("map", {}).items()},
        defaults={str(name): str(value) for name, value in data.get("defaults", {}).items()},
        values={
            str(name): {str(theirs).casefold(): str(ours) for theirs, ours in words.items()}
            for name, words in values.items()
        },
        key=data.get("key"),
        on_match=on_match(data.get("on_match")),
        strict=bool(data.get("strict", False)),
        tags=[tag] if isinstance(tag, str) else [str(each) for each in tag],
        create_missing=bool(data.get("create_missing", False)),
        encoding=data.get("encoding"),
        delimiter=data.get("delimiter"),
        date_order=date_order(data.get("date_format")),
        decimal=decimal_sign(data.get("decimal")),
        region=data.get("region"),
        own=origin(data.get("from")),
    )
