"""The amount of a row about a deal or a product, in the currency of the row, of the record, or its own.

A bare number never changes the currency of a record.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.errors import InvalidDataError
from crm_tui.money import Money, Separator, check_currency, parse_amount, parse_money

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.loading.records import RecordDraft

_WIDEST: Final = "KWD"
"""Its amounts have as many decimals as those of any usual currency."""


def given(draft: RecordDraft, name: str) -> object:
    """A value of the row, the default's where the row has none."""
    found = draft.values.get(name)
    return draft.value_defaults.get(name) if found is None else found


def check(crm: Crm, draft: RecordDraft, name: str) -> None:
    """Refuse what can be the amount of no record, before it is known which one it is.

    Raises:
        RejectedRowError: it is none.
    """
    try:
        money(crm, draft, name, None)
    except RejectedRowError:
        if given(draft, "currency"):
            raise
        money(crm, draft, name, _WIDEST)


def money(crm: Crm, draft: RecordDraft, name: str, stored: str | None) -> Money | None:
    """The amount of a row, in its currency, else in the record's, the amount's own or the base currency.

    Args:
        crm: the business.
        draft: the row; ``draft.values`` may have the amount (text), currency (code) and decimal.
        name: of the field.
        stored: the record's currency.

    Raises:
        RejectedRowError: it is no amount there, or below zero.
    """
    text, code = given(draft, name), given(draft, "currency")
    if not text:
        return None
    decimal: Separator = draft.values.get("decimal", "auto")
    base = crm.config.base_currency
    try:
        found = _read(str(text), None if code is None else str(code), stored, base, decimal)
    except InvalidDataError as error:
        raise RejectedRowError(error.message.rstrip("."), name) from error
    if found.minor < 0:
        raise RejectedRowError(f"the {name} is below zero", name)
    return found


def _read(text: str, code: str | None, stored: str | None, base: str, decimal: Separator) -> Money:
    if not (code or stored):
        return parse_money(text, base, decimal)
    known = check_currency(code or stored or base)
    try:
        return Money(parse_amount(text, known, decimal), known)
    except InvalidDataError:
        if code or not _names_currency(text):
            raise
        return parse_money(text, base, decimal)


def _names_currency(text: str) -> bool:
    return any(each.isalpha() or unicodedata.category(each) == "Sc" for each in text)
