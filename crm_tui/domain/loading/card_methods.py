"""What cards say of the ways to reach a person or a company: labels, preferences, and texts as a card holds them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from crm_tui.domain.loading.drafts import Change, Method
from crm_tui.store.transaction import Transaction

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
Step = tuple[Change, Callable[[], object]]
"""A change as the person is shown it, and how it is written."""
_Row = tuple[int, str, str, str | None, str | None, int]
"""id, kind, value, match key, label, whether it is the primary one."""


def as_written(text: str) -> str:
    """A text as a card holds it: no controls, one kind of line end, no space around it."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def altered_methods(writing: Transaction, owner: str, owner_id: int) -> set[tuple[str, str]]:
    """Kind and text of the stored methods that a card cannot hold as they are, as it holds them."""
    return {
        (kind, as_written(value))
        for _, kind, value, *_ in _rows(writing, owner, owner_id)
        if as_written(value) != value
    }


def method_steps(
    writing: Transaction, owner: str, owner_id: int, methods: Sequence[Method], preferred: Mapping[str, str]
) -> Iterator[Step]:
    """What a card changes on the labels of the stored methods, and on which of a kind is the primary one.

    Args:
        writing: the load.
        owner: contact or company.
        owner_id: whose methods.
        methods: those of the card.
        preferred: kind -> match key or value of the one that the card prefers.
    """
    if not any(each.label for each in methods) and not preferred:
        return
    table, rows = f"{owner}_methods", _rows(writing, owner, owner_id)
    for method in methods:
        same = (
            [row for row in rows if row[1] == method.kind and _is_same(row, method)] if method.label else ()
        )
        if same and all(as_written(row[4] or "") != method.label for row in same):
            action = partial(writing.update, table, same[0][0], {"label": method.label})
            yield Change(f"label of {method.value}", same[0][4] or "", method.label or ""), action
    for kind, wanted in preferred.items():
        of_kind = [row for row in rows if row[1] == kind]
        chosen = next((row for row in of_kind if wanted in (row[3], row[2])), None)
        if chosen is not None and not chosen[5]:
            old = next((row[2] for row in of_kind if row[5]), "")
            ids = [(row[0], int(row is chosen)) for row in of_kind]
            yield Change(f"primary {kind}", old, chosen[2]), partial(_prefer, writing, table, ids)


def _rows(writing: Transaction, owner: str, owner_id: int) -> list[_Row]:
    return writing.connection.execute(
        "SELECT id, kind, value, normal, label, is_primary"  # noqa: S608 - fixed names
        f" FROM {owner}_methods WHERE {owner}_id = ?",
        (owner_id,),
    ).fetchall()


def _is_same(row: _Row, method: Method) -> bool:
    return row[2] == method.value or (row[3] is not None and row[3] == method.normal)


def _prefer(writing: Transaction, table: str, ids: Sequence[tuple[int, int]]) -> None:
    for row_id, primary in ids:
        writing.update(table, row_id, {"is_primary": primary})
