"""Which messages are no letters: of machines, of lists, thrown away or never sent. Each rule has words."""

from __future__ import annotations

import re
from typing import Final

from crm_tui.interchange.mail.headers import Headers, first

_NO_REPLY = re.compile(
    r"(?:(?:no|do-?not|dont|nao|ne-?pas)[-_.]?(?:reply|responder|repondre|répondre|antworten)|noreply|nicht-antworten"
    r"|mailer-?daemon|postmaster|bounces?)(?:[-+_.=].*|[0-9]*)@.*"
)
_BULK: Final = frozenset({"bulk", "list", "junk"})
NO_REPLY: Final = "from addresses that take no reply"
LISTS: Final = "from mailing lists and newsletters"
AUTOMATIC: Final = "automatic"
DRAFTS: Final = "unsent drafts"
DELETED: Final = "deleted"
_EXPUNGED: Final = 0x0008  # X-Mozilla-Status: deleted, the folder not yet compacted


def is_no_reply(key: str) -> bool:
    """Whether an address, by its match key, takes no reply."""
    return _NO_REPLY.match(key[:320]) is not None


def rule(headers: Headers, writer: str | None, flags: str = "") -> str:
    """Why a message is no letter, empty when it is one.

    Args:
        headers: its fields.
        writer: the match key of its sender.
        flags: of a Maildir: D for a draft, T for one thrown away.
    """
    if "D" in flags or first(headers, "x-mozilla-draft-info"):
        return DRAFTS
    if "T" in flags or _is_expunged(first(headers, "x-mozilla-status")):
        return DELETED
    if writer is not None and is_no_reply(writer):
        return NO_REPLY
    if (
        first(headers, "list-id")
        or first(headers, "list-unsubscribe")
        or _word(headers, "precedence") in _BULK
    ):
        return LISTS
    automatic = (
        _word(headers, "auto-submitted") not in ("", "no")
        or _word(headers, "content-type") == "multipart/report"
    )
    if automatic or _word(headers, "precedence") == "auto_reply" or first(headers, "x-autoreply"):
        return AUTOMATIC
    return ""


def _word(headers: Headers, name: str) -> str:
    return first(headers, name)[:200].partition(";")[0].partition("(")[0].strip().lower()


def _is_expunged(status: str) -> bool:
    try:
        return bool(int(status[:8] or "0", 16) & _EXPUNGED)
    except ValueError:
        return False
