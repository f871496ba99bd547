"""What contacts can be filtered and sorted by."""

from __future__ import annotations

from typing import Final

from crm_tui.domain.listing import Listing
from crm_tui.filters import Field, FieldKind
from crm_tui.models import Lifecycle

_METHOD: Final = (
    "EXISTS (SELECT 1 FROM contact_methods m"
    " WHERE m.contact_id = contacts.id AND m.kind = '{kind}' AND {{match}})"
)
_TAG: Final = (
    "EXISTS (SELECT 1 FROM contact_tags t JOIN tags ON tags.id = t.tag_id"
    " WHERE t.contact_id = contacts.id AND {match})"
)
_PHONE: Final = "coalesce(m.normal, m.value)"
_COMPANY: Final = "(SELECT c.name_key FROM companies c WHERE c.id = contacts.company_id)"
_REFERRER: Final = "(SELECT r.name_key FROM contacts r WHERE r.id = contacts.referred_by_id)"

LISTING: Final = Listing(
    table="contacts",
    fields=(
        Field("id", FieldKind.ID, "contacts.id"),
        Field("name", FieldKind.TEXT, "contacts.name"),
        Field("given_name", FieldKind.TEXT, "contacts.given_name"),
        Field("family_name", FieldKind.TEXT, "contacts.family_name"),
        Field("company", FieldKind.REF, "contacts.company_id", folded_sql=_COMPANY),
        Field("email", FieldKind.TEXT, "m.normal", exists_sql=_METHOD.format(kind="email")),
        Field("phone", FieldKind.PHONE, _PHONE, exists_sql=_METHOD.format(kind="phone")),
        Field("tag", FieldKind.TAG, "tags.name", exists_sql=_TAG),
        Field("title", FieldKind.TEXT, "contacts.title"),
        Field("lifecycle", FieldKind.CHOICE, "contacts.lifecycle", choices=tuple(Lifecycle)),
        Field("source", FieldKind.TEXT, "contacts.source"),
        Field("referred_by", FieldKind.REF, "contacts.referred_by_id", folded_sql=_REFERRER),
        Field("birthday", FieldKind.DAY, "contacts.birthday"),
        Field("language", FieldKind.TEXT, "contacts.language"),
        Field("timezone", FieldKind.TEXT, "contacts.timezone"),
        Field("cadence_days", FieldKind.NUMBER, "contacts.cadence_days"),
        Field("last_contacted_on", FieldKind.DAY, "contacts.last_contacted_on"),
        Field("next_touch_on", FieldKind.DAY, "contacts.next_touch_on"),
        Field("opted_out_on", FieldKind.DAY, "contacts.opted_out_on"),
        Field("note", FieldKind.TEXT, "contacts.note"),
        Field("created_at", FieldKind.INSTANT, "contacts.created_at"),
        Field("updated_at", FieldKind.INSTANT, "contacts.updated_at"),
        Field("archived_at", FieldKind.INSTANT, "contacts.archived_at"),
    ),
    aliases={
        "emails": "email",
        "phones": "phone",
        "tags": "tag",
        "company_id": "company",
        "referred_by_id": "referred_by",
        "cadence": "cadence_days",
    },
    sort="name",
    orders={"name": "contacts.name_key", "birthday": "substr(contacts.birthday, -5)"},
    archivable=True,
    never_empty=frozenset({"id", "name", "lifecycle", "created_at", "updated_at"}),
    custom=True,
)
