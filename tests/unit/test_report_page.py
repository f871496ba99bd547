"""Any report as lines of the screen: the table, bars beside its rows, plots, courses, other totals, notes."""

from __future__ import annotations

from datetime import date

from crm_tui.domain.reports.report import Bar, Explanation, Plot, Reason, Unit
from crm_tui.money import Money
from crm_tui.widgets.figures.report_page import lines, why_lines
from crm_tui.widgets.lines import Line
from tests.reports_made import COLUMNS, MadeRow, made, several

TODAY = date(2026, 3, 2)


def text(line: Line) -> str:
    return "".join(part for part, _ in line).rstrip()


def page(width: int, **changes: object) -> list[str]:
    return [text(line) for line in lines(made(**changes), width)]  # type: ignore[arg-type]


def test_a_page_is_the_table_the_other_totals_the_plots_and_the_notes() -> None:
    assert page(70) == [
        "Name  Month    On           Deals        Amount    Rate  Days  Score",
        "Anna  2026-01  31 Jan 2026  1,200  1,234.56 EUR  25.0 %  12.0      5",
        "Bob   2026-02                   0             -       -     -      1",
        "────────────────────────────────────────────────────────────────────",
        "all                         1,200  1,234.56 EUR",
        "",
        "Average  1.03 EUR",
        "",
        "EUR by name",
        "Anna ███████████████████████████████████████████████████████ 1,235 EUR",
        "Bob                                                              0 EUR",
        "",
        "1 row has no amount.",
    ]


def test_plots_stand_beside_the_table_where_there_is_room() -> None:
    first = page(140)[0]
    assert first.startswith("Name  Month")
    assert first.endswith("    EUR by name")


def test_bars_of_the_rows_stand_beside_them_without_names_where_names_have_no_room() -> None:
    bars = page(85)
    assert bars[1].endswith("5    ████████████")
    assert bars[2].endswith("1")
    assert not any(line.startswith("Anna █") for line in bars)
    # bars of something else keep their names
    others = page(85, plots=(Plot("Other", (Bar("x", 1, "1"), Bar("y", 2, "2"))),))
    assert any(line.startswith("x ██") for line in others)


def test_a_part_is_drawn_full_and_the_rest_in_outline() -> None:
    found = page(
        40,
        plots=(
            Plot(
                "p",
                (Bar("a", 100, "100 EUR", part=50), Bar("b", 50, "50 EUR", part=0)),
            ),
        ),
    )
    assert "a ███████████████░░░░░░░░░░░░░░░ 100 EUR" in found
    assert "b ░░░░░░░░░░░░░░░                 50 EUR" in found


def test_several_plots_over_the_same_time_are_courses_beneath_the_first() -> None:
    def plot(title: str, *values: int) -> Plot:
        return Plot(
            title,
            tuple(Bar(f"2026-0{n}", value, str(value)) for n, value in enumerate(values, 1)),
            in_time=True,
        )

    found = page(
        60, rows=(), plots=(plot("All", 3, 9), plot("Calls", 2, 8), plot("Notes", 0, 0), plot("Mails", 1, 1))
    )
    assert found.count("All") == 1
    assert any(line.startswith("2026-02 ████") for line in found)
    assert "Calls ▂█  most 8 in 2026-02" in found
    assert "Mails ▁▁  most 1 in 2026-02" in found
    assert not any("Notes" in line for line in found)


def test_figures_of_nothing_are_dim_and_what_is_known_is_not() -> None:
    first, second = lines(made(), 70)[1:3]
    assert {ink for part, ink in first if part.strip()} == {"plain"}
    assert [ink for part, ink in second if part.strip() in ("0", "-")] == ["dim"] * 4


def test_other_totals_have_a_line_for_each_currency() -> None:
    found = [text(line) for line in lines(several(), 70)]
    assert [line.split() for line in found[-6:-2]] == [
        ["Average"],
        ["EUR", "-"],
        ["JPY", "-"],
        ["converted", "2.25", "EUR"],
    ]


def test_names_give_way_before_columns_do() -> None:
    row = MadeRow(1, "n" * 60, "2026-01", None, 1, "EUR", Money(100, "EUR"), 1.0, 1.0, 1)
    wide, narrow = page(90, rows=(row,)), page(70, rows=(row,))
    assert wide[1].startswith("n" * 27 + "…")
    assert narrow[1].startswith("n" * 13 + "…")
    assert narrow[0].split()[-1] == wide[0].split()[-1] == "Score"
    assert page(50, rows=(row,), columns=COLUMNS)[0].split()[-1] != "Score"


def test_why_is_the_figure_the_arithmetic_and_the_rows() -> None:
    found = Explanation(
        figure="weighted", title="Weighted", value=Money(54_000, "EUR"), unit=Unit.MONEY, period=None, as_of=TODAY,
        arithmetic=("amount x probability / 100",),
        reasons=(Reason(kind="deal", id=1, title="Website", on=TODAY, part="10 %", value=Money(54_000, "EUR")),),
    )  # fmt: skip
    assert [text(line) for line in why_lines(found, TODAY, 70)] == [
        "540.00 EUR  as of 2 Mar 2026",
        "",
        "amount x probability / 100",
        "",
        "Kind  Title            On  Part       Value",
        "deal  Website  2 Mar 2026  10 %  540.00 EUR",
    ]
    nothing = Explanation(
        figure="win_rate", title="Win rate", value=None, unit=Unit.RATE, period=None, as_of=TODAY, arithmetic=(),
        reasons=(),
    )  # fmt: skip
    assert [text(line) for line in why_lines(nothing, TODAY, 70)] == ["-  as of 2 Mar 2026", ""]
