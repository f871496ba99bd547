"""crm deal, end to end: every command, every format, exact exit codes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm

Run = Callable[..., Result]
NOW = "2026-03-02 09:30"
KEYS = [
    "id", "title", "contact", "contact_id", "company", "company_id", "pipeline", "stage", "stage_id",
    "status", "amount", "currency", "probability", "weighted", "expected_close_on", "closed_on", "source",
    "lost_reason", "lost_note", "tags", "created_at", "updated_at", "archived_at",
]  # fmt: skip


@pytest.fixture
def run(database: Path) -> Run:
    def call(*words: str, now: str = NOW) -> Result:
        return CliRunner().invoke(app, ["--db", str(database), "--now", now, *words])

    return call


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with Anna's web site, a bare logo, and a lost shop."""
    path = tmp_path_factory.mktemp("deals") / "crm.db"
    with Crm.open(path, now=NOW) as crm:
        anna = crm.contacts.add(name="Anna Kowalska", emails=["anna@example.com"], company="Acme")
        crm.deals.add(
            "Website",
            contact_id=anna.id,
            amount_minor=1200_00,
            currency="EUR",
            stage="Proposal",
            expected_close_on=date(2026, 3, 31),
            source="fair",
            tags=["web", "new"],
        )
        crm.deals.add("Logo")
        shop = crm.deals.add("Shop", amount_minor=900_00, currency="USD")
        crm.deals.lose(shop.id, "price", note="too dear")
    return path


@pytest.fixture
def three(run: Run, made: Path, database: Path) -> Run:
    """The commands over a copy of that database."""
    shutil.copy(made, database)
    return run


