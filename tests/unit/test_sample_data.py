"""The sample data is whole: references resolve, cells are well formed, and no day of the year is dull."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from crm_tui.dates import Clock, detect_date_order, parse_birthday, parse_date_cell, parse_instant_cell
from crm_tui.phones import phone_key

DATA = Path(__file__).parents[2] / "data"

HEADERS = {
    "companies": "external_id,name,domain,industry,size,website,emails,phones,tags,note",
    "contacts": "external_id,name,given_name,family_name,company,title,lifecycle,source,birthday,language,"
    "timezone,cadence_days,emails,phones,tags,note,created_at,referred_by",
    "deals": "external_id,title,contact,company,pipeline,stage,amount,currency,probability,expected_close_on,"
    "closed_on,source,lost_reason,lost_note,tags,created_at",
    "interactions": "external_id,kind,direction,occurred_at,summary,body,duration_minutes,contacts,deal",
    "followups": "external_id,title,due_on,due_time,contact,deal,priority,repeat,repeat_from,status,done_at",
    "products": "sku,name,price,currency,warranty_months,reorder_days",
    "invoices": "number,contact,company,deal,issued_on,due_on,currency,sku,description,quantity,unit_price,"
    "discount_percent,tax_percent",
    "payments": "invoice,paid_on,amount,currency,method,reference",
}
SIZES = {
    "companies": 40, "contacts": 200, "deals": 63, "interactions": 371, "followups": 82, "products": 7, "invoices": 62,
    "payments": 59,
}  # fmt: skip
KEYS = {"products": "sku", "invoices": "number", "payments": "invoice"}
"""What tells the rows of a file apart; an external id in the others."""
DECIMALS = {"EUR": 2, "AZN": 2, "USD": 2, "JPY": 0, "KWD": 3}
DAY = re.compile(r"today|[+-][1-9][0-9]{0,2}d")
INSTANT = re.compile(r"-[1-9][0-9]{0,2}d ([01][0-9]|2[0-3]):[0-5][0-9]")
BIRTHDAY = re.compile(r"(?:[0-9]{4}|-)-[0-9]{2}-[0-9]{2}")
EMAIL = re.compile(r"[a-z.]+@(?:[a-z-]+\.example|example\.(?:com|net|org))")
WEBSITE = re.compile(r"https://[a-z-]+\.example")
DIALLING: dict[str, str | tuple[str, ...]] = {
    "az": "+994", "tr": "+90", "de": "+49", "kk": "+77", "ru": "+7", "pl": "+48", "ka": "+995", "el": "+30",
    "ja": "+81", "en": ("+44", "+1"), "ar": ("+965", "+962", "+971", "+20"),
}  # fmt: skip

Row = dict[str, str]


def read(name: str) -> list[Row]:
    """The rows of one file."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


ROWS = {name: read(name) for name in HEADERS}
COMPANIES, CONTACTS, DEALS, INTERACTIONS, FOLLOWUPS, PRODUCTS, INVOICES, PAYMENTS = ROWS.values()


def parts(cell: str) -> list[str]:
    """The values of a cell joined by semicolons."""
    return cell.split(";") if cell else []


def ago(cell: str) -> int:
    """How many days before loading; negative when after."""
    return 0 if cell.startswith("today") else -int(cell.split("d")[0])


PEOPLE = {email: row for row in CONTACTS for email in parts(row["emails"])}
DEAL_BY_TITLE = {row["title"]: row for row in DEALS}


def silence() -> dict[str, int]:
    """Days since the last real interaction by external id of the contact."""
    days: dict[str, int] = {}
    for row in INTERACTIONS:
        if row["kind"] != "note":
            for email in parts(row["contacts"]):
                person = PEOPLE[email]["external_id"]
                days[person] = min(days.get(person, 9999), ago(row["occurred_at"]))
    return days


def around_the_year(days: Iterable[date]) -> list[int]:
    """The distances between days of one year in order, the turn of the year included."""
    ordered = sorted(days)
    first_again = ordered[0].replace(year=ordered[0].year + 1)
    return [(b - a).days for a, b in zip(ordered, [*ordered[1:], first_again], strict=True)]


@pytest.mark.parametrize("name", HEADERS)
def test_files_are_plain_utf8_with_the_agreed_header(name: str) -> None:
    raw = (DATA / f"{name}.csv").read_bytes()
    assert raw.decode("utf-8").splitlines()[0] == HEADERS[name]
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\n")


@pytest.mark.parametrize("name", HEADERS)
def test_every_row_is_full_and_counted(name: str) -> None:
    rows = ROWS[name]
    assert len(rows) == SIZES[name]
    assert not [row for row in rows if None in row or None in row.values()]
    assert len({row[KEYS.get(name, "external_id")] for row in rows}) == len(rows)
    assert not [cell for row in rows for cell in row.values() if cell != cell.strip()]


