"""Invoices and payments where the rest of the program meets them: timeline, morning, merging, forgetting, journal."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from crm_tui.domain import Crm, doctor, dossier, forgetting
from crm_tui.domain.history import entries
from crm_tui.domain.history_details import details
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.timeline import Subject, TimelineItem, iterate, page
from crm_tui.errors import ConflictError
from crm_tui.store import sales
from tests.everything import assert_sound

WORK = [LineDraft("Work", unit_price_minor=100_00)]


def told(items: list[TimelineItem]) -> list[tuple[str, str, str, str | None]]:
    return [(item.at[:10], item.kind, item.title, item.detail) for item in items]


def sold(crm: Crm) -> None:
    """Anna of Acme: a deal's invoice paid in parts, one of her own that is void, and one of Acme alone."""
    anna = crm.contacts.add(name="Anna Kowalska", company="Acme")
    deal = crm.deals.win(crm.deals.add("Website", contact_id=anna.id, amount_minor=900_00).id)
    crm.invoices.from_deal(deal.id, issued_on=date(2026, 2, 1))
    crm.payments.add(1, 500_00, paid_on=date(2026, 2, 10), method="bank", reference="TX 1")
    crm.payments.add(1, -100_00, paid_on=date(2026, 2, 10))
    crm.invoices.add(lines=WORK, contact_id=anna.id, company_id=None)
    crm.invoices.void(2)
    crm.invoices.add(lines=WORK, company_id=anna.company_id, issued_on=date(2026, 1, 5))


def test_the_timeline_tells_invoices_and_payments(crm: Crm) -> None:
    sold(crm)
    found = [each for each in page(crm, Subject(contact_id=1)) if each.entity in ("invoice", "payment")]
    assert told(found) == [
        ("2026-03-02", "invoice", "2026-002", "100.00 EUR · void · Work"),
        ("2026-02-10", "refund", "2026-001", "100.00 EUR"),
        ("2026-02-10", "payment", "2026-001", "500.00 EUR · bank · TX 1"),
        ("2026-02-01", "invoice", "2026-001", "900.00 EUR · Website"),
    ]
    assert [(each.entity, each.id) for each in found] == [
        ("invoice", 2), ("payment", 2), ("payment", 1), ("invoice", 1),
    ]  # fmt: skip
    assert found[3].contacts == ("Anna Kowalska",)
    assert found[3].deal == "Website"
    company = [each for each in page(crm, Subject(company_id=1)) if each.entity in ("invoice", "payment")]
    assert [each.title for each in company] == ["2026-001", "2026-001", "2026-001", "2026-003"]
    deal = [each.kind for each in page(crm, Subject(deal_id=1))]
    assert deal == ["won", "added", "refund", "payment", "invoice"]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_timeline_goes_on_page_by_page(crm: Crm, size: int) -> None:
    sold(crm)
    for day in (10, 10, 11):
        crm.payments.add(3, 1_00, paid_on=date(2026, 2, day))
    crm.interactions.add("call", [1], "spoke", occurred_at="2026-02-10T09:00:00Z")
    subject = Subject(company_id=1)
    whole = [*iterate(crm, subject)]
    assert [each.key for each in whole] == sorted((each.key for each in whole), reverse=True)
    found: list[TimelineItem] = []
    while part := page(crm, subject, limit=size, before=found[-1].key if found else None):
        found += part
    assert found == whole


@pytest.mark.parametrize(
    "zone", ["Pacific/Auckland", "Pacific/Honolulu", "Europe/Berlin", "Pacific/Kiritimati"]
)
@pytest.mark.parametrize("now", ["2026-01-02T11:30:00+00:00", "2026-07-02T23:30:00+00:00"])
def test_a_day_is_the_same_day_in_every_zone(database: Path, zone: str, now: str) -> None:
    from crm_tui.config import Config
    from crm_tui.dates import local_day

    with Crm.open(database, now=datetime.fromisoformat(now), config=Config(timezone=zone)) as crm:
        acme = crm.companies.add(name="Acme")
        days = [crm.clock.today, date(2025, 12, 31), date(2025, 6, 30), date(2025, 3, 30)]
        for day in days:
            crm.invoices.add(lines=WORK, company_id=acme.id, issued_on=day)
        found = [local_day(each.at, crm.clock) for each in page(crm, Subject(company_id=acme.id))]
        assert found == days


