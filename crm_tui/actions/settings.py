"""What a person can do on the Settings screen alone: a part of the table of actions."""

from __future__ import annotations

from typing import Final, NamedTuple

from crm_tui.actions.action import Action

_HERE: Final = ("settings",)


class Section(NamedTuple):
    """A part of the Settings screen: its name and its title."""

    name: str
    title: str


SECTIONS: Final = (
    Section("settings", "Settings"),
    Section("rates", "Rates"),
    Section("fields", "Fields"),
    Section("pipelines", "Pipelines"),
    Section("keys", "Keys"),
)

SETTINGS: Final = (
    Action(
        "default",
        ("x",),
        "default",
        "Bring the default of the setting or key back.",
        "Records",
        _HERE,
        "changed",
        3,
    ),
    Action(
        "stage-earlier",
        ("<",),
        "earlier",
        "Put the stage one place earlier in its pipeline.",
        "Work",
        _HERE,
        "stage",
        3,
    ),
    Action(
        "stage-later",
        (">",),
        "later",
        "Put the stage one place later in its pipeline.",
        "Work",
        _HERE,
        "stage",
        4,
    ),
    *(
        Action(f"show-{each.name}", (str(place),), each.title.lower(), f"Show {each.title}.", "List", _HERE)
        for place, each in enumerate(SECTIONS, 1)
    ),
)
