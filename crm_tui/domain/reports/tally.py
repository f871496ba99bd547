"""How many interactions of each kind there were between two instants.

Hours are added up from what is kept of them. Where a day begins within an hour, as it does in India, what was before it
in that hour is counted from the index over the time; in other zones there is nothing between the two instants of that
count.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from crm_tui.models import InteractionKind

KINDS: Final = tuple(kind.value for kind in InteractionKind)
# in one statement, so that all of it is of one moment
_KIND: Final = """(SELECT coalesce(sum(number), 0) FROM interaction_hours
    WHERE kind = '{0}' AND hour >= substr(:start, 1, 13) AND hour < substr(:end, 1, 13))
    - (SELECT count(*) FROM interactions WHERE kind = '{0}'
    AND occurred_at >= substr(:start, 1, 13) || ':00:00Z' AND occurred_at < :start)
    + (SELECT count(*) FROM interactions WHERE kind = '{0}'
    AND occurred_at >= substr(:end, 1, 13) || ':00:00Z' AND occurred_at < :end)"""


def tally(
    connection: sqlite3.Connection, instants: Sequence[str], kinds: Sequence[str] = KINDS
) -> list[tuple[int, ...]]:
    """The interactions from each instant up to, but without, the next one given.

    Args:
        connection: the open file.
        instants: in their order.
        kinds: the kinds that are counted, of ``KINDS``.

    Returns:
        For each two neighbours the numbers of the kinds.
    """
    statement = query(tuple(kinds))
    return [
        connection.execute(statement, {"start": start, "end": end}).fetchone()
        for start, end in pairwise(instants)
    ]


@cache
def query(kinds: tuple[str, ...]) -> str:
    """The statement that counts these kinds from ``:start`` to ``:end``."""
    return f"SELECT {', '.join(map(_KIND.format, kinds))}"
