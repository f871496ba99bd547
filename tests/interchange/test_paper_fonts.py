"""Which fonts are taken for which letters."""

from __future__ import annotations

from pathlib import Path
from string import ascii_letters

import pytest

from crm_tui.errors import InvalidDataError, NotFoundError
from crm_tui.interchange.papers.fonts import Family, Shelf, printable
from tests import papers

pytest.importorskip("fontTools")
CYRILLIC = "Әлияқңғө"
IDEOGRAPHS = "日本株式"


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    """A Latin font, an Azerbaijani and Kazakh one with its bold one, and one of ideographs."""
    folder = tmp_path / "fonts"
    papers.font(folder / "LiberationSans-Regular.ttf", ascii_letters)
    for name in ("NotoSans-Regular", "NotoSans-Bold", "NotoSans-Italic"):
        papers.font(folder / "deep" / f"{name}.ttf", ascii_letters + CYRILLIC)
    papers.font(folder / "Somebody's.ttf", IDEOGRAPHS)
    return folder


def test_the_first_of_the_usual_ones_that_has_every_letter(fonts: Path) -> None:
    shelf = Shelf([fonts])
    assert shelf.families("abc") == [Family(fonts / "LiberationSans-Regular.ttf", None)]
    noto = fonts / "deep"
    assert shelf.families("abcӘ") == [Family(noto / "NotoSans-Regular.ttf", noto / "NotoSans-Bold.ttf")]


def test_another_font_helps_with_ideographs(fonts: Path) -> None:
    found = Shelf([fonts]).families("abcӘ日")
    assert [each.regular.name for each in found] == ["NotoSans-Regular.ttf", "Somebody's.ttf"]


def test_a_bold_one_without_all_the_letters_is_not_taken(fonts: Path) -> None:
    papers.font(fonts / "deep" / "NotoSans-Bold.ttf", ascii_letters)
    assert Shelf([fonts]).families("abcӘ")[0].bold is None


@pytest.mark.parametrize("name", ["Noto Sans", "notosans", "NotoSans-Regular"])
def test_a_font_by_its_name(fonts: Path, name: str) -> None:
    assert Shelf([fonts]).families("abc", name)[0].regular.name == "NotoSans-Regular.ttf"


def test_a_font_by_its_file_comes_first_and_others_help(fonts: Path, tmp_path: Path) -> None:
    own = papers.font(tmp_path / "mine.ttf", "abc")
    found = Shelf([fonts]).families("abcӘ", str(own))
    assert [each.regular.name for each in found] == ["mine.ttf", "NotoSans-Regular.ttf"]


def test_what_no_font_has_is_told_letter_by_letter(fonts: Path) -> None:
    with pytest.raises(InvalidDataError) as told:
        Shelf([fonts]).families("abc\u0e01\U0001f600")
    assert told.value.message == "No font here has the letters ก (U+0E01), 😀 (U+1F600)."
    assert "invoice_font" in told.value.hint


def test_without_any_font(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataError, match="and 3 more"):
        Shelf([tmp_path / "none"]).families("abcdefgh")


def test_a_font_that_is_not_there(fonts: Path) -> None:
    with pytest.raises(NotFoundError, match='No font "Comic" is installed'):
        Shelf([fonts]).families("a", "Comic")
    with pytest.raises(NotFoundError, match="There is no font at"):
        Shelf([fonts]).families("a", str(fonts / "no.ttf"))


def test_what_is_no_font_and_what_may_not_be_embedded_is_passed_over(fonts: Path) -> None:
    (fonts / "Arial.ttf").write_bytes(b"\x00\x01\x00\x00 and nothing more")
    (fonts / "OpenSans.ttf").write_bytes(b"")
    papers.font(fonts / "Roboto.ttf", ascii_letters + "ř", fsType=2)
    assert Shelf([fonts]).families("abc")[0].regular.name == "LiberationSans-Regular.ttf"
    with pytest.raises(InvalidDataError, match="ř"):
        Shelf([fonts]).families("abcř")
    for name in ("Arial.ttf", "Roboto.ttf"):
        with pytest.raises(InvalidDataError, match="is no font that can be put into a document"):
            Shelf([fonts]).families("a", str(fonts / name))


def test_what_is_printed_of_a_text() -> None:
    assert printable("e\u0301 a\u00adb\u200d\ufe0fc\u00a0d") == "é ab\u200dc d"
