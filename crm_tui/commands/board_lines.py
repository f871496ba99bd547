"""The board as text: a heading a stage with its sums, then a line a deal, in the width of the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from crm_tui.cells import cell_width, clean, cut, pad
from crm_tui.dates import day_distance, relative_day
from crm_tui.money import format_money

if TYPE_CHECKING:
    from crm_tui.domain.board import Board, Card, Lane

Style = Callable[[str, str], str]
_GAP: Final = "  "
_NARROWEST: Final = 8
_AMOUNT: Final = 2
# the places of the texts that give way on a narrow terminal, and how readily
_FLEX: Final = {0: 3, 1: 2, 4: 2}


def lines(board: Board, today: date, width: int, style: Style) -> Iterator[str]:
    """The lines of a board; ``style`` puts a text into a named style."""
    cards = [card for lane in board.lanes for card in lane.cards]
    digits = max((len(str(card.id)) for card in cards), default=0)
    shown = {card.id: _cells(card, digits, today) for card in cards}
    widths = _fit([*shown.values()], width)
    for place, lane in enumerate(board.lanes):
        if place:
            yield ""
        yield from _head(lane, width, style)
        for card in lane.cards:
            yield _line(shown[card.id], widths)


def _head(lane: Lane, width: int, style: Style) -> Iterator[str]:
    """The stage with its sums, in one line where they fit, else one line a sum."""
    name, count = clean(lane.stage.name), str(len(lane.cards))
    sums = _sums(lane)
    together = " · ".join((count, *sums))
    if cell_width(name) + len(_GAP) + cell_width(together) <= width:
        yield f"{style(name, 'bold')}{_GAP}{style(together, 'dim')}"
        return
    yield f"{style(name, 'bold')}{_GAP}{style(count, 'dim')}"
    for each in sums:
        yield style(cut(f"{_GAP}{each}", width), "dim")


def _sums(lane: Lane) -> list[str]:
    parts: list[str] = []
    for total in lane.totals:
        if total.currency is None:
            parts.append(f"{total.missing} without an amount")
        else:
            amount = format_money(total.amount_minor, total.currency)
            parts.append(f"{amount}, weighted {format_money(total.weighted_minor, total.currency)}")
    return parts


def _cells(card: Card, digits: int, today: date) -> list[str]:
    title = f"{'!' if card.is_stuck else ' '} {card.id:>{digits}} {card.title}"
    who = " · ".join(each for each in (card.contact, card.company) if each)
    amount = "-"
    if card.amount_minor is not None and card.currency is not None:
        amount = format_money(card.amount_minor, card.currency)
    age = day_distance(today - timedelta(days=card.age_days), today) if card.age_days else "today"
    step = "no next step"
    if card.next_step is not None and card.next_due_on is not None:
        step = f"{relative_day(card.next_due_on, today)}: {card.next_step}"
    return [clean(each) for each in (title, who, amount, age, step)]


def _fit(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    widths = [max(cell_width(row[place]) for row in rows) for place in range(5)] if rows else []
    spare = width - len(_GAP) * 4
    while sum(widths) > spare:
        able = [place for place in _FLEX if widths[place] > _NARROWEST]
        if not able:
            break
        widths[max(able, key=lambda place: widths[place] / _FLEX[place])] -= 1
    return widths


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    parts = [
        pad(cut(text, size), size, "right" if place == _AMOUNT else "left")
        for place, (text, size) in enumerate(zip(cells, widths, strict=True))
    ]
    return _GAP.join(parts).rstrip()
