"""The text of an HTML message: words, line breaks and quotes; no scripts, styles, comments or images.

A scanner of its own, because the library's parser takes a time that grows with the square of the length on tags that
never close. This one looks at each character a bounded number of times.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

LONGEST: Final = 400_000
"""Characters that are looked at; more is no letter."""
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})(?:[^>\"']*+(?:\"[^\"]*+\"|'[^']*+')?+)*+>")
_WINDOW: Final = 2000
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_HIDDEN: Final = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "select"}
)
_CODE: Final = frozenset({"script", "style", "template", "svg", "math"})
_BREAKS: Final = frozenset(
    {"br", "tr", "li", "div", "dt", "dd", "hr", "address", "section", "article", "blockquote"}
)
_PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre"})
_MOST_QUOTES: Final = 5


class _Lines:
    """Collects words into lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.quotes = 0
        self.unclosed: set[str] = set()
        self._words: list[str] = []

    def say(self, text: str) -> None:
        """Add words to the line."""
        if text:
            self._words.append(text)

    def end(self, *, gap: bool = False) -> None:
        """End the line if it has begun; ``gap`` leaves an empty one where there is none yet."""
        line = _SPACE.sub(" ", unescape("".join(self._words))).strip()
        self._words.clear()
        mark = "> " * min(self.quotes, _MOST_QUOTES)
        if line:
            self.lines.append(mark + line)
        if gap and self.lines and self.lines[-1] != mark.strip():
            self.lines.append(mark.strip())

    @property
    def begun(self) -> bool:
        """Whether the line has words."""
        return any(not each.isspace() for each in self._words)


def text_of(html: str) -> str:
    """The text of a page; quoted blocks have ``> `` before their lines."""
    html = html[:LONGEST]
    out = _Lines()
    place, length = 0, len(html)
    while place < length:
        start = html.find("<", place)
        if start < 0:
            out.say(html[place:])
            break
        out.say(html[place:start])
        place = _after_markup(html, start, out)
    out.end()
    return "\n".join(out.lines).strip()


def _after_markup(html: str, start: int, out: _Lines) -> int:
    """Read what begins with the bracket at ``start``; returns where it ends."""
    match = _TAG.match(html, start, start + _WINDOW)
    if match is not None:
        closing, name = bool(match[1]), match[2].lower()
        if name in _HIDDEN and not closing:
            return _after_hidden(html, match.end(), name, out)
        _mark(name, out, closing=closing)
        return match.end()
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return end + 3 if end > 0 else len(html)
    following = html[start + 1 : start + 2]
    if following.isalpha() or following in ("/", "!", "?"):
        end = html.find(">", start)
        return end + 1 if end > 0 else len(html)
    out.say("<")
    return start + 1


def _after_hidden(html: str, start: int, name: str, out: _Lines) -> int:
    """Where an element ends whose content is not shown; one that never closes hides nothing, unless it is code."""
    if name not in out.unclosed:
        closing = re.compile(f"</{name}", re.IGNORECASE).search(html, start)
        if closing is not None:
            return closing.start()
        # looked for once, or a page of such tags would be searched from each of them
        out.unclosed.add(name)
    return len(html) if name in _CODE else start


def _mark(name: str, out: _Lines, *, closing: bool) -> None:
    if name == "blockquote":
        out.end()
        out.quotes = max(0, out.quotes - 1) if closing else out.quotes + 1
    elif name == "br":
        out.end(gap=not out.begun)
    elif name in _PARAGRAPHS:
        out.end(gap=closing)
    elif name in _BREAKS:
        out.end()
    elif name in ("td", "th"):
        out.say(" ")
