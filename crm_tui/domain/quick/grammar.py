"""The grammar of quick entry: from a line to what it means, with the place of each piece.

::

    call|email|meeting|message|note NAME[, NAME] [@WHEN]: TEXT [#TAG ...] [-> WHEN[:] [TITLE]]
    todo TITLE [for NAME] [on|by|at] WHEN [!high|!low] [every ...]
    deal TITLE [AMOUNT CUR] [[for] NAME] [@STAGE] [close DAY] [#TAG ...]
    person NAME [E-MAIL ...] [PHONE ...] [at COMPANY] [#TAG ...]
    win TITLE
    lose TITLE: REASON

Pieces stand at the end, in any order. ``+NAME`` is somebody new. Quotes hold together what would be read as pieces.
A day in the text of a log is text: only ``->`` promises anything. Reading never raises, and looks at nothing but the
line and the clock; what names mean is looked up afterwards.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.dates import When
from crm_tui.domain.quick import pieces
from crm_tui.domain.quick.intents import (
    LOGS,
    VERBS,
    Intent,
    Log,
    Lose,
    Name,
    NewDeal,
    NewPerson,
    Reading,
    Todo,
    Win,
)
from crm_tui.domain.quick.line import Line, Part, plain
from crm_tui.models import InteractionKind, Priority
from crm_tui.money import Money
from crm_tui.text import nearest

if TYPE_CHECKING:
    from crm_tui.dates import Clock

LONGEST: Final = 2000
"""Characters of a line; what is longer belongs into a form."""
_UNKEEPABLE: Final = re.compile("[\x00\ud800-\udfff]")
_COLON: Final = re.compile(r":(?=\s|\Z)")
_ARROW: Final = re.compile(r"(?<!\S)->(?!\S)")
_WHEN_IT_WAS: Final = re.compile(r"(?<!\S)@")
_NAMED: Final = re.compile(r"[^,]+")
_NEW: Final = re.compile(r"\+(?![0-9\s(]).")
_MIDDLE: Final = {
    "todo": re.compile(r"(?<!\S)![A-Za-z]+"),
    "deal": re.compile(r"(?<!\S)(?:@\S+|#(?![0-9]+(?!\S))\S+)"),
    "person": re.compile(r"(?<!\S)#(?![0-9]+(?!\S))\S+"),
}
"""What looks like a piece, and is in the wrong place."""
_FOR: Final = re.compile(r"(?<!\S)for(?!\S)", re.IGNORECASE)
_AT: Final = re.compile(r"(?<!\S)at(?!\S)", re.IGNORECASE)


def read(text: str, clock: Clock, currency: str) -> Reading:
    """Read a line; never raises.

    Args:
        text: what was typed.
        clock: the present moment, for days.
        currency: ISO 4217 code that a sign such as $ stands for where it can.
    """
    if len(text) > LONGEST:
        line = Line("", clock, currency)
        line.wrong(
            LONGEST, len(text), f"The line has {len(text):,} characters.", f"At most {LONGEST:,}; use a form."
        )
        return replace(line.reading(), text=text)
    broken = _UNKEEPABLE.search(text)
    if broken is not None:
        line = Line("", clock, currency)
        line.wrong(*broken.span(), "The line holds a character that cannot be kept.", "Type it anew.")
        return replace(line.reading(), text=text)
    line = Line(text, clock, currency)
    whole = Part(line, 0, len(text))
    intent = _begin(line, whole) if whole else None
    reading = line.reading()
    return replace(reading, intent=intent) if intent is not None and not reading.problems else reading


def _begin(line: Line, whole: Part) -> Intent | None:
    start, end = whole.words()[0]
    word = line.text[start:end].rstrip(":")
    verb = word.casefold()
    if verb not in VERBS:
        near = nearest(word, VERBS) if word.isalpha() else None
        hint = f"Did you mean {near}?" if near else f"Begin with {', '.join(VERBS)}."
        line.wrong(start, end, f'"{word[:40]}" is no beginning.', hint)
        return None
    line.piece("verb", start, start + len(word), verb)
    whole.skip(start + len(word))
    if verb in LOGS:
        return _log(line, whole, InteractionKind(verb))
    return {"todo": _todo, "deal": _deal, "person": _person, "win": _win, "lose": _lose}[verb](line, whole)


def _log(line: Line, whole: Part, kind: InteractionKind) -> Intent | None:
    colon = _COLON.search(line.masked, whole.start, whole.end)
    head = Part(line, whole.start, colon.start() if colon else whole.end)
    at = _when_it_was(line, head)
    names = _names(line, head)
    if not names:
        line.wrong(
            head.start,
            head.end,
            f"Nobody is named for the {kind}.",
            f"Write it like {kind} Anna: what was said.",
        )
    if colon is None:
        line.wrong(
            whole.end,
            whole.end,
            "Nothing is said yet.",
            "Write a colon after the name, and then what it was.",
        )
        return None
    rest = Part(line, colon.end(), whole.end)
    pieces.take_ends(rest, [pieces.take_tag])
    arrow = _ARROW.search(line.masked, rest.start, rest.end)
    said = Part(line, rest.start, arrow.start() if arrow else rest.end)
    pieces.take_ends(said, [pieces.take_tag])
    if said:
        line.piece("text", said.start, said.end, said.text)
    else:
        line.wrong(said.start, said.end, "Nothing is said yet.", "Write after the colon what it was.")
    due, title = _promise(line, arrow.start(), Part(line, arrow.end(), rest.end)) if arrow else (None, None)
    return Log(kind, names, said.text, at, pieces.tags_of(line), due, title)


def _when_it_was(line: Line, head: Part) -> When | None:
    found = _WHEN_IT_WAS.search(line.masked, head.start, head.end)
    if found is None:
        return None
    start, end = found.start(), head.end
    when = pieces.when_of(line, found.end(), end)
    if when is None:
        line.wrong(start, end, f'"{line.text[start:end][:60]}" is no day or time.', pieces.DAY_HINT)
    elif when.day > line.clock.today:
        line.wrong(start, end, f"{when.day.isoformat()} is still to come.", "What is to come is a todo.")
    else:
        line.piece("at", start, end, when)
    head.cut(start)
    return when


def _names(line: Line, head: Part) -> tuple[Name, ...]:
    found = [
        _name(line, Part(line, match.start(), match.end()))
        for match in _NAMED.finditer(line.masked, head.start, head.end)
    ]
    return tuple(name for name in found if name is not None)


def _name(line: Line, part: Part) -> Name | None:
    """Note a name; with a plus it is that of somebody new. A plus before digits is a phone number."""
    new = _NEW.match(line.masked, part.start, part.end) is not None
    text = plain(part.text[1:]) if new else part.plain
    if not text:
        return None
    name = Name(text, new)
    line.piece("name", part.start, part.end, name)
    return name


def _promise(line: Line, arrow: int, part: Part) -> tuple[When | None, str | None]:
    found = pieces.leading_when(line, part.start, part.end)
    if found is None:
        message = f'There is no day in "{line.text[arrow : part.end][:60]}".'
        line.wrong(
            arrow, max(arrow + 2, part.end), message, f"Write it like -> friday send offer. {pieces.DAY_HINT}"
        )
        return None, None
    when, stop, begin = found
    due = pieces.to_the_minute(when)
    line.piece("next", arrow, stop, due)
    title = Part(line, begin, part.end)
    while title and (title.text[0] == ":"):
        title.skip(title.start + 1)
    if not title:
        return due, None
    line.piece("next-title", title.start, title.end, title.text)
    return due, title.text


def _todo(line: Line, part: Part) -> Intent | None:
    end = part.end
    pieces.take_ends(part, [_no_tag, pieces.take_priority, pieces.take_rule, pieces.take_due])
    name = _after(line, part, _FOR)
    title = _title(line, part, "What is to be done?", "Write it like todo send contract friday.")
    found = {piece.kind: piece.value for piece in line.pieces}
    due = found.get("due")
    if not isinstance(due, When):
        line.wrong(end, end, "There is no day at the end.", pieces.DAY_HINT)
        return None
    priority, repeat = found.get("priority"), found.get("repeat")
    return Todo(
        title, due, name,
        priority if isinstance(priority, Priority) else Priority.NORMAL,
        repeat if isinstance(repeat, str) else None,
    )  # fmt: skip


def _no_tag(part: Part) -> bool:
    start = part.words()[-1][0]
    end = part.end
    known = len(part.line.pieces)
    if not pieces.take_tag(part):
        return False
    del part.line.pieces[known:]
    part.line.wrong(start, end, "A follow-up has no tags.", pieces.QUOTE_HINT)
    return True


def _after(line: Line, part: Part, word: re.Pattern[str]) -> Name | None:
    """The name behind the last such word of a part; the part keeps what stands before it."""
    found = [*word.finditer(line.masked, part.start, part.end)]
    if not found or found[-1].end() >= part.end:
        return None
    name = _name(line, Part(line, found[-1].end(), part.end))
    if name is not None:
        part.cut(found[-1].start())
    return name


def _title(line: Line, part: Part, message: str, hint: str, kind: str = "title") -> str:
    for middle in _MIDDLE[line.verb].finditer(line.masked, part.start, part.end):
        text = line.text[middle.start() : middle.end()][:40]
        line.wrong(
            *middle.span(), f'"{text}" stands in the middle.', f"Put it at the end. {pieces.QUOTE_HINT}"
        )
    title = part.plain
    if title:
        line.piece(kind, part.start, part.end, title)
    else:
        line.wrong(part.start, part.end, message, hint)
    return title


def _deal(line: Line, part: Part) -> Intent | None:
    takers = [pieces.take_tag, pieces.take_stage, pieces.take_close, pieces.take_amount]
    pieces.take_ends(part, takers)
    name = _party(line, part)
    title = _title(line, part, "The deal has no title.", "Write it like deal Website relaunch 4500 EUR Acme.")
    found = {piece.kind: piece.value for piece in line.pieces}
    if sum(piece.kind == "amount" for piece in line.pieces) > 1:
        line.wrong(part.end, part.end, "There are two amounts.", pieces.QUOTE_HINT)
    amount, stage, close = found.get("amount"), found.get("stage"), found.get("close")
    return NewDeal(
        title,
        amount if isinstance(amount, Money) else None,
        name,
        stage if isinstance(stage, str) else None,
        close if isinstance(close, date) else None,
        pieces.tags_of(line),
    )


def _party(line: Line, part: Part) -> Name | None:
    """Whom a deal is with: what stands behind its amount, or behind the last ``for``."""
    known = any(piece.kind == "amount" for piece in line.pieces)
    inside = [] if known else pieces.amounts(part)
    if not inside:
        return _after(line, part, _FOR)
    start, end = inside[-1]
    pieces.note_amount(line, start, end)
    behind = Part(line, end, part.end)
    words = behind.words()
    if len(words) > 1 and line.masked[slice(*words[0])].casefold() == "for":
        behind.skip(words[0][1])
    name = _name(line, behind)
    part.cut(start)
    return name


def _person(line: Line, part: Part) -> Intent | None:
    company: list[str] = []

    def take_company(rest: Part) -> bool:
        found = [*_AT.finditer(line.masked, rest.start, rest.end)]
        behind = Part(line, found[-1].end(), rest.end) if found else None
        if company or behind is None or not behind.plain:
            return False
        company.append(behind.plain)
        line.piece("company", behind.start, behind.end, behind.plain)
        rest.cut(found[-1].start())
        return True

    pieces.take_ends(part, [pieces.take_tag, pieces.take_email, pieces.take_phone, take_company])
    name = _title(
        line,
        part,
        "The person has no name.",
        "Write it like person Jane Doe jane@example.com at Acme.",
        "person",
    )
    at = company[0] if company else None
    return NewPerson(name, _all(line, "email"), _all(line, "phone"), at, pieces.tags_of(line))


def _all(line: Line, kind: str) -> tuple[str, ...]:
    found = sorted(line.pieces, key=lambda piece: piece.start)
    return tuple(dict.fromkeys(str(piece.value) for piece in found if piece.kind == kind))


def _win(line: Line, part: Part) -> Intent | None:
    name = _deal_named(line, part, "win")
    return Win(name) if name else None


def _lose(line: Line, part: Part) -> Intent | None:
    colon = _COLON.search(line.masked, part.start, part.end)
    name = _deal_named(line, Part(line, part.start, colon.start() if colon else part.end), "lose")
    reason = Part(line, colon.end(), part.end) if colon else None
    if not reason:
        line.wrong(
            part.end, part.end, "The reason is missing.", "Write a colon after the title, and then why."
        )
        return None
    line.piece("reason", reason.start, reason.end, reason.text)
    return Lose(name, reason.text) if name else None


def _deal_named(line: Line, part: Part, verb: str) -> Name | None:
    text = part.plain
    if not text:
        line.wrong(part.start, part.end, f"Which deal is there to {verb}?", f"Write its title after {verb}.")
        return None
    name = Name(text)
    line.piece("name", part.start, part.end, name)
    return name
