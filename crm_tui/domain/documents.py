"""What the search index knows of each record: its document, built from the rows.

The importer builds contacts' documents with the same functions, so an imported person is found like one
typed in.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from crm_tui.domain.loading.drafts import PersonDraft
from crm_tui.domain.service import chunks, marks
from crm_tui.phones import phone_digits
from crm_tui.store import search
from crm_tui.store.journal import ChangedRow
from crm_tui.text import fold, is_public_mail_domain

# A changed row of these tables changes the document of the record its column names.
_OWNERS: Final[Mapping[str, tuple[str, str]]] = {
    "contact_methods": ("contacts", "contact_id"),
    "contact_tags": ("contacts", "contact_id"),
    "company_methods": ("companies", "company_id"),
    "company_tags": ("companies", "company_id"),
    "deal_tags": ("deals", "deal_id"),
    "invoice_lines": ("invoices", "invoice_id"),
}
# When the named column of the table changes, so do the documents of the rows that show it.
_SHOWN: Final[Mapping[str, tuple[str, tuple[tuple[str, str], ...]]]] = {
    "companies": ("name", (("contacts", "company_id"), ("deals", "company_id"), ("invoices", "company_id"))),
    "contacts": ("name", (("deals", "contact_id"), ("followups", "contact_id"), ("invoices", "contact_id"))),
}
Texts = tuple[str, str, str]
Range = tuple[str, int, int]
_LOAD: Final = 5000


def settle(
    connection: sqlite3.Connection, rows: Sequence[ChangedRow], unfilled: Sequence[tuple[int, int]] = ()
) -> None:
    """Bring the documents up to date that the changed rows concern; see ``search.put`` for ``unfilled``."""
    concerned: dict[str, set[int]] = defaultdict(set)
    for table, row_id, before, after in rows:
        if table in search.KINDS:
            concerned[table].add(row_id)
        if table in _OWNERS:
            owner, column = _OWNERS[table]
            concerned[owner].update(int(str(row[column])) for row in (before, after) if row is not None)
        if table in _SHOWN and before is not None and after is not None:
            name, showing = _SHOWN[table]
            if before[name] != after[name]:
                for other, column in showing:
                    found = connection.execute(
                        f"SELECT id FROM {other} WHERE {column} = ?",  # noqa: S608 - fixed names
                        (row_id,),
                    )
                    concerned[other].update(each for (each,) in found)
    for table, ids in concerned.items():
        refresh(connection, table, sorted(ids), unfilled)


def refresh(
    connection: sqlite3.Connection, table: str, ids: Sequence[int], unfilled: Sequence[tuple[int, int]] = ()
) -> None:
    """Build the documents of these records anew and drop those of records that are gone."""
    if table not in BUILDERS:
        return
    for part in chunks(ids):
        built = BUILDERS[table](connection, part)
        search.remove(connection, (search.document_id(table, each) for each in part if each not in built))
        found = ((search.document_id(table, each), *texts) for each, texts in built.items())
        search.put(connection, found, unfilled)


def forget_ranges(connection: sqlite3.Connection, ranges: Iterable[Range]) -> None:
    """Drop the documents of ranges of records that were removed."""
    for table, first, last in ranges:
        if table in search.KINDS:
            search.remove_range(connection, search.document_id(table, first), search.document_id(table, last))


def restore_ranges(connection: sqlite3.Connection, ranges: Iterable[Range]) -> None:
    """Build the documents of ranges of records that came back."""
    for table, first, last in ranges:
        if table in BUILDERS:
            load_range(connection, table, first, last)


def load_range(connection: sqlite3.Connection, table: str, first: int, last: int) -> None:
    """Build and index the documents of a range of records that have none yet."""
    after = first - 1
    while ids := _next_ids(connection, table, after, last):
        after = ids[-1]
        documents: list[search.Document] = []
        for part in chunks(ids):
            built = BUILDERS[table](connection, part)
            documents.extend((search.document_id(table, each), *texts) for each, texts in built.items())
        search.put_many(connection, documents)
    search.fill(connection, search.document_id(table, first), search.document_id(table, last))


def _next_ids(connection: sqlite3.Connection, table: str, after: int, last: int) -> list[int]:
    rows = connection.execute(
        f"SELECT id FROM {table} WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",  # noqa: S608 - fixed names
        (after, last, _LOAD),
    )
    return [row_id for (row_id,) in rows]


def owners_in(connection: sqlite3.Connection, ranges: Sequence[Range]) -> dict[str, list[int]]:
    """The records, by table, that own methods or tags in these ranges and lie in none of them themselves."""
    found: dict[str, set[int]] = defaultdict(set)
    for table, first, last in ranges:
        if table in _OWNERS:
            owner, column = _OWNERS[table]
            own = [(low, high) for name, low, high in ranges if name == owner]
            outside = "".join(f" AND {column} NOT BETWEEN ? AND ?" for _ in own)
            rows = connection.execute(
                f"SELECT DISTINCT {column} FROM {table} WHERE id BETWEEN ? AND ?{outside}",  # noqa: S608
                (first, last, *(bound for pair in own for bound in pair)),
            )
            found[owner].update(row_id for (row_id,) in rows)
    return {table: sorted(ids) for table, ids in found.items()}


def rebuild(connection: sqlite3.Connection) -> None:
    """Build every document and the whole index anew."""
    connection.execute("DELETE FROM search_docs")
    search.rebuild(connection)
    for table in BUILDERS:
        first, last = connection.execute(f"SELECT min(id), max(id) FROM {table}").fetchone()  # noqa: S608
        if first is not None:
            load_range(connection, table, first, last)


def contact_texts(
    names: str, emails: Iterable[str], phones: Iterable[str], links: Iterable[str], tags: str, free: str
) -> Texts:
    """The three texts of a person or a company.

    Args:
        names: name, title, company and whatever else is known by heart, joined by spaces.
        emails: match keys of the addresses.
        phones: match keys of the numbers, or what was typed where there is none.
        links: web addresses and handles.
        tags: the tags, joined by spaces.
        free: notes, postal addresses and custom texts.
    """
    keys = [names, tags] if tags else [names]
    fragments = []
    for email in emails:
        local, _, domain = email.partition("@")
        keys.append(local)
        if not is_public_mail_domain(domain):
            keys.append(domain.rpartition(".")[0])
        fragments.append(email)
    fragments.extend(_digits(phone) for phone in phones)
    fragments.extend(links)
    known = fold(" ".join(keys))
    return known, fold(" ".join(fragments)) if fragments else "", body_text(known, free)


def body_text(keys: str, free: str) -> str:
    """The body of a record: its folded keys before its free text, so that words of both match together."""
    folded = fold(free) if free else ""
    return f"{keys} {folded}" if folded else ""


def _digits(phone: str) -> str:
    """The digits of a phone's match key or, without one, of what was typed."""
    digits = phone_digits(phone)
    return digits if digits.isdigit() else "".join(each for each in digits if each.isdigit())


