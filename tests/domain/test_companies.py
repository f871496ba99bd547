"""Companies: one of a name, no circles, and nothing is lost when one goes."""

from __future__ import annotations

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import ConflictError, InvalidDataError, NotFoundError
from crm_tui.models import FieldType
from tests.conftest import INSTANT
from tests.everything import assert_sound, content


def test_everything_that_can_be_set(crm: Crm) -> None:
    crm.fields.add("companies", "floor", FieldType.NUMBER)
    acme = crm.companies.add(
        name="Acme", domain="https://www.Acme.example/about", industry="Food", size="11-50",
        website="https://acme.example", parent="Holding", note="Pays late", emails=["info@acme.example"],
        phones=["+48 22 123 45 67"], tags=["export"], custom={"floor": 3},
    )  # fmt: skip
    assert crm.companies.get(acme.id) == acme
    assert (acme.domain, acme.industry, acme.size, acme.website) == (
        "acme.example", "Food", "11-50", "https://acme.example",
    )  # fmt: skip
    assert (acme.parent, acme.note, acme.custom) == ("Holding", "Pays late", {"floor": 3})
    assert (acme.emails, acme.phones, acme.tags) == (
        ("info@acme.example",),
        ("+48 22 123 45 67",),
        ("export",),
    )
    assert [each.name for each in crm.companies.list()] == ["Acme", "Holding"]
    assert len(crm.history()) == 2
    assert_sound(crm)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Example.com", "example.com"),
        ("http://example.com:8080/x?y", "example.com"),
        ("sales@Example.com", "example.com"),
        ("çınar.example", "çınar.example"),
        ("  ", None),
        (None, None),
    ],
)
def test_a_domain_is_taken_out_of_what_was_typed(crm: Crm, typed: str | None, kept: str | None) -> None:
    assert crm.companies.add(name="Acme", domain=typed).domain == kept


@pytest.mark.parametrize("typed", ["localhost", "two words.com", "a@b", "https://", ".com"])
def test_what_is_no_domain_is_refused(crm: Crm, typed: str) -> None:
    with pytest.raises(InvalidDataError, match="is no domain"):
        crm.companies.add(name="Acme", domain=typed)


def test_a_name_is_needed(crm: Crm) -> None:
    with pytest.raises(InvalidDataError, match="The name is empty"):
        crm.companies.add(industry="Food")


def test_a_name_is_given_once(crm: Crm) -> None:
    crm.companies.add(name="Straßenfest e.V.")
    with pytest.raises(
        ConflictError, match=r"There is a company Straßenfest e\.V\. \(1\) already\."
    ) as caught:
        crm.companies.add(name="STRASSENFEST E V")
    assert caught.value.exit_code == 6
    crm.companies.archive(1)
    with pytest.raises(ConflictError, match="already, put away") as caught:
        crm.companies.add(name="Strassenfest e.V.")
    assert "crm company restore 1" in caught.value.hint


def test_renaming_to_a_name_that_is_taken_is_refused(crm: Crm) -> None:
    crm.companies.add(name="Acme")
    crm.companies.add(name="Zenith")
    with pytest.raises(ConflictError, match="Acme"):
        crm.companies.update(2, name="ACME")
    assert crm.companies.update(2, name="ZENITH").name == "ZENITH"


def test_ensure_finds_by_folded_name_and_prefers_those_in_use(crm: Crm) -> None:
    with crm.transaction("companies") as writing:
        older = crm.companies.ensure(writing, " İstanbul Mebel ")
        assert crm.companies.ensure(writing, "istanbul mebel") == older
        twin = writing.insert("companies", {"name": "Istanbul Mebel", "name_key": "istanbul mebel"})
        assert crm.companies.ensure(writing, "Istanbul Mebel") == older
    assert crm.companies.get(older).name == "İstanbul Mebel"
    crm.companies.archive(older)
    with crm.transaction("again") as writing:
        assert crm.companies.ensure(writing, "istanbul mebel") == twin
    crm.companies.archive(twin)
    with crm.transaction("again") as writing:
        assert crm.companies.ensure(writing, "istanbul mebel") == older
    assert crm.connection.execute("SELECT count(*) FROM companies").fetchone() == (2,)


def test_ensure_refuses_what_is_no_name(crm: Crm) -> None:
    with pytest.raises(InvalidDataError, match="The company is empty"), crm.transaction("x") as writing:
        crm.companies.ensure(writing, " ")


def test_parents_go_up_and_never_round(crm: Crm) -> None:
    crm.companies.add(name="Top")
    crm.companies.add(name="Middle", parent_id=1)
    crm.companies.add(name="Bottom", parent="middle")
    for parent in ({"parent_id": 3}, {"parent": "Bottom"}, {"parent_id": 1}):
        with pytest.raises(InvalidDataError, match="cannot be the parent of Top"):
            crm.companies.update(1, **parent)
    with pytest.raises(InvalidDataError, match="cannot be its own parent"):
        crm.companies.update(1, parent="TOP")
    with pytest.raises(InvalidDataError, match="cannot be its own parent"):
        crm.companies.add(name="New", parent="new")
    with pytest.raises(NotFoundError):
        crm.companies.add(name="New", parent_id=9)
    assert [each.parent for each in crm.companies.list(sort="id")] == [None, "Top", "Middle"]
    assert crm.companies.update(3, parent_id=1).parent == "Top"
    assert crm.companies.update(3, parent=None).parent is None


