"""What an action is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crm_tui.actions.places import SCREENS

GROUPS: Final = ("Work", "Records", "List", "Move", "Go", "Program")
"""The groups of the help, in its order."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    Attributes:
        id: its name, which the configuration uses too.
        keys: the keys unless configured otherwise; the first is the one shown.
        label: one or two words for the footer.
        help: a sentence for the help and the palette.
        group: the heading in the help.
        scopes: where its keys count: names of screens, or ``go``, ``form``, ``dialog``.
        condition: what must hold for it to be possible; a screen knows what that means. Nothing when empty.
        rank: how early it comes in the footer; 0 never.
        binding: the id of the binding, where a widget has one of its own.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    group: str
    scopes: tuple[str, ...] = SCREENS
    condition: str = ""
    rank: int = 0
    binding: str = ""

    @property
    def binding_id(self) -> str:
        """The id under which Textual knows the binding."""
        return self.binding or f"crm.{self.id}"