def _contacts(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Texts]:
    methods = _methods(connection, "contact", ids)
    tags = _tags(connection, "contact", ids)
    rows = connection.execute(
        "SELECT p.id, p.name, p.given_name, p.family_name, p.title, c.name, p.note, p.custom"  # noqa: S608
        f" FROM contacts p LEFT JOIN companies c ON c.id = p.company_id WHERE p.id IN ({marks(ids)})",
        ids,
    )
    return {
        row_id: contact_texts(
            person_names(name, given, family, title, company),
            *methods[row_id][:3],
            " ".join(tags[row_id]),
            free_text(note, *methods[row_id][3], *_custom(custom)),
        )
        for row_id, name, given, family, title, company, note, custom in rows
    }


def draft_texts(draft: PersonDraft, company: str | None) -> Texts:
    """The texts of a person who is about to be added, working at a company of that name."""
    columns = {**draft.defaults.columns, **draft.columns} if draft.defaults.columns else draft.columns
    custom = {**draft.defaults.custom, **draft.custom} if draft.defaults.custom else draft.custom
    found: dict[str, list[str]] = {}
    for kind, value, normal, _ in draft.methods:
        # links and handles stand in the order they have in the record
        kind = "url" if kind == "im" else kind
        if kind in found:
            found[kind].append(normal or value)
        else:
            found[kind] = [normal or value]
    get = columns.get
    names = person_names(draft.name or "", get("given_name"), get("family_name"), get("title"), company)  # type: ignore[arg-type]
    note = get("note")
    free = [str(note)] if note else []
    free += found.get("address", ())
    if custom:
        free += [str(custom[key]) for key in sorted(custom)]
    emails, phones, links = (found.get(kind, ()) for kind in ("email", "phone", "url"))
    return contact_texts(names, emails, phones, links, " ".join(draft.tags), " ".join(free))


def person_names(
    name: str, given: str | None, family: str | None, title: str | None, company: str | None
) -> str:
    """What a person is looked up by; given and family name only where the name does not hold them."""
    parts = [name]
    parts.extend(each for each in (given, family) if each and each not in name)
    parts.extend(each for each in (title, company) if each)
    return " ".join(parts)


def free_text(*parts: str | None) -> str:
    """Free texts joined for the body."""
    return " ".join(part for part in parts if part)


def _companies(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Texts]:
    methods = _methods(connection, "company", ids)
    tags = _tags(connection, "company", ids)
    rows = connection.execute(
        f"SELECT id, name, domain, industry, website, note, custom FROM companies WHERE id IN ({marks(ids)})",  # noqa: S608
        ids,
    )
    found: dict[int, Texts] = {}
    for row_id, name, domain, industry, website, note, custom in rows:
        emails, phones, links, addresses = methods[row_id]
        names = free_text(name, industry, domain.rpartition(".")[0] if domain else None)
        links = [*links, *(each for each in (domain, website) if each)]
        free = free_text(note, *addresses, *_custom(custom))
        found[row_id] = contact_texts(names, emails, phones, links, " ".join(tags[row_id]), free)
    return found


