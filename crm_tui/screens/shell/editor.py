"""Long texts in the person's own editor, with the screens put aside meanwhile.

The rule it keeps: a text that was written is never lost. If the editor fails, the file stays and is named.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from crm_tui.errors import CrmError
from crm_tui.interchange import editor

if TYPE_CHECKING:
    from crm_tui.app import CrmApp


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the text, or None with the problem and what to do."""

    text: str | None
    problem: str = ""
    hint: str = ""


def edit(app: CrmApp, name: str, text: str, *, exact: bool = False) -> Outcome:
    """Let the person edit a text in ``$VISUAL``, ``$EDITOR`` or vi.

    Args:
        app: The program.
        name: What the file is named after.
        text: What it begins with.
        exact: Whether every character counts, the ends of the lines too.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or editor.USUAL
    try:
        place = app.memory.note_file(name)
        editor.put(place, text)
    except OSError as error:
        return Outcome(
            None, f"No file for the editor can be made: {error.strerror}.", "Write the text here instead."
        )
    try:
        with app.suspend():
            code = editor.run(command, place)
    except SuspendNotSupported:
        return Outcome(None, "An editor cannot be opened in this terminal.", "Write the text here instead.")
    except CrmError as error:
        return Outcome(None, error.message, error.hint)
    try:
        written = editor.read(place) if exact else place.read_text(encoding="utf-8")
    except CrmError as error:
        return Outcome(None, error.message, f"{error.hint} It is in {place}.")
    except (OSError, UnicodeDecodeError) as error:
        return Outcome(None, f"What the editor wrote cannot be read: {error}.", f"It is in {place}.")
    if code != 0:
        return Outcome(None, f"The editor ended with code {code}.", f"What it wrote is kept in {place}.")
    return Outcome(written if exact else written.removesuffix("\n"))


def drop(app: CrmApp, name: str) -> None:
    """Remove the file of a text that is safe elsewhere."""
    app.memory.note_file(name).unlink(missing_ok=True)
