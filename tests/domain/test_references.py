"""What a REF means: ids, e-mails, phones, names and their beginnings; several are never guessed among."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import AmbiguousError, NotFoundError


def test_digits_are_the_id_before_anything_else(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", phones=["2"])
    two = crm.contacts.add(name="2")
    assert crm.references.contact(str(anna.id)) == anna.id
    assert crm.references.contact("2") == two.id


@pytest.mark.parametrize("ref", ["99", "99999999999999999999999999", "9" * 5000, "0", "-1", "²"])
def test_an_id_that_is_not_there_is_not_found(crm: Crm, ref: str) -> None:
    crm.contacts.add(name="Anna")
    with pytest.raises(NotFoundError):
        crm.references.contact(ref)


@pytest.mark.parametrize(
    "ref", ["anna.kowalska@example.com", "ANNA.KOWALSKA@EXAMPLE.COM", "anna.kowalska@", "anna.kowalska@ex"]
)
def test_an_email_is_matched_whatever_its_case_and_by_its_beginning(crm: Crm, ref: str) -> None:
    anna = crm.contacts.add(name="Anna", emails=["Anna.Kowalska@Example.com"])
    crm.contacts.add(name="Other", emails=["other@example.com"])
    assert crm.references.contact(ref) == anna.id
    with pytest.raises(NotFoundError):
        crm.references.contact("anna.k@")


def test_a_shared_email_is_ambiguous(crm: Crm) -> None:
    crm.contacts.add(name="Anna", emails=["info@example.com"])
    crm.contacts.add(name="Bo", emails=["info@example.com"])
    with pytest.raises(AmbiguousError) as caught:
        crm.references.contact("info@example.com")
    assert caught.value.message == '"info@example.com" matches 2 contacts: Anna (1), Bo (2).'


def test_a_phone_is_matched_however_it_is_written(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna", phones=["+48 601 234 567"])
    crm.contacts.add(name="Bo", phones=["+48 601 999 111"])
    for ref in ("+48601234567", "0048 601 234 567", "+48 (601) 234-567", "601 234 567", "234567"):
        assert crm.references.contact(ref) == anna.id, ref
    with pytest.raises(NotFoundError):
        crm.references.contact("601234")  # the middle of a number is no end of one


def test_a_phone_without_a_match_key_is_found_by_its_digits(crm: Crm) -> None:
    odd = crm.contacts.add(name="Odd", phones=["12 34 56"])
    assert crm.contacts.methods(odd.id)[0].normal is None
    assert crm.references.contact("123456") == odd.id


def test_names_are_matched_folded_and_the_whole_name_wins(crm: Crm) -> None:
    short = crm.contacts.add(name="Anna")
    long = crm.contacts.add(name="Anna Kowalska")
    elvin = crm.contacts.add(name="Elvin Məmmədov")
    assert crm.references.contact("anna") == short.id
    assert crm.references.contact("ANNA  kowal") == long.id
    assert crm.references.contact("elvin memm") == elvin.id
    assert crm.references.contact("memmedov") == elvin.id
    assert crm.references.contact("kow ann") == long.id


def test_only_the_own_name_counts_as_a_name(crm: Crm) -> None:
    crm.contacts.add(name="Anna", company="Acme", title="buyer", tags=["vip"])
    for ref in ("acme", "buyer", "vip"):
        with pytest.raises(NotFoundError):
            crm.references.contact(ref)


def test_several_are_named_and_more_than_five_counted(crm: Crm) -> None:
    for name in ("Anna Kowalska", "Anna Nowak"):
        crm.contacts.add(name=name)
    with pytest.raises(AmbiguousError) as caught:
        crm.references.contact("ann")
    assert caught.value.message == '"ann" matches 2 contacts: Anna Kowalska (1), Anna Nowak (2).'
    for number in range(5):
        crm.contacts.add(name=f"Anna {number}")
    with pytest.raises(AmbiguousError) as caught:
        crm.references.contact("ann")
    assert "more than 5 contacts" in caught.value.message
    assert caught.value.message.count("Anna") == 5


def test_who_was_put_away_counts_only_when_nobody_else_does(crm: Crm) -> None:
    old = crm.contacts.add(name="Anna")
    crm.contacts.archive(old.id)
    assert crm.references.contact("anna") == old.id
    new = crm.contacts.add(name="Anna Kowalska")
    assert crm.references.contact("anna") == new.id
    assert crm.references.contact(str(old.id)) == old.id


def test_not_found_names_the_nearest(crm: Crm) -> None:
    crm.contacts.add(name="Anna Kowalska")
    with pytest.raises(NotFoundError) as caught:
        crm.references.contact("ann kov")
    assert caught.value.message == 'No contact matches "ann kov".'
    assert caught.value.hint == "Nearest: Anna Kowalska (1). Try crm find ann."
    with pytest.raises(NotFoundError) as caught:
        crm.references.contact("zzz")
    assert caught.value.hint == "crm contact list shows those there are."


@pytest.mark.parametrize(
    "ref", ["", "   ", "'", '"', "*", "a OR b", "%", "--", "\x00", "😀", "(" * 300, "x" * 10_000]
)
def test_hostile_text_is_just_not_found(crm: Crm, ref: str) -> None:
    crm.contacts.add(name="Anna")
    for find in (
        crm.references.contact,
        crm.references.company,
        crm.references.deal,
        crm.references.followup,
    ):
        with pytest.raises(NotFoundError):
            find(ref)


def test_a_name_without_letters_is_found_by_itself(crm: Crm) -> None:
    heart = crm.contacts.add(name="!!!")
    crm.contacts.add(name="???")
    assert crm.references.contact("!!!") == heart.id


def test_companies_by_name_legal_form_apart_and_by_domain(crm: Crm) -> None:
    acme = crm.companies.add(name="Acme GmbH", domain="acme.example")
    crm.companies.add(name="Nord Labs")
    for ref in ("acme", "ACME gmbh", "acme.example", "Acme.Example"):
        assert crm.references.company(ref) == acme.id


def test_deals_and_followups_by_title(crm: Crm) -> None:
    anna = crm.contacts.add(name="Website Anna")
    deal = crm.deals.add("Website relaunch", contact_id=anna.id)
    crm.deals.add("Maintenance", contact_id=anna.id)
    other = crm.deals.add("Website relaunch 2", contact_id=anna.id)
    assert crm.references.deal("website relaunch") == deal.id
    assert crm.references.deal("relaunch 2") == other.id
    with pytest.raises(AmbiguousError):
        crm.references.deal("website")
    done = crm.followups.add("send offer", date(2026, 3, 2))
    crm.followups.complete(done.id)
    assert crm.references.followup("send") == done.id
    opened = crm.followups.add("send offer again", date(2026, 3, 2))
    assert crm.references.followup("send") == opened.id


def test_pipelines_and_stages_by_name_within_the_pipeline(crm: Crm) -> None:
    crm.deals.add("Website")
    sales = crm.references.pipeline("sal")
    lead = crm.references.stage("LEAD", sales)
    assert crm.references.stage(str(lead), sales) == lead
    assert crm.references.stage("prop", sales) == crm.references.stage("proposal")
    with pytest.raises(NotFoundError) as caught:
        crm.references.stage("nope", sales)
    assert "Lead, Qualified" in caught.value.hint
    with pytest.raises(NotFoundError):
        crm.references.stage("lead", sales + 1)


def test_an_archived_stage_counts_only_when_no_other_has_the_name(crm: Crm) -> None:
    crm.deals.add("Website")
    pipeline = crm.references.pipeline("sales")
    lead, qualified = crm.references.stage("lead"), crm.references.stage("qualified")
    with crm.transaction("put stages away") as writing:
        writing.update("stages", qualified, {"archived_at": writing.stamp})
        writing.update("stages", lead, {"archived_at": writing.stamp})
        made = writing.insert(
            "stages",
            {"pipeline_id": pipeline, "name": "Lead", "position": 9, "type": "open", "probability": 5},
        )
    assert crm.references.stage("lead", pipeline) == made
    assert crm.references.stage("qualified", pipeline) == qualified
    assert crm.references.stage(str(lead), pipeline) == lead


def test_interactions_by_id_alone(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    call = crm.interactions.add("call", [anna.id], "hello")
    assert crm.references.interaction(str(call.id)) == call.id
    with pytest.raises(NotFoundError):
        crm.references.interaction("hello")
