"""Quick entry: one line, what it means beneath while it is typed, written by enter.

The rule it keeps: what is shown is what is written, and what was typed is never lost. A refused line stays; a line
that is left, or a program that ends, leaves a draft, which the next quick entry brings back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from crm_tui.domain.quick import Choice, Meaning, Understood, perform, read, understand
from crm_tui.errors import CrmError
from crm_tui.screens.shell.base import DataMixin, bindings
from crm_tui.screens.shell.memory import Draft
from crm_tui.text import cell_width, clean
from crm_tui.widgets.entry.filter_bar import PlainText, Rule
from crm_tui.widgets.entry.line_input import LineInput
from crm_tui.widgets.lines import Ink, Line, Lines, Span, spread, wrap

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.quick import Made

DRAFT: Final = "quick"
_EXAMPLES: Final = (
    ("call Anna: wants the offer #hot -> friday send offer", "also email, meeting, message, note"),
    ("todo send contract for Anna friday 14:30 !high", "or +3d, every 2 weeks"),
    ("deal Website relaunch 4500 EUR Acme @Proposal", "close 2026-12-01"),
    ("person Jane Doe jane@example.com at Acme #vip", "+NAME in a log is somebody new"),
    ("win Website", ""),
    ("lose Website: too dear", ""),
)
_MOST_LINES: Final = 14
_AROUND: Final = 5  # the rule, the line, what is wrong, what to do, the keys
_SEPARATOR: Final = " · "


class QuickLine(LineInput):
    """Where the line is typed; up, down and tab belong to the choices."""

    def __init__(self) -> None:
        super().__init__(id="quick-line", placeholder="call Anna: wants the offer")


class Understanding(Lines, can_focus=False):
    """What was understood, in a sentence, what was not, and what may be chosen; examples while nothing is typed."""

    DEFAULT_CSS = """
    Understanding { height: auto; scrollbar-gutter: auto; }
    """

    def __init__(self) -> None:
        super().__init__(id="quick-meaning")

    class Clicked(Message):
        """A line was clicked; ``beneath`` is how many lines are under it."""

        def __init__(self, beneath: int) -> None:
            super().__init__()
            self.beneath = beneath

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As many lines as there are at this width."""
        return max(1, len(self._layout_lines(width)))

    def on_click(self, event: events.Click) -> None:
        """Say which line it was, reckoned from the last: the choices come last."""
        place = event.get_content_offset(self)
        if place is not None:
            event.stop()
            self.post_message(self.Clicked(len(self.lines) - 1 - self.scroll_offset.y - place.y))


