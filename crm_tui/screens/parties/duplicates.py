"""The list of likely duplicates: enter looks at a group side by side, ``n`` keeps its records apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.worker import get_current_worker

from crm_tui.errors import CrmError
from crm_tui.screens.forms.dialogs import Dialog
from crm_tui.screens.parties import merge
from crm_tui.screens.parties.merge import Entity, Outcome
from crm_tui.screens.shell.base import bindings
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.lines import Line, Span, spread
from crm_tui.widgets.lists.pointed import Pointed

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

_MOST: Final = 2_000
"""So many groups are listed, the surest first."""


class LeftError(CrmError):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True, slots=True)
class Likely:
    """A group as it is listed."""

    ids: tuple[int, ...]
    names: str
    score: float
    automatic: bool
    reason: str


class LikelyList(Pointed):
    """The groups, one line each: a sign, how likely, who, why."""

    class Opened(Message):
        """The group under the cursor is to be looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[Likely] = []

    @property
    def current(self) -> Likely | None:
        """The group under the cursor."""
        return self.groups[self.cursor] if self.groups else None

    def show(self, groups: Sequence[Likely]) -> None:
        """Show these groups; the cursor stays where it is."""
        self.groups = list(groups)
        self.set_lines(len(groups))

    def line_of(self, index: int) -> Line:
        """Draw one group."""
        group = self.groups[index]
        left: list[Span] = [
            ("= " if group.automatic else "~ ", "accent" if group.automatic else "soon"),
            (f"{group.score:.2f}  ", "dim"),
            (group.names, "plain"),
        ]
        return spread(left, [(group.reason, "dim")], self.room)

    def clicked(self, event: events.Click) -> None:
        """A second click looks at the group."""
        if event.chain == 2:
            self.post_message(self.Opened())


class DuplicatesDialog(Dialog[None]):
    """Likely duplicates of one kind of record."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("dialog"),
        Binding("enter", "look", "Look", show=False),
        Binding("n", "apart", "Not the same", show=False),
    ]
    DEFAULT_CSS = """
    DuplicatesDialog > Vertical { width: 100; }
    """

    def __init__(self, entity: Entity) -> None:
        super().__init__()
        self._entity = entity

    def compose(self) -> ComposeResult:
        """How many, the groups, the keys."""
        with Vertical():
            yield PlainText("Looking for duplicates…", id="likely-count").add_class("dialog-title")
            yield LikelyList()
            yield PlainText("enter side by side   n not the same   escape back").add_class("dialog-keys")

    def on_mount(self) -> None:
        """Look for them."""
        self._look()

    def _look(self) -> None:
        nothing: list[Likely] = []
        entity = self._entity
        self.read(lambda crm: _find(crm, entity), self._found, group="likely", empty=nothing)

    @property
    def _list(self) -> LikelyList:
        return self.query_one(LikelyList)

    def _found(self, groups: Sequence[Likely]) -> None:
        self._list.show(groups)
        sure = sum(group.automatic for group in groups)
        count = f"{len(groups):,}{'+' if len(groups) == _MOST else ''}"
        many = "likely duplicate" if len(groups) == 1 else "likely duplicates"
        text = f"{count} {many}, {sure:,} sure (=)" if groups else "No likely duplicates."
        self.query_one("#likely-count", PlainText).text = text

    def action_look(self) -> None:
        """Show the group side by side, of a large one the first."""
        group = self._list.current
        if group is not None:
            ids = group.ids[: merge.MOST]
            merge.ask(self, self._entity, ids, lambda outcome: self._looked(group, outcome))

    def _looked(self, group: Likely, outcome: Outcome | None) -> None:
        if outcome is not None and len(group.ids) > merge.MOST:
            self._look()
        else:
            self._settled(group, outcome)

    def on_likely_list_opened(self, event: LikelyList.Opened) -> None:
        """Show the group that was clicked."""
        event.stop()
        self.action_look()

    def action_apart(self) -> None:
        """Remember that the records of the group are not the same."""
        group, entity = self._list.current, self._entity
        if group is not None:
            self.write(
                lambda crm: crm.duplicates.decide_all_distinct(entity, group.ids),
                lambda _: self._settled(group, "apart"),
            )

    def _settled(self, group: Likely, outcome: Outcome | None) -> None:
        """Take off the list what is settled: the group, and after a merge whatever names a record that is gone."""
        if outcome is None:
            return
        gone = set(group.ids) if outcome == "merged" else set()
        self._found([each for each in self._list.groups if each is not group and not gone & set(each.ids)])


def _find(crm: Crm, entity: Entity) -> list[Likely]:
    worker = get_current_worker()

    def look() -> None:
        if worker.is_cancelled:
            raise LeftError("Nobody waits any more.", "")

    groups = (crm.duplicates.contacts if entity == "contacts" else crm.duplicates.companies)(look=look)[
        :_MOST
    ]
    service = crm.contacts if entity == "contacts" else crm.companies
    wanted = [each for group in groups for each in group.ids]
    names = {record.id: record.name for record in service.views(dict.fromkeys(wanted))}
    return [
        Likely(
            group.ids,
            " · ".join(names.get(each, "") for each in group.ids),
            group.score,
            group.automatic,
            group.reason,
        )
        for group in groups
    ]
