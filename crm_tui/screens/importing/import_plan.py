"""What a dry run found, by kind: rows for the table, and one row whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from crm_tui.domain.loading.drafts import Outcome, Tally, Verdict
from crm_tui.interchange.plan import Plan
from crm_tui.screens.forms.dialogs import Dialog
from crm_tui.text import cell_width
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.lines import Ink, Line, Lines, wrap
from crm_tui.widgets.tables.record_table import RecordTable
from crm_tui.widgets.tables.rows import RowView, Tone
from crm_tui.widgets.tables.table_lines import TableColumn


def columns(place: str) -> tuple[TableColumn, ...]:
    """The columns of a plan, the first titled as what is counted: line, item, message."""
    return (
        TableColumn("line", place.capitalize(), 7, align="right", tone="dim"),
        TableColumn("name", "Name", 14, flex=2),
        TableColumn("field", "Field", 12, flex=1, drop=1),
        TableColumn("what", "What", 16, flex=5),
    )


COLUMNS: Final = columns("line")
SIGNS: Final[dict[Verdict, tuple[str, Tone]]] = {
    Verdict.NEW: ("+", "good"),
    Verdict.CHANGED: ("~", "accent"),
    Verdict.SAME: ("=", "dim"),
    Verdict.SKIPPED: ("-", "dim"),
    Verdict.REJECTED: ("x", "bad"),
}
_ONE_LINE: Final = 400  # characters of a value that a table can show


def count_of(tally: Tally, verdict: Verdict | None) -> int:
    """How many rows came to a verdict, or how many there are."""
    return {
        None: tally.rows, Verdict.NEW: tally.created, Verdict.CHANGED: tally.updated, Verdict.SAME: tally.unchanged,
        Verdict.SKIPPED: tally.skipped, Verdict.REJECTED: tally.rejected,
    }[verdict]  # fmt: skip


def kinds_of(tally: Tally) -> list[Verdict | None]:
    """What can be shown: everything, and each verdict; skipped only where there are such rows."""
    return [None, *(each for each in Verdict if each is not Verdict.SKIPPED or tally.skipped)]


class PlanRows:
    """The rows of a plan that came to a verdict, or all of them."""

    def __init__(self, plan: Plan, verdict: Verdict | None) -> None:
        self._plan = plan
        self._verdict = verdict
        self._places: tuple[Sequence[int], Sequence[int]] | None = None

    def count(self) -> int:
        """How many there are."""
        return len(self._found()[0])

    def page(self, offset: int, limit: int) -> Sequence[RowView]:
        """Some of them."""
        numbers, which = self._found()
        until = min(offset + limit, len(numbers))
        return [
            row_view(place, self._plan.outcome(numbers[place]), which[place])
            for place in range(offset, until)
        ]

    def outcome(self, key: int) -> Outcome:
        """The row that a key stands for."""
        return self._plan.outcome(self._found()[0][key])

    def _found(self) -> tuple[Sequence[int], Sequence[int]]:
        if self._places is None:
            self._places = self._plan.places(self._verdict)
        return self._places


def row_view(key: int, outcome: Outcome, which: int = 0) -> RowView:
    """A step of a row as one line."""
    sign, tone = SIGNS[outcome.verdict]
    field, what, color = "", "", "plain"
    if outcome.verdict is Verdict.REJECTED:
        field, what, color = outcome.column, outcome.reason, "bad"
    elif outcome.changes:
        change = outcome.changes[which]
        field, what = change.field, f"{_short(change.old) or '(nothing)'} → {_short(change.new)}"
    else:
        what = outcome.verdict.value
    name = outcome.name if not which else ""
    tones: tuple[Tone, ...] = ("dim", "plain", "dim", "bad" if color == "bad" else "plain")
    return RowView(key, (f"{outcome.line:,}", name, field, what), sign, tone, tones)


def _short(text: str) -> str:
    return " ".join(text[:_ONE_LINE].split())


def said_lines(said: Sequence[str], held: str, width: int) -> list[Line]:
    """What is said of a dry run: what the file holds and how it is read, what comes next, and the notices."""
    texts: list[tuple[str, Ink]] = [(held, "plain")] if held else []
    texts += [(text, "dim") for text in said]
    return [[(line, ink)] for text, ink in texts for line in wrap(text, width)]


class Said(Lines):
    """What is said of a dry run: as high as its lines, up to a third of the room."""

    DEFAULT_CSS = """
    Said { height: auto; max-height: 30%; padding: 0 1; scrollbar-size-horizontal: 0; }
    """

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are at that width."""
        return len(self._layout_lines(max(1, width - self.scrollbar_size_vertical)))


