"""Moving what hangs on records that become one: nothing is lost, and nothing is there twice.

Every row is moved, or removed where the kept record has the same one; each is journaled by itself, so that an undo
puts each back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from crm_tui.domain import kept
from crm_tui.domain.methods import match_key
from crm_tui.domain.service import chunks, marks
from crm_tui.errors import InvalidDataError
from crm_tui.models import MethodKind
from crm_tui.store.transaction import Row, SqlValue, Transaction


class Child(NamedTuple):
    """Rows that hang on a record.

    Attributes:
        table: their table.
        column: what refers to the record.
        one: the word for one of them.
        many: the word for several.
        once: the columns that no two rows of the same record share, none when they may.
    """

    table: str
    column: str
    one: str
    many: str
    once: tuple[str, ...] = ()


CONTACT_CHILDREN: Final = (
    Child("participants", "contact_id", "interaction", "interactions", ("interaction_id",)),
    Child("deals", "contact_id", "deal", "deals"),
    Child("followups", "contact_id", "follow-up", "follow-ups"),
    Child("invoices", "contact_id", "invoice", "invoices"),
    Child("important_dates", "contact_id", "date", "dates", ("label", "date")),
    Child("contact_tags", "contact_id", "tag", "tags", ("tag_id",)),
    Child("contacts", "referred_by_id", "person they referred", "people they referred"),
)
COMPANY_CHILDREN: Final = (
    Child("contacts", "company_id", "person", "people"),
    Child("deals", "company_id", "deal", "deals"),
    Child("invoices", "company_id", "invoice", "invoices"),
    Child("company_tags", "company_id", "tag", "tags", ("tag_id",)),
    Child("companies", "parent_id", "company below it", "companies below it"),
)


def count(connection: sqlite3.Connection, child: Child, ids: Sequence[int], besides: Sequence[int]) -> int:
    """How many rows hang on the records; those of ``besides``, ids in the same table, are left out."""
    (number,) = connection.execute(
        f"SELECT count(*) FROM {child.table} WHERE {child.column} IN ({marks(ids)})"  # noqa: S608 - fixed names
        f" AND id NOT IN ({marks(besides)})",
        (*ids, *besides),
    ).fetchone()
    return int(number)


class Mover:
    """Moves the rows of ``gone`` records to the one that is kept, within one transaction."""

    def __init__(self, writing: Transaction, noun: str, table: str, into: int, gone: Sequence[int]) -> None:
        self._writing = writing
        self._noun = noun
        self._table = table
        self._kept = into
        self._gone = tuple(gone)
        self._group = frozenset((into, *gone))

    def move(self, child: Child) -> None:
        """Give the rows to the kept record; those it has already are removed."""
        table, column = child.table, child.column
        present = {_once(row, child.once) for row in self._rows(table, column, [self._kept])}
        for row in self._rows(table, column, self._gone):
            mark = _once(row, child.once)
            if table == self._table and _id(row) in self._group:
                continue  # a merged record itself; its own row is settled elsewhere
            if child.once and mark in present:
                self._writing.delete(table, _id(row))
            else:
                self._writing.update(table, _id(row), {column: self._kept})
                present.add(mark)

    def move_methods(self) -> None:
        """Ways to reach them: one with the same match key stays once, with the labels of both."""
        table, column = f"{self._noun}_methods", f"{self._noun}_id"
        present = {_reach(row): row for row in self._rows(table, column, [self._kept])}
        primary = {str(row["kind"]) for row in present.values() if row["is_primary"]}
        for row in self._rows(table, column, self._gone):
            known = present.get(_reach(row))
            if known is None:
                first = bool(row["is_primary"]) and row["kind"] not in primary
                primary.update([str(row["kind"])] if first else [])
                self._writing.update(table, _id(row), {column: self._kept, "is_primary": int(first)})
                present[_reach(row)] = row
                continue
            labels = _both(known["label"], row["label"])
            self._writing.update(table, _id(known), {"label": labels})
            known["label"] = labels
            self._writing.delete(table, _id(row))

    def add_links(self, links: Iterable[tuple[str, str]], region: str) -> None:
        """Keep web addresses, each with a label, as links of the kept record."""
        table, column = f"{self._noun}_methods", f"{self._noun}_id"
        rows = self._rows(table, column, [self._kept])
        present = {str(row["normal"] or row["value"]) for row in rows if row["kind"] == MethodKind.URL}
        for label, value in links:
            try:
                normal = match_key(MethodKind.URL, value, region)
            except InvalidDataError:
                normal = None
            if (normal or value) not in present:
                first = int(not present)
                present.add(normal or value)
                self._writing.insert(
                    table,
                    {column: self._kept, "kind": MethodKind.URL.value, "value": value, "normal": normal,
                     "label": label, "is_primary": first},
                )  # fmt: skip

    def move_relations(self) -> list[tuple[int, str, int]]:
        """Ties to others, at both ends; returns those between the merged, as (record, kind, other), which end."""
        ended: list[tuple[int, str, int]] = []
        rows = self._rows("relations", "contact_id", [self._kept, *self._gone])
        rows += self._rows("relations", "other_id", [self._kept, *self._gone])
        own = {_id(row): row for row in rows}
        present: set[tuple[int, int, str]] = set()
        # those of the kept one first: they are the ones that stay
        for row in sorted(own.values(), key=lambda row: not self._settled(row)):
            one, other = (self._now(row[end]) for end in ("contact_id", "other_id"))
            mark = (one, other, str(row["kind"]))
            if one == other:
                ended.append((int(str(row["contact_id"])), mark[2], int(str(row["other_id"]))))
            if one == other or mark in present:
                self._writing.delete("relations", _id(row))
            else:
                self._writing.update("relations", _id(row), {"contact_id": one, "other_id": other})
                present.add(mark)
        return ended

    def move_references(self) -> None:
        """External references, so that another import of the same source finds the kept record."""
        for row in self._of_entity("external_refs"):
            self._writing.update("external_refs", _id(row), {"entity_id": self._kept})

    def move_kept_lines(self) -> None:
        """Lines of other programs' files, those of a format together and none twice."""
        present = {str(row["format"]): row for row in self._of_entity("kept_lines", [self._kept])}
        for row in self._of_entity("kept_lines"):
            known = present.get(str(row["format"]))
            if known is None:
                self._writing.update("kept_lines", _id(row), {"entity_id": self._kept})
                present[str(row["format"])] = row
                continue
            known["lines"] = _all_lines(str(row["format"]), str(known["lines"]), str(row["lines"]))
            self._writing.update("kept_lines", _id(known), {"lines": known["lines"]})
            self._writing.delete("kept_lines", _id(row))

    def move_decisions(self) -> None:
        """What the person said about likenesses: "not the same" holds for the kept record, too."""
        rows = {
            _id(row): row
            for column in ("first_id", "second_id")
            for row in self._rows("distinct_pairs", column, [self._kept, *self._gone])
            if row["entity"] == self._table
        }
        present: set[tuple[int, int]] = set()
        for row in sorted(rows.values(), key=lambda row: not self._settled(row, "first_id", "second_id")):
            first, second = sorted(self._now(row[end]) for end in ("first_id", "second_id"))
            if first == second or (first, second) in present:
                self._writing.delete("distinct_pairs", _id(row))
            else:
                self._writing.update("distinct_pairs", _id(row), {"first_id": first, "second_id": second})
                present.add((first, second))

    def _settled(self, row: Row, *ends: str) -> bool:
        """Whether the row refers to none of the records that go."""
        return not any(row[end] in self._gone for end in ends or ("contact_id", "other_id"))

    def _now(self, record_id: SqlValue) -> int:
        return self._kept if record_id in self._group else int(str(record_id))

    def _rows(self, table: str, column: str, ids: Sequence[int]) -> list[Row]:
        """Whole rows, those of an earlier record first."""
        found: list[Row] = []
        for part in chunks(ids):
            cursor = self._writing.connection.execute(
                f"SELECT * FROM {table} WHERE {column} IN ({marks(part)})",  # noqa: S608 - fixed names
                part,
            )
            names = [each[0] for each in cursor.description]
            found += [dict(zip(names, values, strict=True)) for values in cursor]
        place = {each: number for number, each in enumerate(ids)}
        return sorted(found, key=lambda row: (place[int(str(row[column]))], _id(row)))

    def _of_entity(self, table: str, ids: Sequence[int] | None = None) -> list[Row]:
        rows = self._rows(table, "entity_id", self._gone if ids is None else ids)
        return [row for row in rows if row["entity"] == self._table]


def _once(row: Row, columns: Sequence[str]) -> tuple[SqlValue, ...]:
    return tuple(
        value.casefold() if isinstance(value, str) else value for value in (row[each] for each in columns)
    )


def _reach(row: Row) -> tuple[SqlValue, SqlValue]:
    """What makes two methods the same: kind and match key, the text where there is none."""
    return row["kind"], row["normal"] or row["value"]


def _all_lines(form: str, one: str, other: str) -> str:
    """The lines of both; those of a card stand in groups, which stay together."""
    if form == "vcard":
        return kept.packed([*kept.blocks(one), *kept.blocks(other)])
    lines = one.split("\n")
    return "\n".join([*lines, *(line for line in other.split("\n") if line not in lines)])


def _both(one: SqlValue, other: SqlValue) -> SqlValue:
    if one is None or other is None:
        return other if one is None else one
    left, right = str(one), str(other)
    return left if right.casefold() in left.casefold().split(", ") else f"{left}, {right}"


def _id(row: Row) -> int:
    return int(str(row["id"]))
