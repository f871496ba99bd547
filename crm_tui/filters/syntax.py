"""The tree of a filter, and its canonical text.

One rule: ``parse(to_text(node)) == node`` for every tree the parser can make, so a filter can be kept as text
(a segment, a saved view) and read back the same. Positions count from 1, are for error messages only and
take no part in equality; 0 means that the node was not typed by anyone.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final, TypeAlias

FIELD_NAME: Final = re.compile(r"[^\W\d][\w.-]*")
"""What a field or the key of a custom field may be called, so that a filter can name it."""

OPERATOR: Final = re.compile(r"!=|>=|<=|[:<>=]")
KEYWORDS: Final = frozenset({"OR", "AND", "NOT", "not"})

_WORD_NEEDS_QUOTES = re.compile(r'[\s()":<>=]')
_VALUE_NEEDS_QUOTES = re.compile(r'[\s()",]')


class Op(StrEnum):
    """How a term compares its field."""

    EQ = ":"
    NE = "!="
    GT = ">"
    GE = ">="
    LT = "<"
    LE = "<="


class Presence(Enum):
    """The two values that ask whether a field is filled at all."""

    NONE = "none"
    ANY = "any"


Value: TypeAlias = "str | Presence"


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word or a quoted text: it is searched for."""

    text: str
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Term:
    """A field compared with one or several values; several mean any of them."""

    field: str
    op: Op
    values: tuple[Value, ...]
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a filter."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more filters."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of two or more filters."""

    parts: tuple[Node, ...]


Node: TypeAlias = Word | Term | Not | And | Or


def to_text(node: Node) -> str:
    """The filter as one would type it: single spaces, ``not`` for negation, quotes only where needed."""
    match node:
        case Word():
            return _word(node.text)
        case Term():
            return f"{node.field}{node.op}{','.join(_value(value) for value in node.values)}"
        case Not():
            return f"not {_bracketed(node.part, (And, Or))}"
        case And():
            return " ".join(_bracketed(part, (And, Or)) for part in node.parts)
        case Or():
            return " OR ".join(_bracketed(part, (Or,)) for part in node.parts)


def _bracketed(node: Node, kinds: tuple[type[And | Or], ...]) -> str:
    return f"({to_text(node)})" if isinstance(node, kinds) else to_text(node)


def _word(text: str) -> str:
    special = text in KEYWORDS or text.startswith("-") or _WORD_NEEDS_QUOTES.search(text)
    return quote(text) if special or not text else text


def _value(value: Value) -> str:
    if isinstance(value, Presence):
        return value.value
    special = value in ("none", "any") or OPERATOR.match(value) or _VALUE_NEEDS_QUOTES.search(value)
    return quote(value) if special or not value else value


def quote(text: str) -> str:
    """The text between double quotes, as the parser reads it back."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
