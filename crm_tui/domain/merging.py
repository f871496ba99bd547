"""Making one record of several: everything moves to the one that is kept, nothing is lost, the others go.

One operation, so that one undo gives every row back. A record that was put away can be merged; the kept one is in the
lists afterwards unless all of them were put away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from crm_tui.domain import checks, views
from crm_tui.domain.merge_children import COMPANY_CHILDREN, CONTACT_CHILDREN, Child, Mover, count
from crm_tui.domain.merge_fields import (
    COMPANY_FIELDS,
    CONTACT_FIELDS,
    LINKS,
    MergeField,
    decide,
    earliest,
    joined_note,
    latest,
    note_lines,
    origin,
)
from crm_tui.domain.service import Service
from crm_tui.errors import InvalidDataError
from crm_tui.models import Company, CompanyView, Contact, ContactView
from crm_tui.store import records
from crm_tui.store.transaction import Row, SqlValue, Transaction
from crm_tui.text import name_key

Entity = Literal["contacts", "companies"]
_REFERRED: Final = {"company_id": "companies", "parent_id": "companies", "referred_by_id": "contacts"}


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What merging would do.

    Attributes:
        entity: contacts or companies.
        kept: the id of the record that stays.
        gone: the ids of those that become part of it.
        names: each one's name by its id.
        fields: every field with what each record has and whose value wins.
        moves: what moves, as (number, words), such as (3, "deals").
        lines: what the note will say about values that lose.
        links: losing web addresses that stay as links, as (label, address).
    """

    entity: Entity
    kept: int
    gone: tuple[int, ...]
    names: Mapping[int, str]
    fields: tuple[MergeField, ...]
    moves: tuple[tuple[int, str], ...]
    lines: tuple[str, ...]
    links: tuple[tuple[str, str], ...]

    @property
    def differing(self) -> tuple[MergeField, ...]:
        """The fields in which the records differ."""
        return tuple(each for each in self.fields if each.differs)


