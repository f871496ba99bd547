"""The orders of a list in words, and which end of one comes first."""

from __future__ import annotations

from typing import Final

_SORTS: Final = {
    "name": "by name",
    "-name": "by name, Z first",
    "-last_contacted_on": "by last contact",
    "last_contacted_on": "silent longest first",
    "next_touch_on": "by next contact",
    "-next_touch_on": "by next contact, last first",
    "-id": "newest first",
    "id": "oldest first",
    "-people": "most people first",
    "people": "fewest people first",
    "-open_deals": "most open deals first",
    "open_deals": "fewest open deals first",
    "-issued_on": "newest first",
    "issued_on": "oldest first",
    "due_on": "by due day",
    "-due_on": "by due day, last first",
    "-balance": "most owed first",
    "balance": "least owed first",
    "-paid_on": "newest first",
    "paid_on": "oldest first",
    "-amount": "most first",
    "amount": "least first",
    "-price": "dearest first",
    "price": "cheapest first",
}
_DOWN_FIRST: Final = frozenset(
    (
        "id", "last_contacted_on", "people", "open_deals", "created_at", "updated_at", "archived_at", "issued_on",
        "voided_on", "net", "tax", "total", "paid", "balance", "overdue_days", "price", "paid_on",
        "amount",
    )
)  # fmt: skip
"""What one looks at from the newest or largest on."""


def order_words(sort: str) -> str:
    """An order in words."""
    known = _SORTS.get(sort)
    if known is not None:
        return known
    words = f"by {sort.removeprefix('-').replace('_', ' ')}"
    return f"{words}, last first" if sort.startswith("-") else words


def turned(field: str, present: str) -> str:
    """The order by a field from the end one looks at first; the other way round when it is the present one."""
    first = f"-{field}" if field in _DOWN_FIRST else field
    if present != first:
        return first
    return first[1:] if first.startswith("-") else f"-{first}"
