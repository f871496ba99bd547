"""Making one of several: what moves, what wins, what is said about the rest, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import CrmError, InvalidDataError, NotFoundError
from crm_tui.models import FieldType, Lifecycle
from tests.everything import assert_sound, content


def two(crm: Crm) -> tuple[int, int]:
    """Anna, and Anna once more."""
    anna = crm.contacts.add(name="Anna Kowalska", emails=["anna@x.example"], company="Acme", title="buyer")
    other = crm.contacts.add(
        name="A. Kowalska", emails=["ak@y.example"], phones=["+48 22 123 45 67"], company="Zenith",
        title="head of buying", birthday="--03-03", source="fair", cadence_days=30, note="Likes tea.",
    )  # fmt: skip
    return anna.id, other.id


def test_everything_that_hangs_on_the_other_moves(crm: Crm) -> None:
    anna, other = two(crm)
    friend = crm.contacts.add(name="Bo", referred_by_id=other).id
    crm.interactions.add("call", [other], "alone", occurred_at="2026-02-20T10:00:00Z")
    crm.interactions.add("meeting", [anna, other], "both of them", occurred_at="2026-01-20T10:00:00Z")
    deal = crm.deals.add("Website", contact_id=other).id
    promise = crm.followups.add("Call", date(2026, 3, 9), contact_id=other).id
    crm.contacts.set_date(other, "Wedding", "--06-05")
    crm.contacts.tag(anna, add=["vip"])
    crm.contacts.tag(other, add=["VIP", "fair"])
    crm.contacts.relate(friend, "boss", other)
    crm.contacts.relate(other, "sister", friend)
    before = content(crm)

    merged = crm.contacts.merge(anna, [other])

    assert merged.emails == ("anna@x.example", "ak@y.example")
    assert merged.phones == ("+48 22 123 45 67",)
    assert merged.tags == ("vip", "fair")
    assert (merged.birthday, merged.source, merged.cadence_days) == ("--03-03", "fair", 30)
    assert (merged.last_contacted_on, merged.next_touch_on) == (date(2026, 2, 20), date(2026, 3, 22))
    assert crm.deals.get(deal).contact_id == anna
    assert crm.followups.get(promise).contact_id == anna
    assert crm.contacts.get(friend).referred_by_id == anna
    assert [each.label for each in crm.contacts.dates(anna)] == ["Wedding"]
    assert [(tie.kind, tie.other_id) for tie, _ in crm.contacts.relations(anna)] == [("sister", friend)]
    assert [(tie.kind, tie.other_id) for tie, _ in crm.contacts.relations(friend)] == [("boss", anna)]
    participants = crm.connection.execute(
        "SELECT interaction_id, contact_id FROM participants ORDER BY 1"
    ).fetchall()
    assert participants == [(1, anna), (2, anna)]
    with pytest.raises(NotFoundError):
        crm.contacts.get(other)
    assert_sound(crm)
    crm.undo()
    assert content(crm) == before


def test_what_loses_stays_in_the_note(crm: Crm) -> None:
    anna, other = two(crm)
    merged = crm.contacts.merge(anna, [other])
    assert (merged.name, merged.title, merged.company) == ("Anna Kowalska", "buyer", "Acme")
    assert merged.note == (
        "Likes tea.\n\n"
        "name: A. Kowalska (from A. Kowalska, #2)\n"
        "company: Zenith (from A. Kowalska, #2)\n"
        "title: head of buying (from A. Kowalska, #2)"
    )


def test_a_choice_wins_and_the_kept_value_stays_in_the_note(crm: Crm) -> None:
    anna, other = two(crm)
    merged = crm.contacts.merge(anna, [other], {"title": other, "company": other})
    assert (merged.name, merged.title, merged.company) == ("Anna Kowalska", "head of buying", "Zenith")
    assert "title: buyer (from Anna Kowalska, #1)" in (merged.note or "")
    assert "company: Acme (from Anna Kowalska, #1)" in (merged.note or "")
    assert crm.contacts.list("name:Anna")[0].name == "Anna Kowalska"


def test_what_wins_by_itself(crm: Crm) -> None:
    first = crm.contacts.add(name="Bo", opted_out_on=date(2026, 2, 1), lifecycle="prospect").id
    second = crm.contacts.add(name="Bo", opted_out_on=date(2026, 1, 1), lifecycle="customer").id
    third = crm.contacts.add(name="Bo", last_contacted_on=date(2026, 2, 3)).id
    merged = crm.contacts.merge(third, [first, second])
    assert merged.opted_out_on == date(2026, 1, 1)
    assert merged.lifecycle is Lifecycle.CUSTOMER
    assert merged.last_contacted_on == date(2026, 2, 3)
    assert merged.note == "lifecycle: prospect (from Bo, #1)\nopted out on: 2026-02-01 (from Bo, #1)"


def test_custom_values_join_and_a_conflict_stays_in_the_note(crm: Crm) -> None:
    crm.fields.add("contacts", "shoe", FieldType.NUMBER, label="Shoe size")
    crm.fields.add("contacts", "club", FieldType.FLAG)
    first = crm.contacts.add(name="Bo", custom={"shoe": 41}).id
    second = crm.contacts.add(name="Bo", custom={"shoe": 42, "club": True}).id
    assert crm.contacts.merge(first, [second]).custom == {"shoe": 41, "club": True}
    assert crm.contacts.get(first).note == "Shoe size: 42 (from Bo, #2)"
    crm.undo()
    assert crm.contacts.merge(first, [second], {"shoe": second}).custom == {"shoe": 42, "club": True}


def test_the_same_address_stays_once_with_both_labels(crm: Crm) -> None:
    first = crm.contacts.add(name="Bo", phones=["+48 22 123 45 67"]).id
    second = crm.contacts.add(name="Bo").id
    crm.contacts.add_method(first, "phone", "+48 22 123 45 67", label="work")
    crm.contacts.add_method(second, "phone", "+48 22-123-45-67", label="home")
    crm.contacts.add_method(second, "phone", "+48 22 765 43 21")
    crm.contacts.merge(first, [second])
    found = [(each.value, each.label, each.is_primary) for each in crm.contacts.methods(first)]
    assert found == [("+48 22 123 45 67", "work, home", True), ("+48 22 765 43 21", None, False)]


def test_a_tie_between_the_merged_becomes_a_line(crm: Crm) -> None:
    first, second = two(crm)
    crm.contacts.relate(first, "boss", second)
    crm.contacts.update(second, referred_by_id=first)
    merged = crm.contacts.merge(first, [second])
    assert crm.contacts.relations(first) == []
    assert merged.referred_by_id is None
    assert "boss: A. Kowalska (from Anna Kowalska, #1)" in (merged.note or "")


def test_external_references_and_kept_lines_move(crm: Crm) -> None:
    first, second = two(crm)
    with crm.transaction("bring") as writing:
        for owner in (first, second):
            entity: Mapping[str, Any] = {"entity": "contacts", "entity_id": owner}
            writing.insert("external_refs", {**entity, "source": "vcard", "key": f"u{owner}"})
            writing.insert("kept_lines", {**entity, "format": "vcard", "lines": f"X-B:1\nX-N:{owner}"})
    crm.contacts.merge(second, [first])
    refs = crm.connection.execute("SELECT key, entity_id FROM external_refs ORDER BY key").fetchall()
    assert refs == [("u1", second), ("u2", second)]
    lines = crm.connection.execute("SELECT entity_id, lines FROM kept_lines").fetchall()
    assert lines == [(second, "X-B:1\nX-N:1\nX-N:2")]


def test_not_the_same_holds_for_the_kept_one(crm: Crm) -> None:
    first, second = two(crm)
    third = crm.contacts.add(name="Bo").id
    crm.duplicates.decide_distinct("contacts", second, third)
    crm.duplicates.decide_distinct("contacts", first, second)
    crm.contacts.merge(first, [second])
    assert crm.connection.execute("SELECT first_id, second_id FROM distinct_pairs").fetchall() == [
        (first, third)
    ]


def test_what_was_put_away_comes_back_unless_all_were(crm: Crm) -> None:
    first, second = two(crm)
    crm.contacts.archive(first)
    assert crm.contacts.merge(first, [second]).archived_at is None
    crm.undo()
    crm.contacts.archive(second)
    assert crm.contacts.merge(first, [second]).archived_at is not None


def test_companies_with_their_people_deals_and_branches(crm: Crm) -> None:
    acme = crm.companies.add(name="Acme", domain="acme.example", emails=["info@acme.example"]).id
    gmbh = crm.companies.add(
        name="Acme GmbH",
        domain="acme.de",
        website="https://acme.de",
        phones=["+49 30 1234567"],
        industry="food",
    ).id
    branch = crm.companies.add(name="Acme Nord", parent_id=gmbh).id
    person = crm.contacts.add(name="Anna", company="Acme GmbH").id
    deal = crm.deals.add("Website", contact_id=person, company="Acme GmbH").id
    before = content(crm)
    merged = crm.companies.merge(acme, [gmbh])
    assert (merged.name, merged.domain, merged.industry) == ("Acme", "acme.example", "food")
    assert merged.website == "https://acme.de"
    assert (merged.emails, merged.phones) == (("info@acme.example",), ("+49 30 1234567",))
    assert merged.note == "name: Acme GmbH (from Acme GmbH, #2)"
    links = [(each.value, each.label) for each in crm.companies.methods(acme) if each.kind == "url"]
    assert links == [("acme.de", "domain")]
    assert crm.companies.get(branch).parent_id == acme
    assert crm.contacts.get(person).company_id == acme
    assert crm.deals.get(deal).company_id == acme
    assert_sound(crm)
    crm.undo()
    assert content(crm) == before


def test_no_company_ends_above_itself(crm: Crm) -> None:
    top = crm.companies.add(name="Top").id
    middle = crm.companies.add(name="Middle", parent_id=top).id
    low = crm.companies.add(name="Low", parent_id=middle).id
    assert crm.companies.merge(low, [top]).parent_id is None
    assert crm.companies.get(middle).parent_id == low
    crm.undo()
    assert crm.companies.merge(low, [middle]).parent_id == top


def test_the_plan_says_what_will_happen_and_changes_nothing(crm: Crm) -> None:
    anna, other = two(crm)
    crm.interactions.add("call", [other], "hello")
    before = content(crm)
    plan = crm.merging.plan("contacts", anna, [other])
    assert content(crm) == before
    assert plan.moves == ((1, "interaction"), (2, "ways to reach them"))
    assert {field.field: field.winner for field in plan.differing} == {
        "name": anna, "company_id": anna, "title": anna, "source": other, "birthday": other, "cadence_days": other,
    }  # fmt: skip
    merged = crm.contacts.merge(anna, [other])
    assert all(line in (merged.note or "") for line in plan.lines)


@pytest.mark.parametrize(
    ("merge", "kind", "said"),
    [
        (lambda crm: crm.contacts.merge(1, [1]), InvalidDataError, "cannot be merged with itself"),
        (lambda crm: crm.contacts.merge(1, []), InvalidDataError, "nothing to merge"),
        (lambda crm: crm.contacts.merge(1, [99]), NotFoundError, "no contact 99"),
        (lambda crm: crm.contacts.merge(99, [1]), NotFoundError, "no contact 99"),
        (lambda crm: crm.contacts.merge(1, [2], {"tilte": 2}), InvalidDataError, 'no field "tilte"'),
        (lambda crm: crm.contacts.merge(1, [2], {"title": 3}), InvalidDataError, "none of the records"),
        (lambda crm: crm.contacts.merge(1, [2], {"opted_out_on": 2}), InvalidDataError, "not chosen"),
        (lambda crm: crm.companies.merge(1, [1]), InvalidDataError, "cannot be merged with itself"),
    ],
)
def test_what_cannot_be_is_refused(
    crm: Crm, merge: Callable[[Crm], object], kind: type[CrmError], said: str
) -> None:
    two(crm)
    before = content(crm)
    with pytest.raises(kind, match=said):
        merge(crm)
    assert content(crm) == before


def test_a_hostile_name_is_text(crm: Crm) -> None:
    first = crm.contacts.add(name="Robert'); DROP TABLE contacts;--", title="=1+1").id
    second = crm.contacts.add(name="[/]\u202e{}", title="%s{0}").id
    merged = crm.contacts.merge(first, [second])
    assert merged.note == "name: [/]\u202e{} (from [/]\u202e{}, #2)\ntitle: %s{0} (from [/]\u202e{}, #2)"
    assert crm.last_operation is not None
    assert crm.last_operation.summary == "merge contact [/]\u202e{} into Robert'); DROP TABLE contacts;--"


def test_a_note_that_is_part_of_another_sentence_is_kept(crm: Crm) -> None:
    first = crm.contacts.add(name="Bo", note="buys a lot, never pays\nlikes tea").id
    second = crm.contacts.add(name="Bo", note="pays").id
    third = crm.contacts.add(name="Bo", note="likes tea").id
    assert crm.contacts.merge(first, [second, third]).note == "buys a lot, never pays\nlikes tea\n\npays"


def test_the_parts_of_a_name_come_with_the_name_that_wins(crm: Crm) -> None:
    first = crm.contacts.add(name="Anna Kowalska", given_name="Anna", family_name="Kowalska").id
    second = crm.contacts.add(name="Anja Nowak", given_name="Anja").id
    merged = crm.contacts.merge(first, [second], {"name": second})
    assert (merged.name, merged.given_name, merged.family_name) == ("Anja Nowak", "Anja", "Kowalska")
    assert merged.note == (
        "name: Anna Kowalska (from Anna Kowalska, #1)\ngiven name: Anna (from Anna Kowalska, #1)"
    )
    crm.undo()
    merged = crm.contacts.merge(first, [second], {"name": second, "given_name": first})
    assert (merged.name, merged.given_name) == ("Anja Nowak", "Anna")


def test_what_hangs_between_the_merged_does_not_move(crm: Crm) -> None:
    first = crm.contacts.add(name="Bo").id
    second = crm.contacts.add(name="Bo", referred_by_id=first).id
    crm.contacts.add(name="Cem", referred_by_id=first)
    assert crm.merging.plan("contacts", second, [first]).moves == ((1, "person they referred"),)
    top = crm.companies.add(name="Top").id
    branch = crm.companies.add(name="Branch", parent_id=top).id
    assert crm.merging.plan("companies", branch, [top]).moves == ()
