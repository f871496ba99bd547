"""Deals: money, probability, and the way through the stages to won, lost and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import ConflictError, InvalidDataError, NotFoundError, UsageError
from crm_tui.models import Lifecycle, StageMove, StageType

TODAY = date(2026, 3, 2)
NOW = "2026-03-02T09:30:00Z"


@contextmanager
def at(database: Path, day: str) -> Iterator[Crm]:
    """The business at nine on another day."""
    with Crm.open(database, now=f"{day} 09:00") as crm:
        yield crm


def stage(crm: Crm, name: str, pipeline: str = "Sales") -> int:
    return crm.pipelines.find_stage(name, crm.pipelines.find(pipeline).id).id


def moves(crm: Crm, deal_id: int) -> list[tuple[str | None, str, str]]:
    """The stage moves of a deal: from, to, when."""
    found = crm.deals.read(StageMove, "WHERE deal_id = ? ORDER BY moved_at, id", (deal_id,))
    names = {None: None, **dict(crm.connection.execute("SELECT id, name FROM stages"))}
    return [(names[each.from_stage_id], names[each.to_stage_id], each.moved_at) for each in found]


def test_a_title_is_enough(crm: Crm) -> None:
    deal = crm.deals.add("  Website relaunch ")
    assert (deal.title, deal.pipeline, deal.stage, deal.status, deal.probability) == (
        "Website relaunch",
        "Sales",
        "Lead",
        StageType.OPEN,
        10,
    )
    assert (deal.amount, deal.currency, deal.weighted, deal.weighted_minor) == (None, None, None, None)
    assert deal.stage_entered_at == NOW
    assert moves(crm, deal.id) == [(None, "Lead", NOW)]
    with pytest.raises(InvalidDataError, match="title is empty"):
        crm.deals.add(" ")


def test_a_deal_is_found_by_id_and_title(crm: Crm) -> None:
    deal = crm.deals.add("Website relaunch")
    assert crm.deals.find(str(deal.id)) == crm.deals.find("website") == deal
    with pytest.raises(NotFoundError):
        crm.deals.find("Logo")


def test_everything_can_be_set(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna Kowalska")
    crm.fields.add("deals", "size", "text")
    deal = crm.deals.add(
        "Website",
        contact_id=anna.id,
        company="Acme",
        stage="proposal",
        amount_minor=1200_50,
        currency="usd",
        probability=60,
        expected_close_on=date(2026, 4, 1),
        source="fair",
        tags=["web", "design"],
        custom={"size": "L"},
    )
    assert (deal.contact, deal.company, deal.stage, deal.amount, deal.currency) == (
        "Anna Kowalska",
        "Acme",
        "Proposal",
        "1200.50",
        "USD",
    )
    assert (deal.probability, deal.weighted, deal.weighted_minor) == (60, "720.30", 720_30)
    assert (deal.expected_close_on, deal.source, deal.tags) == (date(2026, 4, 1), "fair", ("web", "design"))
    assert deal.custom == {"size": "L"}


def test_the_company_is_the_contacts_unless_told_otherwise(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", company="Acme")
    assert crm.deals.add("Website", contact_id=anna.id).company == "Acme"
    assert crm.deals.add("Logo", contact_id=anna.id, company="Nord Labs").company == "Nord Labs"
    assert crm.deals.add("Cards", contact_id=anna.id, company=None).company is None


def test_references_that_lead_nowhere_are_refused(crm: Crm) -> None:
    for values in (
        {"contact_id": 9},
        {"company_id": 9},
        {"stage_id": 9},
        {"stage": "Gone"},
        {"pipeline": "Gone"},
    ):
        with pytest.raises(NotFoundError):
            crm.deals.add("Website", **values)
    assert crm.deals.count() == 0
    assert crm.pipelines.list() == []


@pytest.mark.parametrize(
    ("minor", "currency", "amount", "worth"),
    [
        (1000, "JPY", "1000", "100"),
        (1001, "KWD", "1.001", "0.100"),
        (0, "EUR", "0.00", "0.00"),
        (5, "EUR", "0.05", "0.00"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    crm: Crm, minor: int, currency: str, amount: str, worth: str
) -> None:
    deal = crm.deals.add("Website", amount_minor=minor, currency=currency)
    assert (deal.amount, deal.weighted) == (amount, worth)


def test_an_amount_without_a_currency_is_in_the_deals_own_or_the_base_currency(crm: Crm) -> None:
    assert crm.deals.add("Website", amount_minor=100).currency == "EUR"
    deal = crm.deals.add("Logo", amount_minor=100, currency="USD")
    assert crm.deals.update(deal.id, amount_minor=250).amount == "2.50"
    assert crm.deals.get(deal.id).currency == "USD"
    assert crm.deals.update(deal.id, amount_minor=None).currency is None
    assert crm.deals.get(deal.id).amount is None


def test_another_currency_keeps_the_figure(crm: Crm) -> None:
    deal = crm.deals.add("Website", amount_minor=1200, currency="JPY")
    assert crm.deals.update(deal.id, currency="EUR").amount == "1200.00"
    crm.deals.update(deal.id, amount_minor=1200_50)
    with pytest.raises(InvalidDataError, match="more decimals"):
        crm.deals.update(deal.id, currency="JPY")


def test_impossible_money_and_probability_are_refused(crm: Crm) -> None:
    with pytest.raises(InvalidDataError, match="below zero"):
        crm.deals.add("Website", amount_minor=-1)
    with pytest.raises(InvalidDataError, match="no known currency"):
        crm.deals.add("Website", amount_minor=1, currency="EUX")
    for percent in (-1, 101):
        with pytest.raises(InvalidDataError, match="impossible"):
            crm.deals.add("Website", probability=percent)


def test_a_deal_takes_the_probability_of_each_stage_it_enters(crm: Crm) -> None:
    deal = crm.deals.add("Website")
    assert crm.deals.move(deal.id, stage(crm, "Proposal")).probability == 50
    assert crm.deals.win(deal.id).probability == 100
    assert crm.deals.reopen(deal.id).probability == 50
    assert crm.deals.lose(deal.id, "price").probability == 0


def test_a_probability_set_by_hand_outlives_moves_until_the_deal_is_closed(crm: Crm) -> None:
    deal = crm.deals.add("Website", probability=35)
    assert crm.deals.move(deal.id, stage(crm, "Proposal")).probability == 35
    assert crm.deals.update(deal.id, stage="Negotiation").probability == 35
    assert crm.deals.win(deal.id).probability == 100
    assert crm.deals.reopen(deal.id).probability == 75


def test_a_probability_can_be_given_back_to_the_stage(crm: Crm) -> None:
    deal = crm.deals.add("Website", probability=35)
    assert crm.deals.update(deal.id, probability=None).probability == 10
    assert crm.deals.move(deal.id, stage(crm, "Proposal")).probability == 50
    assert crm.deals.update(deal.id, probability=60).probability == 60
    assert crm.deals.move(deal.id, stage(crm, "Lead")).probability == 60


def test_the_stages_own_probability_is_not_one_set_by_hand(crm: Crm) -> None:
    deal = crm.deals.add("Website", probability=10)
    crm.deals.update(deal.id, probability=10)
    assert crm.last_operation is None
    assert crm.deals.move(deal.id, stage(crm, "Proposal")).probability == 50
    assert crm.deals.update(deal.id, stage="Negotiation", probability=80).probability == 80
    assert crm.deals.move(deal.id, stage(crm, "Lead")).probability == 80


def test_every_move_is_history(database: Path) -> None:
    with at(database, "2026-03-01") as crm:
        deal = crm.deals.add("Website")
    with at(database, "2026-03-05") as crm:
        moved = crm.deals.move(deal.id, stage(crm, "Proposal"))
        assert moved.stage_entered_at == "2026-03-05T09:00:00Z"
        crm.deals.move(deal.id, stage(crm, "Proposal"))
        assert crm.last_operation is None
        assert moves(crm, deal.id) == [
            (None, "Lead", "2026-03-01T09:00:00Z"),
            ("Lead", "Proposal", "2026-03-05T09:00:00Z"),
        ]
        crm.undo()
        assert len(moves(crm, deal.id)) == 1
        assert crm.deals.get(deal.id) == deal


def test_winning_closes_today_and_makes_a_customer(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    deal = crm.deals.add("Website", contact_id=anna.id, amount_minor=1000_00)
    won = crm.deals.win(deal.id)
    assert (won.stage, won.status, won.closed_on, won.weighted) == ("Won", StageType.WON, TODAY, None)
    assert crm.contacts.get(anna.id).lifecycle is Lifecycle.CUSTOMER
    assert moves(crm, deal.id)[-1] == ("Lead", "Won", NOW)
    crm.undo()
    assert crm.contacts.get(anna.id).lifecycle is Lifecycle.LEAD
    assert crm.deals.get(deal.id) == deal


def test_winning_may_set_the_day_and_the_amount(database: Path) -> None:
    with at(database, "2026-02-01") as crm:
        deal = crm.deals.add("Website", amount_minor=1000_00, currency="USD")
    with at(database, "2026-03-02") as crm:
        won = crm.deals.win(deal.id, on=date(2026, 2, 20), amount_minor=900_00)
        assert (won.closed_on, won.amount, won.currency) == (date(2026, 2, 20), "900.00", "USD")
        assert won.stage_entered_at == "2026-02-20T12:00:00Z"
        assert crm.deals.win(deal.id, amount_minor=800_00, currency="EUR").closed_on == date(2026, 2, 20)
        again = crm.deals.win(deal.id, on=date(2026, 2, 21))
        assert (again.amount, again.currency, again.closed_on) == ("800.00", "EUR", date(2026, 2, 21))
        assert moves(crm, deal.id) == [
            (None, "Lead", "2026-02-01T09:00:00Z"),
            ("Lead", "Won", "2026-02-21T12:00:00Z"),
        ]
        with pytest.raises(InvalidDataError, match="still to come"):
            crm.deals.win(deal.id, on=date(2026, 3, 3))


def test_a_deal_closed_before_it_was_entered_is_never_older_than_itself(crm: Crm) -> None:
    deal = crm.deals.add("Website")
    won = crm.deals.win(deal.id, on=date(2026, 1, 1))
    assert (won.closed_on, won.stage_entered_at) == (date(2026, 1, 1), NOW)


def test_losing_needs_a_reason(crm: Crm) -> None:
    deal = crm.deals.add("Website")
    with pytest.raises(InvalidDataError, match="reason is empty"):
        crm.deals.lose(deal.id, "  ")
    lost = crm.deals.lose(deal.id, "price", note="Too dear\nthis year.")
    assert (lost.stage, lost.status, lost.closed_on) == ("Lost", StageType.LOST, TODAY)
    assert (lost.lost_reason, lost.lost_note) == ("price", "Too dear\nthis year.")
    again = crm.deals.lose(deal.id, "competitor")
    assert (again.lost_reason, again.lost_note) == ("competitor", "Too dear\nthis year.")
    assert len(moves(crm, deal.id)) == 2


def test_losing_can_plan_to_win_the_person_back(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    deal = crm.deals.add("W" * 1000, contact_id=anna.id)
    crm.deals.lose(deal.id, "price", win_back_on=date(2026, 5, 31))
    (followup,) = crm.followups.list()
    assert followup.title == f"Win back: {'W' * 990}"
    assert (followup.due_on, followup.contact_id, followup.deal_id) == (date(2026, 5, 31), anna.id, deal.id)
    crm.undo()
    assert crm.followups.count() == 0
    assert crm.deals.get(deal.id).status is StageType.OPEN


def test_moving_into_a_closed_stage_checks_the_same(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    deal = crm.deals.add("Website", contact_id=anna.id)
    with pytest.raises(UsageError) as error:
        crm.deals.move(deal.id, stage(crm, "Lost"))
    assert "crm deal lose" in error.value.hint
    assert crm.deals.get(deal.id) == deal
    assert crm.deals.move(deal.id, stage(crm, "Won")).closed_on == TODAY
    assert crm.contacts.get(anna.id).lifecycle is Lifecycle.CUSTOMER
    lost = crm.deals.update(deal.id, stage="Lost", lost_reason="withdrew")
    assert (lost.closed_on, lost.lost_reason) == (TODAY, "withdrew")
    open_again = crm.deals.move(deal.id, stage(crm, "Proposal"))
    assert (open_again.closed_on, open_again.lost_reason, open_again.probability) == (None, None, 50)


def test_reopening_goes_back_to_the_last_open_stage(crm: Crm) -> None:
    deal = crm.deals.add("Website")
    with pytest.raises(ConflictError, match="open already"):
        crm.deals.reopen(deal.id)
    crm.deals.move(deal.id, stage(crm, "Negotiation"))
    crm.deals.lose(deal.id, "price", note="too dear")
    crm.deals.win(deal.id)
    again = crm.deals.reopen(deal.id)
    assert (again.stage, again.status, again.closed_on, again.lost_reason, again.lost_note) == (
        "Negotiation",
        StageType.OPEN,
        None,
        None,
        None,
    )
    assert moves(crm, deal.id)[-1][:2] == ("Won", "Negotiation")


def test_reopening_begins_anew_where_the_last_open_stage_is_gone(crm: Crm) -> None:
    won = crm.deals.add("Website", stage="Won")
    assert crm.deals.reopen(won.id).stage == "Lead"
    deal = crm.deals.add("Logo", stage="Negotiation")
    crm.deals.lose(deal.id, "price")
    crm.pipelines.remove_stage(stage(crm, "Negotiation"))
    assert crm.deals.reopen(deal.id).stage == "Lead"


def test_the_type_of_a_stage_counts_and_not_its_name(crm: Crm) -> None:
    sales = crm.pipelines.add("Sales")
    crm.pipelines.update_stage(stage(crm, "Won"), name="Lost for others")
    crm.pipelines.update_stage(stage(crm, "Lost"), name="Not this time")
    crm.pipelines.add_stage(sales.id, "Lost")
    deal = crm.deals.add("Website", stage="Lost")
    assert deal.status is StageType.OPEN
    assert crm.deals.win(deal.id).stage == "Lost for others"
    assert crm.deals.reopen(deal.id).stage == "Lost"
    assert crm.deals.lose(deal.id, "price").stage == "Not this time"


def test_deals_from_elsewhere_bring_their_history(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    created = "2025-01-10T15:30:00Z"
    still_open = crm.deals.add("Open", stage="Proposal", created_at=created)
    assert (still_open.created_at, still_open.stage_entered_at) == (created, created)
    assert moves(crm, still_open.id) == [(None, "Proposal", created)]
    won = crm.deals.add(
        "Won",
        stage="Won",
        created_at=created,
        closed_on=date(2025, 3, 1),
        contact_id=anna.id,
        probability=100,
    )
    assert (won.closed_on, won.status, won.stage_entered_at) == (
        date(2025, 3, 1),
        StageType.WON,
        "2025-03-01T12:00:00Z",
    )
    assert moves(crm, won.id) == [(None, "Lead", created), ("Lead", "Won", "2025-03-01T12:00:00Z")]
    assert crm.contacts.get(anna.id).lifecycle is Lifecycle.CUSTOMER
    lost = crm.deals.add("Lost", stage="Lost", created_at=created, lost_reason="price", lost_note="too dear")
    assert (lost.closed_on, lost.lost_reason, lost.lost_note) == (date(2025, 1, 10), "price", "too dear")
    assert moves(crm, lost.id) == [(None, "Lost", created)]
    with pytest.raises(InvalidDataError, match="no instant"):
        crm.deals.add("Website", created_at="10.1.2025")


def test_a_deal_added_as_won_is_closed_today(crm: Crm) -> None:
    deal = crm.deals.add("Website", stage="Won")
    assert (deal.closed_on, moves(crm, deal.id)) == (TODAY, [(None, "Won", NOW)])
    with pytest.raises(UsageError, match="Why was Logo lost"):
        crm.deals.add("Logo", stage="Lost")


def test_an_end_is_told_only_of_a_deal_that_ended_so(crm: Crm) -> None:
    deal = crm.deals.add("Website")
    with pytest.raises(InvalidDataError, match="no closing day"):
        crm.deals.update(deal.id, closed_on=TODAY)
    with pytest.raises(InvalidDataError, match="not lost"):
        crm.deals.update(deal.id, lost_reason="price")
    with pytest.raises(InvalidDataError, match="no closing day"):
        crm.deals.add("Logo", closed_on=TODAY)
    with pytest.raises(InvalidDataError, match="not lost"):
        crm.deals.add("Logo", stage="Won", lost_note="x")
    assert crm.deals.update(deal.id, closed_on=None, lost_reason=None, lost_note=None) == deal


def test_the_end_of_a_deal_can_be_corrected(database: Path) -> None:
    with at(database, "2026-01-05") as crm:
        deal = crm.deals.add("Website")
    with at(database, "2026-03-02") as crm:
        crm.deals.lose(deal.id, "price", note="too dear")
        lost = crm.deals.update(deal.id, closed_on=date(2026, 2, 1), lost_reason="competitor", lost_note=None)
        assert (lost.closed_on, lost.lost_reason, lost.lost_note) == (date(2026, 2, 1), "competitor", None)
        assert lost.stage_entered_at == moves(crm, deal.id)[-1][2] == "2026-02-01T12:00:00Z"


def test_the_person_of_a_won_deal_is_a_customer_also_when_named_later(crm: Crm) -> None:
    anna, elvin = crm.contacts.add(name="Anna"), crm.contacts.add(name="Elvin")
    deal = crm.deals.add("Website", stage="Won")
    crm.deals.update(deal.id, contact_id=anna.id)
    assert crm.contacts.get(anna.id).lifecycle is Lifecycle.CUSTOMER
    other = crm.deals.add("Logo", contact_id=elvin.id)
    crm.deals.update(other.id, contact_id=anna.id, stage="Won")
    assert crm.contacts.get(elvin.id).lifecycle is Lifecycle.LEAD


def test_editing_changes_what_is_given_and_nothing_else(crm: Crm) -> None:
    deal = crm.deals.add("Website", amount_minor=100, source="fair", company="Acme", tags=["web", "new"])
    changed = crm.deals.update(deal.id, title="Web shop", source=None, tags=["Web", "shop"])
    assert (changed.title, changed.source, changed.tags) == ("Web shop", None, ("web", "shop"))
    assert (changed.amount, changed.company, changed.stage) == (deal.amount, deal.company, deal.stage)
    crm.deals.update(
        deal.id, title="Web shop", amount_minor=100, currency="EUR", company="Acme", stage="Lead"
    )
    assert crm.last_operation is None
    assert crm.deals.update(deal.id, company=None).company is None


def test_stages_are_named_within_the_deals_own_pipeline(crm: Crm) -> None:
    crm.pipelines.add("Sales")
    crm.pipelines.add("Renewals")
    deal = crm.deals.add("Website", pipeline="ren", stage="Proposal")
    assert deal.pipeline == "Renewals"
    assert crm.deals.update(deal.id, stage="Negotiation").pipeline == "Renewals"
    moved = crm.deals.update(deal.id, pipeline="Sales")
    assert (moved.pipeline, moved.stage) == ("Sales", "Lead")
    assert crm.deals.update(deal.id, pipeline="Sales", stage="Qualified").stage == "Qualified"
    assert crm.deals.move(deal.id, stage(crm, "Lead", "Renewals")).pipeline == "Renewals"
    with pytest.raises(InvalidDataError, match="another pipeline"):
        crm.deals.update(deal.id, pipeline="Renewals", stage_id=stage(crm, "Lead"))


def test_putting_away_and_bringing_back(crm: Crm) -> None:
    deal = crm.deals.add("Website", amount_minor=100)
    assert crm.deals.archive(deal.id).archived_at == NOW
    assert crm.deals.count() == 0
    assert crm.deals.totals() == []
    assert crm.deals.count("archived_at:any") == 1
    assert crm.deals.restore(deal.id).archived_at is None
    assert crm.deals.count() == 1


def test_deleting_takes_the_moves_along_but_never_history(crm: Crm) -> None:
    deal = crm.deals.add("Website", tags=["web"])
    crm.followups.add("Call", TODAY, deal_id=deal.id)
    with pytest.raises(ConflictError, match="1 follow-ups"):
        crm.deals.delete(deal.id)
    crm.undo()
    crm.deals.delete(deal.id)
    for table in ("deals", "stage_moves", "deal_tags"):
        assert crm.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    with pytest.raises(NotFoundError):
        crm.deals.get(deal.id)
    crm.undo()
    assert crm.deals.get(deal.id) == deal


def test_tags_come_and_go(crm: Crm) -> None:
    deal = crm.deals.add("Website", tags=["web"])
    assert crm.deals.tag(deal.id, add=["design"], remove=["WEB"]).tags == ("design",)


def test_hostile_text_is_text(crm: Crm) -> None:
    title = "[/]'; DROP TABLE deals; -- \x1b]52;c;x\x07 %s {match}"
    deal = crm.deals.add(title, source=title, tags=["[x]"])
    lost = crm.deals.lose(deal.id, title, note=title)
    assert (lost.title, lost.source, lost.lost_reason) == (title, title, title)
    assert crm.deals.count('lost_reason:"drop table"') == 1
    assert crm.deals.count('stage:"{match}"') == 0
