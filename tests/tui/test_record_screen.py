"""A record whole: reaching, opening, changing, adding and taking away each item, in one column and in two."""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crm_tui.app import CrmApp
from crm_tui.domain import Crm
from crm_tui.screens.forms.dialogs import Choose
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.parties.contacts import ContactsScreen
from crm_tui.screens.record.screen import RecordScreen
from crm_tui.text import is_clean
from crm_tui.widgets.records.record_view import RecordView
from tests.conftest import NOW
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in

EVIL = (
    "[/]", "[@click=app.quit]x[/]", "a\x1b[31mred\x1b]52;c;ZXZpbA==\x07b", "bidi \u202egnp.exe\u2066 \u200f",
    "👩‍👩‍👧‍👦 e\u0301\u0301 \u115f小林", "$text-muted {name} %s \\",
)  # fmt: skip


def record(pilot: Pilot[None]) -> RecordScreen:
    screen = pilot.app.screen
    assert isinstance(screen, RecordScreen)
    return screen


def form(pilot: Pilot[None]) -> FormScreen:
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen)
    return screen


async def save(pilot: Pilot[None], texts: dict[str, str]) -> None:
    """Fill a form in and save it."""
    form(pilot).fill(texts)
    await press(pilot, "ctrl+s")


async def go(pilot: Pilot[None], *key: Hashable) -> None:
    """Put the cursor on an item."""
    record(pilot).go_to(key)
    await settle(pilot)
    row = record(pilot).row
    assert row is not None
    assert row.key == key


@asynccontextmanager
async def shown(
    opened: Opener, table: str, record_id: int, size: tuple[int, int] = (80, 24), **how: object
) -> AsyncIterator[Pilot[None]]:
    """A record opened over the contacts."""
    async with opened(size, "contacts", **how) as pilot:
        crm_app(pilot).open_record(table, record_id)
        await settle(pilot)
        yield pilot


async def test_enter_opens_the_person_and_escape_leads_back(opened: Opener) -> None:
    async with opened((80, 24), "contacts") as pilot:
        await press(pilot, "j", "enter")
        assert "Anna Kowalska" in screen_text(pilot)
        assert record(pilot).record_id == 1
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, ContactsScreen)
        await press(pilot, "enter", "g", "c")
        assert isinstance(pilot.app.screen, ContactsScreen)
        await press(pilot, "tab")
        assert record(pilot).record_id == 1


async def test_one_column_has_everything_and_tab_goes_from_part_to_part(opened: Opener) -> None:
    async with shown(opened, "contacts", 1) as pilot:
        seen = []
        for _ in range(7):
            row = record(pilot).row
            assert row is not None
            assert row.key is not None
            seen.append(row.key[0])
            await press(pilot, "tab")
        assert seen == ["followup", "deal", "method", "field", "field", "field", "item"]
        assert record(pilot).row is record(pilot).one.rows[0]
        await press(pilot, "end")
        assert "sent the catalogue" in screen_text(pilot)
        await press(pilot, "home", "pagedown", "pageup", "k")
        assert record(pilot).row is record(pilot).one.rows[0]


async def test_two_columns_begin_at_the_work_and_tab_changes_sides(opened: Opener) -> None:
    async with shown(opened, "contacts", 1, (130, 40)) as pilot:
        screen = record(pilot)
        assert screen.focused is screen.two
        text = screen_text(pilot)
        for part in (
            "Next",
            "Deals",
            "What happened",
            "Reach",
            "Facts",
            "Dates",
            "asked for an offer",
            "in touch",
        ):
            assert part in text
        await press(pilot, "tab", "j")
        assert screen.focused is screen.one
        assert screen.row is screen.one.rows[1]
        await press(pilot, "apostrophe", "s")
        assert screen.focused is screen.one
        assert screen.row is screen.one.rows[1]
        assert len(screen.jump_targets()) > len(screen.one.rows)
        await press(pilot, "tab")
        assert screen.focused is screen.two


