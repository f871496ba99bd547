"""Messages and mailboxes for the tests of mail."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.interchange.mail.boxes import RawMail, keep
from crm_tui.interchange.mail.loading import load
from crm_tui.interchange.mail.message import MessageReader
from crm_tui.interchange.options import Options
from crm_tui.interchange.run import Summary

ME = "me@mine.example"
DATE = "Mon, 16 Feb 2026 10:00:00 +0400"
AT = "2026-02-16T06:00:00Z"


def mail(body: str | None = "Hello", **fields: str | None) -> bytes:
    """A message from Anna to me; a field given as None is left out, ``_`` in names stands for ``-``."""
    given: dict[str, str | None] = {
        "From": "Anna Kowalska <anna@example.com>",
        "To": f"Me <{ME}>",
        "Subject": "Offer",
        "Date": DATE,
        "Message-ID": "<one@example.com>",
    }
    given |= {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\n" for name, value in given.items() if value is not None)
    return f"{head}\n{body}\n".encode("utf-8", "surrogateescape")


def mbox(messages: Iterable[bytes]) -> bytes:
    """Messages behind each other, quoted as mboxrd has it."""
    whole: list[bytes] = []
    for message in messages:
        lines = message.split(b"\n")
        quoted = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines]
        whole += [b"From - Mon Feb 16 06:00:00 2026", *quoted]
    return b"\n".join([*whole, b""])


def open_as_me(path: Path, now: str = "2026-03-02 09:30") -> Crm:
    """A base whose owner's address is known."""
    return Crm.open(path, now=now, config=Config(own_emails=(ME,)))


class Mailbox:
    """Imports messages into a base."""

    def __init__(self, crm: Crm, folder: Path) -> None:
        self.crm = crm
        self.folder = folder

    def load(
        self, *messages: bytes, create: bool = False, strict: bool = False, dry_run: bool = False
    ) -> Summary:
        """Import messages as an mbox file."""
        path = self.folder / "mail.mbox"
        path.write_bytes(mbox(messages))
        return load(self.crm, path, Options(strict=strict, create_missing=create), dry_run=dry_run)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """What a query finds."""
        return self.crm.connection.execute(sql).fetchall()


def body_of(message: bytes, crm: Crm) -> str | None:
    """What is kept of a message's text."""
    return MessageReader((ME,), crm.clock).read(RawMail(1, "message 1", kept(message))).body


def kept(message: bytes) -> bytes:
    """A message as it is kept in memory."""
    from io import BytesIO

    return keep(BytesIO(message))
