"""How a filter may go on: the list's own fields, and the values that are in the file."""

from __future__ import annotations

import pytest

from crm_tui import filters
from crm_tui.domain import Crm, company_fields, contact_fields
from crm_tui.domain.completion import Completion, complete
from crm_tui.models import FieldType

CONTACTS = contact_fields.LISTING


@pytest.fixture
def filled(crm: Crm) -> Crm:
    """A few people with all that can be completed."""
    crm.fields.add("contacts", "club", FieldType.CHOICE, choices=["gold", "silver"])
    crm.fields.add("contacts", "regular", FieldType.FLAG)
    crm.fields.add("contacts", "shop", FieldType.TEXT)
    crm.contacts.add(
        name="Anna Kowalska", company="Nord Labs", source="book fair", tags=["vip", "wine lover"],
        custom={"shop": "corner"},
    )  # fmt: skip
    crm.contacts.add(name="Bob", company='The "Best" Inc', source="100% referral", title="Buyer")
    return crm


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("lif", "lifecycle:"),
        ("LIF", "LIFecycle:"),
        ("tag:vip com", "tag:vip company:"),
        ("last", "last_contacted_on"),
        ("clu", "club:"),
        ("lifecycle:cu", "lifecycle:customer"),
        ("lifecycle:lead,fo", "lifecycle:lead,former"),
        ("-tag:v", "-tag:vip"),
        ("tag:wi", 'tag:"wine lover"'),
        ("company:nor", 'company:"nord Labs"'),
        ('company:"Nord', 'company:"Nord Labs"'),
        ("company:the", r'company:"the \"Best\" Inc"'),
        ("source:bo", 'source:"book fair"'),
        ("source:100%", 'source:"100% referral"'),
        ("title:B", "title:Buyer"),
        ("club:go", "club:gold"),
        ("regular:y", "regular:yes"),
        ("shop:co", "shop:corner"),
        ("referred_by:ann", 'referred_by:"anna Kowalska"'),
        ("created_at>yes", "created_at>yesterday"),
        ("birthday:an", "birthday:any"),
        ("phone:n", "phone:none"),
    ],
)
def test_what_is_typed_goes_on(filled: Crm, typed: str, taken: str) -> None:
    found = complete(filled, CONTACTS, typed)
    assert found is not None
    assert found.taken == taken
    assert found.shown.startswith(typed)
    if taken[-1] != ":" and taken != "last_contacted_on":
        filled.contacts.ids(found.taken)
        assert filters.parse(found.taken) is not None


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a",
        "zz",
        '"li',
        "tag:",
        "tag:nothing",
        "colour:re",
        "source:%",
        "source:_oo",
        "lifecycle:customer",
    ],
)
def test_nothing_is_made_up(filled: Crm, typed: str) -> None:
    assert complete(filled, CONTACTS, typed) is None


def test_each_list_has_its_own_fields(filled: Crm) -> None:
    assert complete(filled, company_fields.LISTING, "lif") is None
    found = complete(filled, company_fields.LISTING, "indu")
    assert found == Completion("industry:", "industry:")
