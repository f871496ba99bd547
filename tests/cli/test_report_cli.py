"""crm report and crm why from the outside: every format, every wish, every refusal."""

from __future__ import annotations

import csv
import io
import json
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.columns import cell
from crm_tui.commands import loading
from crm_tui.dates import Period
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.domain.reports.report import Asked
from crm_tui.domain.reports.service import FIGURES, NAMES, TITLES, every_figure, module
from tests.conftest import NOW
from tests.reports_made import install

MONDAY = "2026-03-02 09:30"


@pytest.fixture(autouse=True)
def _business(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))
    monkeypatch.setenv("CRM_NOW", MONDAY)
    with Crm.open(database, now=NOW) as opened:
        anna = opened.contacts.add(name="Anna", cadence_days=30, source="web")
        bob = opened.contacts.add(name="Bob")
        opened.interactions.add("call", [anna.id], "spoke", occurred_at="2026-02-27T10:00:00Z")
        opened.interactions.add("note", [anna.id], "thought", occurred_at="2026-03-01T10:00:00Z")
        opened.deals.add("Website", contact_id=anna.id, amount_minor=120_000, currency="EUR")
        opened.deals.add("Shop", contact_id=anna.id)
        opened.deals.win(
            opened.deals.add("Label", contact_id=anna.id, amount_minor=30_000, currency="EUR").id
        )
        opened.deals.lose(opened.deals.add("Poster", amount_minor=1, currency="EUR").id, "price")
        for day in ("2024-06-01", "2026-02-01"):
            line = LineDraft("Label", unit_price_minor=30_000)
            opened.invoices.add(lines=[line], contact_id=anna.id, issued_on=date.fromisoformat(day))
        opened.invoices.add(lines=[line], contact_id=bob.id, issued_on=date(2025, 6, 1))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """What the report "made" was asked about."""
    return install(monkeypatch)


