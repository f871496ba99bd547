"""Calendars built to hang or blow up a reader: refused or rejected soon, the entry named, the rest taken."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.interchange.ical.components import components
from tests.calendars import Calendars, calendar, followups_of
from tests.everything import assert_sound
from tests.loading import counts

GOOD = "VTODO\nUID:good\nSUMMARY:Good\nDUE;VALUE=DATE:20260310"
SECONDS = 5.0
DEEP = "\r\n".join(f"BEGIN:X{n % 7}" for n in range(100_000))
HOSTILE = {
    "nested a hundred thousand deep": (
        f"BEGIN:VTODO\r\nSUMMARY:Bad\r\n{DEEP}\r\nEND:VTODO\r\n",
        '"Bad": parts are nested more than 8 deep in it',
    ),
    "nested to-dos": (
        "BEGIN:VTODO\r\nSUMMARY:Bad\r\n" * 20_000,
        '"Bad": its END:VTODO is missing',
    ),
    "nested calendars": ("BEGIN:VCALENDAR\r\n" * 100_000, ""),
    "a giant line": (
        f"BEGIN:VTODO\r\nSUMMARY:Bad\r\nDESCRIPTION:{'x' * 20_000_000}\r\nEND:VTODO\r\n",
        '"Bad": a line of it has more than 1,000,000 characters',
    ),
    "a giant folded line": (
        "BEGIN:VTODO\r\nSUMMARY:Bad\r\nDESCRIPTION:x\r\n" + " xxxxxxxxx\r\n" * 1_000_000 + "END:VTODO\r\n",
        '"Bad": a line of it has more than 1,000,000 characters',
    ),
    "very many lines": (
        "BEGIN:VTODO\r\nSUMMARY:Bad\r\n" + "X-A:1\r\n" * 500_000 + "END:VTODO\r\n",
        '"Bad": it has more than 10,000 lines or 3,000,000 characters',
    ),
    "very many parameters": (
        f"BEGIN:VTODO\r\nSUMMARY:Bad\r\nDUE{';A=1,2,3' * 100_000}:x\r\nEND:VTODO\r\n",
        '"Bad": "x" is no day or time',
    ),
    "colons that never come": (
        f"BEGIN:VTODO\r\nSUMMARY:Bad\r\nDUE{';A' * 450_000}\r\nEND:VTODO\r\n",
        '"Bad": it has no day on which it is due',
    ),
    "soft line breaks that never end": (
        "BEGIN:VTODO\r\nSUMMARY:Bad\r\nDESCRIPTION;ENCODING=QUOTED-PRINTABLE:=\r\n"
        + "=41=\r\n" * 1_000_000
        + "\r\nEND:VTODO\r\n",
        '"Bad": a line of it has more than 1,000,000 characters',
    ),
    "bytes that are no text": (
        "BEGIN:VTODO\r\nSUMMARY:Bad\r\nDESCRIPTION;ENCODING=QUOTED-PRINTABLE:=FF=FE\r\nEND:VTODO\r\n",
        '"Bad": DESCRIPTION has bytes that are no UTF-8',
    ),
    "quotes that never close": (
        "BEGIN:VTODO\r\nSUMMARY:Bad\r\nDUE" + ';A="' * 200_000 + "\r\nEND:VTODO\r\n",
        '"Bad": it has no day on which it is due',
    ),
    "a title as long as a book": (
        f"BEGIN:VTODO\r\nSUMMARY:{'ab ' * 200_000}\r\nDUE;VALUE=DATE:20260310\r\nEND:VTODO\r\n",
        "The title has 599,999 characters",
    ),
    "a NUL in the title": (
        "BEGIN:VTODO\r\nSUMMARY:a\x00b\r\nDUE;VALUE=DATE:20260310\r\nEND:VTODO\r\n",
        "The title contains a NUL character",
    ),
    "a duration without end": (
        f"BEGIN:VTODO\r\nSUMMARY:Bad\r\nDTSTART:20260310\r\nDURATION:P{'9' * 5}W\r\nEND:VTODO\r\n",
        "",
    ),
}


@pytest.fixture
def load(crm: Crm, tmp_path: Path) -> Calendars:
    """Loads calendars into a business that knows Anna."""
    crm.contacts.add(name="Anna", emails=["anna@example.com"])
    return Calendars(crm, tmp_path)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_entry_is_named_soon_and_the_rest_is_taken(load: Calendars, name: str) -> None:
    text, reason = HOSTILE[name]
    whole = calendar(GOOD).replace("BEGIN:VTODO", f"{text}BEGIN:VTODO", 1)
    begun = time.process_time()
    load.text(whole)
    assert time.process_time() - begun < SECONDS
    assert "Good" in [each.title for each in load.crm.followups.list()]
    assert any(reason in each for each in load.reasons()) if reason else load.reasons() == []
    assert_sound(load.crm)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=999999999",
        "FREQ=DAILY;COUNT=999999999999",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=9999",
        "FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2",
        "FREQ=YEARLY;BYSETPOS=366;BYDAY=MO",
        "FREQ=DAILY;UNTIL=99991231T235959Z",
        "FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 5000),
        "FREQ=" + "A" * 500_000,
        "RRULE=RRULE=" * 1000,
    ],
)
def test_rules_without_end_end_soon(load: Calendars, rule: str) -> None:
    event = "VEVENT\nSUMMARY:Daily\nDTSTART:{}0101T100000Z\nATTENDEE:mailto:anna@example.com\nRRULE:{}"
    todo = "VTODO\nSUMMARY:Daily\nDUE:{}0101T100000Z\nRRULE:{}"
    entries = [part.format(year, rule) for part in (event, todo) for year in ("1000", "2000", "2025", "2026")]
    begun = time.process_time()
    load(*entries, GOOD)
    assert time.process_time() - begun < SECONDS
    assert "Good" in [each.title for each in load.crm.followups.list()]
    assert all(each.startswith('"Daily": ') for each in load.reasons())


def test_many_heavy_rules_in_one_file_end_soon(load: Calendars) -> None:
    heavy = (
        "VEVENT\nUID:{}\nSUMMARY:Heavy\nDTSTART:10000101T100000Z\nATTENDEE:mailto:anna@example.com\n"
        "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"
    )
    light = (
        "VEVENT\nUID:light\nSUMMARY:Light\nDTSTART:20260202T100000Z\nATTENDEE:mailto:anna@example.com\n"
        "RRULE:FREQ=WEEKLY"
    )
    begun = time.process_time()
    summary = load(*(heavy.format(number) for number in range(20)), light)
    assert time.process_time() - begun < SECONDS
    assert counts(summary) == (4, 0, 0, 0, 20)
    assert load.reasons()[0] == '"Heavy": it repeats too often to look at each day'


def test_a_zone_that_cannot_be_one_is_local(load: Calendars) -> None:
    for name in ("../../etc/passwd", "A" * 10_000, "Europe", "\x01", "/////"):
        load(f"VTODO\nUID:z\nSUMMARY:Zone\nDUE;TZID={name}:20260310T090000")
        assert load.reasons() == []
        assert load.crm.followups.get(1).due_time == "09:00"


def test_text_stays_text(load: Calendars) -> None:
    title = "[/] =1+1 '; DROP TABLE followups; -- \x1b]52;c;eA==\x07 <b>"
    load(f"VTODO\nUID:1\nSUMMARY:{title.replace(';', chr(92) + ';')}\nDUE;VALUE=DATE:20260310")
    assert load.crm.followups.get(1).title == title
    written = followups_of(load.crm)
    assert "\x1b" not in written
    assert counts(load.text(written)) == (0, 0, 1, 0, 0)


def test_parts_and_entries_that_end_wrongly() -> None:
    text = (
        "END:VTODO\nBEGIN:VTODO\nSUMMARY:One\nBEGIN:VALARM\nEND:VTODO\nSUMMARY:outside\n"
        "BEGIN:VTODO\nEND:VALARM\nSUMMARY:Two\nEND:VTODO\nBEGIN:VTODO\nSUMMARY:Three\nEND:VCALENDAR\n"
        "begin:vtodo\nSUMMARY:Four\nend:vtodo\nBEGIN:VEVENT\nSUMMARY:Five"
    )
    found = [(each.name, each.raws[-1][1] if each.raws else "", each.bad) for each in components(text)]
    assert found == [
        ("VTODO", "BEGIN:VALARM", ""),
        ("VTODO", "SUMMARY:Two", ""),
        ("VTODO", "SUMMARY:Three", "its END:VTODO is missing"),
        ("VTODO", "SUMMARY:Four", ""),
        ("VEVENT", "SUMMARY:Five", "its END:VEVENT is missing"),
    ]