def test_overdue_invoices_are_in_the_morning_until_they_are_paid(crm: Crm) -> None:
    sold(crm)
    items = [each for each in crm.agenda.items() if each.kind.value == "invoice"]
    assert [(each.title, each.amount_minor, each.overdue_days) for each in items] == [
        ("invoice 2026-003", 100_00, 42),
        ("invoice 2026-001", 500_00, 15),
    ]
    assert [(each.contact, each.company) for each in items] == [("Acme", "Acme"), ("Anna Kowalska", "Acme")]
    crm.payments.add(1)
    crm.payments.add(3, 40_00)
    items = [each for each in crm.agenda.items() if each.kind.value == "invoice"]
    assert [(each.title, each.amount_minor) for each in items] == [("invoice 2026-003", 60_00)]


def test_merging_brings_the_invoices_along(crm: Crm) -> None:
    sold(crm)
    other = crm.contacts.add(name="Anna K.")
    crm.invoices.add(lines=WORK, contact_id=other.id)
    crm.merging.contacts(1, [other.id])
    assert crm.invoices.ids("contact:1", sort="id") == [1, 2, 4]
    crm.companies.add(name="Acme Ltd")
    crm.merging.companies(2, [1])
    assert crm.invoices.ids("company:2", sort="id") == [1, 3]
    assert [*sales.problems(crm.connection)] == []
    assert_sound(crm)
    for _ in range(3):
        crm.undo()
    assert crm.invoices.ids("contact:2") == [4]
    assert [*sales.problems(crm.connection)] == []
    assert_sound(crm)


def test_forgetting_keeps_the_books_without_a_name(crm: Crm) -> None:
    sold(crm)
    crm.invoices.add(
        lines=[LineDraft("Talk with Anna Kowalska", unit_price_minor=1_00)], contact_id=1, company_id=None
    )
    crm.payments.add(4, 1_00, reference="KOWALSKA 77")
    done = forgetting.forget(crm, 1, redact=True)
    assert done.kept == {"deals": 1, "invoices": 3}
    assert done.is_clean, done.found
    assert [each.contact for each in crm.invoices.list()] == [None] * 4
    assert [each.total for each in crm.invoices.list(sort="id")] == ["900.00", "100.00", "100.00", "1.00"]
    assert "Kowalska" not in crm.invoices.lines(4)[0].description
    assert crm.search.find("kowalska") == []
    assert [*sales.problems(crm.connection)] == []
    assert_sound(crm)
    with pytest.raises(ConflictError):
        crm.undo(4)


def test_everything_about_a_person_has_their_invoices(crm: Crm) -> None:
    sold(crm)
    found = dossier.dossier(crm, 1)["invoices"]
    assert [(each["number"], len(each["lines"]), len(each["payments"])) for each in found] == [
        ("2026-001", 1, 2),
        ("2026-002", 1, 0),
    ]
    assert found[0]["payments"][0]["amount"] == "500.00"


def test_the_journal_tells_what_was_done(crm: Crm) -> None:
    sold(crm)
    summaries = [each.summary for each in entries(crm, ("invoices", 1))]
    assert summaries == [
        "add refund of 100.00 EUR to invoice 2026-001",
        "add payment of 500.00 EUR to invoice 2026-001",
        "add invoice 2026-001",
    ]
    operation = next(each for each in entries(crm, ("invoices", 1)) if each.summary.startswith("add invoice"))
    texts = str(details(crm, operation.id))
    for word in ("2026-001", "Website", "Acme", "Anna Kowalska", "900.00 EUR"):
        assert word in texts


def test_the_doctor_is_content(crm: Crm) -> None:
    sold(crm)
    assert {each.status for each in doctor.examine(crm, own_folder=True)} == {"ok"}
