"""What a line means, written as a line again: days and amounts exact, quotes only where they are needed.

The rule it keeps: ``read`` gives back the same meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from crm_tui.domain.quick.grammar import read
from crm_tui.domain.quick.intents import Intent, Log, Name, NewDeal, NewPerson, Todo, Win
from crm_tui.domain.quick.line import quoted
from crm_tui.models import Priority
from crm_tui.money import format_decimal

if TYPE_CHECKING:
    from crm_tui.dates import Clock, When

Write = Callable[[str], str]


def printed(intent: Intent, clock: Clock, currency: str) -> str:
    """The line of an intent that was read."""
    bare = _line(intent, clock, str)
    return bare if read(bare, clock, currency).intent == intent else _line(intent, clock, quoted)


def _line(intent: Intent, clock: Clock, write: Write) -> str:
    if isinstance(intent, Log):
        return _log(intent, clock, write)
    if isinstance(intent, Todo):
        parts = ["todo", write(intent.title), *_for(intent.name, write), _day(intent.due)]
        parts += [f"!{intent.priority.value}"] * (intent.priority is not Priority.NORMAL)
        if intent.repeat is not None:
            parts.append(intent.repeat if intent.repeat.startswith("every ") else f"every {intent.repeat}")
        return " ".join(parts)
    if isinstance(intent, NewDeal):
        return _deal(intent, write)
    if isinstance(intent, NewPerson):
        at = [f"at {write(intent.company)}"] if intent.company is not None else []
        parts = [write(intent.name), *intent.emails, *intent.phones, *at, *_tags(intent.tags)]
        return " ".join(["person", *parts])
    if isinstance(intent, Win):
        return f"win {write(intent.deal.text)}"
    return f"lose {write(intent.deal.text)}: {intent.reason}"


def _log(intent: Log, clock: Clock, write: Write) -> str:
    names = ", ".join(_name(name, write) for name in intent.names)
    at = ""
    if intent.at is not None:
        at = f" @{intent.at.instant(clock) if intent.at.time is not None else intent.at.day.isoformat()}"
    parts = [f"{intent.kind.value} {names}{at}: {intent.text}", *_tags(intent.tags)]
    if intent.next_due is not None:
        parts.append(f"-> {_day(intent.next_due)}:")
        parts += [intent.next_title] if intent.next_title is not None else []
    return " ".join(parts)


def _deal(intent: NewDeal, write: Write) -> str:
    parts = ["deal", write(intent.title)]
    if intent.amount is not None:
        parts.append(
            f"{format_decimal(intent.amount.minor, intent.amount.currency)} {intent.amount.currency}"
        )
    parts += _for(intent.party, write)
    parts += [f"@{write(intent.stage)}"] if intent.stage is not None else []
    parts += [f"close {intent.close.isoformat()}"] if intent.close is not None else []
    return " ".join([*parts, *_tags(intent.tags)])


def _for(name: Name | None, write: Write) -> list[str]:
    return [f"for {_name(name, write)}"] if name is not None else []


def _name(name: Name, write: Write) -> str:
    return f"+{write(name.text)}" if name.new else write(name.text)


def _tags(tags: Iterable[str]) -> list[str]:
    return [f"#{tag}" for tag in tags]


def _day(when: When) -> str:
    return when.day.isoformat() + (f" {when.due_time}" if when.due_time else "")
