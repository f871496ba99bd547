"""The page before a call in words: labelled lines that fit one screen, whatever is known of a person.

Shared by the faces. Each part of the page has its share of the lines; what a part does not need goes to the
note, and what does not fit is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from crm_tui.cells import cell_width, clean, clean_lines, cut, pad
from crm_tui.dates import local_day, relative_day, short_day

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.brief import Brief
    from crm_tui.domain.payers import Payer
    from crm_tui.models import DealView, FollowupView, InteractionView
    from crm_tui.money import Money

Style = Callable[[str, str], str]
HEIGHT: Final = 23
_LABEL: Final = 10
_GAP: Final = "  "
_SHARES: Final = {"Reach": 3, "Deals": 4, "Money": 1, "Promised": 4, "Lately": 5, "Dates": 2, "Related": 1}
_Row = tuple[str, str, str]


def text(
    brief: Brief, clock: Clock, width: int, height: int = HEIGHT, style: Style | None = None
) -> list[str]:
    """The page as at most ``height`` lines of at most ``width`` cells.

    Args:
        brief: the page.
        clock: the day it is looked at from, and the zone of days.
        width: the cells of a line.
        height: the lines of the page.
        style: puts a text (first) into a style (second: dim, bold, red, yellow); none unless given.
    """
    styled = style or _plain
    lines = [*_head(brief, clock, width, styled)]
    for label, rows in _parts(brief, clock):
        lines += _part(label, rows, _SHARES[label], width, styled)
    room = height - len(lines)
    if brief.contact.note and room > 0:
        lines += _note(brief.contact.note, room, width, styled)
    return lines[:height]


def _head(brief: Brief, clock: Clock, width: int, styled: Style) -> Iterator[str]:
    contact, company = brief.contact, brief.company
    marks = " · ".join([contact.lifecycle.value, *(clean(tag) for tag in contact.tags)])
    if contact.archived_at is not None:
        marks = f"archived · {marks}"
    number = f" ({contact.id})"
    marks = cut(marks, max(0, width // 2 - len(_GAP)))
    name = cut(clean(contact.name), width - cell_width(marks) - len(_GAP) - len(number))
    spare = " " * (width - cell_width(name) - len(number) - cell_width(marks))
    yield f"{styled(name, 'bold')}{styled(number + spare + marks, 'dim')}"
    about = [contact.title, contact.company, *((company.industry, company.website) if company else ())]
    if brief.referred_by is not None:
        about.append(f"brought by {brief.referred_by}")
    if any(about):
        yield cut(clean(" · ".join(each for each in about if each)), width)
    yield cut(clean(_touch(brief, clock)), width)


def _touch(brief: Brief, clock: Clock) -> str:
    contact, today = brief.contact, clock.today
    told = "never in touch"
    if brief.last is not None:
        day = local_day(brief.last.occurred_at, clock)
        told = f"last {brief.last.kind.value} {relative_day(day, today)}{_GAP}{short_day(day, today)}"
    elif contact.last_contacted_on is not None:
        told = f"last in touch {relative_day(contact.last_contacted_on, today)}"
    if contact.cadence_days is not None:
        told += f" · every {contact.cadence_days} days"
    if contact.next_touch_on is not None:
        sign = "! " if contact.next_touch_on < today else ""
        told += f" · {sign}next {relative_day(contact.next_touch_on, today)}"
    if contact.opted_out_on is not None:
        told += " · no mailings"
    return told


def _parts(brief: Brief, clock: Clock) -> Iterator[tuple[str, list[_Row]]]:
    today = clock.today
    yield "Reach", [(" ", *each) for each in _reach(brief)]
    yield "Deals", [_deal(each, today) for each in brief.deals]
    told = paying(brief.payer)
    yield "Money", [("!" if brief.payer.overdue else " ", told, "")] if told else []
    yield "Promised", [_promise(each, today) for each in brief.followups]
    yield "Lately", [_happened(each, clock) for each in brief.interactions]
    yield (
        "Dates",
        [
            (
                "~",
                each.label if not each.years else f"{each.label}, {each.years} years",
                f"{relative_day(each.on, today)}{_GAP}{short_day(each.on, today)}",
            )
            for each in brief.dates
        ],
    )
    related = [f"{each.kind} {each.contact} ({each.contact_id})" for each in brief.relations]
    related += [f"{each.kind} of {each.contact} ({each.contact_id})" for each in brief.relations_back]
    yield "Related", [(" ", ", ".join(related), "")] if related else []


def _reach(brief: Brief) -> Iterator[tuple[str, str]]:
    """E-mails on a line, phones on a line, the rest on a line; addresses on one line each."""
    kinds = {"email": "", "phone": "", "url": "", "im": "", "address": ""}
    for method in brief.methods:
        told = " ".join(clean_lines(method.value))
        told = f"{told} ({method.label})" if method.label else told
        kinds[method.kind.value] += f"{_GAP if kinds[method.kind.value] else ''}{told}"
    found = [
        kinds["email"],
        kinds["phone"],
        _GAP.join(filter(None, (kinds["url"], kinds["im"]))),
        kinds["address"],
    ]
    return ((each, "") for each in found if each)


def paying(payer: Payer) -> str:
    """What somebody owes and how late they pay, in a line; empty where there is nothing to say."""
    from crm_tui.money import format_money

    told = []
    if payer.owed:
        owes = f"owes {_sums(payer.owed, format_money)}"
        if payer.overdue_days is not None:
            part = "" if payer.overdue == payer.owed else f"{_sums(payer.overdue, format_money)} of it "
            owes += f", {part}overdue for {_days(payer.overdue_days)}"
        told.append(owes)
    if payer.days_late is not None:
        days = round(payer.days_late)
        when = "on the day" if not days else f"{_days(abs(days))} {'late' if days > 0 else 'early'}"
        told.append(f"pays {when} on average (of {payer.paid})")
    return " · ".join(told)


def _days(count: int) -> str:
    return f"{count:,} day{'' if count == 1 else 's'}"


def _sums(sums: Sequence[Money], told: Callable[[int, str], str]) -> str:
    return " and ".join(told(each.minor, each.currency) for each in sums)


def _deal(deal: DealView, today: date) -> _Row:
    from crm_tui.money import format_money

    end = "no amount" if deal.amount_minor is None else format_money(deal.amount_minor, deal.currency or "")
    sign = " "
    if deal.expected_close_on is not None:
        sign = "!" if deal.expected_close_on < today else " "
        end += f"{_GAP}{relative_day(deal.expected_close_on, today)}"
    return sign, f"{deal.title} · {deal.stage}", end


def _promise(followup: FollowupView, today: date) -> _Row:
    sign = "!" if followup.due_on < today else "·" if followup.due_on == today else "~"
    when = relative_day(followup.due_on, today)
    return sign, followup.title, f"{when} {followup.due_time}" if followup.due_time else when


def _happened(interaction: InteractionView, clock: Clock) -> _Row:
    day = local_day(interaction.occurred_at, clock)
    told = {None: "", "in": " from them", "out": " from me"}[interaction.direction]
    return " ", f"{interaction.kind.value}{told}: {interaction.summary}", relative_day(day, clock.today)


def _part(label: str, rows: Sequence[_Row], share: int, width: int, styled: Style) -> Iterator[str]:
    shown = rows[:share]
    for place, (sign, what, end) in enumerate(shown):
        more = len(rows) - share
        if more > 0 and place == share - 1:
            end = f"{end} · {more} more" if end else f"{more} more"
        head = styled(pad(label if place == 0 else "", _LABEL), "dim")
        end = cut(clean(end), (width - _LABEL - 2) // 2)
        room = width - _LABEL - 2 - (len(_GAP) + cell_width(end) if end else 0)
        sign = styled(sign, {"!": "red", "~": "yellow"}[sign]) if sign in "!~" else sign
        line = f"{head}{sign} {pad(cut(clean(what), max(room, 1)), max(room, 1))}"
        yield f"{line}{_GAP}{end}".rstrip() if end else line.rstrip()


def _note(note: str, room: int, width: int, styled: Style) -> Iterator[str]:
    measure = max(20, width - _LABEL - 2)
    lines = [part for line in clean_lines(note) for part in wrap(line, measure) or [""]]
    if len(lines) > room:
        lines = [*lines[: room - 1], f"{cut(lines[room - 1], measure - 1)}…"]
    for place, line in enumerate(lines):
        head = styled(pad("Note" if place == 0 else "", _LABEL), "dim")
        yield f"{head}{_GAP}{cut(line, measure)}".rstrip()


def _plain(words: str, name: str) -> str:
    return words
