"""An invoice as a page: well-formed, every text escaped, nothing that runs or is loaded."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.interchange.papers import writing
from crm_tui.interchange.papers.paper import paper
from tests.papers import business, relaunch

EMPTY: Final = frozenset({"meta"})
KNOWN: Final = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "div", "p", "h1", "h2", "dl", "dt",
    "dd", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class Page(HTMLParser):
    """The elements and texts of a page; fails where an element is not closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.cells: list[list[str]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in EMPTY:
            self.open.append(tag)
        if tag == "tr":
            self.cells.append([])
        if tag in ("th", "td"):
            self.cells[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("th", "td"):
            self.cells[-1][-1] += data
        elif data.strip() and self.open[-1] != "style":
            self.texts.append(data)


def page(crm: Crm, invoice_id: int) -> str:
    return writing.data(crm, paper(crm, invoice_id), "html").decode()


def test_everything_on_it_is_on_the_page(database: Path) -> None:
    with business(database) as crm:
        made = relaunch(crm)
        found = paper(crm, made.id)
        read = Page(page(crm, made.id))
    assert read.cells[: len(found.items) + 1] == [[*found.heads], *(list(row) for row in found.rows)]
    assert read.cells[len(found.items) + 1 :] == [
        ["Net", "5,093.70", ""],
        ["No tax on 84.00", "0.00", ""],
        ["5% tax on 74.70", "3.74", ""],
        ["20% tax on 4,935.00", "987.00", ""],
        ["Total", "6,084.44", "EUR"],
        ["Paid on 2 March 2026, bank transfer", "-2,000.00", ""],
        ["Still to be paid by 16 March 2026", "4,084.44", "EUR"],
    ]
    shown = {*found.seller_lines, *found.customer, *found.payment, found.seller, found.number, "How to pay"}
    assert shown <= set(read.texts)
    assert read.texts[0] == "Invoice 2026-001"


def test_a_void_one_says_so(crm: Crm) -> None:
    made = crm.invoices.add(lines=[LineDraft("Work", unit_price_minor=1)])
    crm.invoices.void(made.id)
    texts = Page(page(crm, made.id)).texts
    assert {"VOID", "This document was voided on 2 March 2026. Nothing is to be paid for it."} <= set(texts)


def test_hostile_texts_are_only_texts(database: Path) -> None:
    evil = "</style></title><script>alert(1)</script><img src=x onerror=alert(1)> & \" ' \u202e"
    config = Config(
        business_name=evil, business_address=(evil,), business_tax_id=evil, business_payment=(evil,)
    )
    with business(database, config) as crm:
        who = crm.contacts.add(name=evil.replace("\u202e", ""))
        crm.contacts.add_method(who.id, "address", evil)
        made = crm.invoices.add(
            contact_id=who.id, number=evil[:90], lines=[LineDraft(evil, unit_price_minor=1)]
        )
        crm.payments.add(made.id, 10**6, method=evil)
        text = page(crm, made.id)
    read = Page(text)
    assert read.seen <= KNOWN
    assert not [name for name in read.attributes if name.startswith("on") or name in ("src", "href", "style")]
    assert "\u202e" not in text
    assert read.cells[1][0].endswith("<U+202E>")


def test_nothing_is_loaded_and_nothing_runs(database: Path) -> None:
    with business(database) as crm:
        text = page(crm, relaunch(crm).id)
    assert "default-src 'none'" in text
    assert not [
        word for word in ("<script", "<link", "<img", "url(", "@import", "http:", "https:") if word in text
    ]
