"""crm contact export and forget, end to end: everything about somebody, and then nothing anywhere."""

from __future__ import annotations

import json
import sqlite3
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm
from crm_tui.domain.doctor import OK, examine
from crm_tui.domain.history_details import details
from crm_tui.interchange.importer import load
from crm_tui.interchange.options import Options
from crm_tui.store.transaction import Row
from tests.conftest import NOW
from tests.everything import assert_sound

MONDAY: Final = "2026-03-02 09:30"
SECRETS: Final = (
    "kowalska",
    "nowak",
    "anna.k@",
    "600700800",
    "600 700 800",
    "szafirowa",
    "allergic",
    "tort",
    "xanthe",
)


@pytest.fixture(autouse=True)
def _business(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))
    monkeypatch.setenv("CRM_NOW", MONDAY)


def crm(*words: str, code: int = 0, given: str | None = None) -> Result:
    result = CliRunner().invoke(app, list(words), input=given)
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


@pytest.fixture
def anna(database: Path) -> Path:
    """Anna Kowalska, once Nowak, with a little of everything; Bo knows her."""
    with Crm.open(database, now=NOW) as opened:
        opened.contacts.add(name="Bo Berg", emails=["bo@x.example"])
        opened.contacts.add(
            name="Anna Nowak", emails=["anna.k@x.example"], phones=["+48 600 700 800"], tags=["vip"]
        )
        opened.contacts.update(
            2, name="Anna Kowalska", company="Szafa", note="Allergic to nuts", birthday="1980-05-04"
        )
        opened.contacts.add_method(2, "address", "ul. Szafirowa 5")
        opened.contacts.set_date(2, "tort day", "--06-05")
        opened.contacts.relate(1, "spouse", 2)
        opened.contacts.update(1, referred_by_id=2)
        deal = opened.deals.add("Website", contact_id=2, amount_minor=120000, currency="EUR")
        opened.deals.win(deal.id)
        opened.interactions.add("call", [2], "Xanthe, her cat, is ill", body="allergic too", deal_id=deal.id)
        opened.interactions.add("meeting", [1, 2], "prices for all")
        opened.followups.add("Send Xanthe a card", NOW.date(), contact_id=2, repeat="every 2 weeks")
        opened.followups.complete(1)
        with opened.transaction("bring a card") as writing:
            row: Row = {"entity": "contacts", "entity_id": 2}
            writing.insert("external_refs", {**row, "source": "vcard", "key": "kowalska-1"})
            writing.insert("kept_lines", {**row, "format": "vcard", "lines": "X-PET:Xanthe\r\n"})
            invoice: Row = {"number": "7", "contact_id": 2, "issued_on": "2026-02-01", "due_on": "2026-03-01"}
            number = writing.insert("invoices", {**invoice, "currency": "EUR"})
            writing.insert("payments", {"invoice_id": number, "paid_on": "2026-02-20", "amount_minor": 5})
    return database


def all_bytes(database: Path) -> bytes:
    """Every byte beside the database, with what is packed in it unpacked; nobody has it open."""
    found = b"".join(each.read_bytes() for each in sorted(database.parent.glob(f"{database.name}*")))
    connection = sqlite3.connect(database)
    try:
        packed = connection.execute("SELECT packed FROM parked_rows").fetchall()
    finally:
        connection.close()
    return (found + b"".join(zlib.decompress(each) for (each,) in packed)).lower()


def secrets_in(database: Path) -> list[str]:
    content = all_bytes(database)
    return [each for each in SECRETS if each.encode() in content]


def words_of(database: Path) -> Iterator[str]:
    """The words of the search indexes, which keep them in pieces."""
    connection = sqlite3.connect(database)
    try:
        for index in ("search_keys", "search_fragments", "search_body"):
            connection.execute(
                f"CREATE VIRTUAL TABLE temp.w_{index} USING fts5vocab('main', '{index}', 'row')"
            )
            yield from (word for (word,) in connection.execute(f"SELECT term FROM w_{index}").fetchall())
    finally:
        connection.close()


