"""Lines of plain text in a few inks, for cards, timelines, help and grouped lists.

The rule it keeps: what is drawn here is text and nothing else. Every piece passes ``clean`` on its way into a segment,
so it can be neither markup nor an escape code, whoever typed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Final, Literal, get_args

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from crm_tui.text import clean, clean_lines, cut
from crm_tui.widgets.scrolled import Scrolled

Ink = Literal["plain", "dim", "accent", "good", "soon", "bad", "strong", "title"]
"""What a piece of text means: strong is a name, title a heading; the others are those of a table's cells."""
Span = tuple[str, Ink]
Line = Sequence[Span]
Layout = Callable[[int], Sequence[Line]]
"""The lines for a width in cells."""
INKS: Final[tuple[Ink, ...]] = get_args(Ink)
_LONGEST: Final = 20_000  # characters of one text that are ever laid out


class Inked(Scrolled):
    """A scrolling widget whose lines are drawn in the inks of the theme."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"ink--{ink}" for ink in INKS), "ink--cursor", "ink--mark"}
    DEFAULT_CSS = """
    Inked {
        width: 1fr;
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        & > .ink--dim { color: $text-muted; }
        & > .ink--accent { color: $text-accent; }
        & > .ink--good { color: $text-success; }
        & > .ink--soon { color: $text-warning; }
        & > .ink--bad { color: $text-error; }
        & > .ink--strong { text-style: bold; }
        & > .ink--title { color: $text-muted; text-style: bold; }
        & > .ink--mark { color: $text-accent; text-style: bold; }
        & > .ink--cursor {
            color: $block-cursor-blurred-foreground;
            background: $block-cursor-blurred-background;
            text-style: $block-cursor-blurred-text-style;
        }
        &:focus > .ink--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: $block-cursor-text-style;
        }
        &:focus:nocolor > .ink--cursor { text-style: reverse; }
    }
    """
    _inks: dict[str, Style] | None = None

    @property
    def room(self) -> int:
        """The cells of a line."""
        return max(0, self.size.width - self.scrollbar_size_vertical)

    def ink(self, name: str) -> Style:
        """The style of an ink, of the cursor or of a mark, in the theme of this moment."""
        if self._inks is None:
            self._inks = {"plain": self.rich_style}
        if name not in self._inks:
            self._inks[name] = self.get_component_rich_style(f"ink--{name}")
        return self._inks[name]

    def notify_style_update(self) -> None:
        """Take the styles anew: the theme, the focus or the style sheet has changed."""
        super().notify_style_update()
        self._inks = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of a region. What stands behind them is looked at once: it is worked out anew each time."""
        base = self.rich_style
        if self._inks is not None and self._inks["plain"] != base:
            self._inks = None
        return super().render_lines(crop)

    def strip(self, line: Line, style: Style | None = None) -> Strip:
        """One line of the screen; in one style throughout when given."""
        segments = [Segment(clean(text), style or self.ink(ink)) for text, ink in line if text]
        return Strip(segments).adjust_cell_length(self.size.width, style or self.ink("plain"))


class Lines(Inked, can_focus=True):
    """A page of lines that can be scrolled.

    Args:
        id: The id of the widget.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", show=False, id="table.up"),
        Binding("down,j", "scroll_down", "Down", show=False, id="table.down"),
        Binding("pageup", "page_up", "Page up", show=False, id="table.page_up"),
        Binding("pagedown", "page_down", "Page down", show=False, id="table.page_down"),
        Binding("home", "scroll_home", "First", show=False, id="table.first"),
        Binding("end", "scroll_end", "Last", show=False, id="table.last"),
    ]

    class ReachedEnd(Message):
        """The last line has come into view."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (the name Textual gives it)
        super().__init__(id=id)
        self._layout_lines: Layout = lambda _: ()
        self._laid: tuple[int, Sequence[Line]] | None = None

    def show(self, layout: Layout, *, keep: bool = False) -> None:
        """Show other lines, from the top unless ``keep``."""
        self._layout_lines = layout
        self._laid = None
        self._fit()
        if not keep:
            self.scroll_to(y=0, animate=False, force=True)
        self.refresh()

    @property
    def lines(self) -> Sequence[Line]:
        """What is shown at the width of this moment."""
        width = self.room
        if self._laid is None or self._laid[0] != width:
            self._laid = width, self._layout_lines(width) if width else ()
        return self._laid[1]

    def on_resize(self) -> None:
        """Lay the lines out for the new width."""
        self._fit()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say when the end is reached."""
        super().watch_scroll_y(old_value, new_value)
        if new_value > old_value and new_value >= self.max_scroll_y - 1:
            self.post_message(self.ReachedEnd())

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        index = self.scroll_offset.y + y
        return self.strip(self.lines[index] if index < len(self.lines) else ())

    def action_scroll_up(self) -> None:
        """One line up, at once."""
        self.scroll_relative(y=-1, animate=False)

    def action_scroll_down(self) -> None:
        """One line down, at once."""
        self.scroll_relative(y=1, animate=False)

    def action_page_up(self) -> None:
        """A screen up, at once."""
        self.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        """A screen down, at once."""
        self.scroll_page_down(animate=False)

    def action_scroll_home(self) -> None:
        """To the first line, at once."""
        self.scroll_home(animate=False)

    def action_scroll_end(self) -> None:
        """To the last line, at once."""
        self.scroll_end(animate=False)

    def _fit(self) -> None:
        self.set_height(len(self.lines))


def in_ink(texts: Iterable[str], ink: Ink) -> list[Line]:
    """A line for each text, all in one ink."""
    return [[(text, ink)] for text in texts]


def spread(left: Iterable[Span], right: Iterable[Span], width: int) -> Line:
    """One line with something at its right end, for which the left gives way."""
    ends = [(clean(text), ink) for text, ink in right if text]
    room = width - sum(cell_len(text) for text, _ in ends)
    spans: list[Span] = []
    left_room = room - (1 if ends else 0)
    for text, ink in left:
        shown = cut(clean(text), max(0, left_room))
        left_room -= cell_len(shown)
        spans.append((shown, ink))
    gap = room - sum(cell_len(text) for text, _ in spans)
    return [*spans, (" " * max(0, gap), "plain"), *ends]


def wrap(text: str, width: int, most: int | None = None) -> list[str]:
    """A text in lines of at most ``width`` cells, broken between words; a cut is shown by ``…``."""
    found: list[str] = []
    for paragraph in clean_lines(text[:_LONGEST]):
        found += _wrapped(paragraph, max(1, width))
        if most is not None and len(found) > most:
            return [*found[: most - 1], cut(f"{found[most - 1]} …", width) if most else ""]
    return found


def _wrapped(paragraph: str, width: int) -> list[str]:
    lines = [""]
    for word in paragraph.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(longer) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        rest = word
        while cell_len(rest) > width:
            head = _head(rest, width)
            lines[-1] = head
            lines.append("")
            rest = rest[len(head) :]
        lines[-1] = rest
    return lines


def _head(word: str, width: int) -> str:
    """The beginning of a word that fits, one character at least."""
    shown = cut(word, width + 1)
    head = shown[:-1] if shown.endswith("…") and not word.startswith(shown) else shown
    while len(head) > 1 and cell_len(head) > width:
        head = head[:-1]
    return head or word[:1]
