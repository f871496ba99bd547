"""What is behind the forecast: the open deals of a month or of all, and what came of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain.deal_fields import WEIGHTED
from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports import forecast, history
from crm_tui.domain.reports.asking import CODE, OPEN, Deals, looking
from crm_tui.domain.reports.behind import Behind
from crm_tui.domain.reports.report import Reason
from crm_tui.money import Money, divide_half_even

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell
    from crm_tui.domain.reports.history import Share
    from crm_tui.domain.reports.report import Value

KEYS: Final = (
    "count", "open_deals", "amount", "weighted", "expected", "missing", "won_count", "won_amount",
)  # fmt: skip
"""The figures that are explained here."""
_FORMULAS: Final = {
    "count": "deals = the open deals that are expected to close then, counted",
    "open_deals": "open = the open deals, counted",
    "amount": "amount = the amounts of the open deals, added up",
    "weighted": "weighted = amount x probability / 100 of each open deal, added up",
    "expected": "by own rates = amount x own win rate of the stage, or what is weighted where there is none",
    "missing": "no amount = the open deals without an amount, counted",
    "won_count": "won since = the deals open then that are won by now, counted",
    "won_amount": "amount won = what the deals open then that are won by now were won for, added up",
}
_AMOUNTS: Final = frozenset({"amount", "weighted", "expected", "won_amount"})
_TOGETHER: Final = (
    "Expected values are rounded for all deals of a row, currency and stage together; the value of a single one can"
    " be a minor unit off."
)
_IN_ORDER: Final = "ORDER BY deals.expected_close_on IS NULL, deals.expected_close_on, deals.id"


class _Deal(NamedTuple):
    """A deal that was open; its amount is what it was won for where that is asked."""

    part: str
    id: int
    title: str
    on: str | None
    code: str | None
    minor: int | None
    weighted: int | None
    percent: int
    stage_id: int


def behind(crm: Crm, cell: Cell) -> Behind:
    """The deals of a part and currency, of a currency, or all that are open."""
    key = cell.figure.key
    with looking(crm, cell.asked) as deals:
        found = _chosen(_won(deals) if key.startswith("won") else _open(deals), deals, cell)
        shares = history.shares(deals) if key == "expected" else {}
    if key == "missing":
        found = [each for each in found if each.minor is None]
    values = _expected(found, shares) if key == "expected" else {}
    steps = tuple(history.notes(crm, shares, {each.stage_id for each in found})) if key == "expected" else ()
    return Behind(
        formula=_FORMULAS[key],
        reasons=tuple(_reason(deals, each, key, values, shares) for each in found),
        steps=steps,
        notes=tuple(_notes(cell, found, key, shares)),
    )


def _open(deals: Deals) -> list[_Deal]:
    columns = (
        f"deals.id, deals.title, deals.expected_close_on, {CODE}, deals.amount_minor, {WEIGHTED}, deals.probability,"
        " deals.stage_id"
    )
    return [_Deal(*values) for values in deals.rows(f"{_part(deals)}, {columns}", OPEN, rest=_IN_ORDER)]


def _won(deals: Deals) -> list[_Deal]:
    """The deals open on a day in the past that are won by now."""
    columns = (
        f"deals.id, deals.title, later.closed_on, {forecast.WON_IN}, later.amount_minor, NULL, deals.probability,"
        " deals.stage_id"
    )
    rows = deals.rows(
        f"{_part(deals)}, {columns}",
        OPEN,
        rest="ORDER BY later.closed_on, deals.id",
        joins=forecast.WON_SINCE,
    )
    return [_Deal(*values) for values in rows]


def _part(deals: Deals) -> str:
    period = forecast.months_ahead(deals.day)
    return forecast.PARTS.format(today=period.start.isoformat(), end=period.end.isoformat())


def _chosen(found: Sequence[_Deal], deals: Deals, cell: Cell) -> list[_Deal]:
    """Those of the row, of the currency of the totals, or all."""
    row, base = cell.row, deals.crm.config.base_currency
    if row is None:
        return [each for each in found if cell.code in (None, each.code)]
    part = row.month or row.part
    # what has no row in its own currency was converted
    codes = {each.currency for each in cell.report.rows if part == (each.month or each.part)}
    return [
        each
        for each in found
        if each.part == part and (each.code if each.code in codes else base) == row.currency
    ]


def _expected(found: Sequence[_Deal], shares: Mapping[int, Share]) -> dict[int, int]:
    """What is expected of each deal, so that those of a part, currency and stage come to what is rounded once."""
    sums: dict[tuple[str, str | None, int], int] = defaultdict(int)
    values: dict[int, int] = {}
    for each in found:
        share = shares.get(each.stage_id)
        if share is None or not share.is_used:
            values[each.id] = each.weighted or 0
            continue
        key = (each.part, each.code, each.stage_id)
        before = divide_half_even(sums[key] * share.won, share.n)
        sums[key] += each.minor or 0
        values[each.id] = divide_half_even(sums[key] * share.won, share.n) - before
    return values


def _reason(
    deals: Deals, deal: _Deal, key: str, values: Mapping[int, int], shares: Mapping[int, Share]
) -> Reason:
    value: Value = 1
    part = None
    if key in _AMOUNTS and (deal.minor is None or deal.code is None):
        value, part = None, "no amount"
    elif key in _AMOUNTS and deal.code is not None:
        minor = {"weighted": deal.weighted, "expected": values.get(deal.id)}.get(key, deal.minor)
        value = Money(minor or 0, deal.code)
        share = shares.get(deal.stage_id)
        if share is not None and share.is_used:
            part = f"{share.won:,} of {share.n:,} won"
        elif key in ("weighted", "expected"):
            part = f"{deal.percent} %"
    return Reason(kind="deal", id=deal.id, title=deal.title, on=deals.day_of(deal.on), part=part, value=value)


def _notes(cell: Cell, found: Sequence[_Deal], key: str, shares: Mapping[int, Share]) -> list[str]:
    if key not in _AMOUNTS:
        return []
    notes = words.without_amount(sum(each.minor is None for each in found))
    if any(each.stage_id in shares and shares[each.stage_id].is_used for each in found):
        notes.append(_TOGETHER)
    return notes + words.rounded_by_row(cell, (each.code for each in found))
