"""Many records changed as text in the person's own editor: the differences shown, then written as one operation.

The rule it keeps: what was written is never lost. Whatever does not become an operation stays in its file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count, islice
from typing import TYPE_CHECKING, Any, Final, Literal

from crm_tui.errors import ConflictError, CrmError
from crm_tui.screens.forms.dialogs import Option
from crm_tui.screens.forms.report_dialog import ReportDialog, wrapped
from crm_tui.screens.lists.list_export import place
from crm_tui.screens.shell import editor

if TYPE_CHECKING:
    from pathlib import Path

    from crm_tui.domain.crm import Crm
    from crm_tui.interchange.block_edit import Edit, RecordChange
    from crm_tui.screens.shell.base import DataMixin
    from crm_tui.widgets.lines import Ink

Answer = Literal["leave", "again", "apply"]
MOST: Final = 10_000
"""How many records go into the editor at once."""
_SHOWN: Final = 2_000  # lines of differences
_EDGES: Final = 4  # cells around what is told
_AGAIN: Final[Option[Answer]] = Option("e", "Edit again", "again")
_APPLY: Final[Option[Answer]] = Option("y", "Write them as one operation", "apply")
_LEAVE: Final[Option[Answer]] = Option("n", "Leave it; your text is kept in its file", "leave")


def begin(
    screen: DataMixin, table: str, choose: Callable[[Crm], Sequence[int]], then: Callable[[], None]
) -> None:
    """Let the person change records as text.

    Args:
        screen: Who asks.
        table: Of what kind they are.
        choose: Their ids, found in a worker thread; one more than the most where there are too many.
        then: Called when they were written.
    """
    nothing: Edit | None = None

    def make(crm: Crm) -> Edit | None:
        from crm_tui.errors import UsageError
        from crm_tui.interchange.block_edit import Edit
        from crm_tui.interchange.block_fields import KINDS

        ids = choose(crm)
        if len(ids) > MOST:
            keys = screen.crm_app.keymap.shown
            raise UsageError(
                f"More than {MOST:,} are too many to change at once.",
                f"Mark some with {keys('mark')}, or narrow the list with {keys('filter')}.",
            )
        return Edit(crm, KINDS[table], ids) if ids else None

    screen.read(make, partial(_opened, screen, then), group="bulk-edit", empty=nothing)


def _opened(screen: DataMixin, then: Callable[[], None], work: Edit | None) -> None:
    if work is None:
        screen.crm_app.tell("There is nothing to change.")
        return
    _Session(screen, work, then).open(work.text)


class _Session:
    """One text on its way into the editor and back, as often as it takes."""

    def __init__(self, screen: DataMixin, work: Edit, then: Callable[[], None]) -> None:
        self._screen = screen
        self._app = screen.crm_app
        self._work = work
        self._then = then
        self._base = self._name = f"edit-{work.kind.table}"
        self._held = False

    def open(self, text: str) -> None:
        """Open the text in the editor, and look at what comes back."""
        try:
            self._take_free_name()
        except OSError as error:
            self._app.tell(f"No file for the editor can be made: {error.strerror}.", "", "bad")
            return
        outcome = editor.edit(self._app, self._name, text, exact=True)
        if outcome.text is None:
            self._failed(outcome, text)
            return
        written = outcome.text
        if written == self._work.text:
            self._drop()
            self._app.tell("Nothing was changed.")
            return
        none: list[RecordChange] = []
        self._app.tell("Looking at what was changed…")
        self._screen.read(
            lambda crm: self._work.through(crm).changes(written),
            partial(self._show, written),
            group="bulk-edit",
            empty=none,
            otherwise=partial(self._refused, written),
        )

    def _take_free_name(self) -> None:
        """Leave the file of a text that was kept earlier as it is."""
        if self._held:
            return
        names = (self._base if number == 1 else f"{self._base}-{number}" for number in count(1))
        self._name = next(name for name in names if not self._app.memory.note_file(name).exists())
        self._held = True

    @property
    def _file(self) -> Path:
        return self._app.memory.note_file(self._name)

    def _drop(self) -> None:
        editor.drop(self._app, self._name)

    def _failed(self, outcome: editor.Outcome, before: str) -> None:
        """Say that the editor failed; what it left as it was is not worth keeping."""
        hint = outcome.hint
        if before == self._work.text and _is_text(self._file, before):
            self._drop()
            hint = "Nothing was changed."
        self._app.tell(outcome.problem, hint, "bad")

    def _show(self, written: str, changes: Sequence[RecordChange]) -> None:
        """Show what was changed, and ask whether to write it."""
        from crm_tui.interchange.block_edit import differences

        if not changes:
            self._drop()
            self._app.tell("Nothing was changed.")
            return
        self._app.tell("")
        kind = self._work.kind
        lines = [_line(*each) for each in islice(differences(kind, changes), _SHOWN + 1)]
        if len(lines) > _SHOWN:
            lines[_SHOWN:] = [("and more", "dim")]
        many = kind.noun if len(changes) == 1 else kind.many
        options = (_LEAVE, _AGAIN, _APPLY)
        self._app.push_screen(
            ReportDialog(f"Write these changes to {len(changes):,} {many}?", wrapped(lines), options),
            partial(self._answered, written, changes),
        )

    def _answered(self, written: str, changes: Sequence[RecordChange], answer: Answer | None) -> None:
        if answer == "again":
            # the terminal is the dialog's until that has gone
            self._app.call_after_refresh(self.open, written)
        elif answer == "apply":
            self._app.tell("Writing…")
            self._screen.write(
                lambda crm: self._work.through(crm).apply(changes),
                self._applied,
                partial(self._refused, written),
            )
        else:
            said = "Nothing was written.", "Your text is in "
            room = self._app.size.width - len("".join(said)) - _EDGES
            self._app.tell(said[0], f"{said[1]}{place(self._file, max(_EDGES, room))}")

    def _applied(self, _: Any) -> None:
        self._drop()
        self._then()

    def _refused(self, written: str, error: CrmError) -> None:
        """Say what cannot be taken, and offer to mend it; what was changed elsewhere can only be begun anew."""
        self._app.tell("")
        options = (_LEAVE,) if isinstance(error, ConflictError) else (_AGAIN, _LEAVE)
        lines: list[tuple[str, Ink]] = [(f"! {self._screen.briefly(error)}", "bad"), (error.hint, "plain")]
        wrong = written.split("\n")[getattr(error, "line", 0) - 1] if getattr(error, "line", 0) else ""
        if wrong.strip():
            lines.insert(1, (f"  {wrong.rstrip()}", "plain"))
        self._app.push_screen(
            ReportDialog("This cannot be written", wrapped(lines), options),
            partial(self._answered, written, ()),
        )


def _line(sign: str, text: str) -> tuple[str, Ink]:
    if not sign:
        return text, "strong"
    return f"  {sign} {text}", "bad" if sign == "-" else "good"


def _is_text(file: Path, text: str) -> bool:
    try:
        return file.read_bytes() == text.encode("utf-8", "surrogatepass")
    except OSError:
        return False
