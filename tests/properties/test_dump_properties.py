"""Whatever was done: a base made from a dump of another one equals it, and gives the same dump."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm, doctor, dumping
from tests.conftest import NOW
from tests.everything import assert_sound, content
from tests.properties.test_undo_properties import ACTS, Act, business, perform

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20)


@settings(max_examples=40, deadline=None)
@given(acts=st.lists(ACTS, max_size=12), texts=st.lists(TEXTS.filter(str.strip), max_size=3))
def test_a_loaded_dump_equals_its_source(acts: list[tuple[str, Act]], texts: list[str]) -> None:
    with business() as crm, tempfile.TemporaryDirectory() as folder:
        perform(crm, acts)
        for text in texts:
            crm.contacts.add(name=f"x{text}", note=text)
        crm.reminders.deliver_once("print", lambda _: None)
        lines = list(dumping.lines(crm))
        with Crm.open(Path(folder) / "new.db", now=NOW) as other:
            assert dumping.load(other, lines) == len(lines) - 2
            assert content(other) == content(crm)
            assert list(dumping.lines(other)) == lines
            assert_sound(other)
            assert {each.status for each in doctor.examine(other, own_folder=False)} == {doctor.OK}
            other.contacts.add(name="Afterwards")
            other.undo()
            assert content(other) == content(crm)
