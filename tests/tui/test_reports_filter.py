"""The filter of the reports: on deals or on invoices, remembered for each, shown with the figures, and taken away."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot

from crm_tui import filters
from crm_tui.domain import Crm
from crm_tui.domain.reports.service import NAMES, Reports
from crm_tui.screens.reports import filtering
from crm_tui.screens.reports.asked import Kind, Wish
from crm_tui.widgets.entry.filter_bar import FilterBar
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in
from tests.tui.test_reports_screen import reports, sold, squeezed

__all__ = ["sold"]
ALL_OPEN = "3 open · 5,700 EUR"
FAIR_OPEN = "1 open · 300 EUR"


@pytest.fixture
def fair(crm_of: Crm) -> None:
    crm_of.deals.add("From the fair", amount_minor=30_000, currency="EUR", source="fair")


def bar_line(pilot: Pilot[Any]) -> str:
    """The line of the filter; empty where there is none."""
    line = squeezed(pilot).splitlines()[4].strip()
    return line if line.startswith("/") else ""


def is_there(path: Path) -> bool:
    return path.exists()


async def test_the_figures_are_of_what_fits_and_the_filter_stands_above_them(
    opened: Opener, fair: None
) -> None:
    async with opened((100, 30), start="reports") as pilot:
        assert ALL_OPEN in screen_text(pilot)
        assert bar_line(pilot) == ""
        await press(pilot, "/")
        assert reports(pilot).bar.input.has_focus
        await type_in(pilot, "source:fair")
        assert FAIR_OPEN in screen_text(pilot)
        assert bar_line(pilot) == "/ source:fair of these deals only"
        assert "Of the deals that fit source:fair only." in screen_text(pilot)
        await press(pilot, "enter")
        assert reports(pilot).page.has_focus
        assert bar_line(pilot) == "/ source:fair of these deals only"
        await press(pilot, "escape")
        assert bar_line(pilot) == ""
        assert ALL_OPEN in screen_text(pilot)
        assert reports(pilot).wish == Wish()
        # without a filter it goes back as ever
        await press(pilot, "escape")
        assert crm_app(pilot).current_mode == "today"


async def test_escape_while_one_types_takes_it_away(opened: Opener, fair: None) -> None:
    async with opened((100, 30), start="reports") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "source:fair")
        await press(pilot, "escape")
        assert (bar_line(pilot), reports(pilot).wish) == ("", Wish())
        assert ALL_OPEN in screen_text(pilot)
        # nothing typed is no filter, and its line goes
        await press(pilot, "/", "enter")
        assert bar_line(pilot) == ""


async def test_deals_and_invoices_have_one_each_and_the_others_none(
    opened: Opener, fair: None, sold: None
) -> None:
    async with opened((100, 40), start="reports") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "source:fair")
        await press(pilot, "enter", "8")
        assert bar_line(pilot) == ""
        assert "300.00 EUR + 50.00 USD" in screen_text(pilot)
        await press(pilot, "/")
        assert "status:overdue" in screen_text(pilot)
        await type_in(pilot, "currency:usd")
        await press(pilot, "enter")
        assert bar_line(pilot) == "/ currency:usd of these invoices only"
        assert "300.00 EUR" not in screen_text(pilot)
        await press(pilot, "9")
        assert bar_line(pilot) == "/ currency:usd of these invoices only"
        # activity is on neither
        await press(pilot, "6")
        assert bar_line(pilot) == ""
        assert "/ filter" not in screen_text(pilot).splitlines()[-1]
        await press(pilot, "/")
        assert not reports(pilot).bar.input.has_focus
        assert reports(pilot).answer is not None
        assert all("only" not in note for note in reports(pilot).answer.notes)  # type: ignore[union-attr]
        # escape leaves the screen there: the filters of the others are not those of this report
        await press(pilot, "2")
        assert bar_line(pilot) == "/ source:fair of these deals only"
        assert reports(pilot).wish.filters == {"deals": "source:fair", "invoices": "currency:usd"}
        await press(pilot, "escape", "8")
        assert bar_line(pilot) == "/ currency:usd of these invoices only"


async def test_every_report_that_takes_a_filter_offers_it(opened: Opener, crm_of: Crm, sold: None) -> None:
    async with opened((100, 30), start="reports") as pilot:
        for _ in NAMES:
            kind = reports(pilot).kind
            assert reports(pilot).can_filter() == (kind.condition is not None)
            wish = Wish(filters={"deals": "Relaunch", "invoices": "currency:eur"})
            asked = wish.asked(crm_of, kind)
            # what takes none would refuse one
            crm_of.reports.ask(kind.name, asked)
            assert (asked.condition is not None) == reports(pilot).can_filter()
            await press(pilot, "right")


async def test_what_is_not_understood_is_said_and_what_is_typed_stays(opened: Opener, fair: None) -> None:
    async with opened((110, 30), start="reports") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "source:fair")
        await press(pilot, *[" "], "(")
        assert bar_line(pilot) == "/ source:fair ( ! still of source:fair"
        assert FAIR_OPEN in screen_text(pilot)
        assert "The filter cannot be read" in screen_text(pilot).splitlines()[-2]
        await press(pilot, "ctrl+u")
        await type_in(pilot, "sorce:fair")
        last = screen_text(pilot).splitlines()[-2]
        assert "'sorce' is unknown.  Did you mean source?" in last
        await press(pilot, "enter")
        assert bar_line(pilot).startswith("/ sorce:fair ! still of")
        # another report of deals never had figures: why stands there
        await press(pilot, "2")
        assert bar_line(pilot) == "/ sorce:fair"
        page = squeezed(pilot).splitlines()[6:-2]
        assert any("'sorce' is unknown." in line for line in page)
        await press(pilot, "1", "/", "ctrl+u")
        assert ALL_OPEN in screen_text(pilot)
        assert "sorce" not in screen_text(pilot)


async def test_a_refused_filter_is_not_exported(opened: Opener, tmp_path: Path) -> None:
    async with opened((100, 30), start="reports") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "sorce:fair")
        await press(pilot, "enter", "E", "ctrl+u")
        await type_in(pilot, str(tmp_path / "pipeline.json"))
        await press(pilot, "tab", "right", "right", "enter")
        assert "sorce" in squeezed(pilot)
        assert not is_there(tmp_path / "pipeline.json")


async def test_the_export_is_of_what_fits(opened: Opener, crm_of: Crm, fair: None, tmp_path: Path) -> None:
    async with opened((100, 30), start="reports") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "source:fair")
        await press(pilot, "enter", "E", "ctrl+u")
        await type_in(pilot, str(tmp_path / "pipeline"))
        await press(pilot, "enter")
        page = (tmp_path / "pipeline.html").read_text()
        assert "Of the deals that fit source:fair only." in page
        assert "300.00 EUR" in page
        assert "5,700.00 EUR" not in page
        await press(pilot, "E", "ctrl+u")
        await type_in(pilot, str(tmp_path / "pipeline"))
        await press(pilot, "tab", "right", "right", "enter")
        assert json.loads((tmp_path / "pipeline.json").read_text())["totals"]["amount"] == "300.00"
        await press(pilot, "y")
        assert "300.00" in pilot.app.clipboard
        assert "5700.00" not in pilot.app.clipboard


async def test_why_is_of_what_fits(opened: Opener, fair: None, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    why = Reports.why

    def noted(self: Reports, figure: str, ref: str | None = None, asked: Any = None) -> Any:
        seen.append((asked.condition, why(self, figure, ref, asked)))
        return seen[-1][1]

    monkeypatch.setattr(Reports, "why", noted)
    async with opened((110, 40), start="reports") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "source:fair")
        # how many are open, of all rows
        await press(pilot, "enter", "w", "2", "enter")
        ((condition, found),) = seen
        assert filters.to_text(condition) == "source:fair"
        assert [each.title for each in found.reasons if each.kind == "deal"] == ["From the fair"]


async def test_nothing_fits_says_what_shows_everything(opened: Opener) -> None:
    async with opened((100, 30), start="reports") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "source:nowhere")
        await press(pilot, "enter")
        assert "Nothing fits." in screen_text(pilot)
        assert "escape shows everything again." in screen_text(pilot)
        assert bar_line(pilot) == "/ source:nowhere of these deals only"


async def test_fields_are_completed_for_what_the_report_is_on(opened: Opener, sold: None) -> None:
    async with opened((100, 30), start="reports") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "expected_cl")
        await press(pilot, "tab")
        assert reports(pilot).bar.value.startswith("expected_close_on")
        await press(pilot, "escape", "8", "/")
        await type_in(pilot, "overdue_d")
        await press(pilot, "tab")
        assert reports(pilot).bar.value.startswith("overdue_days")


async def test_the_mouse_goes_to_another_report_while_one_types(opened: Opener, fair: None) -> None:
    async with opened((120, 30), start="reports") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "source:fair")
        column = screen_text(pilot).splitlines()[1].index("Activity")
        await pilot.click(offset=(column, 1))
        await settle(pilot)
        assert reports(pilot).chosen == "activity"
        assert reports(pilot).page.has_focus
        assert bar_line(pilot) == ""
        await press(pilot, "1")
        assert bar_line(pilot) == "/ source:fair of these deals only"
        # all taken out by hand, the line stays while one types
        await pilot.click(FilterBar, offset=(10, 0))
        await press(pilot, "end", "ctrl+u")
        assert reports(pilot).bar.input.has_focus
        assert ALL_OPEN in screen_text(pilot)
        assert "of all deals" in bar_line(pilot)


async def test_a_filter_holds_in_a_small_place_and_for_another_day(
    opened: Opener, crm_of: Crm, fair: None
) -> None:
    crm_of.deals.add(
        "Old", amount_minor=20_000, currency="EUR", source="fair", created_at="2026-01-10T09:00:00Z"
    )
    async with opened((40, 8), start="reports") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "source:fair")
        await press(pilot, "enter")
        assert "/ source:fair" in screen_text(pilot)
        await pilot.resize_terminal(100, 30)
        await press(pilot, "t")
        await type_in(pilot, "2026-01")
        await press(pilot, "enter")
        assert "as of 31 Jan 2026" in screen_text(pilot)
        assert "1 open · 200 EUR" in screen_text(pilot)
        assert bar_line(pilot) == "/ source:fair of these deals only"


async def test_of_figures_that_come_late_it_is_said_of_what_they_are(
    opened: Opener, fair: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, ask = Event(), Reports.ask
    go_on.set()

    def held(self: Reports, name: str, asked: Any = None) -> Any:
        go_on.wait(10)
        return ask(self, name, asked)

    monkeypatch.setattr(Reports, "ask", held)
    async with opened((100, 30), start="reports") as pilot:
        await press(pilot, "2", "1", "/")
        await type_in(pilot, "source:fair")
        await press(pilot, "enter")
        go_on.clear()
        await pilot.press("2")
        await pilot.pause()
        # those of the forecast were read before there was a filter
        assert bar_line(pilot) == "/ source:fair ! still of all deals"
        go_on.set()
        await settle(pilot)
        assert bar_line(pilot) == "/ source:fair of these deals only"


@pytest.mark.parametrize(
    ("wanted", "shown", "said"),
    [
        ("", None, ""),
        ("a", None, ""),
        ("", "", "of all deals"),
        ("a", "a", "of these deals only"),
        ("a(", "a", "! still of a"),
        ("a", "", "! still of all deals"),
        ("a", "b" * 30, f"! still of {'b' * 23}…"),
    ],
    ids=["nothing-read", "not-read-yet", "all", "filtered", "malformed", "unfiltered", "long"],
)
def test_what_is_said_beside_the_filter(wanted: str, shown: str | None, said: str) -> None:
    assert filtering.aside("deals", wanted, shown) == said


def test_one_filter_a_condition(crm: Crm) -> None:
    crm.deals.add("One", source="fair", amount_minor=1, currency="EUR", expected_close_on=date(2026, 4, 1))
    pipeline, revenue, activity = (Kind.of(name) for name in ("pipeline", "revenue", "activity"))
    wish = Wish().filtered(pipeline, "source:fair").filtered(revenue, "currency:eur")
    assert [wish.filter(kind) for kind in (pipeline, revenue, activity)] == [
        "source:fair",
        "currency:eur",
        "",
    ]
    assert wish.filtered(activity, "x") == wish
    assert wish.filtered(pipeline, "").filters == {"invoices": "currency:eur"}
    assert wish.asked(crm, activity).condition is None
    assert wish.read(crm, pipeline).totals.open_deals == 1
    assert Wish(filters={"deals": "source:none"}).read(crm, pipeline).is_empty


def test_every_condition_has_words_for_what_to_type() -> None:
    assert set(filtering.PLACEHOLDERS) == {kind.condition for kind in map(Kind.of, NAMES) if kind.condition}
