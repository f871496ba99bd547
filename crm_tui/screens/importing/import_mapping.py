"""The first two steps of the Import screen: a file is looked at, and said how it is to be read.

The rule it keeps: what is said of a file is tried on it before it counts, and what does not fit changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from textual import on

from crm_tui.errors import ConflictError, CrmError, UsageError
from crm_tui.interchange.brake import Brake, StoppedError
from crm_tui.interchange.options import KINDS, Options, from_recipe, read_recipe
from crm_tui.interchange.recipe import recipe
from crm_tui.interchange.saving import saved
from crm_tui.interchange.table import EncodingError
from crm_tui.screens.forms.dialogs import Choose, lettered
from crm_tui.screens.forms.fields import Filled
from crm_tui.screens.forms.pick_dialog import Pick
from crm_tui.screens.importing import import_columns, import_files, import_options
from crm_tui.screens.importing.frame import COLUMNS, PLAN, ImportFrame
from crm_tui.screens.importing.import_run import Rehearsed
from crm_tui.screens.importing.reading import Seen, Survey, Wish, encodings, see, survey
from crm_tui.text import clean
from crm_tui.widgets.frame.step_line import StepLine
from crm_tui.widgets.lines import Lines
from crm_tui.widgets.lists.grouped_list import GroupedList

_AS_NAMED: Final = "as its header says"
_LEFT_OUT: Final = "leave it out"


class ImportMapping(ImportFrame):
    """A file, its columns, its options."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Seen | None = None
        self.known: Survey | None = None
        self.rehearsed: Rehearsed | None = None
        self._wanted: Wish | None = None
        self._mappings: dict[str, dict[str, str]] = {}
        self._looking = Brake()
        self._problem = ""

    def on_unmount(self) -> None:
        """Look at nothing any more."""
        self._looking.pull()
        self.forget_dry_run()

    @property
    def subject(self) -> str:
        """The file, and how long it is."""
        seen = self.seen
        if seen is None:
            return ""
        if self.known is None:
            return seen.name
        lines = self.known.lines
        return f"{seen.name} · {lines:,} {'line' if lines == 1 else 'lines'}"

    def choose_table(self, path: Path) -> None:
        """Look at a table; one that was looked at before keeps what was said of it."""
        if self.seen is not None and self.seen.path == path:
            self.look(self.wish(self.seen), COLUMNS)
        else:
            self._mappings.clear()
            self.look(Wish(path), COLUMNS)

    def forget_dry_run(self) -> None:
        """What a dry run has shown does not hold any more."""
        if self.rehearsed is not None:
            self.rehearsed.plan.close()
        self.rehearsed = None

    def forget_table(self) -> None:
        """No table is looked at any more."""
        self._looking.pull()
        self._mappings.clear()
        self.seen = self.known = self._wanted = None

    def wish(self, seen: Seen) -> Wish:
        """What was said of a file so far, be it on its way."""
        return self._wanted or Wish(seen.path, seen.options, seen.options.kind)

    def look(self, wish: Wish, step: int | None = None) -> None:
        """Look at a file so, and show the step then."""
        self._wanted = wish
        known = self.known
        self.work(
            lambda: see(self.desk, wish, known),
            partial(self.take_seen, step=step),
            partial(self.not_seen, wish, step),
            group="look",
        )

    def not_seen(self, wish: Wish, step: int | None, error: CrmError) -> None:
        """Say why a file cannot be read so; what was said of it before stays."""
        self._wanted = None
        if isinstance(error, EncodingError):
            self.ask_encoding(wish, step, error)
            return
        self.refuse(error)

    def take_seen(self, seen: Seen, step: int | None = None) -> None:
        """Take a file as it was looked at."""
        before, self.seen = self.seen, seen
        self._wanted = None
        self._mappings[seen.options.kind] = dict(seen.options.mapping)
        if before is None or _of_the_whole(before) != _of_the_whole(seen):
            self.known, self._problem = None, ""
            self._survey(seen)
        if before is None or (before.path, before.stamp, before.options) != (
            seen.path,
            seen.stamp,
            seen.options,
        ):
            self.forget_dry_run()
        if before is not None and before.path == seen.path and before.stamp != seen.stamp:
            self.crm_app.tell(f"{seen.name} has changed.", "Here it is as it is now.")
        elif before is None or step is not None:
            self.crm_app.tell("")
        if step is not None:
            self.show_step(step)
        elif self.step == PLAN and self.rehearsed is None:
            self.show_step(COLUMNS)
        self.show_columns()

    def show_columns(self) -> None:
        """Show what is known of the columns."""
        seen = self.seen
        if seen is None:
            return
        known, problem = self.known, self._problem
        self.query_one("#settings", Lines).show(lambda _: [import_columns.settings_line(seen)])
        self.query_one("#notice", Lines).show(lambda _: [import_columns.notice(seen, known, problem)])
        self.query_one("#columns", GroupedList).show(
            import_columns.column_groups(seen), "No column has a name."
        )
        self.query_one("#first", Lines).show(partial(import_columns.first_lines, seen), keep=True)
        self.query_one(StepLine).show(self.step, self.subject)
        self.show_keys()

    def _survey(self, seen: Seen) -> None:
        """Look at the whole file while the person looks at its beginning."""
        self._looking.pull()
        brake = self._looking = Brake()
        self.work(
            lambda: survey(self.desk, seen, brake), self._take_survey, self._not_surveyed, group="survey"
        )

    def _take_survey(self, found: Survey) -> None:
        self.known = found
        self.show_columns()
        basis = self.seen
        if basis is None or all(row.line for row in basis.first):
            return

        def take(seen: Seen) -> None:
            if self.seen is basis:
                self.seen = seen
                self.show_columns()

        # now the days and amounts of the first rows can be read
        self.work(lambda: see(self.desk, self.wish(basis), found), take, self._not_again, group="again")

    def _not_again(self, _: CrmError) -> None:
        """The file is not what it was: whoever looks at it next is told."""

    def _not_surveyed(self, error: CrmError) -> None:
        if isinstance(error, StoppedError) or self.seen is None:
            return
        if isinstance(error, EncodingError):
            self.ask_encoding(self.wish(self.seen), None, error)
            return
        self._problem = error.message.replace(str(self.seen.path), self.seen.name)
        self.show_columns()

    def ask_encoding(self, wish: Wish, step: int | None, error: EncodingError) -> None:
        """A table that is not UTF-8: look at it in the encoding that is chosen."""

        def take(name: str) -> None:
            self.look(replace(wish, options=replace(wish.options, encoding=name)), step)

        self.ask_letters(wish.path, error, take)

    def ask_letters(self, path: Path, error: EncodingError, then: Callable[[str], None]) -> None:
        """A file that is not UTF-8: where do its letters look right?"""

        def ask(found: list[tuple[str, str]]) -> None:
            options = lettered([(name, name, sample) for name, sample in found])
            self.app.push_screen(
                Choose(f"{path.name} is not UTF-8. Where do its letters look right?", options), take
            )

        def take(name: str | None) -> None:
            if name is not None:
                then(name)
            else:
                self.refuse(error)

        self.work(lambda: encodings(path, error.suggestion), ask, group="encodings")

    @property
    def place(self) -> int | None:
        """The column under the cursor."""
        key = self.query_one("#columns", GroupedList).cursor_key
        return key if isinstance(key, int) else None

    def do_leave_out(self) -> None:
        """Leave the column out, or take it in again; then go on to the next."""
        seen, place = self.seen, self.place
        if seen is None or place is None:
            return
        out = self.wish(seen).options.mapping.get(seen.address(place)) == import_columns.OUT
        if not out and seen.columns.targets[place] is None:
            self.crm_app.tell("Nothing of this column is imported as it is.", "enter chooses a field for it.")
            return
        self._map(seen, place, None if out else import_columns.OUT)
        self.query_one("#columns", GroupedList).action_move(1)

    def _map(self, seen: Seen, place: int, field: str | None) -> None:
        wish = self.wish(seen)
        mapping = import_columns.remapped(wish.options.mapping, seen.address(place), field)
        self.look(replace(wish, options=replace(wish.options, mapping=mapping)))

    @on(GroupedList.Opened, "#columns")
    def _column_opened(self, event: GroupedList.Opened) -> None:
        event.stop()
        seen, place = self.seen, self.place
        if seen is None or place is None:
            return
        options = import_columns.choices(seen)

        def find(typed: str) -> list[tuple[str, str]]:
            found = [(each.field, each.aside) for each in import_columns.fitting(options, typed)]
            ways = [(_AS_NAMED, ""), (_LEFT_OUT, "")]
            return [*found, *ways] if typed.strip() else [*ways, *found]

        def take(answer: str | None) -> None:
            if answer is not None:
                field = {_AS_NAMED: None, _LEFT_OUT: import_columns.OUT}.get(answer, answer)
                self._map(seen, place, field)

        target = seen.columns.targets[place]
        header = seen.table.header[place] or f"Column {place + 1}"
        self.app.push_screen(Pick(f"{clean(header)[:40]} holds", find, target.field if target else ""), take)

    def do_import_side(self) -> None:
        """To the first rows, or what is said of a dry run, and back."""
        side = self.query_one("#first" if self.step == COLUMNS else "#said", Lines)
        (self.list_widget if side.has_focus else side).focus()

    def do_import_kind(self) -> None:
        """Say what the rows are."""
        seen = self.seen
        if seen is None:
            return

        def take(kind: str | None) -> None:
            if kind is not None and kind != seen.options.kind:
                mapping = self._mappings.get(kind, {})
                options = replace(seen.options.of_kind(kind), mapping=mapping)
                self.look(Wish(seen.path, options, kind))

        self.app.push_screen(
            Choose("What are the rows?", lettered([(kind, kind, "") for kind in KINDS])), take
        )

    def do_import_options(self) -> None:
        """Ask for the options; they are tried on the file before the form is left."""
        seen = self.seen
        if seen is None:
            return

        def attempt(filled: Filled) -> Seen:
            options = import_options.taken(seen.options, filled)
            if options.kind != seen.options.kind:
                kind = options.kind
                options = replace(options, kind=seen.options.kind).of_kind(kind)
                options = replace(options, mapping=self._mappings.get(kind, {}))
            return see(self.desk, Wish(seen.path, options, options.kind), None)

        form = import_options.TryingForm(import_options.form(seen), attempt)
        self.app.push_screen(form, self._take_tried)

    def _take_tried(self, seen: Seen | None) -> None:
        if seen is not None:
            self.take_seen(seen)
            if self.known is not None:
                # what the first rows need of the whole file is known already
                self._take_survey(self.known)

    def do_recipe_save(self) -> None:
        """Write what was said of the file as a recipe."""
        seen = self.seen
        if seen is None:
            return

        def attempt(filled: Filled) -> Path:
            path = import_files.typed_path(filled.values["path"])
            try:
                with saved(path) as file:
                    file.write(recipe(seen.options))
            except ConflictError as error:
                raise ConflictError(error.message, "Choose another name.") from error
            return path

        proposed = import_files.shown(import_options.free_name(seen.path, "recipe.toml"))
        form = import_options.path_form(
            "path",
            "Save as a recipe",
            "to",
            proposed,
            "crm import FILE --recipe THIS reads such a file this way.",
        )
        self.app.push_screen(
            import_options.TryingForm(form, attempt),
            lambda path: self.crm_app.tell(f"The recipe is in {path}.") if path is not None else None,
        )

    def do_recipe_use(self) -> None:
        """Take what a recipe says."""
        seen = self.seen
        if seen is None:
            return

        def attempt(filled: Filled) -> Seen:
            data = read_recipe(import_files.typed_path(filled.values["path"]))
            options = from_recipe(data)
            found = see(self.desk, Wish(seen.path, options, options.kind if "as" in data else None), None)
            gone = next((each for each in options.mapping if each not in found.options.mapping), None)
            if gone is not None:
                raise UsageError(f'{seen.name} has no column "{gone}".', "Choose another recipe.")
            return found

        form = import_options.path_form("path", "Use a recipe", "file", "")
        self.app.push_screen(import_options.TryingForm(form, attempt), self._take_tried)


def _of_the_whole(seen: Seen) -> tuple[object, ...]:
    """All on which depends what the whole file says."""
    options: Options = seen.options
    return (
        seen.path, seen.stamp, seen.table.encoding, seen.table.delimiter, options.kind, options.mapping,
        options.date_order, options.decimal, options.own,
    )  # fmt: skip
