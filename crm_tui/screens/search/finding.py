"""Searching everything for the screen: what is typed, and the lines of what was found.

``kind:deal`` among the words narrows the search to deals; a kind may be begun only, if that is enough to tell it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import day_distance, local_day, relative_day
from crm_tui.widgets.entry.filter_bar import Completer
from crm_tui.widgets.lists.matches import fits
from crm_tui.widgets.tables.rows import Tone

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.search_hits import Hit
    from crm_tui.domain.search_query import SearchQuery
    from crm_tui.models import (
        CompanyView,
        ContactView,
        DealView,
        FollowupView,
        InteractionView,
        InvoiceView,
        ProductView,
    )
    from crm_tui.screens.forms.fields import Form

TITLES: Final = {
    "contact": "People",
    "company": "Companies",
    "deal": "Deals",
    "followup": "Follow-ups",
    "interaction": "Interactions",
    "invoice": "Invoices",
    "product": "Products",
}
"""The kinds, in the order of the tabs, and their headings."""
_SERVICES: Final = {
    "contact": "contacts",
    "company": "companies",
    "deal": "deals",
    "followup": "followups",
    "interaction": "interactions",
    "invoice": "invoices",
    "product": "products",
}
_CALLED: Final = {
    "contact": ("contact", "contacts", "person", "people"),
    "company": ("company", "companies"),
    "deal": ("deal", "deals"),
    "followup": ("followup", "followups"),
    "interaction": ("interaction", "interactions"),
    "invoice": ("invoice", "invoices"),
    "product": ("product", "products"),
}
_KIND: Final = re.compile(r"(?:^|(?<=\s))kind:(\S*)", re.IGNORECASE)
_LAST_WORD: Final = re.compile(r"(?:^|\s)(\S+)$")
_SEPARATOR: Final = " · "
Target = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is typed: the words, the kind if one is told, and what was typed as a kind and is none."""

    words: str
    kind: str | None = None
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One hit as the screen shows it; ``opens`` is the record to show for it, None when it has none."""

    kind: str
    id: int
    title: str
    snippet: str
    aside: str
    sign: str = " "
    tone: Tone = "plain"
    opens: Target | None = None

    @property
    def reaches(self) -> Target | None:
        """The person or company whose addresses are meant; None when it is about neither."""
        return self.opens if self.opens is not None and self.opens[0] in ("contacts", "companies") else None


@dataclass(frozen=True, slots=True)
class Part:
    """What was found of one kind: some lines, how many there are, and whether there may be more."""

    kind: str
    lines: Sequence[Line]
    total: int
    more: bool

    @property
    def figure(self) -> str:
        """How many there are, with a plus where there may be more."""
        return f"{self.total:,}{'+' if self.more else ''}"


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found, the kind with the best hit first; ``query`` is None when nothing was searched for."""

    wanted: Wanted
    query: SearchQuery | None
    parts: Sequence[Part]

    @property
    def told(self) -> list[Part]:
        """The kinds of which there are hits to see."""
        return [part for part in self.parts if part.lines]


def read_typed(text: str) -> Wanted:
    """What is meant by what is typed."""
    found = _KIND.search(text)
    if found is None:
        return Wanted(" ".join(text.split()))
    words = " ".join(_KIND.sub(" ", text).split())
    begun = found[1].casefold().replace("-", "")
    kinds = _kinds(begun)
    if len(kinds) == 1:
        return Wanted(words, kinds[0])
    return Wanted(words, None, "" if kinds else found[1])


def with_kind(text: str, kind: str | None) -> str:
    """What is typed, with another kind or none."""
    words = " ".join(_KIND.sub(" ", text).split())
    return f"kind:{kind} {words}" if kind else words


def _kinds(begun: str) -> list[str]:
    return [kind for kind, called in _CALLED.items() if any(each.startswith(begun) for each in called)]


