"""Which columns fit, and cells of exact width."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from crm_tui.widgets.tables.rows import Align, RowView
from crm_tui.widgets.tables.table_lines import LinePainter, Look, TableColumn, cell, fit

ALIGNS: Final[tuple[Align, ...]] = ("left", "right", "center")
COLUMNS: Final = st.lists(
    st.builds(
        TableColumn,
        key=st.just("k"),
        title=st.just("T"),
        width=st.integers(1, 40),
        flex=st.integers(0, 3),
        drop=st.integers(0, 3),
    ),
    min_size=1,
    max_size=8,
)
TEXTS: Final = st.text(
    st.sampled_from("ab əЖ日本e\u0301👩\u200d👍🏽❤\ufe0f\x1b\x9b\u202e\t\n[]/\\\ud800"), max_size=60
)


@given(columns=COLUMNS, room=st.integers(0, 200))
@settings(max_examples=100)
def test_columns_never_need_more_room_than_there_is(columns: list[TableColumn], room: int) -> None:
    slots, gap = fit(columns, room)
    assert slots
    assert sum(slot.width for slot in slots) + gap * (len(slots) - 1) <= room
    assert [slot.place for slot in slots] == sorted(slot.place for slot in slots)
    if len(slots) > 1:
        assert all(slot.width >= slot.column.width for slot in slots)
    if len(slots) > 1 and any(slot.column.flex for slot in slots):
        assert sum(slot.width for slot in slots) + gap * (len(slots) - 1) == room
    kept = {slot.place for slot in slots}
    gone = [column.drop for place, column in enumerate(columns) if place not in kept]
    assert max((slot.column.drop for slot in slots), default=0) <= min(gone, default=99)


def test_flex_shares_the_room_that_is_left() -> None:
    columns = [
        TableColumn("a", "A", 10, flex=2),
        TableColumn("b", "B", 10),
        TableColumn("c", "C", 10, flex=1),
    ]
    slots, gap = fit(columns, 100)
    assert gap == 2
    assert [slot.width for slot in slots] == [54, 10, 32]


@given(text=TEXTS, width=st.integers(0, 30), align=st.sampled_from(ALIGNS))
@settings(max_examples=200)
def test_a_cell_is_exactly_as_wide_as_its_column(text: str, width: int, align: Align) -> None:
    assert cell_len(cell(text, width, align)) == width


@pytest.mark.parametrize(
    ("text", "width", "align", "expected"),
    [
        ("abc", 5, "left", "abc  "),
        ("abc", 5, "right", "  abc"),
        ("abc", 6, "center", " abc  "),
        ("abcdef", 5, "right", "abcd…"),
        ("日本語", 5, "left", "日本…"),
        ("日本語", 4, "left", "日… "),
        ("a\nb\tc", 5, "left", "a b c"),
        ("x" * 1_000_000, 4, "left", "xxx…"),
        ("e" + "\u0301" * 1000, 2, "left", "e" + "\u0301" * 15 + "…"),
    ],
)
def test_cells(text: str, width: int, align: Align, expected: str) -> None:
    assert cell(text, width, align) == expected


def painter(width: int) -> LinePainter:
    made = LinePainter(
        [TableColumn("a", "A", 4, flex=1), TableColumn("b", "B", 4, align="right")], signs=True
    )
    plain = Style(color="red")
    made.dress(
        Look(plain, Style(reverse=True), Style(dim=True), Style(bold=True), {"bad": Style(color="blue")})
    )
    made.resize(width)
    return made


def test_a_row_that_has_changed_is_drawn_anew() -> None:
    lines = painter(20)
    first = lines.row(0, RowView(1, ("one", "1")), cursor=False, marked=False)
    assert first.text == "    one            1"
    assert lines.row(0, RowView(1, ("one", "1")), cursor=False, marked=False) is first
    assert lines.row(0, RowView(1, ("two", "1")), cursor=False, marked=False).text == "    two            1"
    assert lines.row(0, RowView(1, ("two", "1"), sign="!"), cursor=True, marked=True).text.startswith(
        ">*! two"
    )


def test_a_row_may_lack_cells() -> None:
    assert painter(20).row(0, RowView(1, ("one",)), cursor=False, marked=False).text == "    one" + " " * 13


@pytest.mark.parametrize("width", [0, 1, 2, 3, 5, 80])
def test_every_line_is_as_wide_as_the_table(width: int) -> None:
    lines = painter(width)
    row = RowView(1, ("日本語の名前" * 9, "1"))
    drawn = [
        lines.header(),
        lines.blank(),
        lines.row(0, row, cursor=True, marked=True),
        lines.absent(cursor=True, failed=False),
        lines.absent(cursor=False, failed=True),
        *lines.note("Nothing here.\nPress a to add the first contact.", 5),
    ]
    assert {cell_len(strip.text) for strip in drawn} == {width}


def test_a_note_stands_in_the_middle_and_never_overflows() -> None:
    lines = [strip.text.strip() for strip in painter(20).note("one two three four five six", 5)]
    assert lines == ["", "one two three four", "five six", "", ""]
    assert len(painter(20).note("word " * 100, 5)) == 5
