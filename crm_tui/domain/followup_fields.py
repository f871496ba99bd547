"""What follow-ups can be filtered and sorted by."""

from __future__ import annotations

from typing import Final

from crm_tui.domain.listing import Listing
from crm_tui.filters import Field, FieldKind
from crm_tui.models import FollowupStatus, Priority, RepeatFrom

_CONTACT: Final = "(SELECT p.name_key FROM contacts p WHERE p.id = followups.contact_id)"
_DEAL: Final = "(SELECT crm_fold(d.title) FROM deals d WHERE d.id = followups.deal_id)"
# One that may be done at any time comes after those with an hour.
_DUE: Final = "followups.due_on || coalesce(followups.due_time, '~')"

LISTING: Final = Listing(
    table="followups",
    fields=(
        Field("id", FieldKind.ID, "followups.id"),
        Field("title", FieldKind.TEXT, "followups.title"),
        Field("due_on", FieldKind.DAY, "followups.due_on"),
        Field("due_time", FieldKind.TEXT, "followups.due_time"),
        Field("contact", FieldKind.REF, "followups.contact_id", folded_sql=_CONTACT),
        Field("deal", FieldKind.REF, "followups.deal_id", folded_sql=_DEAL),
        Field("priority", FieldKind.CHOICE, "followups.priority", choices=tuple(Priority)),
        Field("repeat", FieldKind.TEXT, "followups.repeat"),
        Field("repeat_from", FieldKind.CHOICE, "followups.repeat_from", choices=tuple(RepeatFrom)),
        Field("series_id", FieldKind.ID, "followups.series_id"),
        Field("status", FieldKind.CHOICE, "followups.status", choices=tuple(FollowupStatus)),
        Field("done_at", FieldKind.INSTANT, "followups.done_at"),
        Field("created_at", FieldKind.INSTANT, "followups.created_at"),
        Field("updated_at", FieldKind.INSTANT, "followups.updated_at"),
    ),
    aliases={
        "due": "due_on",
        "contact_id": "contact",
        "deal_id": "deal",
        "series": "series_id",
        "done": "done_at",
    },
    # what is open comes first, each part by the day and the hour it is due
    sort="status",
    orders={
        "status": f"((followups.status <> 'open') || {_DUE})",
        "due_on": f"({_DUE})",
        "priority": "(CASE followups.priority WHEN 'high' THEN 2 WHEN 'normal' THEN 1 ELSE 0 END)",
    },
    never_empty=frozenset({"id", "title", "due_on", "priority", "status", "created_at", "updated_at"}),
)
