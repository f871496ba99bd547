"""The dialogs that show how a figure of a report comes about: which figure, of which row, and then its arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from crm_tui.domain.reports import service
from crm_tui.domain.reports.cells import is_explained, names
from crm_tui.errors import UsageError
from crm_tui.report_text import people
from crm_tui.screens.forms.dialogs import Choose, Option, lettered, widest
from crm_tui.screens.forms.pick_dialog import Pick
from crm_tui.screens.forms.report_dialog import ReportDialog
from crm_tui.screens.reports.ask_line import AskLine
from crm_tui.text import clean, pad, words

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Explanation, Figure, Report
    from crm_tui.screens.reports.asked import Kind, Wish
    from crm_tui.screens.shell.base import DataMixin

ALL: Final = "all"
Choice = tuple[str, str | None, str]
"""What a row or a total is called on the screen and for ``crm why``, and the figure there."""
_SHOWN: Final = 200
"""How many rows are offered at once."""
_NAMED: Final = 5_000
"""Of more rows than these the one is typed, not chosen."""


def why(screen: DataMixin, kind: Kind, wish: Wish, report: Report[Any, Any]) -> None:
    """Ask which figure, and of which row; then show how it comes about."""
    about = Explaining(screen, kind, wish, report)
    nothing: tuple[str, ...] = ()
    screen.read(lambda _: service.explained(kind.name), about.which, group="figures", empty=nothing)


class Explaining:
    """The questions, one after another, about a report as it is shown."""

    def __init__(self, screen: DataMixin, kind: Kind, wish: Wish, report: Report[Any, Any]) -> None:
        self._screen = screen
        self._kind = kind
        self._wish = wish
        self._report = report

    def which(self, known: Sequence[str]) -> None:
        """Ask which figure of those that can be explained."""
        figures = {each.key: each for each in (*self._report.total_columns, *self._report.columns)}
        shown = {key: each for key, each in figures.items() if key in known and is_explained(each)}
        room = widest([each.title for each in shown.values()])
        texts = [
            (f"{each.title} of one {each.what}", f"{name} REF", "")
            for name, each in service.RECORDS.items()
            if each.report == self._kind.name
        ]
        texts += [
            (f"{pad(each.title, room)}  {self._total(each)}".rstrip(), key, "") for key, each in shown.items()
        ]
        self._screen.app.push_screen(Choose("How does it come about?", lettered(texts)), self._chosen)

    def _total(self, figure: Figure) -> str:
        """What the figure is in the totals, where it is one of them."""
        if figure.key not in {each.key for each in self._report.total_columns}:
            return ""
        return _cell(self._report.totals, figure)

    def _chosen(self, key: str | None) -> None:
        if key is None:
            return
        name, _, of_record = key.partition(" ")
        if of_record:
            home = service.RECORDS[name]
            asked = AskLine(f"{home.title} of which {home.what}?", "", "Its id, number or name.", _some)
            self._screen.app.push_screen(asked, lambda ref: self._explain(name, ref) if ref else None)
            return
        name = f"{self._kind.name}.{key}"
        total = next((each for each in self._report.total_columns if each.key == key), None)
        column = next((each for each in self._report.columns if each.key == key), None)
        if column is not None and len(self._report.rows) > _NAMED:
            self._ask_name(name, column, in_totals=total is not None)
            return
        known = [*self._totals(total), *self._rows(column)]
        title = next(each.title for each in (column, total) if each is not None)
        if len(known) == 1:
            self._explain(name, known[0][1])
        else:
            self._choose(name, f"{title} of which {'row' if column is not None else 'currency'}?", known)

    def _totals(self, total: Figure | None) -> list[Choice]:
        """The totals of all, and of each currency where there are several."""
        if total is None:
            return []
        of_code = [
            (each.currency, each.currency, _cell(each, total))
            for each in self._report.by_currency
            if each.currency is not None
        ]
        return [(ALL, None, self._total(total)), *of_code]

    def _rows(self, column: Figure | None) -> list[Choice]:
        """The rows, by their names."""
        if column is None:
            return []
        return [(clean(name), name, _cell(row, column)) for name, row in names(self._report)]

    def _ask_name(self, figure: str, column: Figure, *, in_totals: bool) -> None:
        """Ask for the name of the row, or for nothing."""
        hint = f"As the report calls it{'; nothing for all' if in_totals else ''}."
        line = AskLine(f"{column.title} of which row?", "", hint, (lambda _: None) if in_totals else _some)
        self._screen.app.push_screen(
            line, lambda ref: None if ref is None else self._explain(figure, ref or None)
        )

    def _choose(self, figure: str, title: str, known: Sequence[Choice]) -> None:
        """Ask of which row, of which currency, or of all."""
        shown: dict[str, tuple[str | None, str, Sequence[str]]] = {}
        for text, ref, value in known:
            # somebody may be called as all are
            name = text if text not in shown else f"{text} ({len(shown)})"
            shown[name] = (ref, value, words(text))

        def fitting(typed: str) -> list[tuple[str, str]]:
            keys = words(typed)
            found = (
                (name, value)
                for name, (_, value, of_it) in shown.items()
                if all(any(word.startswith(key) for word in of_it) for key in keys)
            )
            return list(islice(found, _SHOWN))

        self._screen.app.push_screen(
            Pick(title, fitting),
            lambda name: self._explain(figure, shown[name][0]) if name is not None else None,
        )

    def _explain(self, figure: str, ref: str | None) -> None:
        def read(crm: Crm) -> Explanation | None:
            return crm.reports.why(figure, ref, self._wish.asked(crm, self._kind))

        self._screen.read(
            read, partial(_show, self._screen), group="why", empty=None, otherwise=self._screen.refuse
        )


def _cell(holder: Any, figure: Figure) -> str:
    return clean(people(getattr(holder, figure.key), figure.unit))


def _some(text: str) -> None:
    if not text.strip():
        raise UsageError("Nothing is named.", "Type an id, a number or a name.")


def _show(screen: DataMixin, found: Explanation | None) -> None:
    from crm_tui.widgets.figures.report_page import why_lines

    if found is None:
        return
    today = screen.desk.clock.today
    back = (Option("", "Back to the report", value=None),)
    screen.app.push_screen(
        ReportDialog[None](clean(found.title), lambda width: why_lines(found, today, width), back)
    )
