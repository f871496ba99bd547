"""The keys in force: the table's, as the configuration changes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from crm_tui.actions.action import Action
from crm_tui.actions.table import ACTIONS, SCOPES
from crm_tui.errors import InvalidDataError

BY_ID: Final = {action.id: action for action in ACTIONS}

_NAMED: Final = frozenset(
    (
        "tab", "enter", "escape", "space", "up", "down", "left", "right", "home", "end", "pageup", "pagedown",
        "insert", "delete", "backspace", "comma",
    )
)  # fmt: skip
_MODIFIED: Final = re.compile(r"(?:(?:ctrl|alt|shift|super)\+)+(.+)")
_FUNCTION: Final = re.compile(r"f(?:[1-9]|1[0-9]|2[0-4])")


class Keymap:
    """The keys in force: the table's, changed by the configuration.

    Args:
        overrides: action = key, or several keys separated by spaces or commas.

    Raises:
        InvalidDataError: an action or a key that does not exist, or a key that would mean two things.
    """

    def __init__(self, overrides: Mapping[str, str] | None = None) -> None:
        self._keys = {action.id: action.keys for action in ACTIONS}
        self.changed: dict[str, tuple[str, ...]] = {}
        for name, text in (overrides or {}).items():
            self.changed[_known(name)] = _read_keys(name, text)
        self._keys.update(self.changed)
        for scope in SCOPES:
            self._refuse_clashes(scope)

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys of an action; none for one that only the palette has."""
        return self._keys[name]

    def shown(self, name: str) -> str:
        """The key of an action as the person presses it: ``d``, ``ctrl+p``, ``g t``; empty without one."""
        keys = self._keys[name]
        if not keys:
            return ""
        return f"{self.shown('go')} {keys[0]}" if BY_ID[name].scopes == ("go",) else keys[0]

    def all_shown(self, name: str) -> str:
        """Every key of an action, for the help."""
        head = f"{self.shown('go')} " if BY_ID[name].scopes == ("go",) else ""
        return "  ".join(f"{head}{key}" for key in self._keys[name])

    def bindings(self) -> dict[str, str]:
        """What differs from the table: binding ids and their keys joined by commas."""
        return {BY_ID[name].binding_id: ",".join(keys) for name, keys in self.changed.items()}

    def _refuse_clashes(self, scope: str) -> None:
        taken: dict[str, str] = {}
        for action in of_scope(scope):
            for key in self._keys[action.id]:
                other = taken.setdefault(key, action.id)
                if other != action.id:
                    raise InvalidDataError(
                        f'The key "{key}" would mean both {other} and {action.id}.',
                        "Give one of them another key under [keys] in the configuration.",
                    )


def of_scope(scope: str) -> list[Action]:
    """The actions whose keys count in a scope."""
    return [action for action in ACTIONS if scope in action.scopes]


def find(name: str) -> Action:
    """The action of that name.

    Raises:
        InvalidDataError: there is none; the nearest is suggested.
    """
    return BY_ID[_known(name)]


def _known(name: str) -> str:
    if name in BY_ID:
        return name
    from crm_tui.text import nearest

    near = nearest(name, BY_ID)
    raise InvalidDataError(
        f'The configuration gives a key to "{name}", and there is no such action.',
        f"Did you mean {near}?" if near else f"There are: {', '.join(BY_ID)}.",
    )


def _read_keys(name: str, text: str) -> tuple[str, ...]:
    keys = tuple(dict.fromkeys(_split(text)))
    wrong = next((key for key in keys if not _is_key(key)), None)
    if wrong is not None or not keys:
        raise InvalidDataError(
            f'"{text}" is no key for {name}.',
            "Write it like x, X, ctrl+x, f2 or pageup; several are separated by spaces.",
        )
    return keys


def _split(text: str) -> Iterable[str]:
    return text.replace(",", " ").split()


def _is_key(key: str) -> bool:
    match = _MODIFIED.fullmatch(key)
    bare = match[1] if match else key
    return (len(bare) == 1 and bare.isprintable()) or bare in _NAMED or _FUNCTION.fullmatch(bare) is not None
