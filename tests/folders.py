"""A folder of cards or of calendar entries that another program works in, for tests of what goes both ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from crm_tui.domain import Crm
from crm_tui.interchange.export_formats import chosen, fill
from crm_tui.interchange.loaders import loader
from crm_tui.interchange.options import Options
from crm_tui.interchange.run import Summary
from crm_tui.interchange.vdir import Tally

NOW = "2026-03-02 09:30"


@dataclass(frozen=True, slots=True)
class Shape:
    """What differs between cards and entries.

    Attributes:
        ours: a property that the domain changes.
        theirs: a property that the other program changes.
        stranger: an item of theirs, lines ended by LF.
    """

    make: str
    kind: str
    suffix: str
    ours: str
    theirs: str
    stranger: str
    add: Callable[[Crm, str], int]


def _person(crm: Crm, name: str) -> int:
    return crm.contacts.add(name=name, title="Editor").id


def _task(crm: Crm, name: str) -> int:
    return crm.followups.add(name, date(2026, 3, 9), priority="high").id


CARDS = Shape(
    "vcard", "contacts", ".vcf", "TITLE", "LANG",
    "BEGIN:VCARD\nVERSION:3.0\nUID:khard-7\nN:Stranger;Sam;;;\nFN:Sam Stranger\nEND:VCARD\n", _person,
)  # fmt: skip
ENTRIES = Shape(
    "ics", "followups", ".ics", "PRIORITY", "LOCATION",
    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:todoman\nBEGIN:VTODO\nUID:todoman-7\nDTSTAMP:20260302T090000Z\n"
    "DUE;VALUE=DATE:20260310\nSUMMARY:Sam Stranger\nEND:VTODO\nEND:VCALENDAR\n", _task,
)  # fmt: skip


class Shared:
    """A base and a folder that it shares with another program."""

    def __init__(self, shape: Shape, path: Path) -> None:
        self.shape = shape
        self.crm = Crm.open(path / "x.db", now=NOW)
        self.folder = path / "shared"

    def add(self, name: str = "Anna") -> int:
        """A record of ours."""
        return self.shape.add(self.crm, name)

    def change(self, record: int) -> None:
        """Change it here."""
        if self.shape.kind == "contacts":
            self.crm.contacts.update(record, title="Publisher")
        else:
            self.crm.followups.update(record, priority="low")

    def delete(self, record: int) -> None:
        """Delete it here."""
        service: Any = getattr(self.crm, self.shape.kind)
        service.delete(record)

    def export(self, condition: str | None = None, *, force: bool = False) -> Tally:
        """Write all records into the folder."""
        way = chosen(self.shape.make, self.shape.kind)
        rows = way.rows(self.crm, self.shape.kind, condition)
        return fill(self.crm, way, self.shape.kind, rows, self.folder, force=force)

    def load(self, path: Path | None = None, **options: Any) -> Summary:
        """Import the folder, or a file."""
        dry = options.pop("dry_run", False)
        strict = options.pop("report", None)
        given = Options(kind=self.shape.kind, **options)
        return loader(self.shape.make)(self.crm, path or self.folder, given, dry_run=dry, report=strict)

    def files(self) -> list[Path]:
        """The files of items, by name."""
        return sorted(each for each in self.folder.iterdir() if each.suffix == self.shape.suffix)

    def file(self) -> Path:
        """The one file."""
        (found,) = self.files()
        return found

    def edit(self, path: Path, value: str = "here") -> bytes:
        """What another program makes of a file: other order, other folds, a stamp, and a property it changed."""
        text = path.read_bytes().decode().replace("\r\n ", "").replace("\r\n", "\n")
        first, *inner, last = text.rstrip("\n").split("\n")
        if self.shape.make == "vcard":
            inner = [each for each in inner if not each.startswith(("PRODID", self.shape.theirs))]
            lines = [first, "VERSION:4.0", "REV:20260302T100000Z", f"{self.shape.theirs}:{value}"]
            lines += [each for each in reversed(inner) if not each.startswith("VERSION")]
        else:
            kept = [each for each in inner if not each.startswith(self.shape.theirs)]
            place = kept.index("BEGIN:VTODO") + 1
            end = kept.index("END:VTODO")
            mine = [f"{self.shape.theirs}:{value}", *reversed(kept[place:end])]
            lines = [first, *kept[:place], *mine, *kept[end:]]
        folded = [each if len(each) < 30 else f"{each[:30]}\r\n {each[30:]}" for each in [*lines, last]]
        data = ("\r\n".join(folded) + "\r\n").encode()
        path.write_bytes(data)
        return data

    def stranger(self, name: str = "random") -> Path:
        """A new item of the other program."""
        path = self.folder / f"{name}{self.shape.suffix}"
        path.write_text(self.shape.stranger, newline="")
        return path

    def says(self, path: Path) -> str:
        """The text of a file, unfolded."""
        return path.read_bytes().decode().replace("\r\n ", "")
