"""crm log email - REF: a whole message on stdin, and whom it is with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from tests.interchange.mails import ME, mail

STRANGE = mail("ten chairs", From="Zoe Zimmer <zoe@example.org>")


@pytest.fixture(autouse=True)
def _business(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))
    monkeypatch.setenv("CRM_NOW", "2026-03-02 09:30")
    crm("config", "set", "own_emails", ME)
    crm("contact", "add", "Anna Kowalska", "--email", "anna@example.com")
    crm("contact", "add", "Bob Ray", "--email", "info@example.com")
    crm("contact", "add", "Carla Ray", "--email", "info@example.com")


def crm(*words: str, code: int = 0, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(app, list(words), input=stdin)
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def log(*words: str, stdin: bytes) -> Any:
    return json.loads(crm("log", "email", *words, "--json", stdin=stdin).stdout)


def test_a_sender_nobody_has_the_address_of() -> None:
    said = crm("log", "email", "-", "anna", stdin=STRANGE).stderr
    assert said.startswith("Log email with Anna Kowalska (1).")
    found = log("-", "anna", stdin=STRANGE)
    assert (found["id"], found["contacts"], found["body"]) == (1, ["Anna Kowalska"], "ten chairs")
    assert len(json.loads(crm("contact", "list", "--json").stdout)) == 3


def test_beside_those_on_it() -> None:
    found = log("-", "bob", "carla", stdin=mail("x"))
    assert sorted(found["contacts"]) == ["Anna Kowalska", "Bob Ray", "Carla Ray"]


def test_one_of_those_who_share_the_address() -> None:
    shared = mail("x", From="info@example.com")
    refused = crm("log", "email", "-", stdin=shared, code=4).stderr
    assert "crm log email - REF" in refused
    assert log("-", "carla", stdin=shared)["contacts"] == ["Carla Ray"]


def test_who_was_left_out_because_others_share_the_address_is_told() -> None:
    said = crm("log", "email", "-", stdin=mail("x", Cc="info@example.com")).stderr.splitlines()
    assert said[0] == (
        '"info@example.com" can be Bob Ray (2), Carla Ray (3): logged with the others only.'
        " To name one of them: crm log email - REF."
    )
    assert said[1].startswith("Log email with Anna Kowalska (1).")
    assert log("-", "carla", stdin=mail("x"))["contacts"] == ["Anna Kowalska", "Carla Ray"]


def test_named_afterwards() -> None:
    assert log("-", stdin=mail("x"))["contacts"] == ["Anna Kowalska"]
    assert sorted(log("-", "bob", stdin=mail("x"))["contacts"]) == ["Anna Kowalska", "Bob Ray"]
    again = crm("log", "email", "-", "bob", stdin=mail("x")).stderr
    assert again == "Unchanged: the message is there already (1).\n"
    crm("undo")
    assert log("-", stdin=mail("x"))["contacts"] == ["Anna Kowalska"]


def test_about_a_deal_and_with_what_comes_next() -> None:
    crm("deal", "add", "Website", "--contact", "anna")
    found = log("-", "anna", "--deal", "Website", "--next", "+3d", stdin=STRANGE)
    assert found["deal"] == "Website"
    (next_,) = json.loads(crm("followup", "list", "--json").stdout)
    assert (next_["contact"], next_["deal"]) == ("Anna Kowalska", "Website")
    crm("undo")
    assert json.loads(crm("followup", "list", "--json").stdout) == []
    assert [each["kind"] for each in json.loads(crm("timeline", "anna", "--json").stdout)] == ["added"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("-", "anna", "--create"), 2, "Leave out --create, or the name."),
        (("-", "nobody"), 3, "nobody"), (("-", "ray"), 4, "ray"),
        (("-", "anna", "--at", "yesterday"), 2, "A whole message says itself"),
    ],
    ids=["create", "unknown", "ambiguous", "at"],
)  # fmt: skip
def test_what_is_refused(words: tuple[str, ...], code: int, said: str) -> None:
    assert said in crm("log", "email", *words, stdin=STRANGE, code=code).stderr
    assert json.loads(crm("timeline", "anna", "--json").stdout) == []


def test_a_text_for_somebody_is_no_message() -> None:
    assert log("anna", "-", stdin=b"she called back\nabout chairs")["summary"] == "she called back"
