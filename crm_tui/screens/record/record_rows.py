"""A record as rows: what every kind of record shows alike, from what is promised to what happened.

Made in the worker thread that read the record, as data. A row's key says what it is: ``("followup", 5)``,
``("field", "title")``, ``("more", "people")``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from crm_tui.columns import happened_sign
from crm_tui.dates import Clock, age_on, local_datetime, local_day, next_anniversary, relative_day, short_day
from crm_tui.money import format_money
from crm_tui.text import clean
from crm_tui.widgets.records.record_view_rows import Row, Section
from crm_tui.widgets.records.timeline import DAY_ONLY
from crm_tui.widgets.tables.rows import Tone

if TYPE_CHECKING:
    from crm_tui.domain.timeline import TimelineItem
    from crm_tui.models import CustomField, DealView, FollowupView
    from crm_tui.screens.record.record_reading import Whole

Keys = Callable[[str], str]
"""The key of an action as the person presses it."""
METHODS: Final = {"email": "e-mail", "phone": "phone", "address": "address", "url": "link", "im": "chat"}
"""The word for each kind of method, in the order they are shown."""
LINK: Final = "→"
"""The sign of a row that leads to another record."""
_NOTE_LINES: Final = 12
_NEAR_DAYS: Final = 7
_SOON_DAYS: Final = 14
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_TONES: Final[dict[str, Tone]] = {"won": "good", "lost": "bad", "payment": "good", "refund": "bad"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A record as it is shown.

    Attributes:
        whole: what was read.
        name: what it is called, in the first line.
        aside: the words at the right of it.
        figures: the answer in figures, beneath.
        facts: what is known; the left column where there are two.
        work: what is promised, open and was; the right column.
        happened: the timeline, at the end of either.
    """

    whole: Whole
    name: str
    aside: str
    figures: str
    facts: Sequence[Section]
    work: Sequence[Section]
    happened: Section

    @property
    def alone(self) -> list[Section]:
        """Everything in one column."""
        return [*self.work, *self.facts, self.happened]

    @property
    def right(self) -> list[Section]:
        """The right one of two columns."""
        return [*self.work, self.happened]


def field(
    name: str,
    label: str,
    value: object,
    aside: str = "",
    *,
    sign: str = " ",
    tone: Tone = "plain",
    of: Any = None,
) -> Row:
    """A field of the record; empty ones are there to be filled in."""
    return Row(("field", name), label, "" if value is None else str(value), aside, sign, tone, of=of)


def link(name: str, label: str, text: str | None, table: str, record_id: int | None) -> Row:
    """A field that names another record."""
    sign = LINK if record_id is not None else " "
    target = (table, record_id) if record_id is not None else None
    return Row(("field", name), label, text or "", sign=sign, tone="dim", of=target)


def known_since(whole: Whole, clock: Clock) -> Row:
    """When it was added and changed last, and its number; there is nothing to change about that."""
    today = clock.today
    added, changed = local_day(whole.view.created_at, clock), local_day(whole.view.updated_at, clock)
    text = f"{short_day(added, today)} · changed {relative_day(changed, today)}"
    return Row(None, "added", text, f"no. {whole.view.id}", ink="dim")


def next_steps(whole: Whole, clock: Clock, keys: Keys) -> Section:
    """What is promised, the next due first."""
    rows = [_promise(each, whole, clock.today) for each in whole.followups]
    if whole.more_followups:
        rows.append(more("followups", "more follow-ups"))
    if not rows:
        rows.append(teach("follow-up", f"Nothing is promised. {keys('follow-up')} promises a next step."))
    return Section("Next", rows, label=0)


def deals(whole: Whole, clock: Clock) -> Section:
    """The deals, open ones first; nothing where there are none."""
    rows = [_deal(each, whole, clock.today) for each in whole.deals]
    if whole.deal_count > len(rows):
        rows.append(more("deals", f"{whole.deal_count - len(rows):,} more deals"))
    return Section("Deals", rows, label=0)


def reach(whole: Whole, keys: Keys) -> Section:
    """The ways to reach it, by kind, the primary one of each first."""
    order = list(METHODS)
    methods = sorted(whole.methods, key=lambda each: order.index(each.kind.value))
    rows = [
        Row(
            ("method", each.kind.value, each.value),
            METHODS[each.kind.value],
            each.value,
            " · ".join(part for part in (each.label, "first" if _leads(each, methods) else "") if part),
            ink="accent" if each.kind.value in ("email", "url") else "plain",
            most=6,
            of=each,
        )
        for each in methods
    ]
    if not rows and whole.table != "deals":
        rows.append(teach("add", f"No e-mail, no phone. {keys('add')} adds one."))
        return Section("Reach", rows, label=0)
    return Section("Reach", rows)


def note(whole: Whole) -> Section:
    """The note, as a part of its own; an empty one is a field among the others."""
    text = (whole.view.note or "").strip()
    return Section("Note", [Row(("field", "note"), "", text, most=_NOTE_LINES)] if text else [], label=0)


def no_note(whole: Whole) -> list[Row]:
    """The field to write the first note in."""
    return [] if (whole.view.note or "").strip() else [field("note", "note", "")]


def own_fields(whole: Whole) -> Section:
    """All fields of the user's own that are defined, empty ones too."""
    values = whole.view.custom
    rows = [
        Row(("custom", each.key), each.label, told(each, values.get(each.key)), of=each)
        for each in whole.custom
    ]
    return Section("Own fields", rows)


