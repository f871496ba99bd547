"""History: the operations, what each did, and the way back from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from crm_tui.domain import Crm
from crm_tui.domain.history import entries
from crm_tui.domain.history_details import details
from crm_tui.errors import ConflictError
from crm_tui.screens.forms.dialogs import Choose
from crm_tui.screens.history.dialogs import UndoQuestion
from crm_tui.screens.history.history_lines import lines, taken_back
from crm_tui.screens.history.screen import HistoryScreen
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.tables.history_table import HistoryTable
from tests.conftest import INSTANT, NOW
from tests.store.test_journal import load
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in
from tests.tui.test_hostile import EVIL, check


@pytest.fixture
def worked(business: Path) -> Path:
    """The small business after some more work: five operations, the last undone."""
    with Crm.open(business, now=NOW) as crm:
        anna = crm.references.contact("Anna Kowalska")
        crm.contacts.update(anna, title="head of buying", cadence_days=60)
        crm.deals.win(1)
        crm.followups.complete(1)
        crm.contacts.add(name="Ada")
        crm.undo()
    return business


def table(pilot: Pilot[None]) -> HistoryTable:
    return pilot.app.screen.query_one(HistoryTable)


def shown(pilot: Pilot[None]) -> list[str]:
    """The summaries in the list, from the top."""
    rows = table(pilot)
    found = [rows._list.row(place) for place in range(rows.row_count)]
    return [row.cells[2] for row in found if row is not None]


def in_details(pilot: Pilot[None]) -> bool:
    return isinstance(pilot.app.focused, Lines)


def in_list(pilot: Pilot[None]) -> bool:
    return pilot.app.focused is table(pilot)


async def test_the_newest_first_and_the_undone_marked(opened: Opener, worked: Path) -> None:
    async with opened((80, 24), "history") as pilot:
        assert shown(pilot) == [
            "undone: add contact Ada",
            "complete follow-up send offer",
            "win deal Website relaunch",
            "edit contact Anna Kowalska",
            "fill",
        ]
        text = screen_text(pilot)
        assert "> -      5  today 09:30       undone: add contact Ada" in text
        assert "46" in text


async def test_what_an_operation_did_stands_beside_it(opened: Opener, worked: Path) -> None:
    async with opened((140, 30), "history") as pilot:
        await press(pilot, "down", "down")
        text = screen_text(pilot)
        for part in (
            "operation 3 · today, Mon 2 Mar 09:30 · 2 rows", "~ 1 deal changed", "stage move added",
            "stage        Lead → Won", "status       open → won", "probability  10 % → 100 %",
        ):  # fmt: skip
            assert part in text, part
        await press(pilot, "up", "up")
        assert "- undone today, Mon 2 Mar 09:30" in screen_text(pilot)


async def test_enter_shows_the_details_whole_and_escape_comes_back(opened: Opener, worked: Path) -> None:
    async with opened((80, 24), "history") as pilot:
        await press(pilot, "end", "enter")
        assert in_details(pilot)
        assert "+ 10 contacts added" in screen_text(pilot)
        assert "What was done" not in screen_text(pilot)
        await press(pilot, "end")
        assert "stage move added" in screen_text(pilot)
        await press(pilot, "escape")
        assert in_list(pilot)
        assert table(pilot).cursor_key == 1


async def test_tab_goes_to_the_details_and_back(opened: Opener, worked: Path) -> None:
    async with opened((140, 30), "history") as pilot:
        await press(pilot, "tab")
        assert in_details(pilot)
        await press(pilot, "tab")
        assert in_list(pilot)


async def test_undo_this_asks_says_what_it_means_and_leaves_the_cursor(
    opened: Opener, worked: Path, crm_of: Crm
) -> None:
    async with opened((100, 30), "history") as pilot:
        await press(pilot, "down", "down", "down", "x")
        assert isinstance(pilot.app.screen, UndoQuestion)
        text = screen_text(pilot)
        assert "Take back operation 2?" in text
        assert "· 1 contact becomes what it was" in text
        await press(pilot, "n")
        assert next(each for each in entries(crm_of) if each.id == 2).status == "done"
        await press(pilot, "x", "y")
        assert crm_of.contacts.list("anna")[0].title == "buyer"
        assert table(pilot).cursor_key == 2
        assert "undone: edit contact Anna Kowalska" in shown(pilot)
        assert "Undone: edit contact Anna Kowalska." in screen_text(pilot)


async def test_what_is_undone_already_cannot_be_undone(opened: Opener, worked: Path) -> None:
    async with opened((100, 30), "history") as pilot:
        await press(pilot, "x")
        assert isinstance(pilot.app.screen, HistoryScreen)
        assert "undo this" not in screen_text(pilot)
        await press(pilot, "down")
        assert "x undo this" in screen_text(pilot)


async def test_a_refusal_names_what_is_in_the_way_and_goes_there(
    opened: Opener, worked: Path, crm_of: Crm
) -> None:
    async with opened((100, 30), "history") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "fill")
        await press(pilot, "enter", "x", "y")
        assert isinstance(pilot.app.screen, Choose)
        assert "Operation 4 came later and is in the way" in screen_text(pilot)
        await press(pilot, "n")
        assert "Operation 1 cannot be undone: operation 4 (complete follow-up send offer)" in screen_text(
            pilot
        )
        assert table(pilot).cursor_key == 1
        await press(pilot, "x", "y", "g")
        assert table(pilot).cursor_key == 4
        assert len(shown(pilot)) == 5
        assert in_list(pilot)
        assert next(entries(crm_of)).status == "undone"


async def test_undo_and_redo_as_everywhere_and_the_cursor_stays(
    opened: Opener, worked: Path, crm_of: Crm
) -> None:
    async with opened((100, 30), "history") as pilot:
        await press(pilot, "down", "down", "u")
        assert shown(pilot)[:2] == ["undone: add contact Ada", "undone: complete follow-up send offer"]
        assert table(pilot).cursor_key == 3
        await press(pilot, "U")
        assert shown(pilot)[1] == "complete follow-up send offer"
        assert table(pilot).cursor_key == 3


async def test_letters_jump_to_an_operation(opened: Opener, worked: Path) -> None:
    async with opened((100, 30), "history") as pilot:
        await press(pilot, "'", "d")
        assert table(pilot).cursor_key == 3


async def test_words_and_numbers_narrow_the_list(opened: Opener, worked: Path) -> None:
    async with opened((80, 24), "history") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "anna kow")
        assert shown(pilot) == ["edit contact Anna Kowalska"]
        assert "1 of 5" in screen_text(pilot)
        await press(pilot, "escape")
        assert len(shown(pilot)) == 5
        await press(pilot, "/")
        await type_in(pilot, "zzz")
        assert "Nothing like that was done." in screen_text(pilot)
        await press(pilot, "enter", "escape")
        assert len(shown(pilot)) == 5


async def test_copy_offers_the_summary_and_the_command(opened: Opener, worked: Path) -> None:
    async with opened((80, 24), "history") as pilot:
        await press(pilot, "y")
        assert crm_app(pilot).clipboard == "add contact Ada"
        await press(pilot, "down", "y", "2")
        assert crm_app(pilot).clipboard == "crm undo 4"
        assert "Copied crm undo 4." in screen_text(pilot)


async def test_nothing_was_done_yet(opened: Opener, tmp_path: Path) -> None:
    async with opened((80, 24), "history", path=tmp_path / "none.db") as pilot:
        assert "Nothing was done yet." in screen_text(pilot)
        await press(pilot, "enter", "x", "y", "tab", "end", "escape", "/", "escape", "u")
        assert isinstance(pilot.app.screen, HistoryScreen)
        with Crm.open(tmp_path / "none.db", now=NOW) as crm:
            crm.contacts.add(name="Anna")
        crm_app(pilot).data_changed()
        await settle(pilot)
        assert shown(pilot) == ["add contact Anna"]


async def test_what_another_process_does_appears_above_and_the_cursor_stays(
    opened: Opener, worked: Path, crm_of: Crm
) -> None:
    async with opened((80, 24), "history") as pilot:
        await press(pilot, "down")
        crm_of.contacts.add(name="Newton")
        crm_app(pilot).data_changed()
        await settle(pilot)
        assert shown(pilot)[0] == "add contact Newton"
        assert table(pilot).cursor_key == 4
        assert "add contact Newton" in screen_text(pilot)
        crm_of.undo(4)
        crm_app(pilot).data_changed()
        await settle(pilot)
        assert "undone: complete follow-up send offer" in shown(pilot)
        assert "x undo this" not in screen_text(pilot)


async def test_a_long_history_is_read_where_one_looks(opened: Opener, worked: Path, crm_of: Crm) -> None:
    many = [(f"deed {number}", INSTANT) for number in range(20_000)]
    with crm_of.unjournaled() as connection:
        connection.executemany("INSERT INTO operations (summary, created_at) VALUES (?, ?)", many)
    async with opened((80, 24), "history") as pilot:
        await press(pilot, "end")
        assert table(pilot).cursor_key == 1
        await press(pilot, "home", "pagedown")
        assert table(pilot).cursor_key == 20_005 - table(pilot).cursor_row
        crm_of.contacts.add(name="Newton")
        crm_app(pilot).data_changed()
        await settle(pilot)
        assert table(pilot).cursor_key == 20_006 - table(pilot).cursor_row


async def test_a_load_of_many_is_told_by_counts(opened: Opener, worked: Path, crm_of: Crm) -> None:
    load(crm_of, *(f"person {number}" for number in range(40)))
    async with opened((140, 30), "history") as pilot:
        text = screen_text(pilot)
        assert "+ 40 contacts added" in text
        assert "person 0, person 1" in text
        await press(pilot, "x")
        assert "· 40 contacts go away" in screen_text(pilot)
        await press(pilot, "y")
        assert crm_of.contacts.count("name:person") == 0


async def test_more_rows_come_when_one_reaches_the_end(opened: Opener, worked: Path, crm_of: Crm) -> None:
    with crm_of.transaction("many"):
        for number in range(250):
            crm_of.contacts.add(name=f"Person {number:03}")
    async with opened((80, 24), "history") as pilot:
        await press(pilot, "enter")
        details_ = pilot.app.screen.query_one("#details", Lines)
        assert any("… 50 more rows" in text for line in details_.lines for text, _ in line)
        await press(pilot, "end")
        assert not any("more rows" in text for line in details_.lines for text, _ in line)


@pytest.mark.parametrize("size", [(60, 24), (160, 40)])
async def test_hostile_data_is_text(opened: Opener, tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "hostile.db"
    texts = ["".join(char for char in raw if char >= " " or char == "\x1b") for raw in EVIL]
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    with Crm.open(path, now=NOW) as crm:
        for place, evil in enumerate(texts):
            with crm.transaction(f"{evil} {evil}"):
                made = crm.contacts.add(name=evil, title=evil, phones=[f"+48 601 234 5{place:02}"])
                crm.contacts.tag(made.id, add=["[@click=app.quit]x[/]"])
        crm.contacts.update(1, title="x" + texts[-1], note=" ".join(texts) * 5)
    async with opened(size, "history", path=path) as pilot:
        keys = ("enter", "escape", "x", "escape", "y", "escape") if size == (60, 24) else ["down"] * 10
        for key in keys:
            await press(pilot, key)
            check(pilot)
        await press(pilot, "/")
        await type_in(pilot, "".join(EVIL))
        check(pilot)


async def test_every_size(opened: Opener, worked: Path) -> None:
    async with opened((80, 24), "history") as pilot:
        for width, height in ((20, 6), (200, 60), (10, 3)):
            await pilot.resize_terminal(width, height)
            await press(pilot, "enter", "x", "escape", "escape")
            check(pilot)
        await pilot.resize_terminal(20, 6)
        await settle(pilot)
        assert ">" in screen_text(pilot)
        assert table(pilot).cursor_key == 5


def test_the_words_for_what_was_done_and_its_undoing(crm: Crm) -> None:
    crm.contacts.add(name="Anna", emails=["a@x.example"])
    crm.contacts.update(1, note="first line\nsecond line " + "w" * 100)
    crm.contacts.update(1, note="first line\nother line " + "w" * 100)
    crm.contacts.delete(1)
    told = [details(crm, number) for number in (1, 3, 4)]
    added, edited, deleted = (each for each in told if each is not None)
    assert taken_back(added) == ["1 contact goes away", "1 way to reach a person goes away"]
    assert taken_back(deleted)[-1].endswith("comes back")
    text = ["".join(part for part, _ in line) for line in lines(edited, crm.clock, 60)]
    assert any(line.startswith("  note         was first line") for line in text)
    assert any(line.startswith("               now first line") for line in text)
    for width in (1, 5, 20, 60, 200):
        assert lines(added, crm.clock, width)


def test_a_conflict_carries_the_number_of_what_is_in_the_way(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.contacts.update(1, title="buyer")
    with pytest.raises(ConflictError) as caught:
        crm.undo(1)
    assert caught.value.operation == 2
