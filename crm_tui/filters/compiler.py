"""From the tree of a filter to parameterised SQL.

Two rules. The SQL depends on the shape of the filter and on the schema, never on what was typed. And a
filter has two values, not three: negation is carried down to the single terms, where NULL counts as "does
not match", so ``not a`` is always every row that ``a`` leaves out. (Carried down also because SQLite's
parser gives up at some thirty nested conditions, and at twelve when each is a negated call.)
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crm_tui.errors import CrmError, UsageError
from crm_tui.filters.fields import EVERYTHING, MATCH, Field, FieldKind, Schema, Where, all_of, any_of
from crm_tui.filters.lexer import QUOTE_IT, short
from crm_tui.filters.matchers import MATCHERS, RANGES, Context, in_range
from crm_tui.filters.syntax import And, Node, Not, Op, Or, Presence, Term, Word, to_text

if TYPE_CHECKING:
    from crm_tui.dates import Clock

_ORDERED = frozenset(
    {FieldKind.TEXT, FieldKind.NUMBER, FieldKind.ID, FieldKind.MONEY, FieldKind.DAY, FieldKind.INSTANT}
)
_EMPTY_TEXT = frozenset({FieldKind.TEXT, FieldKind.TAG, FieldKind.CHOICE, FieldKind.PHONE, FieldKind.DAY})


def compile(node: Node | None, schema: Schema, clock: Clock, default_currency: str | None) -> Where:  # noqa: A001 (as re's)
    """The condition of a filter; None gives the condition that everything meets.

    Raises:
        UsageError: an unknown field, an operator the field does not take, a value that cannot be one of the
            field's; the message gives the term and its position, the hint the nearest name.
    """
    if node is None:
        return EVERYTHING
    return _Compiler(schema, Context(clock, default_currency)).condition(node, negated=False)


class _Compiler:
    def __init__(self, schema: Schema, context: Context) -> None:
        self.schema = schema
        self.context = context

    def condition(self, node: Node, *, negated: bool) -> Where:
        match node:
            case Not():
                return self.condition(node.part, negated=not negated)
            case And() | Or():
                parts = _words_together(node.parts) if isinstance(node, And) else node.parts
                join = all_of if isinstance(node, And) is not negated else any_of
                return join([self.condition(part, negated=negated) for part in parts])
            case Word():
                found = self.schema.search(node.text)
                found = Where(f"({found.sql})", found.params)
                return ~found if negated else found
            case Term():
                found = self._term(node)
                return ~found if negated is not (node.op is Op.NE) else found

    def _term(self, term: Term) -> Where:
        """The condition of a term; for ``!=`` of what it excludes."""
        field = self.schema.find(term.field)
        if field is None:
            raise self._unknown(term)
        _check_operator(term, field)
        asked = [value for value in term.values if isinstance(value, Presence)]
        texts = [value for value in term.values if not isinstance(value, Presence)]
        parts = [_presence(field, value) for value in asked]
        if texts:
            parts.append(_within(field, any_of([self._value(term, field, text) for text in texts])))
        return any_of(parts)

    def _value(self, term: Term, field: Field, text: str) -> Where:
        try:
            if ".." in text and field.kind in RANGES and term.op in (Op.EQ, Op.NE):
                return in_range(field, text, self.context)
            return MATCHERS[field.kind](field, term.op, text, self.context)
        except CrmError as error:
            raise UsageError(f"{_named(term)} cannot be used: {error.message}", error.hint) from error

    def _unknown(self, term: Term) -> UsageError:
        from crm_tui.text import nearest

        near = nearest(term.field.casefold(), [*self.schema.names(), *self.schema.aliases])
        names = ", ".join(self.schema.names())
        hint = f"Did you mean {near}?" if near else f"The fields are {names}."
        return UsageError(
            f"{_named(term)} names no field: '{short(term.field)}' is unknown.", f"{hint} {QUOTE_IT}"
        )


def _words_together(parts: tuple[Node, ...]) -> list[Node]:
    """The parts with the single words joined into the first of them, so that they are one search."""
    words = [part for part in parts if isinstance(part, Word) and not any(c.isspace() for c in part.text)]
    if len(words) < 2:
        return list(parts)
    joined = replace(words[0], text=" ".join(word.text for word in words))
    rest = [part for part in parts if not any(part is word for word in words)]
    return [joined, *rest]


def _check_operator(term: Term, field: Field) -> None:
    if term.op in (Op.EQ, Op.NE):
        return
    if field.kind not in _ORDERED:
        hint = f"Write {term.field}: or {term.field}!= instead."
        raise UsageError(f"{_named(term)} cannot be used: {field.name} has no order for '{term.op}'.", hint)
    if len(term.values) != 1 or isinstance(term.values[0], Presence):
        hint = f"Write {term.field}: for any of several values, for none and for any."
        raise UsageError(f"{_named(term)} cannot be used: '{term.op}' takes one value.", hint)


def _presence(field: Field, value: Presence) -> Where:
    if field.exists_sql:
        filled = field.exists_sql.replace(MATCH, "1")
        return Where(f"({filled})" if value is Presence.ANY else f"(NOT {filled})")
    sql = field.sql
    if field.kind not in _EMPTY_TEXT:
        return Where(f"({sql} IS {'NOT NULL' if value is Presence.ANY else 'NULL'})")
    return Where(f"({sql} <> '')" if value is Presence.ANY else f"({sql} IS NULL OR {sql} = '')")


def _within(field: Field, match: Where) -> Where:
    """The match itself, or for a field of many values that one of them matches."""
    if not field.exists_sql:
        return match
    sql = field.exists_sql.replace(MATCH, match.sql)
    return Where(f"({sql})", match.params * field.exists_sql.count(MATCH))


def _named(term: Term) -> str:
    place = f" at position {term.position}" if term.position else ""
    return f"The filter term '{short(to_text(term))}'{place}"
