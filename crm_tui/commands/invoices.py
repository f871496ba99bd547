"""crm invoice: what is asked for what was sold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from crm_tui import output
from crm_tui.columns import INVOICE_LINES, INVOICES, PAYMENTS, Column, Kind
from crm_tui.commands.context import (
    ListCommand,
    RecordCommand,
    done,
    example,
    given_format,
    list_options,
    reading,
    show,
    show_one,
    writing,
)
from crm_tui.commands.days import day_option, span_option
from crm_tui.commands.values import given, parsed
from crm_tui.errors import UsageError
from crm_tui.output import Format

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.invoice_lines import LineDraft
    from crm_tui.domain.invoice_values import InvoiceChanges, InvoiceValues
    from crm_tui.models import InvoiceView

app = typer.Typer(rich_markup_mode=None, help="Invoices: add, list, show, print, edit, void.")

Ref = Annotated[str, typer.Argument(metavar="REF", help="A number or an id; id:12 and number:12 say which.")]
Contact = Annotated[str | None, typer.Option(metavar="REF", help="Whom it is for; the deal's unless given.")]
Company = Annotated[
    str | None,
    typer.Option(
        metavar="C", help="Who is billed, made when it is not there yet; the contact's unless given."
    ),
]
OfDeal = Annotated[str | None, typer.Option("--deal", metavar="REF", help="The deal it is for.")]
Lines = Annotated[
    list[str] | None,
    typer.Option(
        "--line",
        metavar="LINE",
        help='"2 x Widget @ 12.50 tax 20 off 5": a quantity, what it is, what one costs without tax, then tax and'
        " discount in percent. Only what it is and its price are needed. May be given again.",
    ),
]
ProductLines = Annotated[
    list[str] | None,
    typer.Option(
        "--product",
        metavar="SKU[*QTY]",
        help='A product of the catalogue at its price: "INK-B*3"; "INK-B*3 @ 9 tax 20 off 5" at another. May be given'
        " again.",
    ),
]
Tax = Annotated[
    str | None,
    typer.Option(metavar="P", help="The tax in percent of lines that say none; the setting's unless given."),
]
Off = Annotated[str | None, typer.Option(metavar="P", help="The discount in percent of lines that say none.")]
Currency = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="The currency; that of the prices or the deal unless given."),
]
Issued = Annotated[str | None, typer.Option("--issued", metavar="D", help="The day; today unless given.")]
Due = Annotated[
    str | None,
    typer.Option(
        "--due", metavar="D", help="A day, or 30d after it is issued; by payment_days unless given."
    ),
]
Number = Annotated[str | None, typer.Option(metavar="N", help="Its number; the next one unless given.")]


@app.command(
    "add",
    cls=RecordCommand,
    epilog=example(
        "crm invoice add --deal 'Website relaunch'",
        "crm invoice add --contact anna --line 'Workshop, 2 days @ 1800' --tax 20",
        "crm invoice add --company Acme --line '2 x Widget @ 12.50 tax 20 off 5' --product INK-B*3",
        "crm invoice add --contact anna --company none --line 'Consulting @ 900 USD' --due 30d",
    ),
)
def add(
    ctx: typer.Context,
    contact: Contact = None,
    company: Company = None,
    deal: OfDeal = None,
    line: Lines = None,
    product: ProductLines = None,
    tax: Tax = None,
    off: Off = None,
    currency: Currency = None,
    issued: Issued = None,
    due: Due = None,
    number: Number = None,
) -> None:
    """Issue an invoice: of the lines given, or of a won deal as a whole."""
    if not (line or product or deal):
        raise UsageError(
            "What is the invoice for?",
            'Say it with --line "2 x Widget @ 12.50", --product SKU*2, or --deal REF.',
        )
    with writing(ctx) as crm:
        options = given(
            contact=contact,
            company=company,
            deal=deal,
            currency=currency,
            issued=issued,
            due=due,
            number=number,
        )
        values = _values(crm, options)
        drafts = _drafts(crm, values, line, product, tax, off)
        deal_id = values.get("deal_id")
        if drafts is None and deal_id is not None:
            drafts = [_shared(each, tax, off) for each in crm.invoices.deal_lines(deal_id)]
        made = crm.invoices.add(lines=drafts or (), **values)
        done(ctx, crm, _whole(ctx, crm), [made])
        _tell_total(crm, made)


@app.command(
    "list",
    cls=ListCommand,
    epilog=example(
        "crm invoice list status:overdue",
        "crm invoice list company:acme issued_on:2026 --sort -total",
        "crm invoice list 'balance>0' -f csv --columns number,company,due_on,balance,currency",
    ),
)
def list_(
    ctx: typer.Context,
    filters: Annotated[
        list[str] | None, typer.Argument(metavar="[FILTER]...", help="See docs/filters.md.")
    ] = None,
) -> None:
    """List invoices, the newest first."""
    with reading(ctx) as crm:
        show(ctx, crm, INVOICES, crm.invoices.iterate(parsed(filters), **list_options(ctx)))


@app.command(
    "show", cls=RecordCommand, epilog=example("crm invoice show 2026-001", "crm invoice show 2026-001 --json")
)
def show_(ctx: typer.Context, ref: Ref) -> None:
    """Show one invoice with its lines and payments."""
    with reading(ctx) as crm:
        invoice = crm.invoices.find(ref)
        show_one(ctx, crm, _whole(ctx, crm), invoice)
        if (given_format(ctx) or output.default_format()) is Format.TABLE:
            _show_parts(crm, invoice)


@app.command(
    "print",
    epilog=example(
        "crm invoice print 2026-001",
        "crm invoice print 2026-001 -o 2026-001.pdf",
        "crm invoice print 2026-001 -f html -o invoice.html --force",
        "crm invoice print 2026-001 | mail -s 'Invoice 2026-001' anna@example.com",
    ),
)
def print_(
    ctx: typer.Context,
    ref: Ref,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", metavar="F", help="text (unless given), html or pdf; that of the file's ending."
        ),
    ] = None,
    file: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Where to; stdout unless given.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Print an invoice for the customer, as it stands today: text of 80 columns, a page, or a PDF.

    Your name, address, tax id and how to pay are the settings business_name, business_address, business_tax_id and
    business_payment. The customer's address is the first one of the company, else of the contact, or one labelled
    billing. PDF is an extra: pip install fpdf2 uharfbuzz.
    """
    from crm_tui.commands.invoice_paper import print_paper

    print_paper(ctx, ref, form, file, force=force)


