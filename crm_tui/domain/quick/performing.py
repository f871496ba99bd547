"""Writing what was understood: one line is one operation, through the verbs that everything else uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from crm_tui.cells import clean
from crm_tui.domain.quick.intents import Intent, Log, Lose, Name, NewDeal, NewPerson, Piece, Todo, Win
from crm_tui.domain.quick.meaning import Understood, understand
from crm_tui.errors import ConflictError, UsageError

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.quick.naming import Found
    from crm_tui.models import ContactView, DealView, FollowupView, InteractionView

    Record: TypeAlias = ContactView | DealView | FollowupView | InteractionView


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: the noun of the record, and the record."""

    noun: str
    record: Record


def perform(crm: Crm, understood: Understood) -> Made:
    """Write a line as one operation.

    Args:
        crm: the file.
        understood: the line with the records that were found for it and told to the person.

    Raises:
        UsageError: nothing was typed, or a piece was not understood.
        NotFoundError: nobody is called so, or a record is gone.
        AmbiguousError: a name could mean several.
        ConflictError: a name has come to mean another record since it was told.
        InvalidDataError: a value cannot be what it claims to be.
    """
    intent = understood.reading.intent
    if understood.error is not None:
        raise understood.error
    if intent is None:
        raise UsageError("Nothing was typed.", "Write it like call Anna: wants an offer.")
    with crm.transaction(_summary(intent, understood)):
        # nobody else can write any more: what the names mean now is what they mean in the end
        now = understand(understood.reading, crm, crm.clock)
        if now.error is not None:
            raise now.error
        if _records(now) != _records(understood):
            raise ConflictError(
                "The line means something else than a moment ago.", "Look at it, and write it again."
            )
        return _write(crm, intent, now)


def _records(understood: Understood) -> dict[int, tuple[str, int]]:
    return {start: (each.noun, each.id) for start, each in (understood.found or {}).items()}


def _summary(intent: Intent, understood: Understood) -> str:
    names = " and ".join(_names(understood))
    if isinstance(intent, Log):
        promised = f", follow up on {_day(intent)}" if intent.next_due is not None else ""
        return f"log {intent.kind.value} with {names}{promised}"
    if isinstance(intent, Todo):
        at = f" {intent.due.due_time}" if intent.due.due_time else ""
        return f"add follow-up {intent.title} for {intent.due.day.isoformat()}{at}"
    if isinstance(intent, NewDeal):
        return f"add deal {intent.title}"
    if isinstance(intent, NewPerson):
        return f"add contact {intent.name}"
    return f"{'win' if isinstance(intent, Win) else 'lose'} deal {names}"


def _names(understood: Understood) -> list[str]:
    found = understood.found or {}
    return [
        clean(found[piece.start].name if piece.start in found else piece.value.text)
        for piece in _named(understood)
        if isinstance(piece.value, Name)
    ]


def _named(understood: Understood) -> list[Piece]:
    return [piece for piece in understood.reading.pieces if piece.kind == "name"]


def _day(intent: Log) -> str:
    due = intent.next_due
    assert due is not None
    return f"{due.day.isoformat()} {due.due_time or ''}".rstrip()


def _write(crm: Crm, intent: Intent, now: Understood) -> Made:
    found = now.found or {}
    whom = [found.get(piece.start) for piece in _named(now)]
    if isinstance(intent, Log):
        return Made("interaction", _log(crm, intent, whom))
    if isinstance(intent, Todo):
        return Made("followup", _todo(crm, intent, whom))
    if isinstance(intent, NewDeal):
        stage = next((each for each in found.values() if each.noun == "stage"), None)
        return Made("deal", _deal(crm, intent, next(iter(whom), None), stage))
    if isinstance(intent, NewPerson):
        return Made("contact", _person(crm, intent))
    deal = whom[0]
    assert deal is not None
    if isinstance(intent, Lose):
        return Made("deal", crm.deals.lose(deal.id, intent.reason))
    return Made("deal", crm.deals.win(deal.id))


def _log(crm: Crm, intent: Log, whom: Sequence[Found | None]) -> InteractionView:
    people = [
        found.id if found is not None else crm.contacts.add(name=name.text).id
        for name, found in zip(intent.names, whom, strict=True)
    ]
    made, _ = crm.interactions.log(
        intent.kind.value,
        list(dict.fromkeys(people)),
        intent.text,
        occurred_at=intent.at.instant(crm.clock) if intent.at is not None else None,
        next_due=intent.next_due,
        next_title=intent.next_title,
    )
    if intent.tags:
        crm.contacts.tag_all(people, add=intent.tags)
    return made


def _todo(crm: Crm, intent: Todo, whom: Sequence[Found | None]) -> FollowupView:
    found = next(iter(whom), None)
    contact_id = deal_id = None
    if intent.name is not None and intent.name.new:
        contact_id = crm.contacts.add(name=intent.name.text).id
    elif found is not None and found.noun == "deal":
        deal_id = found.id
        contact_id = crm.deals.get(found.id).contact_id
    elif found is not None:
        contact_id = found.id
    return crm.followups.add(
        intent.title,
        intent.due.day,
        due_time=intent.due.due_time,
        contact_id=contact_id,
        deal_id=deal_id,
        priority=intent.priority.value,
        repeat=intent.repeat,
    )


def _deal(crm: Crm, intent: NewDeal, whom: Found | None, stage: Found | None) -> DealView:
    from crm_tui.domain.deal_values import NewDealValues

    values = NewDealValues(tags=intent.tags)
    if intent.amount is not None:
        values["amount_minor"], values["currency"] = intent.amount.minor, intent.amount.currency
    if intent.close is not None:
        values["expected_close_on"] = intent.close
    if stage is not None:
        values["stage_id"] = stage.id
    elif intent.stage is not None:
        values["stage"] = intent.stage
    if whom is not None:
        values["contact_id" if whom.noun == "contact" else "company_id"] = whom.id
    elif intent.party is not None:
        values["company"] = intent.party.text
    return crm.deals.add(intent.title, **values)


def _person(crm: Crm, intent: NewPerson) -> ContactView:
    return crm.contacts.add(
        name=intent.name,
        company=intent.company,
        emails=intent.emails,
        phones=intent.phones,
        tags=intent.tags,
    )
