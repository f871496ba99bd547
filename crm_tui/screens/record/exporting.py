"""Writing what happened with one person or in one deal, as crm export interactions does with a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_tui.screens.lists import export_write

if TYPE_CHECKING:
    from crm_tui.screens.record.record_reading import Whole
    from crm_tui.screens.shell.base import DataMixin


def log(screen: DataMixin, whole: Whole) -> None:
    """Ask where to and as what, and write it, the oldest first."""
    one = "contact" if whole.table == "contacts" else "deal"
    what, name = f"what happened with {whole.name}", f"{one}-{whole.view.id}"
    export_write.ask_matching(screen, "interactions", f"{one}:{whole.view.id}", what, name)
