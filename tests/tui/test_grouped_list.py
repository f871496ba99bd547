"""The rows of a list in parts: who gives room to whom at the right end."""

from __future__ import annotations

from textual.app import App, ComposeResult

from crm_tui.widgets.lists.grouped_list import Group, GroupedList, GroupRow
from crm_tui.widgets.tables.table_lines import TableColumn
from tests.tui.conftest import screen_text, settle

COLUMNS = (
    TableColumn("what", "", 10, flex=1),
    TableColumn("who", "", 12, flex=1),
    TableColumn("amount", "", 12, align="right", drop=2),
    TableColumn("when", "", 8, align="right"),
)
ROWS = (
    ("send the offer", "Anna Kowalska, Acme Incorporated of Warsaw", "", "1 day"),
    ("a birthday", "Elvin of Caspian Foods and Sons", "", "Tue 24 Nov · turns 47"),
    ("ask for payment", "Öz Aydın of a company with a name", "1,180.00 EUR", "9 days"),
    ("stuck for weeks", "Website", "900.00 EUR", ""),
    ("小林 結衣小林 結衣小林", "e\u0301" * 40, "", ""),
)


class Shown(App[None]):
    """The rows, and nothing else."""

    def compose(self) -> ComposeResult:
        """The list."""
        yield GroupedList(COLUMNS)

    def on_mount(self) -> None:
        """Show the rows."""
        rows = [GroupRow(place, cells) for place, cells in enumerate(ROWS)]
        self.query_one(GroupedList).show([Group("All", rows)], "")


async def lines(width: int) -> list[str]:
    async with Shown().run_test(size=(width, 10)) as pilot:
        await settle(pilot)
        return screen_text(pilot).splitlines()[1:6]


async def test_a_text_takes_the_room_that_its_row_leaves_empty() -> None:
    offer, birthday, payment, stuck, _ = await lines(72)
    assert "Anna Kowalska, Acme Incorporated of W…  1 day" in offer
    assert birthday.endswith("  Tue 24 Nov · turns 47")
    # figures stay beneath each other
    assert payment.index("EUR") == stuck.index("EUR")
    assert payment.endswith("  9 days")


async def test_where_there_is_no_column_for_a_figure_it_stands_in_an_empty_last_one() -> None:
    _, birthday, payment, stuck, _ = await lines(46)
    assert stuck.endswith("  900.00 EUR")
    assert "EUR" not in payment
    # the text before keeps a few letters
    assert birthday.endswith("Elvin o… Tue 24 Nov · tu…")


async def test_nothing_is_wider_than_the_list_however_narrow() -> None:
    for width in (72, 46, 30, 20, 9, 5):
        async with Shown().run_test(size=(width, 10)) as pilot:
            await settle(pilot)
            shown = pilot.app.screen.query_one(GroupedList)
            assert {shown.render_line(y).cell_length for y in range(6)} == {width}
