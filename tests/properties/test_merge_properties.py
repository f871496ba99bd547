"""Whatever is merged, in whatever order: nothing dangles, nothing is lost, and undo brings every row back exactly."""

from __future__ import annotations

from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm
from crm_tui.store import sales
from tests.everything import assert_sound, content
from tests.properties.test_undo_properties import ACTS, IDS, Act, act, business, one, perform

OTHERS: Final = st.lists(st.integers(1, 6), max_size=4)
CHOSEN: Final = st.sampled_from(["name", "title", "company", "lifecycle", "note"])
MERGES: Final = st.one_of(
    act("contacts.merge", args=one(IDS, OTHERS), choose=st.dictionaries(CHOSEN, IDS, max_size=2)),
    act("companies.merge", args=one(IDS, OTHERS)),
    act(
        "companies.merge",
        args=one(IDS, OTHERS),
        choose=st.dictionaries(st.sampled_from(["name", "parent"]), IDS, max_size=2),
    ),
)
MAKING: Final = st.one_of(
    ACTS,
    act("interactions.add", args=one(st.just("call"), st.lists(IDS, min_size=1, max_size=3), st.just("hi"))),
    act("duplicates.decide_distinct", args=one(st.sampled_from(["contacts", "companies"]), IDS, IDS)),
    act(
        "contacts.update",
        args=one(IDS),
        note=st.sampled_from(["a", "b\nc"]),
        title=st.sampled_from(["x", "y"]),
    ),
)
STEPS: Final = st.lists(MAKING, max_size=8).flatmap(
    lambda made: st.lists(st.one_of(MAKING, MERGES, MERGES), max_size=6).map(lambda merged: [*made, *merged])
)


def hung_on(crm: Crm) -> None:
    """Some of everything that hangs on people and companies, as a vCard or a calendar would bring it."""
    crm.contacts.add(name="Cem", emails=["c@x.example"], phones=["+994 12 345 67 89"], company="Zenith")
    crm.contacts.add(
        name="Cem B",
        emails=["info@x.example"],
        phones=["012 345 67 89", "+994123456789"],
        company="Third",
        title="buyer",
    )
    with crm.transaction("bring") as writing:
        for number, entity in enumerate(("contacts", "contacts", "companies", "companies"), 1):
            owner = (number - 1) % 2 + 1
            writing.insert(
                "external_refs",
                {"entity": entity, "entity_id": owner, "source": "vcard", "key": f"{entity}{owner}"},
            )
            writing.insert(
                "kept_lines",
                {"entity": entity, "entity_id": owner, "format": "vcard", "lines": f"X-SAME:1\nX-{number}:2"},
            )
        writing.insert(
            "invoices",
            {"number": "1", "contact_id": 3, "company_id": 2, "issued_on": "2026-01-01", "due_on": "2026-01-09",
             "currency": "EUR"},
        )  # fmt: skip
    crm.interactions.add("call", [1, 2, 3], "all three")


@settings(max_examples=60, deadline=None)
@given(acts=STEPS)
def test_merges_undone_give_back_every_row(acts: list[tuple[str, Act]]) -> None:
    with business() as crm:
        hung_on(crm)
        states = perform(crm, acts)
        assert_sound(crm)
        assert list(sales.problems(crm.connection)) == []
        for state in reversed(states[:-1]):
            crm.undo()
            assert content(crm) == state
        assert_sound(crm)
        for state in states[1:]:
            crm.redo()
            assert content(crm) == state
        assert_sound(crm)


def values(crm: Crm) -> set[str]:
    """Every value that somebody gave, wherever it stands."""
    found: set[str] = set()
    for sql in (
        "SELECT coalesce(normal, value) FROM contact_methods",
        "SELECT label || date FROM important_dates",
        "SELECT name FROM tags JOIN contact_tags ON tag_id = tags.id",
        "SELECT source || key FROM external_refs",
        "SELECT summary FROM interactions JOIN participants ON interaction_id = interactions.id",
        "SELECT number || (contact_id IS NULL) FROM invoices",
        "SELECT title || (contact_id IS NULL) FROM deals",
        "SELECT title || (contact_id IS NULL) FROM followups",
    ):
        found.update(value for (value,) in crm.connection.execute(sql))
    return found


def texts(crm: Crm) -> str:
    """All single values and notes of people as one text."""
    rows = crm.connection.execute("SELECT name, title, note, source, birthday, cadence_days FROM contacts")
    return "\n".join(str(value) for row in rows for value in row if value is not None)


@settings(max_examples=40, deadline=None)
@given(made=st.lists(MAKING, max_size=8), keep=IDS, others=st.sets(st.integers(1, 6), min_size=1, max_size=3))
def test_no_value_is_lost(made: list[tuple[str, Act]], keep: int, others: set[int]) -> None:
    with business() as crm:
        hung_on(crm)
        perform(crm, made)
        there = {person.id for person in crm.contacts.list()} & (others - {keep})
        if not there or keep not in {person.id for person in crm.contacts.list()}:
            return
        kept, before = values(crm), [line for line in texts(crm).splitlines() if line]
        crm.contacts.merge(keep, sorted(there))
        assert values(crm) == kept
        after = texts(crm)
        assert [value for value in before if value not in after] == []
        (open_ends,) = crm.connection.execute(
            "SELECT count(*) FROM relations WHERE contact_id = other_id"
        ).fetchone()
        assert open_ends == 0
