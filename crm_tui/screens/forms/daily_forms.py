"""The forms of the screens: what they ask for and which verb of the domain they call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

from crm_tui.models import InteractionKind, Priority
from crm_tui.screens.forms import fields
from crm_tui.screens.forms.contact_form import contact, read_contact
from crm_tui.screens.forms.fields import Field, Filled, Form
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.dates import When
    from crm_tui.domain.crm import Crm
    from crm_tui.models import FollowupView, InteractionView

__all__ = [
    "change_followup", "contact", "followup", "log", "read_contact", "snooze", "tag", "write_followup",
    "write_log",
]  # fmt: skip
_WHENS: Final = "tomorrow, friday, in 3 days, 2026-12-01 14:30"


def write_log(
    crm: Crm, values: Mapping[str, Any], contact_ids: Sequence[int], deal_id: int | None
) -> InteractionView:
    """Write what the form of a log holds: what happened, and the next step with each of the people."""
    when: When | None = values["when"]
    made = crm.interactions.add(
        values["kind"],
        contact_ids,
        values["summary"],
        occurred_at=when.instant(crm.clock) if when else None,
        direction=values["direction"] if values["direction"] != "neither" else None,
        body=values["body"],
        duration_minutes=values["duration"],
        deal_id=deal_id,
    )
    step: When | None = values["next"]
    if step is not None:
        title = values["next_title"] or f"follow up on: {values['summary']}"
        people: Sequence[int | None] = contact_ids or (None,)
        for contact_id in people:
            crm.followups.add(title, step.day, due_time=step.due_time, contact_id=contact_id, deal_id=deal_id)
    return made


def log(contact_ids: Sequence[int], whom: str, deal_id: int | None = None) -> Form:
    """Something that happened with one or several people, or about a deal."""

    def save(crm: Crm, filled: Filled) -> Any:
        with crm.transaction(f"log {filled.values['kind']} {word} {whom}"):
            return write_log(crm, filled.values, contact_ids, deal_id)

    word = "with" if deal_id is None else "about"

    return Form(
        f"log-{'-'.join(map(str, contact_ids[:3]))}" if deal_id is None else f"log-deal-{deal_id}",
        f"Log {word} {clean(whom)}",
        (
            Field("kind", "what", "choice", "call", choices=tuple(InteractionKind)),
            Field("summary", "in a line", required=True, hint="asked for an offer"),
            Field("when", "when", check=fields.when, echo=fields.tell_when, hint="now"),
            Field("direction", "who began", "choice", "neither", choices=("neither", "in", "out")),
            Field("duration", "took", check=fields.duration, echo=fields.tell_duration, hint="15m, 1h"),
            Field("body", "more", "long"),
            Field("next", "next step", check=fields.when, echo=fields.tell_when, hint=_WHENS),
            Field("next_title", "to do then", hint="send the offer"),
        ),
        save,
    )


def write_followup(
    crm: Crm, values: Mapping[str, Any], contact_id: int | None, deal_id: int | None
) -> FollowupView:
    """Write what the form of a follow-up holds."""
    return crm.followups.add(
        values["title"],
        values["due"].day,
        due_time=values["due"].due_time,
        contact_id=contact_id,
        deal_id=deal_id,
        priority=values["priority"],
        repeat=values["repeat"],
    )


def followup(contact_id: int | None, whom: str, deal_id: int | None = None) -> Form:
    """A promise, to somebody, about a deal, or to oneself."""

    def save(crm: Crm, filled: Filled) -> Any:
        values = filled.values
        person = contact_id
        if person is None and values.get("contact"):
            person = crm.references.contact(values["contact"])
        return write_followup(crm, values, person, deal_id)

    named = contact_id is not None or deal_id is not None
    word = "with" if deal_id is None else "on"
    who = () if named else (
        Field("contact", "with", complete="contacts", hint="a name, e-mail or id; nobody is fine"),
    )  # fmt: skip
    return Form(
        f"followup-{contact_id or 'add'}" if deal_id is None else f"followup-deal-{deal_id}",
        f"Follow up {word} {clean(whom)}" if named else "Add a follow-up",
        (
            Field("title", "what", required=True, hint="send the offer"),
            Field(
                "due",
                "when",
                value="tomorrow",
                required=True,
                check=fields.when,
                echo=fields.tell_when,
                hint=_WHENS,
            ),
            *who,
            Field("priority", "priority", "choice", "normal", choices=tuple(Priority)),
            Field("repeat", "repeat", check=fields.rule, hint="every 3 months, every 2 weeks on mon,thu"),
        ),
        save,
    )


def change_followup(old: FollowupView) -> Form:
    """A promise to change."""

    def save(crm: Crm, filled: Filled) -> Any:
        given: dict[str, Any] = filled.given()
        due = given.pop("due", None)
        if due is not None:
            given |= {"due_on": due.day, "due_time": due.due_time}
        return crm.followups.update(old.id, **given)

    due = f"{old.due_on.isoformat()}{f' {old.due_time}' if old.due_time else ''}"
    return Form(
        f"followup-edit-{old.id}",
        "Change the follow-up",
        (
            Field("title", "what", value=old.title, required=True),
            Field(
                "due", "when", value=due, required=True, check=fields.when, echo=fields.tell_when, hint=_WHENS
            ),
            Field("priority", "priority", "choice", old.priority.value, choices=tuple(Priority)),
            Field("repeat", "repeat", value=old.repeat or "", check=fields.rule, hint="every 3 months"),
        ),
        save,
        clean(old.contact or ""),
    )


def snooze(followup_ids: Sequence[int], what: str) -> Form:
    """Until when to put promises off."""

    def save(crm: Crm, filled: Filled) -> Any:
        due = filled.values["due"]
        return crm.followups.snooze_all(followup_ids, due.day, due.due_time)

    return Form(
        f"snooze-{'-'.join(map(str, followup_ids[:3]))}",
        f"Snooze: {clean(what)}",
        (
            Field(
                "due",
                "until",
                value="tomorrow",
                required=True,
                check=fields.when,
                echo=fields.tell_when,
                hint=_WHENS,
            ),
        ),
        save,
        keep=False,
    )


def tag(ids: Sequence[int], whom: str, table: str = "contacts") -> Form:
    """Tags to put on contacts, companies or deals, and to take off."""

    def save(crm: Crm, filled: Filled) -> Any:
        add, remove = filled.values["tags"]
        verbs: Any = {"contacts": crm.contacts, "companies": crm.companies, "deals": crm.deals}[table]
        # one record is named by the verb itself
        with crm.transaction(f"tag {whom}") if len(ids) > 1 else nullcontext():
            for record_id in ids:
                verbs.tag(record_id, add=add, remove=remove)
        return True

    return Form(
        f"tag-{table}-{'-'.join(map(str, ids[:3]))}",
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
