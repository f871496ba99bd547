"""``make bench``: one table of figures with their goals, and the same as JSON under ``bench/results``.

``python -m bench --people 100000 --rounds 1`` is a quick look; the goals are meant for the full million.
"""

from __future__ import annotations

import argparse
import json
import platform
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench import commands, doors, duplicates, history, imports, money, people, searching, terminal
from bench.measure import Figure, is_current

HERE = Path(__file__).parent
PARTS = ("commands", "doors", "duplicates", "import", "search", "tui", "money", "undo")


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000, help="rows of the generated file")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each long measurement")
    parser.add_argument(
        "--only", choices=PARTS, action="append", help="measure only this part; may be given again"
    )
    given = parser.parse_args()
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    figures: list[Figure] = []
    for figure in measure(folder, given.people, given.rounds, given.only or list(PARTS)):
        figures.append(figure)
        print(line(figure), flush=True)
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "people": given.people,
        "figures": [{**asdict(figure), "met": figure.met} for figure in figures],
    }
    (folder / "latest.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    missed = [figure.name.strip() for figure in figures if not figure.met]
    print(
        f"\n{len(figures) - len(missed)} of {len(figures)} goals met."
        + (f" Missed: {', '.join(missed)}." if missed else "")
    )


def measure(folder: Path, count: int, rounds: int, parts: list[str]) -> Iterator[Figure]:
    """Every figure of the chosen parts; the base of a million is kept for the next run of the others."""
    if "commands" in parts:
        yield from commands.run(folder, max(9, rounds))
    if "doors" in parts:
        yield from doors.run()
    if "duplicates" in parts:
        yield from duplicates.run(folder)
    if not set(parts) - {"commands", "doors", "duplicates"}:
        return
    source = people.write(folder / f"people-{count}.csv", count)
    base = folder / "million.db"
    if "import" in parts:
        yield from imports.run(source, folder, rounds)
    elif not is_current(base):
        sys.exit("Run the import part first: it makes the base for the others, as the program makes it now.")
    if "search" in parts:
        yield from searching.run(base, source)
    if "tui" in parts:
        yield from terminal.run(history.grow(base, folder / "busy.db"), folder, max(7, rounds))
    if "money" in parts:
        yield from money.run(history.grow(base, folder / "busy.db"), max(7, rounds))
    if "undo" in parts:
        yield from imports.undo(base, source, folder)


def line(figure: Figure) -> str:
    """One line of the table."""
    sign = " " if figure.met else "!"
    value = f"{figure.value:,.2f}" if figure.value < 100 else f"{figure.value:,.0f}"
    return f"{sign} {figure.name:<34} {value:>9} {figure.unit:<14} goal {figure.goal:>6,.1f}   {figure.note}"


if __name__ == "__main__":
    main()
