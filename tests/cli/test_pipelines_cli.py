"""crm pipeline and crm stage, end to end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm

Run = Callable[..., Result]


@pytest.fixture
def run(database: Path) -> Run:
    def call(*words: str) -> Result:
        return CliRunner().invoke(app, ["--db", str(database), "--now", "2026-03-02 09:30", *words])

    return call


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the usual pipeline."""
    path = tmp_path_factory.mktemp("pipelines") / "crm.db"
    with Crm.open(path, now="2026-03-02 09:30") as crm:
        crm.pipelines.add("Sales")
    return path


@pytest.fixture
def sales(run: Run, made: Path, database: Path) -> Run:
    shutil.copy(made, database)
    return run


def data(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def stages(run: Run, pipeline: str = "Sales") -> list[str]:
    return [each["name"] for each in data(run("stage", "list", "--pipeline", pipeline, "--json"))]


def test_a_pipeline_comes_and_goes(sales: Run) -> None:
    made = data(sales("pipeline", "add", "Courses", "--stage", "Asked=20", "--stage", "Booked", "--json"))
    assert made["stages"] == ["Asked", "Booked", "Won", "Lost"]
    assert sales("pipeline", "list").stdout.splitlines()[0] == (
        "id\tname\tis_default\tstages\tcreated_at\tupdated_at"
    )
    assert [(each["name"], each["is_default"]) for each in data(sales("pipeline", "list", "--json"))] == [
        ("Sales", True),
        ("Courses", False),
    ]
    assert data(sales("pipeline", "edit", "cour", "--name", "Lessons", "--json"))["name"] == "Lessons"
    assert data(sales("pipeline", "remove", "Lessons", "--json"))["name"] == "Lessons"
    assert sales("pipeline", "list", "-f", "ids").stdout == "1\n"
    assert sales("pipeline", "list", "-f", "table").stdout.splitlines()[1].startswith(" 1  Sales  yes")


def test_a_pipeline_with_deals_needs_to_know_where_they_go(sales: Run) -> None:
    sales("pipeline", "add", "Courses", "--stage", "Asked")
    sales("pipeline", "add", "Renewals")
    sales("deal", "add", "Website", "--pipeline", "Renewals")
    refused = sales("pipeline", "remove", "Renewals")
    assert refused.exit_code == 6
    assert "1 deal is in pipeline Renewals." in refused.stderr
    assert "--move-to STAGE" in refused.stderr
    assert sales("pipeline", "remove", "Renewals", "--move-to", "asked").exit_code == 0
    assert data(sales("deal", "show", "1", "--json"))["pipeline"] == "Courses"
    assert sales("pipeline", "list", "-f", "ids").stdout == "1\n2\n"


def test_a_stage_named_alike_in_several_pipelines_is_never_guessed(sales: Run) -> None:
    sales("pipeline", "add", "Courses")
    sales("pipeline", "add", "Renewals")
    refused = sales("pipeline", "remove", "Renewals", "--move-to", "Lead")
    assert refused.exit_code == 4
    assert "Lead (1), Lead (7)" in refused.stderr


def test_stages_are_added_changed_moved_and_removed(sales: Run) -> None:
    demo = data(sales("stage", "add", "Demo", "--at", "2", "--rot-days", "7", "--json"))
    assert (demo["position"], demo["probability"], demo["rot_days"], demo["type"]) == (2, 17, 7, "open")
    never = data(sales("stage", "add", "Later", "--probability", "5", "--rot-days", "none", "--json"))
    assert (never["rot_days"], never["probability"]) == (None, 5)
    edited = data(
        sales(
            "stage", "edit", "demo", "--name", "Show", "--probability", "30", "--rot-days", "none", "--json"
        )
    )
    assert (edited["name"], edited["probability"], edited["rot_days"]) == ("Show", 30, None)
    assert data(sales("stage", "move", "Show", "--to", "1", "--json"))["position"] == 1
    assert stages(sales)[:2] == ["Show", "Lead"]
    assert sales("stage", "remove", "Show").exit_code == 0
    assert stages(sales) == ["Lead", "Qualified", "Proposal", "Negotiation", "Later", "Won", "Lost"]
    assert data(sales("stage", "add", "Refused", "--type", "lost", "--json"))["position"] == 8
    assert data(sales("stage", "edit", "Refused", "--type", "won", "--json"))["probability"] == 100


def test_stages_are_looked_for_in_the_pipeline_named(sales: Run) -> None:
    sales("pipeline", "add", "Courses")
    assert sales("stage", "edit", "Lead", "--pipeline", "Courses", "--name", "Asked").exit_code == 0
    assert stages(sales, "Courses")[0] == "Asked"
    assert stages(sales)[0] == "Lead"
    assert len(sales("stage", "list", "-f", "ids").stdout.splitlines()) == 12


def test_a_stage_with_deals_needs_to_know_where_they_go(sales: Run) -> None:
    sales("deal", "add", "Website")
    refused = sales("stage", "remove", "Lead")
    assert refused.exit_code == 6
    assert "1 deal is in stage Lead." in refused.stderr
    assert sales("stage", "remove", "Lead", "--move-to", "Won").exit_code == 6
    assert sales("stage", "remove", "Lead", "--move-to", "Qualified").exit_code == 0
    assert data(sales("deal", "show", "1", "--json"))["stage"] == "Qualified"


def test_lists_are_sorted_and_cut(sales: Run) -> None:
    listed = sales(
        "stage", "list", "--sort", "-probability", "--limit", "2", "-f", "csv", "--columns", "name"
    )
    assert listed.stdout == "name\nWon\nNegotiation\n"
    by_days = sales("stage", "list", "--sort", "rot_days", "-f", "tsv", "--columns", "name")
    assert by_days.stdout.splitlines()[-2:] == ["Won", "Lost"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("pipeline", "add", "sales"), 6, "There is a pipeline Sales already."),
        (("pipeline", "add", "X", "--stage", "Asked=often"), 2, '"often" is no probability.'),
        (("pipeline", "add", "X", "--stage", "Asked=120"), 5, "impossible"),
        (("pipeline", "edit", "Nix", "--name", "X"), 3, 'There is no pipeline "Nix".'),
        (("pipeline", "edit", "Sales"), 2, "Missing option"),
        (("pipeline", "remove", "Sales"), 6, "only pipeline"),
        (("stage", "add", "lead"), 6, "has a stage Lead already"),
        (("stage", "add", "X", "--type", "maybe"), 5, '"maybe" is no type of stage.'),
        (("stage", "add", "X", "--rot-days", "0"), 5, "is 0."),
        (("stage", "add", "X", "--rot-days", "soon"), 2, '"soon" is no number of days.'),
        (("stage", "add", "X", "--at", "9"), 5, "There is no place 9."),
        (("stage", "edit", "Propsal", "--name", "X"), 3, "Did you mean Proposal?"),
        (("stage", "edit", "l", "--name", "X"), 4, "Lead (1), Lost (6)"),
        (("stage", "edit", "Lead", "--name", " "), 5, "The name is empty."),
        (("stage", "edit", "Won", "--probability", "50"), 5, "type won"),
        (("stage", "move", "Lead", "--to", "7"), 5, "There is no place 7."),
        (("stage", "remove", "Won"), 6, "only stage of type won"),
        (("stage", "list", "--columns", "nam"), 2, "Did you mean name?"),
    ],
)
def test_errors(sales: Run, words: tuple[str, ...], code: int, said: str) -> None:
    before = sales("stage", "list").stdout
    result = sales(*words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert sales("stage", "list").stdout == before


def test_without_any_pipeline_a_stage_has_no_place(run: Run) -> None:
    run("contact", "add", "Anna")
    result = run("stage", "add", "Demo")
    assert result.exit_code == 3
    assert "There is no pipeline yet." in result.stderr
    assert run("stage", "list", "--json").stdout == "[]\n"
    assert run("pipeline", "list", "-f", "ids").stdout == ""


@pytest.mark.parametrize(
    ("group", "command"),
    [
        *(("pipeline", command) for command in ("list", "add", "edit", "remove")),
        *(("stage", command) for command in ("list", "add", "edit", "move", "remove")),
    ],
)
def test_help_has_an_example(run: Run, group: str, command: str) -> None:
    shown = run(group, command, "--help")
    assert shown.exit_code == 0
    assert f"crm {group} {command}" in shown.stdout.partition("Examples:")[2]
