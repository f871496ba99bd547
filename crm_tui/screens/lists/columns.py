"""The columns a list can show: every field of its records, those of the person's own included.

They come from the tables of ``columns`` and from the list's filter fields; here is only how wide and in what tone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from crm_tui.columns import Column, Kind, cell, custom_columns
from crm_tui.widgets.tables.rows import Tone
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.domain.listing import Listing

Text = Callable[[Any, date, Any], str]
"""The cell of a record, given today and what else is known of the record."""
_NARROWEST: Final = 8
_WIDE: Final = 14
_LONGEST: Final = 400  # characters of a text that a cell could ever show


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list.

    Attributes:
        shown: its key, title and width.
        text: what stands in it.
        tone: the tone of a cell, given today, where it is not that of the column.
        sort: the field the list is sorted by for it; empty when it cannot be.
    """

    shown: TableColumn
    text: Text
    tone: Callable[[Any, date], Tone] | None = None
    sort: str = ""

    @property
    def key(self) -> str:
        """Its key."""
        return self.shown.key

    @property
    def title(self) -> str:
        """Its heading."""
        return self.shown.title


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All columns of a list, and those it shows unless others were chosen."""

    columns: tuple[ListColumn, ...]
    usual: tuple[str, ...]

    def with_custom(self, keys: Sequence[str]) -> Catalogue:
        """The same and custom fields."""
        return replace(self, columns=(*self.columns, *map(_custom, custom_columns(keys))))

    def find(self, key: str) -> ListColumn | None:
        """The column of that key."""
        return next((each for each in self.columns if each.key == key), None)

    def chosen(self, keys: Sequence[str]) -> tuple[ListColumn, ...]:
        """The columns of those keys, as far as there are such; the usual ones when there is none.

        Where they do not all fit, the usual ones give way as is best for them, chosen ones from the right.
        """
        found = [each for key in keys if (each := self.find(key)) is not None]
        if not found or tuple(keys) == self.usual:
            return tuple(each for key in self.usual if (each := self.find(key)) is not None)
        return tuple(replace(each, shown=replace(each.shown, drop=place)) for place, each in enumerate(found))


def catalogue(kind: Kind, listing: Listing, own: Mapping[str, ListColumn], usual: Sequence[str]) -> Catalogue:
    """The columns of a kind of record.

    Args:
        kind: The kind.
        listing: Its list, which says what can be sorted by.
        own: Columns that are shown in another way, and columns beside those of the kind.
        usual: The keys of those shown unless others were chosen.
    """
    keys = [each.key for each in kind.columns]
    found = [own.get(each.key) or _plain(each) for each in kind.columns]
    found += [each for key, each in own.items() if key not in keys]
    return Catalogue(tuple(replace(each, sort=sort_field(listing, each.key)) for each in found), tuple(usual))


def sort_field(listing: Listing, key: str) -> str:
    """The field a list can be sorted by for a column; empty when there is none."""
    name = listing.aliases.get(key, key)
    field = next((each for each in listing.fields if each.name == name), None)
    sortable = field is not None and (not field.exists_sql or name in listing.orders)
    return name if sortable else ""


def words(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, (tuple, list)):
        return ", ".join(cell(each) for each in value)
    text = cell(value)
    return " ".join(text[:_LONGEST].split()) if "\n" in text else text


def _plain(column: Column) -> ListColumn:
    width = max(_NARROWEST, len(column.title), _WIDE if column.flex else 0)
    if column.key.endswith("id"):
        width = max(6, len(column.title))
    elif column.key.endswith("_at"):
        width = 16
    align, tone = ("right" if column.right else "left"), ("plain" if column.key == "name" else "dim")
    shown = TableColumn(column.key, column.title, width, column.flex, align, tone=tone)  # type: ignore[arg-type]
    show = column.show
    if show is None or column.key in ("emails", "phones"):
        return ListColumn(shown, lambda record, _today, _more: words(column.value(record)))
    return ListColumn(shown, lambda record, today, _more: show(record, today))


def _custom(column: Column) -> ListColumn:
    return replace(_plain(column), sort=column.key)
