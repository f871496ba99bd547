"""vCards out and in: everything a contact has, in both versions, into the same base and into another."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm
from crm_tui.domain.card_records import card_records
from crm_tui.domain.loading.card_methods import as_written
from crm_tui.domain.loading.drafts import Outcome, Report, Verdict
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
                crm.fields.add("contacts", "size", FieldType.TEXT)
                crm.fields.add("contacts", "vip", FieldType.FLAG)
                crm.fields.add("contacts", "rank", FieldType.NUMBER)
            yield folder, opened
        finally:
            for crm in opened:
                crm.close()


def export(crm: Crm, version: str = "4.0") -> str:
    file = io.StringIO()
    writing.write(card_records(crm, "archived_at:any OR -archived_at:any"), file, version)
    return file.getvalue()


def take(crm: Crm, text: str, folder: Path, report: Report | None = None) -> Summary:
    path = folder / "cards.vcf"
    path.write_bytes(text.encode())
    return load(crm, path, Options(), report=report)


def unchanged(crm: Crm, text: str, folder: Path) -> list[Outcome]:
    """What an import would change, nothing being the answer wanted."""
    told: list[Outcome] = []
    summary = take(crm, text, folder, told.append)
    found = [each for each in told if each.verdict is not Verdict.SAME]
    assert found or summary.operation is None
    return found


def plain(value: Any) -> Any:
    """A value as a card can hold it."""
    if isinstance(value, str):
        return as_written(value) or None
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value


def everything(crm: Crm) -> list[dict[str, Any]]:
    """All that is modelled of all people, without ids and what is worked out."""
    found = []
    names = {each.id: each.name for each in crm.contacts.list("archived_at:any OR -archived_at:any")}
    for each in crm.contacts.list("archived_at:any OR -archived_at:any", sort="id"):
        values: dict[str, Any] = {
            name: getattr(each, name)
            for name in (
                "name", "given_name", "family_name", "company", "title", "lifecycle", "source", "birthday", "language",
                "timezone", "cadence_days", "last_contacted_on", "next_touch_on", "opted_out_on", "note", "archived_at",
                "created_at", "tags",
            )
        }  # fmt: skip
        values["custom"] = dict(each.custom)
        values["referred_by"] = names.get(each.referred_by_id or 0)
        values["methods"] = sorted(
            (m.kind.value, plain(m.value), plain(m.label) or "", m.is_primary)
            for m in crm.contacts.methods(each.id)
        )
        values["dates"] = sorted((plain(d.label), d.date) for d in crm.contacts.dates(each.id))
        values["relations"] = sorted((plain(r.kind), n) for r, n in crm.contacts.relations(each.id))
        found.append(plain(values))
    return found


def full(crm: Crm) -> None:
    """Two people with everything there is."""
    anna = crm.contacts.add(
        name="Anna, the \\ Great; Kowalska", given_name="Anna", family_name="Kowalska", company="Ac;me, Inc.",
        title="CEO", lifecycle="customer", source="fair", birthday="--02-29", language="pl", timezone="Europe/Warsaw",
        cadence_days=30, last_contacted_on=date(2026, 1, 5), opted_out_on=date(2026, 2, 1),
        note="one\n\ntwo: \\n three\ttab", emails=["anna@example.com", "a.k@example.org"], phones=["+48 601 234 567"],
        tags=["vip", "Kraków"], custom={"size": "x;y,z\\", "vip": True, "rank": 1.5},
    )  # fmt: skip
    bob = crm.contacts.add(name="Bob", referred_by_id=anna.id, birthday="1980-05-06")
    crm.contacts.add_method(anna.id, "address", "Street 1\n10115 Berlin; Germany", label="home")
    crm.contacts.add_method(anna.id, "url", "https://example.com/a,b;c\\d?x=1", label="Blog, mine")
    crm.contacts.add_method(anna.id, "im", "anna.k", label="skype")
    crm.contacts.add_method(anna.id, "im", "xmpp:anna@example.com", label="work")
    crm.contacts.add_method(anna.id, "phone", "030 123", label="work fax", primary=True)
    crm.contacts.add_method(anna.id, "phone", "tel:+49 30 1234567", label="cell")
    crm.contacts.set_date(anna.id, "anniversary", "2001-02-03")
    crm.contacts.set_date(anna.id, "Name; day", "--12-24")
    crm.contacts.relate(anna.id, "spouse", bob.id)
    crm.contacts.relate(bob.id, "golf partner, old", anna.id)
    crm.contacts.archive(bob.id)


@VERSIONS
def test_everything_goes_into_another_base_and_changes_nothing_in_its_own(version: str) -> None:
    with bases(2) as (folder, (first, second)):
        full(first)
        second.contacts.add(name="Somebody else")
        text = export(first, version)
        assert unchanged(first, text, folder) == []
        assert (take(second, text, folder)).created == 2
        assert everything(second)[1:] == everything(first)
        assert unchanged(second, text, folder) == []
        again = export(second, version)
        assert again.endswith(text)
        assert unchanged(first, again[again.index(text) :], folder) == []


@VERSIONS
def test_what_is_written_is_a_vcard(version: str) -> None:
    with bases(1) as (_, (crm,)):
        full(crm)
        text = export(crm, version)
    assert text.startswith(f"BEGIN:VCARD\r\nVERSION:{version}\r\n")
    assert text.count("\r\nN:") + text.count("\r\nN;") == 2
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert all(cl.parse(number, line) is not None for number, line in cl.unfold(text))
    assert 'TYPE="' not in text


def test_lines_nobody_models_come_out_again() -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u1\r\nFN:Dr. Anna Maria Kowalska\r\nN:Kowalska;Anna;Maria;Dr.;\r\n"
        "ORG:Acme;Tools;Hammers\r\nADR;TYPE=WORK:PO 1;Suite 2;Street 3;Berlin;BE;10115;Germany\r\nGENDER:F\r\n"
        "BDAY:19531015T231000Z\r\nitem1.X-A;B=c:d\\, e\r\nitem1.X-ABLabel:mine\r\nX-LONG:" + "ü" * 200 + "\r\n"
        "RELATED;TYPE=friend:urn:uuid:nobody\r\nNICKNAME:Ann,Annie\r\nEND:VCARD\r\n"
    )  # fmt: skip
    wanted = (
        "N:Kowalska;Anna;Maria;Dr.;", "ORG:Acme;Tools;Hammers", "BDAY:19531015T231000Z", "GENDER:F", "UID:u1",
        "ADR;TYPE=work:PO 1;Suite 2;Street 3;Berlin;BE;10115;Germany", "item1.X-A;B=c:d\\, e", "item1.X-ABLabel:mine",
        "X-LONG:" + "ü" * 200, "RELATED;TYPE=friend:urn:uuid:nobody", "NICKNAME:Ann,Annie",
    )  # fmt: skip
    with bases(2) as (folder, (first, second)):
        take(first, card, folder)
        text = export(first)
        assert set(wanted) <= set(text.replace("\r\n ", "").split("\r\n"))
        assert unchanged(first, card, folder) == []
        assert unchanged(first, text, folder) == []
        take(second, text, folder)
        assert export(second) == text
        # what was changed here comes out changed
        first.contacts.update(1, company="Bolt", birthday="1953-10-16", family_name="Nowak")
        lines = export(first).replace("\r\n ", "").split("\r\n")
        assert {"ORG:Bolt", "BDAY:19531016", "N:Nowak;Anna;Maria;Dr.;"} <= set(lines)


def test_a_changed_card_is_an_update() -> None:
    card = "BEGIN:VCARD\nVERSION:4.0\nUID:u1\nFN:{0}\nEMAIL;TYPE=home:a@example.com\nEMAIL;TYPE=work{1}:b@example.com\n"
    card += "ANNIVERSARY:{2}\nX-A:{3}\nEND:VCARD\n"
    with bases(1) as (folder, (crm,)):
        take(crm, card.format("Anna", "", "20010203", "1"), folder)
        before = everything(crm)
        summary = take(crm, card.format("Anna K", ";PREF=1", "20010204", "2"), folder)
        assert (summary.created, summary.updated) == (0, 1)
        (anna,) = everything(crm)
        assert (anna["name"], anna["dates"]) == ("Anna K", [["anniversary", "2001-02-04"]])
        assert [each[1] for each in anna["methods"] if each[3]] == ["b@example.com"]
        assert "X-A:2" in export(crm)
        assert "X-A:1" not in export(crm)
        # a property that is gone from the card erases nothing
        take(crm, "BEGIN:VCARD\nUID:u1\nFN:Anna K\nEND:VCARD\n", folder)
        assert everything(crm) == [anna]
        assert summary.operation is not None
        crm.undo(summary.operation)
        assert everything(crm) == before


def test_undo_takes_all_of_an_import_back() -> None:
    with bases(2) as (folder, (first, second)):
        full(first)
        summary = take(second, export(first), folder)
        second.undo(summary.operation)
        for table in (
            "contacts",
            "important_dates",
            "kept_lines",
            "relations",
            "contact_methods",
            "external_refs",
        ):
            assert second.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        second.redo()
        assert everything(second) == everything(first)


@pytest.mark.parametrize(
    ("card", "created"),
    [
        ("UID:other\nFN:Anna Kowalska\nEMAIL:anna@example.com", 0),
        ("FN:A. Kowalska\nTEL:+48601234567", 0),
        ("FN:Anna Kowalska\nORG:Acme", 0),
        ("FN:Anna Kowalska\nORG:Bolt", 1),
        ("FN:Bob Ray\nEMAIL:info@acme.example", 1),
        ("FN:Bob Ray\nTEL:+48601234567", 1),
    ],
)
def test_matching(card: str, created: int) -> None:
    with bases(1) as (folder, (crm,)):
        crm.contacts.add(
            name="Anna Kowalska",
            emails=["anna@example.com", "info@acme.example"],
            phones=["+48 601 234 567"],
            company="Acme",
        )
        text = f"BEGIN:VCARD\nVERSION:3.0\n{card}\nEND:VCARD\n"
        assert take(crm, text, folder).created == created
        assert unchanged(crm, text, folder) == []


def test_two_matches_are_rejected() -> None:
    with bases(1) as (folder, (crm,)):
        crm.contacts.add(name="Anna Kowalska", phones=["+48 601 234 567"])
        crm.contacts.add(name="Anna Kowalska", phones=["+48 601 234 567"])
        summary = take(crm, "BEGIN:VCARD\nFN:A Kowalska\nTEL:+48601234567\nEND:VCARD\n", folder)
        assert (summary.created, summary.rejected) == (0, 1)


@pytest.mark.parametrize(
    "card",
    [
        "FN:Bob\nADR:;;Street 1;;;;",
        "FN:Bob\nEMAIL:info@acme.example\nURL:x.example",
        "FN:Bob\nIMPP:xmpp:bob@example.com\nNOTE:x",
        "FN:Bob",
        "FN:Bob\nORG:Acme\nTEL:1",
        "TEL:12345678",
    ],
)
def test_a_card_without_uid_is_known_the_second_time(card: str) -> None:
    with bases(1) as (folder, (crm,)):
        text = f"BEGIN:VCARD\nVERSION:3.0\n{card}\nEND:VCARD\n"
        assert take(crm, text, folder).created == 1
        assert unchanged(crm, text, folder) == []
        # nor does anybody else become Bob
        other = "BEGIN:VCARD\nFN:Bob\nADR:;;Elsewhere;;;;\nEND:VCARD\n"
        assert take(crm, other, folder).created == 1


def test_a_folder_is_read_and_read_again() -> None:
    with bases(2) as (folder, (first, second)):
        full(first)
        first.contacts.restore(2)
        target = folder / "people"
        named = [(vdir.file_name(each.uid, ".vcf"), writing.card(each)) for each in card_records(first)]
        assert vdir.write(target, named, ".vcf").written == 2
        assert load(second, target, Options()).created == 2
        again = load(second, target, Options())
        assert (again.unchanged, again.operation) == (2, None)
        anna = sorted(target.glob("*.vcf"))[0]
        anna.write_bytes(anna.read_bytes().replace(b"TITLE:CEO", b"TITLE:Owner"))
        (target / "broken.vcf").write_text("nothing")
        (target / "empty.vcf").write_text("")
        summary = load(second, target, Options())
        assert (summary.created, summary.updated, summary.rejected) == (0, 1, 2)
        assert [each.reason for each in summary.first_rejects] == [
            "broken.vcf: broken.vcf holds no vCard",
            "empty.vcf: empty.vcf holds no vCard",
        ]
        assert second.contacts.get(1).title == "Owner"


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=30)
HOSTILE = st.sampled_from([
    "a;b,c\\d", "\\n", "\\\\n", "END:VCARD", "x\r\nBEGIN:VCARD\r\nFN:y", "=0D=0A=", "a\u2028b\x85c", '"q"', ":;,",
    "^n^'", "item1.X", "\ufeffbom", "   spaces   ", "ə" * 100, "𝔘𝔫𝔦", "e\u0301", "\x1b[31mred", "a\rb\tc",
    "_$!<Home>!$_x", "?", "=cmd()",
])  # fmt: skip
WORDS = st.one_of(TEXT, HOSTILE).filter(lambda text: is_visible(as_written(text)))
MAYBE = st.one_of(st.none(), WORDS)
DAYS = st.one_of(
    st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat),
    st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: f"-{day.isoformat()[4:]}"),
)
EMAILS = st.lists(st.integers(0, 30).map(lambda number: f"p{number}.x@example.com"), max_size=3, unique=True)
PHONES = st.lists(
    st.integers(1000000, 9999999).map(lambda number: f"+49 30 {number}"), max_size=3, unique=True
)
LABELS = st.one_of(
    st.none(), st.sampled_from(["work", "home fax", "fax home", "mobile", "cell", "Work", "skype"]), WORDS
)
TAGS = st.lists(st.from_regex(r"[a-zäə][a-z :\\]{0,10}[a-z]", fullmatch=True), max_size=3, unique=True)


@st.composite
def people(draw: st.DrawFn) -> Callable[[Crm, int], None]:
    """Somebody with anything."""
    values: dict[str, Any] = {
        "name": draw(WORDS), "given_name": draw(MAYBE), "family_name": draw(MAYBE), "company": draw(MAYBE),
        "title": draw(MAYBE), "source": draw(MAYBE), "language": draw(MAYBE), "note": draw(MAYBE),
        "lifecycle": draw(st.sampled_from(["lead", "prospect", "customer", "former"])),
        "birthday": draw(st.one_of(st.none(), DAYS)), "cadence_days": draw(st.one_of(st.none(), st.integers(1, 400))),
        "timezone": draw(st.sampled_from([None, "Asia/Baku", "Etc/GMT-3"])), "phones": draw(PHONES),
        "tags": draw(TAGS), "custom": {"size": draw(WORDS), "vip": draw(st.booleans())},
    }  # fmt: skip
    emails = draw(EMAILS)
    more = draw(st.lists(st.tuples(st.sampled_from(["address", "url", "im"]), WORDS, LABELS), max_size=3))
    days = draw(st.lists(st.tuples(st.one_of(st.just("anniversary"), WORDS), DAYS), max_size=3))
    label, kind = draw(LABELS), draw(st.one_of(st.just("spouse"), WORDS))

    def add(crm: Crm, number: int) -> None:
        made = crm.contacts.add(**values, emails=[f"{number}{each}" for each in emails])
        for place, value, named in more:
            crm.contacts.add_method(made.id, place, value, label=named)
        if emails:
            crm.contacts.add_method(made.id, "email", f"{number}{emails[-1]}", label=label, primary=True)
        for named, day in days:
            if named.strip().casefold() != "birthday":
                crm.contacts.set_date(made.id, named, day)
        if number:
            crm.contacts.relate(made.id, kind, 1)

    return add


@settings(max_examples=25, deadline=None)
@given(st.lists(people(), min_size=1, max_size=3), st.sampled_from(writing.VERSIONS))
def test_anybody_goes_there_and_back(adders: list[Callable[[Crm, int], None]], version: str) -> None:
    with bases(2) as (folder, (first, second)):
        for number, add in enumerate(adders):
            add(first, number)
        text = export(first, version)
        assert unchanged(first, text, folder) == []
        assert take(second, text, folder).created == len(adders)
        assert everything(second) == everything(first)
        assert unchanged(second, text, folder) == []
        assert export(second, version) == text
        assert_sound(first)
        assert_sound(second)


def test_the_order_of_links_and_handles_does_not_matter_to_the_search() -> None:
    card = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Anna\r\nIMPP:xmpp:anna@x.example\r\nURL:https://a.example\r\nEND:VCARD\r\n"
    with bases(1) as (folder, (crm,)):
        assert take(crm, card, folder).created == 1
        assert_sound(crm)
