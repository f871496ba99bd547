"""The doctor: every check notices what it is for, and mending touches nothing that was entered."""

from __future__ import annotations

import sqlite3
import stat
from datetime import date
from pathlib import Path

import pytest

from crm_tui.domain import Crm, backups, doctor, documents
from crm_tui.domain.doctor import Finding
from crm_tui.errors import DatabaseError
from crm_tui.store import search

NOW = "2026-03-02 09:30"


@pytest.fixture
def business(crm: Crm) -> Crm:
    """Two people with a rhythm, a call, a deal that moved, and a follow-up."""
    anna = crm.contacts.add(
        name="Anna Kowalska", emails=["anna@example.com"], cadence_days=30, company="Acme"
    )
    crm.contacts.add(name="Bob", note="likes tea", tags=["vip"])
    crm.interactions.add("call", [anna.id], "asked for an offer")
    deal = crm.deals.add("Website", contact_id=anna.id)
    stages = crm.pipelines.stages(crm.pipelines.default().id)
    crm.deals.move(deal.id, stages[1].id)
    crm.followups.add("send offer", date(2026, 3, 6), contact_id=anna.id)
    return crm


def problems(crm: Crm) -> list[str]:
    return [each.check for each in doctor.examine(crm, own_folder=False) if each.status == doctor.PROBLEM]


def finding(crm: Crm, check: str) -> Finding:
    return next(each for each in doctor.examine(crm, own_folder=False) if each.check == check)


def change(crm: Crm, *statements: str) -> None:
    """Spoil the file behind the program's back."""
    crm.connection.execute("PRAGMA foreign_keys = OFF")
    for statement in statements:
        crm.connection.execute(statement)
    crm.connection.execute("PRAGMA foreign_keys = ON")


