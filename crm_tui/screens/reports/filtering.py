"""The filter of the reports: on what it is, how it may go on while one types it, and of what the figures are."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final

from textual import on
from textual.events import DescendantFocus

from crm_tui.screens.forms.filter_suggest import FilterCompleter
from crm_tui.screens.shell.base import BaseScreen
from crm_tui.text import cut
from crm_tui.widgets.entry.filter_bar import FilterBar

if TYPE_CHECKING:
    from crm_tui.domain.listing import Listing
    from crm_tui.screens.reports.asked import Kind, Wish
    from crm_tui.screens.reports.page import ReportPage
    from crm_tui.screens.shell.desk import Desk

PLACEHOLDERS: Final = {
    "deals": "words, stage:proposal source:web tag:vip",
    "invoices": "words, status:overdue company:acme product:oil",
}
"""What to type, by what a report is on."""
_ROOM: Final = 24
"""Cells of the filter that the figures are still of."""


def completer(desk: Desk, condition: str) -> FilterCompleter:
    """Completes the fields of deals or of invoices, and their values."""
    return FilterCompleter(desk, _listing(desk, condition))


def _listing(desk: Desk, condition: str) -> Listing:
    if condition == "deals":
        from crm_tui.domain.deal_fields import LISTING

        return LISTING
    from crm_tui.domain.invoice_fields import listing

    return listing(desk.clock.today)


def aside(condition: str, wanted: str, shown: str | None) -> str:
    """What is said beside a filter: that the figures are of it alone, or of what they still are.

    Args:
        condition: What it is on.
        wanted: The filter that is typed.
        shown: The one the figures are of; None while there are none.
    """
    if shown is None:
        return ""
    if wanted != shown:
        return f"! still of {cut(shown, _ROOM)}" if shown else f"! still of all {condition}"
    return f"of these {condition} only" if wanted else f"of all {condition}"


class FilteredScreen(BaseScreen):
    """Reports with a line for the filter, in sight while there is one or it is typed."""

    def __init__(self) -> None:
        super().__init__()
        self._typing = False
        self._offered: str | None = None  # what the line is for

    @property
    @abstractmethod
    def kind(self) -> Kind:
        """The report that is shown."""

    @property
    @abstractmethod
    def wish(self) -> Wish:
        """What is looked at."""

    @abstractmethod
    def look_at(self, wish: Wish) -> None:
        """Look at something else."""

    @property
    @abstractmethod
    def filter_of_figures(self) -> str | None:
        """What narrows the figures that are shown; None while there are none."""

    @property
    @abstractmethod
    def page(self) -> ReportPage:
        """Where the figures are."""

    @property
    def bar(self) -> FilterBar:
        """Where one types which deals or invoices count."""
        return self.query_one(FilterBar)

    def can_filter(self) -> bool:
        """Whether a filter can say which deals or invoices count."""
        return self.kind.condition is not None

    def do_filter(self) -> None:
        """Type which deals or invoices count."""
        self._typing = True
        self.show_filter()
        self.bar.input.focus()

    def do_back(self) -> None:
        """Take the filter away; without one, back to the place one came from."""
        if self.has_class("-filtering"):
            self._end()
        else:
            super().do_back()

    def offer_filter(self, *, afresh: bool = False) -> None:
        """Let the line be for what the report is on, with the filter that was typed for it.

        Args:
            afresh: Another report was chosen, so nobody types here any more.
        """
        kind, bar = self.kind, self.bar
        if afresh:
            self._typing = False
            if bar.input.has_focus:
                self.page.focus()
        if kind.condition is not None and kind.condition != self._offered:
            self._offered = kind.condition
            bar.offer(PLACEHOLDERS[kind.condition], completer(self.desk, kind.condition))
            bar.input.value = self.wish.filter(kind)

    def show_filter(self) -> None:
        """Show the line where it belongs, and of what the figures are."""
        kind, wanted = self.kind, self.wish.filter(self.kind)
        self.set_class(kind.condition is not None and (self._typing or bool(wanted)), "-filtering")
        if kind.condition is not None:
            self.bar.tell(aside(kind.condition, wanted, self.filter_of_figures))
        self.show_keys()

    def _end(self) -> None:
        self._typing = False
        self.bar.clear()
        self.page.focus()
        self.look_at(self.wish.filtered(self.kind, ""))
        self.show_filter()

    @on(DescendantFocus)
    def _focus_went(self) -> None:
        """The line stays while one types in it, however one came there."""
        self._typing = self.bar.input.has_focus

    @on(FilterBar.Changed)
    def _filter_typed(self, event: FilterBar.Changed) -> None:
        event.stop()
        # another report may have been chosen since: what counts is what stands there
        self.look_at(self.wish.filtered(self.kind, self.bar.value))

    @on(FilterBar.Left)
    def _filter_left(self, event: FilterBar.Left) -> None:
        event.stop()
        self._typing = False
        self.page.focus()
        self.show_filter()

    @on(FilterBar.Cleared)
    def _filter_cleared(self, event: FilterBar.Cleared) -> None:
        event.stop()
        self._end()
