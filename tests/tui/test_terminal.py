"""A real terminal: it is as it was after every kind of end, and what was typed is there again."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_tui.screens.shell.memory import Memory

_PATIENCE = 30.0
_LEAVES = b"\x1b[?1049l"
_CURSOR = b"\x1b[?25h"


class Terminal:
    """The program in a pseudo terminal of its own."""

    def __init__(self, database: Path, *arguments: str, term: str = "xterm-256color", code: str = "") -> None:
        self.seen = b""
        self.status: int | None = None
        self.master, slave = pty.openpty()
        self.before = termios.tcgetattr(slave)
        termios.tcsetwinsize(slave, (24, 80))
        self.slave = slave
        self.pid = os.fork()
        if self.pid == 0:
            self._become(database, arguments, term, code)

    def _become(self, database: Path, arguments: tuple[str, ...], term: str, code: str) -> None:
        os.setsid()
        import fcntl

        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        for number in (0, 1, 2):
            os.dup2(self.slave, number)
        os.environ.update(TERM=term, CRM_NOW="2026-03-02T09:30:00Z", COLUMNS="80", LINES="24")
        program = [sys.executable, "-c", code] if code else [sys.executable, "-m", "crm_tui"]
        os.execv(sys.executable, [*program, "--db", str(database), *arguments])

    def read_until(self, what: bytes) -> None:
        """Take in what is written until ``what`` was."""
        end = time.monotonic() + _PATIENCE
        while what not in self.seen:
            assert time.monotonic() < end, self.seen[-2000:]
            self._take()

    def _take(self) -> bool:
        ready, _, _ = select.select([self.master], [], [], 0.2)
        if not ready:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.seen += data
        return bool(data)

    def type(self, text: bytes) -> None:
        """Press keys."""
        os.write(self.master, text)

    def wait(self, options: int = 0) -> int:
        """Wait for the end, taking in what is written meanwhile; returns the wait status."""
        end = time.monotonic() + _PATIENCE
        while True:
            self._take()
            pid, status = os.waitpid(self.pid, os.WNOHANG | options)
            if pid:
                self.status = status
                while self._take():
                    pass
                return status
            assert time.monotonic() < end, self.seen[-2000:]

    def assert_restored(self) -> None:
        """The modes, the screen and the cursor are as they were."""
        assert termios.tcgetattr(self.slave)[:4] == self.before[:4]
        assert self.seen.rindex(_LEAVES) > self.seen.rindex(b"\x1b[?1049h")
        assert self.seen.rindex(_CURSOR) > self.seen.rindex(b"\x1b[?25l")

    def close(self) -> None:
        """End what still runs."""
        if self.status is None or os.WIFSTOPPED(self.status):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        for handle in (self.master, self.slave):
            try:
                os.close(handle)
            except OSError:
                continue


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Terminals to be closed after the test."""
    made: list[Terminal] = []
    yield made
    for terminal in made:
        terminal.close()


def start(terminals: list[Terminal], *arguments: Any, **options: Any) -> Terminal:
    terminal = Terminal(*arguments, **options)
    terminals.append(terminal)
    return terminal


@pytest.mark.parametrize("key", [b"\x11", b"\x03", b"q"])
def test_leaving_by_a_key(terminals: list[Terminal], business: Path, key: bytes) -> None:
    terminal = start(terminals, business)
    terminal.read_until(b"overdue")
    terminal.type(key)
    assert os.waitstatus_to_exitcode(terminal.wait()) == 0
    terminal.assert_restored()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT])
def test_a_signal(terminals: list[Terminal], business: Path, number: signal.Signals) -> None:
    from crm_tui.locations import state_folder

    terminal = start(terminals, business)
    terminal.read_until(b"overdue")
    terminal.type(b"a")
    terminal.read_until(b"Add a follow-up")
    terminal.type(b"half a thought")
    terminal.read_until(b"thought")
    os.kill(terminal.pid, number)
    assert os.waitstatus_to_exitcode(terminal.wait()) == 128 + number
    terminal.assert_restored()
    draft = Memory(state_folder(), business).draft("followup-add")
    assert draft is not None
    assert draft.texts["title"] == "half a thought"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_the_line_of_quick_entry(
    terminals: list[Terminal], business: Path, number: signal.Signals
) -> None:
    from crm_tui.locations import state_folder

    terminal = start(terminals, business)
    terminal.read_until(b"overdue")
    terminal.type(b":")
    terminal.read_until(b"lose Website")
    terminal.type(b"call anna: half a thought")
    terminal.read_until("“half a thought”".encode())
    os.kill(terminal.pid, number)
    assert os.waitstatus_to_exitcode(terminal.wait()) == 128 + number
    terminal.assert_restored()
    draft = Memory(state_folder(), business).draft("quick")
    assert draft is not None
    assert draft.texts == {"line": "call anna: half a thought"}


def test_the_terminal_is_closed(terminals: list[Terminal], business: Path) -> None:
    from crm_tui.locations import state_folder

    terminal = start(terminals, business)
    terminal.read_until(b"overdue")
    terminal.type(b"a")
    terminal.read_until(b"Add a follow-up")
    terminal.type(b"half a thought")
    terminal.read_until(b"thought")
    os.close(terminal.slave)
    os.close(terminal.master)
    terminal.master = os.open(os.devnull, os.O_RDONLY)
    assert os.waitstatus_to_exitcode(terminal.wait()) == 128 + signal.SIGHUP
    assert Memory(state_folder(), business).draft("followup-add") is not None


def test_to_the_shell_and_back(terminals: list[Terminal], business: Path) -> None:
    terminal = start(terminals, business)
    terminal.read_until(b"overdue")
    terminal.type(b"\x1a")
    assert os.WIFSTOPPED(terminal.wait(os.WUNTRACED))
    terminal.assert_restored()
    terminal.seen = b""
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.read_until(b"\x1b[?1049h")
    terminal.read_until(b"overdue")
    terminal.type(b"q")
    assert os.waitstatus_to_exitcode(terminal.wait()) == 0
    terminal.assert_restored()


def test_a_fault_is_two_sentences_and_a_code(terminals: list[Terminal], business: Path) -> None:
    code = (
        "from crm_tui.screens.today import TodayScreen\n"
        "def fault(self): raise RuntimeError('a fault on purpose')\n"
        "TodayScreen.do_add = fault\n"
        "from crm_tui.cli import main; main()"
    )
    terminal = start(terminals, business, code=code)
    terminal.read_until(b"overdue")
    terminal.type(b"a")
    assert os.waitstatus_to_exitcode(terminal.wait()) == 1
    terminal.assert_restored()
    after = terminal.seen[terminal.seen.rindex(_LEAVES) :]
    assert b"crm: the screens stopped: RuntimeError: a fault on purpose." in after
    assert b"Traceback" not in after


def test_a_dumb_terminal_is_told_what_to_use(terminals: list[Terminal], business: Path) -> None:
    terminal = start(terminals, business, term="dumb")
    assert os.waitstatus_to_exitcode(terminal.wait()) == 2
    assert b"This terminal cannot show screens" in terminal.seen
    assert b"crm today prints what is to be done" in terminal.seen
    assert b"\x1b[?1049h" not in terminal.seen


def test_a_wrong_key_in_the_configuration_is_told_before_anything_is_drawn(
    terminals: list[Terminal], business: Path, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[keys]\ndone = "s"\n')
    terminal = start(terminals, business, "--config", str(config))
    assert os.waitstatus_to_exitcode(terminal.wait()) == 5
    assert b'The key "s" would mean both done and snooze.' in terminal.seen
    assert b"\x1b[?1049h" not in terminal.seen
