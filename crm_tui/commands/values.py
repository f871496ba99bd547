"""From the options of a command to the values of a record: what contacts, companies and deals share.

An option that is not given changes nothing; the word ``none`` empties a field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from crm_tui.errors import UsageError

if TYPE_CHECKING:
    from crm_tui.columns import Kind
    from crm_tui.filters import Node

R = TypeVar("R")

NONE = "none"


def parsed(filters: Sequence[str] | None) -> Node | None:
    """The filter that the words of a command line make; None without words.

    Raises:
        UsageError: it is malformed.
    """
    if not filters:
        return None
    from crm_tui.filters import parse_args

    return parse_args(filters)


def given(**options: Any) -> dict[str, Any]:
    """The options that were given, ``none`` made None."""
    return {name: empty(value) for name, value in options.items() if value is not None}


def empty(value: Any) -> Any:
    """None, or an empty list, for the word ``none``."""
    if isinstance(value, str) and value.strip().lower() == NONE:
        return None
    if isinstance(value, list) and [str(each).strip().lower() for each in value] == [NONE]:
        return []
    return value


def assignments(pairs: Sequence[str] | None) -> Mapping[str, str | None]:
    """``KEY=VALUE`` pairs as custom values; an empty value removes the field's.

    Raises:
        UsageError: one has no ``=``.
    """
    found: dict[str, str | None] = {}
    for pair in pairs or ():
        key, sign, value = pair.partition("=")
        if not sign or not key.strip():
            raise UsageError(
                f'--set "{pair}" is no KEY=VALUE.',
                "Write it like --set size=L; crm field list shows the keys.",
            )
        found[key.strip()] = value.strip() or None
    return found


def whole(text: str, what: str) -> int:
    """A whole number that an option holds as text, because it also takes a word.

    Raises:
        UsageError: it is none.
    """
    found = text.strip()
    if not (found.isascii() and found.removeprefix("-").isdigit()) or len(found) > 18:
        raise UsageError(f'"{text[:40]}" is no {what}.', "Write a whole number.")
    return int(found)


def in_order(rows: Sequence[R], kind: Kind, wanted: str | None) -> list[R]:
    """Records sorted by a field, ``-`` in front for descending, empty ones last; as they are when None.

    Raises:
        UsageError: there is no such field.
    """
    if not wanted:
        return [*rows]
    column = kind.column(wanted.removeprefix("-"))
    if column is None:
        keys = ", ".join(each.key for each in kind.columns)
        raise UsageError(f'The list cannot be sorted by "{wanted}".', f"It can be sorted by: {keys}.")
    value = column.value
    filled = [row for row in rows if value(row) is not None]
    empty = [row for row in rows if value(row) is None]
    return [*sorted(filled, key=value, reverse=wanted.startswith("-")), *empty]
