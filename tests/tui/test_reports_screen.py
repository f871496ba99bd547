"""Reports: each question with its figures, table and plots; choosing, other days, why, copying, exporting."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.reports.service import NAMES, Reports
from crm_tui.interchange.report_out import as_json
from crm_tui.screens.forms.dialogs import Choose
from crm_tui.screens.forms.report_dialog import ReportDialog
from crm_tui.screens.reports.page import ReportPage
from crm_tui.screens.reports.screen import ReportsScreen
from crm_tui.text import is_clean
from crm_tui.widgets.figures.report_head import ReportHead, Tab
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle
from tests.tui.test_hostile import EVIL


def reports(pilot: Pilot[Any]) -> ReportsScreen:
    screen = pilot.app.screen
    assert isinstance(screen, ReportsScreen)
    return screen


def squeezed(pilot: Pilot[Any]) -> str:
    """The screen with one space where there are several, for figures in columns."""
    return "\n".join(" ".join(line.split()) for line in screen_text(pilot).splitlines())


@pytest.fixture
def sold(crm_of: Crm) -> None:
    anna = crm_of.references.contact("anna@example.com")
    for day, minor, code in ((date(2025, 12, 1), 30_000, "EUR"), (date(2026, 2, 1), 5_000, "USD")):
        lines = [LineDraft("Label", unit_price_minor=minor)]
        crm_of.invoices.add(lines=lines, contact_id=anna, issued_on=day, currency=code)


async def test_a_report_has_question_days_figures_table_and_plot(opened: Opener, crm_of: Crm) -> None:
    crm_of.deals.add("No amount", stage="Proposal")
    crm_of.deals.add("Old", amount_minor=20_000, currency="EUR", created_at="2026-01-10T09:00:00Z")
    async with opened((80, 40), start="reports") as pilot:
        text = squeezed(pilot)
        assert "> 1 Pipeline 2 Forecast 3 Funnel 4 Won and lost" in text
        assert "What is open, and what is it worth? as of 2 Mar 2026, EUR" in text
        assert "4 open · 5,600 EUR, 560 weighted · 1 stuck · 1 without an amount" in text
        assert "Lead 10 3 5,600.00 EUR 560.00 EUR 1 0" in text
        assert "all 5,600.00 EUR 560.00 EUR 1 1" in text
        assert "1 deal has no amount, which counts as nothing." in text
        assert "EUR by stage" in text
        assert "Lead █████▌░░" in text


async def test_the_figures_are_those_of_the_command_line(opened: Opener, crm_of: Crm) -> None:
    async with opened((200, 60), start="reports") as pilot:
        for name in NAMES:
            await pilot.app.run_action(f"screen.do('report-{name}')")
            await settle(pilot)
            assert reports(pilot).chosen == name
            shown = reports(pilot).answer
            asked = crm_of.reports.ask(name)
            assert (shown is None) == asked.is_empty
            if shown is not None:
                assert as_json(shown) == as_json(asked)


async def test_activity_has_a_bar_beside_each_week_and_the_course_of_each_kind(opened: Opener) -> None:
    async with opened((80, 40), start="reports") as pilot:
        await press(pilot, "6")
        text = squeezed(pilot)
        assert "What was done? By week. 15 Dec 2025 - 2 Mar 2026" in text
        assert "0 in the last week · 3 in 12 weeks" in text
        assert "23 Feb 2026 1 0 0 0 0 1 ████" in text
        assert "all 1 1 1 0 0 3" in text
        assert "Call by week ··········█· most 1 in 2026-02-23" in text
        assert "Message by week" not in text


async def test_left_and_right_go_round(opened: Opener) -> None:
    async with opened(start="reports") as pilot:
        seen = []
        for key in ("right", "right", "left", "left", "left"):
            await press(pilot, key)
            seen.append(reports(pilot).chosen)
        assert seen == ["forecast", "funnel", "forecast", "pipeline", "silent"]


async def test_a_number_or_the_list_chooses(opened: Opener) -> None:
    async with opened((80, 30), start="reports") as pilot:
        await press(pilot, "0")
        assert reports(pilot).chosen == "rfm"
        await press(pilot, "r")
        assert isinstance(pilot.app.screen, Choose)
        assert "2 Forecast          What is to come in, and when?" in screen_text(pilot)
        await press(pilot, "d")
        assert reports(pilot).chosen == "silent"
        await press(pilot, "r", "escape")
        assert reports(pilot).chosen == "silent"


async def test_the_mouse_chooses(opened: Opener) -> None:
    async with opened((80, 24), start="reports") as pilot:
        for title in ("Funnel", "Pipeline", "Forecast"):
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
        await press(pilot, "6", "down", "j", "j")
        page = reports(pilot).page
        assert page.scroll_offset.y == 3
        anna = crm_of.references.contact("anna@example.com")
        crm_of.interactions.add("call", [anna], "once more")
        crm_app(pilot).data_changed()
        await settle(pilot)
        assert reports(pilot).chosen == "activity"
        assert page.scroll_offset.y == 3
        assert "1 in the last week · 4 in 12 weeks" in screen_text(pilot)
        await press(pilot, "f5")
        assert page.scroll_offset.y == 3
        await press(pilot, "2", "6")
        assert page.scroll_offset.y == 0


async def test_every_key_of_moving_scrolls(opened: Opener) -> None:
    async with opened((60, 16), start="reports") as pilot:
        await press(pilot, "6")
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


async def test_what_takes_long_is_said_to_be_read_and_nothing_waits_for_it(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, ask = Event(), Reports.ask

    def slowly(self: Reports, name: str, asked: Any = None) -> Any:
        if name == "forecast":
            go_on.wait(10)
        return ask(self, name, asked)

    monkeypatch.setattr(Reports, "ask", slowly)
    async with opened((80, 24), start="reports") as pilot:
        await pilot.press("right")
        screen = reports(pilot)
        assert screen.chosen == "forecast"
        screen.still_reading()
        await pilot.pause()
        assert "being read…" in screen_text(pilot)
        await pilot.press("left")
        await pilot.pause()
        assert screen.chosen == "pipeline"
        await pilot.press("right")
        go_on.set()
        await settle(pilot)
        assert "being read…" not in screen_text(pilot)
        assert "weighted in 12 months" in screen_text(pilot)
        screen.still_reading()
        await pilot.pause()
        assert "being read…" not in screen_text(pilot)


async def test_nothing_yet_says_what_gives_figures(opened: Opener, tmp_path: Path) -> None:
    async with opened((80, 24), start="reports", path=tmp_path / "none.db") as pilot:
        for _ in NAMES:
            assert "There is nothing in it." in screen_text(pilot)
            await press(pilot, "y", "w", "down", "E", "right")
        assert not pilot.app.clipboard
        assert "y copy" not in screen_text(pilot)
        assert reports(pilot).chosen == "pipeline"
        assert "g d goes to Deals, where a adds one." in screen_text(pilot)
        await press(pilot, "6")
        assert "g c goes to Contacts, where l logs a call, mail or meeting." in screen_text(pilot)
        await press(pilot, "8")
        assert "crm invoice add makes an invoice" in screen_text(pilot)


async def test_keys_are_those_of_the_configuration(opened: Opener, tmp_path: Path) -> None:
    config = Config(keys={"report-forecast": "f", "left": "z", "go-deals": "x"})
    async with opened((80, 24), start="reports", config=config, path=tmp_path / "none.db") as pilot:
        assert "> 1 Pipeline    f Forecast    3 Funnel" in screen_text(pilot)
        assert "g x goes to Deals" in screen_text(pilot)
        await press(pilot, "f")
        assert reports(pilot).chosen == "forecast"
        await press(pilot, "z")
        assert reports(pilot).chosen == "pipeline"


@pytest.mark.parametrize("key", ["1", "2", "3", "4", "6", "8", "9", "0"])
async def test_every_size_is_survived_and_nothing_is_too_wide(
    opened: Opener, crm_of: Crm, sold: None, key: str
) -> None:
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
        assert screen_text(pilot).splitlines()[1].strip() == "2 open"


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
        assert "as of 2 Mar 2026, EUR, USD" in screen_text(pilot)
        assert "There is no rate for USD, so there is no sum of all: crm rate set USD RATE." in screen_text(
            pilot
        )
        assert "converted" not in screen_text(pilot)
        crm_of.rates.set("USD", "0.5")
        crm_app(pilot).data_changed()
        await settle(pilot)
        text = squeezed(pilot)
        assert "converted 5,900.00 EUR 590.00 EUR" in text
        assert "EUR, USD, converted to EUR" in text
        assert "1 USD = 0.5 EUR" in text


async def test_hostile_names_are_text(opened: Opener, crm_of: Crm, business: Path, sold: None) -> None:
    with sqlite3.connect(business) as connection:
        # as another program might have written them
        names = [text.replace("\x00", "") for text in EVIL if "\ud83d" not in text]
        for table, column in (
            ("stages", "name"),
            ("contacts", "name"),
            ("deals", "title"),
            ("pipelines", "name"),
        ):
            ids = [each for (each,) in connection.execute(f"SELECT id FROM {table} ORDER BY id")]
            pairs = [(names[place % len(names)], each) for place, each in enumerate(ids)]
            connection.executemany(f"UPDATE {table} SET {column} = ? WHERE id = ?", pairs)
    connection.close()
    async with opened((120, 50), start="reports") as pilot:
        for _ in NAMES:
            shown = screen_text(pilot)
            assert all(is_clean(line) for line in shown.split("\n"))
            await press(pilot, "b", "y")
            assert is_clean(pilot.app.clipboard.replace("\n", "").replace("\t", ""))
            await press(pilot, "right")
        assert "[@click=app.quit]x[/]" in screen_text(pilot)
        for row in range(4, 30, 3):
            await pilot.click(ReportPage, offset=(5, row))
        await press(pilot, "w", "4")
        assert all(is_clean(line) for line in screen_text(pilot).split("\n"))
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, ReportDialog)
        assert all(is_clean(line) for line in screen_text(pilot).split("\n"))
        assert pilot.app.is_running


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
        assert "2 without a" in screen_text(pilot)
