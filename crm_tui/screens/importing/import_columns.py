"""The columns of a file to be imported: what each holds, the fields to choose from, and the first rows as read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crm_tui.interchange import headers
from crm_tui.screens.importing.reading import Seen, Survey, fields_of
from crm_tui.text import clean, fold, pad
from crm_tui.widgets.lines import Ink, Line, Span, wrap
from crm_tui.widgets.lists.grouped_list import Group, GroupRow
from crm_tui.widgets.tables.rows import Tone
from crm_tui.widgets.tables.table_lines import TableColumn

COLUMNS: Final = (
    TableColumn("header", "", 14, flex=2),
    TableColumn("values", "", 10, flex=4, drop=1, tone="dim"),
    TableColumn("field", "", 14, flex=2),
)
OUT: Final = "-"
"""What a mapping says of a column that is left out."""
_ENCODINGS: Final[Mapping[str, str]] = {"utf-8-sig": "utf-8", "iso8859-1": "latin-1"}
_DELIMITERS: Final[Mapping[str, str]] = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_ORDERS: Final[Mapping[str, str]] = {"DMY": "day first", "MDY": "month first", "YMD": "year first"}
# what every kind has, after what is its own
_COMMON: Final = frozenset({"external_id", "created_at", "archived_at"})
_EXAMPLES: Final[Mapping[str, str]] = {
    "external_id": "the id it has where it comes from",
    "name": "the whole name",
    "given_name": "first name",
    "middle_name": "goes into the name",
    "family_name": "last name",
    "close_on": "expected or closed, as the stage says",
    "cadence_days": "keep in touch every so often",
    "ims": "Telegram, Signal, Skype",
    "dates": "days that matter, such as dates:anniversary",
    "relations": "who they belong to, such as relations:spouse",
}


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field that a column may hold, and words to find it by."""

    field: str
    aside: str
    words: str


def column_groups(seen: Seen) -> list[Group]:
    """A row for each column: its header, its first values, its field."""
    return [Group("Columns", [_row(seen, place) for place in range(len(seen.table.header))])]


def _row(seen: Seen, place: int) -> GroupRow:
    header = seen.table.header[place] or f"(column {place + 1}, without a name)"
    values = " · ".join(" ".join(each[:80].split()) for each in seen.samples(place))
    sign, field, tone = standing(seen, place)
    return GroupRow(place, (header, values, field), sign, tone, ("plain", "dim", tone))


def standing(seen: Seen, place: int) -> tuple[str, str, Tone]:
    """What a column holds: its sign, the words for it, and their tone."""
    target = seen.columns.targets[place]
    chosen = seen.address(place) in seen.options.mapping
    if target is None:
        if chosen:
            return "-", "left out", "dim"
        quiet = headers.silent(seen.options.kind, seen.table.header[place], seen.table.header)
        return ("-", "follows from others", "dim") if quiet and seen.own else ("-", "not imported", "soon")
    label = f" ({target.label})" if target.label else ""
    if chosen:
        return "=", f"{target.field}{label}", "accent"
    if target.guessed:
        return "~", f"{target.field}{label}, a guess", "soon"
    return "+", f"{target.field}{label}", "good"


def choices(seen: Seen) -> list[FieldChoice]:
    """The fields that a column may hold, custom ones included."""
    known = headers.FIELDS[seen.options.kind]
    found = []
    for field in sorted(fields_of(seen.options.kind, seen.custom), key=_COMMON.__contains__):
        synonyms = known.get(field, "").split("|")
        aside = "custom field" if field not in known else _EXAMPLES.get(field, ", ".join(synonyms[:3]))
        found.append(
            FieldChoice(field, aside, fold(f"{field} {field.replace('_', ' ')} {aside} {' '.join(synonyms)}"))
        )
    return found


