"""What somebody owes and how late they pay, as lines of a card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from crm_tui.brief_lines import paying
from crm_tui.dates import day_distance
from crm_tui.text import clean, pad
from crm_tui.widgets.lines import Ink, Line, spread, wrap
from crm_tui.widgets.records import invoice_words

if TYPE_CHECKING:
    from crm_tui.domain.payers import Payer
    from crm_tui.models import InvoiceView

MOST = 4
"""So many unpaid invoices stand on a card."""


def lines(
    payer: Payer | None, unpaid: Sequence[InvoiceView], today: date, width: int, label: int
) -> Iterator[Line]:
    """What is owed in words, then the unpaid invoices, the oldest first; nothing where nothing was ever invoiced.

    Args:
        payer: how somebody pays.
        unpaid: what they have not paid.
        today: the day.
        width: the cells of a line.
        label: the cells of the labels.
    """
    told = paying(payer) if payer is not None else ""
    late = payer is not None and bool(payer.overdue)
    ink: Ink = "bad" if late else "plain"
    for place, part in enumerate(wrap(told, max(8, width - label - 3), 3) if told else ()):
        head = pad("money" if place == 0 else "", label)
        yield [(head, "dim"), ("! " if late and place == 0 else "  ", ink), (part, ink)]
    for each in unpaid:
        sign, tone = invoice_words.sign(each, today)
        late_for = day_distance(each.due_on, today) if sign == "!" else invoice_words.stands(each, today)
        yield spread(
            [(" " * label, "plain"), (f"{sign} ", tone), (clean(each.number), "plain"),
             (f"  {late_for}", "dim")],
            [(invoice_words.owed(each), "plain")],
            width - 1,
        )  # fmt: skip
