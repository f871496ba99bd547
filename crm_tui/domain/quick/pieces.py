"""The pieces that stand at the end of a line, in any order: tags, days, rules, amounts, addresses.

Each ``take_x`` looks at the end of a part of the line, and if that is an x, notes it and takes it off. The rule it
keeps: what only looks like a piece is named as not understood, and what could be two things is never decided.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from crm_tui.dates import When, parse_when
from crm_tui.domain.quick.line import Line, Part, plain
from crm_tui.errors import CrmError, InvalidDataError
from crm_tui.models import Priority
from crm_tui.money import CURRENCIES, parse_money
from crm_tui.text import check_tag, email_key

Take = Callable[[Part], bool]
_DAY_WORDS: Final = 6
_RULE_WORDS: Final = 9
_PHONE_WORDS: Final = 8
_LEADS: Final = ("on", "by", "at", "from", "due")
"""Words that may stand before the day at the end of a promise, and go with it."""
_PRIORITIES: Final = {f"!{each.value}": each for each in Priority}
DAY_HINT: Final = (
    "Days are written like friday, next monday, +3d, in 2 weeks, 2026-12-01 or 2026-12-01 14:30."
)
_TAG_HINT: Final = "A tag is one word after #, such as #vip."
QUOTE_HINT: Final = 'What is meant as text stands in quotes, as in todo "call on friday" tomorrow.'

_NUMBER: Final = r"[0-9](?:[0-9.,']*[0-9])?"
_SIGN: Final = "[$£¥֏฿៛\u20a0-\u20cf]"
_AMOUNT: Final = re.compile(
    rf"(?P<code>[A-Za-z]{{3}}) ?(?P<a>{_NUMBER})|(?P<b>{_NUMBER})(?P<gap> ?)(?P<after>[A-Za-z]{{3}})"
    rf"|(?:{_SIGN}|[A-Z]{{1,3}}\$) ?(?P<c>{_NUMBER})|(?P<d>{_NUMBER}) ?(?:{_SIGN}|zł|kč|Ft|lei|TL)"
)
_PROSE: Final = frozenset(("all", "bob", "cop", "cup", "mop", "pen", "top"))
"""Codes that are English words: after a space they count in capitals only."""
_PHONE: Final = re.compile(r"[+(]*[0-9][0-9 ()./-]*")
_FEWEST_DIGITS: Final = 5
_DIGITS_OF_A_PHONE: Final = 7


def take_ends(part: Part, takers: Sequence[Take]) -> None:
    """Take pieces off the end until there is none."""
    while part and any(take(part) for take in takers):
        continue


def tags_of(line: Line) -> tuple[str, ...]:
    """The tags that were taken, in their order, the first of equals."""
    found: dict[str, str] = {}
    for piece in sorted(line.pieces, key=lambda each: each.start):
        if piece.kind == "tag":
            found.setdefault(str(piece.value).casefold(), str(piece.value))
    return tuple(found.values())


def take_tag(part: Part) -> bool:
    """``#vip``; a number after the # is text, as in issue #42."""
    start, end = part.words()[-1]
    word = part.line.text[start:end]
    if not word.startswith("#") or len(word) == 1 or word[1:].isdecimal():
        return False
    try:
        part.line.piece("tag", start, end, check_tag(word[1:]))
    except InvalidDataError as error:
        part.line.wrong(start, end, error.message, _TAG_HINT)
    part.cut(start)
    return True


def take_priority(part: Part) -> bool:
    """``!high``, ``!low``, ``!normal``."""
    start, end = part.words()[-1]
    word = part.line.text[start:end]
    if len(word) == 1 or not word.startswith("!"):
        return False
    known = _PRIORITIES.get(word.casefold())
    if known is None:
        words = ", ".join(_PRIORITIES)
        part.line.wrong(start, end, f'"{word[:40]}" is no priority.', f"It is one of: {words}.")
    elif _has(part.line, "priority"):
        part.line.wrong(start, end, "There are two priorities.", "Leave one of them out.")
    else:
        part.line.piece("priority", start, end, known)
    part.cut(start)
    return True


def take_rule(part: Part) -> bool:
    """``every 2 weeks on mon,thu``: from an ``every`` to the end, the longest that is a rule."""
    from crm_tui.recurrence import parse_rule

    line = part.line
    for start, end in part.words()[-_RULE_WORDS:]:
        if line.masked[start:end].casefold() != "every":
            continue
        try:
            rule = parse_rule(line.text[start : part.end]).text
        except InvalidDataError:
            continue
        if _has(line, "repeat"):
            line.wrong(start, part.end, "There are two repeat rules.", QUOTE_HINT)
        else:
            line.piece("repeat", start, part.end, rule)
        part.cut(start)
        return True
    return False


def take_due(part: Part) -> bool:
    """``friday 14:30``, with an ``on``, ``by`` or ``at`` before it: the longest end that is a WHEN."""
    line = part.line
    words = part.words()
    for place in range(max(0, len(words) - _DAY_WORDS), len(words)):
        start = words[place][0]
        when = when_of(line, start, part.end)
        if when is None:
            continue
        if _has(line, "due"):
            message = f'There are two days, and one of them is "{line.text[start : part.end]}".'
            line.wrong(start, part.end, message, QUOTE_HINT)
        else:
            line.piece("due", start, part.end, to_the_minute(when))
        lead = place > 0 and line.masked[slice(*words[place - 1])].casefold() in _LEADS
        part.cut(words[place - 1][0] if lead else start)
        return True
    return False


