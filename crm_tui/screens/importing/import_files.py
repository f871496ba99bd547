"""Choosing a file to import: what a typed path means, what is in its folder, and how it is completed.

The rule it keeps: a folder is read in a thread, and what cannot be read is said in one line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from crm_tui.dates import Clock, relative_day
from crm_tui.interchange.formats import SUFFIXES, folder_makes
from crm_tui.text import clean
from crm_tui.widgets.lists.grouped_list import Group, GroupRow
from crm_tui.widgets.tables.table_lines import TableColumn

ENDINGS: Final = (".csv", ".tsv", ".txt", ".tab", ".json", ".jsonl", *SUFFIXES)
MOST: Final = 1000
"""How many entries of a folder are shown at once; typing narrows them."""
COLUMNS: Final = (
    TableColumn("name", "", 16, flex=1),
    TableColumn("size", "", 10, align="right", tone="dim", drop=2),
    TableColumn("age", "", 16, align="right", tone="dim", drop=1),
)
_ESCAPED: Final = re.compile(r"\\(.)")
_UNITS: Final = ("KB", "MB", "GB", "TB")
_WHOLE: Final[Mapping[str, str]] = {
    "vcard": "every .vcf in here",
    "ics": "every .ics in here",
    "mbox": "the mail in here",
    "maildir": "the mail in here",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A folder, or a file that may be imported: its size in bytes and when it was changed, in seconds since 1970."""

    path: Path
    folder: bool
    size: int = 0
    changed: float = 0.0

    @property
    def name(self) -> str:
        """How it is written in a path."""
        return clean(self.path.name)


@dataclass(frozen=True, slots=True)
class Folder:
    """What is in a folder and begins as was typed.

    Attributes:
        path: the folder.
        beginning: what its entries begin with, or hold.
        entries: folders and files.
        more: how many more there are.
        problem: why there are none.
        makes: what it can be imported as, whole.
    """

    path: Path
    beginning: str
    entries: Sequence[Entry] = ()
    more: int = 0
    problem: str = ""
    makes: Sequence[str] = ()

    def named(self, name: str) -> Entry | None:
        """The entry of that name, as it is shown."""
        return next((each for each in self.entries if each.name == name), None)


def typed_path(text: str) -> Path:
    """The path that a typed, pasted or dropped text means.

    Terminals write a dropped file in quotes, with backslashes or as a ``file://`` address. A whole path typed behind
    the folder that stands there, such as ``/home//tmp/a.csv`` or ``/home/~/a.csv``, begins anew, as in editors.
    """
    text = _begun_anew(text.strip())
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    path = expanded(text)
    if "\\" in text and not os.path.lexists(path):
        plain = expanded(_ESCAPED.sub(r"\1", text))
        return plain if os.path.lexists(plain) else path
    return path


def _begun_anew(text: str) -> str:
    """What stands behind the last ``//`` or ``/~/``, the first of an address apart."""
    if text.startswith("file://"):
        return text
    at = max(text.rfind("//"), text.rfind("/~/"))
    return text[at + 1 :] if at >= 0 else text


def expanded(text: str) -> Path:
    """A path, whole: from the home folder where it begins with ``~``, else from where the program was started."""
    path = Path(text or ".")
    try:
        return path.expanduser().absolute()
    except RuntimeError:
        # ~somebody who is not known
        return path.absolute()


def shown(path: Path, *, folder: bool = False) -> str:
    """A path as one types it: the home folder as ``~``, a folder with a slash behind."""
    text = str(path)
    home = str(Path.home())
    if text == home or text.startswith(f"{home}{os.sep}"):
        text = f"~{text[len(home) :]}"
    return clean(f"{text.rstrip(os.sep)}{os.sep}" if folder else text)


def read_folder(text: str, known: Folder | None = None) -> Folder:
    """The folder that a typed path is about, with the entries that begin as its last part does.

    Args:
        text: what is typed.
        known: what is shown; a folder whose name cannot be typed is found in it.
    """
    folder, beginning = _taken_apart(text, known)
    try:
        with os.scandir(folder) as found:
            entries = [entry for each in found if (entry := _entry(each, beginning)) is not None]
        makes = folder_makes(folder)
    except OSError as error:
        return Folder(folder, beginning, problem=f"cannot be read: {error.strerror}")
    folded = beginning.casefold()
    starting = [each for each in entries if each.name.casefold().startswith(folded)]
    fitting = starting or [each for each in entries if folded in each.name.casefold()]
    fitting.sort(key=lambda each: (not each.folder, each.name.casefold()))
    return Folder(folder, beginning, fitting[:MOST], max(0, len(fitting) - MOST), makes=makes)


