"""What was won and lost, and why: win rate, amounts, and how long it took, of the deals closed in a period.

Win rate = won / (won + lost). Average won = the amount won / the won deals that have an amount. Cycle days = the day
of closing minus the day of ``created_at``, on average. Sizes are decades of the amount in whole units of its currency:
100 EUR and 100 JPY stand in the same row only where they are converted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import add_months
from crm_tui.domain.reports import closed
from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports.asking import looking, period_of
from crm_tui.domain.reports.closed import Tally
from crm_tui.domain.reports.currencies import base_first
from crm_tui.domain.reports.deal_money import Ones, Rates, Sums
from crm_tui.domain.reports.report import Asked, Bar, Figure, Plot, Report, Unit
from crm_tui.domain.reports.wishes import by_of
from crm_tui.money import Money, exponent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.asking import Deals

NAME: Final = "winloss"
TITLE: Final = "Won and lost"
QUESTION: Final = "What was won, what was lost, and why?"
BY: Final = ("reason", "source", "size", "period", "pipeline")
PERIOD: Final = True
CONDITION: Final = "deals"
_SMALLEST: Final = 2
_LARGEST: Final = 6
"""Decades that have a row of their own begin with 100 and end below 1,000,000."""
_HEADS: Final = {
    "reason": Figure("group", "Reason"),
    "source": Figure("group", "Source"),
    "size": Figure("group", "Size"),
    "period": Figure("group", "Month", Unit.MONTH),
    "pipeline": Figure("group", "Pipeline"),
}
_LOST: Final = (
    *words.counts(lost="Lost"),
    Figure("share", "Share", Unit.RATE),
    *words.CURRENCY,
    *words.money("lost_amount", "Amount"),
    Figure("cycle_days_lost", "Days", Unit.DAYS),
)
_BOTH: Final = (
    *words.counts(won="Won", lost="Lost"),
    Figure("win_rate", "Win rate", Unit.RATE),
    *words.CURRENCY,
    *words.money("won_amount", "Amount won"),
    *words.money("average_won", "Average"),
    *words.money("lost_amount", "Amount lost"),
    Figure("cycle_days_won", "Days to win", Unit.DAYS),
    Figure("cycle_days_lost", "Days to lose", Unit.DAYS),
)
TOTAL_COLUMNS: Final = (
    *words.counts(won="Won", lost="Lost"),
    Figure("win_rate", "Win rate", Unit.RATE),
    *words.TOTAL_CURRENCY,
    *words.money("won_amount", "Amount won"),
    *words.money("average_won", "Average"),
    Figure("cycle_days_won", "Days to win", Unit.DAYS),
    Figure("cycle_days_lost", "Days to lose", Unit.DAYS),
)


@dataclass(frozen=True, slots=True)
class WinlossRow:
    """Deals of a currency that have something in common; by reason only lost ones, and their share of all lost ones.

    ``group`` is that, None for deals without it: no source, no amount. ``kind`` is the same by its key: the decade of a
    size, the id of a pipeline.
    """

    group: str | None
    won: int
    lost: int
    win_rate: float | None
    share: float | None
    currency: str
    won_amount: Money
    average_won: Money | None
    lost_amount: Money
    cycle_days_won: float | None
    cycle_days_lost: float | None
    kind: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class WinlossTotals:
    """All deals closed in the period."""

    won: int
    lost: int
    win_rate: float | None
    currency: str | None
    converted: bool
    won_amount: Money | None
    average_won: Money | None
    cycle_days_won: float | None
    cycle_days_lost: float | None


def report(crm: Crm, asked: Asked) -> Report[WinlossRow, WinlossTotals]:
    """The deals closed in a period, the trailing twelve months unless told otherwise.

    Raises:
        UsageError: it is asked for other rows, or as ``asking.looking`` says.
    """
    by = by_of(asked, NAME, BY)
    rates = Rates(crm, asked)
    with looking(crm, asked) as deals:
        period = period_of(asked, deals.day)
        found = closed.tallies(
            deals, period, closed.KEYS[by], rates if asked.convert else None, BANDS.get(by)
        )
        apart = closed.tallies(deals, period, "NULL") if asked.convert else found
    usual = closed.usual(crm, (code for _, code in found))
    rows = _rows(crm, by, closed.placed(found, usual), usual)
    totals, ones = totals_of(found, deals, rates)
    currencies = _by_currency(crm, apart, deals)
    missing = sum(tally.missing for tally in found.values())
    return Report(
        name=NAME, title=TITLE, question=QUESTION, period=period, as_of=deals.day, by=by,
        columns=(_HEADS[by], *(_LOST if by == "reason" else _BOTH)), rows=rows,
        total_columns=TOTAL_COLUMNS, totals=totals, by_currency=currencies, plots=_plots(by, rows),
        answer=_answer(totals, currencies),
        notes=(*words.without_amount(missing), *ones.notes, *rates.notes("the days of closing")),
        is_empty=not totals.won + totals.lost,
    )  # fmt: skip


def totals_of(
    found: Mapping[tuple[Any, str | None], Tally],
    deals: Deals,
    rates: Rates | None = None,
    code: str | None = None,
) -> tuple[WinlossTotals, Ones]:
    """All of them as one, and what is to be known about the rates; ``code`` if they are those of a currency."""
    whole = closed.together(found.values())
    ones = sums_of(found, code).ones(deals.crm, deals.day, rates)
    (amount,) = ones.money
    return WinlossTotals(
        whole.won, whole.lost, whole.win_rate, ones.currency, ones.converted, amount, whole.average(amount),
        whole.cycle_days_won, whole.cycle_days_lost,
    ), ones  # fmt: skip


def sums_of(found: Mapping[tuple[Any, str | None], Tally], code: str | None = None) -> Sums:
    """What was won, in each currency in which something was, and in ``code``."""
    sums = Sums(1)
    sums.add(code, (0,))
    for (_, code), tally in found.items():
        if tally.valued:
            sums.add(code, (tally.won_minor,))
    return sums


def _by_currency(
    crm: Crm, found: Mapping[tuple[Any, str | None], Tally], deals: Deals
) -> tuple[WinlossTotals, ...]:
    """The totals of each currency, where there are several."""
    codes = {code for _, code in found if code is not None}
    if len(codes) < 2:
        return ()
    kept = closed.placed(found, closed.usual(crm, codes))
    return tuple(
        totals_of({key: tally for key, tally in kept.items() if key[1] == code}, deals, code=code)[0]
        for code in sorted({code for _, code in kept}, key=base_first(crm))
    )


def _rows(crm: Crm, by: str, found: Mapping[tuple[Any, str], Tally], usual: str) -> tuple[WinlossRow, ...]:
    kept = {**found}
    label: Callable[[Any], str | None] = _as_it_is
    order = _by_number(found)
    if by == "pipeline":
        kept, names = _of_pipelines(crm, found)
        label, order = names.__getitem__, _in_order
    elif by == "reason":
        kept = {key: tally for key, tally in found.items() if tally.lost}
    elif by == "size":
        label, order = _size, _in_order
    elif by == "period":
        order = _in_order
        kept |= {(month, usual): Tally() for month in _months_without(found)}
    lost = sum(tally.lost for tally in found.values())
    place = base_first(crm)
    ordered = sorted(kept, key=lambda key: (*order(key[0]), place(key[1])))
    return tuple(_row(label(kind), kind, code, kept[kind, code], lost) for kind, code in ordered)


def _row(group: str | None, kind: Any, code: str, tally: Tally, lost: int) -> WinlossRow:
    won = Money(tally.won_minor, code)
    return WinlossRow(
        group, tally.won, tally.lost, tally.win_rate, tally.lost / lost if lost else None, code, won,
        tally.average(won), Money(tally.lost_minor, code), tally.cycle_days_won, tally.cycle_days_lost, kind,
    )  # fmt: skip


def _as_it_is(kind: Any) -> str | None:
    return None if kind is None else str(kind)


def _in_order(kind: Any) -> tuple[Any, ...]:
    return (kind is None, kind if kind is not None else 0)


def _by_number(found: Mapping[tuple[Any, str], Tally]) -> Callable[[Any], tuple[Any, ...]]:
    """The most frequent first, those without one last."""
    numbers: dict[Any, int] = {}
    for (kind, _), tally in found.items():
        numbers[kind] = numbers.get(kind, 0) + tally.closed
    return lambda kind: (kind is None, -numbers[kind], str(kind))


def _of_pipelines(
    crm: Crm, found: Mapping[tuple[Any, str], Tally]
) -> tuple[dict[tuple[Any, str], Tally], dict[Any, str]]:
    """By pipeline what was by stage; and the names of the pipelines."""
    known = closed.pipelines(crm)
    kept: dict[tuple[Any, str], Tally] = {}
    for (stage_id, code), tally in found.items():
        kept.setdefault((known.get(stage_id, (0, ""))[0], code), Tally()).add(tally)
    return kept, {0: "", **dict(known.values())}


def _months_without(found: Iterable[tuple[Any, str]]) -> Iterator[str]:
    """The months without deals between the first and the last with some."""
    used = {str(kind) for kind, _ in found}
    if used:
        month, last = date.fromisoformat(f"{min(used)}-01"), max(used)
        while (name := month.isoformat()[:7]) < last:
            if name not in used:
                yield name
            month = add_months(month, 1)


def _band(minor: int | None, code: str | None) -> int | None:
    """The decade of an amount in whole units: 2 for 100 up to, but without, 1,000."""
    if minor is None or code is None:
        return None
    digits = len(str(abs(minor))) - exponent(code)
    return min(max(digits - 1, _SMALLEST - 1), _LARGEST)


BANDS: Final[Mapping[str, Callable[[int | None, str | None], int | None]]] = {"size": _band}
"""What makes the key of an amount, by what the rows are of."""


def _size(decade: int | None) -> str | None:
    if decade is None:
        return None
    if decade < _SMALLEST:
        return f"under {10**_SMALLEST}"
    if decade >= _LARGEST:
        return f"{10**_LARGEST:,} and more"
    return f"{10**decade:,} to {10 ** (decade + 1):,}"


def _plots(by: str, rows: Sequence[WinlossRow]) -> tuple[Plot, ...]:
    """By reason how many were lost; else how many were closed and what of it was won."""
    numbers: dict[str | None, list[int]] = {}
    for row in rows:
        kept = numbers.setdefault(row.group, [0, 0])
        kept[0] += row.won
        kept[1] += row.lost
    none = "no amount" if by == "size" else f"no {by}"
    if by == "reason":
        bars = tuple(Bar(group or none, lost, f"{lost:,}") for group, (_, lost) in numbers.items())
        return (Plot("Lost, by reason", bars),) if bars else ()
    bars = tuple(
        Bar(group or none, won + lost, f"{won:,} of {won + lost:,} won", won)
        for group, (won, lost) in numbers.items()
    )
    return (Plot("Closed, and won", bars, in_time=by == "period"),) if bars else ()


def _answer(totals: WinlossTotals, apart: Sequence[WinlossTotals]) -> tuple[str, ...]:
    head = f"{totals.won:,} won, {totals.lost:,} lost"
    rate = f"{words.percent(totals.win_rate)} win rate" if totals.win_rate is not None else ""
    amounts = [each.won_amount for each in (apart or [totals]) if each.won_amount is not None and each.won]
    every, few = words.worth(amounts)
    long = f"{every} won" if every else ""
    short = f"{few} won" if few else ""
    days = f"{words.length(totals.cycle_days_won)} to win" if totals.won else ""
    return words.joined(
        [head, rate, long, days], [head, rate, short, days], [head, rate, short], [head, rate], [head]
    )
