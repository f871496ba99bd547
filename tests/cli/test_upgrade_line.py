"""The line before an older file is upgraded: on a terminal, once, and nowhere else."""

from __future__ import annotations

import os
import pty
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from crm_tui.store import connection as store


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file of ours from before the first migration."""
    path = tmp_path / "crm.db"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA application_id = {store.APPLICATION_ID}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE keepsake (word TEXT)")
    connection.close()
    return path


def listed(path: Path) -> tuple[str, str]:
    """What ``crm contact list`` prints, and what it tells a terminal on stderr."""
    ours, theirs = pty.openpty()
    try:
        command = [sys.executable, "-m", "crm_tui", "--db", str(path), "contact", "list", "-f", "json"]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=theirs, stdin=subprocess.DEVNULL, text=True, check=True
        )
        os.close(theirs)
        told = b""
        while part := read(ours):
            told += part
    finally:
        os.close(ours)
    return done.stdout, told.decode().replace("\r\n", "\n")


def read(handle: int) -> bytes:
    """What is there; a terminal that nobody writes to any more is an error on Linux."""
    try:
        return os.read(handle, 65536)
    except OSError:
        return b""


def test_a_terminal_is_told_once(old: Path) -> None:
    data, told = listed(old)
    (copy,) = old.parent.glob("crm.before-upgrade-*.db")
    assert data.strip() == "[]"
    assert f"Upgrading {old} for this version; a copy is kept as {copy.name} beside it." in told
    assert listed(old)[1] == ""


def test_a_pipe_is_told_nothing(old: Path) -> None:
    command = [sys.executable, "-m", "crm_tui", "--db", str(old), "contact", "list", "-f", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
    assert list(old.parent.glob("crm.before-upgrade-*.db")) != []
