"""The beginning of a file as an import would read it, before anything of it is imported.

The rule it keeps: rows are read by the very readers of the import, and looking at the first of them never reads the
rest, however long the file is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import DateOrder, parse_date_cell
from crm_tui.domain.loading.drafts import DetailedDraft, Method, PersonDraft, RejectedRowError
from crm_tui.errors import CrmError, InvalidDataError, UsageError
from crm_tui.interchange.brake import StoppedError
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.own import is_own
from crm_tui.interchange.table import Table
from crm_tui.money import format_money

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.loading.records import RecordDraft

DAYS: Final = (
    "created_at", "archived_at", "birthday", "last_contacted_on", "opted_out_on", "expected_close_on", "closed_on",
    "close_on", "due_on", "done_at", "occurred_at", "issued_on", "voided_on", "paid_on", "dates",
)  # fmt: skip
"""The fields whose cells are days."""
# of a draft, what the person did not write
_INNER: Final = frozenset({"decimal", "own_people", "deal_own_id", "alone", "lines"})
_NAMES: Final = {
    "deals": "title", "followups": "title", "interactions": "summary", "invoices": "number", "payments": "invoice",
}  # fmt: skip
_AMOUNTS: Final = {"deals": "amount", "products": "price", "payments": "amount"}
_PLURALS: Final = {"email": "emails", "phone": "phones", "url": "urls", "im": "ims"}


@dataclass(frozen=True, slots=True)
class FirstRow:
    """A row as it is read: its fields with their texts, or what is wrong with it and in which column.

    Line 0 stands for all rows: they cannot be read yet.
    """

    line: int
    fields: tuple[tuple[str, str], ...] = ()
    column: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A column of days that can be read two ways: its header, and a cell with both days."""

    header: str
    example: str
    day_first: date
    month_first: date


def first_cells(table: Table, most: int) -> list[tuple[int, list[str]]]:
    """The first rows as they are, with their lines; those that can be read."""
    found: list[tuple[int, list[str]]] = []
    rows = table.numbered()
    try:
        found.extend(islice(rows, most))
    except InvalidDataError:
        # it is told when the whole file is looked at
        return found
    finally:
        rows.close()
    return found


def first_rows(
    crm: Crm, columns: Columns, orders: Mapping[int, DateOrder | None], cells: list[tuple[int, list[str]]]
) -> list[FirstRow]:
    """The first rows as they will be read.

    Args:
        crm: the open base, for its settings and custom fields.
        columns: the columns; their ``check`` ends what would read the whole file.
        orders: what is known of the order of days, by place.
        cells: the rows as they are.

    Raises:
        UsageError: the options do not fit the file.
    """
    columns.orders.update(orders)
    reader = _reader(crm, columns)
    found, told = [], columns.table.told
    for line, row in cells:
        padded = [*row, *[""] * (columns.width - len(row))]
        try:
            found.append(
                FirstRow(told(line), tuple(_fields(crm, reader.draft(line, padded), columns.options.kind)))
            )
        except RejectedRowError as error:
            found.append(FirstRow(told(line), column=error.column, problem=error.reason))
        except StoppedError:
            return [FirstRow(0, problem="They are understood once the whole file was looked at.")]
        except UsageError:
            return [FirstRow(0, problem="The days in them can be read day first or month first.")]
        except CrmError as error:
            found.append(FirstRow(told(line), problem=error.message.rstrip(".")))
    return found


def doubts(columns: Columns) -> list[Doubt]:
    """The columns of days that can be read day first or month first, over the whole file."""
    found = []
    for field in DAYS:
        if field not in columns.by_field or columns.options.date_order is not None:
            continue
        if columns.detected(field) is DateOrder.AMBIGUOUS:
            found.append(_doubt(columns, field))
    return found


def _doubt(columns: Columns, field: str) -> Doubt:
    header = columns.header_of(field)
    for cells in columns.scan():
        for place in columns.by_field[field]:
            for text in columns.parts(field, cells[place].strip()):
                try:
                    first, second = (
                        parse_date_cell(text, order, columns.clock)
                        for order in (DateOrder.DMY, DateOrder.MDY)
                    )
                except InvalidDataError:
                    continue
                if first != second:
                    return Doubt(header, text, first, second)
    # its cells contradict each other, and none of them can be read both ways
    return Doubt(header, "", date.min, date.min)


def _reader(crm: Crm, columns: Columns) -> Any:
    options = columns.options
    if options.kind == "contacts":
        from crm_tui.interchange.people_in import PeopleReader

        region = (options.region or crm.config.region).upper()
        return PeopleReader(columns, crm.fields.list("contacts"), region)
    from crm_tui.interchange.records_in import reader_of

    return reader_of(crm, columns, options, own=is_own(columns.table.header, options))


def _fields(crm: Crm, draft: PersonDraft | RecordDraft, kind: str) -> Iterator[tuple[str, str]]:
    """What a draft says, by field; what a default adds beside it."""
    if isinstance(draft, PersonDraft):
        named = {"name": draft.name, "company": draft.workplace, "referred_by": draft.referrer}
        values: dict[str, Any] = {**draft.defaults.columns, **draft.columns}
        custom = {**draft.defaults.custom, **draft.custom}
    else:
        named = {_NAMES.get(kind, "name"): draft.name}
        lines = ({**line._asdict(), "line": ""} for line in draft.values.get("lines", ()))
        values = {
            **draft.defaults,
            **draft.columns,
            **draft.value_defaults,
            **draft.values,
            **next(lines, {}),
            **_amount(crm, draft, kind),
        }
        custom = dict(draft.custom)
    pairs = {**named, **values, **custom, "external_id": draft.external, "created_at": draft.created_at}
    for name, value in pairs.items():
        text = _text(value) if name not in _INNER else ""
        if text:
            yield name, text
    yield from _methods(draft.methods)
    if isinstance(draft, DetailedDraft):
        yield from (("dates", f"{day} ({label})") for label, day in draft.dates)
        yield from (("relations", f"{each.other} ({each.kind})") for each in draft.ties)
    if draft.tags:
        yield "tags", ", ".join(draft.tags)


def _amount(crm: Crm, draft: RecordDraft, kind: str) -> dict[str, str]:
    """The amount of a row as it is read; nothing where that depends on the record, which shows it as it stands."""
    from crm_tui.domain.loading import money_cells

    name = _AMOUNTS.get(kind)
    try:
        found = money_cells.money(crm, draft, name, None) if name is not None else None
    except RejectedRowError:
        return {}
    return {} if name is None or found is None else {name: format_money(found.minor, found.currency)}


def _methods(methods: list[Method]) -> Iterator[tuple[str, str]]:
    for each in methods:
        label = f" ({each.label})" if each.label else ""
        yield _PLURALS.get(each.kind, each.kind), f"{each.value}{label}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_text(each) for each in value)
    return str(getattr(value, "text", value))
