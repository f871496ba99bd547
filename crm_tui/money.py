"""Exact money: integers of minor units with an ISO 4217 code.

Owns the currencies, their decimals, and how an amount is read and written. The rule it keeps: no float is
ever involved, nothing is rounded on the way in, and a text that can be read in two ways is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from crm_tui.errors import InvalidDataError

if TYPE_CHECKING:
    from decimal import Decimal

Separator = Literal["auto", ".", ","]

MAX_MINOR: Final = 9_007_199_254_740_991
"""Largest amount in minor units either way: 2**53 - 1, which every JSON reader keeps exactly."""

# ISO 4217 list one without the codes that have no minor unit (metals, XDR, XTS, XXX).
_IN_USE = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
    CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT
    LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR
    NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN
    SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD
    XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
# Withdrawn since 2011; exports of older business still hold them.
_WITHDRAWN = "ANG BGN CUC EEK HRK LTL LVL SLL ZWL"
CURRENCIES: Final = frozenset((_IN_USE + _WITHDRAWN).split())

_DEFAULT_EXPONENT: Final = 2
_EXPONENT_CODES: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS: Final = {code: count for count, codes in _EXPONENT_CODES.items() for code in codes.split()}

# What a sign can stand for, the usual currency first. "?" comes first where the sign alone says too little.
_DOLLARS = (
    "USD ARS AUD BBD BMD BND BSD BZD CAD CLP COP CUP DOP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD"
)
# fmt: off
_SIGNS: Final = {
    "$": f"{_DOLLARS} TTD TWD UYU XCD",
    "us$": "USD", "c$": "CAD", "ca$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "hk$": "HKD",
    "s$": "SGD", "nt$": "TWD", "mx$": "MXN", "r$": "BRL", "r": "ZAR",
    "€": "EUR", "£": "GBP EGP FKP GIP LBP SHP SSP SYP", "¥": "JPY CNY", "kr": "? DKK ISK NOK SEK",
    "zł": "PLN", "kč": "CZK", "ft": "HUF", "lei": "RON MDL", "tl": "TRY", "₺": "TRY", "₽": "RUB",
    "₸": "KZT", "₼": "AZN", "₴": "UAH", "₾": "GEL", "֏": "AMD", "₪": "ILS", "₹": "INR", "₩": "KRW KPW",
    "₫": "VND", "฿": "THB", "₱": "PHP", "₮": "MNT", "₭": "LAK", "៛": "KHR", "₦": "NGN", "₵": "GHS",
    "₲": "PYG", "₡": "CRC",
}
# fmt: on

_LONGEST: Final = 80
# Spaces (no-break, figure, thin, narrow), apostrophes and minus signs of every origin become the plain ones.
_PLAIN = str.maketrans("\u00a0\u2007\u2009\u202f\t\u2019\u02bc\u2212\ufe63\uff0d", "     ''---")
_MARK = r"[^\s0-9.,'()+\-]{1,4}"
_AMOUNT = re.compile(
    rf"(?P<before>{_MARK})?\ *(?P<open>\()?\ *(?P<sign>[+-])?\ *(?P<inner>{_MARK})?\ *(?P<late_sign>[+-])?\ *"
    rf"(?P<number>[0-9.,][0-9.,'\ ]*)(?P<after>{_MARK})?\ *(?P<close>\))?\ *(?P<last>{_MARK})?"
)
# Thousands by one kind of sign throughout, or the Indian 1,00,000.
_GROUPED = re.compile(
    r"[0-9]{1,3}(?P<by>[.,' ])[0-9]{3}(?:(?P=by)[0-9]{3})*|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"
)
_AMOUNT_HINT: Final = 'Write it like "1200", "1,200.50" or "1.200,50", with or without a currency.'


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, or whole yen) with its upper-case ISO 4217 code."""

    minor: int
    currency: str


def check_currency(code: str) -> str:
    """Return the code in upper case.

    Raises:
        InvalidDataError: it is no ISO 4217 code with a minor unit.
    """
    known = code.strip().upper()
    if known not in CURRENCIES:
        raise InvalidDataError(
            f'"{code[:20]}" is no known currency.', "Use a three-letter ISO 4217 code such as EUR or JPY."
        )
    return known


def exponent(currency: str) -> int:
    """How many decimals the currency has: 2 for most, 0 for JPY, 3 for KWD (ISO 4217).

    Raises:
        InvalidDataError: the currency is unknown.
    """
    return _EXPONENTS.get(check_currency(currency), _DEFAULT_EXPONENT)


