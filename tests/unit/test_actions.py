"""The table of actions: each once, no key twice, and the configuration's say in it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from crm_tui import actions
from crm_tui.actions import ACTIONS, SCOPES, Action, Keymap
from crm_tui.errors import InvalidDataError


def test_ids_are_unique_and_everything_belongs_somewhere() -> None:
    ids = [action.id for action in ACTIONS]
    assert len(ids) == len(set(ids))
    for action in ACTIONS:
        assert action.group in actions.GROUPS
        assert set(action.scopes) <= set(SCOPES)
        assert action.help.endswith(".")
        assert len(action.label) <= 12


@pytest.mark.parametrize("scope", SCOPES)
def test_no_key_means_two_things(scope: str) -> None:
    keys = [key for action in actions.of_scope(scope) for key in action.keys]
    assert len(keys) == len(set(keys))


def test_a_key_can_be_changed_and_several_given() -> None:
    keymap = Keymap({"done": "z, ctrl+x", "go-today": "1"})
    assert keymap.keys("done") == ("z", "ctrl+x")
    assert keymap.shown("done") == "z"
    assert keymap.shown("go-today") == "g 1"
    assert keymap.bindings() == {"crm.done": "z,ctrl+x", "crm.go-today": "1"}


def test_two_actions_can_change_places() -> None:
    keymap = Keymap({"done": "s", "snooze": "d"})
    assert (keymap.shown("done"), keymap.shown("snooze")) == ("s", "d")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"dnoe": "x"}, '"dnoe", and there is no such action'),
        ({"done": "s"}, 'The key "s" would mean both done and snooze'),
        ({"done": "z", "log": "z"}, 'The key "z" would mean both'),
        ({"up": "d"}, 'The key "d" would mean both'),
        ({"done": "hello"}, '"hello" is no key for done'),
        ({"done": "ctrl+"}, '"ctrl\\+" is no key for done'),
        ({"done": " , "}, "is no key for done"),
        ({"done": "f25"}, '"f25" is no key for done'),
        ({"go-today": "c"}, 'The key "c" would mean both'),
    ],
)
def test_what_makes_no_sense_is_refused(keys: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidDataError, match=message):
        Keymap(keys)


def test_a_near_miss_is_suggested() -> None:
    with pytest.raises(InvalidDataError) as caught:
        actions.find("snoze")
    assert caught.value.hint == "Did you mean snooze?"
    assert isinstance(actions.find("snooze"), Action)


def test_it_imports_no_face() -> None:
    code = "import sys, crm_tui.actions; print([m for m in ('textual', 'typer', 'rich') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
