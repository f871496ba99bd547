"""Folders with one item a file, as vdirsyncer, khard, khal and todoman keep them.

The rule it keeps: a file that another program made or changed is never overwritten or removed, unless that very
content was imported, or it is asked for. What was written is noted in a hidden file of the folder, what was imported
in the database. Source: https://vdirsyncer.pimutils.org, "The Vdir Storage Format".
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crm_tui.errors import DatabaseError, InvalidDataError
from crm_tui.interchange.vdir_state import (
    MANIFEST,
    REMOVED,
    Imports,
    Manifest,
    Noted,
    State,
    digest,
    manifest_of,
    packed,
    read,
)

__all__ = ["MANIFEST", "Tally", "count", "file_name", "first_uid", "is_text", "items", "paths", "write"]

Keep = Callable[[bytes, str], str | None]
"""From a file and the text to replace it to that text with what imports leave out; None where that cannot be."""
_LARGEST: Final = 64 << 20  # bytes of an item
_UID: Final = re.compile(rb"^UID[^:\r\n]*:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", re.IGNORECASE | re.MULTILINE)
_SAFE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@+-]{0,119}")


@dataclass(slots=True)
class Tally:
    """What became of the files of a folder.

    Attributes:
        written: new, or changed by us.
        unchanged: left as they were, since they say the same.
        removed: of ours whose item is gone.
        left: changed or made by another program, not imported since, and left alone.
        gone: of ours that another program removed, and not written again.
    """

    written: int = 0
    unchanged: int = 0
    removed: int = 0
    left: int = 0
    gone: int = 0


def items(folder: Path, suffix: str) -> Iterator[tuple[Path, bytes]]:
    """The items of a folder in the order of their names; hidden and foreign files are passed over.

    A link is followed only to a file of the folder itself.

    Raises:
        InvalidDataError: the folder or a file cannot be read, or a file is too large.
    """
    for path in paths(folder, suffix):
        try:
            if path.stat().st_size > _LARGEST:
                raise InvalidDataError(
                    f"{path} has more than {_LARGEST >> 20} MB.", "It is no single item; move it elsewhere."
                )
            data = path.read_bytes()
        except FileNotFoundError:
            # another program took it away meanwhile
            continue
        except OSError as error:
            raise InvalidDataError(f"{path} cannot be read: {error.strerror}.", "Check the file.") from error
        yield path, data


def is_text(name: str) -> bool:
    """Whether the bytes of a file's name were text."""
    return not any("\ud800" <= each <= "\udfff" for each in name)


def first_uid(data: bytes) -> str:
    """The UID of the first item in a file, "" without one."""
    return next((each.decode("utf-8", "surrogateescape") for each in _uids(data)), "")


def count(folder: Path, suffix: str) -> int:
    """How many items there are."""
    return sum(1 for _ in paths(folder, suffix))


def file_name(uid: str, suffix: str) -> str:
    """The name of an item's file: its UID where that can be a name, else a mark made from it."""
    if _SAFE.fullmatch(uid):
        return f"{uid}{suffix}"
    return f"{hashlib.sha256(uid.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}{suffix}"


