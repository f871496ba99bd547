"""What the list of people shows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.columns import CONTACTS
from crm_tui.dates import day_distance, relative_day, short_day
from crm_tui.domain import paging
from crm_tui.domain.contact_fields import LISTING
from crm_tui.screens.lists.columns import ListColumn, catalogue, words
from crm_tui.screens.lists.rows import ListKind
from crm_tui.widgets.tables.rows import Tone
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.models import ContactView

_SOON_DAYS: Final = 7
_FAR_DAYS: Final = 300


def _last(contact: ContactView, today: date, _: object) -> str:
    last = contact.last_contacted_on
    return relative_day(last, today).removesuffix(" ago") if last else ""


def _next(contact: ContactView, today: date, _: object) -> str:
    return _touch(contact.next_touch_on, today)[2]


def _sign(contact: ContactView, today: date) -> tuple[str, Tone]:
    return _touch(contact.next_touch_on, today)[:2]


def _touch(day: date | None, today: date) -> tuple[str, Tone, str]:
    """The sign, the tone and the words of when to get in touch again."""
    if day is None:
        return " ", "plain", ""
    if day < today:
        return "!", "bad", day_distance(day, today)
    if day == today:
        return "·", "plain", "today"
    near = (day - today).days <= _SOON_DAYS
    # the weekday says nothing of a day that far away, and would leave no room for the year
    text = short_day(day, day) if (day - today).days < _FAR_DAYS else short_day(day, today).partition(" ")[2]
    return ("~" if near else " "), ("soon" if near else "dim"), text


_OWN: Final = (
    ListColumn(TableColumn("name", "Name", 16, flex=5), lambda contact, _today, _more: contact.name),
    ListColumn(
        TableColumn("company", "Company", 12, flex=4, drop=1, tone="dim"),
        lambda contact, _today, _more: contact.company or "",
    ),
    ListColumn(TableColumn("last_contacted_on", "Last", 12, drop=3, tone="dim"), _last),
    ListColumn(
        TableColumn("next_touch_on", "Next", 12, drop=2),
        _next,
        lambda contact, today: _sign(contact, today)[1],
    ),
    ListColumn(
        TableColumn("emails", "E-mail", 20, flex=3, drop=5, tone="dim"),
        lambda contact, _today, _more: contact.emails[0] if contact.emails else "",
    ),
    ListColumn(
        TableColumn("tags", "Tags", 12, flex=2, drop=4, tone="dim"),
        lambda contact, _today, _more: words(contact.tags),
    ),
)
PEOPLE: Final = ListKind(
    table="contacts",
    one="person",
    many="people",
    listing=LISTING,
    pager=paging.contacts,
    catalogue=catalogue(CONTACTS, LISTING, {each.key: each for each in _OWN}, [each.key for each in _OWN]),
    sign=_sign,
    custom=True,
)
"""The list of people."""
