"""The forms of payments: what was received for an invoice, for several, or given back; and one put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crm_tui.dates import Clock
from crm_tui.errors import ConflictError, CrmError, InvalidDataError
from crm_tui.money import format_money, parse_amount
from crm_tui.screens.billing.invoice_forms import day
from crm_tui.screens.billing.line_rows import plain
from crm_tui.screens.forms import fields
from crm_tui.screens.forms.fields import Field, Filled, Form
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import InvoiceView, PaymentView


def pay(crm: Crm, invoice_id: int) -> Form:
    """A payment of an invoice, of what is owed unless less or more is typed; saved it returns the ``PaymentView``.

    Raises:
        NotFoundError: there is no such invoice.
        ConflictError: it is void.
    """
    invoice = crm.invoices.get(invoice_id)
    crm.invoices.refuse_void(invoice, "paid")
    owed = invoice.balance_minor

    def tell(minor: int, clock: Clock) -> str:
        rest = owed - minor
        if rest == 0:
            return "all of it"
        amount = format_money(abs(rest), invoice.currency)
        return f"{amount} {'stays to be paid' if rest > 0 else 'too much'}"

    def save(crm: Crm, filled: Filled) -> Any:
        return crm.payments.add(invoice_id, filled.values["amount"], **_values(filled))

    said = f"{_whom(invoice)}{_sum(owed, invoice)}"
    return Form(
        f"payment-{invoice_id}",
        f"Payment of invoice {clean(invoice.number)}",
        (_amount(invoice, plain(owed, invoice.currency) if owed > 0 else "", tell), *_how()),
        save,
        said,
    )


def add() -> Form:
    """A payment of any invoice, named in the form; saved it returns the ``PaymentView``."""

    def save(crm: Crm, filled: Filled) -> Any:
        invoice = crm.invoices.find(filled.values["invoice"])
        typed = filled.values["amount"]
        amount = None if typed is None else _positive(typed, invoice)
        return crm.payments.add(invoice.id, amount, **_values(filled))

    return Form(
        "payment-add",
        "Note a payment",
        (
            Field("invoice", "invoice", required=True, hint="its number or id"),
            Field("amount", "amount", hint="all that is to be paid"),
            *_how(),
        ),
        save,
        "A refund is noted on its invoice.",
        watched=("invoice",),
        notice=_about,
    )


def _about(crm: Crm, texts: Mapping[str, str]) -> str:
    """What the typed invoice is, as soon as it is one."""
    try:
        invoice = crm.invoices.find(texts["invoice"]) if texts["invoice"].strip() else None
    except CrmError:
        # it is not typed to its end
        return ""
    return "" if invoice is None else f"{_whom(invoice)}{_sum(invoice.balance_minor, invoice)}"


def refund(crm: Crm, invoice_id: int) -> Form:
    """What was given back for an invoice, all that was paid too much, or of a credit note, unless typed otherwise.

    Raises:
        NotFoundError: there is no such invoice.
        ConflictError: it is void, or nothing is paid.
    """
    invoice = crm.invoices.get(invoice_id)
    crm.invoices.refuse_void(invoice, "paid")
    paid, over = invoice.paid_minor, -invoice.balance_minor
    if invoice.is_credit:
        paid = over
    if paid <= 0:
        what = "left to give back" if invoice.is_credit else "paid"
        raise ConflictError(
            f"Nothing is {what} on invoice {invoice.number}.", "There is nothing to give back."
        )

    def tell(minor: int, clock: Clock) -> str:
        rest = paid - minor
        if rest < 0:
            return "more than is to be given back" if invoice.is_credit else "more than was received"
        return (
            f"{format_money(rest, invoice.currency)} stays {'to give back' if invoice.is_credit else 'paid'}"
        )

    def save(crm: Crm, filled: Filled) -> Any:
        return crm.payments.add(invoice_id, -filled.values["amount"], **_values(filled))

    told = f"{format_money(paid, invoice.currency)} {'is to be given back' if invoice.is_credit else 'was received'}"
    return Form(
        f"refund-{invoice_id}",
        f"Refund for invoice {clean(invoice.number)}",
        (_amount(invoice, plain(over, invoice.currency) if over > 0 else "", tell), *_how("returned on")),
        save,
        f"{_whom(invoice)}{told}",
    )


def pay_all(crm: Crm, invoice_ids: Sequence[int]) -> Form:
    """What is owed on several invoices, received on one day in one way; those with nothing to pay are passed over.

    Raises:
        ConflictError: nothing is owed on any.
    """
    found = [each for each in crm.invoices.views(invoice_ids) if each.balance_minor > 0]
    if not found:
        raise ConflictError("Nothing is owed on any of these invoices.", "Mark some that are open.")
    sums: dict[str, int] = {}
    for each in found:
        sums[each.currency] = sums.get(each.currency, 0) + each.balance_minor
    words = f"{len(found):,} {'invoice' if len(found) == 1 else 'invoices'}"

    def save(crm: Crm, filled: Filled) -> Any:
        with crm.transaction(f"add payments of {words}"):
            return [crm.payments.add(each.id, **_values(filled)) for each in found]

    passed = len(invoice_ids) - len(found)
    over = f" {passed:,} with nothing to pay {'is' if passed == 1 else 'are'} passed over." if passed else ""
    amounts = " and ".join(format_money(minor, code) for code, minor in sums.items())
    return Form(
        f"payments-{'-'.join(str(each.id) for each in found[:3])}",
        f"Payments of {words}",
        _how(),
        save,
        f"All that is owed, {amounts}.{over}",
        keep=False,
    )


def change(crm: Crm, payment_id: int) -> Form:
    """A payment to put right; what was given back stays given back.

    Raises:
        NotFoundError: there is no such payment.
    """
    old: PaymentView = crm.payments.get(payment_id)
    invoice = crm.invoices.get(old.invoice_id)
    crm.invoices.refuse_void(invoice, "paid")
    sign = -1 if old.amount_minor < 0 else 1

    def save(crm: Crm, filled: Filled) -> Any:
        given = filled.given()
        values: Any = {name: given[name] for name in ("method", "reference") if name in given}
        if "on" in given:
            values["paid_on"] = given["on"]
        if "amount" in given:
            values["amount_minor"] = sign * given["amount"]
        return crm.payments.update(payment_id, **values)

    return Form(
        f"payment-edit-{payment_id}",
        f"Change the {'refund' if sign < 0 else 'payment'} of invoice {clean(old.invoice)}",
        (
            _amount(
                invoice, plain(abs(old.amount_minor), old.currency), lambda value, _: _money(value, invoice)
            ),
            Field("on", "on", value=old.paid_on.isoformat(), required=True, check=day, echo=fields.tell_day),
            Field("method", "how", value=old.method or "", hint="bank, card, cash"),
            Field("reference", "reference", value=old.reference or ""),
        ),
        save,
        _whom(invoice).removesuffix(" · "),
    )


def _amount(invoice: InvoiceView, value: str, tell: fields.Echo) -> Field:
    def check(text: str, clock: Clock) -> int:
        return _positive(text, invoice)

    label = f"amount {invoice.currency}"
    return Field(
        "amount", label, value=value, required=True, check=check, echo=tell, hint=f"1200 {invoice.currency}"
    )


def _positive(text: str, invoice: InvoiceView) -> int:
    minor = parse_amount(text, invoice.currency)
    if minor <= 0:
        raise InvalidDataError(f"The amount is {_money(minor, invoice)}.", "Give how much, without a sign.")
    return minor


def _how(when: str = "paid on") -> tuple[Field, Field, Field]:
    return (
        Field(
            "on",
            when,
            value="today",
            required=True,
            check=day,
            echo=fields.tell_day,
            hint="today, 2026-02-27",
        ),
        Field("method", "how", hint="bank, card, cash"),
        Field("reference", "reference", hint="the bank's own word for it"),
    )


def _values(filled: Filled) -> Any:
    values = filled.values
    return {"paid_on": values["on"], "method": values["method"], "reference": values["reference"]}


def _whom(invoice: InvoiceView) -> str:
    names = [clean(part) for part in (invoice.company, invoice.contact) if part]
    return "".join(f"{name} · " for name in names)


def _sum(owed: int, invoice: InvoiceView) -> str:
    if owed < 0:
        money = _money(-owed, invoice)
        return f"a credit note: {money} is to be given back" if invoice.is_credit else f"overpaid by {money}"
    if owed == 0:
        return f"{'given back' if invoice.is_credit else 'paid'}; whatever comes is too much"
    of = "" if owed == invoice.total_minor else f" of {_money(invoice.total_minor, invoice)}"
    return f"{_money(owed, invoice)}{of} to be paid"


def _money(minor: int, invoice: InvoiceView) -> str:
    return format_money(minor, invoice.currency)
