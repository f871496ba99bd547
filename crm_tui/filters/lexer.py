"""From the text of a filter to its tokens.

One rule: outside quotes an operator sign always makes a term and a bracket is always a bracket, so a
mistyped term is an error with its place and never a silent search for something else. The scan is linear
and holds no state but the place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from crm_tui.errors import UsageError
from crm_tui.filters.syntax import FIELD_NAME, KEYWORDS, OPERATOR, Op, Presence, Term, Value, Word

QUOTE_IT = "To search for the text itself, put it in double quotes."
_EXAMPLE = "Write a term as field:value, for example stage:lead."
_HEAD = re.compile(r'(?:(?!!=)[^\s()":<>=])+')
_BARE_VALUE = re.compile(r'[^\s()",]+')
_SPACE = re.compile(r"\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ESCAPE = re.compile(r'\\(["\\])')


class Mark(Enum):
    """What a token is when it is not a word or a term."""

    OPEN = "("
    CLOSE = ")"
    NOT = "not"
    AND = "AND"
    OR = "OR"


@dataclass(frozen=True, slots=True)
class Token:
    """A mark, or a finished word or term, with its place in the text (from 1)."""

    what: Mark | Word | Term
    position: int


def malformed(position: int, problem: str, hint: str = _EXAMPLE) -> UsageError:
    """The error of a filter that cannot be read; ``problem`` is the rest of the sentence, no full stop."""
    return UsageError(f"The filter cannot be read at position {position}: {problem}.", hint)


def check_text(text: str, offset: int = 0) -> None:
    """Refuse text that no database can hold.

    Raises:
        UsageError: the text holds bytes that were no valid text in the terminal's encoding.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        problem = "it holds bytes that are no text"
        raise malformed(
            offset + error.start + 1, problem, "Type the filter in the terminal's encoding, UTF-8."
        ) from error


def tokenize(text: str, offset: int = 0) -> list[Token]:
    """The tokens of a filter, their positions counted on from ``offset``.

    Raises:
        UsageError: a quote is not closed, a term has no field or value, a sign stands alone.
    """
    check_text(text, offset)
    return _Lexer(text, offset).tokens()


class _Lexer:
    def __init__(self, text: str, offset: int) -> None:
        self.text = text
        self.offset = offset
        self.at = 0

    def tokens(self) -> list[Token]:
        found: list[Token] = []
        while True:
            self.at = self._after_space()
            if self.at == len(self.text):
                return found
            found.append(self._next())

    def _after_space(self) -> int:
        space = _SPACE.match(self.text, self.at)
        return space.end() if space else self.at

    def _place(self) -> int:
        return self.offset + self.at + 1

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _next(self) -> Token:
        place = self._place()
        match self._peek():
            case "(" | ")" as bracket:
                self.at += 1
                return Token(Mark(bracket), place)
            case "-":
                return self._minus(place)
            case '"':
                return self._phrase(place)
            case _:
                return self._bare(place)

    def _minus(self, place: int) -> Token:
        self.at += 1
        if self._peek().strip() in ("", ")"):
            raise malformed(place, "'-' has nothing to exclude", f"Write -term without a space. {QUOTE_IT}")
        return Token(Mark.NOT, place)

    def _phrase(self, place: int) -> Token:
        text = self._quoted()
        if not text.strip():
            raise malformed(place, "the quotes are empty", "Put a word between them, or leave them out.")
        self._expect_end()
        return Token(Word(text, place), place)

    def _bare(self, place: int) -> Token:
        head = _HEAD.match(self.text, self.at)
        name = head.group() if head else ""
        self.at += len(name)
        sign = OPERATOR.match(self.text, self.at)
        if sign:
            return self._term(name, sign.group(), place)
        self._expect_end()
        if name in KEYWORDS:
            return Token(Mark.NOT if name == "NOT" else Mark(name), place)
        return Token(Word(name, place), place)

    def _term(self, name: str, sign: str, place: int) -> Token:
        shown = short(name + sign)
        if not FIELD_NAME.fullmatch(name):
            raise malformed(
                place, f"'{shown}' does not begin with the name of a field", f"{_EXAMPLE} {QUOTE_IT}"
            )
        if sign == "=":
            raise malformed(place, f"'{shown}' is no comparison", f"Write {name}: instead. {QUOTE_IT}")
        self.at += len(sign)
        values = [self._value(shown)]
        while self._peek() == ",":
            self.at += 1
            values.append(self._value(shown))
        self._expect_end()
        return Token(Term(name, Op(sign), tuple(values), place), place)

    def _value(self, shown: str) -> Value:
        place = self._place()
        if self._peek() == '"':
            text = self._quoted()
            if not text.strip():
                raise malformed(place, f"'{shown}' has an empty value", _empty_hint(shown))
            return text
        bare = _BARE_VALUE.match(self.text, self.at)
        if not bare:
            raise malformed(place, f"'{shown}' has no value", _empty_hint(shown))
        self.at = bare.end()
        return bare_value(bare.group(), shown, place)

    def _quoted(self) -> str:
        quoted = _QUOTED.match(self.text, self.at)
        if not quoted:
            raise malformed(
                self._place(), "the quote is not closed", 'Close it with a second ", or write \\" inside.'
            )
        self.at = quoted.end()
        return _ESCAPE.sub(r"\1", quoted.group(1))

    def _expect_end(self) -> None:
        """A word or a term ends at a space, a bracket or the end; anything else is a slip worth telling."""
        if self._peek().strip() not in ("", "(", ")"):
            hint = 'Quote the whole value, as in company:"Acme Ltd", and write \\" for a quote inside.'
            raise malformed(self._place(), f"'{self._peek()}' is not expected here", hint)


def bare_value(text: str, shown: str, place: int) -> Value:
    """The value an unquoted text stands for; ``shown`` names the term in the error.

    Raises:
        UsageError: the value begins with an operator.
    """
    sign = OPERATOR.match(text)
    if sign:
        hint = f"Write only one operator, as in amount>1200. {QUOTE_IT}"
        raise malformed(place, f"'{shown}' is followed by a second operator '{sign.group()}'", hint)
    return Presence(text) if text in ("none", "any") else text


def _empty_hint(shown: str) -> str:
    name = OPERATOR.split(shown)[0]
    return f"Write {name}:none for what has none, and {name}:any for what has one."


def short(text: str) -> str:
    """The text as an error message quotes it, cut to 60 characters."""
    return text if len(text) <= 60 else text[:59] + "…"
