"""Cards of companies: which cards those are, and which of their properties become fields.

A card is of a company when it says so, when this program gave its UID to one, or when it has an organisation and no
name. A company has no birthday, job or other names: such lines are kept and come out again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from crm_tui.domain import card_ids, checks
from crm_tui.errors import InvalidDataError
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange.vcard import fields, reach
from crm_tui.interchange.vcard.card import Card, Desk
from crm_tui.text import is_visible

NO_WEBSITE: Final = "X-CRM-METHOD"
"""The parameter of a URL that is a way to reach the company and not its website."""
_WEBSITES: Final = frozenset({"", "work", "homepage"})
_KINDS: Final = frozenset({"KIND", "X-ADDRESSBOOKSERVER-KIND", "X-ABSHOWAS"})

_COMPANIES: Final = frozenset({"org", "company"})
_PEOPLE: Final = frozenset({"", "individual", "person"})


def is_company(lines: Iterable[cl.Line]) -> bool:
    """Whether a card with these properties is of a company."""
    kind, named, organisation = "", False, False
    for each in lines:
        if each.name in _KINDS:
            kind = each.value.strip().lower()
        elif each.name in ("FN", "N"):
            named = named or bool(each.value.strip(" \t;,"))
        elif each.name == "ORG":
            organisation = organisation or bool(cl.split(each.value, ";")[0].strip())
        elif each.name == "UID" and card_ids.is_of_company(cl.unescape(each.value).strip()):
            return True
    return kind in _COMPANIES or (kind in _PEOPLE and organisation and not named)


def names_website(label: str) -> bool:
    """Whether a URL under that label can be the company's website."""
    return label in _WEBSITES


def complete_name(card: Card) -> str:
    """The name of the company, "" when nothing names it; what names it otherwise is kept.

    It is the organisation; a part of one, such as a department, goes by its full name.
    """
    parts = [cl.unescape(each).strip() for each in cl.split(card.org.value, ";")] if card.org else [""]
    units = any(parts[1:])
    said = cl.unescape(card.full.value) if card.full else ""
    full = checks.line(said, "name") if is_visible(said) else None
    firm = checks.line(parts[0], "company") if is_visible(parts[0]) else None
    name = full if full and (units or not firm) else firm
    name = name or " ".join(card.structured)
    if card.full is not None and full != name:
        card.keep(card.full)
    if card.org is not None:
        if firm != name:
            card.keep(card.org)
        elif units:
            card.blocks.append((f"=ORG:{card.org.value}",))
    return name


def _full_name(desk: Desk, card: Card, line: cl.Line) -> None:
    if card.full is None:
        card.full = line
    else:
        card.keep(line)


def _organisation(desk: Desk, card: Card, line: cl.Line) -> None:
    if card.org is None:
        card.org = line
    else:
        card.keep(line)


def _person(desk: Desk, card: Card, line: cl.Line) -> None:
    """N: somebody at the company, kept; the name where there is no other."""
    if line.param("X-CRM-DERIVED"):
        return
    parts = [cl.unescape(each).strip() for each in cl.split(line.value, ";")]
    family, given, additional, prefix, suffix = (*parts, "", "", "", "", "")[:5]
    card.structured = card.structured or [
        each for each in (prefix, given, additional, family, suffix) if each
    ]
    card.keep(line)


def _url(desk: Desk, card: Card, line: cl.Line) -> None:
    """URL: the first is the website, unless its label says something else."""
    columns = card.draft.columns
    if "website" in columns or line.param(NO_WEBSITE) or not names_website(card.label(line) or ""):
        reach.url(desk, card, line)
    else:
        columns["website"] = checks.line(cl.unescape(line.value), "website")


def _kind(desk: Desk, card: Card, line: cl.Line) -> None:
    """KIND: was looked at before everything else."""


def _own(desk: Desk, card: Card, line: cl.Line) -> None:
    column, check = _OWN[line.name]
    try:
        card.draft.columns[column] = check(cl.unescape(line.value).strip())
    except InvalidDataError:
        card.keep(line)


_OWN: Final[Mapping[str, tuple[str, Callable[[str], str | None]]]] = {
    "X-CRM-DOMAIN": ("domain", checks.domain),
    "X-CRM-INDUSTRY": ("industry", lambda text: checks.line(text, "industry")),
    "X-CRM-SIZE": ("size", lambda text: checks.line(text, "size")),
    "X-CRM-PARENT": ("parent", lambda text: checks.line(text, "parent")),
}
READERS: Final[Mapping[str, fields.Reader]] = {
    "FN": _full_name,
    "N": _person,
    "ORG": _organisation,
    "URL": _url,
    "NICKNAME": fields.nickname,
    "EMAIL": reach.email,
    "TEL": reach.phone,
    "ADR": reach.address,
    "SOCIALPROFILE": reach.profile,
    "X-SOCIALPROFILE": reach.profile,
    "IMPP": reach.messenger,
    "CATEGORIES": fields.categories,
    "NOTE": fields.note,
    "UID": fields.uid,
    "X-CRM-FIELD": fields.own,
    "X-CRM-CREATED-AT": fields.own,
    "X-CRM-ARCHIVED-AT": fields.own,
    **dict.fromkeys(_OWN, _own),
    **dict.fromkeys(_KINDS, _kind),
    **dict.fromkeys(reach.HANDLES, reach.old_handle),
}
