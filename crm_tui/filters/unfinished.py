"""What stands at the end of a filter while it is being typed, for whoever offers to complete it.

The lexer refuses a filter that is not whole; this reads one from the same signs and never refuses.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm_tui.filters.syntax import FIELD_NAME, OPERATOR

_BREAKS = frozenset(" \t\r\n()")
_NEGATION = "-"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The word or value that the cursor stands behind.

    Attributes:
        start: where its text begins in the filter, its opening quote included.
        text: what is typed of it, without quotes.
        field: the field whose value it is; empty for a word, which may become the name of a field.
        quoted: whether a quote was opened.
    """

    start: int
    text: str
    field: str = ""
    quoted: bool = False


def unfinished(text: str) -> Unfinished:
    """What stands at the end of a filter; an empty text after a space or a bracket."""
    start, opened = _last_part(text)
    if opened is not None and opened == start:
        return Unfinished(start, text[start + 1 :], quoted=True)
    part = text[start:]
    if part.startswith(_NEGATION):
        start, part = start + 1, part[1:]
    sign = OPERATOR.search(part)
    if sign is None or not FIELD_NAME.fullmatch(part[: sign.start()]):
        return Unfinished(start, part)
    field, begin = part[: sign.start()], start + sign.end()
    if opened is not None:
        return Unfinished(opened, text[opened + 1 :], field, quoted=True)
    # of several values the last one
    comma = text.rfind(",", begin)
    begin = comma + 1 if comma >= begin else begin
    return Unfinished(begin, text[begin:], field)


def _last_part(text: str) -> tuple[int, int | None]:
    """Where the last part begins, and where a quote was opened that is not closed."""
    start, opened, escaped = 0, None, False
    for place, sign in enumerate(text):
        if opened is not None:
            if escaped:
                escaped = False
            elif sign == "\\":
                escaped = True
            elif sign == '"':
                opened = None
        elif sign == '"':
            opened = place
        elif sign in _BREAKS:
            start = place + 1
    return start, opened
