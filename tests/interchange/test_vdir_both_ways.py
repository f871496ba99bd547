"""A folder that another program works in, both ways: each state of a record with each state of its file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_tui.interchange.vdir import Tally
from tests.folders import CARDS, ENTRIES, Shape, Shared


@pytest.fixture(params=[CARDS, ENTRIES], ids=["cards", "entries"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shared]:
    """An empty base and a folder."""
    shape: Shape = request.param
    found = Shared(shape, tmp_path)
    yield found
    found.crm.close()


def exported(shared: Shared) -> tuple[int, Path]:
    """A record and its file, as both are after an export."""
    record = shared.add()
    assert shared.export() == Tally(written=1)
    return record, shared.file()


@pytest.mark.parametrize("ours", ["unchanged", "changed", "deleted"])
def test_a_file_nobody_touched(shared: Shared, ours: str) -> None:
    record, path = exported(shared)
    if ours == "changed":
        shared.change(record)
    if ours == "deleted":
        shared.delete(record)
    # an import takes nothing back of what was done here since
    assert (shared.load().unchanged, shared.load().operation) == (1, None)
    before = path.read_bytes()
    tally = {"unchanged": Tally(unchanged=1), "changed": Tally(written=1), "deleted": Tally(removed=1)}[ours]
    assert shared.export() == tally
    assert path.exists() == (ours != "deleted")
    if ours == "changed":
        assert path.read_bytes() != before


@pytest.mark.parametrize("ours", ["unchanged", "changed", "deleted"])
def test_a_file_that_was_changed_and_not_imported(shared: Shared, ours: str) -> None:
    record, path = exported(shared)
    data = shared.edit(path)
    if ours == "changed":
        shared.change(record)
    if ours == "deleted":
        shared.delete(record)
    expected = Tally() if ours == "deleted" else Tally(left=1)
    assert shared.export() == expected
    # and again, and however often
    assert shared.export() == expected
    assert path.read_bytes() == data


@pytest.mark.parametrize("ours", ["unchanged", "changed", "deleted"])
def test_a_file_that_was_changed_and_imported(shared: Shared, ours: str) -> None:
    record, path = exported(shared)
    shared.edit(path)
    assert shared.load().updated == 1
    if ours == "changed":
        shared.change(record)
    if ours == "deleted":
        shared.delete(record)
    again = shared.load()
    # a record that was deleted does not come back by what it was made of
    assert (again.unchanged, again.operation) == (1, None)
    if ours == "deleted":
        assert shared.export() == Tally(removed=1)
        return
    assert shared.export() == Tally(written=1)
    assert f"{shared.shape.theirs}:here" in shared.says(path)
    assert shared.export() == Tally(unchanged=1)
    again = shared.load()
    assert (again.unchanged, again.operation) == (1, None)
    shared.delete(record)
    assert shared.load().operation is None
    assert shared.export() == Tally(removed=1)


@pytest.mark.parametrize("ours", ["unchanged", "changed"])
def test_a_file_that_was_removed_stays_away(shared: Shared, ours: str) -> None:
    record, path = exported(shared)
    path.unlink()
    if ours == "changed":
        shared.change(record)
    assert shared.export() == Tally(gone=1)
    assert shared.export() == Tally(gone=1)
    assert not shared.files()
    assert shared.export(force=True) == Tally(written=1)
    assert shared.export() == Tally(unchanged=1)


def test_a_file_that_was_removed_with_its_record(shared: Shared) -> None:
    record, path = exported(shared)
    path.unlink()
    shared.delete(record)
    assert shared.export() == Tally()


def test_a_file_of_theirs_that_was_removed_stays_away(shared: Shared) -> None:
    exported(shared)
    path = shared.stranger()
    shared.load()
    shared.export()
    path.unlink()
    assert shared.export() == Tally(unchanged=1, gone=1)
    assert not path.exists()
    assert len(shared.files()) == 1


def test_a_file_that_was_renamed(shared: Shared) -> None:
    record, path = exported(shared)
    other = path.rename(path.with_name(f"renamed{shared.shape.suffix}"))
    assert shared.load().operation is None
    assert shared.export() == Tally(unchanged=1)
    shared.change(record)
    assert shared.export() == Tally(written=1)
    assert shared.files() == [other]
    other = other.rename(path.with_name(f"again{shared.shape.suffix}"))
    shared.delete(record)
    assert shared.load().operation is None
    assert shared.export() == Tally(removed=1)


def test_a_file_that_was_renamed_and_changed(shared: Shared) -> None:
    _, path = exported(shared)
    other = path.rename(path.with_name(f"renamed{shared.shape.suffix}"))
    shared.edit(other)
    assert shared.export() == Tally(left=1)
    shared.load()
    assert shared.export() == Tally(written=1)
    assert shared.files() == [other]


@pytest.mark.parametrize("ours", ["unchanged", "changed", "deleted"])
def test_a_new_file_that_was_imported(shared: Shared, ours: str) -> None:
    exported(shared)
    path = shared.stranger()
    assert shared.load().created == 1
    if ours == "changed":
        shared.change(2)
    if ours == "deleted":
        shared.delete(2)
    if ours == "deleted":
        # nothing of ours was ever written there
        assert shared.export() == Tally(unchanged=1)
        assert path.read_text() == shared.shape.stranger
        again = shared.load()
        assert (again.operation, len(again.notices)) == (None, 1)
        # asked for by its name it does come back
        assert shared.load(path).created == 1
        assert shared.export() == Tally(written=1, unchanged=1)
        return
    assert shared.export() == Tally(written=1, unchanged=1)
    # in the very file, under the UID it has
    assert len(shared.files()) == 2
    assert "-7" in shared.says(path)
    assert shared.export() == Tally(unchanged=2)
    assert shared.load().operation is None


def test_a_new_file_that_was_not_imported(shared: Shared) -> None:
    exported(shared)
    path = shared.stranger()
    assert shared.export() == Tally(unchanged=1)
    assert path.read_text() == shared.shape.stranger


def test_a_new_file_without_a_uid_is_written_in_place(shared: Shared) -> None:
    exported(shared)
    path = shared.stranger()
    path.write_text(
        "\n".join(each for each in shared.shape.stranger.split("\n") if not each.startswith("UID"))
    )
    assert shared.load().created == 1
    assert shared.export() == Tally(written=1, unchanged=1)
    assert len(shared.files()) == 2
    assert "UID:" in shared.says(path)


def test_an_item_of_another_uid_has_the_name(shared: Shared) -> None:
    record, path = exported(shared)
    path.unlink()
    shared.stranger(path.stem)
    assert shared.load().created == 1
    shared.change(record)
    assert shared.export() == Tally(written=2)
    assert "Sam" in shared.says(path)
    (other,) = (each for each in shared.files() if each != path)
    assert "Anna" in shared.says(other)
    assert shared.export() == Tally(unchanged=2)


def test_what_a_filter_leaves_out_of_a_folder(shared: Shared) -> None:
    exported(shared)
    path = shared.stranger()
    shared.load()
    # what others made goes only once it was written here
    assert shared.export("id:1") == Tally(unchanged=1)
    assert path.exists()
    shared.export()
    assert shared.export("id:1") == Tally(unchanged=1, removed=1)
    assert shared.export() == Tally(written=1, unchanged=1)
