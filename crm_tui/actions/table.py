"""The table of actions: keys, words, scopes, conditions, ranks."""

from __future__ import annotations

from typing import Final

from crm_tui.actions.action import Action
from crm_tui.actions.billing import BILLING, BILLING_LISTS
from crm_tui.actions.importing import IMPORT
from crm_tui.actions.places import PLACES, SCREENS
from crm_tui.actions.reports import REPORTS
from crm_tui.actions.settings import SETTINGS

_AGENDA: Final = ("today", "followups")
_PROMISES: Final = ("today", "contacts", "followups", "record")
_WITH_PEOPLE: Final = ("today", "contacts", "companies", "deals", "invoices", "followups", "record")
_WITH_NOTES: Final = ("today", "contacts", "companies", "record")
_WITH_CARD: Final = ("today", "contacts", "companies", "invoices", "followups")
_LISTS: Final = ("contacts", "companies")
_NAMED: Final = (*_LISTS, "products")
_TABLES: Final = (*_NAMED, "invoices", "payments")
_BOARD: Final = ("deals",)
_DEALS: Final = ("deals", "record")
_RECORDS: Final = ("contacts", "companies", "deals", "record")
_MARKED: Final = ("today", "contacts", "companies", "deals", "followups", "invoices", "products", "payments")
_ROWS: Final = (*_MARKED, "search", "history", "record", "settings")
_ADDING: Final = (*_MARKED, "record", "settings")
_FILTERED: Final = (*_MARKED, "search", "history", "reports")
_AS_TEXT: Final = ("contacts", "companies", "deals", "followups", "invoices", "products", "payments")
_REMOVING: Final = ("record", "settings", "products", "payments")
_PERSON: Final = ("contacts", "record")
_VIEWS: Final = ("deals", "followups")
_SIDEWAYS: Final = ("deals", "followups", "reports", "search", "settings")
_REPORTS: Final = ("reports",)
_UNMARKED: Final = ("search", "history", "import", "settings")
_WITH_CURSOR: Final = tuple(screen for screen in SCREENS if screen not in _REPORTS)
_MARKABLE: Final = tuple(screen for screen in _WITH_CURSOR if screen not in _UNMARKED)
_EDITABLE: Final = tuple(screen for screen in _ROWS if screen != "history")


def _move(
    name: str,
    keys: tuple[str, ...],
    label: str,
    text: str,
    rank: int = 0,
    scopes: tuple[str, ...] = SCREENS,
) -> Action:
    return Action(
        name,
        keys,
        label,
        text,
        "Move",
        scopes,
        condition="list",
        rank=rank,
        binding=f"table.{name.replace('-', '_')}",
    )


