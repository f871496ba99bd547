"""What the tests of the screens get: a small business on a Monday morning, and a program over it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet
from textual.events import Paste
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from crm_tui.app import CrmApp
from crm_tui.config import Config
from crm_tui.domain import Crm
from tests.conftest import NOW
from tests.copies import copy_of
from tests.tui import sheets
from tests.tui.quiet import until_quiet

Opened = AbstractAsyncContextManager[Pilot[None]]
Opener = Callable[..., Opened]
Look = Callable[..., bool]
SMALL, MIDDLE, WIDE = (80, 24), (120, 40), (200, 60)


def fill(crm: Crm) -> None:
    """Ten people, what happened with them, what was promised, two deals."""
    with crm.transaction("fill"):
        anna = crm.contacts.add(
            name="Anna Kowalska", company="Acme", title="buyer", lifecycle="customer", cadence_days=30,
            emails=["anna@example.com", "kowalska@example.org"], phones=["+48 601 234 567"], tags=["vip", "wine"],
            birthday="1985-03-03", note="Likes short mails.",
        )  # fmt: skip
        elvin = crm.contacts.add(name="Elvin Məmmədov", company="Caspian Foods", emails=["elvin@example.com"])
        jurgen = crm.contacts.add(name="Jürgen Großmann", company="Nord Labs", cadence_days=30)
        for name in ("Aliya Serikova", "Łukasz Wójcik", "Öz Aydın", "Müller Erika", "小林 結衣", "Zoë Quinn"):
            crm.contacts.add(name=name)
        crm.contacts.add(name="Bob Link", emails=["bob@example.com"])
        crm.contacts.add_method(anna.id, "url", "https://example.com/anna")
        log = crm.interactions.add
        log("call", [anna.id], "asked for an offer", occurred_at="2026-03-01T10:00:00Z", direction="in")
        log(
            "email",
            [anna.id, elvin.id],
            "sent the catalogue",
            occurred_at="2026-02-10T08:15:00Z",
            direction="out",
        )
        log("meeting", [jurgen.id], "saw the lab", occurred_at="2026-01-20T13:00:00Z", duration_minutes=45)
        add = crm.followups.add
        add("send offer", date(2026, 2, 27), contact_id=anna.id)
        add("ask for payment", date(2026, 2, 21), contact_id=elvin.id, priority="high")
        add("call about the demo", date(2026, 3, 2), due_time="14:30", contact_id=elvin.id)
        add("water the plants", date(2026, 3, 2), repeat="every 1 week")
        add("contract renewal", date(2026, 3, 5), contact_id=jurgen.id)
        crm.deals.add(
            "Website relaunch", contact_id=anna.id, amount_minor=450_000, currency="EUR",
            expected_close_on=date(2026, 2, 20),
        )  # fmt: skip
        crm.deals.add("Maintenance", contact_id=jurgen.id, amount_minor=90_000, currency="EUR")


@pytest.fixture(autouse=True)
def _asks_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pilot waits for the program, not for a clock."""
    monkeypatch.setattr("textual.app.wait_for_idle", until_quiet)
    monkeypatch.setattr("textual.pilot.wait_for_idle", until_quiet)


@pytest.fixture(autouse=True)
def _reads_style_sheets_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All programs have the same rules."""
    monkeypatch.setattr(Stylesheet, "__init__", sheets.init)
    monkeypatch.setattr(Stylesheet, "set_variables", sheets.set_variables)


@pytest.fixture
def business(database: Path) -> Path:
    """A file with a small business in it."""
    copy_of(fill, NOW, database)
    return database


@pytest.fixture
def crm_of(business: Path) -> Any:
    """Another process's hands on the same file."""
    with Crm.open(business, now=NOW) as crm:
        yield crm


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until nothing is read, written or drawn any more."""
    workers = pilot.app.workers
    await pilot.pause()
    while any(not worker.is_finished for worker in workers):
        with suppress(WorkerCancelled):
            await workers.wait_for_complete()
        await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, waiting after each."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def type_in(pilot: Pilot[Any], text: str) -> None:
    """Give a text to where one types, at once."""
    pilot.app.post_message(Paste(text))
    await settle(pilot)


def crm_app(pilot: Pilot[Any]) -> CrmApp:
    """The program."""
    app = pilot.app
    assert isinstance(app, CrmApp)
    return app


def screen_text(pilot: Pilot[Any]) -> str:
    """Every line on the screen as text."""
    width, height = pilot.app.size
    screen = pilot.app.screen
    lines = screen._compositor.render_strips()[:height]
    return "\n".join(strip.text[:width].rstrip() for strip in lines)


@pytest.fixture
def opened(business: Path) -> Opener:
    """Open the screens over the small business."""

    @asynccontextmanager
    async def open_(
        size: tuple[int, int] = (100, 30),
        start: str = "today",
        config: Config | None = None,
        path: Path = business,
        make: type[CrmApp] = CrmApp,
    ) -> AsyncIterator[Pilot[None]]:
        app = make(path, NOW, config, start)
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            yield pilot

    return open_


def _doing(keys: tuple[str, ...]) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Press keys; a text of several words or after ``type:`` is typed."""

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        for key in keys:
            if key.startswith("type:"):
                await type_in(pilot, key.removeprefix("type:"))
            else:
                await press(pilot, key)

    return run


@pytest.fixture
def look(snap_compare: Look, business: Path) -> Look:
    """Compare the screen after some keys with the picture taken before."""

    def compare(
        size: tuple[int, int],
        *keys: str,
        start: str = "today",
        path: Path = business,
        theme: str = "crm-dark",
    ) -> bool:
        app = CrmApp(path, NOW, Config(theme=theme), start)
        return snap_compare(app, terminal_size=size, run_before=_doing(keys))

    return compare
