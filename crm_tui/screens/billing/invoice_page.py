"""Invoices on the pages of records: those of a person, company or deal as rows, and an invoice as a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from crm_tui.brief_lines import paying
from crm_tui.dates import Clock, relative_day, short_day
from crm_tui.money import format_money
from crm_tui.screens.record import record_rows as rows
from crm_tui.text import clean
from crm_tui.widgets.records import invoice_words as words
from crm_tui.widgets.records.record_view_rows import Row, Section

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.models import InvoiceLineView, InvoiceView, PaymentView
    from crm_tui.screens.record.record_reading import Whole
    from crm_tui.screens.record.record_rows import Keys
    from crm_tui.widgets.tables.rows import Tone

_LONGEST: Final = 6  # lines of a description


def invoices(whole: Whole, clock: Clock) -> Section:
    """The invoices of a record, what is unpaid first, under what is owed and how late it is paid."""
    found: list[Row] = []
    payer = whole.payer
    told = paying(payer) if payer is not None else ""
    if payer is not None and told:
        late = bool(payer.overdue)
        tone: Tone = "bad" if late else "plain"
        found.append(
            Row(None, text=told, sign="!" if late else " ", tone=tone, ink="bad" if late else "plain")
        )
    found += [_bill(each, whole, clock.today) for each in whole.invoices]
    if whole.invoice_count > len(whole.invoices):
        found.append(rows.more("invoices", f"{whole.invoice_count - len(whole.invoices):,} more invoices"))
    count = f"{whole.invoice_count:,}" if whole.invoice_count > 1 else ""
    return Section("Invoices", found if whole.invoice_count or told else [], count, label=0)


def owing(whole: Whole) -> list[str]:
    """What is owed, for the line of figures."""
    payer = whole.payer
    if payer is None or not payer.owed:
        return []
    owes = " and ".join(format_money(each.minor, each.currency) for each in payer.owed)
    return [f"{'! ' if payer.overdue else ''}owes {owes}"]


def head(whole: Whole, clock: Clock) -> tuple[str, str]:
    """How the invoice stands, and its answer in figures."""
    invoice: InvoiceView = whole.view
    sign, _ = words.sign(invoice, clock.today)
    total = format_money(invoice.total_minor, invoice.currency)
    parts = [clean(part) for part in (invoice.company, invoice.contact) if part]
    parts.append(total)
    if invoice.balance_minor > 0 and invoice.paid_minor:
        parts.append(f"{words.owed(invoice)} to be paid")
    elif invoice.balance_minor < 0:
        what = "to give back" if invoice.is_credit else "too much"
        parts.append(f"{format_money(-invoice.balance_minor, invoice.currency)} {what}")
    return f"{sign} {words.stands(invoice, clock.today)}".strip(), " · ".join(parts)


def facts(whole: Whole, clock: Clock, keys: Keys) -> list[Section]:
    """Whom it is for, its days, what it is about."""
    invoice: InvoiceView = whole.view
    today = clock.today
    sign, tone = words.sign(invoice, today)
    open_ = invoice.status.value in ("open", "overdue")
    away = "nothing is due" if invoice.is_credit else relative_day(invoice.due_on, today)
    found = [
        rows.field("number", "number", invoice.number),
        rows.link("contact", "person", invoice.contact, "contacts", invoice.contact_id),
        rows.link("company", "company", invoice.company, "companies", invoice.company_id),
        rows.link("deal", "deal", invoice.deal, "deals", invoice.deal_id),
        rows.field(
            "issued_on", "issued", short_day(invoice.issued_on, today), relative_day(invoice.issued_on, today)
        ),
        rows.field(
            "due_on", "due", short_day(invoice.due_on, today),
            words.stands(invoice, today) if open_ else away,
            sign=sign if open_ else " ", tone=tone if open_ else "plain",
        ),
        rows.field("currency", "currency", invoice.currency),
        *_voided(invoice, today),
        rows.known_since(whole, clock),
    ]  # fmt: skip
    return [Section("Facts", found)]


def work(whole: Whole, clock: Clock, keys: Keys) -> list[Section]:
    """Its lines and what they come to, and what was paid."""
    invoice: InvoiceView = whole.view
    lines = [_line(each, invoice.currency) for each in whole.rows]
    sums = [Row(None, text=word, aside=amount, ink="dim") for word, amount in words.sums(invoice)]
    paid = [_payment(each, clock.today) for each in whole.payments]
    if not paid and invoice.voided_on is None:
        text = (
            f"Nothing is given back yet. {keys('refund')} notes it."
            if invoice.is_credit
            else f"Nothing is paid yet. {keys('pay')} notes a payment."
        )
        paid = [rows.teach("refund" if invoice.is_credit else "pay", text)]
    return [
        Section("Lines", lines, label=0),
        Section("Comes to", sums, label=0),
        Section("Payments", paid, label=0),
    ]


def _bill(each: InvoiceView, whole: Whole, today: date) -> Row:
    sign, tone = words.sign(each, today)
    parts = [words.stands(each, today), f"of {short_day(each.issued_on, today)}"]
    if each.paid_minor and each.balance_minor > 0:
        parts.append(f"{words.owed(each)} to be paid")
    who = each.contact if whole.table == "companies" else None
    parts += [clean(part) for part in (who, each.deal if whole.table != "deals" else None) if part]
    amount = format_money(each.total_minor, each.currency)
    return Row(
        ("invoice", each.id), "", each.number, amount, sign, tone, beneath=(" · ".join(parts),), of=each
    )


def _line(line: InvoiceLineView, currency: str) -> Row:
    net = words.figure(line.net_minor, currency)
    beneath = (words.line_aside(line, currency),)
    return Row(("line", line.id), "", line.description, net, beneath=beneath, most=_LONGEST, of=line)


def _payment(each: PaymentView, today: date) -> Row:
    back = each.amount_minor < 0
    return Row(
        ("payment", each.id),
        "",
        f"{short_day(each.paid_on, today)}  {relative_day(each.paid_on, today)}",
        format_money(each.amount_minor, each.currency),
        "-" if back else "+",
        "bad" if back else "good",
        beneath=(words.paid_how(each),),
        of=each,
    )


def _voided(invoice: InvoiceView, today: date) -> Sequence[Row]:
    if invoice.voided_on is None:
        return ()
    said = f"{short_day(invoice.voided_on, today)}, {relative_day(invoice.voided_on, today)}"
    return (Row(None, "void since", said, sign="x", tone="bad"),)
