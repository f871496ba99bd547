"""What is told of a record that was found: its title, and a snippet that says which one it is, or why."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crm_tui.dates import local_day
from crm_tui.domain.service import marks
from crm_tui.money import format_money
from crm_tui.phones import phone_digits
from crm_tui.text import fold, words

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.search_query import SearchQuery

_AROUND: Final = 40
_READ: Final = 20_000
Told = dict[int, tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found.

    Attributes:
        kind: contact, company, deal, followup, product, invoice or interaction.
        id: its id.
        title: its name or title.
        snippet: what else tells it apart, parts joined by " · "; "archived" comes first if it was put away.
    """

    kind: str
    id: int
    title: str
    snippet: str


def hits(
    connection: sqlite3.Connection, query: SearchQuery, found: Sequence[tuple[str, int, bool]], clock: Clock
) -> list[Hit]:
    """The hits of records given as (table, id, archived), in that order; those that are gone are left out."""
    by_table: dict[str, list[int]] = defaultdict(list)
    for table, record, _ in found:
        by_table[table].append(record)
    told: dict[str, Told] = {}
    for table, ids in by_table.items():
        told[table] = {}
        for start in range(0, len(ids), 500):
            told[table].update(_TELLERS[table](connection, query, ids[start : start + 500], clock))
    made = []
    for table, record, archived in found:
        if record in told[table]:
            title, parts = told[table][record]
            snippet = " · ".join(["archived", *parts] if archived else parts)
            made.append(Hit(_WORDS[table], record, title, snippet))
    return made


_WORDS: Final = {
    "contacts": "contact",
    "companies": "company",
    "deals": "deal",
    "followups": "followup",
    "interactions": "interaction",
    "products": "product",
    "invoices": "invoice",
}


def _contacts(connection: sqlite3.Connection, query: SearchQuery, ids: Sequence[int], _clock: Clock) -> Told:
    methods = _methods(connection, "contact", query, ids)
    rows = connection.execute(
        "SELECT p.id, p.name, p.title, c.name, substr(p.note, 1, ?) FROM contacts p"  # noqa: S608 - fixed names
        f" LEFT JOIN companies c ON c.id = p.company_id WHERE p.id IN ({marks(ids)})",
        (_READ, *ids),
    )
    return {
        row_id: (
            name,
            _parts(title, company, methods.get(row_id), _excerpt(query, note, name, title, company)),
        )
        for row_id, name, title, company, note in rows
    }


def _companies(connection: sqlite3.Connection, query: SearchQuery, ids: Sequence[int], _clock: Clock) -> Told:
    methods = _methods(connection, "company", query, ids)
    rows = connection.execute(
        f"SELECT id, name, industry, domain, substr(note, 1, ?) FROM companies WHERE id IN ({marks(ids)})",  # noqa: S608
        (_READ, *ids),
    )
    return {
        row_id: (
            name,
            _parts(industry, domain, methods.get(row_id), _excerpt(query, note, name, industry, domain)),
        )
        for row_id, name, industry, domain, note in rows
    }


def _deals(connection: sqlite3.Connection, query: SearchQuery, ids: Sequence[int], _clock: Clock) -> Told:
    rows = connection.execute(
        "SELECT d.id, d.title, s.name, p.name, c.name, d.lost_reason, substr(d.lost_note, 1, ?) FROM deals d"  # noqa: S608 - fixed names
        " JOIN stages s ON s.id = d.stage_id LEFT JOIN contacts p ON p.id = d.contact_id"
        f" LEFT JOIN companies c ON c.id = d.company_id WHERE d.id IN ({marks(ids)})",
        (_READ, *ids),
    )
    return {
        row_id: (
            title,
            _parts(stage, contact, company, reason, _excerpt(query, note, title, contact, company)),
        )
        for row_id, title, stage, contact, company, reason, note in rows
    }


def _followups(
    connection: sqlite3.Connection, _query: SearchQuery, ids: Sequence[int], _clock: Clock
) -> Told:
    rows = connection.execute(
        "SELECT f.id, f.title, f.status, f.due_on, p.name FROM followups f"  # noqa: S608 - fixed names
        f" LEFT JOIN contacts p ON p.id = f.contact_id WHERE f.id IN ({marks(ids)})",
        ids,
    )
    return {
        row_id: (title, _parts(f"due {due_on}" if status == "open" else status, contact))
        for row_id, title, status, due_on, contact in rows
    }


