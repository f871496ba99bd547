"""What a table shows and where it gets it: rows, their tones, and the sources that are asked for them.

A source is asked in worker threads, never on the event loop. ``count`` may run at the same moment as ``page``
or ``position``, in another thread, but none of them runs twice at once; and the next call may come from any
thread. So a source that reads a database needs a connection for each thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

Align = Literal["left", "right", "center"]
Tone = Literal["plain", "dim", "accent", "good", "soon", "bad"]
"""What a text means, not how it looks: good is won or paid, soon is nearly due, bad is overdue or lost."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One row as text. The texts may be anything at all: the table makes them safe to show.

    ``sign`` is one cell that says in black and white what ``tone`` says in colour. ``tones`` are those of the
    cells, in the same order; a cell beyond their end takes the tone of its column.
    """

    key: int
    cells: tuple[str, ...]
    sign: str = " "
    tone: Tone = "plain"
    tones: tuple[Tone, ...] = ()


class RowSource(Protocol):
    """An ordered list of rows, of any length.

    A failure is raised as ``CrmError``: the table passes it on and lives. Anything else ends the program.
    """

    def count(self) -> int:
        """How many rows there are. May be slow: the first rows are shown before it is known."""
        ...

    def page(self, offset: int, limit: int) -> Sequence[RowView]:
        """The rows ``offset`` to ``offset + limit - 1``, fewer only where the list ends."""
        ...


@runtime_checkable
class Locates(Protocol):
    """A source that can say where a record is, so that the cursor follows it when the list changes."""

    def position(self, key: int) -> int | None:
        """The row of a key, or None when it is not in the list."""
        ...


@runtime_checkable
class Interruptible(Protocol):
    """A source whose running question can be broken off when nobody waits for the answer any more."""

    def interrupt(self) -> None:
        """Make running calls return or raise ``CrmError`` soon. Called on the event loop; returns at once."""
        ...
