"""Questions of which only the last counts, such as those asked while one types.

The rule it keeps: a question that nobody waits for any more is broken off, and its answer is never shown.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm_tui.domain.crm import Crm

T = TypeVar("T")


class Running:
    """The connections that are asked something at this moment, each so that it can be broken off."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._crms: list[tuple[int, Crm]] = []

    @contextmanager
    def asking(self, crm: Crm, turn: int = 0) -> Iterator[None]:
        """While the block asks in this thread, its question can be broken off, and nothing else of the thread."""
        with self._lock:
            self._crms.append((turn, crm))
        try:
            yield
        finally:
            with self._lock:
                self._crms.remove((turn, crm))

    def interrupt(self, before: int = 1 << 62) -> None:
        """Break off what is asked, or only what was asked before a turn; returns at once."""
        with self._lock:
            for turn, crm in self._crms:
                if turn < before:
                    crm.connection.interrupt()


class Latest:
    """Questions of one kind, counted; only the event loop begins them."""

    def __init__(self) -> None:
        self.turn = 0
        self._running = Running()

    def begin(self) -> int:
        """Count a new question; returns its turn."""
        self.turn += 1
        return self.turn

    def within(self, turn: int, work: Callable[[Crm], T]) -> Callable[[Crm], T]:
        """The work of a turn, so that it can be broken off."""

        def run(crm: Crm) -> T:
            with self._running.asking(crm, turn):
                return work(crm)

        return run

    def break_off(self) -> None:
        """Break off every question but the last; call it once nobody is told of their failure any more."""
        self._running.interrupt(before=self.turn)
