"""The week in one line: what was done on each day, and what was won this month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.widget import Widget

from crm_tui.text import cell_width, clean
from crm_tui.widgets.figures.plots import sparkline
from crm_tui.widgets.figures.words import KINDS, month_name, whole
from crm_tui.widgets.lines import Ink, Line, Span

if TYPE_CHECKING:
    from crm_tui.domain.reports import Week

_HEAD: Final = "Week  "
_GAP: Final = "   "
_STYLES: Final[dict[Ink, str]] = {"dim": "$text-muted", "accent": "$text-accent", "good": "$text-success"}
_CONTACTS: Final = ("call", "email", "meeting", "message")
"""What counts as having been in touch; a note does not."""


class WeekLine(Widget, can_focus=False):
    """One line beneath a thin rule, not there at all while it has nothing to say."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    WeekLine { height: 2; width: 1fr; padding: 0 1; border-top: solid $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[Line] = []

    def show(self, week: Week | None, base: str) -> None:
        """Show another week; ``base`` is the currency that comes first."""
        self._parts = parts(week, base) if week is not None else []
        self.set_class(not self._parts, "-empty")
        self.refresh()

    def render(self) -> Content:
        """As many parts as fit."""
        return Content.assemble(
            *((clean(text), _STYLES.get(ink, "")) for text, ink in joined(self._parts, self.size.width))
        )


def parts(week: Week, base: str) -> list[Line]:
    """What there is to say of a week: a part for each kind there was, and one for what was won."""
    found: list[Line] = []
    for kind in _CONTACTS:
        days = [getattr(day, kind) for day in week.days]
        if any(days):
            found.append(
                [(f"{KINDS[kind][1]} ", "dim"), (sparkline(days), "accent"), (f" {sum(days):,}", "plain")]
            )
    won = sorted(week.won, key=lambda each: (each.currency is None, each.currency != base, -each.count))
    if won:
        number = sum(each.count for each in won)
        sums = [whole(each.amount_minor, each.currency) for each in won if each.currency is not None]
        text = " + ".join(sums) or ("1 deal" if number == 1 else f"{number:,} deals")
        found.append([("won ", "dim"), (text, "good"), (f" in {month_name(week.as_of)}", "dim")])
    return found


def joined(found: list[Line], width: int) -> list[Span]:
    """The parts in one line of so many cells; those in the middle are left out first where they do not all fit."""
    shown = list(found)
    while len(shown) > 1 and _cells(shown) > width:
        del shown[-2]
    spans: list[Span] = [(_HEAD, "dim")] if shown else []
    for place, part in enumerate(shown):
        spans += [(_GAP, "plain"), *part] if place else part
    return spans


def _cells(shown: list[Line]) -> int:
    texts = sum(cell_width(text) for part in shown for text, _ in part)
    return cell_width(_HEAD) + texts + cell_width(_GAP) * (len(shown) - 1)
