"""The forms of invoices: adding one, making one from a won deal, changing one; each made in a worker thread.

What could not be written is told where it was typed, and stays there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import Clock, Span, parse_span, parse_when
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.line_text import FORM
from crm_tui.errors import ConflictError, CrmError, InvalidDataError
from crm_tui.money import check_currency
from crm_tui.screens.billing import line_rows
from crm_tui.screens.forms import deal_fields, fields
from crm_tui.screens.forms.fields import Field, Filled, Form
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.config import Config
    from crm_tui.domain.crm import Crm
    from crm_tui.models import DealView, InvoiceView

NOBODY: Final = "none"
"""The word for no company at all; in quotes it is the word."""
_WHO: Final = "a name, e-mail or id; +New Name adds the person"
_NOTE: Final = f"A line a row: {FORM}. A product needs no price; right takes its name."
_DAYS: Final = "30d, eom, 2026-12-01"


@dataclass(frozen=True, slots=True)
class Customer:
    """Whom an invoice is for, where that is known before it is asked.

    Attributes:
        contact_id: the person; the form does not ask for one then.
        company_id: the company likewise.
        company: the person's company, to begin with.
        words: what they are called together.
    """

    contact_id: int | None = None
    company_id: int | None = None
    company: str | None = None
    words: str = ""

    @property
    def key(self) -> str:
        """What tells drafts of their forms apart."""
        if self.contact_id is not None:
            return f"-contact-{self.contact_id}"
        return f"-company-{self.company_id}" if self.company_id is not None else ""


ANYBODY: Final = Customer()


def day(text: str, clock: Clock) -> date:
    """A day without a time.

    Raises:
        InvalidDataError: it is none, or has a time.
    """
    when = parse_when(text, clock)
    if when.due_time is not None:
        raise InvalidDataError(f"{when.day.isoformat()} {when.due_time} has a time.", "Give the day alone.")
    return when.day


def due(text: str, clock: Clock) -> date | Span:
    """When something is to be paid: a day, or how long after the day of issue.

    Raises:
        InvalidDataError: it is neither.
    """
    try:
        return parse_span(text)
    except InvalidDataError:
        return day(text, clock)


def tell_due(value: date | Span, clock: Clock) -> str:
    """A day in words; of a span that it counts from the day of issue."""
    return fields.tell_day(value, clock) if isinstance(value, date) else "after it is issued"


def read_add(crm: Crm, customer: Customer = ANYBODY) -> Form:
    """An invoice to add, with the number it would get."""
    return add(crm.config, clean(crm.invoices.next_number()), customer)


def add(config: Config, number: str = "the next one", customer: Customer = ANYBODY) -> Form:
    """An invoice to add; saved it returns the ``InvoiceView``."""

    def save(crm: Crm, filled: Filled) -> Any:
        values = filled.values
        rows = line_rows.read(crm, values["lines"] or "", currency=values["currency"])
        # named by the number once that is taken
        with crm.transaction("add invoice"):
            return crm.invoices.add(
                lines=rows.drafts,
                **_common(filled, crm.clock.today),
                **_whom(crm, values, customer),
                currency=rows.currency,
            )

    who: list[Field] = []
    if customer.contact_id is None:
        who.append(Field("person", "person", complete="contacts", hint=_WHO))
    if customer.company_id is None:
        who.append(_company(customer.company or ""))
    return Form(
        f"invoice-add{customer.key}",
        f"Add an invoice for {clean(customer.words)}" if customer.words else "Add an invoice",
        (*who, _lines(""), *_days(config), _number(number), _currency("")),
        save,
        _NOTE,
        watched=("lines", "currency"),
        notice=_notice(None),
    )


def of_deal(crm: Crm, deal_id: int, *, afresh: bool = False) -> Form:
    """The invoice of a deal; saved it returns the ``InvoiceView``.

    Args:
        crm: the root object.
        deal_id: the deal.
        afresh: begin without lines: a part in advance, or another one. Else it is the whole of a won deal.

    Raises:
        NotFoundError: there is no such deal.
        ConflictError: for the whole of it: it is not won, or invoiced already.
    """
    deal = crm.deals.get(deal_id)
    code = deal.currency or crm.config.base_currency
    first = "" if afresh else _first_line(crm, deal, code)

    def save(crm: Crm, filled: Filled) -> Any:
        values = filled.values
        if not afresh and not {"lines", "currency"} & filled.changed:
            return crm.invoices.from_deal(deal_id, **_common(filled, crm.clock.today))
        rows = line_rows.read(crm, values["lines"] or "", currency=values["currency"], deal_id=deal_id)
        return crm.invoices.add(
            lines=rows.drafts, deal_id=deal_id, **_common(filled, crm.clock.today), currency=rows.currency
        )

    whom = " · ".join(clean(part) for part in (deal.contact, deal.company) if part)
    return Form(
        f"invoice-deal-{deal_id}{'-afresh' if afresh else ''}",
        f"Invoice for {clean(deal.title)}",
        (
            _lines(first),
            *_days(crm.config),
            _number(clean(crm.invoices.next_number())),
            _currency(code),
        ),
        save,
        f"For {whom}. {_NOTE}" if whom else _NOTE,
        watched=("lines", "currency"),
        notice=_notice(deal_id),
    )


def edit(crm: Crm, invoice_id: int, keys: Sequence[str] = (), title: str = "") -> Form:
    """An invoice to change, or these fields of it alone; saved it returns the ``InvoiceView``."""
    old = crm.invoices.get(invoice_id)
    # what is void is refused before anything is typed
    crm.invoices.refuse_void(old, "changed")
    rows = line_rows.typed(crm, invoice_id, old.currency)
    known = dict(rows)

    def save(crm: Crm, filled: Filled) -> Any:
        given, values = filled.given(), dict(_given_days(filled))
        if "number" in given:
            values["number"] = given["number"]
        if "currency" in given:
            values["currency"] = given["currency"] or old.currency
        code = str(values.get("currency", old.currency))
        if "lines" in given:
            there = known if code == old.currency else {}
            values["lines"] = line_rows.read(crm, given["lines"] or "", currency=code, known=there).drafts
        with crm.transaction(f"edit invoice {old.number}"):
            values |= _changed_whom(crm, given)
            return crm.invoices.update(old.id, **values)

    form = Form(
        f"invoice-{old.id}",
        f"Change invoice {clean(old.number)}",
        (
            Field("person", "person", value=old.contact or "", complete="contacts", hint=_WHO),
            Field("company", "company", value=old.company or "", complete="companies"),
            _lines("\n".join(text for text, _ in rows)),
            Field("due", "due", value=old.due_on.isoformat(), required=True, check=due, echo=tell_due),
            Field("issued", "issued", value=old.issued_on.isoformat(), required=True, check=day, echo=fields.tell_day),
            Field("number", "number", value=old.number, required=True),
            _currency(old.currency),
        ),
        save,
        _NOTE,
        watched=("lines", "currency"),
        notice=_notice(None, known, old.currency),
    )  # fmt: skip
    return fields.only(form, keys, title) if keys else form


def deal(invoice: InvoiceView) -> Form:
    """The deal that an invoice is for; saved it returns the ``InvoiceView``."""

    def save(crm: Crm, filled: Filled) -> Any:
        named = filled.values["deal"]
        return crm.invoices.update(invoice.id, deal_id=crm.references.deal(named) if named else None)

    hint = "the title of a deal, or its id"
    return Form(
        f"invoice-{invoice.id}-deal",
        f"The deal of invoice {clean(invoice.number)}",
        (Field("deal", "deal", value=invoice.deal or "", hint=hint),),
        save,
    )


def _first_line(crm: Crm, deal: DealView, currency: str) -> str:
    """The line of the whole deal; of one without an amount all but its price."""
    try:
        (line,) = crm.invoices.deal_lines(deal.id)
    except InvalidDataError:
        return f"{line_rows.row_text(LineDraft(deal.title), currency)} @ "
    except ConflictError as error:
        raise ConflictError(
            error.message, "To add another open the deal; it is among what can be added."
        ) from error
    return line_rows.row_text(line, currency)


def _company(value: str) -> Field:
    return Field(
        "company", "company", value=value, complete="companies", hint="the person's; none for nobody's"
    )


def _lines(text: str) -> Field:
    return Field("lines", "lines", "long", text, complete="products")


def _days(config: Config) -> tuple[Field, Field]:
    usual = config.payment_days
    hint = f"in {usual} {'day' if usual == 1 else 'days'}; {_DAYS}"
    return (
        Field("due", "due", check=due, echo=tell_due, hint=hint),
        Field("issued", "issued", check=day, echo=fields.tell_day, hint="today"),
    )


def _number(following: str) -> Field:
    return Field("number", "number", hint=following)


def _currency(value: str) -> Field:
    hint = "that of the prices"
    return Field("currency", "currency", value=value, check=lambda text, _: check_currency(text), hint=hint)


def _notice(
    deal_id: int | None, known: Mapping[str, LineDraft] | None = None, usual: str | None = None
) -> Any:
    def tell(crm: Crm, texts: Mapping[str, str]) -> str:
        try:
            code = check_currency(texts.get("currency", "")) if texts.get("currency", "").strip() else usual
        except CrmError:
            # it is not typed to its end
            return ""
        there = (known or {}) if code == usual else {}
        return line_rows.sums(crm, texts["lines"], code, deal_id, there)

    return tell


def _common(filled: Filled, today: date) -> dict[str, Any]:
    """The days and the number of a new invoice."""
    values = filled.values
    return {
        "issued_on": values["issued"],
        "due_on": _due_on(values["due"], values["issued"] or today),
        "number": values["number"],
    }


def _given_days(filled: Filled) -> Mapping[str, Any]:
    given = filled.given()
    found = {"issued_on": given["issued"]} if "issued" in given else {}
    if "due" in given:
        found["due_on"] = _due_on(given["due"], filled.values["issued"])
    return found


def _due_on(value: date | Span | None, issued: date) -> date | None:
    return value.after(issued) if isinstance(value, Span) else value


def _whom(crm: Crm, values: Mapping[str, Any], customer: Customer) -> dict[str, Any]:
    """Whom a new invoice is for; the company of a person unless another is named, or none."""
    company = values.get("company")
    named = None if company in (None, NOBODY) else _word(company)
    found: dict[str, Any] = {"contact_id": customer.contact_id}
    if customer.contact_id is None:
        found["contact_id"] = deal_fields.person_of(crm, values.get("person"), named)
    if customer.company_id is not None:
        found["company_id"] = customer.company_id
    elif company == NOBODY or (company is None and customer.company):
        found["company_id"] = None
    elif named is not None and company != customer.company:
        found["company"] = named
    return found


def _changed_whom(crm: Crm, given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "person" in given:
        found["contact_id"] = deal_fields.person_of(crm, given["person"], None)
    if "company" in given:
        company = given["company"]
        found |= {"company_id": None} if company in (None, NOBODY) else {"company": _word(company)}
    return found


def _word(text: str) -> str:
    return NOBODY if text == f'"{NOBODY}"' else text
