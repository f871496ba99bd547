"""How a filter that is being typed may go on: the names of fields, and the values that records have.

Everything comes from the list's own table of fields and from the file. The rule it keeps: a completion never costs
more than one short question, for it is asked at each key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain import listing as lists
from crm_tui.filters import Field, FieldKind
from crm_tui.filters.syntax import quote
from crm_tui.filters.unfinished import Unfinished, unfinished

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.listing import Listing

MOST: Final = 50
"""So many values of the file are looked at."""
_SHORTEST: Final = 2  # letters of a word before it may be the name of a field
_PRESENCE: Final = ("any", "none")
_DAYS: Final = ("today", "yesterday", "tomorrow")
_FLAGS: Final = ("yes", "no")
_NAMES: Final = {
    "company": "companies",
    "parent": "companies",
    "contact": "contacts",
    "referred_by": "contacts",
}
_COMPARED: Final = (
    FieldKind.NUMBER, FieldKind.ID, FieldKind.MONEY, FieldKind.DAY, FieldKind.INSTANT,
)  # fmt: skip
_QUOTED: Final = frozenset(' \t"(),')


class Completion(NamedTuple):
    """A filter gone on with.

    Attributes:
        shown: what was typed and the rest of it.
        taken: the filter it becomes: as ``shown``, and quoted where the value needs that.
    """

    shown: str
    taken: str


def complete(crm: Crm, listing: Listing, text: str) -> Completion | None:
    """The likeliest end of a filter of that list; None when there is none."""
    last = unfinished(text)
    schema = lists.schema(crm, listing)
    if not last.field:
        if len(last.text) < _SHORTEST or last.quoted:
            return None
        names = (f"{name}{_sign(schema.find(name))}" for name in schema.names())
        return next((Completion(each, each) for each in _longer(text, last, names)), None)
    field = schema.find(last.field)
    if field is None or not last.text:
        return None
    for shown in _longer(text, last, _values(crm, listing, field, last.text)):
        value = shown[last.start + (1 if last.quoted else 0) :]
        needs = last.quoted or any(sign in _QUOTED for sign in value)
        return Completion(shown, text[: last.start] + (quote(value) if needs else value))
    return None


def _sign(field: Field | None) -> str:
    """What comes behind a field's name; nothing where one compares as often as one asks for equal."""
    return "" if field is None or field.kind in _COMPARED else ":"


def _longer(text: str, last: Unfinished, candidates: Iterable[str]) -> Iterator[str]:
    """The text gone on with by each candidate that begins with what is typed, in whatever case."""
    begun = last.text.casefold()
    for each in candidates:
        head, rest = each[: len(last.text)], each[len(last.text) :]
        if rest and head.casefold() == begun:
            yield text + rest


def _values(crm: Crm, listing: Listing, field: Field, begun: str) -> Iterator[str]:
    if field.kind is FieldKind.TAG:
        yield from (tag.name for tag in crm.tags.list())
    elif field.kind is FieldKind.CHOICE and field.choices:
        yield from field.choices
    elif field.kind is FieldKind.FLAG:
        yield from _FLAGS
    elif field.kind in (FieldKind.DAY, FieldKind.INSTANT):
        yield from _DAYS
    elif field.kind is FieldKind.REF and field.name in _NAMES:
        yield from sorted(_names(crm, _NAMES[field.name], begun), key=len)
    elif field.kind in (FieldKind.TEXT, FieldKind.CHOICE) and not field.exists_sql:
        yield from sorted(_kept(crm, listing, field, begun), key=len)
    yield from _PRESENCE


def _names(crm: Crm, table: str, begun: str) -> list[str]:
    ids = crm.search.named(table, begun, limit=MOST)
    records = crm.companies.views(ids) if table == "companies" else crm.contacts.views(ids)
    return [each.name for each in records]


def _kept(crm: Crm, listing: Listing, field: Field, begun: str) -> list[str]:
    """Values that records have in a field of text; of letters only a to z are found in either case."""
    pattern = "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in begun) + "%"
    rows = crm.connection.execute(
        f"SELECT DISTINCT {field.sql} FROM {listing.table} WHERE {field.sql} LIKE ? ESCAPE '\\' LIMIT ?",  # noqa: S608
        (pattern, MOST),
    )
    return [str(value) for (value,) in rows]
