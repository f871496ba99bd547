"""Reports: each one answers a question in rows and totals, and says of which days.

Every report is a ``Report`` of its own rows and totals, asked for by ``crm.reports.ask(name, Asked(...))``; a face
shows it by that shape alone. They take the rules of the records as they are elsewhere: only open deals have a weighted
value, a missing amount counts as nothing and is counted as missing, and currencies are never added up but in a total
that says that it is converted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_tui.lazy import lazily

if TYPE_CHECKING:
    from crm_tui.domain.reports.activity import Counts
    from crm_tui.domain.reports.report import Asked, Bar, Explanation, Figure, Plot, Reason, Report, Unit
    from crm_tui.domain.reports.service import Reports
    from crm_tui.domain.reports.week import Week
else:
    __getattr__ = lazily(
        __name__,
        {
            "activity": ("Counts",),
            "report": ("Asked", "Bar", "Explanation", "Figure", "Plot", "Reason", "Report", "Unit"),
            "service": ("Reports",),
            "week": ("Week",),
        },
    )

__all__ = [
    "Asked",
    "Bar",
    "Counts",
    "Explanation",
    "Figure",
    "Plot",
    "Reason",
    "Report",
    "Reports",
    "Unit",
    "Week",
]
