"""Commands made when they are called: a module is imported and a command's options are read on first use.

Typer would read the options of every command of a group to run one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from copy import copy
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command_from_info, get_group


@cache
def group(module: str) -> TyperGroup:
    """The commands of a module under ``commands``, as the group its Typer app declares."""
    app: typer.Typer = import_module(f"crm_tui.commands.{module}").app
    hollow = copy(app)
    hollow.registered_commands = []
    found = get_group(hollow)
    found.commands = _Commands(app, found.commands)
    return found


class _Commands(MutableMapping[str, Any]):
    """The commands of an app by name, each made when it is asked for."""

    def __init__(self, app: typer.Typer, groups: MutableMapping[str, Any]) -> None:
        # a command without a name has its function's
        self._known: dict[str, Any] = {
            info.name or info.callback.__name__.replace("_", "-"): info
            for info in app.registered_commands
            if info.callback is not None
        }
        self._made: dict[str, Any] = dict(groups)

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = get_command_from_info(
                self._known[name], pretty_exceptions_short=True, rich_markup_mode=None
            )
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._made[name]
        self._known.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._known, **self._made})

    def __len__(self) -> int:
        return len({**self._known, **self._made})
