"""Which figure of a report is meant, and of which of its rows.

A figure is called ``report.key``, such as ``winloss.cycle_days_lost``; those of ``service.FIGURES`` have a name of
their own. A row is called by what stands before its figures, such as a stage, a month or a customer; where it has one
row for each currency, the code follows: ``Lead EUR``; where two pipelines have such a stage, ``Sales: Lead``. The code
alone means the totals of that currency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.reports.report import Report, Unit, Value
from crm_tui.errors import AmbiguousError, CrmError, NotFoundError, UsageError
from crm_tui.text import name_key, nearest

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked, Figure

_NONE: Final = "none"
_CANDIDATES: Final = 5
_FEW: Final = 5_000
"""Up to how many rows are looked through by their names before anything else."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it stands in a report.

    Attributes:
        report: the report, as it was asked for.
        asked: what it was asked.
        figure: the column or the total.
        row: the row it stands in; None for the totals of all.
        code: the currency, where it stands in the totals of one of several.
        name: what the row is called; empty for the totals of all.
    """

    report: Report[Any, Any]
    asked: Asked
    figure: Figure
    row: Any = None
    code: str | None = None
    name: str = ""

    @property
    def value(self) -> Value:
        """The figure itself."""
        found: Value = getattr(self._holder(), self.figure.key)
        return found

    @property
    def currency(self) -> str | None:
        """The currency of the row or of the totals; None where they are of none, or of several without rates."""
        found: str | None = getattr(self._holder(), "currency", None)
        return found

    def _holder(self) -> Any:
        if self.row is not None:
            return self.row
        of_code = (each for each in self.report.by_currency if each.currency == self.code)
        return self.report.totals if self.code is None else next(of_code)


def cell(crm: Crm, report: Report[Any, Any], asked: Asked, key: str, ref: str | None) -> Cell:
    """A figure of a report: of the row that ``ref`` names, else of the totals.

    Raises:
        UsageError: the report has no such figure, or only rows have.
        NotFoundError: there is no such row.
        AmbiguousError: there is more than one.
    """
    if ref is None or not ref.strip():
        return Cell(report, asked, _figure(report, report.total_columns, key))
    code = ref.strip().upper()
    if any(each.currency == code for each in report.by_currency):
        return Cell(report, asked, _figure(report, report.total_columns, key), code=code, name=code)
    if not report.by_currency and getattr(report.totals, "currency", None) == code:
        # the totals are of that one already
        return Cell(report, asked, _figure(report, report.total_columns, key))
    figure = _figure(report, report.columns, key)
    row, name = _row(crm, report, ref.strip())
    return Cell(report, asked, figure, row, name=name)


def names(report: Report[Any, Any]) -> list[tuple[str, Any]]:
    """What each row is called, and the row.

    Where a name means several things, such as stages of two pipelines, the wider one stands before it; where it is that
    of several rows, or the code of a currency, the currency (or ``none``) is with it; of several records, their ids
    too, and of a person and a company with one id, which of them it is.
    """
    heads = _heads(report)
    if _is_of_records(report):
        found = [(next(iter(_parts(heads, row)), _NONE), row) for row in report.rows]
    else:
        found = _widened([(_parts(heads, row), row) for row in report.rows])
    codes = _codes(report)
    found = [(_with_code(name, row) if name.upper() in codes else name, row) for name, row in found]
    for more in (_with_code, _with_id, _with_kind):
        times = Counter(name for name, _ in found)
        found = [(more(name, row) if times[name] > 1 else name, row) for name, row in found]
    return found


def is_explained(figure: Figure) -> bool:
    """Whether a column can hold a figure: neither a name nor something for machines alone."""
    return figure.unit not in (Unit.TEXT, Unit.MONTH) and not figure.for_machines


def _figure(report: Report[Any, Any], columns: Sequence[Figure], key: str) -> Figure:
    """The column of that key.

    Raises:
        UsageError: there is none, or it holds no figure.
    """
    found = {each.key: each for each in columns if is_explained(each)}
    if key in found:
        return found[key]
    name, others = f"{report.name}.{key}", report.columns if columns is report.total_columns else ()
    if any(each.key == key and is_explained(each) for each in others):
        raise UsageError(f"{name} is a figure of one row.", f"Name the row: crm why {name} ROW.")
    if columns is report.columns and any(
        each.key == key for each in report.total_columns if is_explained(each)
    ):
        raise UsageError(
            f"{name} is no figure of these rows.", "Leave the row out, or choose others with --by."
        )
    near = nearest(key, found)
    raise UsageError(
        f'There is no figure "{key[:40]}" there.',
        f"Did you mean {report.name}.{near}?" if near else f"There are: {', '.join(found)}.",
    )


def _row(crm: Crm, report: Report[Any, Any], ref: str) -> tuple[Any, str]:
    """The row of that name, and its name.

    Raises:
        NotFoundError: there is none.
        AmbiguousError: there are several.
    """
    column = next((each for each in _RECORDS if any(each == figure.key for figure in report.columns)), None)
    refused: CrmError | None = None
    found: list[tuple[str, Any]] = []
    if len(report.rows) <= _FEW:
        # as the report calls it, even where somebody's name goes on like that: Anna EUR is not Anna Eurich
        found = [each for each in names(report) if each[0] == ref]
    if column is not None and not found:
        try:
            # found by its id: of very many rows the names of all need not be read
            found = _of_record(crm, report, column, ref)
        except (NotFoundError, AmbiguousError) as error:
            refused = error
    found = found or _called(report, ref)
    if len(found) == 1:
        return found[0][1], found[0][0]
    if found:
        shown = ", ".join(name for name, _ in found[:_CANDIDATES])
        more = f" and {len(found) - _CANDIDATES:,} more" if len(found) > _CANDIDATES else ""
        raise AmbiguousError(f'"{ref[:60]}" names {len(found):,} rows: {shown}{more}.', "Name one of them.")
    if refused is not None:
        raise refused
    near = nearest(ref, (name for name, _ in names(report)))
    raise NotFoundError(
        f'The report {report.name} has no row "{ref[:60]}".',
        f"Did you mean {near}?" if near else f"crm report {report.name} shows its rows.",
    )


def _called(report: Report[Any, Any], ref: str) -> list[tuple[str, Any]]:
    """The rows of that name: by the whole of it, by one of its parts, with its currency, or by how it begins."""
    heads, key_of, rows = _heads(report), cache(name_key), names(report)
    name, _, code = ref.rpartition(" ")
    wanted = None if code == _NONE else code.upper()
    in_code = [each for each in rows if getattr(each[1], "currency", _NONE) == wanted]
    for among, text in ((rows, ref), (in_code, name)):
        key = name_key(text)
        found = [each for each in among if each[0] == text]
        found = found or [each for each in among if key_of(each[0]) == key]
        found = found or [each for each in among if key in map(key_of, _parts(heads, each[1]))]
        if key and found:
            return found
    key = name_key(ref)
    begun = [each for each in rows if any(key_of(part).startswith(key) for part in _parts(heads, each[1]))]
    return begun if key else []


_RECORDS: Final = ("company_id", "product_id", "contact_id")
"""The columns that say which record a row is of; a row of a customer has that of a company and of a person."""


def _of_record(crm: Crm, report: Report[Any, Any], column: str, ref: str) -> list[tuple[str, Any]]:
    """The rows of the record that a reference means.

    Raises:
        NotFoundError: there is no such record.
        AmbiguousError: there is more than one.
    """
    if column == "company_id":
        from crm_tui.domain.reports import sold

        wanted = sold.parts(sold.customer(crm, ref))
        found = [row for row in report.rows if (row.company_id, row.contact_id) == wanted]
    else:
        of = crm.references.product if column == "product_id" else crm.references.contact
        wanted_id = of(ref)
        found = [row for row in report.rows if getattr(row, column) == wanted_id]
    heads = _heads(report)
    titles = [(next(iter(_parts(heads, row)), _NONE), row) for row in found]
    return [(_with_code(name, row), row) for name, row in titles] if len(found) > 1 else titles


def _codes(report: Report[Any, Any]) -> set[str]:
    """The currencies that mean the totals of them, were they taken for the name of a row."""
    found = (getattr(each, "currency", None) for each in (report.totals, *report.by_currency))
    return {code for code in found if code is not None}


def _with_code(name: str, row: Any) -> str:
    return f"{name} {row.currency or _NONE}" if hasattr(row, "currency") else name


def _with_id(name: str, row: Any) -> str:
    record = next((found for each in _RECORDS if (found := getattr(row, each, None)) is not None), None)
    return name if record is None else f"{name} ({record})"


def _with_kind(name: str, row: Any) -> str:
    return (
        f"{name} {'contact' if row.company_id is None else 'company'}" if hasattr(row, "company_id") else name
    )


def _heads(report: Report[Any, Any]) -> list[str]:
    """The columns that stand before the figures; a day is one only where it comes first."""
    shown = [each for each in report.columns if not each.for_machines]
    named = [each.key for each in takewhile(lambda each: each.unit in (Unit.TEXT, Unit.MONTH), shown)]
    return named or [each.key for each in shown[:1]]


def _parts(heads: Sequence[str], row: Any) -> list[str]:
    """What stands before the figures of a row."""
    return [str(text) for key in heads if (text := getattr(row, key)) is not None]


def _is_of_records(report: Report[Any, Any]) -> bool:
    """Whether each row is of a record, whose name comes first; else the narrowest word for a row comes last."""
    return any(each.key in _RECORDS for each in report.columns)


def _widened(found: Sequence[tuple[Sequence[str], Any]]) -> list[tuple[str, Any]]:
    """Rows by the last of their words, or by all of them where rows of other words have that one as well."""
    wholes: dict[str, set[str]] = {}
    named = [(parts[-1] if parts else _NONE, ": ".join(parts) or _NONE, row) for parts, row in found]
    for name, whole, _ in named:
        wholes.setdefault(name, set()).add(whole)
    return [(whole if len(wholes[name]) > 1 else name, row) for name, whole, row in named]
