"""What can be filtered and what comes out: field specifications, the schema of a list, the ``Where``.

One rule: everything here that is SQL was written by a programmer. A ``Field`` carries trusted expressions,
a ``Where`` joins them; values travel beside them as parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

SqlValue: TypeAlias = str | int | float | None

FOLD_FUNCTION: Final = "crm_fold"
"""The SQL function that compiled filters call: ``text.fold``, NULL for NULL, on every connection."""

MATCH: Final = "{match}"
"""The place in ``Field.exists_sql`` where the comparison goes."""


class FieldKind(StrEnum):
    """How the values of a field are read and compared."""

    TEXT = "text"
    """Contains, folded; ``!=`` and the order compare the whole folded text."""
    TAG = "tag"
    """Equal, folded."""
    CHOICE = "choice"
    """One of ``Field.choices``; without choices, equal, folded."""
    FLAG = "flag"
    """0 or 1: yes, no, true, false, on, off, 1, 0."""
    NUMBER = "number"
    """A decimal number."""
    ID = "id"
    """A whole number."""
    REF = "ref"
    """Another record: ``sql`` is its id, ``folded_sql`` its folded name; digits mean the id."""
    PHONE = "phone"
    """Contains the digits; ``sql`` is the E.164 form, leading zeros of the value are ignored."""
    MONEY = "money"
    """``sql`` is minor units, ``currency_sql`` the ISO 4217 code."""
    DAY = "day"
    """``YYYY-MM-DD``, or ``--MM-DD`` for a day without a year."""
    INSTANT = "instant"
    """``YYYY-MM-DDTHH:MM:SSZ``, compared by the local days of the clock's zone."""


class Field(NamedTuple):
    """One name a filter may use.

    Attributes:
        name: as typed, and as in the table, the JSON and the CSV.
        kind: how its values are read.
        sql: a trusted SQL expression such as ``contacts.title``, bracketed when it is more than a column or
            a call.
        folded_sql: the expression of the folded value, when one is kept; else the fold function is called
            on ``sql``.
        choices: what a CHOICE takes, as stored.
        exists_sql: for a field of many values (tags, e-mails, participants), ``EXISTS (SELECT 1 ... AND
            {match})`` where ``{match}`` becomes the comparison on ``sql``.
        currency_sql: for MONEY, the expression of the currency; without it amounts are in the default
            currency.
    """

    name: str
    kind: FieldKind
    sql: str
    folded_sql: str = ""
    choices: tuple[str, ...] = ()
    exists_sql: str = ""
    currency_sql: str = ""

    @property
    def folded(self) -> str:
        """The SQL expression of the folded value."""
        return self.folded_sql or f"{FOLD_FUNCTION}({self.sql})"


class Where(NamedTuple):
    """A condition and its parameters.

    ``sql`` is bracketed where needed: it can be put after AND, OR and NOT as it is.
    """

    sql: str
    params: tuple[SqlValue, ...] = ()

    def __invert__(self) -> Where:
        """The rows that do not match, those included of which SQL says NULL."""
        return Where(f"(NOT coalesce({self.sql}, 0))", self.params)


EVERYTHING: Final = Where("1")
"""The condition of no filter."""


def all_of(parts: Iterable[Where]) -> Where:
    """The condition that all parts hold; there must be at least one part."""
    return _joined(" AND ", parts)


def any_of(parts: Iterable[Where]) -> Where:
    """The condition that at least one part holds; there must be at least one part."""
    return _joined(" OR ", parts)


def _joined(word: str, parts: Iterable[Where]) -> Where:
    found = list(parts)
    if len(found) == 1:
        return found[0]
    return Where(
        f"({word.join(part.sql for part in found)})", tuple(p for part in found for p in part.params)
    )


class Schema(NamedTuple):
    """What the filters of one list can name.

    Attributes:
        fields: the built-in fields by name, in lower case.
        aliases: other names of them.
        search: the condition of the words typed without a field, which all must be found.
        custom: the custom fields by key; a built-in field of the same name wins.
    """

    fields: Mapping[str, Field]
    aliases: Mapping[str, str]
    search: Callable[[str], Where]
    custom: Mapping[str, Field] = MappingProxyType({})

    def find(self, name: str) -> Field | None:
        """The field of that name, alias or custom key, whatever its case."""
        for known in (name, name.casefold()):
            found = self.fields.get(self.aliases.get(known, known)) or self.custom.get(known)
            if found:
                return found
        return next((f for key, f in self.custom.items() if key.casefold() == name.casefold()), None)

    def names(self) -> list[str]:
        """Every name a filter may use, without the aliases."""
        return [*self.fields, *(key for key in self.custom if key not in self.fields)]
