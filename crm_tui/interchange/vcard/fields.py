"""The properties that become fields, one function each, and the table that says which is which.

What a field cannot hold is kept and comes out again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from crm_tui.domain import checks, kept
from crm_tui.domain.fields import parse_value
from crm_tui.domain.loading.detail_merging import REFERRER
from crm_tui.domain.loading.drafts import Tie
from crm_tui.errors import InvalidDataError
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange.vcard import days, reach, shadows
from crm_tui.interchange.vcard.card import Card, Desk
from crm_tui.models import Lifecycle
from crm_tui.text import check_tag, is_visible

_TAGS: Final = 500  # of a card: each has to be looked for among all there are
_DATES: Final[Mapping[str, str]] = {
    "ANNIVERSARY": "anniversary", "X-ANNIVERSARY": "anniversary", "X-MS-ANNIVERSARY": "anniversary",
    "X-EVOLUTION-ANNIVERSARY": "anniversary", "X-KADDRESSBOOK-X-ANNIVERSARY": "anniversary", "X-ABDATE": "date",
    "DEATHDATE": "death", "X-CRM-DATE": "date",
}  # fmt: skip


def full_name(desk: Desk, card: Card, line: cl.Line) -> None:
    """FN: the name; further ones are kept."""
    if card.names:
        card.keep(line)
    else:
        card.names.append(checks.name(cl.unescape(line.value), "name"))


def structured(desk: Desk, card: Card, line: cl.Line) -> None:
    """N: given and family name; its other parts are kept beside it."""
    if card.structured or line.param("X-CRM-DERIVED"):
        return
    parts = [checks.optional_line(cl.unescape(each), "name") or "" for each in cl.split(line.value, ";")]
    family, given, additional, prefix, suffix = (*parts, "", "", "", "", "")[:5]
    card.structured = [each for each in (prefix, given, additional, family, suffix) if each]
    columns = card.draft.columns
    columns["given_name"], columns["family_name"] = given or None, family or None
    if any(parts[2:]):
        card.blocks.append((shadows.name(line.value),))


def nickname(desk: Desk, card: Card, line: cl.Line) -> None:
    """NICKNAME: kept, and the name where there is no other."""
    card.nickname = card.nickname or cl.unescape(line.value).strip()
    card.keep(line)


def organisation(desk: Desk, card: Card, line: cl.Line) -> None:
    """ORG: the company; its units are kept beside it."""
    parts = [cl.unescape(each).strip() for each in cl.split(line.value, ";")]
    if not is_visible(parts[0]) or card.draft.company:
        card.keep(line)
        return
    card.draft.company = card.organisation = checks.line(parts[0], "company")
    if any(parts[1:]):
        card.blocks.append((f"=ORG:{line.value}",))


def title(desk: Desk, card: Card, line: cl.Line) -> None:
    """TITLE: the first is the title."""
    if "title" in card.draft.columns:
        card.keep(line)
    else:
        card.draft.columns["title"] = checks.optional_line(cl.unescape(line.value), "title")


def role(desk: Desk, card: Card, line: cl.Line) -> None:
    """ROLE: the title where there is no TITLE."""
    if card.role is None:
        card.role = line
    else:
        card.keep(line)


def birthday(desk: Desk, card: Card, line: cl.Line) -> None:
    """BDAY: the birthday; an hour is kept beside it."""
    day = days.day_of(line)
    if day is None or "birthday" in card.draft.columns:
        card.keep(line)
        return
    card.draft.columns["birthday"] = day
    if days.has_time(line):
        card.blocks.append((f"={shadows.text_of(line)}",))


def date(desk: Desk, card: Card, line: cl.Line) -> None:
    """A day that matters, under the label of its group or the name of its property."""
    day = days.day_of(line)
    label = card.label(line) if line.group else None
    if day is None or (days.has_time(line) and label is not None):
        card.keep(line)
        return
    card.dates.append((label or _DATES[line.name], day))
    if days.has_time(line):
        card.blocks.append((f"={shadows.text_of(line)}",))


def categories(desk: Desk, card: Card, line: cl.Line) -> None:
    """CATEGORIES: tags; what cannot be one is kept."""
    refused = []
    if len(card.tags) + line.value.count(",") > _TAGS:
        raise InvalidDataError(f"it has more than {_TAGS} categories.")
    # no tag holds a comma, so an escaped one was meant to part them too
    for word in cl.unescape(line.value).split(","):
        if word.strip():
            try:
                card.tags.append(check_tag(word))
            except InvalidDataError:
                refused.append(word.strip())
    if refused:
        card.blocks.append(("CATEGORIES:" + ",".join(map(cl.escape, refused)),))


def note(desk: Desk, card: Card, line: cl.Line) -> None:
    """NOTE: a part of the note."""
    text = cl.unescape(line.value).strip()
    if text:
        card.notes.append(text)


def uid(desk: Desk, card: Card, line: cl.Line) -> None:
    """UID: the external id."""
    card.uid = card.uid or cl.unescape(line.value).strip()


def language(desk: Desk, card: Card, line: cl.Line) -> None:
    """LANG: the first is the language."""
    if "language" in card.draft.columns:
        card.keep(line)
    else:
        card.draft.columns["language"] = checks.optional_line(cl.unescape(line.value), "language")


def timezone(desk: Desk, card: Card, line: cl.Line) -> None:
    """TZ: the time zone where it is the name of one."""
    try:
        card.draft.columns["timezone"] = checks.timezone(cl.unescape(line.value))
    except InvalidDataError:
        card.keep(line)


def related(desk: Desk, card: Card, line: cl.Line) -> None:
    """RELATED: a tie to the card with that UID; a name is kept."""
    uid = cl.unescape(line.value).strip()
    if (line.param("VALUE") or "uri").lower() == "text" or not uid:
        card.keep(line)
        return
    kind = (card.label(line) or "contact").lower()
    tie(desk, card, line, kind, uid)


def tie(desk: Desk, card: Card, line: cl.Line, kind: str, uid: str) -> None:
    """Note a tie, with the line that says it where the other card is not known."""
    before = len(card.blocks)
    card.keep(line)
    kept_line = kept.packed(card.blocks[before:])
    del card.blocks[before:]
    card.ties.append(Tie(kind, uid, kept_line))


def kind(desk: Desk, card: Card, line: cl.Line) -> None:
    """KIND: a person or a group; companies have readers of their own."""
    word = line.value.strip().lower()
    if line.name != "X-ABSHOWAS":
        card.kind = word
        if word not in ("individual", "org", "group"):
            card.keep(line)


def own(desk: Desk, card: Card, line: cl.Line) -> None:
    """A field of ours that no other program has a property for."""
    value = cl.unescape(line.value).strip()
    draft = card.draft
    try:
        if line.name == "X-CRM-FIELD":
            known = desk.custom.get((line.param("X-KEY") or "").lower())
            if known is None:
                card.keep(line)
            else:
                draft.custom[known.key] = parse_value(known, value)
        elif line.name == "X-CRM-REFERRED-BY":
            tie(desk, card, line, REFERRER, value)
        elif line.name == "X-CRM-CREATED-AT":
            draft.created_at = _instant(value)
        else:
            column, check = _OWN[line.name]
            draft.columns[column] = check(value)  # type: ignore[assignment]
    except InvalidDataError:
        card.keep(line)


def _instant(text: str) -> str:
    found = re.fullmatch(r"([0-9]{4}-[01][0-9]-[0-3][0-9])T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z", text)
    if found is None:
        raise InvalidDataError(f'"{text[:40]}" is no instant.')
    _day(found[1])
    return text


def _day(text: str) -> str:
    from crm_tui.dates import parse_day

    return parse_day(text).isoformat()


def _cadence(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    found = checks.positive(number, "cadence in days", 36_500)
    assert found is not None
    return found


_OWN: Final[Mapping[str, tuple[str, Callable[[str], object]]]] = {
    "X-CRM-LIFECYCLE": ("lifecycle", lambda text: checks.choice(Lifecycle, text, "lifecycle").value),
    "X-CRM-SOURCE": ("source", lambda text: checks.line(text, "source")),
    "X-CRM-CADENCE-DAYS": ("cadence_days", _cadence),
    "X-CRM-LAST-CONTACTED-ON": ("last_contacted_base_on", _day),
    "X-CRM-OPTED-OUT-ON": ("opted_out_on", _day),
    "X-CRM-ARCHIVED-AT": ("archived_at", _instant),
}
"""Property -> column, and how its text is read."""
Reader = Callable[[Desk, Card, cl.Line], None]
READERS: Final[Mapping[str, Reader]] = {
    "FN": full_name,
    "N": structured,
    "NICKNAME": nickname,
    "ORG": organisation,
    "TITLE": title,
    "ROLE": role,
    "EMAIL": reach.email,
    "TEL": reach.phone,
    "ADR": reach.address,
    "URL": reach.url,
    "SOCIALPROFILE": reach.profile,
    "X-SOCIALPROFILE": reach.profile,
    "IMPP": reach.messenger,
    "BDAY": birthday,
    "CATEGORIES": categories,
    "NOTE": note,
    "UID": uid,
    "LANG": language,
    "X-CRM-LANGUAGE": language,
    "TZ": timezone,
    "RELATED": related,
    "KIND": kind,
    "X-ADDRESSBOOKSERVER-KIND": kind,
    "X-ABSHOWAS": kind,
    "X-CRM-FIELD": own,
    "X-CRM-REFERRED-BY": own,
    "X-CRM-CREATED-AT": own,
    **dict.fromkeys(_OWN, own),
    **dict.fromkeys(reach.HANDLES, reach.old_handle),
    **dict.fromkeys(_DATES, date),
}
