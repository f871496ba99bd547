"""Which field a column holds, told by its name."""

from __future__ import annotations

import pytest

from crm_tui.columns import COMPANIES, CONTACTS, DEALS, FOLLOWUPS, INTERACTIONS
from crm_tui.interchange.headers import DERIVED, FIELDS, Target, key, recognise, silent
from crm_tui.interchange.kinds import guess


def field(kind: str, header: str) -> str | None:
    found = recognise(kind, [header]).targets[0]
    return found.field if found else None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("E-mail", "emails"), ("EMAIL ADDRESS", "emails"), ("e_mail", "emails"), ("Email 2", "emails"),
        ("First Name", "given_name"), ("firstName", "given_name"), ("Vorname", "given_name"), ("Имя", "given_name"),
        ("Nachname", "family_name"), ("Soyadı", "family_name"), ("Ad Soyad", "name"), ("Full  name", "name"),
        ("Phone 1 - Value", "phones"), ("Mobile Phone", "phones"), ("Cep telefonu", "phones"), ("Телефон", "phones"),
        ("Şirkət", "company"), ("Organization", "company"), ("Job Title", "title"), ("Doğum tarixi", "birthday"),
        ("Date of Birth", "birthday"), ("Record ID", "external_id"), ("Customer ID", "external_id"),
        ("PLZ", "postcode"), ("Notes", "note"), ("Lead Source", "source"), ("Groups", "tags"), ("shoe size", None),
    ],
)  # fmt: skip
def test_names_of_other_programs(header: str, expected: str | None) -> None:
    assert field("contacts", header) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Discount %", "discount_percent"), ("Rabatt (%)", "discount_percent"), ("Discount", "discount"),
        ("VAT %", "tax_percent"), ("MwSt. %", "tax_percent"), ("VAT", "tax_amount"),
    ],
)  # fmt: skip
def test_a_header_with_the_sign_is_of_a_share(header: str, expected: str) -> None:
    assert field("invoices", header) == expected


def test_a_name_may_carry_a_label() -> None:
    found = recognise("contacts", ["email_work", "Home phone", "Phone (mobile)", "LinkedIn", "Work address"])
    assert found.targets == (
        Target("emails", "work"),
        Target("phones", "home"),
        Target("phones", "mobile"),
        Target("urls", "linkedin"),
        Target("address", "work"),
    )


@pytest.mark.parametrize(
    ("header", "expected"),
    [("Emial", "emails"), ("Frist name", "given_name"), ("Telephnoe", "phones"), ("Compny", "company")],
)
def test_a_slip_of_the_fingers_is_forgiven_and_told(header: str, expected: str) -> None:
    assert recognise("contacts", [header]).targets == (Target(expected, guessed=True),)


def test_a_guess_gives_way_to_a_column_that_is_sure() -> None:
    # and short words are too alike to guess at
    found = recognise("contacts", ["Company", "Compny", "Nmae", "e"])
    assert found.targets == (Target("company"), None, None, None)


def test_a_custom_field_goes_by_its_key() -> None:
    assert recognise("contacts", ["Size", "size"], ["size"]).targets == (Target("size"), Target("size"))


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_is_known_by_its_own_name(kind: str) -> None:
    fields = list(FIELDS[kind])
    assert [each.field if each else None for each in recognise(kind, fields).targets] == fields


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("contacts", CONTACTS), ("companies", COMPANIES), ("deals", DEALS), ("followups", FOLLOWUPS),
        ("interactions", INTERACTIONS),
    ],
)  # fmt: skip
def test_an_export_has_no_column_that_is_not_understood(kind: str, columns: object) -> None:
    header = [each.key for each in columns.columns]  # type: ignore[attr-defined]
    unknown = [
        name
        for name, target in zip(header, recognise(kind, header).targets, strict=True)
        if target is None and not silent(kind, name)
    ]
    assert unknown == []
    assert DERIVED[kind] <= {*header, "contact_ids"}
    assert guess(header) == kind


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("name,email,phone", "contacts"),
        ("First Name,Last Name,Company,Date,Notes", "contacts"),
        ("opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value", "deals"),
        ("Deal,Value,Currency,Person,Status", "deals"),
        ("Task,Due date,Contact,Priority,Done", "followups"),
        ("type,date,subject,text,contact", "interactions"),
        ("Company name,Domain,Industry,City", "companies"),
        ("anything,else", "contacts"),
    ],
)
def test_the_kind_is_told_by_the_header(header: str, expected: str) -> None:
    assert guess(header.split(",")) == expected


def test_payments_are_not_taken_for_invoices_that_have_all_their_columns() -> None:
    assert guess(["invoice", "paid_on", "amount", "currency", "method", "reference"]) == "payments"
    assert guess(["invoice", "issued_on", "paid_on", "total", "currency", "method"]) == "invoices"


def test_fields_that_were_named_say_the_kind_too() -> None:
    assert guess(["what", "how much", "who"], ["title", "amount", "contact"]) == "deals"
    assert guess(["who", "mail"], ["name", "email"]) == "contacts"


def test_the_other_kinds_know_their_own_words() -> None:
    assert field("interactions", "Notes") == "body"
    assert field("interactions", "Channel") == "kind"
    assert field("deals", "Deal - Status") == "status"
    assert field("deals", "Stage") == "stage"
    assert field("deals", "Close Date") == "close_on"
    assert field("companies", "Lead source") is None
    assert field("followups", "Deadline") == "due_on"


def test_headers_are_compared_as_folded_words() -> None:
    assert key("  E-Mail_Adresse (Büro) ") == "e mail adresse buro"
    assert key("firstName2") == "first name2"
    assert key("—") == ""
