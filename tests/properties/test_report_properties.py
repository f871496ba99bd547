"""A figure of a report is the same in every format."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

from hypothesis import given, settings

from crm_tui.commands.report_lines import report_lines
from crm_tui.domain.reports.report import Report, Unit
from crm_tui.interchange import csv_out, report_out
from crm_tui.interchange.report_html import page
from crm_tui.money import Money, exponent
from crm_tui.report_text import cells, for_people, grid
from crm_tui.text import cell_width, clean, is_clean, unguard_formula
from crm_tui.widgets.figures.report_page import lines
from tests.reports_made import reports

TODAY = date(2026, 3, 2)
Made = Report[Any, Any]


class Page(HTMLParser):
    """The rows of the first table of a page, and every tag."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.tables = 0
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.tables += tag == "table"
        if tag == "tr" and self.tables == 1:
            self.rows.append([])
        if tag in ("td", "th"):
            self._cell = []

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            if self.tables == 1:
                self.rows[-1].append("".join(self._cell))
            self._cell = None


def exact(value: Any) -> Any:
    """What a figure is, whatever it is written as."""
    if isinstance(value, Money):
        return Decimal(value.minor).scaleb(-exponent(value.currency))
    return value.isoformat() if isinstance(value, date) else value


@settings(max_examples=60, deadline=None)
@given(reports())
def test_json_and_csv_hold_the_figures_exactly(report: Made) -> None:
    whole = json.loads(json.dumps(report_out.as_json(report)))
    file = io.StringIO()
    csv_out.write(report.rows, report_out.columns(report.columns), file)
    table = list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))
    assert len(whole["rows"]) == len(table) == len(report.rows)
    for row, told, line in zip(report.rows, whole["rows"], table, strict=True):
        assert list(told) == list(line) == [each.key for each in report.columns]
        for figure in report.columns:
            value = exact(getattr(row, figure.key))
            said, cell = told[figure.key], unguard_formula(line[figure.key])
            if value is None:
                assert said is None
                assert cell == ""
            elif figure.unit is Unit.MONEY:
                assert Decimal(said) == Decimal(cell) == value
            elif isinstance(value, (int, float)):
                assert said == float(cell) == value
            else:
                assert said == cell == value
    for figure in report.total_columns:
        value, said = exact(getattr(report.totals, figure.key)), whole["totals"][figure.key]
        assert (Decimal(said) if isinstance(value, Decimal) else said) == value


@settings(max_examples=60, deadline=None)
@given(reports())
def test_people_read_the_same_in_a_table_on_a_page_and_on_the_screen(report: Made) -> None:
    found = grid(report)
    figures = for_people(report.columns)
    if len(found.heads) == len(figures):
        shown = [cells(row, figures) for row in report.rows]
        assert all(
            all(cell in ("", other) for cell, other in zip(row, all_of_it, strict=True))
            for row, all_of_it in zip(found.rows, shown, strict=True)
        )
    read = Page()
    read.feed(page(report, TODAY))
    wanted = [[clean(cell) for cell in row] for row in (*found.rows, *found.sums)]
    assert read.rows[1:] == wanted
    printed = [*report_lines(report, TODAY, 10_000, lambda text, _: text)]
    drawn = ["".join(text for text, _ in line) for line in lines(report, 10_000)]
    for row in wanted:
        figured = [cell for cell, head in zip(row, found.heads, strict=True) if head.right and cell]
        assert any(all(cell in line for cell in figured) for line in printed)
        assert any(all(cell in line for cell in figured) for line in drawn)


@settings(max_examples=60, deadline=None)
@given(reports())
def test_a_page_is_whole_and_holds_nothing_that_acts(report: Made) -> None:
    text = page(report, TODAY)
    read = Page()
    read.feed(text)
    assert not read.tags & {"script", "link", "img", "iframe", "object", "a", "form", "base", "foreignobject"}
    assert not {name for name in read.attributes if name.startswith("on") or name in ("href", "src", "style")}
    assert all(is_clean(line) for line in text.split("\n"))
    # every element is closed, as in XML
    body = text[text.index("<body>") : text.index("</html>")]
    ElementTree.fromstring(body)


@settings(max_examples=60, deadline=None)
@given(reports())
def test_no_line_of_the_screen_is_wider_than_the_screen(report: Made) -> None:
    for width in (2, 10, 40, 80, 200):
        for line in lines(report, width):
            assert sum(cell_width(clean(text)) for text, _ in line) <= width
