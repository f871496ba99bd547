"""A person on a page: who they are, how to reach them, what is promised and open, and what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_tui.dates import Clock, age_on, day_distance, next_anniversary, relative_day, short_day
from crm_tui.models import (
    ContactMethod,
    ContactView,
    DealView,
    FollowupView,
    ImportantDate,
    Relation,
)
from crm_tui.money import format_money
from crm_tui.text import cell_width, clean, pad
from crm_tui.widgets.lines import Ink, Line, Span, in_ink, spread, wrap
from crm_tui.widgets.records import money, timeline

if TYPE_CHECKING:
    from crm_tui.domain.payers import Payer
    from crm_tui.domain.timeline import TimelineItem
    from crm_tui.models import InvoiceView

_LABEL = 9
_NOTE_LINES = 8
_NEAR = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """All that a card shows of somebody; ``more`` says that the timeline goes on."""

    contact: ContactView
    methods: Sequence[ContactMethod]
    dates: Sequence[ImportantDate]
    relations: Sequence[tuple[Relation, str]]
    followups: Sequence[FollowupView]
    deals: Sequence[DealView]
    items: Sequence[TimelineItem]
    more: bool = False
    relations_to: Sequence[tuple[Relation, str]] = ()
    payer: Payer | None = None
    unpaid: Sequence[InvoiceView] = ()

    @property
    def id(self) -> int:
        """The id of the person."""
        return self.contact.id


def lines(person: Person, clock: Clock, width: int) -> list[Line]:
    """The card and the timeline as lines of at most ``width`` cells."""
    if width < 4:
        return []
    return [
        *_head(person.contact, width),
        *_reach(person, width),
        *_rhythm(person, clock, width),
        *_promises(person, clock, width),
        *_deals(person, width),
        *money.lines(person.payer, person.unpaid, clock.today, width, _LABEL),
        *_note(person.contact, width),
        [],
        *timeline.lines(person.items, clock, width, own=person.contact.name),
        *in_ink(["…"] if person.more else [], "dim"),
        *in_ink([] if person.items else wrap(timeline.NOTHING, width - 1), "dim"),
    ]


def _head(contact: ContactView, width: int) -> Iterator[Line]:
    words = [contact.lifecycle.value, *contact.tags]
    if contact.archived_at:
        words.insert(0, "archived")
    aside = " · ".join(clean(word) for word in words)
    name = clean(contact.name)
    if cell_width(name) + cell_width(aside) + 2 <= width:
        yield spread([(name, "strong")], [(aside, "dim")], width - 1)
    else:
        yield from in_ink(wrap(name, width - 1, 2), "strong")
        yield from in_ink(wrap(aside, width - 1, 2), "dim")
    work = " · ".join(clean(part) for part in (contact.company, contact.title) if part)
    if work:
        yield from in_ink(wrap(work, width - 1, 2), "plain")


def _reach(person: Person, width: int) -> Iterator[Line]:
    short = [method for method in person.methods if method.kind.value in ("email", "phone")]
    texts = [clean(method.value) for method in short]
    both = "   ".join(texts)
    if texts and cell_width(both) < width and len(texts) <= 2:
        yield [(both, "accent")]
    else:
        for method in short:
            yield spread([(clean(method.value), "accent")], [(clean(method.label or ""), "dim")], width - 1)
    for method in person.methods:
        if method not in short:
            yield from _labelled(method.label or method.kind.value, method.value, width)


def _labelled(label: str, text: str, width: int) -> Iterator[Line]:
    """A dim label and a text beside it."""
    for place, part in enumerate(wrap(text, max(8, width - _LABEL - 1), 3)):
        yield [(pad(label if place == 0 else "", _LABEL), "dim"), (part, "plain")]


def _rhythm(person: Person, clock: Clock, width: int) -> Iterator[Line]:
    contact, today = person.contact, clock.today
    parts: list[Span] = []
    if contact.cadence_days:
        days = contact.cadence_days
        parts.append((f"every {days} days" if days > 1 else "every day", "plain"))
    touch = contact.next_touch_on
    if touch is not None:
        late = touch < today
        text = f"! silent, {day_distance(touch, today)} late" if late else f"next {short_day(touch, today)}"
        parts += [(" · " if parts else "", "dim"), (text, "bad" if late else "plain")]
    if contact.last_contacted_on is not None:
        last = f"last {relative_day(contact.last_contacted_on, today)}"
        # the timeline says it as well
        if sum(len(text) for text, _ in parts) + len(last) + 4 <= width:
            parts += [(" · " if parts else "", "dim"), (last, "plain")]
    if parts:
        yield spread(parts, [], width - 1)
    if contact.opted_out_on is not None:
        yield [(f"x wants no mail since {short_day(contact.opted_out_on, today)}", "bad")]
    if contact.birthday:
        yield from _labelled("birthday", _day(contact.birthday, clock), width)
    for each in person.dates:
        yield from _labelled(each.label, _day(each.date, clock, counted=False), width)
    ties = [f"{relation.kind} {name}" for relation, name in person.relations]
    ties += [f"{relation.kind} of {name}" for relation, name in person.relations_to]
    for place, text in enumerate(ties):
        yield from _labelled("related" if place == 0 else "", text, width)
    if contact.source:
        yield from _labelled("source", contact.source, width)
    for key, value in contact.custom.items():
        yield from _labelled(key, str(value), width)


def _day(kept: str, clock: Clock, *, counted: bool = True) -> str:
    coming = next_anniversary(kept, clock.today)
    age = age_on(kept, coming) if counted else None
    text = f"{short_day(coming, clock.today)}, {relative_day(coming, clock.today)}"
    return f"{text}, turns {age}" if age else text


def _promises(person: Person, clock: Clock, width: int) -> Iterator[Line]:
    for each in person.followups:
        late, now = each.overdue_days > 0, each.overdue_days == 0
        sign = "!" if late else "·" if now else "~" if each.overdue_days > -_NEAR else " "
        tone: Ink = "bad" if late else "soon" if sign == "~" else "plain"
        when = f"{relative_day(each.due_on, clock.today)}{f' {each.due_time}' if each.due_time else ''}"
        room = width - 1 - _LABEL - 2 - cell_width(when) - 2
        for place, text in enumerate(wrap(each.title, max(8, room), 4)):
            head: list[Span] = [(pad("next" if place == 0 else "", _LABEL), "dim")]
            head += [(f"{sign} " if place == 0 else "  ", tone), (text, "plain")]
            yield spread(head, [(when, tone)] if place == 0 else [], width - 1)


def _deals(person: Person, width: int) -> Iterator[Line]:
    for deal in person.deals:
        amount = (
            ""
            if deal.amount_minor is None or not deal.currency
            else format_money(deal.amount_minor, deal.currency)
        )
        left: list[Span] = [(pad("open", _LABEL), "dim"), (clean(deal.title), "plain")]
        yield spread(left, [(amount, "plain"), (f"  {clean(deal.stage)}", "dim")], width - 1)


def _note(contact: ContactView, width: int) -> Iterator[Line]:
    if contact.note:
        yield []
        yield from in_ink(wrap(contact.note.strip(), width - 1, _NOTE_LINES), "plain")
