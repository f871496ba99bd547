"""Forgetting a person: erased with all that is only about them, the books kept without a name, and a proof of it.

Deals, invoices and payments stay and name nobody; interactions with others lose the person; interactions with nobody
else and follow-ups go. The journal keeps that something was done, and nothing of whom. Nothing of it can be undone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crm_tui.domain import documents, traces
from crm_tui.domain.identity import FORGOTTEN
from crm_tui.domain.service import chunks, marks
from crm_tui.locations import backup_folder
from crm_tui.models import Operation
from crm_tui.store import connection as store
from crm_tui.store import dump, erasure, hours, sales

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.identity import Identity
    from crm_tui.domain.traces import Mention, Trail

SUMMARY: Final = "forget a person"
# Children before what they belong to; the condition takes the ids of the trail.
_ERASED: Final = (
    ("threads", "interaction_id", "interactions"),
    ("participants", "interaction_id", "interactions"),
    ("interactions", "id", "interactions"),
    ("participants", "contact_id", "contacts"),
    ("followups", "id", "followups"),
    ("contact_methods", "contact_id", "contacts"),
    ("contact_tags", "contact_id", "contacts"),
    ("important_dates", "contact_id", "contacts"),
    ("relations", "contact_id", "contacts"),
    ("relations", "other_id", "contacts"),
)
_BY_ENTITY: Final = ("external_refs", "kept_lines")
_REBUILT: Final = ("company_methods", "external_refs", "threads")
"""What a text cannot be changed in: a match key, the key of a record elsewhere. The row goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What forgetting somebody would do: how many rows of a table go and stay, and what else names them."""

    id: int
    name: str
    identity: Identity
    erased: dict[str, int]
    kept: dict[str, int]
    mentions: Sequence[Mention]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was done, and the proof.

    Attributes:
        id: the number the person had.
        operation: the number of the operation.
        erased: how many rows went, by table.
        kept: how many records stay and name nobody any more, by table.
        operations: how many earlier operations cannot be undone any more.
        redacted: how many texts of other records were changed.
        mentions: texts of other records that still name the person.
        searched_bytes: how many bytes of the file were looked through.
        searched_for: how many names, e-mails and numbers were looked for, in every spelling.
        found: what is there nevertheless, and where.
        backups: files beside the database that still hold the person.
    """

    id: int
    operation: int
    erased: dict[str, int]
    kept: dict[str, int]
    operations: int
    redacted: int
    mentions: list[dict[str, object]]
    searched_bytes: int
    searched_for: int
    found: list[str]
    backups: list[str]

    @property
    def is_clean(self) -> bool:
        """Whether nothing in the file names the person any more."""
        return not self.found and not any(each["sure"] for each in self.mentions)


def look(crm: Crm, contact_id: int) -> Prospect:
    """See what forgetting somebody would do; nothing is written.

    Raises:
        NotFoundError: there is no such contact.
    """
    contact = crm.contacts.get(contact_id)
    trail = traces.follow(crm.connection, contact_id)
    return Prospect(
        id=contact_id,
        name=contact.name,
        identity=trail.identity,
        erased=_counted(_rows_of(crm.connection, trail)),
        kept=_kept(crm.connection, contact_id),
        mentions=list(traces.mentions(crm.connection, trail)),
    )


def forget(crm: Crm, contact_id: int, *, redact: bool = False) -> Forgotten:
    """Erase a person for good and prove it; ``redact`` takes them out of the texts of other records as well.

    Raises:
        NotFoundError: there is no such contact.
        DatabaseError: the file is locked or cannot be written; nothing was erased.
    """
    crm.contacts.get(contact_id)
    connection = crm.connection
    connection.execute("PRAGMA secure_delete = ON")
    with crm.unjournaled():
        trail = traces.follow(connection, contact_id)
        kept = _kept(connection, contact_id)
        operation = _begin(crm)
        spoilt = _clean_journal(connection, trail)
        erased = _erase(crm, trail)
        erasure.mark_erased(connection, operation.id, "contacts", contact_id)
        redacted = _redact(crm, trail) if redact else 0
        left = list(traces.mentions(connection, trail))
        erasure.tidy_search(connection)
    crm.last_operation = operation
    trouble = _write_anew(crm)
    with store.explained(crm.path):
        size, found = _prove(crm, trail, left)
    found += trouble
    return Forgotten(
        id=contact_id,
        operation=operation.id,
        erased=erased,
        kept=kept,
        operations=len(spoilt),
        redacted=redacted,
        mentions=[
            {"kind": each.table, "id": each.id, "field": each.field, "text": each.text, "sure": each.sure}
            for each in left
        ],
        searched_bytes=size,
        searched_for=len(trail.identity.bytes_to_find()),
        found=found,
        backups=[str(each) for each in copies(crm.path)],
    )


