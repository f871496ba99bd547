"""Pipelines and stages: the usual one, ordering, and that nothing is removed from under a deal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.pipelines import NewStage, PipelineView
from crm_tui.errors import AmbiguousError, ConflictError, InvalidDataError, NotFoundError, UsageError

USUAL = ("Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost")


@pytest.fixture
def sales(crm: Crm) -> PipelineView:
    return crm.pipelines.add("Sales")


def stage(crm: Crm, name: str, pipeline: str = "Sales") -> int:
    return crm.pipelines.find_stage(name, crm.pipelines.find(pipeline).id).id


def names(crm: Crm, pipeline: str = "Sales") -> tuple[str, ...]:
    return crm.pipelines.find(pipeline).stages


def test_a_fresh_file_has_no_pipeline(crm: Crm) -> None:
    assert crm.pipelines.list() == []
    assert crm.pipelines.stages() == []
    with pytest.raises(NotFoundError, match="no pipeline yet"):
        crm.pipelines.default()


def test_the_first_deal_makes_the_usual_pipeline_within_its_own_operation(crm: Crm) -> None:
    crm.deals.add("Website")
    found = crm.pipelines.default()
    assert (found.name, found.stages, found.is_default) == ("Sales", USUAL, True)
    shape = [(each.probability, each.type.value, each.rot_days) for each in crm.pipelines.stages(found.id)]
    assert shape == [
        (10, "open", 14),
        (25, "open", 14),
        (50, "open", 14),
        (75, "open", 14),
        (100, "won", None),
        (0, "lost", None),
    ]
    assert [each.position for each in crm.pipelines.stages(found.id)] == [1, 2, 3, 4, 5, 6]
    assert len(crm.history()) == 1
    crm.undo()
    assert crm.pipelines.list() == []


def test_a_second_deal_uses_the_pipeline_there_is(crm: Crm) -> None:
    crm.deals.add("Website")
    crm.deals.add("Logo")
    assert len(crm.pipelines.list()) == 1


def test_the_configured_pipeline_takes_new_deals(database: Path) -> None:
    with Crm.open(database, config=Config(default_pipeline="renewals")) as crm:
        crm.pipelines.add("Sales")
        crm.pipelines.add("Renewals")
        assert crm.deals.add("Website").pipeline == "Renewals"
        assert [each.is_default for each in crm.pipelines.list()] == [False, True]


def test_a_configured_pipeline_that_is_not_there_is_an_error_and_not_another_one(database: Path) -> None:
    with Crm.open(database, config=Config(default_pipeline="Renewals")) as crm:
        crm.pipelines.add("Sales")
        with pytest.raises(NotFoundError, match="Renewals"):
            crm.deals.add("Website")


def test_in_a_fresh_file_the_usual_pipeline_is_named_as_configured(database: Path) -> None:
    with Crm.open(database, config=Config(default_pipeline="Renewals")) as crm:
        assert crm.deals.add("Website").pipeline == "Renewals"


def test_a_pipeline_of_ones_own_gets_won_and_lost_and_spread_probabilities(crm: Crm) -> None:
    made = crm.pipelines.add("Courses", stages=[NewStage("Asked"), NewStage("Booked", 80), NewStage("Paid")])
    assert made.stages == ("Asked", "Booked", "Paid", "Won", "Lost")
    assert [each.probability for each in crm.pipelines.stages(made.id)] == [25, 80, 75, 100, 0]


def test_pipelines_and_stages_are_named_once(crm: Crm, sales: PipelineView) -> None:
    with pytest.raises(ConflictError, match="Sales already"):
        crm.pipelines.add("SALES")
    with pytest.raises(ConflictError, match="Lead already"):
        crm.pipelines.add_stage(sales.id, "lead")
    with pytest.raises(ConflictError, match="Proposal already"):
        crm.pipelines.update_stage(stage(crm, "Lead"), name="proposal")
    with pytest.raises(ConflictError, match="Two stages"):
        crm.pipelines.add("Courses", stages=[NewStage("Asked"), NewStage("asked")])
    other = crm.pipelines.add("Renewals")
    with pytest.raises(ConflictError, match="Sales already"):
        crm.pipelines.update(other.id, name="sales")
    assert crm.pipelines.update(sales.id, name="sales").name == "sales"


def test_references_go_by_name_beginning_and_id_within_a_pipeline(crm: Crm, sales: PipelineView) -> None:
    other = crm.pipelines.add("Renewals")
    find = crm.pipelines.find_stage
    assert find("proposal", sales.id).pipeline == "Sales"
    assert find("PROP", other.id).pipeline_id == other.id
    assert find(str(stage(crm, "Lead")), sales.id).name == "Lead"
    assert crm.pipelines.find("ren").id == other.id
    with pytest.raises(AmbiguousError, match=r"Lead \(1\), Lost"):
        find("l", sales.id)
    with pytest.raises(NotFoundError) as error:
        find("Propsal", sales.id)
    assert error.value.hint == "Did you mean Proposal?"
    with pytest.raises(NotFoundError):
        find(str(stage(crm, "Lead", "Renewals")), sales.id)
    with pytest.raises(NotFoundError):
        crm.pipelines.find("99")


def test_a_name_of_digits_comes_before_an_id(crm: Crm, sales: PipelineView) -> None:
    lead = stage(crm, "Lead")
    made = crm.pipelines.add_stage(sales.id, str(lead))
    assert crm.pipelines.find_stage(str(lead), sales.id).id == made.id


def test_a_new_open_stage_comes_after_the_open_ones_with_a_probability_in_between(
    crm: Crm, sales: PipelineView
) -> None:
    made = crm.pipelines.add_stage(sales.id, "Contract")
    assert (made.position, made.probability, made.rot_days) == (5, 87, 14)
    early = crm.pipelines.add_stage(sales.id, "Demo", position=3, rot_days=7)
    assert (early.probability, early.rot_days) == (37, 7)
    late = crm.pipelines.add_stage(sales.id, "Gone", type="lost")
    assert (late.probability, late.position, late.rot_days) == (0, 9, None)
    assert names(crm) == (
        "Lead",
        "Qualified",
        "Demo",
        "Proposal",
        "Negotiation",
        "Contract",
        "Won",
        "Lost",
        "Gone",
    )
    with pytest.raises(InvalidDataError, match="no place 11"):
        crm.pipelines.add_stage(sales.id, "Far", position=11)


def test_stages_are_put_in_another_order(crm: Crm, sales: PipelineView) -> None:
    crm.pipelines.move_stage(stage(crm, "Proposal"), 1)
    assert names(crm) == ("Proposal", "Lead", "Qualified", "Negotiation", "Won", "Lost")
    crm.pipelines.move_stage(stage(crm, "Proposal"), 6)
    assert names(crm)[-1] == "Proposal"
    crm.undo()
    assert names(crm)[0] == "Proposal"
    with pytest.raises(InvalidDataError):
        crm.pipelines.move_stage(stage(crm, "Lead"), 0)
    with pytest.raises(InvalidDataError):
        crm.pipelines.move_stage(stage(crm, "Lead"), 7)


def test_editing_a_stage_changes_no_deal(crm: Crm) -> None:
    deal = crm.deals.add("Website", amount_minor=1000_00)
    lead = crm.pipelines.update_stage(stage(crm, "Lead"), name="New", probability=33, rot_days=None)
    assert (lead.name, lead.probability, lead.rot_days) == ("New", 33, None)
    after = crm.deals.get(deal.id)
    assert (after.stage, after.probability, after.weighted, after.updated_at) == (
        "New",
        10,
        "100.00",
        deal.updated_at,
    )
    assert crm.deals.add("Logo").probability == 33


@pytest.mark.parametrize("percent", [-1, 101])
def test_probabilities_are_percent(crm: Crm, sales: PipelineView, percent: int) -> None:
    with pytest.raises(InvalidDataError, match="impossible"):
        crm.pipelines.update_stage(stage(crm, "Lead"), probability=percent)
    with pytest.raises(InvalidDataError, match="impossible"):
        crm.pipelines.add_stage(sales.id, "Demo", probability=percent)


def test_won_is_certain_and_lost_is_nothing(crm: Crm, sales: PipelineView) -> None:
    with pytest.raises(InvalidDataError, match="type won"):
        crm.pipelines.update_stage(stage(crm, "Won"), probability=90)
    with pytest.raises(InvalidDataError, match="type lost"):
        crm.pipelines.add_stage(sales.id, "Gone", type="lost", probability=5)
    with pytest.raises(InvalidDataError, match="no type of stage"):
        crm.pipelines.add_stage(sales.id, "Gone", type="gone")


def test_the_type_of_a_stage_changes_only_while_no_deal_knows_it(crm: Crm) -> None:
    deal = crm.deals.add("Website")
    assert crm.pipelines.update_stage(stage(crm, "Negotiation"), type="won").probability == 100
    with pytest.raises(ConflictError, match="are or were in Lead"):
        crm.pipelines.update_stage(stage(crm, "Lead"), type="lost")
    crm.deals.move(deal.id, stage(crm, "Qualified"))
    with pytest.raises(ConflictError, match="are or were in Lead"):
        crm.pipelines.update_stage(stage(crm, "Lead"), type="lost")
    with pytest.raises(ConflictError, match="only stage of type lost"):
        crm.pipelines.update_stage(stage(crm, "Lost"), type="won")


def test_a_stage_that_deals_are_in_is_removed_only_when_they_are_moved(crm: Crm) -> None:
    deal = crm.deals.add("Website", stage="Proposal")
    away = crm.deals.archive(crm.deals.add("Logo", stage="Proposal").id)
    proposal = stage(crm, "Proposal")
    with pytest.raises(ConflictError, match="2 deals are in stage Proposal"):
        crm.pipelines.remove_stage(proposal)
    crm.pipelines.remove_stage(proposal, move_to=stage(crm, "Qualified"))
    assert names(crm) == ("Lead", "Qualified", "Negotiation", "Won", "Lost")
    assert [crm.deals.get(each.id).stage for each in (deal, away)] == ["Qualified", "Qualified"]
    assert crm.deals.get(deal.id).probability == 25
    moves = crm.connection.execute(
        "SELECT from_stage_id, to_stage_id FROM stage_moves WHERE deal_id = ? ORDER BY id", (deal.id,)
    ).fetchall()
    assert moves == [(None, proposal), (proposal, stage(crm, "Qualified"))]
    crm.undo()
    assert names(crm) == USUAL
    assert crm.deals.get(deal.id).stage == "Proposal"


def test_a_stage_with_history_is_put_away_and_one_without_is_deleted(crm: Crm) -> None:
    deal = crm.deals.add("Website")
    lead, proposal = stage(crm, "Lead"), stage(crm, "Proposal")
    crm.deals.move(deal.id, stage(crm, "Qualified"))
    crm.pipelines.remove_stage(lead)
    crm.pipelines.remove_stage(proposal)
    assert crm.pipelines.get_stage(lead).archived_at is not None
    with pytest.raises(NotFoundError):
        crm.pipelines.get_stage(proposal)
    for change in (
        lambda: crm.deals.move(deal.id, lead),
        lambda: crm.pipelines.update_stage(lead, name="New"),
        lambda: crm.pipelines.move_stage(lead, 1),
        lambda: crm.pipelines.remove_stage(lead),
    ):
        with pytest.raises(NotFoundError, match="Lead was removed"):
            change()
    assert crm.pipelines.add_stage(crm.pipelines.default().id, "Lead").id != lead
    crm.undo()
    assert names(crm) == ("Qualified", "Negotiation", "Won", "Lost")


def test_removed_stages_take_deals_of_their_own_type_only(crm: Crm, sales: PipelineView) -> None:
    crm.deals.add("Website")
    lead = stage(crm, "Lead")
    with pytest.raises(ConflictError, match="cannot be moved to Won"):
        crm.pipelines.remove_stage(lead, move_to=stage(crm, "Won"))
    with pytest.raises(ConflictError, match="cannot be moved to Lead"):
        crm.pipelines.remove_stage(lead, move_to=lead)
    crm.pipelines.add_stage(sales.id, "Refused", type="lost")
    lost = crm.deals.lose(crm.deals.add("Logo").id, "price", note="too dear")
    crm.pipelines.remove_stage(stage(crm, "Lost"), move_to=stage(crm, "Refused"))
    after = crm.deals.get(lost.id)
    assert (after.stage, after.lost_reason, after.lost_note, after.closed_on) == (
        "Refused",
        "price",
        "too dear",
        date(2026, 3, 2),
    )


@pytest.mark.parametrize("name", ["Won", "Lost"])
def test_the_last_stage_of_a_type_stays(crm: Crm, sales: PipelineView, name: str) -> None:
    with pytest.raises(ConflictError, match="only stage of type"):
        crm.pipelines.remove_stage(stage(crm, name))


def test_the_last_open_stage_stays(crm: Crm) -> None:
    crm.pipelines.add("Short", stages=[NewStage("Asked")])
    with pytest.raises(ConflictError, match="only stage of type open"):
        crm.pipelines.remove_stage(stage(crm, "Asked", "Short"))


def test_a_pipeline_is_removed_with_its_deals_moved_to_their_kind_of_stage(crm: Crm) -> None:
    deals = [crm.deals.add(title) for title in ("Open", "Won", "Lost")]
    crm.deals.win(deals[1].id)
    crm.deals.lose(deals[2].id, "price")
    sales, other = crm.pipelines.find("Sales"), crm.pipelines.add("Renewals")
    with pytest.raises(ConflictError, match="3 deals are in pipeline Sales"):
        crm.pipelines.remove(sales.id)
    for wrong in (stage(crm, "Won", "Renewals"), stage(crm, "Lead", "Sales")):
        with pytest.raises(ConflictError, match="cannot be moved"):
            crm.pipelines.remove(sales.id, move_to=wrong)
    crm.pipelines.remove(sales.id, move_to=stage(crm, "Proposal", "Renewals"))
    found = [crm.deals.get(each.id) for each in deals]
    assert [(each.pipeline, each.stage, each.status.value) for each in found] == [
        ("Renewals", "Proposal", "open"),
        ("Renewals", "Won", "won"),
        ("Renewals", "Lost", "lost"),
    ]
    assert [each.id for each in crm.pipelines.list()] == [other.id]
    assert crm.pipelines.default().id == other.id
    with pytest.raises(NotFoundError):
        crm.pipelines.get(sales.id)
    crm.undo()
    assert [crm.deals.get(each.id).pipeline for each in deals] == ["Sales"] * 3


def test_a_pipeline_without_history_goes_without_a_trace_and_the_only_one_stays(crm: Crm) -> None:
    sales, other = crm.pipelines.add("Sales"), crm.pipelines.add("Renewals")
    crm.pipelines.remove(sales.id)
    for table in ("pipelines", "stages"):
        (count,) = crm.connection.execute(
            f"SELECT count(*) FROM {table} WHERE archived_at IS NOT NULL"
        ).fetchone()
        assert count == 0
    with pytest.raises(ConflictError, match="only pipeline"):
        crm.pipelines.remove(other.id)


def test_nothing_is_written_when_something_is_refused(crm: Crm, sales: PipelineView) -> None:
    before = crm.history()
    with pytest.raises(UsageError):
        crm.deals.add("Website", stage="Lost")
    with pytest.raises(InvalidDataError):
        crm.pipelines.add("Courses", stages=[NewStage("Asked", 200)])
    assert crm.history() == before
    assert [each.name for each in crm.pipelines.list()] == ["Sales"]
