"""A line of an invoice as one writes it: ``2 x Widget @ 12.50 tax 20 off 5``. What is not understood is refused.

The words of a product of the catalogue, ``W-1*2 @ 11.00 off 5``, leave its price and name to the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.errors import CrmError, InvalidDataError
from crm_tui.money import parse_amount, parse_decimal, parse_money, parse_percent

FORM: Final = "2 x Widget @ 12.50 tax 20 off 5"
PRODUCT_FORM: Final = "W-1*2 @ 11.00 tax 20 off 5"
_QUANTITY: Final = re.compile(r"(?P<quantity>[+-]?[0-9.][0-9.,' ]*?)\s*[xX×](?P<rest>\s.*|$)", re.DOTALL)
_NUMBER: Final = re.compile(r"[0-9](?:[0-9.,' ]*[0-9.,])?")
_TIMES: Final = re.compile(r"(?P<rest>.*?)\s*\*\s*(?P<quantity>[^*\s]+)", re.DOTALL)
_SHARES: Final = re.compile(r"\s+(?P<word>tax|off)\s+(?P<share>[^\s%]+)\s*%?\s*$", re.IGNORECASE)


class LineText(NamedTuple):
    """A line as it was written; ``price`` is an amount as text, None for the product's own."""

    name: str
    quantity: str
    price: str | None
    tax: str | None
    off: str | None


def line(text: str) -> LineText:
    """Read ``[QUANTITY x] DESCRIPTION @ PRICE [tax P] [off P]``; tax and discount are percent, in either order.

    Raises:
        InvalidDataError: it is not of that form.
    """
    what, price, shares = _split(text, FORM)
    if price is None:
        raise _not_understood(text, FORM, " For a product of the catalogue: --product SKU*2.")
    match = _QUANTITY.fullmatch(what)
    quantity = "1"
    if match is not None:
        quantity, what = parse_decimal(match["quantity"], "quantity"), match["rest"].strip()
    if not what:
        raise _not_understood(text, FORM)
    return LineText(what, quantity, price, shares.get("tax"), shares.get("off"))


def product(text: str) -> LineText:
    """Read ``SKU[*QUANTITY] [@ PRICE] [tax P] [off P]``; the name is what is left, to be looked up.

    Raises:
        InvalidDataError: it is not of that form.
    """
    what, price, shares = _split(text, PRODUCT_FORM)
    match = _TIMES.fullmatch(what)
    quantity = "1"
    if match is not None:
        quantity, what = parse_decimal(match["quantity"], "quantity"), match["rest"].strip()
    if not what:
        raise _not_understood(text, PRODUCT_FORM)
    return LineText(what, quantity, price, shares.get("tax"), shares.get("off"))


def currency_in(lines: Sequence[LineText]) -> str | None:
    """The currency that prices name; None where none does.

    Raises:
        InvalidDataError: they name several.
    """
    named = sorted({code for each in lines if each.price for code in _named(each.price)})
    if len(named) > 1:
        raise InvalidDataError(
            f"The prices are in several currencies: {', '.join(named)}.",
            "An invoice has one; make several invoices.",
        )
    return named[0] if named else None


def draft(
    text: LineText,
    currency: str,
    *,
    product_id: int | None = None,
    tax: str | None = None,
    off: str | None = None,
) -> LineDraft:
    """The line as it is wanted, its price read in the invoice's currency.

    Args:
        text: the line as it was written.
        currency: the invoice's.
        product_id: the product it names.
        tax: percent, where the line has none of its own.
        off: the discount likewise.

    Raises:
        InvalidDataError: the price cannot be read, or is in another currency.
    """
    price = None
    if text.price is not None:
        try:
            price = parse_amount(text.price, currency)
        except InvalidDataError as error:
            raise InvalidDataError(
                f"In the line of {text.name[:40]}: {error.message}", f'{error.hint} A line is like "{FORM}".'
            ) from error
    return LineDraft(
        text.name if product_id is None else "",
        text.quantity,
        price,
        product_id,
        text.off if text.off is not None else off,
        text.tax if text.tax is not None else tax,
    )


def _split(text: str, form: str) -> tuple[str, str | None, dict[str, str]]:
    """What it is, its price if there is an @ before it, and the shares at the end."""
    what, sign, rest = f" {text.strip()}".rpartition(" @")
    tail = f" {rest}"
    shares: dict[str, str] = {}
    while (match := _SHARES.search(tail)) is not None:
        word = match["word"].lower()
        if word in shares:
            raise InvalidDataError(f'"{text[:80]}" says {word} twice.', f'Write it like "{form}".')
        shares[word] = parse_percent(match["share"], "tax" if word == "tax" else "discount")
        tail = tail[: match.start()]
    if not sign:
        return tail.strip(), None, shares
    if not tail.strip():
        raise _not_understood(text, form)
    return what.strip(), tail.strip(), shares


def _named(price: str) -> Iterator[str]:
    # a number that cannot be read is told with the currency that stands beside it
    for text in (price, _NUMBER.sub("1", price)):
        try:
            yield parse_money(text, None).currency
        except CrmError:
            # without a currency, or no amount at all, which is told when it is read
            continue
        return


def _not_understood(text: str, form: str, more: str = "") -> InvalidDataError:
    return InvalidDataError(f'"{text[:80]}" is no line I understand.', f'Write it like "{form}".{more}')
