"""The search key of a text, for all who search and for the mail programs that ask at each key.

Nothing is imported at the start, and the letters that most names are written in are at hand: a mail program's question
in Cyrillic costs no more than one in Latin letters. Other scripts are looked up in the package anyascii, which takes
longer to import than everything else here.
"""

from __future__ import annotations

TYPE_CHECKING = False  # the real one takes longer to import than all else here
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Literal

    Normalize = Callable[[Literal["NFC"], str], str]

MOST = 20_000
"""Characters remembered, so that hostile input cannot fill the memory."""


def fold_ascii(s: str) -> str:
    """The fold of plain letters."""
    return s.lower().replace("'", "").replace("`", "").replace("q", "k")


CONTROLS = dict.fromkeys([*range(0x20), 0x7F], " ")
_NORMALIZE: dict[str, Normalize] = {}
# The fold of every character met so far, for ``str.translate``; a plain dict, because that is twice as fast
# as one that fills itself. It only grows, so threads may share it.
_KNOWN = {code: fold_ascii(chr(code)) for code in range(0x80)} | CONTROLS


def fold(s: str) -> str:
    """The search key of a text: lower-case ASCII, one space between words, none at the ends.

    Marks, case and script are dropped (``Məmmədov``, ``Алия``), composed or not; apostrophes and the hard and
    soft sign vanish inside a word (``O'Connor``, ``Игорь``); ``q`` becomes ``k``, because the same name is
    spelt with either (Qayrat, Kayrat). Controls separate words. Folding twice changes
    nothing. ``ä``, ``ö`` and ``ü`` are ``a``, ``o`` and ``u``; ``ae``, ``oe`` and ``ue`` stay what they are.
    """
    if not s.isascii():
        return " ".join(_transliterated(_composed(s)).split())
    if not s.isprintable():
        s = s.translate(CONTROLS)
    return " ".join(fold_ascii(s).split())


def _composed(s: str) -> str:
    if "NFC" not in _NORMALIZE:
        from unicodedata import normalize

        _NORMALIZE["NFC"] = normalize
    return _NORMALIZE["NFC"]("NFC", s)


def _transliterated(s: str) -> str:
    """The text in folded ASCII characters."""
    folded = s.translate(_KNOWN)
    if folded.isascii():
        return folded
    table = _KNOWN if len(_KNOWN) < MOST else dict(_KNOWN)
    _learn(table, [ord(char) for char in set(s) if ord(char) not in table])
    return s.translate(table)


def _learn(table: dict[int, str], codes: Iterable[int]) -> None:
    """Put the folds of some characters into a table."""
    from crm_tui.letters import LETTERS

    for code in codes:
        block = code >> 8
        if block in LETTERS:
            table.update(zip(range(block << 8, (block + 1) << 8), LETTERS[block].split("\t"), strict=True))
        else:
            from anyascii import anyascii

            table[code] = fold_ascii(anyascii(chr(code)))
