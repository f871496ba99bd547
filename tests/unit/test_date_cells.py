"""Dates and instants in the cells of an import, and the order a whole column decides."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm_tui.dates import (
    Clock,
    DateOrder,
    detect_date_order,
    parse_date_cell,
    parse_instant_cell,
)
from crm_tui.errors import InvalidDataError

MONDAY = Clock.fixed(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
BERLIN = Clock.fixed(datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "Europe/Berlin")
NEW_YORK = Clock.fixed(datetime(2026, 3, 2, 2, 30, tzinfo=UTC), "America/New_York")


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("column", "order"),
    [
        ([], None),
        (["", "2026-01-02", "01 Jul 2026", "2026/01/02", "+3d", "today", "never"], None),
        (["01/02/2026", "25/02/2026"], DateOrder.DMY),
        (["01/02/2026", "02/25/2026"], DateOrder.MDY),
        (["1.2.2026", "13.2.2026 14:30"], DateOrder.DMY),
        (["01/07/2026 2:30 PM", "12/31/2026 9:00 AM"], DateOrder.MDY),
        (["01/02/2026", "03/04/2026"], DateOrder.AMBIGUOUS),
        (["25/01/2026", "01/25/2026"], DateOrder.AMBIGUOUS),
        (["05/05/2026", "", "07/07/2026"], DateOrder.DMY),
        (["05/05/2026", "05/06/2026"], DateOrder.AMBIGUOUS),
        (["99/99/2026", "31/12/2026"], DateOrder.DMY),
        (["31/12/99", "01/02/03"], DateOrder.DMY),
        (["99-12-31", "98-01-02"], DateOrder.YMD),
        (["01-02-26"], DateOrder.AMBIGUOUS),
        (["01-02-26", "31-12-99"], DateOrder.DMY),
        (["2026-01-02", "25/01/2026"], DateOrder.DMY),
    ],
)
def test_the_order_is_decided_over_the_whole_column(column: list[str], order: DateOrder | None) -> None:
    assert detect_date_order(column) is order


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-03-02", None, "2026-03-02"),
        (" 2026-03-02 ", None, "2026-03-02"),
        ("2026/03/02", DateOrder.DMY, "2026-03-02"),
        ("2026.3.2", None, "2026-03-02"),
        ("01/02/2026", DateOrder.DMY, "2026-02-01"),
        ("01/02/2026", DateOrder.MDY, "2026-01-02"),
        ("1.2.2026", DateOrder.DMY, "2026-02-01"),
        ("01-02-26", DateOrder.DMY, "2026-02-01"),
        ("01-02-26", DateOrder.MDY, "2026-01-02"),
        ("01-02-26", DateOrder.YMD, "2001-02-26"),
        ("1/2/49", DateOrder.DMY, "2049-02-01"),
        ("1/2/50", DateOrder.DMY, "1950-02-01"),
        ("29/02/2024", DateOrder.DMY, "2024-02-29"),
        ("01 Jul 2026", None, "2026-07-01"),
        ("1 July 2026", None, "2026-07-01"),
        ("1. July 2026", None, "2026-07-01"),
        ("1-Jul-26", None, "2026-07-01"),
        ("Jul 1, 2026", None, "2026-07-01"),
        ("Sept. 1st 2026", None, "2026-09-01"),
        ("December 31, 2026 11:59 PM", None, "2026-12-31"),
        ("01/02/2026, 5:04 PM", DateOrder.DMY, "2026-02-01"),
        ("2026-07-01T14:30:00Z", None, "2026-07-01"),
        ("2026-07-01 14:30", None, "2026-07-01"),
        ("2026-07-01 10:31:22 UTC", None, "2026-07-01"),
        ("+3d", None, "2026-03-05"),
        ("-12d", None, "2026-02-18"),
        ("today", None, "2026-03-02"),
        ("-3d 10:00", None, "2026-02-27"),
    ],
)
def test_date_cells(text: str, order: DateOrder | None, expected: str) -> None:
    assert parse_date_cell(text, order, MONDAY) == day(expected)


def test_the_day_of_an_instant_cell_is_local_but_midnight_is_as_written() -> None:
    assert parse_date_cell("2026-07-01T23:30:00Z", None, BERLIN) == day("2026-07-02")
    assert parse_date_cell("2026-07-01T03:30:00Z", None, NEW_YORK) == day("2026-06-30")
    for text in ("2026-07-01T00:00:00.000Z", "2026-07-01 00:00", "2026-07-01T00:00:00+02:00"):
        assert parse_date_cell(text, None, NEW_YORK) == day("2026-07-01")


@pytest.mark.parametrize(
    ("text", "order"),
    [
        *[
            (text, DateOrder.DMY)
            for text in ("", "soon", "30d", "31/04/2026", "29/02/2026", "1/13/2026", "1/2", "1/2/026")
        ],
        *[
            (text, DateOrder.DMY)
            for text in ("1/2-2026", "1 Foo 2026", "31 Jun 2026", "46204", "2026-02-30", "1/2/20266")
        ],
        *[
            ("13/12/2026", DateOrder.MDY),
            ("01/02/2026", None),
            ("01/02/2026", DateOrder.AMBIGUOUS),
            ("1/2/2026", DateOrder.YMD),
        ],
        *[("2026-07-01T25:00:00Z", None), ("2026-07-01 14:30 nonsense", None), ("x" * 9999, None)],
    ],
)
def test_what_is_no_date_cell_is_refused(text: str, order: DateOrder | None) -> None:
    for parse in (parse_date_cell, parse_instant_cell):
        with pytest.raises(InvalidDataError):
            parse(text, order, MONDAY)


@pytest.mark.parametrize(
    ("clock", "text", "order", "instant"),
    [
        (BERLIN, "2026-07-01T14:30:00Z", None, "2026-07-01T14:30:00Z"),
        (BERLIN, "2026-07-01 14:30", None, "2026-07-01T12:30:00Z"),
        (BERLIN, "2024-08-14T11:39:02.318+00:00", None, "2024-08-14T11:39:02Z"),
        (BERLIN, "2024-08-14T11:39:02.318+0200", None, "2024-08-14T09:39:02Z"),
        (BERLIN, "01/07/2026 2:30 PM", DateOrder.DMY, "2026-07-01T12:30:00Z"),
        (BERLIN, "01/07/2026 2:30\u202fPM", DateOrder.DMY, "2026-07-01T12:30:00Z"),
        (NEW_YORK, "01/07/2026 2:30 PM", DateOrder.MDY, "2026-01-07T19:30:00Z"),
        (NEW_YORK, "3/15/21, 5:04 PM", DateOrder.MDY, "2021-03-15T21:04:00Z"),
        (MONDAY, "-3d 10:00", None, "2026-02-27T10:00:00Z"),
        (BERLIN, "2026-07-01", None, "2026-07-01T10:00:00Z"),
        (NEW_YORK, "Jul 1, 2026", None, "2026-07-01T16:00:00Z"),
        (BERLIN, "2026-03-29 02:30", None, "2026-03-29T01:30:00Z"),
        (BERLIN, "today", None, "2026-03-02T11:00:00Z"),
    ],
)
def test_instant_cells(clock: Clock, text: str, order: DateOrder | None, instant: str) -> None:
    assert parse_instant_cell(text, order, clock) == instant
