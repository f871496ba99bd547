"""An invoice as text of 80 columns, for a mail or a printer; columns are measured in cells, so wide letters fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from crm_tui.text import cell_width, cut, pad

if TYPE_CHECKING:
    from crm_tui.interchange.papers.paper import Paper

WIDTH: Final = 80
_GAP: Final = 2
_RIGHT: Final = 30
"""Cells of what stands at the right of the seller and of the customer."""
_NARROWEST: Final = 20
"""Cells of a description beside its figures; with less room it stands above them."""


def lines(paper: Paper) -> list[str]:
    """The invoice, line by line."""
    title = [paper.title.upper(), paper.number, *([paper.stamp] if paper.stamp else [])]
    seller = [each for each in (paper.seller, *paper.seller_lines) if each]
    found = _beside(seller, title)
    facts = [f"{word}  {text}" for word, text in paper.facts]
    found += ["", *_beside(["For", *paper.customer] if paper.customer else [], facts), ""]
    if paper.notice:
        found += [*wrapped(paper.notice, WIDTH), ""]
    found += [*_table(paper), *_sums(paper)]
    if paper.payment:
        found += ["", "How to pay", *(part for each in paper.payment for part in wrapped(each, WIDTH))]
    return [line.rstrip() for line in found]


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most ``width`` cells, broken between words, a longer word within."""
    found = [""]
    for word in text.split(" "):
        longer = f"{found[-1]} {word}" if found[-1] else word
        if cell_width(longer) <= width:
            found[-1] = longer
            continue
        if found[-1]:
            found.append("")
        rest = word
        while cell_width(rest) > width:
            head = _head(rest, width)
            found[-1:] = [head, ""]
            rest = rest[len(head) :]
        found[-1] = rest
    return found


def _head(word: str, width: int) -> str:
    """The beginning of a word that fits, one character at least."""
    head = cut(word, width + 1).removesuffix("…")
    while len(head) > 1 and (cell_width(head) > width or not word.startswith(head)):
        head = head[:-1]
    return head or word[:1]


def _beside(left: Sequence[str], right: Sequence[str]) -> list[str]:
    """Two blocks beside each other, the second one at the right end."""
    room = WIDTH - _RIGHT - _GAP
    lefts = [part for each in left for part in wrapped(each, room)]
    rights = [part for each in right for part in wrapped(each, _RIGHT)]
    return [
        pad(one, room) + " " * _GAP + pad(other, _RIGHT, "right")
        for one, other in zip_longest(lefts, rights, fillvalue="")
    ]


def _table(paper: Paper) -> Iterator[str]:
    heads, rows = paper.heads, paper.rows
    widths = [max(cell_width(row[place]) for row in (heads, *rows)) for place in range(1, len(heads))]
    room = WIDTH - sum(width + _GAP for width in widths)
    if room < _NARROWEST:
        yield from _stacked(heads, rows, widths)
        return
    yield _row(heads, [room, *widths])
    yield "-" * WIDTH
    for row in rows:
        first, *more = wrapped(row[0], room)
        yield _row((first, *row[1:]), [room, *widths])
        yield from more
    yield "-" * WIDTH


def _stacked(heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    """Figures too wide to stand beside their description beneath it, each with its word where even that is too much."""
    together = sum(widths) + _GAP * (len(widths) - 1) <= WIDTH
    yield heads[0]
    if together:
        yield pad(_figures(heads[1:], widths), WIDTH, "right")
    yield "-" * WIDTH
    for row in rows:
        yield from wrapped(row[0], WIDTH)
        if together:
            yield pad(_figures(row[1:], widths), WIDTH, "right")
            continue
        for head, cell in zip(heads[1:], row[1:], strict=True):
            if cell:
                yield pad(f"{head}  {cell}", WIDTH, "right")
    yield "-" * WIDTH


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return f"{pad(cells[0], widths[0])}{' ' * _GAP}{_figures(cells[1:], widths[1:])}"


def _figures(cells: Sequence[str], widths: Sequence[int]) -> str:
    return (" " * _GAP).join(pad(each, width, "right") for each, width in zip(cells, widths, strict=True))


def _sums(paper: Paper) -> Iterator[str]:
    """The sums: their figures one beneath the other, whatever their currency takes."""
    sums = (*paper.sums, paper.due)
    room = len(paper.currency) + 1
    figures = [each.figure if each.strong else each.figure + " " * room for each in sums]
    width = max(cell_width(each) for each in figures)
    for each, figure in zip(sums, figures, strict=True):
        *more, last = wrapped(each.label, max(_NARROWEST, WIDTH - width - _GAP))
        left = WIDTH - width - _GAP
        if each is paper.due:
            yield pad("-" * (width + _GAP + max(cell_width(part) for part in (*more, last))), WIDTH, "right")
        yield from (pad(part, left, "right") for part in more)
        yield f"{pad(last, left, 'right')}{' ' * _GAP}{pad(figure, width, 'right')}"
