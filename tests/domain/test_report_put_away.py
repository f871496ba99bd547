"""A report of a past day counts who was put away, or did not want to hear more, only since then."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Asked
from crm_tui.money import Money
from tests.conftest import NOW
from tests.sales_rows import invoice

EARLIER = datetime.fromisoformat("2026-01-10T09:00:00+00:00")


def said(path: Path, name: str, now: datetime, asked: Asked | None = None) -> list[object]:
    with Crm.open(path, now=now) as crm:
        found = crm.reports.ask(name, asked)
        return [*found.rows, found.totals, *found.by_currency, *found.notes]


def bought_long_ago(path: Path) -> dict[str, int]:
    """Anna, Bo, Cem and the company Firm bought 200 days before the 10th of January."""
    with Crm.open(path, now=EARLIER) as crm:
        ids = {name: crm.contacts.add(name=name, source="web").id for name in ("Anna", "Bo", "Cem")}
        ids["Firm"] = crm.companies.add(name="Firm").id
        for name in ("Anna", "Bo", "Cem"):
            invoice(crm, "2025-06-24", 1000, contact=ids[name])
        invoice(crm, "2025-06-24", 5000, company=ids["Firm"])
    return ids


def test_silent_and_sources_say_of_a_day_what_they_said_on_it(database: Path) -> None:
    ids = bought_long_ago(database)
    before = {name: said(database, name, EARLIER) for name in ("silent", "sources")}
    assert len(before["silent"]) == 4 + 2
    with Crm.open(database, now=NOW) as crm:
        crm.contacts.archive(ids["Anna"])
        crm.contacts.update(ids["Bo"], opted_out_on=NOW.date())
        crm.companies.archive(ids["Firm"])
    past = Asked(as_of=EARLIER.date())
    assert {name: said(database, name, NOW, past) for name in before} == before
    with Crm.open(database, now=NOW) as crm:
        assert [row.customer for row in crm.reports.ask("silent").rows] == ["Cem"]
        assert crm.reports.ask("sources").totals.contacts == 2
        # on the day itself it holds already
        today = Asked(as_of=NOW.date())
        assert [row.customer for row in crm.reports.ask("silent", today).rows] == ["Cem"]


def test_why_counts_who_was_put_away_since(database: Path) -> None:
    ids = bought_long_ago(database)
    with Crm.open(database, now=NOW) as crm:
        crm.contacts.archive(ids["Anna"])
        crm.companies.archive(ids["Firm"])
        past = Asked(as_of=EARLIER.date())
        people = crm.reports.why("sources.contacts", "web", past)
        assert (people.value, [each.title for each in people.reasons]) == (3, ["Anna", "Bo", "Cem"])
        silent = crm.reports.why("silent.silent", None, past)
        assert (silent.value, len(silent.reasons)) == (4, 4)
        assert crm.reports.why("sources.contacts", "web").value == 2


def test_a_currency_of_later_converts_nothing_before(database: Path) -> None:
    bought_long_ago(database)
    before = said(database, "customers", EARLIER, Asked(convert=True))
    with Crm.open(database, now=NOW) as crm:
        crm.rates.set("USD", "0.9", date(2025, 1, 1))
        invoice(crm, "2026-03-01", 1000, contact=1, currency="USD")
        past = Asked(as_of=EARLIER.date(), convert=True)
        found = crm.reports.ask("customers", past)
        assert (found.totals.revenue, found.totals.converted) == (Money(8000, "EUR"), False)
        assert crm.reports.ask("customers", Asked(convert=True)).totals.converted
    assert said(database, "customers", NOW, past) == before
