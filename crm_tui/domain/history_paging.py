"""The history by pages: the numbers of the operations, the newest first, all of them or those that fit some words.

A pager holds no connection, so that any thread may ask it with its own; ``count`` may run beside ``page``.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

_MOST_WORDS: Final = 8
_CHUNK: Final = 2000
_NEWEST: Final = (1 << 63) - 1


class HistoryPager(Protocol):
    """Operations by pages; a ``paging.Pager`` that can be told to stop."""

    def count(self, crm: Crm) -> int:
        """How many there are."""
        ...

    def page(self, crm: Crm, offset: int, limit: int) -> Sequence[int]:
        """The numbers from ``offset`` on, fewer than ``limit`` only at the end."""
        ...

    def position(self, crm: Crm, record: int) -> int | None:
        """Where an operation stands, None when it is not among them."""
        ...

    def forget(self) -> None:
        """Look again: something was done."""
        ...

    def stop(self) -> None:
        """Look for nothing more: nobody waits for it."""
        ...


def operations(text: str = "") -> HistoryPager:
    """The operations whose summary holds all the words, or pieces of words; digits also begin a number."""
    from crm_tui.text import fold

    words = tuple(dict.fromkeys(fold(text).split()))[:_MOST_WORDS]
    return FoundOperations(words) if words else AllOperations()


class AllOperations:
    """All of them; every page that was read is a place to go on from."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._begins: dict[int, int] = {}

    def count(self, crm: Crm) -> int:
        """How many there are."""
        return _number(crm, "SELECT count(*) FROM operations")

    def page(self, crm: Crm, offset: int, limit: int) -> Sequence[int]:
        """The numbers from ``offset`` on."""
        with self._lock:
            known = max((place for place in self._begins if place <= offset), default=None)
            first = _NEWEST if known is None else self._begins[known]
        rows = crm.connection.execute(
            "SELECT id FROM operations WHERE id <= ? ORDER BY id DESC LIMIT ? OFFSET ?",
            (first, limit, offset - (known or 0)),
        )
        found = [number for (number,) in rows]
        if found:
            with self._lock:
                self._begins[offset] = found[0]
        return found

    def position(self, crm: Crm, record: int) -> int | None:
        """Where an operation stands, None when there is no such operation."""
        if not _number(crm, "SELECT count(*) FROM operations WHERE id = ?", record):
            return None
        return _number(crm, "SELECT count(*) FROM operations WHERE id > ?", record)

    def forget(self) -> None:
        """Look again: something was done."""
        with self._lock:
            self._begins.clear()

    def stop(self) -> None:
        """Nothing here takes long enough to be stopped."""


class FoundOperations:
    """Those that fit some words. Each summary is read once, no further down than was asked for.

    Args:
        words: folded.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._words = tuple(words)
        self._lock = Lock()
        self._stopped = False
        self._start()

    def _start(self) -> None:
        self._found: array[int] = array("q")
        self._below = _NEWEST
        self._ended = False

    def count(self, crm: Crm) -> int:
        """How many there are."""
        return len(self._read(crm, None))

    def page(self, crm: Crm, offset: int, limit: int) -> Sequence[int]:
        """The numbers from ``offset`` on."""
        return self._read(crm, offset + limit)[offset : offset + limit].tolist()

    def position(self, crm: Crm, record: int) -> int | None:
        """Where an operation stands, None when it is not among them."""
        found = self._read(crm, None)
        return found.index(record) if record in found else None

    def forget(self) -> None:
        """Look again: something was done."""
        with self._lock:
            self._start()

    def stop(self) -> None:
        """Look for nothing more: nobody waits for it."""
        self._stopped = True

    def _read(self, crm: Crm, enough: int | None) -> array[int]:
        """What is found, once there is enough of it or nothing more; a copy."""
        while True:
            # another thread may go on in between, with what was found so far
            with self._lock:
                if self._ended or self._stopped or (enough is not None and len(self._found) >= enough):
                    return self._found[:]
                self._read_on(crm)

    def _read_on(self, crm: Crm) -> None:
        from crm_tui.text import fold

        rows = crm.connection.execute(
            "SELECT id, summary FROM operations WHERE id < ? ORDER BY id DESC LIMIT ?", (self._below, _CHUNK)
        ).fetchall()
        for number, summary in rows:
            text = fold(summary)
            if all(word in text or str(number).startswith(word) for word in self._words):
                self._found.append(number)
        self._ended = len(rows) < _CHUNK
        if rows:
            self._below = rows[-1][0]


def _number(crm: Crm, sql: str, *params: int) -> int:
    return int(crm.connection.execute(sql, params).fetchone()[0])
