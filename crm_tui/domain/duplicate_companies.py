"""Which companies are likely the same, how surely, and why.

Sure is: the same name but for its legal form, with the same domain, e-mail, phone or website; or those under a name
with one slip. A name alone is a suggestion: Acme Ltd and Acme GmbH may be two.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from crm_tui.domain.duplicate_blocks import Blocks, pairs_of
from crm_tui.domain.duplicate_groups import Pair
from crm_tui.domain.likeness import Alike, Words, company_alike, sorted_key
from crm_tui.text import company_key, domain_of, is_public_mail_domain, is_shared_email, url_key

_BLOCK: Final = 60
_NEAR_BLOCK: Final = 30
_BEGINNING: Final = 4
_SURE: Final = {Alike.SAME: 0.97, Alike.NEAR: 0.92, Alike.PART: 0.8}
_ALONE: Final = {Alike.SAME: 0.85, Alike.NEAR: 0.65, Alike.PART: 0.4}
_WORDS: Final = {
    Alike.SAME: "same name",
    Alike.NEAR: "near name",
    Alike.PART: "part of the name",
    Alike.NOT: "another name",
}


@dataclass(slots=True)
class Company:
    """What of a company is compared; ``marks`` are what reaches it, such as "same domain acme.example"."""

    id: int
    words: Words
    parent: int | None
    marks: frozenset[str]


def pairs(companies: list[Company], threshold: float) -> Iterator[Pair]:
    """Every two companies at or above the threshold."""
    count = len(companies)
    reached, named = Blocks(), Blocks()
    for place, each in enumerate(companies):
        for mark in each.marks:
            reached.add(mark, place)
        named.add(sorted_key(each.words), place)
        named.add("".join(each.words)[:_BEGINNING], place)
        for word in each.words:
            named.add((word, len(each.words)), place)
    found: set[int] = set()
    for blocks, most in ((reached, _BLOCK), (named, _NEAR_BLOCK)):
        for places in blocks.shared():
            near = pairs_of(places, most, lambda place: sorted_key(companies[place].words))
            found.update(one * count + other for one, other in near)
    for both in found:
        pair = compare(*(companies[place] for place in divmod(both, count)))
        if pair is not None and pair.score >= threshold:
            yield pair


def compare(one: Company, other: Company) -> Pair | None:
    """How likely two companies are the same, None when nothing says so; one above the other never is."""
    if one.id > other.id:
        one, other = other, one
    if one.parent == other.id or other.parent == one.id:
        return None
    alike = company_alike(one.words, other.words)
    same = one.marks & other.marks
    if same:
        reason = f"{min(same)}, {_WORDS[alike]}"
        return Pair(one.id, other.id, _SURE.get(alike, 0.5), reason)
    return Pair(one.id, other.id, _ALONE[alike], _WORDS[alike]) if alike else None


def load(connection: sqlite3.Connection, look: Callable[[], None] = lambda: None) -> Iterator[Company]:
    """The companies in the lists; ``look`` is asked now and then and may raise."""
    reached: dict[int, set[str]] = {}
    rows = connection.execute(
        "SELECT company_id, kind, normal FROM company_methods"
        " WHERE normal IS NOT NULL AND (kind = 'email' OR kind = 'phone')"
    )
    for company_id, kind, normal in rows:
        word = "e-mail" if kind == "email" else "phone"
        marks = reached.setdefault(company_id, set())
        marks.add(f"same {word} {normal}")
        if kind == "email" and not is_public_mail_domain(domain_of(normal)) and is_shared_email(normal):
            marks.add(f"same domain {domain_of(normal)}")
    rows = connection.execute(
        "SELECT id, name, parent_id, domain, website FROM companies WHERE archived_at IS NULL ORDER BY id"
    )
    for number, (company_id, name, parent, domain, website) in enumerate(rows):
        if number % 1000 == 0:
            look()
        marks = reached.pop(company_id, set())
        site = url_key(website) if website else ""
        for host in (domain, site if "/" not in site else None):
            if host and not is_public_mail_domain(host):
                marks.add(f"same domain {host}")
        yield Company(company_id, tuple(company_key(name).split()), parent, frozenset(marks))
