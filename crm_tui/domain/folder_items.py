"""In which files of folders the records of this base are known, and in what content.

An import of a folder notes what it took whole: a reference whose source is the folder, and whose key is the name of
the file and the mark of its content. It is journaled like all that an import does, so that an import that is taken back
leaves its files unknown, and it goes when the record goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain import card_ids
from crm_tui.domain.loading.entries import SOURCE as CALENDAR
from crm_tui.domain.loading.entries import OwnEntries
from crm_tui.domain.loading.rows import NewRows
from crm_tui.store.transaction import SqlValue, Transaction

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

TABLE: Final = "external_refs"
CARDS: Final = ("contacts", "companies")
ENTRIES: Final = ("followups", "interactions")


class Known(NamedTuple):
    """What a file held when it was imported: the mark of its content, the record, and the row that says so.

    ``deleted`` is that of a record that was deleted since, and of the row with it.
    """

    row: int
    digest: str
    entity: str
    record: int
    deleted: bool = False

    @property
    def by(self) -> str:
        """What tells this import of the file from every other one."""
        return f"{self.row}:{self.digest}"


class Taken(NamedTuple):
    """A file that was imported whole."""

    name: str
    digest: str
    entity: str
    record: int


def known(crm: Crm, folder: str) -> dict[str, Known]:
    """What was imported last from each file of a folder, given by its whole path."""
    rows = crm.connection.execute(
        "SELECT id, key, entity, entity_id FROM external_refs"
        " WHERE entity IN ('contacts', 'companies', 'followups', 'interactions') AND source = ? ORDER BY id",
        (_source(folder),),
    )
    found: dict[str, Known] = {}
    for row, key, entity, record in rows:
        name, _, digest = key.rpartition(" ")
        found[name] = Known(row, digest, entity, record)
    return {**_of_deleted(crm, folder), **found}


def _of_deleted(crm: Crm, folder: str) -> dict[str, Known]:
    """What was imported from files whose records were deleted since: such a file does not bring its record back."""
    rows = crm.connection.execute(
        "SELECT c.entity_id, json_extract(c.before, '$.key'), json_extract(c.before, '$.entity'),"
        " json_extract(c.before, '$.entity_id')"
        " FROM changes c JOIN operations o ON o.id = c.operation_id"
        " WHERE c.entity = 'external_refs' AND c.after IS NULL AND json_extract(c.before, '$.source') = ?"
        " AND o.undone_at IS NULL ORDER BY c.id",
        (_source(folder),),
    ).fetchall()
    found: dict[str, Known] = {}
    for row, key, entity, record in rows:
        if entity not in (*CARDS, *ENTRIES):
            continue
        there = crm.connection.execute(
            f"SELECT 1 FROM {entity} WHERE id = ?",  # noqa: S608 - one of four names
            (record,),
        )
        if there.fetchone() is None:
            name, _, digest = key.rpartition(" ")
            found[name] = Known(row, digest, entity, record, deleted=True)
    return found


def note(
    crm: Crm,
    writing: Transaction,
    folder: str,
    taken: Iterable[Taken],
    before: Mapping[str, Known],
    there: Collection[str],
) -> None:
    """Note what was imported from files of a folder.

    Args:
        crm: the open base.
        writing: the operation of the import.
        folder: its whole path.
        taken: the files.
        before: what was known of the folder.
        there: the names of the files in it; of a record's file that has another name now nothing is kept.
    """
    moved: dict[tuple[str, int], list[Known]] = {}
    for name, old in before.items():
        if name not in there and not old.deleted:
            moved.setdefault((old.entity, old.record), []).append(old)
    rows = NewRows(crm, writing)
    for each in taken:
        renamed = moved.pop((each.entity, each.record), [])
        row: dict[str, SqlValue] = {
            "entity": each.entity,
            "entity_id": each.record,
            "key": f"{each.name} {each.digest}",
        }
        same = before.get(each.name)
        if same is not None and not same.deleted:
            renamed.append(same)
        for stale in renamed:
            writing.delete(TABLE, stale.row)
        # a row of its own for each import, so that one of the same content is told from an earlier one
        rows.add(TABLE, {"source": _source(folder), **row})
    rows.complete()


def taken_back(crm: Crm, row: int) -> bool:
    """Whether an operation that made or changed such a row is undone."""
    found = crm.connection.execute(
        "SELECT 1 FROM operations WHERE undone_at IS NOT NULL AND id IN ("
        "SELECT operation_id FROM changes WHERE entity = 'external_refs' AND entity_id = ?1 UNION"
        " SELECT operation_id FROM change_ranges WHERE entity = 'external_refs'"
        " AND ?1 BETWEEN first_id AND last_id) LIMIT 1",
        (row,),
    ).fetchone()
    return found is not None


def newest_operation(crm: Crm) -> int:
    """The number of the last operation, 0 before the first."""
    (number,) = crm.connection.execute("SELECT coalesce(max(id), 0) FROM operations").fetchone()
    return int(number)


def uids(crm: Crm, entity: str, ids: list[int]) -> dict[int, str]:
    """The UID under which each record of a table goes out; records that are gone have none."""
    if entity in CARDS:
        return card_ids.uids(crm, entity, ids)
    from crm_tui.domain.entries import MOST, extras
    from crm_tui.domain.service import chunks, marks

    found: dict[int, str] = {}
    for part in chunks(ids, MOST):
        made = crm.connection.execute(
            f"SELECT id, created_at FROM {entity} WHERE id IN ({marks(part)})",  # noqa: S608 - fixed names
            part,
        ).fetchall()
        found.update((each, extra.uid) for each, extra in extras(crm, entity, made).items())
    return found


def is_there(crm: Crm, entities: Iterable[str], uid: str) -> bool:
    """Whether a record of one of the tables goes by a UID."""
    entries: OwnEntries | None = None
    for entity in entities:
        if entity in CARDS:
            if card_ids.meant(crm, entity, uid) is not None:
                return True
            continue
        row = crm.connection.execute(
            "SELECT 1 FROM external_refs WHERE entity = ? AND source = ? AND key = ?", (entity, CALENDAR, uid)
        ).fetchone()
        entries = entries or OwnEntries(crm)
        if row or entries.find(entity, uid) is not None:
            return True
    return False


def _source(folder: str) -> str:
    """The folder by a mark: whoever reads a person's data need not know how one's disk is kept."""
    return f"folder {hashlib.sha256(folder.encode('utf-8', 'surrogateescape')).hexdigest()[:20]}"
