"""The rows of a record as data: heights, lines, and what each kind of record shows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.dates import Clock
from crm_tui.domain import Crm
from crm_tui.screens.record import record_pages, record_reading, record_removing
from crm_tui.screens.record.record_reading import Sizes, Whole
from crm_tui.screens.record.record_rows import Page, era
from crm_tui.text import cell_width, clean
from crm_tui.widgets.records import record_view_rows as laid
from crm_tui.widgets.records.record_view_rows import Row, Section
from tests.conftest import NOW
from tests.tui.conftest import fill

CLOCK = Clock.fixed(NOW)
TEXTS = st.text(st.sampled_from("ab cə小\u0301\x1b\u202e[/]\n👩\u200d"), max_size=60)


def page_of(crm: Crm, table: str, record_id: int) -> Page:
    whole = record_reading.read(crm, table, record_id, Sizes())
    assert whole is not None
    return record_pages.page(whole, crm.clock, lambda name: name)


def rows(page: Page) -> dict[object, Row]:
    """Every item by its key."""
    return {row.key: row for row in laid.rows_of(page.alone)}


def whole_of(crm: Crm, table: str, record_id: int) -> Whole:
    found = record_reading.read(crm, table, record_id, Sizes())
    assert found is not None
    return found


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS, TEXTS, TEXTS, st.integers(1, 60), st.sampled_from([0, 9, 12]))
def test_a_row_has_as_many_lines_as_its_height_and_none_is_too_long(
    label: str, text: str, aside: str, beneath: str, width: int, labels: int
) -> None:
    row = Row(("x",), label, text, aside, "!", beneath=(beneath,))
    drawn = laid.lines(row, labels, width, cursor=True, marked=True)
    assert len(drawn) == laid.height(row, labels, width)
    if width > laid.GUTTER + 4:
        for line in drawn:
            assert sum(cell_width(clean(part)) for part, _ in line) <= width + 1


def test_a_rule_is_one_line() -> None:
    row = Row(None, text="February", rule=True)
    assert laid.height(row, 9, 30) == 1
    assert "".join(text for text, _ in laid.lines(row, 9, 30)[0]).startswith("   ── February ──")


def test_only_rows_with_a_key_can_be_reached() -> None:
    section = Section("One", [Row(None, text="said"), Row(("a",), text="item")])
    assert [row.key for row in laid.rows_of([section])] == [("a",)]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 3, 2), "today"),
        (date(2026, 2, 25), "5 days ago"),
        (date(2026, 2, 10), "February"),
        (date(2025, 12, 31), "December 2025"),
    ],
)
def test_the_heading_of_a_day_in_the_timeline(day: date, text: str) -> None:
    assert era(day, CLOCK.today) == text


def test_a_person_has_every_field_the_empty_ones_too(crm: Crm) -> None:
    fill(crm)
    crm.fields.add("contacts", "shirt", "choice", label="Shirt size", choices=["S", "M"])
    crm.fields.add("contacts", "fan", "flag")
    crm.contacts.update(1, custom={"fan": True}, timezone="Asia/Baku", referred_by_id=2)
    crm.contacts.set_date(1, "wedding", "2010-06-25")
    crm.contacts.relate(1, "spouse", 3)
    page = page_of(crm, "contacts", 1)
    found = rows(page)
    assert found["field", "name"].text == "Anna Kowalska"
    assert found["field", "company"].of == ("companies", 1)
    assert found["field", "referred_by"].text == "Elvin Məmmədov"
    assert found["field", "timezone"].aside == "4 h ahead"
    assert found["field", "language"].text == ""
    assert found["field", "birthday"].aside == "41 tomorrow"
    assert found["date", 1].aside == "in 4 months, 16 years"
    assert found["relation", "spouse", 3].text == "Jürgen Großmann"
    assert found["custom", "fan"].text == "yes"
    assert found["custom", "shirt"].text == ""
    assert found["method", "email", "anna@example.com"].aside == "first"
    assert found["field", "note"].text == "Likes short mails."
    assert found["followup", 1].sign == "!"
    assert page.figures == "Acme · buyer · ! 1 overdue · 1 deal open, 4,500.00 EUR · last yesterday"


def test_an_empty_person_is_told_what_comes_next(crm: Crm) -> None:
    made = crm.contacts.add(name="Zoë")
    found = rows(page_of(crm, "contacts", made.id))
    assert {key for key in found if isinstance(key, tuple) and key[0] == "teach"} == {
        ("teach", "follow-up"), ("teach", "add"), ("teach", "log"),
    }  # fmt: skip
    assert ("field", "note") in found


def test_a_company_has_its_people_what_they_were_promised_and_those_below(crm: Crm) -> None:
    fill(crm)
    crm.companies.add(name="Acme Baku", parent="Acme")
    page = page_of(crm, "companies", 1)
    found = rows(page)
    assert found["person", 1].text == "Anna Kowalska · buyer"
    assert found["followup", 1].text == "send offer · Anna Kowalska"
    assert found["deal", 1].aside == "4,500.00 EUR"
    assert found["company", 4].text == "Acme Baku"
    assert page.figures == "1 person · ! 1 overdue · 1 deal open, 4,500.00 EUR · last yesterday"


def test_a_company_of_many_people_shows_some_and_says_how_many_more(crm: Crm) -> None:
    with crm.transaction("many"):
        for number in range(450):
            made = crm.contacts.add(name=f"Person {number:03}", company="Big")
        crm.followups.add("last one", date(2026, 3, 1), contact_id=made.id)
    found = rows(page_of(crm, "companies", 1))
    assert found["more", "people"].text == "… 400 more people"
    assert found["followup", 1].text == "last one · Person 449"


def test_more_follow_ups_than_are_shown_are_announced(crm: Crm) -> None:
    made = crm.contacts.add(name="Busy")
    with crm.transaction("many"):
        for day in range(1, 32):
            crm.followups.add("first", date(2026, 1, day), contact_id=made.id)
            crm.followups.add("second", date(2026, 1, day), contact_id=made.id)
    page = page_of(crm, "contacts", made.id)
    assert ("more", "followups") in rows(page)
    assert "! 50+ overdue" in page.figures


def test_a_deal_has_its_stages_and_how_long_it_stayed(crm: Crm) -> None:
    fill(crm)
    stages = {stage.name: stage.id for stage in crm.pipelines.stages()}
    crm.deals.move(1, stages["Proposal"])
    page = page_of(crm, "deals", 1)
    found = [row for row in laid.rows_of(page.alone) if row.key and row.key[0] == "move"]
    assert [row.text for row in found] == ["Proposal", "Lead"]
    assert page.figures == "Anna Kowalska · Acme · 4,500.00 EUR · Proposal · no next step"
    assert rows(page)["field", "probability"].aside == "2,250.00 EUR weighted"
    assert rows(page)["field", "expected_close_on"].sign == "!"


def test_a_lost_deal_says_why(crm: Crm) -> None:
    fill(crm)
    crm.deals.lose(1, "price", note="too dear")
    page = page_of(crm, "deals", 1)
    found = rows(page)
    assert found["field", "lost_reason"].text == "price"
    assert found["field", "lost_note"].text == "too dear"
    assert page.aside == "lost"
    assert page.figures.endswith("lost today")


def test_the_timeline_goes_on_where_it_ended(crm: Crm) -> None:
    made = crm.contacts.add(name="Talker")
    with crm.transaction("many"):
        for minute in range(130):
            at = f"2026-01-{minute // 24 + 1:02}T{minute % 24:02}:00:00Z"
            crm.interactions.add("note", [made.id], f"entry {minute:03}", occurred_at=at)
    whole = whole_of(crm, "contacts", made.id)
    first = record_pages.page(whole, crm.clock, lambda name: name)
    later = record_pages.page(record_reading.go_on(crm, whole), crm.clock, lambda name: name, first)
    assert whole.more
    assert not later.whole.more
    texts = [row.text for row in later.happened.rows if row.key is not None]
    assert texts == [f"entry {minute:03}" for minute in range(129, -1, -1)]
    assert [row.text for row in later.happened.rows if row.rule] == ["January"]
    assert later.happened.rows[0] is first.happened.rows[0]
    again = record_reading.read(crm, "contacts", made.id, later.whole.sizes)
    assert again is not None
    assert len(again.items) == 130


def test_what_is_gone_is_nothing(crm: Crm) -> None:
    assert record_reading.read(crm, "deals", 5, Sizes()) is None


def test_follow_ups_deals_and_records_are_put_away_before_they_are_deleted(crm: Crm) -> None:
    fill(crm)
    whole = whole_of(crm, "contacts", 1)
    found = rows(record_pages.page(whole, crm.clock, lambda name: name))
    for key in (("followup", 1), ("deal", 1), ("field", "name")):
        removal = record_removing.removal(whole, found[key])
        assert removal is not None
        assert len(removal.ways) == 2
        removal.ways[0][1](crm)
    assert crm.followups.get(1).status == "cancelled"
    assert crm.deals.get(1).archived_at
    assert crm.contacts.get(1).archived_at
    empty = record_removing.removal(whole, found["field", "language"])
    assert empty is None


def test_moves_of_a_deal_are_read_apart_from_the_rest(crm: Crm, tmp_path: Path) -> None:
    from crm_tui.domain import timeline

    fill(crm)
    crm.interactions.add("call", [1], "about it", deal_id=1)
    crm.deals.win(1)
    assert [each.kind for each in timeline.moves(crm, 1)] == ["won", "added"]
