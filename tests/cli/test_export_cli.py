"""crm export, end to end: kinds, filters, formats, files, exit codes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.columns import COMPANIES, CONTACTS, DEALS, FOLLOWUPS, INTERACTIONS
from crm_tui.domain import Crm

Run = Callable[..., Result]
NOW = "2026-03-02 09:30"
KINDS = {
    "contacts": CONTACTS, "companies": COMPANIES, "deals": DEALS, "followups": FOLLOWUPS, "interactions": INTERACTIONS,
}  # fmt: skip


@pytest.fixture
def run(database: Path) -> Run:
    with Crm.open(database, now=NOW) as crm:
        crm.contacts.add(name="Anna", emails=["a@example.com", "b@example.com"], tags=["vip"], company="Acme")
        crm.contacts.add(name="=Bob")
        crm.contacts.archive(crm.contacts.add(name="Carl").id)
        crm.deals.add("Website", contact_id=1, amount_minor=120050, currency="EUR")
        crm.interactions.add("call", [1], "Hello")
        crm.followups.add("Call back", crm.clock.today, contact_id=1)

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, ["--db", str(database), "--now", NOW, *words])

    return call


def rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout, newline="")))


def test_csv_is_the_usual_format(run: Run) -> None:
    anna, bob = rows(run("export", "contacts"))
    assert (anna["name"], anna["emails"], anna["tags"], anna["company"]) == (
        "Anna",
        "a@example.com;b@example.com",
        "vip",
        "Acme",
    )
    assert bob["name"] == "'=Bob"


@pytest.mark.parametrize(
    "words",
    [("export", "contacts"), ("dump",), ("contact", "export", "1", "-f", "json")],
    ids=lambda each: each[0],
)
def test_a_dash_is_stdout(
    run: Run, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*words, "-o", "-").stdout == run(*words).stdout != ""
    assert not Path("-").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_with_every_field(run: Run, kind: str) -> None:
    (first, *_) = rows(run("export", kind))
    assert set(first) - {"contact_ids"} == {column.key for column in KINDS[kind].columns}


def test_filters(run: Run) -> None:
    assert [row["name"] for row in rows(run("export", "contacts", "tag:vip"))] == ["Anna"]
    assert [row["name"] for row in rows(run("export", "contacts", "archived_at:any"))] == ["Carl"]
    result = run("export", "contacts", "colour:red")
    assert (result.exit_code, result.stdout) == (2, "")


def test_json(run: Run) -> None:
    (deal,) = json.loads(run("export", "deals", "--json").stdout)
    assert (deal["amount"], deal["currency"], deal["custom"]) == ("1200.50", "EUR", {})
    assert json.loads(run("export", "deals", "-f", "jsonl").stdout) == deal
    assert json.loads(run("export", "deals", "nothing", "-f", "json").stdout) == []


@pytest.mark.parametrize(
    ("form", "first"), [("csv", "id,name"), ("json", "["), ("jsonl", '{"id": 1, "name": "Anna"')]
)
def test_a_file_holds_what_stdout_would(run: Run, tmp_path: Path, form: str, first: str) -> None:
    path = tmp_path / "out"
    result = run("export", "contacts", "-f", form, "-o", str(path))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"Wrote 2 contacts to {path}.\n")
    assert path.read_text().startswith(first)
    assert path.read_text() == run("export", "contacts", "-f", form).stdout
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_is_replaced_only_when_forced(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("mine")
    result = run("export", "contacts", "-o", str(path))
    assert (result.exit_code, result.stderr.splitlines()[0]) == (6, f"crm: {path} exists already.")
    assert path.read_text() == "mine"
    assert run("export", "contacts", "-o", str(path), "--force").exit_code == 0
    assert path.read_text().startswith("id,name")
    missing = run("export", "contacts", "-o", str(tmp_path / "none" / "x.csv"))
    assert (missing.exit_code, "cannot be written" in missing.stderr) == (7, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["export", "contacts", "-f", "vcf"], 'crm: Nothing is exported as "vcf".'),
        (["export", "deals", "-f", "vcard"], "crm: Deals cannot be exported as vcard."),
        (["export", "contacts", "-f", "ics"], "crm: Contacts cannot be exported as ics."),
        (["export", "companies", "-f", "ics"], "crm: Companies cannot be exported as ics."),
        (["export", "followups", "-f", "vcard"], "crm: Followups cannot be exported as vcard."),
        (["export", "contacts", "--vcard-version", "3.0"], "crm: --vcard-version goes with -f vcard."),
        (
            ["export", "contacts", "-f", "vcard", "--vcard-version", "2.1"],
            'crm: No vCard is written in version "2.1".',
        ),
        (["export", "contacts", "-f", "table"], 'crm: Nothing is exported as "table".'),
        (["export", "pipelines"], 'crm: "pipelines" cannot be exported.'),
    ],
)
def test_what_cannot_be_exported(run: Run, words: list[str], message: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (2, message)


def test_formats_are_named(run: Run) -> None:
    assert (
        "Use one of: csv, json, jsonl, vcard, ics, ledger, hledger, beancount."
        in run("export", "contacts", "-f", "x").stderr
    )
    assert "Use one of: csv, json, jsonl, vcard." in run("export", "contacts", "-f", "ics").stderr
    assert "Use one of: csv, json, jsonl, vcard." in run("export", "companies", "-f", "ics").stderr
    assert "Use one of: csv, json, jsonl." in run("export", "deals", "-f", "ics").stderr
    assert "Use one of: csv, json, jsonl, ics." in run("export", "interactions", "-f", "vcard").stderr


def test_people_as_vcards(run: Run, tmp_path: Path) -> None:
    printed = run("export", "contacts", "-f", "vcard")
    assert printed.exit_code == 0, printed.stderr
    assert printed.stdout.count("BEGIN:VCARD") == 2
    assert "VERSION:4.0" in printed.stdout
    path = tmp_path / "people.vcf"
    result = run("export", "contacts", "-f", "vcard", "--vcard-version", "3.0", "-o", str(path))
    assert (result.exit_code, result.stderr) == (0, f"Wrote 2 contacts to {path}.\n")
    assert path.read_bytes().count(b"VERSION:3.0\r\n") == 2
    assert path.stat().st_mode & 0o777 == 0o600


def test_companies_as_vcards(run: Run, tmp_path: Path) -> None:
    printed = run("export", "companies", "-f", "vcard")
    assert printed.exit_code == 0, printed.stderr
    assert "KIND:org\nFN:Acme\nORG:Acme\n" in printed.stdout.replace("\r", "")
    path = tmp_path / "companies.vcf"
    result = run("export", "companies", "-f", "vcard", "--vcard-version", "3.0", "-o", str(path))
    assert (result.exit_code, result.stderr) == (0, f"Wrote 1 company to {path}.\n")
    assert b"X-ABShowAs:COMPANY\r\n" in path.read_bytes()
    summary = json.loads(run("import", str(path), "--json").stdout)
    assert (summary["unchanged"], summary["operation"]) == (1, None)


@pytest.mark.parametrize(
    ("form", "kinds"),
    [("vcard", ("contacts", "companies")), ("ics", ("followups", "interactions"))],
    ids=["cards", "days"],
)
def test_two_kinds_share_a_folder(run: Run, tmp_path: Path, form: str, kinds: tuple[str, str]) -> None:
    folder = tmp_path / "both"
    for kind in kinds:
        assert "0 removed." in run("export", kind, "-f", form, "-o", f"{folder}/").stderr
    files = sorted(folder.glob("*.*"))
    for kind in kinds:
        again = run("export", kind, "-f", form, "-o", f"{folder}/").stderr
        assert again.startswith("Wrote 0 ")
        assert "0 removed." in again
    assert sorted(folder.glob("*.*")) == files
    gone = run("export", kinds[1], "id:999", "-f", form, "-o", f"{folder}/").stderr
    assert "1 removed." in gone
    assert sorted(folder.glob("*.*")) == [each for each in files if each.exists()]
    assert "0 removed." in run("export", kinds[0], "-f", form, "-o", f"{folder}/").stderr


def test_a_folder_gets_a_file_each(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "people"
    words = ("export", "contacts", "-f", "vcard", "-o", f"{folder}/")
    first = run(*words)
    assert (first.exit_code, first.stderr) == (
        0, f"Wrote 2 contacts to {folder}; 0 unchanged, 0 removed.\n",
    )  # fmt: skip
    assert len(list(folder.glob("*.vcf"))) == 2
    assert run(*words).stderr == f"Wrote 0 contacts to {folder}; 2 unchanged, 0 removed.\n"
    anna = next(path for path in folder.glob("*.vcf") if "FN:Anna" in path.read_text())
    anna.write_text("changed elsewhere")
    left = run(*words).stderr
    assert "Left alone, as another program made or changed them: 1;" in left
    assert anna.read_text() == "changed elsewhere"
    assert "Wrote 1 contact to" in run(*words, "--force").stderr
    run("contact", "archive", "1")
    assert run(*words).stderr == f"Wrote 0 contacts to {folder}; 1 unchanged, 1 removed.\n"
    assert not anna.exists()


def test_a_table_goes_into_no_folder(run: Run, tmp_path: Path) -> None:
    result = run("export", "contacts", "-o", str(tmp_path))
    assert (result.exit_code, result.stderr.splitlines()[0]) == (2, f"crm: {tmp_path} is a folder.")


def test_calendars(run: Run, tmp_path: Path) -> None:
    printed = run("export", "followups", "-f", "ics")
    assert printed.exit_code == 0, printed.stderr
    assert printed.stdout.startswith("BEGIN:VCALENDAR")
    assert "SUMMARY:Call back" in printed.stdout
    result = run("export", "interactions", "-f", "ics", "-o", f"{tmp_path}/calendar/")
    assert result.exit_code == 0, result.stderr
    assert len(list((tmp_path / "calendar").glob("*.ics"))) == 1


def test_there_and_back(run: Run, tmp_path: Path) -> None:
    for kind in KINDS:
        path = tmp_path / f"{kind}.csv"
        run("export", kind, "-o", str(path))
        result = run("import", str(path), "--json")
        summary = json.loads(result.stdout)
        assert (summary["unchanged"], summary["operation"]) == (summary["rows"], None)


def test_before_anything_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = CliRunner().invoke(app, ["export", "contacts"])
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing is here yet" in result.stderr


def test_help(run: Run) -> None:
    result = run("export", "--help")
    assert (result.exit_code, "crm export contacts -o contacts.csv" in result.stdout) == (0, True)
