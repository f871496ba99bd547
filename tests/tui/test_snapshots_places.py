"""What the other places and the records look like; see ``test_snapshots``."""

from __future__ import annotations

from tests.tui.conftest import MIDDLE, SMALL, WIDE, Look


def test_companies_120(look: Look) -> None:
    """Name, people and open deals in columns; the card of the company under the cursor beside the list."""
    assert look(MIDDLE, start="companies")


def test_person_80(look: Look) -> None:
    """One column: name and how things stand, then what is promised and open, the ways to reach her, the facts."""
    assert look(SMALL, "/", "type:anna", "enter", "enter", start="contacts")


def test_person_120(look: Look) -> None:
    """Two columns: what is known at the left; promises, deals and what happened at the right."""
    assert look(MIDDLE, "/", "type:anna", "enter", "enter", start="contacts")


def test_board_80(look: Look) -> None:
    """A column a stage with count, sum and weighted sum in its head; cards of three lines; a sign on the stuck ones."""
    assert look(SMALL, start="deals")


def test_board_120(look: Look) -> None:
    """All stages side by side, the won and lost ones narrower at the right."""
    assert look(MIDDLE, "right", start="deals")


def test_lose_80(look: Look) -> None:
    """The dialog asks why, with an empty line for the win-back day; the reason is needed."""
    assert look(SMALL, "x", start="deals")


def test_followups_80(look: Look) -> None:
    """The agenda: overdue, today, then what comes, with the day in words and the exact one."""
    assert look(SMALL, start="followups")


def test_month_120(look: Look) -> None:
    """March as a calendar from Monday on; today is in brackets; titles and birthdays stand in the days."""
    assert look(MIDDLE, "v", start="followups")


def test_forecast_120(look: Look) -> None:
    """The question, the answer in one line, the table by month and bars beside their figures."""
    assert look(MIDDLE, "right", start="reports")


def test_activity_80(look: Look) -> None:
    """Twelve weeks with a bar each, and the course of each kind."""
    assert look(SMALL, "6", start="reports")


def test_search_80(look: Look) -> None:
    """Hits by kind, the words found in bold, the aside at the right."""
    assert look(SMALL, "type:an", start="search")


def test_history_120(look: Look) -> None:
    """Operations newest first, and beside them what the one under the cursor did."""
    assert look(MIDDLE, start="history")


def test_quick_80(look: Look) -> None:
    """The line at the bottom and beneath it what was understood, with the day in full."""
    assert look(SMALL, ":", "type:call anna: wants the offer -> friday send offer")


def test_jump_80(look: Look) -> None:
    """A letter beside every row and every place."""
    assert look(SMALL, "'", start="contacts")


def test_board_200(look: Look) -> None:
    """Wide columns: titles and next steps are not cut."""
    assert look(WIDE, start="deals")
