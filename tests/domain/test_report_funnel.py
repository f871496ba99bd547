"""Who went on from each stage: by hand, with stages skipped, deals reopened, moved back, and between pipelines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.reports import funnel
from crm_tui.domain.reports.report import Asked, Report
from crm_tui.errors import UsageError

FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))
NOON = "2026-{} 12:00"


def walk(database: Path, title: str, *way: str) -> int:
    """A deal that goes its way: "02-03 Lead" is the day it enters a stage; Lost needs no reason here."""
    deal = 0
    for step in way:
        day, stage = step.split(" ", 1)
        with Crm.open(database, now=NOON.format(day)) as crm:
            crm.connection.execute("PRAGMA synchronous = OFF")
            if not deal:
                deal = crm.deals.add(title, stage=stage).id
            elif stage == "Lost":
                crm.deals.lose(deal, "price")
            elif stage == "again":
                crm.deals.reopen(deal)
            else:
                crm.deals.move(deal, stage)
    return deal


def ask(database: Path, **asked: Any) -> Report[Any, Any]:
    with Crm.open(database, now=datetime(2026, 3, 2, 9, 30, tzinfo=UTC)) as crm:
        return crm.reports.ask("funnel", Asked(**{"period": FEBRUARY, **asked}))


def figures(found: Report[Any, Any]) -> list[Sequence[object]]:
    """Of each stage: entered, went on, lost, open now."""
    return [(row.entered, row.advanced, row.lost, row.open_deals) for row in found.rows]


def test_nothing_is_in_a_new_file(crm: Crm) -> None:
    found = crm.reports.ask("funnel")
    assert (found.rows, found.totals, found.is_empty) == ((), funnel.FunnelTotals(0, 0, 0, 0, None), True)
    # the trailing twelve months to 2 March 2026
    assert found.period == Period(date(2025, 3, 3), date(2026, 3, 3))


def test_stage_by_stage(database: Path) -> None:
    walk(database, "a", "02-01 Lead", "02-04 Qualified", "02-06 Proposal", "02-10 Won")
    walk(database, "b", "02-01 Lead", "02-11 Qualified", "02-13 Lost")
    walk(database, "c", "02-05 Lead")
    found = ask(database)
    assert figures(found) == [(3, 2, 0, 1), (2, 1, 1, 0), (1, 1, 0, 0), (1, 1, 0, 0)]
    lead, qualified, proposal, negotiation = found.rows
    assert (lead.conversion, qualified.conversion) == (2 / 3, 0.5)
    # Lead: 3 days (a) and 10 days (b); c is still there and has no length yet
    assert (lead.stays, lead.days_median, lead.days_mean) == (2, 6.5, 6.5)
    # Qualified: 2 days each
    assert (qualified.stays, qualified.days_median, qualified.days_mean) == (2, 2.0, 2.0)
    assert (proposal.stays, proposal.days_median) == (1, 4.0)
    # nobody stayed in Negotiation, which a passed by being won
    assert (negotiation.stays, negotiation.days_median, negotiation.days_mean) == (0, None, None)
    assert found.totals == funnel.FunnelTotals(3, 1, 1, 1, 1 / 3)


def test_a_skipped_stage_counts_as_passed(database: Path) -> None:
    walk(database, "from 1 to 3", "02-01 Lead", "02-04 Proposal")
    walk(database, "straight in 3", "02-01 Proposal", "02-08 Lost")
    walk(database, "won at once", "02-01 Lead", "02-03 Won")
    found = ask(database)
    # Lead: all three; Qualified: all three passed it; Proposal: two in it, one passed; Negotiation: one passed
    assert figures(found) == [(3, 3, 0, 0), (3, 3, 0, 0), (3, 1, 1, 1), (1, 1, 0, 0)]
    # what was skipped has no days: Lead 3 and 2, Proposal 7
    assert [(row.stays, row.days_mean) for row in found.rows] == [(2, 2.5), (0, None), (1, 7.0), (0, None)]


def test_a_reopened_deal_has_several_stays_and_is_counted_once(database: Path) -> None:
    walk(
        database, "a", "02-01 Lead", "02-02 Qualified", "02-05 Lost", "02-10 again", "02-20 Won"
    )  # fmt: skip
    found = ask(database)
    assert figures(found) == [(1, 1, 0, 0), (1, 1, 0, 0), (1, 1, 0, 0), (1, 1, 0, 0)]
    # in Qualified for 3 days and then for 10
    assert (found.rows[1].stays, found.rows[1].days_median, found.rows[1].days_mean) == (2, 6.5, 6.5)
    assert found.totals == funnel.FunnelTotals(1, 1, 0, 0, 1.0)
    # while it was lost, it was lost from Qualified
    before = ask(database, as_of=date(2026, 2, 8))
    assert figures(before) == [(1, 1, 0, 0), (1, 0, 1, 0), (0, 0, 0, 0), (0, 0, 0, 0)]
    assert before.totals == funnel.FunnelTotals(1, 0, 1, 0, 0.0)


def test_back_and_forth_is_counted_once_and_skips_nothing_twice(database: Path) -> None:
    walk(
        database,
        "a",
        "02-01 Lead",
        "02-03 Proposal",
        "02-04 Lead",
        "02-06 Proposal",
        "02-09 Qualified",
        "02-10 Lost",
    )
    found = ask(database)
    # Qualified was passed at first, so the deal went on from it; in the end it was lost from there
    assert figures(found) == [(1, 1, 0, 0), (1, 1, 1, 0), (1, 0, 0, 0), (0, 0, 0, 0)]
    assert [(row.stays, row.days_mean) for row in found.rows] == [(2, 2.0), (1, 1.0), (2, 2.0), (0, None)]


def test_only_what_happened_in_the_period_counts(database: Path) -> None:
    walk(database, "before", "01-10 Lead", "01-20 Qualified", "02-09 Proposal")
    walk(database, "after", "02-20 Lead", "03-01 Qualified")
    found = ask(database)
    # "before" entered Proposal, "after" entered Lead in February and went on from it in March
    assert figures(found) == [(1, 1, 0, 0), (0, 0, 0, 1), (1, 0, 0, 1), (0, 0, 0, 0)]
    # the stay of "before" in Qualified ended in February after 20 days, that of "after" in Lead in March
    assert [row.stays for row in found.rows] == [0, 1, 0, 0]
    assert found.rows[1].days_mean == 20.0
    assert found.totals == funnel.FunnelTotals(1, 0, 0, 1, 0.0)
    assert figures(ask(database, as_of=date(2026, 2, 28)))[0] == (1, 0, 0, 1)


def test_the_bounds_of_the_period_are_local_days(database: Path) -> None:
    walk(database, "first day", "02-01 Lead")
    walk(database, "last day", "02-28 Lead")
    walk(database, "day before", "01-31 Lead")
    walk(database, "day after", "03-01 Lead")
    assert ask(database).rows[0].entered == 2


def test_a_move_at_midnight_is_of_the_day_that_begins(database: Path) -> None:
    deal = walk(database, "a", "02-01 Lead")
    with Crm.open(database, now="2026-02-09 00:00") as crm:
        crm.deals.move(deal, "Qualified")
    assert figures(ask(database, as_of=date(2026, 2, 8)))[:2] == [(1, 0, 0, 1), (0, 0, 0, 0)]
    assert figures(ask(database, as_of=date(2026, 2, 9)))[:2] == [(1, 1, 0, 0), (1, 0, 0, 1)]
    ninth = Period(date(2026, 2, 9), date(2026, 2, 10))
    assert figures(ask(database, period=ninth))[:2] == [(0, 0, 0, 0), (1, 0, 0, 1)]


def test_a_renamed_stage_changes_nothing(database: Path) -> None:
    walk(database, "a", "02-01 Lead", "02-04 Qualified", "02-06 Won")
    before = figures(ask(database))
    with Crm.open(database, now="2026-02-20 12:00") as crm:
        for stage in crm.pipelines.stages():
            crm.pipelines.update_stage(stage.id, name=f"{stage.name} (old)")
    found = ask(database)
    assert figures(found) == before
    assert found.rows[0].stage == "Lead (old)"


def test_a_stage_put_away_has_a_row_where_it_was_used(database: Path) -> None:
    walk(database, "a", "02-01 Lead", "02-04 Qualified", "02-06 Proposal")
    with Crm.open(database, now="2026-02-20 12:00") as crm:
        crm.pipelines.remove_stage(crm.pipelines.find_stage("Qualified", 1).id)
    walk(database, "b", "02-21 Lead", "02-22 Proposal")
    found = ask(database)
    # who came after it was gone did not skip it
    assert [(row.stage, row.entered) for row in found.rows] == [
        ("Lead", 2), ("Qualified", 1), ("Proposal", 2), ("Negotiation", 0),
    ]  # fmt: skip
    march = ask(database, period=Period(date(2026, 3, 1), date(2026, 4, 1)))
    assert [row.stage for row in march.rows] == ["Lead", "Proposal", "Negotiation"]


def test_every_pipeline_has_its_own_stages(database: Path) -> None:
    with Crm.open(database, now="2026-01-01 12:00") as crm:
        crm.deals.add("the first brings the pipeline")
        crm.pipelines.add("Partners")
    with Crm.open(database, now="2026-02-03 12:00") as crm:
        deal = crm.deals.add("a", stage="Lead")
        crm.deals.move(deal.id, "Qualified", pipeline="Partners")
    found = ask(database)
    rows = {(row.pipeline, row.stage): row for row in found.rows}
    assert len(rows) == 8
    # leaving for another pipeline is no going on; there it has passed the first stage
    assert (rows["Sales", "Lead"].entered, rows["Sales", "Lead"].advanced) == (1, 0)
    assert (rows["Partners", "Lead"].entered, rows["Partners", "Lead"].advanced) == (1, 1)
    assert (rows["Partners", "Qualified"].entered, rows["Partners", "Qualified"].open_deals) == (1, 1)
    assert {plot.title for plot in found.plots} == {
        "Sales: entered, and went on",
        "Partners: entered, and went on",
    }
    only = ask(database, condition="pipeline:sales")
    assert (only.rows[0].open_deals, only.totals.began) == (1, 0)


def test_it_can_be_drawn_and_said_in_a_line(database: Path) -> None:
    walk(database, "a", "02-01 Lead", "02-04 Qualified", "02-06 Won")
    walk(database, "b", "02-01 Lead")
    found = ask(database)
    bar = found.plots[0].bars[0]
    assert (bar.label, int(bar.value), bar.part, bar.text) == ("Lead", 2, 1, "2, 50 % on")
    assert found.answer == (
        "2 began · 1 won (50 %) · 0 lost · 1 open · longest in Lead: 3 days",
        "2 began · 1 won (50 %) · 0 lost · 1 open",
        "2 began · 1 won (50 %)",
    )


def test_it_has_no_other_rows(crm: Crm) -> None:
    with pytest.raises(UsageError):
        crm.reports.ask("funnel", Asked(by="source"))


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        pytest.param([], None, id="none"),
        pytest.param([4.0], 4.0, id="one"),
        pytest.param([9.0, 1.0, 2.0], 2.0, id="odd"),
        pytest.param([1.0, 10.0, 2.0, 3.0], 2.5, id="even"),
    ],
)
def test_the_median(values: list[float], wanted: float | None) -> None:
    assert funnel.median(values) == wanted
