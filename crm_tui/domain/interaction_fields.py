"""What interactions can be filtered and sorted by."""

from __future__ import annotations

from typing import Final

from crm_tui.domain.listing import Listing
from crm_tui.filters import Field, FieldKind
from crm_tui.models import Direction, InteractionKind

_PARTICIPANT: Final = (
    "EXISTS (SELECT 1 FROM participants p JOIN contacts c ON c.id = p.contact_id"
    " WHERE p.interaction_id = interactions.id AND {match})"
)
_DEAL: Final = "(SELECT crm_fold(d.title) FROM deals d WHERE d.id = interactions.deal_id)"

LISTING: Final = Listing(
    table="interactions",
    fields=(
        Field("id", FieldKind.ID, "interactions.id"),
        Field("kind", FieldKind.CHOICE, "interactions.kind", choices=tuple(InteractionKind)),
        Field("direction", FieldKind.CHOICE, "interactions.direction", choices=tuple(Direction)),
        Field("occurred_at", FieldKind.INSTANT, "interactions.occurred_at"),
        Field("summary", FieldKind.TEXT, "interactions.summary"),
        Field("body", FieldKind.TEXT, "interactions.body"),
        Field("duration_minutes", FieldKind.NUMBER, "interactions.duration_minutes"),
        Field("contact", FieldKind.REF, "p.contact_id", folded_sql="c.name_key", exists_sql=_PARTICIPANT),
        Field("deal", FieldKind.REF, "interactions.deal_id", folded_sql=_DEAL),
        Field("created_at", FieldKind.INSTANT, "interactions.created_at"),
        Field("updated_at", FieldKind.INSTANT, "interactions.updated_at"),
    ),
    aliases={
        "contacts": "contact",
        "contact_id": "contact",
        "deal_id": "deal",
        "when": "occurred_at",
        "duration": "duration_minutes",
    },
    sort="-occurred_at",
    never_empty=frozenset({"id", "kind", "occurred_at", "summary", "created_at", "updated_at"}),
)
