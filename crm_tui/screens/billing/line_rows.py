"""The lines of an invoice as one types them, one a row, and what they come to.

A row is ``2 x Widget @ 12.50 tax 20 off 5``. What is the name or the SKU of a product is that product, with its own
price where none is typed; ``its words [SKU]`` is a product under other words. A row that was not touched stays exactly
what it was, whatever its words are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain import invoice_lines, line_text
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.line_text import FORM, LineText
from crm_tui.errors import CrmError, InvalidDataError
from crm_tui.money import check_currency, exponent, format_decimal, format_money, line_amounts, parse_decimal
from crm_tui.text import clean, name_key
from crm_tui.widgets.records.invoice_words import figure

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import ProductView

MOST: Final = 200
"""The most rows that are read."""
_LOOKED_AT: Final = 500
_COUNTED: Final = re.compile(r"(?P<quantity>[+-]?[0-9][0-9.]*)\s*[xX×]\s+(?P<rest>.*)")
_CODED: Final = re.compile(r"(?P<words>.*\S)\s+\[(?P<sku>[^\[\]]+)\]")


class Rows(NamedTuple):
    """The rows as lines, and the currency their prices are in."""

    drafts: list[LineDraft]
    currency: str


class _Row(NamedTuple):
    number: int
    text: LineText
    product: ProductView | None
    words: str


def read(
    crm: Crm,
    text: str,
    *,
    currency: str | None = None,
    deal_id: int | None = None,
    known: Mapping[str, LineDraft] | None = None,
) -> Rows:
    """The rows that are typed as lines.

    Args:
        crm: the root object.
        text: the rows; empty ones are passed over.
        currency: that of the invoice, where it is decided.
        deal_id: the deal it is for, which may decide it.
        known: rows that are lines already, by their text.

    Raises:
        InvalidDataError: a row cannot be read; it is named by its number.
    """
    known = known or {}
    rows = [(number, row.strip()) for number, row in enumerate(text.splitlines(), 1) if row.strip()]
    if len(rows) > MOST:
        raise InvalidDataError(f"{len(rows):,} lines are too many for one form.", f"It takes {MOST}.")
    fresh = [_row(crm, number, row) for number, row in rows if row not in known]
    code = currency or line_text.currency_in([each.text for each in fresh])
    if code is None:
        own = [each.product.id for each in fresh if each.product is not None and each.text.price is None]
        code = crm.invoices.usual_currency(own, deal_id)
    code = check_currency(code)
    made = {each.number: _draft(each, code) for each in fresh}
    return Rows([made[number] if number in made else known[row] for number, row in rows], code)


def sums(
    crm: Crm, text: str, currency: str | None, deal_id: int | None, known: Mapping[str, LineDraft]
) -> str:
    """What the rows come to, in words; what is wrong with the first that cannot be read."""
    try:
        rows = read(crm, text, currency=currency, deal_id=deal_id, known=known)
        if not rows.drafts:
            return ""
        found = [
            line_amounts(str(each["quantity"]), int(str(each["unit_price_minor"])), _text(each["discount_percent"]),
                         _text(each["tax_percent"]))
            for each in invoice_lines.rows(crm, rows.drafts, rows.currency)
        ]  # fmt: skip
    except CrmError as error:
        return f"? {error.message}"
    net, tax = (sum(each[place] for each in found) for place in (0, 1))
    count = f"{len(found)} {'line' if len(found) == 1 else 'lines'}"
    total = format_money(net + tax, rows.currency)
    if not tax:
        return f"{count}: {total}"
    parts = f"{figure(net, rows.currency)} and {figure(tax, rows.currency)} tax"
    return f"{count}: {parts}, {total}"


def typed(crm: Crm, invoice_id: int, currency: str) -> list[tuple[str, LineDraft]]:
    """The lines of an invoice as rows to change, in their order: each text and the line it stands for."""
    found: list[tuple[str, LineDraft]] = []
    for line, draft in zip(crm.invoices.lines(invoice_id), crm.invoices.drafts(invoice_id), strict=True):
        code = line.sku if line.description != line.product else None
        text = row_text(draft, currency, code, crm.config.tax_percent)
        # two that differ in something a row does not say are told apart by a space
        while dict(found).get(text, draft) != draft:
            text = f"{text[:1]}{text[1:].replace(' ', '  ', 1)}"
        found.append((text, draft))
    return found


def row_text(line: LineDraft, currency: str, sku: str | None = None, usual_tax: str | None = None) -> str:
    """A line as one types it; ``usual_tax`` is that of a row that says none."""
    words = " ".join(clean(line.description).split())
    counted = line.quantity != "1" or _COUNTED.fullmatch(words) is not None
    parts = [f"{line.quantity} x {words}" if counted else words]
    if sku is not None:
        parts.append(f"[{clean(sku)}]")
    if line.unit_price_minor is not None:
        parts.append(f"@ {plain(line.unit_price_minor, currency)}")
    tax = line.tax_percent or "0"
    if line.tax_percent is not None and tax != (usual_tax or "0"):
        parts.append(f"tax {tax}")
    if line.discount_percent:
        parts.append(f"off {line.discount_percent}")
    return " ".join(parts)


def plain(minor: int, currency: str) -> str:
    """An amount as one types it: "1200", "12.50"."""
    text = format_decimal(minor, currency)
    whole, _, fraction = text.partition(".")
    return text if fraction.strip("0") or not exponent(currency) else whole


def _row(crm: Crm, number: int, text: str) -> _Row:
    try:
        found = _read(text)
        coded = _CODED.fullmatch(found.name)
        product = _product(crm, coded["sku"], by_name=False) if coded is not None else None
        if product is not None and coded is not None:
            return _Row(number, found, product, coded["words"])
        product = _product(crm, found.name, by_name=True)
    except CrmError as error:
        raise _at(number, error) from error
    if product is None and found.price is None:
        raise InvalidDataError(
            f"Line {number}: there is no product “{clean(found.name[:60])}”, and no price.",
            f'Write it like "{FORM}".',
        )
    return _Row(number, found, product, "" if product is not None else found.name)


def _read(text: str) -> LineText:
    if " @" in f" {text}":
        return line_text.line(text)
    counted = _COUNTED.fullmatch(text)
    if counted is None:
        return line_text.product(text)
    found = line_text.product(counted["rest"])
    return found._replace(quantity=parse_decimal(counted["quantity"], "quantity"))


def _product(crm: Crm, name: str, *, by_name: bool) -> ProductView | None:
    """The product with that SKU, or of exactly that name; None where there is none.

    Raises:
        InvalidDataError: several are called so.
    """
    found = list(crm.products.views(crm.search.named("products", name, _LOOKED_AT)))
    coded = [each for each in found if each.sku.casefold() == name.casefold()]
    if coded or not by_name:
        return next(iter(coded), None)
    key = name_key(name)
    named = [each for each in found if not each.archived_at and name_key(each.name) == key]
    if len(named) > 1:
        codes = ", ".join(clean(each.sku) for each in named[:5])
        raise InvalidDataError(
            f"{len(named)} products are called {clean(name)}.",
            f"Write the SKU of the one that is meant: {codes}.",
        )
    return next(iter(named), None)


def _draft(row: _Row, currency: str) -> LineDraft:
    product = None if row.product is None else row.product.id
    return line_text.draft(row.text, currency, product_id=product)._replace(description=row.words)


def _at(number: int, error: CrmError) -> InvalidDataError:
    return InvalidDataError(f"Line {number}: {error.message}", error.hint)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
