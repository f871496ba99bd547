"""Calendars in tests: entries written as text, loaded, and written out again."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.loading.drafts import Outcome
from crm_tui.interchange.ical.loading import load
from crm_tui.interchange.ical.writing import write_followups, write_interactions
from crm_tui.interchange.options import Options
from crm_tui.interchange.run import Summary
from tests.conftest import NOW


class Calendars:
    """Loads calendars into a base; ``outcomes`` are those of the last one."""

    def __init__(self, crm: Crm, folder: Path) -> None:
        self.crm = crm
        self.folder = folder
        self.outcomes: list[Outcome] = []
        self.summary = Summary()

    def __call__(self, *entries: str, **options: Any) -> Summary:
        """Load the entries of one calendar."""
        return self.text(calendar(*entries), **options)

    def text(self, text: str | bytes, **options: Any) -> Summary:
        """Load a text as it is."""
        path = self.folder / "calendar.ics"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.file(path, **options)

    def file(
        self, path: Path, *, rejects: Path | None = None, dry_run: bool = False, **options: Any
    ) -> Summary:
        """Load a file or a folder."""
        self.outcomes = []
        self.summary = load(
            self.crm,
            path,
            Options(**options),
            rejects=rejects,
            dry_run=dry_run,
            report=self.outcomes.append,
        )
        return self.summary

    def changes(self) -> list[tuple[str, str, str]]:
        """The fields that the last load changed, with the old and the new text."""
        return [(each.field, each.old, each.new) for outcome in self.outcomes for each in outcome.changes]

    def reasons(self) -> list[str]:
        """Why entries were rejected."""
        return [each.reason for each in self.outcomes if each.reason]

    def written(self) -> str:
        """Everything as calendars, follow-ups first."""
        return followups_of(self.crm) + interactions_of(self.crm)


def calendar(*entries: str) -> str:
    """A calendar of entries, each given as ``NAME`` and its lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN"]
    for entry in entries:
        name, *rest = entry.strip().splitlines()
        lines += [f"BEGIN:{name}", *(line.strip() for line in rest), f"END:{name}"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def followups_of(crm: Crm) -> str:
    """The follow-ups as a calendar."""
    file = io.StringIO(newline="")
    write_followups(crm, crm.followups.iterate(sort="id"), file)
    return file.getvalue()


def interactions_of(crm: Crm) -> str:
    """The interactions as a calendar."""
    file = io.StringIO(newline="")
    write_interactions(crm, crm.interactions.iterate(sort="id"), file)
    return file.getvalue()


def unfolded(text: str) -> list[str]:
    """The lines of a calendar, continued ones joined."""
    return text.replace("\r\n ", "").splitlines()


def base(path: Path, zone: str = "UTC", now: datetime = NOW) -> Crm:
    """An empty business in a time zone, which does not wait for the disk."""
    opened = Crm.open(path, now=now, config=Config(timezone=zone))
    opened.connection.execute("PRAGMA synchronous = OFF")
    return opened
