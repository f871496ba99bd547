"""From the bytes of a message to what is kept of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.mail import MailDraft
from crm_tui.emails import email_key
from crm_tui.interchange.mail import headers as fields
from crm_tui.interchange.mail.charsets import safe_line, safe_text
from crm_tui.interchange.mail.parts import Content, HostileMailError, read_content, split
from crm_tui.interchange.mail.rules import rule
from crm_tui.interchange.mail.trimming import is_forward, trimmed
from crm_tui.text import is_visible

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.loading.mail_people import Address
    from crm_tui.interchange.mail.boxes import RawMail

NO_SUBJECT: Final = "(no subject)"
_LONGEST_SUBJECT: Final = 300
_MOST_NAMES: Final = 30
_TO: Final = ("to", "cc", "bcc")


class MessageReader:
    """Reads messages of a person who has some addresses of their own."""

    def __init__(self, own: Collection[str], clock: Clock) -> None:
        self._own = frozenset(key for each in own if (key := email_key(each)) is not None)
        # instants as text compare as they follow each other; from here on it is tomorrow
        tomorrow = datetime.combine(clock.today + timedelta(days=1), time(), clock.zone)
        self._tomorrow = tomorrow.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def read(self, raw: RawMail, *, rules: bool = True) -> MailDraft:
        """One message; without ``rules`` what they pass over is read as well.

        Raises:
            RejectedRowError: it is built to do harm, or says neither from and to whom it is nor when it was sent.
        """
        data = raw.data
        head_end, body = split(data, 0, len(data))
        headers = fields.read_headers(data[: min(head_end, fields.LONGEST)])
        where = _where(raw, headers)
        if head_end > fields.LONGEST:
            raise RejectedRowError(f"{where}: its header is longer than {fields.LONGEST // 1024} KB")
        writer, others = self._people(headers, where)
        sent = writer is not None and writer.key in self._own
        reason = rule(headers, writer.key if writer else None, raw.flags) if rules else ""
        subject = safe_line(fields.words(fields.first(headers, "subject")[:4000]), _LONGEST_SUBJECT)
        try:
            # what a rule passes over need not be read any further
            content = Content() if reason else read_content(data, headers, body)
        except HostileMailError as error:
            raise RejectedRowError(f"{where}: {error}") from error
        return MailDraft(
            line=raw.number,
            key=_key(headers, content, subject),
            occurred_at=self._moment(headers, where) if not reason else "",
            summary=subject if is_visible(subject) else NO_SUBJECT,
            body=_body(content, subject),
            sent=sent,
            writer=None if sent else writer,
            readers=others,
            parents=_parents(headers),
            rule=reason,
        )

    def _people(self, headers: fields.Headers, where: str) -> tuple[Address | None, list[Address]]:
        """Who wrote it, and everybody else on it apart from the person themselves."""
        writers = fields.addresses(headers.get("from", ()) or headers.get("sender", ()))
        readers = fields.addresses(value for name in _TO for value in headers.get(name, ()))
        if not writers and not readers:
            raise RejectedRowError(f"{where}: it has neither a sender nor a recipient", "from")
        # whoever wrote it together with the first is on it like those it is to
        others = {each.key: each for each in (*writers[1:], *readers) if each.key not in self._own}
        if writers:
            others.pop(writers[0].key, None)
        return writers[0] if writers else None, list(others.values())

    def _moment(self, headers: fields.Headers, where: str) -> str:
        late = ""
        for moment in fields.moments(headers):
            if moment < self._tomorrow:
                return moment
            late = late or moment
        if late:
            raise RejectedRowError(f"{where}: its date, {late[:10]}, is still to come", "date")
        raise RejectedRowError(f"{where}: nothing says when it was sent", "date")


def _where(raw: RawMail, headers: fields.Headers) -> str:
    """The words that name a message to a person."""
    subject = safe_line(fields.words(fields.first(headers, "subject")[:1000]), 60) or NO_SUBJECT
    return f'{raw.where} "{subject}"'


def _key(headers: fields.Headers, content: Content, subject: str) -> str:
    """What a message is known by: its Message-ID or, without one, what it says."""
    found = fields.message_id(fields.first(headers, "message-id"))
    if found is not None:
        return found
    said = (
        fields.first(headers, "date"),
        fields.first(headers, "from"),
        subject,
        safe_text(content.text).strip(),
    )
    return "sha256:" + hashlib.sha256("\x00".join(said).encode("utf-8", "replace")).hexdigest()


def _parents(headers: fields.Headers) -> list[str]:
    """The messages it answers, the root first."""
    found = fields.message_ids(fields.first(headers, "references"))
    answered = fields.message_ids(fields.first(headers, "in-reply-to"))[:1]
    return list(dict.fromkeys([*(each for each in found if each not in answered), *answered]))


def _body(content: Content, subject: str) -> str | None:
    """The text, and the names of the attachments below it."""
    text = trimmed(safe_text(content.text), forward=is_forward(subject))
    if not content.names:
        return text or None
    names = ", ".join(content.names[:_MOST_NAMES])
    more = len(content.names) - _MOST_NAMES
    names += f" and {more} more" if more > 0 else ""
    return f"{text}\n\nAttachments: {names}".strip()
