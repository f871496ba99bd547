"""Ways to reach a person: EMAIL, TEL, ADR, URL, IMPP and what programs had before IMPP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from crm_tui.domain import checks
from crm_tui.domain.methods import match_key
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange.vcard import shadows
from crm_tui.interchange.vcard.card import Card, Desk
from crm_tui.models import MethodKind
from crm_tui.phones import phone_key
from crm_tui.text import email_key

SERVICES: Final[Mapping[str, str]] = {
    "jabber": "xmpp", "xmpp": "xmpp", "aim": "aim", "icq": "icq", "msn": "msnim", "yahoo": "ymsgr", "skype": "skype",
    "gtalk": "xmpp", "qq": "x-apple", "telegram": "telegram", "whatsapp": "whatsapp", "signal": "signal",
    "gadu-gadu": "x-apple", "facebook": "xmpp", "groupwise": "groupwise", "twitter": "twitter", "matrix": "matrix",
}  # fmt: skip
"""Service -> the scheme of its addresses."""
HANDLES: Final[Mapping[str, str]] = {
    "X-JABBER": "jabber", "X-AIM": "aim", "X-ICQ": "icq", "X-MSN": "msn", "X-YAHOO": "yahoo", "X-SKYPE": "skype",
    "X-SKYPE-USERNAME": "skype", "X-GTALK": "gtalk", "X-GOOGLE-TALK": "gtalk", "X-QQ": "qq", "X-TWITTER": "twitter",
    "X-TELEGRAM": "telegram", "X-WHATSAPP": "whatsapp", "X-SIGNAL": "signal", "X-GADUGADU": "gadu-gadu",
    "X-GG": "gadu-gadu", "X-GROUPWISE": "groupwise", "X-MATRIX": "matrix", "X-MS-IMADDRESS": "",
    "X-KADDRESSBOOK-X-IMADDRESS": "",
}  # fmt: skip
LINK: Final = re.compile(r"(?:https?|ftp|ldaps?)\\?:", re.IGNORECASE)


def email(desk: Desk, card: Card, line: cl.Line) -> None:
    """EMAIL: an e-mail; what is none is kept."""
    value = cl.unescape(line.value).strip()
    if _is_uri(line) and value[:7].lower() == "mailto:":
        value = value[7:]
    key = email_key(value)
    if key is None:
        card.keep(line)
    else:
        card.add_method(line, "email", checks.line(value, "e-mail"), key, card.label(line))


def phone(desk: Desk, card: Card, line: cl.Line) -> None:
    """TEL: a phone; what has no digit is kept."""
    value = cl.unescape(line.value).strip()
    if value[:4].lower() == "tel:" and (line.param("VALUE") or "uri").lower() == "uri":
        value = value[4:].replace(";ext=", " ext. ")
    if any(each.isdigit() for each in value):
        value = checks.line(value, "phone")
        card.add_method(line, "phone", value, phone_key(value, desk.region), card.label(line))
    else:
        card.keep(line)


def address(desk: Desk, card: Card, line: cl.Line) -> None:
    """ADR: an address as one text; its parts are kept beside it."""
    text = shadows.address(line.value) or cl.unescape(line.param("LABEL") or "")
    value = checks.optional_text(text, "address")
    if value is None:
        return
    if sum(bool(each.strip()) for each in cl.split(line.value, ";")) > 1:
        card.blocks.append((f"=ADR:{line.value}",))
    link(desk, card, line, "address", value, card.label(line))


def url(desk: Desk, card: Card, line: cl.Line) -> None:
    """URL: a web address."""
    value = checks.line(cl.unescape(line.value), "url")
    link(desk, card, line, "url", value, card.label(line))


def profile(desk: Desk, card: Card, line: cl.Line) -> None:
    """A profile somewhere: a web address labelled with the service; what is no address is kept."""
    if LINK.match(line.value):
        service = line.param("SERVICE-TYPE") or line.param("X-SERVICE-TYPE")
        label = service.lower() if service else card.label(line)
        link(desk, card, line, "url", checks.line(cl.unescape(line.value), "url"), label)
    else:
        card.keep(line)


def messenger(desk: Desk, card: Card, line: cl.Line) -> None:
    """IMPP: a handle, labelled with its service where the property names one."""
    value = checks.line(cl.unescape(line.value), "handle")
    service = line.param("X-SERVICE-TYPE") or line.param("SERVICE-TYPE")
    if not service:
        handle(desk, card, line, value, card.label(line))
        return
    word = checks.optional_line(service.lower(), "service")
    scheme, sign, rest = value.partition(":")
    known = sign and rest and scheme.lower() in (SERVICES.get(word or ""), "x-apple")
    handle(desk, card, line, rest if known else value, word)


def old_handle(desk: Desk, card: Card, line: cl.Line) -> None:
    """What programs had before IMPP: a handle labelled with the service."""
    value = checks.line(cl.unescape(line.value), "handle")
    handle(desk, card, line, value, HANDLES[line.name] or card.label(line))


def handle(desk: Desk, card: Card, line: cl.Line, value: str, label: str | None) -> None:
    """Take a handle."""
    link(desk, card, line, "im", value, label)


def link(desk: Desk, card: Card, line: cl.Line, kind: str, value: str, label: str | None) -> None:
    """Take an address, link or handle."""
    card.add_method(line, kind, value, match_key(MethodKind(kind), value, ""), label)


def _is_uri(line: cl.Line) -> bool:
    return (line.param("VALUE") or "").lower() == "uri"
