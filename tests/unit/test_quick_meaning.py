"""Quick entry against a file: what names mean, what is offered, and one operation a line."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.quick import Understood, perform, read, understand
from crm_tui.errors import AmbiguousError, ConflictError, CrmError, NotFoundError, UsageError
from crm_tui.models import DealView, FollowupView, InteractionView, StageType


@pytest.fixture(autouse=True)
def _business(crm: Crm) -> None:
    with crm.transaction("fill"):
        anna = crm.contacts.add(name="Anna Kowalska", company="Acme", emails=["anna@example.com"])
        crm.contacts.add(name="Anna Nowak")
        crm.contacts.add(name="Elvin Məmmədov", company="Nord Labs")
        crm.deals.add("Website relaunch", contact_id=anna.id, amount_minor=450_000, currency="EUR")
        crm.deals.add("Website care")


def understood(crm: Crm, text: str) -> Understood:
    return understand(read(text, crm.clock, "EUR"), crm, crm.clock)


def words(crm: Crm, text: str) -> str:
    return " · ".join(each.words for each in understood(crm, text).meanings)


def wrong(crm: Crm, text: str) -> CrmError:
    error = understood(crm, text).error
    assert error is not None
    return error


def offered(crm: Crm, text: str) -> list[tuple[str, str]]:
    return [(each.text, each.aside) for meaning in understood(crm, text).meanings for each in meaning.choices]


def test_a_line_is_told_piece_by_piece(crm: Crm) -> None:
    assert words(crm, "call anna k: wants the offer by friday #hot") == (
        "call with Anna Kowalska (Acme) · now, Mon 2 Mar · “wants the offer by friday” · tag hot · follow-up: none"
    )
    assert words(crm, "call memmedov, +Bob @yesterday: x -> friday 14:30 send it") == (
        "call with Elvin Məmmədov (Nord Labs) · and new person Bob · Sun 1 Mar (yesterday) · “x”"
        " · follow-up Fri 6 Mar 14:30 (in 4 days) · “send it”"
    )
    assert words(crm, "todo ask for Website r +3d every 2 weeks !high") == (
        "follow-up · “ask” · for Website relaunch (Lead · 4,500.00 EUR) · due Thu 5 Mar (in 3 days)"
        " · repeats every 2 weeks · high priority"
    )
    assert words(crm, "deal New site 99.5 EUR Acme @prop close 2027-01-01") == (
        "new deal · “New site” · 99.50 EUR · with Acme (company) · in Proposal · closes Fri 1 Jan 2027 (in 10 months)"
    )
    assert words(crm, "deal Maintenance 2026").endswith("amount: none")
    assert words(crm, "person Jane jane@x.com at Initech") == (
        "new person · Jane · jane@x.com · at Initech, a new company"
    )
    assert words(crm, "win Website r") == "win Website relaunch (Lead · 4,500.00 EUR) · today, Mon 2 Mar"


def test_several_are_offered_and_a_choice_settles_it(crm: Crm) -> None:
    error = wrong(crm, "call anna: x")
    assert isinstance(error, AmbiguousError)
    assert error.message == '"anna" matches 2 people: Anna Kowalska (1), Anna Nowak (2).'
    assert offered(crm, "call anna: x") == [("Anna Kowalska (1)", "Acme"), ("Anna Nowak (2)", "contact 2")]
    assert understood(crm, "call Anna Nowak (2): x").ready


def test_a_name_with_the_number_of_another_is_nobody(crm: Crm) -> None:
    assert isinstance(wrong(crm, "call Anna Nowak (1): x"), NotFoundError)


def test_nobody_is_new_without_a_plus(crm: Crm) -> None:
    error = wrong(crm, "call Anan Kowalska: x")
    assert error.message == 'Nobody is called "Anan Kowalska".'
    assert error.hint == "Nearest: Anna Kowalska. +Anan Kowalska makes a new person."
    assert offered(crm, "call Anan Kowalska: x")[-1] == ("+Anan Kowalska", "new person")
    with pytest.raises(NotFoundError):
        perform(crm, understood(crm, "call Anan Kowalska: x"))
    assert crm.contacts.count() == 3


def test_a_whole_name_comes_before_the_beginning_of_another(crm: Crm) -> None:
    crm.contacts.add(name="Anna")
    assert words(crm, "call anna: x").startswith("call with Anna ·")


def test_a_party_that_is_a_company_and_a_person_is_asked_for(crm: Crm) -> None:
    crm.companies.add(name="Anna Kowalska")
    assert isinstance(wrong(crm, "deal X 5 EUR Anna Kowalska"), AmbiguousError)
    assert offered(crm, "deal X 5 EUR Anna Kowalska") == [
        ("Anna Kowalska (3)", "company · company"), ("Anna Kowalska (1)", "contact · Acme"),
    ]  # fmt: skip


def test_a_company_close_by_is_offered_and_not_taken(crm: Crm) -> None:
    line = understood(crm, "person Jane at Nord")
    assert line.ready
    assert line.meanings[-1].words == "at Nord, a new company"
    assert offered(crm, "person Jane at Nord") == [("Nord Labs", "company")]


def test_stages_are_judged_and_offered(crm: Crm) -> None:
    assert isinstance(wrong(crm, "deal X @Nowhere"), NotFoundError)
    assert ("@Proposal", "") in offered(crm, "deal X @Nowhere")
    assert wrong(crm, "deal X @Lost").hint == "Write lose, the title, a colon and why."


def test_who_has_the_address_already_is_told_before_it_is_refused(crm: Crm) -> None:
    assert (
        wrong(crm, "person Anna anna@example.com").message
        == "Anna Kowalska (1) has anna@example.com already."
    )
    assert "there is already Anna Nowak (2)" in words(crm, "person Anna Nowak")


def test_a_closed_deal_is_not_won_again(crm: Crm) -> None:
    perform(crm, understood(crm, "win Website care"))
    assert wrong(crm, "win Website care").message == "Website care is won already."
    # of several the open one is meant: only that can be won
    assert understood(crm, "win Website").ready


def test_a_log_is_one_operation_with_everything_in_it(crm: Crm) -> None:
    before = len(crm.history())
    line = "call anna k, +Bob Dylan @yesterday: wants it #hot -> friday 14:30: send it"
    made = perform(crm, understood(crm, line)).record
    assert isinstance(made, InteractionView)
    assert (made.summary, made.occurred_at) == ("wants it", "2026-03-01T12:00:00Z")
    assert set(made.contacts) == {"Anna Kowalska", "Bob Dylan"}
    assert crm.contacts.find("anna k").tags == ("hot",)
    assert crm.contacts.find("bob").tags == ("hot",)
    (promise,) = crm.followups.list()
    assert (promise.title, promise.due_on, promise.due_time, promise.contact) == (
        "send it", date(2026, 3, 6), "14:30", "Anna Kowalska",
    )  # fmt: skip
    assert len(crm.history()) == before + 1
    assert (
        crm.history()[0].summary == "log call with Anna Kowalska and Bob Dylan, follow up on 2026-03-06 14:30"
    )
    crm.undo()
    assert (crm.contacts.count(), crm.interactions.count(), crm.followups.count()) == (3, 0, 0)
    assert crm.contacts.find("anna k").tags == ()


def test_a_promise_about_a_deal_is_its_persons_too(crm: Crm) -> None:
    made = perform(crm, understood(crm, "todo ask for Website r friday every friday")).record
    assert isinstance(made, FollowupView)
    assert (made.deal, made.contact, made.repeat) == (
        "Website relaunch",
        "Anna Kowalska",
        "every week on fri",
    )


def test_a_deal_with_everything(crm: Crm) -> None:
    made = perform(crm, understood(crm, "deal Shop 12 EUR +Initech @Prop close eom #a")).record
    assert isinstance(made, DealView)
    assert (made.title, made.amount, made.company, made.stage, made.expected_close_on, made.tags) == (
        "Shop", "12.00", "Initech", "Proposal", date(2026, 3, 31), ("a",),
    )  # fmt: skip


def test_a_deal_is_lost_for_a_reason(crm: Crm) -> None:
    made = perform(crm, understood(crm, "lose Website r: too dear")).record
    assert isinstance(made, DealView)
    assert (made.status, made.lost_reason) == (StageType.LOST, "too dear")


def test_a_name_that_came_to_mean_somebody_else_is_not_written(crm: Crm) -> None:
    shown = understood(crm, "call elvin: x")
    crm.contacts.update(3, name="Ramil")
    crm.contacts.add(name="Elvin Quliyev")
    with pytest.raises(ConflictError, match="something else than a moment ago"):
        perform(crm, shown)
    assert crm.interactions.count() == 0


def test_what_is_not_understood_is_never_written(crm: Crm) -> None:
    for text in ("", "call anna k: x -> soon", "todo x"):
        with pytest.raises(UsageError):
            perform(crm, understood(crm, text))
    assert len(crm.history()) == 1


def test_a_refused_write_leaves_nothing_of_the_new_person(crm: Crm) -> None:
    shown = understood(crm, "call +Bob: " + "x" * 1990)
    with pytest.raises(CrmError):
        perform(crm, shown)
    assert crm.contacts.count() == 3


def test_without_a_file_everybody_is_unknown(crm: Crm) -> None:
    line = understand(read("call Anna: x", crm.clock, "EUR"), None, crm.clock)
    assert isinstance(line.error, NotFoundError)
    assert understand(read("call +Anna: x", crm.clock, "EUR"), None, crm.clock).ready


@pytest.mark.parametrize(
    "name", ["[/] for x at y", "Smith, John", '"q" #a', "3M", "+1", "a\x1b[31mb", "a: b", "now"]
)
def test_every_choice_stands_for_its_record(crm: Crm, name: str) -> None:
    first = crm.contacts.add(name=name)
    crm.contacts.add(name=name)
    line = f'call "{name.replace(chr(34), chr(34) * 2)}": x'
    choice = offered(crm, line)[0][0] if name != "3M" else offered(crm, "call 3M: x")[0][0]
    chosen = understood(crm, f"call {choice}: x")
    assert chosen.ready, choice
    assert next(iter((chosen.found or {}).values())).id == first.id