class Merging(Service):
    """Verbs that make one of several; ``choose`` names a field (or a custom key) and the record whose value wins."""

    def contacts(
        self, keep_id: int, other_ids: Sequence[int], choose: Mapping[str, int] | None = None
    ) -> ContactView:
        """Make one person of several; the others' ids mean nobody afterwards.

        Raises:
            NotFoundError: one of them is not there.
            InvalidDataError: a person with themselves, or a choice that is none.
        """
        with self.crm.transaction(self._summary("contacts", keep_id, other_ids)) as writing:
            plan, rows = self._prepare("contacts", keep_id, other_ids, choose)
            mover = Mover(writing, "contact", "contacts", plan.kept, plan.gone)
            for child in CONTACT_CHILDREN:
                mover.move(child)
            ended = mover.move_relations()
            ties = [f"{kind}: {plan.names[other]} {origin(one, plan.names)}" for one, kind, other in ended]
            row = self._row(plan, rows, [*plan.lines, *ties])
            row["last_contacted_base_on"] = latest(rows, "last_contacted_base_on")
            self._write(writing, plan, row, mover)
        return self.crm.contacts.get(keep_id)

    def companies(
        self, keep_id: int, other_ids: Sequence[int], choose: Mapping[str, int] | None = None
    ) -> CompanyView:
        """Make one company of several; the others' ids mean none afterwards.

        Raises:
            NotFoundError: one of them is not there.
            InvalidDataError: a company with itself, or a choice that is none.
        """
        with self.crm.transaction(self._summary("companies", keep_id, other_ids)) as writing:
            plan, rows = self._prepare("companies", keep_id, other_ids, choose)
            mover = Mover(writing, "company", "companies", plan.kept, plan.gone)
            for child in COMPANY_CHILDREN:
                mover.move(child)
            self._write(writing, plan, self._row(plan, rows, plan.lines), mover)
        return self.crm.companies.get(keep_id)

    def plan(
        self,
        entity: Entity,
        keep_id: int,
        other_ids: Sequence[int],
        choose: Mapping[str, int] | None = None,
    ) -> MergePlan:
        """What merging would do, without doing it.

        Raises:
            NotFoundError: one of the records is not there.
            InvalidDataError: a record with itself, or a choice that is none.
        """
        return self._prepare(entity, keep_id, other_ids, choose)[0]

    def _prepare(
        self, entity: Entity, keep_id: int, other_ids: Sequence[int], choose: Mapping[str, int] | None
    ) -> tuple[MergePlan, list[Row]]:
        ids = [keep_id, *dict.fromkeys(other_ids)]
        if not other_ids:
            raise InvalidDataError("There is nothing to merge it with.", "Name another record, too.")
        kept = self._one(entity, keep_id)
        if keep_id in other_ids:
            raise InvalidDataError(
                f"{kept.name} ({keep_id}) cannot be merged with itself.", "Name another record."
            )
        for each in other_ids:
            self._one(entity, each)
        rows = [self._stored(entity, each) for each in ids]
        if entity == "companies":
            self._untangle(rows, ids)
        names = {int(str(row["id"])): str(row["name"]) for row in rows}
        words = CONTACT_FIELDS if entity == "contacts" else COMPANY_FIELDS
        labels = {field.key: field.label for field in self.crm.fields.list(entity)}
        fields = decide(rows, words, choose or {}, self._name_of, labels)
        links = [
            (field.word, text) for field in fields if field.field in LINKS for text in field.losing.values()
        ]
        plan = MergePlan(
            entity=entity,
            kept=keep_id,
            gone=tuple(ids[1:]),
            names=names,
            fields=tuple(fields),
            moves=tuple(self._moves(entity, keep_id, ids[1:])),
            lines=tuple(note_lines(fields, names)),
            links=tuple(links),
        )
        return plan, rows

    def _moves(self, entity: Entity, kept: int, gone: Sequence[int]) -> list[tuple[int, str]]:
        methods = "contact" if entity == "contacts" else "company"
        kinds = (
            *(CONTACT_CHILDREN if entity == "contacts" else COMPANY_CHILDREN),
            Child(f"{methods}_methods", f"{methods}_id", "way to reach them", "ways to reach them"),
        )
        merged = (kept, *gone)
        counted = (
            (count(self.connection, child, gone, merged if child.table == entity else ()), child)
            for child in kinds
        )
        return [(number, child.one if number == 1 else child.many) for number, child in counted if number]

    def _row(self, plan: MergePlan, rows: Sequence[Row], lines: Sequence[str]) -> dict[str, SqlValue]:
        """The kept record's columns afterwards."""
        row: dict[str, SqlValue] = {
            field.field: records.to_sql(field.value) for field in plan.fields if not field.custom
        }
        row["name_key"] = name_key(str(row["name"]))
        custom = {
            field.field: field.value for field in plan.fields if field.custom and field.value is not None
        }
        row["custom"] = records.to_sql(custom)
        row["note"] = checks.optional_text(joined_note(rows, lines), "note")
        row["created_at"] = earliest(rows, "created_at")
        away = all(each["archived_at"] is not None for each in rows)
        row["archived_at"] = rows[0]["archived_at"] if away else None
        return row

    def _write(
        self, writing: Transaction, plan: MergePlan, row: Mapping[str, SqlValue], mover: Mover
    ) -> None:
        """Write the kept record, move what every kind of record has, and let the others go."""
        mover.move_methods()
        mover.add_links(plan.links, self.crm.config.region)
        mover.move_references()
        mover.move_kept_lines()
        mover.move_decisions()
        writing.update(plan.entity, plan.kept, row)
        for each in plan.gone:
            # one of them may refer to another
            column = "referred_by_id" if plan.entity == "contacts" else "parent_id"
            writing.update(plan.entity, each, {column: None})
        for each in plan.gone:
            writing.delete(plan.entity, each)

    def _stored(self, entity: Entity, record_id: int) -> Row:
        cursor = self.connection.execute(f"SELECT * FROM {entity} WHERE id = ?", (record_id,))  # noqa: S608
        return dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))

    def _untangle(self, rows: Sequence[Row], ids: Sequence[int]) -> None:
        """Forget parents that are among the merged or below them: the one record would be above itself."""
        for row in rows:
            above, seen = row["parent_id"], set[SqlValue]()
            while above is not None and above not in ids and above not in seen:
                seen.add(above)
                found = self.connection.execute("SELECT parent_id FROM companies WHERE id = ?", (above,))
                (above,) = found.fetchone()
            if above is not None:
                row["parent_id"] = None

    def _name_of(self, column: str, record_id: int) -> str:
        return views.names(self.connection, _REFERRED[column], "name", [record_id])[record_id]

    def _one(self, entity: Entity, record_id: int) -> Contact | Company:
        return self.one(Contact, record_id) if entity == "contacts" else self.one(Company, record_id)

    def _summary(self, entity: Entity, keep_id: int, other_ids: Sequence[int]) -> str:
        name = self._one(entity, keep_id).name
        others = list(dict.fromkeys(other_ids))
        noun, many = ("contact", "people") if entity == "contacts" else ("company", "companies")
        if len(others) == 1:
            return f"merge {noun} {self._one(entity, others[0]).name} into {name}"
        return f"merge {len(others):,} {many} into {name}"
