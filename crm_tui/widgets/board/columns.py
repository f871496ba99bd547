"""Where the columns of a board stand: as many as fit from a first one on, the widths shared out among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

NARROWEST: Final = 18
"""The cells an open stage needs."""
NARROWEST_CLOSED: Final = 14
"""The cells that do for what is won and lost."""
_WIDEST: Final = 46
_WIDEST_CLOSED: Final = 30
_SHARE: Final = 3
_SHARE_CLOSED: Final = 2


class Slot(NamedTuple):
    """A column in view: its place among all, where it begins, and its cells."""

    place: int
    left: int
    width: int


def arrange(closed: Sequence[bool], first: int, room: int) -> list[Slot]:
    """The columns in view, one at least where there are any.

    Args:
        closed: for each column whether it is a narrow one.
        first: the leftmost in view.
        room: the cells there are.
    """
    shown: list[int] = []
    least = 0
    for place in range(first, len(closed)):
        least += _least(closed[place])
        if shown and least > room:
            break
        shown.append(place)
    widths = _shared([closed[place] for place in shown], room)
    slots, left = [], 0
    for place, width in zip(shown, widths, strict=True):
        slots.append(Slot(place, left, width))
        left += width
    return slots


def revealing(closed: Sequence[bool], first: int, place: int, room: int) -> int:
    """The leftmost column in view that brings ``place`` into view with the least movement, and leaves no room idle."""
    first = max(0, min(first, place, len(closed) - 1))
    while first < place and all(slot.place != place for slot in arrange(closed, first, room)):
        first += 1
    while first > 0:
        before = arrange(closed, first - 1, room)
        if before[-1].place < len(closed) - 1 or sum(_least(closed[slot.place]) for slot in before) > room:
            break
        first -= 1
    return first


def _least(closed: bool) -> int:
    return NARROWEST_CLOSED if closed else NARROWEST


def _shared(closed: Sequence[bool], room: int) -> list[int]:
    """The widths of columns that fit."""
    widths = [_least(each) for each in closed]
    if len(widths) == 1:
        return [max(1, min(room, _WIDEST))]
    widest = [_WIDEST_CLOSED if each else _WIDEST for each in closed]
    left = room - sum(widths)
    while left > 0 and any(width < most for width, most in zip(widths, widest, strict=True)):
        growing = [place for place in range(len(widths)) if widths[place] < widest[place]]
        parts = sum(_SHARE_CLOSED if closed[place] else _SHARE for place in growing)
        given = 0
        for place in growing:
            share = left * (_SHARE_CLOSED if closed[place] else _SHARE) // parts
            share = min(share, widest[place] - widths[place])
            widths[place] += share
            given += share
        if not given:
            # what cannot be shared evenly goes to the first
            for place in growing[:left]:
                widths[place] += 1
                given += 1
        left -= given
    return widths
