"""Rows of which several make one invoice: those of the same number, wherever in the file they stand.

An invoice is taken whole or not at all: where one row is bad, or two contradict each other, all of them are rejected,
the bad one with the reason, so that the rejected rows can be mended and imported again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.loading.drafts import Outcome, RejectedRowError, Report, Verdict
from crm_tui.domain.loading.order_cells import LineError
from crm_tui.domain.loading.record_loader import RecordLoader
from crm_tui.domain.loading.records import Origins, RecordDraft, own_key
from crm_tui.interchange.cells_in import Get
from crm_tui.interchange.columns_in import Columns

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.interchange.records_in import Reader

Rows = list[tuple[int, list[str]]]
_APART: Final = frozenset({"lines", "decimal", "contact"})
_NEITHER: Final = 0
"""What a row has that names no invoice."""


class OrderTaker:
    """Takes the rows of each invoice together."""

    def __init__(
        self,
        crm: Crm,
        columns: Columns,
        reader: Reader,
        loader: Callable[[Report], RecordLoader],
        report: Report,
        *,
        own: bool,
    ) -> None:
        self._crm = crm
        self._columns = columns
        self._reader = reader
        self._tell = report
        self._loader = loader(self._spread)
        self._own = own
        self._origins = Origins(crm, "invoices")
        self._lines: dict[int, list[int]] = {}
        self._invoices = self._rows = 0

    def rows(self) -> Generator[tuple[int, Rows], None, None]:
        """The rows of each invoice with the line of its first, once the last of them was read."""
        alike = _Alike(self._columns.get("number"), self._columns.get("external_id"))
        for cells in self._columns.scan():
            alike.note(cells)
        more = self._more_rows(alike)
        waiting: dict[int, Rows] = {}
        for line, cells in self._columns.rows():
            of = alike.of(cells)
            rows = waiting.pop(of, [])
            rows.append((line, cells))
            if len(rows) <= more.get(of, 0):
                waiting[of] = rows
                continue
            # the loader remembers what it took, and a file of a million orders is not to be held twice
            more.pop(of, None)
            alike.forget(rows)
            yield rows[0][0], rows

    def _more_rows(self, alike: _Alike) -> dict[int, int]:
        """How many rows an invoice has after its first, of those that have any."""
        met: set[int] = set()
        found: dict[int, int] = {}
        for cells in self._columns.scan():
            of = alike.of(cells)
            if of in met:
                found[of] = found.get(of, 0) + 1
            elif of != _NEITHER:
                met.add(of)
        return found

    def take(self, line: int, rows: Rows) -> None:
        """Take the rows of one invoice.

        Raises:
            ConflictError: it is there already, and matches were to fail.
        """
        self._invoices += 1
        self._rows += len(rows)
        self._lines[line] = [each for each, _ in rows]
        try:
            draft = self._merged(rows)
            if self._own:
                self._identify(draft)
            self._loader.take(draft)
        except RejectedRowError as error:
            where = error.line if isinstance(error, LineError) else line
            column = self._columns.header_of(error.column) if error.column else ""
            self._spread(Outcome(line, Verdict.REJECTED, column=column, reason=error.reason), where)

    def finish(self) -> list[str]:
        """Complete the load; returns notices."""
        found = self._loader.finish()
        if self._invoices < self._rows:
            invoices = "1 invoice" if self._invoices == 1 else f"{self._invoices:,} invoices"
            found.append(f"{self._rows:,} rows are {invoices}.")
        return found

    def _spread(self, outcome: Outcome, where: int | None = None) -> None:
        """Tell what became of an invoice for each of its rows; ``where`` is the one that is to blame."""
        lines = self._lines.pop(outcome.line, [outcome.line])
        to_blame = outcome.line if where is None else where
        for line in lines:
            if line == to_blame:
                self._tell(outcome._replace(line=line))
            elif outcome.verdict is Verdict.REJECTED:
                reason = f"line {to_blame} of the same invoice cannot be taken"
                self._tell(Outcome(line, outcome.verdict, outcome.name, outcome.id, reason=reason))
            else:
                self._tell(outcome._replace(line=line, changes=()))

    def _merged(self, rows: Rows) -> RecordDraft:
        drafts = []
        for line, cells in rows:
            try:
                drafts.append(self._reader.draft(line, cells))
            except RejectedRowError as error:
                raise LineError(error.reason, error.column, line) from error
        first = drafts[0]
        for other in drafts[1:]:
            _lay_beside(first, other)
        # without a number it has the id that its source gives it
        first.name = first.key = first.name or first.external or ""
        if not first.name:
            raise RejectedRowError("there is no number", "number")
        first.values["lines"] = tuple(each for draft in drafts for each in draft.values.get("lines", ()))
        return first

    def _identify(self, draft: RecordDraft) -> None:
        """Find the invoice that a row of an own export was written from; a number may be another base's too."""
        known, created = draft.external or "", draft.created_at
        draft.external = None
        row = self._crm.connection.execute(
            "SELECT id, created_at FROM invoices WHERE number = ?", (draft.name,)
        ).fetchone()
        if row is not None and row[1] == created:
            draft.own_id = row[0]
            return
        draft.external = own_key(known, created)
        if self._origins.came_as([draft.external]):
            return
        if row is not None:
            raise RejectedRowError(f"there is another invoice {draft.name[:80]} here ({row[0]})", "number")
        if self._is_renamed(known, created):
            draft.own_id, draft.external = int(known), None

    def _is_renamed(self, known: str, created: str | None) -> bool:
        if not (
            known.isascii() and known.isdigit() and len(known) < 19 and self._origins.was_here(int(known))
        ):
            return False
        row = self._crm.connection.execute(
            "SELECT 1 FROM invoices WHERE id = ? AND created_at = ?", (int(known), created)
        ).fetchone()
        return row is not None