class QuickScreen(DataMixin, ModalScreen[None]):
    """One line over any place; dismissed when it was written or left."""

    AUTO_FOCUS = "#quick-line"
    BINDINGS: ClassVar[list[BindingType]] = bindings("form")
    DEFAULT_CSS = """
    QuickScreen {
        align: left bottom;
        background: $background 40%;
        & > Vertical {
            width: 100%;
            height: auto;
            max-height: 100%;
            background: $surface;
        }
        & #quick-row { height: 1; padding: 0 1; }
        & #quick-sign { color: $text-accent; margin-right: 1; }
        & LineInput { width: 1fr; }
        & Lines { padding: 0 1; }
        & #quick-error { color: $text-error; width: 1fr; padding: 0 1; }
        & #quick-hint { color: $text-muted; width: 1fr; padding: 0 1; }
        & #quick-keys { color: $text-muted; width: 1fr; padding: 0 1; text-wrap: wrap; text-overflow: fold; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: Understood | None = None
        self._cursor = 0
        self._brought_back = ""
        self._saving = False
        self._gone = False  # answers that come later find nothing to show them on

    def compose(self) -> ComposeResult:
        """The line, what it means, what is wrong, the keys."""
        with Vertical():
            yield Rule()
            with Horizontal(id="quick-row"):
                yield PlainText(self.crm_app.keymap.shown("quick"), id="quick-sign")
                yield QuickLine()
            yield Understanding()
            yield PlainText(id="quick-error")
            yield PlainText(id="quick-hint")
            yield PlainText(id="quick-keys")

    def on_mount(self) -> None:
        """Bring back a line that was left."""
        draft = self.crm_app.memory.draft(DRAFT)
        if draft is not None and draft.texts.get("line"):
            self.line.value = self._brought_back = clean(draft.texts["line"])
            self.line.cursor_position = len(self.line.value)
        self.say("")
        self._understand()

    @property
    def line(self) -> QuickLine:
        """Where one types."""
        return self.query_one(QuickLine)

    @property
    def choices(self) -> tuple[Meaning | None, tuple[Choice, ...]]:
        """The first piece that leaves a choice, and what may be chosen for it."""
        for meaning in self._shown.meanings if self._shown is not None else ():
            if meaning.choices:
                return meaning, meaning.choices
        return None, ()

    def say(self, text: str, hint: str = "") -> None:
        """Say what is wrong, and what to do."""
        if self._gone:
            return
        for name, said in (("error", f"! {text}" if text else ""), ("hint", hint)):
            widget = self.query_one(f"#quick-{name}", PlainText)
            widget.text = said
            widget.display = bool(said)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a binding works now."""
        if action == "do" and parameters == ("editor",):
            return False
        if action == "do" and parameters == ("afresh",):
            return bool(self.line.value)
        return super().check_action(action, parameters)

    async def action_do(self, name: str) -> None:
        """Do an action by its name."""
        doer: Callable[[], None] = getattr(self, f"do_{name}")
        doer()

    def do_save(self) -> None:
        """Write the line, if all of it was understood."""
        if self._saving or not self.line.value.strip():
            return
        self._saving = True
        self.say("", "Writing…")
        shown = (
            self._shown if self._shown is not None and self._shown.reading.text == self.line.value else None
        )
        self.write(partial(_perform, self.line.value, shown), self._saved, self._refused)

    def do_leave(self) -> None:
        """Leave; what was typed is kept. While it is being written one waits for that."""
        if self._saving:
            return
        try:
            kept = self.keep_draft()
        except OSError as error:
            self.say(
                f"What you typed cannot be kept: {error.strerror}.", "Write it, or ctrl+q leaves without it."
            )
            return
        if kept:
            key = self.crm_app.keymap.shown("quick")
            self.crm_app.tell("Kept what you typed.", f"{key} brings it back.")
        self._gone = True
        self.dismiss(None)

    def do_afresh(self) -> None:
        """Forget what was typed."""
        self.crm_app.memory.drop_draft(DRAFT)
        self.line.value = ""
        self.say("")

    def keep_draft(self) -> bool:
        """Keep what was typed; says whether there was anything."""
        if self._gone or not self.is_mounted:
            return False
        text = self.line.value
        if not text.strip():
            self.crm_app.memory.drop_draft(DRAFT)
            return False
        self.crm_app.memory.keep_draft(Draft(DRAFT, "In a line", self.desk.clock.instant, {"line": text}))
        return True

    def _saved(self, _: Made) -> None:
        self._gone = True
        self.crm_app.memory.drop_draft(DRAFT)
        self.dismiss(None)

    def _refused(self, error: CrmError) -> None:
        self._saving = False
        self.say(self.briefly(error), error.hint)
        self._understand(keep_words=True)

    def _understand(self, *, keep_words: bool = False) -> None:
        """Read the line at once, and look up in a thread what its names mean."""
        clock = self.desk.clock
        reading = read(self.line.value, clock, self.desk.config.base_currency)
        self.read(
            lambda crm: understand(reading, crm, clock),
            partial(self._show, keep_words=keep_words),
            group="quick",
            empty=understand(reading, None, clock),
            otherwise=lambda error: self.say(error.message, error.hint),
        )

    def _show(self, understood: Understood, *, keep_words: bool = False) -> None:
        if self._gone or understood.reading.text != self.line.value:
            return
        same = self._shown is not None and self.choices[1]
        self._shown = understood
        _, choices = self.choices
        self._cursor = self._cursor if choices == same else 0
        if not keep_words:
            self.say(*self._words())
        self._draw()

    def _words(self) -> tuple[str, str]:
        """What is wrong, and what to do; what is only missing yet is no reproach."""
        understood = self._shown
        error = understood.error if understood is not None else None
        if understood is None or error is None:
            key = self.crm_app.keymap.shown("afresh")
            back = bool(self._brought_back) and self.line.value == self._brought_back
            return "", f"Brought back what you typed and did not write. {key} begins afresh." if back else ""
        wrong = [each for each in understood.meanings if each.error is not None]
        if all(each.piece == "problem" and each.start == each.end for each in wrong):
            return "", f"{error.message} {error.hint}"
        return error.message, error.hint

    def _draw(self) -> None:
        understood = self._shown
        page = self.query_one(Understanding)
        if understood is None or not understood.reading.text.strip():
            page.show(_examples)
        else:
            page.show(partial(_told, understood, self.choices[1], self._cursor))
        page.refresh(layout=True)
        self._show_keys()
        self.call_after_refresh(self._reveal)

    def _reveal(self) -> None:
        """Bring the choice under the cursor into view."""
        if self._gone:
            return
        page, count = self.query_one(Understanding), len(self.choices[1])
        if count:
            row = len(page.lines) - count + self._cursor
            page.scroll_to(y=max(0, row - page.size.height + 1), animate=False, force=True)

    def _show_keys(self) -> None:
        keymap = self.crm_app.keymap
        ready = self._shown is not None and self._shown.ready
        parts = ["enter write"] if ready else []
        parts += ["up down tab choose"] if self.choices[1] else []
        parts += [f"{keymap.shown('leave')} back"]
        self.query_one("#quick-keys", PlainText).text = "   ".join(parts)

    def _choose(self) -> None:
        meaning, choices = self.choices
        if meaning is None or self._shown is None or self._shown.reading.text != self.line.value:
            return
        text = self.line.value
        chosen = choices[self._cursor].text
        self.line.value = text[: meaning.start] + chosen + text[meaning.end :]
        self.line.cursor_position = len(self.line.value)

    def on_resize(self, event: events.Resize) -> None:
        """Leave room for what is wrong and the keys, however low the terminal is."""
        page = self.query_one(Understanding)
        page.styles.max_height = max(1, min(_MOST_LINES, event.size.height - _AROUND))
        self.call_after_refresh(self._reveal)

    @on(Understanding.Clicked)
    def _clicked(self, event: Understanding.Clicked) -> None:
        event.stop()
        _, choices = self.choices
        if 0 <= event.beneath < len(choices):
            self._cursor = len(choices) - 1 - event.beneath
            self._choose()
        self.line.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._understand()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.do_save()

    def on_key(self, event: events.Key) -> None:
        """Up and down go through the choices, tab takes one."""
        _, choices = self.choices
        if event.key in ("up", "down") and choices:
            self._cursor = (self._cursor + (1 if event.key == "down" else -1)) % len(choices)
            self._draw()
        elif event.key == "tab":
            self._choose()
        elif event.key not in ("up", "down", "shift+tab"):
            return
        event.stop()
        event.prevent_default()


