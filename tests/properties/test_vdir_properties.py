"""Whatever two programs do in a folder: what the other one wrote, and what was not imported, is never lost."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.errors import ConflictError, NothingToUndoError
from tests.folders import CARDS, ENTRIES, Shape, Shared

STEPS = (
    "change",
    "delete",
    "add",
    "edit",
    "rename",
    "remove",
    "create",
    "import",
    "dry",
    "export",
    "undo",
    "back",
)


class Play:
    """Both programs at work; ``theirs`` is what no export may touch, by the names of files."""

    def __init__(self, shape: Shape, folder: Path) -> None:
        self.shared = Shared(shape, folder)
        self.shared.add("Anna")
        self.shared.add("Bo")
        self.shared.export()
        self.theirs: dict[str, bytes] = {}
        self.taken: dict[int, set[str]] = {}
        self.written: dict[str, list[bytes]] = {}
        self.known: dict[str, bytes] = {}
        self.number = 0

    def step(self, name: str, place: int) -> None:
        """One step, of the file or record at a place."""
        getattr(self, f"do_{name}")(place)

    def file(self, place: int) -> Path | None:
        found = self.shared.files()
        return found[place % len(found)] if found else None

    def record(self, place: int) -> int | None:
        service = getattr(self.shared.crm, self.shared.shape.kind)
        found = [*service.ids(None)]
        return found[place % len(found)] if found else None

    def do_change(self, place: int) -> None:
        if (record := self.record(place)) is not None:
            self.shared.change(record)

    def do_delete(self, place: int) -> None:
        if (record := self.record(place)) is not None:
            self.shared.delete(record)

    def do_add(self, place: int) -> None:
        self.number += 1
        self.shared.add(f"New {self.number}")

    def do_edit(self, place: int) -> None:
        if (path := self.file(place)) is not None:
            self.number += 1
            self.write(path, self.shared.edit(path, f"T{self.number}"))

    def write(self, path: Path, data: bytes) -> None:
        self.theirs[path.name] = data
        self.written.setdefault(path.name, []).append(data)

    def do_back(self, place: int) -> None:
        """They take something back: a file is again what they once wrote."""
        path = self.file(place)
        if path is not None and (known := self.written.get(path.name)):
            data = known[place % len(known)]
            if path.read_bytes() != data:
                path.write_bytes(data)
                self.theirs[path.name] = data
                if data == self.known.get(path.name):
                    # as it was imported, whatever it was in between
                    del self.theirs[path.name]

    def do_rename(self, place: int) -> None:
        if (path := self.file(place)) is not None:
            self.number += 1
            other = path.rename(path.with_name(f"r{self.number}{path.suffix}"))
            if (data := self.theirs.pop(path.name, None)) is not None:
                self.theirs[other.name] = data
            if (data := self.known.pop(path.name, None)) is not None:
                self.known[other.name] = data
            for names in self.taken.values():
                if path.name in names:
                    names.add(other.name)

    def do_remove(self, place: int) -> None:
        if (path := self.file(place)) is not None:
            path.unlink()
            self.theirs.pop(path.name, None)

    def do_create(self, place: int) -> None:
        self.number += 1
        path = self.shared.stranger(f"s{self.number}")
        path.write_text(path.read_text().replace("-7", f"-{self.number}").replace("Sam", f"Sam{self.number}"))
        self.write(path, path.read_bytes())

    def contents(self) -> dict[str, bytes]:
        """What is in the files."""
        return {each.name: each.read_bytes() for each in self.shared.files()}

    def do_dry(self, place: int) -> None:
        if self.shared.files():
            self.shared.load(dry_run=True)

    def do_import(self, place: int) -> None:
        if not self.shared.files():
            return
        summary = self.shared.load()
        assert not summary.rejected, summary.first_rejects
        if summary.operation is not None:
            self.taken[summary.operation] = {*self.theirs}
        self.theirs.clear()
        if place % 2:
            # nothing is left that would have to be asked about
            assert not self.shared.export().left
        self.known = self.contents()

    def do_undo(self, place: int) -> None:
        try:
            operation = self.shared.crm.undo().id
        except (NothingToUndoError, ConflictError):
            return
        there = self.contents()
        for name in self.taken.pop(operation, ()):
            self.known.pop(name, None)
            if name in there:
                # it is theirs again, whoever has written it since
                self.theirs[name] = there[name]

    def do_export(self, place: int) -> None:
        tally = self.shared.export()
        there = self.contents()
        for name, data in self.theirs.items():
            assert there.get(name) == data, name
        self.known.update((name, data) for name, data in there.items() if name not in self.theirs)
        again = self.shared.export()
        assert (again.written, again.removed) == (0, 0)
        if not tally.left and not self.theirs and there:
            assert self.shared.load().operation is None


@pytest.mark.parametrize("shape", [CARDS, ENTRIES], ids=["cards", "entries"])
@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), min_size=4, max_size=14))
def test_nothing_of_theirs_is_lost(shape: Shape, steps: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        play = Play(shape, Path(folder))
        play.shared.crm.connection.execute("PRAGMA synchronous = OFF")
        for name, place in steps:
            play.step(name, place)
        play.step("export", 0)
        play.shared.crm.close()
