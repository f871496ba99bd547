"""Where one can jump to: what a widget offers to the letters of jump mode, and which letters those are.

A widget takes part by having ``jump_targets``; nothing needs to be registered. ``BaseScreen.jump_targets`` asks the
screen's ``list_widget`` and the first line; a screen with several lists in front adds theirs there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, TypeAlias, runtime_checkable

from textual.geometry import Region

Target: TypeAlias = tuple[Region, Callable[[], None]]
"""Where something stands, in cells of the screen, and what takes the cursor there."""
LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"


@runtime_checkable
class Jumps(Protocol):
    """A widget with rows, cards or places to jump to."""

    def jump_targets(self) -> list[Target]:
        """What is in view, from the top left on: its region on the screen, and what takes the cursor there.

        The letter is drawn over the first cells of the region, so it begins where there is room for it: at the gutter
        of a row, at the space before a word. What is called runs on the event loop, once, after the letters are gone;
        it moves the cursor and focuses the widget, and opens nothing. Rows that are scrolled out of view are left
        out. With nothing to jump to the list is empty.
        """
        ...


def labels(count: int) -> list[str]:
    """Letters for so many targets: one each as far as they go, else two, none the beginning of another."""
    base = len(LETTERS)
    doubled = 0
    while base - doubled + doubled * base < count and doubled < base:
        doubled += 1
    single = list(LETTERS[: base - doubled])
    double = [head + tail for head in LETTERS[base - doubled :] for tail in LETTERS]
    return (single + double)[:count]
