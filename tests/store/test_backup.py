"""Backups: whole while others write, private, checked, and never half there."""

from __future__ import annotations

import hashlib
import sqlite3
import stat
from pathlib import Path

import pytest

from crm_tui.domain import Crm, backups, forgetting, privacy
from crm_tui.errors import ConflictError, DamagedError, DatabaseError
from crm_tui.store import backup
from tests.conftest import NOW
from tests.everything import content


def test_a_copy_of_an_open_file_is_complete(crm: Crm, database: Path, tmp_path: Path) -> None:
    crm.contacts.add(name="Anna")
    target = tmp_path / "backups" / "monday.db"
    with crm.transaction("not finished yet") as writing:
        writing.insert("tags", {"name": "unseen"})
        backup.back_up(database, target)
    with Crm.open(target, now=NOW, create=False) as copy:
        assert [each.name for each in copy.contacts.list()] == ["Anna"]
        assert copy.tags.list() == []
        copy.contacts.add(name="Bo")
        assert len(content(copy)["contacts"]) == 2
    assert crm.contacts.count() == 1


def test_a_copy_is_private_and_one_file_with_its_hash(crm: Crm, database: Path, tmp_path: Path) -> None:
    target = tmp_path / "backups" / "monday.db"
    backup.back_up(database, target)
    beside = target.with_name("monday.db.sha256")
    assert {each.name for each in target.parent.iterdir()} == {"monday.db", "monday.db.sha256"}
    assert [stat.S_IMODE(each.stat().st_mode) for each in (target, beside, target.parent)] == [
        0o600,
        0o600,
        0o700,
    ]
    assert beside.read_text() == f"{hashlib.sha256(target.read_bytes()).hexdigest()}  monday.db\n"
    assert target.read_bytes()[18:20] == b"\x01\x01"  # no write-ahead log beside it
    backup.check_copy(target)


def test_an_existing_file_is_never_replaced(crm: Crm, database: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious.db"
    target.write_text("precious")
    with pytest.raises(ConflictError, match="exists already"):
        backup.back_up(database, target)
    assert target.read_text() == "precious"


def test_a_changed_copy_is_noticed(crm: Crm, database: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    backup.back_up(database, target)
    changed = bytearray(target.read_bytes())
    changed[-1] ^= 1
    target.write_bytes(changed)
    with pytest.raises(DatabaseError, match=r"differs from its hash in copy\.db\.sha256"):
        backup.check_copy(target)
    target.with_name("copy.db.sha256").unlink()
    backup.check_copy(target)


def test_a_damaged_source_leaves_no_copy(crm: Crm, database: Path, tmp_path: Path) -> None:
    crm.contacts.add(name="Anna", note="x" * 50_000)
    crm.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    crm.connection.execute("PRAGMA writable_schema = ON")
    crm.connection.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'contacts'")
    with pytest.raises(DatabaseError, match="damaged"):
        backup.back_up(database, tmp_path / "backups" / "copy.db")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_quick_copy_is_checked_page_by_page_and_not_entry_by_entry(
    crm: Crm, database: Path, tmp_path: Path
) -> None:
    crm.contacts.add(name="Anna")
    crm.connection.execute("PRAGMA writable_schema = ON")
    # the index has the keys of names where titles are told to be
    sql = "CREATE INDEX contacts_by_name ON contacts (title, id, archived_at)"
    crm.connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'contacts_by_name'", (sql,))
    crm.close()
    with pytest.raises(DamagedError, match="contacts_by_name"):
        backup.back_up(database, tmp_path / "whole.db")
    backup.back_up(database, tmp_path / "quick.db", quick=True)
    assert backup.check_copy(tmp_path / "quick.db")


def test_a_name_with_brackets_is_a_name(tmp_path: Path) -> None:
    database = tmp_path / "crm[1].db"
    with Crm.open(database, now=NOW) as crm:
        made = [Path(backups.make(crm).file) for _ in range(2)]
        backup.back_up(database, tmp_path / "crm[1].before-upgrade-1.db")
        made[0].chmod(0o644)
        assert privacy.too_open(database, own_folder=False) == [f"{made[0]} can be read by others"]
    assert forgetting.copies(database) == sorted([*made, tmp_path / "crm[1].before-upgrade-1.db"])


def test_a_source_that_is_gone_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot be opened"):
        backup.back_up(tmp_path / "gone.db", tmp_path / "backups" / "copy.db")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(crm: Crm, database: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match="cannot be"):
        backup.back_up(database, tmp_path / "file" / "copy.db")


def test_writing_a_small_file_replaces_it_privately(tmp_path: Path) -> None:
    path = tmp_path / "note"
    path.write_text("old and public")
    path.chmod(0o644)
    backup.write_private(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_hash_covers_a_file_longer_than_one_read(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"x" * ((1 << 20) + 5))
    assert backup.digest(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_backup_can_be_read_by_plain_sqlite(crm: Crm, database: Path, tmp_path: Path) -> None:
    crm.contacts.add(name="Anna")
    backup.back_up(database, tmp_path / "copy.db")
    connection = sqlite3.connect(f"{(tmp_path / 'copy.db').as_uri()}?mode=ro", uri=True)
    assert connection.execute("SELECT name FROM contacts").fetchall() == [("Anna",)]
    connection.close()
