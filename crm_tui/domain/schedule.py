"""The text that has cron or systemd run ``crm remind`` each morning; nothing is written or installed here.

Paths are text to the scheduler: quoted for the shell and for cron's ``%`` (crontab(5)), or for systemd's
quotes, ``%`` and ``$`` (systemd.service(5)).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from datetime import time
from typing import Final

from crm_tui.errors import InvalidDataError

UNIT: Final = "crm-remind"
_CLOCK: Final = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_UNWRITABLE: Final = re.compile(r"[\x00-\x1f\x7f]")


def parse_at(text: str) -> time:
    """Read a time of the day, ``7:30`` or ``07:30``.

    Raises:
        InvalidDataError: it is none.
    """
    try:
        if _CLOCK.fullmatch(text.strip()):
            return time.fromisoformat(text.strip().zfill(5))
    except ValueError:
        pass
    raise InvalidDataError(f'"{text[:60]}" is no time of the day.', "Write it like 07:30.")


def cron(command: Sequence[str], at: time, *, bus: str | None = None) -> str:
    """The lines of a crontab.

    Args:
        command: the program's absolute path and its arguments.
        at: the local time.
        bus: the address of the session's D-Bus, which a job needs to reach the desktop.

    Raises:
        InvalidDataError: an argument holds a line break or another control character.
    """
    line = " ".join(shlex.quote(_checked(word)) for word in command).replace("%", r"\%")
    lines = [
        "# Cron mails what crm prints, and crm prints nothing when nothing is due.",
        "# MAILTO=you@example.com",
    ]
    if bus is not None:
        lines.append(f"DBUS_SESSION_BUS_ADDRESS={_checked(bus)}")
    return "\n".join([*lines, f"{at.minute} {at.hour} * * * {line}"]) + "\n"


def systemd(command: Sequence[str], at: time) -> str:
    """A user service and its timer, one after the other, each under a comment with its file's name.

    A run that was missed while the machine was off is made up for.

    Args:
        command: the program's absolute path and its arguments.
        at: the local time.

    Raises:
        InvalidDataError: an argument holds a line break or another control character.
    """
    line = " ".join(_unit_word(_checked(word)) for word in command)
    return f"""\
# ~/.config/systemd/user/{UNIT}.service
[Unit]
Description=What is due in crm

[Service]
Type=oneshot
ExecStart={line}

# ~/.config/systemd/user/{UNIT}.timer
[Unit]
Description=What is due in crm, each morning

[Timer]
OnCalendar=*-*-* {at.isoformat(timespec="seconds")}
Persistent=true

[Install]
WantedBy=timers.target
"""


def _checked(word: str) -> str:
    if _UNWRITABLE.search(word):
        raise InvalidDataError(
            f"{word!r} holds a control character, which no schedule can.", "Move the file to a plainer path."
        )
    return word


def _unit_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    plain = re.fullmatch(r"[\w@+=:,./-]+", word, re.ASCII)
    return word if plain else f'"{escaped}"'
