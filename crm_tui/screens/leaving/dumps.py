"""Everything as text into a file, and an unused base filled from one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from crm_tui.screens.leaving.saving import Saving, wanted
from crm_tui.screens.lists.list_export import ExportDialog, Target
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.errors import CrmError
    from crm_tui.screens.shell.base import DataMixin


def dump(screen: DataMixin) -> None:
    """Ask where to, and write everything."""

    def write(crm: Crm, target: Target, over: bool) -> str:
        from crm_tui.interchange import dump_file

        path = target.file()
        dump_file.save(crm, path, replace=over, tell=wanted())
        return f"Wrote everything to {path}."

    name = f"{screen.desk.path.stem}-{screen.desk.clock.today.isoformat()}"
    Saving(screen, "everything, as text", write).ask(Target(name, "jsonl", formats=("jsonl",)))


def load(screen: DataMixin) -> None:
    """Ask which dump, and fill the base with it; refused at once where there is or was anything."""
    from crm_tui.domain import dumping

    screen.read(
        dumping.refuse_if_used,
        lambda _: _ask(screen, Target("", formats=())),
        group="load",
        empty=None,
    )


def _ask(screen: DataMixin, target: Target) -> None:
    dialog = ExportDialog("a dump into this empty base", target, "load")
    screen.app.push_screen(dialog, lambda found: _load(screen, found) if found else None)


def _load(screen: DataMixin, target: Target) -> None:
    app, path = screen.crm_app, target.file()

    def work(crm: Crm) -> int:
        from crm_tui.interchange import dump_file

        return dump_file.load(crm, path)

    def loaded(rows: int) -> None:
        # what the threads knew of the empty base is nothing any more
        app.desk.renew()
        app.data_changed()
        app.tell(f"Loaded {rows:,} rows of {path.name}. The history begins here.", mood="good")

    app.tell(f"Loading {path.name}…")
    screen.write(work, loaded, partial(_not_loaded, screen, target))


def _not_loaded(screen: DataMixin, target: Target, error: CrmError) -> None:
    screen.crm_app.tell("")
    problem = screen.briefly(error).replace(str(target.file()), clean(target.file().name))
    _ask(screen, replace(target, problem=f"{problem} {error.hint}"))
