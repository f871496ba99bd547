"""Days that matter and relations in the rows of a table.

A day has a label and a relation a kind: that of the column, or the one in the column of labels with the same number.
A relation names somebody in words; who is meant is for the loader to find out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from crm_tui.domain import checks
from crm_tui.domain.loading.drafts import DetailedDraft, RejectedRowError, Tie
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange.cells_in import Get, convert, is_nothing, starless
from crm_tui.interchange.columns_in import Columns
from crm_tui.store.transaction import SqlValue
from crm_tui.text import is_visible, name_key, unguard_formula

DATES: Final = "dates"
RELATIONS: Final = "relations"
_PLAIN: Final = {DATES: "date", RELATIONS: "contact"}
"""What a label is where none is told, as in cards."""
# words of programs, not the person's own: small, as everywhere else
_USUAL: Final = frozenset({"anniversary", "birthday", "other", "date", "death"})
_BIRTHDAY: Final = "birthday"
_MOST: Final = 200
"""Days, and relations, of one row: each relation is looked for among all people."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of days or of relations: its label, or where it stands, and how a value is read."""

    place: int
    header: str
    label: str
    told: Get | None
    told_header: str
    read: Callable[[str], str]


class Details:
    """Reads what a row says of days and relations."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        for field in _PLAIN:
            if field in columns.defaults:
                raise UsageError(
                    f"There is no default for {field}: each has a label of its own.",
                    f'Say which column holds them: --map "Header={field}:LABEL".',
                )
        self._days = self._found(DATES)
        self._relations = self._found(RELATIONS)

    @property
    def has_days(self) -> bool:
        """Whether rows can say days, a birthday among them."""
        return bool(self._days)

    def draft(
        self, line: int, name: str | None, cells: list[str], columns: dict[str, SqlValue]
    ) -> DetailedDraft:
        """A draft with the days and relations of a row; a day labelled birthday goes into ``columns``.

        Raises:
            RejectedRowError: a cell holds no day, or a text that cannot be kept.
        """
        days: dict[tuple[str, str], tuple[str, str]] = {}
        for column in self._days:
            for value, label in self._values(DATES, column, cells, len(days)):
                label = label.lower() if label.casefold() in _USUAL else label
                if label == _BIRTHDAY and columns.setdefault("birthday", value) == value:
                    continue
                days.setdefault((label.casefold(), value), (label, value))
        ties: dict[tuple[str, str], Tie] = {}
        for column in self._relations:
            for value, label in self._values(RELATIONS, column, cells, len(ties)):
                kind = label.lower()
                ties.setdefault((kind, name_key(value) or value), Tie(kind, value, _line(kind, value)))
        return DetailedDraft(line, name, dates=list(days.values()), ties=list(ties.values()))

    def _found(self, field: str) -> list[_Column]:
        columns = self._columns
        reader = _day(columns) if field == DATES else _whom
        found = []
        for place, label, header in columns.every(field):
            # a label of the column's own is none of another column's
            told = columns.label_place(field, columns.number(place)) if not label else None
            found.append(
                _Column(
                    place,
                    header,
                    label or _PLAIN[field],
                    starless(told) if told is not None else None,
                    columns.table.header[told] if told is not None else "",
                    _as_text(convert(reader, header)),
                )
            )
        return found

    def _values(self, field: str, column: _Column, cells: list[str], before: int) -> list[tuple[str, str]]:
        """The values in a cell, each with the label that all of them have."""
        text = unguard_formula(cells[column.place].strip())
        parts = [part for part in self._columns.parts(field, text) if not is_nothing(part)] if text else []
        values = [column.read(part) for part in parts if is_visible(part)]
        if not values:
            return []
        if before + len(values) > _MOST:
            raise RejectedRowError(f"there are more than {_MOST} {field}", column.header)
        label = column.told(cells) if column.told is not None else ""
        return [(value, self._label(label, column)) for value in values]

    def _label(self, text: str, column: _Column) -> str:
        if not text or is_nothing(text) or not is_visible(text):
            return column.label
        try:
            return checks.line(text, "label")
        except InvalidDataError as error:
            raise RejectedRowError(error.message.rstrip("."), column.told_header) from error


def details(columns: Columns) -> Details | None:
    """What reads the days and relations of a file; None for one without such columns, which pays nothing for them."""
    return Details(columns) if columns.has(DATES) or columns.has(RELATIONS) else None


def _as_text(read: Callable[[str], object]) -> Callable[[str], str]:
    return lambda text: str(read(text))


def _day(columns: Columns) -> Callable[[str], str]:
    read = columns.birthday(DATES)

    def day(text: str) -> str:
        try:
            return read(text)
        except InvalidDataError as error:
            raise InvalidDataError(f'"{text[:60]}" is no date.', error.hint) from error

    return day


def _whom(text: str) -> str:
    return checks.line(text, "relation")


def _line(kind: str, name: str) -> str:
    """How a card says that somebody of this name is the person's ``kind``; see RFC 6350 section 6.6.6."""
    from crm_tui.domain import kept
    from crm_tui.domain.loading.card_methods import as_written
    from crm_tui.interchange.vcard import labels

    words = labels.as_types(kind, "relation")
    params = [("VALUE", "text"), *(words or ())]
    text = cl.unfolded(cl.write("RELATED", cl.escape(as_written(name)), params))
    if words is not None:
        return kept.packed([(text,)])
    return kept.packed([(text, f"{kept.LABEL}:{cl.escape(as_written(kind))}")])
