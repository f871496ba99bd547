"""From the rows of a file to drafts of interactions. Without a summary the first line of the text is one."""

from __future__ import annotations

from typing import Final

from crm_tui.domain import checks
from crm_tui.domain.interactions import LONGEST, split_text
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.records import RecordDraft
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.cells_in import convert
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.deals_in import PeopleCells
from crm_tui.interchange.own_ids import OwnId
from crm_tui.interchange.record_columns import RecordReader, Spec, line_of, minutes, several, word_of
from crm_tui.text import name_key

_KINDS: Final = {
    "call": "call", "phone": "call", "phone call": "call", "telephone": "call", "telephone call": "call",
    "video call": "call", "email": "email", "e mail": "email", "mail": "email", "meeting": "meeting",
    "appointment": "meeting", "visit": "meeting", "lunch": "meeting", "event": "meeting", "message": "message",
    "sms": "message", "text": "message", "text message": "message", "chat": "message", "whatsapp": "message",
    "telegram": "message", "whatsapp message": "message", "linkedin message": "message", "note": "note",
    "comment": "note", "memo": "note",
}  # fmt: skip
_DIRECTIONS: Final = {
    "in": "in", "inbound": "in", "incoming": "in", "received": "in", "out": "out", "outbound": "out",
    "outgoing": "out", "sent": "out",
}  # fmt: skip


class InteractionReader:
    """Makes drafts of interactions from rows."""

    def __init__(self, columns: Columns, *, own: bool) -> None:
        specs = [
            Spec("kind", word_of(_KINDS, "kind of interaction")),
            Spec("direction", word_of(_DIRECTIONS, "direction")),
            Spec("occurred_at", columns.instant("occurred_at")),
            Spec("duration_minutes", _minutes),
            Spec("deal", line_of("deal"), "values", binding=True),
        ]
        self._columns = columns
        self._summary = columns.get("summary")
        self._reader = RecordReader(columns, specs, name="", own=own)
        self._body = several(columns, "body")
        self._check = convert(lambda text: checks.text(text, "text"), columns.header_of("body"))
        self._contacts = PeopleCells(columns, "contacts", own=own)
        self._deal_id = OwnId(columns, "deal_id", own=own)

    def draft(self, line: int, cells: list[str]) -> RecordDraft:
        """The draft of one row.

        Raises:
            RejectedRowError: a cell cannot be what its column is.
        """
        made = self._reader.draft(line, cells)
        self._read_text(made, cells)
        contacts = self._contacts.all(cells)
        if contacts:
            made.values["contacts"] = contacts
        own = self._contacts.own(cells)
        if own is not None:
            made.values["own_people"] = own
        deal_id = self._deal_id(cells)
        if deal_id is not None:
            made.values["deal_own_id"] = deal_id
        return made

    def _read_text(self, made: RecordDraft, cells: list[str]) -> None:
        """Summary and body; a summary that is none or too long for one is taken apart like a text."""
        summary = self._summary(cells) if self._summary is not None else ""
        body = self._body(cells) if self._body is not None else ""
        if body:
            body = str(self._check(body))
        if len(summary) > checks.LINE:
            summary, body = split_text(summary)[0], "\n".join(part for part in (summary, body) if part)
        elif not summary and body:
            summary, rest = split_text(body)
            body = rest or ""
        if summary:
            try:
                made.name = checks.line(summary, "summary")
            except InvalidDataError as error:
                raise RejectedRowError(
                    error.message.rstrip("."), self._columns.header_of("summary")
                ) from error
            made.key = name_key(made.name)
        if body:
            made.columns["body"] = body


def _minutes(text: str) -> int:
    found = minutes(text)
    if found > LONGEST:
        raise InvalidDataError(f"A duration of {found:,} minutes cannot be meant.")
    return found
