"""The filter language: what a person types to choose records, read, written back, and made into SQL.

One language for lists, the filter bar, exports, reports and segments. ``parse`` and ``parse_args`` read it,
``to_text`` writes it back, ``compile`` makes it a ``Where`` for the tables a ``Schema`` describes. The rule
kept here: the SQL text is made of the schema's expressions and fixed words alone; what was typed only ever
becomes a parameter.

The language, in the order in which it binds::

    word  "two words"          text search by prefix
    field:value                equal; text contains it
    field:a,b                  any of them
    field!=value               not equal, also when the field is empty; text is compared whole
    field>v  >=  <  <=         numbers, amounts, days, text
    field:none  field:any      empty, filled ("none" in quotes is the word)
    field:a..b                 from a to b, both included, either end may be left out
    not term  -term  NOT term  the opposite
    a b  a AND b               both
    a OR b                     at least one
    ( ... )                    first this
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_tui.lazy import lazily

if TYPE_CHECKING:
    from crm_tui.filters.compiler import compile  # noqa: A004 - as re.compile; called as filters.compile
    from crm_tui.filters.fields import EVERYTHING, FOLD_FUNCTION, Field, FieldKind, Schema, SqlValue, Where
    from crm_tui.filters.parser import MAX_DEPTH, MAX_TERMS, MAX_VALUES, parse, parse_args
    from crm_tui.filters.syntax import (
        FIELD_NAME,
        And,
        Node,
        Not,
        Op,
        Or,
        Presence,
        Term,
        Value,
        Word,
        to_text,
    )
else:
    __getattr__ = lazily(
        __name__,
        {
            "compiler": ("compile",),
            "fields": ("EVERYTHING", "FOLD_FUNCTION", "Field", "FieldKind", "Schema", "SqlValue", "Where"),
            "parser": ("MAX_DEPTH", "MAX_TERMS", "MAX_VALUES", "parse", "parse_args"),
            "syntax": (
                "FIELD_NAME",
                "And",
                "Node",
                "Not",
                "Op",
                "Or",
                "Presence",
                "Term",
                "Value",
                "Word",
                "to_text",
            ),
        },
    )

__all__ = [
    "EVERYTHING",
    "FIELD_NAME",
    "FOLD_FUNCTION",
    "MAX_DEPTH",
    "MAX_TERMS",
    "MAX_VALUES",
    "And",
    "Field",
    "FieldKind",
    "Node",
    "Not",
    "Op",
    "Or",
    "Presence",
    "Schema",
    "SqlValue",
    "Term",
    "Value",
    "Where",
    "Word",
    "compile",
    "parse",
    "parse_args",
    "to_text",
]