@app.command(
    "edit",
    cls=RecordCommand,
    epilog=example(
        "crm invoice edit 2026-001 --due 2026-04-15",
        "crm invoice edit 2026-001 --line '3 x Widget @ 12.50 tax 20' --line 'Postage @ 4.90'",
    ),
)
def edit(
    ctx: typer.Context,
    ref: Ref,
    contact: Contact = None,
    company: Company = None,
    deal: OfDeal = None,
    line: Lines = None,
    product: ProductLines = None,
    tax: Tax = None,
    off: Off = None,
    currency: Currency = None,
    issued: Issued = None,
    due: Due = None,
    number: Number = None,
) -> None:
    """Change an invoice that is not void. Lines given replace all there are; "none" takes a party off."""
    with writing(ctx) as crm:
        invoice = crm.invoices.find(ref)
        options = given(
            contact=contact,
            company=company,
            deal=deal,
            currency=currency,
            issued=issued,
            due=due,
            number=number,
        )
        changes = cast("InvoiceChanges", _values(crm, options, invoice.issued_on))
        drafts = _drafts(crm, changes, line, product, tax, off, known=invoice.currency)
        if drafts is None and (tax is not None or off is not None):
            drafts = [_shared(each, tax, off) for each in crm.invoices.drafts(invoice.id)]
        if drafts is not None:
            changes["lines"] = drafts
        changed = crm.invoices.update(invoice.id, **changes)
        done(ctx, crm, _whole(ctx, crm), [changed])
        if (changed.total_minor, changed.due_on) != (invoice.total_minor, invoice.due_on):
            _tell_total(crm, changed)


@app.command(
    "void",
    cls=RecordCommand,
    epilog=example("crm invoice void 2026-001", "crm invoice void 2026-001 --on yesterday"),
)
def void(
    ctx: typer.Context,
    ref: Ref,
    on: Annotated[str | None, typer.Option("--on", metavar="D", help="The day; today unless given.")] = None,
) -> None:
    """Void an invoice on which nothing is paid: it keeps its number and claims nothing."""
    with writing(ctx) as crm:
        invoice = crm.references.invoice(ref)
        done(ctx, crm, _whole(ctx, crm), [crm.invoices.void(invoice, day_option(crm, on, "Voided on"))])