def told(custom: CustomField, value: object) -> str:
    """The value of a custom field as one types it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def tags(whole: Whole) -> Row:
    """The tags, as one item."""
    return field("tags", "tags", " · ".join(whole.view.tags))


def happened(items: Iterable[TimelineItem], whole: Whole, clock: Clock, after: str = "") -> Iterator[Row]:
    """What happened as rows under their days and months; ``after`` is the heading of the last one before."""
    for item in items:
        day = local_datetime(item.at, clock).date()
        heading = era(day, clock.today)
        if heading != after:
            after = heading
            yield Row(None, text=heading, rule=True)
        yield _event(item, day, whole, clock)


def era(day: date, today: date) -> str:
    """The heading of a day: the day itself when it is near, else its month."""
    if abs((today - day).days) < _NEAR_DAYS:
        return relative_day(day, today)
    month = _MONTHS[day.month - 1]
    return month if day.year == today.year else f"{month} {day.year}"


def anniversary(kept: str, clock: Clock, *, born: bool) -> str:
    """When a day comes round again, and which time it is then: "41 tomorrow", "in 3 days, 5 years"."""
    coming = next_anniversary(kept, clock.today)
    years = age_on(kept, coming)
    text = relative_day(coming, clock.today)
    if not years:
        return text
    return f"{years} {text}" if born else f"{text}, {years} {'year' if years == 1 else 'years'}"


def day_told(kept: str) -> str:
    """A kept day in words; one of every year without a year."""
    month = _MONTHS[int(kept[-5:-3]) - 1]
    year = "" if kept.startswith("-") else f" {kept[:4]}"
    return f"{int(kept[-2:])} {month}{year}"


def more(what: str, text: str) -> Row:
    """A row that brings others."""
    return Row(("more", what), text=f"… {text}", ink="dim")


def teach(action: str, text: str) -> Row:
    """A row that says which key comes next, and does it."""
    return Row(("teach", action), text=text, ink="dim")


def amount(deal: DealView) -> str:
    """What a deal is worth; nothing where that is not known."""
    return (
        ""
        if deal.amount_minor is None or not deal.currency
        else format_money(deal.amount_minor, deal.currency)
    )


def _leads(method: Any, methods: Sequence[Any]) -> bool:
    """Whether it is the primary one, where there is a choice."""
    return bool(method.is_primary) and sum(each.kind is method.kind for each in methods) > 1


def _promise(each: FollowupView, whole: Whole, today: date) -> Row:
    late, now = each.overdue_days > 0, each.overdue_days == 0
    sign = "!" if late else "·" if now else "~" if each.overdue_days > -_SOON_DAYS else " "
    tone: Tone = "bad" if late else "soon" if sign == "~" else "plain"
    when = f"{relative_day(each.due_on, today)}{f' {each.due_time}' if each.due_time else ''}"
    about = [each.title]
    own = whole.view.contact if whole.table == "deals" else None
    if whole.table != "contacts" and each.contact and each.contact != own:
        about.append(each.contact)
    if whole.table != "deals" and each.deal:
        about.append(each.deal)
    text = " · ".join(clean(part) for part in about)
    high = "↑ " if each.priority.value == "high" else ""
    return Row(
        ("followup", each.id), "", f"{high}{text}", when, sign, tone, beneath=(each.repeat or "",), of=each
    )


def _deal(each: DealView, whole: Whole, today: date) -> Row:
    sign, tone = {"won": ("+", "good"), "lost": ("x", "bad")}.get(each.status.value, (" ", "plain"))
    close = each.expected_close_on
    when = ""
    if each.status.value == "open" and close is not None:
        when = f"closes {relative_day(close, today)}"
        if close < today:
            sign, tone, when = "!", "bad", f"close was expected {relative_day(close, today)}"
    elif each.closed_on is not None:
        when = f"{each.status.value} {relative_day(each.closed_on, today)}"
    who = each.contact if whole.table == "companies" else None
    beneath = " · ".join(part for part in (each.stage, clean(who or ""), when) if part)
    shown: Tone = "good" if tone == "good" else "bad" if tone == "bad" else "plain"
    return Row(("deal", each.id), "", each.title, amount(each), sign, shown, beneath=(beneath,), of=each)


def _event(item: TimelineItem, day: date, whole: Whole, clock: Clock) -> Row:
    at = local_datetime(item.at, clock)
    near = abs((clock.today - day).days) < _NEAR_DAYS
    usual: Tone = "dim" if item.direction or item.is_void else "plain"
    title, detail = item.title, item.detail
    if item.entity == "deal" and whole.table == "deals":
        # that it is this deal is said above
        title, detail = detail or title, None
    body = "\n".join(line for line in (detail or "").splitlines() if line.strip())
    about = _about(item, whole, body if item.entity != "interaction" else "")
    return Row(
        ("item", *item.key),
        item.kind,
        title,
        # an invoice and a payment have a day and no time
        ("" if item.entity in DAY_ONLY else f"{at:%H:%M}") if near else short_day(day, day),
        happened_sign(item),
        _TONES.get(item.kind, usual),
        beneath=(about, body if item.entity == "interaction" else ""),
        of=item,
    )


def _about(item: TimelineItem, whole: Whole, detail: str) -> str:
    """How long it took, who else was there, which deal it was about: what the record itself does not say."""
    own = whole.view.contact if whole.table == "deals" else whole.name
    parts = [f"{item.duration_minutes} min"] if item.duration_minutes else []
    others = [clean(name) for name in item.contacts if name != own]
    if others:
        parts.append(f"with {', '.join(others)}")
    if detail:
        parts.append(clean(detail))
    said = item.deal in (item.title, *detail.split(" · "))
    if item.deal and not said and whole.table != "deals":
        parts.append(clean(item.deal))
    return " · ".join(parts)
