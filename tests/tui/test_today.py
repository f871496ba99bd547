"""Today: what it shows, and every key of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from textual.widgets import Input

from crm_tui.domain import Crm
from crm_tui.models import FollowupStatus
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.record.screen import RecordScreen
from crm_tui.screens.today import TodayScreen
from crm_tui.widgets.lists.grouped_list import GroupedList
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in


async def test_groups_and_figures(opened: Opener) -> None:
    async with opened((80, 30)) as pilot:
        text = screen_text(pilot)
        assert "2 overdue · 2 today · 1 out of touch · 1 stuck · 5,400 EUR open" in text
        places = [text.index(word) for word in ("Overdue", "Keep in touch", "Dates", "Stuck", "Coming")]
        assert places == sorted(places)
        assert "! ↑ ask for payment" in text
        assert "9 days" in text
        assert "14:30" in text
        assert "every 30 days" in text
        assert "birthday tomorrow" in text


async def test_done_finishes_the_followup_and_says_how_to_undo(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "d")
        assert crm_of.followups.list("title:payment")[0].status is FollowupStatus.DONE
        text = screen_text(pilot)
        assert "Complete follow-up ask for payment." in text
        assert "u undo" in text
        assert "1 overdue" in text
        await press(pilot, "u")
        assert crm_of.followups.list("title:payment")[0].status is FollowupStatus.OPEN
        assert "Undone: complete follow-up ask for payment." in screen_text(pilot)
        await press(pilot, "U")
        assert crm_of.followups.list("title:payment")[0].status is FollowupStatus.DONE


async def test_done_opens_the_next_of_a_series(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "j", "j", "j", "d")
        found = crm_of.followups.list("title:water", sort="due_on")
        assert [each.status.value for each in found] == ["done", "open"]
        assert found[1].due_on == date(2026, 3, 9)


async def test_snooze_asks_for_the_day(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "s")
        await type_in(pilot, "friday")
        assert "in 4 days  Fri 6 Mar" in screen_text(pilot)
        await press(pilot, "enter")
        assert crm_of.followups.list("title:payment")[0].due_on == date(2026, 3, 6)
        assert isinstance(pilot.app.screen, TodayScreen)


async def test_snooze_refuses_what_is_no_day_and_keeps_it(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "s")
        await type_in(pilot, "whenever")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, FormScreen)
        assert '"whenever" is no day or time I understand.' in screen_text(pilot)
        assert pilot.app.screen.query_one(Input).value == "whenever"
        assert crm_of.followups.list("title:payment")[0].due_on == date(2026, 2, 21)


async def test_marks_are_finished_together_as_one_operation(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "space", "space", "d")
        assert crm_of.followups.count("status:done") == 2
        assert not pilot.app.screen.query_one(GroupedList).marked
        await press(pilot, "u")
        assert crm_of.followups.count("status:done") == 0


async def test_mark_all_and_back(opened: Opener) -> None:
    async with opened() as pilot:
        rows = pilot.app.screen.query_one(GroupedList)
        await press(pilot, "*")
        assert len(rows.marked) == len(rows.keys)
        await press(pilot, "escape")
        assert not rows.marked


async def test_log_with_a_next_step(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "l", "m", "tab")
        await type_in(pilot, "met at the fair")
        await press(pilot, "tab", "tab", "tab", "tab", "tab")
        await type_in(pilot, "in 3 days")
        await press(pilot, "ctrl+s")
        elvin = crm_of.references.contact("elvin@example.com")
        newest = crm_of.interactions.timeline(contact_id=elvin)[0]
        assert (newest.kind, newest.title) == ("meeting", "met at the fair")
        assert crm_of.followups.list("title:fair")[0].due_on == date(2026, 3, 5)
        await press(pilot, "u")
        assert crm_of.followups.count("title:fair") == 0
        assert crm_of.interactions.timeline(contact_id=elvin)[0].title == "sent the catalogue"


async def test_follow_up_for_the_person_under_the_cursor(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "f")
        assert "Follow up with Elvin Məmmədov" in screen_text(pilot)
        await type_in(pilot, "bring samples")
        await press(pilot, "ctrl+s")
        made = crm_of.followups.list("title:samples")[0]
        assert (made.contact, made.due_on) == ("Elvin Məmmədov", date(2026, 3, 3))


async def test_add_completes_and_finds_the_person(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "a")
        await type_in(pilot, "send samples")
        await press(pilot, "tab", "tab")
        await type_in(pilot, "jürgen")
        await press(pilot, "right", "ctrl+s")
        assert crm_of.followups.list("title:samples")[0].contact == "Jürgen Großmann"


async def test_add_with_an_unknown_person_keeps_the_form(opened: Opener) -> None:
    async with opened() as pilot:
        await press(pilot, "a")
        await type_in(pilot, "send samples")
        await press(pilot, "tab", "tab")
        await type_in(pilot, "nobody at all")
        await press(pilot, "ctrl+s")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        assert screen.texts()["title"] == "send samples"
        assert "nobody at all" in screen.query_one("#form-error").render().plain  # type: ignore[union-attr]


async def test_edit_changes_the_followup(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "e")
        await pilot.press("end")
        await type_in(pilot, " again")
        await press(pilot, "ctrl+s")
        assert crm_of.followups.list("title:again")[0].title == "ask for payment again"


async def test_edit_is_not_possible_on_what_is_no_followup(opened: Opener) -> None:
    async with opened() as pilot:
        await press(pilot, "j", "j", "j", "j", "e")
        assert isinstance(pilot.app.screen, TodayScreen)


async def test_enter_opens_the_person_and_escape_leads_back(opened: Opener) -> None:
    async with opened((80, 24)) as pilot:
        for key in ("enter", "tab"):
            await press(pilot, "home", "j", key)
            screen = pilot.app.screen
            assert isinstance(screen, RecordScreen)
            assert (screen.table, screen.record_id) == ("contacts", 1)
            assert "Acme · buyer" in screen_text(pilot)
            await press(pilot, "escape")
            assert "Overdue" in screen_text(pilot)
            assert pilot.app.focused is pilot.app.screen.query_one(GroupedList)


async def test_a_stuck_deal_is_opened_and_changed(opened: Opener, crm_of: Crm) -> None:
    async with opened((80, 40)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, TodayScreen)
        while screen.item is None or screen.item.kind != "deal":
            await press(pilot, "j")
        await press(pilot, "enter")
        record = pilot.app.screen
        assert isinstance(record, RecordScreen)
        assert (record.table, record.record_id) == ("deals", 1)
        await press(pilot, "escape", "e")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        form.fill({"source": "fair"})
        await press(pilot, "ctrl+s")
        assert crm_of.deals.get(1).source == "fair"


async def test_tab_goes_to_the_card_where_there_is_one(opened: Opener) -> None:
    async with opened((200, 40)) as pilot:
        await press(pilot, "j", "tab")
        assert pilot.app.focused is pilot.app.screen.query_one("#card")
        await press(pilot, "tab", "j", "j", "tab")
        assert "This concerns nobody." in screen_text(pilot)


async def test_enter_on_what_concerns_nobody_shows_it_whole(opened: Opener) -> None:
    async with opened((80, 24)) as pilot:
        await press(pilot, "j", "j", "j", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        assert screen.texts()["title"] == "water the plants"


async def test_card_stands_beside_the_list_where_there_is_room(opened: Opener) -> None:
    async with opened((200, 40)) as pilot:
        await press(pilot, "j")
        text = screen_text(pilot)
        assert "Overdue" in text
        assert "asked for an offer" in text


async def test_filter_narrows_and_escape_shows_everything(opened: Opener) -> None:
    async with opened() as pilot:
        await press(pilot, "/")
        await type_in(pilot, "memmedov")
        text = screen_text(pilot)
        assert "call about the demo" in text
        assert "water the plants" not in text
        await press(pilot, "enter", "escape")
        assert "water the plants" in screen_text(pilot)


async def test_copy(opened: Opener) -> None:
    async with opened() as pilot:
        await press(pilot, "y", "1")
        assert pilot.app.clipboard == "elvin@example.com"
        assert "Copied elvin@example.com." in screen_text(pilot)


async def test_an_empty_day_teaches_the_next_key(opened: Opener, tmp_path: Path) -> None:
    path = tmp_path / "new" / "crm.db"
    async with opened((80, 24), path=path) as pilot:
        text = screen_text(pilot)
        assert "Nothing is here yet." in text
        assert "a adds a follow-up, g c shows your people." in text
        assert not path.exists()
        await press(pilot, "a")
        await type_in(pilot, "begin")
        await press(pilot, "ctrl+s")
        assert path.exists()
        assert "begin" in screen_text(pilot)


async def test_a_reload_keeps_the_cursor(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "j", "j")
        rows = pilot.app.screen.query_one(GroupedList)
        before = rows.cursor_key
        crm_of.followups.add("earlier than all", date(2026, 1, 1))
        await press(pilot, "f5")
        assert "earlier than all" in screen_text(pilot)
        assert rows.cursor_key == before


async def test_what_another_process_does_shows(opened: Opener, crm_of: Crm) -> None:
    from asyncio import wrap_future

    async with opened() as pilot:
        watcher = crm_app(pilot).watcher
        await wrap_future(watcher.look())
        crm_of.followups.add("from elsewhere", date(2026, 3, 2))
        assert await wrap_future(watcher.look())
        await settle(pilot)
        assert "from elsewhere" in screen_text(pilot)


async def test_mouse_moves_marks_and_clicks_keys(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        rows = pilot.app.screen.query_one(GroupedList)
        await pilot.click(GroupedList, offset=(10, 2))
        await settle(pilot)
        assert rows.cursor_key == rows.keys[1]
        await pilot.click(GroupedList, offset=(1, 1))
        await settle(pilot)
        assert rows.marked == {rows.keys[0]}
        await pilot.click("KeyFooter", offset=(2, 1))
        await settle(pilot)
        assert crm_of.followups.count("status:done") == 1
