"""The verbs of reports: each report, and each figure that can be explained, is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.service import Service
from crm_tui.errors import UsageError

if TYPE_CHECKING:
    from crm_tui.domain.reports.report import Asked, Explanation, Report
    from crm_tui.domain.reports.week import Week

NAMES: Final = (
    "pipeline", "forecast", "funnel", "winloss", "velocity", "activity", "sources", "revenue", "receivables", "rfm",
    "retention", "customers", "silent",
)  # fmt: skip
"""The reports, in their order. Each is the module of its name, with these in it:

``TITLE`` and ``QUESTION``; ``BY``, what rows can be of, the usual one first; ``PERIOD``, whether it is about a period;
``CONDITION``, what a filter is on: "deals", "invoices" or None; and ``report(crm, asked)``.
"""
TITLES: Final = {
    "pipeline": "Pipeline",
    "forecast": "Forecast",
    "funnel": "Funnel",
    "winloss": "Won and lost",
    "velocity": "Velocity",
    "activity": "Activity",
    "sources": "Sources",
    "revenue": "Revenue",
    "receivables": "Receivables",
    "rfm": "RFM",
    "retention": "Retention",
    "customers": "Customers",
    "silent": "Silent customers",
}
"""Their titles, which are those of the modules: to name them all, none need be loaded."""
FIGURES: Final = {
    "open_amount": "pipeline",
    "weighted": "pipeline",
    "win_rate": "winloss",
    "won_amount": "winloss",
    "average_won": "winloss",
    "cycle_days": "velocity",
    "per_day": "velocity",
    "conversion": "funnel",
    "revenue": "revenue",
    "received": "revenue",
    "outstanding": "receivables",
    "balance": "receivables",
    "rfm": "rfm",
    "repeat_rate": "retention",
    "churn": "retention",
    "referred": "sources",
    "next_touch_on": "touches",
}
"""Figures that can be explained, and the module that does: ``explain(crm, figure, ref, asked)``."""


class Reports(Service):
    """Questions about the whole business."""

    def ask(self, name: str, asked: Asked | None = None) -> Report[Any, Any]:
        """The report of that name.

        Raises:
            UsageError: there is no such report, or it cannot be asked about that.
        """
        from crm_tui.domain.reports.report import Asked

        if name not in NAMES:
            raise _unknown("report", name, NAMES)
        found: Report[Any, Any] = module(name).report(self.crm, asked or Asked())
        return found

    def why(self, figure: str, ref: str | None = None, asked: Asked | None = None) -> Explanation:
        """How a figure comes about; ``ref`` names the record where the figure is of one.

        Raises:
            UsageError: there is no such figure, or it needs a record, or has none.
            NotFoundError: there is no such record.
            AmbiguousError: there is more than one.
        """
        from crm_tui.domain.reports.report import Asked

        if figure not in FIGURES:
            raise _unknown("figure", figure, tuple(FIGURES))
        found: Explanation = module(FIGURES[figure]).explain(self.crm, figure, ref, asked or Asked())
        return found

    def week(self) -> Week:
        """What was done on each day of this week, and what was won this month."""
        from crm_tui.domain.reports import week

        return week.report(self.crm)


def module(name: str) -> Any:
    """The module of a report."""
    return import_module(f"crm_tui.domain.reports.{name}")


def _unknown(what: str, name: str, known: tuple[str, ...]) -> UsageError:
    from crm_tui.text import nearest

    near = nearest(name, known)
    return UsageError(
        f'There is no {what} "{name[:40]}".',
        f"Did you mean {near}?" if near else f"There are: {', '.join(known)}.",
    )