def parse_amount(text: str, currency: str, decimal: Separator = "auto") -> int:
    """Read an amount of a known currency, exactly, into minor units.

    Args:
        text: digits with optional grouping by comma, dot, space or apostrophe, a sign or accounting
            parentheses, and the currency's own code or sign on either side. Decimals beyond the currency's
            own are accepted when they are zero.
        currency: ISO 4217 code.
        decimal: the decimal separator. With ``auto``, of two kinds the last is the decimal one, a repeated
            one groups, and a lone one is decimal unless one to three digits come before it and exactly three
            after: then a comma groups ("1,200" is 1200) and a dot is refused ("1.200" may be either). In a
            currency of three decimals a dot is decimal there and the comma is refused.

    Raises:
        InvalidDataError: no amount, another currency's mark, too many decimals, ambiguous, or out of range.
    """
    code = check_currency(currency)
    negative, number, marks = _take_apart(text)
    for mark in marks:
        if code not in _meanings(mark, text):
            raise InvalidDataError(
                f'"{text[:60]}" is in another currency than {code}.',
                f"Write the amount in {code}, or change the currency.",
            )
    return _to_minor(text, number, code, decimal, negative=negative)


def parse_money(text: str, default_currency: str | None, decimal: Separator = "auto") -> Money:
    """Read an amount that may name its currency: "1200 EUR", "EUR 1200", "€1,200", "$ 5", or a bare number.

    A sign that several currencies share ($, £, ¥, kr) means the default currency where it can, else the usual
    one (USD, GBP, JPY; "kr" alone is refused).

    Raises:
        InvalidDataError: as ``parse_amount``, or a bare number without a default currency.
    """
    negative, number, marks = _take_apart(text)
    default = None if default_currency is None else check_currency(default_currency)
    code = default
    if marks:
        shared = [m for m in _meanings(marks[0], text) if all(m in _meanings(other, text) for other in marks)]
        code = default if default in shared else next(iter(shared), None)
    if code is None or code == "?":
        raise InvalidDataError(
            f'"{text[:60]}" does not say in which currency.',
            'Add the code, as in "1200 EUR", or set a default currency.',
        )
    return Money(_to_minor(text, number, code, decimal, negative=negative), code)


def format_decimal(minor: int, currency: str) -> str:
    """Write the machine form, with all the currency's decimals: "1200.00", "-0.05", "1200" for JPY."""
    whole, fraction = _parts(minor, currency)
    return f"{'-' if minor < 0 else ''}{whole}{fraction}"


def format_money(minor: int, currency: str) -> str:
    """Write the form for people: "1,200.00 EUR"."""
    whole, fraction = _parts(minor, currency)
    return f"{'-' if minor < 0 else ''}{whole:,}{fraction} {check_currency(currency)}"


def weighted(minor: int, probability_percent: int) -> int:
    """Amount x probability / 100 in minor units, halves to the even neighbour.

    Raises:
        InvalidDataError: the probability is not between 0 and 100.
    """
    if not 0 <= probability_percent <= 100:
        raise InvalidDataError(
            f"A probability of {probability_percent} percent is impossible.",
            "Use a whole number from 0 to 100.",
        )
    return divide_half_even(minor * probability_percent, 100)


def convert(minor: int, from_currency: str, to_currency: str, rate: Decimal) -> int:
    """Convert minor units by a rate, halves to the even neighbour.

    Args:
        minor: amount in minor units of ``from_currency``.
        from_currency: ISO 4217 code.
        to_currency: ISO 4217 code.
        rate: units of ``to_currency`` for one unit of ``from_currency``.

    Raises:
        InvalidDataError: an unknown currency, a rate that is not a positive number, or a result out of range.
    """
    top, bottom = ratio(rate, from_currency, to_currency)
    found = divide_half_even(minor * top, bottom)
    return found if abs(found) <= MAX_MINOR else _within(found, format_money(minor, from_currency))


def ratio(rate: Decimal, from_currency: str, to_currency: str) -> tuple[int, int]:
    """A rate between whole amounts as between minor units: what to multiply by, and what to divide by.

    Raises:
        InvalidDataError: an unknown currency, or a rate that is not a positive number.
    """
    if not rate.is_finite() or rate <= 0 or abs(rate.adjusted()) > 18:
        raise InvalidDataError(f"{str(rate)[:40]} is no exchange rate.", "Use a positive decimal: 1.0825.")
    top, bottom = rate.as_integer_ratio()
    shift = exponent(to_currency) - exponent(from_currency)
    return top * 10 ** max(shift, 0), bottom * 10 ** max(-shift, 0)


def line_amounts(
    quantity: str, unit_price_minor: int, discount_percent: str | None = None, tax_percent: str | None = None
) -> tuple[int, int]:
    """What a line of an invoice comes to in minor units: without tax, and the tax on that.

    Quantity and percentages are decimal text. The net amount is quantity x unit price less the discount, rounded once
    with halves to the even neighbour, and the tax is that amount's share, rounded likewise: so the lines add up to what
    is printed.

    Raises:
        InvalidDataError: the result is out of range.
    """
    count, scale = _ratio(quantity)
    off, off_scale = _ratio(discount_percent or "0")
    # q/10^s * price * (100 - d/10^t) / 100
    net = divide_half_even(count * unit_price_minor * (100 * off_scale - off), scale * off_scale * 100)
    tax, tax_scale = _ratio(tax_percent or "0")
    return _within(net, f"{quantity} times {unit_price_minor}"), _within(
        divide_half_even(net * tax, tax_scale * 100), f"the tax of {net}"
    )


