"""Stopping an import from another thread: whoever waits pulls the brake, and the work ends at its next step.

The rule it keeps: what is stopped leaves by an error, through the transaction, so that nothing of it stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import ClassVar

from crm_tui.errors import EXIT_INTERRUPTED, CrmError


class StoppedError(CrmError):
    """The person stopped it."""

    exit_code: ClassVar[int] = EXIT_INTERRUPTED

    def __init__(self) -> None:
        super().__init__("Stopped.", "Nothing was imported.")


class Brake:
    """Pulled in one thread, looked at in another."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pulled = False
        self._ends: list[Callable[[], object]] = []

    @property
    def pulled(self) -> bool:
        """Whether the work is to end."""
        return self._pulled

    def pull(self) -> None:
        """End the work soon; returns at once."""
        with self._lock:
            self._pulled = True
            ends = list(self._ends)
        for end in ends:
            end()

    def check(self) -> None:
        """End here if the brake was pulled.

        Raises:
            StoppedError: it was.
        """
        if self._pulled:
            raise StoppedError

    @contextmanager
    def ends(self, end: Callable[[], object]) -> Iterator[None]:
        """While the block waits for something, ``end`` makes it wait no more; called in the thread that pulls."""
        with self._lock:
            pulled = self._pulled
            self._ends.append(end)
        try:
            if pulled:
                end()
            yield
        finally:
            with self._lock:
                self._ends.remove(end)
