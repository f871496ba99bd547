"""Taking an item away from a record: what is lost with it, what is asked before, and the verb that does it.

History is never destroyed by the way: a follow-up is cancelled rather than deleted, a deal put away, unless the person
chooses otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crm_tui.errors import ConflictError
from crm_tui.models import ContactMethod
from crm_tui.screens.record.record_reading import Whole, service
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import InvoiceLineView, InvoiceView
    from crm_tui.widgets.records.record_view_rows import Row

Work = Callable[["Crm"], Any]


@dataclass(frozen=True, slots=True)
class Removal:
    """How an item is taken away.

    Attributes:
        question: what is asked before; nothing where it is not worth a question.
        ways: the answers and what each does; the gentlest first, which several items together are given.
        gone: whether the record itself is gone after the last of the ways.
    """

    question: str
    ways: Sequence[tuple[str, Work]]
    gone: bool = False


def removal(whole: Whole, row: Row) -> Removal | None:
    """How the item of a row is taken away; None where it cannot be."""
    if row.key is None:
        return None
    maker = _MAKERS.get(str(row.key[0]))
    return maker(whole, row) if maker is not None else None


def together(whole: Whole, removals: Sequence[Removal]) -> Removal:
    """Several items taken away as one operation, each in its gentlest way."""

    def work(crm: Crm) -> None:
        with crm.transaction(f"remove {len(removals)} items of {whole.noun} {whole.name}"):
            for each in removals:
                each.ways[0][1](crm)

    return Removal(f"Take away {len(removals)} items? {_GENTLY}", [("Take them away", work)])


_GENTLY: Final = "Follow-ups are cancelled, deals put away, invoices voided."
_EMPTIED: Final[Mapping[str, Mapping[str, Mapping[str, Any]]]] = {
    "contacts": {
        "company": {"company": None}, "title": {"title": None}, "tags": {"tags": ()}, "source": {"source": None},
        "referred_by": {"referred_by_id": None}, "cadence_days": {"cadence_days": None},
        "last_contacted_on": {"last_contacted_on": None}, "language": {"language": None},
        "timezone": {"timezone": None}, "opted_out_on": {"opted_out_on": None}, "birthday": {"birthday": None},
        "note": {"note": None},
    },
    "companies": {
        "domain": {"domain": None}, "industry": {"industry": None}, "size": {"size": None},
        "website": {"website": None}, "parent": {"parent_id": None}, "tags": {"tags": ()}, "note": {"note": None},
    },
    "deals": {
        "amount": {"amount_minor": None, "currency": None}, "probability": {"probability": None},
        "expected_close_on": {"expected_close_on": None}, "contact": {"contact_id": None},
        "company": {"company_id": None}, "source": {"source": None}, "tags": {"tags": ()},
        "lost_note": {"lost_note": None},
    },
    "invoices": {"contact": {"contact_id": None}, "company": {"company_id": None}, "deal": {"deal_id": None}},
}  # fmt: skip
"""What empties a field."""
_ASKED: Final = frozenset({"note", "tags", "lost_note"})
"""Fields that hold more than a word or two."""
_NAMES: Final = frozenset({"name", "title"})


def _field(whole: Whole, row: Row) -> Removal | None:
    name = str(row.key[1]) if row.key is not None else ""
    if whole.table == "invoices" and name == "number":
        return _void(whole.view)
    if name in _NAMES and (whole.table, name) != ("contacts", "title"):
        return _record(whole)
    values = _EMPTIED[whole.table].get(name)
    if values is None or not row.text:
        return None
    question = f"Empty {row.label or name} of {clean(whole.name)}?" if name in _ASKED else ""
    return Removal(
        question, [("Empty it", lambda crm: service(crm, whole.table).update(whole.view.id, **values))]
    )


def _record(whole: Whole) -> Removal:
    verbs, record_id = whole.table, whole.view.id
    ways: list[tuple[str, Work]] = [("Delete it for good", lambda crm: service(crm, verbs).delete(record_id))]
    if not whole.view.archived_at:
        ways.insert(0, ("Put it away; nothing is lost", lambda crm: service(crm, verbs).archive(record_id)))
    return Removal(f"Remove the {whole.noun} {clean(whole.name)}?", ways, gone=True)


def _custom(whole: Whole, row: Row) -> Removal | None:
    if not row.text:
        return None
    key = row.of.key
    return Removal(
        "", [("Empty it", lambda crm: service(crm, whole.table).update(whole.view.id, custom={key: None}))]
    )


def _method(whole: Whole, row: Row) -> Removal:
    of = row.of
    table, owner = (
        ("contacts", of.contact_id) if isinstance(of, ContactMethod) else ("companies", of.company_id)
    )
    return Removal(
        "", [("Remove it", lambda crm: service(crm, table).remove_method(owner, of.kind.value, of.value))]
    )


def _date(whole: Whole, row: Row) -> Removal:
    label = row.of.label
    return Removal("", [("Remove it", lambda crm: crm.contacts.set_date(whole.view.id, label, None))])


def _relation(whole: Whole, row: Row) -> Removal:
    relation = row.of[0]
    ends = relation.contact_id, relation.kind, relation.other_id
    return Removal("", [("Remove it", lambda crm: crm.contacts.unrelate(*ends))])


def _followup(whole: Whole, row: Row) -> Removal:
    followup_id = row.of.id
    return Removal(
        f"Take away the follow-up {clean(row.of.title)}?",
        [
            ("Cancel it; it stays in the history", lambda crm: crm.followups.cancel(followup_id)),
            ("Delete it; it never should have been", lambda crm: crm.followups.delete(followup_id)),
        ],
    )


def _deal(whole: Whole, row: Row) -> Removal:
    deal_id = row.of.id
    return Removal(
        f"Take away the deal {clean(row.of.title)}?",
        [
            ("Put it away; nothing is lost", lambda crm: crm.deals.archive(deal_id)),
            ("Delete it for good", lambda crm: crm.deals.delete(deal_id)),
        ],
    )


def _person(whole: Whole, row: Row) -> Removal:
    contact_id = row.of.id
    return Removal(
        f"Does {clean(row.of.name)} not work at {clean(whole.name)} any more?",
        [("Take the person out", lambda crm: crm.contacts.update(contact_id, company=None))],
    )


def _company(whole: Whole, row: Row) -> Removal:
    company_id = row.of.id
    return Removal(
        f"Does {clean(row.of.name)} not belong to {clean(whole.name)} any more?",
        [("Take it out", lambda crm: crm.companies.update(company_id, parent_id=None))],
    )


def _void(invoice: InvoiceView) -> Removal | None:
    if invoice.voided_on is not None:
        return None
    return Removal(
        f"Void invoice {clean(invoice.number)}? Invoices are never removed.",
        [("Void it; it keeps its number and claims nothing", lambda crm: crm.invoices.void(invoice.id))],
    )


def _invoice(whole: Whole, row: Row) -> Removal | None:
    return _void(row.of)


def _line(whole: Whole, row: Row) -> Removal:
    line: InvoiceLineView = row.of

    def work(crm: Crm) -> Any:
        # by what it says and not by its id: what is beneath moves up when another is taken off
        said = [_said(each) for each in crm.invoices.lines(line.invoice_id)]
        if _said(line) not in said:
            raise ConflictError(f"{line.description} is not on the invoice as it was.", "Look at it again.")
        drafts = crm.invoices.drafts(line.invoice_id)
        del drafts[said.index(_said(line))]
        return crm.invoices.update(line.invoice_id, lines=drafts)

    return Removal(f"Take {clean(line.description)} off the invoice?", [("Take it off", work)])


def _said(line: InvoiceLineView) -> tuple[object, ...]:
    shares = line.discount_percent, line.tax_percent
    return line.description, line.quantity, line.unit_price_minor, line.product_id, *shares


def _payment(whole: Whole, row: Row) -> Removal:
    return _unpaid(row.of.id, f"{row.of.amount} {row.of.currency}")


def _unpaid(payment_id: int, amount: str) -> Removal:
    return Removal(
        f"Delete the payment of {amount}? Money that was given back is a refund instead.",
        [("Delete it; it never was", lambda crm: crm.payments.delete(payment_id))],
    )


def _item(whole: Whole, row: Row) -> Removal | None:
    item = row.of
    if item.entity == "payment":
        return _unpaid(item.id, (item.detail or "").partition(" · ")[0])
    if item.entity == "interaction":
        return Removal(
            f"Delete the {item.kind} {clean(item.title)}?",
            [("Delete it", lambda crm: crm.interactions.delete(item.id))],
        )
    if item.entity == "followup":
        return Removal(
            f"Delete the finished follow-up {clean(item.title)}?",
            [("Delete it", lambda crm: crm.followups.delete(item.id))],
        )
    return None


_MAKERS: Final[Mapping[str, Callable[[Whole, Row], Removal | None]]] = {
    "field": _field, "custom": _custom, "method": _method, "date": _date, "relation": _relation, "related": _relation,
    "followup": _followup, "deal": _deal, "person": _person, "company": _company, "item": _item,
    "invoice": _invoice, "line": _line, "payment": _payment,
}  # fmt: skip
