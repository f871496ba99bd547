"""Journaled writes: what one operation holds, what it leaves out, and that it is all or nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import ConflictError, DatabaseError, NotFoundError
from crm_tui.store.transaction import DEVICE_RANGE
from tests.conftest import INSTANT, NOW
from tests.everything import assert_sound

TAG = "SELECT id, name, created_at, updated_at FROM tags ORDER BY id"


def journal(crm: Crm) -> list[tuple[int, str, int, object, object]]:
    rows = crm.connection.execute(
        "SELECT operation_id, entity, entity_id, before, after FROM changes ORDER BY id"
    )
    return [
        (number, table, row_id, before and json.loads(before)["name"], after and json.loads(after)["name"])
        for number, table, row_id, before, after in rows
    ]


def test_inserts_with_minted_id_and_stamps(crm: Crm) -> None:
    with crm.transaction("add tag") as writing:
        first, second = writing.insert("tags", {"name": "a"}), writing.insert("tags", {"name": "b"})
    assert (first, second) == (1, 2)
    assert crm.connection.execute(TAG).fetchall() == [(1, "a", INSTANT, INSTANT), (2, "b", INSTANT, INSTANT)]
    assert journal(crm) == [(1, "tags", 1, None, "a"), (1, "tags", 2, None, "b")]
    assert crm.last_operation is not None
    assert (crm.last_operation.id, crm.last_operation.summary) == (1, "add tag")


def test_update_tells_whether_anything_differed(database: Path) -> None:
    with Crm.open(database, now=NOW) as crm, crm.transaction("add") as writing:
        writing.insert("tags", {"name": "a"})
    with Crm.open(database, now="2026-03-05 10:00") as crm:
        with crm.transaction("same") as writing:
            assert writing.update("tags", 1, {"name": "a"}) is False
        assert crm.last_operation is None
        with crm.transaction("other") as writing:
            assert writing.update("tags", 1, {"name": "b"}) is True
        assert crm.connection.execute(TAG).fetchall() == [(1, "b", INSTANT, "2026-03-05T10:00:00Z")]
        assert [each.summary for each in crm.history()] == ["other", "add"]


def test_several_changes_of_a_row_are_one_entry(crm: Crm) -> None:
    with crm.transaction("add") as writing:
        writing.insert("tags", {"name": "a"})
    with crm.transaction("rename twice") as writing:
        writing.update("tags", 1, {"name": "b"})
        writing.update("tags", 1, {"name": "c"})
    assert journal(crm)[1:] == [(2, "tags", 1, "a", "c")]


def test_a_row_made_and_removed_in_one_operation_leaves_no_trace(crm: Crm) -> None:
    with crm.transaction("nothing in the end") as writing:
        made = writing.insert("tags", {"name": "a"})
        writing.update("tags", made, {"name": "b"})
        writing.delete("tags", made)
    assert journal(crm) == []
    assert crm.history() == []
    assert crm.last_operation is None
    with crm.transaction("ids are never given again") as writing:
        assert writing.insert("tags", {"name": "a"}) == 2


def test_an_error_takes_everything_back(crm: Crm) -> None:
    def fail() -> None:
        with crm.transaction("fail") as writing:
            writing.insert("tags", {"name": "a"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert crm.connection.execute(TAG).fetchall() == []
    assert crm.history() == []
    assert crm.last_operation is None
    assert not crm.connection.in_transaction
    with crm.transaction("the id of what never was is free") as writing:
        assert writing.insert("tags", {"name": "a"}) == 1


def test_a_nested_transaction_is_part_of_the_outer_one(crm: Crm) -> None:
    with crm.transaction("outer") as writing:
        writing.insert("tags", {"name": "a"})
        crm.contacts.add(name="Anna", tags=["a"])
    assert [each.summary for each in crm.history()] == ["outer"]
    assert {table for _, table, *_ in crm.connection.execute("SELECT id, entity FROM changes")} == {
        "tags",
        "contacts",
        "contact_tags",
    }


def test_undo_inside_a_transaction_is_refused(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    with pytest.raises(DatabaseError, match="inside another write"), crm.transaction("outer"):
        crm.undo()
    assert crm.contacts.count() == 1


def test_what_is_gone_cannot_be_changed_or_removed(crm: Crm) -> None:
    with pytest.raises(NotFoundError, match="no record 7 in tags"), crm.transaction("x") as writing:
        writing.update("tags", 7, {"name": "a"})
    with pytest.raises(NotFoundError, match="no record 7 in tags"), crm.transaction("x") as writing:
        writing.delete("tags", 7)


def test_maintained_columns_are_left_out_of_the_journal(crm: Crm) -> None:
    crm.contacts.add(name="Anna", cadence_days=30)
    (after,) = crm.connection.execute("SELECT after FROM changes WHERE entity = 'contacts'").fetchone()
    assert "next_touch_on" not in json.loads(after)
    assert json.loads(after)["cadence_days"] == 30
    assert crm.connection.execute("SELECT next_touch_on FROM contacts").fetchone() == ("2026-03-02",)


def test_ids_come_from_the_range_of_the_device(crm: Crm) -> None:
    crm.connection.execute("INSERT INTO meta (key, value) VALUES ('device', '3')")
    with crm.transaction("add") as writing:
        assert writing.next_id("tags") == 3 * DEVICE_RANGE + 1
        assert writing.insert("tags", {"name": "a"}) == 3 * DEVICE_RANGE + 1
        assert writing.mint("tags", 10) == 3 * DEVICE_RANGE + 2
        assert writing.insert("tags", {"name": "b"}) == 3 * DEVICE_RANGE + 12


def test_rows_made_in_bulk_are_journaled_as_one_range(crm: Crm) -> None:
    with crm.transaction("load") as writing:
        for batch in (["a", "b"], ["c"]):
            first = writing.mint("tags", len(batch))
            rows = [(first + place, name, INSTANT, INSTANT) for place, name in enumerate(batch)]
            writing.insert_many("tags", ("id", "name", "created_at", "updated_at"), rows)
            writing.record_range("tags", first, first + len(batch) - 1)
        writing.update("tags", 2, {"name": "B"})
    found = crm.connection.execute(
        "SELECT operation_id, entity, first_id, last_id FROM change_ranges"
    ).fetchall()
    assert found == [(1, "tags", 1, 3)]
    assert journal(crm) == []


def test_two_processes_queue_instead_of_failing(database: Path) -> None:
    with Crm.open(database, now=NOW) as one, Crm.open(database, now=NOW) as other:
        with one.transaction("first") as writing:
            writing.insert("tags", {"name": "a"})
            # reading goes on meanwhile, and sees nothing of what is not finished
            assert other.connection.execute(TAG).fetchall() == []
        with other.transaction("second") as writing:
            assert writing.insert("tags", {"name": "b"}) == 2


def test_unjournaled_writes_are_no_operation(crm: Crm) -> None:
    with crm.unjournaled() as connection:
        connection.execute("INSERT INTO meta (key, value) VALUES ('seen', 'yes')")

    def fail() -> None:
        with crm.unjournaled() as connection:
            connection.execute("INSERT INTO meta (key, value) VALUES ('gone', 'yes')")
            raise sqlite3.OperationalError("no such thing")

    with pytest.raises(DatabaseError, match="no such thing"):
        fail()
    assert crm.connection.execute("SELECT key FROM meta WHERE key IN ('seen', 'gone')").fetchall() == [
        ("seen",)
    ]
    assert crm.history() == []


def _refused_after(crm: Crm, write: Callable[[], object]) -> None:
    with crm.transaction("a part"):
        write()
        raise ConflictError("No.", "No.")


def test_an_error_in_a_part_takes_back_that_part_alone(crm: Crm) -> None:
    with crm.transaction("two of three"):
        crm.contacts.add(name="Anna")
        with pytest.raises(ConflictError):
            _refused_after(crm, lambda: crm.contacts.add(name="Boris"))
        crm.contacts.add(name="Clara")
    assert [contact.name for contact in crm.contacts.list()] == ["Anna", "Clara"]
    crm.undo()
    assert crm.contacts.list() == []
    assert_sound(crm)


def test_a_part_taken_back_leaves_the_rows_of_the_whole_as_they_were_recorded(crm: Crm) -> None:
    contact = crm.contacts.add(name="Anna", title="Buyer")
    with crm.transaction("edit twice"):
        crm.contacts.update(contact.id, title="Owner")
        with pytest.raises(ConflictError):
            _refused_after(crm, lambda: crm.contacts.update(contact.id, title="Nobody"))
    assert crm.contacts.get(contact.id).title == "Owner"
    crm.undo()
    assert crm.contacts.get(contact.id) == contact
