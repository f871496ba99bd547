"""What can be done with many records of a list at once: tags, fields, putting away, an export.

The rule it keeps: however many are marked, it is one operation, taken back by one undo.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

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
        from crm_tui.screens.lists import export_write

        count = f"{self.table.row_count:,}{'' if self.table.count_known else '+'}"
        what = f"{count} {self.kind.one if self.table.row_count == 1 else self.kind.many}"
        export_write.ask(self, self.kind.table, what, self._write)

    def _write(self, crm: Crm, target: Target, over: bool) -> str:
        """Write what the list shows, in a worker thread."""
        from crm_tui.screens.lists import export_write

        source, table, condition, sort = self.source, self.kind.table, self.filter_text, self.sort
        if source is None:
            return ""
        # of what a search found the whole filter would find more
        whole = condition if export_write.found_by(crm, source.pager) is None else None
        return export_write.write(
            crm,
            table,
            lambda crm: export_write.shown(crm, table, source.pager, condition, sort),
            target,
            over=over,
            condition=whole,
        )

    def do_bulk_edit(self) -> None:
        """Change the marked records, or all the list shows, as text."""
        from crm_tui.screens.lists import bulk_edit

        source, marked, condition = self.source, sorted(self.table.marked), self.filter_text
        if source is None:
            return

        def choose(crm: Crm) -> Sequence[int]:
            found: Sequence[int] = marked or source.ids(bulk_edit.MOST + 1)
            if not marked and getattr(source.pager, "more", lambda: False)():
                # a search shows the best of what fits; all that fits is meant
                found = getattr(crm, self.kind.table).ids(condition, limit=bulk_edit.MOST + 1)
            return found

        bulk_edit.begin(self, self.kind.table, choose, self.clear_marks)


def _present(field: Settable, record: Any) -> str:
    from crm_tui.screens.lists.columns import words

    return cut(clean(words(field.of(record))), _ASIDE)
