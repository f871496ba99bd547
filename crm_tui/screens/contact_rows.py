"""The rows of the list of people, read by pages in whatever thread the table asks from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar

from crm_tui.dates import day_distance, relative_day, short_day
from crm_tui.store.connection import told
from crm_tui.widgets.rows import RowView, Tone
from crm_tui.widgets.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.paging import Pager
    from crm_tui.models import ContactView
    from crm_tui.screens.desk import Desk

T = TypeVar("T")

COLUMNS: Final = (
    TableColumn("name", "Name", 16, flex=5),
    TableColumn("company", "Company", 12, flex=4, drop=1, tone="dim"),
    TableColumn("last", "Last", 12, drop=3, tone="dim"),
    TableColumn("next", "Next", 12, drop=2),
    TableColumn("email", "E-mail", 20, flex=3, drop=5, tone="dim"),
    TableColumn("tags", "Tags", 12, flex=2, drop=4, tone="dim"),
)
_SOON_DAYS: Final = 7


class ContactRows:
    """People as rows.

    Args:
        desk: The file.
        pager: Which people, in which order.
    """

    def __init__(self, desk: Desk, pager: Pager) -> None:
        self.pager = pager
        self._desk = desk
        self._lock = Lock()
        self._asking: list[Crm] = []

    def count(self) -> int:
        """How many people there are."""
        return self._ask(self.pager.count) if self._desk.exists() else 0

    def page(self, offset: int, limit: int) -> Sequence[RowView]:
        """The rows from ``offset`` on."""
        if not self._desk.exists():
            return ()

        def read(crm: Crm) -> Sequence[RowView]:
            today = self._desk.clock.today
            ids = self.pager.page(crm, offset, limit)
            found = {each.id: each for each in crm.contacts.views(ids)}
            return [_row(found[each], today) if each in found else RowView(each, ("gone",)) for each in ids]

        return self._ask(read)

    def position(self, key: int) -> int | None:
        """The row of a person."""
        return self._ask(lambda crm: self.pager.position(crm, key)) if self._desk.exists() else None

    def ids(self, most: int) -> list[int]:
        """The first ids of the whole list."""
        return self._ask(lambda crm: list(self.pager.page(crm, 0, most))) if self._desk.exists() else []

    def interrupt(self) -> None:
        """Break off what is running here: nobody waits for it any more."""
        with self._lock:
            for crm in self._asking:
                crm.connection.interrupt()

    def _ask(self, work: Callable[[Crm], T]) -> T:
        """Ask in this thread; only while it does can the question be broken off, and nothing else of the thread."""
        crm = self._desk.reading()
        with self._lock:
            self._asking.append(crm)
        try:
            with told(self._desk.path):
                return work(crm)
        finally:
            with self._lock:
                self._asking.remove(crm)


def _row(contact: ContactView, today: date) -> RowView:
    sign, tone, touch = _touch(contact.next_touch_on, today)
    last = relative_day(contact.last_contacted_on, today) if contact.last_contacted_on else ""
    cells = (
        contact.name,
        contact.company or "",
        last.removesuffix(" ago"),
        touch,
        contact.emails[0] if contact.emails else "",
        ", ".join(contact.tags),
    )
    plain: Tone = "plain"
    return RowView(contact.id, cells, sign, tone, (plain, "dim", "dim", tone))


def _touch(day: date | None, today: date) -> tuple[str, Tone, str]:
    """The sign, the tone and the words of when to get in touch again."""
    if day is None:
        return " ", "plain", ""
    if day < today:
        return "!", "bad", day_distance(day, today)
    if day == today:
        return "·", "plain", "today"
    near = (day - today).days <= _SOON_DAYS
    return ("~" if near else " "), ("soon" if near else "dim"), short_day(day, today)
