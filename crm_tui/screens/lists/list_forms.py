"""The form for the same promise to several people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crm_tui.models import Priority
from crm_tui.screens.forms import fields
from crm_tui.screens.forms.fields import Field, Filled, Form
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm


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