def _values(crm: Crm, options: dict[str, Any], since: date | None = None) -> InvoiceValues:
    values: InvoiceValues = {}
    if "issued" in options:
        values["issued_on"] = since = day_option(crm, options.pop("issued"), "Issued on") or since
    for name, value in options.items():
        if name == "contact":
            values["contact_id"] = None if value is None else crm.references.contact(value)
        elif name == "deal":
            values["deal_id"] = None if value is None else crm.references.deal(value)
        elif name == "due":
            values["due_on"] = span_option(crm, value, "Due on", since)
        else:
            values[name] = value  # type: ignore[literal-required]  # the options are named like the fields
    return values


def _drafts(
    crm: Crm,
    values: InvoiceValues,
    lines: Sequence[str] | None,
    products: Sequence[str] | None,
    tax: str | None,
    off: str | None,
    known: str | None = None,
) -> list[LineDraft] | None:
    """The lines that are wanted, None where none are given; a currency that prices name becomes the invoice's."""
    from crm_tui.domain import line_text
    from crm_tui.money import check_currency

    if not lines and not products:
        return None
    plain = [line_text.line(each) for each in lines or ()]
    listed = [(each, crm.references.product(each.name)) for each in map(line_text.product, products or ())]
    named = line_text.currency_in([*plain, *(each for each, _ in listed)])
    if named is not None and not values.get("currency"):
        values["currency"] = named
    ids = [product_id for each, product_id in listed if each.price is None]
    code = values.get("currency") or known or crm.invoices.usual_currency(ids, values.get("deal_id"))
    code = check_currency(code)
    found = [line_text.draft(each, code, tax=tax, off=off) for each in plain]
    found += [line_text.draft(each, code, product_id=product, tax=tax, off=off) for each, product in listed]
    return found


def _shared(line: LineDraft, tax: str | None, off: str | None) -> LineDraft:
    return line._replace(
        tax_percent=line.tax_percent if tax is None else tax,
        discount_percent=line.discount_percent if off is None else off,
    )


def _tell_total(crm: Crm, invoice: InvoiceView) -> None:
    """Say what is to be paid and until when."""
    from crm_tui.dates import short_day
    from crm_tui.money import format_money

    if invoice.is_credit:
        amount = format_money(-invoice.total_minor, invoice.currency)
        output.say(f"A credit note: {amount} in all, to be given back.", dim=True)
        return
    amount = format_money(invoice.total_minor, invoice.currency)
    output.say(f"{amount} in all, due on {short_day(invoice.due_on, crm.clock.today)}.", dim=True)


def _whole(ctx: typer.Context, crm: Crm) -> Kind:
    """An invoice by itself: for machines that can hold lists with its lines and payments."""
    form = given_format(ctx) or output.default_format()
    if form is Format.TABLE:
        return INVOICES._replace(columns=tuple(_in_full(each) for each in INVOICES.columns))
    if form not in (Format.JSON, Format.JSONL):
        return INVOICES

    from crm_tui.interchange.invoice_rows import nested_columns

    return INVOICES._replace(columns=tuple(nested_columns(crm)))


def _in_full(column: Column) -> Column:
    """A column of the card; the day it is due stands beside how far away that is, a credit note beside its status."""

    def due(invoice: InvoiceView, today: date) -> str:
        from crm_tui.dates import relative_day, short_day

        if invoice.is_credit:
            return ""
        day = short_day(invoice.due_on, today)
        return day if invoice.overdue_days is None else f"{day}, {relative_day(invoice.due_on, today)}"

    def status(invoice: InvoiceView, _: date) -> str:
        from crm_tui.money import format_money

        if not invoice.is_credit or invoice.voided_on is not None:
            return invoice.status.value
        amount = format_money(abs(invoice.balance_minor), invoice.currency)
        told = "given back"
        if invoice.balance_minor:
            told = f"{amount} {'to give back' if invoice.balance_minor < 0 else 'too much given back'}"
        return f"{invoice.status.value}: a credit note, {told}"

    shown = {"due_on": due, "status": status}.get(column.key)
    return column if shown is None else column._replace(show=shown)


def _show_parts(crm: Crm, invoice: InvoiceView) -> None:
    today = crm.clock.today
    for kind, rows in (
        (INVOICE_LINES, crm.invoices.lines(invoice.id)),
        (PAYMENTS, crm.invoices.payments(invoice.id)),
    ):
        if rows:
            output.write("")
            keys = [key for key in kind.table if key not in ("invoice", "contact", "company")]
            shown = [each for key in keys for each in kind.columns if each.key == key]
            output.records(rows, kind.columns, shown, Format.TABLE, today)
