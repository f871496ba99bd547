"""One import of mail: the place, how to read it, and what takes the messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crm_tui.domain.loading.drafts import RejectedRowError, Report
from crm_tui.domain.loading.mail import MailDraft, MailLoad
from crm_tui.errors import UsageError
from crm_tui.interchange.brake import Brake
from crm_tui.interchange.mail.boxes import Box, RawMail, box_of
from crm_tui.interchange.mail.charsets import decoded, safe_text
from crm_tui.interchange.mail.message import MessageReader
from crm_tui.interchange.rejects import RejectedItems
from crm_tui.interchange.run import Bad, Progress, Rows, Summary, Taker, run

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.interchange.options import Options
    from crm_tui.store.transaction import Transaction

_TOGETHER: Final = 200
_MOST_LATE: Final = 2000
_KEPT_OF_REJECTED: Final = 4000


def load(
    crm: Crm,
    path: Path,
    options: Options,
    *,
    name: str | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    report: Report | None = None,
    progress: Progress | None = None,
    brake: Brake | None = None,
) -> Summary:
    """Import an mbox file, a Maildir folder or a file with one message.

    Args:
        crm: the open base; its configuration's ``own_emails`` tell what was sent from what was received.
        path: where the messages lie.
        options: of these ``strict``; ``create_missing``, to make contacts of those with whom messages were exchanged
            and whom nobody knows yet; and ``tags`` for them.
        name: what the operation calls the file; its name unless given.
        dry_run: take everything back at the end.
        rejects: where to write the beginnings of rejected messages.
        report: is told what became of each message.
        progress: is told the number of the message reached and about how many there are, now and then.
        brake: stops it from another thread.

    Raises:
        StoppedError: the brake was pulled; nothing was imported.
        UsageError: there are tags, and nobody is made who could have them.
        InvalidDataError: there is no mail, or a message was rejected and ``strict`` is set; nothing was imported.
    """
    if options.tags and not options.create_missing:
        raise UsageError(
            "The tags are for the people whom --create makes.", "Add --create, or leave --tag out."
        )
    box = box_of(path)
    return run(
        crm,
        MailSource(box, RejectedItems(rejects), create=options.create_missing, tags=options.tags),
        f"import {name or path.name}",
        strict=options.strict,
        dry_run=dry_run,
        report=report,
        progress=progress,
        brake=brake,
        notices=[*_own_notices(crm), *box.notices()],
    )


class MailSource:
    """The messages of a place."""

    bulk: bool = False

    def __init__(self, box: Box, rejected: RejectedItems, *, create: bool, tags: Sequence[str]) -> None:
        self.total = box.total
        self.rejected = rejected
        self._box = box
        self._create = create
        self._tags = tags

    def open(self, crm: Crm, writing: Transaction, report: Report, brake: Brake) -> tuple[Taker, Rows]:
        """What takes the messages, and the messages as it takes them."""
        load = MailLoad(
            crm, writing, report, create=self._create, tags=self._tags, anybody=not crm.config.own_emails
        )
        self._taker = MailTaker(load, MessageReader(crm.config.own_emails, crm.clock))
        return self._taker, self._taker.rows(self._box, brake)

    def unreadable(self) -> Iterable[Bad]:
        """Those of which it cannot be said whom they are with, now that all others have been taken."""
        return self._taker.take_late()


class MailTaker:
    """Reads messages some hundred at a time, so that what they refer to is looked up together."""

    def __init__(self, load: MailLoad, reader: MessageReader) -> None:
        self._load = load
        self._reader = reader
        self._drafts: dict[int, MailDraft | RejectedRowError] = {}
        self._late: list[tuple[MailDraft, str]] = []

    def rows(self, box: Box, brake: Brake) -> Rows:
        """Number and beginning of each message."""
        mails = box.mails()
        while batch := [self._read(each) for each in islice(mails, _TOGETHER)]:
            brake.check()
            self._load.prepare([each for each in self._drafts.values() if isinstance(each, MailDraft)])
            yield from batch
            self._drafts.clear()

    def take(self, line: int, row: str) -> None:
        """Take the message of a number."""
        draft = self._drafts.pop(line)
        if isinstance(draft, RejectedRowError):
            raise draft
        try:
            self._load.take(draft)
        except RejectedRowError:
            if not self._load.may_be_known_later(draft) or len(self._late) >= _MOST_LATE:
                raise
            self._late.append((draft, row))

    def take_late(self) -> Iterable[Bad]:
        """Take those that waited for somebody on them to become known; what even now cannot be taken is returned."""
        self._load.prepare([draft for draft, _ in self._late])
        for draft, row in self._late:
            try:
                self._load.take(draft)
            except RejectedRowError as error:
                yield draft.line, row, error

    def finish(self) -> list[str]:
        """Complete the load."""
        return self._load.finish()

    def _read(self, raw: RawMail) -> tuple[int, str]:
        try:
            self._drafts[raw.number] = self._reader.read(raw)
        except RejectedRowError as error:
            self._drafts[raw.number] = error
        else:
            # only of one that may be rejected yet, its text is wanted
            return raw.number, decoded(raw.data[:500])
        return raw.number, safe_text(decoded(raw.data[:_KEPT_OF_REJECTED]))


def _own_notices(crm: Crm) -> list[str]:
    if crm.config.own_emails:
        return []
    return [
        "Your own addresses are not set, so every message counts as received: crm config set own_emails ME@..."
    ]
