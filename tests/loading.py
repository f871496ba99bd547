"""Importing texts in tests: what is written as a file, loaded, and what became of each row."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crm_tui.domain import Crm
from crm_tui.domain.loading.drafts import Outcome
from crm_tui.interchange import csv_out
from crm_tui.interchange.importer import load
from crm_tui.interchange.options import Options
from crm_tui.interchange.run import Summary


class Loader:
    """Loads texts into a base; ``outcomes`` are those of the last one."""

    def __init__(self, crm: Crm, folder: Path) -> None:
        self.crm = crm
        self.folder = folder
        self.outcomes: list[Outcome] = []

    def __call__(
        self, kind: str, text: str, *, dry_run: bool = False, rejects: Path | None = None, **options: Any
    ) -> Summary:
        path = self.folder / f"{kind}.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return self.file(kind, path, dry_run=dry_run, rejects=rejects, **options)

    def file(
        self, kind: str, path: Path, *, dry_run: bool = False, rejects: Path | None = None, **options: Any
    ) -> Summary:
        self.outcomes = []
        return load(
            self.crm,
            path,
            Options(kind=kind, **options),
            dry_run=dry_run,
            rejects=rejects,
            report=self.outcomes.append,
        )

    def export(self, kind: str) -> str:
        """What ``crm export`` writes."""
        file = io.StringIO(newline="")
        rows = csv_out.rows_of(self.crm, kind, getattr(self.crm, kind).iterate(sort="id"))
        csv_out.write(rows, csv_out.columns_of(self.crm, kind), file)
        return file.getvalue()

    def changes(self) -> list[tuple[str, str, str]]:
        """The fields that the last load changed, with the old and the new text."""
        return [(each.field, each.old, each.new) for outcome in self.outcomes for each in outcome.changes]

    def reasons(self) -> list[tuple[int, str, str]]:
        """Line, column and reason of the rows that were rejected."""
        return [(each.line, each.column, each.reason) for each in self.outcomes if each.reason]


def counts(summary: Summary) -> tuple[int, int, int, int, int]:
    """Created, updated, unchanged, skipped, rejected."""
    return summary.created, summary.updated, summary.unchanged, summary.skipped, summary.rejected


def table(header: Sequence[str], *rows: Sequence[str]) -> str:
    """Rows as CSV."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return file.getvalue()
