"""Bytes of a message as text, whatever charset they claim to be in, without signs that a screen would obey."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Final

# codecs that are no charset of a message: they run escapes, or take a time that grows with the square of the length
_REFUSED: Final = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
_CALLED: Final = {
    "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "x-sjis": "shift_jis", "x-gbk": "gbk",
    "x-euc-jp": "euc_jp", "x-big5": "big5", "gb2312": "gb18030", "x-gb2312": "gb18030",
    "unicode-1-1-utf-7": "utf-7", "x-mac-roman": "mac_roman", "x-mac-cyrillic": "mac_cyrillic",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "iso-8859-9": "cp1254", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
}  # fmt: skip
_LONGEST_NAME: Final = 40
# what steers a terminal, hides, or turns the direction of the text; line feed and tab are left
_UNSAFE: Final = (
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff]"
)
_UNSAFE_IN_TEXT = re.compile(_UNSAFE)
_UNSAFE_IN_LINE = re.compile(rf"(?:{_UNSAFE}|\s)+")


def decoded(data: bytes, charset: str | None = None) -> str:
    """Bytes as text: in their charset if it is one and fits, else as UTF-8, else as Windows-1252."""
    for name in (codec_of(charset) if charset else None, "utf-8"):
        if name is not None:
            try:
                return data.decode(name)
            except (UnicodeError, ValueError, OverflowError):
                continue
    return data.decode(codec_of(charset or "") or "cp1252", errors="replace")


@lru_cache(maxsize=256)
def codec_of(charset: str) -> str | None:
    """The codec for a charset's name, None when it is no charset that text comes in."""
    name = charset.strip().strip("\"'").lower()
    if not name or len(name) > _LONGEST_NAME or not name.isascii() or "\x00" in name:
        return None
    name = _CALLED.get(name, name).removeprefix("x-")
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # codecs such as zip and hex are not from bytes to text
    if not getattr(found, "_is_text_encoding", False) or found.name.replace("-", "_") in _REFUSED:
        return None
    return None if found.name == "ascii" else found.name


def safe_text(text: str) -> str:
    """Text of several lines without control signs."""
    return _UNSAFE_IN_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def safe_line(text: str, longest: int) -> str:
    """Text as one line without control signs, cut to so many characters."""
    line = _UNSAFE_IN_LINE.sub(" ", text[: 8 * longest]).strip()
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
