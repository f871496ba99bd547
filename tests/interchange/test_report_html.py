"""The page of a report: whole by itself, readable by everybody, and text that is only text."""

from __future__ import annotations

import re
import stat
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from crm_tui.domain.reports.report import Bar, Plot
from crm_tui.errors import ConflictError
from crm_tui.interchange import report_out
from crm_tui.interchange.report_html import page
from crm_tui.interchange.svg import plot
from tests.reports_made import ROWS, made, several

TODAY = date(2026, 3, 2)
EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; </style><style>*{display:none}",
    "a\x1b[31mred\x9b2J\x00",
    "bidi \u202egnp.exe\u2066",
    "&amp; &lt;b&gt; ]]> <!-- -->",
    "</title></svg></table>",
)


def body(text: str) -> ElementTree.Element:
    """The body as a tree, which it is only when every element is closed and every text escaped."""
    return ElementTree.fromstring(text[text.index("<body>") : text.index("</html>")])


def said(element: ElementTree.Element) -> str:
    return "".join(element.itertext())


def test_a_page_says_what_it_is_of_which_days_and_in_which_currency() -> None:
    text = page(made(), TODAY)
    tree = body(text)
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<title>Made up</title>" in text
    assert [said(each) for each in tree.findall(".//header/*")] == [
        "Made up",
        "What if?",
        "1 Mar 2025 - 28 Feb 2026, EUR",
        "1,200 deals · 1,235 EUR",
    ]
    assert said(tree.findall(".//div[@class='notes']")[0]) == "1 row has no amount."


def test_figures_stand_at_the_right_and_names_at_the_left() -> None:
    table = body(page(made(), TODAY)).findall(".//table")[0]
    heads = table.findall("./thead/tr/th")
    assert [(said(each), each.get("class")) for each in heads][:5] == [
        ("Name", None),
        ("Month", None),
        ("On", None),
        ("Deals", "right"),
        ("Amount", "right"),
    ]
    rows = [[said(cell) for cell in row] for row in table.findall("./tbody/tr")]
    assert rows[0] == ["Anna", "2026-01", "31 Jan 2026", "1,200", "1,234.56 EUR", "25.0 %", "12.0", "5"]
    assert [[said(cell) for cell in row] for row in table.findall("./tfoot/tr")] == [
        ["all", "", "", "1,200", "1,234.56 EUR", "", "", ""]
    ]
    facts = body(page(made(), TODAY)).findall(".//table")[1]
    assert [[said(cell) for cell in row] for row in facts.findall("./tbody/tr")] == [["Average", "1.03 EUR"]]


def test_several_currencies_have_a_column_of_facts_each() -> None:
    facts = body(page(several(), TODAY)).findall(".//table")[1]
    assert [said(each) for each in facts.findall("./thead/tr/th")] == ["", "EUR", "JPY", "converted"]


def test_a_plot_is_named_described_and_a_table_too() -> None:
    tree = body(page(made(), TODAY))
    svg = tree.findall(".//svg")[0]
    assert svg.get("role") == "img"
    named = (svg.get("aria-labelledby") or "").split()
    by_id = {each.get("id"): said(each) for each in svg.iter() if each.get("id")}
    assert [by_id[each] for each in named] == ["EUR by name", "Anna: 1,235 EUR; Bob: 0 EUR"]
    assert len(svg.findall(".//rect")) == 1
    table = tree.findall(".//details/table")[0]
    assert [[said(cell) for cell in row] for row in table.findall("./tbody/tr")] == [
        ["Anna", "1,235 EUR"],
        ["Bob", "0 EUR"],
    ]


def test_ids_are_unique_on_the_page() -> None:
    plots = tuple(Plot(f"Plot {place}", (Bar("a", 1, "1"),)) for place in range(3))
    ids = re.findall(r' id="([^"]+)"', page(made(plots=plots), TODAY))
    assert len(ids) == len(set(ids)) == 6


def test_nothing_is_loaded_and_nothing_runs() -> None:
    text = page(made(), TODAY)
    assert "default-src 'none'" in text
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    assert not re.search(r"<script|<link|<img|<iframe|https?:|url\(|@import|javascript:", text)


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_data_is_text(evil: str) -> None:
    row = ROWS[0].__class__(1, evil, evil, None, 1, "EUR", None, None, None, 1)
    plots = (
        Plot(evil, (Bar(evil, 1, evil), Bar(evil, 2, evil)), in_time=True),
        Plot(evil, (Bar(evil, -1, evil, 1),)),
    )
    report = made((row,), title=evil, question=evil, by=evil, answer=(evil,), notes=(evil,), plots=plots)
    text = page(report, TODAY)
    tree = body(text)
    assert {each.tag for each in tree.iter()} <= {
        "body", "header", "main", "h1", "p", "div", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "figure",
        "figcaption", "svg", "title", "desc", "g", "rect", "text", "line", "details", "summary",
    }  # fmt: skip
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert text.count("<style>") == text.count("</style>") == text.count("</title>\n<style>") == 1


def test_nothing_is_said_to_be_nothing() -> None:
    empty = made((), plots=())
    assert "There is nothing in it." in page(empty, TODAY)
    assert "<table" not in page(empty, TODAY)


def test_bars_begin_at_nothing_whichever_way_they_go() -> None:
    svg = ElementTree.fromstring(
        plot(Plot("p", (Bar("a", 100, "100"), Bar("b", -50, "-50"), Bar("c", 0, "0"))), 1)
    )
    one, other = svg.findall(".//rect")
    zero = float(svg.findall("./line")[0].get("x1", ""))
    assert float(one.get("x", "")) == zero
    assert float(other.get("x", "")) + float(other.get("width", "")) == pytest.approx(zero, abs=0.1)
    assert float(one.get("width", "")) == pytest.approx(2 * float(other.get("width", "")), abs=0.2)


def test_the_strong_part_lies_over_the_whole() -> None:
    svg = ElementTree.fromstring(plot(Plot("p", (Bar("a", 100, "100", part=25),)), 1))
    whole, part = svg.findall(".//rect")
    assert (whole.get("class"), part.get("class")) == ("faint", "strong")
    assert float(whole.get("width", "")) == pytest.approx(4 * float(part.get("width", "")), abs=0.2)


@pytest.mark.parametrize("count", [2, 12, 60, 61])
def test_what_follows_in_time_stands_in_columns_within_the_picture(count: int) -> None:
    bars = tuple(Bar(f"20{place:02}-01", place * 100.0, f"{place * 100:,} EUR") for place in range(count))
    svg = ElementTree.fromstring(plot(Plot("p", bars, in_time=True), 1))
    rects = svg.findall(".//rect")
    upright = len({each.get("height") for each in rects}) > 1
    assert upright == (2 < count <= 60)
    assert all(0 <= float(each.get("x", "")) <= 720 for each in (*rects, *svg.findall(".//text")))
    # the last is named, and the largest has its figure
    assert bars[-1].label in [said(each) for each in svg.findall(".//text")]
    assert bars[-1].text in [said(each) for each in svg.findall(".//text")]


@pytest.mark.parametrize("form", report_out.FORMATS)
def test_a_file_is_its_owners_alone_and_never_over_another(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"report.{form}"
    report_out.save(made(), path, form, TODAY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_text()
    assert "Anna" in before
    with pytest.raises(ConflictError):
        report_out.save(several(), path, form, TODAY)
    assert path.read_text() == before
    report_out.save(several(), path, form, TODAY, replace=True)
    assert path.read_text() != before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
