"""Undo and redo: rows come back exactly, and what came later is never pulled out from under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from crm_tui.domain import Crm, documents
from crm_tui.errors import ConflictError, NotFoundError, NothingToUndoError
from crm_tui.store.transaction import Transaction
from tests.conftest import INSTANT, NOW
from tests.everything import assert_sound, content


@pytest.fixture(autouse=True)
def _sound(crm: Crm) -> Iterator[None]:
    yield
    assert_sound(crm)


def bulk(writing: Transaction, table: str, *rows: Mapping[str, str | int]) -> int:
    """Write rows as a bulk load does; returns the first id."""
    first = writing.mint(table, len(rows))
    columns = ("id", "created_at", "updated_at", *rows[0])
    writing.insert_many(
        table, columns, [(first + place, INSTANT, INSTANT, *row.values()) for place, row in enumerate(rows)]
    )
    writing.record_range(table, first, first + len(rows) - 1)
    return first


def load(crm: Crm, *names: str) -> int:
    """Load people in bulk, with an e-mail each; returns the first id."""
    with crm.transaction(f"import {len(names)} contacts") as writing:
        first = bulk(writing, "contacts", *({"name": each, "name_key": each.lower()} for each in names))
        methods: list[dict[str, str | int]] = [
            {
                "contact_id": first + place,
                "kind": "email",
                "value": f"{each}@x.example",
                "normal": f"{each}@x.example",
            }
            for place, each in enumerate(names)
        ]
        bulk(writing, "contact_methods", *methods)
        documents.load_range(crm.connection, "contacts", first, first + len(names) - 1)
    return first


def test_undo_and_redo_restore_every_row(crm: Crm) -> None:
    crm.contacts.add(name="Anna", emails=["anna@x.example"], tags=["vip"], cadence_days=30)
    first = content(crm)
    crm.contacts.update(
        1, name="Anna K", emails=["ak@x.example"], tags=["old"], cadence_days=7, company="Acme"
    )
    second = content(crm)
    undone = crm.undo()
    assert (undone.id, undone.summary) == (2, "edit contact Anna")
    assert content(crm) == first
    assert crm.redo().id == 2
    assert content(crm) == second
    assert [each.undone_at for each in crm.history()] == [None, None]


def test_undo_of_everything_leaves_nothing_and_redo_brings_all_of_it(crm: Crm) -> None:
    empty = content(crm)
    crm.contacts.add(name="Anna", company="Acme", tags=["vip"])
    crm.contacts.tag(1, remove=["vip"])
    crm.companies.archive(1)
    full = content(crm)
    assert [crm.undo().id for _ in range(3)] == [3, 2, 1]
    assert content(crm) == empty
    with pytest.raises(NothingToUndoError) as nothing:
        crm.undo()
    assert nothing.value.exit_code == 9
    assert [crm.redo().id for _ in range(3)] == [1, 2, 3]
    assert content(crm) == full
    with pytest.raises(NothingToUndoError, match="nothing to redo"):
        crm.redo()


def test_a_new_operation_ends_the_redo(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.undo()
    crm.contacts.add(name="Bo")
    with pytest.raises(NothingToUndoError):
        crm.redo()
    assert [each.name for each in crm.contacts.list()] == ["Bo"]


def test_undo_is_no_operation_of_its_own(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.undo()
    assert [(each.id, each.undone_at) for each in crm.history()] == [(1, INSTANT)]


def test_an_older_operation_that_nothing_uses_can_be_undone(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.contacts.add(name="Bo")
    crm.undo(1)
    assert [each.name for each in crm.contacts.list()] == ["Bo"]
    assert crm.undo().id == 2
    assert [crm.redo().id, crm.redo().id] == [1, 2]


def test_undoing_twice_and_undoing_what_never_was_are_refused(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.undo(1)
    with pytest.raises(ConflictError, match="undone already"):
        crm.undo(1)
    with pytest.raises(NotFoundError, match="no operation 12"):
        crm.undo(12)


def test_a_later_change_of_the_same_row_is_named(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.contacts.add(name="Bo")
    crm.contacts.update(1, title="Head")
    crm.contacts.update(1, title="Chair")
    before = content(crm)
    with pytest.raises(ConflictError, match=r"operation 4 \(edit contact Anna\) came later") as caught:
        crm.undo(1)
    assert caught.value.exit_code == 6
    assert caught.value.hint == "Undo that one first: crm undo 4."
    assert content(crm) == before
    assert [crm.undo(each).id for each in (4, 3, 1)] == [4, 3, 1]


def test_a_later_operation_that_is_undone_does_not_count(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.contacts.update(1, title="Head")
    crm.undo(2)
    crm.undo(1)
    assert crm.contacts.count() == 0


def test_what_later_rows_refer_to_stays(crm: Crm) -> None:
    crm.companies.add(name="Acme")
    crm.contacts.add(name="Anna", company="Acme")
    with pytest.raises(ConflictError, match=r"operation 2 \(add contact Anna\)"):
        crm.undo(1)
    assert crm.contacts.get(1).company == "Acme"


def test_a_reference_set_later_on_an_older_row_counts(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    crm.companies.add(name="Acme")
    crm.contacts.update(1, company="Acme")
    with pytest.raises(ConflictError, match=r"operation 3 \(edit contact Anna\)"):
        crm.undo(2)


def test_a_reference_from_a_row_of_the_same_operation_is_no_hindrance(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    before = content(crm)
    crm.contacts.update(1, company="Acme")
    crm.undo(2)
    assert content(crm) == before


def test_where_a_record_came_from_counts_as_a_reference(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    with crm.transaction("import 1 contact") as writing:
        writing.insert("external_refs", {"source": "shop", "key": "7", "entity": "contacts", "entity_id": 1})
    with pytest.raises(ConflictError, match=r"operation 2 \(import 1 contact\)"):
        crm.undo(1)


def test_a_row_never_comes_back_to_refer_to_what_is_gone(crm: Crm) -> None:
    crm.contacts.add(name="Anna", company="Acme")
    crm.contacts.update(1, company=None)
    crm.companies.delete(1)
    before = content(crm)
    with pytest.raises(ConflictError, match=r"operation 3 \(delete company Acme\)"):
        crm.undo(2)
    assert content(crm) == before
    crm.undo(3)
    crm.undo(2)
    assert crm.contacts.get(1).company == "Acme"


def test_a_row_never_comes_back_where_another_has_its_place(crm: Crm) -> None:
    crm.contacts.add(name="Anna", tags=["vip"])
    crm.contacts.tag(1, remove=["vip"])
    crm.contacts.tag(1, add=["vip"])
    with pytest.raises(ConflictError, match=r"operation 3 \(tag contact Anna\)"):
        crm.undo(2)
    assert crm.contacts.get(1).tags == ("vip",)


def test_the_place_of_a_name_is_taken_whatever_its_case(crm: Crm) -> None:
    with crm.transaction("add tag") as writing:
        writing.insert("tags", {"name": "vip"})
    with crm.transaction("rename tag") as writing:
        writing.update("tags", 1, {"name": "regular"})
    with crm.transaction("add another") as writing:
        writing.insert("tags", {"name": "VIP"})
    with pytest.raises(ConflictError, match=r"operation 3 \(add another\)"):
        crm.undo(2)


def test_rows_that_swap_a_value_come_back(crm: Crm) -> None:
    with crm.transaction("add tags") as writing:
        writing.insert("tags", {"name": "a"})
        writing.insert("tags", {"name": "b"})
    before = content(crm)
    with crm.transaction("swap") as writing:
        writing.update("tags", 1, {"name": "between"})
        writing.update("tags", 2, {"name": "a"})
        writing.update("tags", 1, {"name": "b"})
    after = content(crm)
    crm.undo()
    assert content(crm) == before
    crm.redo()
    assert content(crm) == after


def test_maintained_dates_follow_an_undo(crm: Crm) -> None:
    crm.contacts.add(name="Anna", cadence_days=30)
    crm.contacts.update(1, last_contacted_on=date(2026, 2, 20))
    assert crm.contacts.get(1).next_touch_on == date(2026, 3, 22)
    crm.undo()
    assert (crm.contacts.get(1).last_contacted_on, crm.contacts.get(1).next_touch_on) == (None, NOW.date())
    crm.redo()
    assert crm.contacts.get(1).next_touch_on == date(2026, 3, 22)


def test_rows_made_in_bulk_go_and_come_back(crm: Crm) -> None:
    crm.contacts.add(name="Zoe")
    before = content(crm)
    load(crm, "anna", "bo", "cem")
    after = content(crm)
    assert crm.undo().summary == "import 3 contacts"
    assert content(crm) == before
    assert crm.redo().summary == "import 3 contacts"
    assert content(crm) == after
    assert crm.connection.execute("SELECT count(*) FROM parked_rows").fetchone() == (0,)
    crm.undo()
    assert content(crm) == before


def test_more_rows_than_one_parcel_holds(crm: Crm) -> None:
    load(crm, *(f"person{number}" for number in range(4100)))
    after = content(crm)
    crm.undo()
    assert crm.contacts.count() == 0
    assert crm.connection.execute("SELECT count(*) FROM parked_rows").fetchone() == (6,)
    crm.redo()
    assert content(crm) == after


def test_a_later_change_of_a_row_made_in_bulk_is_named(crm: Crm) -> None:
    load(crm, "anna", "bo")
    crm.contacts.update(2, title="Head")
    with pytest.raises(ConflictError, match=r"operation 2 \(edit contact bo\)"):
        crm.undo(1)


def test_a_later_reference_to_a_row_made_in_bulk_is_named(crm: Crm) -> None:
    load(crm, "anna", "bo")
    crm.contacts.add(name="Cem", referred_by_id=2)
    with pytest.raises(ConflictError, match=r"operation 2 \(add contact Cem\)"):
        crm.undo(1)


def test_bulk_rows_that_refer_to_older_bulk_rows_keep_them(crm: Crm) -> None:
    load(crm, "anna")
    with crm.transaction("import tags") as writing:
        tag = bulk(writing, "tags", {"name": "vip"})
        bulk(writing, "contact_tags", {"contact_id": 1, "tag_id": tag})
        documents.refresh(crm.connection, "contacts", [1])
    with pytest.raises(ConflictError, match=r"operation 2 \(import tags\)"):
        crm.undo(1)
    crm.undo(2)
    # the person was in no range of that operation, but what they are found by was
    assert crm.connection.execute("SELECT keys FROM search_docs").fetchone() == ("anna anna x",)
    crm.redo()
    assert crm.connection.execute("SELECT keys FROM search_docs").fetchone() == ("anna vip anna x",)


def test_rows_changed_and_removed_within_their_own_bulk_load(crm: Crm) -> None:
    before = content(crm)
    with crm.transaction("import") as writing:
        first = bulk(writing, "tags", {"name": "a"}, {"name": "b"}, {"name": "c"})
        writing.update("tags", first, {"name": "A"})
        writing.delete("tags", first + 1)
    after = content(crm)
    crm.undo()
    assert content(crm) == before
    crm.redo()
    assert content(crm) == after


def test_a_journal_written_in_between_is_one_operation(crm: Crm) -> None:
    with crm.transaction("add tag") as writing:
        writing.insert("tags", {"name": "a"})
    before = content(crm)
    with crm.transaction("long") as writing:
        writing.update("tags", 1, {"name": "b"})
        made = writing.insert("tags", {"name": "x"})
        writing.write_journal()
        writing.update("tags", 1, {"name": "c"})
        writing.delete("tags", made)
    after = content(crm)
    crm.undo()
    assert content(crm) == before
    crm.redo()
    assert content(crm) == after


def test_history_pages_and_finds_what_touched_a_record(crm: Crm, database: Path) -> None:
    crm.contacts.add(name="Anna")
    crm.contacts.add(name="Bo")
    crm.contacts.update(1, title="Head")
    assert [each.id for each in crm.history()] == [3, 2, 1]
    assert [each.id for each in crm.history(2)] == [3, 2]
    assert [each.id for each in crm.history(5, before=2)] == [1]
    assert [each.id for each in crm.history_of([("contacts", 1)])] == [3, 1]
    assert [each.id for each in crm.history_of([("contacts", 1), ("contacts", 2)], limit=2)] == [3, 2]
    assert crm.history_of([("contacts", 9)]) == []
    with Crm.open(database, now=NOW) as other:
        assert [each.id for each in other.history()] == [3, 2, 1]


def test_history_of_a_row_made_in_bulk(crm: Crm) -> None:
    load(crm, "anna", "bo")
    crm.contacts.update(2, title="Head")
    assert [each.summary for each in crm.history_of([("contacts", 2)])] == [
        "edit contact bo",
        "import 2 contacts",
    ]
    assert [each.summary for each in crm.history_of([("contacts", 1)])] == ["import 2 contacts"]
