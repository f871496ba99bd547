"""Reports at both ends of the calendar: an answer, or a sentence that says so."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.reports.report import Asked
from crm_tui.domain.reports.service import NAMES
from crm_tui.errors import CrmError, InvalidDataError

LAST = Period(date(9999, 12, 1), date.max)


def begin(path: Path, now: str) -> Crm:
    crm = Crm.open(path, now)
    crm.contacts.add(name="Anna")
    crm.interactions.add("call", [1], "spoke")
    crm.invoices.add(lines=[LineDraft("oil", unit_price_minor=1000)], contact_id=1, currency="EUR")
    return crm


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("now", ["9999-11-30 12:00", "0001-02-01 12:00"])
def test_every_report_answers_or_says_why_not(database: Path, name: str, now: str) -> None:
    with begin(database, now) as crm:
        for asked in (Asked(), Asked(as_of=date(1, 1, 9)), Asked(period=LAST)):
            with suppress(CrmError):
                crm.reports.ask(name, asked)


def test_what_is_beyond_the_calendar_is_said(database: Path) -> None:
    with begin(database, "2026-03-02 09:30") as crm:
        for name in ("activity", "silent"):
            with pytest.raises(InvalidDataError, match="outside the calendar"):
                crm.reports.ask(name, Asked(as_of=date(1, 1, 9)))
        assert crm.reports.ask("activity", Asked(as_of=date(1, 6, 1))).is_empty
    with Crm.open(database, "9999-12-31 09:30") as crm, pytest.raises(InvalidDataError, match="calendar"):
        crm.reports.week()
