"""Import: a file is picked, its columns are looked at, a dry run shows what would happen, and it is imported.

The rule it keeps: everything is done by the functions of ``crm import``, in threads that can be stopped; what is
stopped leaves nothing, and what was said of a file stays said until another one is picked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from textual import on
from textual.timer import Timer

from crm_tui.actions import Action
from crm_tui.dates import DateOrder
from crm_tui.domain.loading.drafts import Verdict
from crm_tui.errors import CrmError
from crm_tui.interchange.brake import StoppedError
from crm_tui.interchange.table import EncodingError
from crm_tui.screens.forms.dialogs import Choose, Option
from crm_tui.screens.importing import import_files, import_options, import_plan, import_run
from crm_tui.screens.importing.frame import COLUMNS, FILE, PLAN, RESULT
from crm_tui.screens.importing.import_mapping import ImportMapping
from crm_tui.screens.importing.import_run import ChangedFileError, Rehearsed, Result, Run, perform, rehearse
from crm_tui.screens.importing.reading import Seen, Survey, see
from crm_tui.text import clean
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.frame.progress_view import ProgressView
from crm_tui.widgets.frame.step_line import StepLine
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.lists.grouped_list import GroupedList
from crm_tui.widgets.tables.record_table import RecordTable

LOOK_SECONDS: Final = 0.15
"""How often the screen looks how far a run is; a shorter one is not shown at all."""


class ImportScreen(ImportMapping):
    """Loads files."""

    def __init__(self) -> None:
        super().__init__()
        self.result: Result | None = None
        self.run_: Run | None = None
        self._rows: import_plan.PlanRows | None = None
        self._undone = False
        self._watch: Timer | None = None

    def on_unmount(self) -> None:
        """Stop what is running: nothing stays of it."""
        if self.run_ is not None:
            self.run_.brake.pull()

    @property
    def running(self) -> bool:
        """Whether a dry run or an import is on its way."""
        return self.run_ is not None

    @property
    def unfinished(self) -> str:
        """What is asked before the program is left while a run is on its way."""
        return "The import is not through. Leave? Nothing stays of it." if self.running else ""

    def preferred(self) -> tuple[str, ...]:
        """The keys of the present step first."""
        if self.running:
            return ("back",)
        return (
            ("open", "import-path", "back"),
            ("dry-run", "open", "leave-out", "import-options", "import-kind", "back"),
            ("import-start", "import-right", "open", "rejects", "back"),
            ("import-next", "undo", "rejects", "back"),
        )[self.step]

    def can_list(self) -> bool:
        """Whether there is a row under the cursor."""
        if self.running:
            return False
        if self.step == PLAN:
            return self.query_one(import_plan.PlanTable).cursor_key is not None
        return (
            self.step == RESULT
            or self.query_one("#files" if self.step == FILE else "#columns", GroupedList).cursor_key
            is not None
        )

    def is_possible(self, action: Action) -> bool:
        """Whether an action is possible now; a result has nothing to open."""
        return super().is_possible(action) and not (action.id == "open" and self.step == RESULT)

    def can_back(self) -> bool:
        """Whether there is a step before, or something to stop."""
        return self.running or self.step != FILE

    def can_onward(self) -> bool:
        """Whether there is a next step."""
        return not self.running

    def can_mapped(self) -> bool:
        """Whether a file was looked at."""
        return not self.running and self.seen is not None and self.step in (COLUMNS, PLAN)

    def can_column(self) -> bool:
        """Whether the columns are shown."""
        return not self.running and self.step == COLUMNS

    def can_planned(self) -> bool:
        """Whether a dry run has shown what would happen."""
        return not self.running and self.step == PLAN and self.rehearsed is not None

    def can_rejects(self) -> bool:
        """Whether rows were rejected."""
        if self.running:
            return False
        if self.step == RESULT:
            return self.result is not None and bool(self.result.summary.rejected)
        return self.can_planned() and self.rehearsed is not None and bool(self.rehearsed.summary.rejected)

    def can_sideways(self) -> bool:
        """Whether there are kinds of rows, or folders."""
        return not self.running and self.step in (FILE, PLAN)

    def reload(self) -> None:
        """Read anew what the present step shows."""
        if self.running:
            return
        if self.step == FILE:
            self.list_folder()
        elif self.step == COLUMNS and self.seen is not None:
            self.look(self.wish(self.seen))
        elif self.step == RESULT:
            self._look_whether_undone()

    def do_import_next(self) -> None:
        """To the next step."""
        if self.step == FILE:
            self.files.action_open()
        elif self.step == COLUMNS:
            self.do_dry_run()
        elif self.step == PLAN:
            self.do_import_start()
        else:
            self._begin_anew()

    def do_back(self) -> None:
        """Stop what is running, or a step back."""
        if self.run_ is not None:
            self.run_.brake.pull()
            self._show_progress()
        elif self.step != FILE:
            before = {COLUMNS: FILE, PLAN: COLUMNS, RESULT: PLAN if self.rehearsed else FILE}
            self.show_step(before[self.step])
            self.reload()

    @on(StepLine.Chosen)
    def _step_chosen(self, event: StepLine.Chosen) -> None:
        event.stop()
        there = (True, self.seen is not None, self.rehearsed is not None, self.result is not None)
        if not self.running and there[event.step]:
            self.show_step(event.step)
            self.reload()

    def _begin_anew(self) -> None:
        self.forget_dry_run()
        self.seen = self.known = self.result = None
        self.show_step(FILE)
        self.list_folder()

    def _start(self, run: Run, work: Callable[[], object], then: Callable[[object], None]) -> None:
        """Begin a run; a short one is never shown."""
        self.run_ = run
        self.crm_app.tell("")
        self.show_keys()
        self._watch = self.set_interval(LOOK_SECONDS, self._show_progress)
        self.work(work, partial(self._through, then), self._failed, group="run")

    def _show_progress(self) -> None:
        run = self.run_
        if run is not None:
            self.query_one(ProgressView).show(run.title, run.share, run.figures(), run.hint)
            self.show_run()

    def _end_run(self) -> None:
        self.run_ = None
        if self._watch is not None:
            self._watch.stop()

    def _through(self, then: Callable[[object], None], value: object) -> None:
        self._end_run()
        then(value)

    def _failed(self, error: CrmError) -> None:
        self._end_run()
        self.show_step(self.step)
        if isinstance(error, StoppedError):
            self.crm_app.tell("Stopped. Nothing was changed.")
        elif isinstance(error, EncodingError) and self.seen is not None:
            self.ask_encoding(self.wish(self.seen), COLUMNS, error)
        else:
            self.refuse(error)
            if isinstance(error, ChangedFileError) and self.seen is not None:
                self.look(self.wish(self.seen))

    def do_dry_run(self) -> None:
        """Say of each row what would become of it."""
        self._rehearse(None, self._take_rehearsed)

    def _rehearse(self, rejects: Path | None, then: Callable[[Rehearsed], None]) -> None:
        seen, known = self.seen, self.known
        if seen is None:
            return
        if seen.lacking:
            self.crm_app.tell(f"{seen.lacking}.", "Choose one with enter.", "bad")
            return
        if known is not None and known.doubts:
            self._ask_order(seen, known, then)
            return
        run = Run(f"Dry run of {seen.name}", f"{self._key('back')} stops it; nothing is changed in any case.")

        def take(found: object) -> None:
            assert isinstance(found, Rehearsed)
            then(found)

        self._start(run, lambda: rehearse(self.desk, seen, known, run, rejects), take)

    def _ask_order(self, seen: Seen, found: Survey, then: Callable[[Rehearsed], None]) -> None:
        """An ambiguous column of days: which day is meant?"""
        doubt = found.doubts[0]
        question = f'"{doubt.example}" in {doubt.header}: which day is it?'
        if not doubt.example:
            question = f"The dates in {doubt.header} contradict each other. How are they to be read?"

        def take(order: DateOrder | None) -> None:
            if order is not None:
                wish = self.wish(seen)
                wish = replace(wish, options=replace(wish.options, date_order=order))
                self.work(
                    lambda: see(self.desk, wish, None),
                    again,
                    partial(self.not_seen, wish, None),
                    group="look",
                )

        def again(now: Seen) -> None:
            self.take_seen(now)
            self._rehearse(None, then)

        self.app.push_screen(
            Choose(question, import_options.order_options(doubt, self.desk.clock.today)), take
        )

    def _take_rehearsed(self, found: Rehearsed) -> None:
        self.known = found.survey
        if found.doubts and self.seen is not None:
            found.plan.close()
            self.show_step(COLUMNS)
            self.show_columns()
            self._ask_order(self.seen, found.survey, self._take_rehearsed)
            return
        self.forget_dry_run()
        self.rehearsed = found
        self.show_step(PLAN)
        self._show_kind(None)

    def _show_kind(self, verdict: Verdict | None) -> None:
        if self.rehearsed is None:
            return
        summary = self.rehearsed.summary
        self.query_one(import_plan.KindTabs).show(summary, verdict)
        said = [f"Nothing was changed yet; {self._key('import-start')} imports."]
        if not summary.created + summary.updated:
            said = ["There is nothing to import."]
        said += [import_run.notice(each) for each in summary.notices]
        self.query_one("#said", PlainText).text = "  ".join(said)
        table = self.query_one(import_plan.PlanTable)
        table.empty_text = "No row came to that." if summary.rows else "There are no rows under the header."
        self._rows = import_plan.PlanRows(self.rehearsed.plan, verdict)
        table.set_source(self._rows)

    def do_import_left(self) -> None:
        """The kind of rows before; the folder above."""
        self._sideways(-1)

    def do_import_right(self) -> None:
        """The next kind of rows; into the folder."""
        self._sideways(1)

    def _sideways(self, step: int) -> None:
        if self.step == FILE:
            self.step_sideways(step)
        elif self.rehearsed is not None:
            kinds = import_plan.kinds_of(self.rehearsed.summary)
            here = kinds.index(self.query_one(import_plan.KindTabs).here)
            self._show_kind(kinds[(here + step) % len(kinds)])

    @on(import_plan.KindTabs.Chosen)
    def _kind_chosen(self, event: import_plan.KindTabs.Chosen) -> None:
        event.stop()
        self._show_kind(event.verdict)

    @on(RecordTable.Opened)
    def _row_opened(self, event: RecordTable.Opened) -> None:
        event.stop()
        if self._rows is not None and event.key is not None:
            self.app.push_screen(import_plan.RowDialog(self._rows.outcome(event.key)))

    @on(RecordTable.Failed)
    def _rows_failed(self, event: RecordTable.Failed) -> None:
        event.stop()
        self.refuse(event.error)

    @on(RecordTable.Highlighted)
    def _row_highlighted(self, event: RecordTable.Highlighted) -> None:
        event.stop()
        self.show_keys()

    def do_rejects(self) -> None:
        """Write the rejected rows to a file."""
        seen = self.seen
        if seen is None:
            return

        proposed = import_files.shown(import_options.free_name(seen.path, "rejects.csv"))
        note = "They are written with line, column and reason; mended, the file is imported like any other."
        form = import_options.path_form("path", "Write the rejected rows", "to", proposed, note)
        self.app.push_screen(import_options.TryingForm(form, import_options.new_path), self._write_rejects)

    def _write_rejects(self, path: Path | None) -> None:
        def written(found: Rehearsed) -> None:
            found.plan.close()
            self.show_step(self.step)
            where = found.summary.rejects_file
            self.crm_app.tell(
                f"The rejected rows are in {where}." if where else "No row is rejected any more."
            )

        if path is not None:
            self._rehearse(path, written)

    def do_import_start(self) -> None:
        """Ask, then import."""
        found = self.rehearsed
        if found is None:
            return
        summary = found.summary
        writes = summary.created + summary.updated
        if not writes:
            self.crm_app.tell("There is nothing to import.", "Every row is here already, or rejected.")
            return
        beside = import_options.free_name(found.seen.path, "rejects.csv")
        options: list[Option[str]] = [
            Option("n", "No, leave it", ""),
            Option("y", f"Import {writes:,} {'row' if writes == 1 else 'rows'}", "import"),
        ]
        if summary.rejected:
            options.append(
                Option(
                    "r",
                    f"Import; the {summary.rejected:,} rejected go to",
                    "rejects",
                    clean(beside.name),
                )
            )

        def take(answer: str | None) -> None:
            if answer:
                self._import(found.seen, beside if answer == "rejects" else None)

        counts = import_run.counts(summary, would=True)
        self.app.push_screen(Choose(f"Import {clean(found.seen.name)}: {counts}?", options), take)

    def _import(self, seen: Seen, rejects: Path | None) -> None:
        hint = f"{self._key('back')} stops it and nothing stays; {self._key('go')} leads elsewhere meanwhile."
        run = Run(f"Importing {seen.name}", hint)

        def take(found: object) -> None:
            assert isinstance(found, Result)
            self._take_result(found, seen)

        self._start(run, lambda: perform(self.desk, seen, run, rejects), take)

    def _take_result(self, found: Result, seen: Seen) -> None:
        self.result = found
        # what the dry run has shown is done
        self.forget_dry_run()
        self._undone = False
        self.show_step(RESULT)
        self._show_result()
        summary = found.summary
        if found.problem:
            self.crm_app.tell(found.problem, found.hint, "bad")
        elif summary.operation is None:
            self.crm_app.tell(f"Imported {found.name}: nothing changed.")
        else:
            self.crm_app.tell(
                f"Imported {found.name}: {import_run.counts(summary)}.", f"{self._key('undo')} undo", "good"
            )
        self.crm_app.data_changed()
        try:
            self.crm_app.memory.keep_folder(seen.path.parent)
        except OSError as error:
            # it is only a convenience
            self.log.warning(error.strerror)

    def _show_result(self) -> None:
        result = self.result
        if result is None:
            return
        keys = {
            "undo": self._key("undo"), "redo": self._key("redo"), "next": self._key("import-next"),
            "rejects": self._key("rejects"),
        }  # fmt: skip
        undone = self._undone
        layout = partial(import_run.result_lines, result, keys, undone=undone)
        self.query_one("#result", Lines).show(layout, keep=True)

    def _look_whether_undone(self) -> None:
        operation = self.result.summary.operation if self.result is not None else None
        if operation is None:
            return

        def take(undone: bool) -> None:
            self._undone = undone
            self._show_result()

        self.read(
            lambda crm: any(each.id == operation and each.undone_at for each in crm.history(100)),
            take,
            group="undone",
            empty=False,
        )

    def _key(self, action: str) -> str:
        return self.crm_app.keymap.shown(action)
