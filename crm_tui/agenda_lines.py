"""The morning list in words: one line an item or goal, and the whole of it as text for a terminal or a mail.

Shared by the faces, so that Today reads alike everywhere. A sign stands before each line, so that colour is
never the only one: ``!`` overdue, ``·`` today, ``~`` soon.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.cells import cell_width, clean, pad
from crm_tui.dates import day_distance, relative_day, short_day

if TYPE_CHECKING:
    from crm_tui.domain.agenda_items import AgendaItem
    from crm_tui.domain.goals import GoalProgress

Style = Callable[[str, str], str]
_NARROWEST: Final = 10
_GAP: Final = "  "
_COLOURS: Final = {"!": "red", "~": "yellow", "+": "green"}
_COUNTED: Final = {
    "Overdue": ("overdue", "overdue"),
    "Today": ("today", "today"),
    "Keep in touch": ("out of touch", "out of touch"),
    "Customers": ("customer", "customers"),
    "Dates": ("date", "dates"),
    "Stuck": ("stuck", "stuck"),
    "Unpaid": ("unpaid", "unpaid"),
    "Coming": ("coming", "coming"),
}
"""The groups in their order, and what one and several of each are called in figures."""
_GOAL_SIGNS: Final = {"reached": "+", "behind": "~"}


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """An item for people, cleaned for a terminal.

    Attributes:
        sign: ``!`` overdue, ``·`` today, ``~`` soon, or a space.
        what: what is to be done or the matter.
        who: whom or which deal it concerns.
        amount: money, or nothing.
        when: how long it is overdue, at what time, when; how old somebody will be.
    """

    sign: str
    what: str
    who: str
    amount: str
    when: str

    @property
    def style(self) -> str:
        """The name of the sign's colour, or nothing."""
        return _COLOURS.get(self.sign, "")


def line(item: AgendaItem, today: date) -> AgendaLine:
    """An item as a line."""
    sign, what, who, when = _WORDS[item.kind.value](item, today)
    amount = ""
    if item.amount_minor is not None and item.currency is not None:
        from crm_tui.money import format_money

        amount = format_money(item.amount_minor, item.currency)
    marked = [when] if when else []
    if item.priority == "high":
        marked.append("high")
    if getattr(item, "late", False):
        marked.append("late")
    return AgendaLine(sign, clean(what), clean(who), amount, ", ".join(marked))


class GoalLine(NamedTuple):
    """A goal for people: ``+`` reached, ``~`` behind, ``·`` on track; what there is of what, and when it is over."""

    sign: str
    what: str
    done: str
    share: str
    span: str


def goal_line(goal: GoalProgress) -> GoalLine:
    """A goal as a line; its share is rounded down, so that 100% is reached."""
    sign = _GOAL_SIGNS.get(goal.status, "·")
    of = f"{_number(goal.actual, goal.currency)} of {_number(goal.target, goal.currency)}"
    done = f"{of} {goal.currency}" if goal.currency is not None else of
    return GoalLine(sign, goal.metric, done, f"{goal.actual * 100 // goal.target}%", f"this {goal.per}")


def goals_text(goals: Sequence[GoalProgress], style: Style | None = None) -> list[str]:
    """Goals as lines of text that line up, the word Goals above them; nothing where there are none."""
    styled = style or _plain
    rows = [goal_line(goal) for goal in goals]
    what, done, share = (max((cell_width(row[place]) for row in rows), default=0) for place in (1, 2, 3))
    lines = [
        f"{styled(row.sign, colour) if (colour := _COLOURS.get(row.sign, '')) else row.sign} {pad(row.what, what)}"
        f"{_GAP}{pad(row.done, done, 'right')}{_GAP}{pad(row.share, share, 'right')}{_GAP}{styled(row.span, 'dim')}"
        for row in rows
    ]
    return [styled("Goals", "dim"), *lines] if lines else []


def _number(number: int, currency: str | None) -> str:
    """A number, or an amount without its currency; its decimals only where they say something."""
    if currency is None:
        return f"{number:,}"
    from crm_tui.money import exponent, format_money

    unit = 10 ** exponent(currency)
    return (
        f"{number // unit:,}"
        if number % unit == 0
        else format_money(number, currency).removesuffix(f" {currency}")
    )


def headline(items: Sequence[AgendaItem]) -> str:
    """The list in figures: "2 overdue, 3 today, 1 out of touch"; empty when there is nothing."""
    return ", ".join(figures(Counter(item.group.value for item in items)))


def figures(counts: Mapping[str, int]) -> list[str]:
    """How many there are in each group, in the words of its name, the empty ones left out.

    Args:
        counts: by the names of the groups, in their order or another.
    """
    return [
        f"{counts[group]:,} {one if counts[group] == 1 else many}"
        for group, (one, many) in _COUNTED.items()
        if counts.get(group)
    ]


