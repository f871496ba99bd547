"""Invoices: their amounts, whom they are for, the invoice of a deal, changing and voiding, lists and sums."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event

import pytest

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.errors import AmbiguousError, ConflictError, InvalidDataError, NotFoundError, UsageError
from crm_tui.models import InvoiceStatus, InvoiceView, Lifecycle
from tests.conftest import NOW
from tests.everything import assert_sound

TODAY = date(2026, 3, 2)
WORK = [LineDraft("Work", unit_price_minor=100_00)]


def statuses(crm: Crm, condition: str | None = None) -> dict[str, str]:
    return {each.number: each.status.value for each in crm.invoices.list(condition)}


def amounts(invoice: InvoiceView) -> tuple[str, str, str, str, str]:
    return invoice.net, invoice.tax, invoice.total, invoice.paid, invoice.balance


def test_an_invoice_is_issued_today_with_the_next_number(crm: Crm) -> None:
    made = crm.invoices.add(lines=[LineDraft("Work", "2", 12_50, None, "5", "20")])
    # 2 x 12.50 = 25.00, less 5 % = 23.75, 20 % of that = 4.75
    assert amounts(made) == ("23.75", "4.75", "28.50", "0.00", "28.50")
    assert (made.number, made.issued_on, made.due_on) == ("2026-001", TODAY, date(2026, 3, 16))
    assert (made.status, made.overdue_days, made.currency) == (InvoiceStatus.OPEN, -14, "EUR")
    assert crm.last_operation is not None
    assert crm.last_operation.summary == "add invoice 2026-001"
    assert crm.invoices.add(lines=WORK).number == "2026-002"
    assert crm.invoices.next_number() == "2026-003"


@pytest.mark.parametrize(
    ("code", "price", "net", "tax"),
    [("JPY", 999, "2498", "250"), ("EUR", 999, "24.98", "2.50"), ("KWD", 999, "2.498", "0.250")],
)
def test_amounts_are_exact_in_every_currency(crm: Crm, code: str, price: int, net: str, tax: str) -> None:
    # 2.5 x 999 = 2497.5, half to even 2498; a tenth of it 249.8, 250
    made = crm.invoices.add(lines=[LineDraft("Work", "2.5", price, tax_percent="10")], currency=code)
    assert (made.currency, made.net, made.tax) == (code, net, tax)


def test_tax_is_by_the_line_and_rounded_there(crm: Crm) -> None:
    # three times 0.125 of tax, each 0.12: 0.36, and not 0.38 of the sum
    made = crm.invoices.add(lines=[LineDraft("Work", unit_price_minor=250, tax_percent="5")] * 3)
    assert (made.net, made.tax) == ("7.50", "0.36")
    assert [(line.net, line.tax) for line in crm.invoices.lines(made.id)] == [("2.50", "0.12")] * 3


def test_lines_of_products_take_their_name_and_price(crm: Crm) -> None:
    widget = crm.products.add("Widget", sku="W", price_minor=12_50, currency="USD")
    made = crm.invoices.add(
        lines=[
            LineDraft("", "3", product_id=widget.id),
            LineDraft("Widget, used", "1", 5_00, widget.id),
        ]
    )
    first, second = crm.invoices.lines(made.id)
    assert (made.currency, made.net) == ("USD", "42.50")
    assert (first.description, first.product, first.sku, first.unit_price) == (
        "Widget",
        "Widget",
        "W",
        "12.50",
    )
    assert (second.description, second.unit_price) == ("Widget, used", "5.00")


def test_the_settings_say_tax_days_and_numbers(database: Path) -> None:
    config = Config(tax_percent="18", payment_days=30, invoice_number="R{yy}/{n:04}-A")
    with Crm.open(database, now=NOW, config=config) as crm:
        made = crm.invoices.add(lines=[*WORK, LineDraft("Free", unit_price_minor=1_00, tax_percent="")])
        assert (made.number, made.due_on, made.tax) == ("R26/0001-A", date(2026, 4, 1), "18.00")
        assert [line.tax_percent for line in crm.invoices.lines(made.id)] == ["18", None]
        # a copy of the lines is the same, whatever the setting
        same = crm.invoices.update(made.id, lines=crm.invoices.drafts(made.id))
        assert (same.tax, crm.last_operation) == ("18.00", None)


@pytest.mark.parametrize(
    "line",
    [
        LineDraft("Work"),
        LineDraft("", unit_price_minor=1),
        LineDraft("\u200b", unit_price_minor=1),
        LineDraft("Work", "0", 1),
        LineDraft("Work", "1,5", 1),
        LineDraft("Work", "1e3", 1),
        LineDraft("Work", "nan", 1),
        LineDraft("Work", "1", 1, None, "101"),
        LineDraft("Work", "1", 1, None, "-1"),
        LineDraft("Work", "1", 1, None, None, "100.5"),
        LineDraft("Work", "999999999999", 2**53 - 1),
        LineDraft("Work", "1", 2**60),
        LineDraft("a\x00", "1", 1),
    ],
    ids=[
        "no-price", "no-name", "invisible", "none", "comma", "exponent", "nan", "discount", "below", "tax", "product",
        "price", "nul",
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_refused(crm: Crm, line: LineDraft) -> None:
    with pytest.raises(InvalidDataError):
        crm.invoices.add(lines=[*WORK, line])
    assert crm.invoices.count() == 0
    assert crm.invoices.next_number() == "2026-001"


def test_lines_are_needed_and_their_sum_must_fit(crm: Crm) -> None:
    with pytest.raises(InvalidDataError, match="no lines"):
        crm.invoices.add(lines=[])
    with pytest.raises(InvalidDataError, match="too large"):
        crm.invoices.add(lines=[LineDraft("Work", unit_price_minor=2**53 - 1)] * 2)
    with pytest.raises(InvalidDataError, match="too large"):
        crm.invoices.add(lines=[LineDraft("Work", unit_price_minor=2**53 - 1, tax_percent="20")])
    with pytest.raises(NotFoundError, match="product 9"):
        crm.invoices.add(lines=[LineDraft("", product_id=9)])


def test_prices_in_two_currencies_make_no_invoice(crm: Crm) -> None:
    one = crm.products.add("One", price_minor=1, currency="EUR")
    two = crm.products.add("Two", price_minor=1, currency="USD")
    with pytest.raises(InvalidDataError, match="several currencies: EUR, USD"):
        crm.invoices.add(lines=[LineDraft("", product_id=one.id), LineDraft("", product_id=two.id)])
    with pytest.raises(InvalidDataError, match="price of One is in EUR, the invoice in JPY"):
        crm.invoices.add(lines=[LineDraft("", product_id=one.id)], currency="JPY")


def test_the_company_of_the_contact_is_billed_unless_another_is_named(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", company="Acme")
    made = crm.invoices.add(lines=WORK, contact_id=anna.id)
    assert (made.contact, made.company) == ("Anna", "Acme")
    alone = crm.invoices.add(lines=WORK, contact_id=anna.id, company_id=None)
    assert (alone.contact, alone.company) == ("Anna", None)
    other = crm.invoices.add(lines=WORK, contact_id=anna.id, company="Zenith")
    assert (other.contact, other.company) == ("Anna", "Zenith")
    with pytest.raises(NotFoundError, match="contact 9"):
        crm.invoices.add(lines=WORK, contact_id=9)


def test_somebody_who_is_billed_becomes_a_customer(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    crm.invoices.add(lines=[LineDraft("Free", unit_price_minor=0)], contact_id=anna.id)
    assert crm.contacts.get(anna.id).lifecycle is Lifecycle.LEAD
    crm.invoices.add(lines=WORK, contact_id=anna.id)
    assert crm.contacts.get(anna.id).lifecycle is Lifecycle.CUSTOMER
    crm.undo()
    assert crm.contacts.get(anna.id).lifecycle is Lifecycle.LEAD


def test_a_won_deal_becomes_an_invoice_once(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", company="Acme")
    deal = crm.deals.add("Website", contact_id=anna.id, amount_minor=1200_00, currency="USD")
    with pytest.raises(ConflictError, match="open, not won") as refused:
        crm.invoices.from_deal(deal.id)
    assert f"crm deal win {deal.id}" in refused.value.hint
    crm.deals.win(deal.id)
    made = crm.invoices.from_deal(deal.id)
    assert (made.deal, made.deal_id, made.contact, made.company) == ("Website", deal.id, "Anna", "Acme")
    assert (made.total, made.currency) == ("1200.00", "USD")
    assert [line.description for line in crm.invoices.lines(made.id)] == ["Website"]
    with pytest.raises(ConflictError, match="invoiced already: 2026-001"):
        crm.invoices.from_deal(deal.id)
    crm.invoices.void(made.id)
    assert crm.invoices.from_deal(deal.id).number == "2026-002"


def test_a_deal_that_is_invoiced_meanwhile_is_not_invoiced_again(database: Path) -> None:
    begun = Event()

    def bill(deal_id: int) -> None:
        with Crm.open(database, now=NOW) as late:
            late.connection.set_trace_callback(lambda sql: begun.set() if sql.startswith("BEGIN") else None)
            with pytest.raises(ConflictError, match="invoiced already: 2026-001"):
                late.invoices.from_deal(deal_id)

    with Crm.open(database, now=NOW) as crm, ThreadPoolExecutor(1) as pool:
        deal = crm.deals.win(crm.deals.add("Website", amount_minor=1200_00).id)
        with crm.transaction("bill it"):
            crm.invoices.from_deal(deal.id)
            # it waits for this to end
            done = pool.submit(bill, deal.id)
            assert begun.wait(20)
        done.result()
        assert crm.invoices.count() == 1


def test_a_deal_may_be_invoiced_in_parts(crm: Crm) -> None:
    deal = crm.deals.add("Website", company="Acme", amount_minor=1200_00)
    advance = crm.invoices.from_deal(deal.id, lines=[LineDraft("A third", unit_price_minor=400_00)])
    assert (advance.company, advance.deal, advance.total) == ("Acme", "Website", "400.00")
    assert crm.invoices.from_deal(deal.id, lines=WORK, company="Zenith").company == "Zenith"


def test_a_won_deal_without_an_amount_says_so(crm: Crm) -> None:
    deal = crm.deals.win(crm.deals.add("Website").id)
    with pytest.raises(InvalidDataError, match="no amount"):
        crm.invoices.from_deal(deal.id)


def test_the_deal_of_an_invoice_is_not_deleted_nor_its_people(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", company="Acme")
    deal = crm.deals.add("Website", amount_minor=1)
    crm.invoices.add(lines=WORK, contact_id=anna.id, deal_id=deal.id)
    for delete, record in ((crm.contacts.delete, 1), (crm.companies.delete, 1), (crm.deals.delete, 1)):
        with pytest.raises(ConflictError):
            delete(record)


@pytest.mark.parametrize(
    ("day", "status", "days"),
    [("2026-03-15", "open", -1), ("2026-03-16", "open", 0), ("2026-03-17", "overdue", 1)],
)
def test_overdue_begins_the_day_after_it_was_due(database: Path, day: str, status: str, days: int) -> None:
    with Crm.open(database, now=NOW) as crm:
        crm.invoices.add(lines=WORK)
    with Crm.open(database, now=datetime.fromisoformat(f"{day}T12:00:00+00:00")) as crm:
        found = crm.invoices.get(1)
        assert (found.status.value, found.overdue_days) == (status, days)
        assert crm.invoices.ids(f"status:{status}") == [1]
        assert crm.invoices.ids(f"overdue_days:{days}") == [1]


def test_an_invoice_of_nothing_is_paid(crm: Crm) -> None:
    made = crm.invoices.add(lines=[LineDraft("Gift", unit_price_minor=5, discount_percent="100")])
    assert (made.status, made.balance, made.overdue_days) == (InvoiceStatus.PAID, "0.00", None)


def test_an_edit_replaces_the_lines_and_keeps_those_alike(crm: Crm) -> None:
    made = crm.invoices.add(
        lines=[LineDraft("One", unit_price_minor=1_00), LineDraft("Two", unit_price_minor=2_00)]
    )
    first, second = crm.invoices.lines(made.id)
    changed = crm.invoices.update(
        made.id, lines=[LineDraft("One", unit_price_minor=1_00), LineDraft("Two", "3", 2_00), *WORK]
    )
    assert changed.total == "107.00"
    lines = crm.invoices.lines(made.id)
    assert lines[0] == first
    assert (lines[1].id, lines[1].quantity, lines[2].description) == (second.id, "3", "Work")
    assert crm.invoices.update(made.id, lines=WORK).total == "100.00"
    crm.undo()
    crm.undo()
    assert crm.invoices.lines(made.id) == [first, second]
    assert crm.invoices.get(made.id).total == "3.00"


def test_an_edit_changes_parties_days_and_currency(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    made = crm.invoices.add(lines=[LineDraft("Work", unit_price_minor=1200)])
    changed = crm.invoices.update(
        made.id, contact_id=anna.id, company="Acme", due_on=date(2026, 5, 1), currency="JPY"
    )
    assert (changed.contact, changed.company, changed.due_on) == ("Anna", "Acme", date(2026, 5, 1))
    assert (changed.total, changed.currency) == ("12", "JPY")
    assert crm.contacts.get(anna.id).lifecycle is Lifecycle.CUSTOMER
    assert crm.invoices.update(made.id, company_id=None).company is None
    with pytest.raises(InvalidDataError, match="before it is issued"):
        crm.invoices.update(made.id, issued_on=date(2026, 6, 1))
    crm.payments.add(made.id, 5)
    with pytest.raises(ConflictError, match="payments in JPY"):
        crm.invoices.update(made.id, currency="EUR")


def test_a_void_invoice_claims_nothing_and_stays_as_it_is(crm: Crm) -> None:
    made = crm.invoices.add(lines=WORK)
    void = crm.invoices.void(made.id)
    assert (void.status, void.balance, void.total, void.voided_on) == (
        InvoiceStatus.VOID,
        "0.00",
        "100.00",
        TODAY,
    )
    assert void.overdue_days is None
    assert crm.invoices.void(made.id) == void
    assert crm.last_operation is None
    with pytest.raises(ConflictError, match="void since 2026-03-02"):
        crm.invoices.update(made.id, due_on=date(2026, 5, 1))
    with pytest.raises(ConflictError, match="cannot be paid"):
        crm.payments.add(made.id)
    assert crm.invoices.add(lines=WORK).number == "2026-002"


def test_voiding_needs_that_nothing_is_paid(crm: Crm) -> None:
    made = crm.invoices.add(lines=WORK)
    crm.payments.add(made.id, 30_00)
    with pytest.raises(ConflictError, match=r"30\.00 EUR is paid"):
        crm.invoices.void(made.id)
    crm.payments.add(made.id, -30_00)
    assert crm.invoices.void(made.id).status is InvoiceStatus.VOID


def test_the_day_of_voiding_is_neither_to_come_nor_before_the_issue(crm: Crm) -> None:
    made = crm.invoices.add(lines=WORK, issued_on=date(2026, 2, 10))
    with pytest.raises(InvalidDataError, match="still to come"):
        crm.invoices.void(made.id, date(2026, 3, 3))
    with pytest.raises(InvalidDataError, match="issued on 2026-02-10"):
        crm.invoices.void(made.id, date(2026, 2, 9))
    assert crm.invoices.void(made.id, date(2026, 2, 10)).voided_on == date(2026, 2, 10)


def test_a_void_invoice_is_void_for_an_earlier_clock_too(database: Path) -> None:
    with Crm.open(database, now=NOW) as crm:
        crm.invoices.void(crm.invoices.add(lines=WORK, issued_on=date(2026, 1, 5)).id)
    with Crm.open(database, now=datetime(2026, 2, 1, 9, tzinfo=UTC)) as crm:
        assert statuses(crm) == statuses(crm, "status:void") == {"2026-001": "void"}
        assert statuses(crm, "status:paid") == {}


def several(crm: Crm) -> None:
    """1 overdue and in part paid, 2 open, 3 paid, 4 void, 5 overpaid and in yen."""
    anna = crm.contacts.add(name="Anna Kowalska", company="Acme")
    crm.invoices.add(lines=WORK, contact_id=anna.id, issued_on=date(2026, 1, 5))
    crm.payments.add(1, 25_00)
    crm.invoices.add(lines=[LineDraft("Inkjet", "2", 10_00, tax_percent="20")])
    crm.payments.add(crm.invoices.add(lines=WORK).id)
    crm.invoices.void(crm.invoices.add(lines=WORK).id)
    crm.invoices.add(lines=[LineDraft("Tea", unit_price_minor=9000)], currency="JPY", company="Zenith")
    crm.payments.add(5, 9500)


def test_lists_filter_by_what_follows(crm: Crm) -> None:
    several(crm)
    assert statuses(crm) == {
        "2026-005": "paid",
        "2026-004": "void",
        "2026-003": "paid",
        "2026-002": "open",
        "2026-001": "overdue",
    }
    ids = crm.invoices.ids
    assert ids("status:open") == [2]
    assert ids("status:overdue,void") == [4, 1]
    assert ids("status!=paid") == [4, 2, 1]
    assert ids("not status:paid") == [4, 2, 1]
    assert ids("balance>0") == [2, 1]
    assert ids("balance<0") == [5]
    assert ids("total:24") == [2]
    assert ids("tax>0 net:20EUR") == [2]
    assert ids("paid>=9500JPY") == [5]
    assert ids("contact:kowal company:acme") == [1]
    assert ids("anna") == [1]
    assert ids("inkj") == [2]
    assert ids("number:2026-00 voided_on:any") == [4]
    assert ids("issued_on:2026-01") == [1]
    assert ids("overdue_days>30") == [1]
    assert ids(sort="status") == [1, 2, 3, 5, 4]
    assert ids(sort="-total", limit=1) == [5]
    assert ids(sort="number", offset=4) == [5]
    with pytest.raises(UsageError, match="status is never 'late'"):
        ids("status:late")


def test_sums_are_by_currency_and_leave_out_what_is_void(crm: Crm) -> None:
    several(crm)
    euro, yen = crm.invoices.totals()
    assert euro == ("EUR", 3, 220_00, 4_00, 224_00, 125_00, 99_00, 75_00)
    assert yen == ("JPY", 1, 9000, 0, 9000, 9500, -500, 0)
    assert crm.invoices.totals("status:overdue")[0].balance_minor == 75_00


def test_the_unpaid_are_found_by_their_index(crm: Crm) -> None:
    several(crm)
    from crm_tui.domain.listing import where

    found = where(crm, crm.invoices.listing, "status:overdue")
    rows = crm.connection.execute(
        f"EXPLAIN QUERY PLAN SELECT id FROM invoices WHERE {found.sql}",
        found.params,
    )
    assert any("invoices_unpaid" in row[3] for row in rows)


def test_an_invoice_is_named_by_number_or_id(crm: Crm) -> None:
    crm.invoices.add(lines=WORK, number="2")
    crm.invoices.add(lines=WORK, number="Ab/7")
    assert crm.references.invoice("Ab/7") == 2
    assert crm.references.invoice("ab/7") == 2
    assert crm.references.invoice("1") == 1
    with pytest.raises(AmbiguousError) as refused:
        crm.references.invoice("2")
    assert "number:2" in refused.value.hint
    assert crm.references.invoice("number:2") == 1
    assert crm.references.invoice("id:2") == 2
    for ref in ("2026-001", "", "id:9", "number:9", "99999999999999999999"):
        with pytest.raises(NotFoundError):
            crm.references.invoice(ref)


def test_the_search_follows_lines_and_names(crm: Crm) -> None:
    several(crm)
    assert [(hit.kind, hit.id) for hit in crm.search.find("inkj")] == [("invoice", 2)]
    (hit,) = crm.search.find("2026-001")
    assert hit.snippet == "overdue since 2026-01-19 · 100.00 EUR · Anna Kowalska · Acme"
    crm.contacts.update(1, name="Anna Nowak")
    assert [hit.id for hit in crm.search.find("nowak", kinds=["invoice"])] == [1]
    crm.invoices.update(2, lines=WORK)
    assert crm.search.find("inkj") == []
    assert_sound(crm)


def test_hostile_texts_are_kept_as_they_are(crm: Crm) -> None:
    for text in (
        "[/]",
        "[@click=app.quit]x[/]",
        "\x1b[31mred",
        "=1+1",
        "a'; DROP TABLE invoices; --",
        "שלום\u202e",
    ):
        made = crm.invoices.add(lines=[LineDraft(text, unit_price_minor=1)], number=text)
        assert (made.number, crm.invoices.lines(made.id)[0].description) == (text, text)
        assert crm.references.invoice(text) == made.id
        crm.search.find(text)
        crm.invoices.ids(f'number:"{text}"')


def test_an_invoice_of_an_inner_operation_has_its_sums_at_once(crm: Crm) -> None:
    with crm.transaction("two at once"):
        made = crm.invoices.add(lines=WORK)
        assert made.total == "100.00"
        assert crm.payments.add(made.id).amount == "100.00"
        assert crm.invoices.get(made.id).status is InvoiceStatus.PAID
    assert crm.last_operation is not None
    assert crm.last_operation.summary == "two at once"
