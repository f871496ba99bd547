"""Files that are read for tables and are none: reports with titles above, merged headers, lines of totals.

The rule it keeps: only what cannot be a list of records is refused, with the line it shows in. A customer may be
called Total: a line is one of totals when its figures sum up the lines above it, or when it is named as no customer is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Final

from crm_tui.errors import InvalidDataError
from crm_tui.interchange import headers
from crm_tui.interchange.options import KINDS
from crm_tui.interchange.table import Table
from crm_tui.text import fold

Rows = Generator[tuple[int, list[str]], None, None]
_LOOKED_AT: Final = 50
_FEWEST: Final = 2
_HINT: Final = (
    "Export the records themselves, one a line under one header, or take out what is none;"
    " --from csv reads it as it is."
)
# folded; what follows a name is a count or the group that is summed up
_TOTAL: Final = re.compile(
    r"(?:(?:grand|sub|over ?all) ?)?(?:total|totals|sum|summe|gesamt|gesamtsumme|zwischensumme|toplam|cemi|yekun|razem"
    r"|suma|totaal|totale|somme|itogo|vsego|barlygy)\b.{0,60}|.{1,60} (?:total|totals|summe|gesamt|toplam|itogo)"
)
_SURELY: Final = re.compile(
    r"(?:grand totals?|gesamtsumme|gesamtergebnis|genel toplam|umumi cemi|obshchiy itog|obshchii itog|total general"
    r"|totale complessivo|suma koncowa)\b.{0,60}"
)
_FIGURE: Final = re.compile(r"[-+(]?[^0-9A-Za-z,.()-]{0,4}([0-9][0-9.,' \u00a0\u202f]*)[^0-9]{0,4}")
_COUNT: Final = re.compile(r"([0-9]{1,9})(?: [a-z]{1,20})?\W*$")


def refuse_reports(table: Table, check: Callable[[], None] | None = None, *, full_rows: bool = False) -> None:
    """Refuse a table that is a report.

    Args:
        table: the file as it was looked at.
        check: called now and then; what it raises ends the look.
        full_rows: rows with fewer cells than the header do not count.

    Raises:
        InvalidDataError: it is one.
    """
    with closing(_rows(table, full=full_rows)) as rows:
        first = list(islice(rows, _LOOKED_AT))
    reason = _title(table, first) or _merged(table, first) or _ragged(table, first)
    if reason is None and _ends_with_totals(table, first):
        with closing(_rows(table, full=full_rows)) as rows:
            reason = _totals(rows, check)
    if reason is not None:
        raise InvalidDataError(f"{table.path.name} is a report, no list of records: {reason}.", _HINT)


def _rows(table: Table, *, full: bool) -> Rows:
    width = len(table.header) if full else 0
    with closing(table.numbered()) as rows:
        yield from (row for row in rows if len(row[1]) >= width)


def _title(table: Table, rows: Sequence[tuple[int, list[str]]]) -> str | None:
    """A line of one cell above rows of several is a title, unless it names a field."""
    named = _filled(table.header)
    if len(named) != 1 or len(rows) < _FEWEST or _is_field(named[0]):
        return None
    wide = sum(len(_filled(cells)) > _FEWEST - 1 for _, cells in rows)
    if 2 * wide <= len(rows):
        return None
    return f'line {table.header_line} is a title ("{named[0][:60]}")'


def _merged(table: Table, rows: Sequence[tuple[int, list[str]]]) -> str | None:
    """Of a header whose cells are merged, most columns have no name, and hold something all the same."""
    blank = [place for place, name in enumerate(table.header) if not name]
    if len(table.header) < 4 or 2 * len(blank) < len(table.header) or len(rows) < _FEWEST:
        return None
    held = [place for place in blank if any(place < len(cells) and cells[place].strip() for _, cells in rows)]
    if 2 * len(held) < len(table.header):
        return None
    named = len(table.header) - len(blank)
    return f"its header names {named} of {len(table.header)} columns, as where cells are merged"


def _ragged(table: Table, rows: Sequence[tuple[int, list[str]]]) -> str | None:
    """Where rows have more cells than the header, and each another number of them, nothing tells what they hold."""
    if len(rows) < 4:
        return None
    widths = [len(cells) for _, cells in rows if _filled(cells[len(table.header) :])]
    if 2 * len(widths) <= len(rows) or len(set(widths)) < _FEWEST:
        return None
    return f"{len(widths)} of its first {len(rows)} rows have more cells than the header, {len(table.header)}"


def _is_field(name: str) -> bool:
    return any(headers.recognise(kind, [name]).targets[0] is not None for kind in KINDS)


def _ends_with_totals(table: Table, first: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether one of the last lines is named like one of totals; a look at the end of the file alone."""
    if len(first) < _LOOKED_AT:
        return any(_label(cells) for _, cells in first)
    if table.encoding.startswith(("utf-16", "utf-32")):
        # its end alone does not tell where a character begins
        return True
    size = table.file.stat().st_size
    with table.file.open("rb") as file:
        file.seek(max(0, size - 4096))
        text = file.read().decode(table.encoding.removesuffix("-sig"), errors="ignore")
    lines = (fold(line.replace('"', "").strip(table.delimiter + " \r")) for line in text.split("\n")[-8:])
    return any(_TOTAL.match(line) or _SURELY.match(line) for line in lines)


