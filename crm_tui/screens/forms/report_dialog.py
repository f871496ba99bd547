"""Something to read, and what to do about it: a page of lines above a few answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size

from crm_tui.screens.forms.dialogs import AnswerList, Dialog, Option
from crm_tui.screens.shell.base import bindings
from crm_tui.text import pad
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.lines import Ink, Layout, Line, Lines, wrap

T = TypeVar("T")
_WIDTH: Final = 100
_TITLE: Final = 4  # lines of a title at most


FRAME: Final = 2
"""The lines of the border of a dialog."""
_FEWEST: Final = 3


class Page(Lines):
    """Lines as high as they are many, as far as there is room."""

    DEFAULT_CSS = """
    Page { height: auto; min-height: 1; scrollbar-size-horizontal: 0; }
    """

    def leave_room(self, lines: int) -> None:
        """Be no higher than the screen without so many lines, which the rest of the dialog needs."""
        self.styles.max_height = max(_FEWEST, self.screen.size.height - lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """All of them."""
        return len(self._layout_lines(max(1, width - self.scrollbar_size_vertical)))


class ReportDialog(Dialog[T]):
    """Shows lines and asks what to do; the lines scroll while the cursor stays on the answers.

    Args:
        title: What it is about.
        layout: The lines.
        options: The answers, the one that changes nothing first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("dialog"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False),
        Binding("pagedown,ctrl+d", "page(1)", "Page down", show=False),
        Binding("home", "end(False)", "First", show=False),
        Binding("end", "end(True)", "Last", show=False),
    ]
    DEFAULT_CSS = """
    ReportDialog > Vertical { width: 100; }
    ReportDialog .dialog-keys { height: 1; }
    ReportDialog AnswerList { margin-top: 1; }
    """
    AUTO_FOCUS = "AnswerList"

    def __init__(self, title: str, layout: Layout, options: Sequence[Option[T]]) -> None:
        super().__init__()
        self._title = title
        self._layout_lines = layout
        self._options = options

    def compose(self) -> ComposeResult:
        """The title, the lines, the answers, the keys."""
        with Vertical():
            yield PlainText(self._title).add_class("dialog-title")
            yield Page()
            yield AnswerList(self._options)
            yield PlainText("enter choose   pageup pagedown scroll   escape back").add_class("dialog-keys")

    def on_mount(self) -> None:
        """Show the lines."""
        self._page.show(self._layout_lines)

    def on_resize(self, event: events.Resize) -> None:
        """The answers are in sight, however long the page is."""
        title = wrap(self._title, max(1, min(event.size.width, _WIDTH) - 2 * FRAME), _TITLE)
        # an empty line behind the title, around the answers and before the keys
        self._page.leave_room(FRAME + len(title) + len(self._options) + 5)

    @property
    def _page(self) -> Page:
        return self.query_one(Page)

    def action_page(self, step: int) -> None:
        """A screen of lines up or down."""
        if step < 0:
            self._page.action_page_up()
        else:
            self._page.action_page_down()

    def action_end(self, last: bool) -> None:
        """To the first or the last line."""
        if last:
            self._page.action_scroll_end()
        else:
            self._page.action_scroll_home()

    def on_answer_list_chosen(self, event: AnswerList.Chosen) -> None:
        """Answer."""
        event.stop()
        self.dismiss(self._options[event.index].value)


def wrapped(texts: Sequence[tuple[str, Ink]]) -> Layout:
    """Texts as a page: each wrapped, what follows its first line as far in as that begins."""

    def layout(width: int) -> list[Line]:
        found: list[Line] = []
        for text, ink in texts:
            inner = text.lstrip(" ")
            start = pad("", len(text) - len(inner))
            found += [[(start + line, ink)] for line in wrap(inner, max(1, width - len(start)))]
        return found

    return layout
