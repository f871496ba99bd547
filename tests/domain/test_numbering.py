"""The numbers of invoices: patterns, series, and that an undo leaves none out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from crm_tui import config
from crm_tui.config import Config
from crm_tui.domain import Crm, numbering
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.errors import ConflictError, InvalidDataError
from tests.conftest import NOW

WORK = [LineDraft("Work", unit_price_minor=100)]


def add(crm: Crm, number: str | None = None, issued_on: date | None = None) -> str:
    return crm.invoices.add(lines=WORK, number=number, issued_on=issued_on, due_on=date(2027, 12, 31)).number


def undoable(crm: Crm) -> int:
    assert crm.last_operation is not None
    return crm.last_operation.id


@pytest.mark.parametrize(
    ("pattern", "numbers"),
    [
        ("{year}-{n:03}", ["2025-001", "2026-001", "2026-002", "2026-003", "2025-002"]),
        ("{yy}{month}/{n}", ["2512/1", "2601/1", "2603/1", "2603/2", "2512/2"]),
        ("INV-{n:5}", ["INV-00001", "INV-00002", "INV-00003", "INV-00004", "INV-00005"]),
        ("{n}.{year}", ["1.2025", "1.2026", "2.2026", "3.2026", "2.2025"]),
        ("{n}", ["1", "2", "3", "4", "5"]),
        ("{year}{n:02}", ["202501", "202601", "202602", "202603", "202502"]),
    ],
)
def test_a_series_begins_again_where_the_rest_differs(
    database: Path, pattern: str, numbers: list[str]
) -> None:
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 2), date(2025, 12, 1)]
    with Crm.open(database, now=NOW, config=Config(invoice_number=pattern)) as crm:
        assert [add(crm, issued_on=day) for day in days] == numbers


@pytest.mark.parametrize(
    "pattern",
    [
        "{year}",
        "{n}-{n}",
        "{n:99}",
        "{year:4}-{n}",
        "{n",
        "{no}-{n}",
        "{n}" + "x" * 60,
        "a\u202e{n}",
        "{n}\x07",
    ],
    ids=["no-n", "two", "wide", "year", "open", "unknown", "long", "bidi", "bell"],
)
def test_a_pattern_that_cannot_number_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidDataError):
        config.check("invoice_number", pattern)


def test_the_settings_of_invoices_are_checked() -> None:
    assert config.check("invoice_number", " {year}-{n:03} ") == "{year}-{n:03}"
    assert config.check("payment_days", "30") == 30
    assert [config.check("tax_percent", value) for value in ("18", 7.5, "20 %", 0)] == [
        "18",
        "7.5",
        "20",
        "0",
    ]
    for name, value in (("payment_days", -1), ("tax_percent", "200"), ("tax_percent", True)):
        with pytest.raises(InvalidDataError):
            config.check(name, value)


def test_numbers_go_on_from_the_highest(crm: Crm) -> None:
    add(crm, "2026-9")
    assert add(crm) == "2026-010"
    add(crm, "2026-999")
    assert add(crm) == "2026-1000"
    assert add(crm) == "2026-1001"


def test_numbers_of_another_kind_belong_to_no_series(crm: Crm) -> None:
    for number in (
        "2026-A7",
        "2026-",
        "2026-0x9",
        "2026-12-5",
        "x2026-500",
        "2026-500b",
        "2026-²",
        "2026-" + "9" * 16,
    ):
        add(crm, number)
    assert add(crm) == "2026-001"


def test_signs_of_patterns_mean_themselves(database: Path) -> None:
    with Crm.open(database, now=NOW, config=Config(invoice_number="%_*[{n:02}]?")) as crm:
        add(crm, "xx*[77]?")
        assert [add(crm), add(crm)] == ["%_*[01]?", "%_*[02]?"]
        with pytest.raises(ConflictError):
            crm.undo(2)


def test_a_number_is_given_once(crm: Crm) -> None:
    add(crm, "A")
    with pytest.raises(ConflictError, match="invoice A already") as refused:
        add(crm, " A ")
    assert "2026-001" in refused.value.hint
    for number in ("", " ", "\u200b", "a\x00b", "n" * 101):
        with pytest.raises(InvalidDataError):
            add(crm, number)


def test_the_newest_can_be_undone_and_its_number_is_given_again(crm: Crm) -> None:
    assert add(crm) == "2026-001"
    assert add(crm) == "2026-002"
    crm.undo()
    assert crm.invoices.next_number() == "2026-002"
    crm.redo()
    assert crm.invoices.next_number() == "2026-003"
    crm.undo()
    assert add(crm) == "2026-002"


def test_an_earlier_one_cannot_be_undone(crm: Crm) -> None:
    add(crm)
    first = undoable(crm)
    add(crm)
    add(crm)
    with pytest.raises(ConflictError, match="invoice 2026-003 was numbered after 2026-001") as refused:
        crm.undo(first)
    assert refused.value.operation == undoable(crm)
    assert refused.value.exit_code == 6
    assert [each.number for each in crm.invoices.list(sort="id")] == ["2026-001", "2026-002", "2026-003"]
    for _ in range(3):
        crm.undo()
    assert crm.invoices.count() == 0


def test_a_void_one_keeps_its_number_and_the_ones_before_it(crm: Crm) -> None:
    add(crm)
    first = undoable(crm)
    crm.invoices.void(crm.references.invoice(add(crm)))
    with pytest.raises(ConflictError, match="2026-002"):
        crm.undo(first)


def test_other_series_are_in_nobodys_way(crm: Crm) -> None:
    add(crm)
    first = undoable(crm)
    add(crm, issued_on=date(2025, 6, 1))
    add(crm, "SHOP-77")
    crm.undo(first)
    assert crm.invoices.next_number() == "2026-001"


def test_a_number_from_before_does_not_hold_a_later_one(crm: Crm) -> None:
    add(crm, "2026-050")
    add(crm, "2026-007")
    crm.undo()
    assert [each.number for each in crm.invoices.list()] == ["2026-050"]


def test_a_number_that_others_follow_cannot_be_changed(crm: Crm) -> None:
    add(crm)
    add(crm)
    with pytest.raises(ConflictError, match="2026-002 was numbered after 2026-001"):
        crm.invoices.update(1, number="X")
    assert crm.invoices.update(2, number="X").number == "X"
    assert add(crm) == "2026-002"
    with pytest.raises(ConflictError, match="invoice X already"):
        crm.invoices.update(1, number="X")
    # the change of the number cannot be undone, for what it had is taken
    with pytest.raises(ConflictError):
        crm.undo(3)


def test_a_number_that_an_older_invoice_got_later_follows_too(crm: Crm) -> None:
    add(crm, "SHOP-7")
    assert add(crm) == "2026-001"
    made = undoable(crm)
    crm.invoices.update(1, number="2026-002")
    renamed = undoable(crm)
    crm.invoices.update(1, due_on=date(2027, 11, 30))
    with pytest.raises(ConflictError, match="invoice 2026-002 was numbered after 2026-001") as refused:
        crm.undo(made)
    assert refused.value.operation == renamed
    crm.undo()
    crm.undo()
    crm.undo(made)
    assert [each.number for each in crm.invoices.list()] == ["SHOP-7"]


def test_the_undo_of_several_at_once_is_held_by_the_first(crm: Crm) -> None:
    with crm.transaction("import"):
        add(crm)
        add(crm)
    imported = undoable(crm)
    add(crm)
    with pytest.raises(ConflictError, match="2026-003 was numbered after 2026-001"):
        crm.undo(imported)
    crm.undo()
    crm.undo(imported)
    assert crm.invoices.next_number() == "2026-001"


def test_several_at_once_get_a_number_each(database: Path) -> None:
    Crm.open(database, now=NOW).close()

    def several(_: int) -> list[str]:
        with Crm.open(database, now=NOW) as crm:
            return [add(crm) for _ in range(5)]

    with ThreadPoolExecutor(3) as pool:
        found = sorted(number for part in pool.map(several, range(3)) for number in part)
    assert found == [f"2026-{place:03}" for place in range(1, 16)]


def test_the_place_of_a_number() -> None:
    assert numbering.place_of("{year}-{n:03}", "2026-014") == ("2026-", "", 14)
    assert numbering.place_of("{n}{year}", "142026") == ("", "2026", 14)
    assert numbering.place_of("{year}-{n:03}", "SHOP-14") is None
