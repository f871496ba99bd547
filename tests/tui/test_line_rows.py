"""Lines of an invoice typed one a row: what is read, what is refused, and that what is there comes back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.errors import InvalidDataError
from crm_tui.screens.billing import line_rows
from tests.conftest import NOW


@pytest.fixture
def shop(database: Path) -> Iterator[Crm]:
    with Crm.open(database, now=NOW) as crm:
        crm.products.add("Olive oil 5 l", sku="OIL-5", price_minor=2450, currency="EUR")
        crm.products.add("Tea", sku="T-1", price_minor=300, currency="EUR")
        crm.products.add("Tea", sku="T-2", price_minor=500, currency="EUR")
        crm.products.add("Yuzu", price_minor=1200, currency="JPY")
        crm.products.add("Advice")
        yield crm


@pytest.mark.parametrize(
    ("row", "draft"),
    [
        ("Work @ 100", LineDraft("Work", "1", 10_000)),
        ("2 x Work @ 12.50 tax 20 off 5", LineDraft("Work", "2", 1250, None, "5", "20")),
        ("2.5 × Work @ 1,200", LineDraft("Work", "2.5", 120_000)),
        ("a @ home @ 5", LineDraft("a @ home", "1", 500)),
        ("olive oil 5 L", LineDraft("", "1", None, 1)),
        ("3 x oil-5 off 10", LineDraft("", "3", None, 1, "10")),
        ("OIL-5*4", LineDraft("", "4", None, 1)),
        ("OIL-5 @ 20", LineDraft("", "1", 2000, 1)),
        ("2 x Cold pressed [OIL-5] @ 30", LineDraft("Cold pressed", "2", 3000, 1)),
        ("Cold pressed [NONE] @ 30", LineDraft("Cold pressed [NONE]", "1", 3000)),
        ("T-2", LineDraft("", "1", None, 3)),
    ],
    ids=[
        "plain",
        "all",
        "times",
        "at",
        "name",
        "sku",
        "star",
        "price",
        "words-sku",
        "no-such-sku",
        "one-of-two",
    ],
)
def test_a_row(shop: Crm, row: str, draft: LineDraft) -> None:
    assert line_rows.read(shop, row) == ([draft], "EUR")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("Work @ 1\nnonsense", "Line 2: there is no product “nonsense”, and no price."),
        ("Work @ x", 'Work: "x" is no amount'),
        ("\n\nTea", "Line 3: 2 products are called Tea."),
        ("Work @ 5 tax 101", "Line 1: "),
        ("a @ 5 EUR\nb @ 5 USD", "several currencies"),
        ("Yuzu\nT-1", "prices in several currencies"),
        ("\n".join("a @ 1" for _ in range(201)), "201 lines are too many"),
    ],
    ids=["no-product", "no-amount", "namesakes", "share", "currencies", "own-prices", "many"],
)
def test_what_is_refused_is_named_by_its_row(shop: Crm, rows: str, said: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        line_rows.read(shop, rows)
    assert said in caught.value.message


def test_the_currency_is_that_of_the_prices_or_the_products(shop: Crm) -> None:
    assert line_rows.read(shop, "a @ 5000 JPY").currency == "JPY"
    assert line_rows.read(shop, "yuzu") == ([LineDraft("", "1", None, 4)], "JPY")
    assert line_rows.read(shop, "a @ 1.234", currency="KWD").drafts == [LineDraft("a", "1", 1234)]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("", ""),
        ("2 x Work @ 12.50", "1 line: 25.00 EUR"),
        ("3 x oil-5 off 5 tax 20\nDelivery @ 40", "2 lines: 109.82 and 13.96 tax, 123.78 EUR"),
        ("yuzu", "1 line: 1,200 JPY"),
        ("a @ 1.234 KWD", "1 line: 1.234 KWD"),
        ("Advice", "? Advice has no price."),
        ("Work", "? Line 1: there is no product “Work”, and no price."),
    ],
    ids=["none", "one", "tax", "yen", "dinar", "no-price", "no-product"],
)
def test_the_running_total(shop: Crm, rows: str, said: str) -> None:
    assert line_rows.sums(shop, rows, None, None, {}) == said


def test_lines_that_are_there_come_back_as_they_were(shop: Crm) -> None:
    drafts = [
        LineDraft("Olive oil 5 l", "2", 2450, 1, "5", "20"),
        LineDraft("Another name", "1", 100, 1, None, "0"),
        LineDraft("2 x a @ 5 tax 3 off 4", "1", 100, None, None, "0"),
        LineDraft("same", "1", 100, None, None, "0"),
        LineDraft("same", "1", 100, None, None, "0"),
        LineDraft("Advice", "1", 100, None, None, "0"),
    ]
    made = shop.invoices.add(lines=drafts)
    rows = line_rows.typed(shop, made.id, "EUR")
    assert [text for text, _ in rows][:3] == [
        "2 x Olive oil 5 l @ 24.50 tax 20 off 5", "Another name [OIL-5] @ 1", "1 x 2 x a @ 5 tax 3 off 4 @ 1",
    ]  # fmt: skip
    text = "\n".join(each for each, _ in rows)
    found = line_rows.read(shop, text, currency="EUR", known=dict(rows)).drafts
    assert found == shop.invoices.drafts(made.id)
    assert [each[:5] for each in found] == [each[:5] for each in drafts]


_NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1)
_LINES = st.builds(
    LineDraft,
    _NAMES,
    st.decimals("0.001", "999", places=3).map(lambda found: format(found, "f")),
    st.integers(-(10**9), 10**9),
    st.sampled_from((None, 1, 2, 4)),
    st.sampled_from((None, "5", "12.5")),
    st.sampled_from((None, "0", "20")),
)


@given(st.lists(_LINES, min_size=1, max_size=6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_lines_survive_a_form_in_which_nothing_was_changed(shop: Crm, drafts: list[LineDraft]) -> None:
    try:
        made = shop.invoices.add(lines=drafts, currency="EUR")
    except InvalidDataError:
        return
    rows = line_rows.typed(shop, made.id, "EUR")
    assert all(len(text.splitlines()) == 1 for text, _ in rows)
    found = line_rows.read(shop, "\n".join(text for text, _ in rows), currency="EUR", known=dict(rows))
    assert found.drafts == shop.invoices.drafts(made.id)
