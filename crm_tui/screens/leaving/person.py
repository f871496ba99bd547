"""One person's everything: written to a file when they ask for it, or erased for good when they ask for that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from crm_tui.domain.forget_words import FOREVER, after, before
from crm_tui.screens.forms.dialogs import Dialog, Option
from crm_tui.screens.forms.report_dialog import Page, ReportDialog, wrapped
from crm_tui.screens.leaving.saving import Saving
from crm_tui.screens.lists.list_export import Target
from crm_tui.text import clean, fold
from crm_tui.widgets.entry.choice_line import ChoiceLine
from crm_tui.widgets.entry.filter_bar import PlainText
from crm_tui.widgets.entry.line_input import LineInput

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.forgetting import Forgotten, Prospect
    from crm_tui.errors import CrmError
    from crm_tui.screens.shell.base import DataMixin
    from crm_tui.widgets.lines import Ink

Proof = tuple["Forgotten", Sequence[Path]]
_STAY, _GO = "leave them", "redact them"
_LONGEST: Final = 40  # characters of a name in the name of a file


def export(screen: DataMixin, contact_id: int) -> None:
    """Ask where to, and write everything that is kept about a person."""
    screen.read(
        lambda crm: crm.contacts.get(contact_id).name,
        partial(_ask_where, screen, contact_id),
        group="dossier",
        empty="",
    )


def _ask_where(screen: DataMixin, contact_id: int, name: str) -> None:
    def write(crm: Crm, target: Target, over: bool) -> str:
        from crm_tui.interchange import dossier_out

        path = target.file()
        found = dossier_out.save(
            crm, contact_id, path, "txt" if target.form == "txt" else "json", replace=over
        )
        return f"Wrote everything about {found} to {path}."

    words = "-".join("".join(each if each.isalnum() else " " for each in fold(name)).split())
    first = f"{words[:_LONGEST] or 'contact'}-{screen.desk.clock.today.isoformat()}"
    Saving(screen, f"everything about {clean(name)}", write).ask(
        Target(first, "json", formats=("json", "txt"))
    )


def forget(screen: DataMixin, contact_id: int, then: Callable[[], object]) -> None:
    """Show what forgetting a person would do, ask for their name, erase them and show the proof.

    Args:
        screen: Who asks.
        contact_id: The person.
        then: Called once they are gone, before the proof is shown.
    """
    from crm_tui.domain import forgetting

    nobody: Prospect | None = None

    def show(prospect: Prospect | None) -> None:
        if prospect is not None:
            screen.app.push_screen(ForgetDialog(prospect), gone)

    def gone(proof: Proof | None) -> None:
        if proof is not None:
            then()
            _show_proof(screen, *proof)

    screen.crm_app.tell("Looking for everything about them…")
    screen.read(
        lambda crm: forgetting.look(crm, contact_id),
        partial(_told, screen, show),
        group="forget",
        empty=nobody,
    )


def _told(screen: DataMixin, show: Callable[[Prospect | None], None], prospect: Prospect | None) -> None:
    screen.crm_app.tell("")
    show(prospect)


def _show_proof(screen: DataMixin, done: Forgotten, files: Sequence[Path]) -> None:
    clean_ = done.is_clean and not files
    title = (
        "Forgotten: nothing in the file names them any more" if clean_ else "Forgotten, but not everywhere"
    )
    ink: Ink = "good" if done.is_clean else "soon"
    lines: list[tuple[str, Ink]] = [
        (text, ink if "were searched for" in text else "plain") for text in after(done, files)
    ]
    closed = Option("c", "Close", value=True)
    screen.crm_app.tell(f"Forgot contact {done.id}; nothing takes it back.")
    screen.app.push_screen(ReportDialog(title, wrapped(lines), (closed,)))


class ForgetDialog(Dialog[Proof]):
    """What would go and what would stay; whoever types the name means it. Answers with what was done.

    Args:
        prospect: What forgetting them would do.
    """

    DEFAULT_CSS = """
    ForgetDialog {
        & > Vertical { width: 100; }
        & Horizontal { height: 1; margin-top: 1; }
        & Horizontal > PlainText { width: 22; color: $text-muted; }
        & LineInput { width: 1fr; }
        & LineInput:focus { background: $panel 60%; }
        & #forget-problem {
            color: $text-error; height: auto; min-height: 1; max-height: 3; text-wrap: wrap; text-overflow: fold;
        }
        & #forget-forever { text-style: bold; margin-top: 1; }
    }
    """
    AUTO_FOCUS = "LineInput"

    def __init__(self, prospect: Prospect) -> None:
        super().__init__()
        self._prospect = prospect
        self._busy = False

    def compose(self) -> ComposeResult:
        """What it would do, whether texts are changed too, the name, the keys."""
        name = clean(self._prospect.name)
        with Vertical():
            yield PlainText(f"Forget {name} for good?").add_class("dialog-title")
            yield Page()
            if self._prospect.mentions:
                with Horizontal():
                    yield PlainText("in those texts")
                    yield ChoiceLine([_STAY, _GO], _STAY, id="forget-redact")
            yield PlainText(FOREVER, id="forget-forever")
            with Horizontal():
                yield PlainText("type their name")
                yield LineInput(placeholder=name, id="forget-name")
            yield PlainText(id="forget-problem")
            following = "tab next   pageup pagedown scroll   " if self._prospect.mentions else ""
            yield PlainText(f"enter forget   {following}escape back").add_class("dialog-keys")

    def on_mount(self) -> None:
        """Show what it would do."""
        self._show()

    def on_resize(self) -> None:
        """Where one types is in sight, however much there is to say."""
        others = 16 if self._prospect.mentions else 14
        self.query_one(Page).leave_room(others)

    @property
    def _redact(self) -> bool:
        return any(each.value == _GO for each in self.query(ChoiceLine))

    def _show(self) -> None:
        texts = before(self._prospect, redact=self._redact, way="the choice below")
        self.query_one(Page).show(wrapped([(text, "plain") for text in texts]), keep=True)
        self.query_one(Page).refresh(layout=True)

    def _say(self, text: str) -> None:
        self.query_one("#forget-problem", PlainText).text = text

    @on(ChoiceLine.Changed)
    def _chosen(self) -> None:
        self._show()

    @on(Input.Changed)
    def _typed(self) -> None:
        if not self._busy:
            self._say("")

    def on_key(self, event: events.Key) -> None:
        """Enter forgets where the name is typed; up and down go from field to field, the pages scroll."""
        page = self.query_one(Page)
        verbs: dict[str, Callable[[], object]] = {
            "enter": self._answer, "up": self.focus_previous, "down": self.focus_next,
            "pageup": page.action_page_up, "pagedown": page.action_page_down,
        }  # fmt: skip
        verb = verbs.get(event.key)
        if verb is not None:
            event.stop()
            verb()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._answer()

    def _answer(self) -> None:
        if self._busy:
            return
        if not is_name(self.query_one(LineInput).value, self._prospect.name):
            self._say(f"! Type {clean(self._prospect.name)}, in plain letters if need be, or go back.")
            return
        self._busy = True
        self._say("Forgetting; the whole file is written anew and searched…")
        prospect, redact = self._prospect, self._redact

        def work(crm: Crm) -> Proof:
            from crm_tui.domain import forgetting
            from crm_tui.locations import state_folder

            done = forgetting.forget(crm, prospect.id, redact=redact)
            return done, forgetting.files_that_name(prospect.identity, state_folder())

        self.write(work, self._done, self._refused)

    def _done(self, proof: Proof) -> None:
        self.dismiss(proof)

    def _refused(self, error: CrmError) -> None:
        self._busy = False
        self._say(f"! {self.briefly(error)} {error.hint}")

    def do_leave(self) -> None:
        """Go back; what has begun is not left without its proof."""
        if not self._busy:
            self.dismiss(None)


def is_name(typed: str, name: str) -> bool:
    """Whether a name was typed, marks and case apart, as a search would take it."""
    plain = " ".join(fold(clean(typed)).split())
    if not plain:
        # a name of signs alone
        return bool(typed.strip()) and typed.strip() == clean(name).strip()
    return plain == " ".join(fold(clean(name)).split())
