"""Reports: each question with its figures, table and plot; choosing, scrolling, copying; and Today's week."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from crm_tui.app import CrmApp
from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.screens.reports import ReportPage, ReportsScreen
from crm_tui.text import is_clean
from crm_tui.widgets.figures.report_head import ReportHead, Tab
from crm_tui.widgets.figures.week_line import WeekLine
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle
from tests.tui.test_hostile import EVIL


def reports(pilot: Pilot[Any]) -> ReportsScreen:
    screen = pilot.app.screen
    assert isinstance(screen, ReportsScreen)
    return screen


def squeezed(pilot: Pilot[Any]) -> str:
    """The screen with one space where there are several, for figures in columns."""
    return "\n".join(" ".join(line.split()) for line in screen_text(pilot).splitlines())


async def test_pipeline_has_question_figures_table_and_plot(opened: Opener, crm_of: Crm) -> None:
    crm_of.deals.add("No amount", stage="Proposal")
    crm_of.deals.add("Old", amount_minor=20_000, currency="EUR", created_at="2026-01-10T09:00:00Z")
    async with opened((80, 40), start="reports") as pilot:
        text = squeezed(pilot)
        assert "> 1 Pipeline 2 Forecast 3 Activity" in text
        assert "What is open, and what is it worth? as of Mon 2 Mar" in text
        assert "4 open · 5,600 EUR, 560 weighted · 1 stuck · 1 without an amount" in text
        assert "Lead 3 5,600.00 EUR 560.00 EUR ~ 1" in text
        assert "Proposal 1 1" in text
        assert "all open 4 5,600.00 EUR 560.00 EUR ~ 1 1" in text
        assert "1 deal has no amount, which counts as nothing." in text
        assert "EUR by stage" in text
        assert "Lead amount ███" in text


async def test_forecast_has_months_and_what_stands_apart(opened: Opener, crm_of: Crm) -> None:
    crm_of.deals.add("In May", amount_minor=100_000, currency="EUR", expected_close_on=date(2026, 5, 1))
    async with opened((80, 40), start="reports") as pilot:
        await press(pilot, "2")
        text = squeezed(pilot)
        assert "1 Pipeline > 2 Forecast 3 Activity" in text
        assert "What is to come in, and when? Mon 2 Mar to Sun 28 Feb 2027" in text
        assert "100 EUR weighted in 12 months · 1 overdue · 1 without a date" in text
        assert "! overdue 1 4,500.00 EUR 450.00 EUR" in text
        assert "Mar 2026 0" in text
        assert "May 2026 1 1,000.00 EUR 100.00 EUR" in text
        assert "no date 1 900.00 EUR 90.00 EUR" in text
        assert "EUR weighted by month" in text
        assert "May 2026 ████" in text


async def test_activity_has_weeks_bars_and_the_course_of_each_kind(opened: Opener) -> None:
    async with opened((100, 40), start="reports") as pilot:
        await press(pilot, "3")
        text = squeezed(pilot)
        assert "What was done? Mon 15 Dec 2025 to Mon 2 Mar" in text
        assert "0 this week · 3 in 12 weeks: 1 call, 1 email, 1 meeting" in text
        assert "23 Feb 1 · · · · 1 ████" in text
        assert "this week · · · · · ·\n" in text
        assert "in all 1 1 1 0 0 3" in text
        assert "calls ··········█· most 1 in the week of 23 Feb" in text
        assert "messages" not in text


async def test_left_and_right_go_round(opened: Opener) -> None:
    async with opened(start="reports") as pilot:
        seen = []
        for key in ("right", "right", "right", "left", "left"):
            await press(pilot, key)
            seen.append(reports(pilot).chosen)
        assert seen == ["forecast", "activity", "pipeline", "activity", "forecast"]


async def test_the_mouse_chooses(opened: Opener) -> None:
    async with opened((80, 24), start="reports") as pilot:
        for title in ("Activity", "Pipeline", "Forecast"):
            column = screen_text(pilot).splitlines()[1].index(title)
            await pilot.click(offset=(column, 1))
            await settle(pilot)
            assert reports(pilot).chosen == title.lower()
        await pilot.click(offset=(5, 2))
        await settle(pilot)
        assert reports(pilot).chosen == "forecast"


class ManyReports(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.clicked: list[str] = []

    def compose(self) -> ComposeResult:
        yield ReportHead([Tab(f"r{place}", f"Report {place}", "[/]") for place in range(11)], "r5")

    def on_report_head_chosen(self, event: ReportHead.Chosen) -> None:
        self.clicked.append(event.name)


async def test_with_many_reports_those_around_the_present_one_are_offered() -> None:
    app = ManyReports()
    async with app.run_test(size=(80, 5)) as pilot:
        head = app.query_one(ReportHead)
        line = head.render().plain.splitlines()[0]
        assert "> [/] Report 5" in line
        assert "Report 4" in line
        assert "Report 6" in line
        assert "Report 0" not in line
        assert line.rstrip().endswith("…")
        await pilot.click(ReportHead, offset=(line.index("Report 6"), 0))
        await pilot.click(ReportHead, offset=(79, 0))
        assert app.clicked == ["r6"]
        head.show("r10", "What?")
        assert head.render().plain.splitlines()[0].split("…")[0].rstrip().endswith("> [/] Report 10")


async def test_copy_gives_the_report_as_lines_with_tabs(opened: Opener) -> None:
    async with opened(start="reports") as pilot:
        await press(pilot, "y")
        rows = [line.split("\t") for line in pilot.app.clipboard.splitlines()]
        assert rows[0][:5] == ["pipeline", "stage", "probability", "count", "currency"]
        assert rows[1] == ["Sales", "Lead", "10", "2", "EUR", "5400.00", "540.00", "0", "0"]
        assert len(rows) == 5
        assert "Copied Pipeline, 4 rows with tabs." in screen_text(pilot)


async def test_a_reload_keeps_choice_and_scroll(opened: Opener, crm_of: Crm) -> None:
    async with opened((60, 16), start="reports") as pilot:
        await press(pilot, "3", "down", "j", "j")
        page = reports(pilot).page
        assert page.scroll_offset.y == 3
        anna = crm_of.references.contact("anna@example.com")
        crm_of.interactions.add("call", [anna], "once more")
        crm_app(pilot).data_changed()
        await settle(pilot)
        assert reports(pilot).chosen == "activity"
        assert page.scroll_offset.y == 3
        assert "1 this week · 4 in 12 weeks" in screen_text(pilot)
        await press(pilot, "f5")
        assert page.scroll_offset.y == 3
        await press(pilot, "2", "3")
        assert page.scroll_offset.y == 0


async def test_every_key_of_moving_scrolls(opened: Opener) -> None:
    async with opened((60, 16), start="reports") as pilot:
        await press(pilot, "3")
        page = reports(pilot).page
        most = page.max_scroll_y
        assert most > 3
        places = []
        for key in ("end", "home", "pagedown", "pageup", "ctrl+d", "ctrl+u", "j", "k"):
            await press(pilot, key)
            places.append(page.scroll_offset.y)
        half = page.size.height // 2
        assert places == [most, 0, min(most, page.size.height), 0, half, 0, 1, 0]
        # the same by name, as the palette does it
        for name, place in (
            ("last", most),
            ("first", 0),
            ("down", 1),
            ("up", 0),
            ("page-down", places[2]),
            ("page-up", 0),
        ):
            await reports(pilot).action_do(name)
            await settle(pilot)
            assert page.scroll_offset.y == place


async def test_nothing_yet_says_what_gives_figures(opened: Opener, tmp_path: Path) -> None:
    async with opened((80, 24), start="reports", path=tmp_path / "none.db") as pilot:
        for key in ("1", "2"):
            await press(pilot, key)
            assert "No deal is open." in screen_text(pilot)
            assert "g d goes to Deals, where a adds one." in screen_text(pilot)
        await press(pilot, "3")
        assert "Nothing was logged in these weeks." in screen_text(pilot)
        assert "g c goes to Contacts, where l logs a call, mail or meeting." in screen_text(pilot)
        await press(pilot, "y", "down", "left", "right")
        assert not pilot.app.clipboard
        assert "y copy" not in screen_text(pilot)


async def test_keys_are_those_of_the_configuration(opened: Opener, tmp_path: Path) -> None:
    config = Config(keys={"report-forecast": "f", "left": "b", "go-deals": "x"})
    async with opened((80, 24), start="reports", config=config, path=tmp_path / "none.db") as pilot:
        assert "> 1 Pipeline    f Forecast    3 Activity" in screen_text(pilot)
        assert "b, right choose" in screen_text(pilot)
        assert "g x goes to Deals" in screen_text(pilot)
        await press(pilot, "f")
        assert reports(pilot).chosen == "forecast"
        await press(pilot, "b")
        assert reports(pilot).chosen == "pipeline"


@pytest.mark.parametrize("key", ["1", "2", "3"])
async def test_every_size_is_survived_and_nothing_is_too_wide(opened: Opener, crm_of: Crm, key: str) -> None:
    crm_of.deals.add(
        "Huge", amount_minor=9_007_199_254_740_991, currency="JPY", expected_close_on=date(2026, 4, 1)
    )
    crm_of.deals.add("Nothing", amount_minor=0, currency="KWD")
    async with opened((80, 24), start="reports") as pilot:
        await press(pilot, key)
        before = screen_text(pilot)
        for size in ((20, 6), (1, 1), (40, 12), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            page = reports(pilot).page
            assert all(sum(len(text) for text, _ in line) <= max(page.size.width, 1) for line in page.lines)
        assert screen_text(pilot) == before


async def test_in_a_small_place_the_answer_stays(opened: Opener) -> None:
    async with opened((30, 6), start="reports") as pilot:
        assert "2 open · 5,400 EUR" in screen_text(pilot)


async def test_beside_where_there_is_room_beneath_elsewhere(opened: Opener) -> None:
    async with opened((160, 40), start="reports") as pilot:
        head = next(line for line in screen_text(pilot).splitlines() if "Stage" in line)
        assert "EUR by stage" in head
        await pilot.resize_terminal(90, 40)
        await settle(pilot)
        head = next(line for line in screen_text(pilot).splitlines() if "Stage" in line)
        assert "by stage" not in head


async def test_several_currencies_are_never_added_but_as_converted(opened: Opener, crm_of: Crm) -> None:
    crm_of.deals.add("Dollars", amount_minor=100_000, currency="USD")
    async with opened((100, 50), start="reports", config=Config(base_currency="EUR")) as pilot:
        assert "3 open · 5,400 EUR, 540 weighted · 1,000 USD, 100 weighted" in screen_text(pilot)
        assert "There is no total in EUR, for there is no rate of USD. crm rate set USD" in screen_text(pilot)
        assert "converted" not in screen_text(pilot)
        crm_of.rates.set("USD", "0.5")
        crm_app(pilot).data_changed()
        await settle(pilot)
        text = squeezed(pilot)
        assert "converted 5,900.00 EUR 590.00 EUR" in text
        assert "Converted to EUR by the rates of Mon 2 Mar: 1 USD = 0.5 EUR." in text
        assert text.index("EUR by stage") < text.index("USD by stage")


async def test_the_answer_is_shorter_where_it_is_narrow(opened: Opener, crm_of: Crm) -> None:
    for code in ("USD", "JPY", "AZN"):
        crm_of.deals.add(code, amount_minor=1_000_000, currency=code)
    async with opened((70, 24), start="reports") as pilot:
        assert "5 open · 5,400 EUR, 540 weighted · 3 more currencies" in screen_text(pilot)


async def test_pipelines_stand_under_their_names(opened: Opener, crm_of: Crm) -> None:
    crm_of.pipelines.add("Partners")
    async with opened((100, 50), start="reports") as pilot:
        lines = [line.strip() for line in screen_text(pilot).splitlines()]
        assert lines.index("Sales") < lines.index("Partners")
        assert any(line.startswith("Partners: Lead") for line in lines)


async def test_hostile_names_are_text(opened: Opener, crm_of: Crm, business: Path) -> None:
    for place in range(2):
        crm_of.pipelines.add(f"Pipeline {place}")
    with sqlite3.connect(business) as connection:
        # as another program might have written them
        names = [
            (text.replace("\x00", ""), place + 1) for place, text in enumerate(EVIL) if "\ud83d" not in text
        ]
        connection.executemany("UPDATE stages SET name = ? WHERE id = ?", names)
    connection.close()
    async with opened((120, 50), start="reports") as pilot:
        for key in ("1", "2", "3", "1"):
            await press(pilot, key)
            shown = screen_text(pilot)
            assert all(is_clean(line) for line in shown.split("\n"))
        assert "[@click=app.quit]x[/]" in shown
        for row in range(4, 30, 3):
            await pilot.click(ReportPage, offset=(5, row))
        assert pilot.app.is_running
        await press(pilot, "y")
        assert is_clean(pilot.app.clipboard.replace("\n", "").replace("\t", ""))


async def test_what_cannot_be_read_is_told_and_the_figures_stay(opened: Opener, business: Path) -> None:
    async with opened((80, 24), start="reports") as pilot:
        app = crm_app(pilot)
        kept = screen_text(pilot).splitlines()[3]
        _spoil(business)
        app.desk.renew()
        await press(pilot, "f5")
        assert "crm.db" in screen_text(pilot).splitlines()[-2]
        assert screen_text(pilot).splitlines()[3] == kept
        assert app.is_running


def _spoil(path: Path) -> None:
    for file in path.parent.glob("crm.db*"):
        file.rename(file.with_name(f"away-{file.name}"))
    path.write_bytes(b"this is no database at all" * 200)


async def test_without_colour_everything_is_said(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened((80, 24), start="reports") as pilot:
        await press(pilot, "2")
        assert "> 2 Forecast" in screen_text(pilot)
        assert "! overdue" in screen_text(pilot)


async def test_it_comes_by_going_there_and_reads_what_changed_meanwhile(opened: Opener, crm_of: Crm) -> None:
    async with opened((80, 24), start="today") as pilot:
        await press(pilot, "g", "r")
        assert "2 open" in screen_text(pilot)
        await press(pilot, "2", "g", "t")
        crm_of.deals.add("New", amount_minor=100, currency="EUR")
        crm_app(pilot).data_changed()
        await settle(pilot)
        await press(pilot, "g", "r")
        assert reports(pilot).chosen == "forecast"
        assert "2 without a date" in screen_text(pilot)


WEDNESDAY = datetime(2026, 3, 4, 18, tzinfo=UTC)


class OnWednesday(CrmApp):
    def __init__(self, path: Path, _: object, config: Config | None, start: str) -> None:
        super().__init__(path, WEDNESDAY, config, start)


@pytest.fixture
def week(business: Path) -> Path:
    with Crm.open(business, now=WEDNESDAY) as crm:
        anna = crm.references.contact("anna@example.com")
        for moment in ("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z", "2026-03-04T08:00:00Z"):
            crm.interactions.add("call", [anna], "spoke", occurred_at=moment)
        crm.interactions.add("note", [anna], "thought", occurred_at="2026-03-04T08:00:00Z")
        deal = crm.deals.add("Won", amount_minor=420_000, currency="EUR")
        crm.deals.win(deal.id)
    return business


async def test_today_ends_with_the_week(opened: Opener, week: Path) -> None:
    async with opened((80, 24), path=week, make=OnWednesday) as pilot:
        lines = screen_text(pilot).splitlines()
        assert lines[-3].strip() == "Week  calls █·▄ 3   won 4,200 EUR in Mar"
        await pilot.resize_terminal(80, 21)
        await settle(pilot)
        assert "Week" not in screen_text(pilot)
        await pilot.resize_terminal(80, 22)
        await settle(pilot)
        assert "won 4,200 EUR" in screen_text(pilot)


async def test_the_week_follows_what_is_done(opened: Opener, week: Path) -> None:
    async with opened((80, 24), path=week, make=OnWednesday) as pilot:
        with Crm.open(week, now=WEDNESDAY) as other:
            anna = other.references.contact("anna@example.com")
            other.interactions.add("meeting", [anna], "met")
        crm_app(pilot).data_changed()
        await settle(pilot)
        assert "calls █·▄ 3   meetings ··█ 1   won" in screen_text(pilot)
        assert len(pilot.app.screen.query(WeekLine)) == 1


async def test_an_empty_week_takes_no_room(opened: Opener, tmp_path: Path) -> None:
    async with opened((80, 24)) as pilot:
        assert "Week" not in screen_text(pilot)
        assert not pilot.app.screen.query_one(WeekLine).display
    async with opened((80, 24), path=tmp_path / "none.db") as pilot:
        assert "Week" not in screen_text(pilot)
