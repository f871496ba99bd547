"""Rows to records and back.

A record's dataclass fields are the table's columns; how each is converted follows from the field's type,
worked out once per class. Reads select exactly those columns, so a stored column that no record shows costs
nothing.
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

from crm_tui.store.transaction import SqlValue

R = TypeVar("R")
T = TypeVar("T")
# By the class's name, so that no record is imported that is not used.
TABLES: Final[Mapping[str, str]] = {
    "Contact": "contacts",
    "ContactMethod": "contact_methods",
    "ImportantDate": "important_dates",
    "Relation": "relations",
    "Company": "companies",
    "CompanyMethod": "company_methods",
    "Interaction": "interactions",
    "Participant": "participants",
    "Pipeline": "pipelines",
    "Stage": "stages",
    "Deal": "deals",
    "StageMove": "stage_moves",
    "Followup": "followups",
    "Product": "products",
    "Invoice": "invoices",
    "InvoiceLine": "invoice_lines",
    "Payment": "payments",
    "Tag": "tags",
    "CustomField": "custom_fields",
    "ExternalRef": "external_refs",
    "Rate": "rates",
    "Goal": "goals",
}
# Columns that only the store and the rules use: match keys, maintained copies for the indexes.
STORAGE_ONLY: Final[Mapping[str, frozenset[str]]] = {
    "contacts": frozenset({"name_key", "last_contacted_base_on"}),
    "companies": frozenset({"name_key"}),
    "deals": frozenset({"status", "stage_entered_at", "probability_set"}),
    "followups": frozenset({"anchor_on", "scheduled_on"}),
    "invoices": frozenset({"net_minor", "tax_minor", "paid_minor"}),
    "invoice_lines": frozenset({"net_minor", "tax_minor"}),
}
Converter = Callable[[Any], Any]


def table_of(record: type) -> str:
    """The table a record's rows are in."""
    return TABLES[record.__name__]


def _once(function: Callable[[type], T]) -> Callable[[type], T]:
    """``functools.cache`` for functions of a class, typed so that any class will do."""
    return cache(function)


@_once
def columns(record: type) -> tuple[str, ...]:
    """The columns of a record, in the order its builder takes them."""
    return tuple(each.name for each in fields(record))


def select_list(record: type, table: str) -> str:
    """The columns of a record for a SELECT, qualified by the table."""
    return ", ".join(f"{table}.{name}" for name in columns(record))


@_once
def valuer(record: type) -> Callable[[Sequence[Any]], dict[str, Any]]:
    """A function from a row, in the order of ``columns``, to the record's values by field."""
    hints = get_type_hints(record)
    names = columns(record)
    converters = [(place, found) for place, name in enumerate(names) if (found := _converter(hints[name]))]

    def values(row: Sequence[Any]) -> dict[str, Any]:
        found = list(row)
        for place, converter in converters:
            if found[place] is not None:
                found[place] = converter(found[place])
        return dict(zip(names, found, strict=True))

    return values


def builder(record: type[R]) -> Callable[[Sequence[Any]], R]:
    """A function from a row, in the order of ``columns``, to the record."""
    values = valuer(record)
    return lambda row: record(**values(row))


def read(
    connection: sqlite3.Connection, record: type[R], rest: str = "", params: Sequence[SqlValue] = ()
) -> Iterator[R]:
    """Records from ``SELECT columns FROM table <rest>``; ``rest`` is trusted SQL, ``?`` for the values."""
    table = table_of(record)
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
