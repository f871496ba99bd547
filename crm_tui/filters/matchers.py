"""How a field of each kind is compared with one value as typed.

One rule: a matcher returns a condition whose SQL is made of the field's expressions and whose values are
parameters, and refuses with ``InvalidDataError`` what it cannot read. For ``!=`` it returns what the term
excludes; the caller negates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from crm_tui.errors import InvalidDataError
from crm_tui.filters.fields import Field, FieldKind, SqlValue, Where, all_of
from crm_tui.filters.syntax import Op

if TYPE_CHECKING:
    from decimal import Decimal

    from crm_tui.dates import Clock

_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_WHOLE = re.compile(r"[0-9]{1,18}")
_COULD_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_FLAGS: Final = {"yes": 1, "true": 1, "on": 1, "1": 1, "no": 0, "false": 0, "off": 0, "0": 0}


@dataclass(frozen=True, slots=True)
class Context:
    """What values depend on: the day it is, and the currency of an amount without one."""

    clock: Clock
    default_currency: str | None


Matcher: TypeAlias = Callable[[Field, Op, str, Context], Where]


def compared(sql: str, op: Op, value: SqlValue) -> Where:
    """``sql`` against one parameter; ``:`` and ``!=`` both give equality."""
    return Where(f"({sql} {_sign(op)} ?)", (value,))


def _sign(op: Op) -> str:
    return "=" if op in (Op.EQ, Op.NE) else op.value


def in_range(field: Field, text: str, context: Context) -> Where:
    """The condition of ``low..high``, both included; either end may be left out.

    Raises:
        InvalidDataError: neither end is given, or one cannot be read.
    """
    low, _, high = text.partition("..")
    ends = [(Op.GE, low), (Op.LE, high)]
    matcher = MATCHERS[field.kind]
    parts = [matcher(field, op, end, context) for op, end in ends if end]
    if not parts:
        raise InvalidDataError(
            "The range has no beginning and no end.", f"Write {field.name}:1..10, 1.. or ..10."
        )
    return all_of(parts)


def _text(field: Field, op: Op, value: str, _context: Context) -> Where:
    from crm_tui.text import fold

    folded = fold(value)
    # What folds to nothing (a lone apostrophe) is looked for as it was typed.
    sql, wanted = (field.folded, folded) if folded else (field.sql, value)
    return Where(f"(instr({sql}, ?) > 0)", (wanted,)) if op is Op.EQ else compared(sql, op, wanted)


def _equal_folded(field: Field, op: Op, value: str, _context: Context) -> Where:
    from crm_tui.text import fold

    folded = fold(value)
    return compared(field.folded, op, folded) if folded else compared(field.sql, op, value)


def _choice(field: Field, op: Op, value: str, context: Context) -> Where:
    if not field.choices:
        return _equal_folded(field, op, value, context)
    known = {choice.casefold(): choice for choice in field.choices}
    found = known.get(value.casefold())
    if found is None:
        from crm_tui.text import nearest

        near = nearest(value.casefold(), known)
        meant = f"Did you mean {known[near]}? " if near else ""
        hint = f"{meant}It takes {', '.join(field.choices)}."
        raise InvalidDataError(f"{field.name} is never '{value[:60]}'.", hint)
    return compared(field.sql, op, found)


def _flag(field: Field, op: Op, value: str, _context: Context) -> Where:
    found = _FLAGS.get(value.casefold())
    if found is None:
        raise InvalidDataError(
            f"'{value[:60]}' is neither yes nor no.", f"Write {field.name}:yes or {field.name}:no."
        )
    return compared(field.sql, op, found)


def _number(field: Field, op: Op, value: str, _context: Context) -> Where:
    if not _PLAIN_NUMBER.fullmatch(value):
        raise InvalidDataError(f"'{value[:60]}' is no number.", "Write a plain number such as 12 or -0.5.")
    number = float(value)
    return compared(field.sql, op, int(number) if number.is_integer() else number)


def _id(field: Field, op: Op, value: str, _context: Context) -> Where:
    if not _WHOLE.fullmatch(value):
        raise InvalidDataError(f"'{value[:60]}' is no id.", "Write a whole number such as 12.")
    return compared(field.sql, op, int(value))


def _ref(field: Field, op: Op, value: str, context: Context) -> Where:
    if _WHOLE.fullmatch(value) or not field.folded_sql:
        return _id(field, op, value, context)
    return _text(field, op, value, context)


def _phone(field: Field, _op: Op, value: str, _context: Context) -> Where:
    digits = "".join(c for c in value if c in "0123456789").lstrip("0")
    if not digits or re.search(r"[^\W\d]", value):
        raise InvalidDataError(f"'{value[:60]}' is no part of a phone number.", "Write some of its digits.")
    return Where(f"(instr({field.sql}, ?) > 0)", (digits,))


def _money(field: Field, op: Op, value: str, context: Context) -> Where:
    if not _PLAIN_NUMBER.fullmatch(value):
        return _with_currency(field, op, value, context)
    if _COULD_GROUP.fullmatch(value):
        message = f"'{value}' can be read with or without decimals."
        raise InvalidDataError(message, "Write 1200 or 1.2, or name the currency as in 1200EUR.")
    from decimal import Decimal

    from crm_tui.money import exponent

    amount = Decimal(value)
    if field.currency_sql:
        return _in_own_currency(field, op, amount)
    return compared(field.sql, op, _minor(amount, exponent(_only_currency(field, context)), op))


def _with_currency(field: Field, op: Op, value: str, context: Context) -> Where:
    from crm_tui.money import parse_money

    if not re.search(r"[^\s\d.,'()+-]", value):
        raise InvalidDataError(f"'{value[:60]}' is no plain amount.", "Write it as 1200, 1200.50 or 1200EUR.")
    money = parse_money(value, context.default_currency)
    amount = compared(field.sql, op, money.minor)
    if field.currency_sql:
        return all_of([compared(field.currency_sql, Op.EQ, money.currency), amount])
    kept = _only_currency(field, context)
    if money.currency != kept:
        raise InvalidDataError(
            f"{field.name} is kept in {kept}, not in {money.currency}.", "Leave the currency out."
        )
    return amount


def _only_currency(field: Field, context: Context) -> str:
    if context.default_currency is None:
        raise InvalidDataError(f"{field.name} has no currency.", "Set a default currency in the config.")
    return context.default_currency


def _in_own_currency(field: Field, op: Op, amount: Decimal) -> Where:
    """Every row against the amount in the minor units of its own currency (ISO 4217)."""
    from crm_tui.money import CURRENCIES, exponent

    usual = 2
    others: dict[int, list[str]] = {}
    for code in sorted(CURRENCIES):
        if exponent(code) != usual:
            others.setdefault(exponent(code), []).append(code)
    cases: list[str] = []
    params: list[SqlValue] = []
    for decimals, codes in sorted(others.items()):
        cases.append(f"WHEN {field.currency_sql} IN ({', '.join('?' * len(codes))}) THEN ?")
        params += [*codes, _minor(amount, decimals, op)]
    sql = f"({field.sql} {_sign(op)} CASE {' '.join(cases)} ELSE ? END)"
    return Where(sql, (*params, _minor(amount, usual, op)))


def _minor(amount: Decimal, decimals: int, op: Op) -> int | None:
    """The whole number of minor units that compares as the amount does; None when no row can equal it."""
    from math import ceil, floor

    from crm_tui.money import MAX_MINOR

    exact = amount.scaleb(decimals)
    if op in (Op.EQ, Op.NE) and exact != floor(exact):
        return None
    minor = floor(exact) if op in (Op.GT, Op.LE) else ceil(exact)
    # Beyond what a row can hold all amounts compare alike, and SQLite's integers end.
    return max(-MAX_MINOR - 1, min(MAX_MINOR + 1, minor))


def _day(field: Field, op: Op, value: str, context: Context) -> Where:
    from crm_tui.filters.spans import day_match

    return day_match(field.sql, op, value, context.clock)


def _instant(field: Field, op: Op, value: str, context: Context) -> Where:
    from crm_tui.filters.spans import instant_match

    return instant_match(field.sql, op, value, context.clock)


MATCHERS: Final[Mapping[FieldKind, Matcher]] = {
    FieldKind.TEXT: _text,
    FieldKind.TAG: _equal_folded,
    FieldKind.CHOICE: _choice,
    FieldKind.FLAG: _flag,
    FieldKind.NUMBER: _number,
    FieldKind.ID: _id,
    FieldKind.REF: _ref,
    FieldKind.PHONE: _phone,
    FieldKind.MONEY: _money,
    FieldKind.DAY: _day,
    FieldKind.INSTANT: _instant,
}

RANGES: Final = frozenset({FieldKind.NUMBER, FieldKind.ID, FieldKind.MONEY})
"""The kinds whose ranges are two comparisons; days and instants read their ranges themselves."""
