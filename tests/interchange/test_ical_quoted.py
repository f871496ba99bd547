"""Calendars of version 1.0: quoted-printable values are read as text and kept as text."""

from __future__ import annotations

import quopri
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain import Crm
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange.quoted import unquoted
from tests.calendars import Calendars
from tests.loading import counts

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=100)


@pytest.fixture
def load(crm: Crm, tmp_path: Path) -> Calendars:
    return Calendars(crm, tmp_path)


def old(*lines: str) -> bytes:
    """A calendar as phones of its time write it."""
    head = ("BEGIN:VCALENDAR", "VERSION:1.0", "BEGIN:VTODO", "UID:1", "DUE:20260310T090000Z")
    return "\r\n".join([*head, *lines, "END:VTODO", "END:VCALENDAR", ""]).encode("ascii")


def test_texts_are_decoded(load: Calendars) -> None:
    data = old(
        "SUMMARY;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C9=99mm=C9=99dov; a=3Db",
        "DESCRIPTION;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Gr=FC=DFe=0D=0A=",
        "C:\\tmp, zwei",
        "LOCATION;QUOTED-PRINTABLE:K=C3=B6ln",
        "PRIORITY:1",
    )
    assert counts(load.text(data)) == (1, 0, 0, 0, 0)
    found = load.crm.followups.get(1)
    assert (found.title, found.priority) == ("Məmmədov; a=b", "high")
    written = load.written().replace("\r\n ", "")
    assert "DESCRIPTION:Grüße\\nC:\\\\tmp\\, zwei" in written.replace("\\\\tmp, ", "\\\\tmp\\, ")
    assert "LOCATION:Köln" in written
    assert "QUOTED-PRINTABLE" not in written
    assert counts(load.text(data)) == (0, 0, 1, 0, 0)
    assert counts(load.text(written)) == (0, 0, 1, 0, 0)


def test_another_encoding_can_be_told(load: Calendars) -> None:
    data = old("SUMMARY;ENCODING=QUOTED-PRINTABLE:=CF=B8=F2=F0")
    assert counts(load.text(data)) == (0, 0, 0, 0, 1)
    assert counts(load.text(data, encoding="cp1251")) == (1, 0, 0, 0, 0)
    assert load.crm.followups.get(1).title == "Пётр"


def test_a_meeting_of_a_phone(load: Calendars) -> None:
    data = old("SUMMARY;ENCODING=QUOTED-PRINTABLE:Caf=C3=A9").replace(b"VTODO", b"VEVENT")
    data = data.replace(b"DUE:", b"ATTENDEE;ENCODING=QUOTED-PRINTABLE:mailto:joerg=40example.com\r\nDTSTART:")
    data = data.replace(b"20260310", b"20260210")
    load.crm.contacts.add(name="Jörg", emails=["joerg@example.com"])
    load.text(data)
    assert load.reasons() == []
    (met,) = load.crm.interactions.list()
    assert (met.summary, met.contacts) == ("Café", ("Jörg",))


@given(TEXT)
def test_any_text_is_decoded(text: str) -> None:
    data = quopri.encodestring(text.encode(), quotetabs=True).replace(b"=\n", b"").decode()
    line = cl.parse(0, unquoted(f"X-A;ENCODING=QUOTED-PRINTABLE:{data}"))
    assert line is not None
    assert not line.params
    # a backslash before a sign that parts escapes it, in the old versions as well
    assert cl.unescape(line.value) == text or "\\" in text


@pytest.mark.parametrize("raw", ["A:=41", "A;ENCODING=BASE64:QQ==", "A;B=QUOTED-PRINTABLE:=41", "no line"])
def test_other_lines_stay_as_they_are(raw: str) -> None:
    assert unquoted(raw) == raw
