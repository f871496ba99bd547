"""What is imported and is no table: cards, calendars, mail, and folders of them. Its marks, its options, its words.

The rule it keeps: only those options are asked for that mean something for it, which the loaders' table says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crm_tui.domain.loading.drafts import OnMatch
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.formats import TABLE, told
from crm_tui.interchange.loaders import MAKES, Words, words
from crm_tui.interchange.options import Options
from crm_tui.screens.forms import fields
from crm_tui.screens.forms.fields import Field, Filled, Form
from crm_tui.screens.importing import import_options
from crm_tui.screens.importing.reading import Stamp, stamp_of

if TYPE_CHECKING:
    from crm_tui.screens.importing.reading import Seen

_SUFFIXES: Final = {"vcard": ".vcf", "ics": ".ics"}
_YES: Final = ("no", "yes")
_USUAL: Final = "as usual"
_KEYS: Final = {"vcard": import_options.KEYS["contacts"], "ics": ("external_id",)}


@dataclass(frozen=True, slots=True)
class Item:
    """A file or folder that is no table, as it was when it was looked at, with the options it is imported with."""

    path: Path
    stamp: Stamp
    make: str
    options: Options
    words: Words

    @property
    def name(self) -> str:
        """The name of the file or folder."""
        return self.path.name


def item_of(path: Path, make: str, options: Options) -> Item:
    """A file or folder as it is now.

    Raises:
        InvalidDataError: it cannot be read.
    """
    return Item(path, mark_of(path, make), make, options, words(make, path))


def mark_of(path: Path, make: str) -> Stamp:
    """What tells whether a file is still the same, or a folder has the same files as before.

    Raises:
        InvalidDataError: it cannot be read.
    """
    if not path.is_dir():
        return stamp_of(path)
    device, inode, _, _ = stamp_of(path)
    try:
        files = [_mark(each) for each in _files(path, make)]
    except OSError as error:
        raise InvalidDataError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    return device, inode, len(files), hash(frozenset(files))


def _mark(path: Path) -> tuple[str, int, int]:
    try:
        about = path.lstat()
    except FileNotFoundError:
        # a mail program has moved it meanwhile
        return path.name, 0, 0
    return path.name, about.st_size, about.st_mtime_ns


def _files(folder: Path, make: str) -> Iterator[Path]:
    """The files of a folder that are read."""
    if make == "mbox":
        yield folder / "mbox"
        return
    for place in (folder / "cur", folder / "new") if make == "maildir" else (folder,):
        for each in place.iterdir() if place.is_dir() else ():
            if make == "maildir" or each.suffix.lower() == _SUFFIXES[make]:
                yield each


def changed(source: Seen | Item) -> bool:
    """Whether it is not any more what was looked at.

    Raises:
        InvalidDataError: it cannot be read.
    """
    now = mark_of(source.path, source.make) if isinstance(source, Item) else stamp_of(source.path)
    return now != source.stamp


def make_of(path: Path) -> str:
    """What is at a path; what is no file, such as a pipe, counts as a table, and is refused unread as such.

    Raises:
        InvalidDataError: it cannot be read, or is a folder of nothing that can be imported.
    """
    return told(path) if path.is_dir() or path.is_file() else TABLE


def told_of(item: Item) -> str:
    """What it holds and how that is read, in one line."""
    options, make = item.options, MAKES[item.make]
    parts = [make.held]
    if "on_match" in make.meant:
        parts.append(f"{options.on_match} known" + (f" by {options.key}" if options.key else ""))
    if options.tags:
        parts.append("tag " + ", ".join(options.tags))
    if options.encoding:
        parts.append(options.encoding)
    if options.region:
        parts.append(f"phones of {options.region}")
    for word, on in (("make people", options.create_missing), ("all or none", options.strict)):
        parts += [word] if on else []
    return " · ".join(parts)


def form(item: Item) -> Form:
    """What the options are asked with."""
    make = MAKES[item.make]
    every = (
        Field("on_match", "known ones", "choice", item.options.on_match.value, choices=[*OnMatch]),
        Field(
            "key", "known by", "choice", item.options.key or _USUAL, choices=[_USUAL, *_KEYS.get(item.make, ())]
        ),
        Field(
            "create_missing", "make people", "choice", _YES[item.options.create_missing], choices=_YES,
        ),
        Field("tags", "tag all", value=", ".join(item.options.tags), check=fields.tags, hint="fair-2026, vip"),
        Field(
            "encoding", "encoding", value=item.options.encoding or "", check=import_options.known_encoding,
            hint="as it says itself; or cp1251, cp1254, latin-1",
        ),
        Field(
            "region", "country", value=item.options.region or "", check=import_options.known_region,
            hint="of phones without +: DE",
        ),
    )  # fmt: skip
    strict = Field("strict", "all or none", "choice", _YES[item.options.strict], choices=_YES)
    asked = [replace(each, label="tag new ones") if _of_mail(item, each) else each for each in every]
    return Form(
        "import-item-options",
        f"Options for {item.name}",
        [*(each for each in asked if each.key in make.meant), strict],
        import_options.unused,
        note="They are tried at once: a dry run shows what they change.",
        keep=False,
    )


def _of_mail(item: Item, field: Field) -> bool:
    return field.key == "tags" and "create_missing" in MAKES[item.make].meant


def taken(item: Item, filled: Filled) -> Options:
    """The options as the form says them."""
    values = dict(filled.values)
    for name in ("create_missing", "strict"):
        if name in values:
            values[name] = values[name] == "yes"
    if values.get("key") == _USUAL:
        values["key"] = None
    if "on_match" in values:
        values["on_match"] = OnMatch(values["on_match"])
    return replace(item.options, **values)
