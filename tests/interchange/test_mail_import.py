"""Mail as interactions: of whom, which way, once, in threads; and what is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.mail.loading import load
from crm_tui.interchange.options import Options
from tests.everything import assert_sound
from tests.interchange.mails import AT, ME, Mailbox, mail, mbox, open_as_me


@pytest.fixture
def crm(database: Path) -> Iterator[Crm]:
    with open_as_me(database) as opened:
        opened.connection.execute("PRAGMA synchronous = OFF")
        yield opened


@pytest.fixture
def box(crm: Crm, tmp_path: Path) -> Mailbox:
    crm.contacts.add(name="Anna Kowalska", emails=["anna@example.com"])
    return Mailbox(crm, tmp_path)


def test_a_message_received_is_logged_with_its_sender(box: Mailbox) -> None:
    summary = box.load(mail("Dear me,\n\nten chairs."))
    assert (summary.rows, summary.created, summary.notices) == (1, 1, [])
    (found,) = box.crm.interactions.list()
    assert (found.kind, found.direction, found.occurred_at) == ("email", "in", AT)
    assert (found.summary, found.body, found.contacts) == (
        "Offer",
        "Dear me,\n\nten chairs.",
        ("Anna Kowalska",),
    )
    assert box.crm.contacts.get(1).last_contacted_on is not None


def test_what_i_sent_goes_out_to_everybody_on_it(box: Mailbox) -> None:
    for name in ("boris", "celia"):
        box.crm.contacts.add(name=name, emails=[f"{name}@example.com"])
    sent = mail(
        From=f"Me <{ME.upper()}>",
        To="anna@example.com",
        Cc="Boris <boris@example.com>",
        Bcc="celia@example.com",
    )
    box.load(sent)
    (found,) = box.crm.interactions.list()
    assert (found.direction, found.contacts) == ("out", ("Anna Kowalska", "boris", "celia"))


def test_the_same_file_twice_changes_nothing(box: Mailbox) -> None:
    messages = [
        mail(),
        mail("Yes", Message_ID="<two@example.com>", In_Reply_To="<one@example.com>"),
        mail(Message_ID=None),
    ]
    assert box.load(*messages).created == 3
    before = box.rows("SELECT * FROM interactions")
    again = box.load(*messages)
    assert (again.created, again.updated, again.unchanged, again.operation) == (0, 0, 3, None)
    assert box.rows("SELECT * FROM interactions") == before


def test_the_same_message_in_two_folders_is_there_once(box: Mailbox) -> None:
    assert (summary := box.load(mail(), mail())).created == 1
    assert summary.unchanged == 1
    assert box.load(mail("the same id, another text")).unchanged == 1


def test_undo_takes_the_import_back_and_redo_brings_it_again(box: Mailbox) -> None:
    tables = ("interactions", "participants", "threads", "external_refs", "search_docs")
    empty = [box.rows(f"SELECT * FROM {table}") for table in tables]
    box.load(mail(), mail(Message_ID="<two@x>", References="<one@example.com>"))
    full = [box.rows(f"SELECT * FROM {table}") for table in tables]
    box.crm.undo()
    assert [box.rows(f"SELECT * FROM {table}") for table in tables] == empty
    box.crm.redo()
    assert [box.rows(f"SELECT * FROM {table}") for table in tables] == full


def test_a_dry_run_leaves_nothing(box: Mailbox) -> None:
    assert box.load(mail(), dry_run=True).created == 1
    assert box.rows("SELECT * FROM interactions") == []


def test_a_message_is_found_by_its_text(box: Mailbox) -> None:
    box.load(mail("about the wobbly chairs"))
    assert [hit.kind for hit in box.crm.search.find("wobbly")] == ["interaction"]


def test_somebody_who_becomes_known_is_added_to_what_is_there(box: Mailbox) -> None:
    message = mail(Cc="Boris <boris@example.com>")
    box.load(message)
    box.crm.contacts.add(name="Boris", emails=["boris@example.com"])
    assert box.load(message).updated == 1
    assert box.crm.interactions.get(1).contacts == ("Anna Kowalska", "Boris")
    assert box.load(message).unchanged == 1


def test_threads_have_the_id_they_began_with(box: Mailbox) -> None:
    box.load(
        mail(Message_ID="<1@x>"),
        mail(Message_ID="<2@x>", In_Reply_To="<1@x>"),
        mail(Message_ID="<3@x>", References="<1@x> <2@x>"),
        mail(Message_ID="<4@x>", In_Reply_To="<3@x>"),
        mail(Message_ID="<5@x>"),
        mail(Message_ID="<6@x>", References="<gone@x> <5@x>"),
    )
    assert threads(box) == {
        "1@x": "1@x",
        "2@x": "1@x",
        "3@x": "1@x",
        "4@x": "1@x",
        "5@x": "5@x",
        "6@x": "5@x",
    }


def test_an_answer_read_before_its_question_joins_the_thread_when_that_comes(box: Mailbox) -> None:
    box.load(mail(Message_ID="<3@x>", In_Reply_To="<2@x>"))
    assert threads(box) == {"3@x": "2@x"}
    box.load(mail(Message_ID="<4@x>", In_Reply_To="<3@x>"), mail(Message_ID="<2@x>", References="<1@x>"))
    assert set(threads(box).values()) == {"1@x"}
    box.load(mail(Message_ID="<8@x>", In_Reply_To="<7@x>"), mail(Message_ID="<7@x>", In_Reply_To="<6@x>"))
    assert threads(box)["8@x"] == "6@x"


def threads(box: Mailbox) -> dict[object, object]:
    sql = "SELECT r.key, t.thread FROM threads t JOIN external_refs r ON r.entity_id = t.interaction_id"
    return {row[0]: row[1] for row in box.rows(sql)}


def test_an_interaction_with_a_thread_can_be_deleted_and_imported_again(box: Mailbox) -> None:
    box.load(mail())
    box.crm.interactions.delete(1)
    assert box.rows("SELECT * FROM threads") == []
    assert box.load(mail()).created == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"List_Id": "<chat.example.com>"}, "from mailing lists and newsletters"),
        ({"List_Unsubscribe": "<mailto:x@example.com>"}, "from mailing lists and newsletters"),
        ({"Precedence": "bulk"}, "from mailing lists and newsletters"),
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"From": "Shop <no-reply@shop.example>"}, "from addresses that take no reply"),
        ({"From": "noreply-17@shop.example"}, "from addresses that take no reply"),
        ({"From": "MAILER-DAEMON@example.com"}, "from addresses that take no reply"),
        ({"X_Mozilla_Status": "0009"}, "deleted"),
    ],
)
def test_rules_pass_over_what_is_no_letter(box: Mailbox, fields: dict[str, str], words: str) -> None:
    summary = box.load(
        mail(**fields), mail(Message_ID="<kept@x>", Auto_Submitted="no", Precedence="first-class")
    )
    assert (summary.created, summary.skipped) == (1, 1)
    assert summary.notices == [f"Skipped by rule: 1 {words}."]


def test_unknown_people_are_listed_as_possible_contacts(box: Mailbox) -> None:
    summary = box.load(
        mail(Message_ID="<1@x>", From="zoe@example.org"),
        mail(Message_ID="<2@x>", From="Zoe Zimmer <Zoe@Example.org>"),
        mail(Message_ID="<3@x>", From=ME, To="yan@example.org"),
    )
    assert (summary.skipped, summary.created) == (3, 0)
    assert summary.notices == [
        "3 messages were skipped: nobody on them is known.",
        "Possible contacts, which --create-missing makes: 2.",
        "  Zoe Zimmer <zoe@example.org>: 2 messages",
        "  yan@example.org: 1 message",
    ]


def test_create_makes_contacts_and_logs_the_messages(box: Mailbox) -> None:
    messages = [
        mail(Message_ID="<0@x>", Cc="zoe@example.org"),
        mail(Message_ID="<1@x>", From="zoe@example.org"),
        mail(Message_ID="<2@x>", From="Zoe Zimmer <Zoe@Example.org>"),
        mail(Message_ID="<3@x>", From="No Reply <no-reply@example.org>"),
    ]
    assert box.load(*messages, create=True).created == 3
    made = box.crm.contacts.get(2)
    assert (made.name, made.emails, made.source) == ("Zoe Zimmer", ("zoe@example.org",), "mail")
    assert [each.contacts for each in box.crm.interactions.list(sort="id")] == [
        ("Anna Kowalska", "Zoe Zimmer"),
        ("Zoe Zimmer",),
        ("Zoe Zimmer",),
    ]
    again = box.load(*messages, create=True)
    assert (again.created, again.updated, again.operation) == (0, 0, None)
    assert_sound(box.crm)
    box.crm.undo()
    assert box.crm.contacts.count() == 1


def test_an_unknown_sender_beside_somebody_known_is_a_possible_contact(box: Mailbox) -> None:
    message = mail(From="Zoe Zimmer <zoe@example.org>", Cc="anna@example.com, yan@example.org")
    assert box.load(message).notices == [
        "Possible contacts, which --create-missing makes: 1.",
        "  Zoe Zimmer <zoe@example.org>: 1 message",
    ]
    assert box.load(message, create=True).updated == 1
    assert [set(each.contacts) for each in box.crm.interactions.list()] == [{"Anna Kowalska", "Zoe Zimmer"}]
    assert box.load(message, create=True).operation is None
    box.crm.undo()
    assert [each.contacts for each in box.crm.interactions.list()] == [("Anna Kowalska",)]


def test_who_is_made_by_a_later_message_joins_one_that_was_there(box: Mailbox) -> None:
    messages = [
        mail(Message_ID="<0@x>", Cc="zoe@example.org"),
        mail(Message_ID="<1@x>", From="zoe@example.org"),
    ]
    box.load(messages[0])
    assert box.load(*messages, create=True).created == 1
    assert box.load(*messages, create=True).operation is None
    assert set(box.crm.interactions.get(1).contacts) == {"Anna Kowalska", "zoe@example.org"}
    assert_sound(box.crm)


def test_whom_it_makes_can_be_tagged(box: Mailbox, tmp_path: Path) -> None:
    path = tmp_path / "new.mbox"
    path.write_bytes(mbox([mail(From="Zoe <zoe@example.org>")]))
    assert load(box.crm, path, Options(create_missing=True, tags=["archive"])).created == 1
    assert box.crm.contacts.get(2).tags == ("archive",)


def test_an_address_of_two_people_is_never_guessed(box: Mailbox) -> None:
    for name in ("Boris Berg", "Berta Berg"):
        made = box.crm.contacts.add(name=name)
        box.crm.contacts.add_method(made.id, "email", "info@berg.example")
    summary = box.load(
        mail(Message_ID="<1@x>", From="info@berg.example"),
        mail(Message_ID="<2@x>", Cc="info@berg.example"),
        mail(Message_ID="<3@x>", From="Berta Berg <info@berg.example>"),
    )
    assert (summary.created, summary.rejected) == (2, 1)
    assert summary.first_rejects[0].reason == '"info@berg.example" can be Boris Berg (2), Berta Berg (3)'
    assert [each.contacts for each in box.crm.interactions.list(sort="id")] == [
        ("Anna Kowalska",),
        ("Berta Berg",),
    ]
    assert summary.notices[0].startswith(
        '1 message was logged with the others on it only: "info@berg.example" can be'
    )


def test_people_put_away_count_when_nobody_else_has_the_address(box: Mailbox) -> None:
    box.crm.contacts.archive(1)
    assert box.load(mail()).created == 1
    box.crm.contacts.add(name="Anna Neu")
    box.crm.contacts.add_method(2, "email", "anna@example.com")
    box.load(mail(Message_ID="<2@x>"))
    assert [each.contacts for each in box.crm.interactions.list(sort="id")] == [
        ("Anna Kowalska",),
        ("Anna Neu",),
    ]


def test_who_opted_out_of_offers_still_has_a_history(box: Mailbox) -> None:
    box.crm.contacts.update(1, opted_out_on=box.crm.clock.today)
    assert box.load(mail()).created == 1


def test_without_own_addresses_that_is_said(database: Path, tmp_path: Path) -> None:
    with Crm.open(database, now="2026-03-02 09:30") as crm:
        crm.contacts.add(name="Anna", emails=["anna@example.com"])
        summary = Mailbox(crm, tmp_path).load(mail(From=ME, To="anna@example.com"))
        assert crm.interactions.get(1).direction == "in"
    assert summary.notices[0].startswith("Your own addresses are not set")


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"Date": None, "Received": "from a by b; Mon, 16 Feb 2026 08:00:00 +0000"}, "2026-02-16T08:00:00Z"),
        (
            {"Date": "yesterday", "Received": "from a; by b; Mon, 16 Feb 2026 08:00:00 +0000"},
            "2026-02-16T08:00:00Z",
        ),
        (
            {"Date": "Tue, 01 Jan 2036 00:00:00 +0000", "Received": f"x; {'Mon, 16 Feb 2026 08:00:00'}"},
            "2026-02-16T08:00:00Z",
        ),
        ({"Date": "16 Feb 26 10:00 -0330"}, "2026-02-16T13:30:00Z"),
    ],
)
def test_a_bad_date_gives_way_to_when_it_was_received(
    box: Mailbox, fields: dict[str, str | None], at: str
) -> None:
    box.load(mail(**fields))
    assert box.crm.interactions.get(1).occurred_at == at


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"Date": None}, 'message 2 "Offer": nothing says when it was sent'),
        ({"Date": "Thu, 01 Jan 1970 00:00:00 +0000"}, 'message 2 "Offer": nothing says when it was sent'),
        (
            {"Date": "Mon, 16 Mar 2026 10:00:00 +0000"},
            'message 2 "Offer": its date, 2026-03-16, is still to come',
        ),
        ({"From": None, "To": None}, 'message 2 "Offer": it has neither a sender nor a recipient'),
    ],
)
def test_a_message_that_cannot_be_taken_is_rejected_alone(
    box: Mailbox, fields: dict[str, str | None], reason: str
) -> None:
    summary = box.load(mail(Message_ID="<0@x>"), mail(**fields), mail(Message_ID="<2@x>"))
    assert (summary.created, summary.rejected) == (2, 1)
    assert (summary.first_rejects[0].line, summary.first_rejects[0].reason) == (2, reason)


def test_strict_imports_nothing_then(box: Mailbox) -> None:
    with pytest.raises(InvalidDataError, match="nothing says when it was sent"):
        box.load(mail(), mail(Date=None), strict=True)
    assert box.rows("SELECT * FROM interactions") == []


def test_rejected_messages_are_written_down(box: Mailbox, tmp_path: Path) -> None:
    path, rejects = tmp_path / "m.mbox", tmp_path / "rejects.csv"
    path.write_bytes(mbox([mail("the text", Date=None)]))
    assert load(box.crm, path, Options(), rejects=rejects).rejects_file == str(rejects)
    written = rejects.read_text()
    assert "nothing says when it was sent" in written
    assert "the text" in written


def test_more_messages_than_are_read_together(box: Mailbox) -> None:
    count = 450
    messages = [mail(Message_ID=f"<{n}@x>", References="<0@x>") for n in range(count)]
    assert box.load(*messages).created == count
    assert set(threads(box).values()) == {"0@x"}
    assert box.load(*messages).unchanged == count


def test_hostile_messages_among_others_are_rejected_alone(box: Mailbox) -> None:
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1000))
    summary = box.load(
        mail(Message_ID="<0@x>"),
        mail(Subject="deep", Message_ID="<1@x>").partition(b"\n\n")[0] + b"\n" + nested.encode(),
        mail(Subject="long", Message_ID="<2@x>", X="a" * 10_000_000),
        mail(Message_ID="<3@x>"),
    )
    assert (summary.created, summary.rejected) == (2, 2)
    assert [each.reason for each in summary.first_rejects] == [
        'message 2 "deep": its parts are nested more than 30 deep',
        'message 3 "long": its header is longer than 256 KB',
    ]
