"""Who is meant by an address on a message: everybody who has it, and of several the one who is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from crm_tui.domain.service import chunks, marks
from crm_tui.text import name_key

if TYPE_CHECKING:
    import sqlite3


class Address(NamedTuple):
    """An address on a message: its match key, as it was written, and the name beside it."""

    key: str
    email: str
    name: str = ""


class Holder(NamedTuple):
    """A person who has an address."""

    id: int
    name: str
    archived: bool


def holders(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, tuple[Holder, ...]]:
    """Who has each of these addresses, given by their match keys."""
    found: dict[str, dict[int, Holder]] = {key: {} for key in keys}
    for part in chunks(keys):
        rows = connection.execute(
            "SELECT m.normal, c.id, c.name, c.archived_at IS NOT NULL FROM contact_methods m"  # noqa: S608
            f" JOIN contacts c ON c.id = m.contact_id WHERE m.normal IN ({marks(part)}) AND m.kind = 'email'"
            " ORDER BY c.id",
            part,
        )
        for key, contact_id, name, archived in rows:
            found[key][contact_id] = Holder(contact_id, name, bool(archived))
    return {key: tuple(each.values()) for key, each in found.items()}


def meant(found: Sequence[Holder], address: Address) -> Sequence[Holder]:
    """Who of those that have an address is meant, as far as that can be told.

    Those put away count when nobody else has it; of several the one with the name beside the address is meant.
    """
    here = [each for each in found if not each.archived] or found
    if len(here) > 1 and address.name:
        wanted = name_key(address.name)
        here = [each for each in here if name_key(each.name) == wanted] or here
    return here