class _Alike:
    """Tells which rows are of one invoice: they have a number in common, or the id that its source gives it.

    A row may have one of them alone, and another row both. They are held as hashes, as a file may have a million.
    """

    def __init__(self, number: Get | None, external: Get | None) -> None:
        self._number = number
        self._external = external
        self._same: dict[int, int] = {}

    def note(self, cells: list[str]) -> None:
        """Look at a row."""
        number, external = self._names(cells)
        if _NEITHER not in (number, external):
            one, other = self._first(number), self._first(external)
            if one != other:
                self._same[other] = one

    def of(self, cells: list[str]) -> int:
        """What the rows of one invoice have in common, ``_NEITHER`` for a row that has neither."""
        number, external = self._names(cells)
        return self._first(external if number == _NEITHER else number)

    def forget(self, rows: Rows) -> None:
        """Forget an invoice of which these are all rows."""
        for _, cells in rows:
            for name in self._names(cells):
                self._same.pop(name, None)

    def _names(self, cells: list[str]) -> tuple[int, int]:
        number = self._number(cells) if self._number is not None else ""
        external = self._external(cells) if self._external is not None else ""
        return (hash(f"n{number}") if number else _NEITHER), (hash(f"x{external}") if external else _NEITHER)

    def _first(self, name: int) -> int:
        found = name
        while (known := self._same.get(found)) is not None:
            found = known
        # the way is made short, or a column that says the same in every row would make one as long as the file
        while name != found:
            self._same[name], name = found, self._same[name]
        return found


def _lay_beside(first: RecordDraft, other: RecordDraft) -> None:
    """Take from another row of an invoice what is new in it.

    Raises:
        LineError: the rows contradict each other.
    """
    pairs: Sequence[tuple[str, Any, Any]] = (
        ("number", first.name, other.name),
        ("external_id", first.external, other.external),
        *(
            (name, first.values.get(name), value)
            for name, value in other.values.items()
            if name not in _APART
        ),
    )
    for name, known, new in pairs:
        if known not in (None, "") and new not in (None, "") and known != new:
            raise LineError(
                f"the rows of one invoice say different things: {str(new)[:60]}, and {str(known)[:60]} in line"
                f" {first.line}",
                name,
                other.line,
            )
    first.name = first.name or other.name
    first.external = first.external or other.external
    first.created_at = first.created_at or other.created_at
    one, two = first.values.get("contact"), other.values.get("contact")
    if one is not None and two is not None and not (one.text == two.text or one.email == two.email != ""):
        raise LineError(
            f"the rows of one invoice say different things: {two.text[:60]}, and {one.text[:60]} in line {first.line}",
            "contact",
            other.line,
        )
    for name, value in other.values.items():
        if name not in _APART or name == "contact":
            first.values.setdefault(name, value)
