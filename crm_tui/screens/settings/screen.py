"""Settings: the configuration, rates, fields of one's own, pipelines and keys, a section each.

What stands in the file is an operation and can be undone; the configuration is a file of its own, which undo does not
reach. Either counts at once.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from crm_tui.actions import Action
from crm_tui.actions.settings import SECTIONS
from crm_tui.screens.lists.list_export import place
from crm_tui.screens.settings import rows
from crm_tui.screens.settings.reading import Known, read
from crm_tui.screens.settings.work import SettingsWork
from crm_tui.screens.shell.base import bindings
from crm_tui.screens.shell.configured import place_of
from crm_tui.widgets.entry.filter_bar import PlainText, Rule
from crm_tui.widgets.frame.tabs_line import Tab, TabsLine
from crm_tui.widgets.lists.grouped_list import Group, GroupedList

if TYPE_CHECKING:
    from textual.widget import Widget

_NAMES: Final = tuple(each.name for each in SECTIONS)
_PLACE_ROOM: Final = 30  # cells of the path of the configuration
_FIRST: Final = {
    "settings": ("edit", "default"),
    "rates": ("add", "edit"),
    "fields": ("add", "remove"),
    "pipelines": ("add", "edit", "stage-earlier", "stage-later", "remove"),
    "keys": ("edit", "default"),
}
_ADDABLE: Final = ("rates", "fields", "pipelines")


class SettingsScreen(SettingsWork):
    """One section at a time; the arrows, a figure or the mouse choose which."""

    scope = "settings"
    AUTO_FOCUS = "#list-settings"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high")]  # noqa: RUF012  (as Textual declares it)
    BINDINGS: ClassVar[list[BindingType]] = bindings("settings")
    CSS = """
    SettingsScreen {
        & TabsLine { padding: 0 1; }
        & GroupedList { height: 1fr; display: none; }
        & GroupedList.-here { display: block; }
        & #about { height: 2; color: $text-muted; padding: 0 1; }
        & #about PlainText { width: 1fr; }
        &.-low Rule, &.-low #about { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._here = _NAMES[0]
        self._known = Known()
        self._tabs: list[Tab] = []
        self._wanted: Hashable | None = None

    def body(self) -> ComposeResult:
        """The sections, the list of the present one, and what its row means."""
        yield TabsLine(id="sections")
        yield Rule()
        for name in _NAMES:
            yield GroupedList(rows.COLUMNS[name], id=f"list-{name}")
        yield Rule()
        with Vertical(id="about"):
            yield PlainText(id="about-what")
            yield PlainText(id="about-where")

    def on_mount(self) -> None:
        """Show the first section."""
        super().on_mount()
        self.table.add_class("-here")

    @property
    def table(self) -> GroupedList:
        """The list of the present section."""
        return self.query_one(f"#list-{self._here}", GroupedList)

    @property
    def list_widget(self) -> Widget:
        """The list of the present section."""
        return self.table

    @property
    def section(self) -> str:
        """The name of the present section."""
        return self._here

    @property
    def known(self) -> Known:
        """What the file held when it was read last."""
        return self._known

    @property
    def key(self) -> Hashable | None:
        """What is under the cursor."""
        return self.table.cursor_key

    def reload(self) -> None:
        """Read everything anew; cursor and scroll stay."""
        self.read(read, self._take, group="settings", empty=Known())

    def _take(self, known: Known) -> None:
        self._known = known
        groups = self._groups()
        for name in _NAMES:
            self.query_one(f"#list-{name}", GroupedList).show(groups[name], self._empty(name))
        figures = {"rates": known.rates, "fields": known.fields, "pipelines": known.pipelines}
        self._tabs = [
            Tab(each.name, each.title, f"{len(figures[each.name]):,}" if figures.get(each.name) else "")
            for each in SECTIONS
        ]
        self.query_one(TabsLine).show(self._tabs, self._here)
        if self._wanted is not None:
            self.table.go_to(self._wanted)
            self._wanted = None
        self._tell_about()
        self.show_keys()

    def _groups(self) -> dict[str, list[Group]]:
        config, today = self.desk.config, self.desk.clock.today
        return {
            "settings": rows.settings(config),
            "rates": rows.rates(self._known, config.base_currency, today),
            "fields": rows.fields(self._known),
            "pipelines": rows.pipelines(self._known),
            "keys": rows.keys(self.crm_app.keymap),
        }

    def _empty(self, section: str) -> str:
        add, base = self.crm_app.keymap.shown("add"), self.desk.config.base_currency
        return {
            "rates": f"No rates yet.\n{add} notes what another currency is worth in {base}.",
            "fields": f"No fields of your own yet.\n{add} adds one to contacts, companies or deals.",
            "pipelines": f"No pipeline yet.\nThe first deal brings the usual one along; {add} adds one of your own.",
        }.get(section, "")

    def choose(self, section: str) -> None:
        """Show a section."""
        if section == self._here:
            return
        self.table.remove_class("-here")
        self._here = section
        self.table.add_class("-here")
        self.table.focus()
        self.query_one(TabsLine).show(self._tabs, section)
        self._tell_about()
        self.show_keys()

    def go_to(self, key: Hashable) -> None:
        """Put the cursor on a row as soon as it is there."""
        self._wanted = key
        self.reload()

    def _tell_about(self) -> None:
        what, where = self._about()
        self.query_one("#about-what", PlainText).text = what
        self.query_one("#about-where", PlainText).text = where

    def _about(self) -> tuple[str, str]:
        key, config = self.key, self.desk.config
        if key is None:
            return "", ""
        if self._here in ("settings", "keys"):
            file = place(place_of(config), _PLACE_ROOM)
            if self._here == "settings":
                return rows.about_setting(str(key), config, file)
            return rows.about_key(str(key), self.crm_app.keymap, file)
        if self._here == "rates":
            return (
                f"What one of it is worth in {config.base_currency}, from a day on until the next rate.",
                "A rate that is changed is another one for the same day.",
            )
        if self._here == "fields":
            return (
                "Its values are typed in the forms of records, and found by KEY:VALUE in filters.",
                "A field cannot be changed; one that no record has a value in can be removed.",
            )
        return rows.about_pipelines("stage" if self.stage is not None else "pipeline")

    def preferred(self) -> tuple[str, ...]:
        """What one does in this section comes first."""
        return _FIRST[self._here]

    def is_possible(self, action: Action) -> bool:
        """Whether an action is possible now; there is nothing to add to the settings and the keys."""
        if action.id == "add":
            return self._here in _ADDABLE
        return super().is_possible(action)

    def can_list(self) -> bool:
        """Whether there is a row under the cursor."""
        return self.key is not None

    def can_back(self) -> bool:
        """There is always a place to go back to."""
        return True

    def do_left(self) -> None:
        """The section before."""
        self._step(-1)

    def do_right(self) -> None:
        """The next section."""
        self._step(1)

    def _step(self, by: int) -> None:
        self.choose(_NAMES[(_NAMES.index(self._here) + by) % len(_NAMES)])

    def do_show_settings(self) -> None:
        """Show the configuration."""
        self.choose("settings")

    def do_show_rates(self) -> None:
        """Show the rates."""
        self.choose("rates")

    def do_show_fields(self) -> None:
        """Show the fields of the person's own."""
        self.choose("fields")

    def do_show_pipelines(self) -> None:
        """Show the pipelines and their stages."""
        self.choose("pipelines")

    def do_show_keys(self) -> None:
        """Show the actions and their keys."""
        self.choose("keys")

    @on(TabsLine.Chosen)
    def _tab_chosen(self, event: TabsLine.Chosen) -> None:
        event.stop()
        self.choose(event.key)

    @on(GroupedList.Highlighted)
    def _highlighted(self, event: GroupedList.Highlighted) -> None:
        event.stop()
        if event.control is self.table:
            self._tell_about()
            self.show_keys()

    @on(GroupedList.Opened)
    def _opened(self, event: GroupedList.Opened) -> None:
        event.stop()
        if self.can_editable():
            self.do_edit()
        else:
            self.crm_app.tell("A field is added or removed, not changed.")
