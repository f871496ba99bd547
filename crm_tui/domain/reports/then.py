"""Deals as they stood at the end of a day in the past, in a temporary table with the columns of ``deals``.

What a deal was is put together from three sources, each the best for its part:

- whether there was one: from ``created_at`` on, the day it began and not the day it was entered; a deal deleted since
  comes back from the journal;
- what was written on it: the journal's image before the first change after the day; a deal entered or imported later
  than the day it began is taken as it was entered;
- where it stood: its last stage move until the end of the day, so that a win noted later for that day counts for that
  day. Where that is another stage than the image has, the probability is the one of the stage.

What was undone counts as never done. Names and types of stages are those of now.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import day_start, local_day
from crm_tui.dates.days import shift_day
from crm_tui.domain.stages import StageView
from crm_tui.models import StageType

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.dates import Clock

UNKNOWN: Final = "unknown"
"""The reason of a deal that was lost then and of whose reason nothing is left."""
_TABLES: Final = ("deals_then", "moves_gone", "deals_changed")
_MOVE: Final = ("id", "deal_id", "from_stage_id", "to_stage_id", "moved_at")

# an image that was forgotten is empty and says nothing
_CHANGED: Final = """CREATE TEMP TABLE deals_changed AS SELECT c.entity_id AS id, min(c.id) AS change_id
    FROM operations o JOIN changes c ON c.operation_id = o.id WHERE o.created_at >= :until AND o.undone_at IS NULL
    AND c.entity = 'deals' AND ifnull(c.before, c.after) <> '{}' GROUP BY c.entity_id"""
_GONE: Final = """CREATE TEMP TABLE moves_gone AS SELECT {columns} FROM operations o
    JOIN changes d ON d.operation_id = o.id AND d.entity = 'deals' AND d.after IS NULL
    JOIN changes c ON c.operation_id = o.id AND c.entity = 'stage_moves' AND c.after IS NULL
    AND json_extract(c.before, '$.deal_id') = d.entity_id
    WHERE o.created_at >= :until AND o.undone_at IS NULL"""
_LAST: Final = """(SELECT m.id FROM stage_moves m WHERE m.deal_id = i.id AND m.moved_at < :until
    ORDER BY m.moved_at DESC, m.id DESC LIMIT 1)"""
_LAST_GONE: Final = """(SELECT g.id FROM temp.moves_gone g WHERE g.deal_id = i.id AND g.moved_at < :until
    ORDER BY g.moved_at DESC, g.id DESC LIMIT 1)"""
_DEALS: Final = """CREATE TEMP TABLE deals_then AS
    WITH i AS (SELECT {names} FROM main.deals WHERE id NOT IN (SELECT id FROM temp.deals_changed)
    UNION ALL SELECT {images} FROM temp.deals_changed f JOIN changes c ON c.id = f.change_id)
    SELECT {wanted} FROM i LEFT JOIN {moves} m ON m.id = {last} LEFT JOIN stages s ON s.id = {stage}
    WHERE i.created_at < :until"""
_UNDATED: Final = """SELECT id, stage_entered_at FROM temp.deals_then WHERE status <> 'open'
    AND (closed_on IS NULL OR closed_on > ?)"""

_STAGE: Final = "ifnull(m.to_stage_id, i.stage_id)"
_STATUS: Final = "ifnull(s.type, i.status)"
_NOW: Final = "(SELECT d.{0} FROM main.deals d WHERE d.id = i.id AND d.status = {1})"
# what is said of the end: as it was noted then, else, where it was noted later, as it is now
_DEPENDENT: Final[Mapping[str, str]] = {
    "stage_id": _STAGE,
    "stage_entered_at": "ifnull(m.moved_at, i.stage_entered_at)",
    "status": _STATUS,
    "probability": f"CASE WHEN {_STAGE} = i.stage_id OR (i.probability_set AND {_STATUS} = 'open')"
    " THEN i.probability ELSE ifnull(s.probability, i.probability) END",
    "closed_on": f"CASE WHEN {_STATUS} = 'open' THEN NULL WHEN i.status = {_STATUS} AND i.closed_on <= :day"
    f" THEN i.closed_on ELSE {_NOW.format('closed_on', _STATUS)} END",
    "lost_reason": f"CASE WHEN {_STATUS} = 'lost' THEN ifnull(i.lost_reason,"
    f" ifnull({_NOW.format('lost_reason', _STATUS)}, '{UNKNOWN}')) END",
    "lost_note": f"CASE WHEN {_STATUS} = 'lost' THEN ifnull(i.lost_note, {_NOW.format('lost_note', _STATUS)}) END",
    "archived_at": "CASE WHEN i.archived_at < :until THEN i.archived_at END",
}


@contextmanager
def rebuilt(connection: sqlite3.Connection, clock: Clock, day: date) -> Iterator[tuple[str, str]]:
    """Inside the block, the deals and the stage moves as of the end of a day.

    Works on a connection that may not write to its file, for the tables are temporary; they are gone after the block.

    Returns:
        Two texts for FROM: the table of deals, and the stage moves, those of deals deleted since included and those
        after the day too.
    """
    until = day_start(shift_day(day, 1, "d"), clock)
    named = {"until": until, "day": day.isoformat()}
    try:
        connection.execute(_CHANGED, named)
        connection.execute(_GONE.format(columns=_images("c.before", _MOVE)), named)
        gone = connection.execute("SELECT 1 FROM temp.moves_gone LIMIT 1").fetchone() is not None
        connection.execute(_deals(connection, gone=gone), named)
        _date_closings(connection, clock, day)
        yield "temp.deals_then", _moves(gone=gone)
    finally:
        for table in _TABLES:
            connection.execute(f"DROP TABLE IF EXISTS temp.{table}")


def deleted_stage(connection: sqlite3.Connection, stage_id: int) -> StageView:
    """A stage that is no more, as it was at last: only deals that are no more were ever in it."""
    rows = connection.execute(
        "SELECT before FROM changes WHERE entity = 'stages' AND entity_id = ? AND after IS NULL"
        " ORDER BY id DESC LIMIT 1",
        (stage_id,),
    ).fetchall()
    row: dict[str, Any] = json.loads(rows[0][0]) if rows else {}
    pipeline_id = int(row.get("pipeline_id", 0))
    names = connection.execute("SELECT name FROM pipelines WHERE id = ?", (pipeline_id,)).fetchall()
    stamp = str(row.get("updated_at", ""))
    return StageView(
        id=stage_id, created_at=str(row.get("created_at", "")), updated_at=stamp, pipeline_id=pipeline_id,
        name=str(row.get("name", "")), position=int(row.get("position", 0)), type=StageType.OPEN,
        probability=int(row.get("probability", 0)), rot_days=row.get("rot_days"), archived_at=stamp,
        pipeline=str(names[0][0]) if names else "",
    )  # fmt: skip


def _moves(*, gone: bool) -> str:
    """The stage moves, for FROM; with those of deals deleted since where there are any."""
    if not gone:
        return "main.stage_moves"
    columns = ", ".join(_MOVE)
    return f"(SELECT {columns} FROM main.stage_moves UNION ALL SELECT {columns} FROM temp.moves_gone)"  # noqa: S608 - fixed names


def _deals(connection: sqlite3.Connection, *, gone: bool) -> str:
    """The statement that makes the table."""
    names = [column[0] for column in connection.execute("SELECT * FROM main.deals LIMIT 0").description]
    return _DEALS.format(
        names=", ".join(names),
        images=_images("ifnull(c.before, c.after)", names),
        wanted=", ".join(f"{_DEPENDENT.get(name, f'i.{name}')} AS {name}" for name in names),
        moves=_moves(gone=gone),
        last=f"ifnull({_LAST}, {_LAST_GONE})" if gone else _LAST,
        stage=_STAGE,
    )


def _images(image: str, names: Iterable[str]) -> str:
    """The columns of a row that the journal keeps."""
    return ", ".join(f"json_extract({image}, '$.{name}') AS {name}" for name in names)


def _date_closings(connection: sqlite3.Connection, clock: Clock, day: date) -> None:
    """Give a closed deal of which no closing day until then is known the day of its move."""
    rows = connection.execute(_UNDATED, (day.isoformat(),)).fetchall()
    connection.executemany(
        "UPDATE temp.deals_then SET closed_on = ? WHERE id = ?",
        [(local_day(moved_at, clock).isoformat(), deal_id) for deal_id, moved_at in rows],
    )
