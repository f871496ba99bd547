"""A pipeline of thousands of deals as a public export has it comes in with one command and a recipe."""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm
from tests.everything import assert_sound

Run = Callable[..., Result]
RECIPE = Path(__file__).parents[2] / "data" / "sales-pipeline.toml"
HEADER = (
    "opportunity_id",
    "sales_agent",
    "product",
    "account",
    "deal_stage",
    "engage_date",
    "close_date",
    "close_value",
)
DEALS = 8_800
PRODUCTS = ("GTX Pro", "GTXPro", "GTX Basic", "GTX Basik", "MG Special", "MG  Special", "GTK 500")


@pytest.fixture
def run(database: Path) -> Run:
    def call(*words: str) -> Result:
        return CliRunner().invoke(app, ["--db", str(database), "--now", "2026-03-02 09:30", *words])

    return call


class Sold(NamedTuple):
    """A deal as it was generated; ``value`` in cents."""

    stage: str
    account: str
    value: int | None
    closed_on: date | None


def written(day: date | None, chance: random.Random) -> str:
    """A day, in one of the ways that one column has."""
    if day is None:
        return ""
    return chance.choice([day.isoformat(), f"{day.month}/{day.day}/{day.year}", f"{day:%m/%d/%Y}"])


def amount(value: int | None, chance: random.Random) -> str:
    """An amount in one of the ways that one column has."""
    if value is None:
        return ""
    plain = f"{value // 100}.{value % 100:02}" if value % 100 else str(value // 100)
    return chance.choice([plain, f"{value // 100:,}.{value % 100:02}", f"${value // 100}.{value % 100:02}"])


def deal(chance: random.Random) -> tuple[Sold, tuple[str, ...]]:
    stage = chance.choices(["Prospecting", "Engaging", "Won", "Lost"], [6, 18, 48, 28])[0]
    begun = date(2016, 10, 20) + timedelta(chance.randrange(400))
    closed = begun + timedelta(chance.randrange(1, 130)) if stage in ("Won", "Lost") else None
    value = chance.randrange(3_800, 3_028_800) if stage == "Won" else 0 if stage == "Lost" else None
    account = "" if closed is None and chance.random() < 0.66 else f"Account {chance.randrange(85)}"
    begins = "" if stage == "Prospecting" else written(begun, chance)
    agent = f"Agent {chance.randrange(30)}"
    row = (
        agent,
        chance.choice(PRODUCTS),
        account,
        stage,
        begins,
        written(closed, chance),
        amount(value, chance),
    )
    return Sold(stage, account, value, closed), row


def generate(path: Path) -> list[Sold]:
    """A file like the public one, the same every time; returns what is in it."""
    chance = random.Random(8800)
    sold = []
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(DEALS):
            made, row = deal(chance)
            sold.append(made)
            writer.writerow([f"OPP{number:05}", *row])
    return sold


def test_a_public_pipeline_comes_in_with_one_command_and_right_totals(
    run: Run, tmp_path: Path, database: Path
) -> None:
    path = tmp_path / "sales_pipeline.csv"
    sold = generate(path)
    summary = json.loads(run("import", str(path), "--recipe", str(RECIPE), "--json").stdout)
    assert (summary["rows"], summary["created"], summary["rejected"]) == (DEALS, DEALS, 0)
    by_stage: dict[str, list[Sold]] = defaultdict(list)
    for each in sold:
        by_stage[each.stage].append(each)
    with Crm.open(database, create=False) as crm:
        count = {name: crm.deals.count(f"stage:{name}") for name in ("lead", "qualified", "won", "lost")}
        ours = {"lead": "Prospecting", "qualified": "Engaging", "won": "Won", "lost": "Lost"}
        assert count == {name: len(by_stage[theirs]) for name, theirs in ours.items()}
        won = list(crm.deals.iterate("status:won"))
        assert {each.currency for each in won} == {"USD"}
        assert sum(each.amount_minor or 0 for each in won) == sum(each.value or 0 for each in by_stage["Won"])
        months: dict[str, int] = defaultdict(int)
        for found in won:
            months[str(found.closed_on)[:7]] += found.amount_minor or 0
        wanted: dict[str, int] = defaultdict(int)
        for made in by_stage["Won"]:
            wanted[str(made.closed_on)[:7]] += made.value or 0
        assert months == wanted
        lost = list(crm.deals.iterate("status:lost"))
        assert {each.lost_reason for each in lost} == {"unknown"}
        assert sorted(str(each.closed_on) for each in lost) == sorted(
            str(each.closed_on) for each in by_stage["Lost"]
        )
        assert crm.deals.count("company:none") == sum(not each.account for each in sold)
        assert crm.companies.count() == len({each.account for each in sold if each.account})
        assert_sound(crm)
    again = json.loads(run("import", str(path), "--recipe", str(RECIPE), "--json").stdout)
    assert (again["unchanged"], again["operation"]) == (DEALS, None)
