"""What a file is, told by its beginning: cards, a calendar, mail, a table, or something that cannot be imported."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from crm_tui.errors import InvalidDataError

TABLE: Final = "table"
_LOOK: Final = 64 << 10
_SAVE: Final = "Save it as CSV first; in a spreadsheet that is Save as, CSV UTF-8."
SUFFIXES: Final = {
    ".vcf": "vcard", ".vcard": "vcard", ".ics": "ics", ".ical": "ics", ".mbox": "mbox", ".mbx": "mbox", ".eml": "mbox",
}  # fmt: skip
"""What the name of a file says that is no table; what is in it counts more."""
_SAVE_JSON: Final = "Export it as CSV first; crm load takes what crm dump wrote."
_IN_FOLDERS: Final = ((".vcf", "vcard"), (".ics", "ics"))
_BINARY: Final = (
    (b"PK\x03\x04", "a workbook or another archive (.xlsx, .ods, .zip)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook or a document of an older office program (.xls, .doc)"),
    (b"%PDF-", "a PDF"),
    (b"\x1f\x8b", "compressed (.gz)"),
    (b"BZh91AY&SY", "compressed (.bz2)"),
    (b"\xfd7zXZ", "compressed (.xz)"),
    (b"7z\xbc\xaf", "an archive (.7z)"),
    (b"Rar!\x1a", "an archive (.rar)"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x89PNG\r\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a document (.rtf)"),
    (b"!BDN", "a mail archive of Outlook (.pst)"),
)
_TEXTS: Final = (
    (re.compile(r"<(?:!doctype html|html|head|body|table|meta|style|div)\b", re.IGNORECASE), "a web page (HTML)"),
    (re.compile(r"<\?xml\b|<[A-Za-z][\w.:-]*(?: [\w:.-]+=\"|>\s*<)", re.IGNORECASE), "XML"),
    (re.compile(r"\{\s*\"|\[\s*[\[{]"), "JSON"),
)  # fmt: skip
_HELD: Final = {"vcard": "vCards", "ics": "a calendar"}
_DIVIDER = re.compile(r"From [^\n,;]{1,500}[0-9]{1,2}:[0-9]{2}[^\n]{0,60}\n(?:[!-9;-~]{1,80}:|>?From )")
_MAIL_FIELD = re.compile(
    r"(?:from|to|cc|date|subject|message-id|received|return-path|delivered-to|mime-version|reply-to|x-[a-z0-9-]+"
    r"|dkim-signature|authentication-results|content-type|references|in-reply-to|sender|list-id|arc-[a-z-]+)[ \t]*:",
    re.IGNORECASE,
)


def told(path: Path) -> str:
    """What is to be imported at a path: vcard, ics, mbox, maildir, or else table.

    Raises:
        InvalidDataError: it cannot be read, or is a folder of nothing that can be imported.
    """
    try:
        if path.is_dir():
            return _folder(path)
        with path.open("rb") as file:
            head = file.read(_LOOK)
    except OSError as error:
        raise InvalidDataError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    text = _text(head).lstrip()
    if found := _marked(text):
        return found
    suffix = SUFFIXES.get(path.suffix.lower())
    return suffix if suffix is not None and not _is_binary(head) else TABLE


def refuse_other_formats(path: Path, head: bytes) -> None:
    """Refuse the beginning of a file that is no table, whatever its name says.

    Raises:
        InvalidDataError: so it is.
    """
    what = _is_binary(head)
    if what:
        raise InvalidDataError(f"{path.name} is no text: it is {what}.", _SAVE)
    text = _text(head).lstrip()
    what = next((name for pattern, name in _TEXTS if pattern.match(text)), "")
    if what:
        hint = _SAVE_JSON if what == "JSON" else _SAVE
        raise InvalidDataError(f"{path.name} is no table: it is {what}.", hint)
    marked = _marked(text)
    if marked in ("vcard", "ics"):
        raise InvalidDataError(
            f"{path.name} is no table, it holds {_HELD[marked]}.",
            f"crm import {path.name} reads it as what it is.",
        )


def _is_binary(head: bytes) -> str:
    return next((name for mark, name in _BINARY if head.startswith(mark)), "")


def _text(head: bytes) -> str:
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            return head.decode(name, errors="replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def _marked(text: str) -> str:
    beginning = text[:40].upper().replace(" ", "")
    if beginning.startswith("BEGIN:VCARD"):
        return "vcard"
    if beginning.startswith("BEGIN:VCALENDAR"):
        return "ics"
    if _DIVIDER.match(text.replace("\r\n", "\n")):
        return "mbox"
    # a message alone: the lines of its header, of which the well-known ones are many
    lines = re.split(r"\r\n?|\n", text, maxsplit=40)[:40]
    header = lines[: lines.index("")] if "" in lines else lines
    fields = [line for line in header if not line.startswith((" ", "\t"))]
    known = sum(_MAIL_FIELD.match(line) is not None for line in fields)
    return "mbox" if known >= 3 and 2 * known > len(fields) else ""


def folder_makes(path: Path) -> list[str]:
    """What a folder can be imported as, whole: mbox, maildir, vcard, ics; what it is before what is in it.

    Raises:
        OSError: it cannot be read.
    """
    names = {each.name for each in path.iterdir() if not each.name.startswith(".")}
    if "mbox" in names and (path / "mbox").is_file():
        # a mailbox as Apple Mail exports it
        return ["mbox"]
    if any((path / name).is_dir() for name in names & {"cur", "new"}):
        return ["maildir"]
    suffixes = {Path(name).suffix.lower() for name in names}
    return [make for suffix, make in _IN_FOLDERS if suffix in suffixes]


def _folder(path: Path) -> str:
    makes = folder_makes(path)
    if makes:
        return makes[0]
    raise InvalidDataError(
        f"{path} is a folder without anything that can be imported.",
        "Name a Maildir, a folder with .vcf or .ics files, or a file.",
    )
