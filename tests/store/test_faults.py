"""What happens when things go wrong from outside: killed, crowded, full, read-only, damaged.

Each child is a process of its own that uses the program as a person would; only the fault is made up.
"""

from __future__ import annotations

import ctypes
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crm_tui.cli import app
from crm_tui.domain import Crm, backups, doctor

PAGE = 4096
WRITER = """
import sys
from crm_tui.domain import Crm
with Crm.open(sys.argv[1]) as crm:
    for number in range(int(sys.argv[3])):
        name = f"{sys.argv[2]}-{number}"
        emails = [f"{name}-{each}@example.com" for each in range(3)]
        crm.contacts.add(name=name, emails=emails, tags=["one", "two"], company=f"Firm {number % 5}")
        print(name, flush=True)
"""
MAKER = """
import sys
from itertools import count
from pathlib import Path
from crm_tui.store.connection import create
for number in count():
    create(Path(sys.argv[1]) / f"{number}.db")
    print(number, flush=True)
"""
RESTORER = """
import sys
from itertools import cycle
from pathlib import Path
from crm_tui.dates import Clock
from crm_tui.store.restore import _copy_into
for source in cycle(sys.argv[2:]):
    _copy_into(Path(source), Path(sys.argv[1]))
    print(source, flush=True)
"""