def copies(database: Path) -> list[Path]:
    """The files beside a database and in its backup folder that were made from it."""
    found = [
        *database.parent.glob(f"{escape(database.stem)}.*.db"),
        *backup_folder(database).glob(f"{escape(database.stem)}*.db"),
    ]
    return sorted(each for each in found if each != database)


def files_that_name(identity: Identity, folder: Path) -> list[Path]:
    """The files of a folder of texts, such as drafts and searches, that name the person."""
    pattern = identity.anywhere
    found = []
    for file in sorted(folder.rglob("*")) if folder.is_dir() and pattern is not None else ():
        if file.is_file() and file.suffix in (".json", ".txt"):
            text = file.read_text(encoding="utf-8", errors="replace")
            # JSON of the screens has other letters than ASCII escaped
            if pattern is not None and (pattern.search(text) or pattern.search(_unescaped(text))):
                found.append(file)
    return found


def _unescaped(text: str) -> str:
    import json

    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def _begin(crm: Crm) -> Operation:
    stamp = crm.clock.instant
    cursor = crm.connection.execute(
        "INSERT INTO operations (summary, created_at) VALUES (?, ?)", (SUMMARY, stamp)
    )
    return Operation(id=int(cursor.lastrowid or 0), summary=SUMMARY, created_at=stamp)


def _rows_of(connection: sqlite3.Connection, trail: Trail) -> Iterable[tuple[str, list[int]]]:
    """The rows that go, by table, in the order in which they can."""
    sets = {
        "interactions": trail.interactions,
        "contacts": {trail.person},
        "followups": trail.followups,
    }
    for table in _BY_ENTITY:
        for entity, ids in sets.items():
            yield table, _ids(connection, table, "entity_id", ids, f" AND entity = '{entity}'")
    pairs = connection.execute(
        "SELECT id FROM distinct_pairs WHERE entity = 'contacts' AND ? IN (first_id, second_id)",
        (trail.person,),
    )
    yield "distinct_pairs", [row_id for (row_id,) in pairs]
    for table, column, of in _ERASED:
        yield table, _ids(connection, table, column, sets[of])
    yield "contacts", [trail.person]


def _ids(
    connection: sqlite3.Connection, table: str, column: str, ids: Iterable[int], condition: str = ""
) -> list[int]:
    found: list[int] = []
    for part in chunks(sorted(ids)):
        rows = connection.execute(
            f"SELECT id FROM {table} WHERE {column} IN ({marks(part)}){condition}",  # noqa: S608 - fixed names
            part,
        )
        found += [row_id for (row_id,) in rows]
    return found


def _counted(rows: Iterable[tuple[str, list[int]]]) -> dict[str, int]:
    seen: dict[str, set[int]] = {}
    for table, ids in rows:
        seen.setdefault(table, set()).update(ids)
    return {table: len(ids) for table, ids in seen.items() if ids}


def _kept(connection: sqlite3.Connection, contact_id: int) -> dict[str, int]:
    counts = {
        table: len(_ids(connection, table, "contact_id", {contact_id})) for table in ("deals", "invoices")
    }
    return {table: number for table, number in counts.items() if number}


def _erase(crm: Crm, trail: Trail) -> dict[str, int]:
    """Remove what is theirs and the person from what stays; the search index follows."""
    connection = crm.connection
    _part_series(connection, trail.followups)
    deals, invoices = (
        _ids(connection, table, "contact_id", {trail.person}) for table in ("deals", "invoices")
    )
    customers = {(0, trail.person)} | {
        (company, 0)
        for (company,) in connection.execute(
            "SELECT company_id FROM contacts WHERE id = ? AND company_id IS NOT NULL", (trail.person,)
        )
    }
    counted = hours.of_rows(connection, trail.interactions)
    erased: dict[str, int] = {}
    for column, table in (
        ("contact_id", "deals"),
        ("contact_id", "invoices"),
        ("referred_by_id", "contacts"),
    ):
        connection.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} = ?", (trail.person,))  # noqa: S608
    # each is asked for after those before it are gone
    for table, ids in _rows_of(connection, trail):
        for part in chunks(ids):
            connection.execute(f"DELETE FROM {table} WHERE id IN ({marks(part)})", part)  # noqa: S608 - fixed names
        if ids:
            erased[table] = erased.get(table, 0) + len(ids)
    for table, gone in (
        ("contacts", [trail.person]),
        ("interactions", sorted(trail.interactions)),
        ("followups", sorted(trail.followups)),
        ("deals", deals),
        ("invoices", invoices),
    ):
        documents.refresh(connection, table, gone)
    sales.refresh_customers(connection, customers)
    hours.refresh(connection, counted)
    return erased


