"""The frame of the Import screen: its steps, the file step, and work in threads that needs no file of records.

The rule it keeps: a step that cannot be left forward says why and keeps everything that was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Final, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher
from textual.worker import get_current_worker

from crm_tui.errors import CrmError, InvalidDataError
from crm_tui.screens.importing import import_columns, import_files, import_plan
from crm_tui.screens.importing.import_files import Folder
from crm_tui.screens.importing.reading import explained
from crm_tui.screens.shell.base import Answered, BaseScreen, Refused, bindings
from crm_tui.text import clean
from crm_tui.widgets.entry.filter_bar import Rule
from crm_tui.widgets.entry.path_bar import PathBar
from crm_tui.widgets.frame.progress_view import ProgressView
from crm_tui.widgets.frame.step_line import StepLine
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.lists.grouped_list import GroupedList

T = TypeVar("T")
FILE, COLUMNS, PLAN, RESULT = range(4)
STEPS: Final = ("File", "Columns", "Dry run", "Import")
_BODIES: Final = ("step-file", "step-columns", "step-plan", "step-result")


class ColumnList(GroupedList):
    """The columns of a file; what would mark one leaves it out."""

    def action_mark(self) -> None:
        """Leave the column out: the screen does it."""
        self.screen.call_next(self.screen.run_action, "do('leave-out')")


class ImportFrame(BaseScreen):
    """Steps on one screen: a file, its columns, a dry run, the import."""

    scope = "import"
    AUTO_FOCUS = "#files"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012  (as Textual declares it)
    BINDINGS: ClassVar[list[BindingType]] = bindings("import")
    DEFAULT_CSS = """
    ImportFrame {
        & ContentSwitcher { height: 1fr; }
        & ContentSwitcher > Vertical { height: 1fr; }
        & #settings, & #notice { height: 1; }
        & .panes { height: 1fr; layout: vertical; }
        & #columns { height: 3fr; }
        & #first { height: 2fr; padding: 0 1; border-top: solid $panel; }
        & #first:focus { border-top: solid $accent; }
        &.-wide .panes { layout: horizontal; }
        &.-wide #columns { width: 3fr; height: 1fr; }
        &.-wide #first { width: 2fr; height: 1fr; border-top: none; border-left: solid $panel; }
        &.-wide #first:focus { border-top: none; border-left: solid $accent; }
        & #result { padding: 1 2; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.step = FILE
        self.about: Path | None = None
        self.folder: Folder | None = None
        self._recent: list[Path] = []
        self._listed: tuple[Path, str] | None = None

    def body(self) -> ComposeResult:
        """The steps above, the present one beneath."""
        yield StepLine(STEPS, id="steps")
        yield Rule()
        with ContentSwitcher(initial=_BODIES[FILE]):
            with Vertical(id=_BODIES[FILE]):
                yield PathBar()
                yield GroupedList(import_files.COLUMNS, id="files")
            with Vertical(id=_BODIES[COLUMNS]):
                yield Lines(id="settings")
                yield Lines(id="notice")
                with Container(classes="panes"):
                    yield ColumnList(import_columns.COLUMNS, id="columns")
                    yield Lines(id="first")
            with Vertical(id=_BODIES[PLAN]):
                yield import_plan.KindTabs(id="tabs")
                yield import_plan.Said(id="said")
                yield import_plan.PlanTable(import_plan.COLUMNS, signs=True, id="plan")
            with Vertical(id=_BODIES[RESULT]):
                yield Lines(id="result")
            with Vertical(id="step-run"):
                yield ProgressView(id="progress")

    def on_mount(self) -> None:
        """Begin in the folder the program was started in."""
        for name in ("#settings", "#notice"):
            self.query_one(name).can_focus = False
        self.bar.value = import_files.shown(_begin(), folder=True)

    @property
    def bar(self) -> PathBar:
        """Where one types a path."""
        return self.query_one(PathBar)

    @property
    def files(self) -> GroupedList:
        """What is in the folder."""
        return self.query_one("#files", GroupedList)

    @property
    def list_widget(self) -> Widget:
        """The list of the present step."""
        return self.query_one(("#files", "#columns", "#plan", "#result")[self.step])

    @property
    def running(self) -> bool:
        """Whether a dry run or an import is on its way."""
        raise NotImplementedError

    def work(
        self,
        work: Callable[[], T],
        then: Callable[[T], None],
        otherwise: Callable[[CrmError], None] | None = None,
        *,
        group: str,
    ) -> None:
        """Do something in a thread; a later one of the same group makes its answer worthless."""

        def run() -> None:
            worker = get_current_worker()
            try:
                value = work()
            except (CrmError, OSError) as error:
                if not worker.is_cancelled:
                    self.post_message(Refused(_told(error), otherwise or self.refuse))
            else:
                if not worker.is_cancelled:
                    self.post_message(Answered(then, value))

        self.run_worker(run, thread=True, exclusive=True, group=group)

    def refuse(self, error: CrmError) -> None:
        """Say what could not be done, in words of this screen."""
        message, hint = explained(error, columns=not self.needless)
        for path in (self.desk.path, self.about):
            # the whole path would leave no room for what is the matter
            message = message.replace(str(path), path.name) if path is not None else message
        self.crm_app.tell(message, hint, "bad")

    def show_step(self, step: int, *, focus: bool = True) -> None:
        """Bring a step to the front."""
        self.step = step
        self.query_one(ContentSwitcher).current = _BODIES[step]
        self.query_one(StepLine).show(step, self.subject, self.needless)
        if focus and self in self.app.screen_stack:
            self.list_widget.focus()
        self.show_keys()

    def show_run(self) -> None:
        """Bring what is running to the front."""
        self.query_one(ContentSwitcher).current = "step-run"
        self.show_keys()

    @property
    def subject(self) -> str:
        """What the steps are about."""
        raise NotImplementedError

    @property
    def taken(self) -> Path | None:
        """The file that the steps are about."""
        raise NotImplementedError

    @property
    def needless(self) -> frozenset[int]:
        """The steps that this file does not need."""
        return frozenset()

    def choose(self, path: Path, make: str = "") -> None:
        """Take a file; a folder whole as what it is to be."""
        raise NotImplementedError

    def can_choosing(self) -> bool:
        """Whether a file is being chosen."""
        return self.step == FILE and not self.running

    def do_import_path(self) -> None:
        """Type a path; behind the folder of the file that was taken last."""
        if self.taken is not None and import_files.typed_path(self.bar.value) == self.taken:
            self.bar.value = import_files.shown(self.taken.parent, folder=True)
        self.bar.input.focus()

    def list_folder(self) -> None:
        """Read the folder that is typed."""
        text, known = self.bar.value, self.folder
        memory = self.crm_app.memory

        def read() -> tuple[Folder, list[Path]]:
            return import_files.read_folder(text, known), memory.folders()

        self.work(read, self._show_folder, group="folder")

    def _show_folder(self, found: tuple[Folder, list[Path]]) -> None:
        folder, self._recent = found
        before, self._listed = self._listed, (folder.path, folder.beginning)
        self.folder = folder
        files = self.files
        files.show(import_files.groups(folder, self._recent, self.desk.clock), "")
        if before != self._listed:
            files.action_first()
            inside = folder.entries or folder.makes
            if inside and not folder.beginning and folder.path.parent != folder.path:
                # behind the way up
                files.action_move(1)
        self.show_keys()

    def go_into(self, path: Path) -> None:
        """Show another folder."""
        # a name that cannot be typed is found by what is shown
        self.folder = Folder(path, "", ())
        self.bar.value = import_files.shown(path, folder=True)
        self.list_folder()

    def step_sideways(self, step: int) -> None:
        """Into the folder under the cursor, or out of the one that is shown."""
        key = self.files.cursor_key
        if step < 0 and self.folder is not None:
            self.go_into(self.folder.path.parent)
        elif isinstance(key, tuple) and key[0] == "folder":
            self.go_into(key[1])

    @on(PathBar.Changed)
    def _path_typed(self, event: PathBar.Changed) -> None:
        event.stop()
        self.list_folder()

    @on(PathBar.Left)
    def _path_left(self, event: PathBar.Left) -> None:
        event.stop()
        self.files.focus()

    @on(PathBar.Complete)
    def _complete(self, event: PathBar.Complete) -> None:
        event.stop()
        folder = self.folder
        text = import_files.completion(folder) if folder is not None else None
        if text is None:
            self.files.focus()
        else:
            self.bar.value = text

    @on(PathBar.Taken)
    def _path_taken(self, event: PathBar.Taken) -> None:
        event.stop()
        text, folder = self.bar.value, self.folder
        entry = folder.named(folder.beginning) if folder is not None else None
        only = folder.entries[0] if folder is not None and len(folder.entries) == 1 else None
        path = entry.path if entry is not None else import_files.typed_path(text)
        known = entry or (only if folder is not None and folder.beginning else None)

        def look() -> tuple[Path, bool]:
            if path.exists() or known is None:
                return path, path.is_dir()
            return known.path, known.folder

        self.work(look, self._take_path, group="path")

    def _take_path(self, found: tuple[Path, bool]) -> None:
        path, folder = found
        if folder:
            self.go_into(path)
            # what it can be imported as stands at its top
            self.files.focus()
        else:
            self.choose(path)

    @on(GroupedList.Opened, "#files")
    def _file_opened(self, event: GroupedList.Opened) -> None:
        event.stop()
        if isinstance(event.key, tuple):
            what, path = event.key
            if what == "folder":
                self.go_into(path)
            else:
                self.choose(path, "" if what == "file" else what)


def _told(error: CrmError | OSError) -> CrmError:
    if isinstance(error, CrmError):
        return error
    where = clean(str(error.filename or "It"))
    return InvalidDataError(f"{where} cannot be read: {error.strerror}.", "Check the path.")


def _begin() -> Path:
    try:
        return Path.cwd()
    except OSError:
        # it was taken away meanwhile
        return Path.home()
