"""A line of an invoice as one writes it, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain import line_text
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.line_text import LineText
from crm_tui.errors import InvalidDataError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Widget @ 12.50", ("Widget", "1", "12.50", None, None)),
        ("2 x Widget @ 12.50 tax 20 off 5", ("Widget", "2", "12.50", "20", "5")),
        ("2x Widget @12.50 off 5% TAX 20 %", ("Widget", "2", "12.50", "20", "5")),
        ("-1 x Widget @ 12.50", ("Widget", "-1", "12.50", None, None)),
        ("0.5 × Day of work @ 900 EUR", ("Day of work", "0.5", "900 EUR", None, None)),
        ("2x4 timber @ 3", ("2x4 timber", "1", "3", None, None)),
        ("anna@example.com @ 3", ("anna@example.com", "1", "3", None, None)),
        ("Talk @ PyCon, tax 20 @ €1,200 tax 0", ("Talk @ PyCon, tax 20", "1", "€1,200", "0", None)),
        ("1.50 x 2 x Widget @ -3", ("2 x Widget", "1.5", "-3", None, None)),
        ("Widget @ 1 200,50 zł tax 7.5", ("Widget", "1", "1 200,50 zł", "7.5", None)),
    ],
)
def test_a_line(text: str, found: tuple[str, str, str, str | None, str | None]) -> None:
    assert line_text.line(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("W-1", ("W-1", "1", None, None, None)),
        ("W-1*2", ("W-1", "2", None, None, None)),
        ("ink, black * 2.5 off 10%", ("ink, black", "2.5", None, None, "10")),
        ("W*1*3 @ 11.00 tax 20", ("W*1", "3", "11.00", "20", None)),
        ("id:7*2", ("id:7", "2", None, None, None)),
    ],
)
def test_a_product(text: str, found: tuple[str, str, str | None, str | None, str | None]) -> None:
    assert line_text.product(text) == found


@pytest.mark.parametrize(
    "text",
    ["", " ", "Widget", "2 x Widget", "@ 12.50", "2 x @ 12.50", "Widget @", "Widget @ tax 20", "1,5 x Widget @ 3",
     "1.2.3 x Widget @ 3", "Widget @ 3 tax 20 tax 7", "Widget @ 3 off 101", "Widget @ 3 tax -1", "Widget @ 3 off x"],
)  # fmt: skip
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError):
        line_text.line(text)


@pytest.mark.parametrize("text", ["", "*2", "W*x", "W*1,5", "W @", "W off 200"])
def test_a_product_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError):
        line_text.product(text)


@pytest.mark.parametrize("price", ["x", "3 vat 20", "1.200", "12.505", "5 USD", "--3"])
def test_a_price_that_cannot_be_read_names_its_line(price: str) -> None:
    with pytest.raises(InvalidDataError, match="In the line of Widget: ") as refused:
        line_text.draft(line_text.line(f"Widget @ {price}"), "EUR")
    assert line_text.FORM in refused.value.hint


def test_a_draft_takes_what_is_said_for_all() -> None:
    plain = line_text.line("2 x Widget @ 12.50 tax 7")
    assert line_text.draft(plain, "EUR", tax="20", off="5") == LineDraft("Widget", "2", 1250, None, "5", "7")
    known = line_text.product("W*2 off 3")
    assert line_text.draft(known, "EUR", product_id=9, tax="20", off="5") == LineDraft(
        "", "2", None, 9, "3", "20"
    )


def test_the_currency_is_the_one_that_is_named() -> None:
    lines = [line_text.line(f"Work @ {price}") for price in ("12", "5 USD", "x")]
    assert line_text.currency_in(lines) == "USD"
    assert line_text.currency_in(lines[:1]) is None
    with pytest.raises(InvalidDataError, match="EUR, USD"):
        line_text.currency_in([*lines, line_text.line("Work @ €3")])
    # with more decimals than it has it is still the one that is named, and that is what is told
    assert line_text.currency_in([line_text.line("Oil @ 1.2345 KWD")]) == "KWD"
    assert line_text.currency_in([line_text.line("Oil @ 1.234")]) is None


@given(st.text(max_size=60))
def test_any_text_is_a_line_or_refused(text: str) -> None:
    for read in (line_text.line, line_text.product):
        try:
            found = read(text)
        except InvalidDataError:
            continue
        assert isinstance(found, LineText)
        assert found.name.strip()


@given(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20).filter(
        lambda name: "@" not in name
    ),
    st.integers(1, 999),
    st.integers(0, 10**6),
    st.integers(0, 100),
)
def test_what_is_written_is_what_is_read(name: str, quantity: int, minor: int, tax: int) -> None:
    text = f"{quantity} x {name} @ {minor // 100}.{minor % 100:02} tax {tax}"
    found = line_text.draft(line_text.line(text), "EUR")
    assert found == LineDraft(name, str(quantity), minor, None, None, str(tax))
