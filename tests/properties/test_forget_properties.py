"""Whatever was done with a person: once forgotten no byte names them, the file is sound, and undo never fails badly."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm, doctor, forgetting
from crm_tui.errors import ConflictError
from tests.conftest import NOW
from tests.everything import assert_sound, content
from tests.properties.test_undo_properties import ACTS, Act, business, perform

SECRETS = ("zorblax", "quimby", "z.q@", "600700800", "frobnicate")
PERSON = 3


def arrive(crm: Crm) -> None:
    """Somebody whom the acts treat like anybody else."""
    crm.contacts.add(
        name="Zorblax Quimby", emails=["z.q@z.example"], phones=["+48 600 700 800"], note="frobnicate"
    )
    crm.interactions.add("call", [PERSON], "to frobnicate")
    crm.interactions.add("meeting", [1, PERSON], "with Anna")
    crm.followups.add("frobnicate again", NOW.date(), contact_id=PERSON, repeat="every 2 weeks")


def raw(path: Path) -> bytes:
    """The bytes of a database that is closed, and of what lies beside it."""
    return b"".join(each.read_bytes() for each in path.parent.iterdir() if each.is_file()).lower()


@settings(max_examples=40, deadline=None)
@given(acts=st.lists(ACTS, max_size=12), undone=st.lists(st.integers(1, 20), max_size=3), data=st.data())
def test_nothing_is_left_and_the_rest_is_sound(
    acts: list[tuple[str, Act]], undone: list[int], data: st.DataObject
) -> None:
    with business() as crm:
        arrive(crm)
        perform(crm, acts)
        for number in undone:
            if any(each.id == number and each.undone_at is None for each in crm.history()):
                try:
                    crm.undo(number)
                except ConflictError:
                    continue
        if not crm.contacts.count(f"id:{PERSON}"):
            return
        done = forgetting.forget(crm, PERSON)
        assert done.found == []
        # a company may have been given the e-mail that the person was given
        assert {each["kind"] for each in done.mentions if each["sure"]} <= {"company_methods"}
        assert_sound(crm)
        assert {each.status for each in doctor.examine(crm, own_folder=False)} == {doctor.OK}
        numbers = [each.id for each in crm.history()]
        for number in data.draw(st.permutations(numbers), label="order"):
            before = content(crm)
            try:
                crm.undo(number)
            except ConflictError:
                assert content(crm) == before
        assert_sound(crm)
        crm.connection.close()
        assert [each for each in SECRETS if each.encode() in raw(crm.path)] == []
