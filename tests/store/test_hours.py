"""The interactions of each hour follow from the rows, whatever is done, undone and done again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm, doctor, forgetting
from crm_tui.domain.loading.rows import NewRows
from crm_tui.errors import CrmError
from crm_tui.store import hours
from tests.conftest import NOW
from tests.loading import Loader

MOMENT = st.integers(0, 3 * 3600).map(
    lambda seconds: f"2026-01-01T{9 + seconds // 3600:02}:{seconds // 60 % 60:02}:59Z"
)
KIND = st.sampled_from(["call", "email", "note"])
PLACE = st.integers(0, 5)
STEP = st.one_of(
    st.tuples(st.just("add"), KIND, MOMENT),
    st.tuples(st.just("bulk"), st.lists(st.tuples(KIND, MOMENT), min_size=1, max_size=4)),
    st.tuples(st.just("edit"), PLACE, KIND, MOMENT),
    st.tuples(st.just("delete"), PLACE),
    st.tuples(st.just("merge")),
    st.tuples(st.just("forget")),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


def kept(crm: Crm) -> list[tuple[str, str, int]]:
    return crm.connection.execute("SELECT hour, kind, number FROM interaction_hours ORDER BY 1, 2").fetchall()


def counted(crm: Crm) -> list[tuple[str, str, int]]:
    """What the rows say."""
    return crm.connection.execute(
        "SELECT substr(occurred_at, 1, 13), kind, count(*) FROM interactions GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()


def log(crm: Crm, *rows: tuple[str, str]) -> list[int]:
    crm.contacts.add(name="Anna")
    return [crm.interactions.add(kind, [1], "spoke", occurred_at=moment).id for kind, moment in rows]


def load(crm: Crm, rows: Sequence[tuple[str, str]]) -> None:
    """Interactions in bulk, of which the first becomes a meeting in the same operation."""
    with crm.transaction("load", bulk=True) as writing:
        new = NewRows(crm, writing)
        made = [
            new.add("interactions", {"kind": kind, "occurred_at": moment, "summary": "spoke"})
            for kind, moment in rows
        ]
        new.complete()
        writing.update("interactions", made[0], {"kind": "meeting"})


def pick(crm: Crm, place: int) -> int:
    ids = [row_id for (row_id,) in crm.connection.execute("SELECT id FROM interactions ORDER BY id")]
    return ids[place % len(ids)] if ids else 0


def take(crm: Crm, step: Sequence[Any]) -> None:
    what, *rest = step
    people = [each.id for each in crm.contacts.list(sort="id")]
    if what == "undo":
        crm.undo()
    elif what == "redo":
        crm.redo()
    elif what == "add":
        crm.interactions.add(rest[0], people[:1], "spoke", occurred_at=rest[1])
    elif what == "bulk":
        load(crm, rest[0])
    elif what == "edit":
        crm.interactions.update(pick(crm, rest[0]), kind=rest[1], occurred_at=rest[2])
    elif what == "delete":
        crm.interactions.delete(pick(crm, rest[0]))
    elif what == "merge" and len(people) > 1:
        crm.merging.contacts(people[0], people[1:2])
    elif what == "forget" and len(people) > 1:
        forgetting.forget(crm, people[0])


@given(st.lists(STEP, max_size=20))
@settings(max_examples=25, deadline=None)
def test_hours_follow_from_the_rows_after_any_steps(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Sequence[Any]]
) -> None:
    with Crm.open(tmp_path_factory.mktemp("hours") / "crm.db", now=NOW) as crm:
        crm.connection.execute("PRAGMA synchronous = OFF")
        for name in ("Anna", "Bo", "Cem"):
            crm.contacts.add(name=name)
        for step in steps:
            try:
                take(crm, step)
            except CrmError:
                continue
            assert kept(crm) == counted(crm), step


def test_an_hour_ends_with_its_last_second(crm: Crm) -> None:
    log(
        crm,
        ("call", "2026-03-02T08:00:00Z"),
        ("call", "2026-03-02T08:59:59Z"),
        ("note", "2026-03-02T09:00:00Z"),
    )
    assert kept(crm) == [("2026-03-02T08", "call", 2), ("2026-03-02T09", "note", 1)]


def test_an_edit_leaves_what_it_does_not_touch(crm: Crm) -> None:
    call, _ = log(crm, ("call", "2026-03-02T08:00:00Z"), ("call", "2026-03-02T07:00:00Z"))
    # what is not counted anew stays wrong
    crm.connection.execute("UPDATE interaction_hours SET number = 9")
    crm.interactions.update(call, summary="spoke for long")
    assert [number for _, _, number in kept(crm)] == [9, 9]
    crm.interactions.update(call, occurred_at="2026-03-02T06:00:00Z")
    assert kept(crm) == [("2026-03-02T06", "call", 1), ("2026-03-02T07", "call", 9)]


def test_a_file_of_interactions_is_counted_and_taken_back(crm: Crm, tmp_path: Path) -> None:
    crm.contacts.add(name="Anna")
    loader = Loader(crm, tmp_path)
    rows = "".join(
        f"call,Anna,2026-02-0{day} 10:{minute},spoke\n" for day in (1, 2) for minute in (10, 20, 30)
    )
    loader("interactions", f"kind,contacts,occurred_at,summary\n{rows}")
    assert kept(crm) == [("2026-02-01T10", "call", 3), ("2026-02-02T10", "call", 3)]
    crm.undo()
    assert kept(crm) == []
    crm.redo()
    assert kept(crm) == counted(crm) != []


def test_the_doctor_finds_and_mends_wrong_counts(crm: Crm) -> None:
    log(
        crm,
        ("call", "2026-03-02T07:00:00Z"),
        ("call", "2026-03-02T08:00:00Z"),
        ("note", "2026-03-02T09:00:00Z"),
    )
    connection = crm.connection
    connection.execute("UPDATE interaction_hours SET number = 2 WHERE kind = 'note'")
    connection.execute("DELETE FROM interaction_hours WHERE hour = '2026-03-02T08'")
    connection.execute("INSERT INTO interaction_hours VALUES ('email', '2026-03-02T08', 1)")
    assert list(hours.problems(connection)) == [
        "the number of interactions in the hour 2026-03-02T08 is wrong",
        "the number of interactions in the hour 2026-03-02T09 is wrong",
    ]
    found = {each.check: each.status for each in doctor.examine(crm, own_folder=False)}
    assert found.pop("maintained") == doctor.PROBLEM
    assert {*found.values()} == {doctor.OK}
    doctor.mend(crm, own_folder=False)
    assert kept(crm) == counted(crm)
    assert {each.status for each in doctor.examine(crm, own_folder=False)} == {doctor.OK}
