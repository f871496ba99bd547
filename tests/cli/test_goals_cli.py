"""crm goal, end to end; goals and customers in crm today, status and remind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm
from tests.sales_rows import invoice, product

Run = Callable[..., Result]
NOW = "2026-03-02 09:30"


@pytest.fixture
def run(database: Path) -> Run:
    def call(*words: str, code: int = 0) -> Result:
        ran = CliRunner().invoke(app, ["--db", str(database), "--now", NOW, *words])
        assert ran.exit_code == code, ran.stderr
        return ran

    return call


@pytest.fixture
def sold(database: Path) -> None:
    """A sale of this quarter, a call of this week, a customer of last year who buys every 60 days, two of a company."""
    with Crm.open(database, now=NOW) as crm:
        anna = crm.contacts.add(name="Anna Kowalska").id
        bo = crm.contacts.add(name="Bo", company="Acme")
        oil = product(crm, "Oil", reorder_days=60)
        invoice(crm, "2025-08-14", (50_000, oil), contact=anna, due="2026-12-31")
        invoice(crm, "2026-02-03", 420_000, company=bo.company_id, due="2026-12-31")
        crm.interactions.add("call", [bo.id], "spoke")


@pytest.mark.usefixtures("sold")
def test_set_and_list(run: Run) -> None:
    made = run("goal", "set", "revenue", "20000", "EUR", "--per", "quarter", "--json")
    assert json.loads(made.stdout) == {
        "id": 1,
        "metric": "revenue",
        "per": "quarter",
        "currency": "EUR",
        "target": "20000.00",
        "actual": "4200.00",
        "share": 0.21,
        "expected": 60 / 90,
        "status": "behind",
        "from": "2026-01-01",
        "to": "2026-03-31",
        "since": "2026-01-01",
        "converted": False,
    }
    assert (
        "Set goal revenue 20,000.00 EUR per quarter (1). Operation 7; crm undo 7 takes it back."
        in made.stderr
    )
    run("goal", "set", "calls", "10", "--per", "week")
    assert run("goal", "list", "-f", "table").stdout.splitlines() == [
        "Goal     Per            Actual         Target  Share  Expected  Status      Until",
        "calls    week                1             10    10%        0%    on track  Sun 8 Mar",
        "revenue  quarter  4,200.00 EUR  20,000.00 EUR    21%       67%  ~ behind    Tue 31 Mar",
    ]


@pytest.mark.usefixtures("sold")
def test_the_same_in_every_format(run: Run) -> None:
    run("goal", "set", "calls", "4", "--per", "week")
    (record,) = json.loads(run("goal", "list", "--json").stdout)
    assert json.loads(run("goal", "list", "-f", "jsonl").stdout) == record
    header, row = run("goal", "list").stdout.splitlines()
    assert (
        header
        == "id\tmetric\tper\tcurrency\ttarget\tactual\tshare\texpected\tstatus\tfrom\tto\tsince\tconverted"
    )
    assert row == "1\tcalls\tweek\t\t4\t1\t0.25\t0.0\ton track\t2026-03-02\t2026-03-08\t2026-03-02\tno"
    assert run("goal", "list", "-f", "csv").stdout.splitlines()[1] == row.replace("\t", ",")
    assert run("goal", "list", "-f", "ids").stdout == "1\n"


@pytest.mark.parametrize(
    "words", [("20000 EUR",), ("20000EUR",), ("20000", "EUR"), ("20,000.00",), ("€20000",)]
)
def test_ways_to_write_an_amount(run: Run, words: tuple[str, ...]) -> None:
    made = json.loads(run("goal", "set", "revenue", *words, "--per", "month", "--json").stdout)
    assert (made["target"], made["currency"]) == ("20000.00", "EUR")


def test_sorting_chooses_by_what_amounts_mean(run: Run) -> None:
    for metric, target in (("revenue", "9"), ("won", "100"), ("received", "20")):
        run("goal", "set", metric, target, "--per", "month")
    listed = run("goal", "list", "--sort", "-target", "--columns", "metric,target", "--limit", "2")
    assert listed.stdout == "metric\ttarget\nwon\t100.00\nreceived\t20.00\n"


def test_a_later_start_removal_and_undo(run: Run) -> None:
    run("goal", "set", "calls", "5", "--per", "month")
    later = json.loads(
        run("goal", "set", "calls", "8", "--per", "month", "--from", "2026-05-17", "--json").stdout
    )
    assert (later["since"], later["status"], later["from"], later["to"]) == (
        "2026-05-01", "to come", "2026-05-01", "2026-05-31",
    )  # fmt: skip
    assert run("goal", "list", "--columns", "target").stdout == "target\n5\n8\n"
    removed = run("goal", "remove", "calls", "--per", "month", "--json")
    assert json.loads(removed.stdout)["target"] == 5
    assert "Remove goal calls per month (1)." in removed.stderr
    assert run("goal", "list", "--json").stdout == "[]\n"
    run("undo")
    assert run("goal", "list", "--columns", "target").stdout == "target\n5\n8\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("set", "cals", "10", "--per", "week"), 2, "Did you mean calls?"),
        (("set", "revnue", "10", "EUR", "--per", "week"), 2, "Did you mean revenue?"),
        (("set", "calls", "10", "--per", "day"), 2, 'no span "day"'),
        (("set", "calls", "10", "EUR", "--per", "week"), 2, '"10 EUR" is no number of calls.'),
        (("set", "calls", "ten", "--per", "week"), 2, '"ten" is no number of calls.'),
        (("set", "calls", "1,5", "--per", "week"), 2, '"1,5" is no number of calls.'),
        (("set", "calls", "10"), 2, "--per"),
        (("set", "cals", "10"), 2, "Did you mean calls?"),
        (("set", "--per", "day", "cals", "10"), 2, "Did you mean calls?"),
        (("remove", "cals"), 2, "Did you mean calls?"),
        (("set", "calls", "-5", "--per", "week"), 5, "The target of calls is -5."),
        (("set", "revenue", "-5", "EUR", "--per", "week"), 5, "no amount to aim at"),
        (("set", "revenue", "much", "--per", "week"), 5, '"much" is no amount.'),
        (("set", "revenue", "0", "--per", "week"), 5, "no amount to aim at"),
        (("set", "calls", "0", "--per", "week"), 5, "crm goal remove calls --per week"),
        (("set", "calls", "1", "--per", "week", "--from", "whenever"), 5, '"whenever" is no day'),
        (("remove", "calls", "--per", "week"), 3, "There is no goal calls per week."),
        (("remove", "revenue", "usd", "--per", "week"), 3, "There is no goal revenue in USD per week."),
        (("remove", "calls", "EUR", "--per", "week"), 2, "calls is a number, not an amount."),
        (("list", "--sort", "mood"), 2, "mood"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_errors(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    run("contact", "add", "Anna")
    assert said in run("goal", *words, code=code).stderr


@pytest.mark.usefixtures("sold")
def test_what_has_no_rate_is_told(run: Run, database: Path) -> None:
    with Crm.open(database, now=NOW) as crm:
        invoice(crm, "2026-02-03", 100, contact=1, currency="USD", due="2026-12-31")
    told = run("goal", "set", "revenue", "1", "--per", "quarter").stderr
    assert "Not counted, for there is no rate: USD. crm rate set USD RATE." in told
    run("rate", "set", "USD", "0.5")
    assert "+ reached, converted" in run("goal", "list", "-f", "table").stdout
    assert run("goal", "list").stderr == ""


@pytest.mark.parametrize("verb", ["set", "list", "remove"])
def test_every_verb_has_help_with_an_example(run: Run, verb: str) -> None:
    assert f"crm goal {verb}" in run("goal", verb, "--help").stdout.partition("Examples:")[2]


@pytest.mark.usefixtures("sold")
def test_today_ends_with_the_goals_on_a_page_alone(run: Run) -> None:
    run("goal", "set", "revenue", "20000", "EUR", "--per", "quarter")
    run("goal", "set", "calls", "1", "--per", "week")
    run("goal", "set", "calls", "1", "--per", "year", "--from", "2027-01-01")
    lines = run("today", "-f", "table").stdout.splitlines()
    assert lines[-3:] == [
        "Goals",
        "+ calls                 1 of 1  100%  this week",
        "~ revenue  4,200 of 20,000 EUR   21%  this quarter",
    ]
    assert "goal" not in run("today").stdout.lower()
    assert {each["kind"] for each in json.loads(run("today", "--json").stdout)} == {"reorder"}


@pytest.mark.usefixtures("sold")
def test_customers_in_today_status_and_remind(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("silent_days = 180\nreorder_lead_days = 7\n")
    ruled = ("--config", str(config))
    silent = {
        "kind": "silent",
        "ref": 1,
        "title": "silent for 200 days",
        "due_on": "2026-02-10",
        "overdue_days": 20,
        "contact": "Anna Kowalska",
    }
    reorder = {
        **silent,
        "kind": "reorder",
        "title": "due to buy Oil again",
        "due_on": "2025-10-13",
        "overdue_days": 140,
    }
    assert json.loads(run(*ruled, "today", "--json").stdout) == [reorder, silent]
    assert run(*ruled, "today", "-f", "table").stdout.splitlines() == [
        "2 customers",
        "Customers",
        "~ 1  due to buy Oil again  Anna Kowalska             5 months",
        "~ 1  silent for 200 days   Anna Kowalska  bought 7 months ago",
    ]
    assert run(*ruled, "status").stdout == "overdue 2\n"
    assert run("status").stdout == "overdue 1\n"
    late = json.loads(run(*ruled, "remind", "--once", "--json").stdout)
    assert late == [{**reorder, "late": True}, {**silent, "late": True}]
    assert run(*ruled, "remind", "--once").stdout == ""


def test_a_company_without_anybody_has_no_ref(run: Run, tmp_path: Path, database: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("silent_days = 10\n")
    with Crm.open(database, now=NOW) as crm:
        invoice(crm, "2025-08-14", 1, company=crm.companies.add(name="Acme").id, due="2026-12-31")
    (item,) = json.loads(run("--config", str(config), "today", "--json").stdout)
    assert (item["kind"], item["ref"], item["contact"]) == ("silent", None, "Acme")
    assert run("--config", str(config), "today").stdout.splitlines()[1].startswith("silent\t\tsilent for")
    assert run("--config", str(config), "today", "-f", "ids").stdout == ""
    assert "~   silent for 200 days  Acme" in run("--config", str(config), "today", "-f", "table").stdout
