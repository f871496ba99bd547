"""One person's everything as a document: JSON, or text for somebody to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from crm_tui.domain.dossier import dossier
from crm_tui.interchange.saving import saved
from crm_tui.text import clean_lines

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

Form = Literal["json", "txt"]
FORMS: Final[tuple[Form, ...]] = ("json", "txt")


def save(crm: Crm, contact_id: int, path: Path, form: Form, *, replace: bool = False) -> str:
    """Write everything about a person to a file; returns their name.

    Raises:
        NotFoundError: there is no such contact.
        ConflictError: there is such a file, and it is not to be replaced.
        DatabaseError: it cannot be written.
    """
    found = dossier(crm, contact_id)
    with saved(path, replace=replace) as opened:
        if form == "json":
            opened.write(f"{json.dumps(found, ensure_ascii=False, indent=2)}\n")
        else:
            opened.writelines(f"{line}\n" for line, _ in readable(found))
    return str(found["contact"]["name"])


def readable(found: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """The document as lines, each with whether it is a heading: one a part, a line a field, a blank between records."""
    begun = False
    for part, content in found.items():
        if not content:
            continue
        yield from ([("", False)] if begun else [])
        begun = True
        yield part.replace("_", " ").capitalize(), True
        for number, row in enumerate(content if isinstance(content, list) else [content]):
            yield from ([("", False)] if number else [])
            for name, value in row.items():
                yield from ((line, False) for line in _field(name, value))


def _field(name: str, value: object) -> Iterator[str]:
    if value in (None, "", [], {}):
        return
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    first, *rest = clean_lines(text)
    yield f"  {name}: {first}"
    yield from (f"    {line}" for line in rest)
