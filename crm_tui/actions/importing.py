"""What a person can do while a file is imported: a part of the table of actions."""

from __future__ import annotations

from typing import Final

from crm_tui.actions.action import Action

_FILE: Final = ("import",)

IMPORT: Final = (
    Action(
        "import-next",
        ("n",),
        "next",
        "To the next step: columns, dry run, import; then another file.",
        "Work",
        _FILE,
        "onward",
        1,
    ),
    Action(
        "import-path", ("/",), "path", "Type or paste the path of the file.", "Work", _FILE, "choosing", 2
    ),
    Action(
        "import-start", ("i",), "import", "Import what the dry run has shown.", "Work", _FILE, "planned", 2
    ),
    Action(
        "dry-run",
        ("d",),
        "dry run",
        "Say of each row what would become of it; nothing is changed.",
        "Work",
        _FILE,
        "tried",
        3,
    ),
    Action(
        "import-options",
        ("o",),
        "options",
        "Dates, decimals, known ones, tags, defaults, encoding.",
        "Work",
        _FILE,
        "tried",
        4,
    ),
    Action(
        "import-kind",
        ("c",),
        "kind",
        "Say what the rows are: contacts, companies, deals.",
        "Work",
        _FILE,
        "mapped",
        5,
    ),
    Action(
        "leave-out",
        ("x", "space"),
        "leave out",
        "Do not import the column, or do after all.",
        "Work",
        _FILE,
        "column",
        6,
    ),
    Action(
        "rejects",
        ("b",),
        "rejected",
        "Write the rejected rows to a file, to be mended.",
        "Work",
        _FILE,
        "rejects",
        5,
    ),
    Action(
        "recipe-save",
        ("w",),
        "save recipe",
        "Write all this as a recipe for crm import --recipe.",
        "Work",
        _FILE,
        "mapped",
        9,
    ),
    Action(
        "recipe-use", ("r",), "use recipe", "Import this file as a recipe says.", "Work", _FILE, "mapped", 10
    ),
    Action(
        "import-left",
        ("left",),
        "kind before",
        "The kind of rows before; the folder above.",
        "Move",
        _FILE,
        "sideways",
    ),
    Action(
        "import-right",
        ("right",),
        "next kind",
        "The next kind of rows; into the folder.",
        "Move",
        _FILE,
        "sideways",
    ),
    Action(
        "import-side",
        ("tab",),
        "first rows",
        "To the first rows as read, or the notices of a dry run, and back.",
        "Move",
        _FILE,
        "beside",
        8,
    ),
)
