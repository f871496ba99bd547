"""crm find, timeline and brief from the outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app

MONDAY = "2026-03-02 09:30"


@pytest.fixture(autouse=True)
def _business(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))
    monkeypatch.setenv("CRM_NOW", MONDAY)
    crm(
        "contact",
        "add",
        "Anna Kowalska",
        "--email",
        "anna@example.com",
        "--company",
        "Acme",
        "--title",
        "buyer",
    )
    crm("log", "call", "anna", "wants an offer\nfor ten chairs", "--in", "--next", "friday")


def crm(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def records(*words: str) -> Any:
    return json.loads(crm(*words, "--json").stdout)


def test_find_prints_kind_id_title_and_snippet() -> None:
    assert records("find", "kowal") == [
        {"kind": "contact", "id": 1, "title": "Anna Kowalska", "snippet": "buyer · Acme · anna@example.com"},
        {
            "kind": "followup",
            "id": 1,
            "title": "follow up: wants an offer",
            "snippet": "due 2026-03-06 · Anna Kowalska",
        },
    ]
    assert crm("find", "kowal").stdout.splitlines() == [
        "kind\tid\ttitle\tsnippet",
        "contact\t1\tAnna Kowalska\tbuyer · Acme · anna@example.com",
        "followup\t1\tfollow up: wants an offer\tdue 2026-03-06 · Anna Kowalska",
    ]
    assert crm("find", "kowal", "-f", "ids").stdout == "1\n1\n"
    assert crm("find", "kowal", "-f", "table").stdout.splitlines() == [
        "Kind      Id  Title                      Snippet",
        "contact    1  Anna Kowalska              buyer · Acme · anna@example.com",
        "followup   1  follow up: wants an offer  due 2026-03-06 · Anna Kowalska",
    ]


def test_find_takes_words_kinds_and_list_options() -> None:
    assert [hit["kind"] for hit in records("find", "wants", "offer")] == ["followup", "interaction"]
    assert [hit["kind"] for hit in records("find", "wants", "--kind", "followup")] == ["followup"]
    assert [hit["kind"] for hit in records("find", "anna", "--kind", "deal", "--kind", "contact")] == [
        "contact"
    ]
    assert len(records("find", "kowal", "--limit", "1")) == 1
    assert [hit["kind"] for hit in records("find", "kowal", "--sort", "-kind")] == ["followup", "contact"]
    assert records("find", "kowal", "--columns", "title", "--limit", "1") == [{"title": "Anna Kowalska"}]
    assert "person" in crm("find", "x", "--kind", "person", code=2).stderr
    assert "cannot be sorted" in crm("find", "anna", "--sort", "colour", code=2).stderr


def test_finding_nothing_is_no_failure() -> None:
    result = crm("find", "zzz", "--json")
    assert result.stdout == "[]\n"
    assert result.stderr == "Nothing matches zzz.\n"


def test_timeline_of_a_person_a_company_and_a_deal() -> None:
    crm("deal", "add", "Website", "--contact", "anna")
    items = records("timeline", "anna")
    assert [(item["kind"], item["entity"], item["id"], item["title"]) for item in items] == [
        ("call", "interaction", 1, "wants an offer"),
        ("added", "deal", 1, "Website"),
    ]
    assert items[0] == {
        "at": "2026-03-02T09:30:00Z",
        "kind": "call",
        "direction": "in",
        "title": "wants an offer",
        "detail": "for ten chairs",
        "duration_minutes": None,
        "contacts": ["Anna Kowalska"],
        "deal": None,
        "entity": "interaction",
        "id": 1,
    }
    assert records("timeline", "acme") == items
    assert [item["kind"] for item in records("timeline", "website")] == ["added"]
    assert [item["kind"] for item in records("timeline", "1", "--kind", "deal")] == ["added"]
    assert records("timeline", "anna", "--limit", "1") == items[:1]
    assert records("timeline", "anna", "--sort", "kind") == items[::-1]
    assert "person" in crm("timeline", "anna", "--kind", "person", code=2).stderr
    assert "No contact matches" in crm("timeline", "nobody", code=3).stderr


def test_timeline_shows_local_times(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('timezone = "Asia/Baku"\n')
    monkeypatch.setenv("CRM_NOW", "2026-03-02T09:30:00Z")
    out = crm("--config", str(config), "timeline", "anna", "-f", "table").stdout
    assert "2026-03-02 13:30" in out


def test_brief_is_a_page_and_an_object() -> None:
    page = crm("brief", "anna", "-f", "table").stdout.splitlines()
    assert page[0].startswith("Anna Kowalska (1)")
    assert "Promised  ~ follow up: wants an offer" in "\n".join(page)
    assert len(page) < 24
    found = records("brief", "anna@example.com")
    assert list(found) == [
        "contact",
        "methods",
        "company",
        "referred_by",
        "last",
        "deals",
        "followups",
        "interactions",
        "dates",
        "relations",
        "paying",
    ]
    assert found["contact"]["emails"] == ["anna@example.com"]
    assert found["company"]["name"] == "Acme"
    assert found["last"]["summary"] == "wants an offer"
    assert found["followups"][0]["due_on"] == "2026-03-06"
    assert found["methods"] == [
        {"kind": "email", "value": "anna@example.com", "label": None, "is_primary": True}
    ]
    assert crm("brief", "anna", "-f", "ids").stdout == "1\n"
    assert crm("brief", "anna", "-f", "csv").stdout.startswith("contact,methods,company,")
    crm("brief", "nobody", code=3)


def test_before_anything_was_written_there_is_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM_DB")
    for words in (("find", "x"), ("timeline", "x"), ("brief", "x")):
        result = crm(*words)
        assert result.stdout == ""
        assert "nothing is here yet" in result.stderr


def test_every_command_has_help_with_an_example() -> None:
    for command in ("find", "timeline", "brief"):
        assert f"crm {command} " in crm(command, "--help").stdout
