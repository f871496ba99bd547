"""Everything a person can do on the screens, each once: keys, words, where and when it is possible.

Footer, help, palette, bindings and the ``keys`` table of the configuration all follow from this table. The rule it
keeps: within one scope (a screen, the list of places, a form, a dialog) no key means two things.
"""

from crm_tui.actions.action import GROUPS, Action
from crm_tui.actions.keymap import BY_ID, Keymap, find, of_scope
from crm_tui.actions.places import PLACES, Place
from crm_tui.actions.table import ACTIONS, SCOPES

__all__ = [
    "ACTIONS", "BY_ID", "GROUPS", "PLACES", "SCOPES", "Action", "Keymap", "Place", "find", "of_scope",
]  # fmt: skip
