"""From tokens to the tree of a filter: ``parse`` for one text, ``parse_args`` for a command line.

One rule: any text whatever gives a tree or a ``UsageError`` that names the place. Depth and number of terms
are bounded, for Python's stack and for SQLite's, whose parser takes about a hundred open places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crm_tui.errors import UsageError
from crm_tui.filters.lexer import Mark, Token, bare_value, check_text, malformed, tokenize
from crm_tui.filters.syntax import FIELD_NAME, KEYWORDS, And, Node, Not, Op, Or, Term

MAX_DEPTH: Final = 12
"""How many brackets and negations may stand inside each other; in a large query SQLite gives up at 20."""
MAX_TERMS: Final = 200
"""How many words and terms a filter may have."""
MAX_VALUES: Final = 500
"""How many values all terms of a filter may have together."""

_SIMPLER = "Make the filter simpler, or choose in two steps."
_ARG_TERM = re.compile(rf"(-?)({FIELD_NAME.pattern})(!=|>=|<=|[:<>])(?=[^=:<>\s])(.*)", re.DOTALL)
_TERM_START = re.compile(rf"{FIELD_NAME.pattern}(?:!=|[:<>=])")


def parse(text: str) -> Node | None:
    """The tree of a filter; None when the text is blank.

    Raises:
        UsageError: the filter is malformed, or too deep or too long; the message gives the position,
            counted from 1.
    """
    return _Parser(tokenize(text)).parse()


def parse_args(args: Sequence[str]) -> Node | None:
    """The tree of the filter words of a command line, all of which must hold.

    The shell has taken its quotes away, so an argument is read like this, the first that fits:

    1. ``field:`` followed by text with spaces, where nothing in the text is a quote, a bracket, ``OR``,
       ``AND``, ``not``, a ``-word`` or another term, is one term: ``company:Acme Ltd`` is
       ``company:"Acme Ltd"``.
    2. A complete expression counts as one, as if in brackets: ``tag:vip OR tag:lead``.
    3. Anything else joins its neighbours: ``OR``, ``not``, ``(tag:vip`` and ``tag:lead)``.

    Raises:
        UsageError: as ``parse``; the position counts the arguments joined by single spaces.
    """
    stream: list[Token] = []
    offset = 0
    for arg in args:
        check_text(arg, offset)
        stream += _spaced_term(arg, offset) or _grouped(tokenize(arg, offset))
        offset += len(arg) + 1
    return _Parser(stream).parse()


def _spaced_term(arg: str, offset: int) -> list[Token]:
    term = _ARG_TERM.fullmatch(arg.strip())
    if not term:
        return []
    minus, name, sign, rest = term.groups()
    following = rest.split()[1:]
    if not following or re.search(r'["()]', rest) or any(_is_syntax(word) for word in following):
        return []
    place = offset + 1 + len(arg) - len(arg.lstrip())
    texts = [text.strip() for text in rest.split(",")]
    if not all(texts):
        raise malformed(place, f"'{name}{sign}' has an empty value", "Take the extra comma out.")
    values = tuple(bare_value(text, name + sign, place) for text in texts)
    found = Token(Term(name, Op(sign), values, place), place)
    return [Token(Mark.NOT, place), found] if minus else [found]


def _is_syntax(word: str) -> bool:
    return word in KEYWORDS or word.startswith("-") or _TERM_START.match(word) is not None


def _grouped(tokens: list[Token]) -> list[Token]:
    """The tokens in brackets when they hold an OR and are complete, so that OR stays inside its argument."""
    if not any(token.what is Mark.OR for token in tokens):
        return tokens
    try:
        _Parser(tokens).parse()
    except UsageError:
        return tokens
    return [Token(Mark.OPEN, tokens[0].position), *tokens, Token(Mark.CLOSE, tokens[-1].position)]


class _Parser:
    """Recursive descent: OR of ANDs of negations of words, terms and brackets."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.terms = 0
        self.values = 0

    def parse(self) -> Node | None:
        if not self.tokens:
            return None
        node = self._any(0)
        if self.at < len(self.tokens):
            raise malformed(self.tokens[self.at].position, "this bracket closes nothing", "Take the ')' out.")
        return node

    def _peek(self) -> Mark | None:
        """The mark that comes next; None at the end or before a word or a term."""
        what = self.tokens[self.at].what if self.at < len(self.tokens) else None
        return what if isinstance(what, Mark) else None

    def _any(self, depth: int) -> Node:
        parts = [self._all(depth)]
        while self._peek() is Mark.OR:
            self.at += 1
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self, depth: int) -> Node:
        parts = [self._one(depth)]
        while self.at < len(self.tokens) and self._peek() not in (Mark.OR, Mark.CLOSE):
            if self._peek() is Mark.AND:
                self.at += 1
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self, depth: int) -> Node:
        if self.at == len(self.tokens):
            last = self.tokens[-1]
            raise malformed(
                last.position, f"nothing follows {_shown(last)}", "Finish the filter, or take it out."
            )
        token = self.tokens[self.at]
        if depth > MAX_DEPTH:
            raise malformed(token.position, f"it is nested more than {MAX_DEPTH} deep", _SIMPLER)
        self.at += 1
        if not isinstance(token.what, Mark):
            self._count(token)
            return token.what
        if token.what is Mark.NOT:
            return Not(self._one(depth + 1))
        if token.what is Mark.OPEN:
            return self._bracket(token, depth)
        raise malformed(
            token.position, f"{_shown(token)} needs a term before it", "Add the term, or take it out."
        )

    def _bracket(self, opened: Token, depth: int) -> Node:
        if self._peek() is Mark.CLOSE:
            raise malformed(
                opened.position, "the brackets are empty", "Put a term between them, or take them out."
            )
        node = self._any(depth + 1)
        if self._peek() is not Mark.CLOSE:
            raise malformed(opened.position, "this bracket is not closed", "Add the ')' that is missing.")
        self.at += 1
        return node

    def _count(self, token: Token) -> None:
        self.terms += 1
        self.values += len(token.what.values) if isinstance(token.what, Term) else 1
        if self.terms > MAX_TERMS:
            raise malformed(token.position, f"it has more than {MAX_TERMS} terms", _SIMPLER)
        if self.values > MAX_VALUES:
            raise malformed(token.position, f"it has more than {MAX_VALUES} values", _SIMPLER)


def _shown(token: Token) -> str:
    return f"'{token.what.value}'" if isinstance(token.what, Mark) else "the term"
