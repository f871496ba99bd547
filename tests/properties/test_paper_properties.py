"""Whatever the lines and payments, what is printed adds up to what the invoice comes to."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.cells import cell_width
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.interchange.papers import text_paper
from crm_tui.interchange.papers.paper import paper
from crm_tui.money import parse_amount
from tests.conftest import NOW

PERCENT = st.sampled_from([None, "0", "2.5", "7", "20", "33.333333333", "100"])
LINES = st.lists(
    st.builds(
        LineDraft,
        st.text(min_size=1, max_size=90).map(lambda text: f"A{text}".replace("\x00", "")),
        st.sampled_from(["1", "3", "-2", "0.333333333", "12345678"]),
        st.integers(-(10**9), 10**9),
        st.none(),
        PERCENT,
        PERCENT,
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def business(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the invoices of one business are."""
    path = tmp_path_factory.mktemp("papers") / "crm.db"
    Crm.open(path, now=NOW).close()
    return path


@settings(max_examples=25, deadline=None)
@given(
    lines=LINES,
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    paid=st.lists(st.integers(1, 10**7), max_size=8),
)
def test_what_is_printed_adds_up(
    business: Path, lines: list[LineDraft], currency: str, paid: list[int]
) -> None:
    with Crm.open(business, now=NOW) as crm:
        made = crm.invoices.add(lines=lines, currency=currency)
        for each in paid:
            crm.payments.add(made.id, each)
        found, made = paper(crm, made.id), crm.invoices.get(made.id)

    def minor(text: str) -> int:
        return parse_amount(text.partition(" ")[0], currency, ".")

    at = [each.label for each in found.sums].index("Total")
    taxes, total, payments = found.sums[1:at], found.sums[at], found.sums[at + 1 :]
    net = sum(minor(each.net) for each in found.items)
    assert net == made.net_minor
    assert net + sum(minor(each.figure) for each in taxes) == minor(total.figure) == made.total_minor
    assert minor(total.figure) + sum(minor(each.figure) for each in payments) == made.balance_minor
    assert minor(found.due.figure) == abs(made.balance_minor)
    if at:
        assert minor(found.sums[0].figure) == net
        assert sum(minor(each.label.rpartition(" ")[2]) for each in taxes) == net
    printed = text_paper.lines(found)
    assert max(map(cell_width, printed)) <= text_paper.WIDTH
