"""The formats of an export: which kinds each can hold, and who writes it.

Nothing of a format is imported before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final, cast

from crm_tui.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from crm_tui.domain.crm import Crm
    from crm_tui.filters import Node
    from crm_tui.interchange.ledger_out import Form
    from crm_tui.interchange.vdir import Tally

Items = Callable[["Crm", Iterable[Any]], Iterator[tuple[str, str]]]
"""File name and text of each record."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A format as it was asked for.

    Attributes:
        name: of the format.
        rows: the records that match a filter, as the format takes them.
        of: records that were read already, as the format takes them.
        write: writes such rows into a file; returns how many records there were.
        items: rows as files of a folder, None where the format knows no such thing.
        suffix: of the files in a folder.
        keep: brings over what imports leave out of a file in a folder that is replaced, None where there is no such.
        by_day: whether it has an order of its own, so that that of the records does not matter.
    """

    name: str
    rows: Callable[[Crm, str, str | Node | None], Iterable[Any]]
    of: Callable[[Crm, str, Iterable[Any]], Iterable[Any]]
    write: Callable[[Crm, str, Iterable[Any], IO[str]], int]
    items: Items | None = None
    suffix: str = ""
    keep: Callable[[bytes, str], str | None] | None = None
    by_day: bool = False


@dataclass(frozen=True, slots=True)
class Writer:
    """A format: how it is made ready, what kinds it holds (all when empty), how its files end, whether in folders."""

    make: Callable[[str, str | None], Chosen]
    kinds: tuple[str, ...] = ()
    ending: str = ""
    in_folders: bool = False


def formats_of(kind: str) -> list[str]:
    """The formats that can hold a kind of record."""
    return [name for name, writer in FORMATS.items() if not writer.kinds or kind in writer.kinds]


def chosen(form: str | None, kind: str, version: str | None = None) -> Chosen:
    """The format of that name, for records of a kind; ``version`` is of vCard.

    Raises:
        UsageError: there is no such format or version, or it cannot hold them.
    """
    name = (form or "csv").strip().lower()
    found = FORMATS.get(name)
    if found is None:
        raise UsageError(f'Nothing is exported as "{form}".', f"Use one of: {', '.join(FORMATS)}.")
    if found.kinds and kind not in found.kinds:
        raise UsageError(
            f"{kind.capitalize()} cannot be exported as {name}.",
            f"Use one of: {', '.join(formats_of(kind))}.",
        )
    return found.make(name, version)


def fill(
    crm: Crm, way: Chosen, kind: str, rows: Iterable[Any], folder: Path, *, force: bool = False
) -> Tally:
    """Make a folder hold records, one a file.

    Args:
        crm: the open base.
        way: a format that knows folders.
        kind: of the records.
        rows: the records, as the format takes them.
        folder: is made when it is not there.
        force: overwrite what another program made or changed, and write again what it removed.

    Raises:
        DatabaseError: the folder or a file cannot be written.
    """
    from crm_tui.interchange import vdir, vdir_state

    assert way.items is not None
    imports = vdir_state.imports(crm, folder, kind)
    named = way.items(crm, rows)
    return vdir.write(
        folder, named, way.suffix, force=force, kind=kind, imports=imports, keep=way.keep
    )  # fmt: skip


class Counted:
    """Records that are counted as they are taken: what a file has of them may be more rows."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        """The records."""
        for each in self._rows:
            self.count += 1
            yield each


def views(crm: Crm, kind: str, condition: str | Node | None) -> Iterator[Any]:
    """The records that match, in the order in which they were added."""
    found: Iterator[Any] = getattr(crm, kind).iterate(condition, sort="id")
    return found


def _as_they_are(crm: Crm, kind: str, records: Iterable[Any]) -> Iterable[Any]:
    return records


def _table(name: str, _: str | None) -> Chosen:
    def write(crm: Crm, kind: str, rows: Iterable[Any], file: IO[str]) -> int:
        from crm_tui.interchange import csv_out, json_out

        if name == "csv":
            csv_out.write(
                csv_out.rows_of(crm, kind, counted := Counted(rows)), csv_out.columns_of(crm, kind), file
            )
            return counted.count
        writers = {"json": json_out.write, "jsonl": json_out.write_lines}
        return writers[name](rows, csv_out.columns_of(crm, kind, nested=True), file)

    return Chosen(name, views, _as_they_are, write)


def _vcard(name: str, version: str | None) -> Chosen:
    from crm_tui.interchange.vcard import writing

    checked = writing.check_version(version)

    def rows(crm: Crm, kind: str, condition: str | Node | None) -> Iterable[Any]:
        return of(crm, kind, views(crm, kind, condition))

    def of(crm: Crm, kind: str, records: Iterable[Any]) -> Iterable[Any]:
        from crm_tui.domain.card_records import company_cards, contact_cards

        return (contact_cards if kind == "contacts" else company_cards)(crm, records)

    def write(crm: Crm, kind: str, found: Iterable[Any], file: IO[str]) -> int:
        return writing.write(found, file, checked)

    def items(crm: Crm, found: Iterable[Any]) -> Iterator[tuple[str, str]]:
        from crm_tui.interchange.vdir import file_name

        for each in found:
            yield file_name(each.uid, ".vcf"), writing.card(each, checked)

    def keep(there: bytes, text: str) -> str | None:
        from crm_tui.interchange.vcard import pictures

        return pictures.keep(there, text)

    return Chosen(name, rows, of, write, items, ".vcf", keep)


def _ics(name: str, _: str | None) -> Chosen:
    def write(crm: Crm, kind: str, found: Iterable[Any], file: IO[str]) -> int:
        from crm_tui.interchange.ical import writing

        return (writing.write_followups if kind == "followups" else writing.write_interactions)(
            crm, found, file
        )

    def items(crm: Crm, found: Iterable[Any]) -> Iterator[tuple[str, str]]:
        from crm_tui.interchange.ical import writing

        for each in found:
            yield writing.item(crm, each)

    return Chosen(name, views, _as_they_are, write, items, ".ics")


def _journal(name: str, _: str | None) -> Chosen:
    form = cast("Form", name)

    def rows(crm: Crm, kind: str, condition: str | Node | None) -> Iterable[Any]:
        from crm_tui.interchange.ledger_out import entries

        return entries(crm, kind, condition)

    def of(crm: Crm, kind: str, records: Iterable[Any]) -> Iterable[Any]:
        from crm_tui.interchange.ledger_out import entries_of

        return entries_of(crm, kind, records)

    def write(crm: Crm, kind: str, found: Iterable[Any], file: IO[str]) -> int:
        from crm_tui.interchange import ledger_out

        return ledger_out.write(found, file, form, kind)

    return Chosen(name, rows, of, write, by_day=True)


_BOOKED: Final = ("invoices", "payments")
FORMATS: Final[Mapping[str, Writer]] = {
    "csv": Writer(_table, ending="csv"),
    "json": Writer(_table, ending="json"),
    "jsonl": Writer(_table, ending="jsonl"),
    "vcard": Writer(_vcard, ("contacts", "companies"), "vcf", in_folders=True),
    "ics": Writer(_ics, ("followups", "interactions"), "ics", in_folders=True),
    "ledger": Writer(_journal, _BOOKED, "ledger"),
    "hledger": Writer(_journal, _BOOKED, "journal"),
    "beancount": Writer(_journal, _BOOKED, "beancount"),
}
