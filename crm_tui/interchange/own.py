"""The program's own exports coming back: a row finds the record it was written from by id and ``created_at``.

A cell that stands as the export would write it now says nothing new, whatever is in it; so an untouched export
changes nothing, and of an edited one just the edited cells are read. A row of a record of another base is a row like
any other, its id known under the source ``crm``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Protocol

from crm_tui.columns import Column
from crm_tui.domain.loading.drafts import OnMatch, Outcome, Report, Verdict
from crm_tui.domain.loading.records import Origins, own_key
from crm_tui.errors import UsageError
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.csv_out import columns_of, written
from crm_tui.interchange.headers import DERIVED
from crm_tui.interchange.options import Options

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

_STAMPS: Final = frozenset({"id", "created_at", "updated_at"})
# cells that are understood together: when one was edited, all are read
_TOGETHER: Final = (
    frozenset({"pipeline", "stage"}),
    frozenset({"amount", "currency"}),
    frozenset({"contacts", "contact_ids"}),
    frozenset({"repeat", "repeat_from"}),
    frozenset({"price", "currency"}),
)
_NAMES: Final = frozenset({"name", "title", "summary", "invoice"})
# beside those that follow from others; one alone may be anybody's
_TELLING: Final = {"products": frozenset({"sku", "warranty_months", "reorder_days"})}
_BATCH: Final = 500


class OwnTaker(Protocol):
    """What takes rows of which some are known to be of a record."""

    def take_own(self, line: int, cells: list[str], record_id: int | None, /) -> None:
        """Take a row of a record of this base, or of another base when None."""


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row of an own export: its cells, and what is known of it."""

    cells: list[str]
    record_id: int | None = None
    name: str = ""
    same: bool = False
    edited: tuple[int, ...] | None = None
    """The places of the cells that count, all when None."""


def is_own(header: tuple[str, ...], options: Options) -> bool:
    """Whether a header is that of an own export, told or recognised by columns that nobody else writes.

    Raises:
        UsageError: it was told, and cannot be.
    """
    if options.own:
        missing = sorted(_STAMPS - {*header, "updated_at"})
        if missing:
            raise UsageError(
                f"The file is no export of this program: it has no column {missing[0]}.",
                "Leave --from crm out.",
            )
        return True
    telling = {*_STAMPS, *DERIVED[options.kind], *_TELLING.get(options.kind, ())}
    return options.own is None and telling <= {*header, "contact_ids"}


class OwnRows:
    """The rows of an own export, held against the records they were written from."""

    def __init__(self, crm: Crm, columns: Columns, options: Options, report: Report) -> None:
        self._crm = crm
        self._columns = columns
        self._report = report
        self._views: Callable[[Any], Iterator[Any]] = getattr(crm, options.kind).views
        header = columns.table.header
        self._origins = Origins(crm, options.kind)
        self._id, self._created = header.index("id"), header.index("created_at")
        self._updated = header.index("updated_at") if "updated_at" in header else None
        known = {column.key: column for column in columns_of(crm, options.kind)}
        self._written: list[tuple[int, Column]] = [
            (place, known[name]) for place, name in enumerate(header) if name in known
        ]
        self._untouched_counts = options.on_match is OnMatch.UPDATE and not options.tags
        # words, defaults, other fields and columns that were added say more than a cell that stands as it was written
        added = any(
            target is not None and name not in known
            for name, target in zip(header, columns.targets, strict=True)
        )
        self._plain = not (options.defaults or options.values or options.mapping or added)
        self._repeated = self._find_repeated()

    def rows(self) -> Generator[tuple[int, OwnRow], None, None]:
        """The rows with their lines."""
        source = self._columns.rows()
        while batch := list(islice(source, _BATCH)):
            places = [(_number(cells, self._id) or 0, cells[self._created].strip()) for _, cells in batch]
            came = self._origins.came_as([own_key(str(number), created) for number, created in places])
            ids = {number for number, _ in places if self._origins.was_here(number)} | set(came.values())
            views = {view.id: view for view in self._views(sorted(ids))}
            for (line, cells), (number, created) in zip(batch, places, strict=True):
                view = views.get(number)
                other = views.get(came.get(own_key(str(number), created), 0))
                if view is not None and not self._is_of(cells, view, other):
                    view = None
                yield line, self._held_against(cells, view)

    def take(self, taker: OwnTaker, line: int, row: OwnRow) -> None:
        """Give a row to the taker unless it says nothing new."""
        if row.same and self._untouched_counts:
            self._report(Outcome(line, Verdict.SAME, row.name, row.record_id))
            return
        cells = row.cells
        if row.edited is not None:
            cells = [cell if place in row.edited else "" for place, cell in enumerate(cells)]
        taker.take_own(line, cells, row.record_id)

    def _held_against(self, cells: list[str], view: Any) -> OwnRow:
        if (
            view is None
            or cells[self._created].strip() != view.created_at
            or len(cells) > self._columns.width
        ):
            return OwnRow(cells)
        name = str(next(getattr(view, each) for each in _NAMES if hasattr(view, each)))
        if view.id in self._repeated or not self._plain:
            return OwnRow(cells, view.id, name)
        edited: set[str] = set()
        places: dict[str, int] = {}
        for place, column in self._written:
            places[column.key] = place
            if cells[place] != written(column, view):
                edited.add(column.key)
        edited -= _STAMPS
        if not edited:
            return OwnRow(cells, view.id, name, same=True, edited=())
        for together in _TOGETHER:
            if edited & together:
                edited |= together
        kept = edited | _NAMES
        return OwnRow(
            cells, view.id, name, edited=tuple(place for key, place in places.items() if key in kept)
        )

    def _is_of(self, cells: list[str], view: Any, other: Any) -> bool:
        """Whether a row was written from the record of its id, and not from ``other``, which came with that id."""
        if cells[self._created].strip() != view.created_at or len(cells) > self._columns.width:
            return False
        # no row is newer than its record
        if self._updated is not None and cells[self._updated].strip() > view.updated_at:
            return False
        if other is None or other.id == view.id:
            return True
        return self._likeness(cells, view) > self._likeness(cells, other)

    def _likeness(self, cells: list[str], view: Any) -> int:
        return sum(cells[place] == written(column, view) for place, column in self._written if cells[place])

    def _find_repeated(self) -> set[int]:
        """Records with several rows: the last of them counts, also where it stands as it was written."""
        seen: set[int] = set()
        repeated: set[int] = set()
        for cells in self._columns.scan():
            found = _number(cells, self._id)
            if found is not None:
                (repeated if found in seen else seen).add(found)
        return repeated


def _number(cells: list[str], place: int) -> int | None:
    text = cells[place].strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
