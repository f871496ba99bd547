"""Small questions: yes or no, and one of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.screen import ModalScreen
from textual.strip import Strip

from crm_tui.screens.shell.base import DataMixin, bindings
from crm_tui.text import cell_width, clean
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.lines import Inked, Line, Span, spread, wrap

T = TypeVar("T")
_WIDTH: Final = 60
_SIDES: Final = 4  # cells of the border and the space within it
_TITLE: Final = 4  # lines of a title at most
_KEYS: Final = 3  # the line of the keys and the empty ones before it
_LOW: Final = 12


class Dialog(DataMixin, ModalScreen[T]):
    """Something asked in the middle of the screen; escape answers nothing."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("dialog")
    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 40%;
        & > Vertical {
            width: 60;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            padding: 0 1;
            background: $surface;
            border: round $border;
        }
        & .dialog-title {
            text-style: bold; margin-bottom: 1; height: auto; max-height: 4;
            text-wrap: wrap; text-overflow: fold;
        }
        & .dialog-keys { color: $text-muted; margin-top: 1; text-wrap: wrap; text-overflow: fold; }
        & PlainText { width: 1fr; }
    }
    """

    async def action_do(self, name: str) -> None:
        """Do an action by its name."""
        doer: Callable[[], None] = getattr(self, f"do_{name}")
        doer()

    def do_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


@dataclass(frozen=True, slots=True)
class Option(Generic[T]):
    """One of several answers: a letter that chooses it at once, what it says, and what it means."""

    key: str
    text: str
    value: T
    aside: str = ""


class AnswerList(Inked, can_focus=True):
    """The answers, one line each.

    Not named OptionList: the style of Textual's widget of that name would apply to this one too.
    """

    DEFAULT_CSS = """
    AnswerList { height: auto; max-height: 60vh; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    class Chosen(Message):
        """One was chosen."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, options: Sequence[Option[T]]) -> None:
        super().__init__()
        self._options = options
        self._cursor = 0
        self.virtual_size = Size(0, len(options))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line an answer."""
        return len(self._options)

    def render_line(self, y: int) -> Strip:
        """Draw one answer."""
        index = self.scroll_offset.y + y
        if index >= len(self._options):
            return self.strip(())
        option = self._options[index]
        cursor = index == self._cursor
        left: list[Span] = [
            ("> " if cursor else "  ", "plain"),
            (option.key.ljust(2), "accent"),
            (option.text, "plain"),
        ]
        line: Line = spread(left, [(option.aside, "dim")], self.room)
        return self.strip(line, self.ink("cursor") if cursor else None)

    def action_move(self, step: int) -> None:
        """Move the cursor, round at the ends."""
        self._cursor = (self._cursor + step) % len(self._options)
        if not self.scroll_offset.y <= self._cursor < self.scroll_offset.y + self.size.height:
            self.scroll_to(y=self._cursor, animate=False, force=True)
        self.refresh()

    def action_choose(self) -> None:
        """Choose what is under the cursor."""
        self.post_message(self.Chosen(self._cursor))

    def on_key(self, event: events.Key) -> None:
        """A letter chooses its answer at once."""
        for index, option in enumerate(self._options):
            if event.character and event.character == option.key:
                event.stop()
                self.post_message(self.Chosen(index))
                return

    def on_click(self, event: events.Click) -> None:
        """A click chooses."""
        index = self.scroll_offset.y + event.y
        if index < len(self._options):
            self.post_message(self.Chosen(index))


class Choose(Dialog[T]):
    """Which of several?

    Args:
        title: The question.
        options: The answers.
    """

    def __init__(self, title: str, options: Sequence[Option[T]]) -> None:
        super().__init__()
        self._title = title
        self._options = options

    def compose(self) -> ComposeResult:
        """The question and the answers."""
        with Vertical():
            yield PlainText(self._title).add_class("dialog-title")
            yield AnswerList(self._options)
            yield PlainText("enter choose   escape back").add_class("dialog-keys")

    def on_resize(self, event: events.Resize) -> None:
        """As many answers are in sight as there is room for; where it is very low the keys give way to them."""
        width, height = event.size
        title = wrap(self._title, max(1, min(width, _WIDTH) - _SIDES), _TITLE)
        keys = _KEYS if height > _LOW else 0
        # the border, and the empty line behind the title
        self.query_one(AnswerList).styles.max_height = max(1, height - 3 - len(title) - keys)

    def on_answer_list_chosen(self, event: AnswerList.Chosen) -> None:
        """Answer."""
        event.stop()
        self.dismiss(self._options[event.index].value)


def confirm(question: str, yes: str) -> Choose[bool]:
    """A dialog that asks whether to do something; the answer that changes nothing comes first."""
    return Choose(question, (Option("n", "No, leave it", value=False), Option("y", yes, value=True)))


def lettered(texts: Sequence[tuple[str, T, str]]) -> list[Option[T]]:
    """Options with a letter each, from (text, value, aside)."""
    letters = "123456789abcdefghijklmnopqrstuvwxyz"
    return [
        Option(letters[place] if place < len(letters) else "", clean(text), value, clean(aside))
        for place, (text, value, aside) in enumerate(texts)
    ]


def widest(texts: Sequence[str]) -> int:
    """The cells of the widest text."""
    return max((cell_width(clean(text)) for text in texts), default=0)
