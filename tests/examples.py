"""The examples of the documentation: found in Markdown, run as a reader would run them, compared or renewed.

An example is a line ``$ command`` in a fenced ``console`` block, with what it prints beneath. The rules:

- It runs in a home of its own, at ``MOMENT``, in UTC, on a terminal of 100 columns, one after the other.
- Without lines beneath, only its success counts. A line ``...`` stands for any lines, ``...`` in a line for
  any text.
- What begins with ``crm: `` is an error: the command must fail, and every other must not.
- ``$ cat FILE`` of a file that is not there shows what the reader is to have: the file is made of it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Final

import typer

from crm_tui.cli import app
from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.interchange.sample import load_sample

ROOT: Final = Path(__file__).parent.parent
MOMENT: Final = "2026-03-02T09:30"
PLACE: Final = "/home/you"
"""What stands in the documentation, in commands and in what they print, for the home of whoever reads it."""
ELLIPSIS: Final = "..."
_COLUMNS: Final = "100"
_KEPT: Final = ("LD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Example:
    """A command and what is shown beneath it, in the lines from ``first`` up to ``last``, counted from 0."""

    command: str
    shown: tuple[str, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, both streams as they came, and its exit code."""

    lines: tuple[str, ...]
    code: int


class _Terminal(StringIO):
    """What stands in for a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class _Nobody(StringIO):
    """A keyboard that nobody sits at."""


def documents() -> list[Path]:
    """Every file of documentation."""
    names = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
    return [*(ROOT / name for name in names), *sorted((ROOT / "docs").glob("*.md"))]


def fences(text: str) -> Iterator[tuple[str, int, int]]:
    """The fenced blocks: the word after the fence, the first line inside, and the line after the last."""
    language: str | None = None
    start = 0
    for number, line in enumerate(text.splitlines()):
        if not line.startswith("```"):
            continue
        if language is None:
            language, start = line.removeprefix("```").strip(), number + 1
        else:
            yield language, start, number
            language = None


def examples(text: str) -> list[Example]:
    """The examples of a document in their order."""
    lines = text.splitlines()
    found: list[Example] = []
    for language, start, end in fences(text):
        if language != "console":
            continue
        heads = [number for number in range(start, end) if lines[number].startswith("$ ")]
        for head, following in zip(heads, [*heads[1:], end], strict=True):
            command, first = lines[head].removeprefix("$ "), head + 1
            while command.endswith("\\"):
                command, first = f"{command[:-1]}{lines[first].strip()}", first + 1
            last = following
            while last > first and not lines[last - 1].strip():
                last -= 1
            found.append(Example(command, tuple(lines[first:last]), first, last))
    return found


def sample(path: Path) -> Path:
    """The sample data as it is on the day of the examples."""
    with Crm.open(
        path, now=datetime.fromisoformat(MOMENT).replace(tzinfo=UTC), config=Config(timezone="UTC")
    ) as crm:
        crm.connection.execute("PRAGMA synchronous = OFF")
        load_sample(crm)
        crm.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


class Shell:
    """Runs commands in a home of its own: ``crm`` in this process, the rest in ``sh``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._code = 0
        program = home / ".local/bin/crm"
        program.parent.mkdir(parents=True)
        program.write_text(
            f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m crm_tui "$@"\n', encoding="utf-8"
        )
        program.chmod(0o755)
        self._program = program
        (home / "data").symlink_to(ROOT / "data")
        self._environment = {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "HOME": str(home),
            "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "xterm-256color",
            "NO_COLOR": "1",
            "COLUMNS": _COLUMNS,
            "CRM_NOW": MOMENT,
        }

    @property
    def database(self) -> Path:
        """Where the commands keep their data."""
        return self.home / ".local/share/crm/crm.db"

    def take(self, database: Path) -> None:
        """Begin with a copy of a database."""
        self.database.parent.mkdir(mode=0o700, parents=True)
        shutil.copy(database, self.database)
        self.database.chmod(0o600)

    def run(self, example: Example) -> Ran:
        """Run an example."""
        command = example.command.replace(PLACE, str(self.home))
        words = _words(command)
        if words is None:
            ran = self._in_sh(command)
        elif words[0] == "export":
            self._environment |= dict(_assignment(word, self.home) for word in words[1:])
            ran = Ran((), 0)
        elif words[0] == "crm":
            ran = self._in_here(words[1:])
        elif words == ["echo", "$?"]:
            ran = Ran((str(self._code),), 0)
        elif words[0] == "cat" and not (self.home / words[1]).exists():
            (self.home / words[1]).write_text(
                "".join(f"{line}\n" for line in example.shown), encoding="utf-8"
            )
            ran = Ran(example.shown, 0)
        else:
            ran = self._in_sh(command)
        self._code = ran.code
        return ran

    def _in_here(self, words: Sequence[str]) -> Ran:
        screen = _Terminal()
        with self._surroundings(), redirect_stdout(screen), redirect_stderr(screen):
            try:
                typer.main.get_command(app)(list(words), prog_name="crm")
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(end.code is not None)
        return Ran(self._lines(screen.getvalue()), code)

    def _in_sh(self, command: str) -> Ran:
        ended = subprocess.run(
            ["sh", "-c", command], cwd=self.home, env=self._environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        return Ran(self._lines(ended.stdout), ended.returncode)

    def _lines(self, text: str) -> tuple[str, ...]:
        return tuple(line.rstrip() for line in text.replace(str(self.home), PLACE).splitlines())

    @contextmanager
    def _surroundings(self) -> Iterator[None]:
        environment, arguments, keyboard, folder = dict(os.environ), sys.argv, sys.stdin, Path.cwd()
        os.environ.clear()
        os.environ.update(self._environment)
        sys.argv, sys.stdin = [str(self._program)], _Nobody()
        time.tzset()
        os.chdir(self.home)
        try:
            yield
        finally:
            os.chdir(folder)
            sys.argv, sys.stdin = arguments, keyboard
            os.environ.clear()
            os.environ.update(environment)
            time.tzset()


def _words(command: str) -> list[str] | None:
    """The words of a plain command; None when it takes a shell to understand it."""
    if command == "echo $?":
        return command.split()
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    words = list(lexer)
    needs_shell = any(set(word) <= set("|&;<>") for word in words) or "$" in re.sub(r"'[^']*'", "", command)
    return None if needs_shell else words


def _assignment(word: str, home: Path) -> tuple[str, str]:
    name, _, value = word.partition("=")
    return name, str(home / value.removeprefix("~/")) if value.startswith("~/") else value


def fits(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether what is shown is what was printed, with ``...`` for any lines or any text."""
    pattern = "".join(
        r"(?:[^\n]*\n)*?" if line == ELLIPSIS else re.escape(line).replace(r"\.\.\.", r"[^\n]*?") + r"\n"
        for line in shown
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def complaint(example: Example, ran: Ran) -> str | None:
    """What is wrong with an example; None when it is right."""
    printed = "\n".join(ran.lines)
    is_error = any(line.startswith("crm: ") for line in example.shown)
    if (ran.code != 0) is not is_error and not example.command.endswith("--exit-code"):
        return f"$ {example.command}\nended with {ran.code}:\n{printed}"
    if example.shown and not fits(example.shown, ran.lines):
        return f"$ {example.command}\nprints\n{printed}\n\nand is said to print\n" + "\n".join(example.shown)
    return None


def renewed(text: str, shell: Shell) -> str:
    """The document with what its examples print now, cut as it was cut before."""
    lines = text.splitlines()
    grown = 0
    for example in examples(text):
        ran = shell.run(example)
        if example.shown and not fits(example.shown, ran.lines):
            fresh = _cut_alike(example.shown, ran.lines)
            lines[example.first + grown : example.last + grown] = fresh
            grown += len(fresh) - len(example.shown)
    return "\n".join(lines) + "\n"


def _cut_alike(shown: Sequence[str], printed: Sequence[str]) -> list[str]:
    if ELLIPSIS not in shown:
        return [*printed]
    head = list(shown).index(ELLIPSIS)
    tail = len(shown) - head - 1
    if len(printed) <= head + tail:
        return [*printed]
    return [*printed[:head], ELLIPSIS, *printed[len(printed) - tail :]]