def _perform(text: str, shown: Understood | None, crm: Crm) -> Made:
    """Write a line, in a worker thread: as it was shown, or as it is understood where typing was faster."""
    if shown is None:
        shown = understand(read(text, crm.clock, crm.config.base_currency), crm, crm.clock)
    return perform(crm, shown)


def _told(understood: Understood, choices: Sequence[Choice], cursor: int, width: int) -> list[Line]:
    """The meaning as a sentence, then the choices."""
    lines = _flow(
        [_spans(each) for each in understood.meanings if each.piece != "problem" or each.end > each.start],
        width,
    )
    for place, choice in enumerate(choices):
        mark = "> " if place == cursor else "  "
        ink: Ink = "accent" if place == cursor else "plain"
        lines.append(
            spread([(mark, "accent"), (clean(choice.name), ink)], [(clean(choice.aside), "dim")], width)
        )
    return lines


def _spans(meaning: Meaning) -> Span:
    if meaning.piece == "problem":
        return f"? {clean(meaning.words)}", "bad"
    if meaning.error is not None:
        return f"? {meaning.words}", "bad"
    return meaning.words, "dim" if meaning.start == meaning.end else "plain"


def _flow(pieces: Sequence[Span], width: int) -> list[Line]:
    """Pieces one after the other, broken between them where that is possible."""
    lines: list[list[Span]] = [[]]
    used = 0
    for text, ink in pieces:
        size = cell_width(text)
        if used and used + len(_SEPARATOR) + size > width:
            lines.append([])
            used = 0
        if used:
            lines[-1].append((_SEPARATOR, "dim"))
            used += len(_SEPARATOR)
        if size <= width:
            lines[-1].append((text, ink))
            used += size
            continue
        parts = wrap(text, width)
        lines[-1].append((parts[0], ink))
        lines += [[(part, ink)] for part in parts[1:]]
        used = cell_width(parts[-1])
    return [*lines]


def _examples(width: int) -> list[Line]:
    """What can be typed, while nothing is."""
    return [
        spread([(text, "dim")], [(aside, "dim")] if width > 70 else [], width) for text, aside in _EXAMPLES
    ]
