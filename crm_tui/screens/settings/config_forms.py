"""Changing the configuration file: one setting or one key, checked before it is written, taken over at once.

The rule it keeps: the database has no part in it, so that none is made, and undo does not reach there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from textual.worker import get_current_worker

from crm_tui import config as settings
from crm_tui.actions import BY_ID, Keymap
from crm_tui.config import Config
from crm_tui.errors import CrmError
from crm_tui.screens.forms.fields import Field, Filled, Form
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.settings.rows import words
from crm_tui.screens.shell.base import Answered, DataMixin, Refused
from crm_tui.screens.shell.configured import place_of

if TYPE_CHECKING:
    from crm_tui.dates import Clock

_LINES: Final = ("business_address", "business_payment")
_CHOICES: Final = {"smtp_security": ("starttls", "tls", "none")}
_HINTS: Final = {
    "base_currency": "EUR",
    "region": "DE",
    "timezone": "Europe/Berlin",
    "own_emails": "me@example.com, info@example.com",
    "invoice_number": "{year}-{n:03}",
    "tax_percent": "19",
    "theme": "crm-dark, crm-light, crm-contrast",
}
_NOTES: Final = {
    "base_currency": "Rates say what currencies are worth in it; those there are stay as they are.",
    "region": "Numbers that are kept already stay as they were understood.",
}


class ConfigForm(FormScreen):
    """A form over the configuration file; dismissed with the configuration as it is then."""

    def write(
        self,
        work: Callable[[Any], Any],
        then: Callable[[Any], None] | None = None,
        otherwise: Callable[[CrmError], None] | None = None,
    ) -> None:
        """Write in a thread, without the database."""
        in_thread(self, partial(work, None), then or (lambda _: None), otherwise or self.refuse)


def in_thread(
    screen: DataMixin,
    work: Callable[[], Any],
    then: Callable[[Any], None],
    otherwise: Callable[[CrmError], None],
) -> None:
    """Do work that the database has no part in."""

    def run() -> None:
        try:
            value = work()
        except CrmError as error:
            screen.post_message(Refused(error, otherwise))
        else:
            if not get_current_worker().is_cancelled:
                screen.post_message(Answered(then, value))

    screen.run_worker(run, thread=True, group="config")


def setting(name: str, config: Config, refuse: Callable[[Config], None], note: str = "") -> Form:
    """One setting.

    Args:
        name: Which.
        config: What counts now.
        refuse: Raises for a configuration that the screens cannot hold.
        note: What else is to be known of it.
    """
    place, text = place_of(config), words(getattr(config, name))

    def check(typed: str, _: Clock) -> str:
        refuse(_with(config, **{name: settings.check(name, typed)}))
        return typed

    def save(_: Any, filled: Filled) -> Config:
        return put(place, name, filled.values["value"])

    kind: Any = "line"
    if name in _LINES:
        kind, text = "long", "\n".join(getattr(config, name))
    elif name in _CHOICES:
        kind = "choice"
    field = Field(
        "value", "value", kind, text if name != "own_emails" else ", ".join(config.own_emails),
        _HINTS.get(name, ""), choices=_CHOICES.get(name, ()), check=check,
    )  # fmt: skip
    note = note or _NOTES.get(name) or "Empty, its default counts."
    return Form(
        f"setting-{name.replace('_', '-')}", name, (field,), save, f"{settings.find(name).help} {note}"
    )


def key(action: str, config: Config) -> Form:
    """The keys of one action."""
    place = place_of(config)

    def check(typed: str, _: Clock) -> str:
        Keymap({**config.keys, action: typed})
        return typed

    def save(_: Any, filled: Filled) -> Config:
        return put(place, f"keys.{action}", filled.values["value"])

    field = Field(
        "value", "keys", value=config.keys.get(action, " ".join(BY_ID[action].keys)),
        hint="x, X, ctrl+x, f2, pageup", check=check,
    )  # fmt: skip
    note = f"{BY_ID[action].help} Several are separated by spaces. Empty, its default counts."
    return Form(f"key-{action}", f"Keys of {action}", (field,), save, note)


def put(place: Path, name: str, text: str | None) -> Config:
    """Set a setting, or take it out where there is no text; returns what counts then.

    Raises:
        InvalidDataError: what is in the file already is wrong.
        DatabaseError: the file cannot be written.
    """
    from crm_tui import config_file

    if text is None:
        config_file.remove(place, name)
    else:
        config_file.put(place, name, text)
    return settings.load(place)


def _with(config: Config, **values: Any) -> Config:
    return replace(config, **values)
