"""What a line means in this file: names looked up, days and amounts told exactly, what is wrong named.

The rule it keeps: what is told here is what is written. ``perform`` takes the records that were found here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.cells import clean
from crm_tui.dates import When, relative_day, short_day
from crm_tui.domain.quick.intents import LOGS, Name, NewPerson, Piece, Reading
from crm_tui.domain.quick.line import quoted
from crm_tui.domain.quick.naming import OFFERED, Choice, Found, Named, named, written
from crm_tui.errors import ConflictError, CrmError, UsageError
from crm_tui.models import Priority, StageType
from crm_tui.money import Money, format_money
from crm_tui.text import name_key

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.crm import Crm

# what a name can mean after a verb, and what a new one is
_NOUNS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    **dict.fromkeys(LOGS, (("contact",), "person")),
    "todo": (("contact", "deal"), "person"),
    "deal": (("company", "contact"), "company"),
    "win": (("deal",), ""),
    "lose": (("deal",), ""),
}
_VERBS: Final = {
    "todo": "follow-up",
    "deal": "new deal",
    "person": "new person",
    "win": "win",
    "lose": "lose",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One piece of the line in words.

    Attributes:
        piece: what kind of piece it is.
        start: where it stands in the line.
        end: where it ends; the same as ``start`` for what is told of what is not there.
        words: what it means, cleaned; of several pieces these make a sentence.
        error: what is wrong with it.
        choices: what may be put in its place.
    """

    piece: str
    start: int
    end: int
    words: str
    error: CrmError | None = None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """A line and all that it means here.

    Attributes:
        reading: the line as it was read.
        meanings: its pieces in words, from left to right.
        found: the record of each name and stage, by where it stands in the line.
    """

    reading: Reading
    meanings: tuple[Meaning, ...] = ()
    found: Mapping[int, Found] | None = None

    @property
    def error(self) -> CrmError | None:
        """The first thing that is wrong; None when it can be written, or nothing was typed."""
        return next((each.error for each in self.meanings if each.error is not None), None)

    @property
    def ready(self) -> bool:
        """Whether it can be written."""
        return self.reading.intent is not None and self.error is None


def understand(reading: Reading, crm: Crm | None, clock: Clock) -> Understood:
    """What a line means in a file; ``crm`` is None while there is none."""
    found: dict[int, Found] = {}
    meanings: list[Meaning] = []
    for piece in reading.pieces:
        meaning = _meaning(piece, reading, crm, clock, found)
        if meaning is not None:
            meanings.append(meaning)
    meanings += _unsaid(reading, clock.today)
    meanings += _reservations(reading, crm)
    meanings += [
        Meaning("problem", each.start, each.end, each.message, UsageError(each.message, each.hint))
        for each in reading.problems
    ]
    # in the order of the line; what is not there comes at its end
    return Understood(reading, tuple(sorted(meanings, key=lambda each: each.start)), found)


def day_words(day: date, time: str | None, today: date) -> str:
    """A day told exactly: ``Fri 6 Mar 14:30 (in 4 days)``."""
    at = f" {time}" if time else ""
    return f"{short_day(day, today)}{at} ({relative_day(day, today)})"


def _meaning(
    piece: Piece, reading: Reading, crm: Crm | None, clock: Clock, found: dict[int, Found]
) -> Meaning | None:
    if piece.kind == "name" and isinstance(piece.value, Name):
        return _name(piece, piece.value, reading, crm, found)
    if piece.kind == "stage":
        return _stage(piece, str(piece.value), crm, found)
    if piece.kind == "verb":
        # that of a log, a win or a loss is told with the name
        words = _VERBS.get(reading.verb)
        named_too = any(each.kind == "name" for each in reading.pieces)
        return None if named_too and words in ("win", "lose", None) else _told(piece, words or reading.verb)
    if piece.kind == "company":
        return _company(piece, str(piece.value), crm)
    return _told(piece, _words(piece, clock))


def _told(piece: Piece, words: str) -> Meaning:
    return Meaning(piece.kind, piece.start, piece.end, words)


def _words(piece: Piece, clock: Clock) -> str:
    value, today = piece.value, clock.today
    if isinstance(value, When):
        words = day_words(value.day, value.due_time, today)
        return {"at": words, "next": f"follow-up {words}"}.get(piece.kind, f"due {words}")
    if isinstance(value, Money):
        return format_money(value.minor, value.currency)
    if isinstance(value, date):
        return f"closes {day_words(value, None, today)}"
    if isinstance(value, Priority):
        return f"{value.value} priority"
    text = clean(str(value))
    if piece.kind == "repeat":
        from crm_tui.recurrence import describe, parse_rule

        return f"repeats {describe(parse_rule(str(value)))}"
    return {
        "text": f"“{text}”", "title": f"“{text}”", "next-title": f"“{text}”", "tag": f"tag {text}",
        "email": text, "phone": f"phone {text}", "person": text, "reason": f"because of “{text}”",
    }[piece.kind]  # fmt: skip