def crm(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def test_without_a_name_the_reports_are_listed_with_their_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    # nothing is opened for that
    monkeypatch.setenv("CRM_DB", "/nowhere/at/all.db")
    listed = json.loads(crm("report", "--json").stdout)
    assert [each["report"] for each in listed] == list(NAMES)
    assert listed[0] == {
        "report": "pipeline", "title": "Pipeline", "question": "What is open, and what is it worth?", "by": [],
        "period": False, "filter": "deals",
    }  # fmt: skip
    assert crm("report", "-f", "table").stdout.splitlines()[1].split(maxsplit=1) == [
        "pipeline",
        "What is open, and what is it worth?",
    ]
    assert (
        crm("report", "--columns", "report", "--limit", "2", "-f", "tsv").stdout
        == "report\npipeline\nforecast\n"
    )
    crm("report", "--totals", code=2)
    crm("report", "-f", "ids", code=2)
    crm("report", "-f", "html", code=2)


def test_titles_are_known_without_loading_a_report() -> None:
    assert list(TITLES) == list(NAMES)
    assert {name: module(name).TITLE for name in NAMES} == TITLES


def test_json_is_the_whole_report(asked: list[Asked]) -> None:
    found = json.loads(
        crm("report", "made", "--from", "2026-01", "--to", "2026-02", "--by", "month", "--json").stdout
    )
    assert list(found) == ["report", "from", "to", "as_of", "by", "rows", "totals"]
    assert (found["report"], found["from"], found["to"], found["as_of"]) == (
        "made", "2026-01-01", "2026-02-28", "2026-03-02",
    )  # fmt: skip
    assert found["rows"][0] == {
        "id": 1, "name": "Anna", "month": "2026-01", "on": "2026-01-31", "count": 1200, "currency": "EUR",
        "amount": "1234.56", "rate": 0.25, "days": 12.0, "score": 5,
    }  # fmt: skip
    assert found["totals"] == {
        "count": 1200, "currency": "EUR", "converted": False, "amount": "1234.56", "average": "1.03",
    }  # fmt: skip


def test_csv_tsv_and_lines_are_the_rows_or_the_totals(asked: list[Asked]) -> None:
    rows = list(csv.reader(io.StringIO(crm("report", "made", "-f", "csv").stdout)))
    assert rows == [
        ["id", "name", "month", "on", "count", "currency", "amount", "rate", "days", "score"],
        ["1", "Anna", "2026-01", "2026-01-31", "1200", "EUR", "1234.56", "0.25", "12.0", "5"],
        ["2", "Bob", "2026-02", "", "0", "EUR", "", "", "", "1"],
    ]
    assert crm("report", "made").stdout.splitlines()[1].split("\t") == rows[1]
    assert [
        json.loads(line)["name"] for line in crm("report", "made", "-f", "jsonl").stdout.splitlines()
    ] == [
        "Anna",
        "Bob",
    ]
    assert crm("report", "made", "-f", "ids").stdout == "1\n2\n"
    assert crm("report", "made", "--totals", "-f", "tsv").stdout == (
        "count\tcurrency\tconverted\tamount\taverage\n1200\tEUR\tno\t1234.56\t1.03\n"
    )
    assert json.loads(crm("report", "made", "--totals", "--json").stdout)["average"] == "1.03"
    crm("report", "made", "--totals", "-f", "ids", code=2)


def test_a_table_has_title_days_currency_rows_totals_and_notes(asked: list[Asked]) -> None:
    shown = crm(
        "report", "made", "--from", "2025-03", "--to", "2026-02", "--by", "name", "-f", "table"
    ).stdout
    assert shown.splitlines() == [
        "Made up by name",
        "1 Mar 2025 - 28 Feb 2026, EUR",
        "",
        "Name  Month    On           Deals        Amount    Rate  Days  Score",
        "Anna  2026-01  31 Jan 2026  1,200  1,234.56 EUR  25.0 %  12.0      5",
        "Bob   2026-02                   0             -       -     -      1",
        "────────────────────────────────────────────────────────────────────",
        "all                         1,200  1,234.56 EUR",
        "",
        "Average  1.03 EUR",
        "",
        "1 row has no amount.",
    ]
    assert crm("report", "made", "--totals", "-f", "table").stdout.splitlines()[3:6] == [
        "Deals           1,200",
        "Amount   1,234.56 EUR",
        "Average      1.03 EUR",
    ]
    few = crm(
        "report", "made", "--columns", "name,id,currency", "--limit", "1", "-f", "table"
    ).stdout.splitlines()
    assert few[3:5] == ["Name  Id  Currency", "Anna   1  EUR"]
    assert "1,200" not in "".join(few)


def test_what_has_no_room_is_named(asked: list[Asked], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    lines = crm("report", "made", "-f", "table").stdout.splitlines()
    assert all(len(line) <= 50 for line in lines)
    assert "No room here for: Rate, Days, Score." in lines


def test_html_goes_to_stdout_or_a_file_of_its_owner(
    asked: list[Asked], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = crm("report", "made", "-f", "html").stdout
    assert text.startswith("<!DOCTYPE html>")
    assert "<svg" in text
    path = tmp_path / "made.html"
    assert crm("report", "made", "-o", str(path)).stderr == f"Wrote the report made to {path}.\n"
    assert path.read_text() == text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    crm("report", "made", "-o", str(path), code=6)
    crm("report", "made", "-o", str(path), "--force", "--totals")
    assert "Anna" not in path.read_text().split("<svg")[0]
    crm("report", "made", "-f", "csv", "-o", str(tmp_path / "made.txt"))
    assert (tmp_path / "made.txt").read_text() == crm("report", "made", "-f", "csv").stdout
    crm("report", "made", "--totals", "-o", str(tmp_path / "made.json"))
    assert json.loads((tmp_path / "made.json").read_text())["average"] == "1.03"
    # the variable is for what is printed
    monkeypatch.setenv("CRM_FORMAT", "table")
    crm("report", "made", "-o", str(tmp_path / "made.csv"))
    assert (tmp_path / "made.csv").read_text() == (tmp_path / "made.txt").read_text()
    assert "csv" in crm("report", "made", "-f", "table", "-o", str(tmp_path / "x"), code=2).stderr
    assert "html" in crm("report", "made", "-o", str(tmp_path / "x.xlsx"), code=2).stderr


@pytest.mark.parametrize(
    "words", [["contact", "list"], ["why", "win_rate"], ["today"], ["deal", "board"]], ids=" ".join
)
def test_no_other_command_makes_a_page(words: list[str]) -> None:
    assert 'no format "html"' in crm(*words, "-f", "html", code=2).stderr


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("--from 2026", Period(date(2026, 1, 1), date(2026, 3, 3))),
        ("--from 2025 --to 2025", Period(date(2025, 1, 1), date(2026, 1, 1))),
        ("--from 2025-q2 --to 2025-q3", Period(date(2025, 4, 1), date(2025, 10, 1))),
        ("--from 2024-02 --to 2024-02", Period(date(2024, 2, 1), date(2024, 3, 1))),
        ("--from 2026-02-28 --to 2026-02-28", Period(date(2026, 2, 28), date(2026, 3, 1))),
        ("--from yesterday --to today", Period(date(2026, 3, 1), date(2026, 3, 3))),
        ("--from 2026-05", Period(date(2026, 5, 1), date(2026, 6, 1))),
        ("--to 2026-03-01", Period(date(2024, 6, 1), date(2026, 3, 2))),
        ("--to 2020", Period(date(2020, 12, 31), date(2021, 1, 1))),
        ("--from 2026-01 --as-of 2026-01-20", Period(date(2026, 1, 1), date(2026, 1, 21))),
        ("", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_days_are_taken_as_people_type_them(asked: list[Asked], words: str, period: Period | None) -> None:
    crm("report", "made", *words.split())
    assert asked[-1].period == period


def test_the_rest_of_what_is_asked_reaches_the_report(asked: list[Asked]) -> None:
    crm("report", "made", "--as-of", "2026-01", "--convert", "--by", "month")
    assert asked[-1] == Asked(by="month", as_of=date(2026, 1, 31), convert=True)
    crm("report", "made", "--as-of", "today")
    assert asked[-1] == Asked()
    assert (
        json.loads(crm("report", "pipeline", "title:website", "--json").stdout)["totals"]["open_deals"] == 1
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("nothing", 2, 'There is no report "nothing".'),
        ("pipelin", 2, "Did you mean pipeline?"),
        ("made --by mont", 2, "Did you mean month?"),
        ("made --by xyz", 2, "It has them by: name, month."),
        ("pipeline --by x", 2, "Leave --by out."),
        ("pipeline --from 2026", 2, "about one day, not about a period"),
        ("made tag:vip", 2, "The report made takes no filter."),
        ("pipeline colour:red", 2, "'colour' is unknown"),
        ("pipeline -f ids", 2, "have no id"),
        ("made -f xml", 2, "table, json, jsonl, csv, tsv, ids, html"),
        ("made --columns nmae", 2, "Did you mean name?"),
        ("made --limit -1", 2, "less than nothing"),
        ("made --from gibberish", 5, "is no day or period"),
        ("made --from 2026-01..2026-02", 5, "is no day or period"),
        ("made --from 2026-02 --to 2026-01", 5, "end on 2026-01-31, before it begins on 2026-02-01"),
        ("made --as-of tomorrow", 5, "is to come"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_what_is_not_understood_is_refused_with_what_there_is(
    asked: list[Asked], words: str, code: int, said: str
) -> None:
    result = crm("report", *words.split(), code=code)
    assert said in result.stderr
    assert not result.stdout


def test_why_shows_the_arithmetic_and_the_rows(asked: list[Asked]) -> None:
    found = json.loads(crm("why", "made_amount", "--from", "2026-01", "--to", "2026-02", "--json").stdout)
    assert found == {
        "figure": "made_amount", "title": "Amount, made up", "value": "1234.56", "currency": "EUR", "unit": "money",
        "from": "2026-01-01", "to": "2026-02-28", "as_of": "2026-03-02",
        "arithmetic": ["amount = a + b", "= 1,234.56 EUR (1 added up)"],
        "rows": [
            {
                "kind": "deal", "id": 7, "title": "Website", "on": "2026-01-31", "part": "open", "value": "1234.56",
                "currency": "EUR",
            },
            {
                "kind": "deal", "id": 8, "title": "No amount", "on": None, "part": "no amount", "value": None,
                "currency": None,
            },
        ],
    }  # fmt: skip
    assert crm("why", "made.amount", "Anna", "-f", "table").stdout.splitlines() == [
        "Amount, made up: 2026-01: 1,234.56 EUR",
        "as of 2 Mar 2026",
        "",
        "  amount = a + b",
        "  = 1,234.56 EUR (1 added up)",
        "",
        "Kind  Id  Title      On           Part              Value",
        "deal   7  Website    31 Jan 2026  open       1,234.56 EUR",
        "deal   8  No amount               no amount",
    ]
    assert crm("why", "made_amount", "-f", "ids").stdout == "7\n8\n"
    assert (
        crm("why", "made_amount", "-f", "csv").stdout.splitlines()[1]
        == "deal,7,Website,2026-01-31,open,1234.56,EUR"
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("winrate", 2, "Did you mean win_rate?"),
        ("made.nonsense", 2, 'There is no figure "made.nonsense".'),
        ("nonsense.amount", 2, 'There is no figure "nonsense.amount".'),
        ("stuck extra words", 2, "extra"),
        ("cycle_days_won", 0, ""),
        ("weighted nobody", 3, 'No deal matches "nobody".'),
        ("won", 2, "funnel.won"),
        ("made.amount nobody", 3, 'The report made has no row "nobody".'),
        ("made.amount Ann", 0, ""),
        ("made.amount --by nonsense", 2, "no rows by"),
        ("weighted Website --by stage", 2, "weighted is the figure of one deal."),
        ("rfm", 2, "rfm is the figure of one customer."),
        ("funnel.conversion nowhere", 3, 'The report funnel has no row "nowhere".'),
        ("winloss.share", 2, "winloss.share is a figure of one row."),
    ],
)  # fmt: skip
def test_why_is_of_a_figure_there_is(asked: list[Asked], words: str, code: int, said: str) -> None:
    assert said in crm("why", *words.split(), code=code).stderr


def test_why_of_a_row_is_named_as_the_report_names_it() -> None:
    rows = json.loads(crm("report", "pipeline", "--json").stdout)["rows"]
    lead = next(each for each in rows if each["stage"] == "Lead" and each["currency"] == "EUR")
    for name in ("Lead EUR", "lead eur"):
        told = json.loads(crm("why", "pipeline.amount", name, "--json").stdout)
        assert (told["value"], [each["title"] for each in told["rows"]]) == (lead["amount"], ["Website"])
    # a deal without an amount has a row of its own
    assert "Lead EUR, Lead none" in crm("why", "pipeline.amount", "Lead", code=4).stderr
    assert json.loads(crm("why", "pipeline.missing", "Lead none", "--json").stdout)["value"] == 1
    month = json.loads(crm("why", "revenue", "2026-02", "--json").stdout)
    assert month["value"] == "300.00"
    person = json.loads(crm("why", "revenue", "anna", "--by", "customer", "--from", "2024", "--json").stdout)
    assert (person["value"], len(person["rows"])) == ("600.00", 2)


def test_why_alone_lists_the_figures_and_where_they_stand() -> None:
    listed: list[dict[str, Any]] = json.loads(crm("why", "--json").stdout)
    names = [each["figure"] for each in listed]
    assert names == list(every_figure())
    assert names[: len(FIGURES)] == list(FIGURES)
    assert {each["report"] for each in listed} == {*NAMES, None}
    assert crm("why", "--from", "2026", code=2).stderr.startswith("crm: No figure is named.")
    assert "not about a period" in crm("why", "next_touch_on", "anna", "--from", "2026", code=2).stderr
    for figure in ("churn", "repeat_rate"):
        assert "not about a period" in crm("why", figure, "--from", "2026", code=2).stderr


def test_why_takes_the_filter_of_its_report() -> None:
    for name, figures, words in (
        ("winloss", ("win_rate", "won_amount", "average_won"), "amount>1"),
        ("velocity", ("cycle_days", "per_day"), "source:none"),
        ("revenue", ("revenue", "received"), "issued_on:2024"),
        ("receivables", ("outstanding",), "issued_on:2024"),
    ):
        days = ("--from", "2024", "--to", "2026-03-02") if module(name).PERIOD else ()
        totals = json.loads(crm("report", name, words, *days, "--totals", "--json").stdout)
        for figure in figures:
            told = json.loads(crm("why", figure, "--filter", words, *days, "--json").stdout)
            assert told["value"] == totals[figure], figure
            assert told["arithmetic"][-1] == f"Of the {module(name).CONDITION} that fit {words} only."
    for figure, ref in (("weighted", "Website"), ("balance", "1"), ("next_touch_on", "anna")):
        told = crm("why", figure, ref, "--filter", "id:1", code=2)
        assert told.stderr == f"crm: The figure {figure} takes no filter.\nLeave --filter out.\n"
    assert "takes no filter" in crm("why", "churn", "--filter", "tag:vip", code=2).stderr
    assert "names no field" in crm("why", "win_rate", "--filter", "nonsense:1", code=2).stderr


def test_why_somebody_is_due_on_a_day() -> None:
    found = json.loads(crm("why", "next_touch_on", "anna", "--json").stdout)
    assert found["value"] == "2026-03-29"
    assert found["arithmetic"] == [
        "last real interaction + cadence_days",
        "2026-02-27 + 30 days = 2026-03-29",
    ]
    assert [(each["kind"], each["on"], each["part"], each["value"]) for each in found["rows"]] == [
        ("interaction", "2026-02-27", "call", None),
        ("contact", None, "cadence_days", 30),
    ]
    shown = json.loads(crm("contact", "show", "anna", "--json").stdout)
    assert shown["next_touch_on"] == found["value"]
    crm("why", "next_touch_on", code=2)
    crm("why", "next_touch_on", "nobody", code=3)


@pytest.mark.parametrize("name", NAMES)
def test_every_report_has_the_same_figures_in_every_format(name: str) -> None:
    whole = json.loads(crm("report", name, "--json").stdout)
    assert whole["report"] == name
    assert isinstance(whole["totals"], dict)
    assert whole["rows"]
    texts = [{key: cell(value) for key, value in row.items()} for row in whole["rows"]]
    for form, mark in (("csv", ","), ("tsv", "\t")):
        text = crm("report", name, "-f", form).stdout
        assert list(csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)) == texts
    lines = crm("report", name, "-f", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == whole["rows"]
    assert json.loads(crm("report", name, "--totals", "-f", "jsonl").stdout) == whole["totals"]
    table = crm("report", name, "-f", "table").stdout.splitlines()
    assert table[0].startswith(TITLES[name])
    assert "Nothing to show." not in table
    assert f"<h1>{table[0]}</h1>" in crm("report", name, "-f", "html").stdout


@pytest.mark.parametrize("name", NAMES)
def test_every_way_to_cut_a_report_works_on_an_empty_and_a_filled_base(name: str, tmp_path: Path) -> None:
    with Crm.open(tmp_path / "empty.db", now=NOW):
        pass
    for by in module(name).BY:
        for path in ([], ["--db", str(tmp_path / "empty.db")]):
            assert json.loads(crm(*path, "report", name, "--by", by, "--json").stdout)["by"] == by
    past = json.loads(crm("report", name, "--as-of", "2026-02-28", "--json").stdout)
    assert past["as_of"] == "2026-02-28"


def test_names_are_completed() -> None:
    from typer.main import get_command

    root = get_command(app)
    with root.make_context("crm", ["report"], resilient_parsing=True) as ctx:
        command = loading.group("reports").commands["report"]
        name = next(each for each in command.params if each.name == "name")
        assert [each.value for each in name.shell_complete(ctx, "f")] == ["forecast", "funnel"]
        figure = next(
            each for each in loading.group("reports").commands["why"].params if each.name == "figure"
        )
        assert [each.value for each in figure.shell_complete(ctx, "win_")] == ["win_rate"]


@pytest.mark.parametrize("words", ["report", "why"])
def test_help_has_examples(words: str) -> None:
    assert f"crm {words} " in crm(words, "--help").stdout.split("Examples:")[1]
