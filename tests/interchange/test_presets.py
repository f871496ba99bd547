"""What other programs export: known by its header, read into the right fields, and the same when read again."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange import presets
from crm_tui.interchange.importer import load
from crm_tui.interchange.options import Options, from_recipe, read_recipe
from crm_tui.interchange.recipe import recipe
from crm_tui.interchange.run import Summary
from tests.everything import assert_sound, content
from tests.interchange.shops import SHOPIFY, WOOCOMMERCE
from tests.loading import counts, table


def sheet(header: str, *rows: list[str]) -> str:
    """A table of which the header is written with commas."""
    return table(header.split(","), *rows)


GOOGLE_OLD = sheet(
    "Name,Given Name,Additional Name,Family Name,Birthday,Notes,Photo,Group Membership,"
    "E-mail 1 - Type,E-mail 1 - Value,"
    "E-mail 2 - Type,E-mail 2 - Value,IM 1 - Type,IM 1 - Service,IM 1 - Value,Phone 1 - Type,"
    "Phone 1 - Value,"
    "Address 1 - Type,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - Postal Code,"
    "Address 1 - Country,Organization 1 - Name,Organization 1 - Title,Website 1 - Type,Website 1 - Value,"
    "Organization 1 - Department",
    [
        "Mira Stone", "Mira", "", "Stone", "1984-02-29", "met at the fair", "",
        "Suppliers ::: * myContacts ::: Berlin, old",
        "* Work", "mira@stone.example ::: m.stone@stone.example", "Home", "mira@home.example", "Other", "Telegram",
        "@mira", "Mobile", "+49 151 1234 5678 ::: +49 30 123456", "Home", "Lange Str. 5\n10115 Berlin\nGermany",
        "Lange Str. 5", "Berlin", "10115", "Germany", "Stone GmbH", "Owner", "Profile",
        "https://stone.example", "Sales",
    ],
    [
        *[""] * 7, "* My Contacts ::: * family", "* ", "lonely@mail.example", *[""] * 8, "One line 7, Riga",
        *[""] * 9,
    ],
)  # fmt: skip
GOOGLE_NEW = sheet(
    "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,File As,Organization Name,"
    "Organization Title,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,"
    "Phone 1 - Value,"
    "Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 2 - Label,Address 2 - Street,"
    "Address 2 - City",
    [
        "Mira", "Ann", "Stone", "", "Dr", "", "", "Stone GmbH", "Owner", " --02-29", "", "Suppliers ::: * starred",
        "* Work", "mira@stone.example", "Mobile", "+49 151 1234 5678", "Summer House", "Seeweg 1",
        "Seeweg 1", "Work",
        "Markt 2", "Ulm",
    ],
    ["", "", "", "", "", "", "", "Plumber Joe", *[""] * 3, "* myContacts", "", "", "Work",
     "+49 30 99887766", *[""] * 6],
)  # fmt: skip
OUTLOOK = sheet(
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,"
    "Business Street 2,"
    "Business City,Business State,Business Postal Code,Business Country/Region,Home Street,"
    "Home City,Business Fax,"
    "Business Phone,Business Phone 2,Home Phone,Mobile Phone,Anniversary,Birthday,Categories,"
    "E-mail Address,E-mail Type,"
    "E-mail Display Name,E-mail 2 Address,Language,Notes,Web Page",
    [
        "Mr.", "Jonas", "", "Field", "", "Field AG", "Sales", "Buyer", "Hauptstr. 1", "3. OG", "Bern",
        "BE", "3000",
        "Switzerland", "Weg 2", "Thun", "+41 31 000 00 03", "+41 31 000 00 01", "+41 31 000 00 02", "",
        "+41 79 000 00 01", "0/0/00", "0/0/00", "Fair;VIP", "jonas@field.example", "SMTP", "Jonas Field",
        "j@home.example", "Unspecified", "likes tea", "https://field.example",
    ],
    ["", "Lea", "", "Moor", *[""] * 18, "3/17/1990", "", "lea@moor.example", *[""] * 6],
)  # fmt: skip
LINKEDIN = (
    'Notes:\n"Some of the e-mail addresses are missing, and this line has commas; and more"\n\n'
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    'Ada,Brink,https://www.linkedin.com/in/adabrink,,Brink & Co,"Head, Sales",01 Jul 2026\n'
    "Tom,Vale,https://www.linkedin.com/in/tomvale,tom@vale.example,Vale,Owner,3-Jan-19\n"
)
HUBSPOT_CONTACTS = sheet(
    "Record ID,First Name,Last Name,Email,Additional email addresses,Phone Number,"
    "Mobile Phone Number,Contact owner,"
    "Lifecycle Stage,Lead Status,Create Date,Associated Company,Job Title,City,Company Name",
    [
        "101", "Nora", "Hill", "nora@hill.example", "n@hill.example;nora@home.example", "+1 202 555 0101",
        "+1 202 555 0102", "Me", "Sales Qualified Lead", "New", "2026-01-05 10:22", "Hill Inc;Hill Holding", "CTO",
        "Austin", "",
    ],
    ["102", "", "", "info2@vale.example", *[""] * 4, "Other", "", "2026-01-06 09:00", *[""] * 4],
)  # fmt: skip
HUBSPOT_COMPANIES = sheet(
    "Record ID,Company name,Company Domain Name,Company owner,Phone Number,City,Country/Region,Industry,"
    "Number of Employees,Create Date",
    ["9001", "Hill Inc", "hill.example", "Me", "+1 202 555 0100", "Austin", "United States", "SOFTWARE", "12", ""],
    ["9002", "", "lake.example", "Me", *[""] * 6],
)  # fmt: skip
HUBSPOT_DEALS = sheet(
    "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Currency,Pipeline,Create Date,"
    "Associated Contact,"
    "Associated Company,Closed Lost Reason,Deal probability",
    [
        "501", "New site", "Contract sent", "2026-04-30 00:00", "Me", "1200.50", "USD", "", "2026-01-10 08:00",
        "Nora Hill (nora@hill.example);Tom Vale", "Hill Inc", "", "0.9",
    ],
    ["502", "Old site", "Closed lost", "2026-02-01 00:00", "Me", "800", "USD", "", "2025-12-10 08:00", *[""] * 4],
)  # fmt: skip
PIPEDRIVE_PEOPLE = sheet(
    "Person - ID,Person - Name,Person - First name,Person - Last name,Person - Organization,"
    "Person - Email - Work,"
    "Person - Email - Home,Person - Phone - Mobile,Person - Label,Person - Person created,Person - Owner",
    [
        "7", "Olga Reed", "Olga", "Reed", "Reed OY", "olga@reed.example", "olga@home.example",
        "+358 40 000 0001", "Hot",
        "2026-01-02 03:04:05", "Me",
    ],
)  # fmt: skip
PIPEDRIVE_ORGANIZATIONS = table(
    ["Organization - ID", "Organization - Name", "Organization - Address", "Organization - Label"],
    ["3", "Reed OY", "Katu 1, Helsinki", "Customer"],
)
PIPEDRIVE_DEALS = sheet(
    "Deal - ID,Deal - Title,Deal - Value,Deal - Currency of Value,Deal - Organization,"
    "Deal - Contact person,"
    "Person - Email - Work,Deal - Stage,Deal - Status,Deal - Expected close date,Deal - Won time,"
    "Deal - Lost time,"
    "Deal - Lost reason,Deal - Pipeline,Deal - Deal created",
    [
        "11", "Kitchen", "3000", "EUR", "Reed OY", "Olga Reed", "olga@reed.example", "Lead", "open",
        "2026-06-01", "", "",
        "", "Sales", "2026-01-02 03:04:05",
    ],
    ["12", "Bath", "900", "EUR", "Reed OY", *[""] * 2, "Lead", "won", "", "2026-02-02 10:00:00",
     *[""] * 3, "2026-01-03"],
    ["13", "Hall", "700", "EUR", "Reed OY", *[""] * 2, "Lead", "lost", "", "", "2026-02-03 10:00:00",
     "too dear", "", ""],
)  # fmt: skip
SALESFORCE_FOOT = '\n\n"My report"\n"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
SALESFORCE_LEADS = sheet(
    "Lead ID,Salutation,First Name,Last Name,Title,Company / Account,Lead Source,Street,City,Email,"
    "Phone,Mobile,"
    "Lead Status,Lead Owner",
    [
        "00Q5g00000AbCdE", "Ms", "Ida", "Bay", "Head", "Bay Ltd", "Web", "Quay 1", "Cork", "ida@bay.example",
        "+353 1 000 0001", "", "Open", "Me",
    ],
) + SALESFORCE_FOOT  # fmt: skip
SALESFORCE_CONTACTS = sheet(
    "Contact ID,First Name,Last Name,Title,Account Name,Mailing Street,Mailing City,"
    "Mailing Zip/Postal Code,Phone,Mobile,"
    "Email,Account Owner,Lead Source,Birthdate",
    [
        "0035g00000AbCdE", "Per", "Lund", "CFO", "Lund AB", "Gatan 1", "Malmo", "211 20", "+46 40 000 001",
        "+46 70 000 0001", "per@lund.example", "Me", "Fair", "1970-12-31",
    ],
) + SALESFORCE_FOOT  # fmt: skip
SALESFORCE_EXPORT = table(
    ["Id", "AccountId", "LastName", "FirstName", "Email", "MailingCity"],
    ["0035g00000AbCdEAAV", "0015g00000XyZzzAAB", "Lund", "Per", "per@lund.example", "Malmo"],
)
SALESFORCE_ACCOUNTS = sheet(
    "Account ID,Account Name,Account Owner,Billing Street,Billing City,Billing Country,"
    "Shipping City,Phone,Website,Industry,"
    "Employees",
    [
        "0015g00000XyZzz", "Lund AB", "Me", "Gatan 1", "Malmo", "Sweden", "Lund", "+46 40 000 002",
        "https://lund.example", "Retail", "40",
    ],
)  # fmt: skip
SALESFORCE_OPPORTUNITIES = sheet(
    "Opportunity ID,Opportunity Name,Account Name,Stage,Amount,Amount Currency,Probability (%),"
    "Close Date,Lead Source,"
    "Created Date,Opportunity Owner",
    [
        "0065g00000AbCdE", "Shelves", "Lund AB", "Prospecting", "1500", "SEK", "10%", "2026-05-31",
        "Fair", "2026-01-31",
        "Me",
    ],
    ["0065g00000AbCdF", "Doors", "Lund AB", "Closed Lost", "500", "SEK", "0%", "2026-02-28", "",
     "2026-01-31", "Me"],
) + SALESFORCE_FOOT  # fmt: skip

FILES = {
    "google (old)": ("google", GOOGLE_OLD),
    "google": ("google", GOOGLE_NEW),
    "outlook": ("outlook", OUTLOOK),
    "linkedin": ("linkedin", LINKEDIN),
    "hubspot-contacts": ("hubspot-contacts", HUBSPOT_CONTACTS),
    "hubspot-companies": ("hubspot-companies", HUBSPOT_COMPANIES),
    "hubspot-deals": ("hubspot-deals", HUBSPOT_DEALS),
    "pipedrive-people": ("pipedrive-people", PIPEDRIVE_PEOPLE),
    "pipedrive-organizations": ("pipedrive-organizations", PIPEDRIVE_ORGANIZATIONS),
    "pipedrive-deals": ("pipedrive-deals", PIPEDRIVE_DEALS),
    "salesforce-leads": ("salesforce-leads", SALESFORCE_LEADS),
    "salesforce-contacts": ("salesforce-contacts", SALESFORCE_CONTACTS),
    "salesforce (data export)": ("salesforce-contacts", SALESFORCE_EXPORT),
    "salesforce-accounts": ("salesforce-accounts", SALESFORCE_ACCOUNTS),
    "salesforce-opportunities": ("salesforce-opportunities", SALESFORCE_OPPORTUNITIES),
    "shopify": ("shopify", SHOPIFY),
    "woocommerce": ("woocommerce", WOOCOMMERCE),
}


def bring(crm: Crm, folder: Path, text: str, **options: Any) -> Summary:
    """Import a text with the preset that knows it."""
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8", newline="")
    preset = presets.recognised(path)
    assert preset is not None
    return load(crm, path, Options(**options).over(preset.options))


def methods(crm: Crm, contact_id: int) -> list[tuple[str, str, str | None]]:
    found = sorted(crm.contacts.methods(contact_id), key=lambda each: each.id)
    return [(each.kind.value, each.value, each.label) for each in found]


def sources(crm: Crm) -> list[tuple[str, str, str]]:
    rows = crm.connection.execute("SELECT source, key, entity FROM external_refs ORDER BY id")
    return [(row[0], row[1], row[2]) for row in rows]


@pytest.mark.parametrize(("name", "text"), FILES.values(), ids=FILES.keys())
def test_a_file_is_known_and_changes_nothing_the_second_time(
    crm: Crm, tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8-sig", newline="")
    preset = presets.recognised(path)
    assert preset is not None
    assert preset.name == name
    assert presets.of_program(path, preset.program).name == name
    options = Options(create_missing=True).over(preset.options)
    first = load(crm, path, options)
    assert (first.rejected, first.created) == (0, first.rows)
    before = content(crm)
    again = load(crm, path, options)
    assert counts(again) == (0, 0, first.rows, 0, 0)
    assert content(crm) == before
    assert_sound(crm)
    crm.undo()
    assert not crm.contacts.count()
    assert not crm.deals.count()


def test_every_preset_has_a_file_here_and_is_a_recipe_that_can_be_copied(tmp_path: Path) -> None:
    assert {name for name, _ in FILES.values()} == set(presets.NAMES)
    for name in presets.NAMES:
        copy = tmp_path / f"{name}.toml"
        copy.write_text(presets.text(name), encoding="utf-8")
        options = from_recipe(read_recipe(copy))
        assert options == presets.get(name).options
        # a lead and a contact of Salesforce may be one person: their ids are of two kinds
        own = name if name == "salesforce-leads" else presets.get(name).program
        assert options.source == own
        copy.write_text(recipe(options), encoding="utf-8")
        assert from_recipe(read_recipe(copy)) == options


def test_google_contacts_of_the_older_layout(crm: Crm, tmp_path: Path) -> None:
    summary = bring(crm, tmp_path, GOOGLE_OLD)
    mira, lonely = crm.contacts.list(sort="id")
    assert (mira.name, mira.given_name, mira.family_name) == ("Mira Stone", "Mira", "Stone")
    assert (mira.company, mira.title, mira.birthday, mira.note) == (
        "Stone GmbH", "Owner", "1984-02-29", "met at the fair",
    )  # fmt: skip
    assert mira.tags == ("Suppliers", "Berlin", "old")
    assert methods(crm, mira.id) == [
        ("email", "mira@stone.example", "work"),
        ("email", "m.stone@stone.example", "work"),
        ("email", "mira@home.example", "home"),
        ("phone", "+49 151 1234 5678", "mobile"),
        ("phone", "+49 30 123456", "mobile"),
        ("url", "https://stone.example", "Profile"),
        ("im", "@mira", "telegram"),
        ("address", "Lange Str. 5, 10115 Berlin, Germany", "home"),
    ]
    assert (lonely.name, lonely.tags) == ("lonely@mail.example", ("family",))
    assert methods(crm, lonely.id)[1] == ("address", "One line 7, Riga", None)
    assert [each for each in summary.notices if "Department" in each]


def test_google_contacts_of_the_present_layout(crm: Crm, tmp_path: Path) -> None:
    summary = bring(crm, tmp_path, GOOGLE_NEW)
    mira, joe = crm.contacts.list(sort="id")
    assert (mira.name, mira.birthday, mira.tags) == ("Mira Ann Stone", "--02-29", ("Suppliers",))
    assert methods(crm, mira.id) == [
        ("email", "mira@stone.example", "work"),
        ("phone", "+49 151 1234 5678", "mobile"),
        ("address", "Seeweg 1", "Summer House"),
        ("address", "Markt 2, Ulm", "work"),
    ]
    assert (joe.name, joe.company, joe.phones) == ("Plumber Joe", "Plumber Joe", ("+49 30 99887766",))
    # blank columns are not worth a word, what they would have held is
    assert summary.notices == [
        'Not imported, as nothing is known to hold them: "Name Prefix"; --map says what they are.'
    ]


def test_outlook(crm: Crm, tmp_path: Path) -> None:
    bring(crm, tmp_path, OUTLOOK)
    jonas, lea = crm.contacts.list(sort="id")
    assert (jonas.name, jonas.title, jonas.company, jonas.birthday, jonas.language, jonas.note) == (
        "Jonas Field", "Buyer", "Field AG", None, None, "likes tea",
    )  # fmt: skip
    assert jonas.tags == ("Fair", "VIP")
    assert methods(crm, jonas.id) == [
        ("email", "jonas@field.example", None),
        ("email", "j@home.example", None),
        ("phone", "+41 31 000 00 01", "work"),
        ("phone", "+41 31 000 00 02", "work"),
        ("phone", "+41 79 000 00 01", "mobile"),
        ("phone", "+41 31 000 00 03", "fax"),
        ("url", "https://field.example", None),
        ("address", "Hauptstr. 1, 3. OG, 3000 Bern, BE, Switzerland", "work"),
        ("address", "Weg 2, Thun", "home"),
    ]
    assert lea.birthday == "1990-03-17"


def test_linkedin_has_notes_above_its_header(crm: Crm, tmp_path: Path) -> None:
    bring(crm, tmp_path, LINKEDIN)
    ada, tom = crm.contacts.list(sort="id")
    assert (ada.name, ada.company, ada.title, ada.source) == (
        "Ada Brink", "Brink & Co", "Head, Sales", "LinkedIn",
    )  # fmt: skip
    assert (ada.created_at[:10], tom.created_at[:10], tom.emails) == (
        "2026-07-01", "2019-01-03", ("tom@vale.example",),
    )  # fmt: skip
    assert methods(crm, ada.id) == [("url", "https://www.linkedin.com/in/adabrink", "linkedin")]
    assert sources(crm)[0] == ("linkedin", "https://www.linkedin.com/in/adabrink", "contacts")
    # somebody who has changed the company is the same person by the address of the profile
    bring(crm, tmp_path, LINKEDIN.replace("Brink & Co", "Other"))
    assert crm.contacts.get(ada.id).company == "Other"
    assert crm.contacts.count() == 2


def test_hubspot(crm: Crm, tmp_path: Path) -> None:
    bring(crm, tmp_path, HUBSPOT_COMPANIES)
    bring(crm, tmp_path, HUBSPOT_CONTACTS)
    bring(crm, tmp_path, HUBSPOT_DEALS, create_missing=True)
    hill, lake = crm.companies.list(sort="id")
    assert (hill.name, hill.domain, hill.industry, hill.size) == (
        "Hill Inc",
        "hill.example",
        "SOFTWARE",
        "12",
    )
    assert lake.name == "lake.example"
    nora, other = crm.contacts.list(sort="id")[:2]
    assert (nora.name, nora.lifecycle.value, nora.company_id) == ("Nora Hill", "prospect", hill.id)
    assert nora.emails == ("nora@hill.example", "n@hill.example", "nora@home.example")
    assert (nora.created_at[:10], other.name) == ("2026-01-05", "info2@vale.example")
    site, old = crm.deals.list(sort="id")
    assert (site.title, site.stage, site.amount, site.currency, site.contact, site.company) == (
        "New site", "Contract sent", "1200.50", "USD", "Nora Hill", "Hill Inc",
    )  # fmt: skip
    assert str(site.expected_close_on) == "2026-04-30"
    assert site.probability == 90
    assert (old.status, str(old.closed_on), old.lost_reason) == ("lost", "2026-02-01", "unknown")
    # the same number is a company, a contact and a deal
    assert {source for source, _, _ in sources(crm)} == {"hubspot"}


def test_a_stage_nobody_knows_rejects_the_row_unless_it_is_to_be_made(crm: Crm, tmp_path: Path) -> None:
    summary = bring(crm, tmp_path, HUBSPOT_DEALS)
    assert summary.rejected == 1
    assert summary.first_rejects[0].reason.startswith('there is no stage "Contract sent"')
    assert [each.title for each in crm.deals.list()] == ["Old site"]


def test_an_amount_without_a_currency_takes_the_default(crm: Crm, tmp_path: Path) -> None:
    text = HUBSPOT_DEALS.replace(",USD,", ",,")
    bring(crm, tmp_path, text, create_missing=True, defaults={"currency": "CHF"})
    assert {each.currency for each in crm.deals.list()} == {"CHF"}


def test_pipedrive(crm: Crm, tmp_path: Path) -> None:
    bring(crm, tmp_path, PIPEDRIVE_ORGANIZATIONS)
    bring(crm, tmp_path, PIPEDRIVE_PEOPLE)
    bring(crm, tmp_path, PIPEDRIVE_DEALS)
    olga = crm.contacts.list()[0]
    assert (olga.name, olga.company, olga.tags) == ("Olga Reed", "Reed OY", ("Hot",))
    assert methods(crm, olga.id) == [
        ("email", "olga@reed.example", "work"),
        ("email", "olga@home.example", "home"),
        ("phone", "+358 40 000 0001", "mobile"),
    ]
    kitchen, bath, hall = crm.deals.list(sort="id")
    assert (kitchen.status, kitchen.contact, str(kitchen.expected_close_on)) == (
        "open", "Olga Reed", "2026-06-01",
    )  # fmt: skip
    assert (bath.status, str(bath.closed_on)) == ("won", "2026-02-02")
    assert (hall.status, str(hall.closed_on), hall.lost_reason) == ("lost", "2026-02-03", "too dear")
    assert sources(crm)[:2] == [("pipedrive", "3", "companies"), ("pipedrive", "7", "contacts")]


def test_salesforce(crm: Crm, tmp_path: Path) -> None:
    bring(crm, tmp_path, SALESFORCE_ACCOUNTS)
    bring(crm, tmp_path, SALESFORCE_CONTACTS)
    bring(crm, tmp_path, SALESFORCE_LEADS)
    bring(crm, tmp_path, SALESFORCE_OPPORTUNITIES, create_missing=True)
    per, ida = crm.contacts.list(sort="id")
    assert (per.name, per.company, per.source, per.birthday) == ("Per Lund", "Lund AB", "Fair", "1970-12-31")
    assert methods(crm, per.id)[-1] == ("address", "Gatan 1, 211 20 Malmo", "mailing")
    assert (ida.name, ida.lifecycle.value, ida.source) == ("Ida Bay", "lead", "Web")
    lund = crm.companies.list(sort="id")[0]
    assert (lund.website, lund.industry, lund.size) == ("https://lund.example", "Retail", "40")
    shelves, doors = crm.deals.list(sort="id")
    assert (shelves.stage, shelves.currency, str(shelves.expected_close_on)) == (
        "Prospecting", "SEK", "2026-05-31",
    )  # fmt: skip
    assert (doors.status, str(doors.closed_on), doors.lost_reason) == ("lost", "2026-02-28", "unknown")


def test_a_lead_that_became_a_contact_is_one_person(crm: Crm, tmp_path: Path) -> None:
    bring(crm, tmp_path, SALESFORCE_CONTACTS)
    lead = table(
        ["Lead ID", "First Name", "Last Name", "Company / Account", "Email", "Lead Status"],
        ["00Q5f00000AbCdE", "Per", "Lund", "Lund AB", "per@lund.example", "Converted"],
    )
    bring(crm, tmp_path, lead)
    assert [each.name for each in crm.contacts.list()] == ["Per Lund"]
    assert counts(bring(crm, tmp_path, lead)) == (0, 0, 1, 0, 0)
    assert counts(bring(crm, tmp_path, SALESFORCE_CONTACTS)) == (0, 0, 1, 0, 0)


def test_an_id_of_salesforce_is_the_same_with_15_and_with_18_characters(crm: Crm, tmp_path: Path) -> None:
    bring(crm, tmp_path, SALESFORCE_CONTACTS)
    renamed = SALESFORCE_EXPORT.replace("Lund,Per,per@lund.example", "Lund-Berg,Per,berg@lund.example")
    assert counts(bring(crm, tmp_path, renamed)) == (0, 1, 0, 0, 0)
    # the case of a letter tells ids apart
    other = SALESFORCE_EXPORT.replace("AbCdEAAV", "AbCdeAAV").replace("Lund,Per,per@", "Moe,Ann,ann@")
    assert counts(bring(crm, tmp_path, other)) == (1, 0, 0, 0, 0)


def test_programs_never_meet_by_their_ids(crm: Crm, tmp_path: Path) -> None:
    bring(crm, tmp_path, table(["Person - ID", "Person - Name"], ["101", "Somebody Else"]))
    bring(crm, tmp_path, HUBSPOT_CONTACTS)
    assert crm.contacts.count() == 3


@pytest.mark.parametrize(
    "text", ["name,email\nAnna,a@example.com\n", "First name,Last name,E-mail\nA,B,a@b.example\n"]
)
def test_any_other_file_is_nobodys(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    assert presets.recognised(path) is None


def test_the_wrong_program_says_so(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(HUBSPOT_DEALS, encoding="utf-8", newline="")
    with pytest.raises(
        UsageError, match=r"file\.csv is no Pipedrive export; its header is that of a HubSpot"
    ):
        presets.of_program(path, "pipedrive")
    with pytest.raises(UsageError, match="is no HubSpot export of contacts; its header"):
        presets.of_program(path, "hubspot", kind="contacts")
    path.write_text("name\nAnna\n", encoding="utf-8")
    with pytest.raises(UsageError, match="has not the header of a LinkedIn export"):
        presets.of_program(path, "linkedin")


def test_a_preset_by_name() -> None:
    assert presets.text("google").startswith("# How crm import reads")
    with pytest.raises(UsageError, match="hubspot has 3 presets") as caught:
        presets.text("hubspot")
    assert "hubspot-deals" in caught.value.hint
    with pytest.raises(UsageError, match='no preset "siebel"'):
        presets.text("siebel")


def test_a_recipe_for_a_header_that_is_not_there(crm: Crm, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("name\nAnna\n", encoding="utf-8")
    with pytest.raises(InvalidDataError, match='has no header with "Name", "URL" or "Who"'):
        load(crm, path, Options(header=(("Name", "URL"), ("Who",))))


def test_a_preset_in_another_encoding(crm: Crm, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(GOOGLE_NEW.replace("Mira", "Mirə").encode("utf-16"))
    preset = presets.recognised(path)
    assert preset is not None
    load(crm, path, preset.options)
    assert crm.contacts.list(sort="id")[0].given_name == "Mirə"


def test_what_is_said_counts_more_than_the_preset(crm: Crm, tmp_path: Path) -> None:
    bring(
        crm,
        tmp_path,
        LINKEDIN,
        mapping={"Position": "-"},
        defaults={"source": "fair"},
        tags=["x"],
        values={"company": {"vale": "Vale AG"}},
    )
    tom = crm.contacts.list(sort="id")[1]
    assert (tom.title, tom.source, tom.tags, tom.company) == (None, "fair", ("x",), "Vale AG")


def test_a_preset_is_read_in_a_second_process_too(
    crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_tui.interchange.background.WORTH_IT", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    summary = bring(crm, tmp_path, GOOGLE_OLD)
    assert counts(summary) == (2, 0, 0, 0, 0)
    assert crm.contacts.list(sort="id")[0].tags == ("Suppliers", "Berlin", "old")
    assert isinstance(crm.connection, sqlite3.Connection)
