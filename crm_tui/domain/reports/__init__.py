"""Reports: each one answers a question in rows and totals, and says of which days.

Every report is a ``Report`` of its own rows and totals, made by a verb of ``crm.reports`` that takes the rules of the
records as they are elsewhere: only open deals have a weighted value, a missing amount counts as nothing and is
counted as missing, and currencies are never added up but in a total that says that it is converted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_tui.lazy import lazily

if TYPE_CHECKING:
    from crm_tui.domain.reports.activity import ActivityRow, Counts
    from crm_tui.domain.reports.forecast import ForecastRow, Part
    from crm_tui.domain.reports.pipeline import PipelineRow, PipelineTotals
    from crm_tui.domain.reports.service import Reports
    from crm_tui.domain.reports.shape import Converted, DealTotals, Report
    from crm_tui.domain.reports.week import Week
else:
    __getattr__ = lazily(
        __name__,
        {
            "activity": ("ActivityRow", "Counts"),
            "forecast": ("ForecastRow", "Part"),
            "pipeline": ("PipelineRow", "PipelineTotals"),
            "service": ("Reports",),
            "shape": ("Converted", "DealTotals", "Report"),
            "week": ("Week",),
        },
    )

__all__ = [
    "ActivityRow",
    "Converted",
    "Counts",
    "DealTotals",
    "ForecastRow",
    "Part",
    "PipelineRow",
    "PipelineTotals",
    "Report",
    "Reports",
    "Week",
]
