"""Writing records to a file or into a folder, in the formats of ``crm export`` and by the same writers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual.worker import get_current_worker

from crm_tui.screens.lists.list_export import StoppedError, Target

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.paging import Pager
    from crm_tui.interchange.export_formats import Chosen
    from crm_tui.screens.shell.base import DataMixin

_OLDER_CARD: Final = "vcard 3.0"
_NOUNS: Final = {
    "contacts": ("person", "people"),
    "companies": ("company", "companies"),
    "deals": ("deal", "deals"),
    "followups": ("follow-up", "follow-ups"),
    "interactions": ("interaction", "interactions"),
    "products": ("product", "products"),
    "invoices": ("invoice", "invoices"),
    "payments": ("payment", "payments"),
}
Records = Callable[["Crm"], Iterable[Any]]


def ask(
    screen: DataMixin, table: str, what: str, write: Callable[[Crm, Target, bool], str], name: str = ""
) -> None:
    """Ask where to and as what, and write it.

    Args:
        screen: Who asks.
        table: The kind of the records, which says the formats.
        what: What they are, in words.
        write: Writes them, in a worker thread; returns what to say.
        name: What the file is called at first, without its day.
    """
    from crm_tui.interchange.export_formats import FORMATS, formats_of
    from crm_tui.screens.leaving.saving import Saving

    formats = formats_of(table)
    if "vcard" in formats:
        formats.insert(formats.index("vcard") + 1, _OLDER_CARD)
    target = Target(
        f"{name or table}-{screen.desk.clock.today.isoformat()}",
        formats=tuple(formats),
        endings={each: FORMATS[_format(each)].ending for each in formats},
        folders=tuple(each for each in formats if FORMATS[_format(each)].in_folders),
    )
    Saving(screen, what, write).ask(target)


def ask_these(screen: DataMixin, table: str, ids: Sequence[int]) -> None:
    """Ask where to and as what records in sight are written, and write them in that order."""
    if not ids:
        screen.crm_app.tell("There is nothing to export.")
        return

    def these(crm: Crm) -> Iterable[Any]:
        found: Iterable[Any] = getattr(crm, table).views(ids)
        return found

    ask(screen, table, count(len(ids), table), partial(write_as_asked, table, these))


def ask_matching(screen: DataMixin, table: str, condition: str, what: str, name: str) -> None:
    """Ask where to and as what the records a filter finds are written, and write them, the oldest first."""

    def matching(crm: Crm) -> Iterable[Any]:
        found: Iterable[Any] = getattr(crm, table).iterate(condition, sort="id")
        return found

    ask(screen, table, what, partial(write_as_asked, table, matching), name)


def write_as_asked(table: str, records: Records, crm: Crm, target: Target, over: bool) -> str:
    """As ``write``, for ``ask``."""
    return write(crm, table, records, target, over=over)


def write(
    crm: Crm, table: str, records: Records, target: Target, *, over: bool, condition: str | None = None
) -> str:
    """Write records; returns what to say.

    Args:
        crm: The root object, of a worker thread.
        table: Their kind.
        records: Gives them in their order.
        target: Where to and as what.
        over: Whether a file that is there may be replaced.
        condition: The filter that finds exactly them, if one does, for a format with an order of its own.

    Raises:
        ConflictError: there is such a file.
        DatabaseError: it cannot be written.
        StoppedError: nobody wants it any more.
    """
    from crm_tui.interchange.export_formats import chosen
    from crm_tui.interchange.saving import saved

    form, _, version = target.form.partition(" ")
    way, path = chosen(form, table, version or None), target.file()
    if way.by_day and condition is not None:
        rows: Iterable[Any] = _wanted(way.rows(crm, table, condition))
    else:
        rows = way.of(crm, table, _wanted(records(crm)))
    if target.is_folder:
        return _fill(crm, way, table, rows, target, over=over)
    with saved(path, replace=over) as file:
        number = way.write(crm, table, rows, file)
    return f"Wrote {count(number, table)} to {path}."


def count(number: int, table: str) -> str:
    """So many records of a kind, in words."""
    return f"{number:,} {_NOUNS[table][number != 1]}"


def shown(crm: Crm, table: str, pager: Pager, condition: str, sort: str) -> Iterable[Any]:
    """The records a list shows: those a search found, or all that its filter finds."""
    found = found_by(crm, pager)
    service: Any = getattr(crm, table)
    rows: Iterable[Any] = service.views(found) if found is not None else service.iterate(condition, sort=sort)
    return rows


def found_by(crm: Crm, pager: Pager) -> list[int] | None:
    """What a search by words found, the best first; None where a filter says it all."""
    from crm_tui.domain.paging import FoundPager

    if not isinstance(pager, FoundPager):
        return None
    found = list(pager.page(crm, 0, pager.count(crm)))
    return None if pager.more() else found


def _format(name: str) -> str:
    return name.partition(" ")[0]


def _fill(crm: Crm, way: Chosen, table: str, rows: Iterable[Any], target: Target, *, over: bool) -> str:
    """Make a folder hold the records, one a file."""
    from crm_tui.interchange.export_formats import fill

    folder = target.file()
    tally = fill(crm, way, table, rows, folder, force=over)
    left = f", {tally.left:,} changed elsewhere left alone" if tally.left else ""
    left += f", {tally.gone:,} removed elsewhere not written again" if tally.gone else ""
    said = f"{tally.written:,} written, {tally.unchanged:,} unchanged, {tally.removed:,} removed{left}"
    return f"{said} in {folder}."


def _wanted(rows: Iterable[Any]) -> Iterator[Any]:
    """The rows, as long as anybody waits for them."""
    worker = get_current_worker()
    for row in rows:
        if worker.is_cancelled:
            raise StoppedError("The export was stopped.", "Nothing was written.")
        yield row
