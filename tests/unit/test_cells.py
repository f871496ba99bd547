"""What reaches the terminal, and how wide it is there."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from rich._unicode_data import load
from rich.cells import cell_len, get_character_cell_size

from crm_tui.cells import cell_width, clean, clean_lines, cut, is_clean, pad

BIDI_CONTROLS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("a\x1b[31mb", "a␛[31mb"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\x9b31mb", "a<U+009B>31mb"),
        ("a\x00b\x7f", "a␀b␡"),
        ("one\ntwo\r\nthree\rfour\tfive", "one two three four five"),
        ("\u202egnp.exe", "<U+202E>gnp.exe"),
        ("\u2066a\u2069", "<U+2066>a<U+2069>"),
        ("a\u200eb\u200fc\u061cd", "a<U+200E>b<U+200F>c<U+061C>d"),
        ("a\u2028b\u2029c", "a<U+2028>b<U+2029>c"),
        ("\ufeffa", "<U+FEFF>a"),
        ("a\ud800b\udfffc", "a\ufffdb\ufffdc"),
        ("\ufff9a\ufffab\ufffb", "<U+FFF9>a<U+FFFA>b<U+FFFB>"),
    ],
)
def test_clean_makes_visible(data: str, shown: str) -> None:
    assert not is_clean(data)
    assert clean(data) == shown
    assert is_clean(shown)


@pytest.mark.parametrize(
    "data", ["", "Anna", "[/] [@click=app.quit]x[/]", "می\u200cخواهم", "👨\u200d👩\u200d👧", "Məmmədov é"]
)
def test_clean_returns_the_same_object_when_nothing_is_to_do(data: str) -> None:
    assert clean(data) is data


def test_no_character_of_a_forbidden_kind_gets_through() -> None:
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        kind = unicodedata.category(char)
        if kind in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(char) in BIDI_CONTROLS:
            assert not is_clean(char), hex(code)
        elif kind[0] in "LMNPS" or char in "\u200c\u200d":
            assert is_clean(char), hex(code)


def test_clean_lines() -> None:
    assert clean_lines("a\x1b\nb\r\n\nc\rd") == ["a␛", "b", "", "c", "d"]
    assert clean_lines("") == [""]
    assert clean_lines("a\u2028b\x0bc") == ["a<U+2028>b␋c"]


SAMPLES = [
    ("Anna", 4),
    ("Məmmədov", 8),
    ("Игорь", 5),
    ("e\u0301a", 2),
    ("王小明", 6),
    ("한국", 4),
    (unicodedata.normalize("NFD", "한국"), 4),
    ("ｶﾅ", 2),
    ("カナ", 4),
    ("👍🏽", 2),
    ("👨‍👩‍👧 x", 4),
    ("🇦🇿", 2),
    ("🇦🇿🇹🇷", 4),
    ("🇦🇿🇹", 3),
    ("1️⃣", 2),
    ("❤️", 2),
    ("❤", 1),
    ("👩‍❤️‍👨", 2),
    ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2),
    ("क्षि", 2),
    ("ป้า", 2),
    ("می\u200cخواهم", 7),
    ("\u0301", 0),
    ("\u200d", 0),
    ("\u200dé", 0),
    ("\ufe0f", 0),
    ("a\x00\n", 1),
    ("", 0),
]


@pytest.mark.parametrize(("text", "width"), SAMPLES)
def test_cell_width_is_what_rich_draws(text: str, width: int) -> None:
    assert cell_width(text) == width == cell_len(text)


def test_every_assigned_character_is_as_wide_as_in_rich() -> None:
    for code in range(0x20, sys.maxunicode + 1):
        char = chr(code)
        if unicodedata.category(char) not in ("Cn", "Cs", "Co"):
            assert cell_width(char) == get_character_cell_size(char), hex(code)


def test_every_emoji_form_is_as_wide_as_in_rich() -> None:
    for char in load("auto").narrow_to_wide:
        assert cell_width(char + "\ufe0f") == cell_len(char + "\ufe0f") == 2


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("Anna Kovalenko", 14, "Anna Kovalenko"),
        ("Anna Kovalenko", 6, "Anna …"),
        ("Anna", 1, "…"),
        ("Anna", 0, ""),
        ("Anna", -3, ""),
        ("", 0, ""),
        ("Məmmədov", 4, "Məm…"),
        ("王小明", 5, "王小…"),
        ("王小明", 4, "王…"),
        ("王小明", 6, "王小明"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("👨‍👩‍👧👨‍👩‍👧", 3, "👨‍👩‍👧…"),
        ("👨‍👩‍👧x", 2, "…"),
        ("🇦🇿🇹🇷", 3, "🇦🇿…"),
        ("🇦🇿🇹🇷", 2, "…"),
        ("a❤️b", 3, "a…"),
        ("👍🏽👍🏽", 3, "👍🏽…"),
    ],
)
def test_cut(text: str, width: int, expected: str) -> None:
    assert cut(text, width) == expected


def test_cut_does_not_read_a_whole_book() -> None:
    assert cut("я" * 1_000_000, 5) == "яяяя…"
    assert cut("a" * 1_000_000, 5) == "aaaa…"
    stacked = cut("a" + "\u0301" * 1_000_000, 5)
    assert len(stacked) < 200
    assert cell_width(stacked) == 2


def test_pad() -> None:
    assert pad("ab", 5) == "ab   "
    assert pad("ab", 5, "right") == "   ab"
    assert pad("ab", 5, "center") == " ab  "
    assert pad("王小明", 5) == "王小…"
    assert pad("王小明", 4) == "王… "
    assert pad("王小明", 4, "right") == " 王…"
    assert pad("ab", 0) == ""
    assert cell_len(pad("ab\u200d", 5)) == 5