def child(code: str, *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed_after(process: subprocess.Popen[str], lines: int) -> list[str]:
    """Read so many lines and kill the process wherever it is by then; returns all it has printed."""
    assert process.stdout is not None
    read = [process.stdout.readline().strip() for _ in range(lines)]
    process.send_signal(signal.SIGKILL)
    rest, errors = process.communicate()
    assert process.returncode == -signal.SIGKILL, errors
    return [*read, *rest.split()]


def assert_sound(path: Path) -> None:
    with Crm.open(path, create=False) as crm:
        found = doctor.examine(crm, own_folder=False)
    assert [each for each in found if each.status != doctor.OK] == []


def test_killed_at_any_moment_an_operation_is_whole_or_absent(database: Path) -> None:
    moments = random.Random(7)
    told: set[str] = set()
    for round_ in range(6):
        told.update(killed_after(child(WRITER, database, f"round{round_}", 500), moments.randrange(1, 16)))
    with Crm.open(database, create=False) as crm:
        people = crm.contacts.list()
        names = {each.name for each in people}
        assert told <= names, "what was reported is there"
        assert len(names - told) <= 6, "and at most the last one of each round besides"
        assert all(len(each.emails) == 3 and each.tags == ("one", "two") and each.company for each in people)
        assert len(crm.history()) == len(people)
    assert_sound(database)


def test_killed_while_a_file_is_made_leaves_none_or_a_whole_one(tmp_path: Path) -> None:
    moments = random.Random(7)
    for round_ in range(3):
        folder = tmp_path / str(round_)
        killed_after(child(MAKER, folder), moments.randrange(1, 6))
        made = list(folder.glob("[0-9]*.db"))
        assert made
        for each in made:
            assert_sound(each)


def test_killed_while_restoring_it_is_one_backup_or_the_other(database: Path) -> None:
    copies = []
    for number in (30, 60):
        with Crm.open(database) as crm:
            while crm.contacts.count() < number:
                crm.contacts.add(name=f"Person {crm.contacts.count()}", note="x" * 500)
            copies.append(backups.make(crm, database.with_name(f"{number}.db")).file)
    moments = random.Random(7)
    for _ in range(5):
        killed_after(child(RESTORER, database, *copies), moments.randrange(1, 7))
        with Crm.open(database, create=False) as crm:
            assert crm.contacts.count() in (30, 60)
        assert_sound(database)


def test_four_processes_write_while_one_reads_and_nothing_is_lost(database: Path) -> None:
    with Crm.open(database) as reader:
        reader.connection.execute("BEGIN")
        assert reader.contacts.count() == 0
        writers = [child(WRITER, database, f"writer{number}", 25) for number in range(4)]
        for writer in writers:
            _, errors = writer.communicate()
            assert writer.returncode == 0, errors
        assert reader.contacts.count() == 0, "the reader still sees the moment it began"
        reader.connection.execute("COMMIT")
        assert reader.contacts.count() == 100
        assert len({each.name for each in reader.contacts.list()}) == 100
        assert [each.id for each in reader.history()] == list(range(100, 0, -1))
        assert reader.companies.count() == 5, "made once, whoever came first"
    assert_sound(database)


def crm(
    database: Path, *words: str, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crm_tui", "--db", str(database), *words],
        capture_output=True,
        text=True,
        preexec_fn=before,
        check=False,
    )


def assert_refused(done: subprocess.CompletedProcess[str], code: int = 7) -> None:
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("crm: ")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 2


@pytest.fixture(scope="module")
def fifty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with fifty people in it, its log written back."""
    path = tmp_path_factory.mktemp("fifty") / "crm.db"
    with Crm.open(path) as opened:
        opened.connection.execute("PRAGMA synchronous = OFF")
        for number in range(50):
            opened.contacts.add(name=f"Person {number}", emails=[f"p{number}@example.com"], note="x" * 300)
        opened.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def people(fifty: Path, database: Path) -> Path:
    """A copy of that file to be ill-treated."""
    shutil.copy(fifty, database)
    database.chmod(0o600)
    return database


class TestFullDisk:
    """No file may grow any more."""

    @staticmethod
    def full(room: int) -> Callable[[], None]:
        return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    def test_a_write_is_refused_and_leaves_no_trace(self, people: Path) -> None:
        done = crm(people, "contact", "add", "Carl", "--note", "y" * 50_000, before=self.full(20_000))
        assert_refused(done)
        with Crm.open(people, create=False) as opened:
            assert opened.contacts.count() == 50
            assert len(opened.history()) == 50
        assert_sound(people)
        assert crm(people, "contact", "add", "Carl").returncode == 0, "with room again it works"

    def test_a_new_file_is_not_half_made(self, database: Path) -> None:
        assert_refused(crm(database, "contact", "add", "Anna", before=self.full(20_000)))
        assert list(database.parent.iterdir()) == []

    def test_a_backup_is_not_half_made(self, people: Path) -> None:
        target = people.with_name("copy.db")
        assert_refused(crm(people, "backup", "-o", str(target), before=self.full(100_000)))
        assert not list(people.parent.glob("*copy*"))

    def test_a_restore_leaves_what_was_there(self, people: Path) -> None:
        with Crm.open(people) as opened:
            file = backups.make(opened, people.with_name("copy.db")).file
            opened.contacts.add(name="Carl")
        assert_refused(crm(people, "restore", file, "--yes", before=self.full(100_000)))
        with Crm.open(people, create=False) as opened:
            assert opened.contacts.count() == 51
        assert_sound(people)


def as_bound_by_permissions() -> None:
    """Let permission bits hold for the superuser too: give up every capability, for good."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    no_root_privileges = 0b11  # SECBIT_NOROOT and its lock, linux/securebits.h
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    if libc.prctl(28, no_root_privileges, 0, 0, 0) or libc.capset(header, (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "capabilities cannot be dropped")


@pytest.mark.skipif(sys.platform != "linux", reason="capabilities are Linux's")
class TestReadOnly:
    """The file or its folder may not be written."""

    @pytest.mark.parametrize("folder", [False, True])
    def test_a_write_is_refused(self, people: Path, folder: bool) -> None:
        before = people.read_bytes()
        people.chmod(0o400)
        if folder:
            people.parent.chmod(0o500)
        done = crm(people, "contact", "add", "Carl", before=as_bound_by_permissions)
        people.parent.chmod(0o700)
        assert_refused(done)
        assert people.read_bytes() == before

    def test_a_file_that_cannot_be_read_is_told(self, people: Path) -> None:
        people.chmod(0o000)
        assert_refused(crm(people, "contact", "list", before=as_bound_by_permissions))

    def test_a_folder_that_cannot_be_written_makes_no_database(self, tmp_path: Path) -> None:
        folder = tmp_path / "locked"
        folder.mkdir(mode=0o500)
        assert_refused(crm(folder / "crm.db", "contact", "add", "Anna", before=as_bound_by_permissions))
        assert_refused(
            crm(folder / "deeper" / "crm.db", "contact", "add", "Anna", before=as_bound_by_permissions)
        )
        assert list(folder.iterdir()) == []

    def test_settings_that_cannot_be_written_are_told(self, tmp_path: Path, people: Path) -> None:
        file = tmp_path / "locked" / "config.toml"
        file.parent.mkdir()
        file.write_text('region = "DE"\n')
        file.parent.chmod(0o500)
        done = crm(
            people, "--config", str(file), "config", "set", "region", "AZ", before=as_bound_by_permissions
        )
        assert_refused(done)
        assert file.read_text() == 'region = "DE"\n'


COMMANDS = (
    ["contact", "list", "-f", "json"],
    ["today"],
    ["find", "person"],
    ["history"],
    ["contact", "add", "Carl"],
    ["undo"],
    ["sql", "SELECT count(*) FROM contacts"],
    ["doctor"],
    ["backup"],
)


def try_everything(database: Path) -> None:
    """Whatever a command makes of a damaged file, it ends with a known code and sentences."""
    for words in COMMANDS:
        result = CliRunner().invoke(app, ["--db", str(database), *words])
        assert isinstance(result.exception, (SystemExit, type(None))), (words, result.exception)
        assert result.exit_code in (0, 1, 3, 5, 6, 7, 9), (words, result.exit_code)
        if result.exit_code not in (0, 1) and words != ["doctor"]:
            assert result.stderr.startswith("crm: "), words


@pytest.mark.parametrize("filling", [b"\x00", b"\x5a", b"\xff"])
def test_a_broken_page_is_no_traceback(people: Path, tmp_path: Path, filling: bytes) -> None:
    data = people.read_bytes()
    broken = tmp_path / "broken" / "crm.db"
    for page in range(0, len(data) // PAGE, 17):
        shutil.rmtree(broken.parent, ignore_errors=True)
        broken.parent.mkdir()
        broken.write_bytes(data[: page * PAGE] + filling * PAGE + data[(page + 1) * PAGE :])
        try_everything(broken)


@pytest.mark.parametrize("length", [0, 10, 100, PAGE, 3 * PAGE + 17, 60 * PAGE])
def test_a_file_cut_short_is_no_traceback(people: Path, length: int) -> None:
    people.write_bytes(people.read_bytes()[:length])
    try_everything(people)
    result = CliRunner().invoke(app, ["--db", str(people), "doctor"])
    assert result.exit_code == 7
