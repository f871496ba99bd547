"""The fields that the forms of deals are made of, and what becomes of their texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import Clock
from crm_tui.errors import InvalidDataError, NotFoundError
from crm_tui.models import FieldType
from crm_tui.money import Money, format_decimal, format_money, parse_money
from crm_tui.screens.forms import fields
from crm_tui.screens.forms.fields import Field
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.dates import When
    from crm_tui.domain.crm import Crm
    from crm_tui.models import CustomField, DealView

_CUSTOM: Final = "custom-"
_DAYS: Final = "in 3 weeks, eom, 2026-12-01"
_AMOUNT: Final = "1200 EUR"


def amount_text(deal: DealView) -> str:
    """The amount of a deal as one types it: "1200 EUR", "1200.50 EUR"."""
    if deal.amount_minor is None or deal.currency is None:
        return ""
    text = format_decimal(deal.amount_minor, deal.currency)
    whole, _, fraction = text.partition(".")
    return f"{text if fraction.strip('0') else whole} {deal.currency}"


def closing(label: str) -> Field:
    """The day a deal was won or lost on."""
    return Field(
        "on", label, value="today", required=True, check=fields.when, echo=fields.tell_when,
        hint="today, yesterday, 2026-02-27",
    )  # fmt: skip


def closes(day: date | None) -> Field:
    """The day a deal is expected to close on."""
    return Field(
        "close",
        "closes",
        value=day.isoformat() if day else "",
        check=fields.when,
        echo=fields.tell_when,
        hint=_DAYS,
    )


def probability(percent: int | None) -> Field:
    """A probability in percent; empty is that of the stage."""
    return Field(
        "probability", "probability", value="" if percent is None else f"{percent}%", check=_percent,
        echo=lambda value, _: f"{value} percent", hint="that of its stage",
    )  # fmt: skip


def amount(value: str, currency: str | None, hint: str = _AMOUNT) -> Field:
    """An amount; where no currency is known, what was typed is read when it is saved."""
    if currency is None:
        return Field("amount", "amount", value=value, hint=hint)
    return Field(
        "amount", "amount", value=value, check=partial(_read_money, currency), echo=_tell_money, hint=hint
    )


def _read_money(currency: str, text: str, clock: Clock) -> Money:
    return parse_money(text, currency)


def _tell_money(value: Money, clock: Clock) -> str:
    return format_money(value.minor, value.currency)


def money(crm: Crm, value: Money | str | None, currency: str | None) -> Money | None:
    """What became of an amount's field: read now, where no currency was known while it was typed.

    Raises:
        InvalidDataError: it is no amount.
    """
    return parse_money(value, currency or crm.config.base_currency) if isinstance(value, str) else value


def _percent(text: str, clock: Clock) -> int:
    number = text.strip().removesuffix("%").strip()
    if not (number.isascii() and number.isdigit() and int(number[:9]) <= 100):
        raise InvalidDataError(f'"{text[:40]}" is no probability.', "Use a whole number from 0 to 100.")
    return int(number)


def day(value: When | None) -> date | None:
    """The day of what was typed.

    Raises:
        InvalidDataError: a time was typed too, and none is kept.
    """
    if value is None:
        return None
    if value.due_time is not None:
        raise InvalidDataError(
            f"{value.day.isoformat()} {value.due_time} is a day with a time.", "A deal wants the day alone."
        )
    return value.day


def custom_lines(defined: Sequence[CustomField] | None, values: Mapping[str, Any]) -> list[Field]:
    """A line for each field of the user's own."""
    if defined is None:
        return [
            Field(f"{_CUSTOM}{key}", clean(key), value=_custom_text(value)) for key, value in values.items()
        ]
    return [
        Field(
            f"{_CUSTOM}{each.key}",
            clean(each.label),
            value=_custom_text(values.get(each.key)),
            hint=_CUSTOM_HINTS.get(each.type, "") or ", ".join(map(clean, each.choices)),
        )
        for each in defined
    ]


_CUSTOM_HINTS: Final = {
    FieldType.FLAG: "yes or no",
    FieldType.DATE: "2026-12-01",
    FieldType.NUMBER: "a number",
}


def _custom_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def values_of(crm: Crm, filled: Mapping[str, Any], currency: str | None = None) -> dict[str, Any]:
    """The values of the form as the verbs of the domain take them; ``person`` and ``title`` stay.

    Raises:
        InvalidDataError: the amount is none, or a day has a time.
    """
    values = {key: value for key, value in filled.items() if not key.startswith(_CUSTOM) and key != "stage"}
    custom = {key.removeprefix(_CUSTOM): value for key, value in filled.items() if key.startswith(_CUSTOM)}
    if "amount" in values:
        found = money(crm, values.pop("amount"), currency)
        values["amount_minor"] = None if found is None else found.minor
        values["currency"] = None if found is None else found.currency
    if "close" in values:
        values["expected_close_on"] = day(values.pop("close"))
    if custom:
        values["custom"] = custom
    return values


def person_of(crm: Crm, text: str | None, company: str | None) -> int | None:
    """The id of the person meant; a new one after a plus.

    Raises:
        NotFoundError: nobody is meant.
        AmbiguousError: several are.
    """
    if text is None:
        return None
    if text.startswith("+") and any(map(str.isalpha, text)):
        values: dict[str, Any] = {"company": company} if company else {}
        return crm.contacts.add(name=text[1:].strip(), **values).id
    try:
        return crm.references.contact(text)
    except NotFoundError as error:
        hint = error.hint if error.hint.startswith("Nearest") else f"+{text} adds the person with the deal."
        raise NotFoundError(error.message, hint) from None
