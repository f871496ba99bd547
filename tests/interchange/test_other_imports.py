"""Loading companies, follow-ups and interactions."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.loading.drafts import OnMatch
from crm_tui.errors import UsageError
from crm_tui.interchange.record_columns import minutes
from crm_tui.models import FieldType
from tests.everything import assert_sound, content
from tests.loading import Loader, counts


def companies(crm: Crm) -> list[tuple[str, str | None]]:
    return [(each.name, each.domain) for each in crm.companies.list(sort="id")]


def people(crm: Crm) -> None:
    """Anna and Bob at Acme, with a deal."""
    crm.contacts.add(name="Anna Kowalska", emails=["anna@example.com"], company="Acme", cadence_days=30)
    crm.contacts.add(name="Bob Ray", phones=["+48500070002"], company="Acme")
    crm.deals.add("Website", contact_id=1)


def test_companies(load: Loader) -> None:
    text = (
        "Company name,Domain,Industry,Employees,Website,Email,Phone,Street,ZIP,City,Country,Tags,Notes,Parent company\n"
        "Acme,https://www.acme.com/about,Retail,50,acme.com,info@acme.com; sales@acme.com,+48 500 070 001,"
        "Main St 1,10115,Berlin,DE,vip,big,Holding\n"
        ""
        "Bolt,bolt.com,,,,,,,,,,,,\n"
    )
    assert counts(load("companies", text)) == (2, 0, 0, 0, 0)
    acme, bolt, holding = load.crm.companies.list(sort="id")
    assert (acme.name, acme.domain, acme.industry, acme.size) == ("Acme", "acme.com", "Retail", "50")
    assert (acme.emails, acme.phones) == (("info@acme.com", "sales@acme.com"), ("+48 500 070 001",))
    assert (acme.tags, acme.note, acme.parent) == (("vip",), "big", "Holding")
    assert (bolt.name, holding.name) == ("Bolt", "Holding")
    addresses = [each.value for each in load.crm.companies.methods(acme.id) if each.kind.value == "address"]
    assert addresses == ["Main St 1, 10115 Berlin, DE"]
    before = content(load.crm)
    assert counts(load("companies", text)) == (0, 0, 2, 0, 0)
    assert content(load.crm) == before
    assert_sound(load.crm)


def test_a_company_is_known_by_its_domain_then_by_its_name(load: Loader) -> None:
    load.crm.companies.add(name="Acme", domain="acme.com")
    load.crm.companies.add(name="Bolt")
    text = "name,domain,industry\nAcme Ltd,acme.com,Retail\nBOLT,bolt.com,Tools\nCore,core.com,\n"
    assert counts(load("companies", text)) == (1, 2, 0, 0, 0)
    assert companies(load.crm) == [("Acme Ltd", "acme.com"), ("BOLT", "bolt.com"), ("Core", "core.com")]


def test_a_domain_and_a_name_of_different_companies_are_two_matches(load: Loader) -> None:
    load.crm.companies.add(name="Acme", domain="acme.com")
    load.crm.companies.add(name="Bolt")
    assert counts(load("companies", "name,domain\nBolt,acme.com\n")) == (0, 0, 0, 0, 1)
    assert load.reasons() == [(2, "name", "the domain and name together is that of Acme (1), Bolt (2)")]


def test_companies_of_one_owner_share_a_domain(load: Loader) -> None:
    text = "name,domain\nAcme Foods,acme.com\nAcme Wine,acme.com\nAcme Foods,acme.com\n"
    assert counts(load("companies", text)) == (2, 0, 1, 0, 0)
    assert counts(load("companies", text)) == (0, 0, 3, 0, 0)
    assert companies(load.crm) == [("Acme Foods", "acme.com"), ("Acme Wine", "acme.com")]


def test_a_mail_provider_identifies_no_company(load: Loader) -> None:
    text = "name,domain\nAnna's Flowers,gmail.com\nBob's Bikes,gmail.com\n"
    assert counts(load("companies", text)) == (2, 0, 0, 0, 0)
    assert counts(load("companies", text)) == (0, 0, 2, 0, 0)


def test_companies_change_and_nothing_is_erased(load: Loader) -> None:
    load.crm.fields.add("companies", "rank", FieldType.NUMBER)
    header = "id,name,domain,email,phone,tags,note,rank,parent\n"
    load("companies", header + "1,Acme,acme.com,a@acme.com,,x,met,1,\n")
    load("companies", header + "1,,,b@acme.com,+48500070001,y,,2,Holding\n")
    assert load.changes() == [
        ("rank", "1", "2"),
        ("emails", "", "b@acme.com"),
        ("phones", "", "+48500070001"),
        ("tags", "", "y"),
        ("parent", "", "Holding"),
    ]
    acme = load.crm.companies.get(1)
    assert (acme.name, acme.emails, acme.tags, acme.note) == (
        "Acme",
        ("a@acme.com", "b@acme.com"),
        ("x", "y"),
        "met",
    )
    assert (acme.custom, acme.parent) == ({"rank": 2}, "Holding")
    assert_sound(load.crm)


def test_companies_that_would_be_above_each_other(load: Loader) -> None:
    summary = load("companies", "name,parent\nA,B\nB,A\nC,C\n")
    assert counts(summary) == (3, 0, 0, 0, 0)
    assert [each.parent for each in load.crm.companies.list(sort="id")] == ["B", None, None]
    assert [each.split(":")[0] for each in summary.notices] == ["line 3", "line 4"]
    again = load("companies", "name,parent\nA,B\nB,A\nC,C\n")
    assert (counts(again), again.operation, len(again.notices)) == ((0, 0, 3, 0, 0), None, 2)


def test_of_several_rows_about_a_company_the_last_says_what_is_above_it(load: Loader) -> None:
    text = "name,parent\nA,\nC,A\nC,B\n"
    load("companies", text)
    assert [each.parent for each in load.crm.companies.list(sort="id")] == [None, "B", None]
    again = load("companies", text)
    assert (again.unchanged, again.operation) == (3, None)


def test_many_companies_of_one_domain_stay_what_they_are(load: Loader) -> None:
    rows = [f"{each * 4} GmbH,group.example" for each in "BCDFGHJKLMNP"]
    text = "\n".join(["name,domain", *rows, ""])
    assert counts(load("companies", text)) == (12, 0, 0, 0, 0)
    assert counts(load("companies", text)) == (0, 0, 12, 0, 0)
    assert counts(load("companies", f"name,domain\n{rows[-1]}\n")) == (0, 0, 1, 0, 0)
    # under another name it is one of them, and nobody says which
    assert counts(load("companies", "name,domain\nZ,group.example\n")) == (0, 0, 0, 0, 1)


def test_companies_that_change_places(load: Loader) -> None:
    load("companies", "name,parent\nA,\nB,A\nC,B\n")
    turned = "name,parent\nA,B\nA,B\nB,New\nC,B\n"
    for dry_run in (True, False):
        assert counts(load("companies", turned, dry_run=dry_run)) == (0, 3, 1, 0, 0)
        assert load.changes() == [("parent", "", "B"), ("parent", "", "B"), ("parent", "A", "New")]
    assert [each.parent for each in load.crm.companies.list(sort="id")] == ["B", "New", "B", None]
    again = load("companies", turned)
    assert (counts(again), again.operation) == ((0, 0, 4, 0, 0), None)
    load.crm.undo()
    assert [each.parent for each in load.crm.companies.list(sort="id")] == [None, "A", "B"]
    assert_sound(load.crm)


def test_companies_that_cannot_be(load: Loader) -> None:
    summary = load("companies", "name,domain,email\n,x.com,\nB,not a domain,\nC,,not an address\n")
    assert counts(summary) == (0, 0, 0, 0, 3)
    assert [(line, column) for line, column, _ in load.reasons()] == [
        (2, "name"),
        (3, "domain"),
        (4, "email"),
    ]


def test_one_key_for_companies(load: Loader) -> None:
    load.crm.companies.add(name="Acme", domain="acme.com")
    assert counts(load("companies", "name,domain\nOther,acme.com\nX,\n", key="domain")) == (0, 1, 0, 0, 1)
    assert load.reasons() == [(3, "domain", "the row has no domain to match by")]


def test_undoing_companies(load: Loader) -> None:
    load.crm.companies.add(name="Acme", emails=["a@acme.com"], tags=["x"])
    before = content(load.crm)
    load("companies", "name,email,tags,parent\nacme,b@acme.com,y,Holding\nBolt,c@bolt.com,z,Holding\n")
    after = content(load.crm)
    load.crm.undo()
    assert content(load.crm) == before
    load.crm.redo()
    assert content(load.crm) == after
    assert_sound(load.crm)


def test_followups(load: Loader) -> None:
    people(load.crm)
    text = (
        "Task,Due date,Contact,Deal,Priority,Status,Repeats,Completed at\n"
        "Call,2026-03-10 14:30,anna@example.com,Website,Urgent,Not started,,\n"
        "Send,tomorrow,Bob Ray,,medium,,every month,\n"
        "Thank,2026-02-01,,website,,Completed,,\n"
        "Write,-3d,,,,canceled,,\n"
        "Meet,2026-02-01,,,,,,2026-02-02 10:00\n"
    )
    assert counts(load("followups", text)) == (5, 0, 0, 0, 0)
    call, send, thank, write, meet = load.crm.followups.list(sort="id")
    assert (call.due_on, call.due_time, call.priority) == (date(2026, 3, 10), "14:30", "high")
    assert (call.contact, call.deal, call.status) == ("Anna Kowalska", "Website", "open")
    assert (send.due_on, send.repeat, send.repeat_from, send.series_id) == (
        date(2026, 3, 3),
        "every month",
        "due",
        send.id,
    )
    assert (thank.status, thank.done_at, thank.deal) == ("done", "2026-02-01T12:00:00Z", "Website")
    assert (write.status, write.due_on, write.done_at) == (
        "cancelled",
        date(2026, 2, 27),
        "2026-02-27T12:00:00Z",
    )
    assert (meet.status, meet.done_at) == ("done", "2026-02-02T10:00:00Z")
    before = content(load.crm)
    assert counts(load("followups", text)) == (0, 0, 5, 0, 0)
    assert content(load.crm) == before
    assert_sound(load.crm)


def test_a_repeating_followup_that_came_in_goes_on(load: Loader) -> None:
    load("followups", "title,due_on,repeat,repeat_from\nPay,2026-01-31,every month,due\n")
    done, opened = load.crm.followups.complete(1)
    assert opened is not None
    assert (done.status, opened.due_on) == ("done", date(2026, 3, 31))


def test_followups_are_known_by_title_day_and_whom_they_concern(load: Loader) -> None:
    people(load.crm)
    header = "title,due_on,contact,deal,priority\n"
    load(
        "followups",
        header
        + "Call,2026-03-10,anna@example.com,,\nCall,2026-03-10,Bob Ray,,\nCall,2026-03-11,anna@example.com,,\n"
        + "Call,2026-03-10,,,\nCall,2026-03-10,,Website,\n",
    )
    assert load.crm.followups.count() == 5
    other = (
        header
        + "CALL,2026-03-10,anna kowalska,,high\nCall,2026-03-10,,,low\nCall,2026-03-10,Anna Kowalska,Website,low\n"
    )
    assert counts(load("followups", other, source="two")) == (1, 2, 0, 0, 0)
    assert [each.priority for each in load.crm.followups.list(sort="id")] == [
        "high",
        "normal",
        "normal",
        "low",
        "normal",
        "low",
    ]


def test_followups_change(load: Loader) -> None:
    people(load.crm)
    header = "id,title,due_on,due_time,contact,deal,priority,repeat,status,done_at\n"
    load("followups", header + "1,Call,2026-03-10,,,,,every month,,\n")
    load("followups", header + "1,Phone,2026-03-12,9am,bob ray,website,low,every 2 weeks,,\n")
    assert load.changes() == [
        ("title", "Call", "Phone"),
        ("due_on", "2026-03-10", "2026-03-12"),
        ("due_time", "", "09:00"),
        ("priority", "normal", "low"),
        ("repeat", "every month", "every 2 weeks"),
        ("contact", "", "Bob Ray"),
        ("deal", "", "Website"),
    ]
    load("followups", header + "1,,,,,,,,done,\n")
    done = load.crm.followups.get(1)
    assert (done.status, done.done_at) == ("done", "2026-03-02T09:30:00Z")
    assert load.crm.followups.count() == 1
    assert counts(load("followups", header + "1,,,,,,,,done,\n")) == (0, 0, 1, 0, 0)
    load("followups", header + "1,,,,,,,,open,\n")
    assert load.crm.followups.get(1).done_at is None
    assert_sound(load.crm)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("Call,,,,", "due_on", "there is no day"),
        (",2026-03-10,,,", "title", "there is no title"),
        ("Call,some day,,,", "due_on", '"some day" is no date'),
        ("Call,2026-03-10,nobody,,", "contact", 'no contact is meant by "nobody"'),
        ("Call,2026-03-10,,nothing,", "deal", 'no deal has the title "nothing"'),
        ("Call,2026-03-10,,,now and then", "repeat", "now and then"),
    ],
)
def test_followups_that_cannot_be(load: Loader, row: str, column: str, reason: str) -> None:
    assert counts(load("followups", f"title,due_on,contact,deal,repeat\n{row}\n")) == (0, 0, 0, 0, 1)
    assert load.reasons()[0][:2] == (2, column)
    assert reason in load.reasons()[0][2]


def test_a_deal_is_meant_by_its_whole_title_or_its_id(load: Loader) -> None:
    people(load.crm)
    load.crm.deals.add("Website relaunch")
    load.crm.deals.add("Website relaunch", contact_id=2)
    text = (
        "title,due_on,contact,deal\nA,2026-03-10,,website\nB,2026-03-10,,Website rel\nC,2026-03-10,,Website relaunch\n"
        "D,2026-03-10,bob ray,Website relaunch\nE,2026-03-10,,2\n"
    )
    assert counts(load("followups", text)) == (3, 0, 0, 0, 2)
    assert [each.deal_id for each in load.crm.followups.list(sort="id")] == [1, 3, 2]
    assert [line for line, _, _ in load.reasons()] == [3, 4]


def test_tags_and_other_keys_are_not_for_followups(load: Loader) -> None:
    with pytest.raises(UsageError, match="Followups have no tags"):
        load("followups", "title,due_on\nA,2026-03-10\n", tags=["x"])
    with pytest.raises(UsageError, match="Followups cannot be matched by"):
        load("followups", "title,due_on\nA,2026-03-10\n", key="due_on")


def test_interactions(load: Loader) -> None:
    people(load.crm)
    text = (
        "Type,Date,Direction,Subject,Notes,Duration,Contact,Deal\n"
        'Phone call,2026-02-01 10:00,Incoming,Asked for a price,"He wants\nit soon",15 min,anna@example.com;Bob Ray,\n'
        'e-mail,2026-02-02,sent,,"The offer\nwith all",,Anna Kowalska <anna@example.com>,Website\n'
        "Meeting,-3d 09:00,,Lunch,,1:30:00,,website\n"
        "SMS,2026-02-03 11:00,,,,,+48 500 070 002,\n"
        ",2026-02-04,,Only a thought,,,bob ray,\n"
    )
    assert counts(load("interactions", text)) == (5, 0, 0, 0, 0)
    call, mail, lunch, sms, note = load.crm.interactions.list(sort="id")
    assert (call.kind, call.direction, call.occurred_at) == ("call", "in", "2026-02-01T10:00:00Z")
    assert (call.summary, call.body, call.duration_minutes) == ("Asked for a price", "He wants\nit soon", 15)
    assert call.contacts == ("Anna Kowalska", "Bob Ray")
    assert (mail.summary, mail.body, mail.deal, mail.contact_ids) == (
        "The offer",
        "with all",
        "Website",
        (1,),
    )
    assert (lunch.duration_minutes, lunch.contacts, lunch.occurred_at) == (
        90,
        ("Anna Kowalska",),
        "2026-02-27T09:00:00Z",
    )
    assert (sms.kind, sms.summary, sms.contact_ids) == ("message", "Message", (2,))
    assert (note.kind, note.summary) == ("note", "Only a thought")
    assert load.crm.contacts.get(1).last_contacted_on == date(2026, 2, 27)
    assert load.crm.contacts.get(1).next_touch_on == date(2026, 3, 29)
    assert load.crm.contacts.get(2).last_contacted_on == date(2026, 2, 3)
    before = content(load.crm)
    assert counts(load("interactions", text)) == (0, 0, 5, 0, 0)
    assert content(load.crm) == before
    assert_sound(load.crm)


def test_interactions_are_known_by_kind_moment_summary_and_people(load: Loader) -> None:
    people(load.crm)
    header = "kind,occurred_at,summary,contacts,body\n"
    load("interactions", header + "call,2026-02-01 10:00,Hello,anna@example.com,\n", source="one")
    other = (
        header
        + "call,2026-02-01T10:00:00Z,HELLO,Anna Kowalska,more\ncall,2026-02-01 10:00,Hello,bob ray,\n"
        + "call,2026-02-01 10:01,Hello,Anna Kowalska,\nmeeting,2026-02-01 10:00,Hello,Anna Kowalska,\n"
        + "call,2026-02-01 10:00,Hello,Anna Kowalska;Bob Ray,\n"
    )
    assert counts(load("interactions", other, source="two")) == (4, 1, 0, 0, 0)


def test_interactions_change_and_nobody_is_taken_out(load: Loader) -> None:
    people(load.crm)
    header = "id,kind,occurred_at,summary,contacts,duration,deal\n"
    load("interactions", header + "1,call,2026-02-01 10:00,Hello,anna@example.com,5,\n")
    load("interactions", header + "1,meeting,2026-02-20 10:00,Hello there,bob ray,6,Website\n")
    assert load.changes() == [
        ("summary", "Hello", "Hello there"),
        ("kind", "call", "meeting"),
        ("occurred_at", "2026-02-01T10:00:00Z", "2026-02-20T10:00:00Z"),
        ("duration_minutes", "5", "6"),
        ("deal", "", "Website"),
        ("contacts", "", "bob ray"),
    ]
    (found,) = load.crm.interactions.list()
    assert found.contacts == ("Anna Kowalska", "Bob Ray")
    assert [load.crm.contacts.get(each).last_contacted_on for each in (1, 2)] == [date(2026, 2, 20)] * 2
    assert_sound(load.crm)
    load.crm.undo()
    assert load.crm.contacts.get(1).last_contacted_on == date(2026, 2, 1)
    assert load.crm.contacts.get(2).last_contacted_on is None
    assert_sound(load.crm)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("call,2026-02-01,Hello,,", "contacts", "nobody is named, and no deal"),
        ("call,,Hello,anna@example.com,", "occurred_at", "nothing says when"),
        ("call,2026-04-01,Hello,anna@example.com,", "occurred_at", "still to come"),
        ("dance,2026-02-01,Hello,anna@example.com,", "kind", '"dance" is no kind of interaction'),
        ("call,2026-02-01,Hello,anna@example.com;nobody,", "contacts", 'no contact is meant by "nobody"'),
        ("call,2026-02-01,Hello,anna@example.com,long", "duration", '"long" is no duration'),
    ],
)
def test_interactions_that_cannot_be(load: Loader, row: str, column: str, reason: str) -> None:
    people(load.crm)
    assert counts(load("interactions", f"kind,occurred_at,summary,contacts,duration\n{row}\n")) == (
        0,
        0,
        0,
        0,
        1,
    )
    assert load.reasons()[0][:2] == (2, column)
    assert reason in load.reasons()[0][2]


def test_people_of_an_interaction_are_made_when_asked(load: Loader) -> None:
    text = (
        "kind,occurred_at,summary,contact name,contact email\n"
        "call,2026-02-01,Hi,Anna; Bob,anna@example.com; bob@example.com\n"
    )
    assert counts(load("interactions", text, create_missing=True)) == (1, 0, 0, 0, 0)
    assert [(each.name, each.emails) for each in load.crm.contacts.list(sort="id")] == [
        ("Anna", ("anna@example.com",)),
        ("Bob", ("bob@example.com",)),
    ]
    assert counts(load("interactions", text, create_missing=True)) == (0, 0, 1, 0, 0)
    assert_sound(load.crm)


def test_a_long_first_line_is_kept_whole(load: Loader) -> None:
    people(load.crm)
    load(
        "interactions", f"kind,occurred_at,summary,contacts\nnote,2026-02-01,{'x' * 1500},anna@example.com\n"
    )
    (found,) = load.crm.interactions.list()
    assert found.summary.endswith("…")
    assert found.body == "x" * 1500


def test_rows_about_one_interaction_are_applied_together(load: Loader) -> None:
    people(load.crm)
    text = "id,kind,occurred_at,summary,contacts\n1,call,2026-02-01,A,anna@example.com\n1,,,B,bob ray\n"
    assert counts(load("interactions", text)) == (1, 1, 0, 0, 0)
    (found,) = load.crm.interactions.list()
    assert (found.summary, found.contact_ids) == ("B", (1, 2))
    before = content(load.crm)
    assert counts(load("interactions", text)) == (0, 0, 2, 0, 0)
    assert content(load.crm) == before


def test_skip_and_create(load: Loader) -> None:
    people(load.crm)
    text = "id,kind,occurred_at,summary,contacts\n1,call,2026-02-01,A,anna@example.com\n"
    load("interactions", text)
    assert counts(load("interactions", text, on_match=OnMatch.SKIP)) == (0, 0, 0, 1, 0)
    assert counts(load("interactions", text, on_match=OnMatch.CREATE)) == (1, 0, 0, 0, 0)
    assert_sound(load.crm)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("15", 15), ("15 min", 15), ("15 minutes", 15), ("1h 30m", 90), ("0:15:00", 15), ("1:00:31", 61)],
)
def test_durations(text: str, expected: int) -> None:
    assert minutes(text) == expected