def _interactions(
    connection: sqlite3.Connection, query: SearchQuery, ids: Sequence[int], clock: Clock
) -> Told:
    people: dict[int, list[str]] = defaultdict(list)
    for row_id, name in connection.execute(
        "SELECT p.interaction_id, c.name FROM participants p JOIN contacts c ON c.id = p.contact_id"  # noqa: S608 - fixed names
        f" WHERE p.interaction_id IN ({marks(ids)}) ORDER BY p.id",
        ids,
    ):
        people[row_id].append(name)
    rows = connection.execute(
        "SELECT i.id, i.kind, i.occurred_at, i.summary, substr(i.body, 1, ?), d.title FROM interactions i"  # noqa: S608 - fixed names
        f" LEFT JOIN deals d ON d.id = i.deal_id WHERE i.id IN ({marks(ids)})",
        (_READ, *ids),
    )
    return {
        row_id: (
            summary,
            _parts(
                f"{kind} {local_day(at, clock).isoformat()}",
                _several(people[row_id]),
                deal,
                _excerpt(query, body, summary),
            ),
        )
        for row_id, kind, at, summary, body, deal in rows
    }


def _products(connection: sqlite3.Connection, _query: SearchQuery, ids: Sequence[int], _clock: Clock) -> Told:
    rows = connection.execute(
        f"SELECT id, name, sku, price_minor, currency FROM products WHERE id IN ({marks(ids)})",  # noqa: S608
        ids,
    )
    return {
        row_id: (name, _parts(sku, None if price is None else format_money(price, currency)))
        for row_id, name, sku, price, currency in rows
    }


def _invoices(connection: sqlite3.Connection, query: SearchQuery, ids: Sequence[int], clock: Clock) -> Told:
    lines: dict[int, list[str]] = defaultdict(list)
    for row_id, description in connection.execute(
        f"SELECT invoice_id, description FROM invoice_lines WHERE invoice_id IN ({marks(ids)}) ORDER BY id",  # noqa: S608
        ids,
    ):
        lines[row_id].append(description)
    rows = connection.execute(
        "SELECT i.id, i.number, i.net_minor + i.tax_minor, i.paid_minor, i.currency, i.due_on, i.voided_on, p.name,"  # noqa: S608 - fixed names
        " c.name FROM invoices i LEFT JOIN contacts p ON p.id = i.contact_id"
        f" LEFT JOIN companies c ON c.id = i.company_id WHERE i.id IN ({marks(ids)})",
        ids,
    )
    found: Told = {}
    for row_id, number, total, paid, currency, due_on, voided_on, contact, company in rows:
        status = "void" if voided_on else "paid" if paid >= total else f"due {due_on}"
        if status.startswith("due") and due_on < clock.today.isoformat():
            status = f"overdue since {due_on}"
        excerpt = _excerpt(query, " ".join(lines[row_id])[:_READ], number, contact, company)
        found[row_id] = (number, _parts(status, format_money(total, currency), contact, company, excerpt))
    return found


_TELLERS: Final[Mapping[str, Callable[[sqlite3.Connection, SearchQuery, Sequence[int], Clock], Told]]] = {
    "contacts": _contacts,
    "companies": _companies,
    "deals": _deals,
    "followups": _followups,
    "interactions": _interactions,
    "products": _products,
    "invoices": _invoices,
}


def _methods(
    connection: sqlite3.Connection, owner: str, query: SearchQuery, ids: Sequence[int]
) -> dict[int, str]:
    """Of each owner the e-mail, phone or link that was looked for, else the primary e-mail or phone."""
    found: dict[int, str] = {}
    certain: set[int] = set()
    rows = connection.execute(
        f"SELECT {owner}_id, kind, value, normal FROM {owner}_methods"  # noqa: S608 - fixed names
        f" WHERE {owner}_id IN ({marks(ids)}) AND kind <> 'address' ORDER BY is_primary DESC, kind, id",
        ids,
    )
    for owner_id, kind, value, normal in rows:
        if owner_id in certain:
            continue
        key = fold(phone_digits(normal or value) if kind == "phone" else normal or value)
        if any(fragment in key for fragment in query.fragments):
            found[owner_id] = value
            certain.add(owner_id)
        elif kind in ("email", "phone"):
            found.setdefault(owner_id, value)
    return found


def _excerpt(query: SearchQuery, text: str | None, *shown: str | None) -> str | None:
    """The words of a long text around the first one that was looked for and is not shown anyway."""
    if not text or not query.words:
        return None
    seen = [word for each in shown if each for word in words(each)]
    wanted = tuple(each for each in query.words if not any(word.startswith(each) for word in seen))
    if not wanted:
        return None
    for match in re.finditer(r"\S+", text):
        if any(word.startswith(wanted) for word in words(match[0])):
            return _around(text, match.start(), match.end())
    return None


def _around(text: str, start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    while first and not text[first - 1].isspace() and first < start:
        first += 1
    while last < len(text) and not text[last].isspace() and last > end:
        last -= 1
    middle = " ".join(text[first:last].split())
    return f"{'…' if first else ''}{middle}{'…' if last < len(text) else ''}"


def _several(names: Sequence[str]) -> str | None:
    """A few names; how many more there are, when they are many."""
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown or None


def _parts(*parts: str | None) -> list[str]:
    return list(_one_line(each for each in parts if each))


def _one_line(parts: Iterator[str]) -> Iterator[str]:
    return (" ".join(part.split()) for part in parts)
