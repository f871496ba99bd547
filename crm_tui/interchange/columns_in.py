"""The columns of a file as an import reads them: which cells hold a field, and how its text is understood.

Blank cells and the words programs write for nothing are nothing. The order of day and month is decided for a column
over the whole file, when the first cell needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
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
from crm_tui.errors import UsageError
from crm_tui.interchange import headers
from crm_tui.interchange.cells_in import (
    Get,
    first_filled,
    first_of,
    label_of,
    or_default,
    pattern,
    translated,
)
from crm_tui.interchange.options import Options
from crm_tui.interchange.table import Table
from crm_tui.money import Separator
from crm_tui.text import nearest, split_tags

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
        self.signs: dict[tuple[int, ...], Separator] = {}
        """What was found out about the decimal sign of columns of amounts, by their places."""
        self._check = check
        self._left_out: set[int] = set()
        self.unclosed: tuple[int, list[str]] | None = None
        if options.only:
            names = [name.strip().lower() for name in table.header]
            self.targets = [headers.Target(name) if name in custom else None for name in names]
        else:
            self.targets = list(headers.recognise(options.kind, table.header, custom).targets)
        self._fields = {*headers.FIELDS[options.kind], *headers.LABELS, *custom}
        self._apply_maybe()
        self._apply_mapping()
        self.by_field: dict[str, list[int]] = {}
        for place, target in enumerate(self.targets):
            if target is not None:
                self.by_field.setdefault(target.field, []).append(place)
        self._check_defaults()
        self._splits = {self._field(name): sign for name, sign in options.split.items()}
        self._lengths = {self._field(name): most for name, most in options.length.items()}

    def _apply_maybe(self) -> None:
        """Take what is said of columns that may be lacking; of two that name the same column the first counts."""
        said = [(pattern(header), name) for header, name in self.options.maybe.items()]
        for place, header in enumerate(self.table.header):
            found = ((match, name) for pattern, name in said if (match := pattern.fullmatch(header)))
            match, name = next(found, (None, ""))
            if match is not None:
                self._hold(place, name, "".join(match.groups()))

    def _apply_mapping(self) -> None:
        for header, name in self.options.mapping.items():
            self._hold(self._place(header), name)

    def _hold(self, place: int, name: str, number: str = "") -> None:
        """Let the column at a place hold a field, or nothing."""
        wanted = name.strip()
        if wanted.lower() in ("", "-", "ignore", "skip"):
            self.targets[place] = None
            self._left_out.add(place)
            return
        field, _, label = wanted.partition(":")
        self.targets[place] = headers.Target(self._field(field), label.strip() or None, number=number)
        self._left_out.discard(place)

    def _known(self, header: str) -> int | None:
        for place, known in enumerate(self.table.header):
            if known == header or known.casefold() == header.casefold():
                return place
        return None

    def _place(self, header: str) -> int:
        known = self._known(header)
        if known is not None:
            return known
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

    def _field(self, name: str) -> str:
        fields = self._fields
        folded = headers.key(name)
        singular = {
            "email": "emails",
            "phone": "phones",
            "tag": "tags",
            "url": "urls",
            "im": "ims",
            "date": "dates",
            "relation": "relations",
            "notes": "note",
        }
        for candidate in (name, name.lower(), singular.get(folded, ""), folded.replace(" ", "_")):
            if candidate in fields:
                return candidate
        near = nearest(name, fields)
        hint = f"Did you mean {near}?" if near else f"Use one of: {', '.join(sorted(fields))}."
        raise UsageError(f'{self.options.kind} have no field "{name}".', hint)

    def _check_defaults(self) -> None:
        self.defaults = {self._field(name): value for name, value in self.options.defaults.items()}
        self._quoted = {
            place
            for value in self.defaults.values()
            for header in _PLACEHOLDER.findall(value)
            for place in self._places(header)
        }

    def _places(self, header: str) -> list[int]:
        """The columns that a placeholder names: one, or of several divided by ``|`` those that the file has."""
        if "|" not in header or self._known(header) is not None:
            return [self._place(header)]
        known = (self._known(each.strip()) for each in header.split("|"))
        return [place for place in known if place is not None]

    def unknown(self) -> list[str]:
        """The headers nothing was made of, save what follows from others, is in a default, or was left out.

        Where a recipe says all that such a file has, only columns that hold something are worth a word.
        """
        found = [
            place
            for place, (name, target) in enumerate(zip(self.table.header, self.targets, strict=True))
            if target is None
            and place not in self._left_out | self._quoted
            and not headers.silent(self.options.kind, name, self.table.header)
        ]
        return [self.table.header[place] for place in (self._filled(found) if self.options.only else found)]

    def _filled(self, places: Sequence[int]) -> list[int]:
        """Those of some columns that hold something in some row."""
        blank = set(places)
        for cells in self.scan() if blank else ():
            blank -= {place for place in blank if cells[place].strip()}
            if not blank:
                break
        return [place for place in places if place not in blank]

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
        return self.read(field, self.by_field.get(field, []), plain=True)

    def read(self, field: str, places: Sequence[int], *, plain: bool) -> Get | None:
        """As ``get``, from some of the columns that hold the field; without its default unless ``plain``."""
        default = self.defaults.get(field) if plain else None
        words = self.options.values.get(field)
        if not places and default is None:
            return None
        read = first_filled(places)
        read = self._cut(field, read)
        if default is not None:
            read = or_default(read, self._cut(field, self._template(default)))
        return translated(read, words) if words else read

    def cell(self, field: str) -> Get | None:
        """As ``get`` without the default: what the row itself says."""
        places = self.by_field.get(field, [])
        if not places:
            return None
        words = self.options.values.get(field)
        read = self._cut(field, first_filled(places))
        return translated(read, words) if words else read

    def _cut(self, field: str, read: Get) -> Get:
        """A reader that takes the first of several values in a cell, and no more characters of it than count."""
        sign, most = self._splits.get(field), self._lengths.get(field)
        if sign is None and most is None:
            return read
        return lambda cells: first_of(read(cells), sign)[:most]

    def parts(self, field: str, text: str) -> list[str]:
        """The values in a cell of a field that has many, each as it is to be understood; none of them blank."""
        sign = self._splits.get(field)
        words = self.options.values.get(field, {})
        found = (part.strip() for part in (text.split(sign) if sign is not None else (text,)))
        return [part for each in found if (part := words.get(each.casefold(), each))]

    def parted(self, field: str) -> bool:
        """Whether cells of a field have to be taken apart with ``parts``."""
        return field in self._splits or field in self.options.values

    def tags(self, text: str) -> list[str]:
        """The tags in a cell."""
        if "tags" in self._splits:
            return [tag for part in self.parts("tags", text) for tag in split_tags(part)]
        words = self.options.values.get("tags", {})
        return [tag for each in split_tags(text) if (tag := words.get(each.casefold(), each))]

    def labels(self, field: str) -> dict[int, Get]:
        """Of the columns that hold a field, those whose labels are in a column of the same number, and its reader."""
        found = ((place, self.label(field, self.number(place))) for place, _, _ in self.every(field))
        return {place: get for place, get in found if get is not None}

    def label(self, field: str, number: str) -> Get | None:
        """A reader of the labels of the columns of a number that hold a field."""
        place = self.label_place(field, number)
        return label_of(place) if place is not None else None

    def label_place(self, field: str, number: str) -> int | None:
        """The place of the labels of the columns of a number that hold a field."""
        places = self.by_field.get(f"{field}.label", ())
        return next((place for place in places if self.number(place) == number), None)

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
        plain = field not in self.defaults and not self.parted(field) and field not in self._lengths
        return places[0] if len(places) == 1 and plain else None

    def every(self, field: str) -> list[tuple[int, str | None, str]]:
        """The columns that hold the field: place, label, header."""
        found: list[tuple[int, str | None, str]] = []
        for place in self.by_field.get(field, []):
            target = self.targets[place]
            found.append((place, target.label if target else None, self.table.header[place]))
        return found

    def number(self, place: int) -> str:
        """The number in the name of the column at a place that tells what belongs together; "" without one."""
        target = self.targets[place]
        return target.number if target is not None else ""

    def _template(self, text: str) -> Get:
        parts = _PLACEHOLDER.split(text)
        if len(parts) == 1:
            return lambda cells: text
        readers = [
            first_filled(self._places(part)) if number % 2 else None for number, part in enumerate(parts)
        ]

        def fill(cells: list[str]) -> str:
            filled = [read(cells) if read else part for read, part in zip(readers, parts, strict=True)]
            return "" if not any(filled[1::2]) else "".join(filled).strip()

        return fill

    def rows(self) -> Generator[tuple[int, list[str]], None, None]:
        """The rows with their lines, short ones filled with blanks.

        A last row that a quote which never closes has swallowed lines into is left in ``unclosed`` instead.
        """
        width, full = self.width, self.options.full_rows
        rows = self.table.numbered()
        for line, cells in self._but_the_last(rows) if self.table.open_quote else rows:
            if len(cells) < width:
                if full:
                    continue
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
            texts = (cells[place].strip() for cells in self.scan() for place in places)
            if self.parted(field):
                texts = (part for text in texts for part in self.parts(field, text))
            self.orders[key] = detect_date_order(texts)
        return self.orders[key]

    def scan(self) -> Iterator[list[str]]:
        """The rows, all of them, to find something out; ``check`` can end it."""
        for number, (_, cells) in enumerate(self.rows()):
            if self._check is not None and not number % _STEP:
                self._check()
            yield cells