def dump(crm: Crm) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the search index and the journal, without the moments of change."""
    tables = crm.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    skipped = ("search_", "operations", "changes", "_sqlite")
    found = {}
    for (table,) in tables:
        if not table.startswith(skipped):
            columns = [each[1] for each in crm.connection.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(column for column in columns if column != "updated_at")
            found[table] = crm.connection.execute(f"SELECT {kept} FROM {table} ORDER BY 1").fetchall()
    return found


def test_nothing_is_wrong_with_a_new_file_or_a_used_one(crm: Crm, business: Crm) -> None:
    assert problems(crm) == []
    assert problems(business) == []


def test_looking_changes_nothing(business: Crm) -> None:
    before = dump(business)
    change(business, "UPDATE contacts SET next_touch_on = '2020-01-01' WHERE id = 1")
    changed = dump(business)
    assert problems(business) == ["maintained"]
    assert dump(business) == changed != before
    assert not business.connection.in_transaction


@pytest.mark.parametrize(
    ("spoilt", "check", "word"),
    [
        ("UPDATE search_docs SET keys = 'somebody else' WHERE id % 1000 = 2", "search", "stale"),
        ("DELETE FROM search_docs WHERE id = 1000000000000001", "search", "contacts 1 is stale"),
        ("INSERT INTO search_docs VALUES (3000000000000099, 'ghost', '', '')", "search", "deals 99 is stale"),
        (
            "INSERT INTO search_keys (search_keys) VALUES ('delete-all')",
            "search",
            "index search_keys is damaged",
        ),
        ("UPDATE contacts SET last_contacted_on = '2020-01-01' WHERE id = 1", "maintained", "contact 1"),
        ("UPDATE contacts SET next_touch_on = NULL WHERE id = 1", "maintained", "contact 1"),
        ("UPDATE contacts SET next_touch_on = '2026-04-01' WHERE id = 2", "maintained", "contact 2"),
        ("UPDATE deals SET stage_entered_at = '2020-01-01T00:00:00Z'", "maintained", "another moment"),
        ("UPDATE deals SET status = 'won', closed_on = '2026-03-01'", "maintained", "status of deal 1"),
        ("UPDATE sequences SET last_id = 0 WHERE entity = 'contacts'", "numbers", "next id of contacts"),
        ("DELETE FROM sequences WHERE entity = 'deals'", "numbers", "next id of deals"),
    ],
)
def test_what_follows_from_other_rows_is_noticed_and_mended(
    business: Crm, spoilt: str, check: str, word: str
) -> None:
    before = dump(business)
    change(business, spoilt)
    found = finding(business, check)
    assert found.status == doctor.PROBLEM
    assert word in found.detail
    assert "--fix" in found.advice
    kept = doctor.mend(business, own_folder=False)
    assert problems(business) == []
    assert Path(kept).exists()
    assert dump(business) == before, "exactly as it was"


def test_a_mended_index_finds_again(business: Crm) -> None:
    change(business, "DELETE FROM search_docs", "INSERT INTO search_keys (search_keys) VALUES ('delete-all')")
    doctor.mend(business, own_folder=False)
    assert [hit.title for hit in business.search.find("kowal", kinds=["contact"])] == ["Anna Kowalska"]


def test_the_next_id_after_mending_is_a_new_one(business: Crm) -> None:
    change(business, "DELETE FROM sequences")
    doctor.mend(business, own_folder=False)
    assert business.contacts.add(name="Carl").id == 3


def test_a_mended_deal_can_be_undone(business: Crm) -> None:
    change(business, "UPDATE deals SET status = 'lost', closed_on = '2026-03-01', lost_reason = 'price'")
    doctor.mend(business, own_folder=False)
    assert business.deals.get(1).status == "open"
    assert business.last_operation is not None
    assert business.last_operation.summary == "mend the status of deals"


def test_missing_references_are_told_but_not_guessed_at(business: Crm) -> None:
    change(business, "UPDATE followups SET contact_id = 77")
    found = finding(business, "references")
    assert found.status == doctor.PROBLEM
    assert "followups 1 refers to contacts" in found.detail
    change(business, "UPDATE followups SET contact_id = 1")


def test_a_journal_that_does_not_fit_its_rows_is_told(business: Crm) -> None:
    with business.transaction("load") as writing:
        first = writing.mint("tags", 2)
        stamp = writing.stamp
        writing.insert_many(
            "tags",
            ["id", "name", "created_at", "updated_at"],
            [(first, "a", stamp, stamp), (first + 1, "b", stamp, stamp)],
        )
        writing.record_range("tags", first, first + 1)
    assert finding(business, "journal").status == doctor.OK
    number = writing.operation_id
    change(
        business, f"UPDATE operations SET undone_at = '{stamp}', undone_after = {number} WHERE id = {number}"
    )
    assert f"operation {number} is undone but its tags are there" in finding(business, "journal").detail
    change(
        business,
        f"UPDATE operations SET undone_at = NULL, undone_after = NULL WHERE id = {number}",
        "INSERT INTO parked_rows (range_id, packed) VALUES (1, x'00')",
    )
    assert "rows of it are put away" in finding(business, "journal").detail
    change(business, "DELETE FROM parked_rows", "UPDATE changes SET entity = 'unicorns' WHERE id = 1")
    assert "unknown table unicorns" in finding(business, "journal").detail


def test_files_that_others_can_read_are_told_and_closed(business: Crm, database: Path) -> None:
    backups.make(business)
    folder = database.parent / "backups"
    copy = next(folder.glob("*.db"))
    for path, bits in ((database, 0o640), (folder, 0o755), (copy, 0o604)):
        path.chmod(bits)
    detail = finding(business, "permissions").detail
    assert all(str(path) in detail for path in (database, folder, copy))
    doctor.mend(business, own_folder=False)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (database, folder, copy)] == [0o600, 0o700, 0o600]


def test_the_folder_is_closed_only_where_it_is_the_programs_own(business: Crm, database: Path) -> None:
    database.parent.chmod(0o755)
    assert problems(business) == []
    own = doctor.examine(business, own_folder=True)
    assert [each.check for each in own if each.status == doctor.PROBLEM] == ["permissions"]
    doctor.mend(business, own_folder=True)
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("later", "age", "advice"),
    [
        ("2026-03-02 10:00", "today", False),
        ("2026-03-03 10:00", "yesterday", False),
        ("2026-04-01 09:30", "30 days ago", True),
    ],
)
def test_the_age_of_the_newest_backup(
    database: Path, business: Crm, later: str, age: str, advice: bool
) -> None:
    assert finding(business, "backup").detail == "none yet"
    backups.make(business)
    with Crm.open(database, now=later) as crm:
        found = finding(crm, "backup")
    assert found.detail == f"crm-20260302T093000Z.db, made {age}"
    assert bool(found.advice) is advice


def test_documents_are_compared_across_batches(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_LOAD", 3)
    for number in range(10):
        crm.contacts.add(name=f"Person {number}")
    change(
        crm,
        f"DELETE FROM search_docs WHERE id = {search.document_id('contacts', 3)}",
        f"UPDATE search_docs SET body = 'x' WHERE id = {search.document_id('contacts', 7)}",
        f"INSERT INTO search_docs VALUES ({search.document_id('contacts', 500)}, 'ghost', '', '')",
    )
    assert sorted(documents.differing(crm.connection)) == [
        ("contacts", 3),
        ("contacts", 7),
        ("contacts", 500),
    ]


class TestSalvage:
    """Saving what can be read of a damaged file."""

    @pytest.fixture
    def spoilt(self, business: Crm, database: Path) -> Path:
        """A file whose table of contacts has a broken page in the middle."""
        for number in range(400):
            business.contacts.add(name=f"Person {number}", note="x" * 200, emails=[f"p{number}@example.com"])
        business.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        business.close()
        data = bytearray(database.read_bytes())
        pages = (slice(start, start + 4096) for start in range(0, len(data), 4096))
        # the journal's pages know the name too, but in JSON or in a summary
        leaf = next(
            page
            for page in pages
            if b"Person 200" in data[page]
            and b'"name"' not in data[page]
            and b"add contact" not in data[page]
        )
        data[leaf] = b"\x5a" * 4096
        database.write_bytes(data)
        return database

    def test_the_doctor_tells_the_damage(self, spoilt: Path) -> None:
        with Crm.open(spoilt, now=NOW) as crm:
            found = doctor.examine(crm, own_folder=False)
        assert doctor.is_damaged(found)
        assert len(found) == 1, "nothing else can be trusted"
        assert "crm restore" in found[0].advice

    def test_everything_but_the_broken_page_is_saved(self, spoilt: Path, tmp_path: Path) -> None:
        before = spoilt.read_bytes()
        target = tmp_path / "saved.db"
        told = doctor.save_what_can_be_read(spoilt, target)
        assert spoilt.read_bytes() == before
        with Crm.open(target, now=NOW, create=False) as crm:
            assert problems(crm) == []
            names = [each.name for each in crm.contacts.list(sort="id")]
            assert 370 < len(names) < 402
            assert names[0] == "Anna Kowalska"
            assert names[-1] == "Person 399"
            assert crm.deals.get(1).title == "Website"
            assert len(crm.history()) == 406
            assert crm.contacts.add(name="New").id == 403
        assert f"{len(names):,} contacts, 1 deals" in told
        assert "rows could not be kept" in told, "the e-mails of lost people"

    def test_a_file_of_which_nothing_is_left_is_told(self, database: Path, tmp_path: Path) -> None:
        database.write_bytes(b"SQLite format 3\x00" + b"\xee" * 40_000)
        target = tmp_path / "saved.db"
        with pytest.raises(DatabaseError, match="Nothing can be read"):
            doctor.save_what_can_be_read(database, target)
        assert not target.exists()


def test_the_database_checked_is_not_another_programs(tmp_path: Path) -> None:
    songs = tmp_path / "songs.db"
    stranger = sqlite3.connect(songs)
    stranger.execute("CREATE TABLE songs (name)")
    stranger.close()
    with pytest.raises(DatabaseError, match="another program"):
        Crm.open(songs, create=False)
