"""Starting up, against the bare interpreter: ``python -c 'import sqlite3'``."""

from __future__ import annotations

from pathlib import Path

from bench.measure import CRM, PYTHON, Figure, is_current, private_environment, ratio, remove

_REFERENCE = [PYTHON, "-c", "import sqlite3"]


def run(folder: Path, rounds: int) -> list[Figure]:
    """The commands that a person or cron calls most, on a small base."""
    env = private_environment(folder)
    base = folder / "small.db"
    if not is_current(base):
        remove(base)
        ratio([CRM, "--db", str(base), "contact", "add", "Anna"], _REFERENCE, 1, env)
    figures = []
    for words in (["--help"], ["contact", "list"], ["today"], ["find", "anna"], ["status"]):
        found, reference = ratio([CRM, "--db", str(base), *words], _REFERENCE, rounds, env)
        goal = 6.0
        figures.append(
            Figure(
                f"crm {' '.join(words)}",
                found,
                "x python",
                goal,
                f"python -c 'import sqlite3' {reference * 1000:.0f} ms",
            )
        )
    return figures
