"""What the screens remember between two days: theme and columns, searches, and forms that were left unsaved.

Everything stands in the user's state folder, readable by its owner only. Searches belong to one database, a draft to
one form of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

_FOLDERS: Final = 5
_LONGEST: Final = 5_000_000  # bytes; whoever put a larger file there, it is no draft


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed into a form and not saved: ``form`` is the form's name, ``saved_at`` an instant."""

    form: str
    title: str
    saved_at: str
    texts: Mapping[str, str]


@runtime_checkable
class KeepsDraft(Protocol):
    """A screen in which something is typed."""

    def keep_draft(self) -> bool:
        """Keep what was typed; says whether there was anything.

        Raises:
            OSError: the folder cannot be written.
        """
        ...


class Memory:
    """The remembered things of one database.

    Args:
        folder: The state folder.
        database: The database the drafts belong to.
    """

    def __init__(self, folder: Path, database: Path) -> None:
        self.folder = folder
        self._database = database.absolute()

    def theme(self, configured: str) -> str:
        """The theme chosen last, unless the configuration names another one since."""
        found = _read(self._choices)
        if found.get("configured") == configured and isinstance(found.get("theme"), str):
            return str(found["theme"])
        return configured

    def keep_theme(self, theme: str, configured: str) -> None:
        """Remember a choice.

        Raises:
            OSError: the folder cannot be written.
        """
        _write(self._choices, {**_read(self._choices), "theme": theme, "configured": configured})

    def columns(self, screen: str) -> tuple[str, ...]:
        """The keys of the columns chosen for a list, in their order; empty when none were chosen."""
        kept = _read(self._choices).get("columns")
        keys = kept.get(screen) if isinstance(kept, dict) else None
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            return ()
        return tuple(dict.fromkeys(keys))

    def keep_columns(self, screen: str, keys: Sequence[str]) -> None:
        """Remember the columns of a list; none means the usual ones.

        Raises:
            OSError: the folder cannot be written.
        """
        found = _read(self._choices)
        kept = found.get("columns")
        columns = {**kept} if isinstance(kept, dict) else {}
        columns.pop(screen, None)
        if keys:
            columns[screen] = list(keys)
        _write(self._choices, {**found, "columns": columns})

    def folders(self) -> list[Path]:
        """The folders from which files were imported, the latest first."""
        kept = _read(self._choices).get("import_folders")
        return [Path(each) for each in kept if isinstance(each, str)] if isinstance(kept, list) else []

    def keep_folder(self, folder: Path) -> None:
        """Remember a folder from which a file was imported.

        Raises:
            OSError: the state folder cannot be written.
        """
        others = [str(each) for each in self.folders() if each != folder]
        _write(self._choices, {**_read(self._choices), "import_folders": [str(folder), *others][:_FOLDERS]})

    def draft(self, form: str) -> Draft | None:
        """What was left unsaved in a form."""
        return _draft(self._place(form))

    def drafts(self) -> list[Draft]:
        """Everything that was left unsaved, the newest first."""
        # mostly there is nothing, and the mark of this database need not be made
        places = list((self.folder / "drafts").glob("*.json"))
        own = [place for place in places if place.name.startswith(f"{self._mark}-")]
        found = [draft for place in own if (draft := _draft(place)) is not None]
        return sorted(found, key=lambda draft: draft.saved_at, reverse=True)

    def keep_draft(self, draft: Draft) -> None:
        """Keep what was typed.

        Raises:
            OSError: the folder cannot be written.
        """
        _write(self._place(draft.form), {**asdict(draft), "texts": dict(draft.texts)})

    def drop_draft(self, form: str) -> None:
        """Forget what was typed: it is saved, or not wanted."""
        self._place(form).unlink(missing_ok=True)

    def searches(self) -> tuple[str, ...]:
        """What was searched for in this database and led somewhere, the last first."""
        kept = _read(self._searches).get("searches")
        return tuple(each for each in kept if isinstance(each, str)) if isinstance(kept, list) else ()

    def keep_searches(self, texts: Sequence[str]) -> None:
        """Remember what was searched for, instead of what was remembered before.

        Raises:
            OSError: the folder cannot be written.
        """
        _write(self._searches, {"searches": list(texts)})

    @cached_property
    def _mark(self) -> str:
        """What the names of the files of this database begin with."""
        # it brings 4 MB of a cryptographic library along, so it is loaded when it is needed
        from hashlib import sha256

        return sha256(str(self._database).encode()).hexdigest()[:12]

    @property
    def _searches(self) -> Path:
        return self.folder / f"{self._mark}-searches.json"

    def note_file(self, form: str) -> Path:
        """A new, private file for the editor to write a long text in."""
        folder = self.folder / "drafts"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / f"{self._mark}-{form}.txt"

    @property
    def _choices(self) -> Path:
        return self.folder / "screens.json"

    def _place(self, form: str) -> Path:
        return self.folder / "drafts" / f"{self._mark}-{form}.json"


def _read(place: Path) -> dict[str, Any]:
    try:
        if place.stat().st_size > _LONGEST:
            return {}
        found = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # it was never written, or somebody spoilt it: nothing is remembered then
        return {}
    return found if isinstance(found, dict) else {}


def _write(place: Path, values: Mapping[str, Any]) -> None:
    """Write the whole file or leave the old one, for the owner only."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = place.with_name(f".{place.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as file:
        json.dump(values, file)
    temporary.replace(place)


def _draft(place: Path) -> Draft | None:
    found = _read(place)
    texts = found.get("texts")
    if not isinstance(texts, dict) or not all(
        isinstance(found.get(key), str) for key in ("form", "title", "saved_at")
    ):
        return None
    return Draft(
        found["form"], found["title"], found["saved_at"], {str(key): str(text) for key, text in texts.items()}
    )
