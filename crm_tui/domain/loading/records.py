"""Records that are no people, as a load sees them: a row about one, what is particular to a kind, what a row changes.

``record_loader`` takes the rows.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from crm_tui.domain.loading.drafts import Change, Method
from crm_tui.domain.loading.later import Later, Said
from crm_tui.domain.loading.rows import NewRows
from crm_tui.domain.service import marks
from crm_tui.store import records
from crm_tui.store.transaction import SqlValue

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import CustomValue
    from crm_tui.store.transaction import Transaction

OWN: Final = "crm"
"""The source under which records of the program's own exports are known, by ``own_key``."""


@dataclass(slots=True)
class RecordDraft:
    """A row about a record, checked. What is blank in the row is not there, and never erases anything.

    Attributes:
        line: the row's first line in the file.
        name: its name, title or summary.
        key: the folded name.
        external: its id in the source.
        own_id: the record that the program itself wrote the row of.
        columns: values of the record's own columns, as stored.
        defaults: values for columns that are empty in the row and in the record.
        values: what else the kind knows to make something of.
        value_defaults: such values, for what is empty in the row and in the record.
    """

    line: int
    name: str = ""
    key: str = ""
    external: str | None = None
    own_id: int | None = None
    created_at: str | None = None
    columns: dict[str, SqlValue] = field(default_factory=dict)
    defaults: Mapping[str, SqlValue] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    value_defaults: Mapping[str, Any] = field(default_factory=dict)
    methods: list[Method] = field(default_factory=list)
    tags: Sequence[str] = ()
    custom: dict[str, CustomValue] = field(default_factory=dict)

    def column(self, name: str) -> SqlValue:
        """The value of a column, the default's where the row has none."""
        found = self.columns.get(name)
        return self.defaults.get(name) if found is None else found

    def lay_over(self, later: RecordDraft) -> None:
        """Lay a later row about the same record over this one."""
        self.name, self.key = (later.name, later.key) if later.name else (self.name, self.key)
        self.external = self.external if later.external is None else later.external
        self.columns = {**self.columns, **later.columns}
        for name, value in later.values.items():
            if isinstance(value, list):
                self.values[name] = [*self.values.get(name, ()), *value]
            elif value or isinstance(value, int) or value is None:
                self.values[name] = value
        self.custom = {**self.custom, **later.custom}
        self.methods = [*self.methods, *later.methods]
        self.tags = [*self.tags, *later.tags]


@dataclass(slots=True)
class Difference:
    """What a row changes on a record: shown to the person, and how it is written."""

    name: str
    shown: list[Change] = field(default_factory=list)
    columns: dict[str, SqlValue] = field(default_factory=dict)
    actions: list[Callable[[], object]] = field(default_factory=list)

    def note(self, name: str, old: object, new: object) -> None:
        """Note a change for the person."""
        self.shown.append(Change(name, as_text(old), as_text(new)))


Find = Callable[[str, Iterable[int]], list[int]]
"""From a match key and the stored records that have it to the records that the row can mean."""


