"""Reports: each one answers a question in rows and totals, and says of which days.

Every report is a ``Report`` of its own rows and totals, asked for by ``crm.reports.ask(name, Asked(...))``; a face
shows it by that shape alone. ``crm.reports.why(figure, ref, asked)`` tells how any figure of them comes about. They
take the rules of the records as they are elsewhere: only open deals have a weighted value, a missing amount counts as
nothing and is counted as missing, and currencies are never added up but in a total that says that it is converted.

What is where; a module reads those above it:

- the shape: ``report`` (what is asked, a report, an explanation), ``wishes`` (what is asked, checked), ``currencies``
  (several as one), ``service`` (the verbs, and the names of all reports and figures), ``typed`` (what people type);
- reports on deals: ``pipeline``, ``forecast``, ``funnel``, ``winloss``, ``velocity``. They read through ``asking``,
  which for a day in the past puts the table that ``then`` rebuilds in the place of ``deals``. ``closed`` adds up won
  and lost deals, ``history`` has the own win rates, ``funnel_paths`` the way of each deal, ``deal_money`` converts what
  is already added up (a stage, a month, a day of closing), ``deal_words`` has columns and sentences;
- reports on sales: ``revenue``, ``receivables``, ``customers``, ``rfm``, ``retention``, ``silent``, ``sources`` with
  ``referrers``. ``sold`` says which invoices count and whose they are, ``revenue_cuts`` and ``buyers`` read them,
  ``sales_rows`` has columns, ``rated`` converts each sum by the rate of the day of its rows. Who is brought by whom,
  and where deals come from, stands in ``sources``, the one report that is of both families;
- ``activity`` with ``tally``; ``week`` is the line of this week on Today;
- why: ``cells`` finds the figure and the row that are meant, the report's module ``NAME_why`` gives the rows behind it
  as a ``Behind``, and ``behind`` does the arithmetic. ``endings`` (closed deals) and ``sale_reasons`` (invoices and
  customers) are what several of those share. ``touches`` explains a figure of no report, the next touch.
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
