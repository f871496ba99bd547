"""Merging side by side: the records in columns, field by field; enter makes one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from crm_tui.errors import CrmError
from crm_tui.screens.forms.dialogs import Dialog
from crm_tui.screens.shell.base import DataMixin, bindings
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.lines import Lines, in_ink
from crm_tui.widgets.records.merge_table import MergeRow, MergeTable

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.merging import MergePlan

Entity = Literal["contacts", "companies"]
Outcome = Literal["merged", "apart"]
MOST: Final = 20
"""How many records are merged side by side at once."""
_KEPT: Final = "keep"
_LINES: Final = 4  # of what the note will say
_AROUND: Final = 8  # lines of the dialog beside the fields and what moves


class MergeDialog(Dialog[Outcome]):
    """Which values win? Dismissed with what became of the records, None when nothing did.

    Args:
        plan: what merging would do as it stands.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("dialog"),
        Binding("enter", "merge", "Merge", show=False),
        Binding("n", "apart", "Not the same", show=False),
    ]
    DEFAULT_CSS = """
    MergeDialog > Vertical { width: 100; }
    MergeDialog #merge-says { margin-top: 1; height: 2; }
    MergeDialog #merge-problem { color: $text-error; height: auto; text-wrap: wrap; }
    """

    def __init__(self, plan: MergePlan) -> None:
        super().__init__()
        self._plan = plan
        self._ids = tuple(sorted(plan.names))
        # what was chosen counts at once; the plan that follows from it takes a moment
        self._kept = plan.kept
        self._choose: dict[str, int] = {}
        self._busy = False

    def compose(self) -> ComposeResult:
        """The question, the fields, what moves, the keys."""
        many = "people" if self._plan.entity == "contacts" else "companies"
        with Vertical():
            yield PlainText(f"One of these {len(self._ids)} {many}: * wins").add_class("dialog-title")
            yield MergeTable(self._rows())
            yield Lines(id="merge-says")
            yield PlainText(id="merge-problem")
            yield PlainText("left right which wins   enter merge   n not the same   escape back").add_class(
                "dialog-keys"
            )

    def _rows(self) -> list[MergeRow]:
        plan = self._plan
        kept = MergeRow(
            _KEPT,
            "keep",
            tuple(f"{plan.names[each]} ({each})" for each in self._ids),
            self._ids.index(plan.kept),
        )
        fields = [
            MergeRow(
                field.field,
                field.word,
                tuple(field.shown[each] for each in self._ids),
                self._ids.index(plan.kept if field.winner is None else field.winner),
                not field.choosable,
            )
            for field in plan.differing
        ]
        return [kept, *fields]

    def on_mount(self) -> None:
        """Say what moves."""
        self._say()

    def on_resize(self) -> None:
        """Leave the fields as much as there is now."""
        self._say()

    def _say(self) -> None:
        said = self.query_one("#merge-says", Lines)
        lines = self._says()
        said.styles.height = len(lines)
        # the fields scroll, so that the keys stay in sight
        self.query_one(MergeTable).styles.max_height = max(3, self.size.height - len(lines) - _AROUND)
        said.show(lambda width: in_ink(lines, "dim"))

    def _says(self) -> list[str]:
        plan = self._plan
        moves = ", ".join(f"{number:,} {words}" for number, words in plan.moves)
        lines = [f"Moves: {moves}." if moves else "Nothing hangs on the others."]
        if plan.lines or plan.links:
            kept = [*plan.lines, *(f"link: {address}" for _, address in plan.links)]
            lines.append("Kept beside:")
            lines += [f"  {line}" for line in kept[:_LINES]]
            lines += [f"  and {len(kept) - _LINES} more"] if len(kept) > _LINES else []
        return lines

    def on_merge_table_turned(self, event: MergeTable.Turned) -> None:
        """Let another value win; another record to keep changes what wins by itself."""
        event.stop()
        if self._busy:
            return
        if event.field == _KEPT:
            self._kept = self._ids[event.winner]
        else:
            self._choose[event.field] = self._ids[event.winner]
        entity, kept, others, choose = self._chosen()
        self.read(
            lambda crm: crm.merging.plan(entity, kept, others, choose),
            self._show,
            group="merge",
            empty=self._plan,
            otherwise=self._refused,
        )

    def _chosen(self) -> tuple[Entity, int, list[int], dict[str, int]]:
        """What is to be merged into whom, and whose values were chosen."""
        others = [each for each in self._ids if each != self._kept]
        return self._plan.entity, self._kept, others, dict(self._choose)

    def _show(self, plan: MergePlan) -> None:
        self._plan = plan
        self.query_one(MergeTable).show(self._rows())
        self._say()
        self.query_one("#merge-problem", PlainText).text = ""

    def action_merge(self) -> None:
        """Make one of them."""
        entity, kept, others, choose = self._chosen()

        def merge(crm: Crm) -> Outcome:
            service: Any = getattr(crm, entity)
            service.merge(kept, others, choose)
            return "merged"

        self._do(merge)

    def action_apart(self) -> None:
        """Remember that they are not the same."""
        entity, ids = self._plan.entity, self._ids

        def decide(crm: Crm) -> Outcome:
            crm.duplicates.decide_all_distinct(entity, ids)
            return "apart"

        self._do(decide)

    def _do(self, work: Any) -> None:
        if not self._busy:
            self._busy = True
            self.write(work, self._done, self._refused)

    def _done(self, outcome: Outcome) -> None:
        self.dismiss(outcome)

    def _refused(self, error: CrmError) -> None:
        self._busy = False
        self.query_one("#merge-problem", PlainText).text = f"! {error.message} {error.hint}"


def entity_of(table: str) -> Entity:
    """The kind of record of a list."""
    return "companies" if table == "companies" else "contacts"


def ask(screen: DataMixin, entity: Entity, ids: Sequence[int], then: Any) -> None:
    """Show records side by side; ``then`` takes what became of them."""
    if len(ids) > MOST:
        screen.crm_app.tell(f"{len(ids):,} are too many to merge at once.", f"Mark at most {MOST}.")
        return
    nothing: MergePlan | None = None

    def show(plan: MergePlan | None) -> None:
        if plan is not None:
            screen.app.push_screen(MergeDialog(plan), then)

    first, *rest = ids
    others = sorted(rest)  # as the dialog has them, since what is lacking comes from the first that has it
    screen.read(lambda crm: crm.merging.plan(entity, first, others), show, group="merge", empty=nothing)
