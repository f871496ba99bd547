"""crm import --from: every source by its content or by name, with the same options, plans and summaries."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm
from crm_tui.interchange import presets
from tests.interchange.test_presets import GOOGLE_NEW, HUBSPOT_DEALS, LINKEDIN

Run = Callable[..., Result]
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:card-1\r\nFN:Anna Vale\r\nEMAIL:anna@vale.example\r\nEND:VCARD\r\n"
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nBEGIN:VTODO\r\nUID:todo-1\r\nDTSTAMP:20260101T000000Z\r\n"
    "SUMMARY:Call Anna\r\nDUE;VALUE=DATE:20260310\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
)
MESSAGE = (
    "Message-ID: <1@vale.example>\r\nFrom: Anna Vale <anna@vale.example>\r\nTo: me@own.example\r\n"
    "Date: Mon, 2 Mar 2026 08:00:00 +0000\r\nSubject: Hello\r\n\r\nHow are you?\r\n"
)
MBOX = f"From anna@vale.example Mon Mar  2 08:00:00 2026\n{MESSAGE.replace(chr(13), '')}\n"
SUMMARY = ["rows", "created", "updated", "unchanged", "skipped", "rejected", "operation", "rejects_file"]
PLAN = ["line", "action", "id", "name", "field", "old", "new", "column", "reason"]


@pytest.fixture
def run(database: Path) -> Run:
    def call(*words: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(
            app, ["--db", str(database), "--now", "2026-03-02 09:30", *words], input=stdin
        )

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], str]:
    def make(text: str, name: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return str(path)

    return make


def data(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


SOURCES = {
    "vcard": (CARD, "cards.vcf", [], "contacts"),
    "ics": (CALENDAR, "calendar.ics", [], "followups"),
    "mbox": (MBOX, "archive.mbox", ["--create"], "interactions"),
    "a message": (MESSAGE, "message.eml", ["--create-missing"], "interactions"),
    "linkedin": (LINKEDIN, "Connections.csv", ["--tag", "net"], "contacts"),
    "hubspot": (HUBSPOT_DEALS, "deals.csv", ["--create-missing"], "deals"),
}


@pytest.mark.parametrize(("text", "name", "options", "kind"), SOURCES.values(), ids=SOURCES.keys())
@pytest.mark.parametrize("named", ["by its name", "by its content", "stdin"])
def test_a_source_is_recognised_and_changes_nothing_twice(
    run: Run, write: Callable[..., str], database: Path, named: str, text: str, name: str, options: list[str], kind: str
) -> None:  # fmt: skip
    file = "-" if named == "stdin" else write(text, name if named == "by its name" else "file.txt")
    stdin = text if file == "-" else None
    dry = data(run("import", file, *options, "--dry-run", "--json", stdin=stdin))
    assert list(dry) == [*SUMMARY, "plan"]
    assert {step["action"] for step in dry["plan"]} == {"new"}
    assert [list(step) for step in dry["plan"]] == [PLAN] * len(dry["plan"])
    assert not database.exists()
    first = data(run("import", file, *options, "--json", stdin=stdin))
    assert (first["created"], first["rejected"], first["operation"]) == (dry["created"], 0, 1)
    again = data(run("import", file, *options, "--json", stdin=stdin))
    assert (again["created"], again["updated"], again["operation"]) == (0, 0, None)
    with Crm.open(database, create=False) as crm:
        assert getattr(crm, kind).count()
        called = "stdin" if file == "-" else Path(file).name
        assert crm.history()[0].summary == f"import {called}"


def test_folders(run: Run, write: Callable[..., str], tmp_path: Path) -> None:
    write(CARD, "cards/1.vcf")
    write(CALENDAR, "calendar/1.ics")
    write(MESSAGE, "Mail/cur/1:2,S")
    (tmp_path / "Mail" / "new").mkdir()
    (tmp_path / "Mail" / "tmp").mkdir()
    for name in ("cards", "calendar", "Mail"):
        assert data(run("import", str(tmp_path / name), "--json"))["created"] == 1
        assert data(run("import", str(tmp_path / name), "--json"))["operation"] is None


@pytest.mark.parametrize(
    ("name", "text", "words", "code", "message"),
    [
        (
            "a.vcf",
            CARD,
            ["--map", "A=name", "--decimal", "."],
            2,
            "A vCard is not read with --map and --decimal.",
        ),
        ("a.vcf", CARD, ["--as", "contacts"], 2, "A vCard is not read with --as."),
        ("a.ics", CALENDAR, ["--tag", "x"], 2, "A calendar is not read with --tag."),
        ("a.mbox", MBOX, ["--region", "DE"], 2, "Mail is not read with --region."),
        ("a.mbox", MBOX, ["--from", "maildir"], 2, "a.mbox is a file, no Maildir folder."),
        ("a.csv", "name\nAnna\n", ["--from", "vcard"], 5, "a.csv"),
        ("a.csv", "name\nAnna\n", ["--from", "mbox"], 5, "a.csv holds no mail."),
        ("a.vcf", CARD, ["--from", "csv"], 5, "a.vcf is no table, it holds vCards."),
        ("a.csv", HUBSPOT_DEALS, ["--from", "google"], 2, "its header is that of a HubSpot export of deals."),
        (
            "a.csv",
            GOOGLE_NEW,
            ["--from", "google", "--as", "deals"],
            2,
            "a.csv is no Google Contacts export of deals",
        ),
        ("a.csv", "name,n\nA,1\nB,2\nTotal,3\n", [], 5, "a.csv is a report, no list of records: line 4"),
        ("a.csv", "%PDF-1.4\n", [], 5, "a.csv is no text: it is a PDF."),
    ],
)
def test_what_does_not_fit_is_named(
    run: Run, write: Callable[..., str], database: Path, name: str, text: str, words: list[str], code: int, message: str
) -> None:  # fmt: skip
    result = run("import", write(text, name), *words)
    assert (result.exit_code, message in result.stderr) == (code, True), result.stderr
    assert "Traceback" not in result.stderr
    if database.exists():
        with Crm.open(database, create=False) as crm:
            assert not crm.contacts.count()


def test_tags_of_mail_are_for_those_who_are_made(run: Run, write: Callable[..., str]) -> None:
    file = write(MBOX, "archive.mbox")
    refused = run("import", file, "--tag", "archive")
    assert refused.exit_code == 2
    assert "The tags are for the people whom --create makes." in refused.stderr
    data(run("import", file, "--tag", "archive", "--create", "--json"))
    made = data(run("contact", "list", "tag:archive", "--json"))
    assert "Anna Vale" in {each["name"] for each in made}


def test_a_preset_is_told_and_can_be_left(run: Run, write: Callable[..., str]) -> None:
    file = write(LINKEDIN, "Connections.csv")
    result = run("import", file, "--dry-run")
    assert "Read as a LinkedIn export of connections; --from csv reads it as any other file." in result.stderr
    assert "Read as" not in run("import", file, "--dry-run", "--from", "linkedin").stderr
    write("a,b\n1,2\n", "plain.csv")
    other = run("import", write(GOOGLE_NEW, "g.csv"), "--from", "csv", "--dry-run", "--json")
    assert data(other)["rejected"] == 1
    assert "Read as" not in other.stderr


def test_a_preset_is_printed_to_be_copied_and_changed(
    run: Run, write: Callable[..., str], tmp_path: Path
) -> None:
    shown = run("import", "--show-preset", "linkedin")
    assert shown.exit_code == 0
    assert shown.stdout == presets.text("linkedin")
    mine = write(shown.stdout.replace('source = "LinkedIn"', 'source = "net"'), "mine.toml")
    result = run("import", write(LINKEDIN, "c.csv"), "--recipe", mine, "--json")
    assert data(result)["created"] == 2
    assert "Read as" not in result.stderr
    assert data(run("contact", "list", "source:net", "--json"))[0]["source"] == "net"
    assert run("import", "--show-preset", "hubspot").exit_code == 2
    nothing = run("import")
    assert (nothing.exit_code, "There is no file to import." in nothing.stderr) == (2, True)


def test_a_recipe_may_build_on_a_preset(run: Run, write: Callable[..., str]) -> None:
    recipe = write(
        'from = "hubspot"\ncreate_missing = true\n[values.stage]\n"Contract sent" = "Proposal"\n', "r.toml"
    )
    data(run("import", write(HUBSPOT_DEALS, "d.csv"), "--recipe", recipe, "--json"))
    deals = data(run("deal", "list", "--json"))
    assert {each["stage"] for each in deals} == {"Proposal", "Lost"}


def test_rejected_items_are_kept_with_the_reason(run: Run, write: Callable[..., str], tmp_path: Path) -> None:
    bad = "BEGIN:VCARD\r\nVERSION:3.0\r\nBDAY:1990-01-01\r\nEND:VCARD\r\n"
    file = write(CARD + bad, "cards.vcf")
    rejects = tmp_path / "bad.csv"
    result = run("import", file, "--rejects", str(rejects), "--json")
    assert data(result)["rejected"] == 1
    assert f"The rejected cards are in {rejects}." in result.stderr
    assert "BDAY" in rejects.read_text(encoding="utf-8")
    strict = run("import", write(bad, "more.vcf"), "--strict")
    assert strict.exit_code == 5
