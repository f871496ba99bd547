"""What the search screen shows of its results: tabs, groups of rows, and what is said where there are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crm_tui.screens.search.finding import TITLES, Part, Results, Wanted
from crm_tui.text import clean
from crm_tui.widgets.frame.tabs_line import Tab
from crm_tui.widgets.lists.grouped_list import Group, GroupRow

ALL: Final = "all"
"""The key of the tab of all kinds."""
MORE: Final = "more"
"""What the key of a row begins with that leads to all hits of a kind."""
RECENT: Final = "recent"
"""What the key of a row begins with that searches again for what was searched for before."""


def tabs(results: Results) -> list[Tab]:
    """All kinds together, then each, with how many were found."""
    figures = {part.kind: part.figure for part in results.parts}
    total = sum(part.total for part in results.parts)
    more = any(part.more for part in results.parts)
    every = f"{total:,}{'+' if more else ''}" if figures else ""
    return [
        Tab(ALL, "All", every),
        *(Tab(kind, title, figures.get(kind, "")) for kind, title in TITLES.items()),
    ]


def groups(results: Results) -> list[Group]:
    """The hits by kind; where there are several kinds, a row that leads to all of one ends its group."""
    several = len(results.told) > 1
    return [Group(TITLES[part.kind], _rows(part, several=several), _aside(part)) for part in results.told]


def recent(texts: Sequence[str]) -> list[Group]:
    """What was searched for before."""
    rows = [GroupRow((RECENT, text), (clean(text), "", "")) for text in texts]
    return [Group("Searched before", rows)] if rows else []


def empty(wanted: Wanted, results: Results, back: str) -> str:
    """What is said instead of hits; ``back`` is the key that leads back."""
    if not wanted.words:
        among = f" among {TITLES[wanted.kind].lower()}" if wanted.kind else ""
        return (
            f"Type what you remember{among}.\n"
            "It looks through people, companies, deals, invoices, follow-ups and everything that was said."
        )
    text = f"Nothing matches “{clean(wanted.words[:60])}”"
    if wanted.kind and any(part.total for part in results.parts):
        return f"{text} among {TITLES[wanted.kind].lower()}.\nOther kinds have it: see above."
    return f"{text}.\nLess of a word finds more. {back} types anew."


def _rows(part: Part, *, several: bool) -> list[GroupRow]:
    rows = [
        GroupRow((line.kind, line.id), (line.title, line.snippet, line.aside), line.sign, line.tone)
        for line in part.lines
    ]
    if len(rows) < part.total and several:
        rows.append(GroupRow((MORE, part.kind), (f"… all {part.figure}", "", "")))
    return rows


def _aside(part: Part) -> str:
    shown = len(part.lines)
    return f"{shown:,} of {part.figure}" if shown < part.total else part.figure
