"""The deals closed in a period behind the figures of a report, and what they come to.

They are told together as ``closed.tallies`` tells them, so what is converted is converted and rounded alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crm_tui.domain.reports import closed, winloss
from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports.asking import CODE, CYCLE, Deals, period_of
from crm_tui.domain.reports.behind import Behind, How, money_lines
from crm_tui.domain.reports.closed import Tally
from crm_tui.domain.reports.deal_money import Rates, Sums
from crm_tui.domain.reports.rated import told
from crm_tui.domain.reports.report import Reason
from crm_tui.money import Money

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.cells import Cell
    from crm_tui.domain.reports.report import Value

_COLUMNS: Final = f"deals.status, {CODE}, deals.closed_on, deals.id, deals.title, deals.amount_minor, {CYCLE}"
_OUTCOMES: Final = {
    "won": "won",
    "lost": "lost",
    "share": "lost",
    "won_amount": "won",
    "average_won": "won",
    "lost_amount": "lost",
    "cycle_days_won": "won",
    "cycle_days_lost": "lost",
    "cycle_days": "won",
}
"""Which deals a figure is of; of the others all closed ones."""
_AMOUNTS: Final = frozenset({"won_amount", "average_won", "lost_amount"})
FORMULAS: Final = {
    "won": "won = the deals won in the period, counted",
    "lost": "lost = the deals lost in the period, counted",
    "win_rate": "win rate = won / (won + lost)",
    "share": "share = lost for this reason / all lost",
    "won_amount": "won amount = the amounts of the won deals, added up",
    "average_won": "average won = amount won / won deals that have an amount",
    "lost_amount": "lost amount = the amounts of the lost deals, added up",
    "cycle_days_won": "days to win = the days from being made to being won of each won deal, on average",
    "cycle_days_lost": "days to lose = the days from being made to being lost of each lost deal, on average",
    "cycle_days": "cycle days = the days from being made to being won of each won deal, on average",
}
"""The figures that closed deals come to."""


class Ended(NamedTuple):
    """A closed deal, with its own amount and the days it took."""

    on: date
    id: int
    title: str
    money: Money | None
    days: int


class Group(NamedTuple):
    """Deals of one outcome that are told together; ``code`` is None for those without an amount.

    ``worth`` are their amounts added up, in minor units of ``code``.
    """

    kind: Any
    code: str | None
    is_won: bool
    worth: int
    deals: Sequence[Ended]


def groups(deals: Deals, cell: Cell, rates: Rates) -> list[Group]:
    """The deals closed in the period of the report, told as its rows are."""
    by = str(cell.report.by)
    period = period_of(cell.asked, deals.day)
    apart: dict[tuple[Any, ...], list[Ended]] = defaultdict(list)
    for kind, status, own, day, deal_id, title, minor, days in deals.rows(
        f"{closed.KEYS[by]}, {_COLUMNS}",
        closed.CLOSED,
        (period.start.isoformat(), period.end.isoformat()),
        "ORDER BY deals.closed_on, deals.id",
    ):
        on = deals.day_of(day) or deals.day
        money = None if own is None else Money(minor, own)
        apart[kind, own, status, on].append(Ended(on, deal_id, title, money, days))
    known = closed.pipelines(deals.crm) if by == "pipeline" else {}
    found = []
    for (kind, own, status, on), ended in apart.items():
        minor = sum(each.money.minor for each in ended if each.money is not None)
        kind, code, worth = closed.told(
            kind, own, minor, len(ended), on,
            rates=rates if cell.asked.convert and cell.code is None else None, band=winloss.BANDS.get(by),
        )  # fmt: skip
        if by == "pipeline":
            kind = known.get(kind, (0, ""))[0]
        found.append(Group(kind, code, status == "won", worth, ended))
    return found


def chosen(found: Sequence[Group], cell: Cell, usual: str) -> list[Group]:
    """Those of the row, of the currency, or all; ``usual`` is the currency that those without an amount stand with."""
    if cell.row is not None:
        return [
            each for each in found if each.kind == cell.row.kind and (each.code or usual) == cell.row.currency
        ]
    return [each for each in found if cell.code in (None, each.code or usual)]


def tally(found: Iterable[Group]) -> Tally:
    """What they come to; the money of several currencies is meaningless then."""
    whole = Tally()
    for each in found:
        days = sum(deal.days for deal in each.deals)
        valued = sum(deal.money is not None for deal in each.deals)
        whole.add(
            Tally.of(won=each.is_won, count=len(each.deals), valued=valued, minor=each.worth, days=days)
        )
    return whole


def amount_won(crm: Crm, cell: Cell, found: Iterable[Group]) -> Money | None:
    """What was won in one currency: that of the row or of the totals of a currency, else as the totals have it."""
    sums = Sums(1)
    sums.add(cell.code if cell.row is None else cell.row.currency, (0,))
    for each in found:
        if each.is_won and each.code is not None:
            sums.add(each.code, (each.worth,))
    return sums.ones(crm, cell.report.as_of).money[0]


def behind(crm: Crm, cell: Cell, found: Sequence[Group]) -> Behind:
    """What is behind a figure of ``FORMULAS``."""
    key = cell.figure.key
    outcome = _OUTCOMES.get(key)
    kept = [each for each in found if outcome is None or each.is_won == (outcome == "won")]
    reasons = tuple(_reasons(kept, key))
    own_days = by_own_days(cell)
    whole = tally(kept)
    how, total, steps = How.SUM, None, tuple[str, ...]()
    notes = words.without_amount(whole.missing) if key in _AMOUNTS else []
    if key in ("win_rate", "share"):
        how, total = How.SHARE, cell.report.totals.lost if key == "share" else None
    elif key.startswith("cycle_days"):
        how = How.MEAN
    elif key == "average_won":
        how, steps = _average(crm, cell, kept, reasons)
    if key in _AMOUNTS:
        notes = [*notes, *rounding(kept)]
    return Behind(
        formula=FORMULAS[key], reasons=reasons, how=how, whole=total, steps=steps, notes=tuple(notes),
        by_own_days=own_days,
    )  # fmt: skip


def by_own_days(cell: Cell) -> bool:
    """Whether money is converted by the rates of the days of closing."""
    return cell.asked.convert and cell.code is None


def rounding(found: Iterable[Group]) -> list[str]:
    """A note on how converted amounts are rounded, where there are any."""
    converted = (
        deal.money is not None and deal.money.currency != each.code for each in found for deal in each.deals
    )
    return [words.ROUNDED_BY_DAY] if any(converted) else []


def average(crm: Crm, cell: Cell, found: Sequence[Group], reasons: Sequence[Reason]) -> tuple[str, ...]:
    """How the amount won on average comes about: what each currency comes to in one, and the division."""
    whole, amount = tally(found), amount_won(crm, cell, found)
    lines = money_lines(crm, cell, reasons, amount, by_own_days=by_own_days(cell))
    if amount is None:
        return (*lines,)
    if not whole.valued:
        return ("= not known, for no deal was won that has an amount",)
    return (*lines, f"= {told(amount)} / {whole.valued:,} = {told(whole.average(amount))}")


def _average(
    crm: Crm, cell: Cell, found: Sequence[Group], reasons: Sequence[Reason]
) -> tuple[How, tuple[str, ...]]:
    """The mean of the amounts; said line by line where they are of several currencies."""
    codes = {each.value.currency for each in reasons if isinstance(each.value, Money)}
    if codes <= {cell.currency}:
        return How.MEAN, ()
    return How.STATED, average(crm, cell, found, reasons)


def all_of(found: Iterable[Group]) -> list[tuple[Ended, bool]]:
    """Their deals by the day of closing, and whether each was won."""
    every = [(deal, each.is_won) for each in found for deal in each.deals]
    return sorted(every, key=lambda each: (each[0].on, each[0].id))


def _reasons(found: Iterable[Group], key: str) -> Iterator[Reason]:
    for deal, is_won in all_of(found):
        value: Value = 1
        part = "won" if is_won else "lost"
        if key == "win_rate":
            value = int(is_won)
        elif key in _AMOUNTS:
            value = deal.money
            part = part if deal.money is not None else "no amount"
        elif key.startswith("cycle_days"):
            value = deal.days
        yield Reason(kind="deal", id=deal.id, title=deal.title, on=deal.on, part=part, value=value)
