"""What a person can do with reports: a part of the table of actions."""

from __future__ import annotations

from itertools import zip_longest
from typing import Final

from crm_tui.actions.action import Action
from crm_tui.domain.reports.service import NAMES

_REPORTS: Final = ("reports",)

REPORTS: Final = (
    Action("report-choose", ("r",), "reports", "Choose a report from the list.", "List", _REPORTS, rank=5),
    *(
        Action(f"report-{name}", (key,) if key else (), name, f"Show the report {name}.", "List", _REPORTS)
        for name, key in zip_longest(NAMES, "1234567890")
    ),
    Action(
        "report-period",
        ("p",),
        "period",
        "Of which days: this month, quarter, year, all, or typed.",
        "List",
        _REPORTS,
        "period",
        3,
    ),
    Action(
        "report-by",
        ("b",),
        "by",
        "The rows by something else: month, source, product.",
        "List",
        _REPORTS,
        "by",
        4,
    ),
    Action(
        "report-as-of",
        ("t",),
        "as of",
        "The state at the end of a day gone by, or now.",
        "List",
        _REPORTS,
        rank=6,
    ),
    Action(
        "report-convert",
        ("c",),
        "convert",
        "The rows in the base currency, or each in its own.",
        "List",
        _REPORTS,
    ),
    Action(
        "why",
        ("enter", "w"),
        "why",
        "How a figure comes about: the arithmetic and the rows.",
        "Work",
        _REPORTS,
        "figure",
        1,
    ),
)
