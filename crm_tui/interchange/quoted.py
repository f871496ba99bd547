"""Quoted-printable values, as vCard 2.1 and vCalendar 1.0 have them, in the form of their later versions.

Sources: vCard 2.1 and vCalendar 1.0 (versit, 1996), section 2; RFC 2045 section 6.7.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from crm_tui.interchange import content_lines as cl

_BARE: Final = {"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B"}
_PLAIN_BACKSLASH: Final = re.compile(r"\\(?![;,:\\nN])")
_PARAMETER: Final = re.compile(r"[A-Z0-9-]+")


def unquoted(raw: str, encoding: str = "utf-8") -> str:
    """An unfolded line with its value as plain text; any other line than a quoted-printable one as it is.

    Raises:
        UnicodeError: the bytes are in none of its character set, UTF-8 and ``encoding``.
    """
    line = cl.parse(0, raw) if cl.is_quoted(raw) else None
    if line is None:
        return raw
    quoted, charset, params = encoding_of(line.params)
    if not quoted:
        return raw
    value = decoded(line.value.encode("utf-8", "surrogateescape"), (charset, "utf-8", encoding))
    if value is None:
        raise UnicodeError(f"{line.name} has bytes that are no {charset or 'UTF-8'}")
    pairs = [(name, each) for name, values in params.items() if _PARAMETER.fullmatch(name) for each in values]
    return cl.unfolded(cl.write(line.name, one_line(plain_backslashes(value)), pairs, line.group))


def encoding_of(params: Mapping[str, Sequence[str]]) -> tuple[bool, str, dict[str, list[str]]]:
    """Whether the value is quoted-printable, its character set, and the other parameters."""
    kept: dict[str, list[str]] = {}
    quoted, charset = False, ""
    for name, values in params.items():
        if name == "CHARSET":
            charset = values[0].strip()
        elif name == "ENCODING" or (name == "TYPE" and not _BARE.isdisjoint(each.upper() for each in values)):
            for each in values:
                word = each.upper()
                if word == "QUOTED-PRINTABLE":
                    quoted = True
                elif word in ("B", "BASE64"):
                    kept["ENCODING"] = ["b"]
                elif word not in _BARE:
                    kept.setdefault(name, []).append(each)
        else:
            kept[name] = [*values]
    return quoted, charset, kept


def decoded(data: bytes, charsets: Iterable[str]) -> str | None:
    """What quoted-printable bytes say in the first of some character sets that fits, None when none does."""
    plain = binascii.a2b_qp(data)
    for each in charsets:
        try:
            if each:
                return plain.decode(each).replace("\x00", "")
        except (UnicodeDecodeError, LookupError):
            continue
    return None


def one_line(value: str) -> str:
    """A value whose line ends are written out."""
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def plain_backslashes(value: str) -> str:
    """A value in which every backslash is one that escapes; in the old versions most stood for themselves."""
    return _PLAIN_BACKSLASH.sub(r"\\\\", value)
