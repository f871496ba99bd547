"""crm log email -: a message from a mail program, logged once with those it is from and to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from tests.interchange.mails import AT, ME, mail


@pytest.fixture(autouse=True)
def _business(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))
    monkeypatch.setenv("CRM_NOW", "2026-03-02 09:30")
    crm("config", "set", "own_emails", ME)
    crm("contact", "add", "Anna Kowalska", "--email", "anna@example.com")


def crm(*words: str, code: int = 0, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(app, list(words), input=stdin)
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def test_a_message_is_logged_once() -> None:
    made = crm("log", "email", "-", "-f", "json", stdin=mail("ten chairs\n\n> how many?"))
    assert made.stderr == "Log email with Anna Kowalska (1). Operation 2; crm undo 2 takes it back.\n"
    record = json.loads(made.stdout)
    assert (record["kind"], record["direction"], record["occurred_at"]) == ("email", "in", AT)
    assert (record["summary"], record["body"], record["contacts"]) == (
        "Offer",
        "ten chairs",
        ["Anna Kowalska"],
    )
    again = crm("log", "email", "-", "--json", stdin=mail("ten chairs\n\n> how many?"))
    assert again.stderr == "Unchanged: the message is there already (1).\n"
    assert json.loads(again.stdout)["id"] == 1
    crm("undo")
    assert json.loads(crm("timeline", "anna", "--json").stdout) == []


def test_bytes_in_another_charset_are_read() -> None:
    message = mail("Grüße", Content_Type="text/plain; charset=iso-8859-1").decode().encode("latin-1")
    assert json.loads(crm("log", "email", "-", "--json", stdin=message).stdout)["body"] == "Grüße"


def test_an_unknown_sender_beside_somebody_known_is_made_when_that_is_asked_for() -> None:
    message = mail(From="Zoe Zimmer <zoe@example.org>", Cc="anna@example.com")
    assert "with Anna Kowalska (1)." in crm("log", "email", "-", stdin=message).stderr
    assert "with Zoe Zimmer and 1 more (1)." in crm("log", "email", "-", "--create", stdin=message).stderr
    assert crm("log", "email", "-", "--create", stdin=message).stderr.startswith("Unchanged")
    assert len(json.loads(crm("timeline", "zoe", "--json").stdout)) == 1
    crm("undo")
    assert json.loads(crm("contact", "list", "zoe", "--json").stdout) == []


def test_without_own_addresses_the_sender_beside_somebody_known_may_be_the_user() -> None:
    crm("config", "set", "own_emails", "none")
    crm("log", "email", "-", "--create", stdin=mail(From="zoe@example.org", Cc="anna@example.com"))
    assert json.loads(crm("contact", "list", "zoe", "--json").stdout) == []


def test_nobody_known_is_told_with_the_way_to_make_the_contact() -> None:
    message = mail(From="Zoe Zimmer <zoe@example.org>")
    refused = crm("log", "email", "-", stdin=message, code=3)
    assert refused.stderr == (
        "crm: No contact has the address zoe@example.org.\n"
        "crm log email - --create makes the contact and logs the message.\n"
    )
    assert "with Zoe Zimmer (1)" in crm("log", "email", "-", "--create", stdin=message).stderr
    (made,) = json.loads(crm("contact", "list", "zoe", "--json").stdout)
    assert (made["name"], made["emails"]) == ("Zoe Zimmer", ["zoe@example.org"])
    crm("undo")
    assert json.loads(crm("contact", "list", "zoe", "--json").stdout) == []


def test_what_i_wrote_goes_out_and_a_followup_can_be_promised_once() -> None:
    message = mail(From=ME, To="anna@example.com, yan@example.org")
    for _ in range(2):
        crm("log", "email", "-", "--next", "+3d", "--next-title", "ask again", stdin=message)
    (promise,) = json.loads(crm("followup", "list", "--json").stdout)
    assert (promise["title"], promise["due_on"], promise["contact"]) == (
        "ask again",
        "2026-03-05",
        "Anna Kowalska",
    )
    (record,) = json.loads(crm("export", "interactions", "-f", "json").stdout)
    assert (record["direction"], record["contacts"]) == ("out", ["Anna Kowalska"])


def test_lists_and_machines_are_logged_when_the_person_says_so() -> None:
    listed = mail("ten chairs", List_Id="<x.example.com>")
    record = json.loads(crm("log", "email", "-", "--json", stdin=listed).stdout)
    assert (record["summary"], record["body"], record["contacts"]) == (
        "Offer",
        "ten chairs",
        ["Anna Kowalska"],
    )
    machine = mail("no answer, please", From="no-reply@example.com", Message_ID="<2@example.com>")
    crm("contact", "method", "add", "anna", "email", "no-reply@example.com")
    record = json.loads(crm("log", "email", "-", "--json", stdin=machine).stdout)
    assert (record["contacts"], record["body"]) == (["Anna Kowalska"], "no answer, please")
    timeline = json.loads(crm("timeline", "anna", "--json").stdout)
    assert [each["kind"] for each in timeline] == ["email", "email"]


def test_an_address_of_two_people_is_ambiguous() -> None:
    crm("contact", "add", "Berta")
    crm("contact", "method", "add", "berta", "email", "anna@example.com")
    refused = crm("log", "email", "-", stdin=mail(From="anna@example.com"), code=4)
    assert '"anna@example.com" can be Anna Kowalska (1), Berta (2)' in refused.stderr


@pytest.mark.parametrize(
    ("words", "stdin", "code", "said"),
    [
        ([], b"hello, no message", 5, "no e-mail message"),
        ([], b"", 5, "no e-mail message"),
        ([], mail(Date=None), 5, "nothing says when it was sent"),
        ([], mail(From=ME, To=ME), 3, "nobody but yourself"),
        (["--at", "today"], mail(), 2, "says itself when"),
        (["--in", "--out"], mail(), 2, "exclude each other"),
        (["--next-title", "x"], mail(), 2, "needs a day"),
    ],
)
def test_what_is_refused(words: list[str], stdin: bytes, code: int, said: str) -> None:
    assert said in crm("log", "email", "-", *words, stdin=stdin, code=code).stderr
    assert json.loads(crm("timeline", "anna", "--json").stdout) == []


def test_the_direction_can_be_said() -> None:
    record = json.loads(
        crm(
            "log", "email", "-", "--out", "--json", stdin=mail(From="x@y.example", Cc="anna@example.com")
        ).stdout
    )
    assert (record["direction"], record["contacts"]) == ("out", ["Anna Kowalska"])


def test_a_text_with_somebody_named_is_no_message_as_before() -> None:
    made = json.loads(crm("log", "email", "anna", "-", "--json", stdin=b"From: the start\n\nrest").stdout)
    assert (made["summary"], made["body"]) == ("From: the start", "rest")
    assert "--create is for a whole message" in crm("log", "email", "anna", "x", "--create", code=2).stderr
