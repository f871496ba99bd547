"""Quick entry as it reads: every piece, every refusal, and that nothing is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from time import perf_counter

import pytest

from crm_tui.dates import Clock, When
from crm_tui.domain.quick import LONGEST, VERBS, Intent, printed, read
from crm_tui.domain.quick.intents import Log, Lose, Name, NewDeal, NewPerson, Todo, Win
from crm_tui.models import InteractionKind, Priority
from crm_tui.money import Money

CLOCK = Clock.fixed(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
FRIDAY = date(2026, 3, 6)
ANNA = (Name("Anna"),)
CALL = InteractionKind.CALL


def meant(text: str) -> Intent | None:
    return read(text, CLOCK, "EUR").intent


def refused(text: str) -> list[tuple[str, str]]:
    reading = read(text, CLOCK, "EUR")
    assert reading.intent is None
    return [(text[each.start : each.end], each.message) for each in reading.problems]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("call Anna: wants it by friday", Log(CALL, ANNA, "wants it by friday")),
        ("  CALL  Anna :  wants  it ", Log(CALL, ANNA, "wants  it")),
        ("call Anna: x #hot #hot #b", Log(CALL, ANNA, "x", tags=("hot", "b"))),
        ("call Anna: see #hot and #42", Log(CALL, ANNA, "see #hot and #42")),
        ("call Anna: x -> friday", Log(CALL, ANNA, "x", next_due=When(FRIDAY))),
        ("call Anna: x -> friday send it", Log(CALL, ANNA, "x", next_due=When(FRIDAY), next_title="send it")),
        (
            "call Anna: x #a -> friday 14:30: 15:00 is late #b",
            Log(CALL, ANNA, "x", None, ("a", "b"), When(FRIDAY, time(14, 30)), "15:00 is late"),
        ),
        ("call Anna: a->b", Log(CALL, ANNA, "a->b")),
        ('call Anna: said "a -> b" twice', Log(CALL, ANNA, 'said "a -> b" twice')),
        (
            "meeting Anna, +Bob, +49 30 123456: x",
            Log(InteractionKind.MEETING, (Name("Anna"), Name("Bob", new=True), Name("+49 30 123456")), "x"),
        ),
        ('note "Smith, John": x', Log(InteractionKind.NOTE, (Name("Smith, John"),), "x")),
        ('note +"3M for: all": x', Log(InteractionKind.NOTE, (Name("3M for: all", new=True),), "x")),
        ("email anna@example.com: x", Log(InteractionKind.EMAIL, (Name("anna@example.com"),), "x")),
        (
            "call Anna @yesterday 14:00: x",
            Log(CALL, ANNA, "x", at=When(date(2026, 3, 1), time(14))),
        ),
        ("todo send contract to Acme +3d", Todo("send contract to Acme", When(date(2026, 3, 5)))),
        ("todo send it by friday", Todo("send it", When(FRIDAY))),
        (
            "todo call about it for Anna friday 14:30 !high every 2 weeks",
            Todo("call about it", When(FRIDAY, time(14, 30)), Name("Anna"), Priority.HIGH, "every 2 weeks"),
        ),
        (
            "todo pay every last friday of every month !low on friday",
            Todo("pay", When(FRIDAY), None, Priority.LOW, "last friday of month"),
        ),
        ("todo wait for +Bob friday", Todo("wait", When(FRIDAY), Name("Bob", new=True))),
        ('todo "wait for Bob on friday" tomorrow', Todo("wait for Bob on friday", When(date(2026, 3, 3)))),
        ('todo "say ""hi""" friday', Todo('say "hi"', When(FRIDAY))),
        ("todo fix #42 now", Todo("fix #42", When(date(2026, 3, 2), time(9, 30)))),
        (
            "deal Website relaunch 4500 EUR Acme",
            NewDeal("Website relaunch", Money(450_000, "EUR"), Name("Acme")),
        ),
        ("deal Website for Acme €4,500.50", NewDeal("Website", Money(450_050, "EUR"), Name("Acme"))),
        (
            'deal Website EUR 4500 +Acme #hot @"In talks" close eom',
            NewDeal(
                "Website",
                Money(450_000, "EUR"),
                Name("Acme", new=True),
                "In talks",
                date(2026, 3, 31),
                ("hot",),
            ),
        ),
        ("deal Fund for kids 500eur for Acme", NewDeal("Fund for kids", Money(50_000, "EUR"), Name("Acme"))),
        ("deal Maintenance 2026", NewDeal("Maintenance 2026")),
        ("deal 4 all seasons", NewDeal("4 all seasons")),
        ("deal 10 EUR voucher 4500 EUR", NewDeal("10 EUR voucher", Money(450_000, "EUR"))),
        ("deal Lamps 500 JPY", NewDeal("Lamps", Money(500, "JPY"))),
        (
            "person Jane Doe jane@x.com +49 30 123456 at Acme Inc. #tag",
            NewPerson("Jane Doe", ("jane@x.com",), ("+49 30 123456",), "Acme Inc.", ("tag",)),
        ),
        (
            "person Jane at Acme b@x.com a@x.com +48 601 234 567 +49 30 123456",
            NewPerson("Jane", ("b@x.com", "a@x.com"), ("+48 601 234 567", "+49 30 123456"), "Acme"),
        ),
        ("person Jane at Route 66666", NewPerson("Jane", company="Route 66666")),
        ('person "Jane at Large"', NewPerson("Jane at Large")),
        ("win Website", Win(Name("Website"))),
        ('win "Website: relaunch"', Win(Name("Website: relaunch"))),
        ("lose Website: too dear: really", Lose(Name("Website"), "too dear: really")),
    ],
)
def test_is_read(text: str, intent: Intent) -> None:
    assert meant(text) == intent
    assert meant(printed(intent, CLOCK, "EUR")) == intent


