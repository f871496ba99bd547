"""Properties of quick entry: reading never raises, and what is printed reads back as the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from crm_tui.dates import Clock
from crm_tui.domain import Crm
from crm_tui.domain.quick import VERBS, perform, printed, read, understand
from crm_tui.errors import CrmError
from crm_tui.text import is_clean
from tests.conftest import NOW

CLOCK = Clock.fixed(datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "Europe/Warsaw")
EARLIEST, LATEST = datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2090-01-01")
PHRASES = st.sampled_from(
    (
        "Anna", "Anna:", "Bob,", "+Bob", "+3M", '"Smith, John"', '"Smith,', '"for Anna friday"', '""',
        '"a""b"', ":", ",", "Anna Kowalska (1)", "@", "@yesterday", "@2026-02-01 14:00:", "@Proposal",
        '@"In talks"', "#", "#hot", "#42", "#a,b", "->", "->x", "-> friday send", "-> +3d:", "friday",
        "friday:", "14:30", "14:30:", "+3d", "in 3 days", "next monday", "2026-12-01", "2026-12-01 14:30",
        "2026-13-01", "by", "on", "at", "for", "for Anna", "every", "every 2 weeks", "every friday",
        "every last friday of every month", "every 31st", "!high", "!low", "!x", "!", "4500 EUR", "4500EUR",
        "€5", "$5", "54", "500 EUR", "1.200", "1.200 EUR", "1.200 KWD", "-5 EUR", "5 all",
        "99999999999999999999 EUR", "close eom", "close", "now", "sat", "jane@x.com", "jane@x",
        "+49 30 123456", "0301234567", "12", "Acme", "at Acme", "Łódź", "小林", "👩\u200d👩", "e\u0301",
        "\u202e", "\x1b[31m", "\x00", "\ud83d", "'", "--", "\\", "", "\n",
    )
)  # fmt: skip
LINES = st.builds(
    lambda verb, words: " ".join([verb, *words]),
    st.sampled_from([*VERBS, "Call", "call:", "cal"]),
    st.lists(PHRASES, max_size=9),
)


def check(text: str, clock: Clock) -> None:
    reading = read(text, clock, "EUR")
    assert reading.text == text
    for start, end in [(each.start, each.end) for each in reading.pieces] + [
        (each.start, each.end) for each in reading.problems
    ]:
        assert 0 <= start <= end <= len(text)
    assert [each.start for each in reading.pieces] == sorted(each.start for each in reading.pieces)
    spans = sorted((each.start, each.end) for each in reading.pieces if each.kind != "verb")
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    for problem in reading.problems:
        assert problem.message.endswith((".", "?"))
        assert problem.hint.endswith((".", "?"))
    if reading.intent is None:
        assert reading.problems or not text.strip()
        return
    event("understood")
    assert not reading.problems
    again = printed(reading.intent, clock, "EUR")
    assert read(again, clock, "EUR").intent == reading.intent, again


@given(st.text())
def test_reading_never_raises(text: str) -> None:
    check(text, CLOCK)


@given(st.sampled_from(VERBS), st.text())
def test_reading_never_raises_after_a_verb(verb: str, text: str) -> None:
    check(f"{verb} {text}", CLOCK)


@settings(max_examples=600)
@given(LINES)
def test_what_is_printed_reads_back(text: str) -> None:
    check(text, CLOCK)


@given(LINES, st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC)))
def test_what_is_printed_reads_back_at_any_moment(text: str, now: datetime) -> None:
    check(text, Clock.fixed(now, "Europe/Warsaw"))


@pytest.fixture(scope="module")
def business(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    with Crm.open(tmp_path_factory.mktemp("quick") / "crm.db", now=NOW) as crm:
        crm.connection.execute("PRAGMA synchronous = OFF")
        anna = crm.contacts.add(name="Anna Kowalska", company="Acme")
        crm.contacts.add(name="Anna Nowak", emails=["anna@example.com"])
        crm.contacts.add(name="\x1b[31m[/] for \u202e")
        crm.deals.add("Anna's website", contact_id=anna.id, amount_minor=500, currency="EUR")
        yield crm


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES)
def test_understanding_and_writing_only_raise_what_is_told(business: Crm, text: str) -> None:
    understood = understand(read(text, business.clock, "EUR"), business, business.clock)
    for meaning in understood.meanings:
        assert is_clean(meaning.words)
        for choice in meaning.choices:
            replaced = text[: meaning.start] + choice.text + text[meaning.end :]
            assert is_clean(choice.text)
            # a choice keeps the rest of the line as it was
            assert len(read(replaced, business.clock, "EUR").problems) <= len(understood.reading.problems)
    before = len(business.history())
    try:
        made = perform(business, understood)
    except CrmError:
        assert len(business.history()) == before
    else:
        assert made.record.id
        assert len(business.history()) == before + 1
        business.undo()
