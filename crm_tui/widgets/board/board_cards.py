"""What a board says of its deals and stages, in as many words as there is room for.

Pure text: lines of pieces, each with what it means; ``board.py`` puts them on the screen. The rule it keeps: whatever
is urgent has a sign, colour comes second, and what matters most is the last to give way on a narrow column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.dates import day_distance, relative_day
from crm_tui.models import StageType
from crm_tui.money import exponent, format_money
from crm_tui.text import cell_width, clean, cut
from crm_tui.widgets.lines import Ink, Span

if TYPE_CHECKING:
    from crm_tui.domain.board import Card, Lane, Total

SOON_DAYS: Final = 7
"""So near an expected close is told with ``~``."""
SINCE_DAYS: Final = 90
"""Won and lost deals of so many days stand on the board."""
_DOT: Final = " · "
_LEAST: Final = 6  # cells of a text that still say something
_LONGEST: Final = 4  # characters a cell: a title may be a book
_JOINER: Final = "\u200d"


class Sign(NamedTuple):
    """One cell that says how a deal stands, and its ink."""

    sign: str
    ink: Ink


class Face(NamedTuple):
    """A card as it is drawn: its sign, and its three lines."""

    sign: Sign
    lines: tuple[Sequence[Span], Sequence[Span], Sequence[Span]]


def shown(text: str, width: int) -> str:
    """Any text, safe, on one line of at most ``width`` cells."""
    if len(text) > _LONGEST * width + 8:
        text = text[: _LONGEST * width + 8] + "…"
    # the sign that asks for the emoji form is one cell in some terminals and two in others, and a joiner at the end
    # would tie the text to what comes next
    return cut(clean(text).replace("\ufe0f", ""), width).rstrip(_JOINER)


def amount(minor: int | None, currency: str | None) -> str:
    """An amount for people, without decimals where they say nothing; empty when there is none."""
    if minor is None or currency is None:
        return ""
    unit = 10 ** exponent(currency)
    return f"{minor // unit:,} {currency}" if minor % unit == 0 else format_money(minor, currency)


def is_late(card: Card, today: date) -> bool:
    """Whether an open deal is past the day it was expected to close on."""
    return card.closed_on is None and card.expected_close_on is not None and card.expected_close_on < today


def sign(card: Card, today: date, *, won: bool = False) -> Sign:
    """How a deal stands, in black and white."""
    if card.closed_on is not None:
        return Sign("+", "good") if won else Sign("x", "bad")
    if card.is_stuck or is_late(card, today):
        return Sign("!", "bad")
    close = card.expected_close_on
    if close is not None and (close - today).days <= SOON_DAYS:
        return Sign("~", "soon")
    return Sign(" ", "plain")


def face(card: Card, kind: StageType, width: int, today: date) -> Face:
    """A card in lines of at most ``width`` cells."""
    found = sign(card, today, won=kind is StageType.WON)
    title: list[Span] = [(shown(card.title, width), "strong")]
    last = _state(card, width, today) if card.closed_on is None else _ending(card, width, today)
    return Face(found, (title, _worth(card, width), last))


def _worth(card: Card, width: int) -> list[Span]:
    """With whom, and how much: the cents are the first to go, then the person beside the company, then both."""
    money = amount(card.amount_minor, card.currency)
    names = [clean(name) for name in (card.contact, card.company) if name]
    if not money:
        return _who_and(names, ("no amount", "dim"), width) or [("no amount", "dim")]
    found = _who_and(names, (money, "plain"), width) if names else None
    if found is None and names and card.amount_minor is not None and card.currency is not None:
        whole = f"{_units(card.amount_minor, card.currency):,} {card.currency}"
        found = _who_and(names, (whole, "plain"), width)
    return found or [(shown(money, width), "plain")]


def _who_and(names: Sequence[str], end: Span, width: int) -> list[Span] | None:
    """Names and what stands behind them; None when hardly anything of a name would be left."""
    room = width - cell_width(end[0]) - len(_DOT)
    for who in (_DOT.join(names), names[-1] if names else ""):
        if who and cell_width(who) <= room:
            return [(shown(who, room), "plain"), (_DOT, "dim"), end]
    if not names or room < _LEAST:
        return None
    return [(shown(names[-1], room), "plain"), (_DOT, "dim"), end]


def _state(card: Card, width: int, today: date) -> list[Span]:
    """How long an open deal stands in its stage, whether it should be closed by now, and what comes next."""
    parts: list[Span] = [(age_words(card.age_days, today), "bad" if card.is_stuck else "dim")]
    close = card.expected_close_on
    if close is not None and is_late(card, today):
        late: Span = (f"{day_distance(close, today)} late", "bad")
        wide = _width([*parts, late]) + len(_DOT) + _LEAST <= width
        parts = [*parts, late] if wide or card.is_stuck else [late]
        if _width(parts) > width:
            parts[-1] = ("late", "bad")
    elif close is not None and (close - today).days <= SOON_DAYS:
        near: Span = (f"closes {relative_day(close, today)}", "soon")
        if _width([*parts, near]) + 2 * _LEAST <= width:
            parts.append(near)
    room = width - _width(parts) - len(_DOT)
    step = _next_step(card, room, today)
    if step[0]:
        parts.append(step)
    return _joined(parts, width)


def _next_step(card: Card, room: int, today: date) -> Span:
    if card.next_step is None:
        return next(((text, "dim") for text in ("no next step", "no step") if len(text) <= room), ("", "dim"))
    if room < _LEAST:
        return "", "dim"
    ink: Ink = "plain"
    text = card.next_step
    if card.next_due_on is not None:
        when = relative_day(card.next_due_on, today)
        ink = "bad" if card.next_due_on < today else "plain"
        if room >= len(when) + 2 * _LEAST:
            text = f"{when}: {text}"
    return shown(text, room), ink


def _ending(card: Card, width: int, today: date) -> list[Span]:
    """When a deal was closed, and why it was lost."""
    parts: list[Span] = [(relative_day(card.closed_on or today, today), "dim")]
    room = width - _width(parts) - len(_DOT)
    reason = shown(card.lost_reason or "", max(0, room))
    if reason and (room >= _LEAST or not reason.endswith("…")):
        parts.append((reason, "plain"))
    return _joined(parts, width)


def age_words(days: int, today: date) -> str:
    """How long a deal stands in its stage."""
    return day_distance(today - timedelta(days=days), today) if days else "new"


def _joined(parts: Sequence[Span], width: int) -> list[Span]:
    found: list[Span] = []
    for text, ink in parts:
        if found:
            found.append((_DOT, "dim"))
        found.append((text, ink))
    if _width(parts) > width:
        return [(shown("".join(text for text, _ in found), width), parts[0][1])]
    return found


def _width(parts: Iterable[Span]) -> int:
    """The cells of parts with a dot between them."""
    widths = [cell_width(text) for text, _ in parts]
    return sum(widths) + len(_DOT) * (len(widths) - 1)


def sums(lane: Lane, width: int, base: str, most: int) -> list[str]:
    """What the deals of a stage are worth: a line a currency, and one for those without an amount.

    Args:
        lane: the stage.
        width: the cells of a line; all lines are as exact as the widest allows.
        base: the currency that comes first.
        most: how many lines there may be.
    """
    totals = sorted(lane.totals, key=lambda total: (total.currency is None, total.currency != base))
    forms = [_forms(total, closed=lane.stage.type is not StageType.OPEN) for total in totals]
    if len(forms) > most:
        more = f"+{len(forms) - most + 1} more"
        forms = [*forms[: most - 1], (more, more, more)]
    money = [each for each, total in zip(forms, totals, strict=False) if total.currency is not None]
    level = next((nth for nth in range(2) if all(len(each[nth]) <= width for each in money)), 2)
    return [each[level] if len(each[level]) <= width else cut(each[2], width) for each in forms]


def _forms(total: Total, *, closed: bool) -> tuple[str, str, str]:
    """A sum in full, in short, and in as little as can be."""
    if total.currency is None:
        full = f"{total.missing:,} without amount"
        return full, full, f"{total.missing:,} no amount"
    code = total.currency
    money, value = (_units(minor, code) for minor in (total.amount_minor, total.weighted_minor))
    if closed:
        return f"{money:,} {code}", f"{short(money)} {code}", f"{short(money)} {code}"
    brief = f"{short(money)} {code}"
    return f"{money:,} {code} · w {value:,}", f"{brief} · w {short(value)}", f"{brief} w {short(value)}"


def _units(minor: int, currency: str) -> int:
    unit: int = 10 ** exponent(currency)
    return round(minor / unit)


def short(number: int) -> str:
    """A whole number in three figures: 950, 9.75k, 13k, 1.23M."""
    for size, letter in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k")):
        if abs(number) >= size:
            figure = number / size
            decimals = 0 if abs(figure) >= 100 else 1 if abs(figure) >= 10 else 2
            text = f"{figure:.{decimals}f}"
            return (text.rstrip("0").rstrip(".") if decimals else text) + letter
    return str(number)
