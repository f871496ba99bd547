"""A day at the real program in a real terminal: import, search, log, promise, sell, lose, take back, leave.

tmux is the terminal; without it the day is skipped. Every step waits for what the screen says, woken by tmux's control
mode whenever something is drawn, and never for time to pass.
"""

from __future__ import annotations

import os
import re
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from crm_tui.domain import Crm
from crm_tui.models import StageType
from tests.conftest import FOLDERS, NOW
from tests.examples import ROOT

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is the terminal of this test")
_PATIENCE: Final = 60.0
_SETTINGS: Final = """
set -g status off
set -g escape-time 0
set -g default-terminal screen-256color
"""
_CURSOR: Final = "48;5;252m"
"""The light background of the cell where one types, in the colours of this terminal."""
_STYLES: Final = re.compile(r"\x1b\[[0-9;]*m")
_PEOPLE: Final = """Name,Email,Company,Phone
Anna Kowalska,anna@example.com,Acme,+48 601 234 567
Elvin Məmmədov,elvin@example.com,Caspian Foods,
Jürgen Großmann,juergen@example.com,Nord Labs,
Jürgen Großmann,no address,Nord Labs,
"""


class Desk:
    """The program in a terminal of its own, and the eyes and hands of a person before it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "day.db"
        self._tmux = ["tmux", "-S", str(folder / "tmux"), "-f", str(folder / "tmux.conf")]
        (folder / "tmux.conf").write_text(_SETTINGS, encoding="utf-8")
        kept = {name: os.environ[name] for name in ("PATH", *FOLDERS)}
        environment = {
            **kept, "HOME": str(folder), "PYTHONPATH": str(ROOT), "TZ": "UTC", "LANG": "C.UTF-8",
            "CRM_NOW": "2026-03-02T09:30:00Z", "CRM_DB": str(self.database),
        }  # fmt: skip
        program = f"{shlex.join([sys.executable, '-m', 'crm_tui'])}; echo ended with $?.; exec cat"
        subprocess.run(
            [*self._tmux, "new-session", "-d", "-x", "110", "-y", "34", program],
            cwd=folder,
            env=environment,
            check=True,
        )
        self._eyes = subprocess.Popen(
            [*self._tmux, "-C", "attach", "-f", "ignore-size"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )

    def screen(self) -> str:
        """What is on the screen."""
        return self._ask("capture-pane", "-p")

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        self._ask("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self._ask("send-keys", "-l", text)

    def sees(self, *texts: str) -> str:
        """Wait until all of these are on the screen."""
        return self._until(lambda: all(text in self.screen() for text in texts), texts)

    def sees_no(self, text: str) -> str:
        """Wait until this is not on the screen any more."""
        return self._until(lambda: text not in self.screen(), text)

    def reads(self, pattern: str) -> str:
        """Wait until a pattern is on the screen; returns its first group."""
        self._until(lambda: re.search(pattern, self.screen()) is not None, pattern)
        found = re.search(pattern, self.screen())
        assert found is not None
        return found[1]

    def types_at(self, label: str) -> None:
        """Wait until one types on the line of a label: before that, keys would go elsewhere."""
        self._until(lambda: any(label in line for line in self._typed_lines()), f"the cursor at {label}")

    def ended(self) -> int:
        """Wait for the end of the program, back on the screen of the shell; returns its exit code."""
        return int(self.reads(r"ended with (\d+)\."))

    def close(self) -> None:
        """End what still runs."""
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)
        self._eyes.communicate()

    def _until(self, holds: Callable[[], bool], what: object) -> str:
        assert self._eyes.stdout is not None
        end = time.monotonic() + _PATIENCE
        while not holds():
            left = end - time.monotonic()
            assert left > 0, f"{what!r} never came:\n{self.screen()}"
            if select.select([self._eyes.stdout], [], [], left)[0]:
                os.read(self._eyes.stdout.fileno(), 1 << 16)
        return self.screen()

    def _typed_lines(self) -> list[str]:
        styled = self._ask("capture-pane", "-p", "-e").splitlines()
        return [_STYLES.sub("", line) for line in styled if _CURSOR in line]

    def _ask(self, *words: str) -> str:
        return subprocess.run([*self._tmux, *words], check=True, capture_output=True, encoding="utf-8").stdout


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk in a new home, with a file of people in it."""
    folder = tmp_path_factory.mktemp("day")
    (folder / "people.csv").write_text(_PEOPLE, encoding="utf-8")
    made = Desk(folder)
    yield made
    made.close()


def test_a_day(desk: Desk) -> None:
    desk.sees("Nothing is here yet")
    imports(desk)
    finds_and_logs(desk)
    promises(desk)
    sells(desk)
    loses_and_takes_back(desk)
    desk.press("q")
    assert desk.ended() == 0
    is_written(desk)


