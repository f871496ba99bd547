"""crm payment: money received for invoices, and given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from crm_tui import output
from crm_tui.columns import PAYMENTS
from crm_tui.commands.context import (
    ListCommand,
    RecordCommand,
    SignedCommand,
    confirm,
    done,
    example,
    list_options,
    reading,
    show,
    show_one,
    writing,
)
from crm_tui.commands.days import day_option
from crm_tui.commands.values import given, parsed
from crm_tui.errors import UsageError

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.payments import PaymentChanges, PaymentValues
    from crm_tui.models import InvoiceView, PaymentView

app = typer.Typer(rich_markup_mode=None, help="Money received for invoices, and given back.")

Ref = Annotated[str, typer.Argument(metavar="ID", help="The payment's id; crm payment list shows it.")]
On = Annotated[str | None, typer.Option("--on", metavar="D", help="The day it was paid; today unless given.")]
Method = Annotated[str | None, typer.Option("--method", metavar="M", help="How: bank, card, cash, ...")]
Reference = Annotated[
    str | None, typer.Option("--reference", metavar="R", help="The bank's or the shop's own word for it.")
]
Refund = Annotated[bool, typer.Option("--refund", help="The money was given back.")]


@app.command(
    "add",
    cls=SignedCommand,
    epilog=example(
        "crm payment add 2026-001",
        "crm payment add 2026-001 600 --on yesterday --method bank --reference 'TX 4711'",
        "crm payment add 2026-001 50 --refund",
    ),
)
def add(
    ctx: typer.Context,
    invoice: Annotated[str, typer.Argument(metavar="INVOICE", help="Its number or id.")],
    amount: Annotated[
        str | None,
        typer.Argument(metavar="[AMOUNT]", help="How much; all that is still to be paid unless given."),
    ] = None,
    on: On = None,
    method: Method = None,
    reference: Reference = None,
    refund: Refund = False,
) -> None:
    """Note a payment of an invoice: part of it, the rest, or more.

    With --refund it is money given back: what was paid too much unless an amount is given.
    """
    with writing(ctx) as crm:
        of = crm.invoices.find(invoice)
        minor = _given_back(of, amount) if refund else _amount(of, amount)
        values = _values(crm, given(on=on, method=method, reference=reference))
        made = crm.payments.add(of.id, minor, **values)
        done(ctx, crm, PAYMENTS, [made])
        _tell_balance(crm, made)


@app.command(
    "list",
    cls=ListCommand,
    epilog=example(
        "crm payment list paid_on:2026-03",
        "crm payment list company:acme --sort -amount",
        "crm payment list 'amount<0' -f csv",
    ),
)
def list_(
    ctx: typer.Context,
    filters: Annotated[
        list[str] | None, typer.Argument(metavar="[FILTER]...", help="See docs/filters.md.")
    ] = None,
) -> None:
    """List payments, the newest first; refunds are below zero."""
    with reading(ctx) as crm:
        show(ctx, crm, PAYMENTS, crm.payments.iterate(parsed(filters), **list_options(ctx)))


@app.command("show", cls=RecordCommand, epilog=example("crm payment show 12", "crm payment show 12 --json"))
def show_(ctx: typer.Context, ref: Ref) -> None:
    """Show one payment."""
    with reading(ctx) as crm:
        show_one(ctx, crm, PAYMENTS, crm.payments.find(ref))


@app.command(
    "edit",
    cls=RecordCommand,
    epilog=example(
        "crm payment edit 12 --amount 650", "crm payment edit 12 --on 2026-03-01 --reference none"
    ),
)
def edit(
    ctx: typer.Context,
    ref: Ref,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="M", help="How much it was; a refund stays a refund.")
    ] = None,
    on: On = None,
    method: Method = None,
    reference: Reference = None,
) -> None:
    """Correct a payment. "none" empties a field."""
    with writing(ctx) as crm:
        payment = crm.payments.find(ref)
        changes = cast("PaymentChanges", _values(crm, given(on=on, method=method, reference=reference)))
        if amount is not None:
            minor = abs(_amount(crm.invoices.get(payment.invoice_id), amount) or 0)
            changes["amount_minor"] = -minor if payment.amount_minor < 0 else minor
        changed = crm.payments.update(payment.id, **changes)
        done(ctx, crm, PAYMENTS, [changed])
        if amount is not None:
            _tell_balance(crm, changed)


@app.command("delete", cls=RecordCommand, epilog=example("crm payment delete 12 --yes"))
def delete(
    ctx: typer.Context, ref: Ref, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Remove a payment that was none; money that was given back is a refund instead."""
    with writing(ctx) as crm:
        payment = crm.payments.find(ref)
        confirm(f"Delete the payment of {payment.amount} {payment.currency} for {payment.invoice}?", yes=yes)
        done(ctx, crm, PAYMENTS, [crm.payments.delete(payment.id)])
        _tell_balance(crm, payment)


def _values(crm: Crm, options: dict[str, Any]) -> PaymentValues:
    values: PaymentValues = {}
    if "on" in options:
        values["paid_on"] = day_option(crm, options.pop("on"), "Paid on")
    values.update(options)  # type: ignore[typeddict-item]  # the other options are named like the fields
    return values


def _amount(invoice: InvoiceView, text: str | None) -> int | None:
    from crm_tui.money import parse_amount

    return None if text is None else parse_amount(text, invoice.currency)


def _given_back(invoice: InvoiceView, text: str | None) -> int:
    minor = _amount(invoice, text)
    if minor is None:
        if invoice.balance_minor >= 0:
            raise UsageError(
                f"Nothing was paid too much on invoice {invoice.number}.",
                f"Say how much was given back: crm payment add {invoice.id} AMOUNT --refund.",
            )
        return invoice.balance_minor
    if minor < 0:
        raise UsageError("A refund is given without a sign.", "Leave the minus out, or leave --refund out.")
    return -minor


def _tell_balance(crm: Crm, payment: PaymentView) -> None:
    """Say what is still to be paid, or was paid too much; of a credit note what is still to be given back."""
    from crm_tui.money import format_money

    invoice = crm.invoices.get(payment.invoice_id)
    amount = format_money(abs(invoice.balance_minor), invoice.currency)
    if invoice.balance_minor > 0:
        output.say(f"{amount} of invoice {invoice.number} is still to be paid.", dim=True)
    elif invoice.is_credit:
        left = f"{amount} of it is still to be" if invoice.balance_minor else "All of it is"
        output.say(f"Invoice {invoice.number} is a credit note. {left} given back.", dim=True)
    elif invoice.balance_minor < 0:
        output.say(f"Invoice {invoice.number} is overpaid by {amount}.")
    else:
        output.say(f"Invoice {invoice.number} is paid.", dim=True)
