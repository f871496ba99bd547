"""ctrl+p: everything that is possible here, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from crm_tui import actions
from crm_tui.screens.shell.base import BaseScreen

if TYPE_CHECKING:
    from crm_tui.actions import Action
    from crm_tui.app import CrmApp

_OWN = frozenset(
    {"palette", "go", "up", "down", "page-up", "page-down", "half-up", "half-down", "first", "last", "back"}
)


class ActionProvider(Provider):
    """The actions of the screen beneath, and the places."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for text, aside, run in self._commands():
            yield DiscoveryHit(text, run, help=aside)

    async def search(self, query: str) -> Hits:
        """Those whose words fit."""
        matcher = self.matcher(query)
        for text, aside, run in self._commands():
            score = max(matcher.match(text), 0.5 * matcher.match(aside))
            if score > 0:
                yield Hit(score, matcher.highlight(text), run, text=text, help=aside)

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        app = cast("CrmApp", self.app)
        screen = self.screen
        if isinstance(screen, BaseScreen):
            for action in screen.possible():
                if action.id not in _OWN:
                    yield _title(action, app), action.help, partial(screen.action_do, action.id)
        for place in actions.PLACES:
            action = actions.BY_ID[f"go-{place.name}"]
            yield (
                f"{action.help.removesuffix('.')}  {app.keymap.shown(action.id)}",
                action.help,
                partial(app.go_to, place.name),
            )


def _title(action: Action, app: CrmApp) -> str:
    label = action.label[:1].upper() + action.label[1:]
    return f"{label}  {app.keymap.shown(action.id)}".rstrip()
