"""What one does with a record wherever it is shown: write its note, open its links, copy its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from crm_tui.errors import CrmError

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.screens.shell.base import DataMixin

T = TypeVar("T")


def pick(
    screen: DataMixin, question: str, found: Sequence[tuple[str, T, str]], then: Callable[[T], None]
) -> None:
    """Go on with the one there is, or ask which of several; each is its text, what it stands for, an aside."""
    from crm_tui.screens.forms.dialogs import Choose, lettered

    if len(found) == 1:
        then(found[0][1])
    elif found:
        # what is chosen may be false or nothing, so its place is asked for
        options = lettered([(text, place, aside) for place, (text, _, aside) in enumerate(found)])
        screen.app.push_screen(
            Choose(question, options), lambda place: then(found[place][1]) if place is not None else None
        )


def reach(screen: DataMixin, links: Sequence[tuple[str, str]]) -> None:
    """Open the one link there is, or ask which; each is its text and its address."""
    if links:
        pick(screen, "Open which?", [(text, url, "") for text, url in links], partial(open_link, screen))
    else:
        app = screen.crm_app
        app.tell("There is no mail address and no link here.", f"{app.keymap.shown('edit')} adds one")


def open_link(screen: DataMixin, url: str) -> None:
    """Hand an address to the desktop, and say what came of it."""
    from crm_tui.screens.shell import opener

    app = screen.crm_app
    problem = opener.open_link(url)
    if problem:
        app.tell(problem, f"{app.keymap.shown('copy')} copies it", "bad")
    else:
        app.tell(f"Opened {url}.")


def copy(screen: DataMixin, text: str) -> None:
    """Put a text into the clipboard, and say so."""
    screen.app.copy_to_clipboard(text)
    screen.crm_app.tell(f"Copied {text}.")


def write_note(screen: DataMixin, table: str, record_id: int) -> None:
    """Let the person write the note of a contact or company in their editor."""
    nothing: str | None = None

    def read(crm: Crm) -> str | None:
        return str(_verbs(crm, table).get(record_id).note or "")

    screen.read(read, partial(_edit_note, screen, table, record_id), group="note", empty=nothing)


def _edit_note(screen: DataMixin, table: str, record_id: int, old: str | None) -> None:
    from crm_tui.screens.shell import editor

    if old is None:
        return
    app = screen.crm_app
    name = f"note-{record_id}" if table == "contacts" else f"note-{table}-{record_id}"
    outcome = editor.edit(app, name, old)
    if outcome.text is None:
        app.tell(outcome.problem, outcome.hint, "bad")
        return
    text = outcome.text
    place = app.memory.note_file(name)

    def refused(error: CrmError) -> None:
        app.tell(error.message, f"What you wrote is kept in {place}.", "bad")

    screen.write(
        lambda crm: _verbs(crm, table).update(record_id, note=text or None),
        lambda _: editor.drop(app, name),
        refused,
    )


def _verbs(crm: Crm, table: str) -> Any:
    return crm.contacts if table == "contacts" else crm.companies
