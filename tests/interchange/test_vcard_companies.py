"""Companies as vCards, out and in: everything a company has, into the same base and into another."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm, kept
from crm_tui.domain.card_records import card_records, company_card_records
from crm_tui.domain.loading.card_methods import as_written
from crm_tui.domain.loading.drafts import OnMatch, Outcome, Verdict
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange import vdir
from crm_tui.interchange.options import Options
from crm_tui.interchange.run import Summary
from crm_tui.interchange.vcard import writing
from crm_tui.interchange.vcard.loading import load
from crm_tui.models import FieldType
from crm_tui.text import is_visible
from tests.everything import assert_sound

NOW = "2026-03-02 09:30"
ALL = "archived_at:any OR -archived_at:any"
VERSIONS = pytest.mark.parametrize("version", writing.VERSIONS)


@contextmanager
def bases(count: int) -> Iterator[tuple[Path, list[Crm]]]:
    """So many empty businesses with the same custom fields, and a folder."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        opened = []
        try:
            for number in range(count):
                crm = Crm.open(folder / f"{number}.db", now=NOW)
                opened.append(crm)
                crm.connection.execute("PRAGMA synchronous = OFF")
                crm.fields.add("companies", "vat", FieldType.TEXT)
                crm.fields.add("companies", "key", FieldType.FLAG)
            yield folder, opened
        finally:
            for crm in opened:
                crm.close()


def export(crm: Crm, version: str = "4.0") -> str:
    file = io.StringIO()
    writing.write(company_card_records(crm, ALL), file, version)
    return file.getvalue()


def take(crm: Crm, text: str, folder: Path, **options: Any) -> tuple[Summary, list[Outcome]]:
    path = folder / "cards.vcf"
    path.write_bytes(text.encode())
    told: list[Outcome] = []
    return load(crm, path, Options(**options), report=told.append), told


def changed(crm: Crm, text: str, folder: Path) -> list[Outcome]:
    """What an import would change, nothing being the answer wanted."""
    summary, told = take(crm, text, folder)
    found = [each for each in told if each.verdict is not Verdict.SAME]
    assert found or summary.operation is None
    return found


def plain(value: str | None) -> str | None:
    return as_written(value) or None if value is not None else None


def everything(crm: Crm) -> list[dict[str, Any]]:
    """All that is modelled of all companies, as a card can hold it, without ids."""
    found = []
    for each in crm.companies.list(ALL, sort="id"):
        names = ("domain", "industry", "size", "website", "parent", "note", "archived_at", "created_at")
        values: dict[str, Any] = {name: plain(getattr(each, name)) for name in names}
        values["name"] = plain(each.name) or "?"
        values["tags"] = sorted(each.tags)
        values["custom"] = {
            key: plain(value) if isinstance(value, str) else value for key, value in each.custom.items()
        }
        values["methods"] = sorted(
            (m.kind.value, plain(m.value), plain(m.label) or "", m.is_primary)
            for m in crm.companies.methods(each.id)
        )
        values["kept"] = kept.read(crm.connection, "companies", each.id)[1]
        found.append(values)
    return found


def full(crm: Crm) -> None:
    """A company with everything, and the one above it, put away."""
    crm.companies.add(name="Holding")
    acme = crm.companies.add(
        name="Acme; Sons, \\ & Co", domain="acme.example", industry="Tools", size="11-50", parent="Holding",
        website="https://acme.example/a,b;c?d=1", note="One\r\ntwo; three", emails=["info@acme.example"],
        phones=["+49 30 123456"], tags=["supplier", "Kraków"], custom={"vat": "DE;1,2", "key": True},
    )  # fmt: skip
    crm.companies.add_method(acme.id, "address", "Street 1\n10115 Berlin", label="work")
    crm.companies.add_method(acme.id, "url", "https://shop.acme.example", label="Shop, ours")
    crm.companies.add_method(acme.id, "url", "https://acme.example/old")
    crm.companies.add_method(acme.id, "phone", "+49 30 999999", label="work fax", primary=True)
    bolt = crm.companies.add(name="Bolt")
    crm.companies.add_method(bolt.id, "url", "https://bolt.example")
    crm.companies.archive(1)


