"""A company on a page: how to reach it, who works there, what is open, and what happened with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crm_tui.columns import cell
from crm_tui.dates import Clock, relative_day
from crm_tui.money import format_money
from crm_tui.text import cell_width, clean, pad
from crm_tui.widgets.lines import Line, Span, in_ink, spread, wrap
from crm_tui.widgets.records import money, timeline

if TYPE_CHECKING:
    from crm_tui.domain.companies import CompanyFigures
    from crm_tui.domain.payers import Payer
    from crm_tui.domain.timeline import TimelineItem
    from crm_tui.models import CompanyMethod, CompanyView, ContactView, DealView, InvoiceView

_LABEL: Final = 10
_WORD = 8  # cells of a title that are worth showing
_NOTE_LINES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """All that a card shows of a company; ``people`` and ``deals`` are the first, ``figures`` counts all.

    ``more`` says that the timeline goes on.
    """

    company: CompanyView
    figures: CompanyFigures
    methods: Sequence[CompanyMethod]
    people: Sequence[ContactView]
    deals: Sequence[DealView]
    items: Sequence[TimelineItem]
    more: bool = False
    payer: Payer | None = None
    unpaid: Sequence[InvoiceView] = ()

    @property
    def id(self) -> int:
        """The id of the company."""
        return self.company.id


def lines(found: Organisation, clock: Clock, width: int) -> list[Line]:
    """The card and the timeline as lines of at most ``width`` cells."""
    if width < 4:
        return []
    return [
        *_head(found.company, width),
        *_reach(found, width),
        *_people(found, clock, width),
        *_deals(found, width),
        *money.lines(found.payer, found.unpaid, clock.today, width, _LABEL),
        *_note(found.company, width),
        [],
        *timeline.lines(found.items, clock, width),
        *in_ink(["…"] if found.more else [], "dim"),
        *in_ink([] if found.items else wrap(timeline.NOTHING, width - 1), "dim"),
    ]


def _head(company: CompanyView, width: int) -> Iterator[Line]:
    words = ["archived"] if company.archived_at else []
    aside, name = " · ".join(clean(word) for word in (*words, *company.tags)), clean(company.name)
    if cell_width(name) + cell_width(aside) + 2 <= width:
        yield spread([(name, "strong")], [(aside, "dim")], width - 1)
    else:
        yield from in_ink(wrap(name, width - 1, 2), "strong")
        yield from in_ink(wrap(aside, width - 1, 2), "dim")
    about = " · ".join(clean(part) for part in (company.industry, company.size) if part)
    if about:
        yield from in_ink(wrap(about, width - 1, 2), "plain")


def _reach(found: Organisation, width: int) -> Iterator[Line]:
    company = found.company
    for method in found.methods:
        if method.kind.value in ("email", "phone"):
            yield spread([(clean(method.value), "accent")], [(clean(method.label or ""), "dim")], width - 1)
        else:
            yield from _labelled(method.label or method.kind.value, method.value, width)
    # the address of the website mostly says the domain too
    domain = company.domain if company.domain and company.domain not in (company.website or "") else None
    for label, text in (("website", company.website), ("domain", domain), ("part of", company.parent)):
        if text:
            yield from _labelled(label, text, width)
    for key, value in company.custom.items():
        yield from _labelled(key, cell(value), width)


def _labelled(label: str, text: str, width: int) -> Iterator[Line]:
    """A dim label and a text beside it."""
    for place, part in enumerate(wrap(text, max(8, width - _LABEL - 1), 3)):
        yield [(pad(clean(label) if place == 0 else "", _LABEL), "dim"), (part, "plain")]


def _people(found: Organisation, clock: Clock, width: int) -> Iterator[Line]:
    for place, person in enumerate(found.people):
        last = person.last_contacted_on
        when = relative_day(last, clock.today) if last else ""
        left: list[Span] = [
            (pad("people" if place == 0 else "", _LABEL), "dim"),
            (clean(person.name), "plain"),
        ]
        title = clean(person.title or "")
        room = width - 1 - _LABEL - cell_width(clean(person.name)) - cell_width(when) - 3
        # a few letters of it would say nothing
        if title and room >= min(_WORD, cell_width(title)):
            left.append((f"  {title}", "dim"))
        yield spread(left, [(when, "dim")], width - 1)
    rest = found.figures.people - len(found.people)
    if rest > 0:
        yield [(" " * _LABEL, "dim"), (f"and {rest:,} more", "dim")]


def _deals(found: Organisation, width: int) -> Iterator[Line]:
    for place, deal in enumerate(found.deals):
        priced = deal.amount_minor is not None and deal.currency
        amount = format_money(deal.amount_minor or 0, deal.currency or "") if priced else ""
        left: list[Span] = [(pad("open" if place == 0 else "", _LABEL), "dim"), (clean(deal.title), "plain")]
        yield spread(left, [(amount, "plain"), (f"  {clean(deal.stage)}", "dim")], width - 1)
    rest = found.figures.deals - len(found.deals)
    if rest > 0:
        yield [(" " * _LABEL, "dim"), (f"and {rest:,} more", "dim")]


def _note(company: CompanyView, width: int) -> Iterator[Line]:
    if company.note:
        yield []
        yield from in_ink(wrap(company.note.strip(), width - 1, _NOTE_LINES), "plain")
