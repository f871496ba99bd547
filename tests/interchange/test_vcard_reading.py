"""Reading vCards of every version: what becomes a field, what is kept, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crm_tui.domain import Crm, kept
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange.options import Options
from crm_tui.interchange.run import Summary
from crm_tui.interchange.table import EncodingError
from crm_tui.interchange.vcard.loading import load
from crm_tui.models import ContactView

Read = Callable[..., Summary]


@pytest.fixture
def read(crm: Crm, tmp_path: Path) -> Read:
    """Imports the text or bytes of a file of cards."""

    def call(
        text: str | bytes, rejects: Path | None = None, dry_run: bool = False, **options: object
    ) -> Summary:
        path = tmp_path / "cards.vcf"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return load(crm, path, Options(**options), rejects=rejects, dry_run=dry_run)  # type: ignore[arg-type]

    return call


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def counts(summary: Summary) -> tuple[int, int, int, int, int]:
    return (summary.created, summary.updated, summary.unchanged, summary.skipped, summary.rejected)


def only(crm: Crm) -> ContactView:
    (found,) = crm.contacts.list("archived_at:any OR -archived_at:any")
    return found


def methods(crm: Crm, contact_id: int = 1) -> list[tuple[str, str, str | None, bool]]:
    kinds = ["phone", "address", "email", "url", "im"]
    found = sorted(
        crm.contacts.methods(contact_id), key=lambda each: (kinds.index(each.kind), not each.is_primary)
    )
    return [(each.kind.value, each.value, each.label, each.is_primary) for each in found]


def dates(crm: Crm) -> list[tuple[str, str]]:
    return [(each.label, each.date) for each in crm.contacts.dates(1)]


def kept_of(crm: Crm, entity: str = "contacts", record_id: int = 1) -> list[str]:
    return kept.read(crm.connection, entity, record_id)[1].split("\n")


def test_a_card_of_version_2_1(crm: Crm, read: Read) -> None:
    text = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;LANGUAGE=en-us:Angstadt;Michael;;Mr.;Jr.\r\nFN:Mr. Michael Angstadt Jr.\r\n"
        "ORG:Acme;Tools\r\nTEL;WORK;VOICE:(030) 555 1111\r\nTEL;CELL;PREF:+49 170 5551111\r\n"
        "TEL;WORK;FAX:030 5552222\r\n"
        "NOTE;CHARSET=us-ascii;ENCODING=QUOTED-PRINTABLE:First=0D=0A=\r\nsecond; with =3D sign=0D=0A=\r\nthird\r\n"
        "EMAIL;PREF;INTERNET:mike@example.com\r\nBDAY:19220310\r\n"
        "X-MS-ANNIVERSARY:20120801\r\nROLE:Boss\r\nX-MS-MANAGER;QUOTED-PRINTABLE:J=C3=B6rg\r\n"
        "PHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n /9j/4AAQ\r\n SkZJRg==\r\n\r\nREV:20120305T132236Z\r\nEND:VCARD\r\n"
    )
    summary = read(text, region="DE")
    assert counts(summary) == (1, 0, 0, 0, 0)
    assert summary.notices == ["Left out: 1 PHOTO."]
    found = only(crm)
    assert (found.name, found.given_name, found.family_name) == (
        "Mr. Michael Angstadt Jr.",
        "Michael",
        "Angstadt",
    )
    assert (found.company, found.title, found.birthday) == ("Acme", "Boss", "1922-03-10")
    assert found.note == "First\nsecond; with = sign\nthird"
    assert methods(crm) == [
        ("phone", "+49 170 5551111", "mobile", True),
        ("phone", "(030) 555 1111", "work", False),
        ("phone", "030 5552222", "work fax", False),
        ("email", "mike@example.com", None, True),
    ]
    assert dates(crm) == [("anniversary", "2012-08-01")]
    assert kept_of(crm) == ["=N:;;;Mr.;Jr.", "=ORG:Acme;Tools", "X-MS-MANAGER:Jörg"]
    assert counts(read(text, region="DE")) == (0, 0, 1, 0, 0)


def test_a_card_of_version_4(crm: Crm, read: Read) -> None:
    read(
        card(
            "FN:Simon", "N:Perreault;Simon;;;ing. jr,M.Sc.", "BDAY:--0203", "ANNIVERSARY:20090808T1430-0500",
            "GENDER:M", "LANG;PREF=1:fr", "LANG;PREF=2:en", "ORG;TYPE=work:Viagenie",
            "ADR;TYPE=work:;Suite D2-630;2875 Laurier;", " Quebec;QC;G1V 2M2;Canada",
            'TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+1-418-656-9254;ext=102',
            "EMAIL;TYPE=work:simon@example.com", "TZ:-0500", "URL;TYPE=home:http://example.org",
            "KEY;TYPE=work;VALUE=uri:http://example.org/key.asc", "CATEGORIES:vip,Quebec",
            "UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
            version="4.0",
        )
    )  # fmt: skip
    found = only(crm)
    assert (found.birthday, found.language, found.timezone, found.tags) == (
        "--02-03",
        "fr",
        None,
        ("vip", "Quebec"),
    )
    assert methods(crm) == [
        ("phone", "+1-418-656-9254 ext. 102", "work", True),
        ("address", "Suite D2-630, 2875 Laurier, G1V 2M2 Quebec, QC, Canada", "work", True),
        ("email", "simon@example.com", "work", True),
        ("url", "http://example.org", "home", True),
    ]
    assert dates(crm) == [("anniversary", "2009-08-08")]
    assert "=ANNIVERSARY:20090808T1430-0500" in kept_of(crm)
    assert {
        "GENDER:M",
        "LANG;PREF=2:en",
        "TZ:-0500",
        "KEY;TYPE=work;VALUE=uri:http://example.org/key.asc",
    } <= set(kept_of(crm))
    ref = crm.connection.execute("SELECT source, key, entity, entity_id FROM external_refs").fetchall()
    assert ref == [("vcard", "urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1", "contacts", 1)]


def test_labels_of_phones_and_days(crm: Crm, read: Read) -> None:
    read(
        card(
            "FN:Anna", "item1.EMAIL;TYPE=INTERNET:a@example.com", "item1.X-ABLabel:Invoices", "item2.URL:http\\://x.example",
            "item2.X-ABLabel:_$!<HomePage>!$_", "item3.X-ABDATE:1930-03-20", "item3.X-ABLabel:_$!<Anniversary>!$_",
            "X-ABDATE;X-APPLE-OMIT-YEAR=1604:1604-07-04", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29",
            "X-SKYPE:anna.k", "IMPP;X-SERVICE-TYPE=Jabber;TYPE=work:xmpp:anna@example.com", "IMPP:sip:anna@example.com",
            "item4.X-ABRELATEDNAMES:Bob", "item4.X-ABLabel:_$!<Brother>!$_", "URL;TYPE=WORK:x.example",
        )
    )  # fmt: skip
    assert only(crm).birthday == "--02-29"
    assert methods(crm) == [
        ("email", "a@example.com", "Invoices", True),
        ("url", "http://x.example", "homepage", True),
        ("im", "anna.k", "skype", True),
        ("im", "anna@example.com", "jabber", False),
        ("im", "sip:anna@example.com", None, False),
    ]
    assert dates(crm) == [("anniversary", "1930-03-20"), ("date", "--07-04")]
    assert kept_of(crm) == ["item1.X-ABRELATEDNAMES:Bob", "item1.X-ABLABEL:_$!<Brother>!$_"]


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["N:Ray;Bob;Lee;Dr.;"], "Dr. Bob Lee Ray"),
        (["FN:", "N:;;;;", "NICKNAME:Bobby"], "Bobby"),
        (["EMAIL:bob@example.com", "TEL:+49301234567"], "bob@example.com"),
        (["TEL:+49301234567"], "+49301234567"),
        (["FN:Bob\\, the \\\\ Builder\\; really"], "Bob, the \\ Builder; really"),
    ],
)
def test_the_name_or_what_comes_nearest(crm: Crm, read: Read, lines: list[str], name: str) -> None:
    assert counts(read(card(*lines))) == (1, 0, 0, 0, 0)
    assert only(crm).name == name


@pytest.mark.parametrize("value", ["1985", "1985-04", "---03", "circa 1800", "19850230", "0000-00-00"])
def test_a_birthday_that_is_no_day_is_kept(crm: Crm, read: Read, value: str) -> None:
    read(card("FN:Anna", f"BDAY:{value}"))
    assert (only(crm).birthday, kept_of(crm)) == (None, [f"BDAY:{value}"])


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("1953-10-15T23:10:00Z", "1953-10-15"),
        ("19531015T231000Z", "1953-10-15"),
        ("1987-09-27", "1987-09-27"),
    ],
)
def test_days_with_and_without_an_hour(crm: Crm, read: Read, value: str, day: str) -> None:
    read(card("FN:Anna", f"BDAY:{value}"))
    assert only(crm).birthday == day
    assert kept_of(crm) == ([f"=BDAY:{value}"] if "T" in value else [""])


def test_what_cannot_be_an_email_phone_or_tag_is_kept(crm: Crm, read: Read) -> None:
    read(
        card(
            "FN:Anna",
            "EMAIL:not one",
            "TEL:call me",
            "CATEGORIES:ok,bad\\;one",
            "TITLE:Boss",
            "TITLE:Owner",
            "ROLE:R",
        )
    )
    assert (only(crm).tags, only(crm).title) == (("ok",), "Boss")
    assert kept_of(crm) == ["CATEGORIES:bad\\;one", "EMAIL:not one", "ROLE:R", "TEL:call me", "TITLE:Owner"]


def test_one_bad_card_never_stops_the_rest(crm: Crm, read: Read, tmp_path: Path) -> None:
    target = tmp_path / "rejects.csv"
    text = (
        "stray line\r\n" + card("FN:Anna") + "BEGIN:VCARD\r\nFN:Broken off\r\n" + card("NOTE:nobody") + card("FN:Bob")
        + "BEGIN:VCARD\r\nFN:Last\r\n"
    )  # fmt: skip
    summary = read(text, rejects=target)
    assert counts(summary) == (2, 0, 0, 0, 4)
    assert [(each.line, each.reason) for each in summary.first_rejects] == [
        (1, "there is no BEGIN:VCARD before it"),
        (6, "it has no END:VCARD"),
        (8, "there is no name, company, e-mail or phone in it"),
        (16, "it has no END:VCARD"),
    ]
    assert "FN:Broken off" in target.read_text()
    assert [each.name for each in crm.contacts.list(sort="id")] == ["Anna", "Bob"]


def test_strict_takes_all_or_none(crm: Crm, read: Read) -> None:
    with pytest.raises(InvalidDataError):
        read(card("FN:Anna") + card("NOTE:nobody"), strict=True)
    assert crm.contacts.count() == 0


def test_a_dry_run_says_what_would_happen(crm: Crm, read: Read) -> None:
    assert counts(read(card("FN:Anna", "NICKNAME:A", "X-ABDATE:2001-01-01"), dry_run=True)) == (1, 0, 0, 0, 0)
    assert crm.contacts.count() == 0
    assert crm.connection.execute("SELECT count(*) FROM kept_lines").fetchone() == (0,)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (card("FN:Məmmədov").encode("utf-8-sig"), "Məmmədov"),
        (b"\xef\xbb\xbf" + card("FN:Məmmədov").encode("utf-8-sig"), "Məmmədov"),
        (card("FN:Məmmədov").encode("utf-16"), "Məmmədov"),
        (card("FN:Məmmədov").encode("utf-16-le"), "Məmmədov"),
        (card("FN:Məmmədov").replace("\r\n", "\r").encode(), "Məmmədov"),
        (card("FN;CHARSET=windows-1251:Пётр", version="2.1").encode("cp1251"), "Пётр"),
        (card("FN;CHARSET=ISO-8859-1:Müller", version="2.1").encode(), "Müller"),
        (
            card("FN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=CF=B8=F2=F0", version="2.1").encode(),
            "Пётр",
        ),
    ],
)
def test_encodings(crm: Crm, read: Read, data: bytes, name: str) -> None:
    assert counts(read(data)) == (1, 0, 0, 0, 0)
    assert only(crm).name == name


def test_a_file_in_a_legacy_encoding_has_to_be_told(crm: Crm, read: Read) -> None:
    data = card("FN:Пётр Иванов", "NOTE:Познакомились на выставке").encode("cp1251")
    with pytest.raises(EncodingError, match="is not UTF-8"):
        read(data)
    read(data, encoding="cp1251")
    assert only(crm).name == "Пётр Иванов"


def test_a_card_with_bytes_that_are_no_text_is_rejected_alone(crm: Crm, read: Read) -> None:
    summary = read(card("FN:Əli Məmmədov").encode() + card("FN:X").encode().replace(b"X", b"\xff\xfe"))
    assert counts(summary) == (1, 0, 0, 0, 1)
    assert "bytes" in summary.first_rejects[0].reason


def test_a_nested_agent_is_kept_whole(crm: Crm, read: Read) -> None:
    agent = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Agent\r\nTEL:007\r\nEND:VCARD"
    text = card("FN:Boss", "AGENT:", *agent.split("\r\n"), "TEL:+49301234567", version="2.1") + card(
        "FN:Next"
    )
    assert counts(read(text)) == (2, 0, 0, 0, 0)
    assert [each.name for each in crm.contacts.list(sort="id")] == ["Boss", "Next"]
    assert kept_of(crm) == ["AGENT:BEGIN:VCARD\\nVERSION:2.1\\nFN:Agent\\nTEL:007\\nEND:VCARD"]
    assert methods(crm) == [("phone", "+49301234567", None, True)]


def test_organisations_become_companies_and_groups_are_skipped(crm: Crm, read: Read) -> None:
    text = (
        card("FN:Anna", "ORG:Acme")
        + card("KIND:org", "FN:Acme", "ORG:Acme", "EMAIL:info@acme.example", "X-A:1", "UID:c1", version="4.0")
        + card("KIND:group", "FN:Friends", "MEMBER:urn:uuid:1", version="4.0")
        + card("ORG:Bolt", "TEL:+49301234567")
    )
    summary = read(text)
    assert counts(summary) == (2, 1, 0, 1, 0)
    assert any("1 group was skipped" in each for each in summary.notices)
    acme, bolt = crm.companies.list(sort="id")
    assert (acme.name, acme.emails, bolt.name, bolt.phones) == (
        "Acme", ("info@acme.example",), "Bolt", ("+49301234567",),
    )  # fmt: skip
    assert kept_of(crm, "companies", acme.id) == ["X-A:1"]
    again = read(text)
    assert (counts(again), again.operation) == ((0, 0, 3, 1, 0), None)


def test_options_for_tables_are_refused(read: Read) -> None:
    for options in (
        {"mapping": {"a": "name"}},
        {"defaults": {"title": "x"}},
        {"kind": "deals"},
        {"key": "colour"},
    ):
        with pytest.raises(UsageError):
            read(card("FN:Anna"), **options)


def test_what_is_no_file_of_cards(read: Read) -> None:
    for text in ("", "name,email\nAnna,a@example.com\n"):
        with pytest.raises(InvalidDataError):
            read(text)


def test_a_file_built_to_break_the_reader_is_refused_at_once(crm: Crm, read: Read) -> None:
    with pytest.raises(InvalidDataError, match="no END:VCARD"):
        read("BEGIN:VCARD\n" * 100_000)
    with pytest.raises(InvalidDataError, match="nested more than 100"):
        read("BEGIN:VCARD\nVERSION:2.1\n" + "AGENT:\nBEGIN:VCARD\n" * 100_000)
    assert crm.contacts.count() == 0


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["AGENT:\r\nBEGIN:VCARD"] * 20 + ["END:VCARD"] * 20, "nested more than 8 deep"),
        ([f"X-A{number}:1" for number in range(3000)], "more than 2,000 properties"),
        (["NOTE:" + "x" * 1_100_000], "NOTE"),
        (["NOTE;" + "A;" * 5000 + ":x"], "parameters"),
        ([f"X-A:{number}{'y' * 1000}" for number in range(1500)], "that no field holds"),
        (["CATEGORIES:" + ",".join(map(str, range(3000)))], "categories"),
    ],
)
def test_a_card_without_measure_is_rejected_alone(
    crm: Crm, read: Read, lines: list[str], reason: str
) -> None:
    summary = read(card("FN:X", *lines) + card("FN:Good"))
    assert counts(summary) == (1, 0, 0, 0, 1)
    first = summary.first_rejects[0]
    assert reason in f"{first.column} {first.reason}"
    assert only(crm).name == "Good"


def test_fifty_six_bytes_that_hang_other_readers(crm: Crm, read: Read) -> None:
    summary = read(card("FN:X", "A" + ";A" * 27))
    assert (counts(summary), summary.notices) == (
        (1, 0, 0, 0, 0),
        ["Left out: 1 lines that are no property."],
    )
