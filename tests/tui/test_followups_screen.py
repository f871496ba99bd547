"""Follow-ups as an agenda: what it shows, every key of it, and lists of any length."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from textual.widgets import Input

from crm_tui.domain import Crm
from crm_tui.models import FollowupStatus
from crm_tui.screens.followups import followup_rows
from crm_tui.screens.followups.screen import FollowupsScreen
from crm_tui.screens.followups.snooze import SnoozeScreen
from crm_tui.screens.forms.dialogs import Choose
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.record.screen import RecordScreen
from crm_tui.widgets.entry.filter_bar import FilterBar
from tests.tui.conftest import Opened, Opener, crm_app, press, screen_text, settle, type_in

TODAY = date(2026, 3, 2)
HOSTILE = (
    "[/]", "[bold]x[/bold]", "[@click=app.quit]x[/]", "\x1b[31mred\x1b[0m", "\x1b]52;c;aGk=\x07", "a\u202eb",
    "e\u0301\u0301\u0301", "你好世界" * 20, "👩‍👩‍👧" * 9, "\\", "a\nb",
)  # fmt: skip


def screen(pilot: object) -> FollowupsScreen:
    found = pilot.app.screen  # type: ignore[attr-defined]
    assert isinstance(found, FollowupsScreen)
    return found


@pytest.fixture
def agenda(opened: Opener) -> Opener:
    """Open the follow-ups of the small business."""

    def open_(size: tuple[int, int] = (100, 30), path: Path | None = None) -> Opened:
        return opened(size, start="followups", **({"path": path} if path else {}))

    return open_


@pytest.mark.parametrize(
    ("day", "title"),
    [
        ("2025-12-31", "Overdue"),
        ("2026-03-01", "Overdue"),
        ("2026-03-02", "Today"),
        ("2026-03-03", "Tomorrow"),
        ("2026-03-04", "This week"),
        ("2026-03-08", "This week"),
        ("2026-03-09", "Next week"),
        ("2026-03-15", "Next week"),
        ("2026-03-16", "Later in March"),
        ("2026-04-01", "April"),
        ("2027-03-02", "March 2027"),
    ],
)
def test_parts(day: str, title: str) -> None:
    assert followup_rows.part_of(date.fromisoformat(day), TODAY) == title


def test_on_a_sunday_tomorrow_is_next_week_and_said_to_be_tomorrow() -> None:
    sunday = date(2026, 3, 8)
    assert followup_rows.part_of(date(2026, 3, 9), sunday) == "Tomorrow"
    assert followup_rows.part_of(date(2026, 3, 10), sunday) == "Next week"


async def test_parts_words_and_figures(agenda: Opener, crm_of: Crm) -> None:
    crm_of.followups.add("plan the summer", date(2026, 7, 1), priority="low")
    async with agenda((120, 30)) as pilot:
        text = screen_text(pilot)
        assert "2 overdue · 2 today · 1 in 7 days · 6 open" in text
        places = [text.index(word) for word in ("\n Overdue", "\n Today", "\n This week", "\n July")]
        assert places == sorted(places)
        lines = {line.strip("> "): line for line in text.splitlines()}
        payment = next(line for line in lines if "ask for payment" in line)
        assert payment.startswith("! ↑ ask for payment")
        assert "Elvin Məmmədov · Caspian Foods" in payment
        assert payment.endswith("9 days ago  Sat 21 Feb")
        demo = next(line for line in lines if "demo" in line)
        assert demo.startswith("· call")
        assert demo.endswith("today  Mon 2 Mar   14:30")
        assert any(line.startswith("· ↻ water the plants") for line in lines)
        assert any(line.startswith("~ contract renewal") and "in 3 days  Thu 5 Mar" in line for line in lines)
        assert any(line.startswith("↓ plan the summer") for line in lines)


async def test_done_says_when_it_comes_again(agenda: Opener, crm_of: Crm) -> None:
    async with agenda() as pilot:
        await press(pilot, "j", "j", "j", "d")
        assert "Complete follow-up water the plants. Again in 7 days, Mon 9 Mar." in screen_text(pilot)
        assert "u undo" in screen_text(pilot)
        await press(pilot, "u")
        assert crm_of.followups.count("title:water status:open") == 1
        assert crm_of.followups.count("title:water") == 1


async def test_several_done_are_one_operation(agenda: Opener, crm_of: Crm) -> None:
    crm_of.followups.add("tidy up", TODAY, repeat="every 2 weeks")
    async with agenda() as pilot:
        await press(pilot, "*", "d")
        assert crm_of.followups.count("status:done") == 6
        assert "Complete 6 follow-ups. 2 come again, the first in 7 days, Mon 9 Mar." in screen_text(pilot)
        assert not screen(pilot).rows.marked
        await press(pilot, "u")
        assert crm_of.followups.count("status:done") == 0


async def test_snooze_offers_the_usual_days(agenda: Opener, crm_of: Crm) -> None:
    async with agenda((80, 24)) as pilot:
        await press(pilot, "s")
        text = screen_text(pilot)
        assert isinstance(pilot.app.screen, SnoozeScreen)
        for words in (
            "tomorrow      tomorrow",
            "+3d           in 3 days",
            "next monday   in 7 days",
            "Mon 9 Mar",
        ):
            assert words in text
        await press(pilot, "down", "down")
        assert pilot.app.screen.query_one(Input).value == "next monday"
        await press(pilot, "up", "enter")
        assert crm_of.followups.list("title:payment")[0].due_on == date(2026, 3, 5)
        assert screen(pilot).rows.cursor_key == crm_of.followups.list("title:payment")[0].id


async def test_snooze_takes_what_is_typed_and_keeps_what_is_no_day(agenda: Opener, crm_of: Crm) -> None:
    async with agenda() as pilot:
        await press(pilot, "s")
        await type_in(pilot, "whenever")
        await press(pilot, "enter")
        assert '"whenever" is no day or time I understand.' in screen_text(pilot)
        assert pilot.app.screen.query_one(Input).value == "whenever"
        await press(pilot, "down", "enter")
        assert crm_of.followups.list("title:payment")[0].due_on == date(2026, 3, 3)


async def test_snooze_by_a_click(agenda: Opener, crm_of: Crm) -> None:
    async with agenda() as pilot:
        await press(pilot, "s")
        await pilot.click("Offers", offset=(4, 1))
        await settle(pilot)
        assert crm_of.followups.list("title:payment")[0].due_on == date(2026, 3, 5)


async def test_marked_ones_are_snoozed_together(agenda: Opener, crm_of: Crm) -> None:
    async with agenda() as pilot:
        await press(pilot, "space", "space", "s", "enter")
        assert crm_of.followups.count("due_on:2026-03-03") == 2
        await press(pilot, "u")
        assert crm_of.followups.count("due_on:2026-03-03") == 0


async def test_cancel_one_at_once_and_several_once_confirmed(agenda: Opener, crm_of: Crm) -> None:
    async with agenda() as pilot:
        await press(pilot, "x")
        assert crm_of.followups.list("title:payment")[0].status is FollowupStatus.CANCELLED
        assert "Cancel follow-up ask for payment." in screen_text(pilot)
        await press(pilot, "space", "space", "x")
        assert isinstance(pilot.app.screen, Choose)
        await press(pilot, "enter")
        assert crm_of.followups.count("status:cancelled") == 1
        assert len(screen(pilot).rows.marked) == 2
        await press(pilot, "x", "y")
        assert crm_of.followups.count("status:cancelled") == 3
        await press(pilot, "u")
        assert crm_of.followups.count("status:cancelled") == 1


async def test_today_cancels_too(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "x")
        assert crm_of.followups.list("title:payment")[0].status is FollowupStatus.CANCELLED
        await press(pilot, "*", "x", "y")
        assert crm_of.followups.count("status:open") == 0
        await press(pilot, "u", "u")
        assert crm_of.followups.count("status:open") == 5


async def test_add_puts_the_cursor_there(agenda: Opener, crm_of: Crm) -> None:
    async with agenda() as pilot:
        await press(pilot, "a")
        await type_in(pilot, "send samples")
        await press(pilot, "tab")
        await type_in(pilot, "next friday")
        await press(pilot, "ctrl+s")
        made = crm_of.followups.list("title:samples")[0]
        assert made.due_on == date(2026, 3, 13)
        assert screen(pilot).rows.cursor_key == made.id
        assert "Next week" in screen_text(pilot)


async def test_edit_moves_with_the_followup(agenda: Opener, crm_of: Crm) -> None:
    async with agenda() as pilot:
        await press(pilot, "e")
        await press(pilot, "tab")
        await type_in(pilot, "2026-03-20")
        await press(pilot, "ctrl+s")
        changed = crm_of.followups.list("title:payment")[0]
        assert changed.due_on == date(2026, 3, 20)
        assert screen(pilot).rows.cursor_key == changed.id


async def test_log_and_next_step_with_the_person(agenda: Opener, crm_of: Crm) -> None:
    elvin = crm_of.references.contact("elvin@example.com")
    async with agenda() as pilot:
        await press(pilot, "l", "tab")
        await type_in(pilot, "will pay")
        await press(pilot, "ctrl+s")
        assert crm_of.interactions.timeline(contact_id=elvin)[0].title == "will pay"
        await press(pilot, "f")
        assert "Follow up with Elvin Məmmədov" in screen_text(pilot)
        await type_in(pilot, "look at the account")
        await press(pilot, "ctrl+s")
        assert crm_of.followups.list("title:account")[0].contact_id == elvin


async def test_marked_people_get_a_next_step_each(agenda: Opener, crm_of: Crm) -> None:
    async with agenda() as pilot:
        await press(pilot, "space", "space", "f")
        await type_in(pilot, "invite to the fair")
        await press(pilot, "ctrl+s")
        made = crm_of.followups.list("title:fair")
        assert {each.contact for each in made} == {"Elvin Məmmədov", "Anna Kowalska"}


async def test_a_deal_is_followed_up_on_and_opened(agenda: Opener, crm_of: Crm) -> None:
    deal = crm_of.deals.add("Nobody's deal")
    crm_of.followups.add("think about it", date(2026, 1, 1), deal_id=deal.id)
    async with agenda() as pilot:
        await press(pilot, "f")
        await type_in(pilot, "then decide")
        await press(pilot, "ctrl+s")
        assert crm_of.followups.list("title:decide")[0].deal_id == deal.id
        await press(pilot, "home", "enter")
        shown = pilot.app.screen
        assert isinstance(shown, RecordScreen)
        assert "Nobody's deal" in screen_text(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, FollowupsScreen)


async def test_enter_opens_the_person_or_the_form(agenda: Opener) -> None:
    async with agenda() as pilot:
        await press(pilot, "j", "enter")
        assert isinstance(pilot.app.screen, RecordScreen)
        assert "anna@example.com" in screen_text(pilot)
        await press(pilot, "escape", "j", "j", "enter")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert form.texts()["title"] == "water the plants"


async def test_copy(agenda: Opener) -> None:
    async with agenda() as pilot:
        await press(pilot, "y", "2")
        assert pilot.app.clipboard == "elvin@example.com"
        await press(pilot, "j", "j", "j", "y")
        assert pilot.app.clipboard == "water the plants"


async def test_the_filter_language(agenda: Opener) -> None:
    async with agenda() as pilot:
        await press(pilot, "/")
        await type_in(pilot, "priority:high")
        text = screen_text(pilot)
        assert "ask for payment" in text
        assert "send offer" not in text
        assert "1 overdue · 1 open" in text
        await press(pilot, "enter", "escape")
        assert "send offer" in screen_text(pilot)
        await press(pilot, "/")
        await type_in(pilot, "memmedov due<today")
        assert "1 overdue · 1 open" in screen_text(pilot)


async def test_a_filter_that_is_none_keeps_what_was_shown_and_typed(agenda: Opener) -> None:
    async with agenda() as pilot:
        await press(pilot, "/")
        await type_in(pilot, "prioritty:high")
        text = screen_text(pilot)
        assert "prioritty" in crm_app(pilot).last_word[0]
        assert "send offer" in text
        assert screen(pilot).query_one(FilterBar).value == "prioritty:high"
        await press(pilot, "escape")
        assert crm_app(pilot).last_word[0] == ""


async def test_what_is_closed_comes_with_a_key_or_a_filter(agenda: Opener, crm_of: Crm) -> None:
    first, second = crm_of.followups.ids("due_on<today", sort="due_on")
    crm_of.followups.complete(first)
    crm_of.followups.cancel(second)
    async with agenda() as pilot:
        assert "Closed" not in screen_text(pilot)
        await press(pilot, "c")
        text = screen_text(pilot)
        assert "Closed in March" in text
        assert "+ ↑ ask for payment" in text
        assert "x send offer" in text
        assert "3 open · 2 closed" in text
        await press(pilot, "end")
        assert screen(pilot).rows.cursor_key == second
        assert not screen(pilot).can_followup()
        await press(pilot, "escape")
        assert "Closed" not in screen_text(pilot)
        await press(pilot, "/")
        await type_in(pilot, "status:done")
        assert "0 open · 1 closed" in screen_text(pilot)


async def test_left_and_right_go_from_part_to_part(agenda: Opener) -> None:
    async with agenda() as pilot:
        rows = screen(pilot).rows
        await press(pilot, "right")
        assert rows.cursor_place == 2
        await press(pilot, "right", "right")
        assert rows.cursor_place == 4
        await press(pilot, "left", "left", "left")
        assert rows.cursor_place == 0
        await press(pilot, "down", "left")
        assert rows.cursor_place == 0


async def test_the_card_stands_beside_where_there_is_room(agenda: Opener) -> None:
    async with agenda((160, 40)) as pilot:
        await press(pilot, "j")
        assert "asked for an offer" in screen_text(pilot)
        await press(pilot, "tab")
        assert screen(pilot).card.has_focus
        await press(pilot, "escape")
        assert screen(pilot).rows.has_focus


async def test_a_reload_keeps_cursor_marks_and_scroll(agenda: Opener, crm_of: Crm) -> None:
    with crm_of.transaction("many"):
        for number in range(60):
            crm_of.followups.add(f"later {number}", date(2026, 5, 1) + timedelta(days=number))
    async with agenda((80, 24)) as pilot:
        rows = screen(pilot).rows
        await press(pilot, "space", "space", "pagedown", "pagedown", "k")
        before = (rows.cursor_key, rows.marked, rows._line(rows.cursor_place) - rows.scroll_offset.y)
        crm_of.followups.add("earlier than all", date(2026, 1, 1))
        crm_of.followups.add("in between", date(2026, 3, 3))
        await press(pilot, "f5")
        after = (rows.cursor_key, rows.marked, rows._line(rows.cursor_place) - rows.scroll_offset.y)
        assert after == before
        assert "…" not in [row.cells[0] for group in rows._groups for row in group.rows[:20]]
        crm_of.followups.complete(next(iter(key for key in rows.marked if isinstance(key, int))))
        await press(pilot, "f5")
        assert len(rows.marked) == 1


async def test_many_thousands_are_read_as_they_come_into_view(agenda: Opener, crm_of: Crm) -> None:
    with crm_of.unjournaled() as connection:
        connection.execute(
            "INSERT INTO followups (id, title, due_on, created_at, updated_at)"
            " WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)"
            " SELECT i, 'row ' || i, date('2026-04-01', '+' || (i / 20) || ' days'), ?, ? FROM n",
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        )
    async with agenda((80, 24)) as pilot:
        rows = screen(pilot).rows
        assert "11,006 open" in screen_text(pilot)
        assert len(rows._held) < 500
        await press(pilot, "end")
        assert "row 12000" in screen_text(pilot)
        await press(pilot, "pageup", "ctrl+u")
        assert "row 11985" in screen_text(pilot)
        assert len(rows._held) < 1000
        await press(pilot, "*")
        assert "11,006 are too many to mark at once." in screen_text(pilot)
        assert not rows.marked
        await press(pilot, "f5")
        assert "row 11985" in screen_text(pilot)


async def test_rows_that_went_away_while_one_scrolls_are_said_to_be_gone(agenda: Opener, crm_of: Crm) -> None:
    with crm_of.transaction("many"):
        made = [crm_of.followups.add(f"row {number}", date(2026, 5, 1)).id for number in range(600)]
    async with agenda((80, 24)) as pilot:
        with crm_of.transaction("fewer"):
            for each in made[300:]:
                crm_of.followups.delete(each)
        await press(pilot, "end")
        assert "gone" in screen_text(pilot)
        await press(pilot, "d")
        assert "There is no" in screen_text(pilot) or not screen(pilot).can_followup()
        await press(pilot, "f5")
        assert "row 299" in screen_text(pilot)


async def test_an_empty_file_and_an_empty_list_teach_the_next_key(agenda: Opener, tmp_path: Path) -> None:
    path = tmp_path / "new" / "crm.db"
    async with agenda((80, 24), path=path) as pilot:
        assert "Nothing is here yet." in screen_text(pilot)
        assert "a adds a follow-up" in screen_text(pilot)
        assert not path.exists()
        await pilot.press(*"dxseyolfcc*", "enter", "space", "left", "right", "tab")
        await settle(pilot)
        assert not path.exists()
        await press(pilot, "a")
        await type_in(pilot, "begin")
        await press(pilot, "ctrl+s")
        assert "begin" in screen_text(pilot)
        await press(pilot, "x")
        assert "Nothing is promised." in screen_text(pilot)
        assert "c shows what is done or cancelled" in screen_text(pilot)


async def test_a_failed_write_is_told(agenda: Opener, crm_of: Crm) -> None:
    async with agenda() as pilot:
        crm_of.followups.complete(crm_of.followups.ids("title:payment")[0])
        await press(pilot, "d")
        assert "ask for payment (2) is done already." in screen_text(pilot)


async def test_hostile_texts_are_text(agenda: Opener, crm_of: Crm) -> None:
    with crm_of.transaction("hostile"):
        for text in HOSTILE:
            who = crm_of.contacts.add(
                name=f"who {text.splitlines()[0]}", company=f"firm {text.splitlines()[0]}"
            )
            title = text.splitlines()[0]
            crm_of.followups.add(f"t {title}", date(2026, 1, 1), contact_id=who.id)
    async with agenda((160, 40)) as pilot:
        await press(pilot, "*", "end", "home", "s")
        text = screen_text(pilot)
        assert "\x1b" not in text
        assert "\u202e" not in text
        await press(pilot, "escape", "escape", "j", "j", "s")
        assert "Snooze: t [@click=app.quit]x[/]" in screen_text(pilot)
        await press(pilot, "escape")
        assert "[@click=app.quit]x[/]" in screen_text(pilot)
        await pilot.click(screen(pilot).rows, offset=(8, 3))
        await settle(pilot)
        assert crm_app(pilot).is_running


async def test_any_size(agenda: Opener) -> None:
    async with agenda((120, 40)) as pilot:
        for size in ((20, 6), (1, 1), (200, 60), (20, 6), (120, 40)):
            await pilot.resize_terminal(*size)
            await press(pilot, "k")
            assert size != (20, 6) or "> ! ↑ ask" in screen_text(pilot)
        assert "ask for payment" in screen_text(pilot)


async def test_mouse(agenda: Opener) -> None:
    async with agenda() as pilot:
        rows = screen(pilot).rows
        await pilot.click(rows, offset=(10, 2))
        await settle(pilot)
        assert rows.cursor_place == 1
        await pilot.click(rows, offset=(1, 1))
        await settle(pilot)
        assert rows.marked == {rows.keys[0]}
        await pilot.click(rows, offset=(10, 5), times=2)
        await settle(pilot)
        assert isinstance(pilot.app.screen, RecordScreen)


async def test_jump_letters(agenda: Opener) -> None:
    async with agenda() as pilot:
        await press(pilot, "'", "s")
        assert screen(pilot).rows.cursor_place == 1
