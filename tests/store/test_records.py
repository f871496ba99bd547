"""Records and tables say the same, and values survive the way there and back."""

from __future__ import annotations

import sqlite3
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from crm_tui import models
from crm_tui.domain import Crm
from crm_tui.models import Lifecycle, Record
from crm_tui.store import connection as store
from crm_tui.store import hours, records, sales
from tests.everything import BOOKKEEPING, tables


def record_classes() -> list[type[Record]]:
    """Every record with an id and stamps that is no view of another."""
    named = [getattr(models, name) for name in sorted(models.__all__) if not name.endswith("View")]
    return [
        each for each in named if isinstance(each, type) and issubclass(each, Record) and each is not Record
    ]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The columns of every table after all migrations."""
    path: Path = tmp_path_factory.mktemp("schema") / "crm.db"
    store.create(path)
    connection = sqlite3.connect(path)
    found = {}
    for table in tables(connection):
        rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
        found[table] = {name for (name,) in rows}
    connection.close()
    return found


@pytest.mark.parametrize("record", record_classes(), ids=lambda each: str(each.__name__))
def test_the_fields_of_a_record_are_the_columns_of_its_table(
    schema: dict[str, set[str]], record: type[Record]
) -> None:
    table = records.table_of(record)
    hidden = records.STORAGE_ONLY.get(table, frozenset())
    shown = {each.name for each in fields(record)}
    assert hidden <= schema[table]
    assert not hidden & shown
    assert shown | hidden == schema[table]


def test_every_table_has_its_record(schema: dict[str, set[str]]) -> None:
    of_records = {records.table_of(each) for each in record_classes()}
    joined = {"contact_tags", "company_tags", "deal_tags"}
    brought = {"kept_lines", "threads", "distinct_pairs", *sales.TABLES, *hours.TABLES}
    assert set(schema) - of_records - joined - BOOKKEEPING - brought == {"deliveries", "search_docs"}


def test_views_add_to_their_record_and_take_nothing_away() -> None:
    views = [name for name in models.__all__ if name.endswith("View")]
    assert len(views) == 9
    for name in views:
        record = getattr(models, name.removesuffix("View"))
        assert {each.name for each in fields(record)} < {each.name for each in fields(getattr(models, name))}


def test_values_survive_the_way_there_and_back(crm: Crm) -> None:
    crm.fields.add("contacts", "size", models.FieldType.NUMBER)
    crm.fields.add("contacts", "warm", models.FieldType.FLAG)
    made = crm.contacts.add(
        name="Anna", lifecycle="customer", opted_out_on=date(2026, 3, 1), custom={"size": 1.5, "warm": "yes"},
        phones=["+49 30 1234567"],
    )  # fmt: skip
    contact = next(records.read(crm.connection, models.Contact, "WHERE id = ?", (made.id,)))
    assert contact.lifecycle is Lifecycle.CUSTOMER
    assert contact.opted_out_on == date(2026, 3, 1)
    assert contact.custom == {"size": 1.5, "warm": True}
    assert contact.last_contacted_on is None
    (method,) = crm.contacts.methods(made.id)
    assert method.kind is models.MethodKind.PHONE
    assert method.is_primary is True


def test_choices_are_a_tuple(crm: Crm) -> None:
    made = crm.fields.add("deals", "fit", models.FieldType.CHOICE, choices=["good", 'so "so"'])
    assert crm.fields.get("deals", "fit") == made
    assert made.choices == ("good", 'so "so"')


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (None, None),
        (True, 1),
        (7, 7),
        ("x", "x"),
        (Lifecycle.LEAD, "lead"),
        (date(2026, 3, 2), "2026-03-02"),
        (("é", "b"), '["é", "b"]'),
        ({"b": 1, "a": "ə"}, '{"a":"ə","b":1}'),
        ({}, "{}"),
    ],
)
def test_how_values_are_stored(value: object, stored: object) -> None:
    found = records.to_sql(value)
    assert found == stored
    assert type(found) is type(stored)


def test_what_no_column_holds_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        records.to_sql({1, 2})
