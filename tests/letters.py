"""``python -m tests.letters``: the letters that are folded without the package anyascii, made anew from it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from anyascii import anyascii

from crm_tui import letters
from crm_tui.folding import CONTROLS, fold_ascii

# Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Georgian, Latin and Greek with more marks, punctuation
BLOCKS: Final = (0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10, 0x1E, 0x1F, 0x20)
_WIDTH: Final = 100
_HEAD: Final = '''"""The folds of the letters that most names are written in: block of 256 characters -> their folds.

The folds of a block are parted by tabs. Made by ``python -m tests.letters`` from the package anyascii; a test
holds the two against each other.
"""

from __future__ import annotations

LETTERS = {
'''


def block(number: int) -> str:
    """The folds of 256 characters."""
    codes = range(number << 8, (number + 1) << 8)
    return "\t".join(CONTROLS.get(code) or fold_ascii(anyascii(chr(code))) for code in codes)


def module() -> str:
    """The text of ``crm_tui/letters.py``."""
    found = [_HEAD]
    for number in BLOCKS:
        text = block(number)
        found.append(f"    0x{number:02X}: (\n")
        for start in range(0, len(text), _WIDTH // 2):
            found.append(f"        {_quoted(text[start : start + _WIDTH // 2])}\n")
        found.append("    ),\n")
    return "".join([*found, "}\n"])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("\t", "\\t")
    return f"'{escaped}'" if '"' in escaped else f'"{escaped}"'


if __name__ == "__main__":
    Path(letters.__file__).write_text(module(), encoding="utf-8")
