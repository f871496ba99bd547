"""Everything a person can do on the screens, each once: keys, words, where and when it is possible.

Footer, help, palette, bindings and the ``keys`` table of the configuration all follow from this table. The rule it
keeps: within one scope (a screen, the list of places, a form, a dialog) no key means two things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from crm_tui.errors import InvalidDataError

GROUPS: Final = ("Work", "Records", "List", "Move", "Go", "Program")
"""The groups of the help, in its order."""


@dataclass(frozen=True, slots=True)
class Place:
    """A screen one can go to: its name, title, the letter after ``g``, and the class that shows it."""

    name: str
    title: str
    letter: str
    module: str
    screen: str


PLACES: Final = (
    Place("today", "Today", "t", "crm_tui.screens.today", "TodayScreen"),
    Place("contacts", "Contacts", "c", "crm_tui.screens.contacts", "ContactsScreen"),
)
_SCREENS: Final = tuple(place.name for place in PLACES)


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
    scopes: tuple[str, ...] = _SCREENS
    condition: str = ""
    rank: int = 0
    binding: str = ""

    @property
    def binding_id(self) -> str:
        """The id under which Textual knows the binding."""
        return self.binding or f"crm.{self.id}"


def _move(name: str, keys: tuple[str, ...], label: str, text: str, rank: int = 0) -> Action:
    return Action(
        name,
        keys,
        label,
        text,
        "Move",
        condition="list",
        rank=rank,
        binding=f"table.{name.replace('-', '_')}",
    )


_TODAY: Final = ("today",)
_CONTACTS: Final = ("contacts",)
_BOTH: Final = ("today", "contacts")

ACTIONS: Final = (
    Action("done", ("d",), "done", "Finish the follow-up, or the marked ones.", "Work", _BOTH, "followup", 2),
    Action("snooze", ("s",), "snooze", "Move the follow-up to another day.", "Work", _BOTH, "followup", 3),
    Action("log", ("l",), "log", "Log a call, mail, meeting, message or note.", "Work", _BOTH, "contact", 4),
    Action("follow-up", ("f",), "follow-up", "Promise this person a next step.", "Work", _BOTH, "contact", 5),
    Action("add", ("a",), "add", "Add to this screen: a follow-up, a person.", "Records", rank=6),
    Action("edit", ("e",), "edit", "Change what is under the cursor.", "Records", _BOTH, "editable", 8),
    Action(
        "tag",
        ("t",),
        "tag",
        "Put tags on, or take them off with a minus.",
        "Records",
        _CONTACTS,
        "contact",
        9,
    ),
    Action("note", ("n",), "note", "Write the person's note in $EDITOR.", "Records", _BOTH, "contact", 11),
    Action(
        "archive",
        ("A",),
        "archive",
        "Put the person or the marked ones away; or back.",
        "Records",
        _CONTACTS,
        "contact",
        12,
    ),
    Action(
        "reach",
        ("o",),
        "mail, link",
        "Open the person's mail address or link.",
        "Records",
        _BOTH,
        "contact",
        10,
    ),
    Action("copy", ("y",), "copy", "Copy an address, number or name.", "Records", _BOTH, "contact", 13),
    Action("undo", ("u",), "undo", "Take back what was done last.", "Records"),
    Action("redo", ("U",), "redo", "Bring back what was undone.", "Records"),
    Action("filter", ("/",), "filter", "Narrow the list by words or field:value.", "List", rank=7),
    Action("sort-name", ("1",), "by name", "Sort by name; again to turn the order round.", "List", _CONTACTS),
    Action("sort-last", ("2",), "by last", "Sort by the last contact, the newest first.", "List", _CONTACTS),
    Action("sort-next", ("3",), "by next", "Sort by when to get in touch again.", "List", _CONTACTS),
    Action("sort-new", ("4",), "by newest", "Sort by when they were added.", "List", _CONTACTS),
    Action("mark-all", ("*",), "mark all", "Mark every row, or take all marks off.", "List", _BOTH, "list"),
    Action("reload", ("f5",), "reload", "Read everything anew.", "List"),
    _move("open", ("enter",), "open", "Show what is under the cursor whole.", 1),
    _move("mark", ("space",), "mark", "Mark the row and go on to the next.", 14),
    _move("up", ("up", "k"), "up", "One row up."),
    _move("down", ("down", "j"), "down", "One row down."),
    _move("page-up", ("pageup",), "page up", "A screen up."),
    _move("page-down", ("pagedown",), "page down", "A screen down."),
    _move("half-up", ("ctrl+u",), "half up", "Half a screen up."),
    _move("half-down", ("ctrl+d",), "half down", "Half a screen down."),
    _move("first", ("home",), "first", "To the first row."),
    _move("last", ("end",), "last", "To the last row."),
    Action("next-pane", ("tab",), "other side", "To the card beside the list, and back.", "Move", _BOTH),
    Action("back", ("escape",), "back", "Out of the card, the filter, the marks.", "Move", condition="back"),
    Action("go", ("g",), "go", "Go to another screen.", "Go"),
    *(
        Action(f"go-{place.name}", (place.letter,), place.title, f"Go to {place.title}.", "Go", ("go",))
        for place in PLACES
    ),
    Action("help", ("?",), "all keys", "Show every key that works here.", "Program"),
    Action("palette", ("ctrl+p",), "palette", "Everything possible here, by name.", "Program"),
    Action("theme", (), "theme", "Dark, light or high contrast.", "Program"),
    Action("suspend", ("ctrl+z",), "to shell", "Back to the shell for a moment; fg returns.", "Program"),
    Action("quit", ("ctrl+q", "q"), "quit", "Leave. Nothing is lost.", "Program"),
    Action("save", ("ctrl+s",), "save", "Save the form.", "Records", ("form",)),
    Action("editor", ("ctrl+o",), "editor", "Write the long text in $EDITOR.", "Records", ("form",), "long"),
    Action(
        "afresh",
        ("ctrl+r",),
        "afresh",
        "Forget what was typed and begin again.",
        "Records",
        ("form",),
        "typed",
    ),
    Action(
        "leave",
        ("escape",),
        "back",
        "Leave; what was typed is kept as a draft.",
        "Move",
        ("form", "dialog", "go"),
    ),
)
BY_ID: Final = {action.id: action for action in ACTIONS}
SCOPES: Final = (*_SCREENS, "go", "form", "dialog")

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
