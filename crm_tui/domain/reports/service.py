"""The verbs of reports: each report, and what explains its figures, is loaded when it is asked for."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crm_tui.domain.service import Service
from crm_tui.errors import InvalidDataError, UsageError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from crm_tui.domain.reports.report import Asked, Explanation, Report
    from crm_tui.domain.reports.week import Week

NAMES: Final = (
    "pipeline", "forecast", "funnel", "winloss", "velocity", "activity", "sources", "revenue", "receivables", "rfm",
    "retention", "customers", "silent",
)  # fmt: skip
"""The reports, in their order. Each is the module of its name, with these in it:

``TITLE`` and ``QUESTION``; ``BY``, what rows can be of, the usual one first; ``PERIOD``, whether it is about a period;
``CONDITION``, what a filter is on: "deals", "invoices" or None; and ``report(crm, asked)``. What explains its figures
is the module of its name and ``_why``: ``KEYS``, and ``behind(crm, cell)``.
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


class OfRecord(NamedTuple):
    """A figure of one record: the module that explains it, the report it belongs to, of what it is, its title.

    ``filtered`` says whether the filter of the report makes a difference to it; else it is passed over.
    """

    module: str
    report: str | None
    what: str
    title: str
    filtered: bool = False


FIGURES: Final = {
    "open_amount": ("pipeline", "amount"),
    "weighted": ("pipeline", "weighted"),
    "win_rate": ("winloss", "win_rate"),
    "won_amount": ("winloss", "won_amount"),
    "average_won": ("winloss", "average_won"),
    "cycle_days": ("velocity", "cycle_days"),
    "per_day": ("velocity", "per_day"),
    "conversion": ("funnel", "conversion"),
    "revenue": ("revenue", "revenue"),
    "received": ("revenue", "received"),
    "outstanding": ("receivables", "outstanding"),
    "repeat_rate": ("retention", "repeat_rate"),
    "churn": ("retention", "churn"),
}
"""Figures with a name of their own: the report they stand in, and their key there. The others are ``report.key``."""
RECORDS: Final = {
    "weighted": OfRecord("pipeline_why", "pipeline", "deal", "Weighted value"),
    "balance": OfRecord("receivables_why", "receivables", "invoice", "Balance"),
    "rfm": OfRecord("rfm_why", "rfm", "customer", "RFM", filtered=True),
    "referred": OfRecord("referrers_why", "sources", "person", "Brought"),
    "next_touch_on": OfRecord("touches", None, "person", "Next touch"),
}
"""Figures of one record. Their module has ``explain(crm, figure, ref, asked)``."""


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
        asked = asked or Asked()
        with _one_moment(self.connection), _in_calendar():
            found: Report[Any, Any] = module(name).report(self.crm, asked)
        return replace(found, notes=(*_filter_notes(name, asked), *found.notes))

    def why(self, figure: str, ref: str | None = None, asked: Asked | None = None) -> Explanation:
        """How a figure comes about.

        Args:
            figure: one of ``FIGURES`` or ``RECORDS``, or ``report.key``, or a key that only one report has.
            ref: the record that a figure of ``RECORDS`` is of, else the row of the report; None for its totals.
            asked: what the report is asked.

        Raises:
            UsageError: there is no such figure, or it needs a record or row.
            NotFoundError: there is no such record or row.
            AmbiguousError: there is more than one.
        """
        from crm_tui.domain.reports.report import Asked

        asked, home = asked or Asked(), of_record(figure, ref)
        if home is not None and not home.filtered:
            asked = replace(asked, condition=None)
        with _one_moment(self.connection), _in_calendar():
            told = self._of_record(figure, ref, asked, home) if home else self._of_report(figure, ref, asked)
        name = home.report if home else place(figure)[0]
        return replace(told, arithmetic=(*told.arithmetic, *_filter_notes(name, asked)))

    def _of_record(self, figure: str, ref: str | None, asked: Asked, home: OfRecord) -> Explanation:
        from crm_tui.domain.reports.wishes import need_ref

        ref = need_ref(figure, ref, home.what)
        told: Explanation = module(home.module).explain(self.crm, figure, ref, asked)
        return told

    def _of_report(self, figure: str, ref: str | None, asked: Asked) -> Explanation:
        from crm_tui.domain.reports.behind import explanation
        from crm_tui.domain.reports.cells import cell

        name, key = place(figure)
        found = cell(self.crm, self.ask(name, asked), asked, key, ref)
        return explanation(self.crm, found, module(f"{name}_why").behind(self.crm, found), figure)

    def week(self) -> Week:
        """What was done on each day of this week, and what was won this month."""
        from crm_tui.domain.reports import week

        with _in_calendar():
            return week.report(self.crm)


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Inside the block everything is read as it stands when it begins, however many others are writing."""
    is_within = connection.in_transaction
    if is_within:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        # a full disk can have ended it
        if connection.in_transaction:
            connection.execute("COMMIT")


@contextmanager
def _in_calendar() -> Iterator[None]:
    """Say of days that are counted beyond the calendar what they are."""
    try:
        yield
    except OverflowError as error:
        raise InvalidDataError(
            "That day is outside the calendar.", "Use a day between the years 1 and 9999."
        ) from error


def module(name: str) -> Any:
    """A module of this package: that of a report, or of what explains it."""
    return import_module(f"crm_tui.domain.reports.{name}")


def of_record(figure: str, ref: str | None) -> OfRecord | None:
    """The figure of one record that is meant; None where it is one of a report, as it is without a record."""
    return RECORDS.get(figure) if ref is not None or figure not in FIGURES else None


def place(figure: str) -> tuple[str, str]:
    """The report in which a figure stands that is of no record, and its key there.

    Raises:
        UsageError: there is no such figure, or several reports have it.
    """
    if figure in FIGURES:
        return FIGURES[figure]
    name, dot, key = figure.partition(".")
    if not dot:
        homes = [each for each in NAMES if figure in explained(each)]
        if len(homes) == 1:
            return homes[0], figure
        if homes:
            raise UsageError(
                f"The figure {figure} is in {len(homes)} reports.",
                f"Name one: {', '.join(f'{each}.{figure}' for each in homes)}.",
            )
    elif name in NAMES and key in explained(name):
        return name, key
    raise _unknown("figure", figure, every_figure())


def every_figure() -> tuple[str, ...]:
    """The names of all figures that can be explained: first the ones of their own, then those by report."""
    own = dict.fromkeys((*FIGURES, *RECORDS))
    return *own, *(f"{name}.{key}" for name in NAMES for key in explained(name))


def explained(name: str) -> tuple[str, ...]:
    """The keys of the figures of a report that can be explained."""
    found: tuple[str, ...] = module(f"{name}_why").KEYS
    return found


def _filter_notes(name: str | None, asked: Asked) -> list[str]:
    """Of which deals or invoices figures are, where they are not of all."""
    if name is None or not asked.condition:
        return []
    from crm_tui.domain.reports.wishes import filter_note

    return [filter_note(asked.condition, module(name).CONDITION)]


def _unknown(what: str, name: str, known: tuple[str, ...]) -> UsageError:
    from crm_tui.text import nearest

    near = nearest(name, known)
    return UsageError(
        f'There is no {what} "{name[:40]}".',
        f"Did you mean {near}?" if near else f"There are: {', '.join(known)}.",
    )
