"""What the reports on the screen are asked about, as it was chosen or typed, and the reading of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from crm_tui.domain.reports.service import module

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked, Report


@dataclass(frozen=True, slots=True)
class Kind:
    """A report as it can be asked for: its name, title and question, what its rows can be of, whether of a period."""

    name: str
    title: str
    question: str
    by: tuple[str, ...]
    period: bool
    condition: str | None

    @classmethod
    def of(cls, name: str) -> Kind:
        """The report of that name."""
        found = module(name)
        return cls(name, found.TITLE, found.QUESTION, tuple(found.BY), found.PERIOD, found.CONDITION)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked at: for all reports that are about it.

    Attributes:
        period: in words, empty for what each report usually looks at.
        as_of: the day whose end the state is of, in words; empty for now.
        convert: whether rows are in the base currency.
        by: what the rows of a report are of, where it is not the usual.
        filters: which deals and which invoices count, as typed, by the condition of a report; all unless one is here.
    """

    period: str = ""
    as_of: str = ""
    convert: bool = False
    by: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)

    def filter(self, kind: Kind) -> str:
        """The filter of what a report is on; empty where there is none, or the report takes none."""
        return self.filters.get(kind.condition, "") if kind.condition is not None else ""

    def filtered(self, kind: Kind, text: str) -> Wish:
        """The same with another filter for all reports that are on the same."""
        if kind.condition is None:
            return self
        others = {name: each for name, each in self.filters.items() if name != kind.condition}
        return replace(self, filters={**others, kind.condition: text} if text else others)

    def asked(self, crm: Crm, kind: Kind) -> Asked:
        """The same for a report, on the day of a moment.

        Raises:
            InvalidDataError: a period or day that was understood is none any more.
            UsageError: the filter is malformed.
        """
        from crm_tui import filters
        from crm_tui.domain.reports import typed
        from crm_tui.domain.reports.report import Asked

        return Asked(
            period=typed.chosen(crm, self.period) if kind.period else None,
            as_of=typed.state_day(self.as_of, crm.clock),
            convert=self.convert,
            by=self.by.get(kind.name),
            condition=filters.parse(self.filter(kind)),
        )

    def read(self, crm: Crm, kind: Kind) -> Report[Any, Any]:
        """Ask a report about it."""
        return crm.reports.ask(kind.name, self.asked(crm, kind))
