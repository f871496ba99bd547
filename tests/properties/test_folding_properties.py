"""Folding without the package anyascii gives exactly what folding with it gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from unicodedata import normalize

from anyascii import anyascii
from hypothesis import given
from hypothesis import strategies as st

from crm_tui import letters
from crm_tui.folding import CONTROLS, fold
from tests.letters import BLOCKS, block, module

KNOWN = st.characters(codec="utf-8", min_codepoint=0, max_codepoint=0x206F)
ANY = st.characters()


def reference(text: str) -> str:
    """The fold as its rules say it, character by character."""
    composed = normalize("NFC", text) if not text.isascii() else text
    plain = "".join(CONTROLS[ord(each)] if ord(each) in CONTROLS else anyascii(each) for each in composed)
    return " ".join(plain.lower().replace("'", "").replace("`", "").replace("q", "k").split())


@given(st.text(st.one_of(KNOWN, ANY), max_size=60))
def test_any_text_folds_as_by_the_rules(text: str) -> None:
    assert fold(text) == reference(text)


def test_every_letter_folds_as_by_the_rules() -> None:
    for number in (*BLOCKS, 0x30, 0x4E, 0xAC, 0x1F6, 0x2FA):
        for code in range(number << 8, (number + 1) << 8):
            assert fold(f"x{chr(code)}x") == reference(f"x{chr(code)}x"), hex(code)


def test_the_letters_are_those_of_the_package() -> None:
    assert {number: block(number) for number in BLOCKS} == letters.LETTERS
    # python -m tests.letters makes it so
    assert Path(letters.__file__).read_text(encoding="utf-8") == module()


def test_names_of_many_languages_need_no_package() -> None:
    names = [
        "Məmmədov Işık İstanbul",
        "Әлия Қайрат Ұлы",
        "Łukasz Müller Straße",
        "Γιώργος",
        "Սարգիս",
        "مريم",
        "გიორგი",
    ]
    code = f"import sys; from crm_tui.folding import fold; [fold(each) for each in {names!r}];"
    code += "print([each for each in ('anyascii', 're', 'typing', 'zipfile') if each in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert done.stdout.strip() == "[]"
