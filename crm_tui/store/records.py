"""Rows to records and back.

A record's dataclass fields are the table's columns; how each is converted follows from the field's type, worked out
once per class. Reads select exactly those columns, so a stored column that no record shows costs nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, Final, TypeVar, get_args, get_type_hints

from crm_tui import models
from crm_tui.store.transaction import SqlValue

R = TypeVar("R")
TABLES: Final[Mapping[type, str]] = {
    models.Contact: "contacts",
    models.ContactMethod: "contact_methods",
    models.ImportantDate: "important_dates",
    models.Relation: "relations",
    models.Company: "companies",
    models.CompanyMethod: "company_methods",
    models.Interaction: "interactions",
    models.Participant: "participants",
    models.Pipeline: "pipelines",
    models.Stage: "stages",
    models.Deal: "deals",
    models.StageMove: "stage_moves",
    models.Followup: "followups",
    models.Product: "products",
    models.Invoice: "invoices",
    models.InvoiceLine: "invoice_lines",
    models.Payment: "payments",
    models.Tag: "tags",
    models.CustomField: "custom_fields",
    models.ExternalRef: "external_refs",
    models.Rate: "rates",
}
# Columns that only the store and the rules use: match keys, maintained copies for the indexes.
STORAGE_ONLY: Final[Mapping[str, frozenset[str]]] = {
    "contacts": frozenset({"name_key", "last_contacted_base_on"}),
    "companies": frozenset({"name_key"}),
    "deals": frozenset({"status", "stage_entered_at", "probability_set"}),
}
Converter = Callable[[Any], Any]


@cache
def columns(record: type) -> tuple[str, ...]:
    """The columns of a record, in the order its builder takes them."""
    return tuple(each.name for each in fields(record))


@cache
def select_list(record: type, table: str) -> str:
    """The columns of a record for a SELECT, qualified by the table."""
    return ", ".join(f"{table}.{name}" for name in columns(record))


@cache
def builder(record: type[R]) -> Callable[[Sequence[Any]], R]:
    """A function from a row, in the order of ``columns``, to the record."""
    hints = get_type_hints(record)
    names = columns(record)
    converters = [
        (place, converter) for place, name in enumerate(names) if (converter := _converter(hints[name]))
    ]

    def build(row: Sequence[Any]) -> R:
        values = list(row)
        for place, converter in converters:
            if values[place] is not None:
                values[place] = converter(values[place])
        return record(**dict(zip(names, values, strict=True)))

    return build


def read(
    connection: sqlite3.Connection, record: type[R], rest: str = "", params: Sequence[SqlValue] = ()
) -> Iterator[R]:
    """Records from ``SELECT columns FROM table <rest>``; ``rest`` is trusted SQL with ``?`` for the parameters."""
    table = TABLES[record]
    cursor = connection.execute(
        f"SELECT {select_list(record, table)} FROM {table} {rest}",  # noqa: S608 - schema names; values are bound
        params,
    )
    return map(builder(record), cursor)


def to_sql(value: object) -> SqlValue:
    """A field's value as SQLite stores it."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, (str, int, float, bytes)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return json.dumps(list(value), ensure_ascii=False)
    if isinstance(value, Mapping):
        return json.dumps(dict(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    raise TypeError(f"no column holds a {type(value).__name__}")


def to_row(values: Mapping[str, object]) -> dict[str, SqlValue]:
    """Field values as a row's columns."""
    return {name: to_sql(value) for name, value in values.items()}


def _converter(hint: Any) -> Converter | None:
    options = (
        [each for each in get_args(hint) if each is not NoneType] if NoneType in get_args(hint) else [hint]
    )
    kind = options[0] if len(options) == 1 else None
    if kind is date:
        return date.fromisoformat
    if kind is bool:
        return bool
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    origin = getattr(kind, "__origin__", None)
    if origin is tuple:
        return lambda text: tuple(json.loads(text))
    if origin is not None and issubclass(origin, Mapping):
        return lambda text: json.loads(text) if text != "{}" else {}
    return None
