"""The formats of crm export: what its options choose, and what stands on stdout."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, cast

from crm_tui import output
from crm_tui.errors import UsageError
from crm_tui.interchange import export_formats
from crm_tui.interchange.export_formats import FORMATS, Chosen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crm_tui.domain.crm import Crm
    from crm_tui.filters import Node

__all__ = ["FORMATS", "Chosen", "chosen", "show"]


def chosen(form: str | None, kind: str, vcard_version: str | None) -> Chosen:
    """The format of that name, for records of a kind.

    Raises:
        UsageError: there is no such format, or it cannot hold them.
    """
    found = export_formats.chosen(form, kind, vcard_version)
    if vcard_version is not None and found.name != "vcard":
        raise UsageError("--vcard-version goes with -f vcard.", "Add -f vcard, or leave it out.")
    return found


def show(way: Chosen, crm: Crm, kind: str, condition: Node | None) -> None:
    """Print what would be in the file."""
    found = way.rows(crm, kind, condition)
    if way.name in output.Format.__members__.values():
        _show_table(output.Format(way.name), crm, kind, found)
    else:
        way.write(crm, kind, found, cast("IO[str]", _Stdout()))


def _show_table(form: output.Format, crm: Crm, kind: str, rows: Iterable[Any]) -> None:
    from crm_tui.interchange.csv_out import columns_of, rows_of

    nested = form is not output.Format.CSV
    columns = columns_of(crm, kind, nested=nested)
    output.records(rows if nested else rows_of(crm, kind, rows), columns, columns, form, crm.clock.today)


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
