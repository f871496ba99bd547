"""crm backup, restore, doctor and sql, end to end."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm
from crm_tui.store.backup import HASH_SUFFIX

MONDAY = "2026-03-02 09:30"


@pytest.fixture(autouse=True)
def _business(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))
    monkeypatch.setenv("CRM_NOW", MONDAY)


def crm(*words: str, code: int = 0, given: str | None = None) -> Result:
    result = CliRunner().invoke(app, list(words), input=given)
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def records(*words: str, code: int = 0) -> Any:
    return json.loads(crm(*words, "--json", code=code).stdout)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def people() -> None:
    """Anna and Bob."""
    crm("contact", "add", "Anna", "--email", "anna@example.com")
    crm("contact", "add", "Bob")


@pytest.mark.usefixtures("people")
class TestBackup:
    """crm backup."""

    def test_makes_a_checked_private_copy_named_after_the_moment(self, database: Path) -> None:
        made = records("backup")
        file = Path(made["file"])
        assert file == database.parent / "backups" / "crm-20260302T093000Z.db"
        assert made["bytes"] == file.stat().st_size
        assert file.with_name(file.name + HASH_SUFFIX).read_text().startswith(made["sha256"])
        assert (mode(file), mode(file.parent)) == (0o600, 0o700)
        with Crm.open(file, create=False) as copy:
            assert [each.name for each in copy.contacts.list()] == ["Anna", "Bob"]

    def test_keeps_the_newest_of_its_own_files_and_no_other_is_touched(self, database: Path) -> None:
        folder = database.parent / "backups"
        folder.mkdir()
        strangers = [
            folder / name
            for name in ("crm-old.db", "other-20200101T000000Z.db", "crm-before-restore-20200101T000000Z.db")
        ]
        for stranger in strangers:
            stranger.write_text("mine")
        for hour in range(4):
            crm("--now", f"2026-03-02 1{hour}:00", "backup", "--keep", "2")
        crm("--now", "2026-03-02 13:00", "backup", "--keep", "2")
        own = sorted(path.name for path in folder.glob("crm-2026*.db"))
        assert own == ["crm-20260302T130000Z-2.db", "crm-20260302T130000Z.db"]
        assert len(list(folder.glob(f"*{HASH_SUFFIX}"))) == 2
        assert all(stranger.read_text() == "mine" for stranger in strangers)

    def test_the_number_kept_comes_from_the_settings(self, database: Path) -> None:
        crm("config", "set", "backup_keep", "1")
        for _ in range(3):
            removed = records("backup")["removed"]
        assert len(removed) == 1
        assert len(list((database.parent / "backups").glob("*.db"))) == 1

    def test_to_a_place_of_ones_own_never_over_a_file(self, tmp_path: Path) -> None:
        target = tmp_path / "stick" / "mine.db"
        assert "mine.db" in crm("backup", "-o", str(target)).stderr
        assert mode(target) == 0o600
        before = target.read_bytes()
        assert "exists already" in crm("backup", "-o", str(target), code=6).stderr
        assert target.read_bytes() == before

    def test_refuses_what_makes_no_sense(self, tmp_path: Path) -> None:
        crm("backup", "--keep", "0", code=2)
        crm("backup", "--keep", "3", "-o", str(tmp_path / "x.db"), code=2)
        crm("backup", "-f", "ids", code=2)
        assert not (tmp_path / "x.db").exists()

    def test_an_unwritable_place_is_one_sentence_and_seven(self) -> None:
        assert "crm: " in crm("backup", "-o", "/proc/nowhere/x.db", code=7).stderr


@pytest.mark.usefixtures("people")
class TestRestore:
    """crm restore."""

    def test_brings_the_backup_back_and_says_how_to_return(self, database: Path) -> None:
        file = records("backup")["file"]
        crm("contact", "add", "Carl")
        restored = records("restore", file, "--yes")
        assert (restored["file"], restored["database"]) == (file, str(database))
        assert [each["name"] for each in records("contact", "list")] == ["Anna", "Bob"]
        crm("restore", restored["kept"], "--yes")
        assert [each["name"] for each in records("contact", "list")] == ["Anna", "Bob", "Carl"]
        assert all(each["status"] == "ok" for each in records("doctor"))

    def test_needs_an_answer(self) -> None:
        file = records("backup")["file"]
        crm("contact", "add", "Carl")
        assert "--yes" in crm("restore", file, code=2).stderr
        assert len(records("contact", "list")) == 3

    def test_asks_nothing_about_a_backup_that_is_damaged(self) -> None:
        file = Path(records("backup")["file"])
        file.write_bytes(file.read_bytes()[: 40 * 4096])
        assert "differs from its hash" in crm("restore", str(file), code=7).stderr
        file.with_name(f"{file.name}.sha256").unlink()
        assert "is damaged" in crm("restore", str(file), code=7).stderr

    def test_while_others_have_the_file_open(self, database: Path) -> None:
        file = records("backup")["file"]
        crm("contact", "add", "Carl")
        with Crm.open(database) as reader, Crm.open(database) as writer:
            assert reader.contacts.count() == 3
            crm("restore", file, "--yes")
            assert [each.name for each in reader.contacts.list()] == ["Anna", "Bob"]
            writer.contacts.add(name="Dora")
            assert [each.name for each in reader.contacts.list()] == ["Anna", "Bob", "Dora"]
        assert all(each["status"] == "ok" for each in records("doctor"))

    def test_from_the_database_itself_is_refused(self, database: Path) -> None:
        assert "the database itself" in crm("restore", str(database), "--yes", code=6).stderr
        assert len(records("contact", "list")) == 2

    def test_waits_for_nobody_for_ever(self, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = records("backup")["file"]
        crm("contact", "add", "Carl")
        monkeypatch.setattr("crm_tui.store.restore.BUSY_MILLISECONDS", 50)
        holder = sqlite3.connect(database, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        assert "locked" in crm("restore", file, "--yes", code=7).stderr
        holder.execute("ROLLBACK")
        holder.close()
        assert len(records("contact", "list")) == 3

    def test_makes_the_database_where_there_is_none(self, database: Path) -> None:
        file = records("backup")["file"]
        database.unlink()
        assert records("restore", file)["kept"] is None
        assert len(records("contact", "list")) == 2
        assert mode(database) == 0o600

    def test_refuses_a_changed_copy(self, database: Path) -> None:
        file = Path(records("backup")["file"])
        data = bytearray(file.read_bytes())
        data[-100] ^= 1
        file.write_bytes(data)
        before = database.read_bytes()
        assert "differs from its hash" in crm("restore", str(file), "--yes", code=7).stderr
        assert database.read_bytes() == before

    @pytest.mark.parametrize("kind", ["missing", "text", "foreign", "newer", "folder", "broken"])
    def test_refuses_what_is_no_backup_of_ours(self, kind: str, tmp_path: Path, database: Path) -> None:
        file = tmp_path / "copy.db"
        if kind == "text":
            file.write_text("Dear diary")
        elif kind == "folder":
            file.mkdir()
        elif kind == "foreign":
            stranger = sqlite3.connect(file)
            stranger.execute("CREATE TABLE songs (name)")
            stranger.close()
        elif kind != "missing":
            crm("backup", "-o", str(file))
            file.with_name(file.name + HASH_SUFFIX).unlink()
            if kind == "newer":
                newer = sqlite3.connect(file)
                newer.execute("PRAGMA user_version = 99")
                newer.close()
            else:
                data = bytearray(file.read_bytes())
                data[4096:] = b"\xff" * (len(data) - 4096)
                file.write_bytes(data)
        before = database.read_bytes()
        crm("restore", str(file), "--yes", code=7)
        assert database.read_bytes() == before

    def test_replaces_a_damaged_database_and_keeps_its_bytes(self, database: Path) -> None:
        file = records("backup")["file"]
        damaged = b"SQLite format 3\x00" + b"\xee" * 8192
        database.write_bytes(damaged)
        kept = Path(records("restore", file, "--yes")["kept"])
        assert kept.read_bytes() == damaged
        assert len(records("contact", "list")) == 2
        assert all(each["status"] == "ok" for each in records("doctor"))

    def test_leaves_the_database_of_another_program_alone(self, tmp_path: Path) -> None:
        file = records("backup")["file"]
        songs = tmp_path / "songs.db"
        stranger = sqlite3.connect(songs)
        stranger.execute("CREATE TABLE songs (name)")
        stranger.close()
        before = songs.read_bytes()
        crm("--db", str(songs), "restore", file, "--yes", code=7)
        assert songs.read_bytes() == before


@pytest.mark.usefixtures("people")
class TestDoctor:
    """crm doctor."""

    def test_all_is_well(self) -> None:
        found = records("doctor")
        assert [each["check"] for each in found] == [
            "structure", "references", "search", "maintained", "journal", "numbers", "permissions", "backup",
        ]  # fmt: skip
        assert {each["status"] for each in found} == {"ok"}
        assert found[-1]["advice"] == "crm backup makes one."

    def test_one_line_a_check_for_people(self, database: Path) -> None:
        database.chmod(0o644)
        lines = crm("doctor", "-f", "table", code=1).stdout.splitlines()
        assert len(lines) == 8
        assert lines[0].split() == ["structure", "ok"]
        assert lines[6].startswith("permissions  problem")
        assert "crm doctor --fix" in lines[6]

    def test_mends_after_a_backup(self, database: Path) -> None:
        database.chmod(0o644)
        mended = crm("doctor", "--fix", "--json")
        assert {each["status"] for each in json.loads(mended.stdout)} == {"ok"}
        assert mode(database) == 0o600
        kept = database.parent / "backups" / "crm-before-mending-20260302T093000Z.db"
        assert str(kept) in mended.stderr
        assert kept.exists()

    def test_makes_no_backup_when_there_is_nothing_to_mend(self, database: Path) -> None:
        crm("doctor", "--fix")
        assert not (database.parent / "backups").exists()

    def test_a_damaged_file_is_seven_and_its_rows_are_saved_beside_it(self, database: Path) -> None:
        with Crm.open(database) as opened:
            for number in range(300):
                opened.contacts.add(name=f"Person {number}")
            opened.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            # the index breaks, the rows stay
            (page,) = opened.connection.execute(
                "SELECT rootpage FROM sqlite_master WHERE name = 'contacts_by_name'"
            ).fetchone()
        data = bytearray(database.read_bytes())
        data[(page - 1) * 4096 : page * 4096] = b"\x5a" * 4096
        database.write_bytes(data)
        found = records("doctor", code=7)
        assert found[0]["status"] == "problem"
        assert database.read_bytes() == data
        fixed = crm("doctor", "--fix", code=7)
        saved = database.with_name("crm.salvaged-20260302T093000Z.db")
        assert str(saved) in fixed.stderr
        assert database.read_bytes() == data, "the damaged file is never written"
        people = records("--db", str(saved), "contact", "list", "--limit", "1000")
        assert len(people) == 302
        assert {each["status"] for each in records("--db", str(saved), "doctor")} == {"ok"}
        crm("restore", str(saved), "--yes")
        assert len(records("contact", "list", "--limit", "1000")) == 302

    def test_what_is_no_database_is_refused(self, tmp_path: Path) -> None:
        text = tmp_path / "notes.txt"
        text.write_text("Dear diary")
        crm("--db", str(text), "doctor", "--fix", code=7)
        assert text.read_text() == "Dear diary"

    def test_with_nothing_yet(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CRM_DB")
        result = crm("doctor")
        assert result.stdout == ""
        assert "nothing is here yet" in result.stderr


@pytest.mark.usefixtures("people")
class TestSql:
    """crm sql."""

    def test_prints_the_querys_own_columns_in_every_format(self) -> None:
        question = (
            "SELECT id, name AS who, NULL AS empty, 1.5 AS half, x'00ff' AS bytes FROM contacts ORDER BY 1"
        )
        expected = {"id": 1, "who": "Anna", "empty": None, "half": 1.5, "bytes": "00ff"}
        assert records("sql", question)[0] == expected
        assert json.loads(crm("sql", question, "-f", "jsonl").stdout.splitlines()[1])["who"] == "Bob"
        assert crm("sql", question, "-f", "tsv").stdout.splitlines()[:2] == [
            "id\twho\tempty\thalf\tbytes",
            "1\tAnna\t\t1.5\t00ff",
        ]
        rows = list(csv.reader(io.StringIO(crm("sql", question, "-f", "csv").stdout)))
        assert rows[2] == ["2", "Bob", "", "1.5", "00ff"]
        assert crm("sql", question, "-f", "table").stdout.splitlines()[1].split() == [
            "1",
            "Anna",
            "1.5",
            "00ff",
        ]
        assert crm("sql", question, "-f", "ids").stdout == "1\n2\n"

    def test_names_that_repeat_stay_apart(self) -> None:
        assert records("sql", "SELECT 1 AS x, 2 AS x, 3 AS x") == [{"x": 1, "x_2": 2, "x_3": 3}]

    def test_limit_stdin_and_nothing_found(self) -> None:
        assert (
            crm("sql", "SELECT name FROM contacts ORDER BY id", "--limit", "1", "-f", "tsv").stdout
            == "name\nAnna\n"
        )
        assert crm("sql", "-", "-f", "tsv", given="SELECT count(*) AS n\nFROM contacts\n").stdout == "n\n2\n"
        assert records("sql", "SELECT name FROM contacts WHERE id = 99") == []
        crm("sql", "SELECT name FROM contacts", "-f", "ids", code=2)

    @pytest.mark.parametrize(
        "question",
        [
            "DELETE FROM contacts",
            "UPDATE contacts SET name = 'x'",
            "INSERT INTO tags VALUES (1, 'x', '', '')",
            "DROP TABLE contacts",
            "CREATE TABLE x (y)",
            "CREATE TEMP TABLE x (y)",
            "ATTACH '{folder}/other.db' AS other",
            "VACUUM",
            "VACUUM INTO '{folder}/other.db'",
            "PRAGMA query_only = OFF",
            "PRAGMA writable_schema = ON",
            "PRAGMA user_version = 7",
            "PRAGMA journal_mode = DELETE",
            "BEGIN",
            "REINDEX",
            "ANALYZE",
            "EXPLAIN DELETE FROM contacts",
            "SELECT load_extension('/tmp/x.so')",
            "SELECT printf('%.*c', 900000000, 'x')",
            "SELECT format('%.*c', 900000000, 'x')",
            "SELECT zeroblob(1000000000)",
            "SELECT randomblob(1000000000)",
            "SELECT * FROM pragma_database_list",
            "SELECT 1; DELETE FROM contacts",
            "SELECT nope FROM contacts",
            "SELEC 1",
            "SELECT 'a\x00b'",
            "",
        ],
    )
    def test_reads_and_nothing_else(self, question: str, tmp_path: Path, database: Path) -> None:
        before = database.read_bytes()
        refused = crm("sql", question.replace("{folder}", str(tmp_path)), code=2)
        assert refused.stdout == ""
        assert refused.stderr.startswith("crm: ")
        assert len(refused.stderr.splitlines()) == 2
        assert database.read_bytes() == before
        assert not (tmp_path / "other.db").exists()

    @pytest.mark.parametrize(
        ("question", "answer"),
        [
            (
                "WITH c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c LIMIT 5) SELECT count(*) n FROM c",
                5,
            ),
            ("SELECT count(*) AS n FROM search_keys WHERE search_keys MATCH 'anna'", 1),
            ("SELECT value AS n FROM json_each('[7]')", 7),
            ("SELECT count(*) AS n FROM pragma_table_info('contacts') WHERE name = 'lifecycle'", 1),
            ("SELECT count(*) AS n FROM contacts WHERE crm_fold(name) = 'anna'", 1),
            ("SELECT count(*) OVER () AS n FROM contacts LIMIT 1", 2),
        ],
    )
    def test_reads_whatever_can_be_read(self, question: str, answer: int) -> None:
        assert records("sql", question)[0]["n"] == answer

    def test_what_takes_too_long_is_stopped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("crm_tui.store.console.ask.__kwdefaults__", {"limit": None, "seconds": 0.05})
        endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
        assert "was stopped after 0.05 seconds" in crm("sql", endless, code=2).stderr

    def test_a_value_cannot_fill_the_memory(self) -> None:
        doubling = (
            "WITH n(x, s) AS (VALUES (1, 'xxxxxx') UNION ALL SELECT x + 1, s || s FROM n WHERE x < 60)"
            " SELECT max(length(s)) FROM n"
        )
        assert "too big" in crm("sql", doubling, code=2).stderr

    def test_names_and_values_are_text_to_the_terminal(self) -> None:
        crm("contact", "add", "\x1b[31mred\u202e")
        printed = crm("sql", 'SELECT name AS "\x1b[1mwho" FROM contacts WHERE id = 3', "-f", "table").stdout
        assert "\x1b" not in printed
        assert "\u202e" not in printed