@pytest.mark.parametrize(
    ("text", "piece", "message"),
    [
        ("cal Anna: x", "cal", '"cal" is no beginning.'),
        ("call: x", "", "Nobody is named for the call."),
        ("call Anna", "", "Nothing is said yet."),
        ("call Anna: #hot", "", "Nothing is said yet."),
        ("call Anna: x -> soon", "-> soon", 'There is no day in "-> soon".'),
        ("call Anna: x -> 2026-02-30 y", "-> 2026-02-30 y", 'There is no day in "-> 2026-02-30 y".'),
        ("call Anna @tomorrow: x", "@tomorrow", "2026-03-03 is still to come."),
        ("call Anna @noon: x", "@noon", '"@noon" is no day or time.'),
        ("call Anna: x #a,b", "#a,b", "The tag a,b holds a comma or semicolon."),
        ("todo send it", "", "There is no day at the end."),
        ("todo friday", "", "What is to be done?"),
        ("todo call friday !high 14:30", "friday", 'There are two days, and one of them is "friday".'),
        ("todo x friday !x", "!x", '"!x" is no priority. It'),
        ("todo !high x friday", "!high", '"!high" stands in the middle.'),
        ("todo x friday !low !high", "!low", "There are two priorities."),
        ("todo x friday every day every week", "every day", "There are two repeat rules."),
        ("todo x friday #hot", "#hot", "A follow-up has no tags."),
        ("deal 4500 EUR Acme", "", "The deal has no title."),
        ("deal Studio 54 500 EUR", "54 500 EUR", '"54 500 EUR" can be read in two ways.'),
        ("deal Website 1.200 EUR", "1.200 EUR", '"1.200 EUR" can be read with or without decimals.'),
        ("deal Website @Lead 4500 EUR Acme", "@Lead", '"@Lead" stands in the middle.'),
        ("deal #hot Website 4500 EUR Acme", "#hot", '"#hot" stands in the middle.'),
        ("deal Website 50 EUR #hot 60 EUR", "", "There are two amounts."),
        ("deal Website @A @B", "@A", "There are two stages."),
        ("deal Website close friday close eom", "close friday", "There are two days to close on."),
        ("deal Website close friday 14:00", "close friday 14:00", "A deal closes on a day, without a time."),
        ("person jane@x.com", "", "The person has no name."),
        ("person Jane jane@x", "jane@x", '"jane@x" is no e-mail address.'),
        ("win", "", "Which deal is there to win?"),
        ("lose Website", "", "The reason is missing."),
        ("call \x00: x", "\x00", "The line holds a character that cannot be kept."),
    ],
)
def test_is_refused_and_named(text: str, piece: str, message: str) -> None:
    said = refused(text)
    assert any(each[0] == piece and each[1].startswith(message.removesuffix(" It")) for each in said), said


def test_nothing_is_no_mistake() -> None:
    for text in ("", "   "):
        reading = read(text, CLOCK, "EUR")
        assert (reading.intent, reading.pieces, reading.problems) == (None, (), ())


def test_pieces_of_an_unfinished_line_are_there() -> None:
    reading = read("call Anna, Bo", CLOCK, "EUR")
    assert [(each.kind, reading.text[each.start : each.end]) for each in reading.pieces] == [
        ("verb", "call"), ("name", "Anna"), ("name", "Bo"),
    ]  # fmt: skip


def test_a_sign_shared_by_currencies_means_the_usual_one() -> None:
    deal = read("deal X $5", CLOCK, "AUD").intent
    assert isinstance(deal, NewDeal)
    assert deal.amount == Money(500, "AUD")


def test_the_longest_lines_are_read_at_once() -> None:
    assert refused("call Anna: " + "x" * LONGEST)[0][1].startswith("The line has 2,0")
    begun = perf_counter()
    for verb in VERBS:
        for unit in (
            '"',
            '" ',
            "5 EUR ",
            "for ",
            "at ",
            "-> ",
            "#a ",
            "@a ",
            "every ",
            "1 ",
            ": ",
            ",",
            "friday ",
        ):
            read((f"{verb} " + unit * LONGEST)[:LONGEST], CLOCK, "EUR")
    assert perf_counter() - begun < 10
