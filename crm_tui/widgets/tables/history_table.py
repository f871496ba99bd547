"""The table of operations: nothing is marked in it, and what is done meanwhile appears above."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from crm_tui.widgets.tables.loader import FirstRows
from crm_tui.widgets.tables.record_table import RecordTable


class HistoryTable(RecordTable, inherit_bindings=False):
    """Operations, one line each. Nothing is marked here: they are taken back one by one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        each for each in RecordTable.BINDINGS if not isinstance(each, Binding) or each.id != "table.mark"
    ]

    class Renewed(Message):
        """The rows were read anew: the one under the cursor may have been taken back meanwhile."""

    def set_marks(self, keys: Iterable[int]) -> None:
        """Mark nothing."""

    def _take_first(self, first: FirstRows) -> None:
        at_top = self._top == 0 and not self._list.fresh
        super()._take_first(first)
        self.post_message(self.Renewed())
        # whoever looks at the newest sees what is newer still, as long as the cursor stays in view
        if at_top and self._list.cursor < self._height:
            self._scroll(0)
