"""Folders with one item a file, as vdirsyncer, khard, khal and todoman keep them.

The rule it keeps: a file that another program made or changed is never overwritten or removed unless that is asked
for. What was written is remembered in a hidden file of the folder. Source: https://vdirsyncer.pimutils.org, "The Vdir
Storage Format".
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crm_tui.errors import DatabaseError, InvalidDataError

MANIFEST: Final = ".crm-tui.json"
_BESIDE: Final = frozenset({"companies", "interactions"})
"""Kinds that may share a folder with another one, and so have a manifest of their own."""
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
        left: changed or made by another program, and left alone.
    """

    written: int = 0
    unchanged: int = 0
    removed: int = 0
    left: int = 0


def items(folder: Path, suffix: str) -> Iterator[tuple[Path, bytes]]:
    """The items of a folder in the order of their names; hidden and foreign files are passed over.

    A link is followed only to a file of the folder itself.

    Raises:
        InvalidDataError: the folder or a file cannot be read, or a file is too large.
    """
    for path in _paths(folder, suffix):
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


def count(folder: Path, suffix: str) -> int:
    """How many items there are."""
    return sum(1 for _ in _paths(folder, suffix))


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
    prune: bool = True,
    kind: str = "",
) -> Tally:
    """Make the folder hold these items.

    Args:
        folder: is made when it is not there.
        named: file name and text.
        suffix: of the names.
        force: overwrite what another program made or changed.
        prune: remove the files written earlier, and untouched since, that are not among these.
        kind: what the items are; those of another kind in the same folder stay.

    Raises:
        DatabaseError: the folder or a file cannot be written.
    """
    tally = Tally()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        manifest = f".crm-tui-{kind}.json" if kind in _BESIDE else MANIFEST
        known = _manifest(folder / manifest)
        names = {_uid(data): path.name for path, data in items(folder, suffix)}
        fresh: dict[str, str] = {}
        for usual, text in named:
            data = text.encode("utf-8")
            # another program may have given the item's file another name
            name = usual if (folder / usual).exists() else names.get(_uid(data) or b"-", usual)
            fresh[name] = _digest(data)
            path = folder / name
            there = _digest(path.read_bytes()) if path.is_file() else None
            if there == fresh[name]:
                tally.unchanged += 1
            elif there is not None and there != known.get(name) and not force:
                tally.left += 1
                fresh[name] = known.get(name, "")
            else:
                _replace(path, data)
                tally.written += 1
        others = {name: mark for name, mark in known.items() if name not in fresh}
        if prune:
            for name in [each for each in others if each.endswith(suffix)]:
                tally.removed += _remove(folder / name, others.pop(name))
        whole = {name: mark for name, mark in {**others, **fresh}.items() if mark}
        if whole != known:
            _replace(folder / manifest, json.dumps(whole, indent=0, sort_keys=True).encode())
    except OSError as error:
        raise DatabaseError(f"{folder} cannot be written: {error.strerror}.", "Check the folder.") from error
    return tally


def _paths(folder: Path, suffix: str) -> Iterator[Path]:
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


def _manifest(path: Path) -> dict[str, str]:
    """File name -> mark of what was written last."""
    try:
        data = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    if not isinstance(data, dict):
        return {}
    # a name from a file is never a path
    return {
        name: mark
        for name, mark in data.items()
        if isinstance(mark, str) and name == Path(name).name and not name.startswith(".")
    }


def _uid(data: bytes) -> bytes | None:
    """The UID of the first item in a file that has one."""
    found = _UID.search(data)
    return re.sub(rb"\r?\n[ \t]", b"", found[1]).strip() if found else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


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


def _remove(path: Path, mark: str) -> int:
    """Remove a file that is still what was written; returns how many were."""
    if not path.is_file() or path.is_symlink() or _digest(path.read_bytes()) != mark:
        return 0
    path.unlink()
    return 1
