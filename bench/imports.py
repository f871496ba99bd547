"""Importing a million people, against ``sqlite3 .import`` of the same file; undoing it, against importing it."""

from __future__ import annotations

import shutil
import statistics
from pathlib import Path

from bench.measure import CRM, Figure, peak_megabytes, private_environment, remove, wall


def run(source: Path, folder: Path, rounds: int) -> list[Figure]:
    """Import the file ``rounds`` times; the last base stays at ``folder``/million.db."""
    if shutil.which("sqlite3") is None:
        raise SystemExit("The sqlite3 command is needed as the reference.")
    env = private_environment(folder)
    base = folder / "million.db"
    ratios, megabytes, references = [], [], []
    for _ in range(rounds):
        reference = folder / "reference.db"
        remove(reference)
        seconds = wall(["sqlite3", str(reference), f".import --csv {source} people"], env)
        references.append(seconds)
        remove(base)
        took, peak = peak_megabytes([CRM, "--db", str(base), "import", str(source), "--as", "contacts"], env)
        ratios.append(took / seconds)
        megabytes.append(peak)
    remove(reference)
    note = f"sqlite3 .import {statistics.median(references):.2f} s"
    return [
        Figure("import 1,000,000 contacts", statistics.median(ratios), "x .import", 25, note),
        Figure("  its peak memory", max(megabytes), "MB", 600),
    ]


def undo(base: Path, source: Path, folder: Path) -> list[Figure]:
    """Undo the import on a copy of the base, against importing the file once more."""
    env = private_environment(folder)
    copy, again = folder / "undone.db", folder / "again.db"
    for path in (copy, again):
        remove(path)
    shutil.copyfile(base, copy)
    imported = wall([CRM, "--db", str(again), "import", str(source), "--as", "contacts"], env)
    seconds = wall([CRM, "--db", str(copy), "undo"], env)
    for path in (copy, again):
        remove(path)
    return [Figure("undo the import", seconds / imported, "x the import", 1.0)]
