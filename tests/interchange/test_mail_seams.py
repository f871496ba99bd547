"""Mail where it meets what the person did meanwhile, and senders who are not written as one expects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.interchange.mail.boxes import box_of
from crm_tui.interchange.mail.headers import addresses
from crm_tui.interchange.mail.single import log_message
from tests.everything import assert_sound
from tests.interchange.mails import Mailbox, mail, open_as_me

PLACES = "SELECT contact_id, occurred_at FROM participants ORDER BY contact_id"
LONG = f"{'a' * 60}@{'.'.join(['b' * 60] * 3)}.example"


@pytest.fixture
def crm(database: Path) -> Iterator[Crm]:
    with open_as_me(database) as opened:
        opened.connection.execute("PRAGMA synchronous = OFF")
        opened.contacts.add(name="Anna Kowalska", emails=["anna@example.com"])
        yield opened


@pytest.fixture
def box(crm: Crm, tmp_path: Path) -> Mailbox:
    return Mailbox(crm, tmp_path)


def test_who_joins_a_message_was_there_when_the_person_says_it_was(box: Mailbox) -> None:
    message = mail(Cc="Boris <boris@example.com>")
    box.load(message)
    box.crm.interactions.update(1, occurred_at="2026-01-05T10:00:00Z")
    box.crm.contacts.add(name="Boris", emails=["boris@example.com"])
    assert box.load(message).updated == 1
    assert box.rows(PLACES) == [(1, "2026-01-05T10:00:00Z"), (2, "2026-01-05T10:00:00Z")]
    assert box.crm.contacts.get(2).last_contacted_on == date(2026, 1, 5)


def test_a_second_copy_with_another_date_is_the_same_message(box: Mailbox) -> None:
    box.crm.contacts.add(name="Boris", emails=["boris@example.com"])
    later = "Mon, 16 Feb 2026 10:05:00 +0400"
    box.load(mail(), mail(Date=later, Cc="boris@example.com, zoe@example.org"))
    assert box.rows(PLACES) == [(1, "2026-02-16T06:00:00Z"), (2, "2026-02-16T06:00:00Z")]
    box.load(
        mail(Message_ID="<2@x>", From="zoe@example.org"), mail(Date=later, Cc="zoe@example.org"), create=True
    )
    assert box.rows(f"{PLACES.replace('ORDER', 'WHERE interaction_id = 1 ORDER')}")[-1] == (
        3,
        "2026-02-16T06:00:00Z",
    )
    assert_sound(box.crm)


@pytest.mark.parametrize(
    "sender",
    ["\u3164\u3164 <zoe@example.org>", "\u2800 <zoe@example.org>", "=?utf-8?q?=E3=85=A4?= <zoe@example.org>"],
    ids=["filler", "braille", "encoded"],
)
def test_a_name_of_which_nothing_is_seen_is_none(box: Mailbox, sender: str) -> None:
    assert box.load(mail(From=sender), create=True).created == 1
    assert box.crm.contacts.get(2).name == "zoe@example.org"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Zoe@Example.org", "Zoe@Example.org"),
        ("'zoe@example.org'", "zoe@example.org"),
        ("<mailto:zoe@example.org>", "zoe@example.org"),
        ("zoe@EXAMPLE.org.", "zoe@example.org"),
        (LONG, LONG),
    ],
    ids=["as typed", "quotes", "mailto", "dot", "long"],
)
def test_what_is_written_around_an_address_is_not_part_of_it(box: Mailbox, written: str, kept: str) -> None:
    assert [each.email for each in addresses([written])] == [kept]
    box.load(mail(From=written), create=True)
    assert box.crm.contacts.get(2).emails == (kept,)
    box.load(mail(From=written, Message_ID="<2@x>"), create=True)
    assert box.crm.contacts.count() == 2


@pytest.mark.parametrize(
    "before",
    [b"\n", b"\r\n\r\n", b"From anna@example.com Mon Feb 16 06:00:00 2026\n\xef\xbb\xbf", b"\xef\xbb\xbf\n"],
    ids=["line", "crlf", "divider", "mark"],
)
def test_what_a_program_puts_before_a_message_is_passed_over(crm: Crm, before: bytes) -> None:
    assert log_message(crm, BytesIO(before + mail("ten chairs"))).interaction.body == "ten chairs"


def test_a_message_of_a_maildir_that_is_moved_meanwhile_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "box" / "new").mkdir(parents=True)
    for name in ("1.a", "2.b", "3.c"):
        (tmp_path / "box" / "new" / name).write_bytes(mail(name))
    mails = box_of(tmp_path / "box").mails()
    assert next(mails).where == "1.a"
    (tmp_path / "box" / "new" / "2.b").unlink()
    assert [each.where for each in mails] == ["3.c"]


def test_everybody_who_wrote_it_is_on_it(box: Mailbox) -> None:
    both = "Boss <boss@example.org>, Anna <anna@example.com>"
    assert box.load(mail(From=both, Sender="boss@example.org")).created == 1
    assert box.load(mail(From=f"me@mine.example, {both}", To=both, Message_ID="<2@x>")).created == 1
    assert [(each.direction, each.contacts) for each in box.crm.interactions.list(sort="id")] == [
        ("in", ("Anna Kowalska",)),
        ("out", ("Anna Kowalska",)),
    ]


def test_a_subject_of_which_nothing_is_seen_is_none(box: Mailbox) -> None:
    box.load(mail(Subject="\u3164\u2800"))
    assert box.crm.interactions.get(1).summary == "(no subject)"


def test_a_message_waits_for_whom_a_later_one_makes_known(box: Mailbox) -> None:
    for name in ("Boris", "Berta"):
        box.crm.contacts.add_method(box.crm.contacts.add(name=name).id, "email", "info@berg.example")
    messages = [
        mail(Message_ID="<1@x>", From="info@berg.example", Cc="zoe@example.org"),
        mail(Message_ID="<2@x>", From="info@berg.example", Cc="yan@example.org"),
        mail(Message_ID="<3@x>", From="zoe@example.org"),
    ]
    summary = box.load(*messages, create=True)
    assert (summary.created, summary.rejected) == (2, 1)
    assert summary.first_rejects[0].line == 2
    assert {each.contacts for each in box.crm.interactions.list()} == {("zoe@example.org",)}
    assert_sound(box.crm)
    again = box.load(*messages, create=True)
    assert (again.created, again.unchanged, again.rejected, again.operation) == (0, 2, 1, None)


def test_who_joined_with_a_second_copy_is_not_joined_again_at_the_end(box: Mailbox) -> None:
    message, made = mail(Cc="zoe@example.org"), mail(Message_ID="<zoe@x>", From="zoe@example.org")
    # more than are read together, so that each copy is looked up by itself
    others = [mail(Message_ID=f"<{number}@x>") for number in range(500)]
    box.load(message, made, *others[:250], message, *others[250:], create=True)
    assert set(box.crm.interactions.get(1).contacts) == {"Anna Kowalska", "zoe@example.org"}
    assert_sound(box.crm)
