"""crm load that is refused, damaged or killed: nothing is there that was not there before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app

_KILLED = """
import io, os, signal, sys
target = sys.argv[1]
class Dying(io.RawIOBase):
    def __init__(self):
        self.left = open(sys.argv[2], "rb").read()[: int(sys.argv[3])]
    def readable(self):
        return True
    def readinto(self, room):
        if not self.left:
            print(sorted(os.listdir(os.path.dirname(target))), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        part, self.left = self.left[:64], self.left[64:]
        room[: len(part)] = part
        return len(part)
class Stdin:
    buffer = io.BufferedReader(Dying(), 64)
sys.stdin = Stdin()
from crm_tui.cli import app
sys.argv = ["crm", "--db", target, "load", "-"]
app()
"""


def crm(*words: str, code: int = 0) -> Result:
    """Run the command."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


@pytest.fixture(autouse=True)
def _business(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))


@pytest.fixture
def written(database: Path, tmp_path: Path) -> Path:
    """The dump of a base with a few people."""
    for number in range(30):
        crm("contact", "add", f"Person {number}")
    path = tmp_path / "all.jsonl"
    crm("dump", "-o", str(path))
    return path


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not a dump\n", 5), ("", 5), ('{"crm-tui dump":{"format":99,"schema":1}}\n', 7), ("HEAD", 5),
        ("TWICE", 5),
    ],
    ids=["no dump", "empty", "newer", "cut off", "twice"],
)  # fmt: skip
def test_a_refused_dump(written: Path, tmp_path: Path, text: str, code: int) -> None:
    rows = written.read_text().splitlines(keepends=True)
    name = rows[0].partition('"')[2].partition('"')[0]
    text = text.replace("crm-tui dump", name)
    text = {"HEAD": "".join(rows[:-3]), "TWICE": "".join([*rows[:-1], rows[-2], rows[-1]])}.get(text, text)
    bad = tmp_path / "bad.jsonl"
    bad.write_text(text)
    new = tmp_path / "far" / "away" / "new.db"
    said = crm("--db", str(new), "load", str(bad), code=code)
    assert "Created" not in said.stderr
    assert not (tmp_path / "far").exists()
    folder = tmp_path / "here"
    folder.mkdir()
    crm("--db", str(folder / "new.db"), "load", str(bad), code=code)
    assert list(folder.iterdir()) == []


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    crm("--db", str(folder / "new.db"), "load", str(tmp_path / "none.jsonl"), code=5)
    assert list(folder.iterdir()) == []


def test_a_used_base_stays_as_it_is(written: Path, database: Path) -> None:
    before = database.read_bytes()
    names = sorted(each.name for each in database.parent.iterdir())
    crm("load", str(written), code=6)
    assert database.read_bytes() == before
    assert sorted(each.name for each in database.parent.iterdir()) == names


def test_a_good_dump(written: Path, tmp_path: Path) -> None:
    new = tmp_path / "far" / "new.db"
    said = crm("--db", str(new), "load", str(written)).stderr
    assert f"Created {new}." in said
    assert f"into {new}." in said
    assert [each.name for each in new.parent.iterdir()] == ["new.db"]
    assert new.stat().st_mode & 0o777 == 0o600
    assert crm("--db", str(new), "dump").stdout == written.read_text()


@pytest.mark.parametrize("place", [0.3, 0.9], ids=["early", "late"])
def test_killed_halfway_there_is_no_database(written: Path, tmp_path: Path, place: float) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    new = folder / "new.db"
    size = int(len(written.read_bytes()) * place)
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(new), str(written), str(size)],
        capture_output=True, check=False, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert b".load" in done.stdout
    assert not new.exists()
    # nothing but what nobody takes for a database, and the next load takes that away
    assert all(each.name.startswith(".new.db.") for each in folder.iterdir())
    crm("--db", str(new), "load", str(written))
    assert [each.name for each in folder.iterdir()] == ["new.db"]
