"""From the rows of a file to drafts of payments. Amounts stay text: their currency is the invoice's."""

from __future__ import annotations

from crm_tui.domain.loading.records import RecordDraft
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.money_in import DecimalSign
from crm_tui.interchange.record_columns import RecordReader, Spec, line_of
from crm_tui.money import check_currency


class PaymentReader:
    """Makes drafts of payments from rows."""

    def __init__(self, columns: Columns, *, own: bool) -> None:
        specs = [
            Spec("invoice", line_of("invoice"), "values", binding=True, words=True),
            Spec("paid_on", columns.day("paid_on"), "values"),
            Spec("amount", str, "values"),
            Spec("currency", check_currency, "values", binding=True),
            Spec("method", line_of("method")),
            Spec("reference", line_of("reference"), words=True),
        ]
        self._reader = RecordReader(columns, specs, name="", own=own)
        self._sign = DecimalSign(columns, ("amount",))

    def draft(self, line: int, cells: list[str]) -> RecordDraft:
        """The draft of one row.

        Raises:
            RejectedRowError: a cell cannot be what its column is.
        """
        made = self._reader.draft(line, cells)
        made.name = str(made.values.get("invoice") or "")
        if "amount" in made.values:
            made.values["decimal"] = self._sign.found
        return made