@pytest.mark.parametrize("name", HEADERS)
def test_no_text_is_a_formula_or_an_escape(name: str) -> None:
    for row in ROWS[name]:
        for field, cell in row.items():
            if field in ("title", "name", "summary", "body", "note", "company", "lost_note", "description"):
                assert cell[:1] not in tuple("=+-@"), cell
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", cell), cell


def test_readme_states_the_counts() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    for name, size in SIZES.items():
        assert f"| `{name}.csv` | {size} |" in text
        assert f"crm import data/{name}.csv --as {name}" in text
    stages = Counter(row["stage"] for row in DEALS)
    closed = stages["Won"] + stages["Lost"]
    assert f"{stages['Won']} won, {stages['Lost']} lost with their reason, {len(DEALS) - closed} open" in text


def test_only_reserved_domains() -> None:
    for row in [*COMPANIES, *CONTACTS]:
        assert all(EMAIL.fullmatch(email) for email in parts(row["emails"])), row["emails"]
    for row in COMPANIES:
        assert row["domain"].endswith(".example")
        assert WEBSITE.fullmatch(row["website"])
    for path in DATA.iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"@(?!(?:[a-z-]+\.)?example\b)[\w.-]+\.\w+", text), path.name
        assert not re.findall(r"(?:https?://|www\.)(?![a-z-]+\.example\b)\S+", text), path.name


def test_emails_and_phones_belong_to_one_record_each() -> None:
    for field in ("emails", "phones"):
        values = [value for row in [*COMPANIES, *CONTACTS] for value in parts(row[field])]
        keys = Counter(re.sub(r"[ -]", "", value).casefold() for value in values)
        assert [key for key, count in keys.items() if count > 1] == []
    assert sum(len(parts(row["phones"])) > 1 for row in CONTACTS) >= 20
    assert sum(len(parts(row["emails"])) > 1 for row in CONTACTS) >= 10
    assert any(not row["emails"] and row["phones"] for row in CONTACTS)
    assert any(not row["emails"] and not row["phones"] for row in CONTACTS)


def test_phones_are_possible_in_their_country() -> None:
    import phonenumbers

    for row in [*COMPANIES, *CONTACTS]:
        for phone in parts(row["phones"]):
            number = phonenumbers.parse(phone, None)
            assert phonenumbers.is_possible_number(number), phone
            if "language" in row:
                assert phone.replace(" ", "").startswith(DIALLING[row["language"]]), (row["name"], phone)


def test_companies_and_people_refer_to_records_that_exist() -> None:
    names = {row["name"] for row in COMPANIES}
    assert len(names) == len(COMPANIES)
    assert {row["company"] for row in CONTACTS} == names | {""}
    assert len({row["name"] for row in CONTACTS}) == len(CONTACTS)
    position = {email: index for index, row in enumerate(CONTACTS) for email in parts(row["emails"])}
    referred = [(index, row) for index, row in enumerate(CONTACTS) if row["referred_by"]]
    assert len(referred) >= 15
    for index, row in referred:
        assert position[row["referred_by"]] < index
        assert row["source"] == "referral"


def test_contact_values() -> None:
    assert {row["lifecycle"] for row in CONTACTS} == {"lead", "prospect", "customer", "former", ""}
    for row in CONTACTS:
        assert {row["given_name"], row["family_name"]} == set(re.split(r" (?=\S+$)", row["name"]))
        assert INSTANT.fullmatch(row["created_at"])
        assert row["cadence_days"] in ("", "30", "45", "60", "90", "120", "180")
    assert sum("\n" in row["note"] for row in CONTACTS) >= 5
    assert {row["language"] for row in CONTACTS} == set(DIALLING)
    assert len({row["timezone"] for row in CONTACTS}) >= 10


def test_a_birthday_falls_in_every_week_of_the_year() -> None:
    written = [row["birthday"] for row in CONTACTS if row["birthday"]]
    assert 140 <= len(written) <= 160
    assert all(BIRTHDAY.fullmatch(text) for text in written)
    assert sum(text.startswith("--") for text in written) >= 20
    assert "02-29" in {text[-5:] for text in written}
    days = {date.fromisoformat(f"2023-{text[-5:].replace('02-29', '02-28')}") for text in written}
    assert max(around_the_year(days)) <= 6
    assert all(1940 <= int(text[:4]) <= 2005 for text in written if not text.startswith("--"))


def test_gaps_are_measured_over_the_turn_of_the_year() -> None:
    assert around_the_year([date(2023, 12, 30), date(2023, 1, 2)]) == [362, 3]


