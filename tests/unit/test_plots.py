"""Plots: exact lengths, nothing and the huge, narrow places, and text that is only text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.text import cell_width
from crm_tui.widgets.figures.plots import Bar, bar, bars, sparkline
from crm_tui.widgets.lines import Line

HUGE = 10**400


def text(line: Line) -> str:
    return "".join(part for part, _ in line)


@pytest.mark.parametrize(
    ("value", "largest", "width", "drawn"),
    [
        (8, 8, 4, "████"),
        (4, 8, 4, "██"),
        (3, 8, 4, "█▌"),
        (1, 32, 4, "▏"),
        (31, 32, 4, "███▉"),
        (1, HUGE, 4, "▏"),
        (HUGE, HUGE, 3, "███"),
        (0, 8, 4, ""),
        (0, 0, 4, ""),
        (5, 0, 4, ""),
        (-4, 8, 4, "██"),
        (9, 8, 4, "████"),
        (5, 5, 0, ""),
        (5, 5, -3, ""),
    ],
)
def test_a_bar_is_its_share_of_the_largest(value: int, largest: int, width: int, drawn: str) -> None:
    assert bar(value, largest, width) == drawn


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([], ""),
        ([0], "·"),
        ([7], "█"),
        ([0, 0, 0], "···"),
        ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"),
        ([1, HUGE], "▁█"),
        ([-5, 4, 8], "·▄█"),
        ([-5, -1], "··"),
    ],
)
def test_a_sparkline_has_one_cell_a_number(values: list[int], drawn: str) -> None:
    assert sparkline(values) == drawn


def test_several_sparklines_can_have_one_scale() -> None:
    assert [sparkline(each, 8) for each in ([8, 4], [2, 0], [16, 1])] == ["█▄", "▂·", "█▁"]


def test_bars_have_label_bar_and_figure_in_columns() -> None:
    lines = bars([Bar("Lead", 100, "100 EUR"), Bar("Qualified", 50, "50 EUR"), Bar("None", 0, "0 EUR")], 30)
    assert [text(line) for line in lines] == [
        "Lead      ████████████ 100 EUR",
        "Qualified ██████        50 EUR",
        "None                     0 EUR",
    ]
    assert [ink for _, ink in lines[0]] == ["plain", "accent", "plain"]


def test_a_minus_stands_before_what_is_below_nothing() -> None:
    lines = bars([Bar("won", 4, "4"), Bar("lost", -4, "-4"), Bar("due", 2, "2")], 20)
    assert [text(line) for line in lines] == [
        "won    ██████████  4",
        "lost - ██████████ -4",
        "due    █████       2",
    ]


def test_of_a_bar_with_a_part_the_rest_is_an_outline() -> None:
    lines = bars([Bar("Lead", 8, "8", part=2), Bar("Won", 4, "4", part=4), Bar("None", 4, "4", part=0)], 15)
    assert [text(line) for line in lines] == ["Lead ██░░░░░░ 8", "Won  ████     4", "None ░░░░     4"]


def test_nothing_is_drawn_of_nothing() -> None:
    assert bars([], 40) == []


@pytest.mark.parametrize(
    ("width", "drawn"),
    [
        (20, ["Negot… ████████ 1000"]),
        (14, ["Neg… ████ 1000"]),
        (12, ["███████ 1000"]),
        (8, ["1000"]),
        (2, ["1…"]),
        (0, []),
        (-1, []),
    ],
)
def test_narrow_places_lose_the_label_then_the_bar(width: int, drawn: list[str]) -> None:
    assert [text(line) for line in bars([Bar("Negotiation", 1000, "1000")], width)] == drawn


def test_text_of_people_stays_text() -> None:
    hostile = [
        "[/]",
        "[@click=app.quit]x[/]",
        "\x1b]52;c;AAAA\x07",
        "a\u202eb",
        "小林結衣",
        "e\u0301" * 30,
        "\n\t",
    ]
    lines = bars([Bar(each, 5, "5") for each in hostile], 30)
    assert {cell_width(text(line)) for line in lines} == {30}
    assert not any(sign in text(line) for line in lines for sign in "\x1b\x07\u202e\n\t")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=20), st.integers(), st.text(max_size=12)), min_size=1, max_size=6),
    st.integers(1, 90),
)
def test_every_line_is_as_wide_as_the_others_and_never_wider_than_its_place(
    found: list[tuple[str, int, str]], width: int
) -> None:
    lines = bars([Bar(label, value, figure) for label, value, figure in found], width)
    assert len(lines) == len(found)
    widths = {cell_width(text(line)) for line in lines}
    assert len(widths) == 1
    assert max(widths) <= width
