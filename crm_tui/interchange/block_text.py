"""Records as text for an editor: a block each, a field a line, and back with the line of every value.

A block begins with ``# contact 12 Anna``. A field is ``name: value``; a field with several values has a line each; a
text of several lines follows its field in lines that begin with ``|``. Other lines that begin with ``#`` are comments.
What is not there is left as it is; what is empty is to be empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from crm_tui.errors import InvalidDataError

Values = Mapping[str, Sequence[str]]
"""The values of each field: one, or as many as there are; none when it is empty."""
_FIELD: Final = re.compile(r"([a-z][a-z0-9_]*)[ \t]*:(.*)", re.DOTALL)
_BREAK: Final = "\n"


class LineError(InvalidDataError):
    """A line that cannot be taken."""

    def __init__(self, line: int, message: str, hint: str = "Mend the line.") -> None:
        super().__init__(f"Line {line}: {message}", hint)
        self.line = line


@dataclass(slots=True)
class Block:
    """A record as it was written: its line, its id, and the values and lines of its fields."""

    line: int
    id: int
    values: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)


def render(noun: str, record_id: int, name: str, values: Values) -> str:
    """The block of a record, an empty line behind it."""
    return "\n".join([_head(noun, record_id, name), *_lines(values), "", ""])


def _head(noun: str, record_id: int, name: str) -> str:
    return f"# {noun} {record_id} {' '.join(name.split())}"


def _lines(values: Values) -> Iterator[str]:
    for name, found in values.items():
        for value in found or [""]:
            if _BREAK in value or value.startswith("|") or value != value.strip():
                yield f"{name}:"
                yield from (
                    f"| {line}".rstrip(" ") if not line else f"| {line}" for line in value.split(_BREAK)
                )
            else:
                yield f"{name}: {value}".rstrip()


def parse(text: str, noun: str, known: Mapping[int, Sequence[str]]) -> list[Block]:
    """The blocks of a text.

    Args:
        text: what the editor left.
        noun: what a block is called.
        known: the ids there may be, each with the fields of its kind.

    Raises:
        LineError: a line is none of these, or a record is new, unknown or there twice.
    """
    blocks: list[Block] = []
    head = re.compile(rf"#\s*{noun}\b[ \t]*(.*)")
    last: str | None = None
    for number, line in enumerate(_split(text), 1):
        found = head.match(line)
        if found is not None:
            blocks.append(_begin(number, noun, found[1], known, blocks))
            last = None
        elif line.startswith("#") or not line.strip():
            last = None
        elif line.startswith("|"):
            _go_on(number, line, blocks, last)
        else:
            last = _take(number, line, blocks, known)
    return blocks


def _split(text: str) -> list[str]:
    lines = text.split(_BREAK)
    # an editor that ends every line in its own way means nothing by it
    if all(line.endswith("\r") for line in lines[:-1]) and len(lines) > 1:
        return [line.removesuffix("\r") for line in lines]
    return lines


def _begin(
    number: int, noun: str, rest: str, known: Mapping[int, Sequence[str]], blocks: Iterable[Block]
) -> Block:
    word = rest.partition(" ")[0].strip()
    if not word.isdecimal() or not word.isascii():
        raise LineError(
            number, f"a {noun} without its number.", f"Nothing is added here; crm {noun} add makes a new one."
        )
    record_id = int(word)
    if record_id not in known:
        raise LineError(
            number, f"{noun} {record_id} is not among those chosen.", "Choose it with the filter of crm edit."
        )
    if any(each.id == record_id for each in blocks):
        raise LineError(number, f"{noun} {record_id} is there twice.", "Remove one of them.")
    return Block(number, record_id)


def _take(number: int, line: str, blocks: Sequence[Block], known: Mapping[int, Sequence[str]]) -> str:
    found = _FIELD.fullmatch(line)
    if found is None:
        raise LineError(number, f'"{line[:60]}" is no field.', "Write it like title: value.")
    if not blocks:
        raise LineError(number, "a field before the first record.", "Put it below the line of its record.")
    name, value = found[1], found[2].strip()
    block = blocks[-1]
    if name not in known[block.id]:
        from crm_tui.text import nearest

        near = nearest(name, known[block.id])
        hint = f"Did you mean {near}?" if near else f"There are: {', '.join(known[block.id])}."
        raise LineError(number, f'there is no field "{name}" to change.', hint)
    block.lines.setdefault(name, []).append(number)
    block.values.setdefault(name, []).append(value)
    return name


def _go_on(number: int, line: str, blocks: Sequence[Block], last: str | None) -> None:
    if last is None:
        raise LineError(number, "a line of a text that belongs to no field.", "Put it below its field.")
    values = blocks[-1].values[last]
    text = line.removeprefix("|").removeprefix(" ")
    # the first line of a text may stand behind the field's name
    before = values[-1]
    begun = getattr(before, "begun", False)
    values[-1] = _Text(f"{before}\n{text}" if begun or before else text)


class _Text(str):
    """A text that has a line already, though that may be an empty one."""

    __slots__ = ()
    begun: Final = True
