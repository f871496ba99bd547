"""The verbs of reports: one a question, each in a module of its own that is loaded when it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm_tui.domain.service import Service

if TYPE_CHECKING:
    from crm_tui.domain.reports.activity import ActivityRow, Counts
    from crm_tui.domain.reports.forecast import ForecastRow
    from crm_tui.domain.reports.pipeline import PipelineRow, PipelineTotals
    from crm_tui.domain.reports.shape import DealTotals, Report
    from crm_tui.domain.reports.week import Week


class Reports(Service):
    """Questions about the whole business, as it stands today."""

    def pipeline(self) -> Report[PipelineRow, PipelineTotals]:
        """What is open, by stage; its totals are those of ``crm.deals.totals("status:open")``."""
        from crm_tui.domain.reports import pipeline

        return pipeline.report(self.crm)

    def forecast(self) -> Report[ForecastRow, DealTotals]:
        """What is open, by the month of the expected close; overdue deals and those without a day apart."""
        from crm_tui.domain.reports import forecast

        return forecast.report(self.crm)

    def activity(self, weeks: int = 12) -> Report[ActivityRow, Counts]:
        """The interactions of the last weeks by kind, this week included.

        Raises:
            UsageError: not a number of weeks from 1 to 520.
        """
        from crm_tui.domain.reports import activity

        return activity.report(self.crm, weeks)

    def week(self) -> Week:
        """What was done on each day of this week, and what was won this month."""
        from crm_tui.domain.reports import week

        return week.report(self.crm)

    def table(self, report: Report[Any, Any]) -> list[tuple[str, ...]]:
        """A report as texts for machines, the names of the columns first; amounts are decimal text."""
        from crm_tui.domain.reports import activity, forecast, pipeline
        from crm_tui.domain.reports.shape import as_table

        if report.name == pipeline.NAME:
            return as_table(pipeline.lines(report), pipeline.PipelineLine)
        if report.name == forecast.NAME:
            return as_table(forecast.lines(report), forecast.ForecastLine)
        return as_table(report.rows, activity.ActivityRow)
