"""The one table of what reads each make of file."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from crm_tui.interchange import options
from crm_tui.interchange.formats import SUFFIXES, TABLE, folder_makes, told
from crm_tui.interchange.loaders import MAKES, loader, words
from crm_tui.interchange.options import Options


def test_everything_that_can_be_imported_has_a_loader_and_words() -> None:
    assert set(MAKES) == set(options.OTHERS)
    assert set(SUFFIXES.values()) <= set(MAKES)
    assert {loader(make).__module__ for make in (TABLE, *MAKES)} == {
        f"crm_tui.interchange.{name}"
        for name in ("importer", "vcard.loading", "ical.loading", "mail.loading")
    }
    known = {each.name for each in fields(Options)}
    assert all(set(make.meant) <= known for make in MAKES.values())


@pytest.mark.parametrize(
    ("make", "file", "folder"),
    [
        (TABLE, ("line", "row"), ("line", "row")),
        ("vcard", ("line", "card"), ("item", "card")),
        ("ics", ("line", "entry"), ("item", "entry")),
        ("mbox", ("message", "message"), ("message", "message")),
        ("maildir", ("message", "message"), ("message", "message")),
    ],
    ids=[TABLE, *MAKES],
)
def test_how_one_speaks_of_it(
    tmp_path: Path, make: str, file: tuple[str, str], folder: tuple[str, str]
) -> None:
    for path, expected in ((tmp_path / "file", file), (tmp_path, folder)):
        found = words(make, path)
        assert (found.place, found.row) == expected
        assert found.places == f"{found.place}s"


def test_what_a_folder_can_be_imported_as(tmp_path: Path) -> None:
    made = {
        "nothing": ([], ["readme.txt", ".hidden.vcf"]),
        "both": ([], ["a.vcf", "b.ICS"]),
        "mail": (["cur", "new", "tmp"], ["a.vcf"]),
        "apple": ([], ["mbox", "table_of_contents"]),
        "no mail": ([], ["new", "cur"]),
    }
    found = {}
    for name, (folders, files) in made.items():
        (tmp_path / name).mkdir()
        for each in folders:
            (tmp_path / name / each).mkdir()
        for each in files:
            (tmp_path / name / each).touch()
        found[name] = folder_makes(tmp_path / name)
    assert found == {
        "nothing": [],
        "both": ["vcard", "ics"],
        "mail": ["maildir"],
        "apple": ["mbox"],
        "no mail": [],
    }
    assert told(tmp_path / "both") == "vcard"
