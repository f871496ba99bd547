"""Search as you type over a million people: every prefix of real queries, warm, through the domain's own verb."""

from __future__ import annotations

import csv
import random
from pathlib import Path

from bench.measure import Figure, latencies, percentile
from crm_tui.domain import Crm

_BUDGET = 16.0


def run(base: Path, source: Path, count: int = 300) -> list[Figure]:
    """The 99th percentile of each class of queries, in milliseconds."""
    figures = []
    with Crm.open(base, create=False) as crm:

        def find(text: str) -> object:
            return crm.search.find(text, kinds=("contact",), limit=50)

        for name, queries in _classes(source, count).items():
            found = latencies(find, queries)
            note = f"p50 {percentile(found, 0.5):.1f} ms, {len(found)} queries"
            figures.append(Figure(f"search: {name}", percentile(found, 0.99), "ms p99", _BUDGET, note))
    return figures


def _classes(source: Path, count: int) -> dict[str, list[str]]:
    rng = random.Random(1)
    with source.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if rng.random() < 0.002]
    people = rng.sample(rows, min(count, len(rows)))
    mailed = [row for row in people if row["email"]]
    called = [row for row in people if row["phone"]]
    classes = {
        f"{size} letter{'s' * (size > 1)}": [row["last_name"][:size] for row in people]
        for size in range(1, 7)
    }
    classes["two words"] = [
        f"{row['first_name'][: rng.randint(1, 5)]} {row['last_name'][: rng.randint(1, 5)]}" for row in people
    ]
    classes["e-mail fragments"] = [_fragment(row["email"], rng) for row in mailed]
    classes["phone fragments"] = [_digits(row["phone"], rng) for row in called]
    return classes


def _fragment(email: str, rng: random.Random) -> str:
    local, _, domain = email.partition("@")
    return rng.choice(
        (local[: rng.randint(3, len(local))], f"{local[-4:]}@{domain[:3]}", f"@{domain}", email)
    )


def _digits(phone: str, rng: random.Random) -> str:
    digits = phone.lstrip("+")
    start = rng.choice((0, 2, 3, len(digits) - 4))
    return digits[start : start + rng.randint(3, 7)]
