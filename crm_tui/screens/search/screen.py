"""Search: everything that is remembered of anything, found while one types.

The rule it keeps: what is shown belongs to what is typed; the answer to an earlier question is never shown.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from crm_tui.screens.search import finding, search_rows
from crm_tui.screens.search.finding import TITLES, KindCompleter, Line, Results, Wanted
from crm_tui.screens.shell.base import BaseScreen, bindings
from crm_tui.screens.shell.latest import Latest
from crm_tui.widgets.entry.filter_bar import FilterBar, Rule
from crm_tui.widgets.frame.tabs_line import TabsLine
from crm_tui.widgets.lists.grouped_list import GroupedList
from crm_tui.widgets.lists.hit_list import HitList

if TYPE_CHECKING:
    from crm_tui.screens.forms.fields import Form

FIRST: Final = 60
"""How many hits of one kind are read at once; the others when one comes near their end."""
KEPT: Final = 12
"""How many searches are remembered."""
STREAM: Final = 500
"""How many of one kind there can be."""
_NEAR: Final = 10
_NOTHING: Final = Results(Wanted(""), None, ())


class SearchScreen(BaseScreen):
    """One line to type in, and beneath it what was found, kind by kind."""

    scope = "search"
    AUTO_FOCUS = "#filter-input"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (10, "-high")]  # noqa: RUF012  (as Textual declares it)
    BINDINGS: ClassVar[list[BindingType]] = bindings("search")
    CSS = """
    SearchScreen {
        &.-low TabsLine, &.-low Rule { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._results = _NOTHING
        self._lines: dict[Hashable, Line] = {}
        self._recent: tuple[str, ...] = ()
        self._latest = Latest()
        self._away = False
        self._most = FIRST

    def body(self) -> ComposeResult:
        """The line to type in, the kinds, what was found."""
        yield FilterBar("a name, a piece of an e-mail or phone, a word of a note", KindCompleter())
        yield TabsLine()
        yield Rule()
        yield HitList(id="list")

    @property
    def list_widget(self) -> Widget:
        """The list."""
        return self.hits

    @property
    def hits(self) -> HitList:
        """The list, as what it is."""
        return self.query_one(HitList)

    @property
    def bar(self) -> FilterBar:
        """Where one types."""
        return self.query_one(FilterBar)

    @property
    def wanted(self) -> Wanted:
        """What is typed."""
        return finding.read_typed(self.bar.value)

    @property
    def line(self) -> Line | None:
        """The hit under the cursor."""
        return self._lines.get(self.hits.cursor_key)

    def on_screen_suspend(self) -> None:
        """Notice whether one goes to another place, and not only into something in front of this one."""
        self._away = self.app.current_mode != self.scope

    def on_screen_resume(self) -> None:
        """Who comes here wants to type; what was typed before gives way to it."""
        super().on_screen_resume()
        if self._away:
            self._away = False
            self.bar.input.focus()
            self.bar.input.action_select_all()

    def reload(self) -> None:
        """Search anew for the same."""
        self._ask(afresh=False)

    def preferred(self) -> tuple[str, ...]:
        """The way back and the other kinds come before what is rarer."""
        return ("open", "back", "filter") if self.hits.has_focus else ("back",)

    def on_descendant_focus(self) -> None:
        """Say beside what is typed how to get to the other kinds, where the keys for it count."""
        super().on_descendant_focus()
        self._tell_kinds()

    def can_list(self) -> bool:
        """Whether there is anything to go to."""
        return self.hits.cursor_key is not None

    def can_back(self) -> bool:
        """There is always something to leave, be it the place."""
        return True

    def can_editable(self) -> bool:
        """Whether there is anything to change."""
        return self.line is not None

    def can_contact(self) -> bool:
        """Whether somebody is under the cursor who may have an address."""
        return self.line is not None and self.line.reaches is not None

    def can_copy(self) -> bool:
        """Whether there is anything to copy."""
        return self.line is not None

    def do_filter(self) -> None:
        """Type."""
        self.bar.input.focus()

    def do_back(self) -> None:
        """From the list to where one types, then nothing is typed, then back to where one came from."""
        if self.hits.has_focus:
            self.bar.input.focus()
        elif self.bar.input.value:
            self.bar.clear()
        else:
            super().do_back()

    def do_left(self) -> None:
        """The kind before."""
        self._turn(-1)

    def do_right(self) -> None:
        """The next kind."""
        self._turn(1)

    def do_edit(self) -> None:
        """Change what is under the cursor."""
        line = self.line
        if line is not None:
            nothing: Form | None = None
            self.read(lambda crm: finding.form(crm, line), self._show_form, group="edit", empty=nothing)

    def _show_form(self, form: Form | None) -> None:
        from crm_tui.screens.forms.form import FormScreen

        if form is not None:
            self.app.push_screen(FormScreen(form))

    def do_reach(self) -> None:
        """Open a mail address or link of whom the hit under the cursor is about."""
        from crm_tui.screens.shell import handling, opener

        target = self.line.reaches if self.line is not None else None
        if target is not None:
            nothing: list[tuple[str, str]] = []
            self.read(
                lambda crm: opener.addresses(finding.methods(crm, target)),
                partial(handling.reach, self),
                group="reach",
                empty=nothing,
            )

    def do_copy(self) -> None:
        """Copy the title, or an address or number."""
        from crm_tui.screens.shell import handling

        line = self.line
        if line is None:
            return

        def choose(found: Sequence[tuple[str, str]]) -> None:
            choices = [*((value, value, kind) for kind, value in found), (line.title, line.title, "")]
            handling.pick(self, "Copy which?", choices, partial(handling.copy, self))

        nothing: Sequence[tuple[str, str]] = ()
        self.read(lambda crm: finding.own_methods(crm, line), choose, group="copy", empty=nothing)

    def _turn(self, step: int) -> None:
        """To the next kind, round at the ends; it is typed, so that one sees and can take it away."""
        kinds = [None, *TITLES]
        place = kinds.index(self.wanted.kind)
        self._choose_kind(kinds[(place + step) % len(kinds)])

    def _choose_kind(self, kind: str | None) -> None:
        bar = self.bar
        bar.input.value = finding.with_kind(bar.value, kind)
        bar.input.cursor_position = len(bar.input.value)

    def _ask(self, *, afresh: bool) -> None:
        """Search for what is typed; an earlier question is broken off."""
        wanted = self.wanted
        turn = self._latest.begin()
        most = self._most = FIRST if afresh else self._most
        if wanted.words:
            self.read(
                self._latest.within(turn, lambda crm: finding.read(crm, wanted, most)),
                partial(self._take, turn, afresh),
                group="search",
                empty=Results(wanted, None, ()),
            )
        else:
            memory, none = self.crm_app.memory, self._recent
            self.read(
                lambda _: memory.searches(),
                partial(self._take_recent, turn, afresh),
                group="search",
                empty=none,
            )
        self._latest.break_off()

    def _take(self, turn: int, afresh: bool, results: Results) -> None:
        if turn != self._latest.turn:
            return
        # what is still on its way to another question than that of the list belongs to none
        afresh = afresh or results.wanted != self._results.wanted
        self._results = results
        self._lines = {(line.kind, line.id): line for part in results.parts for line in part.lines}
        self.hits.find(search_rows.groups(results), self._empty(), results.query, afresh=afresh)
        self._show_tabs()
        self.show_keys()

    def _take_recent(self, turn: int, afresh: bool, recent: tuple[str, ...]) -> None:
        if turn != self._latest.turn:
            return
        self._results, self._lines, self._recent = _NOTHING, {}, recent
        self.hits.find(search_rows.recent(recent), self._empty(), None, afresh=afresh)
        self._show_tabs()
        self.show_keys()

    def _go_on(self) -> None:
        """Read the rest of the hits of the one kind that is shown, once the cursor comes near the end of the first."""
        keys = self.hits.keys
        rest = any(0 < len(part.lines) < part.total for part in self._results.parts)
        near = self.hits.cursor_key in keys[-_NEAR:]
        if rest and near and len(self._results.told) == 1 and self._most == FIRST:
            self._most = STREAM
            self._ask(afresh=False)

    def _show_tabs(self) -> None:
        self.query_one(TabsLine).show(search_rows.tabs(self._results), self.wanted.kind or search_rows.ALL)
        self._tell_kinds()

    def _tell_kinds(self) -> None:
        unknown, keymap = self.wanted.unknown, self.crm_app.keymap
        if unknown:
            self.bar.tell(f"no kind “{unknown[:20]}”: {', '.join(TITLES)}")
        else:
            sideways = f"{keymap.shown('left')}, {keymap.shown('right')} kind"
            self.bar.tell(sideways if self.hits.has_focus and self._results.query else "")

    def _empty(self) -> str:
        keymap = self.crm_app.keymap
        if not self.desk.exists():
            place = keymap.shown("go-contacts")
            return f"Nothing is here yet.\n{place} goes to your people, where the first is added."
        return search_rows.empty(self.wanted, self._results, keymap.shown("back"))

    def _remember(self) -> None:
        """Keep what was searched for: it has led somewhere."""
        text = self.bar.value
        kept = tuple(dict.fromkeys((text, *self._recent)))[:KEPT]
        if not self._results.wanted.words or kept == self._recent:
            return
        self._recent = kept
        memory = self.crm_app.memory

        def keep() -> None:
            try:
                memory.keep_searches(kept)
            except OSError as error:
                # it is a convenience: without it one types again
                self.log.warning(error.strerror)

        self.run_worker(keep, thread=True, group="memory")

    @on(FilterBar.Changed)
    def _typed(self, event: FilterBar.Changed) -> None:
        event.stop()
        self._ask(afresh=True)

    @on(FilterBar.Left)
    def _left(self, event: FilterBar.Left) -> None:
        event.stop()
        if self.can_list():
            self.hits.focus()

    @on(FilterBar.Cleared)
    def _cleared(self, event: FilterBar.Cleared) -> None:
        event.stop()
        self.do_back()

    @on(TabsLine.Chosen)
    def _tab_chosen(self, event: TabsLine.Chosen) -> None:
        event.stop()
        self._choose_kind(None if event.key == search_rows.ALL else event.key)

    @on(GroupedList.Highlighted)
    def _highlighted(self, event: GroupedList.Highlighted) -> None:
        event.stop()
        self._go_on()
        self.show_keys()

    @on(GroupedList.Opened)
    def _opened(self, event: GroupedList.Opened) -> None:
        event.stop()
        line = self._lines.get(event.key)
        if line is not None:
            self._remember()
            self._open(line)
        elif isinstance(event.key, tuple) and event.key[0] == search_rows.MORE:
            self._choose_kind(str(event.key[1]))
        elif isinstance(event.key, tuple) and event.key[0] == search_rows.RECENT:
            self.bar.input.value = str(event.key[1])
            self.bar.input.cursor_position = len(self.bar.input.value)

    def _open(self, line: Line) -> None:
        """Show the record; a product, and a follow-up that belongs to none, is a form."""
        if line.opens is not None:
            self.crm_app.open_record(*line.opens)
        elif line.kind in ("followup", "product"):
            self.do_edit()
        else:
            self.crm_app.tell(f"{line.title}: nobody took part, and there is no deal.")
