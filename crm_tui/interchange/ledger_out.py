"""Invoices and payments as plain text accounting: journals for ledger, hledger and beancount.

An invoice debits the customer's account below ``account_receivable`` and credits ``account_sales`` with what is
without tax and ``account_tax`` with the tax; a payment moves money from there to ``account_bank``, a refund back. Where
``account_sales`` ends in ``:{product}`` each product has an account, and lines without a product the one above. What
is void is left out and named in a comment; payments on it were given back, and stay. The journal of invoices has their
payments, so its balances are what the reports of receivables and revenue say.

Names come from anywhere, and these formats obey much that stands in a comment or behind a sign. So of a name only
letters, digits and a few harmless signs are written, in the one place of a payee; descriptions of lines are not.

Formats: https://ledger-cli.org/doc/ledger3.html, https://hledger.org/hledger.html#journal,
https://beancount.github.io/docs/beancount_language_syntax.html.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, TYPE_CHECKING, Any, Final, Literal

from crm_tui.config import PER_PRODUCT
from crm_tui.domain import invoice_lines
from crm_tui.money import exponent, format_decimal
from crm_tui.text import words

if TYPE_CHECKING:
    from crm_tui.config import Config
    from crm_tui.domain.crm import Crm
    from crm_tui.filters import Node
    from crm_tui.models import InvoiceView, PaymentView

Form = Literal["ledger", "hledger", "beancount"]
_HARMLESS: Final = frozenset("., '&+-#/_")
_LONGEST: Final = 100
_NOBODY: Final = "Unnamed"
# what an account may be called, but for an SKU that ends as one with an id does
_PLAIN: Final = re.compile(r"(?!(?:.*-)?S[0-9]+$)[A-Z0-9][A-Za-z0-9-]*")
Posting = tuple[str, int]
"""An account and minor units."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is booked on a day.

    Attributes:
        day: the day.
        number: the invoice's.
        payee: the customer.
        what: invoice, payment or refund; void for one that is not booked.
        currency: of the amounts.
        postings: accounts and minor units, together 0.
    """

    day: date
    number: str
    payee: str
    what: str
    currency: str
    postings: Sequence[Posting]


def entries(crm: Crm, kind: str, condition: str | Node | None) -> Iterator[Entry]:
    """What is booked of the invoices that match a filter and their payments, or of payments alone, day by day."""
    if kind == "payments":
        return (_payment(each, crm.config) for each in crm.payments.iterate(condition, sort="paid_on"))
    everything = condition is None or condition == ""
    chosen = None if everything else {each.id for each in crm.invoices.iterate(condition, sort="id")}
    return _merged(crm, crm.invoices.iterate(condition, sort="issued_on"), chosen)


def entries_of(crm: Crm, kind: str, records: Iterable[Any]) -> Iterator[Entry]:
    """As ``entries``, of invoices or payments that were read already."""
    if kind == "payments":
        return (_payment(each, crm.config) for each in sorted(records, key=lambda each: each.paid_on))
    invoices: list[InvoiceView] = sorted(records, key=lambda each: (each.issued_on, each.id))
    return _merged(crm, invoices, {each.id for each in invoices})


def _merged(crm: Crm, found: Iterable[InvoiceView], chosen: set[int] | None) -> Iterator[Entry]:
    invoices = (_invoice(crm, each) for each in found)
    payments = (
        _payment(each, crm.config)
        for each in crm.payments.iterate(sort="paid_on")
        if chosen is None or each.invoice_id in chosen
    )
    # of one day the invoices first
    yield from heapq.merge(invoices, payments, key=lambda entry: entry.day)


def write(found: Iterable[Entry], file: IO[str], form: Form, kind: str) -> int:
    """Write a journal; returns how many invoices, or of payments how many payments, are in it."""
    journal = _Journal(file, form)
    count = 0
    for entry in found:
        count += (entry.what in ("invoice", "void")) == (kind == "invoices")
        journal.add(entry)
    journal.finish()
    return count


class _Journal:
    """Writes entries, each account and currency declared before it is first used."""

    def __init__(self, file: IO[str], form: Form) -> None:
        self._file = file
        self._form = form
        self._declared: set[str] = set()
        if form == "hledger":
            file.write("decimal-mark .\n")

    def add(self, entry: Entry) -> None:
        """Write what is booked."""
        postings = [each for each in entry.postings if each[1]]
        if entry.what == "void" or not postings:
            reason = "is void" if entry.what == "void" else "comes to nothing"
            self._file.write(f"\n; {entry.day.isoformat()} invoice {harmless(entry.number)} {reason}\n")
            return
        self._declare_currency(entry)
        for account, _ in postings:
            self._declare_account(account, entry)
        self._file.write(f"\n{self._head(entry)}\n")
        width = max(len(account) for account, _ in postings)
        for account, minor in postings:
            amount = format_decimal(minor, entry.currency)
            self._file.write(f"    {account:<{width}}  {amount:>14} {entry.currency}\n")

    def finish(self) -> None:
        """Write a journal of nothing as one."""
        if not self._declared:
            self._file.write("; nothing to book\n")

    def _head(self, entry: Entry) -> str:
        number = harmless(entry.number)
        note = {"invoice": "Invoice", "payment": "Payment of", "refund": "Refund of"}[entry.what]
        if self._form == "beancount":
            return f'{entry.day.isoformat()} * "{entry.payee}" "{note} {number}"'
        head = f"{entry.day.isoformat()} * ({number}) {entry.payee}"
        # ledger takes all of it for the payee
        return head if self._form == "ledger" else f"{head} | {note} {number}"

    def _declare_currency(self, entry: Entry) -> None:
        code = entry.currency
        if code in self._declared:
            return
        self._declared.add(code)
        decimals = exponent(code)
        sample = f"1000.{'0' * decimals}" if decimals or self._form == "hledger" else "1000"
        lines = {
            "ledger": f"commodity {code}\n    format {sample} {code}\n",
            "hledger": f"commodity {sample} {code}\n",
            "beancount": f'option "operating_currency" "{code}"\n{entry.day.isoformat()} commodity {code}\n',
        }
        self._file.write(f"\n{lines[self._form]}")

    def _declare_account(self, account: str, entry: Entry) -> None:
        if account in self._declared:
            return
        self._declared.add(account)
        opened = f"{entry.day.isoformat()} open" if self._form == "beancount" else "account"
        self._file.write(f"\n{opened} {account}\n")


def harmless(text: str) -> str:
    """A name of which nothing can mean more than itself: letters, digits and a few signs, on one line."""
    kept = (
        each if unicodedata.category(each)[0] in "LMN" or each in _HARMLESS else " "
        for each in unicodedata.normalize("NFC", text)
    )
    # what begins with a sign might be read as one
    found = " ".join("".join(kept).split())[:_LONGEST].strip("., '&+-#/_")
    return found or _NOBODY


def customer(name: str | None, company_id: int | None, contact_id: int | None) -> str:
    """The account of a customer: the name in plain letters, and the id, so that no two have one."""
    if name is None or (company_id is None and contact_id is None):
        return _NOBODY
    return _marked(name, f"C{company_id}" if company_id is not None else f"P{contact_id}")


def product(sku: str, product_id: int) -> str:
    """The account of a product: its SKU where an account can be called so, else that in plain letters and the id.

    No two have one: an SKU that looks as if it had the id gets it too.
    """
    found = sku[:1].upper() + sku[1:]
    return found if _PLAIN.fullmatch(found) else _marked(sku, f"S{product_id}")


def _marked(name: str, mark: str) -> str:
    plain = "-".join(each[:1].upper() + each[1:] for each in words(name))[:40].strip("-")
    return f"{plain}-{mark}" if plain else mark


def _invoice(crm: Crm, view: InvoiceView) -> Entry:
    postings = (
        (_receivable(view, crm.config), view.total_minor),
        *_sold(crm, view),
        (crm.config.account_tax, -view.tax_minor),
    )
    what = "void" if view.voided_on is not None else "invoice"
    return Entry(view.issued_on, view.number, _payee(view), what, view.currency, postings)


def _sold(crm: Crm, view: InvoiceView) -> Iterable[Posting]:
    account = crm.config.account_sales.removesuffix(PER_PRODUCT)
    if account == crm.config.account_sales:
        return [(account, -view.net_minor)]
    found: dict[str, int] = {}
    for line in invoice_lines.views(crm, view.id, view.currency):
        own = account
        if line.product_id is not None and line.sku is not None:
            own = f"{account}:{product(line.sku, line.product_id)}"
        found[own] = found.get(own, 0) - line.net_minor
    return found.items()


def _payment(view: PaymentView, config: Config) -> Entry:
    postings = ((config.account_bank, view.amount_minor), (_receivable(view, config), -view.amount_minor))
    what = "payment" if view.amount_minor > 0 else "refund"
    return Entry(view.paid_on, view.invoice, _payee(view), what, view.currency, postings)


def _receivable(view: InvoiceView | PaymentView, config: Config) -> str:
    name = view.contact if view.company_id is None else view.company
    return f"{config.account_receivable}:{customer(name, view.company_id, view.contact_id)}"


def _payee(view: InvoiceView | PaymentView) -> str:
    return harmless(view.company or view.contact or _NOBODY)
