"""What can be done with many records of a list at once: tags, fields, putting away, an export.

The rule it keeps: however many are marked, it is one operation, taken back by one undo.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crm_tui.errors import ConflictError, CrmError
from crm_tui.screens.forms import daily_forms
from crm_tui.screens.lists import list_fields
from crm_tui.screens.lists.screen import ListScreen
from crm_tui.screens.parties.people import Subject
from crm_tui.text import clean, cut

_ASIDE: Final = 30  # cells of what a field holds now

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import CustomField
    from crm_tui.screens.lists.list_export import Target
    from crm_tui.screens.lists.list_fields import Settable


class BulkListScreen(ListScreen):
    """A list whose marked records can be changed together."""

    def can_record(self) -> bool:
        """Whether there is anything to tag or put away."""
        return self.subject is not None

    def do_tag(self) -> None:
        """Put tags on and take them off."""
        if self.subject is not None:
            self.ask(daily_forms.tag(self.subject.ids, self.subject.words, self.kind.table))

    def do_archive(self) -> None:
        """Put records away, or bring them back when all of them are away."""
        subject = self.subject
        if subject is None:
            return

        def archive(crm: Crm) -> None:
            service: Any = getattr(crm, self.kind.table)
            away = all(each.archived_at for each in service.views(subject.ids))
            (service.restore_all if away else service.archive_all)(subject.ids)

        self.write(archive, lambda _: self.clear_marks())

    def do_set_field(self) -> None:
        """Ask which field, then what it shall be."""
        subject = self.subject
        if subject is None:
            return
        table = self.kind.table
        nothing: tuple[Sequence[Any], Sequence[CustomField]] = ((), ())

        def read(crm: Crm) -> tuple[Sequence[Any], Sequence[CustomField]]:
            return [*getattr(crm, table).views(subject.ids)], crm.fields.list(table)

        self.read(read, partial(self._ask_field, subject), group="set", empty=nothing)

    def _ask_field(self, subject: Subject, found: tuple[Sequence[Any], Sequence[CustomField]]) -> None:
        from crm_tui.screens.forms.dialogs import Choose, lettered

        records, custom = found
        if not records:
            self.crm_app.tell("They are gone.", "Another hand has removed them.")
            return
        one = records[0] if len(records) == 1 else None
        options = lettered(
            [
                (field.label, field, "" if one is None else _present(field, one))
                for field in list_fields.settable(self.kind.table, custom)
            ]
        )

        def take(field: Settable | None) -> None:
            if field is not None:
                self.ask(list_fields.set_field(self.kind.table, records, subject.words, field))

        self.app.push_screen(Choose(f"Set which field of {subject.words}?", options), take)

    def can_several(self) -> bool:
        """Whether more than one is marked."""
        return len(self.table.marked) > 1

    def do_merge(self) -> None:
        """Show the marked records side by side, to make one of them."""
        from crm_tui.screens.parties import merge

        subject = self.subject
        if subject is not None:
            entity = merge.entity_of(self.kind.table)
            merge.ask(self, entity, subject.ids, lambda outcome: self.clear_marks() if outcome else None)

    def do_duplicates(self) -> None:
        """List likely duplicates."""
        from crm_tui.screens.parties.duplicates import DuplicatesDialog
        from crm_tui.screens.parties.merge import entity_of

        self.app.push_screen(DuplicatesDialog(entity_of(self.kind.table)))

    def do_export(self) -> None:
        """Ask where to write what the list shows."""
        from crm_tui.screens.lists.list_export import Target

        name = f"{self.kind.table}-{self.desk.clock.today.isoformat()}"
        self._ask_target(Target(name))

    def _ask_target(self, target: Target) -> None:
        from crm_tui.screens.lists.list_export import ExportDialog

        count = f"{self.table.row_count:,}{'' if self.table.count_known else '+'}"
        what = f"{count} {self.kind.one if self.table.row_count == 1 else self.kind.many}"
        self.app.push_screen(
            ExportDialog(what, target), lambda found: self._export(found, over=False) if found else None
        )

    def _export(self, target: Target, *, over: bool) -> None:
        from crm_tui.screens.lists import list_export

        source, condition, sort = self.source, self.filter_text, self.sort
        if source is None:
            return
        self.crm_app.tell(f"Writing {target.file().name}…")
        nothing: tuple[int, Path] = (0, target.file())
        self.read(
            lambda crm: list_export.write(crm, self.kind, source.pager, condition, sort, target, over=over),
            self._exported,
            group="export",
            empty=nothing,
            otherwise=partial(self._not_exported, target),
        )

    def _exported(self, found: tuple[int, Path]) -> None:
        number, path = found
        what = self.kind.one if number == 1 else self.kind.many
        self.crm_app.tell(f"Wrote {number:,} {what} to {path}.", mood="good")

    def _not_exported(self, target: Target, error: CrmError) -> None:
        from dataclasses import replace

        from crm_tui.screens.forms.dialogs import confirm

        self.crm_app.tell("")
        if not isinstance(error, ConflictError):
            problem = error.message.replace(str(target.file()), target.file().name)
            self._ask_target(replace(target, problem=f"{problem} {error.hint}"))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._export(target, over=True)
            else:
                self._ask_target(target)

        self.app.push_screen(confirm(f"{target.file().name} is there already.", "Replace it"), answered)


def _present(field: Settable, record: Any) -> str:
    from crm_tui.screens.lists.columns import words

    return cut(clean(words(field.of(record))), _ASIDE)
