"""From a name in the line to the record it means, or to those it could mean.

The rule it keeps: never a guess. One record is the answer, several are offered; a name that nobody has is somebody
new only where a plus says so. Open records come before closed and archived ones, whole names before beginnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crm_tui.cells import clean
from crm_tui.domain.quick.line import plain, quoted
from crm_tui.errors import AmbiguousError, ConflictError, CrmError, NotFoundError
from crm_tui.models import StageType
from crm_tui.money import format_money
from crm_tui.text import name_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

OFFERED: Final = 5
"""How many records are offered where a name could mean several."""
_MANY: Final = {"contact": "people", "company": "companies", "deal": "deals"}
_EXACT: Final = re.compile(r"(?P<name>.+) \((?P<id>[0-9]{1,19})\)", re.DOTALL)
# what a name must be without to stand in a line as it is
_PLAIN: Final = re.compile(r"(?![+@#!\"])[^,:\"@#!]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A record that a name means: its kind, id and name, and what tells it from others of that name."""

    noun: str
    id: int
    name: str
    aside: str = ""

    @property
    def told(self) -> str:
        """The record for a person."""
        return f"{clean(self.name)} ({clean(self.aside)})" if self.aside else clean(self.name)


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be put in the place of a name: the text, and what it says for itself."""

    text: str
    name: str
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What a name was found to mean: one record, or what is wrong and what may be chosen instead."""

    found: Found | None = None
    error: CrmError | None = None
    choices: tuple[Choice, ...] = ()


def named(
    crm: Crm | None, text: str, nouns: Sequence[str], new: str = "", *, only_open: bool = False
) -> Named:
    """Look a name up.

    Args:
        crm: the file; None while there is none.
        text: an id, e-mail, phone, name or the beginning of one, or a name with its id, ``Anna Kowalska (12)``.
        nouns: what it can be: contact, company, deal.
        new: what a new one would be, where one can be made.
        only_open: whether a deal must be open.
    """
    matches = _matches(crm, text, nouns) if crm is not None else []
    if crm is not None and only_open:
        matches = _open_first(crm, matches)
    exact = [each for each in matches if name_key(each.name) == name_key(text)]
    chosen = exact or matches
    if crm is not None and len(chosen) == 1:
        found = described(crm, chosen)[0]
        closed = _closed(crm, found) if only_open else None
        return Named(found, closed)
    if crm is not None and chosen:
        return _several(crm, text, chosen, nouns)
    return _nobody(crm, text, nouns, new)


def described(crm: Crm, found: Iterable[Found]) -> list[Found]:
    """The records with what tells them apart: the company of a person, the stage of a deal."""
    return [Found(each.noun, each.id, each.name, _aside(crm, each)) for each in found]


def _matches(crm: Crm, text: str, nouns: Sequence[str]) -> list[Found]:
    given = _EXACT.fullmatch(text)
    if given is not None:
        found = [
            Found(noun, row_id, name)
            for noun in nouns
            for row_id, name in crm.references.matches(noun, given["id"])
            if name_key(clean(name)) == name_key(given["name"])
        ]
        if found:
            return found
    return [
        Found(noun, row_id, name) for noun in nouns for row_id, name in crm.references.matches(noun, text)
    ]


def _open_first(crm: Crm, matches: list[Found]) -> list[Found]:
    opened = {
        deal.id for deal in crm.deals.views([each.id for each in matches]) if deal.status is StageType.OPEN
    }
    return [each for each in matches if each.id in opened] or matches


def _closed(crm: Crm, found: Found) -> CrmError | None:
    deal = crm.deals.get(found.id)
    if deal.status is StageType.OPEN:
        return None
    return ConflictError(
        f"{clean(deal.title)} is {deal.status.value} already.", f"crm deal reopen {deal.id} opens it again."
    )


def _aside(crm: Crm, found: Found) -> str:
    if found.noun == "contact":
        person = crm.contacts.get(found.id)
        return "archived" if person.archived_at else person.company or next(iter(person.emails), "")
    if found.noun == "company":
        company = crm.companies.get(found.id)
        return "archived" if company.archived_at else company.domain or "company"
    deal = crm.deals.get(found.id)
    amount = "" if deal.amount_minor is None else format_money(deal.amount_minor, deal.currency or "")
    away = "archived" if deal.archived_at else ""
    return " · ".join(each for each in (deal.stage, amount, away) if each)


def _several(crm: Crm, text: str, matches: Sequence[Found], nouns: Sequence[str]) -> Named:
    offered = described(crm, matches[:OFFERED])
    names = ", ".join(f"{clean(each.name)[:60]} ({each.id})" for each in offered)
    many = "people" if set(nouns) == {"contact"} else _MANY[nouns[0]] if len(nouns) == 1 else "records"
    number = str(len(matches)) if len(matches) <= OFFERED else f"more than {OFFERED}"
    error = AmbiguousError(
        f'"{clean(text[:60])}" matches {number} {many}: {names}.',
        "Give more of the name, or the name with its number as it stands there.",
    )
    return Named(None, error, tuple(_choice(each, several_kinds=len(nouns) > 1) for each in offered))


def _nobody(crm: Crm | None, text: str, nouns: Sequence[str], new: str) -> Named:
    choices: list[Choice] = []
    for noun in nouns:
        near = crm.references.near(noun, text) if crm is not None else None
        if crm is not None and near is not None:
            (found,) = described(crm, [Found(noun, *near)])
            choices.append(_choice(found, several_kinds=len(nouns) > 1))
    words = " and no ".join("person" if noun == "contact" else noun for noun in nouns)
    who = "Nobody" if words == "person" else f"No {words}"
    message = f'{who} is called "{clean(text[:60])}".'
    nearest = f"Nearest: {choices[0].name}. " if choices else ""
    hint = f"{_plus(text)} makes a new {new}." if new else "crm find looks for it."
    if new:
        choices.append(Choice(_plus(text), f"+{clean(text)}", f"new {new}"))
    return Named(None, NotFoundError(message, nearest + hint), tuple(choices))


def _choice(found: Found, *, several_kinds: bool) -> Choice:
    name = " ".join(clean(found.name).split())
    told = clean(found.aside) or f"{'' if several_kinds else found.noun} {found.id}".strip()
    aside = f"{found.noun} · {told}" if several_kinds else told
    return Choice(written(f"{name} ({found.id})"), name, aside)


def _plus(name: str) -> str:
    """A name as that of somebody new; a plus before digits would be a phone number."""
    text = " ".join(clean(name).split())
    return f"+{quoted(text) if text[:1].isdigit() or text[:1] == '(' else written(text)}"


def written(name: str) -> str:
    """A name as it stands in a line: in quotes where it would not be read as one name."""
    risky = {"for", "at", "on", "by", "every", "close"} & set(name.casefold().split())
    return name if _PLAIN.fullmatch(name) and not risky and plain(name) == name else quoted(name)
