"""The columns of a file as an import reads them: which cells hold a field, and how its text is understood.

Blank cells and the words programs write for nothing are nothing. The order of day and month is decided for a column
over the whole file, when the first cell needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from crm_tui.dates import (
    Clock,
    DateOrder,
    detect_date_order,
    parse_birthday,
    parse_date_cell,
    parse_instant_cell,
)
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange import headers
from crm_tui.interchange.options import Options
from crm_tui.interchange.table import Table
from crm_tui.text import nearest, unguard_formula

Get = Callable[[list[str]], str]
NOTHING: Final = frozenset(
    {"-", "--", "---", "n/a", "#n/a", "na", "none", "null", "nil", "nan", "unknown", "undefined", "."}
)
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_NUMBERED: Final = re.compile(r"#([0-9]{1,6})")
_ISO_DAY: Final = 10
_STEP: Final = 5000


class Columns:
    """The file's columns by field."""

    def __init__(
        self,
        table: Table,
        options: Options,
        clock: Clock,
        custom: Sequence[str] = (),
        check: Callable[[], None] | None = None,
    ) -> None:
        self.table = table
        self.options = options
        self.clock = clock
        self.width = len(table.header)
        self.orders: dict[int, DateOrder | None] = {}
        """What was found out about the columns of days, by the first place of their field."""
        self._check = check
        self._left_out: set[int] = set()
        self.unclosed: tuple[int, list[str]] | None = None
        self.targets = list(headers.recognise(options.kind, table.header, custom).targets)
        self._apply_mapping(custom)
        self.by_field: dict[str, list[int]] = {}
        for place, target in enumerate(self.targets):
            if target is not None:
                self.by_field.setdefault(target.field, []).append(place)
        self._check_defaults(custom)

    def _apply_mapping(self, custom: Sequence[str]) -> None:
        fields = {*headers.FIELDS[self.options.kind], *custom}
        for header, name in self.options.mapping.items():
            place = self._place(header)
            wanted = name.strip()
            if wanted.lower() in ("", "-", "ignore", "skip"):
                self.targets[place] = None
                self._left_out.add(place)
                continue
            self.targets[place] = headers.Target(self._field(wanted, fields))

    def _place(self, header: str) -> int:
        for place, known in enumerate(self.table.header):
            if known == header or known.casefold() == header.casefold():
                return place
        # the only way to name one of two columns of the same name, or one without
        if (numbered := _NUMBERED.fullmatch(header)) and 0 < int(numbered[1]) <= self.width:
            return int(numbered[1]) - 1
        near = nearest(header, [each for each in self.table.header if each])
        hint = (
            f"Did you mean {near}?"
            if near
            else f"It has: {', '.join(each for each in self.table.header if each)}."
        )
        raise UsageError(f'{self.table.path.name} has no column "{header}".', hint)

    def _field(self, name: str, fields: set[str]) -> str:
        folded = headers.key(name)
        singular = {
            "email": "emails",
            "phone": "phones",
            "tag": "tags",
            "url": "urls",
            "im": "ims",
            "notes": "note",
        }
        for candidate in (name, name.lower(), singular.get(folded, ""), folded.replace(" ", "_")):
            if candidate in fields:
                return candidate
        near = nearest(name, fields)
        hint = f"Did you mean {near}?" if near else f"Use one of: {', '.join(sorted(fields))}."
        raise UsageError(f'{self.options.kind} have no field "{name}".', hint)

    def _check_defaults(self, custom: Sequence[str]) -> None:
        fields = {*headers.FIELDS[self.options.kind], *custom}
        self.defaults = {self._field(name, fields): value for name, value in self.options.defaults.items()}
        self._quoted = {
            self._place(header) for value in self.defaults.values() for header in _PLACEHOLDER.findall(value)
        }

    def unknown(self) -> list[str]:
        """The headers nothing was made of, save what follows from others, is in a default, or was left out."""
        return [
            name
            for place, (name, target) in enumerate(zip(self.table.header, self.targets, strict=True))
            if target is None
            and place not in self._left_out | self._quoted
            and not headers.silent(self.options.kind, name)
        ]

    def guessed(self) -> list[tuple[str, str]]:
        """The misspelt headers and the fields they were taken for."""
        return [
            (name, target.field)
            for name, target in zip(self.table.header, self.targets, strict=True)
            if target is not None and target.guessed
        ]

    def has(self, field: str) -> bool:
        """Whether a column or a default holds the field."""
        return field in self.by_field or field in self.defaults

    def header_of(self, field: str) -> str:
        """The header of the first column that holds the field, or the field itself."""
        places = self.by_field.get(field)
        return self.table.header[places[0]] if places else field

    def get(self, field: str) -> Get | None:
        """A function from a row's cells to the field's text, "" when blank; None when nothing holds the field."""
        places = self.by_field.get(field, [])
        default = self.defaults.get(field)
        words = self.options.values.get(field)
        if not places and default is None:
            return None
        read = _first(places)
        if default is not None:
            read = _or_default(read, self._template(default))
        return _translated(read, words) if words else read

    def cell(self, field: str) -> Get | None:
        """As ``get`` without the default: what the row itself says."""
        places = self.by_field.get(field, [])
        if not places:
            return None
        words = self.options.values.get(field)
        return _translated(_first(places), words) if words else _first(places)

    def said(self, field: str) -> Get | None:
        """What the row says of a field, a default put together from its cells included, a plain one not."""
        return self.get(field) if self.plain_default(field) is None else self.cell(field)

    def plain_default(self, field: str) -> str | None:
        """The field's default when it is the same for every row."""
        default = self.defaults.get(field)
        if default is None or _PLACEHOLDER.search(default):
            return None
        words = self.options.values.get(field, {})
        return words.get(default.casefold(), default)

    def place(self, field: str) -> int | None:
        """The place of the one column that holds the field as it is; None when there is more to it."""
        places = self.by_field.get(field, [])
        plain = field not in self.defaults and field not in self.options.values
        return places[0] if len(places) == 1 and plain else None

    def every(self, field: str) -> list[tuple[int, str | None, str]]:
        """The columns that hold the field: place, label, header."""
        found: list[tuple[int, str | None, str]] = []
        for place in self.by_field.get(field, []):
            target = self.targets[place]
            found.append((place, target.label if target else None, self.table.header[place]))
        return found

    def _template(self, text: str) -> Get:
        parts = _PLACEHOLDER.split(text)
        if len(parts) == 1:
            return lambda cells: text
        places = [self._place(part) if number % 2 else -1 for number, part in enumerate(parts)]

        def fill(cells: list[str]) -> str:
            filled = [
                cells[place].strip() if place >= 0 else part
                for place, part in zip(places, parts, strict=True)
            ]
            return "" if not any(filled[1::2]) else "".join(filled).strip()

        return fill

    def rows(self) -> Generator[tuple[int, list[str]], None, None]:
        """The rows with their lines, short ones filled with blanks.

        A last row that a quote which never closes has swallowed lines into is left in ``unclosed`` instead.
        """
        width = self.width
        rows = self.table.numbered()
        for line, cells in self._but_the_last(rows) if self.table.open_quote else rows:
            if len(cells) < width:
                cells.extend([""] * (width - len(cells)))
            yield line, cells

    def _but_the_last(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        held = next(rows, None)
        for row in rows:
            if held is not None:
                yield held
            held = row
        if held is not None and any("\n" in cell for cell in held[1]):
            self.unclosed = held
        elif held is not None:
            yield held

    def check_width(self, cells: list[str]) -> None:
        """Refuse a row with more cells than the header has.

        Raises:
            RejectedRowError: some of them hold something.
        """
        if len(cells) > self.width and any(cell.strip() for cell in cells[self.width :]):
            raise RejectedRowError(f"the row has {len(cells)} cells, the header {self.width}")

    def day(self, field: str) -> Callable[[str], date]:
        """How the days of a field are read."""
        clock = self.clock

        def read(text: str) -> date:
            if len(text) == _ISO_DAY and text[4] == "-":
                return parse_date_cell(text, None, clock)
            return parse_date_cell(text, self.order(field), clock)

        return read

    def birthday(self, field: str) -> Callable[[str], str]:
        """How birthdays are read: as days, or without a year."""
        day = self.day(field)
        return lambda text: parse_birthday(text) if text.startswith("--") else day(text).isoformat()

    def instant(self, field: str) -> Callable[[str], str]:
        """How the instants of a field are read."""
        clock = self.clock

        def read(text: str) -> str:
            if len(text) > _ISO_DAY and text[4] == "-" and text[7] == "-":
                return parse_instant_cell(text, None, clock)
            return parse_instant_cell(text, self.order(field), clock)

        return read

    def order(self, field: str) -> DateOrder | None:
        """The order of day, month and year in a field's column, told or decided over the whole file.

        Raises:
            UsageError: the whole column can be read both ways.
        """
        if self.options.date_order is not None:
            return self.options.date_order
        found = self.detected(field)
        if found is DateOrder.AMBIGUOUS:
            raise UsageError(
                f'{self.table.path.name}: the dates in "{self.header_of(field)}" can be read day first or month'
                " first.",
                "Say which with --date-format DMY or --date-format MDY; nothing was imported.",
            )
        return found

    def detected(self, field: str) -> DateOrder | None:
        """The order that a field's column is found to have over the whole file, which may be AMBIGUOUS."""
        places = self.by_field.get(field, [])
        key = places[0] if places else -1
        if key not in self.orders:
            cells = (cells[place] for cells in self.scan() for place in places)
            self.orders[key] = detect_date_order(text.strip() for text in cells)
        return self.orders[key]

    def scan(self) -> Iterator[list[str]]:
        """The rows, all of them, to find something out; ``check`` can end it."""
        for number, (_, cells) in enumerate(self.rows()):
            if self._check is not None and not number % _STEP:
                self._check()
            yield cells


def is_nothing(text: str) -> bool:
    """Whether a cell holds one of the words programs write for nothing."""
    return text.lower() in NOTHING


def convert(reader: Callable[[str], object], header: str) -> Callable[[str], object]:
    """A reader whose complaints become a rejected row that names the column."""

    def read(text: str) -> object:
        try:
            return reader(text)
        except InvalidDataError as error:
            raise RejectedRowError(_reason(error), header) from error

    return read


def _reason(error: InvalidDataError) -> str:
    return error.message.rstrip(".")


def _first(places: Sequence[int]) -> Get:
    if not places:
        return lambda cells: ""
    if len(places) == 1:
        place = places[0]

        def one(cells: list[str]) -> str:
            text = cells[place].strip()
            return unguard_formula(text) if text[:1] == "'" else text

        return one

    def several(cells: list[str]) -> str:
        for place in places:
            text = cells[place].strip()
            if text:
                return unguard_formula(text)
        return ""

    return several


def _or_default(read: Get, default: Get) -> Get:
    return lambda cells: read(cells) or default(cells)


def _translated(read: Get, words: Mapping[str, str]) -> Get:

    def translated(cells: list[str]) -> str:
        text = read(cells)
        return words.get(text.casefold(), text)

    return translated
