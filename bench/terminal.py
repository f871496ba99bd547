"""The screens in a real pseudo-terminal: first paint against a bare Textual app, keys until something is painted."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import statistics
import struct
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.history import NOW
from bench.measure import CRM, PYTHON, Figure, percentile, private_environment

_SIZE = (40, 120)
_PATIENCE = 30.0
_BARE = """
from textual.app import App, ComposeResult
from textual.widgets import Static
class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("bare app is here")
Bare().run()
"""


class Terminal:
    """A command running in a pseudo-terminal."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self.started = time.perf_counter()
        self.pid, self._handle = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), {**env, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        fcntl.ioctl(self._handle, termios.TIOCSWINSZ, struct.pack("HHHH", *_SIZE, 0, 0))
        self.seen = b""

    def until(self, marker: bytes) -> float:
        """Seconds from the start until a text is painted."""
        while marker not in self.seen:
            if not self._read(_PATIENCE):
                raise TimeoutError(f"{marker!r} was never painted")
        return time.perf_counter() - self.started

    def press(self, key: bytes) -> float:
        """Milliseconds from a key until something is painted; returns when the screen is quiet again."""
        self.quiet()
        start = time.perf_counter()
        os.write(self._handle, key)
        if not self._read(_PATIENCE):
            raise TimeoutError(f"{key!r} painted nothing")
        found = (time.perf_counter() - start) * 1000
        self.quiet()
        return found

    def settled(self, key: bytes) -> float:
        """Milliseconds from a key until the last of what it paints."""
        self.quiet()
        start = last = time.perf_counter()
        os.write(self._handle, key)
        while self._read(0.15):
            last = time.perf_counter()
        return (last - start) * 1000

    def quiet(self, seconds: float = 0.05) -> None:
        """Wait until nothing is painted for a moment."""
        while self._read(seconds):
            pass

    def megabytes(self) -> float:
        """The resident memory of the command now."""
        status = Path(f"/proc/{self.pid}/status")
        if not status.exists():
            return 0.0
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / 1e6

    def close(self) -> None:
        """End the command."""
        os.kill(self.pid, 15)
        while self._read(1.0):
            pass
        os.waitpid(self.pid, 0)
        os.close(self._handle)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._handle], [], [], seconds)
        if not ready:
            return False
        try:
            found = os.read(self._handle, 1 << 16)
        except OSError:
            return False
        self.seen = self.seen[-(1 << 16) :] + found
        return bool(found)


def run(base: Path, folder: Path, rounds: int, keys: int = 300) -> list[Figure]:
    """First paint, keys until paint in the list of a million, and memory."""
    env = private_environment(folder)
    bare = [PYTHON, "-c", _BARE]
    crm = [CRM]
    env |= {"CRM_DB": str(base), "CRM_NOW": NOW}
    first_paint(bare, b"bare app", env)
    first_paint(crm, b"Contacts", env)
    pairs = [(first_paint(bare, b"bare app", env), first_paint(crm, b"Contacts", env)) for _ in range(rounds)]
    ratio = statistics.median(ours / theirs for theirs, ours in pairs)
    bare_ms = statistics.median(theirs for theirs, _ in pairs) * 1000
    figures = [Figure("first paint", ratio, "x bare app", 1.4, f"bare Textual app {bare_ms:.0f} ms")]
    whole = statistics.median(first_paint(crm, b"all keys", env) for _ in range(rounds)) * 1000
    figures.append(Figure("first screen whole", whole / bare_ms, "x bare app", 2.0, f"{whole:.0f} ms"))
    terminal = Terminal(crm, env)
    try:
        terminal.until(b"Contacts")
        for key in (b"g", b"c"):
            terminal.press(key)
        terminal.quiet(0.5)
        moves = [terminal.press(b"k" if number % 7 == 6 else b"j") for number in range(keys)]
        pages = [terminal.press(b"\x1b[5~" if number % 3 == 2 else b"\x1b[6~") for number in range(keys // 3)]
        for name, found in (("cursor key to paint", sorted(moves)), ("page key to paint", sorted(pages))):
            note = f"p50 {percentile(found, 0.5):.1f} ms"
            figures.append(Figure(name, percentile(found, 0.99), "ms p99", 33.0, note))
        terminal.press(b"/")
        typed = sorted(terminal.settled(key.encode()) for key in _typed())
        figures.append(Figure("typing to results", percentile(typed, 0.5), "ms p50", 60.0))
        ours = terminal.megabytes()
    finally:
        terminal.close()
    figures.append(_board(crm, env, keys // 3))
    theirs = _bare_megabytes(bare, env)
    figures.append(Figure("memory with a million", ours / theirs, "x bare app", 2.0, f"{ours:.0f} MB"))
    return figures


def _typed() -> Iterator[str]:
    """Names letter by letter, each taken away again."""
    for name in ("kowal", "mamm", "smith", "anna k", "wojc"):
        yield from name
        yield from "\x7f" * len(name)


def _board(command: Sequence[str], env: Mapping[str, str], keys: int) -> Figure:
    """Keys until paint on the board of open deals."""
    terminal = Terminal(command, env)
    try:
        terminal.until(b"Contacts")
        terminal.press(b"g")
        terminal.press(b"d")
        terminal.quiet(1.0)
        moves = sorted(terminal.press(b"\x1b[C" if each % 9 == 8 else b"j") for each in range(keys))
    finally:
        terminal.close()
    return Figure(
        "board key to paint", percentile(moves, 0.99), "ms p99", 33.0, f"p50 {percentile(moves, 0.5):.1f} ms"
    )


def first_paint(command: Sequence[str], marker: bytes, env: Mapping[str, str]) -> float:
    """Seconds from the start of a command until a text of its first screen is painted."""
    terminal = Terminal(command, env)
    try:
        return terminal.until(marker)
    finally:
        terminal.close()


def _bare_megabytes(command: Sequence[str], env: Mapping[str, str]) -> float:
    terminal = Terminal(command, env)
    try:
        terminal.until(b"bare app")
        terminal.quiet(0.5)
        return terminal.megabytes()
    finally:
        terminal.close()


if sys.platform == "win32":
    raise SystemExit("The benchmarks of the screens need a POSIX terminal.")