@VERSIONS
def test_everything_goes_into_another_base_and_changes_nothing_in_its_own(version: str) -> None:
    with bases(2) as (folder, (first, second)):
        full(first)
        second.companies.add(name="Somebody else")
        text = export(first, version)
        assert changed(first, text, folder) == []
        summary, _ = take(second, text, folder)
        assert (summary.created, summary.updated, summary.rejected) == (3, 0, 0)
        assert second.contacts.count(ALL) == 0
        assert everything(second)[1:] == everything(first)
        assert changed(second, text, folder) == []
        again = export(second, version)
        assert again.endswith(text)
        assert changed(first, again[again.index(text) :], folder) == []
        assert_sound(second)


@pytest.mark.parametrize(
    ("version", "lines"),
    [
        ("4.0", ["KIND:org", "FN:Acme", "ORG:Acme"]),
        ("3.0", ["X-ABShowAs:COMPANY", "N:;;;;", "FN:Acme", "ORG:Acme"]),
    ],
    ids=["4.0", "3.0"],
)
def test_what_is_written_is_the_card_of_a_company(version: str, lines: list[str]) -> None:
    with bases(1) as (_, (crm,)):
        crm.companies.add(name="Acme")
        text = export(crm, version)
    found = text.split("\r\n")
    assert found[:2] == ["BEGIN:VCARD", f"VERSION:{version}"]
    assert found[4 : 4 + len(lines)] == lines
    assert all(cl.parse(number, line) is not None for number, line in cl.unfold(text))


def test_the_uid_of_a_company_is_not_that_of_a_person() -> None:
    with bases(1) as (folder, (crm,)):
        crm.contacts.add(name="Anna")
        crm.companies.add(name="Acme")
        (person,), (company,) = card_records(crm), company_card_records(crm)
        assert person.uid != company.uid
        both = folder / "both"
        vdir.write(
            both, [(vdir.file_name(row.uid, ".vcf"), writing.card(row)) for row in (person, company)], ".vcf"
        )
        summary = load(crm, both, Options())
        assert (summary.unchanged, summary.operation) == (2, None)


@pytest.mark.parametrize(
    "lines",
    [
        "KIND:org\nFN:Acme",
        "KIND:ORG\nFN:Acme\nORG:Acme",
        "X-ABShowAs:COMPANY\nFN:Acme\nN:;;;;\nORG:Acme;",
        "X-ABShowAs:COMPANY\nFN:Acme\nN:Ray;Bob;;;\nORG:Acme",
        "ORG:Acme\nTEL:+49301234567",
        "FN:\nN:;;;;\nORG:Acme",
        "KIND:org\nN:Acme;;;;",
        "KIND:org\nEMAIL:info@acme.example",
    ],
    ids=["kind", "capitals", "apple", "apple-person", "org-only", "empty-names", "n-only", "email-only"],
)
def test_which_cards_are_companies(lines: str) -> None:
    text = f"BEGIN:VCARD\nVERSION:3.0\n{lines}\nEND:VCARD\n"
    with bases(1) as (folder, (crm,)):
        summary, _ = take(crm, text, folder)
        assert (summary.created, crm.contacts.count(), crm.companies.count()) == (1, 0, 1)
        assert crm.companies.get(1).name == ("info@acme.example" if "EMAIL" in lines else "Acme")
        assert changed(crm, text, folder) == []
        assert changed(crm, export(crm), folder) == []


@pytest.mark.parametrize(
    "lines",
    ["FN:Bob\nORG:Acme", "N:Ray;Bob;;;\nORG:Acme", "KIND:individual\nFN:Acme\nORG:Acme", "FN:Acme"],
    ids=["named", "structured", "said", "no-org"],
)
def test_which_cards_are_people(lines: str) -> None:
    with bases(1) as (folder, (crm,)):
        take(crm, f"BEGIN:VCARD\nVERSION:4.0\n{lines}\nEND:VCARD\n", folder)
        assert crm.contacts.count() == 1


def test_an_app_that_drops_the_kind_still_means_the_company() -> None:
    with bases(1) as (folder, (crm,)):
        crm.companies.add(name="Acme")
        text = export(crm).replace("KIND:org\r\n", "").replace("FN:Acme", "FN:Acme\r\nTEL:+49301234567")
        summary, _ = take(crm, text, folder)
        assert (summary.updated, crm.contacts.count()) == (1, 0)
        assert crm.companies.get(1).phones == ("+49301234567",)