def write(
    folder: Path,
    named: Iterable[tuple[str, str]],
    suffix: str,
    *,
    force: bool = False,
    kind: str = "",
    imports: Imports | None = None,
    keep: Keep | None = None,
) -> Tally:
    """Make the folder hold these items; files written earlier, and untouched since, that are not among them go.

    Args:
        folder: is made when it is not there.
        named: file name and text.
        suffix: of the names.
        force: overwrite what another program made or changed, and write again what it removed.
        kind: what the items are; those of another kind in the same folder stay.
        imports: what is known of the folder's files from imports.
        keep: brings over what imports leave out of a file that is replaced.

    Raises:
        DatabaseError: the folder or a file cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        filling = _Filling(folder, suffix, kind, imports or Imports(), keep, force=force)
        for usual, text in named:
            filling.put(usual, text)
        filling.finish()
    except OSError as error:
        raise DatabaseError(f"{folder} cannot be written: {error.strerror}.", "Check the folder.") from error
    return filling.tally


class _Filling:
    """One export into a folder."""

    def __init__(
        self, folder: Path, suffix: str, kind: str, imports: Imports, keep: Keep | None, *, force: bool
    ) -> None:
        self.tally = Tally()
        self._folder, self._suffix, self._force = folder, suffix, force
        self._imports = imports
        self._keep = keep
        self._path = folder / manifest_of(kind)
        self._noted = read(self._path)
        self._fresh: dict[str, Noted | None] = {}
        self._there: dict[str, str] = {}
        self._uids: dict[str, bytes] = {}
        self._of: dict[bytes, list[str]] = defaultdict(list)
        for path, data in items(folder, suffix):
            self._there[path.name] = digest(data)
            found = _uids(data)
            if found:
                self._uids[path.name] = found[0]
            # what is forced takes the place of the first item of a file
            for uid in found[:1] if force else found:
                self._of[uid].append(path.name)
        self._state = State(self._noted, imports, self._there)
        # files without a UID, and files that are gone, by that of the record that was imported from them
        self._imported: dict[bytes, str] = {}
        for name, meant in imports.uids.items():
            here = name in self._there
            if (name not in self._uids and self._knows(name)) if here else self._state.was_written(name):
                self._imported[meant.encode("utf-8", "surrogateescape")] = name

    def put(self, usual: str, text: str) -> None:
        """Make a file hold an item."""
        name = self._name(usual, text)
        path = self._folder / name
        there = path.read_bytes() if path.is_file() else None
        full: str | None = text
        if there is not None:
            full = self._instead(name, there, text)
        elif self._state.was_written(name) and not self._force:
            # who removed it there did so on purpose
            full = None
            self._fresh[name] = self._state.noted[name]
            self.tally.gone += 1
        if full is None:
            return
        data = full.encode()
        self._fresh[name] = self._note(name, digest(data))
        _replace(path, data)
        self.tally.written += 1

    def _instead(self, name: str, there: bytes, text: str) -> str | None:
        """What is to take the place of a file; None where nothing is."""
        mark = digest(there)
        full = text if mark == digest(text.encode()) or self._keep is None else self._keep(there, text)
        if full is not None and mark == digest(full.encode()):
            self._fresh[name] = self._note(name, mark)
            self.tally.unchanged += 1
            return None
        if not self._force and (full is None or self._state.found(name, mark) is None):
            self._fresh[name] = self._state.noted.get(name)
            self.tally.left += 1
            return None
        return text if full is None else full

    def finish(self) -> None:
        """Remove what is no longer among the items, and note what was written."""
        others = {name: each for name, each in self._state.noted.items() if name not in self._fresh}
        for name in [each for each in others if each.endswith(self._suffix)]:
            mark = self._state.expected(name)
            removed = self._remove(self._folder / name, mark)
            if not removed and (renamed := self._renamed(name)):
                removed = self._remove(self._folder / renamed, mark)
            self.tally.removed += removed
            if removed or not (self._folder / name).exists():
                del others[name]
                if name in self._imports.known:
                    others[name] = Noted(REMOVED, self._imports.known[name].by)
        files = {**others, **{name: each for name, each in self._fresh.items() if each is not None}}
        base = self._imports.base
        if base != self._noted.base and not all(name.endswith(self._suffix) for name in others):
            # nobody knows of which database the others are
            base = ""
        if files != self._noted.files or base != self._noted.base:
            _replace(self._path, packed(Manifest(files, base, self._imports.operation)))

    def _name(self, usual: str, text: str) -> str:
        """The file of an item: the one with its UID, the one it was imported from, or one of the usual name."""
        uid = (_uids(text.encode()) or [b"-"])[0]
        named = self._of.get(uid)
        if named:
            return min(named, key=lambda each: (each != usual, not self._knows(each)))
        if uid in self._imported:
            return self._imported[uid]
        if self._uids.get(usual, uid) != uid:
            # another item has the name
            return file_name(f"/{usual}", self._suffix)
        return usual

    def _knows(self, name: str) -> bool:
        return self._state.found(name, self._there[name]) is not None

    def _note(self, name: str, mark: str) -> Noted:
        known = self._state.found(name, self._there[name]) if name in self._there else None
        return Noted(mark, self._state.by(known or name))

    def _renamed(self, name: str) -> str | None:
        """Where a file that was written under a name is now, should another program have renamed it."""
        return next(
            (
                each
                for each, mark in self._there.items()
                if each not in self._fresh and self._state.found(each, mark) == name != each
            ),
            None,
        )

    def _remove(self, path: Path, mark: str) -> int:
        """Remove a file that is still what it is known as; returns how many were."""
        if not path.is_file() or path.is_symlink() or digest(path.read_bytes()) != mark:
            return 0
        path.unlink()
        return 1


def paths(folder: Path, suffix: str) -> Iterator[Path]:
    """The files of the items of a folder, in the order of their names.

    Raises:
        InvalidDataError: the folder cannot be read.
    """
    try:
        root = folder.resolve(strict=True)
        found = sorted(root.iterdir())
    except OSError as error:
        raise InvalidDataError(f"{folder} cannot be read: {error.strerror}.", "Check the path.") from error
    for path in found:
        if path.name.startswith(".") or path.suffix.lower() != suffix:
            continue
        if path.is_symlink() and path.resolve().parent != root:
            continue
        if path.is_file():
            yield path


def _uids(data: bytes) -> list[bytes]:
    """The UIDs in a file, in their order."""
    found = (re.sub(rb"\r?\n[ \t]", b"", each).strip() for each in _UID.findall(data))
    return [each for each in found if each]


def _replace(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    temporary = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}.tmp")
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
