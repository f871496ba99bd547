"""crm contact query: the address book for mutt and aerc, which ask at each key.

``at_once`` answers without the command line's library and without the domain, where nothing out of the ordinary was
asked for; ``told`` is what both ways print.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # the real one takes longer to import than all else here
if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.store.addresses import Entry

NO_MATCH = 1
"""The exit code on which mutt shows the first line as an error; aerc takes no notice of it."""


def at_once(words: Sequence[str]) -> int | None:
    """Answer ``crm [--db PATH] contact query TEXT...``; None when the ordinary command line has to."""
    path, rest = _named(words)
    if rest[:2] != ["contact", "query"]:
        return None
    typed = rest[3:] if rest[2:3] == ["--"] else rest[2:]
    if not typed or (len(typed) == len(rest) - 2 and any(each.startswith("-") for each in typed)):
        return None
    path = path or os.environ.get("CRM_DB") or usual_database()
    if path is None or sys.stdout is None:
        return None
    from crm_tui.store.addresses import search_file

    found = search_file(path, " ".join(typed))
    if found is None:
        return None
    lines, code = told(found)
    left = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
    try:
        # past the buffer, which would keep what cannot be written and fail with it again
        while left:
            left = left[os.write(sys.stdout.fileno(), left) :]
    except BrokenPipeError:
        # whoever asked has gone away
        code = 0
    except OSError:
        # the command line says what is wrong
        return None
    # there is nothing to tidy up, which takes the interpreter a tenth of the whole time
    os._exit(code)


def told(found: Sequence[Entry]) -> tuple[list[str], int]:
    """The lines for a mail program, and the exit code.

    A line that is no address comes first, then address, name and company with tabs between them, as mutt's manual
    has it under ``query_command``; aerc passes over the first line.
    """
    if not found:
        return ["No address matches."], NO_MATCH
    count = "1 address" if len(found) == 1 else f"{len(found)} addresses"
    return [f"{count} found.", *("\t".join(_cell(each) for each in entry).rstrip("\t") for entry in found)], 0


def usual_database() -> str | None:
    """Where the database usually is, as ``locations.default_database`` says; None where it takes more to know."""
    if sys.platform != "linux":
        return None
    folder = os.environ.get("XDG_DATA_HOME", "").strip() or os.path.expanduser("~/.local/share")  # noqa: PTH111
    return f"{folder}/crm/crm.db"


def _named(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """The database named by hand, and the words from the command on."""
    if words[:1] == ["--db"]:
        return "".join(words[1:2]), list(words[2:])
    if words[:1] and words[0].startswith("--db="):
        return words[0][5:], list(words[1:])
    return None, list(words)


def _cell(text: str) -> str:
    """Text as one cell: no tabs, line breaks or control signs."""
    if text.isprintable():
        return text
    from crm_tui.text import clean

    return clean(" ".join(text.split()))