def imports(desk: Desk) -> None:
    """The file of people, one of whom is rejected."""
    desk.press("g")
    desk.sees("Go to")
    desk.press("i")
    desk.sees("people.csv", "n next")
    desk.press("Enter")
    desk.sees("people.csv · 5 lines", "Anna Kowalska")
    desk.press("d")
    desk.sees("Nothing was changed yet")
    desk.press("i")
    desk.sees("Import people.csv", "y Import")
    desk.press("y")
    desk.sees("is imported.", "u undo")


def finds_and_logs(desk: Desk) -> None:
    """A name typed on a plain keyboard, and in a line what happened, told before it is written."""
    desk.press("g")
    desk.sees("Go to")
    desk.press("s")
    desk.sees_no("is imported.")
    desk.type("memmedov")
    desk.sees("Elvin Məmmədov")
    desk.press("Enter")
    desk.sees("enter open  escape back")
    desk.press("Enter")
    desk.sees("elvin@example.com", "l log")
    line(desk, "call elvin: asked for labels #labels", "call with Elvin Məmmədov (Caspian Foods) · now")
    desk.sees("Log call with Elvin Məmmədov.", "u undo", "asked for labels")


def promises(desk: Desk) -> None:
    """A follow-up in a form; it stands on the day it is due."""
    desk.press("f")
    desk.sees("Follow up with Elvin Məmmədov")
    desk.types_at("what")
    desk.type("send the proofs")
    desk.sees("what         send the proofs")
    desk.press("Tab")
    desk.types_at("when")
    desk.type("today 16:00")
    desk.sees("today  Mon 2 Mar 16:00")
    desk.press("C-s")
    desk.sees("Add follow-up send the proofs for 2026-03-02 16:00.")
    desk.press("g")
    desk.sees("Go to")
    desk.press("t")
    desk.sees("1 today", "send the proofs", "16:00")


def sells(desk: Desk) -> None:
    """Two deals in a line each, and one of them found by its letter and moved on the board."""
    line(desk, "deal Website relaunch 4500 EUR Acme", "4,500.00 EUR · with Acme")
    desk.sees("Add deal Website relaunch.")
    line(desk, "deal Label printing 900 EUR caspian", "900.00 EUR · with Caspian Foods")
    desk.sees("Add deal Label printing.")
    desk.press("g")
    desk.sees("Go to")
    desk.press("d")
    desk.sees("Lead", "Website relaunch", "Label printing")
    jump(desk, "Label printing")
    desk.press(">")
    desk.sees("Move deal Label printing to Qualified.")


def loses_and_takes_back(desk: Desk) -> None:
    """A deal lost for a reason, and the loss taken back."""
    jump(desk, "Website relaunch")
    desk.press("x")
    desk.sees("Lose Website relaunch")
    desk.types_at("why")
    desk.type("too dear")
    desk.sees("too dear")
    desk.press("C-s")
    desk.sees("Lose deal Website relaunch.", "u undo")
    desk.press("u")
    desk.sees("Undone: lose deal Website relaunch.")


def line(desk: Desk, text: str, meaning: str) -> None:
    """Write a line of quick entry once it is understood."""
    desk.press(":")
    desk.sees("lose Website")
    desk.types_at("call Anna")
    desk.type(text)
    desk.sees(meaning, "enter write")
    desk.press("Enter")
    desk.sees_no("enter write")


def jump(desk: Desk, text: str) -> None:
    """Go to a card by the letter before it."""
    desk.press("'")
    letter = desk.reads(rf"(?m)(?:^|  )([a-z]) {text}")
    desk.press(letter)
    desk.sees(f"> {text}")


def is_written(desk: Desk) -> None:
    """The file holds the day: what was taken back is as it was, the rest is there."""
    with Crm.open(desk.database, now=NOW) as crm:
        elvin = crm.contacts.find("elvin@example.com")
        assert (crm.contacts.count(), elvin.name, elvin.company) == (3, "Elvin Məmmədov", "Caspian Foods")
        assert (elvin.tags, elvin.last_contacted_on) == (("labels",), NOW.date())
        (call,) = crm.interactions.list()
        assert (call.kind.value, call.summary, call.contacts) == ("call", "asked for labels", (elvin.name,))
        (promise,) = crm.followups.list()
        assert (promise.title, promise.due_on, promise.due_time, promise.contact_id) == (
            "send the proofs", NOW.date(), "16:00", elvin.id,
        )  # fmt: skip
        deals = {deal.title: deal for deal in crm.deals.list()}
        relaunch, labels = deals["Website relaunch"], deals["Label printing"]
        assert (relaunch.status, relaunch.stage, relaunch.lost_reason) == (StageType.OPEN, "Lead", None)
        assert (relaunch.amount, relaunch.currency, relaunch.company) == ("4500.00", "EUR", "Acme")
        assert (labels.status, labels.stage, labels.company) == (StageType.OPEN, "Qualified", "Caspian Foods")
        assert [each.summary for each in crm.history()][:2] == [
            "lose deal Website relaunch", "move deal Label printing to Qualified",
        ]  # fmt: skip
        assert crm.history()[0].undone_at is not None