def assert_well(database: Path) -> None:
    with Crm.open(database, now=NOW) as opened:
        assert_sound(opened)
        assert {each.status for each in examine(opened, own_folder=False)} == {OK}


@pytest.mark.usefixtures("anna")
class TestExport:
    """crm contact export."""

    def test_has_everything(self) -> None:
        found = json.loads(crm("contact", "export", "anna").stdout)
        assert (found["contact"]["name"], found["contact"]["note"]) == ("Anna Kowalska", "Allergic to nuts")
        assert found["contact"]["tags"] == ["vip"]
        assert {each["kind"] for each in found["methods"]} == {"email", "phone", "address"}
        assert [each["label"] for each in found["dates"]] == ["tort day"]
        assert [(each["kind"], each["contact"], each["other"]) for each in found["relations"]] == [
            ("spouse", "Bo Berg", "Anna Kowalska")
        ]
        assert found["referred"] == [{"contact_id": 1, "contact": "Bo Berg"}]
        assert found["company"]["name"] == "Szafa"
        assert [each["body"] for each in found["interactions"]] == ["allergic too", None]
        assert [each["status"] for each in found["followups"]] == ["done", "open"]
        (deal,) = found["deals"]
        assert (deal["title"], deal["amount"], len(deal["stage_moves"])) == ("Website", "1200.00", 2)
        (invoice,) = found["invoices"]
        assert [each["amount"] for each in invoice["payments"]] == ["0.05"]
        assert [each["key"] for each in found["external_refs"]] == ["kowalska-1"]
        assert found["kept_lines"][0]["lines"] == "X-PET:Xanthe\r\n"
        assert "edit contact Anna Nowak" in [each["summary"] for each in found["operations"]]

    def test_into_a_private_file(self, tmp_path: Path) -> None:
        path = tmp_path / "anna.json"
        assert "Anna Kowalska" in crm("contact", "export", "2", "-o", str(path)).stderr
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert json.loads(path.read_text(encoding="utf-8"))["contact"]["id"] == 2
        crm("contact", "export", "2", "-o", str(path), code=6)
        crm("contact", "export", "2", "-o", str(path), "--force", "-f", "table")
        assert "  note: Allergic to nuts\n" in path.read_text(encoding="utf-8")

    def test_other_formats_and_nobody_are_refused(self) -> None:
        crm("contact", "export", "2", "-f", "csv", code=2)
        crm("contact", "export", "99", code=3)


