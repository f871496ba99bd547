"""Which deals a report on deals is about, and in which state.

The same queries serve the present and the past: ``Deals.source`` is the table itself, or the table ``then`` rebuilds.
A filter chooses deals as they are now; deals that were put away are left out unless it speaks of that, and for a day
in the past those that were put away by then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from crm_tui import filters
from crm_tui.dates import Period, add_months, local_day
from crm_tui.domain.deal_fields import LISTING
from crm_tui.domain.listing import schema, speaks_of, where
from crm_tui.domain.reports.report import Asked
from crm_tui.domain.reports.wishes import day_of, is_past

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.listing import Filter
    from crm_tui.store.transaction import SqlValue

CODE: Final = "CASE WHEN deals.amount_minor IS NOT NULL THEN deals.currency END"
"""The currency of a deal that has an amount."""
CYCLE: Final = (
    "max(0, CAST(julianday(deals.closed_on) - 1721424.5 AS INTEGER) - crm_local_ordinal(deals.created_at))"
)
"""Days from the day a deal began to the day it was closed; 0 where it was closed before. 1721424.5 is the Julian day
before 0001-01-01, the day whose ordinal is 1."""
OPEN: Final = "deals.status = 'open'"
"""A condition for the open ones."""
_DAY: Final = timedelta(days=1)
_MONTHS: Final = 12
_MINUTES: Final = 10_000
"""How many instants' days are kept in memory."""


@dataclass(frozen=True, slots=True)
class Deals:
    """The deals asked about, as they stand at the end of a day.

    Attributes:
        crm: the file.
        day: that day.
        is_past: whether it is before today.
        source: what they are read FROM, under the name ``deals``.
        moves: what their stage moves are read FROM.
        until: the instant before which moves count.
        which: a trusted condition for those asked about.
        params: its parameters.
    """

    crm: Crm
    day: date
    is_past: bool
    source: str
    moves: str
    until: str
    which: str
    params: tuple[SqlValue, ...]

    def rows(
        self,
        columns: str,
        condition: str = "1",
        params: Sequence[SqlValue] = (),
        rest: str = "",
        joins: str = "",
    ) -> list[tuple[Any, ...]]:
        """Columns of the deals asked about that fit a trusted condition; ``rest`` is what follows it."""
        return self.crm.connection.execute(
            f"SELECT {columns} FROM {self.source} {joins} WHERE {self.which} AND {condition} {rest}",  # noqa: S608
            (*self.params, *params),
        ).fetchall()

    def any_of(self, columns: str, deal_id: int) -> tuple[Any, ...] | None:
        """Columns of one deal, whether it is asked about or not; None when there was none."""
        found: tuple[Any, ...] | None = self.crm.connection.execute(
            f"SELECT {columns} FROM {self.source} WHERE deals.id = ?",  # noqa: S608 - fixed names
            (deal_id,),
        ).fetchone()
        return found

    @staticmethod
    def day_of(text: str | None) -> date | None:
        """A stored day."""
        return None if text is None else date.fromisoformat(text)


@contextmanager
def looking(crm: Crm, asked: Asked) -> Iterator[Deals]:
    """The deals that are asked about; for a day in the past rebuilt, and gone after the block.

    Raises:
        UsageError: the day is still to come, or the filter is malformed or names an unknown field.
    """
    day, clock = day_of(crm, asked), crm.clock
    _offer_ordinals(crm)
    if not is_past(crm, asked):
        found = where(crm, LISTING, asked.condition)
        yield Deals(crm, day, False, "deals", "stage_moves", "9999", found.sql, found.params)
        return
    from crm_tui.dates import day_start
    from crm_tui.domain.reports import then

    condition, params = _as_now(crm, asked.condition)
    with then.rebuilt(crm.connection, clock, day) as (source, moves):
        until = day_start(day + _DAY, clock)
        yield Deals(crm, day, True, f"{source} AS deals", moves, until, condition, params)


def _offer_ordinals(crm: Crm) -> None:
    """Offer ``crm_local_ordinal(instant)``, the number of the local day, on the connection, once."""
    try:
        crm.connection.execute("SELECT crm_local_ordinal('2000-01-01T00:00:00Z')").fetchone()
    except sqlite3.OperationalError:
        # a function may not be replaced while a statement runs; a base keeps its zone as long as it is open
        clock = crm.clock
        ordinal = lru_cache(_MINUTES)(lambda minute: local_day(f"{minute}:00Z", clock).toordinal())
        crm.connection.create_function(
            "crm_local_ordinal", 1, lambda instant: ordinal(instant[:16]), deterministic=True
        )


def period_of(asked: Asked, day: date) -> Period:
    """The days asked about; without any, the twelve months that end with a day.

    They begin on the day after the same day of the year before, counted back from the day after the last one: to
    2026-03-02 they are those from 2025-03-03 on, to 2026-02-28 those from 2025-03-01 on. The twelve months to 28
    February of a leap year begin on 28 February, for the year before has no 29th.
    """
    return asked.period or Period(add_months(day + _DAY, -_MONTHS), day + _DAY)


def _as_now(crm: Crm, condition: Filter) -> tuple[str, tuple[SqlValue, ...]]:
    """The condition for deals rebuilt: those that fit the filter now, without those put away by then."""
    node = filters.parse(condition) if isinstance(condition, str) else condition
    shown = "1" if node is not None and speaks_of(node, "archived_at") else "deals.archived_at IS NULL"
    if node is None:
        return shown, ()
    found = filters.compile(node, schema(crm, LISTING), crm.clock, crm.config.base_currency)
    chosen = f"deals.id IN (SELECT deals.id FROM main.deals AS deals WHERE {found.sql})"  # noqa: S608 - the schema's
    return f"{shown} AND {chosen}", found.params
