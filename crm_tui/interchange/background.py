"""Reading people in a second process: it parses, checks and folds the rows while this one writes them.

The two talk over a pipe in batches (``marshal``; both ends are the same program). When the reader dies, the import
fails and is taken back; when the writer dies, the reader's next batch finds the pipe closed and it ends.
"""

from __future__ import annotations

import gc
import marshal
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import fields
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from crm_tui.dates import Clock, DateOrder
from crm_tui.domain.loading.drafts import (
    NO_DEFAULTS,
    Defaults,
    DetailedDraft,
    OnMatch,
    PersonDraft,
    RejectedRowError,
    Tie,
)
from crm_tui.errors import CrmError, DatabaseError, InvalidDataError, UsageError
from crm_tui.interchange.brake import Brake
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.options import FORWARD, Options
from crm_tui.interchange.table import Table
from crm_tui.models import CustomField, FieldType

if TYPE_CHECKING:
    from crm_tui.config import Config

WORTH_IT: Final = 20_000
"""Lines from which a second process pays."""
_BATCH: Final = 500
_ROOM: Final = 1 << 20  # bytes: the most that Linux gives everybody
_LENGTH: Final = 8  # bytes
_REJECTED: Final = 4  # line, cells, column, reason
_ERRORS: Final = {kind.__name__: kind for kind in (UsageError, InvalidDataError, DatabaseError)}


def is_worth_it(table: Table) -> bool:
    """Whether the file is long and there is a processor to spare."""
    return table.lines >= WORTH_IT and (os.cpu_count() or 1) > 1