class TestForget:
    """crm contact forget."""

    def test_leaves_no_byte_of_them(self, anna: Path) -> None:
        before = secrets_in(anna)
        assert {*before} == {*SECRETS} - {"600700800"} | ({"600700800"} & {*before})
        done = json.loads(crm("contact", "forget", "anna.k@x.example", "--yes", "--json").stdout)
        assert (done["found"], done["mentions"]) == ([], [])
        assert done["kept"] == {"deals": 1, "invoices": 1}
        assert done["erased"]["interactions"] == 1
        assert secrets_in(anna) == []
        assert not [word for word in words_of(anna) if word.startswith(("kowal", "nowa", "xanth", "aller"))]
        assert_well(anna)
        assert [each.name for each in sorted(anna.parent.glob(f".{anna.name}*"))] == []

    def test_the_books_stay_and_name_nobody(self, anna: Path) -> None:
        crm("contact", "forget", "2", "--yes")
        with Crm.open(anna, now=NOW) as opened:
            deal = opened.deals.get(1)
            assert (deal.title, deal.contact, deal.amount, deal.status) == ("Website", None, "1200.00", "won")
            assert opened.connection.execute("SELECT contact_id FROM invoices").fetchall() == [(None,)]
            assert opened.connection.execute("SELECT count(*) FROM payments").fetchone() == (1,)
            assert opened.connection.execute("SELECT count(*) FROM stage_moves").fetchone() == (2,)
            (meeting,) = opened.interactions.list()
            assert (meeting.summary, meeting.contacts) == ("prices for all", ("Bo Berg",))
            assert opened.followups.list() == []
            assert opened.contacts.get(1).referred_by_id is None
            assert opened.contacts.relations(1) == []
        crm("contact", "show", "2", code=3)

    def test_asks_and_says_before_what_it_does(self, anna: Path) -> None:
        result = crm("contact", "forget", "2", code=2)
        assert "cannot be undone" in result.stderr
        assert "1 deal" in result.stderr
        crm("contact", "show", "2")

    def test_what_concerned_them_is_not_undone_and_the_rest_is(self, anna: Path) -> None:
        with Crm.open(anna, now=NOW) as opened:
            opened.contacts.update(1, title="Baker")
            opened.deals.update(1, source="fair")
        crm("contact", "forget", "2", "--yes")
        refused = crm("undo", code=6).stderr
        assert "forget a person) cannot be undone: a person it concerned was forgotten" in refused
        assert "crm undo 16 takes back the one before it" in refused
        crm("undo", "16")
        crm("undo", "15")
        history = json.loads(crm("history", "--json").stdout)
        assert [each["summary"] for each in history if each["id"] == 3] == ["edit contact [forgotten]"]
        for each in history:
            # who referred Bo is a change of Bo
            if each["id"] not in (1, 7, 15, 16):
                crm("undo", str(each["id"]), code=6)
        with Crm.open(anna, now=NOW) as opened:
            assert (opened.contacts.get(1).title, opened.deals.get(1).source) == (None, None)
            for each in history:
                assert details(opened, each["id"]) is not None
        assert_well(anna)
        assert secrets_in(anna) == []

    def test_texts_of_others_are_told_and_counted_as_found(self, anna: Path) -> None:
        with Crm.open(anna, now=NOW) as opened:
            opened.contacts.update(1, note="Married to anna  KOWALSKA, phone 600-700-800")
            opened.deals.update(1, title="Anna's website")
        result = crm("contact", "forget", "2", "--yes", "--json", code=1)
        told = {
            (each["kind"], each["id"], each["field"]): each["sure"]
            for each in json.loads(result.stdout)["mentions"]
        }
        assert told == {("contacts", 1, "note"): True, ("deals", 1, "title"): False}
        assert "--redact writes [forgotten] there" in result.stderr
        with Crm.open(anna, now=NOW) as opened:
            assert opened.deals.get(1).title == "Anna's website"

    def test_redact_takes_them_out_of_the_texts_of_others(self, anna: Path) -> None:
        with Crm.open(anna, now=NOW) as opened:
            opened.contacts.update(1, note="Married to anna kowalska, phone +48 600-700-800. Anna Bold, too")
            opened.deals.update(1, title="Anna's website")
            opened.companies.update(1, name="Anna Kowalska sp.j.")
        done = json.loads(crm("contact", "forget", "2", "--redact", "--yes", "--json").stdout)
        assert (done["redacted"], done["mentions"], done["found"]) == (3, [], [])
        with Crm.open(anna, now=NOW) as opened:
            assert opened.contacts.get(1).note == "Married to [forgotten], phone [forgotten]. Anna Bold, too"
            assert opened.deals.get(1).title == "[forgotten]'s website"
            assert opened.companies.get(1).name == "[forgotten] sp.j."
        assert secrets_in(anna) == []
        assert_well(anna)

    def test_a_namesake_and_a_shared_address_stay_as_they_are(self, anna: Path) -> None:
        with Crm.open(anna, now=NOW) as opened:
            opened.contacts.add(name="Anna Kowalska", emails=["other@x.example"], phones=["+48 600 700 800"])
            opened.contacts.add_method(2, "email", "info@x.example")
            opened.companies.add_method(1, "email", "info@x.example")
        crm("contact", "forget", "2", "--yes")
        with Crm.open(anna, now=NOW) as opened:
            other = opened.contacts.get(3)
            assert (other.name, other.phones) == ("Anna Kowalska", ("+48 600 700 800",))
            assert opened.companies.get(1).emails == ("info@x.example",)
            assert opened.contacts.count("kowalska") == 1
            opened.undo(15)
            assert opened.contacts.count("kowalska") == 0

    def test_copies_and_remembered_texts_are_told(self, anna: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        crm("backup")
        state = anna.parent / "state" / "crm" / "drafts"
        state.mkdir(parents=True)
        monkeypatch.setenv("XDG_STATE_HOME", str(anna.parent / "state"))
        (state / "x-contact.json").write_text(json.dumps({"texts": {"name": "Anna Kowalska"}}))
        (state / "y-contact.json").write_text(json.dumps({"texts": {"name": "Bo"}}))
        result = crm("contact", "forget", "2", "--yes", "--json")
        (backup,) = json.loads(result.stdout)["backups"]
        assert Path(backup).parent.name == "backups"
        assert backup in result.stderr
        assert "x-contact.json" in result.stderr
        assert "y-contact.json" not in result.stderr


def test_a_second_one_counts_what_it_spoilt_itself(anna: Path) -> None:
    first = json.loads(crm("contact", "forget", "2", "--yes", "--json").stdout)
    assert first["operations"] > 5
    second = json.loads(crm("contact", "forget", "1", "--yes", "--json").stdout)
    with Crm.open(anna, now=NOW) as opened:
        assert [each.summary for each in opened.history(2)] == ["forget a person"] * 2
        assert opened.contacts.list() == []
    # those of the first person had been spoilt before
    assert 0 < second["operations"] < first["operations"]
    assert_well(anna)


def test_a_person_of_an_import_and_of_one_taken_back(database: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    rows = "".join(f"Person {number},p{number}@x.example\n" for number in range(50))
    people.write_text(f"name,email\n{rows}Anna Kowalska,anna.k@x.example\n")
    with Crm.open(database, now=NOW) as opened:
        load(opened, people, Options(kind="contacts"))
        opened.undo()
        load(opened, people, Options(kind="contacts"))
        opened.contacts.add(name="Late")
    assert {"kowalska", "anna.k@"} <= {*secrets_in(database)}
    done = json.loads(crm("contact", "forget", "anna kowalska", "--yes", "--json").stdout)
    assert done["operations"] == 1
    assert secrets_in(database) == []
    assert_well(database)
    crm("undo", "2", code=6)
    crm("undo", "3")


def test_the_history_of_somebody_merged_into_them_goes_too(anna: Path) -> None:
    with Crm.open(anna, now=NOW) as opened, opened.transaction("merge contacts") as writing:
        made = opened.contacts.add(name="Xanthe Tort", emails=["tort@y.example"])
        (method,) = opened.contacts.methods(made.id)
    with Crm.open(anna, now=NOW) as opened, opened.transaction("merge contacts") as writing:
        writing.update("contact_methods", method.id, {"contact_id": 2})
        writing.delete("contacts", made.id)
    crm("contact", "forget", "2", "--yes")
    assert secrets_in(anna) == []


def test_a_file_that_another_reads_is_told(anna: Path) -> None:
    reader = sqlite3.connect(anna)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM contacts").fetchone()
    with Crm.open(anna, now=NOW) as opened:
        opened.connection.execute("PRAGMA busy_timeout = 50")
        from crm_tui.domain import forgetting

        done = forgetting.forget(opened, 2)
        assert not done.is_clean
        assert any("-wal" in each for each in done.found)
        reader.close()
    assert secrets_in(anna) == []


def test_killed_or_refused_nothing_was_erased(anna: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from crm_tui.domain import forgetting
    from crm_tui.store import erasure

    def broken(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(erasure, "tidy_search", broken)
    with Crm.open(anna, now=NOW) as opened, pytest.raises(KeyboardInterrupt):
        forgetting.forget(opened, 2)
    assert_well(anna)
    crm("contact", "show", "2")
