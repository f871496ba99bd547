"""Imports of what was sold read no table anew for each row, whatever the rows say."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.loading.drafts import OnMatch
from crm_tui.interchange.orders_in import _Alike
from tests.loading import Loader, counts, table

MANY: Final = 30
ORDERS: Final = table(
    ("Order id", "Order number", "Date", "Total"),
    *[[f"x{each}", f"B{each}", "2026-02-01", "30"] for each in range(MANY)],
)


@pytest.fixture
def scans(crm: Crm, load: Loader) -> Callable[[str, str, str | None], list[str]]:
    """Loads a text with a key; returns the statements that went through a table or a whole kind, again and again."""

    def of(kind: str, text: str, key: str | None) -> list[str]:
        statements: list[str] = []
        crm.connection.set_trace_callback(statements.append)
        assert counts(load(kind, text, key=key))[0] == MANY
        crm.connection.set_trace_callback(None)
        found: list[str] = []
        for each in statements:
            if not each.startswith(("SELECT", "UPDATE", "DELETE")):
                continue
            try:
                plan = crm.connection.execute(f"EXPLAIN QUERY PLAN {each}").fetchall()
            except sqlite3.OperationalError:
                # about what was there only while it ran
                continue
            words = " | ".join(row[3] for row in plan)
            if "SCAN products" in words or "SCAN payments" in words or "(entity=?)" in words:
                found.append(each)
        return found

    return of


@pytest.mark.parametrize(
    ("kind", "text", "key"),
    [
        ("products", table(("Name", "Price"), *[[f"Thing {each}", "5"] for each in range(MANY)]), None),
        ("products", table(("SKU", "Name"), *[[f"S{each}", f"Thing {each}"] for each in range(MANY)]), None),
        (
            "payments",
            table(
                ("Order id", "Date", "Amount"), *[[f"x{each}", "2026-02-03", "10"] for each in range(MANY)]
            ),
            None,
        ),
        (
            "payments",
            table(
                ("Invoice", "Reference", "Date", "Amount"),
                *[[f"B{each}", f"TX {each}", "2026-02-03", "10"] for each in range(MANY)],
            ),
            "reference",
        ),
    ],
    ids=["products-by-name", "products-by-sku", "payments-by-order", "payments-by-reference"],
)
def test_a_row_reads_no_table(
    load: Loader,
    scans: Callable[[str, str, str | None], list[str]],
    kind: str,
    text: str,
    key: str | None,
) -> None:
    load("invoices", ORDERS)
    assert len(scans(kind, text, key)) < MANY


def test_a_column_that_says_the_same_in_every_row_makes_no_long_way() -> None:
    looked = 0

    class Counting(dict[int, int]):
        def get(self, key: int, default: object = None) -> int | None:  # type: ignore[override]
            nonlocal looked
            looked += 1
            return super().get(key)

    alike = _Alike(lambda cells: cells[0], lambda cells: cells[1])
    alike._same = Counting()
    rows = [[f"N{each}", "shop"] for each in range(500)]
    for cells in rows:
        alike.note(cells)
    assert {alike.of(cells) for cells in rows} == {alike.of(rows[0])}
    assert looked < 10 * len(rows)


def test_all_orders_under_one_id_are_one_that_contradicts_itself(load: Loader) -> None:
    rows = [["shop", f"B{each}", "2026-02-01", "30"] for each in range(5)]
    summary = load("invoices", table(("Order id", "Order number", "Date", "Total"), *rows))
    assert counts(summary) == (0, 0, 0, 0, 5)
    assert "say different things: B1, and B0 in line 2" in load.reasons()[1][2]


def test_what_is_read_of_an_order_is_forgotten_once_it_is_taken() -> None:
    alike = _Alike(lambda cells: cells[0], lambda cells: cells[1])
    cells = ["A1", "77"]
    alike.note(cells)
    assert alike.of(["", "77"]) == alike.of(["A1", ""]) == alike.of(cells)
    alike.forget([(2, cells), (3, ["", "77"])])
    assert alike._same == {}


def test_skus_of_a_file_are_made_past_those_there_are(load: Loader) -> None:
    load.crm.products.add("Widget", sku="widget-2")
    text = table(("Name",), ["Widget"], ["WIDGET"], ["Widgét"])
    assert counts(load("products", text, on_match=OnMatch.CREATE))[0] == 3
    found = sorted(each.sku for each in load.crm.products.list())
    assert found == ["WIDGET", "WIDGET-3", "WIDGET-4", "widget-2"]
