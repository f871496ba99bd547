"""The week in one line: what was done on each day, what was won this month, and how far the goals are.

Where not everything fits, a goal outlasts what nobody aimed at, and its figures outlast its bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.content import Content
from textual.widget import Widget

from crm_tui.agenda_lines import goal_line
from crm_tui.dates.words import MONTH_NAMES
from crm_tui.money import divide_half_even, exponent
from crm_tui.text import cell_width, clean
from crm_tui.widgets.figures.plots import sparkline
from crm_tui.widgets.lines import Ink, Line, Span

if TYPE_CHECKING:
    from crm_tui.domain.goals import GoalProgress
    from crm_tui.domain.reports import Week

_HEAD: Final = "Week  "
_GAP: Final = "   "
_STYLES: Final[dict[Ink, str]] = {"dim": "$text-muted", "accent": "$text-accent", "good": "$text-success"}
_CONTACTS: Final = {"call": "calls", "email": "emails", "meeting": "meetings", "message": "messages"}
"""What counts as having been in touch, and several of it; a note does not."""
_BAR: Final = 10
"""The cells of a goal's bar."""
_FORMS: Final = 3
"""How many ways there are to tell a goal."""


class WeekLine(Widget, can_focus=False):
    """One line beneath a thin rule, not there at all while it has nothing to say."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    WeekLine { height: 2; width: 1fr; padding: 0 1; border-top: solid $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[Part] = []

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


class Part(NamedTuple):
    """Something to say, and shorter ways to say it; ``aimed`` where it is a goal."""

    forms: tuple[Line, ...]
    aimed: bool = False


def parts(week: Week, base: str) -> list[Part]:
    """What there is to say of a week: each kind there was or was aimed at, what was won, the other goals."""
    aims = {goal.metric: goal for goal in week.goals if goal.per == "week"}
    kinds = [_kind(week, kind, aims.get(many)) for kind, many in _CONTACTS.items()]
    found = sorted((part for part in kinds if part is not None), key=lambda part: not part.aimed)
    goals = [goal for goal in week.goals if goal.per != "week" or goal.metric not in _CONTACTS.values()]
    if week.won and not any(goal.metric == "won" for goal in goals):
        found.append(_won(week, base))
    return [*found, *(_goal(goal) for goal in goals)]


def joined(found: Sequence[Part], width: int) -> list[Span]:
    """The parts in one line of so many cells.

    What does not fit is told shorter; then what nobody aimed at is left out, of that what was won last; then goals.
    """
    shown = list(found)
    form = 0
    while len(shown) > 1 and _cells(shown, form) > width:
        others = [part for part in shown if not part.aimed]
        if form == 0:
            form = 1
        elif len(others) > 1 or (others and len(shown) > len(others)):
            shown.remove(others[-2] if len(others) == len(shown) else others[-1])
        elif form < _FORMS - 1:
            form += 1
        else:
            del shown[-1]
    if len(shown) == 1 and _cells(shown, form) > width:
        form = _FORMS - 1
    spans: list[Span] = [(_HEAD, "dim")] if shown else []
    for place, part in enumerate(shown):
        spans += [(_GAP, "plain"), *_form(part, form)] if place else _form(part, form)
    return spans


def _kind(week: Week, kind: str, goal: GoalProgress | None) -> Part | None:
    """The days of a kind of interaction; None where there were none and none were aimed at."""
    days = [getattr(day, kind) for day in week.days]
    if goal is None and not any(days):
        return None
    name: Line = [(f"{_CONTACTS[kind]} ", "dim"), (sparkline(days), "accent")]
    if goal is None:
        return Part(([*name, (f" {sum(days):,}", "plain")],))
    row = goal_line(goal)
    done: Span = (f" {row.done}", "good" if row.sign == "+" else "plain")
    return Part(([*name, done], [*name, done], [name[0], (row.done, done[1])]), aimed=True)


def _won(week: Week, base: str) -> Part:
    won = sorted(week.won, key=lambda each: (each.currency is None, each.currency != base, -each.count))
    number = sum(each.count for each in won)
    sums = [whole(each.amount_minor, each.currency) for each in won if each.currency is not None]
    text = " + ".join(sums) or ("1 deal" if number == 1 else f"{number:,} deals")
    return Part(([("won ", "dim"), (text, "good"), (f" in {MONTH_NAMES[week.as_of.month - 1]}", "dim")],))


def whole(minor: int, currency: str) -> str:
    """An amount in whole units with its currency, halves to the even neighbour: 4,200 EUR."""
    return f"{divide_half_even(minor, 10 ** exponent(currency)):,} {currency}"


def _goal(goal: GoalProgress) -> Part:
    """A goal with its bar and its span, with its bar, without."""
    row = goal_line(goal)
    filled = min(max(goal.actual * _BAR // goal.target, 0), _BAR)
    name: Line = [(f"{row.what} ", "dim"), (row.done, "good" if row.sign == "+" else "plain")]
    bar: Line = [
        *name,
        (f" {'█' * filled}", "accent"),
        ("░" * (_BAR - filled), "dim"),
        (f" {row.share}", "plain"),
    ]
    return Part(([*bar, (f" {row.span}", "dim")], bar, [*name, (f" {row.share}", "plain")]), aimed=True)


def _form(part: Part, form: int) -> Line:
    return part.forms[min(form, len(part.forms) - 1)]


def _cells(shown: Sequence[Part], form: int) -> int:
    texts = sum(cell_width(text) for part in shown for text, _ in _form(part, form))
    return cell_width(_HEAD) + texts + cell_width(_GAP) * (len(shown) - 1)
