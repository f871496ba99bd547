"""One person's everything, for somebody who asks what is kept about them.

A dossier is a JSON document: plain values in the words of the records, lists in the order of time. It holds what is
kept in the database and nothing that is worked out of it, apart from names beside ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.history import entries
from crm_tui.domain.service import chunks, marks
from crm_tui.money import format_decimal

if TYPE_CHECKING:
    from dataclasses import Field
    from typing import ClassVar, Protocol

    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import SqlValue

    class _Record(Protocol):
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Part = list[dict[str, Any]]
_OPERATION: Final = ("id", "created_at", "summary", "status")


def dossier(crm: Crm, contact_id: int) -> dict[str, Any]:
    """Everything that is kept about a person, by part.

    Raises:
        NotFoundError: there is no such contact.
    """
    contact = crm.contacts.get(contact_id)
    deals = _ids(crm, "SELECT id FROM deals WHERE contact_id = ? ORDER BY created_at, id", contact_id)
    interactions = _ids(
        crm,
        "SELECT id FROM interactions WHERE id IN (SELECT interaction_id FROM participants WHERE contact_id = ?)"
        " OR deal_id IN (SELECT id FROM deals WHERE contact_id = ?) ORDER BY occurred_at, id",
        contact_id,
        contact_id,
    )
    followups = _ids(
        crm,
        "SELECT id FROM followups WHERE contact_id = ?"
        " OR deal_id IN (SELECT id FROM deals WHERE contact_id = ?) ORDER BY due_on, id",
        contact_id,
        contact_id,
    )
    invoices = _ids(crm, "SELECT id FROM invoices WHERE contact_id = ? ORDER BY id", contact_id)
    payments = _ids(
        crm,
        "SELECT id FROM payments WHERE invoice_id IN (SELECT id FROM invoices WHERE contact_id = ?) ORDER BY id",
        contact_id,
    )
    company = None if contact.company_id is None else _plain(crm.companies.get(contact.company_id))
    owned = (
        ("contacts", [contact_id]),
        ("interactions", interactions),
        ("followups", followups),
        ("deals", deals),
        ("invoices", invoices),
        ("payments", payments),
    )
    return {
        "contact": _plain(contact),
        "methods": [_plain(each) for each in crm.contacts.methods(contact_id)],
        "dates": [_plain(each) for each in crm.contacts.dates(contact_id)],
        "relations": _relations(crm, contact_id),
        "referred": _rows(
            crm,
            "SELECT id AS contact_id, name AS contact FROM contacts WHERE referred_by_id = ? ORDER BY id",
            contact_id,
        ),
        "company": company,
        "interactions": [_plain(each) for each in crm.interactions.views(interactions)],
        "followups": [_plain(each) for each in crm.followups.views(followups)],
        "deals": [
            {**_plain(each), "stage_moves": _moves(crm, each.id)} for each in crm.deals.views(deals)
        ],
        "invoices": _invoices(crm, contact_id),
        "external_refs": _of(crm, "external_refs", ("source", "key", "entity", "entity_id", "created_at"), owned),
        "kept_lines": _of(crm, "kept_lines", ("entity", "entity_id", "format", "lines"), owned),
        "operations": [
            {name: getattr(each, name) for name in _OPERATION} for each in entries(crm, ("contacts", contact_id))
        ],
    }  # fmt: skip


def _plain(record: _Record) -> dict[str, Any]:
    """A record's fields as JSON has them."""
    return {name: _value(getattr(record, name)) for name in record.__dataclass_fields__}


def _value(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return list(value)
    return str(value)


def _ids(crm: Crm, sql: str, *params: SqlValue) -> list[int]:
    return [row_id for (row_id,) in crm.connection.execute(sql, params)]


def _rows(crm: Crm, sql: str, *params: SqlValue) -> Part:
    cursor = crm.connection.execute(sql, params)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _relations(crm: Crm, contact_id: int) -> Part:
    """Who is what to the person, and the person to whom."""
    return _rows(
        crm,
        "SELECT r.kind, r.contact_id, p.name AS contact, r.other_id, o.name AS other, r.created_at FROM relations r"
        " JOIN contacts p ON p.id = r.contact_id JOIN contacts o ON o.id = r.other_id"
        " WHERE ? IN (r.contact_id, r.other_id) ORDER BY r.id",
        contact_id,
    )


def _moves(crm: Crm, deal_id: int) -> Part:
    return _rows(
        crm,
        "SELECT f.name AS from_stage, t.name AS to_stage, m.moved_at FROM stage_moves m"
        " LEFT JOIN stages f ON f.id = m.from_stage_id JOIN stages t ON t.id = m.to_stage_id"
        " WHERE m.deal_id = ? ORDER BY m.moved_at, m.id",
        deal_id,
    )


def _invoices(crm: Crm, contact_id: int) -> Part:
    found = _rows(crm, "SELECT * FROM invoices WHERE contact_id = ? ORDER BY issued_on, id", contact_id)
    for invoice in found:
        currency = str(invoice["currency"])
        lines = _rows(crm, "SELECT * FROM invoice_lines WHERE invoice_id = ? ORDER BY id", invoice["id"])
        payments = _rows(
            crm, "SELECT * FROM payments WHERE invoice_id = ? ORDER BY paid_on, id", invoice["id"]
        )
        invoice["lines"] = [
            {**each, "unit_price": format_decimal(each["unit_price_minor"], currency)} for each in lines
        ]
        invoice["payments"] = [
            {**each, "amount": format_decimal(each["amount_minor"], currency)} for each in payments
        ]
    return found


def _of(crm: Crm, table: str, columns: Sequence[str], owned: Iterable[tuple[str, Sequence[int]]]) -> Part:
    """The rows of a table that belong to records by their kind and id."""
    found: Part = []
    for entity, ids in owned:
        for part in chunks(ids):
            found += _rows(
                crm,
                f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608 - fixed names
                f" WHERE entity = ? AND entity_id IN ({marks(part)}) ORDER BY id",
                entity,
                *part,
            )
    return found
