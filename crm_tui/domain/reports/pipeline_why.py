"""The open deals behind the figures of the pipeline, and the weighted value of one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.dates import local_day
from crm_tui.domain.deal_fields import WEIGHTED
from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports import pipeline
from crm_tui.domain.reports.asking import OPEN, Deals, looking
from crm_tui.domain.reports.behind import Behind
from crm_tui.domain.reports.report import Explanation, Reason, Unit
from crm_tui.domain.reports.wishes import refuse
from crm_tui.errors import NotFoundError
from crm_tui.money import Money, format_decimal, format_money

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell
    from crm_tui.domain.reports.report import Asked, Value

KEYS: Final = ("count", "open_deals", "amount", "weighted", "stuck", "missing")
"""The figures that are explained here."""
_FORMULAS: Final = {
    "count": "deals = the open deals, counted",
    "open_deals": "open = the open deals, counted",
    "amount": "amount = the amounts of the open deals, added up",
    "weighted": "weighted = amount x probability / 100 of each open deal, added up",
    "stuck": "stuck = the open deals that have been in their stage for its rot_days or longer, counted",
    "missing": "no amount = the open deals without an amount, counted",
}
_COLUMNS: Final = (
    "deals.id, deals.title, deals.expected_close_on, deals.amount_minor, deals.currency, deals.probability, "
    f"{WEIGHTED}, deals.status"
)
_PLACE: Final = "deals.stage_id, deals.stage_entered_at"
_IN_ORDER: Final = "ORDER BY deals.expected_close_on IS NULL, deals.expected_close_on, deals.id"


class _Deal(NamedTuple):
    """An open deal."""

    id: int
    title: str
    closes: str | None
    minor: int | None
    code: str | None
    percent: int
    weighted: int | None
    status: str
    stage_id: int
    entered_at: str


def behind(crm: Crm, cell: Cell) -> Behind:
    """The open deals of a stage, or all of them."""
    key = cell.figure.key
    with looking(crm, cell.asked) as deals:
        found = [*_deals(deals, cell)]
        before = pipeline.stuck_before(deals) if key == "stuck" else {}
        if key == "stuck":
            found = [each for each in found if each.entered_at < before.get(each.stage_id, "")]
        elif key == "missing":
            found = [each for each in found if each.minor is None]
        missing = sum(each.minor is None for each in found) if key in ("amount", "weighted") else 0
        return Behind(
            formula=_FORMULAS[key],
            reasons=tuple(_reason(deals, each, key) for each in found),
            notes=(*words.without_amount(missing), *_rounding(cell, found)),
        )


def _rounding(cell: Cell, found: Iterable[_Deal]) -> list[str]:
    if cell.figure.unit is not Unit.MONEY:
        return []
    return words.rounded_by_row(cell, (None if each.minor is None else each.code for each in found))


def _deals(deals: Deals, cell: Cell) -> Iterator[_Deal]:
    """The open deals of the row, or of the totals."""
    row, base = cell.row, deals.crm.config.base_currency
    which, params = ("1", ()) if row is None else ("deals.stage_id = ?", (row.stage_id,))
    # what has no row in its own currency was converted
    codes = {each.currency for each in cell.report.rows if row is not None and each.stage_id == row.stage_id}
    for values in deals.rows(f"{_COLUMNS}, {_PLACE}", f"{OPEN} AND {which}", params, _IN_ORDER):
        deal = _Deal(*values)
        own = None if deal.minor is None else deal.code
        if row is not None and (own if own in codes else base) != row.currency:
            continue
        if cell.code is None or own == cell.code:
            yield deal


def _reason(deals: Deals, deal: _Deal, key: str) -> Reason:
    value: Value = 1
    part = f"{deal.percent} %" if key == "weighted" else None
    if key in ("amount", "weighted"):
        minor = deal.minor if key == "amount" else deal.weighted
        value = None if minor is None or deal.code is None else Money(minor, deal.code)
        part = "no amount" if value is None else part
    elif key == "stuck":
        part = f"since {local_day(deal.entered_at, deals.crm.clock)}"
    return Reason(
        kind="deal", id=deal.id, title=deal.title, on=deals.day_of(deal.closes), part=part, value=value
    )


def explain(crm: Crm, figure: str, ref: str, asked: Asked) -> Explanation:
    """How the weighted value of one deal comes about.

    Raises:
        UsageError: it is asked about a period.
        NotFoundError: there is no such deal, or there was none on that day.
        AmbiguousError: there is more than one.
    """
    refuse(asked, pipeline.NAME, period=True)
    deal_id = crm.references.deal(ref)
    with looking(crm, asked) as deals:
        found = deals.any_of(_COLUMNS, deal_id)
        if found is None:
            raise NotFoundError(
                f"There was no deal {deal_id} on {deals.day}.",
                "Name a later day with --as-of, or leave it out.",
            )
        _, title, closes, minor, code, percent, weighted, status = found
        value = None
        if status != "open":
            sentence = f"It is {status}: only open deals have a weighted value."
        elif minor is None:
            sentence = "It has no amount, which counts as nothing."
        else:
            value = Money(weighted, code)
            sentence = f"{format_decimal(minor, code)} x {percent} / 100 = {format_money(value.minor, code)}"
        on = deals.day_of(closes)
        return Explanation(
            figure=figure, title=f"Weighted value of {title}", value=value, unit=Unit.MONEY, period=None,
            as_of=deals.day, arithmetic=("weighted = amount x probability / 100", sentence),
            reasons=(Reason(kind="deal", id=deal_id, title=title, on=on, part=f"{percent} %", value=value),),
        )  # fmt: skip
