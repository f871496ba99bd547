"""Changing the configuration file: one setting at a time, comments kept, never a half-written file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crm_tui.config import check, find, load
from crm_tui.errors import DatabaseError, InvalidDataError, UsageError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

KEYS: Final = "keys"
THEMES: Final = (
    "crm-dark", "crm-light", "crm-contrast",
    "ansi-dark", "ansi-light", "atom-one-dark", "atom-one-light", "catppuccin-frappe", "catppuccin-latte",
    "catppuccin-macchiato", "catppuccin-mocha", "dracula", "flexoki", "gruvbox", "monokai", "nord", "rose-pine",
    "rose-pine-dawn", "rose-pine-moon", "solarized-dark", "solarized-light", "textual-dark", "textual-light",
    "tokyo-night",
)  # fmt: skip
"""The looks that can be set: our own, and those that Textual brings, named here so that it need not be loaded."""


def put(path: Path, name: str, value: str) -> Any:
    """Set a setting, or a key as ``keys.ACTION``; returns the value as it was checked.

    Raises:
        UsageError: there is no such setting.
        InvalidDataError: the value, or what is in the file already, is wrong.
        DatabaseError: the file cannot be written.
    """
    action = _action(name)
    checked = check(KEYS, {action: value})[action] if action else check(_plain(name), value)
    if name == "theme":
        _refuse_unless_theme(checked)
    document = _read(path)
    table, inner = (document, name) if not action else _holder(document, action) or (None, action)
    if table is None:
        table = document.setdefault(KEYS, {})
    table[inner] = list(checked) if isinstance(checked, tuple) else checked
    _write(path, document)
    return checked


def remove(path: Path, name: str) -> bool:
    """Take a setting out, so that its default counts again; returns whether it was there.

    Raises:
        UsageError: there is no such setting.
        InvalidDataError: the file is wrong.
        DatabaseError: the file cannot be written.
    """
    action = _action(name)
    if not action:
        find(name)
    document = _read(path)
    table, inner = _holder(document, action) or ({}, action) if action else (document, name)
    there = inner in table
    if there:
        del table[inner]
        _write(path, document)
    return there


def _refuse_unless_theme(name: str) -> None:
    # in a file changed by hand one that is not there counts for nothing else, so reading it does not refuse it
    if name in THEMES:
        return
    from crm_tui.text import nearest

    near = nearest(name, THEMES)
    raise InvalidDataError(
        f'There is no theme "{name[:40]}".',
        f"Did you mean {near}?" if near else f"There are: {', '.join(THEMES)}.",
    )


def _action(name: str) -> str:
    return name.removeprefix(f"{KEYS}.") if name.startswith(f"{KEYS}.") else ""


def _plain(name: str) -> str:
    if name == KEYS:
        raise UsageError("keys is a table.", "Set one of them: crm config set keys.ACTION KEY.")
    return name


def _holder(document: TOMLDocument, action: str) -> tuple[Any, str] | None:
    """The table that holds an action's key, and the name there, however the file writes it."""
    parts = action.split(".")
    table: Any = document.get(KEYS, {})
    for place in range(len(parts)):
        if not isinstance(table, Mapping):
            return None
        whole = ".".join(parts[place:])
        if whole in table:
            return table, whole
        table = table.get(parts[place])
    return None


def _read(path: Path) -> TOMLDocument:
    import tomlkit

    load(path)
    return tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()


def _write(path: Path, document: TOMLDocument) -> None:
    import tomlkit

    # a link, as people keep for their dotfiles, stays a link
    real = path.resolve()
    temporary = real.with_name(f".{real.name}.{os.urandom(4).hex()}.part")
    try:
        real.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(tomlkit.dumps(document))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(real)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise DatabaseError(
            f"{real} cannot be written: {error.strerror}.", "Check the folder and its permissions."
        ) from error
