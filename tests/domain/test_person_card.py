"""The card of a person as lines: nothing of a name is cut while there is room beneath."""

from __future__ import annotations

import pytest

from crm_tui.domain import Crm
from crm_tui.screens.parties.person import read
from crm_tui.text import cell_width
from crm_tui.widgets.records.card import lines


@pytest.mark.parametrize("name", ["小林結衣" * 4, "Anna Kowalska-Wiśniewska, dr"], ids=["wide", "narrow"])
def test_a_name_that_leaves_no_room_stands_alone(crm: Crm, name: str) -> None:
    person = read(crm, crm.contacts.add(name=name, tags=["wholesale"]).id)
    assert person is not None
    found = ["".join(text for text, _ in line).rstrip() for line in lines(person, crm.clock, 40)]
    assert found[:2] == [name, "lead · wholesale"]
    assert all(cell_width(line) <= 40 for line in found)
