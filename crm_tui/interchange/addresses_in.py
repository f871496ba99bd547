"""Postal addresses of a row: whole ones, and those put together from street, postcode, city, region and country.

The parts of one address carry the same label or the same number in their headers; a whole address beside its own parts
counts where they are blank.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from crm_tui.interchange.cells_in import Get
from crm_tui.interchange.columns_in import Columns
from crm_tui.text import unguard_formula

_TOWN: Final = ("postcode", "city")
_REST: Final = ("region", "country")
_PARTS: Final = ("street", *_TOWN, *_REST)
_Mark = tuple[str | None, str]


@dataclass(slots=True)
class Address:
    """Where one address of each row stands."""

    fixed: str | None
    whole: list[int] = field(default_factory=list)
    streets: list[int] = field(default_factory=list)
    town: list[Get] = field(default_factory=list)
    rest: list[Get] = field(default_factory=list)
    told: Get | None = None
    columns: Columns | None = None

    @property
    def labelled(self) -> bool:
        """Whether it may have a label."""
        return self.fixed is not None or self.told is not None

    def label(self, cells: list[str]) -> str | None:
        """Its label: the one in the row, or the one of its headers."""
        text = self.told(cells) if self.told is not None else ""
        return text or self.fixed

    def texts(self, cells: list[str]) -> list[str]:
        """It, or several of them where they stand in one cell."""
        parts = [_cell(cells, place) for place in self.streets]
        if self.town:
            parts.append(" ".join(text for get in self.town if (text := get(cells))))
        parts += [get(cells) for get in self.rest]
        joined = ", ".join(part for part in parts if part)
        if joined:
            return [joined]
        found = [text for place in self.whole if (text := _cell(cells, place))]
        if self.columns is None:
            return found
        return [part for text in found for part in self.columns.parts("address", text)]


def addresses(columns: Columns) -> list[Address]:
    """The addresses that each row of a file may have."""
    found: list[Address] = []
    by_mark: dict[_Mark, Address] = {}
    parted = columns if columns.parted("address") else None
    labels = columns.labels("address")
    for place, label, _ in columns.every("address"):
        made = Address(label, whole=[place], told=labels.get(place), columns=parted)
        found.append(made)
        if number := columns.number(place):
            by_mark[label, number] = made
    for mark in _marks(columns):
        address = by_mark.get(mark)
        if address is None:
            address = Address(mark[0], told=columns.label("address", mark[1]))
            found.append(address)
        _take_parts(address, columns, mark)
    return found


def _marks(columns: Columns) -> list[_Mark]:
    """What tells the addresses apart that are in parts."""
    marks: dict[_Mark, None] = {}
    for name in _PARTS:
        for place, label, _ in columns.every(name):
            marks[label, columns.number(place)] = None
        if name in columns.defaults:
            # a default is of the plain address, were there another
            marks[None, ""] = None
    return list(marks)


def _take_parts(address: Address, columns: Columns, mark: _Mark) -> None:
    def places(name: str) -> list[int]:
        return [place for place, label, _ in columns.every(name) if (label, columns.number(place)) == mark]

    def readers(names: tuple[str, ...]) -> list[Get]:
        return [get for name in names if (get := columns.read(name, places(name), plain=mark == (None, "")))]

    address.streets = places("street")
    address.town, address.rest = readers(_TOWN), readers(_REST)


def _cell(cells: list[str], place: int) -> str:
    return unguard_formula(cells[place].strip())