def take_close(part: Part) -> bool:
    """``close 2026-12-01``: when a deal is expected to be won."""
    line = part.line
    for start, end in reversed(part.words()[-_DAY_WORDS - 1 : -1]):
        when = when_of(line, end, part.end) if line.masked[start:end].casefold() == "close" else None
        if when is None:
            continue
        if when.time is not None:
            line.wrong(start, part.end, "A deal closes on a day, without a time.", "Leave the time out.")
        elif _has(line, "close"):
            line.wrong(start, part.end, "There are two days to close on.", "Leave one of them out.")
        else:
            line.piece("close", start, part.end, when.day)
        part.cut(start)
        return True
    return False


def take_stage(part: Part) -> bool:
    """``@Proposal`` or ``@"In talks"``."""
    start, end = part.words()[-1]
    word = part.line.text[start:end]
    name = plain(word[1:])
    if not word.startswith("@") or not name:
        return False
    if _has(part.line, "stage"):
        part.line.wrong(start, end, "There are two stages.", "Leave one of them out.")
    else:
        part.line.piece("stage", start, end, name)
    part.cut(start)
    return True


def take_amount(part: Part) -> bool:
    """``4500 EUR``, ``EUR 4500``, ``€4,500.00`` at the end."""
    found = amounts(part)
    if not found or found[-1][1] != part.end:
        return False
    note_amount(part.line, *found[-1])
    part.cut(found[-1][0])
    return True


def amounts(part: Part) -> list[tuple[int, int]]:
    """Where a part has something that looks like an amount with its currency."""
    found: list[tuple[int, int]] = []
    words = part.words()
    place = 0
    while place < len(words):
        for last in (place + 1, place):
            if last < len(words) and _is_amount(part.line.masked[words[place][0] : words[last][1]]):
                found.append((words[place][0], words[last][1]))
                place = last
                break
        place += 1
    return found


def note_amount(line: Line, start: int, end: int) -> None:
    """Note an amount, or what is wrong with it."""
    text = line.text[start:end]
    before = line.masked[:start].split()[-1:]
    if before and re.fullmatch("[0-9]{1,3}", before[0]) and re.match(r"[0-9]{3}(?![0-9])", text):
        whole = f"{before[0]} {text}"
        line.wrong(
            line.masked.rfind(before[0], 0, start), end, f'"{whole}" can be read in two ways.',
            f"Write {before[0]}{text} where it is one number, or put the title in quotes.",
        )  # fmt: skip
        return
    try:
        line.piece("amount", start, end, parse_money(text, line.currency))
    except CrmError as error:
        line.wrong(start, end, error.message, "Write it like 4500 EUR or 4500.50 EUR.")


def take_email(part: Part) -> bool:
    """An e-mail address; a word with an @ inside that is none is named."""
    start, end = part.words()[-1]
    word = part.line.masked[start:end]
    if "@" not in word:
        return False
    if email_key(word) is None:
        part.line.wrong(
            start,
            end,
            f'"{part.line.text[start:end][:60]}" is no e-mail address.',
            "It has the form jane@example.com.",
        )
    else:
        part.line.piece("email", start, end, word)
    part.cut(start)
    return True


def take_phone(part: Part) -> bool:
    """A phone number: it begins with + ( or 0, or has seven digits."""
    line = part.line
    for start, _ in part.words()[-_PHONE_WORDS:]:
        text = line.masked[start : part.end]
        digits = sum(char.isdigit() for char in text)
        fewest = _FEWEST_DIGITS if text[0] in "+(0" else _DIGITS_OF_A_PHONE
        if digits >= fewest and _PHONE.fullmatch(text):
            line.piece("phone", start, part.end, text)
            part.cut(start)
            return True
    return False


def when_of(line: Line, start: int, end: int) -> When | None:
    """The WHEN that stands between two places, if one does."""
    try:
        return parse_when(line.masked[start:end], line.clock)
    except InvalidDataError:
        return None


def to_the_minute(when: When) -> When:
    """A day and a local time as promises keep them: without seconds."""
    return When(when.day, when.time.replace(second=0, fold=0) if when.time else None)


def leading_when(line: Line, start: int, end: int) -> tuple[When, int, int] | None:
    """The day that a part begins with: what it is, where it ends, and where the text after it begins.

    With a colon the day is what stands before it, without one the longest beginning that is a WHEN.
    """
    words = Part(line, start, end).words()[: _DAY_WORDS + 1]
    for _, stop in words:
        if line.masked[stop - 1] == ":":
            when = when_of(line, start, stop - 1)
            if when is not None:
                return when, stop - 1, stop
    for _, stop in reversed(words[:_DAY_WORDS]):
        when = when_of(line, start, stop)
        if when is not None:
            return when, stop, stop
    return None


def _has(line: Line, kind: str) -> bool:
    return any(piece.kind == kind for piece in line.pieces)


def _is_amount(text: str) -> bool:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return False
    code = found["code"] or found["after"]
    if code is None:
        return True
    if code.upper() not in CURRENCIES:
        return False
    spaced = found["gap"] != "" if found["after"] else " " in text
    return code.isupper() or not spaced or code.lower() not in _PROSE
