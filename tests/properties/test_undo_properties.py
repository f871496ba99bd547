"""Whatever is done, in whatever order: undo brings every row back exactly, redo brings it all again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm
from crm_tui.errors import ConflictError, CrmError
from tests.conftest import NOW
from tests.everything import assert_sound, content

Act = Callable[[Crm], object]

NAMES: Final = st.sampled_from(["Anna", "Bo", "Əliyə", "Işık", "[/]", "O'Brien", "a\u0301"])
COMPANIES: Final = st.sampled_from(["Acme", "ACME", "Zenith", None])
EMAIL: Final = st.sampled_from(["a@x.example", "A@x.example", "b@x.example", "info@x.example"])
EMAILS: Final = st.lists(EMAIL, max_size=3)
TAGS: Final = st.lists(st.sampled_from(["vip", "VIP", "fair", "old"]), max_size=3)
IDS: Final = st.integers(1, 4)
DAYS: Final = st.dates(date(2025, 1, 1), date(2026, 3, 2))
CADENCES: Final = st.sampled_from([None, 1, 30])


def act(verb: str, /, **values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Act]]:
    """Calls of one verb, such as "contacts.add", with the positional ``args`` and the values drawn."""

    def make(drawn: dict[str, Any]) -> tuple[str, Act]:
        args = drawn.pop("args", ())
        return f"{verb} {args} {drawn}", lambda crm: attrgetter(verb)(crm)(*args, **drawn)

    return st.fixed_dictionaries(values).map(make)


def one(*values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Positional arguments."""
    return st.tuples(*values)


ACTS: Final = st.one_of(
    act(
        "contacts.add",
        name=NAMES,
        company=COMPANIES,
        emails=EMAILS,
        tags=TAGS,
        cadence_days=CADENCES,
    ),
    act(
        "contacts.update",
        args=one(IDS),
        name=NAMES,
        company=COMPANIES,
        emails=EMAILS,
        tags=TAGS,
        last_contacted_on=DAYS,
    ),
    act("contacts.update", args=one(IDS), referred_by_id=st.none() | IDS),
    act("contacts.tag", args=one(IDS), add=TAGS, remove=TAGS),
    act("contacts.archive", args=one(IDS)),
    act("contacts.delete", args=one(IDS)),
    act("contacts.relate", args=one(IDS, st.sampled_from(["boss", "Spouse"]), IDS)),
    act("contacts.unrelate", args=one(IDS, st.just("boss"), IDS)),
    act("contacts.set_date", args=one(IDS, st.just("Wedding"), st.sampled_from(["--06-05", None]))),
    act(
        "contacts.add_method",
        args=one(IDS, st.just("email"), st.sampled_from(["a@x.example", "z@x.example"])),
        primary=st.booleans(),
    ),
    act("contacts.remove_method", args=one(IDS, st.just("email"), st.just("a@x.example"))),
    act("companies.add", name=NAMES, parent=COMPANIES, tags=TAGS, emails=EMAILS),
    act("companies.update", args=one(IDS), name=NAMES, parent_id=st.none() | IDS, tags=TAGS),
    act("companies.delete", args=one(IDS), move_to=st.none() | IDS),
    act("deals.add", args=one(NAMES), contact_id=IDS, company=COMPANIES),
    act("deals.lose", args=one(IDS, st.just("price"))),
    act("deals.win", args=one(IDS)),
    act("followups.add", args=one(NAMES, DAYS), contact_id=IDS),
    act("followups.complete", args=one(IDS)),
)


@contextmanager
def business() -> Iterator[Crm]:
    """A business with a little of everything."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crm.db"
        path.write_bytes(_begun())
        path.chmod(0o600)
        with Crm.open(path, now=NOW) as crm:
            yield crm


@cache
def _begun() -> bytes:
    """The file of it, made once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crm.db"
        with Crm.open(path, now=NOW) as crm:
            crm.companies.add(name="Acme", tags=["old"])
            crm.companies.add(name="Zenith", parent_id=1)
            crm.contacts.add(
                name="Anna", company="Acme", emails=["a@x.example"], tags=["vip"], cadence_days=30
            )
            crm.contacts.add(name="Bo", referred_by_id=1)
            crm.deals.add("Website", contact_id=1, company="Zenith")
            crm.followups.add("Call", NOW.date(), contact_id=2, repeat="every 2 weeks")
        return path.read_bytes()


def perform(crm: Crm, acts: list[tuple[str, Act]]) -> list[dict[str, list[tuple[Any, ...]]]]:
    """Do what can be done; returns the whole content before the first and after each operation."""
    states = [content(crm)]
    for _, doing in acts:
        done = len(crm.history())
        try:
            doing(crm)
        except CrmError:
            # refused: nothing may have changed
            assert content(crm) == states[-1]
            assert len(crm.history()) == done
            continue
        if len(crm.history()) == done:
            assert content(crm) == states[-1]
        else:
            assert len(crm.history()) == done + 1
            states.append(content(crm))
    return states


@settings(max_examples=60, deadline=None)
@given(acts=st.lists(ACTS, max_size=12))
def test_undo_and_redo_restore_every_row(acts: list[tuple[str, Act]]) -> None:
    with business() as crm:
        states = perform(crm, acts)
        assert_sound(crm)
        for state in reversed(states[:-1]):
            crm.undo()
            assert content(crm) == state
        assert_sound(crm)
        for state in states[1:]:
            crm.redo()
            assert content(crm) == state
        assert_sound(crm)


@settings(max_examples=60, deadline=None)
@given(acts=st.lists(ACTS, min_size=2, max_size=10), data=st.data())
def test_undo_out_of_order_is_sound_or_refused(acts: list[tuple[str, Act]], data: st.DataObject) -> None:
    with business() as crm:
        final = perform(crm, acts)[-1]
        numbers = [each.id for each in crm.history()]
        undone = []
        for number in data.draw(st.permutations(numbers), label="order") if numbers else []:
            before = content(crm)
            try:
                crm.undo(number)
            except ConflictError:
                assert content(crm) == before
            else:
                undone.append(number)
                assert crm.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert_sound(crm)
        for _ in undone:
            crm.redo()
        assert content(crm) == final
        assert_sound(crm)
