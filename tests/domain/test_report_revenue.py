"""What was sold and received: by month, product, customer and kind, in several currencies, as it was on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Asked
from crm_tui.domain.reports.revenue import BY
from crm_tui.errors import NotFoundError, UsageError
from crm_tui.money import Money, convert
from tests.conftest import NOW
from tests.sales_rows import invoice, pay, product

YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def sell(crm: Crm) -> dict[str, int]:
    """Three invoices of Anna, one of a company, one to nobody, a void one.

    2025-11-30 Anna 100.00 + 20 % tax, paid 120.00 on 2025-12-01
    2025-12-31 Anna 50.00 (10.00 tea, 40.00 cake)
    2026-01-01 Anna 30.00, tea
    2026-01-31 Bo & Sons 200.00, paid 80.00 on 2026-02-28
    2026-02-28 nobody 5.00
    2026-03-01 void 999.00
    """
    anna, sons = crm.contacts.add(name="Anna").id, crm.companies.add(name="Bo & Sons").id
    tea, cake = product(crm, "tea"), product(crm, "cake")
    first = invoice(crm, "2025-11-30", 10000, contact=anna, tax="20")
    pay(crm, first, "2025-12-01", 12000)
    invoice(crm, "2025-12-31", (1000, tea), (4000, cake), contact=anna)
    invoice(crm, "2026-01-01", (3000, tea), contact=anna)
    pay(crm, invoice(crm, "2026-01-31", 20000, company=sons, contact=anna), "2026-02-28", 8000)
    invoice(crm, "2026-02-28", 500)
    invoice(crm, "2026-03-01", 99900, contact=anna, void="2026-03-02")
    return {"anna": anna, "sons": sons, "tea": tea, "cake": cake}


def cells(found: Any, key: str) -> list[tuple[object, ...]]:
    return [
        (
            getattr(row, key),
            row.revenue.minor,
            row.tax.minor,
            row.invoices,
            row.received and row.received.minor,
        )
        for row in found.rows
    ]


def test_by_month_every_month_of_the_last_twelve_has_a_row(crm: Crm) -> None:
    sell(crm)
    found = crm.reports.ask("revenue")
    assert (found.name, found.by, found.as_of) == ("revenue", "month", date(2026, 3, 2))
    assert found.period == Period(date(2025, 4, 1), date(2026, 3, 3))
    assert [row.month for row in found.rows[:2]] == ["2025-04", "2025-05"]
    # the year ends between the second and the third invoice; received stands in the month it came
    assert cells(found, "month")[6:] == [
        ("2025-10", 0, 0, 0, 0),
        ("2025-11", 10000, 2000, 1, 0),
        ("2025-12", 5000, 0, 1, 12000),
        ("2026-01", 23000, 0, 2, 0),
        ("2026-02", 500, 0, 1, 8000),
        ("2026-03", 0, 0, 0, 0),
    ]
    # 100 + 50 + 30 + 200 + 5 = 385; 120 + 80 = 200
    totals = found.totals
    assert (totals.revenue, totals.tax, totals.received) == (eur(38500), eur(2000), eur(20000))
    assert (totals.invoices, totals.currency, totals.converted) == (5, "EUR", False)
    assert found.answer[0] == "385.00 EUR in 5 invoices · 200.00 EUR received"
    assert (found.by_currency, found.notes, found.is_empty) == ((), (), False)
    assert [len(plot.bars) for plot in found.plots] == [12]


@pytest.mark.parametrize(
    ("by", "wanted"),
    [
        ("quarter", [("2025-Q4", 15000, 2000, 2, 12000), ("2026-Q1", 23500, 0, 3, 8000)]),
        ("year", [("2025", 15000, 2000, 2, 12000), ("2026", 23500, 0, 3, 8000)]),
        ("customer", [("Bo & Sons", 20000, 0, 1, 8000), ("Anna", 18000, 2000, 3, 12000),
                      ("no customer", 500, 0, 1, 0)]),
        ("product", [("no product", 30500, 2000, 3, None), ("cake", 4000, 0, 1, None), ("tea", 4000, 0, 2, None)]),
        # Anna's first day is 2025-11-30: 50 + 30 are repeats; the company bought for the first time
        ("kind", [("new", 30000, 2000, 2, 20000), ("repeat", 8000, 0, 2, 0), ("unnamed", 500, 0, 1, 0)]),
    ],
)  # fmt: skip
def test_by(crm: Crm, by: str, wanted: list[tuple[object, ...]]) -> None:
    sell(crm)
    period = Period(date(2025, 10, 1), date(2026, 3, 3))
    found = crm.reports.ask("revenue", Asked(by=by, period=period))
    assert cells(found, by) == wanted
    assert found.totals.revenue == eur(38500)
    assert found.columns[0].key == by


def test_a_repeat_is_one_though_the_first_purchase_is_outside_the_period(crm: Crm) -> None:
    sell(crm)
    found = crm.reports.ask("revenue", Asked(by="kind", period=Period(date(2026, 1, 1), date(2026, 1, 2))))
    assert cells(found, "kind") == [("repeat", 3000, 0, 1, 0)]


def test_as_of_a_past_day(crm: Crm) -> None:
    sell(crm)
    # on 2026-03-01 the void invoice was not void yet, and on 2026-02-27 the company had not paid
    found = crm.reports.ask("revenue", Asked(as_of=date(2026, 3, 1)))
    assert found.totals.revenue == eur(38500 + 99900)
    assert found.period == Period(date(2025, 4, 1), date(2026, 3, 2))
    found = crm.reports.ask("revenue", Asked(as_of=date(2026, 2, 27), by="kind"))
    assert (found.totals.revenue, found.totals.received) == (eur(38000), eur(12000))
    assert cells(found, "kind") == [("new", 30000, 2000, 2, 12000), ("repeat", 8000, 0, 2, 0)]
    assert crm.reports.ask("revenue", Asked(as_of=date(2026, 3, 2))) == crm.reports.ask("revenue")


def test_in_a_leap_year_the_29th_of_february_belongs_to_february(crm: Crm) -> None:
    for day in ("2024-02-28", "2024-02-29", "2024-03-01"):
        invoice(crm, day, 100)
    found = crm.reports.ask("revenue", Asked(period=Period(date(2024, 2, 1), date(2024, 4, 1))))
    assert cells(found, "month") == [("2024-02", 200, 0, 2, 0), ("2024-03", 100, 0, 1, 0)]
    found = crm.reports.ask("revenue", Asked(period=Period(date(2024, 2, 29), date(2024, 3, 1))))
    assert cells(found, "month") == [("2024-02", 100, 0, 1, 0)]


def dollars(crm: Crm) -> None:
    """0.90 from 2026-01-01, 0.95 from 2026-02-01: 10.05 USD on 31 January, 10.05 and 0.05 USD on 1 February."""
    crm.rates.set("USD", "0.9", date(2026, 1, 1))
    crm.rates.set("USD", "0.95", date(2026, 2, 1))
    invoice(crm, "2026-01-31", 1005, currency="USD")
    invoice(crm, "2026-02-01", 1005, currency="USD")
    invoice(crm, "2026-02-01", 5, currency="USD")
    invoice(crm, "2026-02-01", 100)


def test_currencies_stand_apart_and_the_total_says_that_it_is_converted(crm: Crm) -> None:
    dollars(crm)
    found = crm.reports.ask("revenue", Asked(period=Period(date(2026, 1, 1), date(2026, 3, 1))))
    assert [(row.month, row.currency, row.revenue.minor) for row in found.rows] == [
        ("2026-01", "USD", 1005), ("2026-02", "EUR", 100), ("2026-02", "USD", 1010),
    ]  # fmt: skip
    # 20.15 USD x 0.95 = 19.1425 -> 19.14, and 1.00
    assert (found.totals.revenue, found.totals.converted) == (eur(2014), True)
    assert [(each.currency, each.revenue) for each in found.by_currency] == [
        ("EUR", eur(100)), ("USD", Money(2015, "USD")),
    ]  # fmt: skip
    assert found.notes == ("Converted: 1 USD = 0.95 EUR.",)
    assert found.answer[0].startswith("about 20.14 EUR")
    assert [plot.title for plot in found.plots] == ["Revenue by month, EUR", "Revenue by month, USD"]


def test_converted_rows_take_the_rate_of_each_invoices_day(crm: Crm) -> None:
    dollars(crm)
    found = crm.reports.ask("revenue", Asked(period=Period(date(2026, 1, 1), date(2026, 3, 1)), convert=True))
    # 10.05 x 0.9 = 9.045 -> 9.04 (half to even); (10.05 + 0.05) x 0.95 = 9.595 -> 9.60 (half to even), and 1.00
    assert [(row.month, row.currency, row.revenue.minor) for row in found.rows] == [
        ("2026-01", "EUR", 904), ("2026-02", "EUR", 1060),
    ]  # fmt: skip
    assert (found.totals.revenue, found.totals.converted) == (eur(1964), True)
    assert "rate of each day" in found.notes[0]
    why = crm.reports.why("revenue", None, Asked(period=found.period, convert=True))
    assert why.value == eur(1964)
    assert why.arithmetic[1:] == (
        "1.00 EUR", "10.05 USD x 0.9 = 9.04 EUR", "10.10 USD x 0.95 = 9.60 EUR", "= 19.64 EUR (4 added up)",
    )  # fmt: skip


def test_what_is_left_in_its_currency_is_told(crm: Crm) -> None:
    dollars(crm)
    invoice(crm, "2025-12-31", 100, currency="USD")
    found = crm.reports.ask("revenue", Asked(convert=True))
    assert [row.currency for row in found.rows if row.month == "2025-12"] == ["USD"]
    assert (
        "no rate for USD; those rows are left as they are: crm rate set USD RATE --on DAY." in found.notes[1]
    )


def test_without_a_rate_there_is_no_total(crm: Crm) -> None:
    invoice(crm, "2026-03-01", 1005, currency="USD")
    invoice(crm, "2026-03-01", 7, currency="JPY")
    for convert_all in (False, True):
        found = crm.reports.ask("revenue", Asked(convert=convert_all))
        assert (found.totals.revenue, found.totals.currency, found.totals.invoices) == (None, None, 2)
        assert [(each.currency, each.revenue.minor) for each in found.by_currency] == [
            ("JPY", 7),
            ("USD", 1005),
        ]
        assert "There is no rate for JPY, USD" in found.notes[-1]
    assert found.answer[0].startswith("7 JPY + 10.05 USD in 2 invoices")


def test_explained_by_its_invoices_and_payments(crm: Crm) -> None:
    sell(crm)
    why = crm.reports.why("revenue")
    assert why.value == eur(38500)
    assert [(reason.kind, reason.on, reason.value) for reason in why.reasons[:2]] == [
        ("invoice", date(2025, 11, 30), eur(10000)), ("invoice", date(2025, 12, 31), eur(5000)),
    ]  # fmt: skip
    assert why.reasons[0].title == "N1, Anna"
    assert why.arithmetic == (
        "revenue = sum of the net amounts of the invoices that are not void, from 2025-04-01 to 2026-03-02",
        "= 385.00 EUR (5 added up)",
    )
    came = crm.reports.why("received")
    assert (came.value, [reason.kind for reason in came.reasons]) == (eur(20000), ["payment", "payment"])
    assert crm.reports.why("revenue", "Anna", Asked(by="customer")).value == eur(18000)
    with pytest.raises(NotFoundError, match='revenue has no row "Anna"'):
        crm.reports.why("revenue", "Anna")


def test_each_row_is_explained_by_what_is_in_it(crm: Crm) -> None:
    sell(crm)
    december = crm.reports.why("received", "2025-12")
    assert (december.title, december.value) == ("Received: 2025-12", eur(12000))
    assert december.period == Period(date(2025, 12, 1), date(2026, 1, 1))
    tea = crm.reports.why("revenue", "tea", Asked(by="product"))
    # of the invoice for tea and cake, the tea alone
    assert [(each.title, each.value) for each in tea.reasons] == [
        ("N2, Anna", eur(1000)), ("N3, Anna", eur(3000)),
    ]  # fmt: skip
    assert tea.arithmetic[0].startswith("revenue = sum of the net amounts of its lines of the invoices")
    assert tea.arithmetic[1] == "= 40.00 EUR (2 added up)"
    new = crm.reports.why("revenue.invoices", "new", Asked(by="kind"))
    assert (new.value, [each.title for each in new.reasons]) == (2, ["N1, Anna", "N4, Bo & Sons"])
    tax = crm.reports.why("revenue.tax", "2025", Asked(by="year"))
    assert (tax.value, [each.value for each in tax.reasons]) == (eur(2000), [eur(2000), eur(0)])
    paid = crm.reports.why("received", "Bo & Sons", Asked(by="customer"))
    assert (paid.value, [each.kind for each in paid.reasons]) == (eur(8000), ["payment"])
    with pytest.raises(UsageError, match="received is no figure"):
        crm.reports.why("received", "tea", Asked(by="product"))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked(by="weekday"), "no rows by"),
        (Asked(by="monht"), "no rows by"),
        (Asked(as_of=date(2026, 3, 3)), "still to come"),
        (Asked(as_of=date(2024, 12, 31), period=YEAR), "begins on"),
    ],
    ids=["by", "misspelt", "future", "after"],
)
def test_what_cannot_be_asked_is_refused(crm: Crm, asked: Asked, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        crm.reports.ask("revenue", asked)


def test_an_empty_business(crm: Crm) -> None:
    for by in BY:
        found = crm.reports.ask("revenue", Asked(by=by))
        assert (found.rows, found.is_empty, found.answer) == ((), True, ("Nothing was sold.",))
        assert (found.totals.revenue, found.totals.invoices) == (eur(0), 0)
    assert crm.reports.why("revenue").reasons == ()


def test_of_very_many_months_only_those_from_the_first_sale_to_the_last_have_rows(crm: Crm) -> None:
    invoice(crm, "2025-11-30", 100)
    invoice(crm, "2026-01-01", 100)
    for by, wanted in (("month", ["2025-11", "2025-12", "2026-01"]), ("quarter", ["2025-Q4", "2026-Q1"])):
        asked = Asked(by=by, period=Period(date(1900, 1, 1), date(2099, 1, 1)))
        assert [getattr(row, by) for row in crm.reports.ask("revenue", asked).rows] == wanted


DAY = st.dates(min_value=date(2024, 1, 1), max_value=NOW.date()).map(str)
SALE = st.tuples(
    DAY,
    st.lists(st.tuples(st.integers(-500, 5000), st.sampled_from([None, 1, 2])), min_size=1, max_size=3),
    st.sampled_from([None, 1, 2]),
    st.sampled_from([None, 1, 2]),
    st.sampled_from(["EUR", "USD", "JPY"]),
    st.sampled_from([None, "2026-03-02", "2026-01-15"]),
    st.lists(st.tuples(DAY, st.integers(-9, 999)), max_size=2),
)


@given(
    st.lists(SALE, max_size=8), st.booleans(), st.sampled_from([None, date(2026, 1, 31), date(2024, 2, 29)])
)
@settings(max_examples=25, deadline=None)
def test_every_cut_has_the_same_total_and_its_reasons_add_up(
    tmp_path_factory: pytest.TempPathFactory, sales: list[Any], convert_all: bool, as_of: date | None
) -> None:
    with Crm.open(tmp_path_factory.mktemp("revenue") / "crm.db", now=NOW) as crm:
        crm.connection.execute("PRAGMA synchronous = OFF")
        for number in (1, 2):
            crm.contacts.add(name=f"P{number}")
            crm.companies.add(name=f"C{number}")
            product(crm, f"S{number}")
        crm.rates.set("USD", "0.9137", date(2024, 1, 1))
        crm.rates.set("USD", "0.9541", date(2025, 6, 1))
        crm.rates.set("JPY", "0.0061", date(2024, 1, 1))
        for day, lines, contact, company, currency, void, paid in sales:
            made = invoice(crm, day, *lines, contact=contact, company=company, currency=currency, void=void)
            for on, minor in paid:
                pay(crm, made, on, minor)
        period = Period(date(2024, 1, 1), date(2026, 3, 3))
        asked = Asked(period=period, convert=convert_all, as_of=as_of)
        reports = {
            by: crm.reports.ask("revenue", Asked(period=period, by=by, convert=convert_all, as_of=as_of))
            for by in BY
        }
        for figure in ("revenue", "received"):
            why = crm.reports.why(figure, None, asked)
            by_currency: dict[str, int] = {}
            for reason in why.reasons:
                assert isinstance(reason.value, Money)
                code = reason.value.currency
                by_currency[code] = by_currency.get(code, 0) + reason.value.minor
            for by, found in reports.items():
                assert found.totals == reports["month"].totals
                assert getattr(found.totals, figure) == why.value
                if convert_all or (by == "product" and figure == "received"):
                    continue
                sums: dict[str, int] = {}
                for row in found.rows:
                    sums[row.currency] = sums.get(row.currency, 0) + getattr(row, figure).minor
                assert {code: minor for code, minor in sums.items() if minor} == {
                    code: minor for code, minor in by_currency.items() if minor
                }
            if not convert_all and why.value is not None and len(by_currency) == 1:
                assert isinstance(why.value, Money)
                code, minor = next(iter(by_currency.items()))
                rate = crm.rates.rate_on(code, as_of or NOW.date())
                assert rate is not None
                assert why.value.minor in (minor, convert(minor, code, "EUR", rate))
