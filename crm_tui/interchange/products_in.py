"""From the rows of a file to drafts of products. Prices stay text: their currency may be the stored product's."""

from __future__ import annotations

import re
from typing import Final

from crm_tui.domain.loading.records import RecordDraft
from crm_tui.domain.products import SKU
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.money_in import DecimalSign
from crm_tui.interchange.record_columns import Convert, RecordReader, Spec, name_of
from crm_tui.money import check_currency

_SPAN: Final = re.compile(r"([0-9]{1,6}) ?([a-z]*)\.?")
_MONTHS: Final = {"": 1, "m": 1, "mo": 1, "month": 1, "months": 1, "y": 12, "year": 12, "years": 12}
_DAYS: Final = {
    "": 1, "d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7, "m": 30, "mo": 30, "month": 30, "months": 30,
    "y": 365, "year": 365, "years": 365,
}  # fmt: skip


class ProductReader:
    """Makes drafts of products from rows."""

    def __init__(self, columns: Columns, *, own: bool) -> None:
        specs = [
            Spec("sku", name_of("SKU", SKU), words=True),
            Spec("warranty_months", _span(_MONTHS, "number of months")),
            Spec("reorder_days", _span(_DAYS, "number of days")),
            Spec("archived_at", columns.instant("archived_at")),
            Spec("price", str, "values"),
            Spec("currency", check_currency, "values", binding=True),
        ]
        self._reader = RecordReader(columns, specs, name="name", own=own)
        self._sign = DecimalSign(columns, ("price",))

    def draft(self, line: int, cells: list[str]) -> RecordDraft:
        """The draft of one row.

        Raises:
            RejectedRowError: a cell cannot be what its column is.
        """
        made = self._reader.draft(line, cells)
        if "price" in made.values:
            made.values["decimal"] = self._sign.found
        return made


def _span(units: dict[str, int], what: str) -> Convert:
    def read(text: str) -> int:
        match = _SPAN.fullmatch(text.strip().lower())
        if match is None or match[2] not in units:
            raise InvalidDataError(f'"{text[:60]}" is no {what}.')
        return int(match[1]) * units[match[2]]

    return read
