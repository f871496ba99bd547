"""From the options of a command to the values of a record: what contacts, companies and deals share.

An option that is not given changes nothing; the word ``none`` empties a field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crm_tui.errors import UsageError

if TYPE_CHECKING:
    from crm_tui.filters import Node

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
