"""What companies can be filtered and sorted by."""

from __future__ import annotations

from typing import Final

from crm_tui.domain.listing import Listing
from crm_tui.filters import Field, FieldKind

_METHOD: Final = (
    "EXISTS (SELECT 1 FROM company_methods m"
    " WHERE m.company_id = companies.id AND m.kind = '{kind}' AND {{match}})"
)
_TAG: Final = (
    "EXISTS (SELECT 1 FROM company_tags t JOIN tags ON tags.id = t.tag_id"
    " WHERE t.company_id = companies.id AND {match})"
)
_PHONE: Final = "coalesce(m.normal, m.value)"
_PARENT: Final = "(SELECT p.name_key FROM companies p WHERE p.id = companies.parent_id)"
_PEOPLE: Final = (
    "(SELECT count(*) FROM contacts p WHERE p.company_id = companies.id AND p.archived_at IS NULL)"
)
_OPEN_DEALS: Final = (
    "(SELECT count(*) FROM deals d"
    " WHERE d.company_id = companies.id AND d.status = 'open' AND d.archived_at IS NULL)"
)

LISTING: Final = Listing(
    table="companies",
    fields=(
        Field("id", FieldKind.ID, "companies.id"),
        Field("name", FieldKind.TEXT, "companies.name"),
        Field("domain", FieldKind.TEXT, "companies.domain"),
        Field("industry", FieldKind.TEXT, "companies.industry"),
        Field("size", FieldKind.TEXT, "companies.size"),
        Field("website", FieldKind.TEXT, "companies.website"),
        Field("parent", FieldKind.REF, "companies.parent_id", folded_sql=_PARENT),
        Field("email", FieldKind.TEXT, "m.normal", exists_sql=_METHOD.format(kind="email")),
        Field("phone", FieldKind.PHONE, _PHONE, exists_sql=_METHOD.format(kind="phone")),
        Field("tag", FieldKind.TAG, "tags.name", exists_sql=_TAG),
        Field("people", FieldKind.NUMBER, _PEOPLE),
        Field("open_deals", FieldKind.NUMBER, _OPEN_DEALS),
        Field("note", FieldKind.TEXT, "companies.note"),
        Field("created_at", FieldKind.INSTANT, "companies.created_at"),
        Field("updated_at", FieldKind.INSTANT, "companies.updated_at"),
        Field("archived_at", FieldKind.INSTANT, "companies.archived_at"),
    ),
    aliases={"emails": "email", "phones": "phone", "tags": "tag", "parent_id": "parent"},
    sort="name",
    orders={"name": "companies.name_key"},
    archivable=True,
    never_empty=frozenset({"id", "name", "people", "open_deals", "created_at", "updated_at"}),
    custom=True,
)