class PlanTable(RecordTable):
    """The rows of a dry run, of which none can be marked."""

    def action_mark(self) -> None:
        """Go on to the next: there is nothing to do with marked rows."""
        self.action_move(1)


class KindTabs(Widget, can_focus=False):
    """How many rows came to what, the shown ones marked."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KindTabs { height: 1; width: 1fr; }
    """

    class Chosen(Message):
        """Another kind was clicked."""

        def __init__(self, verdict: Verdict | None) -> None:
            super().__init__()
            self.verdict = verdict

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (the name Textual gives it)
        super().__init__(id=id)
        self._tally = Tally()
        self._here: Verdict | None = None

    @property
    def here(self) -> Verdict | None:
        """The kind that is shown."""
        return self._here

    def show(self, tally: Tally, here: Verdict | None) -> None:
        """Show the counts."""
        self._tally, self._here = tally, here
        self.refresh()

    def render(self) -> Content:
        """The kinds that fit, the present one always."""
        parts: list[tuple[str, str]] = []
        for verdict, text in self._shown():
            parts.append((text, "bold $text-accent" if verdict is self._here else "$text-muted"))
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Say which was clicked."""
        at = 0
        for verdict, text in self._shown():
            if at <= event.x < at + cell_width(text):
                self.post_message(self.Chosen(verdict))
                return
            at += cell_width(text)

    def _shown(self) -> list[tuple[Verdict | None, str]]:
        every = []
        for verdict in kinds_of(self._tally):
            word = "all" if verdict is None else verdict.value
            sign = " " if verdict is None else SIGNS[verdict][0]
            text = f"{sign} {word} {count_of(self._tally, verdict):,}"
            # the brackets say without colour which one it is
            every.append((verdict, f" [{text.strip()}] " if verdict is self._here else f"  {text.strip()}  "))
        room = self.size.width
        while len(every) > 1 and sum(len(text) for _, text in every) > room:
            every.remove(next(each for each in reversed(every) if each[0] is not self._here))
        return every


class RowDialog(Dialog[None]):
    """One row of a dry run, whole.

    Args:
        outcome: What would become of it.
        place: What is counted: line, item, message.
    """

    DEFAULT_CSS = """
    RowDialog {
        & > Vertical { width: 90%; height: 16; }
        & Lines { height: 1fr; }
    }
    """

    def __init__(self, outcome: Outcome, place: str) -> None:
        super().__init__()
        self._outcome = outcome
        self._place = place

    def compose(self) -> ComposeResult:
        """Heading, lines, the way out."""
        sign, _ = SIGNS[self._outcome.verdict]
        with Vertical():
            title = f"{sign} {self._place} {self._outcome.line:,}, {self._outcome.verdict.value}"
            yield PlainText(title).add_class("dialog-title")
            yield Lines(id="row")
            yield PlainText("escape back   up, down scroll").add_class("dialog-keys")

    def on_mount(self) -> None:
        """Show the row."""
        lines = self.query_one(Lines)
        lines.show(lambda width: whole(self._outcome, width))
        lines.focus()


def whole(outcome: Outcome, width: int) -> list[Line]:
    """A row with its whole texts."""
    found: list[Line] = [[(line, "strong")] for line in wrap(outcome.name, width)] if outcome.name else []
    parts: list[tuple[str, str, Ink]] = []
    if outcome.reason:
        parts += [("column", outcome.column, "plain"), ("reason", outcome.reason, "bad")]
    for change in outcome.changes:
        parts += [(f"{change.field} was", change.old or "(nothing)", "dim"), ("becomes", change.new, "good")]
    for label, text, ink in parts:
        if text:
            found += [[], [(label, "title")], *([(line, ink)] for line in wrap(text, width))]
    return found
