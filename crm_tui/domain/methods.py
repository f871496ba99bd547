"""Ways to reach a person or a company: e-mails, phones, addresses, links, handles.

The value stays as typed, ``normal`` is its match key. The first of a kind is the primary one until another is
made so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain import checks
from crm_tui.errors import InvalidDataError, NotFoundError
from crm_tui.models import MethodKind
from crm_tui.text import email_key, fold, url_key

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
    return (url_key(value) if kind is MethodKind.URL else fold(value)) or None


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
        """Add a method unless the owner has it already; returns its id when it is new.

        Raises:
            InvalidDataError: the value cannot be of that kind.
        """
        check = checks.text if kind is MethodKind.ADDRESS else checks.line
        value = check(value, kind.value)
        normal = match_key(kind, value, self.crm.config.region)
        label = checks.optional_line(label, "label")
        present = self._present(owner_id, kind)
        same = _same(present, value, normal)
        if same is None:
            method_id = writing.insert(
                self.table,
                {
                    self.column: owner_id,
                    "kind": kind.value,
                    "value": value,
                    "normal": normal,
                    "label": label,
                    "is_primary": int(not present),
                },
            )
        else:
            method_id = same.id
            if label:
                writing.update(self.table, method_id, {"label": label})
        if primary:
            for each in present:
                writing.update(self.table, each.id, {"is_primary": int(each.id == method_id)})
            writing.update(self.table, method_id, {"is_primary": 1})
        return method_id if same is None else None

    def add_all(self, writing: Transaction, owner_id: int, kind: MethodKind, values: Iterable[str]) -> None:
        """Add several methods of a kind to those the owner has."""
        for value in values:
            self.add(writing, owner_id, kind, value)

    def remove(self, writing: Transaction, owner_id: int, kind: MethodKind, value: str) -> None:
        """Remove a method, found as typed or by its match key; the next of its kind becomes the primary one.

        Raises:
            NotFoundError: the owner has no such method.
        """
        present = self._present(owner_id, kind)
        try:
            normal = match_key(kind, value, self.crm.config.region)
        except InvalidDataError:
            normal = None
        found = _same(present, value.strip(), normal)
        if found is None:
            has = ", ".join(each.value for each in present) or "none"
            raise NotFoundError(f'There is no {kind.value} "{value}" to remove.', f"The record has: {has}.")
        writing.delete(self.table, found.id)
        rest = [each for each in present if each.id != found.id]
        if found.is_primary and rest:
            writing.update(self.table, rest[0].id, {"is_primary": 1})

    def replace(self, writing: Transaction, owner_id: int, kind: MethodKind, values: Iterable[str]) -> None:
        """Make these the owner's only methods of a kind, the first one primary."""
        wanted = [checks.line(value, kind.value) for value in values]
        keys = {match_key(kind, value, self.crm.config.region) or value for value in wanted}
        for each in self._present(owner_id, kind):
            if (each.normal or each.value) not in keys:
                writing.delete(self.table, each.id)
        for place, value in enumerate(wanted):
            self.add(writing, owner_id, kind, value, primary=place == 0)

    def _present(self, owner_id: int, kind: MethodKind) -> list[_Row]:
        of_the_kind = f"{self.table} WHERE {self.column} = ? AND kind = ? ORDER BY id"
        rows = self.crm.connection.execute(
            f"SELECT id, value, normal, is_primary FROM {of_the_kind}",  # noqa: S608 - fixed names
            (owner_id, kind.value),
        )
        return [_Row(*row) for row in rows]


class _Row(NamedTuple):
    id: int
    value: str
    normal: str | None
    is_primary: int


def _same(present: Iterable[_Row], value: str, normal: str | None) -> _Row | None:
    """The method with this value or match key."""
    for each in present:
        if each.value == value or (normal is not None and each.normal == normal):
            return each
    return None
