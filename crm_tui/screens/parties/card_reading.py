"""The card beside a list: read in a thread for the record under the cursor, longer as one scrolls on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from crm_tui.dates import Clock
from crm_tui.errors import CrmError
from crm_tui.widgets.lines import Line, Lines

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.screens.shell.base import BaseScreen


class OnCard(Protocol):
    """What stands on a card."""

    @property
    def id(self) -> int:
        """The id of the record."""

    @property
    def more(self) -> bool:
        """Whether its timeline goes on."""


C = TypeVar("C", bound=OnCard)


@dataclass(frozen=True, slots=True)
class CardKind(Generic[C]):
    """A kind of cards.

    Attributes:
        read: reads one; None when there is no such record.
        go_on: reads one more page of its timeline.
        lines: lays it out in a width.
        gone: what is said of a record that is gone.
    """

    read: Callable[[Crm, int], C | None]
    go_on: Callable[[Crm, C], C]
    lines: Callable[[C, Clock, int], list[Line]]
    gone: str


class CardReading(Generic[C]):
    """Shows the card of one record after the other; one is read at a time, and only the last one asked for counts."""

    def __init__(self, screen: BaseScreen, card: Callable[[], Lines], kind: CardKind[C]) -> None:
        self.found: C | None = None
        self._screen = screen
        self._card = card
        self._kind = kind
        self._wanted: int | None = None
        self._asking = False

    def show(self, record_id: int | None, *, again: bool = False) -> None:
        """Show the card of a record as soon as it is read; of None an empty one."""
        if record_id == self._wanted and not again:
            return
        self._wanted = record_id
        if record_id is None:
            self.found = None
            self._card().show(lambda _: ())
            self._screen.show_keys()
        elif not self._asking:
            self._ask(record_id)

    def go_on(self) -> None:
        """Read one more page of the timeline, if there is one."""
        found = self.found
        if found is not None and found.more and not self._asking:
            self._read(found.id, partial(self._go_on, found), found)

    def _go_on(self, found: C, crm: Crm) -> C | None:
        return self._kind.go_on(crm, found)

    def _ask(self, wanted: int) -> None:
        self._read(wanted, lambda crm: self._kind.read(crm, wanted), None)

    def _read(self, wanted: int, work: Callable[[Crm], C | None], empty: C | None) -> None:
        self._asking = True
        self._screen.read(
            work, partial(self._take, wanted), group="card", empty=empty, otherwise=self._not_read
        )

    def _not_read(self, error: CrmError) -> None:
        self._asking = False
        self._screen.refuse(error)

    def _take(self, asked: int, found: C | None) -> None:
        self._asking = False
        if asked != self._wanted:
            if self._wanted is not None:
                self._ask(self._wanted)
            return
        before, self.found = self.found, found
        if found is None:
            self._card().show(lambda _: [[(self._kind.gone, "dim")]])
        else:
            same = before is not None and before.id == found.id
            clock = self._screen.desk.clock
            self._card().show(partial(self._kind.lines, found, clock), keep=same)
        self._screen.show_keys()
