"""What reads each make of file, which options mean something for it, and how one speaks of what is in it.

The rule it keeps: the command line and the screens import by this one table, so that both take the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.interchange.formats import TABLE

if TYPE_CHECKING:
    from crm_tui.interchange.run import Summary

Loader = Callable[..., "Summary"]
_LOADERS: Final[Mapping[str, str]] = {
    TABLE: "crm_tui.interchange.importer",
    "vcard": "crm_tui.interchange.vcard.loading",
    "ics": "crm_tui.interchange.ical.loading",
    "mbox": "crm_tui.interchange.mail.loading",
    "maildir": "crm_tui.interchange.mail.loading",
}


class Words(NamedTuple):
    """What an import counts: where something is, in the singular and plural, and what its items are called."""

    place: str
    places: str
    row: str
    rows: str


@dataclass(frozen=True, slots=True)
class Make:
    """A make of file that is no table.

    Attributes:
        one: such a file, at the beginning of a sentence.
        held: what it holds.
        words: what is counted in it.
        meant: the fields of ``Options`` that mean something for it, beside ``strict``, which does for all.
    """

    one: str
    held: str
    words: Words
    meant: tuple[str, ...]


_MAIL: Final = Make(
    "Mail", "mail", Words("message", "messages", "message", "messages"), ("create_missing", "tags")
)
MAKES: Final[Mapping[str, Make]] = {
    "vcard": Make(
        "A vCard", "vCards", Words("line", "lines", "card", "cards"),
        ("on_match", "key", "tags", "encoding", "region"),
    ),
    "ics": Make(
        "A calendar", "a calendar", Words("line", "lines", "entry", "entries"),
        ("on_match", "key", "create_missing", "encoding", "region"),
    ),
    "mbox": _MAIL,
    "maildir": _MAIL,
}  # fmt: skip
"""What can be imported and is no table, by the name that ``formats.told`` gives it."""
_TABLE: Final = Words("line", "lines", "row", "rows")


def loader(make: str) -> Loader:
    """What reads a make of file; its module is imported here."""
    found: Loader = import_module(_LOADERS[make]).load
    return found


def words(make: str, path: Path) -> Words:
    """How one speaks of what is in a file or folder; the items of a folder of files are counted one by one."""
    if make not in MAKES:
        return _TABLE
    found = MAKES[make].words
    return found._replace(place="item", places="items") if found.place == "line" and path.is_dir() else found
