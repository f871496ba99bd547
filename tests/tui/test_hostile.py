"""Data is text: no name, note or title is read as markup or reaches the terminal as a command."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import pytest
from textual.pilot import Pilot

from crm_tui.domain import Crm
from crm_tui.screens.forms.dialogs import Choose
from crm_tui.screens.forms.form import FormScreen
from crm_tui.text import is_clean
from tests.conftest import NOW
from tests.tui.conftest import Opener, press, settle, type_in

EVIL: Final = (
    "[/]",
    "[@click=app.quit]x[/]",
    "[bold red]loud[/bold red] \\",
    "a\x1b[31mred\x1b]52;c;ZXZpbA==\x07b",
    "c1 \x9b2J\x9d0;title\x9c",
    "bidi \u202egnp.exe\u2066 \u200f \ufeff",
    "lone \ud83d surrogate",
    "👩‍👩‍👧‍👦 e\u0301\u0301\u0301 \u115f\u3164",
    "line\rreturn\ttab\x00nul"[:-3],
    "$text-muted {name} %s 'quoted' \"double\"",
)


def _storable(text: str) -> str:
    """The text without what the file refuses."""
    return "".join(char for char in text if char != "\x00" and not "\ud800" <= char <= "\udfff")


@pytest.fixture
def hostile(database: Path) -> Path:
    """A file in which every text is hostile."""
    path = database.with_name("hostile.db")
    with Crm.open(path, now=NOW) as crm, crm.transaction("hostile"):
        for place, raw in enumerate(EVIL):
            evil = _storable(raw)
            name = " ".join(evil.split("\r"))
            person = crm.contacts.add(
                name=name, company=name, title=name, source=name, note=f"{evil}\n{evil}", cadence_days=30,
                phones=[f"+48 601 234 5{place:02}"],
            )  # fmt: skip
            crm.contacts.tag(person.id, add=["[/]", "[@click=app.quit]x[/]"])
            crm.contacts.add_method(person.id, "address", evil, label=name)
            crm.contacts.set_date(person.id, name, "2020-03-03")
            crm.interactions.add("call", [person.id], name, body=evil)
            crm.followups.add(name, date(2026, 3, 1), contact_id=person.id)
            crm.followups.add(name, date(2026, 3, 2), contact_id=person.id)
            crm.deals.add(
                name,
                contact_id=person.id,
                amount_minor=100,
                currency="EUR",
                expected_close_on=date(2026, 2, 1),
            )
    return path


def check(pilot: Pilot[None]) -> None:
    """Nothing on the screen is a command to the terminal or to the program."""
    for strip in pilot.app.screen._compositor.render_strips():
        for segment in strip:
            assert segment.control is None
            assert is_clean(segment.text), ascii(segment.text)
            meta = segment.style.meta if segment.style else {}
            assert not any("click" in str(key) for key in meta), meta
    assert pilot.app.return_code is None


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_today(opened: Opener, hostile: Path, size: tuple[int, int]) -> None:
    async with opened(size, path=hostile) as pilot:
        for _ in EVIL:
            check(pilot)
            await press(pilot, "j")
        await press(pilot, "enter")
        check(pilot)
        await press(pilot, "escape", "/")
        await type_in(pilot, "".join(EVIL))
        check(pilot)


async def test_today_speaks_of_hostile_things(opened: Opener, hostile: Path) -> None:
    async with opened((100, 30), path=hostile) as pilot:
        for _ in EVIL:
            await press(pilot, "d")
            check(pilot)
        for key in ("s", "e", "l", "f"):
            await press(pilot, key)
            assert isinstance(pilot.app.screen, FormScreen)
            check(pilot)
            await press(pilot, "escape")
        await press(pilot, "u")
        check(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_contacts(opened: Opener, hostile: Path, size: tuple[int, int]) -> None:
    async with opened(size, "contacts", path=hostile) as pilot:
        for _ in EVIL:
            check(pilot)
            await press(pilot, "enter")
            check(pilot)
            await press(pilot, "end")
            check(pilot)
            await press(pilot, "escape", "j")


async def test_contacts_dialogs_and_forms(opened: Opener, hostile: Path) -> None:
    async with opened((100, 40), "contacts", path=hostile) as pilot:
        keys = ("e", "l", "f", "t", "y", "d", "s")
        for place in range(len(EVIL)):
            # every person in two of the dialogs, every dialog with several people
            for key in (keys[place % 7], keys[(place + 3) % 7]):
                await press(pilot, key)
                assert isinstance(pilot.app.screen, (FormScreen, Choose)), key
                check(pilot)
                await press(pilot, "escape")
            await press(pilot, "j")
        await press(pilot, "A")
        check(pilot)


async def test_typing_and_completing(opened: Opener, hostile: Path) -> None:
    async with opened((100, 40), "contacts", path=hostile) as pilot:
        await press(pilot, "a")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        for field in form.form.fields:
            form.query_one(f"#field-{field.key}").focus()
            await settle(pilot)
            for evil in EVIL:
                await type_in(pilot, evil)
                check(pilot)
        await press(pilot, "ctrl+s")
        check(pilot)


async def test_clicks_on_hostile_names_do_nothing(opened: Opener, hostile: Path) -> None:
    async with opened((120, 40), "contacts", path=hostile) as pilot:
        for y in range(3, 36, 2):
            for x in (6, 30, 80, 100):
                await pilot.click(offset=(x, y))
        await settle(pilot)
        check(pilot)
