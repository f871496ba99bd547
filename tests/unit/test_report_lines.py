"""Tables and heads of reports at every width, and the week in one line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain.board import Total
from crm_tui.domain.reports import Counts, Week
from crm_tui.text import cell_width
from crm_tui.widgets.figures.report_lines import PLOT, Table, TableRow, beside, is_beside, notes, plot_room
from crm_tui.widgets.figures.week_line import joined, parts, whole
from crm_tui.widgets.lines import Line
from crm_tui.widgets.tables.table_lines import TableColumn

COLUMNS = (
    TableColumn("name", "Name", 4),
    TableColumn("amount", "Amount", 6, align="right"),
    TableColumn("note", "Note", 4, align="right", drop=1),
)
TABLE = Table(
    COLUMNS, [TableRow(("Lead", "5.00", "n")), TableRow(("", "10.00"))], [TableRow(("all", "15.00"))]
)


def text(line: Line) -> str:
    return "".join(part for part, _ in line)


def week(*days: tuple[int, int], won: tuple[Total, ...] = ()) -> Week:
    counts = tuple(Counts(call, email, 0, 0, 1, call + email + 1) for call, email in days)
    return Week(date(2026, 3, 2), date(2026, 3, 4), counts, won)


def test_a_table_is_as_wide_as_what_it_holds() -> None:
    assert TABLE.width == 4 + 2 + 6 + 2 + 4
    assert [text(line) for line in TABLE.lines(80)] == [
        "Name  Amount  Note",
        "Lead    5.00     n",
        "       10.00      ",
        "──────────────────",
        "all    15.00      ",
    ]


def test_columns_that_do_not_fit_are_left_out() -> None:
    assert [text(line) for line in TABLE.lines(13)][:2] == ["Name Amount", "Lead   5.00"]
    assert [text(line) for line in TABLE.lines(5)][:2] == ["Name", "Lead"]


def test_a_very_long_name_is_cut_and_an_amount_never() -> None:
    table = Table(COLUMNS, [TableRow(("x" * 300, "9" * 40, ""))])
    assert text(table.lines(120)[1]).split() == ["x" * 27 + "…", "9" * 40]


def test_plots_stand_beside_a_table_or_beneath_it() -> None:
    plot: list[Line] = [[("one", "plain")], [("two", "plain")]]
    room = TABLE.width + 4 + PLOT
    assert is_beside(TABLE, room)
    assert plot_room(TABLE, room) == PLOT
    wide = [text(line) for line in beside(TABLE, [plot, plot], room)]
    assert wide[:4] == [
        "Name  Amount  Note    one",
        "Lead    5.00     n    two",
        "       10.00      ",
        "──────────────────    one",
    ]
    assert not is_beside(TABLE, room - 1)
    narrow = [text(line) for line in beside(TABLE, [plot], room - 1)]
    assert narrow[-3:] == ["", "one", "two"]
    assert beside(TABLE, [], 200) == TABLE.lines(200)


def test_a_plot_has_a_bound() -> None:
    assert plot_room(TABLE, 1000) == 90


def test_notes_are_wrapped_after_a_gap() -> None:
    assert [text(line) for line in notes(["one two three"], 8)] == ["", "one two", "three"]
    assert notes([], 8) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text(max_size=30), max_size=4), max_size=4), st.integers(0, 60))
def test_no_line_is_wider_than_its_place(cells: list[list[str]], width: int) -> None:
    table = Table(COLUMNS, [TableRow(tuple(row)) for row in cells], [TableRow(("sum",))])
    assert all(cell_width(text(line)) <= max(width, 0) for line in table.lines(width))


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (420_000, "EUR", "4,200 EUR"),
        (50, "EUR", "0 EUR"),
        (150, "EUR", "2 EUR"),
        (1_234, "JPY", "1,234 JPY"),
        (1_480_750, "KWD", "1,481 KWD"),
        (-150, "EUR", "-2 EUR"),
    ],
)
def test_whole_units(minor: int, currency: str, shown: str) -> None:
    assert whole(minor, currency) == shown


def test_a_week_of_nothing_says_nothing() -> None:
    assert parts(week((0, 0), (0, 0)), "EUR") == []
    assert joined([], 80) == []


def test_a_week_has_a_part_for_each_kind_and_what_was_won() -> None:
    won = (Total("EUR", 1, 10_000, 0, 0), Total("USD", 9, 420_000, 0, 0), Total(None, 2, 0, 0, 2))
    found = parts(week((2, 0), (0, 0), (4, 1), won=won), "USD")
    assert text(joined(found, 80)) == "Week  calls ▄·█ 6   emails ··█ 1   won 4,200 USD + 100 EUR in Mar"


def test_won_without_an_amount_is_counted() -> None:
    for count, shown in ((1, "won 1 deal in Mar"), (2, "won 2 deals in Mar")):
        found = parts(week((0, 0), won=(Total(None, count, 0, 0, count),)), "EUR")
        assert text(joined(found, 80)) == f"Week  {shown}"


def test_where_it_is_narrow_what_was_won_outlasts_the_rest() -> None:
    found = parts(week((2, 0), (4, 1), won=(Total("EUR", 1, 10_000, 0, 0),)), "EUR")
    assert text(joined(found, 45)) == "Week  calls ▄█ 6   won 100 EUR in Mar"
    assert text(joined(found, 30)) == "Week  won 100 EUR in Mar"
