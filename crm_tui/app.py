"""The program on the screen: which place is in front, what was said last, and how it ends.

The rule it keeps: however it ends, by a key, a signal or a fault, the terminal is as it was and nothing typed is lost.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final
from weakref import ReferenceType, WeakSet, ref

from textual.app import App, ComposeResult, ScreenStackError
from textual.binding import Binding, BindingType
from textual.events import Event, Key, MouseDown
from textual.message import Message
from textual.screen import Screen

from crm_tui.actions import PLACES, Keymap, Place
from crm_tui.config import Config
from crm_tui.errors import InvalidDataError
from crm_tui.locations import state_folder
from crm_tui.screens.leaving.program import WholeFile
from crm_tui.screens.shell.configured import ConfigChanged, ConfigFile, Configured, place_of
from crm_tui.screens.shell.desk import Desk, Watcher
from crm_tui.screens.shell.memory import KeepsDraft, Memory
from crm_tui.screens.shell.themes import ASIDES, THEMES
from crm_tui.widgets.frame.masthead import Masthead

if TYPE_CHECKING:
    from textual.widgets import Input

    from crm_tui.models import Operation
    from crm_tui.screens.shell.base import BaseScreen
    from crm_tui.widgets.frame.footer import Mood

POLL_SECONDS: Final = 1.0
THREADS: Final = 4
"""An import, what is read, what is written, and a suggestion; each thread has the file open for itself."""
_PATIENCE_SECONDS: Final = 3.0
_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)


def _made(place: Place) -> Callable[[], Screen[None]]:
    def make() -> Screen[None]:
        screen: Screen[None] = getattr(import_module(place.module), place.screen)()
        return screen

    return make


class ChangedElsewhere(Message):
    """From the watching thread: another process has written."""

    def can_replace(self, message: Message) -> bool:
        """One is enough."""
        return isinstance(message, ChangedElsewhere)


class CrmApp(WholeFile, Configured, App[None], inherit_bindings=False):
    """The screens over one file.

    Args:
        path: The database, which need not be there yet.
        now: The moment at which the clock stands, as a datetime or a WHEN; the real time when None.
        config: The settings.
        start: The place to begin with.

    Raises:
        InvalidDataError: the configuration names a key or an action that does not exist.
    """

    TITLE = "crm"
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, str | Callable[[], Screen[None]]]] = {
        place.name: _made(place) for place in PLACES
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Quit", show=False, priority=True),
        Binding("ctrl+c", "interrupt", "Quit", show=False, priority=True),
    ]
    CSS = """
    CommandPalette { background: $background 40%; }
    CommandPalette > Vertical { margin-top: 2; }
    CommandPalette SearchIcon { display: none; }
    """

    def __init__(
        self,
        path: Path,
        now: datetime | str | None = None,
        config: Config | None = None,
        start: str = PLACES[0].name,
    ) -> None:
        super().__init__()
        self.desk = Desk(path, now, config)
        self.keymap = Keymap(self.desk.config.keys)
        self.memory = Memory(state_folder(), path)
        self.places: WeakSet[BaseScreen] = WeakSet()
        self.last_word: tuple[str, str, Mood] = ("", "", "plain")
        self._told_on: ReferenceType[BaseScreen] | None = None  # the place in front since then
        self._touched = False  # whether a key or the mouse was pressed since then
        self.crash_report: Path | None = None
        self.came_from = PLACES[0].name
        """The place one was at before the present one."""
        self._start = start
        self._leaving = False  # whether it is being asked
        settings = ConfigFile(
            place_of(self.desk.config), lambda found: self.post_message(ConfigChanged(found))
        )
        self._watcher = Watcher(self.desk, lambda: self.post_message(ChangedElsewhere()), settings.look)
        self._today = self.desk.clock.today
        self._choose_theme()

    def _choose_theme(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        try:
            self.refuse_theme(self.desk.config)
        except InvalidDataError as error:
            # a look is not worth staying away for
            usual = Config().theme
            self.desk.config = replace(self.desk.config, theme=usual)
            self.last_word = (error.message, f"{usual} is shown until the setting theme is mended.", "bad")
        configured = self.desk.config.theme
        chosen = self.memory.theme(configured)
        self.theme = chosen if chosen in self.available_themes else configured

    def compose(self) -> ComposeResult:
        """The first line alone: it is painted while the first place is still being imported."""
        yield Masthead([(place.name, place.title) for place in PLACES], self._start)

    def on_mount(self) -> None:
        """Show the first place, listen to signals, watch the file."""
        self.set_keymap(self.keymap.bindings())
        self.call_after_refresh(self.switch_mode, self._start)
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "crm"))
        if threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for number in _SIGNALS:
                loop.add_signal_handler(number, self._end_by, number)
        self.set_interval(POLL_SECONDS, self._poll)
        self.app_resume_signal.subscribe(self, self._back_from_shell)
        self.call_after_refresh(self._offer_drafts)

    def on_unmount(self) -> None:
        """Listen and watch no more."""
        self._watcher.close()
        if threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for number in _SIGNALS:
                loop.remove_signal_handler(number)

    def _back_from_shell(self, _: object) -> None:
        """Draw everything anew: the shell has written over it."""
        self.refresh(layout=True)

    @property
    def fault(self) -> BaseException | None:
        """The exception that ended the program, if one did."""
        return self._exception

    @property
    def watcher(self) -> Watcher:
        """Who notices what other processes write."""
        return self._watcher

    def _poll(self) -> None:
        self._watcher.look()
        if self.desk.clock.today != self._today:
            self._today = self.desk.clock.today
            for place in self.places:
                place.show_day()
            self.data_changed()

    def on_changed_elsewhere(self) -> None:
        """Show what another process has written."""
        self.data_changed()

    def data_changed(self) -> None:
        """Let every place read anew, those behind when they come in front."""
        for place in list(self.places):
            if place.is_attached:
                place.freshen()

    def wrote(self, operation: Operation | None) -> None:
        """Say what was written and show it."""
        if operation is None:
            self.tell("Nothing changed.")
            return
        summary = operation.summary[:1].upper() + operation.summary[1:]
        self.tell(f"{summary}.", f"{self.keymap.shown('undo')} undo")
        self.data_changed()

    def tell(self, text: str, hint: str = "", mood: Mood = "plain") -> None:
        """Say a line on the place in front; it stays there until there is another, or one goes elsewhere."""
        self.last_word, self._touched = (text, hint, mood), False
        for place in self.places:
            if place.is_attached and place in self.screen_stack:
                place.tell(text, hint, mood)

    def came_to(self, place: BaseScreen) -> None:
        """What was said on another place stays behind, but for what was said on the way here."""
        before = self._told_on() if self._told_on is not None else None
        if self._touched and before is not None and before is not place:
            self.last_word = ("", "", "plain")
        self._told_on = ref(place)

    async def on_event(self, event: Event) -> None:
        """Note that the person has pressed something."""
        if isinstance(event, (Key, MouseDown)):
            self._touched = True
        await super().on_event(event)

    def go_to(self, name: str) -> None:
        """Bring a place to the front, itself and not a record opened from it."""
        if name in self.MODES:
            while len(self.screen_stack) > 1 and getattr(self.screen, "scope", "") == "record":
                self.pop_screen()
            if name != self.current_mode:
                self.came_from = self.current_mode
            self.switch_mode(name)

    def open_record(self, table: str, record_id: int) -> None:
        """Show a contact, company, deal or invoice whole, in front of the place one is at.

        Args:
            table: ``contacts``, ``companies``, ``deals`` or ``invoices``.
            record_id: Its id.
        """
        from crm_tui.screens.record.screen import RecordScreen

        self.push_screen(RecordScreen(table, record_id))

    def do_quick(self) -> None:
        """Ask for one line, show what it means, and write it."""
        from crm_tui.screens.quick import QuickScreen

        self.push_screen(QuickScreen())

    def do_go(self) -> None:
        """Ask where to."""
        from crm_tui.screens.shell.go import GoScreen

        self.push_screen(GoScreen(self.keymap), lambda name: self.go_to(name) if name else None)

    def do_help(self) -> None:
        """Show every key of the place in front."""
        from crm_tui.screens.shell.help import HelpScreen

        front = self.front
        self.push_screen(HelpScreen(front.heading, front.scope, self.keymap))

    def do_palette(self) -> None:
        """Offer everything possible by name."""
        from textual.command import CommandInput, CommandPalette

        from crm_tui.screens.shell.palette import ActionProvider

        palette = CommandPalette(providers=[ActionProvider], placeholder="What do you want to do?")
        self.push_screen(palette)
        self.call_after_refresh(_hold_cursor, palette.query(CommandInput))

    def do_theme(self) -> None:
        """Ask for a look, and remember it."""
        from crm_tui.screens.forms.dialogs import Choose, lettered

        others = sorted(set(self.available_themes) - set(ASIDES))
        options = lettered([(name, name, ASIDES.get(name, "")) for name in (*ASIDES, *others)])
        self.push_screen(Choose("Which look?", options), self.take_theme)

    def take_theme(self, name: str | None) -> None:
        """Look so from now on, and remember it."""
        if name is None:
            return
        self.theme = name
        try:
            self.memory.keep_theme(name, self.desk.config.theme)
        except OSError as error:
            self.tell(
                f"The choice cannot be remembered: {error.strerror}.",
                "Set theme in the configuration.",
                "bad",
            )

    def do_undo(self) -> None:
        """Take back what was done last."""
        if not self.desk.exists():
            self.tell("There is nothing to undo.")
            return
        self.front.write(lambda crm: crm.undo(), self.undone)

    def do_redo(self) -> None:
        """Bring back what was undone."""
        if not self.desk.exists():
            self.tell("There is nothing to redo.")
            return
        self.front.write(lambda crm: crm.redo(), self._redone)

    def undone(self, operation: Operation) -> None:
        """Say what was taken back, and show it."""
        self.tell(f"Undone: {operation.summary}.", f"{self.keymap.shown('redo')} redo")
        self.data_changed()

    def _redone(self, operation: Operation) -> None:
        self.tell(f"Done again: {operation.summary}.", f"{self.keymap.shown('undo')} undo")
        self.data_changed()

    @property
    def front(self) -> BaseScreen:
        """The place or record in front, dialogs and forms apart."""
        from crm_tui.screens.shell.base import BaseScreen

        return next(screen for screen in reversed(self.screen_stack) if isinstance(screen, BaseScreen))

    def do_suspend(self) -> None:
        """Back to the shell."""
        self.action_suspend_process()

    def do_quit(self) -> None:
        """Leave."""
        self.action_leave()

    def action_leave(self) -> None:
        """Leave; what stands in an open form is kept. What is not through is asked about, once."""
        places = [place for place in self.places if place.is_attached]
        unfinished = next((place.unfinished for place in places if place.unfinished), "")
        if not unfinished or self._leaving:
            self.keep_drafts()
            self.exit()
            return
        from crm_tui.screens.forms.dialogs import confirm

        self._leaving = True
        self.push_screen(confirm(unfinished, "Leave"), self._leave_or_stay)

    def _leave_or_stay(self, leave: bool | None) -> None:
        if leave:
            self.action_leave()
        self._leaving = False

    def action_interrupt(self) -> None:
        """Copy what is selected where one types, else leave."""
        from textual.widgets import Input, TextArea

        focused = self.focused
        if isinstance(focused, (Input, TextArea)) and focused.selected_text:
            self.copy_to_clipboard(focused.selected_text)
        else:
            self.action_leave()

    def keep_drafts(self) -> None:
        """Keep what stands unsaved in open forms and lines."""
        try:
            stack = self.screen_stack
        except ScreenStackError:
            # it ends before anything was shown
            return
        for screen in stack:
            if isinstance(screen, KeepsDraft):
                try:
                    screen.keep_draft()
                except OSError as error:
                    # there is nobody left to tell
                    self.log.warning(error.strerror)

    def _offer_drafts(self) -> None:
        drafts = self.memory.drafts()
        if drafts:
            titles = ", ".join(draft.title for draft in drafts[:3])
            self.tell(f"Left unsaved: {titles}.", "It is there again when you open the form.")

    def _end_by(self, number: signal.Signals) -> None:
        """End because of a signal, with its exit code, in any case within a few seconds."""
        self.keep_drafts()
        code = 128 + number
        if not self.is_headless:
            # a terminal that is gone can hold up the last words to it for ever
            guard = threading.Timer(_PATIENCE_SECONDS, os._exit, (code,))
            guard.daemon = True
            guard.start()
        self.exit(return_code=code)

    def _handle_exception(self, error: Exception) -> None:
        self.keep_drafts()
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Write the fault down instead of showing it to the person, and end."""
        place = self.memory.folder / "fault.txt"
        text = "".join(traceback.format_exception(self._exception)) if self._exception else ""
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(place, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
                file.write(text)
            self.crash_report = place
        except OSError:
            self.crash_report = None
        self._close_messages_no_wait()


def _hold_cursor(inputs: Iterable[Input]) -> None:
    """Let cursors stand still."""
    for each in inputs:
        each.cursor_blink = False
