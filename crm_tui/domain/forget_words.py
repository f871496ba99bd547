"""What forgetting somebody would do, and what it did, in sentences that both faces show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crm_tui.domain.history_words import noun

if TYPE_CHECKING:
    from crm_tui.domain.forgetting import Forgotten, Prospect

FOREVER: Final = "This cannot be undone."
_SHOWN: Final = 20
_LONGEST: Final = 70


def before(prospect: Prospect, *, redact: bool, way: str) -> Iterator[str]:
    """What would go, what stays, and what else names them.

    Args:
        prospect: as it was looked up.
        redact: whether they are to be taken out of the texts of other records too.
        way: what does that where it is not chosen, such as ``--redact``.
    """
    yield f"This erases {prospect.name} ({prospect.id}): {_counts(prospect.erased)}."
    if prospect.kept:
        yield f"Without their name stay: {_counts(prospect.kept)}."
    if prospect.mentions:
        what = (
            "[forgotten] will stand there" if redact else f"they stay, unless {way} writes [forgotten] there"
        )
        yield f"{_texts(len(prospect.mentions))} of other records name them; {what}:"
        for each in prospect.mentions[:_SHOWN]:
            yield f"  {each.table} {each.id}, {each.field}: {_short(each.text)}"
        if len(prospect.mentions) > _SHOWN:
            yield f"  and {len(prospect.mentions) - _SHOWN:,} more"


def after(done: Forgotten, files: Sequence[Path] = ()) -> Iterator[str]:
    """What was erased, and the proof; ``files`` are those of the screens that name them still."""
    yield f"Forgot contact {done.id}: {_counts(done.erased)} erased. Operation {done.operation}; nothing takes it back."
    if done.operations:
        plural = "operation" if done.operations == 1 else "operations"
        yield f"{done.operations:,} earlier {plural} concerned them and cannot be undone any more."
    if done.redacted:
        yield f"In {_texts(done.redacted)} of other records [forgotten] stands now."
    sought = (
        f"{done.searched_bytes:,} bytes of the file were searched for {done.searched_for} spellings of their"
    )
    sought += " names, e-mails and phones"
    yield f"{sought}: nothing was found." if done.is_clean else f"{sought}. Still there:"
    for each in done.mentions:
        sure = "" if each["sure"] else " (perhaps them)"
        yield f"  {each['kind']} {each['id']}, {each['field']}: {_short(str(each['text']))}{sure}"
    yield from (f"  {found}" for found in done.found)
    if done.backups:
        yield "These copies were made before and hold them still; remove them when you may:"
        yield from (f"  {each}" for each in done.backups)
    for file in files:
        yield f"{file} of the screens names them still; remove it, or open the screens and clear it."


def _texts(number: int) -> str:
    return f"{number:,} text{'' if number == 1 else 's'}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {noun(table, number)}" for table, number in counts.items()) or "nothing"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
