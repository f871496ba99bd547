"""Ways to reach a person or a company: e-mails, phones, addresses, links, handles.

The value stays as typed, ``normal`` is its match key. The first of a kind is the primary one until another is made so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from crm_tui.domain import checks
from crm_tui.errors import InvalidDataError, NotFoundError
from crm_tui.models import MethodKind
from crm_tui.text import email_key, fold

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import Transaction

OWNERS: Final = ("contact", "company")


def match_key(kind: MethodKind, value: str, region: str) -> str | None:
    """The match key of a value, None where there is nothing to match by.

    Raises:
        InvalidDataError: an e-mail that is none, or a phone without a digit.
    """
    if kind is MethodKind.EMAIL:
        key = email_key(value)
        if key is None:
            raise InvalidDataError(f'"{value}" is no e-mail address.', "Write it like name@example.com.")
        return key
    if kind is MethodKind.PHONE:
        from crm_tui.phones import phone_key

        if not any(character.isdigit() for character in value):
            raise InvalidDataError(
                f'"{value}" is no phone number.', "Write it with its digits, like +994 12 345 67 89."
            )
        return phone_key(value, region)
    return fold(value) or None


class Methods:
    """The methods of one kind of owner, within its service."""

    def __init__(self, crm: Crm, owner: str) -> None:
        self.crm = crm
        self.table = f"{owner}_methods"
        self.column = f"{owner}_id"

    def add(
        self,
        writing: Transaction,
        owner_id: int,
        kind: MethodKind,
        value: str,
        *,
        label: str | None = None,
        primary: bool = False,
    ) -> int | None:
        """Add a method unless the owner has it already; returns its id when it is new."""
        value = checks.optional_text(value, kind.value) or ""
        if kind is not MethodKind.ADDRESS:
            value = checks.line(value, kind.value)
        normal = match_key(kind, value, self.crm.config.region)
        present = writing.connection.execute(
            f"SELECT id, value, normal FROM {self.table} WHERE {self.column} = ? AND kind = ? ORDER BY id",  # noqa: S608
            (owner_id, kind.value),
        ).fetchall()
        same = next(
            (row for row in present if row[1] == value or (normal is not None and row[2] == normal)), None
        )
        if same is None:
            made = writing.insert(
                self.table,
                {
                    self.column: owner_id,
                    "kind": kind.value,
                    "value": value,
                    "normal": normal,
                    "label": checks.optional_line(label, "label"),
                    "is_primary": int(not present),
                },
            )
        else:
            made = same[0]
            if label:
                writing.update(self.table, made, {"label": checks.optional_line(label, "label")})
        if primary:
            for row in present:
                writing.update(self.table, row[0], {"is_primary": int(row[0] == made)})
            writing.update(self.table, made, {"is_primary": 1})
        return made if same is None else None

    def remove(self, writing: Transaction, owner_id: int, kind: MethodKind, value: str) -> None:
        """Remove a method, found as typed or by its match key; the next of its kind becomes the primary one.

        Raises:
            NotFoundError: the owner has no such method.
        """
        rows = writing.connection.execute(
            f"SELECT id, value, normal, is_primary FROM {self.table} WHERE {self.column} = ? AND kind = ? ORDER BY id",  # noqa: S608
            (owner_id, kind.value),
        ).fetchall()
        try:
            normal = match_key(kind, value, self.crm.config.region)
        except InvalidDataError:
            normal = None
        found = next(
            (row for row in rows if row[1] == value or (normal is not None and row[2] == normal)), None
        )
        if found is None:
            has = ", ".join(row[1] for row in rows) or "none"
            raise NotFoundError(f'There is no {kind.value} "{value}" to remove.', f"The record has: {has}.")
        writing.delete(self.table, found[0])
        rest = [row for row in rows if row[0] != found[0]]
        if found[3] and rest:
            writing.update(self.table, rest[0][0], {"is_primary": 1})

    def replace(self, writing: Transaction, owner_id: int, kind: MethodKind, values: Iterable[str]) -> None:
        """Make these the owner's only methods of a kind, the first one primary."""
        wanted = list(values)
        keys = {match_key(kind, value, self.crm.config.region) or value for value in wanted}
        rows = writing.connection.execute(
            f"SELECT id, value, normal FROM {self.table} WHERE {self.column} = ? AND kind = ?",  # noqa: S608
            (owner_id, kind.value),
        ).fetchall()
        for row_id, value, normal in rows:
            if (normal or value) not in keys:
                writing.delete(self.table, row_id)
        for place, value in enumerate(wanted):
            self.add(writing, owner_id, kind, value, primary=place == 0)
