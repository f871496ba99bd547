"""What a card says that no field holds: lines kept with its record, to come out again.

The text is one property a line, unfolded, sorted, so that the same card always gives the same text. Properties of one
group stand together (``item1.X-A:...`` and ``item1.X-ABLABEL:...``), groups numbered from 1. A line that begins with
``=`` says more about a field than the field holds (``=N:;;Maria;Dr.;``) and comes out only while it fits the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

    from crm_tui.store.transaction import SqlValue, Transaction

Block = tuple[str, ...]
"""The lines of one property and what hangs on it, without their group."""
LABEL: Final = "X-ABLABEL"
_GROUP: Final = re.compile(r"item[0-9]+\.")
_NAME: Final = re.compile(r"=?[A-Za-z0-9-]+")


def packed(blocks: Iterable[Block]) -> str:
    """Blocks as they are stored, each once."""
    found: list[str] = []
    number = 0
    for block in sorted(set(blocks)):
        if len(block) > 1:
            number += 1
            found += [f"item{number}.{line}" for line in block]
        else:
            found += block
    return "\n".join(found)


def blocks(text: str) -> list[Block]:
    """The blocks of a stored text."""
    found: list[list[str]] = []
    last = ""
    for line in text.split("\n"):
        group = _GROUP.match(line)
        name = group[0] if group else ""
        bare = line[group.end() :] if group else line
        if name and name == last:
            found[-1].append(bare)
        elif bare:
            found.append([bare])
        last = name
    return [tuple(each) for each in found]


def name_of(block: Sequence[str]) -> str:
    """The property that a block is about, in capitals."""
    for line in block:
        found = _NAME.match(line)
        name = found[0].upper() if found else ""
        if name != LABEL:
            return name
    return LABEL


def merged(old: str, new: str) -> str:
    """The stored text after a newer card: what it says replaces the same properties, the others stay."""
    if not old or not new:
        return old or new
    newer = blocks(new)
    said = {name_of(each) for each in newer}
    return packed([*(each for each in blocks(old) if name_of(each) not in said), *newer])


def read(connection: sqlite3.Connection, entity: str, entity_id: int) -> tuple[int | None, str]:
    """The row that keeps a record's lines, and the lines."""
    row = connection.execute(
        "SELECT id, lines FROM kept_lines WHERE entity = ? AND entity_id = ? AND format = 'vcard'",
        (entity, entity_id),
    ).fetchone()
    return (None, "") if row is None else (int(row[0]), str(row[1]))


def write(writing: Transaction, entity: str, entity_id: int, lines: str) -> None:
    """Keep these lines with a record instead of those it has; none when empty."""
    row_id, old = read(writing.connection, entity, entity_id)
    if old == lines:
        return
    if row_id is None:
        row: dict[str, SqlValue] = {
            "entity": entity,
            "entity_id": entity_id,
            "format": "vcard",
            "lines": lines,
        }
        writing.insert("kept_lines", row)
    elif lines:
        writing.update("kept_lines", row_id, {"lines": lines})
    else:
        writing.delete("kept_lines", row_id)
