"""Where somebody is in the file: the rows that are theirs, in use and in the journal, and the texts that name them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crm_tui.domain.identity import FORGOTTEN, Identity
from crm_tui.store import dump, erasure
from crm_tui.store.transaction import Row, unpack

if TYPE_CHECKING:
    import re

_BY_CONTACT: Final = ("contact_methods", "important_dates", "contact_tags", "participants", "followups")
_BY_ENTITY: Final = ("external_refs", "kept_lines")
_POINTING: Final = {"deals": "contact_id", "invoices": "contact_id", "contacts": "referred_by_id"}
"""Columns of what stays that say whom it was about."""
_IDENTITY: Final = {
    "contacts": frozenset({"name", "name_key", "given_name", "family_name"}),
    "contact_methods": frozenset({"value", "normal", "label"}),
}
"""Columns in which others have their own names and addresses, though they be the same."""
_ABOUT_DEALS: Final = ("deals", "deal_tags", "stage_moves", "interactions", "followups")


@dataclass(slots=True)
class Mention:
    """A text of a record that stays which names the person; ``sure`` when it is the full name, an e-mail or a phone."""

    table: str
    id: int
    field: str
    text: str
    sure: bool


@dataclass(slots=True)
class Trail:
    """The ids of what is theirs. ``contacts`` has the person, and those who were merged into them."""

    person: int
    contacts: set[int]
    identity: Identity = field(default_factory=Identity)
    interactions: set[int] = field(default_factory=set)
    followups: set[int] = field(default_factory=set)
    shared: set[int] = field(default_factory=set)
    """Interactions with others, which stay."""
    deals: set[int] = field(default_factory=set)
    invoices: set[int] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    """The titles of their follow-ups, and what their dates are called."""

    def owns(self, table: str, row_id: int, row: Row) -> bool:
        """Whether a row, or an image of one, is to be erased."""
        if table == "contacts":
            return row_id in self.contacts
        if table in _BY_CONTACT and row.get("contact_id") in self.contacts:
            return True
        if table == "followups":
            return row_id in self.followups
        if table == "interactions":
            return row_id in self.interactions
        if table in ("participants", "threads"):
            return row.get("interaction_id") in self.interactions
        if table == "relations":
            return row.get("contact_id") in self.contacts or row.get("other_id") in self.contacts
        if table in _BY_ENTITY:
            return row.get("entity_id") in self._of(row.get("entity"))
        if table == "distinct_pairs":
            both = (row.get("first_id"), row.get("second_id"))
            return row.get("entity") == "contacts" and not self.contacts.isdisjoint(both)
        return False

    def _of(self, entity: object) -> set[int]:
        return {
            "contacts": self.contacts,
            "interactions": self.interactions,
            "followups": self.followups,
        }.get(str(entity), set())

    def rewrite(self, table: str, row_id: int, row: Row) -> Row | None:
        """What may be kept of a row of the journal; None when it is theirs."""
        if self.owns(table, row_id, row):
            return None
        pointing = _POINTING.get(table)
        kept = dict(row)
        if pointing is not None and kept.get(pointing) in self.contacts:
            kept[pointing] = None
        pattern = self.pattern(table, row_id, row)
        if pattern is not None:
            for name, value in named(table, kept, pattern):
                kept[name] = pattern.sub(FORGOTTEN, value)
        return kept

    def pattern(self, table: str, row_id: int, row: Row) -> re.Pattern[str] | None:
        """What means the person in a row that stays: more in what is about them than elsewhere."""
        theirs = (
            (table == "deals" and row_id in self.deals)
            or (table == "invoices" and row_id in self.invoices)
            or (table == "interactions" and row_id in self.shared)
            or (table in _ABOUT_DEALS and row.get("deal_id") in self.deals)
            or row.get("invoice_id") in self.invoices
        )
        return self.identity.in_their_own if theirs else self.identity.anywhere


def named(table: str, row: Row, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """The columns of a row whose text names the person, with the text."""
    own = _IDENTITY.get(table, frozenset())
    for name, value in row.items():
        if isinstance(value, str) and name not in own and pattern.search(value):
            yield name, value


def follow(connection: sqlite3.Connection, contact_id: int) -> Trail:
    """Find all that is theirs, in use and in the journal."""
    contacts = {contact_id}
    while True:
        trail = Trail(contact_id, set(contacts))
        images = list(_images(connection, trail))
        _live(connection, trail)
        _past(connection, trail, images)
        contacts |= _merged(connection, trail, images) | _former(connection, trail)
        if contacts == trail.contacts:
            return trail


def _past(connection: sqlite3.Connection, trail: Trail, images: Sequence[tuple[str, int, Row]]) -> None:
    taken_part: set[int] = set()
    for table, row_id, row in images:
        if table == "followups":
            if not _is_there(connection, "followups", row_id):
                trail.followups.add(row_id)
            trail.titles.add(str(row["title"]))
        elif table == "important_dates":
            trail.titles.add(str(row["label"]))
        elif table == "participants":
            taken_part.add(int(str(row["interaction_id"])))
        elif table == "deals":
            trail.deals.add(row_id)
        elif table == "invoices":
            trail.invoices.add(row_id)
        _know(trail.identity, table, row_id, row, trail.contacts)
    for each in taken_part:
        (trail.shared if _is_there(connection, "interactions", each) else trail.interactions).add(each)
    trail.shared -= trail.interactions


def _former(connection: sqlite3.Connection, trail: Trail) -> set[int]:
    """Contacts that are gone, or whose making was taken back, with the very same name, e-mail or phone."""
    pattern = trail.identity.anywhere
    names = {name.casefold() for name in trail.identity.names}
    found: set[int] = set()
    for table, row in _journaled(connection):
        owner = row.get("id" if table == "contacts" else "contact_id")
        if not isinstance(owner, int) or owner in found or owner in trail.contacts:
            continue
        texts = [value for value in row.values() if isinstance(value, str)]
        same = table == "contacts" and " ".join(str(row.get("name")).split()).casefold() in names
        if not same and pattern is not None:
            same = any(pattern.search(text) for text in texts)
        if same and not _is_there(connection, "contacts", owner):
            found.add(owner)
    return found


def _journaled(connection: sqlite3.Connection) -> Iterator[tuple[str, Row]]:
    """The images of contacts and of their methods, those of undone loads too."""
    for table, *images in connection.execute(
        "SELECT entity, before, after FROM changes WHERE entity IN ('contacts', 'contact_methods')"
    ):
        yield from ((table, row) for row in map(unpack, images) if row)
    yield from (
        (table, row) for table, row in erasure.parked(connection) if table in ("contacts", "contact_methods")
    )


def _live(connection: sqlite3.Connection, trail: Trail) -> None:
    person = trail.person
    for table in ("contacts", "contact_methods"):
        column = "id" if table == "contacts" else "contact_id"
        for row in rows(connection, f"SELECT * FROM {table} WHERE {column} = ?", person):  # noqa: S608 - fixed names
            _know(trail.identity, table, int(str(row["id"])), row, trail.contacts)
    labels = connection.execute("SELECT label FROM important_dates WHERE contact_id = ?", (person,))
    trail.titles.update(label for (label,) in labels)
    for row in rows(connection, "SELECT id, title FROM followups WHERE contact_id = ?", person):
        trail.followups.add(int(str(row["id"])))
        trail.titles.add(str(row["title"]))
    for interaction, others in connection.execute(
        "SELECT p.interaction_id, (SELECT count(*) FROM participants o WHERE o.interaction_id = p.interaction_id"
        " AND o.contact_id <> p.contact_id) FROM participants p WHERE p.contact_id = ?",
        (person,),
    ):
        (trail.shared if others else trail.interactions).add(interaction)
    for table, found in (("deals", trail.deals), ("invoices", trail.invoices)):
        found.update(
            row_id
            for (row_id,) in connection.execute(f"SELECT id FROM {table} WHERE contact_id = ?", (person,))  # noqa: S608
        )


def _images(connection: sqlite3.Connection, trail: Trail) -> Iterator[tuple[str, int, Row]]:
    """The images in the journal of rows that are or were theirs."""
    for contact in trail.contacts:
        # as the journal packs a row, an id has a comma or the end behind it
        marks = [f'"contact_id":{contact:d},', f'"contact_id":{contact:d}}}']
        found = connection.execute(
            "SELECT entity, entity_id, before, after FROM changes WHERE (entity = 'contacts' AND entity_id = ?)"
            " OR (entity IN ('contact_methods', 'important_dates', 'participants', 'followups', 'deals', 'invoices')"
            " AND (instr(coalesce(before, '') || coalesce(after, ''), ?)"
            " OR instr(coalesce(before, '') || coalesce(after, ''), ?)))",
            (contact, *marks),
        )
        for table, row_id, before, after in found:
            for row in (unpack(before), unpack(after)):
                if row and (table == "contacts" or row.get("contact_id") == contact):
                    yield table, row_id, row


def _merged(connection: sqlite3.Connection, trail: Trail, images: Sequence[tuple[str, int, Row]]) -> set[int]:
    """Contacts that were merged into the person: removed in an operation that gave theirs to the person."""
    found: set[int] = set()
    ids = {(table, row_id) for table, row_id, _ in images if table != "contacts"}
    for table, row_id in ids:
        moves = connection.execute(
            "SELECT c.operation_id, json_extract(c.before, '$.contact_id') FROM changes c"
            " WHERE c.entity = ? AND c.entity_id = ? AND json_extract(c.after, '$.contact_id') = ?"
            " AND json_extract(c.before, '$.contact_id') <> ?",
            (table, row_id, trail.person, trail.person),
        )
        for operation, former in moves.fetchall():
            gone = connection.execute(
                "SELECT 1 FROM changes WHERE operation_id = ? AND entity = 'contacts' AND entity_id = ?"
                " AND after IS NULL",
                (operation, former),
            ).fetchone()
            if gone is not None and not _is_there(connection, "contacts", former):
                found.add(former)
    return found


def is_of_another(connection: sqlite3.Connection, pattern: str) -> bool:
    """Whether the journal has a text, given as a pattern of LIKE with ~, as a name or address of somebody there is."""
    images = connection.execute(
        "SELECT entity, entity_id, coalesce(after, before) FROM changes"
        " WHERE entity IN ('contacts', 'contact_methods')"
        " AND coalesce(before, '') || coalesce(after, '') LIKE ? ESCAPE '~'",
        (pattern,),
    )
    for table, row_id, image in images:
        owner = row_id if table == "contacts" else (unpack(image) or {}).get("contact_id")
        if isinstance(owner, int) and _is_there(connection, "contacts", owner):
            return True
    return False


def _know(identity: Identity, table: str, row_id: int, row: Row, contacts: set[int]) -> None:
    if table == "contacts" and row_id in contacts:
        identity.add_name(row.get("name"))
        given, family = row.get("given_name"), row.get("family_name")
        if given and family:
            identity.add_name(" ".join((str(given), str(family))))
        identity.add_part(*(str(each) for each in (given, family) if each))
    elif table == "contact_methods":
        identity.add_method(row.get("kind"), row.get("value"), row.get("normal"))


def _is_there(connection: sqlite3.Connection, table: str, row_id: int) -> bool:
    found = connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (row_id,)).fetchone()  # noqa: S608 - fixed names
    return found is not None


def mentions(connection: sqlite3.Connection, trail: Trail) -> Iterator[Mention]:
    """The texts that name the person in records that are not theirs and stay."""
    anywhere = trail.identity.anywhere
    for table in dump.TABLES:
        if table in ("meta", "sequences", "deliveries"):
            continue
        for row in _suspects(connection, trail, table):
            row_id = int(str(row["id"]))
            pattern = trail.pattern(table, row_id, row)
            if pattern is None or trail.owns(table, row_id, row):
                continue
            for name, text in named(table, row, pattern):
                if name not in ("name_key", "normal"):
                    sure = anywhere is not None and bool(anywhere.search(text))
                    yield Mention(table, row_id, name, text, sure)


def _suspects(connection: sqlite3.Connection, trail: Trail, table: str) -> Iterator[Row]:
    """The rows of a table that may name the person: what is about them, and what a quick look does not rule out."""
    names = [
        name
        for name, kind in connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,))
        if kind == "TEXT" and not name.endswith(("_at", "_on")) and name not in _IDENTITY.get(table, ())
    ]
    if not names:
        return
    hints, anywhere = trail.identity.hints, trail.identity.anywhere
    found = _about(connection, trail, table)
    text = " || char(10) || ".join(f"coalesce({name}, '')" for name in names)
    for row_id, words in connection.execute(f"SELECT id, {text} FROM {table}"):  # noqa: S608 - names of the schema
        folded = words.casefold()
        if any(hint in folded for hint in hints) and anywhere is not None and anywhere.search(words):
            found.add(row_id)
    for row_id in sorted(found):
        yield from rows(connection, f"SELECT * FROM {table} WHERE id = ?", row_id)  # noqa: S608 - a table's name


def _about(connection: sqlite3.Connection, trail: Trail, table: str) -> set[int]:
    """The rows of a table that are about the person and stay."""
    found = {"deals": trail.deals, "invoices": trail.invoices, "interactions": trail.shared}.get(table, set())
    column, ids = {
        "interactions": ("deal_id", trail.deals),
        "followups": ("deal_id", trail.deals),
        "invoice_lines": ("invoice_id", trail.invoices),
        "payments": ("invoice_id", trail.invoices),
    }.get(table, ("", set[int]()))
    found = set(found)
    for each in ids:
        found.update(
            row_id
            for (row_id,) in connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (each,))  # noqa: S608
        )
    return found


def rows(connection: sqlite3.Connection, sql: str, *params: int) -> Iterator[Row]:
    """Rows by column."""
    cursor = connection.execute(sql, params)
    names = [column[0] for column in cursor.description]
    for values in cursor:
        yield dict(zip(names, values, strict=True))
