"""The one message that a mail program hands over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain.loading.drafts import Outcome, RejectedRowError, Verdict
from crm_tui.domain.loading.mail import MailDraft, MailLoad
from crm_tui.domain.loading.mail_people import Address, holders, meant
from crm_tui.errors import AmbiguousError, InvalidDataError, NotFoundError
from crm_tui.interchange.mail.boxes import RawMail, is_message, keep
from crm_tui.interchange.mail.message import MessageReader

if TYPE_CHECKING:
    from crm_tui.dates import When
    from crm_tui.domain.crm import Crm
    from crm_tui.models import InteractionView

_SHOWN: Final = 5


class Logged(NamedTuple):
    """The message's interaction, and what became of it.

    Attributes:
        interaction: the message as it is there now.
        written: whether anything was written, which is not so when it was there already.
        unclear: for each address of several people, whom it was not logged with, who they are.
    """

    interaction: InteractionView
    written: bool
    unclear: tuple[str, ...] = ()


def log_message(
    crm: Crm,
    file: IO[bytes],
    *,
    create: bool = False,
    named: Sequence[int] = (),
    deal_id: int | None = None,
    direction: str | None = None,
    next_due: When | None = None,
    next_title: str | None = None,
) -> Logged:
    """Log a message with the people it is from and to, once; the rules for lists and machines do not count here.

    Args:
        crm: the open base.
        file: the message.
        create: make contacts of those it was exchanged with and whom nobody knows yet.
        named: contacts whom the message is with beside those whose addresses are on it.
        deal_id: the deal it is about, and the follow-up.
        direction: in or out, where the configured own addresses do not tell.
        next_due: when the follow-up is due that a message not yet there opens; there is none when None.
        next_title: its title, made from the summary unless given.

    Raises:
        InvalidDataError: it is no message, or cannot be read.
        NotFoundError: nobody on it is known.
        AmbiguousError: several people have the address it is from or to.
    """
    draft = _read(crm, file)
    if direction is not None:
        draft.sent = direction == "out"
        draft.writer = None if draft.sent else draft.writer
    outcomes: list[Outcome] = []
    what = f"log email {_with(crm, draft, named, create=create)}"
    if next_due is not None:
        what += f", follow up on {next_due.day.isoformat()} {next_due.due_time or ''}".rstrip()
    with crm.transaction(what) as writing:
        load = MailLoad(crm, writing, outcomes.append, create=create, obey_rules=False, named=named)
        load.prepare([draft])
        made = _taken(load, draft)
        if made is None:
            raise _nobody(crm, draft.partners or draft.people)
        load.finish()
        found = crm.interactions.get(made)
        was_there = outcomes[-1].verdict is Verdict.SAME
        if deal_id is not None and found.deal_id != deal_id:
            found, was_there = crm.interactions.update(made, deal_id=deal_id), False
        if next_due is not None and outcomes[-1].verdict is Verdict.NEW:
            crm.followups.add(
                next_title or f"follow up: {found.summary}",
                next_due.day,
                due_time=next_due.due_time,
                contact_id=found.contact_ids[0],
                deal_id=deal_id,
            )
    return Logged(found, not was_there, tuple(load.shared))


def _taken(load: MailLoad, draft: MailDraft) -> int | None:
    try:
        return load.take(draft)
    except RejectedRowError as error:
        raise AmbiguousError(
            f"{error.reason[:1].upper()}{error.reason[1:]}.", "Name the person: crm log email - REF."
        ) from error


def _read(crm: Crm, file: IO[bytes]) -> MailDraft:
    data = keep(file)
    if not is_message(data[:1000]):
        raise InvalidDataError(
            "What came on stdin is no e-mail message.", "Pipe the whole message, header included."
        )
    try:
        return MessageReader(crm.config.own_emails, crm.clock).read(
            RawMail(1, "the message", data), rules=False
        )
    except RejectedRowError as error:
        raise InvalidDataError(
            f"{error.reason[:1].upper()}{error.reason[1:]}.", "Nothing was logged."
        ) from error


def _nobody(crm: Crm, people: Sequence[Address]) -> NotFoundError:
    named = ", ".join(each.email for each in people[:_SHOWN])
    if not named:
        return NotFoundError(
            "The message is to nobody but yourself.", "Check your addresses: crm config get own_emails."
        )
    hint = "crm log email - --create makes the contact and logs the message."
    if not crm.config.own_emails:
        hint += " If the address is yours: crm config set own_emails ADDRESS."
    return NotFoundError(f"No contact has the address {named}.", hint)


def _with(crm: Crm, draft: MailDraft, named: Sequence[int], *, create: bool) -> str:
    """The words for whom it will be logged with."""
    first = {each: crm.contacts.get(each).name for each in named}
    found = holders(crm.connection, [each.key for each in draft.people])
    known = [meant(found[each.key], each) for each in draft.people]
    others = {each[0].id: each[0].name for each in known if len(each) == 1}
    names = list({**first, **others}.values())
    if create and crm.config.own_emails and draft.writer is not None and not found[draft.writer.key]:
        names.insert(0, draft.writer.name or draft.writer.email)
    names = names or [each.name or each.email for each in draft.partners] or ["nobody"]
    more = len(names) - 1
    return f"with {names[0]} and {more} more" if more else f"with {names[0]}"
