"""The timeline: every source newest first, in pages that neither repeat nor leave out anything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.timeline import Subject, iterate, page


def told(crm: Crm, **subject: int) -> list[tuple[str, str, str | None]]:
    return [(item.kind, item.title, item.detail) for item in crm.interactions.timeline(**subject)]  # type: ignore[arg-type]


def test_interactions_deals_and_promises_are_one_list(database: Path) -> None:
    def at(moment: str) -> Crm:
        return Crm.open(database, now=moment)

    with at("2026-03-01 09:00") as crm:
        anna = crm.contacts.add(name="Anna", company="Acme")
        deal = crm.deals.add("Website", contact_id=anna.id)
        promise = crm.followups.add("send offer", date(2026, 3, 2), contact_id=anna.id)
    with at("2026-03-01 10:00") as crm:
        call = crm.interactions.add(
            "call", [anna.id], "asked", direction="in", body="more", duration_minutes=5, deal_id=deal.id
        )
    with at("2026-03-02 09:00") as crm:
        crm.followups.complete(promise.id)
        crm.deals.move(deal.id, "Proposal")
    with at("2026-03-03 09:00") as crm:
        crm.deals.win(deal.id)
    with at("2026-03-04 09:00") as crm:
        crm.deals.lose(crm.deals.add("Second", contact_id=anna.id).id, "price")
    with at("2026-03-05 09:00") as crm:
        items = crm.interactions.timeline(contact_id=anna.id)
        assert [(item.kind, item.title, item.detail) for item in items] == [
            ("lost", "Second", "Lead → Lost: price"),
            ("added", "Second", "Lead"),
            ("won", "Website", "Proposal → Won"),
            ("moved", "Website", "Lead → Proposal"),
            ("done", "send offer", None),
            ("call", "asked", "more"),
            ("added", "Website", "Lead"),
        ]
        happened = items[5]
        assert (happened.at, happened.direction, happened.duration_minutes) == (
            "2026-03-01T10:00:00Z",
            "in",
            5,
        )
        assert (happened.contacts, happened.deal, happened.entity, happened.id) == (
            ("Anna",),
            "Website",
            "interaction",
            call.id,
        )
        assert [(item.entity, item.id) for item in items[2:5]] == [
            ("deal", deal.id),
            ("deal", deal.id),
            ("followup", promise.id),
        ]
        assert [kind for kind, _, _ in told(crm, deal_id=deal.id)] == ["won", "moved", "call", "added"]
        assert crm.interactions.timeline(company_id=anna.company_id) == items


def test_a_company_has_what_happened_with_its_people_and_its_deals_each_once(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", company="Acme")
    bo = crm.contacts.add(name="Bo", company="Acme")
    other = crm.contacts.add(name="Cem")
    company = anna.company_id
    assert company is not None
    deal = crm.deals.add("Website", company_id=company)
    crm.interactions.add("meeting", [anna.id, bo.id], "both")
    crm.interactions.add("call", [other.id], "about it", deal_id=deal.id)
    crm.interactions.add("call", [other.id], "something else")
    crm.followups.complete(crm.followups.add("ring", date(2026, 3, 2), contact_id=bo.id).id)
    found = told(crm, company_id=company)
    assert sorted(found, key=str) == sorted(
        [
            ("meeting", "both", None),
            ("call", "about it", None),
            ("added", "Website", "Lead"),
            ("done", "ring", None),
        ],
        key=str,
    )


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_neither_repeat_nor_leave_out_even_within_one_second(crm: Crm, size: int) -> None:
    anna = crm.contacts.add(name="Anna")
    for number in range(6):
        deal = crm.deals.add(f"Deal {number}", contact_id=anna.id)
        crm.interactions.add("call", [anna.id], f"call {number}", deal_id=deal.id)
        crm.followups.complete(crm.followups.add(f"do {number}", date(2026, 3, 2), contact_id=anna.id).id)
        crm.interactions.add("note", [anna.id], "old", occurred_at=f"2026-02-0{number + 1}T12:00:00Z")
    subject = Subject(contact_id=anna.id)
    whole = page(crm, subject, limit=1000)
    assert len(whole) == 24
    assert [item.key for item in whole] == sorted((item.key for item in whole), reverse=True)
    paged = []
    before = None
    while items := page(crm, subject, limit=size, before=before):
        paged += items
        before = items[-1].key
    assert paged == whole
    assert list(iterate(crm, subject)) == whole
    assert list(iterate(crm, subject, limit=5)) == whole[:5]
    assert list(iterate(crm, subject, limit=0)) == []


def test_iterating_goes_on_over_many_pages(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    with crm.transaction("many"):
        for number in range(130):
            crm.interactions.add("note", [anna.id], f"{number}")
    items = list(iterate(crm, Subject(contact_id=anna.id)))
    assert [item.title for item in items] == [str(number) for number in reversed(range(130))]


def test_a_page_reads_its_rows_from_the_index_and_not_the_whole_history(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    with crm.transaction("many"):
        for number in range(300):
            crm.interactions.add("note", [anna.id], f"{number}")
    statements: list[str] = []
    crm.connection.set_trace_callback(statements.append)
    crm.interactions.timeline(contact_id=anna.id, limit=10)
    crm.connection.set_trace_callback(None)
    source = next(
        each for each in statements if "FROM participants" in each and "ORDER BY occurred_at" in each
    )
    plan = " ".join(row[3] for row in crm.connection.execute(f"EXPLAIN QUERY PLAN {source}"))
    assert "participants_by_contact" in plan
    assert "TEMP B-TREE" not in plan


def test_nobody_has_an_empty_one_and_two_subjects_are_refused(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    assert crm.interactions.timeline(contact_id=anna.id) == []
    for wrong in (Subject(), Subject(contact_id=1, deal_id=1)):
        with pytest.raises(ValueError, match="one contact, company or deal"):
            page(crm, wrong)
