"""From the rows of a file to drafts of companies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crm_tui.domain import checks
from crm_tui.domain.loading.drafts import Method, RejectedRowError
from crm_tui.domain.loading.records import RecordDraft
from crm_tui.domain.methods import match_key
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.addresses_in import addresses
from crm_tui.interchange.cells_in import is_nothing
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.record_columns import RecordReader, Spec, line_of, several, text_of
from crm_tui.models import CustomField, MethodKind
from crm_tui.text import unguard_formula

_SEPARATORS: Final = {
    MethodKind.EMAIL: re.compile(r"\s*(?:[;,|\n]|:::)\s*|\s+"),
    MethodKind.PHONE: re.compile(r"\s*(?:[;|\n]|:::)\s*"),
}
_FIELDS: Final = {MethodKind.EMAIL: "emails", MethodKind.PHONE: "phones"}


class CompanyReader:
    """Makes drafts of companies from rows."""

    def __init__(self, columns: Columns, custom: Sequence[CustomField], region: str, *, own: bool) -> None:
        specs = [
            Spec("domain", checks.domain),
            Spec("industry", line_of("industry")),
            Spec("size", line_of("size"), words=True),
            Spec("website", line_of("website")),
            Spec("archived_at", columns.instant("archived_at")),
            Spec("parent", line_of("parent"), "values", binding=True),
        ]
        self._reader = RecordReader(columns, specs, name="name", custom=custom, own=own)
        self._columns = columns
        self._region = region
        self._note = several(columns, "note")
        self._note_reader = text_of("note")
        self._address = addresses(columns)

    def draft(self, line: int, cells: list[str]) -> RecordDraft:
        """The draft of one row.

        Raises:
            RejectedRowError: a cell cannot be what its column is.
        """
        made = self._reader.draft(line, cells)
        if self._note is not None and (text := self._note(cells)):
            try:
                made.columns["note"] = str(self._note_reader(text))
            except InvalidDataError as error:
                raise RejectedRowError(error.message.rstrip("."), self._columns.header_of("note")) from error
        for kind in _FIELDS:
            made.methods += self._methods(kind, cells)
        for address in self._address:
            for text in address.texts(cells):
                key = match_key(MethodKind.ADDRESS, text, "")
                made.methods.append(Method("address", text, key, address.label(cells)))
        made.methods = list({(each.kind, each.normal or each.value): each for each in made.methods}.values())
        return made

    def _methods(self, kind: MethodKind, cells: list[str]) -> list[Method]:
        field = _FIELDS[kind]
        found: list[Method] = []
        for place, label, header in self._columns.every(field):
            for text in self._columns.parts(field, unguard_formula(cells[place].strip())):
                found += self._split(kind, text, label, header)
        if not found and field in self._columns.defaults:
            found = self._split(kind, self._columns.defaults[field], None, field)
        return found

    def _split(self, kind: MethodKind, text: str, label: str | None, header: str) -> list[Method]:
        found = []
        for part in _SEPARATORS[kind].split(text):
            if part and not is_nothing(part):
                try:
                    value = checks.line(part, kind.value)
                    found.append(Method(kind.value, value, match_key(kind, value, self._region), label))
                except InvalidDataError as error:
                    raise RejectedRowError(error.message.rstrip("."), header) from error
        return found