def test_update_changes_only_what_is_given(crm: Crm) -> None:
    crm.companies.add(name="Acme", industry="Food", size="5", tags=["export"], emails=["info@acme.example"])
    acme = crm.companies.update(1, size=None, tags=["retail"])
    assert (acme.industry, acme.size, acme.tags, acme.emails) == (
        "Food",
        None,
        ("retail",),
        ("info@acme.example",),
    )
    crm.companies.update(1, industry="Food")
    assert crm.last_operation is None
    with pytest.raises(NotFoundError, match="There is no company 7"):
        crm.companies.update(7, size="1")


def test_archive_restore_tag_and_methods_are_as_for_people(crm: Crm) -> None:
    crm.companies.add(name="Acme")
    assert crm.companies.archive(1).archived_at == INSTANT
    assert crm.companies.count() == 0
    assert crm.companies.restore(1).archived_at is None
    assert crm.companies.tag(1, add=["export", "Export", "retail"], remove=["none"]).tags == (
        "export",
        "retail",
    )
    assert crm.companies.tag(1, remove=["EXPORT"]).tags == ("retail",)
    crm.companies.add_method(1, "phone", "+48 22 123 45 67", label="desk")
    crm.companies.add_method(1, "email", "info@acme.example")
    assert [each.kind.value for each in crm.companies.methods(1)] == ["email", "phone"]
    assert crm.companies.remove_method(1, "phone", "+48221234567").phones == ()


def test_lists_filter_and_sort_by_the_companys_fields(crm: Crm) -> None:
    crm.companies.add(name="Acme", domain="acme.example", industry="Food", tags=["export"])
    crm.companies.add(
        name="Öztürk", parent="Acme", emails=["info@ozturk.example"], phones=["+90 312 200 06 47"]
    )
    crm.companies.add(name="Zenith", industry="Travel")
    for condition, expected in (
        ("industry:food", ["Acme"]),
        ("domain:acme", ["Acme"]),
        ("tag:export", ["Acme"]),
        ("parent:acme", ["Öztürk"]),
        ("parent_id:1", ["Öztürk"]),
        ("email:ozturk", ["Öztürk"]),
        ("phone:2000647", ["Öztürk"]),
        ("industry:none", ["Öztürk"]),
        ("name:ozturk", ["Öztürk"]),
    ):
        assert [each.name for each in crm.companies.list(condition)] == expected, condition
    assert [each.name for each in crm.companies.list(sort="-name")] == ["Zenith", "Öztürk", "Acme"]
    assert [each.name for each in crm.companies.list(sort="industry")] == ["Acme", "Zenith", "Öztürk"]
    assert [each.name for each in crm.companies.list(sort="-industry")] == ["Zenith", "Acme", "Öztürk"]


def test_delete_is_refused_while_anything_refers_to_it(crm: Crm) -> None:
    crm.companies.add(name="Acme")
    crm.companies.add(name="Below", parent_id=1)
    with pytest.raises(ConflictError, match="Acme has 1 company below it"):
        crm.companies.delete(1)
    crm.deals.add("Website", company_id=1)
    with pytest.raises(ConflictError, match="Acme has 1 deal"):
        crm.companies.delete(1)
    crm.contacts.add(name="Anna", company="Acme")
    with pytest.raises(ConflictError, match="Acme has 1 contact") as caught:
        crm.companies.delete(1)
    assert caught.value.exit_code == 6
    assert "--move-to" in caught.value.hint


def test_delete_takes_what_is_its_own_along(crm: Crm) -> None:
    before = content(crm)
    crm.companies.add(name="Acme", emails=["info@acme.example"], tags=["export"])
    full = content(crm)
    assert crm.companies.delete(1).name == "Acme"
    assert {**content(crm), "tags": []} == before
    crm.undo()
    assert content(crm) == full


def test_delete_moves_what_refers_to_it_when_told_where(crm: Crm) -> None:
    crm.companies.add(name="Old")
    crm.companies.add(name="New")
    crm.companies.add(name="Below", parent_id=1)
    crm.contacts.add(name="Anna", company="Old")
    crm.deals.add("Website", company_id=1)
    with crm.transaction("invoice") as writing:
        day = "2026-03-02"
        writing.insert(
            "invoices", {"number": "1", "company_id": 1, "issued_on": day, "due_on": day, "currency": "EUR"}
        )
    full = content(crm)
    crm.companies.delete(1, move_to=2)
    assert crm.contacts.get(1).company == "New"
    assert crm.deals.get(1).company == "New"
    assert crm.companies.get(3).parent == "New"
    assert crm.connection.execute("SELECT company_id FROM invoices").fetchone() == (2,)
    assert [each.name for each in crm.companies.list()] == ["Below", "New"]
    assert_sound(crm)
    assert crm.undo().summary == "delete company Old"
    assert content(crm) == full


def test_moving_to_a_company_below_makes_no_circle(crm: Crm) -> None:
    crm.companies.add(name="Top")
    crm.companies.add(name="Old", parent_id=1)
    crm.companies.add(name="Branch", parent_id=2)
    crm.companies.add(name="Twig", parent_id=3)
    crm.companies.add(name="Other", parent_id=2)
    crm.companies.delete(2, move_to=4)
    parents = {each.name: each.parent for each in crm.companies.list()}
    assert parents == {"Top": None, "Branch": "Top", "Twig": "Branch", "Other": "Twig"}
    crm.companies.delete(3, move_to=4)
    assert crm.companies.get(4).parent == "Top"


def test_moving_to_itself_or_to_nowhere_is_refused(crm: Crm) -> None:
    crm.companies.add(name="Acme")
    with pytest.raises(InvalidDataError, match="cannot be moved to itself"):
        crm.companies.delete(1, move_to=1)
    with pytest.raises(NotFoundError):
        crm.companies.delete(1, move_to=5)
    assert crm.companies.count() == 1
