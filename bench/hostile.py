"""Files of cards, calendars and mail built to hang a reader or to fill the memory; each is made when its turn comes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_MILLION: Final = 1_000_000
_MULTIPART: Final = "Content-Type: multipart/mixed; boundary=b\n"


def files() -> Iterator[tuple[str, str]]:
    """File name and text of each."""
    yield from _cards()
    yield from _calendars()
    yield from _mail()


def _cards() -> Iterator[tuple[str, str]]:
    yield "parameters.vcf", _card("A" + ";A" * 2 * _MILLION)
    yield "quotes.vcf", _card("TEL" + ';A="' * (_MILLION // 2) + ":1")
    yield "begins.vcf", "BEGIN:VCARD\r\n" * (_MILLION // 2)
    yield "agents.vcf", "BEGIN:VCARD\r\nVERSION:2.1\r\n" + "AGENT:\r\nBEGIN:VCARD\r\n" * 300_000
    yield "properties.vcf", _card("X-A:1\r\n" * _MILLION)
    yield "folds.vcf", _card("NOTE:x\r\n" + " x\r\n" * 2 * _MILLION)
    yield "soft-breaks.vcf", _card("NOTE;ENCODING=QUOTED-PRINTABLE:=\r\n" + "=41=\r\n" * _MILLION)
    yield "categories.vcf", _card("CATEGORIES:" + ",".join(map(str, range(_MILLION))))
    tie = "BEGIN:VCARD\r\nUID:{0}\r\nFN:Same\r\nRELATED:{1}\r\nEND:VCARD\r\n"
    yield "ties.vcf", "".join(tie.format(number, number + 1) for number in range(2_000))


def _calendars() -> Iterator[tuple[str, str]]:
    due = "DUE:20260310T090000Z"
    yield "nested.ics", _entry("BEGIN:X\r\n" * _MILLION)
    yield "line.ics", _entry("DESCRIPTION:" + "x" * 40 * _MILLION)
    yield "folds.ics", _entry("DESCRIPTION:x\r\n" + " x\r\n" * 3 * _MILLION)
    quoted = "DESCRIPTION;ENCODING=QUOTED-PRINTABLE:=\r\n" + "=41=\r\n" * 2 * _MILLION
    yield "soft-breaks.ics", _entry(quoted)
    yield "parameters.ics", _entry("DUE" + ";A=1,2,3" * _MILLION + ":x")
    yield "rule.ics", _entry(due, "RRULE:FREQ=YEARLY;BYSETPOS=366;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=9999")
    yield "days.ics", _entry(due, "RRULE:FREQ=DAILY", "EXDATE:" + ",".join(["20260311T090000Z"] * 50_000))


def _mail() -> Iterator[tuple[str, str]]:
    yield "headers.mbox", _letter("X-A: 1\n" * _MILLION, "Hello")
    many = ", ".join(f"p{number}@example.com" for number in range(200_000))
    yield "recipients.mbox", _letter(f"To: {many}\n", "Hello")
    yield "comments.mbox", _letter("To: " + "(" * (_MILLION // 2) + "\n", "Hello")
    yield "words.mbox", _letter("Subject: " + "=?utf-8?q?=41?= " * 300_000 + "\n", "Hello")
    yield "references.mbox", _letter("References: " + "<a@b> " * (_MILLION // 2) + "\n", "Hello")
    yield "parts.mbox", _letter(_MULTIPART, "--b\n\nx\n" * (_MILLION // 2))
    part = "--b{0}\nContent-Type: multipart/mixed; boundary=b{1}\n\n"
    nested = "".join(part.format(number or "", number + 1) for number in range(20_000))
    yield "nested.mbox", _letter(_MULTIPART, nested)
    yield "tags.mbox", _letter("Content-Type: text/html\n", "<div " * 500_000 + "<!--" * 500_000)
    yield "quoted.mbox", _letter("", "> " * 2 * _MILLION + "\n" + ">\n" * (_MILLION // 2))


def _card(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VCARD", "VERSION:2.1", "FN:Anna", *lines, "END:VCARD", ""])


def _entry(*lines: str) -> str:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VTODO", "SUMMARY:Call"]
    return "\r\n".join([*head, *lines, "END:VTODO", "END:VCALENDAR", ""])


def _letter(head: str, body: str) -> str:
    usual = (
        "From: Anna <anna@example.com>\nDate: Mon, 16 Feb 2026 10:00:00 +0400\nMessage-ID: <1@example.com>\n"
    )
    return f"From - Mon Feb 16 06:00:00 2026\n{usual}{head}\n{body}\n"
