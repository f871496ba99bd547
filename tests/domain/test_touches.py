"""Why somebody is due: the last real interaction, or the day given by hand, plus the cadence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm_tui.dates import shift_day
from crm_tui.domain import Crm
from crm_tui.domain.reports.report import Asked, Explanation, Unit
from crm_tui.errors import AmbiguousError, NotFoundError, UsageError


def why(crm: Crm, ref: str = "anna", as_of: date | None = None) -> Explanation:
    return crm.reports.why("next_touch_on", ref, Asked(as_of=as_of))


def parts(found: Explanation) -> list[tuple[str, date | None, str | None, object]]:
    return [(each.kind, each.on, each.part, each.value) for each in found.reasons]


def test_the_newest_real_interaction_counts_a_note_and_a_back_dated_one_do_not(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", cadence_days=30).id
    for kind, moment in (("call", "2026-02-10"), ("note", "2026-03-01"), ("email", "2026-01-05")):
        crm.interactions.add(kind, [anna], f"a {kind}", occurred_at=f"{moment}T10:00:00Z")
    found = why(crm)
    assert (found.value, found.unit, found.period) == (date(2026, 3, 12), Unit.DAY, None)
    assert found.value == crm.contacts.get(anna).next_touch_on
    assert found.arithmetic == ("last real interaction + cadence_days", "2026-02-10 + 30 days = 2026-03-12")
    assert parts(found) == [
        ("interaction", date(2026, 2, 10), "call", None),
        ("contact", None, "cadence_days", 30),
    ]
    assert found.reasons[0].title == "a call"


def test_over_the_end_of_february_in_a_leap_year(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", cadence_days=1).id
    crm.interactions.add("call", [anna], "spoke", occurred_at="2024-02-28T10:00:00Z")
    assert why(crm).value == date(2024, 2, 29) == crm.contacts.get(anna).next_touch_on


def test_the_day_given_by_hand_counts_where_it_is_later(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", cadence_days=7, last_contacted_on=date(2026, 2, 20)).id
    crm.interactions.add("call", [anna], "spoke", occurred_at="2026-02-10T10:00:00Z")
    found = why(crm)
    assert found.value == date(2026, 2, 27) == crm.contacts.get(anna).next_touch_on
    assert parts(found) == [("contact", date(2026, 2, 20), "last contact given by hand", 7)]


def test_who_was_never_contacted_is_due_on_the_day_of_adding(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", cadence_days=7).id
    found = why(crm)
    assert found.value == date(2026, 3, 2) == crm.contacts.get(anna).next_touch_on
    assert found.arithmetic[-1] == "never contacted, so it is the day of adding: 2026-03-02"
    assert parts(found) == [("contact", date(2026, 3, 2), "added", 7)]


def test_without_a_cadence_there_is_no_day(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    found = why(crm)
    assert found.value is None
    assert "has no cadence" in found.arithmetic[-1]


def test_the_state_of_a_day_gone_by(database: Path) -> None:
    def at(moment: str) -> Crm:
        return Crm.open(database, now=moment)

    with at("2026-01-01 10:00") as crm:
        anna = crm.contacts.add(name="Anna", cadence_days=30).id
        crm.interactions.add("call", [anna], "first")
    with at("2026-02-01 10:00") as crm:
        crm.interactions.add("call", [anna], "second")
        crm.contacts.update(anna, cadence_days=10)
    with at("2026-03-01 10:00") as crm:
        crm.contacts.update(anna, cadence_days=None, name="Anna Nowak")
        assert why(crm).value is None
        assert why(crm, as_of=date(2026, 2, 1)).value == shift_day(date(2026, 2, 1), 10, "d")
        past = why(crm, as_of=date(2026, 1, 31))
        assert (past.value, past.as_of) == (date(2026, 1, 31), date(2026, 1, 31))
        assert past.title == "When to get in touch with Anna again"
        with pytest.raises(NotFoundError):
            why(crm, as_of=date(2025, 12, 31))


def test_it_is_a_figure_of_one_person(crm: Crm) -> None:
    crm.contacts.add(name="Anna Nowak")
    crm.contacts.add(name="Anna Kowalska")
    with pytest.raises(UsageError):
        crm.reports.why("next_touch_on")
    with pytest.raises(AmbiguousError):
        why(crm)
    with pytest.raises(NotFoundError):
        why(crm, "nobody")


def test_what_was_undone_was_never_done(database: Path) -> None:
    for day, cadence in (("2026-02-02", 30), ("2026-02-06", 60), ("2026-02-08", 90)):
        with Crm.open(database, now=f"{day} 12:00") as crm:
            if day == "2026-02-02":
                crm.contacts.add(name="Anna", cadence_days=cadence)
            else:
                crm.contacts.update(1, cadence_days=cadence)
    with Crm.open(database, now="2026-02-12 12:00") as crm:
        assert why(crm, as_of=date(2026, 2, 6)).reasons[0].value == 60
        crm.undo()
        crm.undo()
        crm.contacts.update(1, cadence_days=7)
        assert why(crm, as_of=date(2026, 2, 6)).reasons[0].value == 30
        with pytest.raises(UsageError, match="still to come"):
            why(crm, as_of=date(2026, 2, 13))
