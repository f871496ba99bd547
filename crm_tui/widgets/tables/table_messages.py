"""What a table says to the screen around it. The classes are also attributes of ``RecordTable``.

Of several messages of one kind in a row only the last arrives, except where each one counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from crm_tui.errors import CrmError
    from crm_tui.widgets.tables.fetched_rows import FetchedRows


class TableMessage(Message, namespace="record_table"):
    """Something a table says."""

    def __init__(self, table: FetchedRows) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> FetchedRows:
        """The table, for ``@on`` with a selector."""
        return self.table


class Latest(TableMessage, namespace="record_table"):
    """A message that makes the one before it worthless."""

    def can_replace(self, message: Message) -> bool:
        """Whether the other one says the same kind of thing of the same table."""
        return type(message) is type(self) and isinstance(message, Latest) and message.table is self.table


class Highlighted(Latest, namespace="record_table"):
    """The cursor stands on another record, or on none when ``key`` is None."""

    def __init__(self, table: FetchedRows, key: int | None) -> None:
        super().__init__(table)
        self.key = key


class Marked(Latest, namespace="record_table"):
    """The marks have changed: these are all of them."""

    def __init__(self, table: FetchedRows, keys: frozenset[int]) -> None:
        super().__init__(table)
        self.keys = keys


class Counted(Latest, namespace="record_table"):
    """The number of rows has changed. While ``exact`` is false there are at least ``count``."""

    def __init__(self, table: FetchedRows, count: int, exact: bool) -> None:
        super().__init__(table)
        self.count = count
        self.exact = exact


class Opened(TableMessage, namespace="record_table"):
    """The person wants to see a record whole."""

    def __init__(self, table: FetchedRows, key: int) -> None:
        super().__init__(table)
        self.key = key


class Failed(TableMessage, namespace="record_table"):
    """Rows could not be read. The table goes on with those it has."""

    def __init__(self, table: FetchedRows, error: CrmError) -> None:
        super().__init__(table)
        self.error = error


class Landed(Message, namespace="record_table", bubble=False):
    """From the threads to the table itself: something can be collected."""

    def can_replace(self, message: Message) -> bool:
        """One is enough for all that has landed."""
        return isinstance(message, Landed)