_WORK: Final = (
    Action(
        "done", ("d",), "done", "Finish the follow-up, or the marked ones.", "Work", _PROMISES, "followup", 2
    ),
    Action(
        "snooze", ("s",), "snooze", "Move the follow-up to another day.", "Work", _PROMISES, "followup", 3
    ),
    Action(
        "cancel",
        ("x",),
        "cancel",
        "Cancel the follow-up: nothing is to be done.",
        "Work",
        _AGENDA,
        "followup",
    ),
    Action("win", ("w",), "win", "Win the deal.", "Work", _DEALS, "open_deal", 3),
    Action(
        "lose", ("x",), "lose", "Lose the deal: why, and when to try again.", "Work", _DEALS, "open_deal", 4
    ),
    Action("reopen", ("r",), "reopen", "Open a won or lost deal again.", "Work", _DEALS, "closed_deal", 4),
    Action(
        "stage-back", ("<",), "stage back", "Move the deal one stage back.", "Work", _BOARD, "open_deal", 2
    ),
    Action("stage-on", (">",), "stage on", "Move the deal one stage on.", "Work", _BOARD, "open_deal", 2),
    Action(
        "stage", ("m",), "stage", "Move the deal, or the marked ones, to a stage.", "Work", _DEALS, "deal", 9
    ),
    Action(
        "log",
        ("l",),
        "log",
        "Log a call, mail, meeting, message or note.",
        "Work",
        _WITH_PEOPLE,
        "contact",
        4,
    ),
    Action("follow-up", ("f",), "follow-up", "Promise a next step.", "Work", _WITH_PEOPLE, "next_step", 5),
    Action("goals", ("T",), "goals", "Goals: planned against actual; change or remove one.", "Work"),
    Action("set-goal", (), "set goal", "Aim at so much in a week, month, quarter or year.", "Work"),
    Action(
        "quick",
        (":",),
        "in a line",
        "Enter in one line: call Anna: wants the offer by friday.",
        "Work",
        rank=12,
    ),
)
_KEEPING: Final = (
    Action(
        "add", ("a",), "add", "Add to this screen: a follow-up, a person, a deal.", "Records", _ADDING, rank=6
    ),
    Action("edit", ("e",), "edit", "Change what is under the cursor.", "Records", _EDITABLE, "editable", 8),
    Action(
        "set-field",
        ("=",),
        "set field",
        "Set one field of the record, or of all marked.",
        "Records",
        _LISTS,
        "list",
    ),
    Action(
        "tag", ("t",), "tag", "Put tags on, or take them off with a minus.", "Records", _RECORDS, "record", 9
    ),
    Action("note", ("n",), "note", "Write the note in $EDITOR.", "Records", _WITH_NOTES, "note", 11),
    Action(
        "archive",
        ("A",),
        "archive",
        "Put the record or the marked ones away; or back.",
        "Records",
        (*_RECORDS, "products"),
        "record",
        12,
    ),
    Action(
        "remove",
        ("D",),
        "remove",
        "Take away what is under the cursor, or what is marked.",
        "Records",
        _REMOVING,
        "item",
        10,
    ),
    Action(
        "reach",
        ("o",),
        "mail, link",
        "Open the mail address or link.",
        "Records",
        (*_WITH_PEOPLE, "search"),
        "contact",
        10,
    ),
    Action(
        "copy",
        ("y",),
        "copy",
        "Copy an address, number or name; or the report with tabs.",
        "Records",
        (*_ROWS, *_REPORTS),
        "copy",
        13,
    ),
    Action(
        "merge",
        ("M",),
        "merge",
        "Make one record of the marked ones, side by side, field by field.",
        "Records",
        _LISTS,
        "several",
        11,
    ),
    Action(
        "duplicates",
        ("&",),
        "duplicates",
        "List likely duplicates, to merge or keep apart.",
        "Records",
        _LISTS,
    ),
    Action(
        "bulk-edit",
        ("ctrl+e",),
        "edit as text",
        "Change the marked or shown records as text in $EDITOR.",
        "Records",
        _AS_TEXT,
        "list",
    ),
    Action(
        "dossier",
        (),
        "dossier",
        "Export everything that is kept about the person.",
        "Records",
        _PERSON,
        "person",
    ),
    Action(
        "forget",
        (),
        "forget",
        "Erase the person for good, and prove it; nothing takes it back.",
        "Records",
        _PERSON,
        "person",
    ),
    Action("undo", ("u",), "undo", "Take back what was done last.", "Records"),
    Action("redo", ("U",), "redo", "Bring back what was undone.", "Records"),
    Action(
        "undo-this",
        ("x",),
        "undo this",
        "Take back the operation under the cursor.",
        "Records",
        ("history",),
        "operation",
        2,
    ),
)
_LIST: Final = (
    Action(
        "filter",
        ("/",),
        "filter",
        "Narrow what is shown by words or field:value.",
        "List",
        _FILTERED,
        "filter",
        7,
    ),
    Action("sort-name", ("1",), "by name", "Sort by name; again to turn the order round.", "List", _NAMED),
    Action(
        "sort-last", ("2",), "by last", "Sort by the last contact, the newest first.", "List", ("contacts",)
    ),
    Action("sort-next", ("3",), "by next", "Sort by when to get in touch again.", "List", ("contacts",)),
    Action("sort-new", ("4",), "by newest", "Sort by when they were added.", "List", _NAMED),
    Action("sort-people", ("2",), "by people", "Sort by how many people work there.", "List", ("companies",)),
    Action("sort-deals", ("3",), "by deals", "Sort by how many deals are open.", "List", ("companies",)),
    Action("sort", ("S",), "sort", "Choose what to sort by; the same again turns it round.", "List", _TABLES),
    Action("columns", ("c",), "columns", "Choose the columns; they are remembered.", "List", _TABLES),
    Action(
        "export",
        ("E",),
        "export",
        "Export what the list or report shows to a file.",
        "List",
        (*_TABLES, *_VIEWS, *_REPORTS),
        "list",
    ),
    Action(
        "export-log",
        ("E",),
        "export",
        "Export what happened with the person or in the deal to a file.",
        "List",
        ("record",),
        "happened",
    ),
    Action(
        "view",
        ("v",),
        "other view",
        "The same in another form: board or list, agenda or month.",
        "List",
        _VIEWS,
        rank=11,
    ),
    Action(
        "closed",
        ("c",),
        "closed too",
        "Show done and cancelled ones too, or only what is open.",
        "List",
        ("followups",),
    ),
    Action("pipeline", ("p",), "pipeline", "Show the next pipeline.", "List", _BOARD, "pipelines", 10),
    Action("mark-all", ("*",), "mark all", "Mark every row, or take all marks off.", "List", _MARKED, "list"),
    Action("reload", ("f5",), "reload", "Read everything anew.", "List"),
)
_MOVES: Final = (
    _move("open", ("enter",), "open", "Show what is under the cursor whole.", 1, _WITH_CURSOR),
    _move("mark", ("space",), "mark", "Mark the row and go on to the next.", 14, _MARKABLE),
    _move("up", ("up", "k"), "up", "One row up."),
    _move("down", ("down", "j"), "down", "One row down."),
    _move("page-up", ("pageup",), "page up", "A screen up."),
    _move("page-down", ("pagedown",), "page down", "A screen down."),
    _move("half-up", ("ctrl+u",), "half up", "Half a screen up."),
    _move("half-down", ("ctrl+d",), "half down", "Half a screen down."),
    _move("first", ("home",), "first", "To the first row."),
    _move("last", ("end",), "last", "To the last row."),
    Action("left", ("left",), "left", "To the left: the stage, day, report, part before.", "Move", _SIDEWAYS),
    Action(
        "right", ("right",), "right", "To the right: the next stage, day, report, part.", "Move", _SIDEWAYS
    ),
    Action(
        "jump", ("'",), "jump", "Jump to a row by the letters that appear beside it.", "Move", _ROWS, "list"
    ),
    Action(
        "next-pane",
        ("tab",),
        "other side",
        "To the card or column beside, and back; else to the next part.",
        "Move",
        (*_WITH_CARD, "history", "record"),
    ),
    Action(
        "back",
        ("escape",),
        "back",
        "Out of the card, the filter, the marks; to where one came from.",
        "Move",
        condition="back",
    ),
)
_GOING: Final = (
    Action("go", ("g",), "go", "Go to another screen.", "Go"),
    *(
        Action(f"go-{place.name}", (place.letter,), place.title, f"Go to {place.title}.", "Go", ("go",))
        for place in PLACES
    ),
)
_PROGRAM: Final = (
    Action("help", ("?",), "all keys", "Show every key that works here.", "Program"),
    Action("palette", ("ctrl+p",), "palette", "Everything possible here, by name.", "Program"),
    Action("theme", (), "theme", "Dark, light or high contrast.", "Program"),
    Action("backup", (), "back up", "Backup: copy the whole file into its backup folder.", "Program"),
    Action("restore", (), "restore", "Bring back a backup; what is there now is kept.", "Program"),
    Action("dump", (), "dump", "Write everything as text, one record a line, to a file.", "Program"),
    Action("load", (), "load", "Fill a base in which nothing was yet with a dump.", "Program"),
    Action("doctor", (), "doctor", "Check the file, and mend what can be mended.", "Program"),
    Action("suspend", ("ctrl+z",), "to shell", "Back to the shell for a moment; fg returns.", "Program"),
    Action("quit", ("ctrl+q", "q"), "quit", "Leave. Nothing is lost.", "Program"),
)
_FORM: Final = (
    Action("save", ("ctrl+s",), "save", "Save the form.", "Records", ("form",)),
    Action("editor", ("ctrl+o",), "editor", "Write the long text in $EDITOR.", "Records", ("form",), "long"),
    Action(
        "afresh",
        ("ctrl+r",),
        "afresh",
        "Forget what was typed and begin again.",
        "Records",
        ("form",),
        "typed",
    ),
    Action(
        "leave",
        ("escape",),
        "back",
        "Leave; what was typed is kept as a draft.",
        "Move",
        ("form", "dialog", "go"),
    ),
)

ACTIONS: Final = (
    *_WORK,
    *BILLING,
    *IMPORT,
    *SETTINGS,
    *_KEEPING,
    *_LIST,
    *REPORTS,
    *BILLING_LISTS,
    *_MOVES,
    *_GOING,
    *_PROGRAM,
    *_FORM,
)
SCOPES: Final = (*SCREENS, "go", "form", "dialog")
