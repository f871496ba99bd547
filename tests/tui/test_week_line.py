"""The week at the end of Today."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_tui.app import CrmApp
from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.widgets.figures.week_line import WeekLine
from tests.tui.conftest import Opener, crm_app, screen_text, settle

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
