"""The parts of a message: its text, and the names of what is attached.

The structure is read within bounds: so many parts, so deep, so much of each. Nothing that is attached is decoded.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass, field
from email.message import Message
from typing import Final

from crm_tui.interchange.mail.charsets import decoded, safe_line
from crm_tui.interchange.mail.headers import LONGEST, Headers, first, from_base64, read_headers, words
from crm_tui.interchange.mail.html_text import text_of

DEEPEST: Final = 30
MOST: Final = 500
"""Parts of one message."""
_ENCODED: Final = 600_000  # bytes of one text that are decoded
_LONGEST_PARAMS: Final = 2000
_LONGEST_NAME: Final = 100
_SIGNATURES: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)


class HostileMailError(Exception):
    """A message is built to do harm, or broken beyond reading; the text says how."""


@dataclass(slots=True)
class Content:
    """What a message holds: its text, and the safe names of its attachments."""

    text: str = ""
    names: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    data: bytes
    names: list[str] = field(default_factory=list)
    parts: int = 0

    def read(self, headers: Headers, start: int, end: int, depth: int, within: str) -> str:
        """The text of a part whose content lies between two places."""
        self.parts += 1
        if depth > DEEPEST:
            raise HostileMailError(f"its parts are nested more than {DEEPEST} deep")
        if self.parts > MOST:
            raise HostileMailError(f"it has more than {MOST} parts")
        kind = _params(headers, "content-type")
        type_ = kind.get_content_type()
        if type_.startswith("multipart/"):
            boundary = kind.get_boundary()
            spans = _spans(self.data, boundary.rstrip(), start, end) if boundary else []
            if spans:
                return self._several(type_, spans, depth)
            # without any boundary what is there is the text
            type_ = "text/plain"
        name = self._attached(headers, kind, type_, within)
        if name is not None:
            self.names.append(name)
            return ""
        if type_ not in ("text/plain", "text/html"):
            return ""
        text = decoded(
            _content(
                self.data[start : min(end, start + _ENCODED)], first(headers, "content-transfer-encoding")
            ),
            _param(kind, "charset"),
        )
        return text_of(text) if type_ == "text/html" else text

    def _several(self, type_: str, spans: list[tuple[int, int]], depth: int) -> str:
        texts = []
        for place, (start, end) in enumerate(spans):
            head_end, body = split(self.data, start, end)
            if head_end - start > LONGEST:
                raise HostileMailError(f"the header of a part is longer than {LONGEST // 1024} KB")
            headers = read_headers(self.data[start:head_end])
            # the first of related parts is the text, the others are its pictures
            within = type_ if place or type_ != "multipart/related" else ""
            texts.append((_type(headers), self.read(headers, body, end, depth + 1, within)))
        if type_ == "multipart/alternative":
            plain = next((text for kind, text in texts if kind == "text/plain" and text.strip()), None)
            return plain or next((text for _, text in texts if text.strip()), "")
        return "\n\n".join(text.strip("\r\n") for _, text in texts if text.strip())

    def _attached(self, headers: Headers, kind: Message, type_: str, within: str) -> str | None:
        """The name of a part that is an attachment; None for a text, a signature or a picture of the text."""
        shown = _params(headers, "content-disposition")
        disposition = shown.get_content_disposition() or ""
        name = _param(shown, "filename") or _param(kind, "name")
        if type_ in _SIGNATURES or (within == "multipart/related" and type_.startswith("image/")):
            return None
        if disposition != "attachment" and not name:
            return safe_name("message.eml") if type_ == "message/rfc822" else None
        return safe_name(name or ("message.eml" if type_ == "message/rfc822" else ""))


def read_content(data: bytes, headers: Headers, body: int) -> Content:
    """The text and the attachments of a message whose body begins at a place.

    Raises:
        HostileMailError: it is nested too deep, or has too many parts.
    """
    reader = _Reader(data)
    text = reader.read(headers, body, len(data), 0, "")
    return Content(text, reader.names)


def split(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Where a header ends and its content begins; an empty line lies between them."""
    if data.startswith(b"\n", start, end):
        return start, start + 1
    if data.startswith(b"\r\n", start, end):
        return start, start + 2
    found = [
        (place, place + len(gap))
        for gap in (b"\n\n", b"\n\r\n")
        if (place := data.find(gap, start, end)) >= 0
    ]
    return min(found) if found else (end, end)


def safe_name(name: str) -> str:
    """The name of an attachment without folders, control signs, or dots that would hide it."""
    last = words(name).replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    plain = safe_line(last, _LONGEST_PARAMS).strip(" .")
    if len(plain) > _LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        keep = dot + ending if dot and len(ending) < 10 else ""
        plain = f"{(stem if keep else plain)[: _LONGEST_NAME - 1 - len(keep)]}…{keep}"
    return plain or "unnamed"


def _type(headers: Headers) -> str:
    return first(headers, "content-type").partition(";")[0].strip().lower() or "text/plain"


def _params(headers: Headers, name: str) -> Message:
    """The library's reader of a field's parameters, given only that field, and not too much of it."""
    message = Message()
    value = first(headers, name)[:_LONGEST_PARAMS]
    if value:
        message[name] = value
    return message


def _param(message: Message, name: str) -> str:
    """A parameter, as RFC 2231 encodes it or not; empty when there is none that can be read."""
    from email.utils import collapse_rfc2231_value

    header = "content-disposition" if name == "filename" else "content-type"
    try:
        value = message.get_param(name, None, header)
        return collapse_rfc2231_value(value) if value else ""
    except (ValueError, LookupError, TypeError):
        return ""


def _spans(data: bytes, boundary: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the parts between the boundaries lie; the last one may lack its end."""
    mark = b"--" + boundary.encode("utf-8", "surrogateescape")
    spans: list[tuple[int, int]] = []
    begun: int | None = None
    place = data.find(mark, start, end)
    while place >= 0:
        after = place + len(mark)
        if place != start and data[place - 1] != 10:
            place = data.find(mark, after, end)
            continue
        line_end = data.find(b"\n", after, end)
        line_end = end if line_end < 0 else line_end
        rest = data[after : min(line_end, after + 100)].strip()
        if rest not in (b"", b"--"):
            # a longer boundary that begins with this one
            place = data.find(mark, after, end)
            continue
        if begun is not None:
            spans.append((begun, max(begun, place - 1)))
            if len(spans) > MOST:
                raise HostileMailError(f"it has more than {MOST} parts")
        begun = None if rest else min(line_end + 1, end)
        if rest:
            break
        place = data.find(mark, line_end, end)
    if begun is not None and begun < end:
        spans.append((begun, end))
    return spans


def _content(data: bytes, encoding: str) -> bytes:
    """A text as it was before its transfer encoding; what cannot be decoded is left as it is."""
    match encoding.strip().lower():
        case "base64":
            return from_base64(data)
        case "quoted-printable":
            return binascii.a2b_qp(data)
    return data
