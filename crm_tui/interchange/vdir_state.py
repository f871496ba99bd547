"""What is known of the files of a folder: what an export wrote, noted in the folder, and what an import took from it.

The rule it keeps: a file counts as known only in the very content that was written or imported last. Whatever is in
doubt (a note that is lost or broken off, an import that was taken back, a database older than the folder, a folder of
another database) makes files unknown, and what is unknown is never overwritten or removed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain.folder_items import Known
from crm_tui.errors import DatabaseError

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

MANIFEST: Final = ".crm-tui.json"
_BESIDE: Final = ("companies", "interactions")
"""Kinds that may share a folder with another one, and so have a manifest of their own."""
_BASE: Final = ".base"


REMOVED: Final = "-"
"""Stands for the mark of a file that is there no more, so that an earlier import of it does not count any longer."""


class Noted(NamedTuple):
    """What was written last into a file: its mark, and the import (``Known.by``) that it took the place of."""

    digest: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What exports noted in a folder.

    Attributes:
        files: by name.
        base: the mark of the database that wrote all of them, "" where that is not known.
        operation: the last operation of that database then.
    """

    files: Mapping[str, Noted] = field(default_factory=dict)
    base: str = ""
    operation: int = 0


def manifest_of(kind: str) -> str:
    """The name of the file in which exports of a kind note what they wrote."""
    return f".crm-tui-{kind}.json" if kind in _BESIDE else MANIFEST


def read(path: Path) -> Manifest:
    """What a manifest notes; nothing where there is none or it cannot be read."""
    try:
        data = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return Manifest()
    if not isinstance(data, dict):
        return Manifest()
    # a name from a file is never a path
    files = {
        name: Noted(*each.split(" ", 1))
        for name, each in data.items()
        if isinstance(each, str) and each and name == Path(name).name and not name.startswith(".")
    }
    base, _, operation = str(data.get(_BASE, "")).partition(" ")
    return Manifest(files, base, int(operation) if operation.isdecimal() and operation.isascii() else 0)


def is_written(folder: Path) -> bool:
    """Whether exports were written into a folder."""
    return any((folder / manifest_of(kind)).is_file() for kind in ("", *_BESIDE))


def packed(manifest: Manifest) -> bytes:
    """A manifest as it is written."""
    data = {name: " ".join(filter(None, each)) for name, each in manifest.files.items()}
    if manifest.base:
        data[_BASE] = f"{manifest.base} {manifest.operation}"
    return json.dumps(data, indent=0, sort_keys=True).encode()


def digest(data: bytes) -> str:
    """The mark of a content."""
    return hashlib.sha256(data).hexdigest()


def whole(folder: Path) -> str:
    """The path that a folder is known by."""
    return str(folder.resolve())


@dataclass(frozen=True, slots=True)
class Imports:
    """What a database knows of a folder.

    Attributes:
        base: the database's mark, "" for none.
        operation: its last operation.
        known: file name -> what was imported from it last.
        uids: file name -> the UID under which the record goes out that was imported from it.
        taken_back: whether an import was undone, by the row that noted it.
    """

    base: str = ""
    operation: int = 0
    known: Mapping[str, Known] = field(default_factory=dict)
    uids: Mapping[str, str] = field(default_factory=dict)
    taken_back: Callable[[int], bool] = lambda row: False


class State:
    """In which content the files of a folder are known.

    Args:
        manifest: what exports noted in it.
        imports: what the database knows of it.
        there: the names of the files in it.

    Attributes:
        noted: what exports wrote, as far as this database can know of it.
    """

    def __init__(self, manifest: Manifest, imports: Imports, there: Collection[str]) -> None:
        self._known = imports.known
        self._taken_back = imports.taken_back
        # nor does a database that was put back to an earlier state know what the later one wrote
        another = manifest.base not in ("", imports.base)
        older = bool(manifest.base) and manifest.operation > imports.operation
        self.noted: Mapping[str, Noted] = {} if another or older else manifest.files
        self._names = {*self.noted, *self._known}
        # another program may have given a file another name
        self._gone = {self.expected(name): name for name in sorted(self._names.difference(there))}
        self._gone.pop("", None)

    def was_written(self, name: str) -> bool:
        """Whether an export wrote a file of that name, and did not remove it since."""
        return name in self.noted and self.noted[name].digest != REMOVED

    def expected(self, name: str) -> str:
        """The mark of the content in which a file is known, "" for none."""
        noted, known = self.noted.get(name), self._known.get(name)
        if known is not None and (noted is None or noted.by != known.by):
            return known.digest
        if noted is None or noted.digest == REMOVED or (known is None and self._was_taken_back(noted)):
            return ""
        return noted.digest

    def by(self, name: str) -> str:
        """The import whose content a file has now, or that an export took the place of; "" for none."""
        noted, known = self.noted.get(name), self._known.get(name)
        if known is not None:
            return known.by
        return noted.by if noted is not None and not self._was_taken_back(noted) else ""

    def found(self, name: str, mark: str) -> str | None:
        """The name under which a file of that content is known, None where it is not."""
        if name in self._names:
            return name if self.expected(name) == mark else None
        return self._gone.get(mark)

    def _was_taken_back(self, noted: Noted) -> bool:
        row = noted.by.partition(":")[0]
        return row.isdecimal() and self._taken_back(int(row))


def imports(crm: Crm, folder: Path, kind: str | None = None) -> Imports:
    """What a database knows of a folder; with ``kind`` also the UIDs of the records of that kind."""
    from crm_tui.domain import folder_items

    known = folder_items.known(crm, whole(folder))
    uids: dict[str, str] = {}
    if kind is not None:
        mine = {name: each.record for name, each in known.items() if each.entity == kind}
        found = folder_items.uids(crm, kind, sorted(set(mine.values())))
        uids = {name: found[record] for name, record in mine.items() if record in found}
    return Imports(
        _mark(crm, make=kind is not None),
        folder_items.newest_operation(crm),
        known,
        uids,
        lambda row: folder_items.taken_back(crm, row),
    )


def own(folder: Path, known: Imports, *, or_unsaid: bool = False) -> Manifest:
    """What a database's own exports noted in a folder, of all kinds together.

    Args:
        folder: the folder.
        known: what the database knows of it.
        or_unsaid: also what was noted without saying of which database it is.
    """
    files: dict[str, Noted] = {}
    for kind in ("", *_BESIDE):
        found = read(folder / manifest_of(kind))
        mine = found.base == known.base != "" and found.operation <= known.operation
        if mine or (or_unsaid and not found.base):
            files.update(found.files)
    return Manifest(files, known.base, known.operation)


def _mark(crm: Crm, *, make: bool) -> str:
    from crm_tui.domain import card_ids

    found = card_ids.known_mark(crm)
    if found is None and make:
        try:
            return card_ids.base_mark(crm)
        except DatabaseError:
            # it can only be read
            return ""
    return found or ""