def _taken_apart(text: str, known: Folder | None) -> tuple[Path, str]:
    if not text.strip() or text.endswith(os.sep) or text.strip() == "~":
        path = typed_path(text)
        if known is not None and not os.path.lexists(path) and text == shown(known.path, folder=True):
            return known.path, ""
        return path, ""
    if known is not None and text.startswith(begin := shown(known.path, folder=True)):
        rest = text[len(begin) :]
        if os.sep not in rest:
            return known.path, rest
    path = typed_path(text)
    return path.parent, path.name


def _entry(found: os.DirEntry[str], beginning: str) -> Entry | None:
    if found.name.startswith(".") and not beginning.startswith("."):
        return None
    try:
        folder = found.is_dir()
        if not folder and (not found.is_file() or not _may_be_imported(found)):
            return None
        about = found.stat()
    except OSError:
        # a link to nowhere
        return None
    return Entry(Path(found.path), folder, about.st_size, about.st_mtime)


def _may_be_imported(found: os.DirEntry[str]) -> bool:
    """Whether a file's name says so; a mailbox of Thunderbird or mutt has a name without an ending."""
    if found.name.lower().endswith(ENDINGS):
        return True
    if "." in found.name:
        return False
    try:
        with Path(found.path).open("rb") as file:
            return file.read(5) == b"From "
    except OSError:
        return False


def completion(folder: Folder) -> str | None:
    """The typed path carried on as far as all entries agree; None where that adds nothing."""
    names = [each.name for each in folder.entries]
    begins = [name for name in names if name.casefold().startswith(folder.beginning.casefold())]
    if not begins:
        return None
    text = begins[0][: min(_alike(begins[0], name) for name in begins)]
    if len(begins) == 1:
        entry = folder.named(begins[0])
        text = begins[0] + (os.sep if entry is not None and entry.folder else "")
    if len(text) <= len(folder.beginning) and text == folder.beginning:
        return None
    return f"{shown(folder.path, folder=True)}{text}"


def _alike(one: str, other: str) -> int:
    """How many characters two names have in common at their beginning, small and capital letters alike."""
    pairs = zip(one, other, strict=False)
    return next(
        (at for at, (a, b) in enumerate(pairs) if a.casefold() != b.casefold()), min(len(one), len(other))
    )


def groups(folder: Folder, recent: Sequence[Path], clock: Clock) -> list[Group]:
    """The rows of a folder under its name, above them the folders of earlier imports while nothing is typed."""
    rows = [_row(each, clock) for each in folder.entries]
    if not folder.beginning:
        rows[:0] = [_whole(folder, make) for make in folder.makes]
        if folder.path.parent != folder.path:
            rows.insert(0, GroupRow(("folder", folder.path.parent), ("../", "", "")))
    found = [Group(shown(folder.path, folder=True), rows, _aside(folder))]
    others = [path for path in recent if path != folder.path]
    if others and not folder.beginning:
        places = [GroupRow(("folder", path), (shown(path, folder=True), "", "")) for path in others]
        found.append(Group("Imported from before", places))
    return found


def _aside(folder: Folder) -> str:
    if folder.problem:
        return f"! {folder.problem}"
    if folder.more:
        return f"{folder.more:,} more; type to narrow"
    if folder.entries:
        return ""
    if folder.beginning:
        return f'nothing here is called "{clean(folder.beginning)}"'
    return "" if folder.makes else "nothing in here that can be imported"


def _whole(folder: Folder, make: str) -> GroupRow:
    """The folder itself, to be imported as a whole."""
    return GroupRow((make, folder.path), (f"./  {_WHOLE[make]}", "", ""), tones=("accent",))


def _row(entry: Entry, clock: Clock) -> GroupRow:
    if entry.folder:
        return GroupRow(("folder", entry.path), (f"{entry.name}/", "", _age(entry, clock)))
    return GroupRow(
        ("file", entry.path), (entry.name, size(entry.size), _age(entry, clock)), tones=("accent",)
    )


def size(count: int) -> str:
    """A number of bytes in the coarsest honest unit."""
    if count < 1000:
        return f"{count} B"
    number, unit = count / 1000, _UNITS[0]
    for larger in _UNITS[1:]:
        if number >= 999.5:
            number, unit = number / 1000, larger
    return f"{number:.1f} {unit}" if number < 9.95 else f"{number:,.0f} {unit}"


def _age(entry: Entry, clock: Clock) -> str:
    try:
        changed = datetime.fromtimestamp(entry.changed, UTC).astimezone(clock.zone).date()
    except (OverflowError, ValueError, OSError):
        return ""
    return relative_day(min(changed, clock.today), clock.today)
