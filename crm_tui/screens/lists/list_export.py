"""Where to and as what: the dialog that asks for a file, for whatever is written or read by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from crm_tui.errors import CrmError, UsageError
from crm_tui.screens.forms.dialogs import Dialog
from crm_tui.text import cell_width, clean
from crm_tui.widgets.entry.choice_line import ChoiceLine
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.entry.line_input import LineInput

FORMATS: Final = ("csv", "json", "jsonl")
_ROOM: Final = 60  # cells of a path before the dialog has a width
_ONE_EACH: Final = "/, one file each"


class StoppedError(CrmError):
    """The program ends, or another export was asked for."""

    exit_code: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Target:
    """Where to and as what.

    Attributes:
        path: as typed.
        form: one of the formats.
        problem: why it could not be written there, for the question put again.
        formats: those there are; without any the path is the file as it is typed.
        endings: how the files of a format end, where not as it is called.
        folders: the formats that can have one file a record: in a folder, when the path ends in ``/``.
    """

    path: str
    form: str = FORMATS[0]
    problem: str = ""
    formats: tuple[str, ...] = FORMATS
    endings: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()

    @property
    def is_folder(self) -> bool:
        """Whether a folder is to be filled."""
        return self.form in self.folders and self.path.strip().endswith("/")

    def ending(self, form: str) -> str:
        """How the files of a format end."""
        return self.endings.get(form, form)

    def file(self) -> Path:
        """The file or folder: the path, a file's with the ending of the format if it has none.

        Raises:
            UsageError: nothing is typed, or the ending is that of another format.
        """
        if not self.path.strip():
            raise UsageError("There is no file name.", "Type the name of a file.")
        path = Path(self.path.strip()).expanduser().absolute()
        if self.is_folder:
            return path
        ending, own = path.suffix.lower().removeprefix("."), self.ending(self.form)
        other = next((each for each in self.formats if self.ending(each) == ending), "")
        if other and ending != own:
            raise UsageError(
                f"{path.name} does not go with {self.form}.", f"Choose {other}, or another ending."
            )
        return path if not self.formats or other else path.with_name(f"{path.name}.{own}")


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
        verb: What is done with the file.
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

    def __init__(self, what: str, target: Target, verb: str = "export") -> None:
        super().__init__()
        self._what = what
        self._target = target
        self._verb = verb

    def compose(self) -> ComposeResult:
        """The question, the path, the format, where that is, what is wrong."""
        with Vertical():
            yield PlainText(f"{self._verb.capitalize()} {self._what}").add_class("dialog-title")
            with Horizontal():
                yield PlainText("file")
                yield LineInput(self._target.path, select_on_focus=not self._target.problem, id="export-path")
            if len(self._target.formats) > 1:
                with Horizontal():
                    yield PlainText("format")
                    yield ChoiceLine(list(self._target.formats), self._target.form, id="export-form")
            yield PlainText(id="export-place")
            yield PlainText(self._target.problem and f"! {self._target.problem}", id="export-error")
            following = "tab next   " if len(self._target.formats) > 1 else ""
            yield PlainText(f"enter {self._verb}   {following}escape back").add_class("dialog-keys")

    def on_mount(self) -> None:
        """Say where it will be."""
        self._tell()

    @property
    def target(self) -> Target:
        """What is typed and chosen."""
        path = self.query_one(LineInput).value
        form = next((each.value for each in self.query(ChoiceLine)), self._target.form)
        return replace(self._target, path=path, form=form, problem="")

    def _tell(self) -> None:
        try:
            target = self.target
            room = max(10, self.query_one("#export-place").size.width or _ROOM)
            aside = _ONE_EACH if target.is_folder else ""
            text = f"{place(target.file(), room - len(aside))}{aside}"
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