def test_the_program_reads_every_date_and_phone_as_it_stands() -> None:
    clock = Clock.fixed(datetime(2026, 3, 1, 8, 0, tzinfo=UTC), "Asia/Baku")
    for rows in ROWS.values():
        for field in rows[0].keys() & {"due_on", "expected_close_on", "closed_on", "issued_on", "paid_on"}:
            cells = [row[field] for row in rows if row[field]]
            assert detect_date_order(cells) is None
            days = [(clock.today - parse_date_cell(cell, None, clock)).days for cell in cells]
            assert days == [ago(cell) for cell in cells]
        for field in rows[0].keys() & {"created_at", "occurred_at", "done_at"}:
            for cell in (row[field] for row in rows if row[field]):
                assert parse_instant_cell(cell, None, clock) < clock.instant
    for row in [*COMPANIES, *CONTACTS]:
        assert all(phone_key(phone, "AZ") for phone in parts(row["phones"])), row["phones"]
    assert all(parse_birthday(row["birthday"]) for row in CONTACTS if row["birthday"])


def test_deals_fit_their_contact_company_and_stage() -> None:
    assert len(DEAL_BY_TITLE) == len(DEALS)
    for row in DEALS:
        person = PEOPLE[row["contact"]]
        assert row["company"] == person["company"]
        assert row["pipeline"] == "Sales"
        closed, lost = row["stage"] in ("Won", "Lost"), row["stage"] == "Lost"
        assert closed == bool(row["closed_on"])
        assert lost == bool(row["lost_reason"]) == bool(row["lost_note"])
        assert row["lost_reason"] in ("", "price", "timing", "competitor", "no reply", "scope")
        assert DAY.fullmatch(row["expected_close_on"])
        assert INSTANT.fullmatch(row["created_at"])
        assert ago(person["created_at"]) >= ago(row["created_at"])
        if closed:
            assert DAY.fullmatch(row["closed_on"])
            assert 0 < ago(row["closed_on"]) < ago(row["created_at"])
        if row["stage"] == "Won":
            assert person["lifecycle"] == "customer"
    assert {row["stage"] for row in DEALS} == {"Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"}


def test_amounts_are_exact_in_their_currency() -> None:
    for row in DEALS:
        assert bool(row["amount"]) == bool(row["currency"])
        if row["amount"]:
            assert Decimal(row["amount"]) > 0
            assert len(row["amount"].partition(".")[2]) == DECIMALS[row["currency"]]
        assert not row["probability"] or 0 <= int(row["probability"]) <= 100
    counts = Counter(row["currency"] for row in DEALS)
    assert set(counts) == {*DECIMALS, ""}
    assert counts["EUR"] > len(DEALS) / 2


def test_invoices_fit_their_person_company_deal_and_product() -> None:
    prices = {row["sku"]: row for row in PRODUCTS}
    assert {row["sku"] for row in INVOICES} < {*prices, ""}
    for row in INVOICES:
        assert PEOPLE[row["contact"]]["company"] == row["company"]
        assert DAY.fullmatch(row["issued_on"])
        assert ago(row["due_on"]) < ago(row["issued_on"])
        assert ago(row["issued_on"]) > 0
        assert len(row["unit_price"].partition(".")[2]) == DECIMALS[row["currency"]]
        if row["sku"]:
            product = prices[row["sku"]]
            assert [row["description"], row["unit_price"], row["currency"]] == [
                product["name"], product["price"], product["currency"],
            ]  # fmt: skip
    sold = [row for row in INVOICES if row["deal"]]
    won = {row["title"] for row in DEALS if row["stage"] == "Won"}
    # the last one won is still to be invoiced
    assert sorted(row["deal"] for row in sold) == sorted(won - {"Labels for Marani Telavi"})
    for row in sold:
        deal = DEAL_BY_TITLE[row["deal"]]
        assert [row["contact"], row["unit_price"], row["currency"]] == [
            deal["contact"], deal["amount"], deal["currency"],
        ]  # fmt: skip
        assert ago(row["issued_on"]) < ago(deal["closed_on"])


def test_payments_are_of_invoices_and_some_are_still_to_come() -> None:
    invoices = {row["number"]: row for row in INVOICES}
    for row in PAYMENTS:
        invoice = invoices[row["invoice"]]
        assert row["currency"] == invoice["currency"]
        assert 0 < ago(row["paid_on"]) <= ago(invoice["issued_on"])
        assert Decimal(row["amount"]) > 0
    unpaid = [row for number, row in invoices.items() if number not in {each["invoice"] for each in PAYMENTS}]
    assert any(ago(row["due_on"]) > 0 for row in unpaid)
    assert any(ago(row["due_on"]) < 0 for row in unpaid)


def test_no_title_is_the_beginning_of_another() -> None:
    titles = sorted(title.casefold() for title in DEAL_BY_TITLE)
    assert not [(a, b) for a, b in pairwise(titles) if b.startswith(a)]


