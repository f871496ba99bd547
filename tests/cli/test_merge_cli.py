"""crm contact|company duplicates and merge, end to end."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm

Run = Callable[..., Result]
NOW = "2026-03-02 09:30"


@pytest.fixture
def run(database: Path) -> Run:
    def call(*words: str, **options: Any) -> Result:
        return CliRunner().invoke(app, ["--db", str(database), "--now", NOW, *words], **options)

    return call


@pytest.fixture
def annas(run: Run) -> Run:
    """The commands over two Annas who are one, and one who is nearly named so."""
    run(
        "contact",
        "add",
        "Anna Kowalska",
        "--company",
        "Acme",
        "--email",
        "anna@x.example",
        "--title",
        "buyer",
    )
    run("contact", "add", "Kowalska Anna", "--company", "Acme", "--tag", "vip", "--title", "head of buying")
    run("contact", "add", "Anna Kowalsky", "--company", "Acme")
    run("log", "call", "2", "asked for an offer")
    return run


def data(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def failed(result: Result, code: int, said: str) -> None:
    assert result.exit_code == code, result.stderr
    assert result.stdout == ""
    assert said in result.stderr


def test_duplicates_as_json(annas: Run) -> None:
    first, second, third, fourth = data(annas("contact", "duplicates", "--json"))
    assert first == {
        "group": 1, "score": 0.95, "automatic": True, "reason": "same name, same company", "id": 1,
        "name": "Anna Kowalska", "company": "Acme", "emails": ["anna@x.example"], "phones": [],
    }  # fmt: skip
    assert (second["group"], second["id"]) == (1, 2)
    assert [(each["group"], each["id"], each["automatic"]) for each in (third, fourth)] == [
        (2, 1, False),
        (2, 3, False),
    ]
    assert third["score"] == 0.75
    assert third["reason"] == "near name, same company"


def test_duplicates_in_every_format(annas: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(annas("contact", "duplicates", "-f", "csv").stdout)))
    assert [(row["group"], row["id"], row["automatic"]) for row in rows] == [
        ("1", "1", "yes"), ("1", "2", "yes"), ("2", "1", "no"), ("2", "3", "no"),
    ]  # fmt: skip
    assert annas("contact", "duplicates", "-f", "ids").stdout == "1\n2\n1\n3\n"
    assert len(annas("contact", "duplicates", "-f", "jsonl").stdout.splitlines()) == 4
    shown = annas("contact", "duplicates", "-f", "table").stdout
    assert shown.splitlines()[0].split()[:4] == ["Group", "Score", "Sure", "Why"]
    assert annas("contact", "duplicates").stdout.startswith("group\tscore\tautomatic\treason\tid\tname\t")
    only = annas(
        "contact", "duplicates", "--columns", "group,id", "--sort", "-id", "--limit", "2", "-f", "tsv"
    )
    assert only.stdout == "group\tid\n2\t3\n1\t2\n"


def test_the_threshold(annas: Run) -> None:
    assert annas("contact", "duplicates", "--threshold", "0.9", "-f", "ids").stdout == "1\n2\n"
    failed(annas("contact", "duplicates", "--threshold", "2"), 2, "The threshold is 2.0.")
    failed(annas("contact", "duplicates", "--threshold", "x"), 2, "crm: ")
    failed(annas("contact", "duplicates", "--sort", "shoe"), 2, 'no field "shoe"')


def test_nothing_alike_prints_nothing(run: Run) -> None:
    run("contact", "add", "Anna")
    assert data(run("contact", "duplicates", "--json")) == []
    assert data(run("company", "duplicates", "--json")) == []


def test_not_the_same_is_remembered_and_undone(annas: Run) -> None:
    result = annas("contact", "duplicates", "--not-same", "1", "2", "--json")
    assert [each["id"] for each in data(result)] == [1, 2]
    assert "Keep Anna Kowalska and Kowalska Anna apart (1, 2)." in result.stderr
    assert annas("contact", "duplicates", "--threshold", "0.9", "-f", "ids").stdout == ""
    assert "Nothing changed." in annas("contact", "duplicates", "--not-same", "2", "1").stderr
    annas("undo")
    assert annas("contact", "duplicates", "--threshold", "0.9", "-f", "ids").stdout == "1\n2\n"
    failed(annas("contact", "duplicates", "--not-same", "1", "99"), 3, "99")
    failed(annas("contact", "duplicates", "--not-same", "1", "1"), 5, "the same as itself")


def test_several_become_part_of_one(annas: Run) -> None:
    said = annas("contact", "merge", "1", "2", "3", "--yes").stderr
    assert said.startswith("Kowalska Anna (2), Anna Kowalsky (3) become part of Anna Kowalska (1).")


def test_merge_says_what_it_does_and_undo_takes_it_back(annas: Run) -> None:
    before = data(annas("contact", "list", "--json"))
    result = annas("contact", "merge", "anna@x.example", "2", "--choose", "title=2", "--yes", "--json")
    merged = data(result)
    assert (merged["id"], merged["title"], merged["tags"]) == (1, "head of buying", ["vip"])
    assert merged["last_contacted_on"] == "2026-03-02"
    assert merged["note"].splitlines() == [
        "name: Kowalska Anna (from Kowalska Anna, #2)", "title: buyer (from Anna Kowalska, #1)",
    ]  # fmt: skip
    assert result.stderr.splitlines() == [
        "Kowalska Anna (2) becomes part of Anna Kowalska (1).",
        "Moves: 1 interaction, 1 tag.",
        "Takes over title: head of buying.",
        "Keeps in the note: name: Kowalska Anna (from Kowalska Anna, #2)",
        "Keeps in the note: title: buyer (from Anna Kowalska, #1)",
        "Merge contact Kowalska Anna into Anna Kowalska (1). Operation 5; crm undo 5 takes it back.",
    ]
    failed(annas("contact", "show", "2"), 3, '"2"')
    assert annas("undo").exit_code == 0
    assert data(annas("contact", "list", "--json")) == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("1", "1"), 5, "cannot be merged with itself"),
        (("1", "99"), 3, "99"),
        (("anna", "2"), 4, "anna"),
        (("1",), 2, "crm: "),
        (("1", "2", "--choose", "title"), 2, "chooses nothing"),
        (("1", "2", "--choose", "shoe=2"), 5, 'no field "shoe"'),
        (("1", "2", "--choose", "title=3"), 5, "none of the records"),
    ],
)
def test_what_cannot_be_merged(
    annas: Run, database: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    failed(annas("contact", "merge", *words, "--yes"), code, said)
    with Crm.open(database) as crm:
        assert crm.contacts.count() == 3


@pytest.mark.parametrize(("answer", "code", "left"), [("y", 0, 2), ("n", 1, 3), ("", 1, 3)])
def test_merge_asks_on_a_terminal(
    annas: Run, database: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, left: int
) -> None:
    monkeypatch.setattr("typer.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
    result = annas("contact", "merge", "1", "2", "-f", "ids", input=f"{answer}\n")
    assert "Merge into Anna Kowalska (1)? [y/N]" in result.stderr
    assert (result.exit_code != 0) == bool(code)
    with Crm.open(database) as crm:
        assert crm.contacts.count() == left


def test_companies(run: Run) -> None:
    run("company", "add", "Acme", "--domain", "acme.example")
    run("company", "add", "Acme GmbH", "--website", "https://acme.example", "--industry", "food")
    run("contact", "add", "Anna", "--company", "Acme GmbH")
    first, second = data(run("company", "duplicates", "--json"))
    assert (first["score"], first["reason"], first["domain"]) == (
        0.97,
        "same domain acme.example, same name",
        "acme.example",
    )
    assert second["name"] == "Acme GmbH"
    merged = data(run("company", "merge", "1", "2", "--yes", "--json"))
    assert (merged["name"], merged["industry"]) == ("Acme", "food")
    assert data(run("contact", "show", "anna", "--json"))["company"] == "Acme"
    run("undo")
    assert data(run("company", "duplicates", "--not-same", "1", "2", "--json"))[0]["id"] == 1
    assert data(run("company", "duplicates", "--json")) == []


def test_hostile_names_reach_no_terminal(run: Run) -> None:
    for _ in range(2):
        run("contact", "add", "\x1b[31mAnna\u202e Ko", "--company", "=1+1")
    for form in ("table", "json"):
        shown = run("contact", "duplicates", "-f", form).stdout
        assert "Anna" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    told = run("contact", "merge", "1", "2").stderr
    assert "\x1b" not in told
    assert "\u202e" not in told