def _deals(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Texts]:
    tags = _tags(connection, "deal", ids)
    rows = connection.execute(
        "SELECT d.id, d.title, p.name, c.name, d.lost_reason, d.lost_note, d.custom"  # noqa: S608
        " FROM deals d"
        " LEFT JOIN contacts p ON p.id = d.contact_id LEFT JOIN companies c ON c.id = d.company_id"
        f" WHERE d.id IN ({marks(ids)})",
        ids,
    )
    found: dict[int, Texts] = {}
    for row_id, title, contact, company, reason, note, custom in rows:
        keys = fold(free_text(title, contact, company, *tags[row_id]))
        found[row_id] = (keys, "", body_text(keys, free_text(reason, note, *_custom(custom))))
    return found


def _interactions(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Texts]:
    rows = connection.execute(f"SELECT id, summary, body FROM interactions WHERE id IN ({marks(ids)})", ids)  # noqa: S608
    found: dict[int, Texts] = {}
    for row_id, summary, body in rows:
        keys = fold(summary)
        found[row_id] = (keys, "", body_text(keys, body or ""))
    return found


def _followups(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Texts]:
    rows = connection.execute(
        "SELECT f.id, f.title, p.name FROM followups f LEFT JOIN contacts p ON p.id = f.contact_id"  # noqa: S608
        f" WHERE f.id IN ({marks(ids)})",
        ids,
    )
    return {row_id: (fold(free_text(title, contact)), "", "") for row_id, title, contact in rows}


def _products(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Texts]:
    rows = connection.execute(f"SELECT id, name, sku FROM products WHERE id IN ({marks(ids)})", ids)  # noqa: S608
    return {row_id: (fold(free_text(name, sku)), "", "") for row_id, name, sku in rows}


def _invoices(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Texts]:
    lines: dict[int, list[str]] = defaultdict(list)
    for row_id, description in connection.execute(
        f"SELECT invoice_id, description FROM invoice_lines WHERE invoice_id IN ({marks(ids)}) ORDER BY id",  # noqa: S608
        ids,
    ):
        lines[row_id].append(description)
    rows = connection.execute(
        "SELECT i.id, i.number, p.name, c.name FROM invoices i"  # noqa: S608 - fixed names
        " LEFT JOIN contacts p ON p.id = i.contact_id LEFT JOIN companies c ON c.id = i.company_id"
        f" WHERE i.id IN ({marks(ids)})",
        ids,
    )
    found: dict[int, Texts] = {}
    for row_id, number, contact, company in rows:
        keys = fold(free_text(number, contact, company))
        found[row_id] = (keys, "", body_text(keys, " ".join(lines[row_id])))
    return found


BUILDERS: Final[Mapping[str, Callable[[sqlite3.Connection, Sequence[int]], dict[int, Texts]]]] = {
    "contacts": _contacts,
    "companies": _companies,
    "deals": _deals,
    "interactions": _interactions,
    "followups": _followups,
    "products": _products,
    "invoices": _invoices,
}
_Methods = tuple[list[str], list[str], list[str], list[str]]
_PLACE: Final = {"email": 0, "phone": 1, "url": 2, "im": 2, "address": 3}


def _methods(connection: sqlite3.Connection, owner: str, ids: Sequence[int]) -> dict[int, _Methods]:
    found: dict[int, _Methods] = defaultdict(lambda: ([], [], [], []))
    rows = connection.execute(
        f"SELECT {owner}_id, kind, value, normal FROM {owner}_methods"  # noqa: S608 - fixed names
        f" WHERE {owner}_id IN ({marks(ids)}) ORDER BY id",
        ids,
    )
    for owner_id, kind, value, normal in rows:
        found[owner_id][_PLACE[kind]].append(normal or value)
    return found


def _tags(connection: sqlite3.Connection, owner: str, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = connection.execute(
        f"SELECT {owner}_id, tags.name FROM {owner}_tags JOIN tags ON tags.id = tag_id"  # noqa: S608 - fixed names
        f" WHERE {owner}_id IN ({marks(ids)}) ORDER BY {owner}_tags.id",
        ids,
    )
    for owner_id, name in rows:
        found[owner_id].append(name)
    return found


def _custom(packed: str) -> list[str]:
    return [] if packed == "{}" else [str(value) for value in json.loads(packed).values()]


def differing(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """The records (table, id) whose document is missing, stale or left over; compared by the thousand."""
    for table, build in BUILDERS.items():
        base, after = search.document_id(table, 0), 0
        while True:
            # as far as the next full batch of either side reaches
            ids = _next_ids(connection, table, after, search.SPAN - 1)
            last = ids[-1] if len(ids) == _LOAD else search.SPAN - 1
            known = {
                number - base: texts
                for number, *texts in connection.execute(
                    "SELECT id, keys, fragments, body FROM search_docs WHERE id > ? AND id <= ?",
                    (base + after, base + last),
                )
            }
            for part in chunks(ids):
                for record_id, texts in build(connection, part).items():
                    if tuple(known.pop(record_id, ())) != texts:
                        yield table, record_id
            yield from ((table, left_over) for left_over in known)
            if last == search.SPAN - 1:
                break
            after = last
