"""Marked records changed together: fields, logs and promises, each one operation."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from crm_tui.dates import Clock
from crm_tui.domain import Crm
from crm_tui.errors import CrmError
from crm_tui.models import FieldType
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.lists.list_fields import settable
from crm_tui.widgets.tables.record_table import RecordTable
from tests.tui.conftest import Opener, press, screen_text, type_in


def table(pilot: Pilot[None]) -> RecordTable:
    return pilot.app.screen.query_one(RecordTable)


async def test_a_field_of_all_marked_as_one_operation(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "*", "=")
        assert "Set which field of 10 people?" in screen_text(pilot)
        await press(pilot, "1")
        await type_in(pilot, "customer")
        assert "changes 9 of 10" in screen_text(pilot)
        await press(pilot, "enter")
        assert crm_of.contacts.count("lifecycle:customer") == 10
        assert "Set lifecycle of 9 people." in screen_text(pilot)
        assert not table(pilot).marked
        await press(pilot, "u")
        assert crm_of.contacts.count("lifecycle:customer") == 1


async def test_a_wrong_value_is_refused_and_stays(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "space", "space", "=", "1")
        await type_in(pilot, "friend")
        await press(pilot, "enter")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        assert '"friend" is no lifecycle.' in screen_text(pilot)
        assert screen.texts() == {"value": "friend"}
        await press(pilot, "ctrl+u")
        await type_in(pilot, "none")
        await press(pilot, "enter")
        assert "Lifecycle cannot be empty." in screen_text(pilot)
        await press(pilot, "escape")
        assert len(table(pilot).marked) == 2
        assert crm_of.contacts.count("lifecycle:lead") == 9


async def test_custom_fields_of_every_type(opened: Opener, crm_of: Crm) -> None:
    crm_of.fields.add("contacts", "shoe", FieldType.NUMBER)
    crm_of.fields.add("contacts", "club", FieldType.CHOICE, choices=["gold", "silver"], label="Club card")
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "space", "space", "space", "=", "c")
        await type_in(pilot, "big")
        assert "?" in screen_text(pilot)
        await press(pilot, "ctrl+u")
        await type_in(pilot, "38.5")
        await press(pilot, "enter")
        assert crm_of.contacts.count("shoe:38.5") == 3
        await press(pilot, "=", "d")
        await type_in(pilot, "GOLD")
        assert "changes 1 of 1" in screen_text(pilot)
        await press(pilot, "enter")
        assert crm_of.contacts.count("club:gold") == 1


async def test_of_one_record_what_there_is_stands_there(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "anna")
        await press(pilot, "enter", "=")
        assert "buyer" in screen_text(pilot)
        await press(pilot, "3")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        assert screen.texts() == {"value": "buyer"}
        await press(pilot, "enter")
        assert "Nothing changed." in screen_text(pilot)
        await press(pilot, "=", "3", "ctrl+u")
        await type_in(pilot, "none")
        assert "empty, changes 1 of 1" in screen_text(pilot)
        await press(pilot, "enter")
        assert crm_of.contacts.list("anna")[0].title is None


async def test_a_company_is_made_as_needed_and_a_day_is_told(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "space", "space", "=", "2")
        await type_in(pilot, "New Company")
        await press(pilot, "enter")
        assert crm_of.contacts.count('company:"new company"') == 2
        await press(pilot, "space", "=", "a")
        await type_in(pilot, "yesterday")
        assert "Sun 1 Mar, changes 1 of 1" in screen_text(pilot)
        await press(pilot, "enter")
        assert crm_of.contacts.count("opted_out_on:2026-03-01") == 1


async def test_companies_have_their_own_fields(opened: Opener, crm_of: Crm) -> None:
    crm_of.fields.add("companies", "region", FieldType.TEXT)
    async with opened((100, 30), "companies") as pilot:
        await press(pilot, "*", "=", "1")
        await type_in(pilot, "Food")
        await press(pilot, "enter")
        assert crm_of.companies.count("industry:food") == 3
        assert "Set industry of 3 companies." in screen_text(pilot)
        await press(pilot, "*", "=", "7")
        await type_in(pilot, "west")
        await press(pilot, "enter")
        assert crm_of.companies.count("region:west") == 3
        await press(pilot, "space", "space", "=", "3")
        await type_in(pilot, "Nord Labs")
        await press(pilot, "enter")
        assert crm_of.companies.count('parent:"nord labs"') == 2


async def test_log_and_promise_with_all_marked(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "space", "space", "space", "l", "tab")
        await type_in(pilot, "saw them at the fair")
        await press(pilot, "ctrl+s")
        assert len(crm_of.interactions.list("fair")[0].contacts) == 3
        assert not table(pilot).marked
        await press(pilot, "home", "space", "space", "f")
        await type_in(pilot, "thank them")
        await press(pilot, "ctrl+s")
        assert crm_of.followups.count("thank") == 2
        assert "Add follow-up thank them with 2 people." in screen_text(pilot)
        await press(pilot, "u")
        assert crm_of.followups.count("thank") == 0


async def test_marks_survive_order_and_filter(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "space", "space")
        marked = table(pilot).marked
        await press(pilot, "4", "/")
        await type_in(pilot, "zoe")
        await press(pilot, "enter")
        assert table(pilot).marked == marked
        assert "* 2 marked" in screen_text(pilot)
        await press(pilot, "t")
        await type_in(pilot, "kept")
        await press(pilot, "enter")
        assert set(crm_of.contacts.ids("tag:kept")) == marked


async def test_what_another_hand_removed_is_told(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "companies") as pilot:
        await press(pilot, "end", "space")
        crm_of.companies.delete(crm_of.companies.ids("nord")[0], move_to=crm_of.companies.ids("acme")[0])
        await press(pilot, "=")
        assert "They are gone." in screen_text(pilot)


@pytest.mark.parametrize("entity", ["contacts", "companies"])
def test_every_field_takes_its_hint_or_says_what_is_wrong(crm: Crm, entity: str) -> None:
    good = {
        "lifecycle": "former", "cadence_days": "6w", "timezone": "Europe/Istanbul", "birthday": "--06-25",
        "last_contacted_on": "yesterday", "opted_out_on": "today", "domain": "example.com",
    }  # fmt: skip
    crm.fields.add(entity, "one", FieldType.TEXT)
    service = getattr(crm, entity)
    record = service.add(name="One")
    for field in settable(entity, crm.fields.list(entity)):
        value = field.read(good.get(field.key, "Some words"), crm.clock)
        assert field.differs(record, value), field.key
        service.update_all([record.id], **field.values(value))
        record = service.get(record.id)
        assert not field.differs(record, value), field.key
        if not field.needed:
            assert field.read("none", crm.clock) is None
            service.update_all([record.id], **field.values(None))
            record = service.get(record.id)
            assert not field.differs(record, None), field.key


def test_the_word_none_can_be_meant(crm: Crm) -> None:
    title = next(each for each in settable("contacts", ()) if each.key == "title")
    clock: Clock = crm.clock
    assert title.read('"none"', clock) == "none"
    zone = next(each for each in settable("contacts", ()) if each.key == "timezone")
    with pytest.raises(CrmError):
        zone.read("Mars", clock)