def _name(piece: Piece, name: Name, reading: Reading, crm: Crm | None, found: dict[int, Found]) -> Meaning:
    nouns, new = _NOUNS[reading.verb]
    lead = _lead(piece, reading)
    if name.new:
        return _told(piece, f"{lead}new {new} {clean(name.text)}")
    outcome = named(crm, name.text, nouns, new, only_open=reading.verb in ("win", "lose"))
    if outcome.found is None or outcome.error is not None:
        return _open_question(piece, f"{lead}{clean(name.text)}", outcome)
    found[piece.start] = outcome.found
    return _told(piece, f"{lead}{outcome.found.told}")


def _open_question(piece: Piece, words: str, outcome: Named) -> Meaning:
    return Meaning(piece.kind, piece.start, piece.end, words, outcome.error, outcome.choices)


def _lead(piece: Piece, reading: Reading) -> str:
    """The word before a name: the verb before the first one of a log."""
    if reading.verb in LOGS:
        first = next(each for each in reading.pieces if each.kind == "name")
        return f"{reading.verb} with " if piece is first else "and "
    return {"todo": "for ", "deal": "with ", "win": "win ", "lose": "lose "}[reading.verb]


def _stage(piece: Piece, name: str, crm: Crm | None, found: dict[int, Found]) -> Meaning:
    if crm is None or not crm.pipelines.list():
        # the usual stages are made with the first deal, and judge the name then
        return _told(piece, f"in {clean(name)}")
    try:
        stage = crm.pipelines.find_stage(name, crm.pipelines.default().id)
    except CrmError as error:
        names = [each.name for each in crm.pipelines.stages(crm.pipelines.default().id)]
        choices = tuple(Choice(f"@{each if each.isalnum() else quoted(each)}", clean(each)) for each in names)
        return Meaning("stage", piece.start, piece.end, f"in {clean(name)}", error, choices)
    if stage.type is StageType.LOST:
        refused = UsageError(
            f"{clean(stage.name)} is where deals are lost.", "Write lose, the title, a colon and why."
        )
        return Meaning("stage", piece.start, piece.end, f"in {clean(stage.name)}", refused)
    found[piece.start] = Found("stage", stage.id, stage.name)
    return _told(piece, f"in {clean(stage.name)}")


def _unsaid(reading: Reading, today: date) -> Iterator[Meaning]:
    """What is not in the line and matters, told where it ends."""
    kinds = {piece.kind for piece in reading.pieces}
    end = len(reading.text)
    if reading.verb in LOGS and "text" in kinds:
        first = next((piece.start for piece in reading.pieces if piece.kind == "text"), end)
        if "at" not in kinds:
            yield Meaning("at", first - 1, first - 1, f"now, {short_day(today, today)}")
        arrow = any(reading.text.startswith("->", each.start) for each in reading.problems)
        if "next" not in kinds and not arrow:
            yield Meaning("next", end, end, "follow-up: none")
    if reading.verb == "deal" and "title" in kinds and "amount" not in kinds:
        yield Meaning("amount", end, end, "amount: none")
    if reading.verb == "win" and "name" in kinds:
        yield Meaning("at", end, end, f"today, {short_day(today, today)}")


def _reservations(reading: Reading, crm: Crm | None) -> Iterator[Meaning]:
    """What would be refused when it is written, as far as it can be seen before."""
    if crm is None:
        return
    if isinstance(reading.intent, NewPerson):
        for piece in reading.pieces:
            if piece.kind == "email":
                owners = crm.references.matches("contact", str(piece.value))
                if owners:
                    error = ConflictError(
                        f"{clean(owners[0][1])} ({owners[0][0]}) has {clean(str(piece.value))} already.",
                        "Leave it out, or change that person.",
                    )
                    yield Meaning("email", piece.start, piece.end, clean(str(piece.value)), error)
            if piece.kind == "person":
                same = [
                    each for each in crm.references.matches("contact", str(piece.value))
                    if name_key(each[1]) == name_key(str(piece.value))
                ]  # fmt: skip
                if same:
                    yield Meaning(
                        "person", piece.end, piece.end, f"there is already {clean(same[0][1])} ({same[0][0]})"
                    )


def _company(piece: Piece, name: str, crm: Crm | None) -> Meaning:
    """An employer: the one of exactly that name, else a new one, with those it could be offered."""
    matches = crm.references.matches("company", name) if crm is not None else []
    known = next((each for _, each in matches if name_key(each) == name_key(name)), None)
    if known is not None:
        return _told(piece, f"at {clean(known)}")
    choices = tuple(Choice(written(clean(each)), clean(each), "company") for _, each in matches[:OFFERED])
    words = f"at {clean(name)}, a new company"
    return Meaning(piece.kind, piece.start, piece.end, words, None, choices)