class KindCompleter(Completer):
    """Completes ``kind:`` and the kinds."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """What is typed and how it may go on."""
        return completed(value)

    def taken(self, shown: str) -> str:
        """What a suggestion becomes; behind a kind the words follow."""
        return shown if shown.endswith(":") else f"{shown} "


def completed(text: str) -> str | None:
    """The text with its last word gone on with, where that begins ``kind:`` or a kind."""
    last = _LAST_WORD.search(text)
    if last is None:
        return None
    begun = last[1].casefold()
    ends = [f"kind:{kind}" for kind in TITLES] if ":" in begun else ["kind:"] if len(begun) > 1 else []
    return next(
        (text + each[len(begun) :] for each in ends if each.startswith(begun) and each != begun), None
    )


def read(crm: Crm, wanted: Wanted, most: int) -> Results:
    """Search, in a worker thread; ``most`` hits are told where it is about one kind only."""
    from crm_tui.domain.search_query import read_query

    query = read_query(wanted.words)
    parts = []
    for found in crm.search.by_kind(wanted.words, wanted.kind, most):
        if found.kind not in TITLES:
            continue
        lines = tuple(_lines(crm, found.kind, found.hits, query)) if found.hits else ()
        parts.append(Part(found.kind, lines, found.total, found.more))
    return Results(wanted, query, parts)


def form(crm: Crm, line: Line) -> Form | None:
    """The form that changes what was found."""
    from crm_tui.screens.billing import invoice_forms, product_forms
    from crm_tui.screens.forms import daily_forms
    from crm_tui.screens.record import record_forms

    if line.kind == "contact":
        return daily_forms.read_contact(crm, line.id)
    if line.kind == "company":
        return record_forms.company(crm, line.id)
    if line.kind == "deal":
        return record_forms.deal(crm, line.id)
    if line.kind == "invoice":
        return invoice_forms.edit(crm, line.id)
    if line.kind == "product":
        return product_forms.product(crm, line.id)
    if line.kind == "followup":
        return daily_forms.change_followup(crm.followups.get(line.id))
    return record_forms.interaction(crm.interactions.get(line.id), crm.clock)


def methods(crm: Crm, target: Target) -> Sequence[tuple[str, str]]:
    """The ways to reach a person or company, each its kind and its value."""
    table, record_id = target
    found = crm.contacts.methods(record_id) if table == "contacts" else crm.companies.methods(record_id)
    return [(each.kind.value, each.value) for each in found]


def own_methods(crm: Crm, line: Line) -> Sequence[tuple[str, str]]:
    """The ways to reach whom was found; none of what is neither a person nor a company."""
    if line.reaches is None or line.kind not in ("contact", "company"):
        return ()
    return methods(crm, line.reaches)


def _lines(crm: Crm, kind: str, hits: Sequence[Hit], query: SearchQuery) -> Iterator[Line]:
    views = {each.id: each for each in getattr(crm, _SERVICES[kind]).views([hit.id for hit in hits])}
    for hit in hits:
        if hit.id in views:
            yield _TELLERS[kind](hit, views[hit.id], query, crm)


def _snippet(
    parts: Sequence[str], query: SearchQuery, shown: Sequence[str] = (), tags: Sequence[str] = ()
) -> str:
    """What else tells a hit apart, that in front by which it was found, a tag too."""
    rest = [
        each for each in (*parts, *(tag for tag in tags if fits(tag, query))) if each and each not in shown
    ]
    # put away is what one has to know first
    return _SEPARATOR.join(sorted(rest, key=lambda each: (each != "archived", not fits(each, query))))


def _contact(hit: Hit, view: ContactView, query: SearchQuery, crm: Crm) -> Line:
    aside = view.company or ""
    snippet = _snippet(hit.snippet.split(_SEPARATOR), query, (aside,), view.tags)
    return Line("contact", hit.id, hit.title, snippet, aside, opens=("contacts", hit.id))


def _company(hit: Hit, view: CompanyView, query: SearchQuery, crm: Crm) -> Line:
    aside = view.domain or ""
    snippet = _snippet(hit.snippet.split(_SEPARATOR), query, (aside,), view.tags)
    return Line("company", hit.id, hit.title, snippet, aside, opens=("companies", hit.id))


def _deal(hit: Hit, view: DealView, query: SearchQuery, crm: Crm) -> Line:
    from crm_tui.money import format_money

    amount = (
        format_money(view.amount_minor, view.currency)
        if view.amount_minor is not None and view.currency
        else ""
    )
    sign, tone = _STATUS.get(view.status.value, (" ", "plain"))
    snippet = _snippet(hit.snippet.split(_SEPARATOR), query, (), view.tags)
    return Line("deal", hit.id, hit.title, snippet, amount, sign, tone, ("deals", hit.id))


def _invoice(hit: Hit, view: InvoiceView, query: SearchQuery, crm: Crm) -> Line:
    from crm_tui.money import format_money
    from crm_tui.widgets.records import invoice_words

    sign, tone = invoice_words.sign(view, crm.clock.today)
    total = format_money(view.total_minor, view.currency)
    # how it stands is said by the day, its amount stands at the right
    parts = hit.snippet.split(_SEPARATOR)[1:]
    snippet = [invoice_words.stands(view, crm.clock.today), _snippet(parts, query, (total,))]
    told = _SEPARATOR.join(each for each in snippet if each)
    return Line("invoice", hit.id, hit.title, told, total, sign, tone, ("invoices", hit.id))


def _product(hit: Hit, view: ProductView, query: SearchQuery, crm: Crm) -> Line:
    from crm_tui.money import format_money

    priced = view.price_minor is not None and view.currency
    price = format_money(view.price_minor or 0, view.currency or "") if priced else ""
    snippet = _snippet(hit.snippet.split(_SEPARATOR), query, (price,))
    return Line("product", hit.id, hit.title, snippet, price)


def _followup(hit: Hit, view: FollowupView, query: SearchQuery, crm: Crm) -> Line:
    sign, tone, aside = _due(view, crm.clock.today)
    snippet = _snippet([view.contact or "", view.deal or ""], query)
    opens: Target | None = None
    if view.contact_id is not None:
        opens = "contacts", view.contact_id
    elif view.deal_id is not None:
        opens = "deals", view.deal_id
    return Line("followup", hit.id, hit.title, snippet, aside, sign, tone, opens)


def _due(view: FollowupView, today: date) -> tuple[str, Tone, str]:
    status = view.status.value
    if status != "open":
        return "x" if status == "cancelled" else "+", "dim", status
    if view.due_on < today:
        return "!", "bad", f"{day_distance(view.due_on, today)} late"
    now = view.due_on == today
    return "·" if now else " ", "accent" if now else "plain", relative_day(view.due_on, today)


def _interaction(hit: Hit, view: InteractionView, query: SearchQuery, crm: Crm) -> Line:
    aside = relative_day(local_day(view.occurred_at, crm.clock), crm.clock.today)
    parts = hit.snippet.split(_SEPARATOR)
    sign = {"in": "<", "out": ">"}.get(view.direction.value if view.direction else "", " ")
    opens: Target | None = None
    if view.contact_ids:
        opens = "contacts", view.contact_ids[0]
    elif view.deal_id is not None:
        opens = "deals", view.deal_id
    # the first part is the kind and its day, which stands at the right
    snippet = _SEPARATOR.join(each for each in (view.kind.value, _snippet(parts[1:], query)) if each)
    return Line("interaction", hit.id, hit.title, snippet, aside, sign, "accent", opens)


_STATUS: Final[dict[str, tuple[str, Tone]]] = {"won": ("+", "good"), "lost": ("x", "bad")}
_TELLERS: Final[dict[str, Any]] = {
    "contact": _contact,
    "company": _company,
    "deal": _deal,
    "invoice": _invoice,
    "product": _product,
    "followup": _followup,
    "interaction": _interaction,
}
