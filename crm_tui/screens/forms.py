"""The forms of the screens: what they ask for and which verb of the domain they call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from crm_tui.models import InteractionKind, Lifecycle, Priority
from crm_tui.screens import fields
from crm_tui.screens.fields import Field, Filled, Form
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import ContactView, FollowupView

_WHENS: Final = "tomorrow, friday, in 3 days, 2026-12-01 14:30"


def contact(person: ContactView | None = None) -> Form:
    """A person to add, or one to change."""

    def save(crm: Crm, filled: Filled) -> Any:
        if person is None:
            return crm.contacts.add(**_kept(filled.values))
        return crm.contacts.update(person.id, **filled.given())

    old = person
    return Form(
        "contact-add" if old is None else f"contact-{old.id}",
        "Add a person" if old is None else f"Change {clean(old.name)}",
        (
            Field("name", "name", value=old.name if old else "", required=True),
            Field("company", "company", value=(old.company or "") if old else "", complete="companies"),
            Field("title", "title", value=(old.title or "") if old else "", hint="what they are there"),
            Field("emails", "e-mails", value="; ".join(old.emails) if old else "", check=fields.several),
            Field("phones", "phones", value="; ".join(old.phones) if old else "", check=fields.several),
            Field("tags", "tags", value=", ".join(old.tags) if old else "", check=fields.tags, hint="vip, wine"),
            Field("lifecycle", "is a", "choice", old.lifecycle.value if old else "lead", choices=tuple(Lifecycle)),
            Field("source", "source", value=(old.source or "") if old else "", hint="where they came from"),
            Field(
                "birthday", "birthday", value=(old.birthday or "") if old else "", check=fields.birthday,
                hint="1985-06-25 or --06-25",
            ),
            Field(
                "cadence_days", "in touch", value=f"{old.cadence_days}d" if old and old.cadence_days else "",
                check=fields.cadence, echo=fields.tell_cadence, hint="every 30d, 6w, 3m",
            ),
            Field("note", "note", "long", (old.note or "") if old else ""),
        ),
        save,
    )  # fmt: skip


def log(contact_ids: Sequence[int], whom: str) -> Form:
    """Something that happened with one or several people."""

    def save(crm: Crm, filled: Filled) -> Any:
        values = filled.values
        when = values["when"]
        with crm.transaction(f"log {values['kind']} with {whom}"):
            made = crm.interactions.add(
                values["kind"],
                contact_ids,
                values["summary"],
                occurred_at=when.instant(crm.clock) if when else None,
                direction=values["direction"] if values["direction"] != "neither" else None,
                body=values["body"],
                duration_minutes=values["duration"],
            )
            if values["next"] is not None:
                title = values["next_title"] or f"follow up on: {values['summary']}"
                for contact_id in contact_ids:
                    crm.followups.add(
                        title, values["next"].day, due_time=values["next"].due_time, contact_id=contact_id
                    )
        return made

    return Form(
        f"log-{'-'.join(map(str, contact_ids[:3]))}",
        f"Log with {clean(whom)}",
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


def followup(contact_id: int | None, whom: str) -> Form:
    """A promise, to somebody or to oneself."""

    def save(crm: Crm, filled: Filled) -> Any:
        values = filled.values
        person = contact_id
        if person is None and values["contact"]:
            person = crm.references.contact(values["contact"])
        return crm.followups.add(
            values["title"],
            values["due"].day,
            due_time=values["due"].due_time,
            contact_id=person,
            priority=values["priority"],
            repeat=values["repeat"],
        )

    who = () if contact_id is not None else (
        Field("contact", "with", complete="contacts", hint="a name, e-mail or id; nobody is fine"),
    )  # fmt: skip
    return Form(
        f"followup-{contact_id or 'add'}",
        f"Follow up with {clean(whom)}" if contact_id is not None else "Add a follow-up",
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


def tag(contact_ids: Sequence[int], whom: str) -> Form:
    """Tags to put on and take off."""

    def save(crm: Crm, filled: Filled) -> Any:
        add, remove = filled.values["tags"]
        with crm.transaction(f"tag {whom}"):
            for contact_id in contact_ids:
                crm.contacts.tag(contact_id, add=add, remove=remove)
        return True

    return Form(
        f"tag-{'-'.join(map(str, contact_ids[:3]))}",
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


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are any."""
    return {key: value for key, value in values.items() if value not in (None, [], "")}
