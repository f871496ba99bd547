"""What can be added to a record, and the form that asks for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from crm_tui.screens.forms import daily_forms, fields
from crm_tui.screens.forms.fields import Form
from crm_tui.screens.record import record_forms
from crm_tui.text import clean, cut

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.screens.record.record_reading import Whole

Maker = Callable[["Crm", "Whole"], Form | None]
"""Makes the form, in a worker thread."""
_LONGEST: Final = 40  # cells of what a choice says


@dataclass(frozen=True, slots=True)
class Addition:
    """One thing that can be added: the letter that chooses it, its words, and its form or the action that does it."""

    key: str
    text: str
    form: Maker | None = None
    action: str = ""
    aside: str = ""


def additions(whole: Whole) -> list[Addition]:
    """Everything that can be added to a record."""
    found = [_ADDITIONS[name] for name in _OFFERED[whole.table]]
    letters = {each.key for each in found}
    free = iter("123456789" + "".join(sorted(set("bghijkquxyz") - letters)))
    own = [each for each in whole.custom if each.key not in whole.view.custom]
    # a value that is there is changed at its row
    found += [
        Addition(next(free, ""), cut(clean(each.label), _LONGEST), _own(each.key), aside="own field")
        for each in own
    ]
    return found


def _own(key: str) -> Maker:
    def make(crm: Crm, whole: Whole) -> Form | None:
        wanted = f"{fields.CUSTOM}{key}"
        if whole.table == "contacts":
            return daily_forms.read_contact(crm, whole.view.id, (wanted,))
        form = record_forms.record(crm, whole)
        return None if form is None else fields.only(form, (wanted,), f"{key} of {clean(whole.name)}")

    return make


def _method(kind: str) -> Maker:
    return lambda _, whole: record_forms.method(whole, kind)


def _deal(crm: Crm, whole: Whole) -> Form | None:
    """A deal with the person, or with the company."""
    from crm_tui.screens.forms import deal_forms

    person = whole.view.id if whole.table == "contacts" else None
    company = whole.view.company if whole.table == "contacts" else whole.name
    return deal_forms.add(
        person,
        company,
        whom=whole.name if person is not None else "",
        base=crm.config.base_currency,
        custom=crm.fields.list("deals"),
    )


def _invoice(crm: Crm, whole: Whole) -> Form | None:
    """An invoice for the person or the company, or about the deal."""
    from crm_tui.screens.billing import invoice_forms
    from crm_tui.screens.billing.invoice_forms import Customer

    view = whole.view
    if whole.table == "deals":
        return invoice_forms.of_deal(crm, view.id, afresh=True)
    if whole.table == "companies":
        return invoice_forms.read_add(crm, Customer(company_id=view.id, words=view.name))
    return invoice_forms.read_add(crm, Customer(contact_id=view.id, company=view.company, words=view.name))


def _line(crm: Crm, whole: Whole) -> Form | None:
    """The lines of an invoice, to write another."""
    from crm_tui.screens.billing import invoice_forms

    return invoice_forms.edit(crm, whole.view.id, ("lines",), f"Lines of {clean(whole.name)}")


def _person(crm: Crm, whole: Whole) -> Form | None:
    """Somebody new who works there."""
    form = daily_forms.read_contact(crm)
    if form is None:
        return None
    filled = [replace(field, value=whole.name) if field.key == "company" else field for field in form.fields]
    title = f"Add a person at {clean(whole.name)}"
    return replace(form, name=f"contact-add-{whole.view.id}", title=title, fields=filled)


def _below(crm: Crm, whole: Whole) -> Form | None:
    """A company that belongs to this one."""
    from crm_tui.screens.forms import company_forms

    form = company_forms.company(None, crm.fields.list("companies"))
    filled = [replace(field, value=whole.name) if field.key == "parent" else field for field in form.fields]
    title = f"Add a company below {clean(whole.name)}"
    return replace(form, name=f"company-add-{whole.view.id}", title=title, fields=filled)


_ADDITIONS: Final[Mapping[str, Addition]] = {
    "follow-up": Addition("f", "a follow-up", action="follow-up"),
    "log": Addition("l", "a call, mail, meeting, message or note", action="log"),
    "deal": Addition("d", "a deal", _deal),
    "invoice": Addition("v", "an invoice", _invoice),
    "payment": Addition("p", "a payment", action="pay"),
    "line": Addition("i", "a line", _line),
    "tag": Addition("t", "a tag", action="tag"),
    "note": Addition("n", "to the note", action="note"),
    "email": Addition("e", "an e-mail address", _method("email")),
    "phone": Addition("p", "a phone number", _method("phone")),
    "address": Addition("a", "a postal address", _method("address")),
    "url": Addition("w", "a web link", _method("url")),
    "im": Addition("m", "a messenger", _method("im")),
    "date": Addition("i", "an important date", lambda _, whole: record_forms.important_date(whole)),
    "relation": Addition("r", "a relation", lambda _, whole: record_forms.relation(whole)),
    "person": Addition("c", "a person who works here", _person),
    "below": Addition("b", "a company below this one", _below),
}
_REACH: Final = ("email", "phone", "address", "url", "im")
_OFFERED: Final[Mapping[str, tuple[str, ...]]] = {
    "contacts": ("follow-up", "log", "deal", "invoice", *_REACH, "date", "relation", "tag", "note"),
    "companies": ("person", "follow-up", "log", "deal", "invoice", *_REACH, "below", "tag", "note"),
    "deals": ("follow-up", "log", "invoice", "tag"),
    "invoices": ("payment", "line", "follow-up", "log"),
}
