"""The person's own editor: a private file for it to work on, and the program they chose."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import Final

from crm_tui.errors import CrmError, InvalidDataError

USUAL: Final = "vi"


def put(place: Path, text: str) -> None:
    """Write a text into a file that only its owner may read.

    Raises:
        OSError: it cannot be written.
    """
    handle = os.open(place, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        file.write(text)


def read(place: Path) -> str:
    """What the editor left, every character as it is.

    Raises:
        InvalidDataError: it is no UTF-8.
        CrmError: the file is gone or cannot be read.
    """
    try:
        with place.open(encoding="utf-8", newline="") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise InvalidDataError("What the editor wrote is no UTF-8.", "Save it as UTF-8.") from error
    except OSError as error:
        raise CrmError(
            f"{place} cannot be read: {error.strerror}.",
            "The editor removed or locked it; nothing was changed.",
        ) from error


def run(command: str, place: Path) -> int:
    """Let the person edit a file; returns the code the editor ended with.

    Args:
        command: what they call it by, with its arguments, as ``$EDITOR`` has it.
        place: the file.

    Raises:
        CrmError: there is no such editor, or the words are no command.
    """
    try:
        return subprocess.run([*shlex.split(command), str(place)], check=False).returncode  # noqa: S603 - their editor
    except OSError as error:
        raise CrmError(
            f'"{command}" cannot be started: {error.strerror}.', "Set EDITOR to an editor that is installed."
        ) from error
    except ValueError as error:
        raise CrmError(f'"{command}" is no command: {error}.', "Mend the quotes in EDITOR.") from error
