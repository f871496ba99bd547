"""The configuration while the program runs: watched in its file, and taken over when it changes.

The rule it keeps: a configuration that cannot hold changes nothing; what was in force stays so, and why is said.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App
from textual.message import Message

from crm_tui.actions import Keymap
from crm_tui.config import Config, load
from crm_tui.errors import CrmError, InvalidDataError
from crm_tui.locations import default_config

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crm_tui.screens.shell.base import BaseScreen
    from crm_tui.screens.shell.desk import Desk
    from crm_tui.widgets.frame.footer import Mood

    _Base = App[None]
else:
    _Base = object


def place_of(config: Config) -> Path:
    """The file a configuration was read from, or would be written to."""
    return config.path or default_config()


class ConfigChanged(Message):
    """From the watching thread: the file of the configuration is another one now, or what is wrong with it."""

    def __init__(self, found: Config | CrmError) -> None:
        super().__init__()
        self.found = found


class ConfigFile:
    """Notices that the file of the configuration has changed.

    Args:
        place: The file; it need not be there.
        tell: Is told what stands in it then, or what is wrong with it.
    """

    def __init__(self, place: Path, tell: Callable[[Config | CrmError], object]) -> None:
        self._place = place
        self._tell = tell
        self._seen = self._state()

    def look(self) -> None:
        """Look at the file; not on the event loop."""
        seen = self._state()
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._tell(load(self._place))
        except CrmError as error:
            self._tell(error)

    def _state(self) -> tuple[int, int, int] | None:
        try:
            found = self._place.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns


class Configured(_Base):
    """What the program does with its configuration."""

    desk: Desk
    keymap: Keymap
    places: Iterable[BaseScreen]

    @abstractmethod
    def tell(self, text: str, hint: str = "", mood: Mood = "plain") -> None:
        """Say a line on the place in front."""

    @abstractmethod
    def data_changed(self) -> None:
        """Let every place read anew."""

    def refuse_config(self, config: Config) -> None:
        """Refuse a configuration that the screens cannot hold.

        Raises:
            InvalidDataError: it names a key, an action or a theme that does not exist.
        """
        Keymap(config.keys)
        self.refuse_theme(config)

    def refuse_theme(self, config: Config) -> None:
        """Refuse a configuration whose theme does not exist.

        Raises:
            InvalidDataError: so it is.
        """
        if config.theme not in self.available_themes:
            raise InvalidDataError(
                f'There is no theme "{config.theme}".',
                f"There are: {', '.join(sorted(self.available_themes))}.",
            )

    def take_config(self, config: Config) -> None:
        """Let other settings count from now on.

        Raises:
            InvalidDataError: it names a key, an action or a theme that does not exist; nothing has changed then.
        """
        before = self.desk.config
        if config == before:
            return
        self.refuse_config(config)
        self.desk.config = config
        # each thread has the file open with the settings that counted then
        self.desk.renew()
        if config.keys != before.keys:
            self.keymap = Keymap(config.keys)
            self.set_keymap(self.keymap.bindings())
        if config.theme != before.theme:
            self.theme = config.theme
        for place in list(self.places):
            if place.is_attached:
                place.show_day()
                place.show_keys()
        self.data_changed()

    def on_config_changed(self, event: ConfigChanged) -> None:
        """Take over what another hand has written, or say why it does not count."""
        found = event.found
        try:
            if isinstance(found, CrmError):
                raise found
            self.take_config(found)
        except CrmError as error:
            place = place_of(self.desk.config)
            message = error.message.replace(str(place), place.name)
            self.tell(message, "The settings in force stay until the file is mended.", "bad")
