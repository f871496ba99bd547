"""What of each kind of record can be changed as text, and what a changed text means to the record.

A field's value is shown as a person would write it for the command line, and read by the same rules. Fields that are
understood together, such as an amount and its currency, are written together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crm_tui.columns import (
    COMPANIES,
    CONTACTS,
    DEALS,
    FOLLOWUPS,
    INTERACTIONS,
    INVOICES,
    PAYMENTS,
    PRODUCTS,
    Kind,
)
from crm_tui.errors import InvalidDataError

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

Read = Callable[["Crm", str], Any]
_BY_ID: Final = re.compile(r"([0-9]{1,18})(?:\s.*)?")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind.

    Attributes:
        name: as it stands in the text.
        value: the keyword of the service's verbs.
        show: from a view to its texts.
        read: from a text to its value.
        many: whether a line each makes a list.
        needed: whether it cannot be empty.
    """

    name: str
    value: str
    show: Callable[[Any], Sequence[str]]
    read: Read
    many: bool = False
    needed: bool = False


@dataclass(frozen=True, slots=True)
class EditKind:
    """A kind of record that can be changed as text.

    Attributes:
        noun: the word for one.
        many: the word for several.
        table: its table, and the name of its service.
        columns: what a list of them shows.
        fields: what can be changed.
        title: the field it is told by.
        together: fields that are written at once.
        custom: whether it may have fields of the user's own.
        hint: what is changed elsewhere, a line of the text.
    """

    noun: str
    many: str
    table: str
    columns: Kind
    fields: tuple[Field, ...]
    title: str
    together: tuple[frozenset[str], ...] = ()
    custom: bool = True
    hint: str = ""


def _plain(crm: Crm, text: str) -> str:
    return text


def _day(crm: Crm, text: str) -> Any:
    from crm_tui.dates import parse_when

    return parse_when(text, crm.clock).day


def _moment(crm: Crm, text: str) -> str:
    from crm_tui.dates import parse_instant
    from crm_tui.dates.clock import is_instant

    return text if is_instant(text) else parse_instant(text, crm.clock)