def fitting(options: Sequence[FieldChoice], typed: str) -> list[FieldChoice]:
    """The fields that typed words mean, those that begin so first; behind a colon is the label of what they hold."""
    named, _, label = typed.partition(":")
    if label.strip():
        return [
            FieldChoice(f"{each.field}:{label.strip()}", "with this label", each.words)
            for each in fitting(options, named)
            if f"{each.field}.label" in headers.LABELS
        ]
    words = fold(named).split()
    found = [each for each in options if all(word in each.words for word in words)]
    start = "_".join(words)
    return sorted(found, key=lambda each: not each.field.startswith(start)) if start else found


def remapped(mapping: Mapping[str, str], address: str, field: str | None) -> dict[str, str]:
    """The mapping with a column given to a field, left out with ``-``, or back to what its header says with None."""
    found = {name: told for name, told in mapping.items() if name.casefold() != address.casefold()}
    if field is not None:
        found[address] = field
    return found


def settings_line(seen: Seen) -> list[Span]:
    """How the file is read, in one line."""
    options, table = seen.options, seen.table
    encoding = _ENCODINGS.get(table.encoding, table.encoding)
    delimiter = _DELIMITERS.get(table.delimiter, f'"{table.delimiter}"')
    parts = [encoding, delimiter]
    parts.append(f"dates {_ORDERS[options.date_order]}" if options.date_order else "dates auto")
    if options.decimal != "auto":
        parts.append(f"decimal {options.decimal}")
    parts.append(f"{options.on_match} known" + (f" by {options.key}" if options.key else ""))
    if options.tags:
        parts.append("tag " + ", ".join(options.tags))
    if options.defaults:
        parts.append("defaults " + ", ".join(f"{name}={value}" for name, value in options.defaults.items()))
    parts += [
        word for word, on in (("create missing", options.create_missing), ("strict", options.strict)) if on
    ]
    if seen.own or options.title:
        parts.insert(0, "an export of crm" if seen.own else options.title)
    return [(f" {options.kind}", "strong"), (" · " + " · ".join(parts), "dim")]


def notice(seen: Seen, survey: Survey | None, problem: str) -> list[Span]:
    """What is to be said about the file before anything else."""
    if problem:
        return [(f" ! {problem}", "bad")]
    if seen.lacking:
        return [(f" ! {seen.lacking}: choose one with enter.", "bad")]
    if survey is not None and survey.doubts:
        listed = ", ".join(f'"{each.header}"' for each in survey.doubts[:3])
        return [(f" ? The dates in {listed} can be read day first or month first.", "soon")]
    if not seen.cells:
        return [(" ! There are no rows under the header.", "soon")]
    unknown = sum(standing(seen, place)[1] == "not imported" for place in range(len(seen.table.header)))
    if unknown:
        return [(f" {unknown} {'column is' if unknown == 1 else 'columns are'} not imported.", "soon")]
    return [(" Every column has its place.", "dim")]


def first_lines(seen: Seen, width: int) -> list[Line]:
    """The first rows as they will be read, in lines of at most ``width`` cells."""
    lines: list[Line] = [[("First rows, as they will be read", "title")]]
    for row in seen.first:
        if row.problem and not row.line:
            lines += [[(line, "dim")] for line in wrap(row.problem, width)]
        elif row.problem:
            where = f'"{row.column}": ' if row.column else ""
            lines += _hung(f"{seen.words.place} {row.line}", f"x {where}{row.problem}", "bad", width)
        else:
            head, *rest = row.fields or (("", "nothing to import"),)
            lines += _hung(f"{seen.words.place} {row.line}", head[1], "strong", width)
            for name, text in rest:
                lines += _hung(f"  {name}", text, "plain", width)
    return lines


def _hung(label: str, text: str, ink: Ink, width: int) -> list[Line]:
    room = 18 if width >= 40 else 0
    texts = wrap(text, max(1, width - max(room, 2)), 3) or [""]
    if not room:
        return [[(clean(label), "dim")], *([("  ", "plain"), (each, ink)] for each in texts)]
    first = pad(clean(label), room - 1) + " "
    return [[(first if nth == 0 else " " * room, "dim"), (each, ink)] for nth, each in enumerate(texts)]
