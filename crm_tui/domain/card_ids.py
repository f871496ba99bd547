"""Under which UID a record goes out as a card, and which record a UID means.

A record that came as a card keeps the UID it came with. The others get one of the base's own mark and their id: it
stays the same over exports without being noted anywhere, and is recognised when it comes back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from crm_tui.domain.service import CHUNK, marks

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

SOURCE: Final = "vcard"
_KEY: Final = "base"
_OWN: Final = re.compile(r"crm-([0-9a-f]{16})-(company-)?([0-9]{1,18})")
_KINDS: Final = {"contacts": "", "companies": "company-"}
"""What stands before the id; a person and a company may have the same."""


def base_mark(crm: Crm) -> str:
    """What tells this base from all others; made up the first time it is needed, the same in every copy.

    Raises:
        DatabaseError: it is needed for the first time and the file cannot be written.
    """
    found = known_mark(crm)
    if found is None:
        import secrets

        with crm.unjournaled() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", (_KEY, secrets.token_hex(8))
            )
        found = known_mark(crm)
    return found or ""


def uids(crm: Crm, entity: str, ids: Sequence[int]) -> dict[int, str]:
    """The UID of each record of a table."""
    head = f"crm-{base_mark(crm)}-{_KINDS[entity]}"
    found = {each: f"{head}{each}" for each in ids}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        rows = crm.connection.execute(
            "SELECT entity_id, key FROM external_refs WHERE entity = ? AND source = ?"  # noqa: S608 - marks only
            f" AND entity_id IN ({marks(part)}) ORDER BY id DESC",
            (entity, SOURCE, *part),
        )
        # of several the one it had first
        found.update(rows.fetchall())
    return found


def meant(crm: Crm, entity: str, uid: str, source: str = SOURCE) -> int | None:
    """The record of a table that a UID means, None for none."""
    row = crm.connection.execute(
        "SELECT entity_id FROM external_refs WHERE entity = ? AND source = ? AND key = ?",
        (entity, source, uid),
    ).fetchone()
    return int(row[0]) if row else own(crm, entity, uid)


def own(crm: Crm, entity: str, uid: str) -> int | None:
    """The record of this base that a UID of its own means, None when it is none or the record is gone."""
    found = _OWN.fullmatch(uid)
    if found is None or (found[2] or "") != _KINDS[entity] or found[1] != known_mark(crm):
        return None
    row = crm.connection.execute(f"SELECT id FROM {entity} WHERE id = ?", (int(found[3]),))  # noqa: S608 - a table
    return next((each for (each,) in row), None)


def is_of_company(uid: str) -> bool:
    """Whether this program, on whatever machine, gave the UID to a company."""
    found = _OWN.fullmatch(uid)
    return found is not None and found[2] is not None


def known_mark(crm: Crm) -> str | None:
    """What tells this base from all others, None while nothing has needed it."""
    row = crm.connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    return str(row[0]) if row else None