def _part_series(connection: sqlite3.Connection, gone: set[int]) -> None:
    """Let follow-ups of somebody else that belong to a series of theirs begin one of their own."""
    for part in chunks(sorted(gone)):
        rest = connection.execute(
            f"SELECT id, series_id FROM followups WHERE series_id IN ({marks(part)}) ORDER BY id",  # noqa: S608
            part,
        ).fetchall()
        heads: dict[int, int] = {}
        for row_id, series in rest:
            if row_id not in gone:
                heads.setdefault(series, row_id)
                connection.execute("UPDATE followups SET series_id = ? WHERE id = ?", (heads[series], row_id))
    # those that go refer to each other in any order
    for part in chunks(sorted(gone)):
        connection.execute(f"UPDATE followups SET series_id = NULL WHERE id IN ({marks(part)})", part)  # noqa: S608


def _clean_journal(connection: sqlite3.Connection, trail: Trail) -> set[int]:
    """Take them out of the journal; returns the operations that cannot be undone any more."""
    spoilt = erasure.rewrite_journal(connection, trail.rewrite)
    erasure.rewrite_parked(connection, trail.rewrite)
    for table, ids in _rows_of(connection, trail):
        for operation in erasure.operations_that_made(connection, table, ids) - spoilt:
            erasure.mark_erased(connection, operation, "contacts", trail.person)
            spoilt.add(operation)
    anywhere, own = trail.identity.anywhere, trail.identity.in_their_own
    for number, summary in connection.execute("SELECT id, summary FROM operations").fetchall():
        told = summary
        if number in spoilt:
            for title in sorted(trail.titles, key=len, reverse=True):
                told = told.replace(title, FORGOTTEN)
        pattern = own if number in spoilt else anywhere
        if pattern is not None:
            told = pattern.sub(FORGOTTEN, told)
        if told != summary:
            connection.execute("UPDATE operations SET summary = ? WHERE id = ?", (told, number))
    return spoilt


def _redact(crm: Crm, trail: Trail) -> int:
    """Take them out of the texts of other records; returns how many texts."""
    from crm_tui.text import name_key

    connection, count = crm.connection, 0
    concerned: dict[str, set[int]] = {}
    for each in list(traces.mentions(connection, trail)):
        count += 1
        if each.table in _REBUILT:
            connection.execute(f"DELETE FROM {each.table} WHERE id = ?", (each.id,))  # noqa: S608 - a table's name
        else:
            row = next(traces.rows(connection, f"SELECT * FROM {each.table} WHERE id = ?", each.id))  # noqa: S608
            pattern = trail.pattern(each.table, each.id, row)
            text = each.text if pattern is None else pattern.sub(FORGOTTEN, each.text)
            values = {each.field: text}
            if each.table == "invoice_lines":
                concerned.setdefault("invoices", set()).add(int(str(row["invoice_id"])))
            if each.table == "companies" and each.field == "name":
                values["name_key"] = name_key(text)
            changes = ", ".join(f"{name} = ?" for name in values)
            connection.execute(
                f"UPDATE {each.table} SET {changes} WHERE id = ?",  # noqa: S608 - names of the schema
                (*values.values(), each.id),
            )
        concerned.setdefault(each.table, set()).add(each.id)
    for table in concerned:
        documents.refresh(connection, table, sorted(concerned[table]))
    if concerned.keys() & {"companies", "tags", "company_methods"}:
        documents.rebuild(connection)
    return count


def _write_anew(crm: Crm) -> list[str]:
    """Write the file anew; what could not be is told, because what was erased is erased all the same."""
    try:
        emptied = erasure.write_anew(crm.connection)
    except sqlite3.OperationalError as error:
        return [f"perhaps in unused pages of {crm.path}, which could not be written anew: {error}"]
    if emptied:
        return []
    return [f"{crm.path}-wal, which another program has open: close that, and it goes"]


def _prove(crm: Crm, trail: Trail, left: Sequence[Mention]) -> tuple[int, list[str]]:
    """Look for them in the bytes of the file; what is found is held against what is known to name them."""
    texts = trail.identity.bytes_to_find()
    needles = {text: text.encode() for text in texts}
    size, there = erasure.search_bytes(crm.connection, crm.path, [*needles.values()])
    found = []
    known = "\n".join(each.text for each in left).casefold()
    for text, needle in needles.items():
        if needle not in there or text.casefold() in known:
            continue
        if not _belongs_to_others(crm.connection, text):
            found.append(f"{text} in the bytes of {crm.path}")
    return size, found


def _belongs_to_others(connection: sqlite3.Connection, text: str) -> bool:
    """Whether a record that stays has the text, as a namesake has or a longer word."""
    pattern = f"%{text.replace('~', '~~').replace('%', '~%').replace('_', '~_')}%"
    # the search index has the words of what stays folded, and nothing else
    for table in (*dump.TABLES, "search_docs"):
        columns = [
            name
            for name, kind in connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,))
            if kind == "TEXT"
        ]
        if not columns:
            continue
        condition = " OR ".join(f"{name} LIKE ? ESCAPE '~'" for name in columns)
        found = connection.execute(
            f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1",  # noqa: S608 - names of the schema
            [pattern] * len(columns),
        ).fetchone()
        if found is not None:
            return True
    return traces.is_of_another(connection, pattern)
