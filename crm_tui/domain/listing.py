"""Lists of any kind of record: a filter, an order and a window become ids, ids become records.

What can be filtered and sorted is the kind's ``Listing``. Archived records are left out unless the filter
speaks of ``archived_at``. Empty values sort last in both directions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from crm_tui import filters
from crm_tui.errors import UsageError
from crm_tui.filters import Field, FieldKind, Schema, Where

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.filters import Node

Filter: TypeAlias = "str | Node | None"
_UNSORTABLE: Final = (FieldKind.TAG,)


class Listing(NamedTuple):
    """What a list of one table can be filtered and sorted by.

    Attributes:
        table: the table.
        fields: the filter fields.
        aliases: other names of fields.
        sort: the default order, a field with ``-`` in front for descending.
        orders: trusted ORDER BY expressions for fields that sort by something else than their value.
        archivable: whether the table has ``archived_at``.
        never_empty: fields without empty values, sorted straight from their index.
        custom: the custom fields' entity, if it can have any.
    """

    table: str
    fields: tuple[Field, ...]
    sort: str
    aliases: Mapping[str, str] = MappingProxyType({})
    orders: Mapping[str, str] = MappingProxyType({})
    archivable: bool = False
    never_empty: frozenset[str] = frozenset({"id", "created_at", "updated_at"})
    custom: bool = False


def schema(crm: Crm, listing: Listing) -> Schema:
    """The filter schema of a list, with the custom fields defined now."""
    custom: dict[str, Field] = {}
    if listing.custom:
        for each in crm.fields.list(listing.table):
            kind = _CUSTOM_KINDS[each.type.value]
            # the key is checked by its table to be [a-z0-9_]+
            custom[each.key] = Field(
                each.key, kind, f"json_extract({listing.table}.custom, '$.{each.key}')", choices=each.choices
            )
    return Schema(
        fields={each.name: each for each in listing.fields},
        aliases=listing.aliases,
        search=lambda text: crm.search.condition(listing.table, text),
        custom=custom,
    )


_CUSTOM_KINDS: Final[Mapping[str, FieldKind]] = {
    "text": FieldKind.TEXT,
    "number": FieldKind.NUMBER,
    "date": FieldKind.DAY,
    "choice": FieldKind.CHOICE,
    "flag": FieldKind.FLAG,
}


def where(crm: Crm, listing: Listing, condition: Filter) -> Where:
    """The condition of a filter, archived records left out unless it speaks of them.

    Raises:
        UsageError: the filter is malformed or names an unknown field.
    """
    node = filters.parse(condition) if isinstance(condition, str) else condition
    found = filters.EVERYTHING
    if node is not None:
        found = filters.compile(node, schema(crm, listing), crm.clock, crm.config.base_currency)
    if listing.archivable and not (node is not None and speaks_of(node, "archived_at")):
        hidden = f"{listing.table}.archived_at IS NULL"
        found = Where(hidden if found == filters.EVERYTHING else f"{found.sql} AND {hidden}", found.params)
    return found


def order(listing: Listing, known: Schema, sort: str | None) -> str:
    """The ORDER BY expression of ``field`` or ``-field``.

    Raises:
        UsageError: the list cannot be sorted by that.
    """
    wanted = sort or listing.sort
    name, down = wanted.lstrip("-"), wanted.startswith("-")
    found = known.find(name)
    if found is None or (found.exists_sql and found.name not in listing.orders):
        from crm_tui.text import nearest

        names = [each.name for each in listing.fields if not each.exists_sql]
        near = nearest(name, names)
        raise UsageError(
            f'{listing.table.capitalize()} cannot be sorted by "{name}".',
            f"Did you mean {near}?" if near else f"They can be sorted by: {', '.join(names)}.",
        )
    direction = " DESC" if down else ""
    text = found.kind in (FieldKind.TEXT, FieldKind.REF)
    expression = listing.orders.get(found.name) or (found.folded if text else found.sql)
    last = "" if found.name in listing.never_empty else f"({expression}) IS NULL, "
    return f"{last}{expression}{direction}, {listing.table}.id{direction}"


def ids(
    crm: Crm,
    listing: Listing,
    condition: Filter = None,
    *,
    sort: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[int]:
    """The ids of the matching records, in order."""
    found = where(crm, listing, condition)
    sorting = order(listing, schema(crm, listing), sort)
    rows = crm.connection.execute(
        f"SELECT {listing.table}.id FROM {listing.table} WHERE {found.sql}"  # noqa: S608 - the schema's expressions
        f" ORDER BY {sorting} LIMIT ? OFFSET ?",
        (*found.params, -1 if limit is None else limit, offset),
    )
    return (row[0] for row in rows)


def count(crm: Crm, listing: Listing, condition: Filter = None) -> int:
    """How many records match."""
    found = where(crm, listing, condition)
    (number,) = crm.connection.execute(
        f"SELECT count(*) FROM {listing.table} WHERE {found.sql}",  # noqa: S608 - the schema's expressions
        found.params,
    ).fetchone()
    return int(number)


def speaks_of(node: Node, name: str) -> bool:
    """Whether a filter has a term of the field of that name, as it was typed."""
    if isinstance(node, filters.Term):
        return node.field.casefold() == name
    if isinstance(node, filters.Not):
        return speaks_of(node.part, name)
    if isinstance(node, (filters.And, filters.Or)):
        return any(speaks_of(each, name) for each in node.parts)
    return False