async def test_another_size_keeps_the_item(opened: Opener) -> None:
    async with shown(opened, "contacts", 1, (130, 40)) as pilot:
        await go(pilot, "field", "source")
        for size in ((20, 6), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            row = record(pilot).row
            assert row is not None
            assert row.key == ("field", "source"), size
            assert "source" in screen_text(pilot), size


async def test_each_item_is_changed_by_a_form_of_its_own(opened: Opener, crm_of: Crm) -> None:
    crm_of.fields.add("contacts", "shirt", "choice", label="Shirt size", choices=["S", "M"])
    crm_of.contacts.set_date(1, "wedding", "2010-06-25")
    crm_of.contacts.relate(1, "spouse", 3)
    async with shown(opened, "contacts", 1) as pilot:
        for key, field, text in (
            (("field", "timezone"), "timezone", "Asia/Baku"),
            (("field", "referred_by"), "referred_by", "Elvin"),
            (("method", "phone", "+48 601 234 567"), "value", "+48 601 000 000"),
            (("date", 1), "date", "2011-06-25"),
            (("relation", "spouse", 3), "kind", "sister"),
        ):
            await go(pilot, *key)
            await press(pilot, "e")
            assert len(form(pilot).form.fields) <= 4
            await save(pilot, {field: text})
            assert record(pilot).row is not None
        await go(pilot, "custom", "shirt")
        await press(pilot, "enter", "m", "ctrl+s")
        anna = crm_of.contacts.get(1)
        assert (anna.timezone, anna.referred_by_id) == ("Asia/Baku", 2)
        assert anna.phones == ("+48 601 000 000",)
        assert anna.custom == {"shirt": "M"}
        assert [(each.label, each.date) for each in crm_of.contacts.dates(1)] == [("wedding", "2011-06-25")]
        assert [(each.kind, each.other_id) for each, _ in crm_of.contacts.relations(1)] == [("sister", 3)]


async def test_a_changed_method_keeps_the_cursor_its_label_and_its_place(opened: Opener, crm_of: Crm) -> None:
    async with shown(opened, "contacts", 1) as pilot:
        await go(pilot, "method", "email", "anna@example.com")
        await press(pilot, "e")
        await save(pilot, {"value": "new@example.com", "label": "work"})
        row = record(pilot).row
        assert row is not None
        assert row.key == ("method", "email", "new@example.com")
        assert crm_of.contacts.get(1).emails == ("new@example.com", "kowalska@example.org")
        await go(pilot, "method", "email", "kowalska@example.org")
        await press(pilot, "e")
        await save(pilot, {"first": "yes", "label": "home"})
        assert crm_of.contacts.get(1).emails == ("kowalska@example.org", "new@example.com")
        assert [each.label for each in crm_of.contacts.methods(1) if each.kind == "email"] == ["home", "work"]
        await press(pilot, "u", "u")
        assert crm_of.contacts.get(1).emails == ("anna@example.com", "kowalska@example.org")


async def test_what_is_no_value_is_refused_and_kept(opened: Opener, crm_of: Crm) -> None:
    async with shown(opened, "contacts", 1) as pilot:
        await go(pilot, "field", "timezone")
        await press(pilot, "e")
        await type_in(pilot, "Atlantis")
        await press(pilot, "ctrl+s")
        assert '"Atlantis" is no time zone.' in screen_text(pilot)
        assert form(pilot).texts()["timezone"] == "Atlantis"
        await press(pilot, "escape")
        await go(pilot, "field", "referred_by")
        await press(pilot, "e")
        await type_in(pilot, "Nobody Known")
        await press(pilot, "ctrl+s")
        assert form(pilot).texts()["referred_by"] == "Nobody Known"
        assert crm_of.last_operation is None or "brought" not in crm_of.last_operation.summary


async def test_adding_puts_the_cursor_on_what_was_added(opened: Opener) -> None:
    async with shown(opened, "contacts", 1) as pilot:
        for letter, texts, kind, text in (
            ("a", {"value": "Nizami 12\nBaku"}, "method", "Nizami 12\nBaku"),
            ("i", {"label": "wedding", "date": "--06-25"}, "date", "25 June"),
            ("r", {"kind": "assistant", "other": "Elvin"}, "relation", "Elvin Məmmədov"),
            ("d", {"title": "Second site", "amount": "1200 EUR"}, "deal", "Second site"),
            ("l", {"summary": "haggled"}, "item", "haggled"),
            ("f", {"title": "bring samples"}, "followup", "bring samples · Second site"),
        ):
            if letter == "f":
                await go(pilot, "deal", 3)
            await press(pilot, "a", letter)
            await save(pilot, texts)
            row = record(pilot).row
            assert row is not None
            assert row.key is not None
            assert (row.key[0], row.text) == (kind, text)


async def test_adding_a_tag_a_note_and_a_value_of_ones_own(
    opened: Opener, crm_of: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm_of.fields.add("contacts", "score", "number", label="Score")
    place = tmp_path / "ed"
    place.write_text('#!/bin/sh\nprintf "new note\\n" > "$1"\n')
    place.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(place))

    class Suspendable(CrmApp):
        def suspend(self) -> AbstractContextManager[None]:  # type: ignore[override]
            return nullcontext()

    async with shown(opened, "contacts", 4, make=Suspendable) as pilot:
        await press(pilot, "a", "1")
        await save(pilot, {"custom-score": "7"})
        await press(pilot, "a", "t")
        await type_in(pilot, "fair")
        await press(pilot, "enter", "n")
        aliya = crm_of.contacts.get(4)
        assert (aliya.custom, aliya.tags, aliya.note) == ({"score": 7}, ("fair",), "new note")


async def test_taking_away_is_undoable_and_asked_where_something_is_lost(opened: Opener, crm_of: Crm) -> None:
    crm_of.contacts.relate(1, "spouse", 3)
    async with shown(opened, "contacts", 1) as pilot:
        for key in (
            ("method", "phone", "+48 601 234 567"), ("relation", "spouse", 3), ("field", "birthday"),
            ("field", "title"), ("field", "company"),
        ):  # fmt: skip
            await go(pilot, *key)
            await press(pilot, "D")
        anna = crm_of.contacts.get(1)
        assert (anna.phones, anna.birthday, anna.title, anna.company) == ((), None, None, None)
        assert crm_of.contacts.relations(1) == []
        await press(pilot, "u")
        assert crm_of.contacts.get(1).company == "Acme"
        await go(pilot, "field", "note")
        await press(pilot, "D")
        assert "Empty note of Anna Kowalska?" in screen_text(pilot)
        await press(pilot, "n")
        assert crm_of.contacts.get(1).note
        item = next(row for row in record(pilot).one.rows if row.text == "asked for an offer")
        assert item.key is not None
        await go(pilot, *item.key)
        await press(pilot, "D", "y")
        assert crm_of.interactions.count("summary:offer") == 0
        await go(pilot, "followup", 1)
        await press(pilot, "D", "1")
        assert crm_of.followups.get(1).status == "cancelled"


async def test_several_marked_items_are_taken_away_as_one_operation(opened: Opener, crm_of: Crm) -> None:
    async with shown(opened, "contacts", 1) as pilot:
        await go(pilot, "method", "email", "anna@example.com")
        await press(pilot, "space", "space", "D")
        assert "Take away 2 items?" in screen_text(pilot)
        await press(pilot, "y")
        assert crm_of.contacts.get(1).emails == ()
        assert not record(pilot).marked_rows
        await press(pilot, "u")
        assert len(crm_of.contacts.get(1).emails) == 2
        await press(pilot, "space", "escape")
        assert not record(pilot).marked_rows
        assert isinstance(pilot.app.screen, RecordScreen)


async def test_a_record_with_history_is_put_away_and_one_without_is_deleted(
    opened: Opener, crm_of: Crm
) -> None:
    async with shown(opened, "contacts", 1) as pilot:
        await go(pilot, "field", "name")
        await press(pilot, "D", "2")
        assert "cannot be deleted" in screen_text(pilot)
        await press(pilot, "A")
        assert crm_of.contacts.get(1).archived_at
        assert "archived" in screen_text(pilot)
        await press(pilot, "A")
        assert not crm_of.contacts.get(1).archived_at
    async with shown(opened, "contacts", 4) as pilot:
        await go(pilot, "field", "name")
        await press(pilot, "D", "2")
        assert "This person is gone." in screen_text(pilot)
        await press(pilot, "a", "e", "d", "D", "l", "enter", "tab", "y", "m")
        assert isinstance(pilot.app.screen, RecordScreen)
        await press(pilot, "u")
        assert "Aliya Serikova" in screen_text(pilot)


async def test_follow_ups_are_finished_put_off_and_chosen(opened: Opener, crm_of: Crm) -> None:
    async with shown(opened, "contacts", 2) as pilot:
        await press(pilot, "s")
        await type_in(pilot, "+2w")
        await press(pilot, "ctrl+s")
        assert crm_of.followups.get(2).due_on == date(2026, 3, 16)
        row = record(pilot).row
        assert row is not None
        assert row.key == ("followup", 2)
        await go(pilot, "field", "source")
        await press(pilot, "d")
        assert isinstance(pilot.app.screen, Choose)
        await press(pilot, "1")
        assert crm_of.followups.get(3).status == "done"
        await press(pilot, "u")
        await press(pilot, "home", "space", "space", "d")
        assert crm_of.followups.count("status:done") == 2


async def test_what_happened_is_put_right(opened: Opener, crm_of: Crm) -> None:
    async with shown(opened, "contacts", 1) as pilot:
        item = next(row for row in record(pilot).one.rows if row.text == "asked for an offer")
        assert item.key is not None
        await go(pilot, *item.key)
        await press(pilot, "enter")
        form(pilot).fill(
            {
                "summary": "asked for two offers", "when": "2026-02-28 09:00", "who": "Anna Kowalska; Elvin",
                "duration_minutes": "15m", "deal": "Website",
            },
        )  # fmt: skip
        await press(pilot, "ctrl+s")
        found = crm_of.interactions.list("summary:two")[0]
        assert (found.occurred_at, found.contact_ids, found.duration_minutes, found.deal_id) == (
            "2026-02-28T09:00:00Z", (1, 2), 15, 1,
        )  # fmt: skip
        row = record(pilot).row
        assert row is not None
        assert row.text == "asked for two offers"


async def test_links_lead_to_other_records_and_back(opened: Opener) -> None:
    async with shown(opened, "contacts", 1) as pilot:
        await go(pilot, "field", "company")
        await press(pilot, "enter")
        assert (record(pilot).table, record(pilot).record_id) == ("companies", 1)
        await go(pilot, "person", 1)
        await press(pilot, "enter")
        assert (record(pilot).table, record(pilot).record_id) == ("contacts", 1)
        await go(pilot, "deal", 1)
        await press(pilot, "enter")
        assert (record(pilot).table, record(pilot).record_id) == ("deals", 1)
        await press(pilot, "escape", "escape", "escape")
        row = record(pilot).row
        assert row is not None
        assert row.key == ("field", "company")


async def test_a_company_is_changed_peopled_and_dealt_with(opened: Opener, crm_of: Crm) -> None:
    async with shown(opened, "companies", 1) as pilot:
        await go(pilot, "field", "industry")
        await press(pilot, "e")
        assert [field.key for field in form(pilot).form.fields] == ["industry"]
        await type_in(pilot, "metal")
        await press(pilot, "ctrl+s")
        assert crm_of.companies.get(1).industry == "metal"
        await press(pilot, "a", "c")
        await save(pilot, {"name": "New Buyer"})
        made = crm_of.contacts.list("name:buyer")[0]
        assert made.company == "Acme"
        row = record(pilot).row
        assert row is not None
        assert row.key == ("person", made.id)
        await press(pilot, "l")
        await save(pilot, {"summary": "said hello"})
        assert crm_of.interactions.list("summary:hello")[0].contact_ids == (made.id,)
        await go(pilot, "field", "size")
        await press(pilot, "f")
        assert isinstance(pilot.app.screen, Choose)
        await press(pilot, "escape")
        await go(pilot, "person", made.id)
        await press(pilot, "D", "y")
        assert crm_of.contacts.get(made.id).company is None
        await press(pilot, "a", "b")
        await save(pilot, {"name": "Acme Baku"})
        assert crm_of.companies.list("name:baku")[0].parent == "Acme"


async def test_a_company_of_nobody_and_one_of_many(opened: Opener, crm_of: Crm) -> None:
    empty = crm_of.companies.add(name="Hollow", website="hollow.example").id
    with crm_of.transaction("many"):
        for number in range(120):
            crm_of.contacts.add(name=f"Person {number:03}", company="Big")
    async with shown(opened, "companies", empty) as pilot:
        await press(pilot, "l")
        assert "Nobody works at Hollow yet." in screen_text(pilot)
        row = record(pilot).row
        assert row is not None
        assert row.key == ("teach", "follow-up")
        crm_app(pilot).open_record("companies", crm_of.references.company("Big"))
        await settle(pilot)
        await go(pilot, "more", "people")
        await press(pilot, "enter")
        assert sum(1 for row in record(pilot).one.rows if row.key and row.key[0] == "person") == 120


async def test_a_deal_is_moved_won_reopened_and_lost(opened: Opener, crm_of: Crm) -> None:
    async with shown(opened, "deals", 1) as pilot:
        await press(pilot, "m", "3")
        assert crm_of.deals.get(1).stage == "Proposal"
        await press(pilot, "w", "ctrl+s")
        assert crm_of.deals.get(1).status == "won"
        assert "won today" in screen_text(pilot)
        await press(pilot, "r")
        assert crm_of.deals.get(1).stage == "Proposal"
        await press(pilot, "x")
        await save(pilot, {"reason": "price", "win_back": "in 90 days"})
        assert crm_of.deals.get(1).lost_reason == "price"
        assert "Win back: Website relaunch" in screen_text(pilot)
        await go(pilot, "field", "lost_reason")
        await press(pilot, "e")
        await save(pilot, {"lost_reason": "timing"})
        assert crm_of.deals.get(1).lost_reason == "timing"


async def test_the_items_of_a_deal(opened: Opener, crm_of: Crm) -> None:
    async with shown(opened, "deals", 1) as pilot:
        for key, texts in (
            (("field", "amount"), {"amount": "5000 EUR"}),
            (("field", "expected_close_on"), {"close": "2026-04-01"}),
        ):
            await go(pilot, *key)
            await press(pilot, "e")
            form(pilot).fill(texts)
            await press(pilot, "ctrl+s")
        await press(pilot, "f")
        form(pilot).fill({"title": "call Anna"})
        await press(pilot, "ctrl+s", "l")
        await save(pilot, {"summary": "haggled"})
        deal = crm_of.deals.get(1)
        assert (deal.amount, deal.expected_close_on) == ("5000.00", date(2026, 4, 1))
        assert crm_of.followups.list("deal:1")[0].title == "call Anna"
        assert crm_of.interactions.list("summary:haggled")[0].deal_id == 1
        move = next(row for row in record(pilot).one.rows if row.key and row.key[0] == "move")
        assert move.key is not None
        await go(pilot, *move.key)
        await press(pilot, "enter")
        assert "The stages it was in are history." in screen_text(pilot)
        await go(pilot, "field", "contact")
        await press(pilot, "D", "t")
        await type_in(pilot, "hot")
        await press(pilot, "enter")
        assert crm_of.deals.get(1).contact is None
        assert crm_of.deals.get(1).tags == ("hot",)


async def test_deals_of_a_person_are_moved_together(opened: Opener, crm_of: Crm) -> None:
    crm_of.deals.add("Second", contact_id=1)
    async with shown(opened, "contacts", 1) as pilot:
        await go(pilot, "deal", 1)
        await press(pilot, "space", "space", "m", "2")
        assert {each.stage for each in crm_of.deals.list("contact:1")} == {"Qualified"}
        await press(pilot, "u")
        assert {each.stage for each in crm_of.deals.list("contact:1")} == {"Lead"}
        await go(pilot, "deal", 1)
        await press(pilot, "e")
        assert form(pilot).form.title == "Change Website relaunch"


async def test_copy_and_open_take_what_is_under_the_cursor(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    async with shown(opened, "contacts", 1) as pilot:
        await go(pilot, "method", "email", "kowalska@example.org")
        assert "o mail, link" in screen_text(pilot)
        await press(pilot, "y")
        assert pilot.app.clipboard == "kowalska@example.org"
        await press(pilot, "o")
        assert "There is no program here to open links with." in screen_text(pilot)
        await go(pilot, "field", "source")
        await press(pilot, "o")
        assert "Open which?" in screen_text(pilot)
        await press(pilot, "escape")
    async with shown(opened, "contacts", 4) as pilot:
        assert "o mail, link" not in screen_text(pilot)


async def test_another_process_writes_and_the_cursor_stays(opened: Opener, crm_of: Crm) -> None:
    async with shown(opened, "contacts", 1) as pilot:
        await go(pilot, "field", "source")
        lines = screen_text(pilot).splitlines()
        before = next(place for place, line in enumerate(lines) if line.startswith(">") and "source" in line)
        with Crm.open(crm_of.path, now=NOW) as other:
            for day in range(1, 9):
                other.followups.add("from elsewhere", date(2026, 3, day), contact_id=1)
        crm_app(pilot).data_changed()
        await settle(pilot)
        row = record(pilot).row
        assert row is not None
        assert row.key == ("field", "source")
        lines = screen_text(pilot).splitlines()
        assert "source" in lines[before]
        with Crm.open(crm_of.path, now=NOW) as other:
            other.contacts.update(1, name="Anna Nowak")
        crm_app(pilot).data_changed()
        await settle(pilot)
        assert "Anna Nowak" in screen_text(pilot)


async def test_a_long_timeline_is_read_as_one_goes(opened: Opener, crm_of: Crm) -> None:
    with crm_of.transaction("many"):
        for minute in range(400):
            at = f"2026-01-{minute // 24 % 28 + 1:02}T{minute % 24:02}:00:{minute % 60:02}Z"
            crm_of.interactions.add("note", [4], f"entry {minute:03}", occurred_at=at)
    async with shown(opened, "contacts", 4) as pilot:
        view = record(pilot).one
        assert len(view.rows) < 100
        for _ in range(3):
            await press(pilot, "end")
        assert len([row for row in view.rows if row.key and row.key[0] == "item"]) == 400
        top = view.scroll_offset.y
        await press(pilot, "f5")
        assert view.scroll_offset.y == top
        await press(pilot, "home")
        assert "Next" in screen_text(pilot)


async def test_the_mouse_reaches_marks_and_opens(opened: Opener) -> None:
    async with shown(opened, "contacts", 1) as pilot:
        view = record(pilot).one
        await pilot.click(RecordView, offset=(8, 4))
        await settle(pilot)
        row = record(pilot).row
        assert row is not None
        assert row.key == ("deal", 1)
        await pilot.click(RecordView, offset=(1, 4))
        await settle(pilot)
        assert view.marked == {("deal", 1)}
        await pilot.click(RecordView, offset=(8, 4), times=2)
        await settle(pilot)
        assert record(pilot).table == "deals"


async def test_an_empty_file_has_no_record(opened: Opener, tmp_path: Path) -> None:
    async with shown(opened, "contacts", 1, path=tmp_path / "none.db") as pilot:
        assert "This person is gone." in screen_text(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, ContactsScreen)


async def test_hostile_data_is_text(opened: Opener, database: Path) -> None:
    path = database.with_name("hostile.db")
    with Crm.open(path, now=NOW) as crm, crm.transaction("hostile"):
        for evil in EVIL:
            made = crm.contacts.add(name=evil, company=evil, title=evil, source=evil, note=evil, tags=["[/]"])
            crm.contacts.add_method(made.id, "address", evil, label=evil)
            crm.contacts.set_date(made.id, evil, "2020-03-03")
            crm.contacts.relate(made.id, evil, 1) if made.id > 1 else None
            crm.interactions.add("call", [made.id], evil, body=evil)
            crm.followups.add(evil, date(2026, 3, 1), contact_id=made.id)
            crm.deals.add(evil, contact_id=made.id, amount_minor=100, currency="EUR")
        crm.fields.add("contacts", "odd", "choice", label="[@click=app.quit]x[/]", choices=list(EVIL[:2]))
    async with opened((80, 60), "contacts", path=path) as pilot:
        for table, record_id, width in (("contacts", 3, 80), ("companies", 4, 20), ("deals", 5, 130)):
            crm_app(pilot).open_record(table, record_id)
            await pilot.resize_terminal(width, 60)
            await settle(pilot)
            _safe(pilot)
            await press(pilot, "end", "a")
            _safe(pilot)
            await press(pilot, "escape", "escape")
        assert pilot.app.return_code is None


def _safe(pilot: Pilot[None]) -> None:
    for strip in pilot.app.screen._compositor.render_strips():
        for segment in strip:
            assert segment.control is None
            assert is_clean(segment.text), ascii(segment.text)
            meta = segment.style.meta if segment.style else {}
            assert not any("click" in str(key) for key in meta), meta


async def test_a_relation_shows_at_both_ends(opened: Opener, crm_of: Crm) -> None:
    crm_of.contacts.relate(1, "assistant", 2)
    crm_of.contacts.relate(1, "spouse", 3)
    crm_of.contacts.relate(3, "spouse", 1)
    async with shown(opened, "contacts", 2) as pilot:
        await go(pilot, "related", "assistant", 1)
        assert "assistant of Anna Kowalska" in " ".join(screen_text(pilot).split())
        await press(pilot, "e", "y")
        assert isinstance(pilot.app.screen, RecordScreen)
        assert pilot.app.clipboard == "Anna Kowalska"
        await press(pilot, "enter")
        assert record(pilot).record_id == 1
        await press(pilot, "escape", "D")
        assert [each.kind for each, _ in crm_of.contacts.relations(1)] == ["spouse"]
    async with shown(opened, "contacts", 3) as pilot:
        await go(pilot, "relation", "spouse", 1)
        assert "spouse of" not in screen_text(pilot)


async def test_the_card_says_who_is_what_to_whom(opened: Opener, crm_of: Crm) -> None:
    crm_of.contacts.relate(1, "assistant", 2)
    async with opened((120, 40), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "elvin")
        assert "related  assistant of Anna Kowalska" in screen_text(pilot)
        await press(pilot, "escape", "/")
        await type_in(pilot, "anna")
        assert "related  assistant Elvin Məmmədov" in screen_text(pilot)
