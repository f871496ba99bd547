"""Opening and creating the file: what is made, what is refused, what an older file becomes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import ConflictError, DatabaseError, InvalidDataError
from crm_tui.store import connection as store
from crm_tui.store import migrations
from crm_tui.store.migrations import m0001_foundation
from tests.conftest import NOW

TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "made" / "crm.db"
    store.create(path)
    return path


def test_creates_private_files_in_private_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "crm.db"
    store.create(path)
    assert mode(path) == 0o600
    assert mode(path.parent) == mode(path.parent.parent) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["crm.db"]


def test_the_files_beside_an_open_one_are_private_too(made: Path) -> None:
    with Crm.open(made, now=NOW) as crm:
        crm.contacts.add(name="Anna")
        assert {each.name: mode(each) for each in made.parent.iterdir()} == {
            "crm.db": 0o600,
            "crm.db-wal": 0o600,
            "crm.db-shm": 0o600,
        }


def test_a_new_file_is_marked_as_ours_and_up_to_date(made: Path) -> None:
    connection = store.connect(made)
    try:
        assert connection.execute("PRAGMA application_id").fetchone() == (store.APPLICATION_ID,)
        assert connection.execute("PRAGMA user_version").fetchone() == (migrations.LATEST,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        # every commit waits for the disk
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert migrations.unknown_names(connection) == []
    finally:
        connection.close()


def test_creating_never_replaces_what_another_process_made(made: Path) -> None:
    with Crm.open(made, now=NOW) as crm:
        crm.contacts.add(name="Anna")
    store.create(made)
    with Crm.open(made, now=NOW) as crm:
        assert [each.name for each in crm.contacts.list()] == ["Anna"]
    assert [each.name for each in made.parent.iterdir()] == ["crm.db"]


def test_without_hard_links_the_file_is_moved_into_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    store.create(tmp_path / "crm.db")
    assert [each.name for each in tmp_path.iterdir()] == ["crm.db"]
    store.connect(tmp_path / "crm.db").close()


def test_the_usual_place_is_used_when_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(tmp_path / "named.db"))
    with Crm.open(now=NOW) as crm:
        assert crm.path == tmp_path / "named.db"
    assert (tmp_path / "named.db").exists()


@pytest.mark.parametrize(
    "content", [b"", b"name,email\nAnna,a@x.example\n", b"SQLite format 2\x00 more of it"]
)
def test_refuses_what_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.csv"
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match="is not a database"):
        Crm.open(path, now=NOW)
    assert path.read_bytes() == content


def test_refuses_a_missing_file_a_folder_and_an_unreadable_one(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="There is no database at"):
        Crm.open(tmp_path / "typo.db", now=NOW, create=False)
    assert not (tmp_path / "typo.db").exists()
    with pytest.raises(DatabaseError, match="is a folder"):
        store.connect(tmp_path)
    with pytest.raises(DatabaseError, match="cannot be read"):
        store.connect(tmp_path / ("x" * 300))


def test_refuses_the_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE contacts (id INTEGER PRIMARY KEY)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match="another program"):
        store.connect(path)
    assert path.read_bytes() == before


def test_refuses_a_file_of_a_newer_version_by_its_number(made: Path) -> None:
    connection = sqlite3.connect(made)
    connection.execute(f"PRAGMA user_version = {migrations.LATEST + 1}")
    connection.close()
    with pytest.raises(DatabaseError, match="newer version"):
        store.connect(made)


def test_refuses_a_file_of_a_newer_version_by_the_names_of_its_migrations(made: Path) -> None:
    connection = sqlite3.connect(made)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('crm', 'm9999_future', 'now')"
    )
    connection.commit()
    connection.close()
    with pytest.raises(DatabaseError, match="newer version"):
        store.connect(made)


def test_says_when_the_file_is_damaged(made: Path) -> None:
    content = bytearray(made.read_bytes())
    content[200:] = b"\xff" * (len(content) - 200)
    made.write_bytes(content)
    with pytest.raises(DatabaseError) as caught:
        store.connect(made)
    assert caught.value.exit_code == 7
    assert "crm restore" in caught.value.hint


def older(path: Path) -> None:
    """A file of ours from before the first migration."""
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA application_id = {store.APPLICATION_ID}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE keepsake (word TEXT)")
    connection.execute("INSERT INTO keepsake VALUES ('kept')")
    connection.commit()
    connection.close()


def test_an_older_file_is_backed_up_and_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    older(path)
    connection = store.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (migrations.LATEST,)
    assert connection.execute("SELECT count(*) FROM contacts").fetchone() == (0,)
    assert connection.execute("SELECT word FROM keepsake").fetchone() == ("kept",)
    connection.close()
    (backup,) = tmp_path.glob("crm.before-upgrade-*.db")
    assert mode(backup) == 0o600
    copy = sqlite3.connect(backup)
    assert copy.execute(TABLES).fetchall() == [("keepsake",)]
    copy.close()


def test_who_opens_an_older_file_is_told_before_the_wait(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    older(path)
    told: list[tuple[Path, Path, bool]] = []
    for _ in range(2):
        store.connect(path, upgrading=lambda file, copy: told.append((file, copy, copy.exists()))).close()
    (backup,) = tmp_path.glob("crm.before-upgrade-*.db")
    assert told == [(path, backup, False)]


def test_an_older_file_is_not_upgraded_read_only(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    older(path)
    with pytest.raises(DatabaseError, match="cannot be upgraded"):
        store.connect(path, readonly=True)
    assert list(tmp_path.glob("*before-upgrade*")) == []


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "crm.db"
    older(path)
    statements = (*m0001_foundation.STATEMENTS, "CREATE TABLE contacts (twice INTEGER)")
    monkeypatch.setattr(m0001_foundation, "STATEMENTS", statements)
    with pytest.raises(DatabaseError, match="already exists"):
        store.connect(path)
    connection = sqlite3.connect(path)
    assert connection.execute(TABLES).fetchall() == [("keepsake",)]
    connection.close()
    # a cron job tries it again each morning
    assert [each.name for each in tmp_path.iterdir()] == ["crm.db"]


def test_an_upgrade_that_another_process_has_done_meanwhile_keeps_one_copy(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    older(path)
    store.connect(path, upgrading=lambda file, copy: store.connect(file).close()).close()
    (backup,) = tmp_path.glob("crm.before-upgrade-*.db")
    copy = sqlite3.connect(backup)
    assert copy.execute(TABLES).fetchall() == [("keepsake",)]
    copy.close()
    assert len(list(tmp_path.glob("*.sha256"))) == 1


def test_an_upgrade_checks_what_refers_to_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "crm.db"
    older(path)
    orphan = (
        "INSERT INTO contact_methods (id, contact_id, kind, value, created_at, updated_at)"
        " VALUES (1, 99, 'email', 'a@x.example', '2026-03-02T09:30:00Z', '2026-03-02T09:30:00Z')"
    )
    monkeypatch.setattr(m0001_foundation, "STATEMENTS", (*m0001_foundation.STATEMENTS, orphan))
    with pytest.raises(DatabaseError, match="table contact_methods refers to rows that are missing"):
        store.connect(path)


def test_read_only_cannot_write(made: Path) -> None:
    with Crm.open(made, now=NOW, readonly=True) as crm, pytest.raises(DatabaseError, match="is read-only"):
        crm.contacts.add(name="Anna")


def test_a_lock_is_told(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_MILLISECONDS", 10)
    other = sqlite3.connect(made, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with Crm.open(made, now=NOW) as crm, pytest.raises(DatabaseError, match="locked by another process"):
            crm.contacts.add(name="Anna")
    finally:
        other.close()


def test_a_full_disk_is_told_and_nothing_is_written(made: Path) -> None:
    with Crm.open(made, now=NOW) as crm:
        crm.contacts.add(name="Anna")
        crm.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = crm.connection.execute("PRAGMA page_count").fetchone()[0]
        crm.connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DatabaseError, match="The disk is full"):
            crm.contacts.add(name="Bo", note="long " * 100_000)
        assert [each.name for each in crm.contacts.list()] == ["Anna"]


def test_constraints_are_told_by_what_they_mean(made: Path) -> None:
    def write(table: str, *rows: dict[str, str | int]) -> None:
        with crm.transaction("add rows") as writing:
            for row in rows:
                writing.insert(table, row)

    with Crm.open(made, now=NOW) as crm:
        with pytest.raises(ConflictError, match=r"same tags\.name already"):
            write("tags", {"name": "vip"}, {"name": "VIP"})
        with pytest.raises(ConflictError, match="missing, or still in use"):
            write("contact_tags", {"contact_id": 1, "tag_id": 1})
        with pytest.raises(InvalidDataError, match="cannot be kept"):
            write("tags", {"name": ""})
        assert crm.history() == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseError, match="cannot be made"):
        Crm.open(tmp_path / "file" / "deeper" / "crm.db", now=NOW)
    with pytest.raises(DatabaseError, match="cannot be written"):
        Crm.open(tmp_path / "file" / "crm.db", now=NOW)
    assert (tmp_path / "file").read_text() == "in the way"


def test_two_connections_see_each_other(made: Path) -> None:
    with Crm.open(made, now=NOW) as one, Crm.open(made, now=NOW) as other:
        before = one.data_version()
        other.contacts.add(name="Anna")
        assert one.data_version() != before
        assert [each.name for each in one.contacts.list()] == ["Anna"]


def test_a_copy_without_its_wal_is_still_a_database(made: Path, tmp_path: Path) -> None:
    with Crm.open(made, now=NOW) as crm:
        crm.contacts.add(name="Anna")
    shutil.copy(made, tmp_path / "copy.db")
    with Crm.open(tmp_path / "copy.db", now=NOW, create=False) as crm:
        assert [each.name for each in crm.contacts.list()] == ["Anna"]


def test_opening_the_file_again_leaves_the_locks_of_an_open_connection(tmp_path: Path) -> None:
    """Else a command that ends elsewhere takes the log away, and this connection sees and keeps nothing any more."""
    path = tmp_path / "crm.db"
    with Crm.open(path, NOW) as crm:
        crm.contacts.add(name="Anna")
        log = path.with_name("crm.db-wal").stat().st_ino
        for name in ("Boris", "Clara"):
            Crm.open(path, NOW).close()
            subprocess.run(
                [sys.executable, "-m", "crm_tui", "--db", str(path), "contact", "add", name], check=True
            )
            assert path.with_name("crm.db-wal").stat().st_ino == log
        crm.contacts.add(name="Dora")
        assert [contact.name for contact in crm.contacts.list()] == ["Anna", "Boris", "Clara", "Dora"]
    with Crm.open(path, NOW) as again:
        assert again.contacts.count() == 4