def test_a_person_shown_as_a_company_is_a_company_and_stays_a_person() -> None:
    with bases(1) as (folder, (crm,)):
        crm.contacts.add(name="Acme", company="Acme")
        file = io.StringIO()
        writing.write(card_records(crm), file)
        text = file.getvalue().replace("VERSION:4.0", "VERSION:4.0\r\nKIND:org")
        take(crm, text, folder)
        assert (crm.contacts.count(), crm.companies.count()) == (1, 1)
        (person,), (company,) = card_records(crm), company_card_records(crm)
        assert person.uid != company.uid
        assert changed(crm, text, folder) == []


def test_lines_that_no_company_has_a_field_for_come_out_again() -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u1\r\nX-ABShowAs:COMPANY\r\nN:Ray;Bob;;;\r\nFN:Acme\r\nORG:Acme;Tools\r\n"
        "TITLE:Boss\r\nBDAY:1999-01-02\r\nRELATED;TYPE=friend:urn:uuid:nobody\r\nitem1.X-A:1\r\n"
        "item1.X-ABLabel:mine\r\nADR;TYPE=work:;;Street 3;Berlin;;10115;Germany\r\nEND:VCARD\r\n"
    )
    wanted = {
        "N:Ray;Bob;;;", "ORG:Acme;Tools", "TITLE:Boss", "BDAY:1999-01-02", "RELATED;TYPE=friend:urn:uuid:nobody",
        "item1.X-A:1", "item1.X-ABLabel:mine", "ADR;TYPE=work:;;Street 3;Berlin;;10115;Germany", "UID:u1",
    }  # fmt: skip
    with bases(2) as (folder, (first, second)):
        take(first, card, folder)
        text = export(first, "3.0")
        lines = text.replace("\r\n ", "").split("\r\n")
        assert wanted <= set(lines)
        assert sum(each.startswith("N:") for each in lines) == 1
        assert changed(first, card, folder) == []
        assert changed(first, text, folder) == []
        take(second, text, folder)
        assert export(second, "3.0") == text


def test_a_department_goes_by_its_full_name() -> None:
    card = "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nUID:{0}\nFN:Acme {0}\nORG:Acme;{0}\nEND:VCARD\n"
    with bases(1) as (folder, (crm,)):
        take(crm, card.format("Sales") + card.format("Support"), folder)
        assert [each.name for each in crm.companies.list()] == ["Acme Sales", "Acme Support"]
        assert "ORG:Acme;Sales" in export(crm)
        assert changed(crm, card.format("Sales") + card.format("Support"), folder) == []
        assert changed(crm, export(crm), folder) == []


def test_the_first_url_is_the_website() -> None:
    card = (
        "BEGIN:VCARD\nKIND:org\nFN:Acme\nURL;TYPE=home:x.example\nURL:a.example\nURL:b.example\nEND:VCARD\n"
    )
    with bases(1) as (folder, (crm,)):
        take(crm, card, folder)
        assert crm.companies.get(1).website == "a.example"
        assert [(m.value, m.label) for m in crm.companies.methods(1)] == [
            ("x.example", "home"),
            ("b.example", None),
        ]
        assert changed(crm, card, folder) == []


def test_a_changed_card_is_an_update_and_undone_whole() -> None:
    card = "BEGIN:VCARD\nVERSION:4.0\nUID:u1\nKIND:org\nFN:{0}\nEMAIL;TYPE=home:a@acme.example\n"
    card += "EMAIL;TYPE=work{1}:b@acme.example\nX-A:{2}\nEND:VCARD\n"
    with bases(1) as (folder, (crm,)):
        take(crm, card.format("Acme", "", "1"), folder)
        before = everything(crm)
        newer = card.format("Acme GmbH", ";PREF=1", "2").replace("END", "EMAIL;PREF=2:c@acme.example\nEND")
        summary, _ = take(crm, newer, folder)
        assert (summary.created, summary.updated) == (0, 1)
        (acme,) = everything(crm)
        assert (acme["name"], acme["kept"]) == ("Acme GmbH", "X-A:2")
        assert [each[1] for each in acme["methods"] if each[3]] == ["b@acme.example"]
        assert changed(crm, newer, folder) == []
        crm.undo(summary.operation)
        assert everything(crm) == before


