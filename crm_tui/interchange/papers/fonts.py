"""Fonts for letters: which of the installed ones has all that is to be printed, read from the fonts themselves.

The rule it keeps: a letter that no font has is told, never left out and never another one in its place.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final, NamedTuple
from unicodedata import normalize

from crm_tui.cells import clean, is_visible
from crm_tui.errors import InvalidDataError, NotFoundError

_ENDINGS: Final = (".ttf", ".otf", ".ttc", ".otc")
_PREFERRED: Final = (
    "liberationsans", "arial", "arimo", "notosans", "opensans", "roboto", "dejavusans", "freesans", "ubuntur",
    "arialunicode", "notosanscjkregular", "notosanscjkjp", "hiraginosansgb", "pingfang", "wqyzenhei", "wqymicrohei",
)  # fmt: skip
"""Names of files, folded: the first looks as PDF's own Helvetica does, the last have the letters of East Asia."""
_REGULAR: Final = re.compile(r"[-_ ]?(?:regular|book|roman)$", re.IGNORECASE)
_STYLED: Final = re.compile(
    r"bold|italic|oblique|light|thin|black|heavy|medium|semi|demi|extra|condensed|narrow|mono|emoji|symbols?\b",
    re.IGNORECASE,
)
_BOLD: Final = ("-Bold", " Bold", "Bold", "bd", "-bold")
_UNREADABLE: Final = (OSError, ValueError, KeyError, IndexError, AssertionError, struct.error, EOFError)
_TOLD: Final = 5
_EAST: Final = 0x2E80
_RESTRICTED: Final = 0x0002  # OS/2 fsType: not to be embedded in documents


class Family(NamedTuple):
    """A font file and its bold one; None where there is none with the same letters."""

    regular: Path
    bold: Path | None


def printable(text: str) -> str:
    """A text as it is set: accents as one with their letters, what has no shape left out but for joiners."""
    return "".join(
        each if is_visible(each) or each in "\u200c\u200d" else " " if each.isspace() else ""
        for each in normalize("NFC", text)
    )


class Shelf:
    """The fonts in some folders; each is read once, when it is asked for.

    Args:
        folders: where fonts are looked for, at any depth.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._files = _files(folders)
        self._read: dict[Path, frozenset[int]] = {}

    def families(self, letters: Collection[str], named: str | None = None) -> list[Family]:
        """The fonts that have all these letters together, the one for most of them first.

        Args:
            letters: those with a shape.
            named: a file, or the name of an installed one without its ending: it comes first, whatever it has.

        Raises:
            NotFoundError: there is no font of that name.
            InvalidDataError: it cannot be used, or letters are in none of the fonts.
        """
        wanted = frozenset(map(ord, letters))
        first = self._named(named) if named else self._alone(wanted) or self._alone(_alphabetic(wanted))
        chosen = self._together(wanted, first)
        return [Family(each, self._bold(each, self._codes(each) & wanted)) for each in chosen]

    def _alone(self, wanted: frozenset[int]) -> Path | None:
        """The first of the preferred fonts that has everything."""
        usual = (each for each in self._files if _rank(each) < len(_PREFERRED))
        return next((each for each in usual if wanted <= self._codes(each)), None)

    def _together(self, wanted: frozenset[int], first: Path | None) -> list[Path]:
        """As few fonts as can be had by taking each time what has most of the rest."""
        chosen = [] if first is None else [first]
        rest = wanted - (self._codes(first) if first is not None else frozenset())
        while rest:
            # of those that have as many the first, which is the preferred one
            best = max(self._files, key=lambda each: len(self._codes(each) & rest), default=None)
            if best is None or not self._codes(best) & rest:
                raise _missing(rest)
            chosen.append(best)
            rest -= self._codes(best)
        return chosen

    def _named(self, named: str) -> Path:
        path = Path(named).expanduser()
        if "/" not in named and path.suffix.lower() not in _ENDINGS:
            found = next((each for each in self._files if _key(each.stem) == _key(named)), None)
            if found is None:
                raise NotFoundError(
                    f'No font "{clean(named)}" is installed.',
                    "Set invoice_font to the path of its file, or to another name.",
                )
            return found
        if not path.is_file():
            raise NotFoundError(f"There is no font at {clean(named)}.", "Set invoice_font to another file.")
        if not self._codes(path):
            raise InvalidDataError(
                f"{clean(named)} is no font that can be put into a document.",
                "Set invoice_font to a .ttf, .otf or .ttc file.",
            )
        return path

    def _bold(self, regular: Path, wanted: frozenset[int]) -> Path | None:
        """The bold one beside a font, if it has the same letters."""
        stems = (_REGULAR.sub("", regular.stem), regular.stem)
        names = dict.fromkeys(f"{stem}{bold}{regular.suffix}" for stem in stems for bold in _BOLD)
        files = (path for path in map(regular.with_name, names) if path.is_file())
        return next((each for each in files if wanted <= self._codes(each)), None)

    def _codes(self, path: Path) -> frozenset[int]:
        if path not in self._read:
            self._read[path] = _codes(path)
        return self._read[path]


def _files(folders: Iterable[Path]) -> list[Path]:
    """The upright fonts of normal weight, preferred ones first, those of several weights in one file last."""
    found = {
        Path(top, name)
        for folder in folders
        for top, _, names in os.walk(folder)
        for name in names
        if name.lower().endswith(_ENDINGS) and not _STYLED.search(Path(name).stem)
    }
    return sorted(
        found, key=lambda each: (_rank(each), "[" in each.name, "sans" not in each.name.lower(), each)
    )


def _rank(path: Path) -> int:
    key = _key(path.stem)
    return _PREFERRED.index(key) if key in _PREFERRED else len(_PREFERRED)


def _key(name: str) -> str:
    """The name of a file without what all fonts of normal weight are called: "NotoSans-Regular" is notosans."""
    plain = name if name.lower().startswith("notosanscjk") else _REGULAR.sub("", name)
    return re.sub(r"[^a-z0-9]", "", plain.lower())


def _codes(path: Path) -> frozenset[int]:
    """What a font has a shape for; nothing where it cannot be read, or not be put into a document."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with path.open("rb") as file, TTFont(file, lazy=True, fontNumber=0) as font:
            drawn = "glyf" in font or "CFF " in font
            if not drawn or ("OS/2" in font and font["OS/2"].fsType & _RESTRICTED):
                return frozenset()
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, *_UNREADABLE):
        return frozenset()


def _alphabetic(codes: frozenset[int]) -> frozenset[int]:
    """Those before the ideographs and syllables of East Asia, for which there are fonts of their own."""
    return frozenset(each for each in codes if each < _EAST)


def _missing(codes: Collection[int]) -> InvalidDataError:
    some = ", ".join(f"{clean(chr(code))} (U+{code:04X})" for code in sorted(codes)[:_TOLD])
    more = f" and {len(codes) - _TOLD} more" if len(codes) > _TOLD else ""
    return InvalidDataError(
        f"No font here has the letters {some}{more}.",
        "Install one that has them, such as Noto Sans or Noto Sans CJK, or set invoice_font to its file. A page, -f"
        " html, needs none.",
    )
