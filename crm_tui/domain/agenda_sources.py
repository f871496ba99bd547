"""Where the items of the morning list come from: one query a kind, each over an index made for it.

The conditions repeat those of the partial indexes word for word, which is what makes SQLite use them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final

from crm_tui.dates import (
    Clock,
    age_on,
    birthday_in_year,
    day_start,
    local_day,
    month_length,
    relative_day,
)
from crm_tui.domain.agenda_items import AgendaItem, ItemKind
from crm_tui.models import Priority

_DAY: Final = timedelta(days=1)
FOLLOWUPS: Final = """
    SELECT f.id, f.title, f.due_on, f.due_time, f.priority, p.id, p.name, c.name, d.id, d.title
    FROM followups f LEFT JOIN deals d ON d.id = f.deal_id
    LEFT JOIN contacts p ON p.id = coalesce(f.contact_id, d.contact_id)
    LEFT JOIN companies c ON c.id = coalesce(p.company_id, d.company_id)
    WHERE f.status = 'open' AND f.due_on <= ? ORDER BY f.due_on, f.due_time LIMIT ?"""
TOUCHES: Final = """
    SELECT p.id, p.name, c.name, p.next_touch_on, p.last_contacted_on, p.cadence_days
    FROM contacts p LEFT JOIN companies c ON c.id = p.company_id
    WHERE p.next_touch_on <= ? AND p.archived_at IS NULL AND p.opted_out_on IS NULL
    ORDER BY p.next_touch_on LIMIT ?"""
SILENT: Final = """
    SELECT c.company_id, c.contact_id, c.quiet_since, c.last_on, p.name, o.name
    FROM customers c LEFT JOIN contacts p ON p.id = c.contact_id
    LEFT JOIN companies o ON o.id = coalesce(p.company_id, c.company_id)
    WHERE c.reachable = 1 AND c.quiet_since <= ? ORDER BY c.quiet_since LIMIT ?"""
REORDERS: Final = """
    SELECT r.company_id, r.contact_id, r.due_on, r.last_on, p.name, o.name, s.id, s.name
    FROM reorders r CROSS JOIN products s ON s.id = r.product_id LEFT JOIN contacts p ON p.id = r.contact_id
    LEFT JOIN companies o ON o.id = coalesce(p.company_id, r.company_id)
    WHERE r.reachable = 1 AND r.due_on <= ? AND (r.spoke_days IS NULL OR r.spoke_days > ?)
    ORDER BY r.due_on LIMIT ?"""
PERSON: Final = """
    SELECT p.id, p.name FROM contacts p
    WHERE p.company_id = ?1 AND p.archived_at IS NULL AND p.opted_out_on IS NULL
    ORDER BY p.id IS (SELECT i.contact_id FROM invoices i WHERE i.company_id = ?1 AND i.voided_on IS NULL
        ORDER BY i.issued_on DESC LIMIT 1) DESC, p.last_contacted_on DESC, p.id LIMIT 1"""
BIRTHDAYS: Final = """
    SELECT p.id, 'birthday', p.birthday, p.id, p.name, c.name
    FROM contacts p LEFT JOIN companies c ON c.id = p.company_id
    WHERE substr(p.birthday, -5) BETWEEN ? AND ? AND p.birthday IS NOT NULL AND p.archived_at IS NULL
    ORDER BY substr(p.birthday, -5)"""
DATES: Final = """
    SELECT d.id, d.label, d.date, p.id, p.name, c.name
    FROM important_dates d CROSS JOIN contacts p ON p.id = d.contact_id
    LEFT JOIN companies c ON c.id = p.company_id
    WHERE substr(d.date, -5) BETWEEN ? AND ? AND p.archived_at IS NULL ORDER BY substr(d.date, -5)"""
_DEAL: Final = """
    SELECT d.id, d.title, d.expected_close_on, d.stage_entered_at, s.name, p.id, p.name, c.name,
        d.amount_minor, d.currency, ?
    FROM deals d JOIN stages s ON s.id = d.stage_id LEFT JOIN contacts p ON p.id = d.contact_id
    LEFT JOIN companies c ON c.id = d.company_id
    WHERE d.status = 'open' AND d.archived_at IS NULL"""
CLOSING: Final = f"{_DEAL} AND d.expected_close_on < ? ORDER BY d.expected_close_on LIMIT ?"
STUCK: Final = f"""{_DEAL} AND d.stage_id = ? AND d.stage_entered_at < ?
    AND (d.expected_close_on IS NULL OR d.expected_close_on >= ?) ORDER BY d.stage_entered_at LIMIT ?"""
ROTTING: Final = """
    SELECT id, rot_days FROM stages WHERE rot_days IS NOT NULL AND type = 'open' AND archived_at IS NULL"""
UNPAID: Final = "i.voided_on IS NULL AND i.paid_minor < i.net_minor + i.tax_minor AND i.due_on < ?"
INVOICES: Final = f"""
    SELECT i.id, i.number, i.due_on, i.currency, i.net_minor + i.tax_minor - i.paid_minor, p.id, p.name, c.name
    FROM invoices i LEFT JOIN contacts p ON p.id = i.contact_id LEFT JOIN companies c ON c.id = i.company_id
    WHERE {UNPAID} ORDER BY i.due_on LIMIT ?"""  # noqa: S608 - the text above


@dataclass(frozen=True, slots=True)
class Window:
    """The days looked at: dates from ``since`` on, everything up to ``until``, both included."""

    clock: Clock
    today: date
    until: date
    since: date
    limit: int = -1
    """At most so many items of a kind; -1 for all."""
    silent_days: int = 0
    """After so many days a customer is silent; 0 for no rule."""
    lead_days: int = 0
    """So many days before it is due a re-order is listed."""

    @property
    def quiet_until(self) -> date:
        """The last day on which a customer may have been heard of who is silent by ``until``."""
        return self.until - min(timedelta(days=self.silent_days), self.until - date.min)

    def led(self, day: date) -> date:
        """The last day of re-orders that are listed on a day."""
        return day + min(timedelta(days=self.lead_days), date.max - day)


def followups(connection: sqlite3.Connection, window: Window) -> Iterator[AgendaItem]:
    """Promises overdue, due today, and due within the window."""
    for row in connection.execute(FOLLOWUPS, (window.until.isoformat(), window.limit)):
        followup_id, title, due, due_time, priority, contact_id, contact, company, deal_id, deal = row
        yield _item(
            window, ItemKind.FOLLOWUP, followup_id, title, date.fromisoformat(due), contact_id=contact_id,
            contact=contact or company, company=company, due_time=due_time, priority=Priority(priority),
            deal_id=deal_id, deal=deal,
        )  # fmt: skip


def touches(connection: sqlite3.Connection, window: Window) -> Iterator[AgendaItem]:
    """People whose cadence says to get in touch by the end of the window."""
    for row in connection.execute(TOUCHES, (window.until.isoformat(), window.limit)):
        contact_id, contact, company, touch, last, cadence = row
        last_on = date.fromisoformat(last) if last else None
        title = f"last spoke {relative_day(last_on, window.today)}" if last_on else "never contacted"
        yield _item(
            window, ItemKind.TOUCH, contact_id, title, date.fromisoformat(touch), contact_id=contact_id,
            contact=contact, company=company, last_on=last_on, cadence_days=cadence,
        )  # fmt: skip


def silent(connection: sqlite3.Connection, window: Window) -> Iterator[AgendaItem]:
    """Customers who neither bought nor were in touch for the days of the rule, by the end of the window."""
    if not window.silent_days:
        return
    for row in connection.execute(SILENT, (window.quiet_until.isoformat(), window.limit)):
        company_id, contact_id, quiet, last, contact, company = row
        quiet_since = date.fromisoformat(quiet)
        due_on = quiet_since + min(timedelta(days=window.silent_days), date.max - quiet_since)
        yield _customer(
            connection, window, ItemKind.SILENT, company_id, contact_id, contact, company, due_on, last,
            title=f"silent for {(window.today - quiet_since).days:,} days",
            occurrence=f"silent:{company_id}:{contact_id}:{quiet}",
        )  # fmt: skip


def reorders(connection: sqlite3.Connection, window: Window) -> Iterator[AgendaItem]:
    """What customers are due to buy again by the end of the window, and did not talk about since."""
    params = (window.led(window.until).isoformat(), window.lead_days, window.limit)
    for row in connection.execute(REORDERS, params):
        company_id, contact_id, due, last, contact, company, product_id, product = row
        due_on = date.fromisoformat(due)
        yield _customer(
            connection, window, ItemKind.REORDER, company_id, contact_id, contact, company, due_on, last,
            title=f"due to buy {product} again", product=product,
            listed_on=due_on - min(timedelta(days=window.lead_days), due_on - date.min),
            occurrence=f"reorder:{company_id}:{contact_id}:{product_id}:{due}",
        )  # fmt: skip


def _customer(
    connection: sqlite3.Connection,
    window: Window,
    kind: ItemKind,
    company_id: int,
    contact_id: int,
    contact: str | None,
    company: str | None,
    due_on: date,
    last: str,
    **rest: Any,
) -> AgendaItem:
    """The item of a customer; of a company with the person to turn to."""
    if company_id:
        contact_id, contact = connection.execute(PERSON, (company_id,)).fetchone() or (0, None)
    return _item(
        window, kind, contact_id, rest.pop("title"), due_on, contact_id=contact_id or None, contact=contact or company,
        company=company, company_id=company_id or None, last_on=date.fromisoformat(last), **rest,
    )  # fmt: skip


def anniversaries(connection: sqlite3.Connection, window: Window) -> Iterator[AgendaItem]:
    """Birthdays and other dates of people, on the days they are kept on within the window."""
    most = window.limit if window.limit >= 0 else None
    for kind, query in ((ItemKind.BIRTHDAY, BIRTHDAYS), (ItemKind.DATE, DATES)):
        yield from islice(_anniversaries(connection, window, kind, query), most)


def _anniversaries(
    connection: sqlite3.Connection, window: Window, kind: ItemKind, query: str
) -> Iterator[AgendaItem]:
    """Those of one kind, the first days first."""
    for year in range(window.since.year, window.until.year + 1):
        first = max(window.since, date(year, 1, 1))
        last = min(window.until, date(year, 12, 31))
        # in a common year the 28th of February is the 29th as well
        leap = (last.month, last.day) == (2, 28) and month_length(year, 2) == 28
        keys = (first.isoformat()[5:], "02-29" if leap else last.isoformat()[5:])
        for row in connection.execute(query, keys):
            item = anniversary(window, kind, year, row)
            if item is not None:
                yield item


def anniversary(window: Window, kind: ItemKind, year: int, row: tuple[Any, ...]) -> AgendaItem | None:
    """The item of a row of ``BIRTHDAYS`` or ``DATES`` in a year; None where that is outside the window."""
    row_id, label, kept, contact_id, contact, company = row
    day = birthday_in_year(kept, year)
    # a day with a year counts from that year on
    if not window.since <= day <= window.until or (kept[0] != "-" and int(kept[:4]) > year):
        return None
    return _item(
        window, kind, contact_id, label, day, contact_id=contact_id, contact=contact, company=company,
        age=age_on(kept, day), occurrence=f"{kind}:{row_id}:{day}",
    )  # fmt: skip


def deals(connection: sqlite3.Connection, window: Window) -> Iterator[AgendaItem]:
    """Open deals past their expected close, and those that rest in a stage for its ``rot_days``."""
    today = window.today.isoformat()
    for row in connection.execute(CLOSING, (None, today, window.limit)):
        yield _deal(window, row)
    for stage_id, rot_days in connection.execute(ROTTING).fetchall():
        params = (rot_days, stage_id, entered_before(window, rot_days), today, window.limit)
        for row in connection.execute(STUCK, params):
            yield _deal(window, row)


def entered_before(window: Window, rot_days: int) -> str:
    """The instant before which a deal must have entered its stage to be stuck by today."""
    if rot_days >= window.today.toordinal():
        # since before there were days, nothing can have been there
        return ""
    return day_start(window.today - timedelta(days=rot_days) + _DAY, window.clock)


def _deal(window: Window, row: tuple[Any, ...]) -> AgendaItem:
    deal_id, title, closing, entered, stage, contact_id, contact, company, amount, currency, rot_days = row
    entered_on = local_day(entered, window.clock)
    if rot_days is None:
        due_on = date.fromisoformat(closing)
        listed_on, occurrence = due_on + _DAY, f"deal:{deal_id}:close:{closing}"
    else:
        due_on = listed_on = entered_on + timedelta(days=rot_days)
        occurrence = f"deal:{deal_id}:stuck:{entered}"
    return _item(
        window, ItemKind.DEAL, deal_id, title, due_on, contact_id=contact_id, contact=contact or company,
        company=company, deal_id=deal_id, deal=title, amount_minor=amount, currency=currency, stage=stage,
        last_on=entered_on, listed_on=listed_on, occurrence=occurrence,
    )  # fmt: skip


def invoices(connection: sqlite3.Connection, window: Window) -> Iterator[AgendaItem]:
    """Invoices past their day of which something is still to be paid."""
    for row in connection.execute(INVOICES, (window.today.isoformat(), window.limit)):
        invoice_id, number, due, currency, owed, contact_id, contact, company = row
        due_on = date.fromisoformat(due)
        yield _item(
            window, ItemKind.INVOICE, invoice_id, f"invoice {number}", due_on, contact_id=contact_id,
            contact=contact or company, company=company, amount_minor=owed, currency=currency,
            listed_on=due_on + _DAY,
        )  # fmt: skip


def _item(
    window: Window,
    kind: ItemKind,
    ref: int,
    title: str,
    due_on: date,
    *,
    occurrence: str | None = None,
    listed_on: date | None = None,
    **rest: Any,
) -> AgendaItem:
    return AgendaItem(
        kind=kind,
        ref=ref,
        title=title,
        due_on=due_on,
        overdue_days=(window.today - due_on).days,
        occurrence=occurrence or f"{kind}:{ref}:{due_on}",
        listed_on=listed_on or due_on,
        **rest,
    )


ALL: Final = (followups, touches, silent, reorders, anniversaries, deals, invoices)