def data(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_add_prints_the_record_and_how_to_undo_it(run: Run) -> None:
    run("contact", "add", "Anna", "--company", "Acme")
    made = run(
        "deal", "add", "Website", "--contact", "anna", "--amount", "1200", "--close", "friday", "--json"
    )
    record = data(made)
    assert list(record) == [*KEYS, "custom"]
    assert (record["contact"], record["company"], record["stage"], record["status"]) == (
        "Anna",
        "Acme",
        "Lead",
        "open",
    )
    assert (record["amount"], record["currency"], record["weighted"]) == ("1200.00", "EUR", "120.00")
    assert (record["expected_close_on"], record["closed_on"]) == ("2026-03-06", None)
    assert "Expected to close on Fri 6 Mar (2026-03-06)." in made.stderr
    assert "Add deal Website (1). Operation 2; crm undo 2 takes it back." in made.stderr
    assert run("deal", "add", "Logo").stdout == ""


def test_the_first_write_makes_the_database(run: Run, database: Path) -> None:
    made = run("deal", "add", "Website")
    assert f"Created {database}." in made.stderr
    assert database.stat().st_mode & 0o777 == 0o600


def test_add_takes_everything(run: Run) -> None:
    run("pipeline", "add", "Sales")
    run("pipeline", "add", "Renewals")
    made = data(
        run(
            "deal", "add", "Website", "--company", "Nord Labs", "--amount", "¥5000", "--pipeline", "ren",
            "--stage", "won", "--closed", "2026-02-01", "--probability", "100", "--source", "ad", "--json",
        )
    )  # fmt: skip
    assert (made["pipeline"], made["stage"], made["status"], made["closed_on"]) == (
        "Renewals",
        "Won",
        "won",
        "2026-02-01",
    )
    assert (made["amount"], made["currency"], made["weighted"]) == ("5000", "JPY", None)
    lost = data(
        run("deal", "add", "Old", "--stage", "Lost", "--lost-reason", "price", "--lost-note", "x", "--json")
    )
    assert (lost["lost_reason"], lost["lost_note"], lost["closed_on"]) == ("price", "x", "2026-03-02")


def test_list_has_the_open_first_and_takes_filters(three: Run) -> None:
    assert three("deal", "list", "-f", "ids").stdout == "1\n2\n3\n"
    assert three("deal", "list", "status:lost", "-f", "ids").stdout == "3\n"
    assert three("deal", "list", "stage:proposal", "amount>=1000", "-f", "ids").stdout == "1\n"
    assert three("deal", "list", "anna", "-f", "ids").stdout == "1\n"
    assert three("deal", "list", "-f", "ids", "--", "-status:open").stdout == "3\n"
    assert three("deal", "list", "--sort", "-amount", "--limit", "1", "-f", "ids").stdout == "1\n"


def test_list_formats(three: Run) -> None:
    columns = ("--columns", "title,amount,currency,weighted,tags,lost_reason")
    assert three("deal", "list", *columns, "-f", "csv").stdout == (
        "title,amount,currency,weighted,tags,lost_reason\n"
        "Website,1200.00,EUR,600.00,web;new,\nLogo,,,,,\nShop,900.00,USD,,,price\n"
    )
    assert three("deal", "list", *columns).stdout == (
        "title\tamount\tcurrency\tweighted\ttags\tlost_reason\n"
        "Website\t1200.00\tEUR\t600.00\tweb;new\t\nLogo\t\t\t\t\t\nShop\t900.00\tUSD\t\t\tprice\n"
    )
    assert json.loads(
        three("deal", "list", "status:open", *columns, "-f", "jsonl").stdout.splitlines()[0]
    ) == {
        "title": "Website",
        "amount": "1200.00",
        "currency": "EUR",
        "weighted": "600.00",
        "tags": ["web", "new"],
        "lost_reason": None,
    }
    assert [each["id"] for each in data(three("deal", "list", "--json"))] == [1, 2, 3]
    table = three("deal", "list", "--columns", "id,title,amount,weighted", "-f", "table").stdout
    assert table == (
        "Id  Title          Amount    Weighted\n"
        " 1  Website  1,200.00 EUR  600.00 EUR\n"
        " 2  Logo                -           -\n"
        " 3  Shop       900.00 USD           -\n"
    )


def test_show_takes_an_id_or_a_title(three: Run) -> None:
    assert data(three("deal", "show", "web", "--json")) == data(three("deal", "show", "1", "--json"))
    assert three("deal", "show", "1", "-f", "csv").stdout.splitlines()[0] == ",".join(KEYS)
    assert "1,200.00 EUR" in three("deal", "show", "1", "-f", "table").stdout


def test_edit_changes_and_empties(three: Run) -> None:
    edited = data(
        three(
            "deal", "edit", "website", "--title", "Web shop", "--amount", "1500", "--close", "none",
            "--source", "none", "--contact", "none", "--probability", "60", "--tag", "shop",
            "--stage", "Negotiation", "--json",
        )
    )  # fmt: skip
    assert (edited["title"], edited["amount"], edited["currency"]) == ("Web shop", "1500.00", "EUR")
    assert (edited["expected_close_on"], edited["source"], edited["contact"]) == (None, None, None)
    assert (edited["probability"], edited["stage"], edited["tags"]) == (60, "Negotiation", ["shop"])
    emptied = data(
        three("deal", "edit", "1", "--probability", "none", "--amount", "none", "--tag", "none", "--json")
    )
    assert (emptied["probability"], emptied["amount"], emptied["currency"], emptied["tags"]) == (
        75,
        None,
        None,
        [],
    )
    unchanged = three("deal", "edit", "1", "--title", "Web shop")
    assert (unchanged.exit_code, unchanged.stderr) == (0, "Nothing changed.\n")


def test_an_amount_without_currency_is_in_the_deals_own(three: Run) -> None:
    edited = data(three("deal", "edit", "3", "--amount", "$950", "--lost-note", "none", "--json"))
    assert (edited["amount"], edited["currency"], edited["lost_note"]) == ("950.00", "USD", None)
    assert data(three("deal", "edit", "3", "--amount", "990", "--json"))["currency"] == "USD"


def test_move_goes_by_name_and_type(three: Run) -> None:
    moved = data(three("deal", "move", "Logo", "qual", "--json"))
    assert (moved["stage"], moved["probability"]) == ("Qualified", 25)
    assert "Nothing changed." in three("deal", "move", "Logo", "Qualified").stderr
    three("pipeline", "add", "Renewals")
    assert (
        data(three("deal", "move", "Logo", "Lead", "--pipeline", "Renewals", "--json"))["pipeline"]
        == "Renewals"
    )
    refused = three("deal", "move", "Logo", "Lost")
    assert refused.exit_code == 2
    assert "crm deal lose" in refused.stderr


def test_win(three: Run) -> None:
    won = three("deal", "win", "Website", "--on", "yesterday", "--amount", "1150", "--json")
    assert (data(won)["closed_on"], data(won)["amount"], data(won)["probability"]) == (
        "2026-03-01",
        "1150.00",
        100,
    )
    assert "Won on Sun 1 Mar (2026-03-01)." in won.stderr
    assert data(three("contact", "show", "1", "--json"))["lifecycle"] == "customer"
    assert three("deal", "win", "Logo", "--on", "tomorrow").exit_code == 5
    undone = three("undo")
    assert undone.exit_code == 0
    assert data(three("contact", "show", "1", "--json"))["lifecycle"] == "lead"
    assert data(three("deal", "show", "1", "--json"))["status"] == "open"


@pytest.mark.parametrize(
    ("when", "day"),
    [("90d", "2026-05-31"), ("3m", "2026-06-02"), ("+2w", "2026-03-16"), ("2026-09-01", "2026-09-01")],
)
def test_lose_plans_the_win_back(three: Run, when: str, day: str) -> None:
    lost = data(three("deal", "lose", "Website", "--reason", "timing", "--win-back", when, "--json"))
    assert (lost["status"], lost["lost_reason"], lost["weighted"]) == ("lost", "timing", None)
    (followup,) = data(three("followup", "list", "--json"))
    assert (followup["title"], followup["due_on"], followup["contact"], followup["deal"]) == (
        "Win back: Website",
        day,
        "Anna Kowalska",
        "Website",
    )


def test_reopen(three: Run) -> None:
    assert data(three("deal", "reopen", "Shop", "--json"))["stage"] == "Lead"
    again = three("deal", "reopen", "Shop")
    assert again.exit_code == 6
    assert "Shop is open already." in again.stderr


def test_tag_archive_restore_delete(three: Run) -> None:
    assert data(three("deal", "tag", "1", "--add", "vip", "--remove", "WEB", "--json"))["tags"] == [
        "new",
        "vip",
    ]
    assert data(three("deal", "archive", "1", "--json"))["archived_at"] == "2026-03-02T09:30:00Z"
    assert three("deal", "list", "-f", "ids").stdout == "2\n3\n"
    assert data(three("deal", "restore", "1", "--json"))["archived_at"] is None
    unanswered = three("deal", "delete", "Logo")
    assert unanswered.exit_code == 2
    assert "--yes" in unanswered.stderr
    assert three("deal", "delete", "Logo", "--yes").exit_code == 0
    assert three("deal", "show", "Logo").exit_code == 3
    three("followup", "add", "Call", "--deal", "Website", "--due", "tomorrow")
    assert three("deal", "delete", "Website", "--yes").exit_code == 6


def test_board_for_machines(three: Run) -> None:
    assert three("deal", "board").stdout == (
        "pipeline\tstage\tcount\tcurrency\tamount\tweighted\n"
        "Sales\tLead\t1\t\t\t\n"
        "Sales\tQualified\t0\t\t\t\n"
        "Sales\tProposal\t1\tEUR\t1200.00\t600.00\n"
        "Sales\tNegotiation\t0\t\t\t\n"
    )
    assert data(three("deal", "board", "--json"))[2] == {
        "pipeline": "Sales",
        "stage": "Proposal",
        "count": 1,
        "currency": "EUR",
        "amount": "1200.00",
        "weighted": "600.00",
    }
    assert three("deal", "board", "-f", "ids").stdout == "2\n1\n"


def test_board_for_people(three: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    three("deal", "add", "Shop again", "--amount", "12000 JPY", "--stage", "Proposal", now="2026-03-15 09:30")
    three("followup", "add", "Call", "--deal", "Website", "--due", "2026-03-18")
    monkeypatch.setenv("COLUMNS", "120")
    assert three("deal", "board", "-f", "table", now="2026-03-16 09:30").stdout == (
        "Lead  1 · 1 without an amount\n"
        "! 2 Logo                                         -  2 weeks  no next step\n"
        "\n"
        "Qualified  0\n"
        "\n"
        "Proposal  2 · 1,200.00 EUR, weighted 600.00 EUR · 12,000 JPY, weighted 6,000 JPY\n"
        "! 1 Website     Anna Kowalska · Acme  1,200.00 EUR  2 weeks  in 2 days: Call\n"
        "  4 Shop again                          12,000 JPY  1 day    no next step\n"
        "\n"
        "Negotiation  0\n"
    )
    monkeypatch.setenv("COLUMNS", "60")
    narrow = three("deal", "board", "-f", "table", now="2026-03-16 09:30").stdout
    assert all(len(line) <= 60 for line in narrow.splitlines() if line[:1] in "! ")


def test_board_of_another_pipeline_and_of_none(run: Run) -> None:
    run("contact", "add", "Anna")
    assert run("deal", "board", "--json").stdout == "[]\n"
    empty = run("deal", "board", "-f", "table")
    assert (empty.exit_code, empty.stdout) == (0, "")
    run("pipeline", "add", "Sales")
    run("pipeline", "add", "Renewals")
    run("deal", "add", "Website", "--pipeline", "Renewals")
    counts = [each["count"] for each in data(run("deal", "board", "--pipeline", "ren", "--json"))]
    assert counts == [1, 0, 0, 0]


def test_what_a_terminal_obeys_never_reaches_it(run: Run) -> None:
    run("deal", "add", "evil \x1b]52;c;x\x07 [/] title", "--company", "\x1b[2J")
    for words in (("deal", "board", "-f", "table"), ("deal", "list", "-f", "table"), ("deal", "win", "1")):
        result = run(*words)
        assert result.exit_code == 0
        assert "\x1b" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", " "), 5, "The title is empty."),
        (("add", "X", "--stage", "Gone"), 3, 'There is no stage "Gone".'),
        (("add", "X", "--stage", "none"), 3, 'There is no stage "none".'),
        (("add", "X", "--stage", "l"), 4, "Lead (1), Lost (6)"),
        (("add", "X", "--stage", "Lost"), 2, "Why was X lost?"),
        (("add", "X", "--contact", "nobody"), 3, "nobody"),
        (("add", "X", "--amount", "a lot"), 5, "no amount"),
        (("add", "X", "--amount", "-5"), 5, "below zero"),
        (("add", "X", "--amount", "1.200"), 5, "with or without decimals"),
        (("add", "X", "--probability", "101"), 5, "impossible"),
        (("add", "X", "--probability", "half"), 2, '"half" is no probability.'),
        (("add", "X", "--close", "someday"), 5, "someday"),
        (("add", "X", "--closed", "today"), 5, "no closing day"),
        (("add", "X", "--lost-reason", "price"), 5, "not lost"),
        (("add", "X", "--set", "size"), 2, "KEY=VALUE"),
        (("add", "X", "--set", "size=L"), 3, "size"),
        (("add",), 2, "Missing argument"),
        (("edit", "1", "--title", ""), 5, "The title is empty."),
        (("move", "1", "Propsal"), 3, "Did you mean Proposal?"),
        (("move", "99", "Lead"), 3, "99"),
        (("win", "1", "--on", "tomorrow"), 5, "still to come"),
        (("lose", "1"), 2, "--reason"),
        (("lose", "1", "--reason", " "), 5, "The reason is empty."),
        (("lose", "1", "--reason", "price", "--win-back", "soonish"), 5, "soonish"),
        (("show", "99"), 3, "99"),
        (("list", "stag:lead"), 2, "Did you mean stage"),
        (("list", "--sort", "tag"), 2, 'cannot be sorted by "tag"'),
        (("list", "-f", "xml"), 2, 'no format "xml"'),
        (("board", "--pipeline", "Gone"), 3, 'There is no pipeline "Gone".'),
    ],
)
def test_errors(three: Run, words: tuple[str, ...], code: int, said: str) -> None:
    before = three("deal", "list", "-f", "jsonl").stdout
    result = three("deal", *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert three("deal", "list", "-f", "jsonl").stdout == before


COMMANDS = [
    "add", "list", "show", "edit", "move", "win", "lose", "reopen", "tag", "archive", "restore", "delete",
    "board",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(run: Run, command: str) -> None:
    shown = run("deal", command, "--help")
    assert shown.exit_code == 0
    assert f"crm deal {command}" in shown.stdout.partition("Examples:")[2]