class RecordKind(ABC):
    """What is particular to one kind of record."""

    table: ClassVar[str]
    noun: ClassVar[str]
    owner: ClassVar[str | None] = None
    """What its tags and methods belong to, where it has any."""
    named: ClassVar[str] = "name"
    key_fields: ClassVar[tuple[str, ...]]
    """The fields that it can be matched by alone."""
    later: Later
    """The loader's, for what ``compare`` and ``create`` cannot find out yet."""

    def __init__(self, crm: Crm, writing: Transaction, rows: NewRows) -> None:
        self.crm = crm
        self.writing = writing
        self.rows = rows
        self._tag_ids: dict[str, int] = {}

    def resolve(self, draft: RecordDraft) -> None:  # noqa: B027 - a company refers to nothing
        """Find what the row refers to; RejectedRowError when it is not there."""

    @abstractmethod
    def match(self, draft: RecordDraft, find: Find, in_file: Callable[[int], bool]) -> tuple[list[int], str]:
        """The records that the row can mean, none for a new one, and by what; several reject the row."""

    @abstractmethod
    def by_key(self, draft: RecordDraft, key: str, find: Find) -> list[int]:
        """The records that have the row's value in one field."""

    @abstractmethod
    def marks(self, draft: RecordDraft) -> Iterable[str]:
        """The keys under which ``match`` and ``by_key`` look for such a record."""

    @abstractmethod
    def create(self, draft: RecordDraft) -> int:
        """Make a record of the row; RejectedRowError, and nothing written, when that cannot be."""

    @abstractmethod
    def compare(self, record_id: int, draft: RecordDraft) -> Difference:
        """What the row changes on the record."""

    def settle(self, said: Sequence[Said]) -> Mapping[int, Sequence[Change]]:
        """Write what was noted in ``later``, now that the whole file is there; returns what that changes, by record."""
        return {}

    def finish(self) -> list[str]:
        """Say what is to be said at the end."""
        return []

    def apply(self, record_id: int, found: Difference) -> None:
        """Write what the row changes."""
        for action in found.actions:
            action()
        if found.columns:
            self.writing.update(self.table, record_id, found.columns)

    def compare_columns(self, row: Mapping[str, SqlValue], draft: RecordDraft, found: Difference) -> None:
        """Note the columns that differ; a default fills only what is empty, a note keeps what is in it."""
        wanted = {name: value for name, value in draft.defaults.items() if row[name] is None} | draft.columns
        for name, value in wanted.items():
            old = row[name]
            if value is None or value == old or (name == "note" and old and str(value) in str(old)):
                continue
            found.columns[name] = value
            found.note(name, old, value)
        if draft.custom:
            stored: dict[str, CustomValue] = json.loads(str(row["custom"]))
            for key, given in draft.custom.items():
                if stored.get(key) != given:
                    found.note(key, stored.get(key), given)
                    stored[key] = given
                    found.columns["custom"] = records.to_sql(stored)

    def compare_tags(self, record_id: int, draft: RecordDraft, found: Difference) -> None:
        """Note the tags that the record has not."""
        if not draft.tags or self.owner is None:
            return
        owner = self.owner
        present = {tag.casefold() for tag in self.crm.tags.names_of(owner, record_id)}
        for tag in draft.tags:
            if tag.casefold() not in present:
                present.add(tag.casefold())
                found.note("tags", "", tag)
                found.actions.append(partial(self.crm.tags.put, self.writing, owner, record_id, [tag]))

    def add_tags(self, record_id: int, draft: RecordDraft) -> None:
        """Put the row's tags on a new record."""
        for tag in {each.casefold(): each for each in draft.tags}.values():
            known = self._tag_ids.get(tag.casefold())
            if known is None:
                known = self._tag_ids[tag.casefold()] = self.crm.tags.ensure(self.writing, tag)
            self.rows.add(f"{self.owner}_tags", {f"{self.owner}_id": record_id, "tag_id": known})

    def shown(self, table: str, record_id: object) -> str:
        """The name of a record that one refers to, "" for none."""
        if record_id is None:
            return ""
        name = "title" if table == "deals" else "name"
        row = self.crm.connection.execute(
            f"SELECT {name} FROM {table} WHERE id = ?",  # noqa: S608 - fixed names
            (record_id,),
        ).fetchone()
        return str(row[0]) if row else ""

    def packed(self, custom: Mapping[str, CustomValue]) -> SqlValue:
        """Custom values as they are stored."""
        return records.to_sql(custom)

    def name_of(self, record_id: int) -> str:
        """The name of a record."""
        self.rows.flush()
        row = self.crm.connection.execute(
            f"SELECT {self.named} FROM {self.table} WHERE id = ?",  # noqa: S608 - fixed names
            (record_id,),
        ).fetchone()
        return str(row[0]) if row else ""


class Origins:
    """Which records of a table the rows of an own export can be of.

    Ids and moments repeat from base to base: a row may be of the record that has its id here and was there when the
    load began, or of one that came from another base under that id.
    """

    def __init__(self, crm: Crm, table: str) -> None:
        self._connection = crm.connection
        self._table = table
        (newest,) = self._connection.execute(f"SELECT max(id) FROM {table}").fetchone()  # noqa: S608
        self._newest = int(newest or 0)

    def was_here(self, record_id: int) -> bool:
        """Whether the record was there when the load began."""
        return record_id <= self._newest

    def came_as(self, keys: Sequence[str]) -> dict[str, int]:
        """The records that came from other bases under these keys, see ``own_key``."""
        rows = self._connection.execute(
            "SELECT key, entity_id FROM external_refs WHERE entity = ? AND source = ?"  # noqa: S608 - marks only
            f" AND key IN ({marks(keys)})",
            (self._table, OWN, *keys),
        )
        return dict(rows.fetchall())


def own_key(record_id: str, created_at: str | None) -> str:
    """The external id of a record of another base of the program: ids alone repeat from base to base."""
    return f"{record_id} {created_at}" if created_at else record_id


def as_text(value: object) -> str:
    """A value as a person is shown it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
