"""Loading deals: stages, money, days, whom they are with, and the history that comes with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.loading.drafts import OnMatch
from crm_tui.domain.pipelines import NewStage
from crm_tui.errors import ConflictError, UsageError
from crm_tui.interchange.deals_in import percent
from crm_tui.models import DealView, FieldType, StageType
from tests.everything import assert_sound, content
from tests.loading import Loader, counts

SALES = (
    "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "1C1I7A6R,Moses Frase,GTX Plus Basic,Cancity,Won,2025-10-20,2026-01-01,1054.0\n"
    "Z063OYW0,Darcel Schlecht,GTXPro,Isdom,Lost,2025-10-25,2026-02-11,0.0\n"
    "EC4QE1BX,Darcel Schlecht,MG Special,Cancity,Prospecting,,,\n"
    "MV1LWRNH,Moses Frase,GTX Basic,Codehow,Engaging,2025-10-25,,\n"
    "PE84CX4O,Zane Levy,GTX Basic,Cancity,Won,2025-10-25,2026-03-01,517.0\n"
)


def only(crm: Crm) -> DealView:
    (deal,) = crm.deals.list("archived_at:any OR archived_at:none")
    return deal


def moves(crm: Crm, deal: int) -> list[tuple[str, str]]:
    """The stages a deal entered, and the days."""
    rows = crm.connection.execute(
        "SELECT stages.name, substr(moved_at, 1, 10) FROM stage_moves JOIN stages ON stages.id = to_stage_id"
        " WHERE deal_id = ? ORDER BY moved_at, stage_moves.id",
        (deal,),
    )
    return rows.fetchall()


def test_a_pipeline_of_another_program(load: Loader) -> None:
    options: dict[str, Any] = {"defaults": {"title": "{product} for {account}", "currency": "USD"}}
    summary = load("deals", SALES, **options)
    assert counts(summary) == (3, 0, 0, 0, 2)
    assert [(line, column) for line, column, _ in load.reasons()] == [(4, "deal_stage"), (5, "deal_stage")]
    assert load.reasons()[0][2].startswith('there is no stage "Prospecting"')
    load.crm.undo()
    options["create_missing"] = True
    assert counts(load("deals", SALES, **options)) == (5, 0, 0, 0, 0)
    assert counts(load("deals", SALES, **options)) == (0, 0, 5, 0, 0)
    won, lost, open_, engaging, _ = load.crm.deals.list(sort="id")
    assert (won.title, won.company, won.amount, won.currency) == (
        "GTX Plus Basic for Cancity",
        "Cancity",
        "1054.00",
        "USD",
    )
    assert (won.status, won.closed_on, won.created_at) == ("won", date(2026, 1, 1), "2025-10-20T12:00:00Z")
    assert moves(load.crm, won.id) == [("Lead", "2025-10-20"), ("Won", "2026-01-01")]
    assert (lost.status, lost.lost_reason, lost.amount) == ("lost", "unknown", "0.00")
    assert (open_.stage, open_.probability, open_.amount, open_.currency) == ("Prospecting", 87, None, "USD")
    assert moves(load.crm, engaging.id) == [("Engaging", "2025-10-25")]
    names = [stage.name for stage in load.crm.pipelines.stages()]
    assert names == ["Lead", "Qualified", "Proposal", "Negotiation", "Prospecting", "Engaging", "Won", "Lost"]
    assert_sound(load.crm)


def test_words_of_theirs_for_stages_of_ours(load: Loader) -> None:
    text = "title,stage\nA,Angebot\nB,GEWONNEN\nC,Closed Lost\nD,lead\n"
    values = {"stage": {"angebot": "Proposal", "gewonnen": "Won"}}
    assert counts(load("deals", text, values=values)) == (4, 0, 0, 0, 0)
    assert [each.stage for each in load.crm.deals.list(sort="id")] == ["Proposal", "Won", "Lost", "Lead"]


@pytest.mark.parametrize("word", ["Won", "CLOSED WON", "closed-won", "closed_won"])
def test_won_goes_by_the_type_and_not_the_name(load: Loader, word: str) -> None:
    load.crm.pipelines.add("Verkauf", stages=[NewStage("Neu"), NewStage("Erledigt", 100, StageType.WON)])
    load("deals", f"title,stage\nA,{word}\n")
    assert (only(load.crm).stage, only(load.crm).status) == ("Erledigt", "won")


def test_a_status_without_a_stage(load: Loader) -> None:
    text = "id,title,status\n1,A,Open\n2,B,won\n3,C,LOST\n4,D,\n"
    assert counts(load("deals", text)) == (4, 0, 0, 0, 0)
    assert [each.stage for each in load.crm.deals.list(sort="id")] == ["Lead", "Won", "Lost", "Lead"]
    # an open deal that has gone on stays where it is
    load.crm.deals.move(1, "Proposal")
    assert counts(load("deals", text)) == (0, 0, 4, 0, 0)
    assert counts(load("deals", text.replace("1,A,Open", "1,A,Won"))) == (0, 1, 3, 0, 0)
    assert load.crm.deals.get(1).stage == "Won"


def test_a_status_in_other_words_is_a_stage(load: Loader) -> None:
    summary = load("deals", "title,status\nA,Negotiation\nB,Sleeping\n")
    assert counts(summary) == (1, 0, 0, 0, 1)
    assert only(load.crm).stage == "Negotiation"


def test_a_stage_and_a_status(load: Loader) -> None:
    summary = load(
        "deals", "title,stage,status\nA,Proposal,won\nB,Proposal,lost\nC,Won,open\nD,Won,Lost\nE,Won,Won\n"
    )
    assert counts(summary) == (3, 0, 0, 0, 2)
    assert [each.stage for each in load.crm.deals.list(sort="id")] == ["Won", "Lost", "Won"]
    assert [reason for _, _, reason in load.reasons()] == [
        "the stage Won is won, the status open",
        "the stage Won is won, the status lost",
    ]


def test_pipelines(load: Loader) -> None:
    load.crm.pipelines.add("Sales")
    load.crm.pipelines.add("Service", stages=[NewStage("Ticket"), NewStage("Repair")])
    text = "title,pipeline,stage\nA,service,repair\nB,Sales,Repair\nC,,Repair\nD,Service,\nE,Nowhere,New\n"
    assert counts(load("deals", text)) == (3, 0, 0, 0, 2)
    assert [(each.pipeline, each.stage) for each in load.crm.deals.list(sort="id")] == [
        ("Service", "Repair"),
        ("Service", "Repair"),
        ("Service", "Ticket"),
    ]
    load.crm.undo()
    assert counts(load("deals", text, create_missing=True)) == (5, 0, 0, 0, 0)
    made = load.crm.deals.list("title:E")[0]
    assert (made.pipeline, made.stage) == ("Nowhere", "New")
    assert [each.stages for each in load.crm.pipelines.list()][2] == ("New", "Won", "Lost")
    load.crm.undo()
    assert len(load.crm.pipelines.list()) == 2
    assert_sound(load.crm)


@pytest.mark.parametrize(
    ("cell", "currency", "expected"),
    [
        ("1200", "", ("1200.00", "EUR")), ("1,200.50", "", ("1200.50", "EUR")), ("$1,200.50", "", ("1200.50", "USD")),
        ("1.200,50 €", "", ("1200.50", "EUR")), ("USD 5", "", ("5.00", "USD")), ("1200", "jpy", ("1200", "JPY")),
        ("12.500", "KWD", ("12.500", "KWD")), ("-", "USD", (None, "USD")), ("0", "USD", ("0.00", "USD")),
    ],
)  # fmt: skip
def test_amounts(load: Loader, cell: str, currency: str, expected: tuple[str | None, str]) -> None:
    load("deals", f'title,amount,currency\nA,"{cell}",{currency}\n')
    assert (only(load.crm).amount, only(load.crm).currency) == expected


@pytest.mark.parametrize(
    ("cell", "currency", "reason"),
    [
        ("much", "", "is no amount"),
        ("-5", "", "below zero"),
        ("5 $", "EUR", "another currency than EUR"),
        ("5", "EURO", "is no known currency"),
        ("1.200", "", "with or without decimals"),
    ],
)
def test_amounts_that_are_none(load: Loader, cell: str, currency: str, reason: str) -> None:
    assert counts(load("deals", f'title,amount,currency\nA,"{cell}",{currency}\n')) == (0, 0, 0, 0, 1)
    assert reason in load.reasons()[0][2]


def test_the_column_tells_its_decimal_sign(load: Loader) -> None:
    load("deals", 'title,amount\nA,"1.200"\nB,"950,00"\nC,"1.234.567,5"\n')
    assert [each.amount for each in load.crm.deals.list(sort="id")] == ["1200.00", "950.00", "1234567.50"]
    load.crm.undo()
    load("deals", 'title,amount\nA,"1,200"\nB,"950.00"\n')
    assert [each.amount for each in load.crm.deals.list(sort="id")] == ["1200.00", "950.00"]
    load.crm.undo()
    # a column that uses both says nothing, and a cell of two meanings is rejected
    assert counts(load("deals", 'title,amount\nA,"1.200"\nB,"950,00"\nC,"3.25"\n')) == (2, 0, 0, 0, 1)
    load.crm.undo()
    load("deals", 'title,amount\nA,"1.200"\n', decimal=".")
    assert only(load.crm).amount == "1.20"


def test_an_amount_without_a_currency_stays_in_that_of_the_deal(load: Loader) -> None:
    load("deals", "id,title,amount,currency\n1,A,5,USD\n")
    assert counts(load("deals", "id,title,amount\n1,A,7\n", source="x")) == (0, 1, 0, 0, 0)
    assert load.changes() == [("amount", "5.00", "7.00")]
    assert only(load.crm).currency == "USD"


def test_closing_days(load: Loader) -> None:
    text = (
        "id,title,stage,close date,expected close,created\n"
        "1,won then,Won,2026-01-10,,2025-12-01\n"
        "2,open,Lead,2026-05-01,,\n"
        "3,won without a day,Won,,2026-02-01,2025-12-01\n"
        "4,won before it was expected,Won,,2026-09-01,2025-12-01\n"
        "5,lost some day,Lost,,,\n"
        "6,won before it began,Won,2025-06-01,,2025-12-01\n"
    )
    load("deals", text)
    found = load.crm.deals.list(sort="id")
    assert [(each.closed_on, each.expected_close_on) for each in found] == [
        (date(2026, 1, 10), None),
        (None, date(2026, 5, 1)),
        (date(2026, 2, 1), date(2026, 2, 1)),
        (date(2025, 12, 1), date(2026, 9, 1)),
        (date(2026, 3, 2), None),
        (date(2025, 6, 1), None),
    ]
    assert moves(load.crm, 1) == [("Lead", "2025-12-01"), ("Won", "2026-01-10")]
    assert counts(load("deals", text)) == (0, 0, 6, 0, 0)
    assert_sound(load.crm)


def test_a_deal_closed_in_the_past_did_not_begin_today(load: Loader) -> None:
    load("deals", "title,stage,closed_on\nA,Won,2025-06-01\n")
    assert only(load.crm).created_at == "2025-06-01T12:00:00Z"
    assert moves(load.crm, 1) == [("Won", "2025-06-01")]


def test_what_does_not_fit_the_stage_is_left_out_and_told(load: Loader) -> None:
    text = (
        "title,stage,closed_on,lost_reason\nA,Lead,2026-01-01,\n"
        "B,Won,2026-01-01,price\nC,Lead,2026-01-01,\nD,Won,2027-01-01,\n"
    )
    summary = load("deals", text)
    assert counts(summary) == (3, 0, 0, 0, 1)
    assert load.reasons() == [(5, "closed_on", "2027-01-01 is still to come")]
    assert summary.notices == [
        "The closing day of a deal that is not closed was left out: line 2 and 1 more.",
        "The reason of a deal that is not lost was left out: line 3.",
    ]
    assert load.crm.deals.list("status:open")[0].closed_on is None


def test_a_lost_deal_has_a_reason(load: Loader) -> None:
    text = "id,title,stage,lost_reason,lost_note\n1,A,Lost,price,too dear\n2,B,Lost,,\n"
    load("deals", text)
    assert [(each.lost_reason, each.lost_note) for each in load.crm.deals.list(sort="id")] == [
        ("price", "too dear"),
        ("unknown", None),
    ]
    load.crm.deals.update(2, lost_reason="timing")
    assert counts(load("deals", text)) == (0, 0, 2, 0, 0)


def test_whom_a_deal_is_with(load: Loader) -> None:
    anna = load.crm.contacts.add(
        name="Anna Kowalska", emails=["anna@example.com"], phones=["+48500070001"], company="Acme"
    )
    text = (
        "title,contact\nA,ANNA@example.com\nB,+48 500 070 001\nC,anna kowalska\nD,Anna <anna@example.com>\n"
        f"E,{anna.id}\nF,Anna\nG,nobody@example.com\n"
    )
    summary = load("deals", text)
    assert counts(summary) == (5, 0, 0, 0, 2)
    assert {each.contact_id for each in load.crm.deals.list()} == {anna.id}
    assert {each.company for each in load.crm.deals.list()} == {"Acme"}
    assert load.reasons() == [
        (7, "contact", 'no contact is meant by "Anna"'),
        (8, "contact", 'no contact is meant by "nobody@example.com"'),
    ]


def test_namesakes_are_told_apart_by_their_company(load: Loader) -> None:
    load.crm.contacts.add(name="John Smith", company="Acme")
    load.crm.contacts.add(name="John Smith", company="Other")
    summary = load("deals", "title,contact,company\nA,John Smith,Other\nB,John Smith,\nC,John Smith,Third\n")
    assert counts(summary) == (1, 0, 0, 0, 2)
    assert only(load.crm).contact_id == 2
    assert load.reasons()[0] == (3, "contact", '"John Smith" can be John Smith (1), John Smith (2)')


def test_people_are_made_only_when_asked(load: Loader) -> None:
    text = (
        "title,contact name,contact email,company\nA,Anna Lee,anna@example.com,Acme\n"
        "B,Anna Lee,anna@example.com,Acme\nC,Bob,,\nD,,c@example.com,\n"
    )
    assert counts(load("deals", text)) == (0, 0, 0, 0, 4)
    assert counts(load("deals", text, create_missing=True)) == (4, 0, 0, 0, 0)
    assert [(each.name, each.emails, each.company) for each in load.crm.contacts.list(sort="id")] == [
        ("Anna Lee", ("anna@example.com",), "Acme"),
        ("Bob", (), None),
        ("c@example.com", ("c@example.com",), None),
    ]
    assert counts(load("deals", text, create_missing=True)) == (0, 0, 4, 0, 0)


def test_won_makes_a_customer(load: Loader) -> None:
    load.crm.contacts.add(name="Anna", emails=["a@example.com"])
    load("deals", "title,contact,stage\nA,a@example.com,Won\n")
    assert load.crm.contacts.get(1).lifecycle.value == "customer"


def test_matching_by_title_with_contact_or_company(load: Loader) -> None:
    load.crm.contacts.add(name="Anna", emails=["a@example.com"], company="Acme")
    load.crm.contacts.add(name="Bob", emails=["b@example.com"], company="Acme")
    load(
        "deals",
        "title,contact,company,amount\nRenewal,a@example.com,,1\n"
        "Renewal,b@example.com,,2\nRenewal,,Other,3\nRenewal,,,4\n",
        source="one",
    )
    # the last one names nobody, so that it could be any of three
    assert [each.contact for each in load.crm.deals.list(sort="id")] == ["Anna", "Bob", None]
    assert load.reasons() == [(5, "title", "the title is that of Renewal (1), Renewal (2), Renewal (3)")]
    text = "title,contact,company,source\nRENEWAL,a@example.com,,fair\nrenewal,,other,web\nOther,a@example.com,,x\n"
    assert counts(load("deals", text, source="two")) == (1, 2, 0, 0, 0)
    assert [each.source for each in load.crm.deals.list(sort="id")] == ["fair", None, "web", "x"]


def test_the_titles_of_a_party_are_read_once(load: Loader) -> None:
    load.crm.contacts.add(name="Anna", emails=["a@example.com"], company="Acme")
    read: list[str] = []
    load.crm.connection.set_trace_callback(
        lambda sql: read.append(sql) if "id, title FROM deals" in sql else None
    )
    rows = [f"Job {number},,Acme,web" for number in range(20)]
    # made with Anna, and then named by her company alone
    text = "\n".join(["title,contact,company,source", *rows, "Last,a@example.com,,web", "LAST,,Acme,fair"])
    assert counts(load("deals", text)) == (21, 1, 0, 0, 0)
    load.crm.connection.set_trace_callback(None)
    assert len(read) == 2


def test_titles_repeat_under_different_ids(load: Loader) -> None:
    text = "id,title,company\n1,Renewal,Acme\n2,Renewal,Acme\n"
    assert counts(load("deals", text)) == (2, 0, 0, 0, 0)
    assert counts(load("deals", text)) == (0, 0, 2, 0, 0)


def test_changes_are_told_by_field(load: Loader) -> None:
    text = "id,title,stage,amount,currency,tags,probability,expected_close_on,contact,closed_on,lost_reason\n"
    load.crm.contacts.add(name="Anna", emails=["a@example.com"])
    load("deals", text + "1,A,Lead,5,EUR,x,,2026-06-01,,,\n")
    load("deals", text + "1,B,Proposal,7,USD,y,60,2026-07-01,a@example.com,,\n")
    assert load.changes() == [
        ("title", "A", "B"),
        ("contact", "", "Anna"),
        ("amount", "5.00", "7.00"),
        ("currency", "EUR", "USD"),
        ("stage", "Lead", "Proposal"),
        ("expected_close_on", "2026-06-01", "2026-07-01"),
        ("probability", "10", "60"),
        ("tags", "", "y"),
    ]
    load("deals", text + "1,B,Lost,,,,,,,2026-02-20,price\n")
    assert load.changes() == [
        ("stage", "Proposal", "Lost"),
        ("closed_on", "", "2026-02-20"),
        ("lost_reason", "", "price"),
    ]
    assert counts(load("deals", text + "1,,Lost,,,,,,,,\n")) == (0, 0, 1, 0, 0)
    assert counts(load("deals", text + "1,,Won,,,,,,,2026-02-25,\n")) == (0, 1, 0, 0, 0)
    assert only(load.crm).lost_reason is None
    assert_sound(load.crm)


def test_rows_about_one_deal_are_applied_together(load: Loader) -> None:
    text = "id,title,stage,amount,tags\n1,A,Lead,5,x\n1,A,Proposal,,y\n1,B,,7,\n"
    assert counts(load("deals", text)) == (1, 2, 0, 0, 0)
    deal = only(load.crm)
    assert (deal.title, deal.stage, deal.amount, deal.tags) == ("B", "Proposal", "7.00", ("x", "y"))
    before = content(load.crm)
    assert counts(load("deals", text)) == (0, 0, 3, 0, 0)
    assert content(load.crm) == before


def test_defaults_do_not_move_deals_back(load: Loader) -> None:
    text = "id,title\n1,A\n"
    defaults = {"stage": "Qualified", "source": "fair", "probability": "33"}
    load("deals", text, defaults=defaults)
    deal = only(load.crm)
    assert (deal.stage, deal.source, deal.probability) == ("Qualified", "fair", 33)
    load.crm.deals.move(1, "Proposal")
    load.crm.deals.update(1, source="friend")
    assert counts(load("deals", text, defaults=defaults)) == (0, 0, 1, 0, 0)


def test_custom_fields_and_what_was_put_away(load: Loader) -> None:
    load.crm.fields.add("deals", "size", FieldType.CHOICE, choices=["S", "L"])
    load("deals", "title,size,archived_at\nA,l,2026-01-01T10:00:00Z\n")
    assert (only(load.crm).custom, only(load.crm).archived_at) == ({"size": "L"}, "2026-01-01T10:00:00Z")


def test_on_match_and_key(load: Loader) -> None:
    text = "id,title,amount\n1,A,5\n"
    load("deals", text)
    changed = text.replace("A,5", "A,7")
    assert counts(load("deals", changed, on_match=OnMatch.SKIP)) == (0, 0, 0, 1, 0)
    with pytest.raises(ConflictError, match="Line 2: A is there already, as deal 1"):
        load("deals", changed, on_match=OnMatch.FAIL)
    assert counts(load("deals", changed, on_match=OnMatch.CREATE)) == (1, 0, 0, 0, 0)
    load.crm.undo()
    assert counts(load("deals", "id,title,amount\n9,a,7\n", key="title")) == (0, 1, 0, 0, 0)
    assert counts(load("deals", "id,title\n,B\n", key="external_id")) == (0, 0, 0, 0, 1)
    with pytest.raises(UsageError, match='Deals cannot be matched by "amount"'):
        load("deals", text, key="amount")


def test_undo_brings_back_every_row(load: Loader) -> None:
    load.crm.contacts.add(name="Anna", emails=["a@example.com"])
    load.crm.deals.add("A", contact_id=1, amount_minor=500, currency="EUR", tags=["x"])
    before = content(load.crm)
    text = "title,contact,stage,amount,tags,company\nA,a@example.com,Won,7,y,Acme\nB,a@example.com,Paid,8,z,Other\n"
    assert counts(load("deals", text, create_missing=True)) == (1, 1, 0, 0, 0)
    after = content(load.crm)
    load.crm.undo()
    assert content(load.crm) == before
    assert_sound(load.crm)
    load.crm.redo()
    assert content(load.crm) == after
    assert_sound(load.crm)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25", 25),
        ("25%", 25),
        ("25 %", 25),
        ("0.2", 20),
        ("0,25", 25),
        ("1.0", 100),
        ("1", 1),
        ("0", 0),
        ("37.5", 38),
        ("0.5%", 1),
    ],
)
def test_probabilities(text: str, expected: int) -> None:
    assert percent(text) == expected


def test_the_sample_data_comes_in_twice(load: Loader) -> None:
    data = Path(__file__).parents[2] / "data"
    sizes = {"companies": 40, "contacts": 200, "deals": 63, "interactions": 371, "followups": 82}
    for kind, size in sizes.items():
        summary = load.file(kind, data / f"{kind}.csv")
        assert (counts(summary), summary.notices) == ((size, 0, 0, 0, 0), [])
    before = content(load.crm)
    for kind, size in sizes.items():
        assert counts(load.file(kind, data / f"{kind}.csv")) == (0, 0, size, 0, 0)
    assert content(load.crm) == before
    assert len(load.crm.history()) == 5
    assert_sound(load.crm)


def test_a_file_of_which_every_row_is_rejected_writes_nothing(load: Loader) -> None:
    before = content(load.crm)
    summary = load("deals", "title,pipeline,stage\nSign,Shop,Lead\nCard,,Nowhere\n")
    assert counts(summary) == (0, 0, 0, 0, 2)
    # the usual pipeline was looked at, and would have been made for them
    assert summary.operation is None
    assert content(load.crm) == before
