"""A contact, a company, a deal and an invoice as pages: their first lines, and the facts of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from crm_tui.dates import Clock, day_distance, local_day, relative_day, short_day
from crm_tui.money import format_money
from crm_tui.screens.billing import invoice_page
from crm_tui.screens.record import record_rows as rows
from crm_tui.screens.record.record_rows import Keys, Page, field, link
from crm_tui.text import clean
from crm_tui.widgets.records.record_view_rows import Row, Section
from crm_tui.widgets.tables.rows import Tone

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.models import CompanyView, ContactView, DealView
    from crm_tui.screens.record.record_reading import Whole

_HOUR: Final = 3600


def page(whole: Whole, clock: Clock, keys: Keys, before: Page | None = None) -> Page:
    """A record as it is shown; ``before`` is the page of which it is the continuation, if it is one."""
    head = _HEADS[whole.table](whole, clock)
    facts = _FACTS[whole.table](whole, clock, keys)
    if whole.table == "invoices":
        work = invoice_page.work(whole, clock, keys)
    else:
        work = [rows.next_steps(whole, clock, keys)]
        if whole.table != "deals":
            work.append(rows.deals(whole, clock))
        work.append(invoice_page.invoices(whole, clock))
    return Page(
        whole=whole,
        name=clean(whole.name),
        aside=head[0],
        figures=head[1],
        facts=facts,
        work=work,
        happened=_happened(whole, clock, keys, before),
    )


def _happened(whole: Whole, clock: Clock, keys: Keys, before: Page | None) -> Section:
    if whole.table == "invoices":
        return Section("", [])
    known: Sequence[Row] = ()
    items = whole.items
    after = ""
    if before is not None and before.whole.items:
        known, last = before.happened.rows, before.whole.items[-1]
        items = items[len(before.whole.items) :]
        after = rows.era(local_day(last.at, clock), clock.today)
    found = [*known, *rows.happened(items, whole, clock, after)]
    if not found:
        found = [rows.teach("log", f"Nothing happened yet. {keys('log')} logs the first call.")]
    return Section("What happened", found, label=9)


def _contact_facts(whole: Whole, clock: Clock, keys: Keys) -> list[Section]:
    person: ContactView = whole.view
    today = clock.today
    last = person.last_contacted_on
    touch, tone = _touch(person.next_touch_on, today)
    every = person.cadence_days
    facts = [
        field("name", "name", person.name, _name_parts(person)),
        link("company", "company", person.company, "companies", person.company_id),
        field("title", "title", person.title),
        field("lifecycle", "is a", person.lifecycle.value),
        rows.tags(whole),
        field("source", "source", person.source),
        link("referred_by", "brought by", whole.referrer, "contacts", person.referred_by_id),
        field(
            "cadence_days", "in touch", "" if not every else f"every {every} days" if every > 1 else "every day",
            touch, sign="!" if tone == "bad" else " ", tone=tone,
        ),
        field(
            "last_contacted_on", "last", relative_day(last, today) if last else "",
            short_day(last, today) if last else "",
        ),
        field("language", "language", person.language),
        field("timezone", "time zone", person.timezone, _offset(person.timezone, clock)),
        field(
            "opted_out_on", "no mail", f"since {short_day(person.opted_out_on, today)}" if person.opted_out_on else "",
            sign="x" if person.opted_out_on else " ", tone="bad" if person.opted_out_on else "plain",
        ),
        *rows.no_note(whole),
        rows.known_since(whole, clock),
    ]  # fmt: skip
    return [
        rows.reach(whole, keys),
        rows.note(whole),
        Section("Facts", facts),
        _dates(whole, clock),
        _relations(whole),
        rows.own_fields(whole),
    ]


def _name_parts(person: ContactView) -> str:
    """The given and the family name, where the name does not say as much."""
    parts = {"given": person.given_name, "family": person.family_name}
    if set(person.name.split()) == {word for part in parts.values() for word in (part or "").split()}:
        return ""
    return ", ".join(f"{word} {part}" for word, part in parts.items() if part)


def _dates(whole: Whole, clock: Clock) -> Section:
    born: str | None = whole.view.birthday
    found = [
        field(
            "birthday", "birthday", rows.day_told(born) if born else "",
            rows.anniversary(born, clock, born=True) if born else "",
        )
    ]  # fmt: skip
    found += [
        Row(
            ("date", each.id), each.label, rows.day_told(each.date), rows.anniversary(each.date, clock, born=False),
            of=each,
        )
        for each in whole.dates
    ]  # fmt: skip
    return Section("Dates", found)


def _relations(whole: Whole) -> Section:
    """The relations of the person, and those others have to them: both ends of each are a row."""
    ends = [
        *((("relation", each.kind, each.other_id), name, each, name) for each, name in whole.relations),
        *(
            (("related", each.kind, each.contact_id), f"of {name}", each, name)
            for each, name in whole.relations_to
        ),
    ]
    return Section(
        "Relations",
        [
            Row(key, each.kind, text, sign=rows.LINK, tone="dim", of=(each, name))
            for key, text, each, name in ends
        ],
    )


def _company_facts(whole: Whole, clock: Clock, keys: Keys) -> list[Section]:
    company: CompanyView = whole.view
    facts = [
        field("name", "name", company.name),
        field("domain", "domain", company.domain),
        field("industry", "industry", company.industry),
        field("size", "size", company.size),
        replace(field("website", "website", company.website), ink="accent"),
        link("parent", "belongs to", company.parent, "companies", company.parent_id),
        rows.tags(whole),
        *rows.no_note(whole),
        rows.known_since(whole, clock),
    ]
    below = [
        Row(("company", each.id), "", each.name, each.industry or "", rows.LINK, "dim", of=each)
        for each in whole.below
    ]
    return [
        rows.reach(whole, keys),
        rows.note(whole),
        _people(whole, clock.today, keys),
        Section("Facts", facts),
        Section("Companies below", below, label=0),
        rows.own_fields(whole),
    ]


def _people(whole: Whole, today: date, keys: Keys) -> Section:
    found = []
    for each in whole.people:
        last = relative_day(each.last_contacted_on, today) if each.last_contacted_on else ""
        late = each.next_touch_on is not None and each.next_touch_on < today
        text = " · ".join(clean(part) for part in (each.name, each.title) if part)
        sign, tone = ("!", "bad") if late else (rows.LINK, "dim")
        shown: Tone = "bad" if tone == "bad" else "dim"
        found.append(Row(("person", each.id), "", text, last, sign, shown, of=each))
    if whole.people_count > len(found):
        found.append(rows.more("people", f"{whole.people_count - len(found):,} more people"))
    if not found:
        found.append(rows.teach("add", f"Nobody works here yet. {keys('add')} adds somebody."))
    count = f"{whole.people_count:,}" if whole.people_count > 1 else ""
    return Section("People", found, count, label=0)


def _deal_facts(whole: Whole, clock: Clock, keys: Keys) -> list[Section]:
    deal: DealView = whole.view
    today, close = clock.today, deal.expected_close_on
    is_open = deal.status.value == "open"
    late = is_open and close is not None and close < today
    worth = deal.weighted_minor if is_open else None
    weighted = f"{format_money(worth, deal.currency)} weighted" if worth is not None and deal.currency else ""
    facts = [
        field("title", "title", deal.title),
        field("stage", "stage", deal.stage, deal.pipeline),
        field("amount", "amount", rows.amount(deal), "" if deal.amount_minor is not None else "not known yet"),
        field("probability", "probability", f"{deal.probability} %", weighted),
        field(
            "expected_close_on", "closes", short_day(close, today) if close else "",
            relative_day(close, today) if close else "", sign="!" if late else " ", tone="bad" if late else "plain",
        ),
        *_ending(deal, today),
        link("contact", "with", deal.contact, "contacts", deal.contact_id),
        link("company", "company", deal.company, "companies", deal.company_id),
        field("source", "source", deal.source),
        rows.tags(whole),
        rows.known_since(whole, clock),
    ]  # fmt: skip
    return [Section("Facts", facts), rows.reach(whole, keys), rows.own_fields(whole), _stages(whole, clock)]


def _ending(deal: DealView, today: date) -> list[Row]:
    if deal.closed_on is None:
        return []
    won = deal.status.value == "won"
    found = [
        field(
            "closed_on", deal.status.value, short_day(deal.closed_on, today), relative_day(deal.closed_on, today),
            sign="+" if won else "x", tone="good" if won else "bad",
        )
    ]  # fmt: skip
    if not won:
        found += [
            field("lost_reason", "because", deal.lost_reason),
            field("lost_note", "what else", deal.lost_note),
        ]
    return found


def _stages(whole: Whole, clock: Clock) -> Section:
    """The stages it was in, the newest first, each with how long it stayed."""
    today = clock.today
    until, found = today, []
    for place, each in enumerate(whole.moves):
        day = local_day(each.at, clock)
        days = (until - day).days
        still = place == 0 and whole.view.status.value == "open"
        stay = (
            ""
            if not days or (place == 0 and not still)
            else f"{'for ' if still else ''}{day_distance(day, until)}"
        )
        sign: tuple[str, Tone] = {"won": ("+", "good"), "lost": ("x", "bad")}.get(each.kind, (" ", "plain"))  # type: ignore[assignment]
        text = clean((each.detail or "").rpartition("→")[2].strip())
        found.append(Row(("move", *each.key), short_day(day, day), text, stay, sign[0], sign[1], of=each))
        until = day
    return Section("Stages", found)


def _contact_head(whole: Whole, clock: Clock) -> tuple[str, str]:
    person: ContactView = whole.view
    today = clock.today
    work = " · ".join(clean(part) for part in (person.company, person.title) if part)
    parts = [work, *_figures(whole)]
    if person.last_contacted_on is not None:
        parts.append(f"last {relative_day(person.last_contacted_on, today)}")
    else:
        parts.append("not contacted yet")
    if person.next_touch_on is not None and person.next_touch_on < today:
        parts.append(f"! silent, {day_distance(person.next_touch_on, today)} late")
    return _words(whole, person.lifecycle.value), _joined(parts)


def _company_head(whole: Whole, clock: Clock) -> tuple[str, str]:
    company: CompanyView = whole.view
    people = whole.people_count
    parts = [
        clean(company.industry or ""),
        f"{people:,} {'person' if people == 1 else 'people'}",
        *_figures(whole),
    ]
    last = next((each for each in whole.items if each.entity == "interaction"), None)
    if last is not None:
        parts.append(f"last {relative_day(local_day(last.at, clock), clock.today)}")
    return _words(whole, "company"), _joined(parts)


def _deal_head(whole: Whole, clock: Clock) -> tuple[str, str]:
    deal: DealView = whole.view
    today = clock.today
    parts = [clean(part) for part in (deal.contact, deal.company) if part]
    parts.append(rows.amount(deal) or "no amount yet")
    if deal.status.value == "open":
        entered = local_day(deal.stage_entered_at, clock)
        stood = f" for {day_distance(entered, today)}" if entered < today else ""
        rot = whole.stage.rot_days if whole.stage is not None else None
        stuck = rot is not None and (today - entered).days >= rot
        parts.append(f"{'! ' if stuck else ''}{clean(deal.stage)}{stood}")
        if not whole.followups:
            parts.append("no next step")
    elif deal.closed_on is not None:
        parts.append(f"{deal.status.value} {relative_day(deal.closed_on, today)}")
    return _words(whole, deal.status.value), _joined(parts)


def _figures(whole: Whole) -> list[str]:
    """The promises and the open deals, counted."""
    late = sum(each.overdue_days > 0 for each in whole.followups)
    count = len(whole.followups)
    plus = "+" if whole.more_followups else ""
    found = [f"! {late:,}{plus if late == count else ''} overdue"] if late else []
    if count > late:
        found.append(f"{count - late:,}{plus} promised")
    for total in whole.totals[:1]:
        worth = "" if total.currency is None else f", {format_money(total.amount_minor, total.currency)}"
        found.append(f"{total.count:,} {'deal' if total.count == 1 else 'deals'} open{worth}")
    if len(whole.totals) > 1:
        others = sum(total.count for total in whole.totals[1:])
        found.append(f"{others:,} more in other currencies")
    return [*found, *invoice_page.owing(whole)]


def _words(whole: Whole, first: str) -> str:
    words = [first, *whole.view.tags]
    if whole.view.archived_at:
        words.insert(0, "archived")
    return " · ".join(clean(word) for word in words)


def _joined(parts: Sequence[str]) -> str:
    return " · ".join(part for part in parts if part)


def _touch(day: date | None, today: date) -> tuple[str, Tone]:
    if day is None:
        return "", "plain"
    if day < today:
        return f"silent, {day_distance(day, today)} late", "bad"
    return f"next {short_day(day, today)}", "plain"


def _offset(name: str | None, clock: Clock) -> str:
    """How far the clocks there are ahead of those here."""
    if not name:
        return ""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    now: datetime = clock.local_now
    try:
        there = now.astimezone(ZoneInfo(name)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    here = now.utcoffset()
    hours = ((there.total_seconds() if there else 0) - (here.total_seconds() if here else 0)) / _HOUR
    return "as here" if not hours else f"{abs(hours):g} h {'ahead' if hours > 0 else 'behind'}"


_FACTS: Final[dict[str, Callable[[Whole, Clock, Keys], list[Section]]]] = {
    "contacts": _contact_facts, "companies": _company_facts, "deals": _deal_facts,
    "invoices": invoice_page.facts,
}  # fmt: skip
_HEADS: Final[dict[str, Callable[[Whole, Clock], tuple[str, str]]]] = {
    "contacts": _contact_head, "companies": _company_head, "deals": _deal_head,
    "invoices": invoice_page.head,
}  # fmt: skip
