"""From the rows of a file to drafts of deals. Amounts stay text: their currency may be the stored deal's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crm_tui.domain.loading.deal_places import stage_type
from crm_tui.domain.loading.lookups import PersonRef, person_ref
from crm_tui.domain.loading.records import RecordDraft
from crm_tui.domain.stages import check_percent
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.cells_in import is_nothing
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.money_in import DecimalSign
from crm_tui.interchange.record_columns import RecordReader, Spec, line_of, name_of, text_of
from crm_tui.models import CustomField
from crm_tui.money import check_currency
from crm_tui.text import unguard_formula

_PERCENT: Final = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]+))? ?(%?)")


class DealReader:
    """Makes drafts of deals from rows."""

    def __init__(self, columns: Columns, custom: Sequence[CustomField], *, own: bool) -> None:
        specs = [
            Spec("source", line_of("source")),
            Spec("archived_at", columns.instant("archived_at")),
            Spec("company", name_of("company"), "values", binding=True),
            Spec("pipeline", line_of("pipeline"), "values"),
            Spec("stage", line_of("stage"), "values"),
            Spec("status", line_of("status"), "values"),
            Spec("amount", str, "values"),
            Spec("currency", check_currency, "values", binding=True),
            Spec("probability", percent, "values"),
            Spec("expected_close_on", columns.day("expected_close_on"), "values"),
            Spec("closed_on", columns.day("closed_on"), "values"),
            Spec("close_on", columns.day("close_on"), "values"),
            Spec("lost_reason", line_of("reason"), "values"),
            Spec("lost_note", text_of("note"), "values"),
        ]
        self._reader = RecordReader(columns, specs, name="title", custom=custom, own=own)
        self._contact = PeopleCells(columns, "contact", own=own)
        self._has_stages = columns.has("stage")
        self._sign = DecimalSign(columns, ("amount",))

    def draft(self, line: int, cells: list[str]) -> RecordDraft:
        """The draft of one row.

        Raises:
            RejectedRowError: a cell cannot be what its column is.
        """
        made = self._reader.draft(line, cells)
        values = made.values
        contact = self._contact.one(cells)
        if contact is not None:
            values["contact"] = contact
        if "status" in values and not self._has_stages and stage_type(values["status"]) is None:
            # a status of other words than open, won and lost is a stage by another name
            values["stage"] = values.pop("status")
        if "amount" in values:
            values["decimal"] = self._sign.found
        return made


def percent(text: str) -> int:
    """A probability in whole percent: ``25``, ``25%``, or ``0.25`` as a fraction.

    Raises:
        InvalidDataError: it is none.
    """
    match = _PERCENT.fullmatch(text.strip())
    if match is None:
        raise InvalidDataError(f'"{text[:60]}" is no probability.', "Write it in percent, like 25.")
    whole, fraction, sign = int(match[1]), match[2] or "", match[3]
    if fraction and not sign and (whole == 0 or (whole == 1 and not fraction.strip("0"))):
        hundredths = int(f"{fraction}00"[:2])
        return whole * 100 + hundredths + (len(fraction) > 2 and fraction[2] >= "5")
    return check_percent(whole + (bool(fraction) and fraction[0] >= "5"))


class PeopleCells:
    """The cells that name people: by name, e-mail, phone or id, several joined with ``;``."""

    def __init__(self, columns: Columns, field: str, *, own: bool) -> None:
        self._places = [place for place, _, _ in columns.every(field)]
        self._default = columns.get(field) if field in columns.defaults else None
        self._parts = columns.parts
        # a deal has one contact, an interaction any number
        self._most = 1 if field == "contact" else None
        self._field = field
        self._parted = columns.parted(field)
        ids = "contact_ids" if field == "contacts" else "contact_id"
        header = columns.table.header
        self._own = own
        self._ids = header.index(ids) if own and ids in header else None

    def one(self, cells: list[str]) -> PersonRef | None:
        """The one person that a row names; an e-mail in one cell and a name in another are the same person's."""
        texts = self._texts(cells)
        if not texts:
            return None
        own = self._own_ids(cells)
        refs = [person_ref(text, own[0] if len(own) == 1 else None) for text in texts]
        found = next((each for each in refs if each.email), refs[0])
        name = next((each.name for each in refs if each.name and not each.email), "")
        return found.with_name(name) if found.email else found

    def all(self, cells: list[str]) -> list[PersonRef]:
        """Everybody whom a row names; of two columns of the same people the e-mails count, with the names."""
        columns = [[person_ref(part) for part in _parts(text)] for text in self._texts(cells)]
        if len(columns) == 2 and len(columns[0]) == len(columns[1]):
            for first, second in (columns, columns[::-1]):
                if all(each.email for each in first) and not any(each.email for each in second):
                    return [ref.with_name(name.name) for ref, name in zip(first, second, strict=True)]
        return list(dict.fromkeys(ref for refs in columns for ref in refs))

    def own(self, cells: list[str]) -> tuple[list[int], str] | None:
        """The ids and names in an own export."""
        ids = self._own_ids(cells)
        return (ids, ";".join(self._texts(cells))) if ids else None

    def _texts(self, cells: list[str]) -> list[str]:
        found = [unguard_formula(cells[place].strip()) for place in self._places]
        found = [text for text in found if text and (self._own or not is_nothing(text))]
        if self._parted:
            found = [";".join(self._parts(self._field, text)[: self._most]) for text in found]
        if not found and self._default is not None and (text := self._default(cells)):
            # an address put together from blank cells
            found = [text.removesuffix("<>").strip()]
        return found

    def _own_ids(self, cells: list[str]) -> list[int]:
        text = cells[self._ids].strip() if self._ids is not None else ""
        parts = text.split(";") if text else []
        return (
            [int(part) for part in parts] if all(part.isascii() and part.isdigit() for part in parts) else []
        )


def _parts(text: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
    if len(parts) == 1 and "," in text:
        commas = [part.strip() for part in text.split(",") if part.strip()]
        # a name may hold a comma, an address does not
        if all("@" in part for part in commas):
            return commas
    return parts
