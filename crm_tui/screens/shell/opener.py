"""Mail addresses and links, handed to the desktop's own programs.

The rule it keeps: only ``mailto:``, ``http:`` and ``https:`` ever leave here, and never through a shell.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.widgets.records.card import Person

_OPENERS: Final = ("xdg-open", "open", "wslview")
_SCHEMES: Final = ("http", "https", "mailto")


def links(person: Person) -> list[tuple[str, str]]:
    """What can be opened of a person: the text to show, and the address."""
    return addresses((method.kind.value, method.value) for method in person.methods)


def addresses(methods: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What can be opened of ways to reach somebody, each its kind and its value; the rest is passed over."""
    found: list[tuple[str, str]] = []
    for kind, value in methods:
        if kind == "email":
            found.append((clean(value), f"mailto:{quote(value.strip(), safe='@+.-_')}"))
        elif kind == "url":
            address = value.strip()
            url = address if "://" in address else f"https://{address}"
            if _is_safe(url):
                found.append((clean(address), url))
    return list(dict.fromkeys(found))


def open_link(url: str) -> str:
    """Hand an address to the desktop; returns what went wrong, or nothing."""
    if not _is_safe(url):
        return "That is no mail address and no web link."
    program = next((path for name in _OPENERS if (path := shutil.which(name))), None)
    if program is None:
        return "There is no program here to open links with."
    # some of these stay as long as the browser does, so nobody waits for them, not even at the end
    Thread(target=_run, args=(program, url), daemon=True).start()
    return ""


def _run(program: str, url: str) -> None:
    # what it could not do is for the desktop to say
    with suppress(OSError):
        subprocess.run(  # noqa: S603 - one argument of a checked scheme, no shell
            [program, url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
        )


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if any(ord(char) < 0x21 or char == "\x7f" for char in url):
        return False
    return parts.scheme in _SCHEMES and (parts.scheme == "mailto" or bool(parts.netloc))
