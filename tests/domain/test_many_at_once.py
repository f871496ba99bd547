"""The verbs over several records: one operation, all or none, and nothing that does not change is touched."""

from __future__ import annotations

from datetime import date

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import ConflictError, InvalidDataError, NotFoundError
from crm_tui.models import FieldType
from tests.everything import assert_sound, content


def people(crm: Crm, number: int = 3) -> list[int]:
    return [crm.contacts.add(name=f"Person {place}").id for place in range(number)]


def test_the_same_is_set_on_several_people_and_taken_back_by_one_undo(crm: Crm) -> None:
    ids = people(crm)
    before = content(crm)
    crm.contacts.update_all(ids[:2], lifecycle="customer", company="Acme")
    found = [*crm.contacts.views(ids)]
    assert [each.lifecycle for each in found] == ["customer", "customer", "lead"]
    assert [each.company for each in found] == ["Acme", "Acme", None]
    assert crm.history()[0].summary == "set lifecycle, company of 2 people"
    crm.undo()
    assert content(crm) == before
    assert_sound(crm)


def test_one_of_several_is_named(crm: Crm) -> None:
    (only,) = people(crm, 1)
    crm.contacts.update_all([only], cadence_days=30)
    assert crm.history()[0].summary == "set cadence days of contact Person 0"


def test_custom_fields_are_named_by_their_keys(crm: Crm) -> None:
    crm.fields.add("companies", "region", FieldType.TEXT)
    ids = [crm.companies.add(name=name).id for name in ("Acme", "Nord")]
    crm.companies.update_all(ids, custom={"region": "west"})
    assert [each.custom for each in crm.companies.views(ids)] == [{"region": "west"}] * 2
    assert crm.history()[0].summary == "set region of 2 companies"
    crm.companies.update_all(ids, custom={"region": None})
    assert [each.custom for each in crm.companies.views(ids)] == [{}, {}]


def test_what_differs_nowhere_is_no_operation(crm: Crm) -> None:
    ids = people(crm)
    crm.contacts.update_all(ids, lifecycle="lead")
    assert crm.last_operation is None
    assert len(crm.history()) == 3


@pytest.mark.parametrize(
    ("values", "error"), [({"lifecycle": "nonsense"}, InvalidDataError), ({"company_id": 99}, NotFoundError)]
)
def test_a_wrong_value_changes_nobody(crm: Crm, values: dict[str, object], error: type[Exception]) -> None:
    ids = people(crm)
    before = content(crm)
    with pytest.raises(error):
        crm.contacts.update_all(ids, **values)  # type: ignore[arg-type]
    assert content(crm) == before


def test_one_that_is_gone_leaves_the_others_as_they_were(crm: Crm) -> None:
    ids = people(crm)
    before = content(crm)
    with pytest.raises(NotFoundError, match="no contact 999"):
        crm.contacts.update_all([*ids, 999], lifecycle="customer")
    with pytest.raises(NotFoundError):
        crm.contacts.tag_all([*ids, 999], add=["vip"])
    with pytest.raises(NotFoundError):
        crm.contacts.archive_all([*ids, 999])
    with pytest.raises(NotFoundError):
        crm.followups.add_for([*ids, 999], "call", date(2026, 3, 3))
    assert content(crm) == before


def test_two_companies_cannot_be_given_one_name(crm: Crm) -> None:
    ids = [crm.companies.add(name=name).id for name in ("Acme", "Nord")]
    with pytest.raises(ConflictError):
        crm.companies.update_all(ids, name="Third")
    assert [each.name for each in crm.companies.views(ids)] == ["Acme", "Nord"]


def test_tags_go_on_and_off_several(crm: Crm) -> None:
    ids = people(crm)
    crm.contacts.tag(ids[0], add=["old"])
    crm.contacts.tag_all(ids, add=(word for word in ("vip", "fair")), remove=["OLD"])
    assert [each.tags for each in crm.contacts.views(ids)] == [("vip", "fair")] * 3
    assert crm.history()[0].summary == "tag 3 people"
    crm.undo()
    assert [each.tags for each in crm.contacts.views(ids)] == [("old",), (), ()]


def test_several_are_put_away_and_brought_back(crm: Crm) -> None:
    ids = people(crm)
    crm.contacts.archive(ids[0])
    away = crm.contacts.get(ids[0]).archived_at
    crm.contacts.archive_all(ids)
    assert crm.contacts.count() == 0
    assert crm.contacts.get(ids[0]).archived_at == away
    assert crm.history()[0].summary == "archive 3 people"
    crm.contacts.restore_all(ids)
    assert crm.contacts.count() == 3
    crm.contacts.restore_all(ids)
    assert crm.last_operation is None


def test_everybody_is_promised_the_same(crm: Crm) -> None:
    ids = people(crm)
    made = crm.followups.add_for(
        ids, "send the card", date(2026, 3, 9), due_time="09:00", repeat="every 1 year"
    )
    assert [each.contact_id for each in made] == ids
    assert {(each.title, each.due_on, each.due_time) for each in made} == {
        ("send the card", date(2026, 3, 9), "09:00")
    }
    assert crm.history()[0].summary == "add follow-up send the card with 3 people"
    crm.undo()
    assert crm.followups.count() == 0


def test_figures_of_companies(crm: Crm) -> None:
    acme = crm.companies.add(name="Acme").id
    bare = crm.companies.add(name="Bare").id
    for name in ("Anna", "Bob", "Gone"):
        crm.contacts.add(name=name, company_id=acme)
    crm.contacts.archive(crm.contacts.ids("gone")[0])
    for title, minor, currency in (
        ("one", 100_000, "EUR"), ("two", 50_000, "EUR"), ("yen", 650_000, "JPY"), ("open", None, None),
    ):  # fmt: skip
        crm.deals.add(title, company_id=acme, amount_minor=minor, currency=currency)
    lost = crm.deals.add("lost", company_id=acme, amount_minor=1, currency="EUR")
    crm.deals.lose(lost.id, "price")
    crm.deals.archive(crm.deals.add("away", company_id=acme, amount_minor=7, currency="EUR").id)
    found = crm.companies.figures([acme, bare])
    assert found[acme] == (2, 4, ((150_000, "EUR"), (650_000, "JPY")))
    assert found[bare] == (0, 0, ())
    assert crm.companies.ids("people>1") == crm.companies.ids("open_deals:4") == [acme]
    assert crm.companies.ids(sort="-people") == crm.companies.ids(sort="-open_deals") == [acme, bare]
    assert crm.companies.ids("people:0") == [bare]
