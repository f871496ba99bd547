"""The keys of moving about in a list, as the table of actions has them, for every widget that has a cursor."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding, BindingType

from crm_tui.actions import ACTIONS

_DOES: Final = {
    "table.up": "move(-1)",
    "table.down": "move(1)",
    "table.page_up": "page(-1)",
    "table.page_down": "page(1)",
    "table.half_up": "page(-0.5)",
    "table.half_down": "page(0.5)",
    "table.first": "first",
    "table.last": "last",
    "table.mark": "mark",
    "table.open": "open",
}
MOVES: Final[list[BindingType]] = [
    Binding(",".join(action.keys), _DOES[action.binding], action.label, show=False, id=action.binding)
    for action in ACTIONS
    if action.binding in _DOES
]
"""A widget with these has the actions move(rows), page(screens), first, last, mark and open."""
