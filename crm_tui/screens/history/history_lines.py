"""What an operation did, as lines of text: a heading, the counts, then row by row what was and what is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from crm_tui.dates import Clock, local_datetime, relative_day, short_day
from crm_tui.domain.history_details import Count, Deed
from crm_tui.text import cell_width, clean, pad
from crm_tui.widgets.lines import Ink, Line, Span, in_ink, spread, wrap

if TYPE_CHECKING:
    from crm_tui.domain.history_details import Details, FieldChange, RowChange

_LABEL: Final = 15
_MOST_LINES: Final = 6
_SIGNS: Final = {Deed.ADDED: "+", Deed.CHANGED: "~", Deed.REMOVED: "-"}
_INKS: Final[dict[Deed, Ink]] = {Deed.ADDED: "good", Deed.CHANGED: "accent", Deed.REMOVED: "bad"}
_ARROW: Final = " → "
_BACK: Final = {
    Deed.ADDED: ("goes away", "go away"),
    Deed.CHANGED: ("becomes what it was", "become what they were"),
    Deed.REMOVED: ("comes back", "come back"),
}


def lines(found: Details, clock: Clock, width: int) -> list[Line]:
    """The operation as lines of at most ``width`` cells."""
    # a single row speaks for itself
    counts = found.counts if found.entry.changes > 1 or not found.rows else ()
    return [
        *_head(found, clock, width),
        *([[]] if counts else []),
        *(line for count in counts for line in _count(count, width)),
        *_rows(found.rows, width),
        *in_ink([f"… {found.more:,} more rows"] if found.more else [], "dim"),
    ]


def taken_back(found: Details) -> list[str]:
    """What taking the operation back means, a sentence for each kind of row."""
    return [
        f"{count.words} {_BACK[count.deed][count.rows != 1]}" for count in found.counts if count.rows
    ] or ["Nothing changes: it touched no rows."]


def _head(found: Details, clock: Clock, width: int) -> Iterator[Line]:
    entry = found.entry
    yield from in_ink(wrap(entry.summary, width - 1, 4), "strong")
    rows = f"{entry.changes:,} {'row' if entry.changes == 1 else 'rows'}"
    yield from in_ink(
        wrap(f"operation {entry.id} · {_moment(entry.created_at, clock)} · {rows}", width - 1), "dim"
    )
    if entry.undone_at is not None:
        yield from in_ink(wrap(f"- undone {_moment(entry.undone_at, clock)}", width - 1), "soon")


def _moment(instant: str, clock: Clock) -> str:
    at = local_datetime(instant, clock)
    day = short_day(at.date(), clock.today)
    return f"{relative_day(at.date(), clock.today)}, {day} {at:%H:%M}"


def _count(count: Count, width: int) -> Iterator[Line]:
    names = ", ".join(clean(name) for name in count.names)
    if names and count.rows > len(count.names):
        names += ", …"
    head: list[Span] = [
        (f"{_SIGNS[count.deed]} ", _INKS[count.deed]),
        (f"{count.words} {count.deed.value}", "plain"),
    ]
    yield head
    yield from in_ink([f"  {text}" for text in wrap(names, width - 3, 2) if text], "dim")


def _rows(rows: Sequence[RowChange], width: int) -> Iterator[Line]:
    """The rows, with a gap around those of several lines."""
    before = 2
    for row in rows:
        found = [*_row(row, width)]
        if before > 1 or len(found) > 1:
            yield []
        yield from found
        before = len(found)


def _row(row: RowChange, width: int) -> Iterator[Line]:
    owner = f" of {clean(row.owner)}" if row.owner else ""
    yield spread(
        [
            (f"{_SIGNS[row.deed]} ", _INKS[row.deed]),
            (clean(row.title) or row.noun, "strong"),
            (owner, "plain"),
        ],
        [(f"{row.noun} {row.deed.value}", "dim")],
        width - 1,
    )
    for field in row.fields:
        # what the heading says already
        if not (row.deed is not Deed.CHANGED and (field.new or field.old) == row.title):
            yield from _field(field, width)


def _field(field: FieldChange, width: int) -> Iterator[Line]:
    label: Span = (f"  {pad(clean(field.field), _LABEL - 3)} ", "dim")
    room = max(8, width - _LABEL - 1)
    old, new = (None if each is None else clean(each) for each in (field.old, field.new))
    if old is not None and new is not None:
        if cell_width(old) + cell_width(new) + len(_ARROW) <= room and "\n" not in (field.old or ""):
            yield [label, (old, "dim"), (_ARROW, "dim"), (new, "plain")]
            return
        yield from _texts(label, "was ", field.old or "", "dim", room)
        yield from _texts((" " * _LABEL, "dim"), "now ", field.new or "", "plain", room)
    elif new is not None:
        yield from _texts(label, "", field.new or "", "plain", room)
    else:
        yield from _texts(label, "was ", field.old or "", "dim", room)


def _texts(label: Span, before: str, text: str, ink: Ink, room: int) -> Iterator[Line]:
    for place, part in enumerate(wrap(text, max(8, room - len(before)), _MOST_LINES)):
        head = label if place == 0 else (" " * _LABEL, "dim")
        yield [head, (before if place == 0 else " " * len(before), "dim"), (part, ink)]
