"""One run over the whole file, a dry run or the import itself: in a thread, watched and stopped from the screen."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from crm_tui.errors import ConflictError, CrmError
from crm_tui.interchange.brake import Brake, StoppedError
from crm_tui.interchange.formats import TABLE
from crm_tui.interchange.loaders import Words, loader, words
from crm_tui.interchange.plan import Plan
from crm_tui.interchange.preview import Doubt
from crm_tui.interchange.run import Summary
from crm_tui.screens.importing.import_item import Item, changed
from crm_tui.screens.importing.reading import Seen, Survey, base, survey
from crm_tui.store.connection import told
from crm_tui.text import cell_width, clean
from crm_tui.widgets.lines import Ink, Line, wrap

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.screens.shell.desk import Desk

_SURE_SECONDS: Final = 2.0
"""Before that long nothing is said of the time that is left."""
_AGAIN: Final = "What was imported stays; import the file again to have the rejected rows written elsewhere."
_ROWS: Final = words(TABLE, Path())


class ChangedFileError(ConflictError):
    """The file is not the one that was looked at any more."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has changed since it was looked at.", "Here it is as it is now.")


@dataclass(slots=True)
class Run:
    """A run: what it is called, what it counts, and how far it has come.

    Its thread writes the numbers, the screen reads them.
    """

    title: str
    hint: str
    places: str = _ROWS.places
    brake: Brake = field(default_factory=Brake)
    done: int = 0
    total: int = 0
    began: float = field(default_factory=monotonic)

    def tell(self, done: int, total: int) -> None:
        """Note how far it is; called in the thread."""
        self.done, self.total = min(done, total), total

    @property
    def share(self) -> float | None:
        """How much is done, from 0 to 1."""
        return self.done / self.total if self.total else None

    def figures(self) -> str:
        """What it counts, seconds, and what is left."""
        seconds = monotonic() - self.began
        if self.brake.pulled:
            return "Stopping; nothing stays of it."
        if not self.total:
            return f"Looking at the file · {span(seconds)}"
        lines = f"{self.done:,} of {self.total:,} {self.places} · {span(seconds)}"
        if self.done >= self.total:
            return f"{lines} · all read; checking and indexing"
        if seconds < _SURE_SECONDS:
            return lines
        return f"{lines} · about {span(seconds * (self.total - self.done) / self.done)} left"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a dry run found; with doubts, which only a table has, there was none."""

    source: Seen | Item
    survey: Survey
    plan: Plan
    summary: Summary

    @property
    def doubts(self) -> Sequence[Doubt]:
        """What has to be said before."""
        return self.survey.doubts


@dataclass(frozen=True, slots=True)
class Result:
    """What an import did. ``problem`` and ``hint`` tell what failed when it was through."""

    name: str
    summary: Summary
    words: Words = _ROWS
    problem: str = ""
    hint: str = ""


def rehearse(
    desk: Desk, source: Seen | Item, known: Survey | None, run: Run, rejects: Path | None = None
) -> Rehearsed:
    """Do everything and take it back, in a worker thread.

    Raises:
        StoppedError: the person stopped it.
        CrmError: it cannot be done.
    """
    _check_same(source)
    found = known or (survey(desk, source, run.brake) if isinstance(source, Seen) else Survey(0))
    plan, summary = Plan(), Summary()
    with ExitStack() as stack:
        stack.callback(plan.close)
        if not found.doubts:
            with base(desk) as crm:
                summary = loader(source.make)(
                    crm, source.path, source.options, dry_run=True, rejects=rejects, report=plan.add,
                    progress=run.tell, brake=run.brake,
                )  # fmt: skip
            if isinstance(source, Seen):
                # a folder of mail may change at any moment; then the import itself says so
                _check_same(source)
        stack.pop_all()
    return Rehearsed(source, found, plan, summary)


def perform(desk: Desk, source: Seen | Item, run: Run, rejects: Path | None) -> Result:
    """Import, in a worker thread.

    Raises:
        StoppedError: the person stopped it; nothing was imported.
        CrmError: it cannot be done; nothing was imported.
    """
    from crm_tui.domain.crm import Crm

    _check_same(source)
    load = loader(source.make)
    with told(desk.path):
        crm = desk.writing()
        crm.last_operation = None
        # with a second pair of eyes on it the file is never locked for those who read meanwhile
        with closing(Crm.open(desk.path, config=desk.config, create=False)) as eyes:
            eyes.data_version()
            try:
                summary = load(
                    crm, source.path, source.options, rejects=rejects, progress=run.tell, brake=run.brake
                )
            except CrmError as error:
                operation = _last_operation(crm)
                if operation is None or isinstance(error, StoppedError):
                    raise
                # it is through, and what comes after it failed
                message = error.message.replace(str(rejects), rejects.name) if rejects else error.message
                return Result(source.name, Summary(operation=operation), source.words, message, _AGAIN)
    return Result(source.name, summary, source.words)


def _last_operation(crm: Crm) -> int | None:
    return crm.last_operation.id if crm.last_operation is not None else None


def _check_same(source: Seen | Item) -> None:
    if changed(source):
        raise ChangedFileError(source.name)


def span(seconds: float) -> str:
    """A time in the coarsest honest unit."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def counts(summary: Summary, *, would: bool = False) -> str:
    """What came to what, in words."""
    words = ("new", "changed", "same", "skipped", "rejected") if would else (
        "created", "updated", "unchanged", "skipped", "rejected"
    )  # fmt: skip
    figures = (summary.created, summary.updated, summary.unchanged, summary.skipped, summary.rejected)
    parts = [f"{figure:,} {word}" for word, figure in zip(words, figures, strict=True) if figure]
    return ", ".join(parts) or "no rows"