def test_a_new_preferred_method_is_the_primary_one_at_once() -> None:
    card = "BEGIN:VCARD\nUID:u1\nKIND:org\nFN:Acme\nEMAIL:a@acme.example\n{0}END:VCARD\n"
    newer = card.format("EMAIL;PREF=1:b@acme.example\n")
    with bases(1) as (folder, (crm,)):
        take(crm, card.format(""), folder)
        take(crm, newer, folder)
        assert crm.companies.get(1).emails[0] == "b@acme.example"
        assert changed(crm, newer, folder) == []


def test_a_company_that_is_skipped_is_left_as_it_is() -> None:
    with bases(1) as (folder, (crm,)):
        crm.companies.add(name="Acme")
        before = everything(crm)
        text = "BEGIN:VCARD\nKIND:org\nFN:Acme\nX-A:1\nEND:VCARD\n"
        summary, _ = take(crm, text, folder, on_match=OnMatch.SKIP)
        assert (summary.skipped, summary.operation) == (1, None)
        assert everything(crm) == before


def test_a_card_that_means_two_companies_is_rejected_with_its_text(tmp_path: Path) -> None:
    with bases(1) as (folder, (crm,)):
        crm.companies.add(name="Acme")
        crm.companies.add(name="Bolt", domain="bolt.example")
        path, rejects = folder / "cards.vcf", tmp_path / "rejects.csv"
        path.write_text("BEGIN:VCARD\nKIND:org\nFN:Acme\nX-CRM-DOMAIN:bolt.example\nEND:VCARD\n")
        summary = load(crm, path, Options(), rejects=rejects)
        assert summary.rejected == 1
        assert "X-CRM-DOMAIN:bolt.example" in rejects.read_text()


WORDS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=30),
    st.sampled_from([
        "a;b,c\\d", "\\n", "END:VCARD", "x\r\nBEGIN:VCARD\r\nFN:y", "a\u2028b\x85c", '"q"', "^n^'", "item1.X",
        "   spaces   ", "ə" * 100, "\x1b[31mred", "a\rb\tc", "_$!<Home>!$_x", "?", "=cmd()", "Sales;",
    ]),
).filter(lambda text: is_visible(as_written(text)))  # fmt: skip
MAYBE = st.one_of(st.none(), WORDS)
LABELS = st.one_of(st.none(), st.sampled_from(["work", "home fax", "homepage", "mobile", "skype"]), WORDS)
TAGS = st.lists(st.from_regex(r"[a-zäə][a-z :\\]{0,10}[a-z]", fullmatch=True), max_size=3, unique=True)


@st.composite
def companies(draw: st.DrawFn) -> Callable[[Crm, int], None]:
    """Some company with anything."""
    values: dict[str, Any] = {
        "industry": draw(MAYBE), "size": draw(MAYBE), "website": draw(MAYBE), "note": draw(MAYBE), "tags": draw(TAGS),
        "custom": {"vat": draw(WORDS), "key": draw(st.booleans())},
    }  # fmt: skip
    name, domain, above = draw(WORDS), draw(st.booleans()), draw(st.booleans())
    emails = draw(st.lists(st.integers(0, 30), max_size=3, unique=True))
    more = draw(st.lists(st.tuples(st.sampled_from(["address", "url", "im"]), WORDS, LABELS), max_size=3))
    label, away = draw(LABELS), draw(st.booleans())

    def add(crm: Crm, number: int) -> None:
        made = crm.companies.add(
            name=f"c{number} {name}", domain=f"c{number}.example" if domain else None,
            emails=[f"{each}@c{number}.example" for each in emails], parent_id=1 if above and number else None,
            **values,
        )  # fmt: skip
        for place, value, named in more:
            crm.companies.add_method(made.id, place, value, label=named)
        if emails:
            last = f"{emails[-1]}@c{number}.example"
            crm.companies.add_method(made.id, "email", last, label=label, primary=True)
        if away:
            crm.companies.archive(made.id)

    return add


@settings(max_examples=25, deadline=None)
@given(st.lists(companies(), min_size=1, max_size=3), st.sampled_from(writing.VERSIONS))
def test_any_company_goes_there_and_back(adders: list[Callable[[Crm, int], None]], version: str) -> None:
    with bases(2) as (folder, (first, second)):
        for number, add in enumerate(adders):
            add(first, number)
        text = export(first, version)
        assert changed(first, text, folder) == []
        summary, _ = take(second, text, folder)
        assert summary.created == len(adders)
        assert everything(second) == everything(first)
        assert changed(second, text, folder) == []
        assert export(second, version) == text
        assert_sound(first)
        assert_sound(second)
