"""What one does on the Settings screen: every verb is the one of the command line."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from crm_tui.screens.settings import removing, rows
from crm_tui.screens.shell import handling
from crm_tui.screens.shell.base import BaseScreen
from crm_tui.screens.shell.configured import place_of

if TYPE_CHECKING:
    from crm_tui.config import Config
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.pipelines import PipelineView
    from crm_tui.domain.stages import StageView
    from crm_tui.models import CustomField, Rate
    from crm_tui.screens.forms.fields import Form
    from crm_tui.screens.settings.reading import Known


class SettingsWork(BaseScreen):
    """The verbs; which row they are about is for the screen to say."""

    def __init__(self) -> None:
        super().__init__()
        self._moves = Lock()
        """Held while a stage is moved, so that two quick keys move it by two places."""

    @property
    @abstractmethod
    def section(self) -> str:
        """The name of the present section."""

    @property
    @abstractmethod
    def known(self) -> Known:
        """What the file held when it was read last."""

    @property
    @abstractmethod
    def key(self) -> Hashable | None:
        """What is under the cursor."""

    @abstractmethod
    def go_to(self, key: Hashable) -> None:
        """Put the cursor on a row as soon as it is there."""

    @property
    def rate(self) -> Rate | None:
        """The rate under the cursor."""
        return next((each for each in self.known.rates if self._is("rates", each.id)), None)

    @property
    def field(self) -> CustomField | None:
        """The field under the cursor."""
        return next((each for each in self.known.fields if self._is("fields", each.id)), None)

    @property
    def pipeline(self) -> PipelineView | None:
        """The pipeline under the cursor."""
        found = self.known.pipelines
        return next((each for each in found if self._is("pipelines", ("pipeline", each.id))), None)

    @property
    def stage(self) -> StageView | None:
        """The stage under the cursor."""
        found = self.known.stages
        return next((each for each in found if self._is("pipelines", ("stage", each.id))), None)

    def _is(self, section: str, key: Hashable) -> bool:
        return self.section == section and self.key == key

    def can_editable(self) -> bool:
        """Whether what is under the cursor can be changed."""
        return self.key is not None and self.section != "fields"

    def can_copy(self) -> bool:
        """Whether there is anything to copy."""
        return self.key is not None

    def can_item(self) -> bool:
        """Whether what is under the cursor can be removed."""
        return self.field is not None or self.stage is not None or self.pipeline is not None

    def can_stage(self) -> bool:
        """Whether a stage is under the cursor."""
        return self.stage is not None

    def can_changed(self) -> bool:
        """Whether the setting or key under the cursor is not as it was made."""
        key = self.key
        if key is None:
            return False
        if self.section == "keys":
            return key in self.crm_app.keymap.changed
        return self.section == "settings" and rows.is_changed(self.desk.config, str(key))

    def do_edit(self) -> None:
        """Change what is under the cursor."""
        from crm_tui.screens.settings import record_forms as forms

        key, config = self.key, self.desk.config
        if key is None:
            return
        if self.section in ("settings", "keys"):
            self._edit_config(str(key))
        elif self.rate is not None:
            self._ask(forms.change_rate(self.rate, config.base_currency))
        elif self.pipeline is not None:
            self._ask(forms.rename(self.pipeline))
        elif self.stage is not None:
            self._ask(forms.change_stage(self.stage))

    def _edit_config(self, name: str) -> None:
        from crm_tui.screens.settings import config_forms as forms

        config = self.desk.config
        if self.section == "keys":
            form, what = forms.key(name, config), f"keys.{name}"
        else:
            there = ", ".join(each.name for each in self.known.pipelines)
            note = f"There are: {there}." if there and name == "default_pipeline" else ""
            form, what = forms.setting(name, config, self.crm_app.refuse_config, note), name

        def saved(found: Config | None) -> None:
            if found is not None:
                self._take_over(what, found)

        self.app.push_screen(forms.ConfigForm(form), saved)

    def do_default(self) -> None:
        """Bring the default of a setting or key back."""
        from crm_tui.screens.settings import config_forms as forms

        what = f"keys.{self.key}" if self.section == "keys" else str(self.key)
        place = place_of(self.desk.config)
        forms.in_thread(
            self, lambda: forms.put(place, what, None), partial(self._take_over, what), self.refuse
        )

    def _take_over(self, what: str, found: Config) -> None:
        """Let the configuration that was written count, and say so."""
        from crm_tui.errors import InvalidDataError

        app, file = self.crm_app, place_of(found).name
        try:
            app.take_config(found)
        except InvalidDataError as error:
            # what another hand wrote there meanwhile stands in the way
            self.refuse(error)
            return
        if what == "theme":
            # another one may have been chosen meanwhile without changing the configuration
            app.take_theme(found.theme)
        name = what.removeprefix("keys.")
        if name != what:
            said = f"{what} is now {app.keymap.all_shown(name) or 'no key'}"
        else:
            said = f"{what} is now {rows.words(getattr(found, what)) or rows.UNSET}"
        hint = f"{app.keymap.shown('default')} brings the default back" if self.can_changed() else ""
        app.tell(f"{said}, in {file}.", hint)

    def do_add(self) -> None:
        """Add a rate, a field, a pipeline or a stage; the cursor goes there."""
        from crm_tui.screens.settings import record_forms as forms

        if self.section == "rates":
            currency = self.rate.currency if self.rate is not None else ""
            self._ask(forms.rate(self.desk.config.base_currency, currency))
        elif self.section == "fields":
            self._ask(forms.field(self.field.entity if self.field is not None else "contacts"))
        elif self.stage is not None:
            stage, of_it = self.stage, self.known.stages_of(self.stage.pipeline_id)
            place = [each.id for each in of_it].index(stage.id) + 2
            form = forms.stage(stage.pipeline_id, stage.pipeline, stage, place)
            self._ask(form, lambda made: ("stage", made.id))
        else:
            self._ask(forms.pipeline(), lambda made: ("pipeline", made.id))

    def _ask(self, form: Form, key: Callable[[Any], Hashable] = lambda made: made.id) -> None:
        from crm_tui.screens.forms.form import FormScreen

        adds = "-add" in form.name

        def saved(made: Any) -> None:
            if made is not None and adds:
                self.go_to(key(made))

        self.app.push_screen(FormScreen(form), saved)

    def do_remove(self) -> None:
        """Remove a field, a stage or a pipeline."""
        if self.field is not None:
            removing.field(self, self.field)
        elif self.stage is not None:
            removing.stage(self, self.stage, self.known)
        elif self.pipeline is not None:
            removing.pipeline(self, self.pipeline, self.known)

    def do_stage_earlier(self) -> None:
        """Put the stage one place earlier."""
        self._move(-1)

    def do_stage_later(self) -> None:
        """Put the stage one place later."""
        self._move(1)

    def _move(self, by: int) -> None:
        stage = self.stage
        if stage is None:
            return

        def move(crm: Crm) -> None:
            with self._moves:
                ids = [each.id for each in crm.pipelines.stages(stage.pipeline_id)]
                to = ids.index(stage.id) + 1 + by if stage.id in ids else 0
                if 1 <= to <= len(ids):
                    crm.pipelines.move_stage(stage.id, to)

        self.write(move)

    def do_copy(self) -> None:
        """Copy what is under the cursor, or the path of the configuration."""
        texts = [(text, text, word) for text, word in self._texts() if text]
        handling.pick(self, "Copy which?", texts, partial(handling.copy, self))

    def _texts(self) -> list[tuple[str, str]]:
        path = str(place_of(self.desk.config))
        if self.section == "settings":
            name = str(self.key)
            return [(rows.words(getattr(self.desk.config, name)), "value"), (name, "name"), (path, "file")]
        if self.section == "keys":
            return [(str(self.key), "action"), (path, "file")]
        if self.rate is not None:
            return [(self.rate.rate, self.rate.currency)]
        if self.field is not None:
            return [(self.field.key, "key"), (self.field.label, "label")]
        found = self.stage or self.pipeline
        return [(found.name, "name")] if found is not None else []