def test_interactions_are_past_well_formed_and_after_the_person_was_known() -> None:
    talks = {"call", "meeting"}
    for row in INTERACTIONS:
        assert row["kind"] in talks | {"email", "message", "note"}
        assert (row["direction"] in ("in", "out")) == (row["kind"] in ("call", "email", "message"))
        assert bool(row["duration_minutes"]) == (row["kind"] in talks)
        assert INSTANT.fullmatch(row["occurred_at"])
        emails = parts(row["contacts"])
        assert len({PEOPLE[email]["external_id"] for email in emails}) == len(emails) >= 1
        assert all(ago(PEOPLE[email]["created_at"]) > ago(row["occurred_at"]) for email in emails)
        assert len(row["summary"]) >= 10
    days = [ago(row["occurred_at"]) for row in INTERACTIONS]
    assert days == sorted(days, reverse=True)
    sizes = Counter(len(parts(row["contacts"])) for row in INTERACTIONS)
    assert sizes[2] >= 20
    assert sizes[3] >= 5


def test_every_deal_has_a_history_with_its_own_contact() -> None:
    for title, deal in DEAL_BY_TITLE.items():
        told = [row for row in INTERACTIONS if row["deal"] == title]
        assert len(told) >= 2, title
        assert all(deal["contact"] in parts(row["contacts"]) for row in told), title
        assert any(abs(ago(row["occurred_at"]) - ago(deal["created_at"])) <= 7 for row in told), title
        if deal["stage"] == "Won":
            met = [ago(row["occurred_at"]) for row in told if row["kind"] == "meeting"]
            assert max(met) > ago(deal["closed_on"]), title
        if deal["stage"] == "Lost":
            assert min(ago(row["occurred_at"]) for row in told) >= ago(deal["closed_on"]), title
    assert {row["deal"] for row in INTERACTIONS} == {*DEAL_BY_TITLE, ""}


def test_followups_refer_to_records_and_are_well_formed() -> None:
    for row in FOLLOWUPS:
        assert DAY.fullmatch(row["due_on"])
        assert re.fullmatch(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|", row["due_time"])
        assert row["priority"] in ("low", "normal", "high")
        assert row["status"] in ("open", "done", "cancelled")
        assert bool(row["done_at"]) == (row["status"] == "done")
        assert not row["done_at"] or INSTANT.fullmatch(row["done_at"])
        assert bool(row["repeat"]) == (row["repeat_from"] in ("due", "done"))
        assert row["contact"] in PEOPLE
        if row["deal"]:
            assert DEAL_BY_TITLE[row["deal"]]["contact"] == row["contact"]
    rules = {row["repeat"] for row in FOLLOWUPS}
    assert {"every month", "every 2 weeks on mon,thu", "last friday of month"} <= rules


def test_the_morning_list_is_never_empty() -> None:
    open_days = [-ago(row["due_on"]) for row in FOLLOWUPS if row["status"] == "open"]
    assert {-9, -3, -1} <= set(open_days)
    assert open_days.count(0) >= 4
    assert sum(0 < day <= 14 for day in open_days) >= 15
    assert sum(row["due_on"] == "today" and bool(row["due_time"]) for row in FOLLOWUPS) >= 2
    last = silence()
    kept = [row for row in CONTACTS if row["cadence_days"]]
    late = [row for row in kept if last.get(row["external_id"], 9999) > int(row["cadence_days"])]
    assert 10 <= len(late) <= len(kept) / 2
    assert any(row["external_id"] not in last for row in late)
    past_close = [row for row in DEALS if not row["closed_on"] and ago(row["expected_close_on"]) > 0]
    assert len(past_close) >= 4
    moves = [ago(row["created_at"]) for row in DEALS if not row["closed_on"]]
    assert min(moves) <= 10
    assert max(moves) >= 60


def test_every_script_is_there() -> None:
    text = "".join(row["name"] + row["note"] for row in CONTACTS)
    summaries = "".join(row["summary"] + row["body"] for row in INTERACTIONS)
    for letters in ("əşğıöüçİƏ", "łźśćńąę", "äöüß", "ёйщ", "әғқңұүіө"):
        assert set(letters) <= set(text + summaries), letters
    for script in ("[а-я]", "[ぁ-ん]", "[一-龯]", "[ء-ي]", "[α-ω]", "[ა-ჰ]"):
        assert len(re.findall(script, text)) >= 10, script
        assert len(re.findall(script, summaries)) >= 10, script


@pytest.mark.parametrize("loaded_on", [date(2024, 2, 26), date(2025, 12, 28), date(2026, 6, 1)])
def test_somebody_has_a_birthday_within_a_week_of_loading(loaded_on: date) -> None:
    coming = {f"{loaded_on + timedelta(days=n):%m-%d}" for n in range(7)}
    assert coming & {row["birthday"][-5:] for row in CONTACTS if row["birthday"]}
