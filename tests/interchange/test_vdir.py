"""Folders with one item a file: read in order, written without harm to what others made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crm_tui.errors import InvalidDataError
from crm_tui.interchange import vdir


def named(*names: str) -> list[tuple[str, str]]:
    return [(f"{name}.vcf", f"BEGIN:VCARD\r\nUID:{name}\r\nEND:VCARD\r\n") for name in names]


def test_items_are_sorted_and_foreign_files_passed_over(tmp_path: Path) -> None:
    for name in ("b.vcf", "a.vcf", ".hidden.vcf", "note.txt", "C.VCF"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "folder.vcf").mkdir()
    found = [(path.name, data) for path, data in vdir.items(tmp_path, ".vcf")]
    assert found == [("C.VCF", b"C.VCF"), ("a.vcf", b"a.vcf"), ("b.vcf", b"b.vcf")]
    assert vdir.count(tmp_path, ".vcf") == 3


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret.vcf").write_text("secret")
    (folder / "a.vcf").write_text("a")
    (folder / "out.vcf").symlink_to(tmp_path / "secret.vcf")
    (folder / "in.vcf").symlink_to(folder / "a.vcf")
    (folder / "gone.vcf").symlink_to(folder / "nothing.vcf")
    assert [path.name for path, _ in vdir.items(folder, ".vcf")] == ["a.vcf", "in.vcf"]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataError, match="cannot be read"):
        list(vdir.items(tmp_path / "none", ".vcf"))


@pytest.mark.parametrize(
    "uid", ["../../etc/passwd", "", ".hidden", "a/b", "x" * 200, "Ünï", "a\nb", "\udc80"]
)
def test_a_uid_is_never_a_path(uid: str) -> None:
    name = vdir.file_name(uid, ".vcf")
    assert Path(name).name == name
    assert not name.startswith(".")
    assert len(name) == 36


def test_a_plain_uid_is_the_name() -> None:
    assert vdir.file_name("a1-b2@example.com", ".vcf") == "a1-b2@example.com.vcf"


def test_what_says_the_same_is_left_untouched(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert vdir.write(folder, named("a", "b"), ".vcf") == vdir.Tally(written=2)
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*.vcf")}
    assert vdir.write(folder, named("a", "b"), ".vcf") == vdir.Tally(unchanged=2)
    assert before == {path: path.stat().st_mtime_ns for path in folder.glob("*.vcf")}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_only_what_was_written_here_is_removed(tmp_path: Path) -> None:
    vdir.write(tmp_path, named("a", "b", "c"), ".vcf")
    (tmp_path / "foreign.vcf").write_text("BEGIN:VCARD")
    (tmp_path / "b.vcf").write_text("changed elsewhere")
    assert vdir.write(tmp_path, named("a"), ".vcf") == vdir.Tally(unchanged=1, removed=1)
    assert sorted(path.name for path in tmp_path.glob("*.vcf")) == ["a.vcf", "b.vcf", "foreign.vcf"]


def test_another_suffix_is_not_pruned(tmp_path: Path) -> None:
    vdir.write(tmp_path, [("a.ics", "x")], ".ics")
    vdir.write(tmp_path, named("a"), ".vcf")
    assert (tmp_path / "a.ics").exists()
    assert vdir.write(tmp_path, [], ".ics").removed == 1


def test_what_others_changed_is_overwritten_only_when_forced(tmp_path: Path) -> None:
    vdir.write(tmp_path, named("a"), ".vcf")
    (tmp_path / "a.vcf").write_text("changed elsewhere")
    assert vdir.write(tmp_path, named("a"), ".vcf") == vdir.Tally(left=1)
    assert (tmp_path / "a.vcf").read_text() == "changed elsewhere"
    assert vdir.write(tmp_path, named("a"), ".vcf", force=True) == vdir.Tally(written=1)
    assert vdir.write(tmp_path, named("a"), ".vcf") == vdir.Tally(unchanged=1)


def test_an_item_keeps_the_name_another_program_gave_it(tmp_path: Path) -> None:
    (tmp_path / "random.vcf").write_text("BEGIN:VCARD\nUID:a\nFN:Old\nEND:VCARD\n")
    assert vdir.write(tmp_path, named("a"), ".vcf") == vdir.Tally(left=1)
    assert vdir.write(tmp_path, named("a"), ".vcf", force=True) == vdir.Tally(written=1)
    assert [path.name for path in tmp_path.glob("*.vcf")] == ["random.vcf"]


def test_a_list_of_files_from_outside_removes_nothing_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    victim = tmp_path / "victim.vcf"
    victim.write_text("x")
    mark = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    (folder / vdir.MANIFEST).write_text(json.dumps({"../victim.vcf": mark, str(victim): mark}))
    assert vdir.write(folder, [], ".vcf") == vdir.Tally()
    assert victim.exists()