def read(
    columns: Columns, custom: list[CustomField], region: str, config: Config, brake: Brake | None = None
) -> Generator[tuple[int, PersonDraft | BadRow], None, None]:
    """Drafts of the rows, or what is wrong with them, in the file's order.

    Raises:
        UsageError: the file leaves something open that only the person can say.
        InvalidDataError: the file cannot be read on.
        DatabaseError: the reading process was lost.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "crm_tui.interchange.background"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # room for a few batches, so that neither waits for the other
        pipesize=_ROOM,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with (brake or Brake()).ends(process.kill):
            with process.stdin:
                _send(process.stdin, _request(columns, custom, region, config))
            yield from _received(process.stdout, forward=columns.options.lifecycle == FORWARD)
    finally:
        process.stdout.close()
        process.kill()
        process.wait()


class BadRow(list[str]):
    """The cells of a row that was rejected while it was read, with the reason."""

    def __init__(self, cells: list[str], column: str, reason: str) -> None:
        super().__init__(cells)
        # no error, which would hold the row while the row holds it
        self.column = column
        self.reason = reason


def _received(pipe: IO[bytes], *, forward: bool) -> Iterator[tuple[int, PersonDraft | BadRow]]:
    defaults = NO_DEFAULTS
    while True:
        try:
            kind, batch = _receive(pipe)
        except (EOFError, ValueError, TypeError) as error:
            raise DatabaseError(
                "The process that reads the file was lost.", "Nothing was imported; try again."
            ) from error
        if kind in ("rows", "detailed rows"):
            make: Callable[..., PersonDraft] = PersonDraft if kind == "rows" else _detailed
            for row in batch:
                if len(row) == _REJECTED:
                    yield row[0], BadRow(*row[1:])
                    continue
                draft = make(*row)
                draft.defaults, draft.forward = defaults, forward
                yield draft.line, draft
        elif kind == "defaults":
            defaults = Defaults(*batch)
        elif kind == "error":
            name, message, hint = batch
            raise _ERRORS.get(name, DatabaseError)(message, hint)
        else:
            return


def _detailed(dates: list[tuple[str, str]], ties: list[tuple[str, str, str]], *row: Any) -> PersonDraft:
    draft = DetailedDraft(*row)
    draft.dates, draft.ties = dates, [Tie._make(each) for each in ties]
    return draft


def _send(pipe: IO[bytes], message: Any) -> None:
    """Write a message behind its length: reading objects one by one from a pipe costs a call for each."""
    packed = marshal.dumps(message)
    pipe.write(len(packed).to_bytes(_LENGTH, "big"))
    pipe.write(packed)


def _receive(pipe: IO[bytes]) -> Any:
    """Read a message; EOFError when the other end is gone."""
    packed = pipe.read(int.from_bytes(pipe.read(_LENGTH), "big"))
    return marshal.loads(packed)  # noqa: S302 - our own process at the other end


def _request(columns: Columns, custom: list[CustomField], region: str, config: Config) -> dict[str, Any]:
    table, options = columns.table, columns.options
    return {
        "table": {each.name: getattr(table, each.name) for each in fields(table)}
        | {"path": str(table.file), "copy": None},
        "options": {each.name: _plain(getattr(options, each.name)) for each in fields(options)},
        "custom": [(each.key, each.label, each.type.value, list(each.choices)) for each in custom],
        "region": region,
        "now": columns.clock.now.timestamp(),
        "timezone": config.timezone,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, (DateOrder, OnMatch)):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return list(value) if isinstance(value, (list, tuple)) else value


def _serve(source: IO[bytes], target: IO[bytes]) -> None:
    """The reading process: one request in, batches out."""
    from datetime import UTC, datetime

    from crm_tui.interchange.people_in import PeopleReader

    # nothing that is made here refers to itself
    gc.disable()
    request = _receive(source)
    table = Table(**{**request["table"], "path": Path(request["table"]["path"])})
    given = request["options"]
    order = given["date_order"]
    options = Options(
        **{**given, "on_match": OnMatch(given["on_match"]), "date_order": DateOrder(order) if order else None}
    )
    custom = [
        CustomField(
            id=1, created_at="", updated_at="", entity="contacts", key=key, label=label, type=FieldType(kind),
            choices=tuple(choices),
        )
        for key, label, kind, choices in request["custom"]
    ]  # fmt: skip
    zone = Clock.system(request["timezone"]).zone
    clock = Clock.fixed(datetime.fromtimestamp(request["now"], UTC), zone)
    try:
        columns = Columns(table, options, clock, [each.key for each in custom])
        reader = PeopleReader(columns, custom, request["region"])
        given = reader.defaults
        _send(target, ("defaults", (given.columns, given.company, given.custom)))
        kind = "detailed rows" if reader.detailed else "rows"
        for batch in _batches(columns, reader):
            _send(target, (kind, batch))
        _send(target, ("end", None))
    except CrmError as error:
        _send(target, ("error", (type(error).__name__, error.message, error.hint)))
    target.flush()


def _batches(columns: Columns, reader: Any) -> Iterator[list[tuple[Any, ...]]]:
    batch: list[tuple[Any, ...]] = []
    detailed: bool = reader.detailed
    for line, cells in columns.rows():
        try:
            draft = reader.draft(line, cells)
        except RejectedRowError as error:
            batch.append((line, cells, error.column, error.reason))
        else:
            # in the order of the draft's fields
            row = (
                line, draft.name, draft.external, draft.company, draft.referrer,
                [tuple(each) for each in draft.methods], draft.tags, draft.columns, draft.custom, draft.created_at,
                draft.key, draft.texts,
            )  # fmt: skip
            batch.append((*_details_of(draft), *row) if detailed else row)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if columns.unclosed is not None:
        line, cells = columns.unclosed
        batch.append((line, cells, "", "a quote that opens here never closes"))
    yield batch


def _details_of(draft: Any) -> tuple[Any, ...]:
    return draft.dates, [tuple(each) for each in draft.ties]


if __name__ == "__main__":
    try:
        _serve(sys.stdin.buffer, sys.stdout.buffer)
    except (BrokenPipeError, KeyboardInterrupt):
        # whoever asked is gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
