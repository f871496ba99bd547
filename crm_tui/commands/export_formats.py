"""The formats of an export: which kinds each can hold, and who writes it.

Nothing of a format is imported before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final, cast

from crm_tui import output
from crm_tui.errors import UsageError

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.filters import Node

Items = Callable[["Crm", Iterable[Any]], Iterator[tuple[str, str]]]
"""File name and text of each record."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A format as it was asked for.

    Attributes:
        rows: the records that match, as the format takes them.
        write: writes records into a file; returns how many there were.
        show: prints the records that match.
        items: the records as files of a folder, None where the format knows no such thing.
        suffix: of the files in a folder.
    """

    rows: Callable[[Crm, str, Node | None], Iterable[Any]]
    write: Callable[[Crm, str, Iterable[Any], IO[str]], int]
    show: Callable[[Crm, str, Node | None], None]
    items: Items | None = None
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Writer:
    """A format: what kinds it holds (all when empty), and how it is made ready."""

    make: Callable[[str, str | None], Chosen]
    kinds: tuple[str, ...] = ()
    in_folders: bool = False


def chosen(form: str | None, kind: str, vcard_version: str | None) -> Chosen:
    """The format of that name, for records of a kind.

    Raises:
        UsageError: there is no such format, or it cannot hold them.
    """
    name = (form or "csv").strip().lower()
    found = FORMATS.get(name)
    if found is None:
        raise UsageError(f'Nothing is exported as "{form}".', f"Use one of: {', '.join(FORMATS)}.")
    if found.kinds and kind not in found.kinds:
        fitting = [each for each, writer in FORMATS.items() if not writer.kinds or kind in writer.kinds]
        raise UsageError(
            f"{kind.capitalize()} cannot be exported as {name}.", f"Use one of: {', '.join(fitting)}."
        )
    if vcard_version is not None and name != "vcard":
        raise UsageError("--vcard-version goes with -f vcard.", "Add -f vcard, or leave it out.")
    return found.make(name, vcard_version)


def _views(crm: Crm, kind: str, condition: Node | None) -> Iterator[Any]:
    found: Iterator[Any] = getattr(crm, kind).iterate(condition, sort="id")
    return found


def _table(name: str, _: str | None) -> Chosen:
    form = output.Format(name)
    nested = form is not output.Format.CSV

    def write(crm: Crm, kind: str, rows: Iterable[Any], file: IO[str]) -> int:
        from crm_tui.interchange import csv_out, json_out

        writers = {"csv": csv_out.write, "json": json_out.write, "jsonl": json_out.write_lines}
        return writers[name](rows, csv_out.columns_of(crm, kind, nested=nested), file)

    def show(crm: Crm, kind: str, condition: Node | None) -> None:
        from crm_tui.interchange.csv_out import columns_of

        columns = columns_of(crm, kind, nested=nested)
        output.records(_views(crm, kind, condition), columns, columns, form, crm.clock.today)

    return Chosen(_views, write, show)


def _vcard(_: str, version: str | None) -> Chosen:
    from crm_tui.interchange.vcard import writing

    checked = writing.check_version(version)

    def rows(crm: Crm, kind: str, condition: Node | None) -> Iterable[Any]:
        from crm_tui.domain.card_records import card_records

        return card_records(crm, condition)

    def write(crm: Crm, kind: str, found: Iterable[Any], file: IO[str]) -> int:
        return writing.write(found, file, checked)

    def items(crm: Crm, found: Iterable[Any]) -> Iterator[tuple[str, str]]:
        from crm_tui.interchange.vdir import file_name

        for each in found:
            yield file_name(each.uid, ".vcf"), writing.card(each, checked)

    return Chosen(rows, write, partial(_print, rows, write), items, ".vcf")


def _ics(_: str, __: str | None) -> Chosen:
    def write(crm: Crm, kind: str, found: Iterable[Any], file: IO[str]) -> int:
        from crm_tui.interchange.ical import writing

        return (writing.write_followups if kind == "followups" else writing.write_interactions)(
            crm, found, file
        )

    def items(crm: Crm, found: Iterable[Any]) -> Iterator[tuple[str, str]]:
        from crm_tui.interchange.ical import writing

        for each in found:
            yield writing.item(crm, each)

    return Chosen(_views, write, partial(_print, _views, write), items, ".ics")


FORMATS: Final[Mapping[str, Writer]] = {
    "csv": Writer(_table),
    "json": Writer(_table),
    "jsonl": Writer(_table),
    "vcard": Writer(_vcard, ("contacts",), in_folders=True),
    "ics": Writer(_ics, ("followups", "interactions"), in_folders=True),
}


def _print(
    rows: Callable[[Crm, str, Node | None], Iterable[Any]],
    write: Callable[[Crm, str, Iterable[Any], IO[str]], int],
    crm: Crm,
    kind: str,
    condition: Node | None,
) -> None:
    """Print what would be in the file."""
    write(crm, kind, rows(crm, kind, condition), cast("IO[str]", _Stdout()))


class _Stdout:
    """The sink as a file, for what is written in pieces."""

    def __init__(self) -> None:
        self._rest = ""

    def write(self, text: str) -> int:
        """Print the lines that are whole."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            output.write(line)
        return len(text)
