"""Figures as machines and people read them, and the grid that every face draws."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.dates import Period
from crm_tui.domain.reports.report import Unit, Value
from crm_tui.money import Money
from crm_tui.report_text import Head, grid, heading, machine, people, period_text, subtitle
from tests.reports_made import MadeRow, MadeTotals, made, several

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("value", "unit", "exact", "read"),
    [
        (Money(-123456, "EUR"), Unit.MONEY, "-1234.56", "-1,234.56 EUR"),
        (Money(1500, "JPY"), Unit.MONEY, "1500", "1,500 JPY"),
        (Money(1, "KWD"), Unit.MONEY, "0.001", "0.001 KWD"),
        (None, Unit.MONEY, None, "-"),
        (1 / 3, Unit.RATE, 1 / 3, "33.3 %"),
        (0, Unit.RATE, 0, "0.0 %"),
        (1.0, Unit.RATE, 1.0, "100.0 %"),
        (None, Unit.RATE, None, "-"),
        (12.34, Unit.DAYS, 12.34, "12.3"),
        (12, Unit.DAYS, 12, "12"),
        (12345, Unit.COUNT, 12345, "12,345"),
        (None, Unit.COUNT, None, ""),
        (5, Unit.SCORE, 5, "5"),
        (date(2026, 3, 1), Unit.DAY, "2026-03-01", "1 Mar 2026"),
        (None, Unit.DAY, None, ""),
        ("2026-03", Unit.MONTH, "2026-03", "2026-03"),
        ("a", Unit.TEXT, "a", "a"),
        (True, Unit.TEXT, True, "yes"),
    ],
    ids=str,
)
def test_a_figure_is_exact_for_machines_and_readable_for_people(
    value: Value, unit: Unit, exact: object, read: str
) -> None:
    assert machine(value) == exact
    assert people(value, unit) == read


def test_a_period_is_told_with_its_last_day_included() -> None:
    assert period_text(Period(date(2024, 2, 1), date(2024, 3, 1))) == "1 Feb 2024 - 29 Feb 2024"
    assert period_text(Period(date(2026, 3, 2), date(2026, 3, 3))) == "2 Mar 2026"


def test_days_and_currency_are_stated() -> None:
    assert subtitle(made(), TODAY) == "1 Mar 2025 - 28 Feb 2026, EUR"
    assert subtitle(made(period=None), TODAY) == "as of 2 Mar 2026, EUR"
    past = made(as_of=date(2026, 1, 31))
    assert subtitle(past, TODAY) == "1 Mar 2025 - 28 Feb 2026, as of 31 Jan 2026, EUR"
    assert subtitle(several(), TODAY) == "1 Mar 2025 - 28 Feb 2026, EUR, JPY, converted to EUR"
    assert subtitle(several(), TODAY, 1) == "1 Mar 2025 - 28 Feb 2026, 2 currencies, converted to EUR"
    bare = made(columns=made().columns[:3], total_columns=made().total_columns[:1])
    assert subtitle(bare, TODAY) == "1 Mar 2025 - 28 Feb 2026"
    assert heading(made()) == "Made up"
    assert heading(made(by="name")) == "Made up by name"


def test_the_grid_has_what_people_see_and_totals_where_they_belong() -> None:
    found = grid(made())
    assert found.heads[0] == Head("name", "Name", right=False, gives_way=True)
    assert [head.title for head in found.heads if head.right] == ["Deals", "Amount", "Rate", "Days", "Score"]
    assert found.rows[0] == ("Anna", "2026-01", "31 Jan 2026", "1,200", "1,234.56 EUR", "25.0 %", "12.0", "5")
    assert found.rows[1] == ("Bob", "2026-02", "", "0", "-", "-", "-", "1")
    assert found.sums == (("all", "", "", "1,200", "1,234.56 EUR", "", "", ""),)
    assert found.kinds == ("",)
    assert found.facts == (("Average", "1.03 EUR"),)


def test_several_currencies_have_totals_each_and_what_they_come_to() -> None:
    found = grid(several())
    assert [row[0] for row in found.rows] == ["Anna", ""]
    assert [(row[0], row[3], row[4]) for row in found.sums] == [
        ("EUR", "3", "5.00 EUR"),
        ("JPY", "1", "700 JPY"),
        ("converted", "4", "9.00 EUR"),
    ]
    assert found.kinds == ("EUR", "JPY", "converted")
    assert found.facts == (("Average", "-", "-", "2.25 EUR"),)


def row(name: str, month: str, currency: str = "EUR") -> MadeRow:
    return MadeRow(1, name, month, None, 3, currency, Money(500, currency), 1.0, 1.0, 5)


def test_only_another_currency_makes_a_name_go_without_saying() -> None:
    rows = [
        row("Anna", "2026-01"),
        row("Anna", "2026-01"),
        row("Anna", "2026-01", "JPY"),
        row("Bob", "2026-01", "JPY"),
    ]
    assert [each[0] for each in grid(made(rows)).rows] == ["Anna", "Anna", "", "Bob"]


def test_a_first_name_that_all_rows_share_is_left_out_where_a_second_tells_them_apart() -> None:
    apart = grid(made([row("Sales", "2026-01"), row("Sales", "2026-02")]))
    assert [head.key for head in apart.heads][:1] == ["month"]
    assert [each[0] for each in apart.sums] == ["all"]
    assert grid(made([row("Sales", "2026-01")])).heads[0].key == "name"
    assert grid(made([row("Sales", "2026-01"), row("Bob", "2026-02")])).heads[0].key == "name"


def test_without_a_rate_the_sum_of_all_is_unknown_and_not_called_converted() -> None:
    found = several()
    unknown = MadeTotals(4, None, False, None, None)
    sums = grid(made(found.rows, totals=unknown, by_currency=found.by_currency)).sums
    assert (sums[-1][0], sums[-1][3], sums[-1][4]) == ("all", "4", "-")
