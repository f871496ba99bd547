"""Writing a file the person names: asked for until it can be written, and never over another without asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from crm_tui.errors import ConflictError, CrmError
from crm_tui.screens.lists.list_export import ExportDialog, StoppedError, Target

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.screens.shell.base import DataMixin


@dataclass(frozen=True, slots=True)
class Saving:
    """What is to be written.

    Attributes:
        screen: who asks.
        what: what it is, in words.
        write: writes it, in a worker thread, over a file that is there or not; returns what to say.
    """

    screen: DataMixin
    what: str
    write: Callable[[Crm, Target, bool], str]

    def ask(self, target: Target) -> None:
        """Ask where to."""
        self.screen.app.push_screen(
            ExportDialog(self.what, target), lambda found: self._go(found, over=False) if found else None
        )

    def _go(self, target: Target, *, over: bool) -> None:
        app = self.screen.crm_app
        app.tell(f"Writing {target.file().name}…")
        self.screen.read(
            lambda crm: self.write(crm, target, over),
            lambda said: app.tell(said or "There is nothing to write yet.", mood="good" if said else "plain"),
            group="export",
            empty="",
            otherwise=partial(self._refused, target),
        )

    def _refused(self, target: Target, error: CrmError) -> None:
        from crm_tui.screens.forms.dialogs import confirm

        self.screen.crm_app.tell("")
        if not isinstance(error, ConflictError):
            problem = error.message.replace(str(target.file()), target.file().name)
            self.ask(replace(target, problem=f"{problem} {error.hint}"))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._go(target, over=True)
            else:
                self.ask(target)

        question = f"{target.file().name} is there already."
        self.screen.app.push_screen(confirm(question, "Replace it"), answered)


def wanted() -> Callable[[int], None]:
    """Called now and then in a worker thread, it ends what nobody waits for any more."""
    worker = get_current_worker()

    def look(_: int) -> None:
        if worker.is_cancelled:
            raise StoppedError("It was stopped.", "Nothing was written.")

    return look
