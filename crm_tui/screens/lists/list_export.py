"""Writing what a list shows to a file, in the formats of ``crm export`` and by the same writers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input
from textual.worker import get_current_worker

from crm_tui.errors import CrmError, UsageError
from crm_tui.screens.forms.dialogs import Dialog
from crm_tui.text import cell_width, clean
from crm_tui.widgets.entry.choice_line import ChoiceLine
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.entry.line_input import LineInput

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.paging import Pager
    from crm_tui.screens.lists.rows import ListKind

FORMATS: Final = ("csv", "json", "jsonl")
_ROOM: Final = 60  # cells of a path before the dialog has a width


class StoppedError(CrmError):
    """The program ends, or another export was asked for."""

    exit_code: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Target:
    """Where to and as what.

    Attributes:
        path: as typed.
        form: csv, json or jsonl.
        problem: why it could not be written there, for the question put again.
    """

    path: str
    form: str = FORMATS[0]
    problem: str = ""

    def file(self) -> Path:
        """The file: the path, with the ending of the format if it has none.

        Raises:
            UsageError: nothing is typed, or the ending is that of another format.
        """
        if not self.path.strip():
            raise UsageError("There is no file name.", "Type where the export shall be written.")
        path = Path(self.path.strip()).expanduser().absolute()
        ending = path.suffix.lower().removeprefix(".")
        if ending in FORMATS and ending != self.form:
            raise UsageError(
                f"{path.name} does not go with {self.form}.", f"Choose {ending}, or another ending."
            )
        return path if ending in FORMATS else path.with_name(f"{path.name}.{self.form}")


def write(
    crm: Crm, kind: ListKind, pager: Pager, condition: str, sort: str, target: Target, *, over: bool
) -> tuple[int, Path]:
    """Write what a list shows; returns how many records there were, and the file.

    Args:
        crm: The root object, of a worker thread.
        kind: What the list is of.
        pager: Its pager.
        condition: Its filter.
        sort: Its order.
        target: Where to.
        over: Whether a file that is there may be replaced.

    Raises:
        ConflictError: there is such a file.
        DatabaseError: it cannot be written.
        StoppedError: nobody wants it any more.
    """
    from crm_tui.interchange import csv_out, json_out
    from crm_tui.interchange.saving import saved

    path = target.file()
    columns = csv_out.columns_of(crm, kind.table, nested=target.form != "csv")
    writer = {"csv": csv_out.write, "json": json_out.write, "jsonl": json_out.write_lines}[target.form]
    with saved(path, replace=over) as file:
        return writer(_wanted(_records(crm, kind, pager, condition, sort)), columns, file), path


def _records(crm: Crm, kind: ListKind, pager: Pager, condition: str, sort: str) -> Iterable[Any]:
    from crm_tui.domain.paging import FoundPager

    if isinstance(pager, FoundPager):
        found: Sequence[int] = pager.page(crm, 0, pager.count(crm))
        if not pager.more():
            return kind.views(crm, found)
    rows: Iterable[Any] = getattr(crm, kind.table).iterate(condition, sort=sort)
    return rows


def _wanted(rows: Iterable[Any]) -> Iterator[Any]:
    """The rows, as long as anybody waits for them."""
    worker = get_current_worker()
    for row in rows:
        if worker.is_cancelled:
            raise StoppedError("The export was stopped.", "Nothing was written.")
        yield row


def place(path: Path, room: int) -> str:
    """A path in at most ``room`` cells: the home folder as ``~``, the beginning of a long one left out."""
    home = Path.home()
    text = clean(f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path))
    while cell_width(text) > room:
        text = f"…{text[2:]}"
    return text


class ExportDialog(Dialog[Target]):
    """Asks where to and in which format.

    Args:
        what: What is exported, in words.
        target: What stands in the fields at first.
    """

    DEFAULT_CSS = """
    ExportDialog {
        & > Vertical { width: 78; }
        & Horizontal { height: 1; }
        & Horizontal > PlainText { width: 9; color: $text-muted; }
        & LineInput { width: 1fr; }
        & LineInput:focus { background: $panel 60%; }
        & #export-error {
            color: $text-error; margin-top: 1; height: auto; min-height: 1;
            text-wrap: wrap; text-overflow: fold;
        }
        & #export-place { color: $text-muted; }
    }
    """

    def __init__(self, what: str, target: Target) -> None:
        super().__init__()
        self._what = what
        self._target = target

    def compose(self) -> ComposeResult:
        """The question, the path, the format, where that is, what is wrong."""
        with Vertical():
            yield PlainText(f"Export {self._what}").add_class("dialog-title")
            with Horizontal():
                yield PlainText("file")
                yield LineInput(self._target.path, select_on_focus=not self._target.problem, id="export-path")
            with Horizontal():
                yield PlainText("format")
                yield ChoiceLine(list(FORMATS), self._target.form, id="export-form")
            yield PlainText(id="export-place")
            yield PlainText(self._target.problem and f"! {self._target.problem}", id="export-error")
            yield PlainText("enter export   tab next   escape back").add_class("dialog-keys")

    def on_mount(self) -> None:
        """Say where it will be."""
        self._tell()

    @property
    def target(self) -> Target:
        """What is typed and chosen."""
        path, form = self.query_one(LineInput).value, self.query_one(ChoiceLine).value
        return replace(self._target, path=path, form=form, problem="")

    def _tell(self) -> None:
        try:
            text = place(self.target.file(), max(10, self.query_one("#export-place").size.width or _ROOM))
        except UsageError:
            text = ""
        self.query_one("#export-place", PlainText).text = text

    @on(Input.Changed)
    @on(ChoiceLine.Changed)
    def _changed(self) -> None:
        if self.target != replace(self._target, problem=""):
            self.query_one("#export-error", PlainText).text = ""
        self._tell()

    def on_key(self, event: events.Key) -> None:
        """Enter exports; up and down go from field to field."""
        if event.key == "enter":
            event.stop()
            self._answer()
        elif event.key in ("up", "down"):
            event.stop()
            self.focus_next() if event.key == "down" else self.focus_previous()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._answer()

    def _answer(self) -> None:
        target = self.target
        try:
            target.file()
        except UsageError as error:
            self.query_one("#export-error", PlainText).text = f"! {error.message} {error.hint}"
            return
        self.dismiss(target)
