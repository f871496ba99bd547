"""The one modal that renders any form.

The rule it keeps: what was typed is never lost. A refused write leaves the form as it is with the reason beneath; a
form that is left, or a program that ends, leaves a draft, which the same form brings back.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.css.query import NoMatches
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from crm_tui import actions
from crm_tui.errors import CrmError
from crm_tui.screens.forms.fields import Field, Filled, Form, when
from crm_tui.screens.forms.suggest import NameSuggester, rest_of_row
from crm_tui.screens.shell import editor
from crm_tui.screens.shell.base import DataMixin, bindings
from crm_tui.screens.shell.memory import Draft
from crm_tui.text import clean_lines
from crm_tui.widgets.entry.choice_line import ChoiceLine
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.entry.line_input import LineInput
from crm_tui.widgets.entry.line_rows import LineRows
from crm_tui.widgets.entry.long_text import LongText

if TYPE_CHECKING:
    pass


_LINES_AROUND: Final = 8
"""The frame, the title, the note, what is wrong with its hint and the space above, the keys."""
_FEWEST_LINES: Final = 3


class FormScreen(DataMixin, ModalScreen[Any]):
    """Any form; dismissed with what ``save`` returned, or None when it was left.

    Args:
        form: What it asks for.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("form")
    DEFAULT_CSS = """
    FormScreen {
        align: center middle;
        background: $background 40%;
        & > Vertical {
            width: 78;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            padding: 0 1;
            background: $surface;
            border: round $border;
        }
        & .form-title { text-style: bold; width: 1fr; }
        & .form-note {
            color: $text-muted; width: 1fr; height: auto; min-height: 1; max-height: 3;
            text-wrap: wrap; text-overflow: fold;
        }
        & #form-fields { height: auto; max-height: 1fr; scrollbar-size-vertical: 1; }
        & .form-row { height: auto; }
        & .form-label { width: 13; color: $text-muted; }
        & .form-echo { color: $text-accent; margin-left: 1; }
        & #form-notice { color: $text-warning; width: 1fr; height: 1; margin-left: 13; }
        & LineInput { width: 1fr; }
        & LineInput:focus { background: $panel 60%; }
        & LongText { width: 1fr; }
        & #form-error {
            color: $text-error; width: 1fr; height: auto; min-height: 1; margin-top: 1;
            text-wrap: wrap; text-overflow: fold;
        }
        & #form-hint {
            color: $text-muted; width: 1fr; height: auto; min-height: 1;
            text-wrap: wrap; text-overflow: fold;
        }
        & .form-keys { color: $text-muted; width: 1fr; text-wrap: wrap; text-overflow: fold; }
    }
    """

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form
        self._saving = False
        self._done = False

    def compose(self) -> ComposeResult:
        """Heading, fields, what is wrong, keys."""
        with Vertical():
            yield PlainText(self.form.title).add_class("form-title")
            yield PlainText(self.form.note, id="form-note").add_class("form-note")
            with VerticalScroll(id="form-fields", can_focus=False):
                for field in self.form.fields:
                    with Horizontal(classes="form-row"):
                        yield PlainText(field.label).add_class("form-label")
                        yield self._widget(field)
                        if field.kind == "line":
                            yield PlainText(id=f"echo-{field.key}").add_class("form-echo")
                    if self.form.notice is not None and field.key == self.form.watched[0]:
                        yield PlainText(id="form-notice")
            yield PlainText(id="form-error")
            yield PlainText(id="form-hint")
            yield PlainText(self._key_line()).add_class("form-keys")

    def _widget(self, field: Field) -> Widget:
        name = f"field-{field.key}"
        if field.kind == "long" and field.complete:
            return LineRows(field.value, partial(rest_of_row, self.desk, field.complete), id=name)
        if field.kind == "long":
            return LongText(field.value, id=name)
        if field.kind == "choice":
            return ChoiceLine(list(field.choices), field.value, id=name)
        suggester = NameSuggester(self.desk, field.complete) if field.complete else None
        # a proposed day is there to be typed over
        over = field.check is when and bool(field.value)
        return LineInput(
            field.value, placeholder=field.hint, suggester=suggester, select_on_focus=over, id=name
        )

    def _key_line(self) -> str:
        keymap = self.crm_app.keymap
        names = ["save", "editor", "leave"] if self.can_long() else ["save", "leave"]
        parts = [f"{keymap.shown(name)} {actions.BY_ID[name].label}" for name in names]
        if len(self.form.fields) == 1:
            parts[0] = "enter save"
        else:
            parts.insert(1, "tab next")
        return "   ".join(parts)

    def on_mount(self) -> None:
        """Bring back a draft."""
        self._begun = self.texts()
        draft = self.crm_app.memory.draft(self.form.name)
        if draft is not None and draft.texts != self._begun:
            self.fill(dict(draft.texts))
            note = self.query_one("#form-note", PlainText)
            key = self.crm_app.keymap.shown("afresh")
            note.text = f"Brought back what you typed and did not save. {key} begins afresh."
        for field in self.form.fields:
            self._echo(field)
        self._notice()

    def on_resize(self, event: events.Resize) -> None:
        """Leave the last lines, with what is wrong and the keys, on the screen: the fields scroll."""
        room = event.size.height - _LINES_AROUND
        self.query_one("#form-fields").styles.max_height = max(_FEWEST_LINES, room)

    def texts(self) -> dict[str, str]:
        """What stands in the fields."""
        return {field.key: self._text(field.key) for field in self.form.fields}

    def fill(self, texts: dict[str, str]) -> None:
        """Put texts into the fields."""
        for field in self.form.fields:
            if field.key in texts:
                widget = self.query_one(f"#field-{field.key}")
                if isinstance(widget, LongText):
                    widget.text = "\n".join(clean_lines(texts[field.key]))
                elif isinstance(widget, (LineInput, ChoiceLine)):
                    widget.value = texts[field.key]
                if isinstance(widget, LineInput):
                    widget.cursor_position = len(widget.value)

    def _text(self, key: str) -> str:
        widget = self.query_one(f"#field-{key}")
        if isinstance(widget, LongText):
            return widget.text
        assert isinstance(widget, (LineInput, ChoiceLine))
        return widget.value

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        try:
            return not self._done and self.texts() != self._begun
        except (NoMatches, AttributeError):
            # not there yet, or not any more: nothing can have been typed
            return False

    def keep_draft(self) -> bool:
        """Keep what was typed; says whether there was anything."""
        if not self.form.keep or not self.dirty:
            if not self._done:
                self.crm_app.memory.drop_draft(self.form.name)
            return False
        self.crm_app.memory.keep_draft(
            Draft(self.form.name, self.form.title, self.desk.clock.instant, self.texts())
        )
        return True

    def say(self, text: str, hint: str = "") -> None:
        """Say what is wrong."""
        self.query_one("#form-error", PlainText).text = f"! {text}" if text else ""
        self.query_one("#form-hint", PlainText).text = hint

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a binding works now."""
        if action == "do" and parameters:
            condition = actions.BY_ID[str(parameters[0])].condition
            return bool(getattr(self, f"can_{condition}")()) if condition else True
        return super().check_action(action, parameters)

    async def action_do(self, name: str) -> None:
        """Do an action by its name."""
        doer: Callable[[], None] = getattr(self, f"do_{name}")
        doer()

    def can_long(self) -> bool:
        """Whether there is a field of several lines."""
        return any(field.kind == "long" for field in self.form.fields)

    def can_typed(self) -> bool:
        """Whether something was typed."""
        return self.dirty

    def do_save(self) -> None:
        """Check everything and write it."""
        if self._saving:
            return
        filled = self._filled()
        if filled is None:
            return
        self._saving = True
        self.say("", "Saving…")
        self.write(lambda crm: self.form.save(crm, filled), self._saved, self._refused)

    def do_leave(self) -> None:
        """Leave; what was typed is kept. While it is being saved one waits for that."""
        if self._saving:
            return
        try:
            kept = self.keep_draft()
        except OSError as error:
            self.say(
                f"What you typed cannot be kept: {error.strerror}.", "Save it, or ctrl+q leaves without it."
            )
            return
        if kept:
            self.crm_app.tell("Kept what you typed.", "It is there again when you open this form.")
        self.dismiss(None)

    def do_afresh(self) -> None:
        """Forget what was typed."""
        self.crm_app.memory.drop_draft(self.form.name)
        self.fill(self._begun)
        self.query_one("#form-note", PlainText).text = self.form.note
        self.say("")

    def do_editor(self) -> None:
        """Write the long text in an editor."""
        # the one the cursor is in; else the last, which is the note
        longs = [field for field in self.form.fields if field.kind == "long"]
        here = self.focused.id if self.focused is not None else None
        field = next((field for field in longs if f"field-{field.key}" == here), longs[-1])
        widget = self.query_one(f"#field-{field.key}", LongText)
        outcome = editor.edit(self.crm_app, f"{self.form.name}-{field.key}", widget.text)
        if outcome.text is not None:
            widget.text = "\n".join(clean_lines(outcome.text))
            editor.drop(self.crm_app, f"{self.form.name}-{field.key}")
        self.say(outcome.problem, outcome.hint)
        widget.focus()

    def _filled(self) -> Filled | None:
        """The values of all fields; None, with the reason told, when one is wrong."""
        clock, values = self.desk.clock, {}
        for field in self.form.fields:
            try:
                values[field.key] = field.read(self._text(field.key), clock)
            except CrmError as error:
                self.say(error.message, error.hint)
                self.query_one(f"#field-{field.key}").focus()
                return None
        texts = self.texts()
        return Filled(values, frozenset(key for key, text in texts.items() if text != self._begun[key]))

    def _saved(self, value: Any) -> None:
        self._done = True
        self.crm_app.memory.drop_draft(self.form.name)
        self.dismiss(value if value is not None else True)

    def _refused(self, error: CrmError) -> None:
        self._saving = False
        self.say(self.briefly(error), error.hint)

    def _echo(self, field: Field) -> None:
        if field.kind != "line":
            return
        text = ""
        if field.check is not None and field.echo is not None and self._text(field.key).strip():
            try:
                text = field.echo(field.read(self._text(field.key), self.desk.clock), self.desk.clock)
            except CrmError:
                text = "?"
        self.query_one(f"#echo-{field.key}", PlainText).text = text

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        for field in self.form.fields:
            if event.input.id == f"field-{field.key}":
                self._echo(field)
                if field.key in self.form.watched:
                    self._notice()

    @on(TextArea.Changed)
    def _written(self, event: TextArea.Changed) -> None:
        event.stop()
        if any(event.text_area.id == f"field-{key}" for key in self.form.watched):
            self._notice()

    def _notice(self) -> None:
        """Say what the file has to say about what is typed, as soon as it is read."""
        notice = self.form.notice
        if notice is None:
            return
        texts = {key: self._text(key) for key in self.form.watched}
        self.read(
            lambda crm: notice(crm, texts), self._noticed, group="notice", empty="", otherwise=lambda _: None
        )

    def _noticed(self, text: str) -> None:
        self.query_one("#form-notice", PlainText).text = text

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        lines = [field for field in self.form.fields if field.kind != "long"]
        if event.input.id == f"field-{lines[-1].key}":
            self.do_save()
        else:
            self.focus_next()

    def on_key(self, event: events.Key) -> None:
        """Up and down go from field to field, enter from a choice to the next."""
        if isinstance(self.focused, LongText):
            return
        if event.key == "up":
            event.stop()
            self.focus_previous()
        elif event.key == "down" or (event.key == "enter" and isinstance(self.focused, ChoiceLine)):
            event.stop()
            self.focus_next()
