"""Import: a file is picked, its columns are looked at, a dry run shows what would happen, and it is imported.

The rule it keeps: everything is done by the functions of ``crm import``, in threads that can be stopped; what is
stopped leaves nothing, and what was said of a file stays said until another one is picked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from textual import on

from crm_tui.actions import Action
from crm_tui.dates import DateOrder
from crm_tui.domain.loading.drafts import Verdict
from crm_tui.screens.forms.dialogs import Choose, Option
from crm_tui.screens.importing import import_files, import_options, import_plan, import_run
from crm_tui.screens.importing.frame import COLUMNS, FILE, PLAN, RESULT
from crm_tui.screens.importing.import_item import Item, told_of
from crm_tui.screens.importing.import_run import Rehearsed, Result, Run, perform, rehearse
from crm_tui.screens.importing.import_trying import Attempt, ImportTrying
from crm_tui.screens.importing.reading import Seen, Survey, see
from crm_tui.text import clean
from crm_tui.widgets.frame.step_line import StepLine
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.lists.grouped_list import GroupedList
from crm_tui.widgets.tables.record_table import RecordTable


class ImportScreen(ImportTrying):
    """Loads files."""

    def __init__(self) -> None:
        super().__init__()
        self.result: Result | None = None
        self._rows: import_plan.PlanRows | None = None
        self._undone = False

    def on_unmount(self) -> None:
        """Stop what is running: nothing stays of it."""
        if self.run_ is not None:
            self.run_.brake.pull()

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
            ("import-start", "import-right", "open", "import-options", "rejects", "back"),
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

    def can_tried(self) -> bool:
        """Whether a file was looked at that a dry run can be made of."""
        return self.can_mapped() or (not self.running and self.item is not None and self.step == PLAN)

    def can_beside(self) -> bool:
        """Whether there is something beside the list."""
        return not self.running and self.step in (COLUMNS, PLAN)

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
            self.show_progress()
        elif self.step != FILE:
            before = {
                COLUMNS: FILE, PLAN: FILE if self.item else COLUMNS, RESULT: PLAN if self.rehearsed else FILE,
            }  # fmt: skip
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
        self.forget_table()
        self.item = self.result = None
        self.show_step(FILE)
        self.list_folder()

    def do_dry_run(self) -> None:
        """Say of each row what would become of it."""
        if self.item is not None:
            self.try_item(Attempt(self.item.path, self.item.make, self.item.options))
        else:
            self._rehearse(None, self.take_rehearsed)

    def _rehearse(self, rejects: Path | None, then: Callable[[Rehearsed], None]) -> None:
        source, known = self.item or self.seen, self.known
        if source is None:
            return
        if isinstance(source, Seen):
            if source.lacking:
                self.crm_app.tell(f"{source.lacking}.", "Choose one with enter.", "bad")
                return
            if known is not None and known.doubts:
                self._ask_order(source, known, then)
                return
        run = Run(f"Dry run of {source.name}", self.dry_hint, source.words.places)
        self.start(run, lambda: rehearse(self.desk, source, known, run, rejects), then)

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

    def take_rehearsed(self, found: Rehearsed) -> None:
        """Show what a dry run found; where a table leaves something open, ask that before."""
        if isinstance(found.source, Item):
            self.take_item(found.source, found.summary.rows)
        else:
            self.known = found.survey
        if found.doubts and self.seen is not None:
            found.plan.close()
            self.show_step(COLUMNS)
            self.show_columns()
            self._ask_order(self.seen, found.survey, self.take_rehearsed)
            return
        self.forget_dry_run()
        self.rehearsed = found
        self.show_step(PLAN)
        self._show_kind(None)

    def _show_kind(self, verdict: Verdict | None) -> None:
        if self.rehearsed is None:
            return
        summary, said = self.rehearsed.summary, self.rehearsed.source.words
        self.query_one(import_plan.KindTabs).show(summary, verdict)
        layout = partial(
            import_plan.said_lines, self._said(), told_of(self.item) if self.item is not None else ""
        )
        self.query_one("#said", Lines).show(layout)
        table = self.query_one(import_plan.PlanTable)
        where = "under the header" if self.item is None else "in it"
        table.empty_text = (
            f"No {said.row} came to that." if summary.rows else f"There are no {said.rows} {where}."
        )
        self._rows = import_plan.PlanRows(self.rehearsed.plan, verdict)
        table.set_source(self._rows, columns=import_plan.columns(said.place))

    def _said(self) -> list[str]:
        """What is said of a dry run before its rows."""
        if self.rehearsed is None:
            return []
        summary = self.rehearsed.summary
        first = f"Nothing was changed yet; {self.key_of('import-start')} imports."
        if not summary.created + summary.updated:
            first = "There is nothing to import."
        return [first, *(import_run.notice(each) for each in summary.notices)]

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
        if self._rows is not None and event.key is not None and self.rehearsed is not None:
            place = self.rehearsed.source.words.place
            self.app.push_screen(import_plan.RowDialog(self._rows.outcome(event.key), place))

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
        source = self.item or self.seen
        if source is None:
            return

        proposed = import_files.shown(import_options.free_name(source.path, "rejects.csv"))
        note = "They are written with line, column and reason; mended, the file is imported like any other."
        if self.item is not None:
            note = "They are written with their number, the reason, and their text."
        title = f"Write the rejected {source.words.rows}"
        form = import_options.path_form("path", title, "to", proposed, note)
        self.app.push_screen(import_options.TryingForm(form, import_options.new_path), self._write_rejects)

    def _write_rejects(self, path: Path | None) -> None:
        def written(found: Rehearsed) -> None:
            found.plan.close()
            self.show_step(self.step)
            where, said = found.summary.rejects_file, found.source.words
            self.crm_app.tell(
                f"The rejected {said.rows} are in {where}."
                if where
                else f"No {said.row} is rejected any more."
            )

        if path is not None:
            self._rehearse(path, written)

    def do_import_start(self) -> None:
        """Ask, then import."""
        found = self.rehearsed
        if found is None:
            return
        summary, source = found.summary, found.source
        writes, said = summary.created + summary.updated, source.words
        if not writes:
            self.crm_app.tell(
                "There is nothing to import.", f"Every {said.row} is here already, skipped or rejected."
            )
            return
        beside = import_options.free_name(source.path, "rejects.csv")
        options: list[Option[str]] = [
            Option("n", "No, leave it", ""),
            Option("y", f"Import {writes:,} {said.row if writes == 1 else said.rows}", "import"),
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
                self._import(source, beside if answer == "rejects" else None)

        counts = import_run.counts(summary, would=True)
        self.app.push_screen(Choose(f"Import {clean(source.name)}: {counts}?", options), take)

    def _import(self, source: Seen | Item, rejects: Path | None) -> None:
        hint = f"{self.key_of('back')} stops it and nothing stays; {self.key_of('go')} leads elsewhere meanwhile."
        run = Run(f"Importing {source.name}", hint, source.words.places)
        then = partial(self._take_result, source=source)
        self.start(run, lambda: perform(self.desk, source, run, rejects), then)

    def _take_result(self, found: Result, source: Seen | Item) -> None:
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
                f"Imported {found.name}: {import_run.counts(summary)}.", f"{self.key_of('undo')} undo", "good"
            )
        self.crm_app.data_changed()
        try:
            self.crm_app.memory.keep_folder(source.path.parent)
        except OSError as error:
            # it is only a convenience
            self.log.warning(error.strerror)

    def _show_result(self) -> None:
        result = self.result
        if result is None:
            return
        keys = {
            "undo": self.key_of("undo"), "redo": self.key_of("redo"), "next": self.key_of("import-next"),
            "rejects": self.key_of("rejects"),
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
