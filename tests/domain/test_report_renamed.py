"""What a stage, a pipeline or a product is called changes no figure of any report, whatever the new name says."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Asked, Report, Unit
from crm_tui.domain.reports.service import NAMES, module
from tests.sales_rows import invoice, pay, product
from tests.why_deals import RATES, Drawn, business

VIEWS: Final = [(name, by) for name in NAMES for by in module(name).BY or (None,)]
A_DEAL: Final = Drawn(5_000, "EUR", ("Sales", "Lead"), 30, 60, 20, "web", 40, "")
DEALS: Final = (
    A_DEAL,
    A_DEAL._replace(place=("Sales", "Won")),
    A_DEAL._replace(place=("Sales", "Lost"), currency="USD"),
    A_DEAL._replace(place=("Sales", "Proposal"), then="Won"),
    A_DEAL._replace(place=("Partners", "Lead"), currency="USD", then="Negotiation"),
    A_DEAL._replace(place=("Partners", "Lost"), then="again"),
)


def told(view: tuple[str, str | None]) -> str:
    return "-".join(part for part in view if part)


def fill(crm: Crm) -> None:
    """Sales of two products, one of them paid."""
    anna = crm.contacts.add(name="Anna", source="web").id
    pay(crm, invoice(crm, "2025-11-01", (1000, product(crm, "tea")), contact=anna), "2025-11-02", 500)
    invoice(crm, "2026-01-01", (2000, product(crm, "cake")), contact=anna, currency="USD")


def rename(crm: Crm) -> None:
    """Give every stage another name, that of the next one: what is won is called lost, what is lost open."""
    for pipeline in crm.pipelines.list():
        stages = crm.pipelines.stages(pipeline.id)
        for stage in stages:
            crm.pipelines.update_stage(stage.id, name=f"{stage.name} for now")
        for stage, other in zip(stages, (*stages[1:], stages[0]), strict=True):
            crm.pipelines.update_stage(stage.id, name=other.name)
        crm.pipelines.update(pipeline.id, name=f"{pipeline.name} 2")
    for each in crm.products.list():
        crm.products.update(each.id, name=f"{each.name} 2")


def figures(found: Report[Any, Any]) -> list[Any]:
    """Every figure of the rows, in any order, for rows can be ordered by names; and of the totals."""
    rows = [
        tuple(str(getattr(row, each.key)) for each in found.columns if each.unit is not Unit.TEXT)
        for row in found.rows
    ]
    return [sorted(rows), found.totals, found.by_currency]


@pytest.mark.parametrize("view", VIEWS, ids=told)
@pytest.mark.parametrize("past", [None, date(2026, 2, 20)], ids=["today", "past"])
def test_new_names_change_no_figure(view: tuple[str, str | None], past: date | None) -> None:
    name, by = view
    with business(DEALS, RATES[1]) as crm:
        fill(crm)
        asked = [Asked(by=by, as_of=past, convert=convert) for convert in (False, True)]
        before = [figures(crm.reports.ask(name, each)) for each in asked]
        rename(crm)
        assert [figures(crm.reports.ask(name, each)) for each in asked] == before
