"""The figures of a big business: those that the morning and the reports screen begin with, and every report."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bench.history import NOW
from bench.measure import Figure
from crm_tui.config import Config
from crm_tui.dates import Period
from crm_tui.domain import Crm, goal_figures, goals
from crm_tui.domain.reports.report import Asked

_TOGETHER: Final = 100.0
_QUERY: Final = 25.0
_RFM: Final = 1.0
_SECONDS: Final = 5.0
_GOALS: Final = (
    ("revenue", 2_000_000, "EUR", "quarter"),
    ("received", 9_000_000, "EUR", "year"),
    ("calls", 10, None, "week"),
    ("calls", 5_000, None, "year"),
    ("customers", 100, None, "month"),
)


def run(base: Path, rounds: int) -> Iterator[Figure]:
    """What stands on Today and on the first report together, its slowest query, and each report by itself."""
    # the rules of silent customers and of what is due again are switched on
    config = Config(silent_days=180, reorder_lead_days=7)
    with Crm.open(base, NOW, config=config, create=False) as crm:
        for metric, target, currency, per in _GOALS:
            crm.goals.set(metric, target, currency=currency, per=per)
        parts: dict[str, Callable[[], object]] = {
            "summary": crm.agenda.summary,
            "items": lambda: crm.agenda.items(limit=100),
            "week": crm.reports.week,
            "goals": crm.goals.progress,
            "pipeline": lambda: crm.reports.ask("pipeline"),
        }
        times = {name: _median(part, rounds) * 1000 for name, part in parts.items()}
        note = ", ".join(f"{name} {each:.1f}" for name, each in times.items())
        yield Figure("Today and reports: figures", sum(times.values()), "ms p50", _TOGETHER, note)
        slowest, statement = max(_queries(crm, parts, rounds))
        yield Figure(
            "their slowest query", slowest * 1000, "ms p50", _QUERY, " ".join(statement.split())[:60]
        )
        yield from _activity(crm, rounds)
        for by in ("customer", "group"):
            asked = Asked(by=by)
            figure = _median(lambda: crm.reports.ask("rfm", asked), rounds)  # noqa: B023 - called before the next
            yield Figure(f"report rfm by {by}", figure, "s p50", _RFM)
        for name in (
            "winloss",
            "velocity",
            "funnel",
            "revenue",
            "receivables",
            "retention",
            "customers",
            "silent",
        ):
            yield Figure(f"report {name}", _median(lambda: crm.reports.ask(name), 3), "s p50", _SECONDS)  # noqa: B023


def _activity(crm: Crm, rounds: int) -> Iterator[Figure]:
    """What was done, in spans short and long: the slowest query of each."""
    today = crm.clock.today
    year = goals.span_of(today.replace(year=today.year - 1), "year")
    parts: dict[str, Callable[[], object]] = {
        "a whole year's goal on calls": lambda: goal_figures.actual(crm, "calls", None, year, today),
        "report activity": lambda: crm.reports.ask("activity"),
        "report activity, three years by kind": lambda: crm.reports.ask(
            "activity", Asked(by="kind", period=Period(today.replace(year=today.year - 3), today))
        ),
    }
    for name, part in parts.items():
        slowest, _ = max(_queries(crm, {name: part}, rounds))
        whole = _median(part, rounds) * 1000
        yield Figure(f"{name}: slowest query", slowest * 1000, "ms p50", _QUERY, f"the whole {whole:.1f}")


def _median(action: Callable[[], object], rounds: int) -> float:
    action()
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def _queries(crm: Crm, parts: dict[str, Callable[[], object]], rounds: int) -> Iterator[tuple[float, str]]:
    """Every statement of these parts with its median time, run by itself to its last row."""
    seen: list[str] = []
    crm.connection.set_trace_callback(seen.append)
    for part in parts.values():
        part()
    crm.connection.set_trace_callback(None)
    for statement in dict.fromkeys(each for each in seen if each.lstrip().startswith(("SELECT", "WITH"))):
        yield _median(lambda: crm.connection.execute(statement).fetchall(), rounds), statement  # noqa: B023