def result_lines(result: Result, keys: dict[str, str], width: int, *, undone: bool) -> list[Line]:
    """What an import did, in lines of at most ``width`` cells."""
    summary = result.summary
    found: list[tuple[str, Ink]] = []
    if result.problem:
        found += [(f"! {result.problem}", "bad"), (result.hint, "dim")]
    elif undone:
        found += [(f"The import of {result.name} was taken back.", "strong")]
    elif summary.operation is None:
        found += [(f"{result.name} changed nothing: everything in it is here already.", "strong")]
    else:
        found += [(f"+ {result.name} is imported.", "good")]
    if not result.problem:
        found += [("", "plain"), *_figures(summary, result.words)]
    if summary.operation is not None and not undone:
        found += [
            ("", "plain"),
            (f"Operation {summary.operation}; {keys['undo']} takes it back whole.", "plain"),
        ]
    if undone:
        found += [("", "plain"), (f"{keys['redo']} brings it again.", "plain")]
    found += _rejects(summary, keys, result.words)
    found += [(notice(each), "dim") for each in summary.notices]
    found += [("", "plain"), (f"{keys['next']} imports another file.", "dim")]
    return [[(line, ink)] for text, ink in found for line in _fitted(clean(text), width)]


def _fitted(text: str, width: int) -> list[str]:
    return [text] if cell_width(text) <= width else wrap(text, width)


def _figures(summary: Summary, said: Words) -> list[tuple[str, Ink]]:
    rows = (
        ("+", "created", summary.created), ("~", "updated", summary.updated), ("=", "unchanged", summary.unchanged),
        ("-", "skipped", summary.skipped), ("x", "rejected", summary.rejected),
    )  # fmt: skip
    found = [(sign, word, figure) for sign, word, figure in rows if figure]
    every = (" ", said.row if summary.rows == 1 else said.rows, summary.rows)
    return [(f"{sign} {figure:>11,}  {word}", "plain") for sign, word, figure in (*found, every)]


def _rejects(summary: Summary, keys: dict[str, str], said: Words) -> list[tuple[str, Ink]]:
    if not summary.rejected:
        return []
    found: list[tuple[str, Ink]] = [("", "plain")]
    for each in summary.first_rejects:
        place = f"{said.place} {each.line}"
        where = f'{place}, "{each.column}"' if each.column else place
        found.append((f"x {where}: {each.reason}", "bad"))
    more = summary.rejected - len(summary.first_rejects)
    if more:
        found.append((f"  and {more:,} more", "dim"))
    mended = said.row == _ROWS.row
    if summary.rejects_file is not None:
        then = "; mend them and import it" if mended else ", with the reasons"
        found.append((f"The rejected {said.rows} are in {summary.rejects_file}{then}.", "plain"))
    else:
        then = "to be mended and imported" if mended else "with the reasons"
        found.append((f"{keys['rejects']} writes the rejected {said.rows} to a file, {then}.", "dim"))
    return found


def notice(text: str) -> str:
    """A notice of the import in the words of the screen: what only the command line has is left out."""
    told = text.replace("--create-missing", '"make people" in the options').partition("; --")[0]
    return told if told.endswith(".") else f"{told}."
