"""What every screen shares: its frame, its keys, and the way to the data and back.

The rule it keeps: data is read and written in worker threads, which post messages; only their handlers touch widgets.
A ``CrmError`` becomes a calm line; nothing that was typed is lost over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import get_current_worker

from crm_tui import actions
from crm_tui.actions import PLACES, Action
from crm_tui.errors import CrmError
from crm_tui.store.connection import told
from crm_tui.widgets.frame.footer import Key, KeyFooter, Mood
from crm_tui.widgets.frame.masthead import Masthead
from crm_tui.widgets.jump import Jumps, Target

if TYPE_CHECKING:
    from crm_tui.app import CrmApp
    from crm_tui.domain.crm import Crm
    from crm_tui.models import Operation
    from crm_tui.screens.shell.desk import Desk

    _Base = Widget
else:
    _Base = object

T = TypeVar("T")


class Answered(Message, bubble=False):
    """From a worker thread: what was read, and who takes it."""

    def __init__(self, then: Callable[[Any], None], value: Any) -> None:
        super().__init__()
        self.then = then
        self.value = value


class Written(Message, bubble=False):
    """From a worker thread: something was written, as an operation unless nothing differed."""

    def __init__(self, then: Callable[[Any], None], value: Any, operation: Operation | None) -> None:
        super().__init__()
        self.then = then
        self.value = value
        self.operation = operation


class Refused(Message, bubble=False):
    """From a worker thread: something could not be read or written."""

    def __init__(self, error: CrmError, otherwise: Callable[[CrmError], None]) -> None:
        super().__init__()
        self.error = error
        self.otherwise = otherwise


def bindings(scope: str) -> list[BindingType]:
    """The bindings of a scope, those apart that its list or form brings itself."""
    return [
        Binding(",".join(action.keys), f"do('{action.id}')", action.label, show=False, id=action.binding_id)
        for action in actions.of_scope(scope)
        if action.keys and not action.binding
    ]


class DataMixin(_Base):
    """The way to the data and back, for screens and dialogs alike."""

    @property
    def crm_app(self) -> CrmApp:
        """The program."""
        return cast("CrmApp", self.app)

    @property
    def desk(self) -> Desk:
        """The file."""
        return self.crm_app.desk

    def read(
        self,
        work: Callable[[Crm], T],
        then: Callable[[T], None],
        *,
        group: str,
        empty: T,
        otherwise: Callable[[CrmError], None] | None = None,
    ) -> None:
        """Read in a thread; a later question of the same group makes the earlier answer worthless.

        Args:
            work: What is read.
            then: Takes the answer, on the event loop.
            group: The kind of question.
            empty: The answer while there is no file yet.
            otherwise: Takes the error, on the event loop; it is told unless given.
        """

        def run() -> None:
            worker = get_current_worker()
            try:
                value = empty
                if self.desk.exists():
                    with told(self.desk.path):
                        value = work(self.desk.reading())
            except CrmError as error:
                if not worker.is_cancelled:
                    self.post_message(Refused(error, otherwise or self.refuse))
            else:
                if not worker.is_cancelled:
                    self.post_message(Answered(then, value))

        self.run_worker(run, thread=True, exclusive=True, group=group)

    def write(
        self,
        work: Callable[[Crm], T],
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[CrmError], None] | None = None,
    ) -> None:
        """Write in a thread as one operation, and say so."""

        def run() -> None:
            try:
                with told(self.desk.path):
                    crm = self.desk.writing()
                    crm.last_operation = None
                    value = work(crm)
            except CrmError as error:
                self.post_message(Refused(error, otherwise or self.refuse))
            else:
                self.post_message(Written(then or _nothing, value, crm.last_operation))

        self.run_worker(run, thread=True, group="write")

    def refuse(self, error: CrmError) -> None:
        """Say what could not be done."""
        self.crm_app.tell(self.briefly(error), error.hint, "bad")

    def briefly(self, error: CrmError) -> str:
        """What could not be done; the whole path of the file would leave no room for what is the matter."""
        return error.message.replace(str(self.desk.path), self.desk.path.name)

    def on_answered(self, event: Answered) -> None:
        """Hand an answer to whoever waits for it; one that comes when the screen goes is worth nothing."""
        if self.is_attached:
            event.then(event.value)

    def on_written(self, event: Written) -> None:
        """Say what was done, and hand the record to whoever waits for it."""
        self.crm_app.wrote(event.operation)
        event.then(event.value)

    def on_refused(self, event: Refused) -> None:
        """Say what could not be done."""
        event.otherwise(event.error)


def _nothing(_: object) -> None:
    """What is done with an answer nobody waits for."""


class BaseScreen(DataMixin, Screen[None]):
    """A place one can go to: the places above, the body, and the keys below.

    A subclass names its ``scope``, makes its ``body`` and reads in ``reload``; an action ``x`` is its method ``do_x``
    or the program's, and a condition ``c`` its method ``can_c``.
    """

    scope: ClassVar[str]
    CSS = """
    BaseScreen { layout: vertical; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._stale = True

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        yield Masthead([(place.name, place.title) for place in PLACES], self.scope)
        yield from self.body()
        yield KeyFooter()

    @property
    def heading(self) -> str:
        """What the screen is called."""
        return next((place.title for place in PLACES if place.name == self.scope), self.scope.capitalize())

    def body(self) -> ComposeResult:
        """What is between the first line and the last two."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read everything anew; the cursor, the scroll and the marks stay."""
        raise NotImplementedError

    @property
    def list_widget(self) -> Widget:
        """The list that the keys of moving belong to."""
        raise NotImplementedError

    @property
    def unfinished(self) -> str:
        """What is asked before the program is left because of something on its way here; mostly nothing."""
        return ""

    def preferred(self) -> tuple[str, ...]:
        """Actions that come first in the footer at this moment."""
        return ()

    def on_mount(self) -> None:
        """Become known to the program."""
        self.crm_app.places.add(self)
        self.show_day()

    def on_screen_resume(self) -> None:
        """Read what has changed while another screen was in front."""
        self.show_day()
        self.crm_app.came_to(self)
        self.show_last_word()
        if self._stale:
            self.freshen()

    def on_descendant_focus(self) -> None:
        """Show the keys that matter where the focus is now."""
        self.show_keys()

    def freshen(self) -> None:
        """Read anew now when this is in front, else when it comes there."""
        self._stale = self not in self.app.screen_stack
        if not self._stale:
            # after the paint, so that no thread holds it up
            self.call_after_refresh(self.reload)

    def show_day(self) -> None:
        """Show which day it is."""
        from crm_tui.dates import short_day

        today = self.desk.clock.today
        self.query_one(Masthead).day = short_day(today, today)

    def show_last_word(self) -> None:
        """Show what the program said last."""
        text, hint, mood = self.crm_app.last_word
        self.tell(text, hint, mood)

    def tell(self, text: str, hint: str, mood: Mood) -> None:
        """Show a line above the keys."""
        self.query_one(KeyFooter).tell(text, hint, mood)

    def show_keys(self) -> None:
        """Show the keys that matter here and now."""
        keymap = self.crm_app.keymap
        found = [
            Key(keymap.shown(action.id), action.label, action.id)
            for action in self._footer_actions()
            if keymap.shown(action.id)
        ]
        help_key = Key(keymap.shown("help"), actions.BY_ID["help"].label, "help")
        self.query_one(KeyFooter).show_keys([*found[:7], help_key])
        self.refresh_bindings()

    def _footer_actions(self) -> list[Action]:
        first = self.preferred()
        chosen = [action for action in self.possible() if action.rank or action.id in first]
        return sorted(
            chosen,
            key=lambda action: first.index(action.id) - len(first) if action.id in first else action.rank,
        )

    def possible(self) -> Iterator[Action]:
        """The actions that are possible here and now."""
        return (action for action in actions.of_scope(self.scope) if self.is_possible(action))

    def is_possible(self, action: Action) -> bool:
        """Whether an action is possible now; the one judge of that."""
        if not action.condition:
            return True
        return bool(getattr(self, f"can_{action.condition}")())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a binding works now."""
        if action == "do" and parameters:
            return self.is_possible(actions.BY_ID[str(parameters[0])])
        return super().check_action(action, parameters)

    async def action_do(self, name: str) -> None:
        """Do an action by its name."""
        action = actions.BY_ID[name]
        if action.binding:
            verb = _LIST_VERBS[name]
            self.list_widget.focus()
            await self.list_widget.run_action(verb)
            return
        method = f"do_{name.replace('-', '_')}"
        doer: Callable[[], None] = getattr(self, method, None) or getattr(self.crm_app, method)
        doer()

    def can_list(self) -> bool:
        """Whether there is a row under the cursor."""
        return False

    def can_filter(self) -> bool:
        """Whether what is shown can be narrowed."""
        return True

    def can_back(self) -> bool:
        """Whether there is something to leave."""
        return False

    def jump_targets(self) -> list[Target]:
        """What jump mode puts letters beside: the rows in front, then the places."""
        widgets = (self.list_widget, self.query_one(Masthead))
        return [target for widget in widgets if isinstance(widget, Jumps) for target in widget.jump_targets()]

    def do_jump(self) -> None:
        """Jump to a row or a place by the letters beside it."""
        from crm_tui.screens.shell.jump import JumpScreen

        self.app.push_screen(JumpScreen(self.jump_targets()))

    def do_back(self) -> None:
        """Back to the place one came from; most screens have something nearer to leave first."""
        self.crm_app.go_to(self.crm_app.came_from)

    def do_reload(self) -> None:
        """Read everything anew."""
        self.crm_app.tell("")
        self.reload()

    @on(KeyFooter.Pressed)
    async def _footer_pressed(self, event: KeyFooter.Pressed) -> None:
        event.stop()
        action = actions.BY_ID[event.action]
        if self.is_possible(action):
            await self.action_do(event.action)

    @on(Masthead.Chosen)
    def _place_chosen(self, event: Masthead.Chosen) -> None:
        event.stop()
        self.crm_app.go_to(event.place)


_LIST_VERBS = {
    "open": "open",
    "mark": "mark",
    "up": "move(-1)",
    "down": "move(1)",
    "page-up": "page(-1)",
    "page-down": "page(1)",
    "half-up": "page(-0.5)",
    "half-down": "page(0.5)",
    "first": "first",
    "last": "last",
}
