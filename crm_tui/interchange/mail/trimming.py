"""What somebody wrote in a message, without what they quoted and without their signature.

Line by line, each looked at a fixed number of times. A forwarded message keeps what it forwards. Where nothing would
be left, everything is kept.
"""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 10_000
"""Characters of a body that are kept."""
_LOOKED_AT: Final = 20_000
# Outlook's line above what it quotes, in the languages of its users
_ORIGINAL = re.compile(
    r"-{2,}\s?(?:original message|original appointment|reply message|ursprüngliche nachricht|message d['’]origine"
    r"|message original|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht"
    r"|исходное сообщение|оригинальное сообщение|orijinal mesaj|orijinal məktub|wiadomość oryginalna"
    r"|ursprungligt meddelande)\s?-{2,}",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(?:(?:wrote|writes|a écrit|escribió|escreveu|ha scritto|napisał(?:\(a\)|a)?|написал(?:\(а\)|а)?|писала?|пишет"
    r"|yazdı|yazıb|şunu yazdı|şunları yazdı)|(?:schrieb|schreef|skrev)\b.{0,120})\s?:$",
    re.IGNORECASE,
)
# what Yandex and Mail.ru write: a day, a name, an address, and no word for writing
_ADDRESSED = re.compile(r"<[^<>\s]{1,100}@[^<>\s]{1,100}>\s?:$")
_ON = re.compile(r"(?:on|am|le|el|il|em|op|den|dnia|в|w dniu)\b", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:19|20)[0-9]{2}\b|\b[0-9]{1,2}:[0-9]{2}\b")
_FROM = re.compile(r"\*?(?:from|von|de|da|van|från|od|от|kimden|kimdən)\s?:\*?\s", re.IGNORECASE)
_HEADER_LINE = re.compile(
    r"\*?(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|fecha|para|asunto|inviato|data|a"
    r"|oggetto|verzonden|aan|onderwerp|wysłano|do|temat|отправлено|дата|кому|тема|gönderildi|gönderilme|tarih|kime|konu"
    r"|göndərildi|tarix|kimə|mövzu)\s?:\*?(?:\s|$)",
    re.IGNORECASE,
)
_RULE = re.compile(r"[_\-=*]{5,}$")
_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|i|doorst|vb|vs|пересл|ilt|yönl)\s?:", re.IGNORECASE)
_HEADER_LINES: Final = 2
_WRAPPED: Final = 3
_TAIL: Final = 200
_LONGEST_SIGNATURE: Final = 12


def is_forward(subject: str) -> bool:
    """Whether a subject says that something is passed on."""
    return _FORWARDED.match(subject[:20]) is not None


def trimmed(text: str, *, forward: bool = False) -> str:
    """The text without quotes and signature, at most ``LONGEST`` characters."""
    lines = [line[: LONGEST + 1] for line in text.strip().split("\n")[:_LOOKED_AT]]
    kept = _squeezed(_own(lines, forward=forward)) or _squeezed(lines)
    return kept if len(kept) <= LONGEST else f"{kept[: LONGEST - 1].rstrip()}…"


def _own(lines: list[str], *, forward: bool) -> list[str]:
    """The lines that are the writer's own."""
    kept: list[str] = []
    for place, line in enumerate(lines):
        if line.startswith(">") and not forward:
            _drop_attribution(kept)
        elif _begins_signature(lines, place) or (not forward and _begins_quote(lines, place)):
            break
        else:
            kept.append(line.rstrip())
    return kept


def _begins_signature(lines: list[str], place: int) -> bool:
    """Whether everything from a line on is a signature; some programs lose the space behind its dashes."""
    line = lines[place]
    return line == "-- " or (line.rstrip() == "--" and len(lines) - place <= _LONGEST_SIGNATURE)


def _begins_quote(lines: list[str], place: int) -> bool:
    """Whether everything from a line on is the message that is answered."""
    line = lines[place]
    if _RULE.match(line) and place + 1 < len(lines):
        # Outlook draws a line above the header of what it quotes
        return _begins_header(lines, place + 1)
    if _ORIGINAL.match(line) or _begins_header(lines, place):
        return True
    if not _ON.match(line):
        return False
    joined = ""
    for end, each in enumerate(lines[place : place + _WRAPPED], place + 1):
        joined = f"{joined} {each.strip()}".strip()
        if not each.strip() or joined.endswith(":"):
            following = next((after for after in lines[end : end + _WRAPPED] if after.strip()), "")
            # what is marked as quoted goes line by line, because an answer may stand below it
            return _is_attribution(joined) and not following.startswith(">")
    return False


def _begins_header(lines: list[str], place: int) -> bool:
    """Whether the fields of the message that is answered begin with a line."""
    if not _FROM.match(lines[place]):
        return False
    following = [each for each in lines[place + 1 : place + 8] if each.strip()][:4]
    return sum(1 for each in following if _HEADER_LINE.match(each)) >= _HEADER_LINES


def _is_attribution(line: str) -> bool:
    """Whether a line says who wrote what follows, and when."""
    tail = line[-_TAIL:]
    named = line.endswith(":") and (_WROTE.search(tail) or _ADDRESSED.search(tail))
    return bool(named) and _WHEN.search(line) is not None


def _drop_attribution(kept: list[str]) -> None:
    """Take off the end of the lines what introduces the quote below them."""
    end = len(kept)
    while end and not kept[end - 1]:
        end -= 1
    for size in range(1, min(_WRAPPED, end) + 1):
        if not kept[end - size]:
            break
        if _is_attribution(" ".join(each.strip() for each in kept[end - size : end])):
            del kept[end - size :]
            return
    if end and _WROTE.search(kept[end - 1][-_TAIL:]):
        del kept[end - 1 :]


def _squeezed(lines: list[str]) -> str:
    """The lines as text, never more than one empty line together."""
    found: list[str] = []
    for line in lines:
        bare = line.rstrip()
        if bare or (found and found[-1]):
            found.append(bare)
    return "\n".join(found).strip()
