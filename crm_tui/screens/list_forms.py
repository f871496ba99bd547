"""The forms for many records at once: tags, and the same promise to several people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crm_tui.models import Priority
from crm_tui.screens import fields
from crm_tui.screens.fields import Field, Filled, Form
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm


def tag(table: str, record_ids: Sequence[int], whom: str) -> Form:
    """Tags to put on records of a table and take off."""

    def save(crm: Crm, filled: Filled) -> Any:
        add, remove = filled.values["tags"]
        getattr(crm, table).tag_all(record_ids, add=add, remove=remove)
        return True

    return Form(
        f"tag-{table}",
        f"Tag {clean(whom)}",
        (
            Field(
                "tags", "tags", required=True, check=fields.tag_changes, echo=fields.tell_tag_changes,
                hint="vip, wine, -old",
            ),
        ),
        save,
        "A minus before a tag takes it off.",
        keep=False,
    )  # fmt: skip


def followups(contact_ids: Sequence[int], whom: str) -> Form:
    """The same promise to several people, one follow-up each."""

    def save(crm: Crm, filled: Filled) -> Any:
        values = filled.values
        due = values["due"]
        return crm.followups.add_for(
            contact_ids,
            values["title"],
            due.day,
            due_time=due.due_time,
            priority=values["priority"],
            repeat=values["repeat"],
        )

    return Form(
        "followups",
        f"Follow up with {clean(whom)}",
        (
            Field("title", "what", required=True, hint="send the offer"),
            Field(
                "due", "when", value="tomorrow", required=True, check=fields.when, echo=fields.tell_when,
                hint="tomorrow, friday, in 3 days, 2026-12-01 14:30",
            ),
            Field("priority", "priority", "choice", "normal", choices=tuple(Priority)),
            Field("repeat", "repeat", check=fields.rule, hint="every 3 months"),
        ),
        save,
        f"{len(contact_ids):,} follow-ups, one for each.",
    )  # fmt: skip