def _whole(crm: Crm, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise InvalidDataError(f'"{text[:40]}" is no whole number.', "Write it like 30.")
    return int(text)


def _contact(crm: Crm, text: str) -> int:
    found = _BY_ID.fullmatch(text)
    return crm.references.contact(found[1] if found else text)


def _deal(crm: Crm, text: str) -> int:
    found = _BY_ID.fullmatch(text)
    return crm.references.deal(found[1] if found else text)


def _tags(crm: Crm, text: str) -> list[str]:
    from crm_tui.text import split_tags

    return split_tags(text)


def _shown(name: str) -> Callable[[Any], Sequence[str]]:
    def show(view: Any) -> Sequence[str]:
        value = getattr(view, name)
        return () if value is None or value == "" else (str(value),)

    return show


def _field(name: str, read: Read = _plain, value: str = "", *, needed: bool = False) -> Field:
    return Field(name, value or name, _shown(name), read, needed=needed)


def _list(name: str, value: str) -> Field:
    return Field(name, value, lambda view: getattr(view, value), _plain, many=True)


def _reference(name: str, read: Read, id_field: str, name_field: str = "") -> Field:
    def show(view: Any) -> Sequence[str]:
        record_id = getattr(view, id_field)
        named = getattr(view, name_field) if name_field else ""
        return () if record_id is None else (" ".join(f"{record_id} {named or ''}".split()),)

    return Field(name, id_field, show, read)


def _with(view: Any) -> Sequence[str]:
    return [
        f"{each} {' '.join(name.split())}" for each, name in zip(view.contact_ids, view.contacts, strict=True)
    ]


_TAGS: Final = Field("tags", "tags", lambda view: ("; ".join(view.tags),) if view.tags else (), _tags)
_METHODS: Final = (_list("email", "emails"), _list("phone", "phones"))
_WHOLE_INVOICE: Final = frozenset({
    "number", "contact", "company", "deal", "issued_on", "due_on", "currency",
})  # fmt: skip
KINDS: Final[Mapping[str, EditKind]] = {
    "contacts": EditKind(
        "contact", "contacts", "contacts", CONTACTS,
        (
            _field("name", needed=True), _field("given_name"), _field("family_name"), _field("company"),
            _field("title"), _field("lifecycle", needed=True), *_METHODS, _TAGS, _field("source"),
            _reference("referred_by", _contact, "referred_by_id"), _field("birthday"), _field("language"),
            _field("timezone"), _field("cadence_days", _whole), _field("opted_out_on", _day), _field("note"),
        ),
        "name",
    ),
    "companies": EditKind(
        "company", "companies", "companies", COMPANIES,
        (
            _field("name", needed=True), _field("domain"), _field("industry"), _field("size"), _field("website"),
            _field("parent"), *_METHODS, _TAGS, _field("note"),
        ),
        "name",
    ),
    "deals": EditKind(
        "deal", "deals", "deals", DEALS,
        (
            _field("title", needed=True), _reference("contact", _contact, "contact_id", "contact"), _field("company"),
            _field("pipeline", needed=True), _field("stage", needed=True), _field("amount"), _field("currency"),
            _field("probability", _whole), _field("expected_close_on", _day), _field("closed_on", _day),
            _field("source"), _field("lost_reason"), _field("lost_note"), _TAGS,
        ),
        "title",
        (
            frozenset({"pipeline", "stage", "probability", "closed_on", "lost_reason", "lost_note"}),
            frozenset({"amount", "currency"}),
        ),
    ),
    "followups": EditKind(
        "followup", "follow-ups", "followups", FOLLOWUPS,
        (
            _field("title", needed=True), _field("due_on", _day, needed=True), _field("due_time"),
            _reference("contact", _contact, "contact_id", "contact"), _reference("deal", _deal, "deal_id", "deal"),
            _field("priority", needed=True), _field("repeat"), _field("repeat_from"),
        ),
        "title",
        (frozenset({"due_on", "repeat", "repeat_from"}),),
        custom=False,
    ),
    "products": EditKind(
        "product", "products", "products", PRODUCTS,
        (
            _field("sku", needed=True), _field("name", needed=True), _field("price"), _field("currency"),
            _field("warranty_months", _whole), _field("reorder_days", _whole),
        ),
        "name",
        (frozenset({"price", "currency"}),),
        custom=False,
    ),
    "interactions": EditKind(
        "interaction", "interactions", "interactions", INTERACTIONS,
        (
            _field("kind", needed=True), _field("direction"), _field("occurred_at", _moment, needed=True),
            Field("contact", "contact_ids", _with, _contact, many=True), _reference("deal", _deal, "deal_id", "deal"),
            _field("summary", needed=True), _field("duration_minutes", _whole), _field("body"),
        ),
        "summary",
        (frozenset({"contact", "deal"}),),
        custom=False,
        hint="contact: a line for each who took part. occurred_at: in UTC, or as crm log takes --at.",
    ),
    "invoices": EditKind(
        "invoice", "invoices", "invoices", INVOICES,
        (
            _field("number", needed=True), _reference("contact", _contact, "contact_id", "contact"), _field("company"),
            _reference("deal", _deal, "deal_id", "deal"), _field("issued_on", _day, needed=True),
            _field("due_on", _day, needed=True), _field("currency", needed=True),
        ),
        "number",
        (_WHOLE_INVOICE,),
        custom=False,
        hint="The lines of an invoice are changed with crm invoice edit REF --line.",
    ),
    "payments": EditKind(
        "payment", "payments", "payments", PAYMENTS,
        (
            _field("paid_on", _day, needed=True), _field("amount", needed=True), _field("method"), _field("reference"),
        ),
        "invoice",
        custom=False,
        hint="Which invoice a payment is of is not changed: remove it, and add it to the other one.",
    ),
}  # fmt: skip


def fields_of(crm: Crm, kind: EditKind) -> dict[str, Field]:
    """The fields of a kind by name, those of the user's own last."""
    found = {each.name: each for each in kind.fields}
    if kind.custom:
        for each in crm.fields.list(kind.table):
            found[each.key] = Field(each.key, "custom", _custom(each.key), _plain)
    return found


def _custom(key: str) -> Callable[[Any], Sequence[str]]:
    def show(view: Any) -> Sequence[str]:
        value = view.custom.get(key)
        if value is None:
            return ()
        return ("yes" if value else "no",) if isinstance(value, bool) else (str(value),)

    return show
