"""The dialogs of the reports: which one, of which days, by what, and how a figure comes about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crm_tui.dates import parse_period
from crm_tui.domain.reports import typed
from crm_tui.domain.reports.service import TITLES
from crm_tui.screens.forms.dialogs import Choose, lettered, widest
from crm_tui.screens.reports.ask_line import AskLine
from crm_tui.screens.reports.asked import Kind
from crm_tui.text import pad

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.screens.reports.asked import Wish
    from crm_tui.screens.shell.base import DataMixin

_OTHER: Final = "other"
_MOST: Final = 200
Taken = Callable[["Wish"], None]


def which(screen: DataMixin, then: Callable[[str], None]) -> None:
    """Ask which report; what each answers is loaded in a thread."""

    def ask(kinds: Sequence[Kind]) -> None:
        room = widest([*TITLES.values()])
        questions = {each.name: each.question for each in kinds}
        texts = [
            (f"{pad(title, room)}  {questions.get(name, '')}".rstrip(), name, "")
            for name, title in TITLES.items()
        ]
        screen.app.push_screen(
            Choose("Which report?", lettered(texts)), lambda name: then(name) if name else None
        )

    nothing: list[Kind] = []
    screen.read(lambda _: [Kind.of(name) for name in TITLES], ask, group="kinds", empty=nothing)


def period(screen: DataMixin, wish: Wish, then: Taken) -> None:
    """Ask of which days the reports are to be."""
    choices = [("the usual days of each report", ""), *((words, words) for words in typed.CHOICES)]
    texts = [(text, value, "now" if value == wish.period else "") for text, value in choices]
    known = wish.period in {value for _, value in choices}
    other = ("another, typed", _OTHER, "" if known else wish.period)

    def chosen(found: str | None) -> None:
        if found == _OTHER:
            screen.app.push_screen(
                AskLine(
                    "Of which days?",
                    "" if known else wish.period,
                    "2026, 2026-q1, 2026-03, 2026-w05, 2026-03-02, or from one to another: 2026-01..2026-03.",
                    parse_period,
                ),
                lambda words: then(replace(wish, period=words)) if words is not None else None,
            )
        elif found is not None:
            then(replace(wish, period=found))

    screen.app.push_screen(Choose("Of which days?", lettered([*texts, other])), chosen)


def as_of(screen: DataMixin, wish: Wish, clock: Clock, then: Taken) -> None:
    """Ask as of which day the state is to be."""
    screen.app.push_screen(
        AskLine(
            "As of the end of which day?",
            wish.as_of,
            "A day gone by, such as 2026-01-31, 2026-q1 or 30 days ago, rebuilt from the history; nothing for now.",
            lambda words: typed.state_day(words, clock),
        ),
        lambda words: then(replace(wish, as_of=words)) if words is not None else None,
    )


def next_by(kind: Kind, wish: Wish) -> Wish:
    """The rows by the next of what they can be of."""
    here = wish.by.get(kind.name, kind.by[0])
    place = (kind.by.index(here) + 1) % len(kind.by)
    return replace(wish, by={**wish.by, kind.name: kind.by[place]})
