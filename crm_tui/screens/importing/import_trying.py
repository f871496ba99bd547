"""What runs on the Import screen; and what is no table, which a dry run looks at and nothing before it.

The rule it keeps: a dry run that fails changes nothing of what was said and shown before, and says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Literal, TypeVar

from textual.timer import Timer

from crm_tui.errors import CrmError
from crm_tui.interchange.brake import StoppedError
from crm_tui.interchange.formats import TABLE
from crm_tui.interchange.options import Options
from crm_tui.interchange.table import EncodingError
from crm_tui.screens.importing import import_item
from crm_tui.screens.importing.frame import COLUMNS, FILE
from crm_tui.screens.importing.import_item import Item, item_of, make_of
from crm_tui.screens.importing.import_mapping import ImportMapping
from crm_tui.screens.importing.import_options import TryingForm
from crm_tui.screens.importing.import_run import ChangedFileError, Rehearsed, Run, rehearse
from crm_tui.screens.importing.reading import Seen, explained
from crm_tui.widgets.frame.progress_view import ProgressView

T = TypeVar("T")
LOOK_SECONDS: Final = 0.15
"""How often the screen looks how far a run is; a shorter one is not shown at all."""
_COLUMNS: Final = frozenset({COLUMNS})


@dataclass(frozen=True, slots=True)
class Attempt:
    """A dry run of what is no table, and why: it was picked, its options were changed, or it has changed itself."""

    path: Path
    make: str
    options: Options
    why: Literal["picked", "options", "changed"] = "picked"


class ImportTrying(ImportMapping):
    """Runs, and what is no table."""

    def __init__(self) -> None:
        super().__init__()
        self.item: Item | None = None
        self.run_: Run | None = None
        self._attempt: Attempt | None = None
        self._rows_in = 0
        self._watch: Timer | None = None

    @property
    def running(self) -> bool:
        """Whether a dry run or an import is on its way."""
        return self.run_ is not None

    @property
    def subject(self) -> str:
        """The file, and how long it is."""
        if self.item is None:
            return super().subject
        said = self.item.words
        return f"{self.item.name} · {self._rows_in:,} {said.row if self._rows_in == 1 else said.rows}"

    @property
    def taken(self) -> Path | None:
        """The file that the steps are about."""
        source = self.item or self.seen
        return source.path if source is not None else None

    @property
    def needless(self) -> frozenset[int]:
        """The columns of what has none."""
        return frozenset() if self.item is None else _COLUMNS

    def choose(self, path: Path, make: str = "") -> None:
        """Find out what a file is, and take it; what was said of the same one before stays said."""
        self.about = path
        self.work(lambda: make or make_of(path), partial(self._take_make, path), group="look")

    def _take_make(self, path: Path, make: str) -> None:
        if make == TABLE:
            self.choose_table(path)
            return
        item = self.item
        known = item is not None and (item.path, item.make) == (path, make)
        self.try_item(Attempt(path, make, item.options if item is not None and known else Options()))

    def take_seen(self, seen: Seen, step: int | None = None) -> None:
        """Take a table as it was looked at."""
        self.item = None
        super().take_seen(seen, step)

    def take_item(self, item: Item, rows: int) -> None:
        """Take what is no table, as a dry run has looked at it and found so many rows in it."""
        self.forget_table()
        self.item, self._rows_in = item, rows

    def try_item(self, attempt: Attempt) -> None:
        """Say of everything in a file or folder what would become of it."""
        run = Run(f"Dry run of {attempt.path.name}", self.dry_hint)

        def work() -> Rehearsed:
            item = item_of(attempt.path, attempt.make, attempt.options)
            run.places = item.words.places
            return rehearse(self.desk, item, None, run)

        self._attempt = attempt
        self.start(run, work, self.take_rehearsed)

    @property
    def dry_hint(self) -> str:
        """What is said under the progress of a dry run."""
        return f"{self.key_of('back')} stops it; nothing is changed in any case."

    def take_rehearsed(self, found: Rehearsed) -> None:
        """Show what a dry run found."""
        raise NotImplementedError

    def start(self, run: Run, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Begin a run; a short one is never shown."""
        self.run_ = run
        self.crm_app.tell("")
        self.show_keys()
        self._watch = self.set_interval(LOOK_SECONDS, self.show_progress)
        self.work(work, partial(self._through, then), self._failed, group="run")

    def show_progress(self) -> None:
        """Show how far the run is."""
        run = self.run_
        if run is not None:
            self.query_one(ProgressView).show(run.title, run.share, run.figures(), run.hint)
            self.show_run()

    def _end_run(self) -> Attempt | None:
        self.run_ = None
        if self._watch is not None:
            self._watch.stop()
        attempt, self._attempt = self._attempt, None
        return attempt

    def _through(self, then: Callable[[T], None], value: T) -> None:
        self._end_run()
        then(value)

    def _failed(self, error: CrmError) -> None:
        attempt = self._end_run()
        if attempt is not None and attempt.why == "changed":
            # what was shown does not hold any more
            self.forget_dry_run()
            self.show_step(FILE)
        else:
            self.show_step(self.step)
        if isinstance(error, StoppedError):
            self.crm_app.tell("Stopped. Nothing was changed.")
        elif attempt is not None:
            self._not_taken(attempt, error)
        elif isinstance(error, ChangedFileError) and self.item is not None:
            self._try_again(self.item)
        elif isinstance(error, EncodingError) and self.seen is not None:
            self.ask_encoding(self.wish(self.seen), COLUMNS, error)
        else:
            self.refuse(error)
            if isinstance(error, ChangedFileError) and self.seen is not None:
                self.look(self.wish(self.seen))

    def _not_taken(self, attempt: Attempt, error: CrmError) -> None:
        """Say why something cannot be imported so, and ask for what it needs."""
        if attempt.why == "options" and self.item is not None:
            self._ask_options(self.item, attempt.options, explained(error, columns=False))
        elif isinstance(error, EncodingError) or "--encoding" in error.hint:
            told = (
                error if isinstance(error, EncodingError) else EncodingError(error.message, error.hint, None)
            )
            self.ask_letters(
                attempt.path,
                told,
                lambda name: self.try_item(replace(attempt, options=replace(attempt.options, encoding=name))),
            )
        else:
            self.refuse(error)

    def _try_again(self, item: Item) -> None:
        self.try_item(Attempt(item.path, item.make, item.options, "changed"))
        self.crm_app.tell(f"{item.name} has changed.", "Here it is as it is now.")

    def do_import_options(self) -> None:
        """Ask for the options; those of what is no table are tried by a dry run."""
        if self.item is None:
            super().do_import_options()
        else:
            self._ask_options(self.item, self.item.options)

    def _ask_options(self, item: Item, options: Options, problem: tuple[str, str] = ("", "")) -> None:
        def take(answer: Options | None) -> None:
            if answer is not None and answer != item.options:
                self.try_item(Attempt(item.path, item.make, answer, "options"))

        asked = replace(item, options=options)
        form = TryingForm(import_item.form(asked), partial(import_item.taken, asked), problem)
        self.app.push_screen(form, take)

    def key_of(self, action: str) -> str:
        """The key of an action, as it is shown."""
        return self.crm_app.keymap.shown(action)
