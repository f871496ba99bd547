"""An invoice on a page: whom it is for, how it stands, its lines, what they come to, and what was paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crm_tui.dates import Clock, relative_day, short_day
from crm_tui.money import format_money
from crm_tui.text import cell_width, clean, pad
from crm_tui.widgets.lines import Ink, Line, in_ink, spread, wrap
from crm_tui.widgets.records import invoice_words as words
from crm_tui.widgets.records.timeline import rule

if TYPE_CHECKING:
    from crm_tui.models import InvoiceLineView, InvoiceView, PaymentView

_LABEL: Final = 9
_LONGEST: Final = 4  # lines of a description


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that a card shows of an invoice."""

    invoice: InvoiceView
    rows: Sequence[InvoiceLineView]
    payments: Sequence[PaymentView]

    @property
    def id(self) -> int:
        """The id of the invoice."""
        return self.invoice.id

    @property
    def more(self) -> bool:
        """There is nothing else."""
        return False


def lines(sheet: Sheet, clock: Clock, width: int) -> list[Line]:
    """The card as lines of at most ``width`` cells."""
    if width < 4:
        return []
    return [
        *_head(sheet.invoice, clock, width),
        rule("", width),
        *_rows(sheet, width),
        rule("", width),
        *_sums(sheet.invoice, width),
        *_payments(sheet, clock, width),
    ]


def _head(invoice: InvoiceView, clock: Clock, width: int) -> Iterator[Line]:
    today = clock.today
    sign, tone = words.sign(invoice, today)
    ink: Ink = "plain" if tone == "plain" else tone
    aside = f"{sign} {words.stands(invoice, today)}".strip()
    number = clean(invoice.number)
    if cell_width(number) + cell_width(aside) + 2 <= width:
        yield spread([(number, "strong")], [(aside, ink)], width - 1)
    else:
        yield from in_ink(wrap(number, width - 1, 2), "strong")
        yield from in_ink(wrap(aside, width - 1, 2), ink)
    names = " · ".join(clean(part) for part in (invoice.company, invoice.contact) if part)
    if invoice.is_credit:
        yield [("credit note", "plain")]
    yield from in_ink(wrap(names or "for nobody", width - 1, 3), "plain" if names else "dim")
    # of a credit note nothing is due
    due = None if invoice.is_credit else invoice.due_on
    for label, day in (("issued", invoice.issued_on), ("due", due), ("void", invoice.voided_on)):
        if day is not None:
            left = short_day(day, today)
            yield spread(
                [(pad(label, _LABEL), "dim"), (left, "plain")], [(relative_day(day, today), "dim")], width - 1
            )
    if invoice.deal:
        for place, part in enumerate(wrap(invoice.deal, max(8, width - _LABEL - 1), 2)):
            yield [(pad("deal" if place == 0 else "", _LABEL), "dim"), (part, "plain")]


def _rows(sheet: Sheet, width: int) -> Iterator[Line]:
    code = sheet.invoice.currency
    for row in sheet.rows:
        net = words.figure(row.net_minor, code)
        room = max(8, width - 1 - cell_width(net) - 2)
        for place, part in enumerate(wrap(row.description, room, _LONGEST)):
            yield spread([(part, "plain")], [(net, "plain")] if place == 0 else [], width - 1)
        yield from in_ink(
            (f"  {part}" for part in wrap(words.line_aside(row, code), max(8, width - 3), 2) if part), "dim"
        )


def _sums(invoice: InvoiceView, width: int) -> Iterator[Line]:
    found = words.sums(invoice)
    # what counts in the end: the last of them, unless that says that all of it is paid
    main = "total" if found[-1][0] in ("paid", "given back") else found[-1][0]
    for word, amount in found:
        yield spread([(word, "dim")], [(amount, "strong" if word == main else "plain")], width - 1)


def _payments(sheet: Sheet, clock: Clock, width: int) -> Iterator[Line]:
    if not sheet.payments:
        return
    yield rule("payments", width)
    for each in sheet.payments:
        back = each.amount_minor < 0
        amount = format_money(each.amount_minor, each.currency)
        head = f"{'-' if back else '+'} {short_day(each.paid_on, clock.today)}"
        how = words.paid_how(each)
        yield spread(
            [(head, "bad" if back else "good"), (f"  {how}" if how else "", "dim")],
            [(amount, "plain")],
            width - 1,
        )