def text(items: Sequence[AgendaItem], today: date, width: int, style: Style | None = None) -> list[str]:
    """The items as lines of text under the names of their groups.

    Args:
        items: in the order of the list.
        today: the day they are looked at from.
        width: how many cells a line may take.
        style: puts a text (first) into a style (second: dim, red, yellow); none unless given.
    """
    styled = style or _plain
    rows = [(item.group, str(item.ref or ""), line(item, today)) for item in items]
    shared = _natural([(ref, each) for _, ref, each in rows])
    found: list[str] = []
    for group, members in groupby(rows, key=itemgetter(0)):
        part = [(ref, each) for _, ref, each in members]
        # where all does not fit, a group keeps for its words what others need for amounts
        sizes = shared if _length(shared) <= width else _fitted([shared[0], *_natural(part)[1:]], width)
        found.append(styled(group.value, "dim"))
        found += (_row(ref, each, sizes, styled) for ref, each in part)
    return found


def _row(ref: str, each: AgendaLine, sizes: Sequence[int], styled: Style) -> str:
    cells = (pad(ref, sizes[0], "right"), pad(each.what, sizes[1]), pad(each.who, sizes[2]))
    ends = (pad(each.amount, sizes[3], "right"), pad(each.when, sizes[4], "right"))
    sign = styled(each.sign, each.style) if each.style else each.sign
    return (
        f"{sign} {_GAP.join((styled(cells[0], 'dim'), *cells[1:], *(end for end in ends if end)))}".rstrip()
    )


def _natural(rows: Sequence[tuple[str, AgendaLine]]) -> list[int]:
    """The widths of ref, what, who, amount and when, were there room for all."""
    parts = [(ref, each.what, each.who, each.amount, each.when) for ref, each in rows]
    return [max((cell_width(part[place]) for part in parts), default=0) for place in range(5)]


def _length(sizes: Sequence[int]) -> int:
    return sum(sizes) + len("! ") + len(_GAP) * (2 + bool(sizes[3]) + bool(sizes[4]))


def _fitted(sizes: list[int], width: int) -> list[int]:
    """The widths for a line of the given one: who, then what gives way, and who takes what is left over."""
    while _length(sizes) > width:
        if max(sizes[1], sizes[2]) <= _NARROWEST:
            return sizes
        first = sizes[1] * 4 >= sizes[2] * 5 or sizes[2] <= _NARROWEST
        sizes[1 if first and sizes[1] > _NARROWEST else 2] -= 1
    sizes[2] += width - _length(sizes)
    return sizes


def _plain(words: str, name: str) -> str:
    return words


_Words = tuple[str, str, str, str]


def _followup(item: AgendaItem, today: date) -> _Words:
    who = _joined(item.contact, item.company if item.company != item.contact else None, item.deal)
    if item.overdue_days > 0:
        return "!", item.title, who, day_distance(item.due_on, today)
    if item.overdue_days == 0:
        return "·", item.title, who, item.due_time or "any time"
    when = f"{_coming(item.due_on, today)}{' ' if item.due_time else ''}{item.due_time or ''}"
    return " ", item.title, who, when


def _touch(item: AgendaItem, today: date) -> _Words:
    who = _joined(item.contact, item.company)
    if item.overdue_days < 0:
        return "~", item.title, who, _coming(item.due_on, today)
    return "~", item.title, who, "every day" if item.cadence_days == 1 else f"every {item.cadence_days} days"


def _customer(item: AgendaItem, today: date) -> _Words:
    who = _joined(item.contact, item.company if item.company != item.contact else None)
    if item.overdue_days < 0:
        when = _coming(item.due_on, today)
    elif item.kind == "silent":
        when = f"bought {relative_day(item.last_on, today)}" if item.last_on is not None else ""
    else:
        when = day_distance(item.due_on, today) if item.overdue_days else "today"
    return "·" if item.kind == "reorder" and item.overdue_days == 0 else "~", item.title, who, when


def _anniversary(item: AgendaItem, today: date) -> _Words:
    near = abs(item.overdue_days) <= 1
    what = f"{item.title} {relative_day(item.due_on, today)}"
    exact = "" if near else short_day(item.due_on, today)
    age = "" if not item.age else f"turns {item.age}" if item.kind == "birthday" else f"{item.age} years"
    sign = "·" if item.overdue_days == 0 else "!" if item.overdue_days > 0 else " "
    return sign, what, _joined(item.contact, item.company), _joined(exact, age)


def _deal(item: AgendaItem, today: date) -> _Words:
    who = _joined(item.title, item.contact)
    if item.listed_on > item.due_on:
        return "!", f"{item.stage}, close was expected", who, relative_day(item.due_on, today)
    stood = day_distance(item.last_on, today) if item.last_on is not None else ""
    return " ", f"{item.stage} for {stood}", who, ""


def _invoice(item: AgendaItem, today: date) -> _Words:
    return "!", item.title, item.contact or "", day_distance(item.due_on, today)


def _coming(day: date, today: date) -> str:
    return _joined(relative_day(day, today), short_day(day, today))


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


_WORDS: Final[dict[str, Callable[[AgendaItem, date], _Words]]] = {
    "followup": _followup,
    "touch": _touch,
    "silent": _customer,
    "reorder": _customer,
    "birthday": _anniversary,
    "date": _anniversary,
    "deal": _deal,
    "invoice": _invoice,
}
