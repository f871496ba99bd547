"""A folder that another program works in: whatever is in doubt leaves its files alone, and loses nothing of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.loading.drafts import OnMatch, Outcome
from crm_tui.errors import ConflictError
from crm_tui.interchange.export_formats import chosen, fill
from crm_tui.interchange.vdir import MANIFEST, Tally
from crm_tui.store.backup import back_up
from tests.folders import CARDS, ENTRIES, NOW, Shape, Shared


@pytest.fixture(params=[CARDS, ENTRIES], ids=["cards", "entries"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shared]:
    """A base with a record, and a folder with its file."""
    shape: Shape = request.param
    found = Shared(shape, tmp_path)
    found.add()
    found.export()
    yield found
    found.crm.close()


@pytest.fixture
def cards(tmp_path: Path) -> Iterator[Shared]:
    """A base with a person, and a folder with the card."""
    found = Shared(CARDS, tmp_path)
    found.add()
    found.export()
    yield found
    found.crm.close()


def test_a_dry_run_makes_nothing_known(shared: Shared) -> None:
    data = shared.edit(shared.file())
    shared.stranger()
    told: list[Outcome] = []
    shared.load(dry_run=True, report=told.append)
    assert sorted(each.verdict.value for each in told) == ["changed", "new"]
    assert shared.export() == Tally(left=1)
    assert shared.files()[0].read_bytes() == data


def test_an_import_that_is_taken_back_leaves_its_files_alone(shared: Shared) -> None:
    path = shared.file()
    data = shared.edit(path)
    new = shared.stranger()
    shared.load()
    shared.crm.undo()
    assert shared.export() == Tally(left=1)
    assert (path.read_bytes(), new.read_text()) == (data, shared.shape.stranger)
    shared.crm.redo()
    assert shared.export() == Tally(written=2)


def test_an_import_that_is_taken_back_after_an_export_loses_nothing(shared: Shared) -> None:
    path = shared.file()
    shared.edit(path)
    new = shared.stranger()
    operation = shared.load().operation
    shared.export()
    data = path.read_bytes(), new.read_bytes()
    shared.crm.undo(operation)
    # what stands there was written here, but it is what they wrote
    assert shared.export() == Tally(left=1)
    assert (path.read_bytes(), new.read_bytes()) == data
    again = shared.load()
    assert (again.created, again.updated) == (1, 1)
    assert shared.export() == Tally(unchanged=2)


def test_an_older_import_is_not_taken_back_alone(shared: Shared) -> None:
    path = shared.file()
    shared.edit(path)
    first = shared.load().operation
    shared.edit(path, "there")
    shared.load()
    with pytest.raises(ConflictError):
        shared.crm.undo(first)
    shared.crm.undo()
    assert shared.export() == Tally(left=1)


def test_going_back_to_an_earlier_content_is_a_change(shared: Shared) -> None:
    path = shared.file()
    written = path.read_bytes()
    first = shared.edit(path)
    shared.load()
    path.write_bytes(written)
    assert shared.export() == Tally(left=1)
    shared.edit(path, "there")
    shared.load()
    path.write_bytes(first)
    assert shared.export() == Tally(left=1)
    assert shared.load().updated == 1
    assert shared.export() == Tally(written=1)
    assert f"{shared.shape.theirs}:here" in shared.says(path)


def test_going_back_to_what_was_imported_once(shared: Shared) -> None:
    path = shared.file()
    data = shared.edit(path)
    shared.load()
    shared.export()
    path.write_bytes(data)
    assert shared.export() == Tally(left=1)
    assert shared.load().unchanged == 1
    assert shared.export() == Tally(written=1)
    # under another name, too
    path.write_bytes(data)
    other = path.rename(path.with_name(f"other{shared.shape.suffix}"))
    for _ in range(2):
        assert shared.export() == Tally(left=1)
    assert other.read_bytes() == data
    shared.load()
    assert shared.export() == Tally(written=1)


def test_a_record_put_away_and_back(shared: Shared) -> None:
    path = shared.stranger()
    shared.load()
    shared.export()
    for _ in range(2):
        assert shared.export("id:1") == Tally(unchanged=1, removed=1)
        assert shared.export("id:1") == Tally(unchanged=1)
        assert shared.export() == Tally(unchanged=1, written=1)
    assert len(shared.files()) == 2
    assert not path.exists()


def test_a_rejected_file_stays_as_it_is(shared: Shared) -> None:
    path = shared.file()
    path.write_bytes(path.read_bytes().replace(b"END:V", b"END:X"))
    data = path.read_bytes()
    assert shared.load().rejected >= 1
    assert shared.export() == Tally(left=1)
    assert path.read_bytes() == data


def test_a_skipped_file_stays_as_it_is(shared: Shared) -> None:
    path = shared.file()
    shared.edit(path)
    assert shared.load(on_match=OnMatch.SKIP).skipped == 1
    assert shared.export() == Tally(left=1)


def test_a_file_with_several_items_stays_as_it_is(shared: Shared) -> None:
    path = shared.file()
    shared.edit(path)
    shared.stranger()
    more = shared.folder / f"random{shared.shape.suffix}"
    path.write_bytes(path.read_bytes() + more.read_bytes())
    more.unlink()
    data = path.read_bytes()
    shared.load()
    # neither of the two is written anywhere else
    assert shared.export() == Tally(left=2)
    assert shared.files() == [path]
    assert path.read_bytes() == data


def test_two_files_of_one_record(shared: Shared) -> None:
    path = shared.file()
    shared.edit(path)
    copy = path.with_name(f"copy{shared.shape.suffix}")
    copy.write_bytes(path.read_bytes())
    shared.edit(copy, "there")
    shared.load()
    assert shared.export() == Tally(left=1)
    assert [f"{shared.shape.theirs}:" in shared.says(each) for each in shared.files()] == [True, True]


def test_an_older_database_asks(shared: Shared, tmp_path: Path) -> None:
    back_up(shared.crm.path, tmp_path / "old.db")
    shared.change(1)
    shared.export()
    path = shared.file()
    newest = path.read_bytes()
    with Crm.open(tmp_path / "old.db", now=NOW) as old:
        way = chosen(shared.shape.make, shared.shape.kind)
        for _ in range(2):
            rows = way.rows(old, shared.shape.kind, None)
            assert fill(old, way, shared.shape.kind, rows, shared.folder) == Tally(left=1)
        assert path.read_bytes() == newest
        shared.crm.close()
        shared.crm = old
        assert shared.load().updated == 1
        assert shared.export().left == 0


def test_another_database_reads_everything(shared: Shared, tmp_path: Path) -> None:
    other = Shared(shared.shape, tmp_path / "other")
    other.folder = shared.folder
    assert other.load().created == 1
    assert other.load().operation is None
    other.crm.close()


def test_another_database_removes_nothing(shared: Shared, tmp_path: Path) -> None:
    path = shared.file()
    data = path.read_bytes()
    other = Shared(shared.shape, tmp_path / "other")
    other.folder = shared.folder
    # entries of two databases go by the same UID when they have the same number and were made in the same second
    other.delete(other.add("Albert"))
    other.add("Bert")
    assert other.export() == Tally(written=1)
    assert other.export() == Tally(unchanged=1)
    assert path.read_bytes() == data
    # what the first one wrote is known to it again once it says the same
    assert shared.export() == Tally(unchanged=1)
    shared.change(1)
    assert shared.export() == Tally(written=1)
    other.crm.close()


def test_the_list_of_what_was_written_is_lost(shared: Shared) -> None:
    (shared.folder / MANIFEST).write_text("{broken")
    assert shared.export() == Tally(unchanged=1)
    (shared.folder / MANIFEST).unlink()
    shared.change(1)
    assert shared.export() == Tally(left=1)


def test_options_that_ask_for_more_read_every_file(cards: Shared) -> None:
    assert cards.load(tags=["fair"]).updated == 1
    assert list(cards.crm.contacts.get(1).tags) == ["fair"]


def test_a_single_file_of_the_folder_becomes_known(shared: Shared) -> None:
    path = shared.file()
    shared.edit(path)
    assert shared.load(path).updated == 1
    assert shared.export() == Tally(written=1)
    new = shared.stranger()
    shared.load(new)
    assert shared.export() == Tally(written=1, unchanged=1)
    assert len(shared.files()) == 2


def test_a_file_that_says_the_same_in_other_words_is_only_noted(cards: Shared) -> None:
    path = cards.file()
    path.write_bytes(path.read_bytes().replace(b"END:VCARD", b"REV:20260302T090000Z\r\nEND:VCARD"))
    assert cards.load(dry_run=True).notices == []
    found = cards.load()
    assert (found.updated, found.unchanged, found.operation is not None) == (0, 1, True)
    assert found.notices == [
        "No record was changed; only which of them the file holds was noted, for the next time."
    ]
    again = cards.load()
    assert (again.unchanged, again.operation, again.notices) == (1, None, [])


def test_a_moved_folder(shared: Shared) -> None:
    shared.edit(shared.file())
    shared.load()
    shared.export()
    shared.folder = shared.folder.rename(shared.folder.with_name("moved"))
    shared.change(1)
    assert shared.load().operation is None
    assert shared.export() == Tally(written=1)


def test_pictures_stay_in_the_file(cards: Shared) -> None:
    path = cards.file()
    picture = "QUJD" * 5000
    text = (
        path.read_bytes().decode().replace("END:VCARD", f"PHOTO;ENCODING=b;TYPE=JPEG:{picture}\r\nEND:VCARD")
    )
    path.write_bytes(text.encode())
    cards.load()
    assert cards.export() == Tally(written=1)
    assert f"PHOTO;ENCODING=b;TYPE=JPEG:{picture}\r\n" in cards.says(path)
    assert cards.export() == Tally(unchanged=1)
    cards.change(1)
    assert cards.export() == Tally(written=1)
    assert picture in cards.says(path)
    assert "TITLE:Publisher" in cards.says(path)
    cards.delete(1)
    assert cards.export() == Tally(removed=1)


def test_a_card_with_lines_that_are_none_stays_as_it_is(cards: Shared) -> None:
    path = cards.file()
    path.write_bytes(path.read_bytes().replace(b"END:VCARD", b"what is this\r\nEND:VCARD"))
    data = path.read_bytes()
    cards.load()
    assert cards.export() == Tally(left=1)
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "more", ["RRULE:FREQ=WEEKLY;COUNT=1", "RDATE:20260201T090000Z"], ids=["rule", "days"]
)
def test_a_repeating_event_stays_one(tmp_path: Path, more: str) -> None:
    """Here it is a meeting for each of its days; the one file of it is never made one of them."""
    shared = Shared(ENTRIES, tmp_path)
    shared.crm.contacts.add(name="Anna", emails=["anna@example.com"])
    shared.folder.mkdir()
    path = shared.folder / "standup.ics"
    text = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:khal-1\nDTSTART:20260201T090000Z\nDURATION:PT1H\n"
        "SUMMARY:Standup\nATTENDEE:mailto:anna@example.com\nLINE\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    path.write_text(text.replace("LINE", more))
    assert shared.load().created >= 1
    way = chosen("ics", "interactions")
    tally = fill(shared.crm, way, "interactions", way.rows(shared.crm, "interactions", None), shared.folder)
    assert tally.left >= 1
    assert path.read_text() == text.replace("LINE", more)
    # one that does not repeat is written in its place
    path.write_text(text.replace("LINE", "LOCATION:Here").replace("khal-1", "khal-2"))
    shared.load()
    tally = fill(shared.crm, way, "interactions", way.rows(shared.crm, "interactions", None), shared.folder)
    assert "LOCATION:Here" in path.read_text()
    assert "PRODID:-//crm-tui" in path.read_text()
    shared.crm.close()


def test_companies_and_people_in_one_folder(cards: Shared) -> None:
    cards.crm.companies.add(name="Acme")
    way = chosen("vcard", "companies")

    def companies() -> Tally:
        return fill(cards.crm, way, "companies", way.rows(cards.crm, "companies", None), cards.folder)

    assert companies() == Tally(written=1)
    for path in cards.files():
        cards.edit(path)
    assert cards.load().updated >= 1
    assert cards.export() == Tally(written=1)
    assert companies() == Tally(written=1)
    assert (cards.export(), companies(), cards.load().operation) == (
        Tally(unchanged=1), Tally(unchanged=1), None,
    )  # fmt: skip


def test_a_name_that_is_no_text(cards: Shared) -> None:
    path = cards.folder / os.fsdecode(b"\xff.vcf")
    path.write_text(cards.shape.stranger)
    assert cards.load().created == 1
    assert cards.load().operation is None
    assert cards.export() == Tally(unchanged=1, left=1)
    assert path.read_text() == cards.shape.stranger


def test_a_list_of_an_earlier_version(shared: Shared) -> None:
    """It has names and marks only."""
    path = shared.folder / MANIFEST
    noted = json.loads(path.read_text())
    del noted[".base"]
    path.write_text(json.dumps(noted))
    assert shared.load().operation is None
    shared.change(1)
    assert shared.export() == Tally(written=1)
    assert ".base" in json.loads(path.read_text())


_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.folders import CARDS, Shared
shared = Shared(CARDS, Path(sys.argv[1]))
way_of = shared.export
def rows(*_):
    for number, row in enumerate(shared.crm.contacts.iterate(sort="id")):
        if number == 1500:
            os.kill(os.getpid(), signal.SIGKILL)
        yield row
import crm_tui.interchange.export_formats as formats
way = formats.chosen("vcard", "contacts")
formats.fill(shared.crm, way, "contacts", way.of(shared.crm, "contacts", rows()), shared.folder)
"""


def test_an_export_that_is_killed_errs_toward_asking(tmp_path: Path) -> None:
    shared = Shared(CARDS, tmp_path)
    for number in range(1600):
        shared.crm.contacts.add(name=f"Person {number}")
    shared.crm.close()
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path)], cwd=root, env={**os.environ, "PYTHONPATH": str(root)},
        check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr.decode()
    shared = Shared(CARDS, tmp_path)
    written = shared.files()
    assert 0 < len(written) < 1600
    assert not (shared.folder / MANIFEST).exists()
    # not noted: known by saying the same, else left alone
    shared.change(1)
    assert shared.export() == Tally(written=1600 - len(written), unchanged=len(written) - 1, left=1)
    assert shared.load().rejected == 0
    assert shared.export().left == 0
    shared.crm.close()


def test_what_the_list_may_say(shared: Shared) -> None:
    noted = json.loads((shared.folder / MANIFEST).read_text())
    assert re.fullmatch(r"[0-9a-f]{16} \d+", noted.pop(".base"))
    assert list(noted) == [shared.file().name]
    shutil.rmtree(shared.folder)
    assert shared.export() == Tally(written=1)