def parse_decimal(text: str, what: str) -> str:
    """A decimal number as exact text without needless signs and zeros: "02.50" is "2.5", "-0" is "0".

    Raises:
        InvalidDataError: it is none, or has more than 12 digits before or 9 behind the point.
    """
    found = text.strip()
    if not re.fullmatch(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})", found):
        raise InvalidDataError(
            f'"{found[:40]}" is no {what}.', "Write it as a decimal number with a point, like 2 or 7.5."
        )
    whole, _, fraction = found.lstrip("+-").partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    plain = f"{whole}.{fraction}" if fraction else whole
    return f"-{plain}" if found.startswith("-") and plain != "0" else plain


def parse_percent(text: str, what: str) -> str:
    """A share of 0 to 100 percent as decimal text, given with or without its sign.

    Raises:
        InvalidDataError: it is no number, or not from 0 to 100.
    """
    found = parse_decimal(text.strip().removesuffix("%"), what)
    whole, _, fraction = found.partition(".")
    if found.startswith("-") or int(whole) > 100 or (whole == "100" and fraction):
        raise InvalidDataError(f"The {what} is {found} percent.", "It is to be from 0 to 100.")
    return found


def divide_half_even(top: int, bottom: int) -> int:
    """Divide by a positive number, halves to the even neighbour."""
    quotient, rest = divmod(top, bottom)
    return quotient + (2 * rest > bottom or (2 * rest == bottom and quotient % 2 == 1))


def _ratio(decimal: str) -> tuple[int, int]:
    """A decimal text as an integer over a power of ten."""
    if decimal.isdecimal():
        return int(decimal), 1
    from decimal import Decimal

    return Decimal(decimal).as_integer_ratio()


def _within(minor: int, shown: str) -> int:
    if abs(minor) > MAX_MINOR:
        raise InvalidDataError(
            f'"{shown[:60]}" is too large an amount.', f"The limit is {MAX_MINOR} minor units (cents)."
        )
    return minor


def _parts(minor: int, currency: str) -> tuple[int, str]:
    decimals = exponent(currency)
    whole, fraction = divmod(abs(minor), 10**decimals)
    return whole, f".{fraction:0{decimals}d}" if decimals else ""


def _take_apart(text: str) -> tuple[bool, str, list[str]]:
    """Split into negative or not, the number with its separators, and the currency marks around it."""
    match = _AMOUNT.fullmatch(text.translate(_PLAIN).strip()) if len(text) <= _LONGEST else None
    if match is None:
        raise _no_amount(text)
    signs = [sign for sign in (match["sign"], match["late_sign"]) if sign]
    bracketed = match["open"] is not None
    if bracketed != (match["close"] is not None) or len(signs) + bracketed > 1:
        raise _no_amount(text)
    marks = [mark for mark in match.group("before", "inner", "after", "last") if mark]
    return bracketed or signs == ["-"], match["number"].rstrip(" "), marks


def _meanings(mark: str, text: str) -> list[str]:
    code = mark.upper()
    meanings = code if code in CURRENCIES else _SIGNS.get(mark.lower())
    if meanings is None:
        raise _no_amount(text)
    return meanings.split()


def _to_minor(text: str, number: str, currency: str, decimal: Separator, *, negative: bool) -> int:
    decimals = exponent(currency)
    point = _decimal_point(text, number, decimals) if decimal == "auto" else decimal
    whole, _, fraction = number.partition(point) if point else (number, "", "")
    if _GROUPED.fullmatch(whole):
        whole = re.sub(r"[.,' ]", "", whole)
    if (point and number.endswith(point)) or not _digits(whole or "0") or not _digits(fraction or "0"):
        raise _no_amount(text)
    kept, beyond = fraction[:decimals], fraction[decimals:]
    if beyond.strip("0"):
        raise InvalidDataError(
            f'"{text[:60]}" has more decimals than {currency} has.',
            f"{currency} has {decimals} decimals." if decimals else f"{currency} has no decimals.",
        )
    minor = int((whole or "0") + kept.ljust(decimals, "0"))
    return _within(-minor if negative else minor, text)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _decimal_point(text: str, number: str, decimals: int) -> str:
    """Which of '.' and ',' is the decimal separator of this number; empty when neither is."""
    dots, commas = number.count("."), number.count(",")
    if dots and commas:
        return "." if number.rfind(".") > number.rfind(",") else ","
    if dots + commas != 1:
        return ""
    lone = "." if dots else ","
    whole, _, fraction = number.partition(lone)
    could_group = len(fraction) == 3 and 1 <= len(whole) <= 3 and whole.isdigit() and whole[0] != "0"
    if not could_group:
        return lone
    three_decimals = decimals == 3
    if (lone == ".") != three_decimals:
        raise InvalidDataError(
            f'"{text[:60]}" can be read with or without decimals.',
            "Leave the grouping out, or write all the decimals; for a whole file --decimal says it.",
        )
    return "." if three_decimals else ""


def _no_amount(text: str) -> InvalidDataError:
    return InvalidDataError(f'"{text[:60]}" is no amount.', _AMOUNT_HINT)
