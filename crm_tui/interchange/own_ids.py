"""The column of an own export that holds the id of another record."""

from __future__ import annotations

from crm_tui.interchange.columns_in import Columns


class OwnId:
    """Reads the id; None in files that are no own exports."""

    def __init__(self, columns: Columns, name: str, *, own: bool) -> None:
        header = columns.table.header
        self._place = header.index(name) if own and name in header else None

    def __call__(self, cells: list[str]) -> int | None:
        """The id in a row."""
        text = cells[self._place].strip() if self._place is not None else ""
        return int(text) if text.isascii() and text.isdigit() else None