def _label(cells: Sequence[str]) -> str:
    """The name of a line of totals, "" of any other line."""
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    folded = " ".join(fold(first).split())
    return first if _TOTAL.fullmatch(folded) or _SURELY.fullmatch(folded) else ""


def _totals(rows: Rows, check: Callable[[], None] | None) -> str | None:
    sums: dict[int, tuple[float, float, int]] = {}
    count = 0
    for number, (line, cells) in enumerate(rows):
        if check is not None and not number % 5000:
            check()
        label = _label(cells)
        if label and _sums_up(cells, label, sums, count):
            return f'line {line} sums up the lines above it ("{label[:60]}")'
        if not label:
            count += 1
            for place, figure in _figures(cells):
                one, other, many = sums.get(place, (0.0, 0.0, 0))
                sums[place] = (one + figure[0], other + figure[1], many + 1)
    return None


def _sums_up(cells: Sequence[str], label: str, sums: dict[int, tuple[float, float, int]], count: int) -> bool:
    figures = list(_figures(cells))
    folded = " ".join(fold(label).split())
    if _SURELY.fullmatch(folded) and (figures or len(_filled(cells)) == 1):
        return True
    told = _COUNT.search(folded)
    if told is not None and count >= _FEWEST and int(told[1]) == count and len(_filled(cells)) == 1:
        return True
    for place, figure in figures:
        one, other, many = sums.get(place, (0.0, 0.0, 0))
        if many >= _FEWEST and (_near(figure[0], one) or _near(figure[1], other)):
            return True
    return False


def _near(figure: float, total: float) -> bool:
    return total != 0 and abs(figure - total) <= max(0.011, abs(total) * 1e-6)


def _figures(cells: Sequence[str]) -> Iterator[tuple[int, tuple[float, float]]]:
    """The amounts in a row, by place, each read with a point and with a comma as its decimal sign."""
    for place, cell in enumerate(cells):
        text = cell.strip()
        match = _FIGURE.fullmatch(text) if text and len(text) <= 40 else None
        if match is not None:
            sign = -1.0 if text[0] in "-(" else 1.0
            digits = re.sub(r"['\s]", "", match[1])
            yield (
                place,
                (
                    sign * _number(digits, ","),
                    sign * _number(digits.replace(",", "#").replace(".", ",").replace("#", "."), ","),
                ),
            )


def _number(digits: str, grouping: str) -> float:
    try:
        return float(digits.replace(grouping, ""))
    except ValueError:
        return 0.0


def _filled(cells: Sequence[str]) -> list[str]:
    return [text for cell in cells if (text := cell.strip())]
