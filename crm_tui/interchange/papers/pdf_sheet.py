"""The sheets of an invoice: where its texts stand, and on which page. Lengths are millimetres, fonts in points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, Literal, cast

from crm_tui.interchange.papers.fonts import printable

if TYPE_CHECKING:
    from fpdf import FPDF

    from crm_tui.interchange.papers.paper import Paper, Sum

Align = Literal["L", "R"]
Ink = tuple[int, int, int]

_MARGIN: Final = 18.0
_FOOT: Final = 24.0
_LINE: Final = 0.5
"""Millimetres of a line for each point of its letters."""
_BODY, _SMALL, _HEAD, _TITLE = 10.0, 8.0, 12.0, 22.0
_GAP: Final = 5.0
_PAD: Final = 1.6
_SIDE: Final = 0.5
"""The share of the sheet that stands at the left of the head."""
_NARROWEST: Final = 40.0
"""A description beside its figures; with less room it stands above them."""
_INK: Final = (29, 33, 38)
_DIM: Final = (93, 101, 110)
_PALE: Final = (201, 206, 212)


class Sheet:
    """Draws an invoice.

    Args:
        pdf: an empty document whose fonts are there.
        paper: what stands on it.
        font: the name of the font.
    """

    def __init__(self, pdf: FPDF, paper: Paper, font: str) -> None:
        self._pdf = pdf
        self._paper = paper
        self._font = font
        pdf.set_margin(_MARGIN)
        pdf.c_margin = 0
        pdf.set_auto_page_break(auto=True, margin=_FOOT)
        pdf.add_page()
        self._wide: float = pdf.epw
        self._rows = paper.rows
        self._widths = [self._widest(place) + _GAP for place in range(1, len(paper.heads))]

    def draw(self) -> None:
        """Everything, then the foot of each page."""
        self._head()
        self._parties()
        if self._paper.notice:
            self._texts([self._paper.notice], self._wide, bold=True)
            self._pdf.ln(4)
        self._heads()
        for row in self._rows:
            self._row(row)
        self._sums()
        self._payment()
        self._feet()

    def _head(self) -> None:
        paper, top = self._paper, self._pdf.y
        room = self._wide * _SIDE
        if paper.seller:
            self._texts([paper.seller], room, size=_HEAD, bold=True)
        self._texts(paper.seller_lines, room, ink=_DIM)
        low = self._pdf.y
        self._pdf.y = top
        at, room = room + _GAP, self._wide - room - _GAP
        self._texts([paper.title], room, size=_TITLE, bold=True, align="R", at=at)
        self._texts([paper.number], room, ink=_DIM, align="R", at=at)
        if paper.stamp:
            self._pdf.y += 1
            self._texts([paper.stamp], room, size=_HEAD, bold=True, align="R", at=at)
        self._go_to(max(low, self._pdf.y) + 10)

    def _parties(self) -> None:
        paper, top = self._paper, self._pdf.y
        room = self._wide * _SIDE
        if paper.customer:
            self._texts(["For"], room, ink=_DIM)
            self._texts(paper.customer[:1], room, bold=True)
            self._texts(paper.customer[1:], room)
        low = self._pdf.y
        self._pdf.y = top
        facts = paper.facts
        figures = max(self._width(value) for _, value in facts)
        for word, value in facts:
            line = self._pdf.y
            self._texts([word], self._wide - figures - _GAP, ink=_DIM, align="R")
            self._pdf.y = line
            self._texts([value], figures + 1, align="R", at=self._wide - figures - 1)
        self._go_to(max(low, self._pdf.y) + 10)

    def _heads(self) -> None:
        """The heads of the columns, again on each page."""
        self._cells(self._paper.heads, ink=_DIM)
        self._rule(_INK, 0.4)

    def _row(self, row: Sequence[str]) -> None:
        needed = self._height(row[0], self._room) + (_BODY * _LINE if self._is_stacked else 0) + 2 * _PAD
        if not self._fits(needed):
            self._pdf.add_page()
            self._heads()
        self._cells(row)
        self._rule(_PALE, 0.2)

    def _cells(self, cells: Sequence[str], ink: Ink = _INK) -> None:
        self._pdf.y += _PAD
        if self._is_stacked:
            self._texts(cells[:1], self._room, ink=ink)
        top, page = self._pdf.y, self._pdf.page
        x = self._pdf.l_margin + self._wide - sum(self._widths)
        for cell, width in zip(cells[1:], self._widths, strict=True):
            self._pdf.set_xy(x, top)
            self._one(cell, width, ink=ink)
            x += width
        self._pdf.set_xy(self._pdf.l_margin, top)
        if not self._is_stacked:
            self._texts(cells[:1], self._room, ink=ink)
        else:
            self._pdf.y += _BODY * _LINE
        if self._pdf.page == page:
            self._pdf.y = max(self._pdf.y, top + _BODY * _LINE)
        self._pdf.y += _PAD

    def _sums(self) -> None:
        sums = (*self._paper.sums, self._paper.due)
        pdf = self._pdf
        pdf.y += 2
        heights = [self._sum_height(each) for each in sums]
        if not self._fits(sum(heights)) and sum(heights) < pdf.eph:
            pdf.add_page()
        for each, height in zip(sums, heights, strict=True):
            if not self._fits(height):
                pdf.add_page()
            if each is self._paper.due:
                label = min(self._width(each.label, _HEAD, bold=True), self._label_room)
                self._rule(_INK, 0.4, start=pdf.l_margin + self._label_room - label)
            self._sum(each)

    def _sum(self, found: Sum) -> None:
        pdf, due = self._pdf, found is self._paper.due
        size = _HEAD if due else _BODY
        pdf.y += _PAD if due else _PAD / 2
        top = pdf.y
        ink = _INK if found.strong else _DIM
        self._texts([found.label], self._label_room, size=size, bold=found.strong, ink=ink, align="R")
        low = pdf.y
        pdf.set_xy(pdf.l_margin + self._label_room, low - size * _LINE if low > top else top)
        # figures without a currency stand above the others' figures
        inset = 0.0 if found.strong else self._width(f" {self._paper.currency}", bold=True)
        self._one(found.figure, self._wide - self._label_room - inset, size=size, bold=found.strong)
        self._go_to(low + _PAD / 2)

    def _sum_height(self, found: Sum) -> float:
        size = _HEAD if found is self._paper.due else _BODY
        return self._height(found.label, self._label_room, size, bold=found.strong) + 2 * _PAD

    def _payment(self) -> None:
        if not self._paper.payment:
            return
        pdf = self._pdf
        texts = self._paper.payment
        needed = 10 + _LINE * _HEAD + sum(self._height(each, self._wide) for each in texts)
        if not self._fits(needed) and needed < pdf.eph:
            pdf.add_page()
        else:
            pdf.y += 10
        self._texts(["How to pay"], self._wide, bold=True)
        self._texts(texts, self._wide)

    def _feet(self) -> None:
        """The number of the invoice and of the page, where there are several."""
        pdf, pages = self._pdf, self._pdf.page
        if pages == 1:
            return
        pdf.set_auto_page_break(auto=False)
        for page in range(1, pages + 1):
            pdf.page = page
            pdf.current_font_is_set_on_page = False
            pdf.set_xy(pdf.l_margin, -_FOOT + 8)
            text = f"{self._paper.title} {self._paper.number}, page {page} of {pages}"
            self._texts([text], self._wide, size=_SMALL, ink=_DIM, align="R")

    @property
    def _room(self) -> float:
        """What there is for a description."""
        return self._wide if self._is_stacked else self._wide - sum(self._widths)

    @property
    def _is_stacked(self) -> bool:
        return self._wide - sum(self._widths) < _NARROWEST

    @property
    def _label_room(self) -> float:
        sums = (*self._paper.sums, self._paper.due)
        return self._wide - _GAP - max(self._width(each.figure, _HEAD, bold=True) for each in sums)

    def _widest(self, place: int) -> float:
        return max(self._width(row[place]) for row in (self._paper.heads, *self._rows))

    def _width(self, text: str, size: float = _BODY, *, bold: bool = False) -> float:
        self._pdf.set_font(self._font, "B" if bold else "", size)
        found: float = self._pdf.get_string_width(printable(text))
        return found

    def _height(self, text: str, width: float, size: float = _BODY, *, bold: bool = False) -> float:
        self._pdf.set_font(self._font, "B" if bold else "", size)
        found = self._pdf.multi_cell(
            width, size * _LINE, printable(text), align="L", dry_run=True, output="HEIGHT"
        )
        return cast("float", found)

    def _fits(self, height: float) -> bool:
        fits: bool = self._pdf.y + height <= self._pdf.page_break_trigger
        return fits

    def _texts(
        self,
        texts: Iterable[str],
        width: float,
        *,
        size: float = _BODY,
        bold: bool = False,
        ink: Ink = _INK,
        align: Align = "L",
        at: float = 0.0,
    ) -> None:
        """Texts beneath each other, wrapped; ``at`` is how far from the left margin they stand."""
        pdf = self._pdf
        for text in texts:
            pdf.set_font(self._font, "B" if bold else "", size)
            pdf.set_text_color(*ink)
            pdf.x = pdf.l_margin + at
            pdf.multi_cell(width, size * _LINE, printable(text), align=align, new_x="LMARGIN", new_y="NEXT")

    def _one(
        self, text: str, width: float, *, size: float = _BODY, bold: bool = False, ink: Ink = _INK
    ) -> None:
        """A figure on one line, at the right end of its room."""
        self._pdf.set_font(self._font, "B" if bold else "", size)
        self._pdf.set_text_color(*ink)
        self._pdf.cell(width, size * _LINE, printable(text), align="R", new_x="RIGHT", new_y="TOP")

    def _rule(self, ink: Ink, thickness: float, start: float | None = None) -> None:
        pdf = self._pdf
        pdf.set_draw_color(*ink)
        pdf.set_line_width(thickness)
        pdf.line(pdf.l_margin if start is None else start, pdf.y, pdf.l_margin + self._wide, pdf.y)

    def _go_to(self, y: float) -> None:
        self._pdf.set_xy(self._pdf.l_margin, y)
