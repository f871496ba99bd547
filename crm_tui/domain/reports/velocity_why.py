"""What is behind the pace: the open deals, and those won and lost in the period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crm_tui.domain.reports import closed, endings, velocity
from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports.asking import CODE, OPEN, Deals, looking
from crm_tui.domain.reports.behind import Behind, How
from crm_tui.domain.reports.deal_money import Rates
from crm_tui.domain.reports.rated import told
from crm_tui.domain.reports.report import Reason
from crm_tui.money import Money

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell
    from crm_tui.domain.reports.endings import Group

KEYS: Final = ("open_deals", "won", "lost", "win_rate", "average_won", "cycle_days", "per_day")
"""The figures that are explained here."""
_OPEN: Final = "open = the open deals, counted"
_PER_DAY: Final = "per day = open deals x win rate x average won amount / average cycle days"
_WHOLE: Final = (
    "The parts are shown rounded; it is worked out from the whole numbers above, and rounded once."
)
_STANDING: Final = f"{CODE}, deals.id, deals.title, deals.expected_close_on, deals.amount_minor"
_IN_ORDER: Final = "ORDER BY deals.expected_close_on IS NULL, deals.expected_close_on, deals.id"


class _Open(NamedTuple):
    """An open deal; ``code`` is the currency it is told in."""

    kind: Any
    code: str | None
    id: int
    title: str
    closes: date | None
    money: Money | None


def behind(crm: Crm, cell: Cell) -> Behind:
    """The open deals, or those closed, of a row, of a currency, or all."""
    rates, key = Rates(crm, cell.asked), cell.figure.key
    with looking(crm, cell.asked) as deals:
        found = endings.groups(deals, cell, rates)
        standing = _standing(deals, cell, rates)
    usual = closed.usual(crm, (*(each.code for each in found), *(each.code for each in standing)))
    ended = endings.chosen(found, cell, usual)
    if key in endings.FORMULAS:
        return endings.behind(crm, cell, ended)
    kept = [each for each in standing if _is_of(each, cell, usual)]
    if key == "open_deals":
        reasons = tuple(_reason(each, counted=True) for each in kept)
        return Behind(formula=_OPEN, reasons=reasons, of_a_day=True)
    return _per_day(crm, cell, kept, ended)


def _standing(deals: Deals, cell: Cell, rates: Rates) -> list[_Open]:
    """The open deals, told as the rows of the report are; as they are where the totals of one currency are meant."""
    by = str(cell.report.by)
    known = closed.pipelines(deals.crm) if by == "pipeline" else {}
    found = []
    for kind, own, deal_id, title, closes, minor in deals.rows(
        f"{closed.KEYS[by]}, {_STANDING}", OPEN, rest=_IN_ORDER
    ):
        code = own if cell.code is not None else rates.of(own, (), deals.day)[0]
        group = known.get(kind, (0, ""))[0] if by == "pipeline" else kind
        money = None if own is None else Money(minor, own)
        found.append(_Open(group, code, deal_id, title, deals.day_of(closes), money))
    return found


def _is_of(deal: _Open, cell: Cell, usual: str) -> bool:
    code = deal.code or usual
    if cell.row is not None:
        return bool(deal.kind == cell.row.kind and code == cell.row.currency)
    return cell.code in (None, code)


def _reason(deal: _Open, *, counted: bool = False) -> Reason:
    value = 1 if counted else deal.money
    return Reason(kind="deal", id=deal.id, title=deal.title, on=deal.closes, part="open", value=value)


def _per_day(crm: Crm, cell: Cell, standing: Sequence[_Open], found: Sequence[Group]) -> Behind:
    ended = tuple(
        Reason(
            kind="deal", id=deal.id, title=deal.title, on=deal.on, part="won" if is_won else "lost", value=deal.money
        )
        for deal, is_won in endings.all_of(found)
    )  # fmt: skip
    whole = endings.tally(found)
    return Behind(
        formula=_PER_DAY,
        reasons=(*map(_reason, standing), *ended),
        how=How.STATED,
        steps=(*_steps(crm, cell, len(standing), found, ended),),
        notes=(
            *velocity.not_in_average(whole.won - whole.valued),
            *endings.rounding(each for each in found if each.is_won),
        ),
        by_own_days=endings.by_own_days(cell),
    )


def _steps(crm: Crm, cell: Cell, standing: int, found: Sequence[Group], ended: Sequence[Reason]) -> list[str]:
    """The parts of the product, and the product; or why there is none."""
    whole, amount = endings.tally(found), endings.amount_won(crm, cell, found)
    won = [each for each in ended if each.part == "won"]
    if not whole.won:
        return ["= not known, for nothing was won"]
    rate, days = words.rate(whole.win_rate), words.length(whole.cycle_days_won)
    lines = [f"win rate = {whole.won:,} / ({whole.won:,} + {whole.lost:,}) = {rate}"]
    shown = [
        f"average won {line}" if line[:1] == "=" else line for line in endings.average(crm, cell, found, won)
    ]
    lines += [*shown, f"cycle = {whole.won_days:,} days / {whole.won:,} = {days}"]
    if amount is None or not whole.valued:
        return [*lines, "= not known, for there is no average"]
    if whole.won_days <= 0:
        return [*lines, "= not known, for all were won on the day they were made"]
    average = told(whole.average(amount))
    lines.append(f"= {standing:,} x {rate} x {average} / {days} = {told(_value(cell))}")
    is_exact = not (
        whole.won * 1000 % whole.closed or amount.minor % whole.valued or whole.won_days * 10 % whole.won
    )
    return lines if is_exact else [*lines, _WHOLE]


def _value(cell: Cell) -> Money | None:
    return cell.value if isinstance(cell.value, Money) else None
