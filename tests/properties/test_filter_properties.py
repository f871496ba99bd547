"""Properties of the filter language: total parser, printing that reads back, values that never become SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui import filters
from crm_tui.dates import Clock
from crm_tui.errors import UsageError
from crm_tui.filters import And, Field, FieldKind, Node, Not, Op, Or, Presence, Schema, Term, Where, Word
from crm_tui.text import fold

CLOCK = Clock.fixed(datetime(2026, 3, 15, 9, 0, tzinfo=UTC))
TABLE = """
CREATE TABLE things(id INTEGER PRIMARY KEY, title TEXT, kind TEXT, day TEXT, at TEXT, minor INTEGER,
                    currency TEXT, size REAL, flag INTEGER) STRICT;
INSERT INTO things VALUES
 (1, 'Drop Table', 'a', '2026-01-01', '2026-01-01T00:00:00Z', 100, 'EUR', 1.5, 1),
 (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (3, '', 'b', '--02-29', '2025-06-30T23:59:59Z', 0, 'JPY', -1, 0);
"""
FIELDS = {
    "id": Field("id", FieldKind.ID, "id"),
    "title": Field("title", FieldKind.TEXT, "title"),
    "kind": Field("kind", FieldKind.CHOICE, "kind", choices=("a", "b")),
    "label": Field(
        "label",
        FieldKind.TAG,
        "x.title",
        exists_sql="EXISTS (SELECT 1 FROM things x WHERE x.id = things.id AND {match})",
    ),
    "day": Field("day", FieldKind.DAY, "day"),
    "at": Field("at", FieldKind.INSTANT, "at"),
    "amount": Field("amount", FieldKind.MONEY, "minor", currency_sql="currency"),
    "size": Field("size", FieldKind.NUMBER, "size"),
    "flag": Field("flag", FieldKind.FLAG, "flag"),
    "ref": Field("ref", FieldKind.REF, "id", "crm_fold(title)"),
    "phone": Field("phone", FieldKind.PHONE, "title"),
}
SCHEMA = Schema(FIELDS, {}, lambda text: Where("instr(crm_fold(title), ?) > 0", (fold(text),)))


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.create_function(
        filters.FOLD_FUNCTION, 1, lambda x: None if x is None else fold(str(x)), deterministic=True
    )
    connection.executescript(TABLE)
    yield connection
    connection.close()


def _ids(connection: sqlite3.Connection, where: Where) -> set[int]:
    return {row[0] for row in connection.execute(f"SELECT id FROM things WHERE {where.sql}", where.params)}


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
NAMES = st.from_regex(filters.FIELD_NAME, fullmatch=True).filter(lambda name: len(name) < 20)
WORDS = st.builds(Word, TEXTS | st.sampled_from(["not", "OR", "AND", "-x", "a:b", '"', "\\", "none"]))
VALUES = TEXTS | st.sampled_from([*Presence, "none", "any", ">5", "a,b", "-1"])
VALUE_LISTS = st.lists(VALUES, min_size=1, max_size=3).map(tuple)
TERMS = st.builds(Term, NAMES, st.sampled_from(Op), VALUE_LISTS)


def _trees(leaves: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    def grown(smaller: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(smaller, min_size=2, max_size=3).map(tuple)
        return st.builds(Not, smaller) | st.builds(And, several) | st.builds(Or, several)

    return st.recursive(leaves, grown, max_leaves=8)


GOOD_VALUES: dict[str, list[str]] = {
    "id": ["1", "2"],
    "title": ["drop", "table"],
    "kind": ["a", "b"],
    "label": ["drop table"],
    "day": ["2026-01", "today", "30d..", "2026-01-01"],
    "at": ["2026-01-01", "2025"],
    "amount": ["1", "1EUR", "0"],
    "size": ["1.5", "-1"],
    "flag": ["yes", "no"],
}
GOOD_TERMS = st.sampled_from(sorted(GOOD_VALUES)).flatmap(
    lambda name: st.builds(
        Term,
        st.just(name),
        st.sampled_from([Op.EQ, Op.NE]),
        st.lists(st.sampled_from([*GOOD_VALUES[name], *Presence]), min_size=1, max_size=3).map(tuple),
    )
)
SYNTAX = st.lists(
    st.sampled_from(
        ['"', "(", ")", "-", "not ", " OR ", " AND ", ":", "!=", ">=", "<", "=", ",", "\\", " ", "a", "title"]
    ),
    max_size=25,
).map("".join)


def _read(text: str) -> Node | UsageError | None:
    try:
        return filters.parse(text)
    except UsageError as error:
        return error


@settings(max_examples=400)
@given(st.text(max_size=60) | SYNTAX)
def test_any_text_parses_or_is_refused(text: str) -> None:
    node = _read(text)
    if isinstance(node, UsageError):
        assert "position" in node.message
    elif node is None:
        assert not text.strip()
    else:
        assert filters.parse(filters.to_text(node)) == node


@settings(max_examples=200)
@given(
    st.lists(
        st.text(max_size=20) | SYNTAX | st.sampled_from(["title:a b", "OR", "(", ")", "a OR b"]), max_size=4
    )
)
def test_any_arguments_parse_or_are_refused(args: list[str]) -> None:
    try:
        node = filters.parse_args(args)
    except UsageError:
        return
    if node is not None:
        assert filters.parse(filters.to_text(node)) == node


@settings(max_examples=200)
@given(_trees(WORDS | TERMS))
def test_what_is_printed_reads_back(node: Node) -> None:
    assert filters.parse(filters.to_text(node)) == node


NASTY = st.sampled_from(
    [
        "'; DROP TABLE things; --",
        "1 OR 1=1",
        '" OR ""="',
        "?",
        ":x",
        "{match}",
        "%",
        "2026-01..",
        "1..2",
        "5EUR",
    ]
)


@settings(max_examples=300)
@given(st.sampled_from(sorted(FIELDS)), st.sampled_from(Op), TEXTS | SYNTAX.filter(str.strip) | NASTY)
def test_a_value_is_compiled_or_refused_and_runs(
    connection: sqlite3.Connection, name: str, op: Op, value: str
) -> None:
    try:
        where = filters.compile(Term(name, op, (value,)), SCHEMA, CLOCK, "EUR")
    except UsageError:
        return
    _ids(connection, where)
    assert where.sql.count("?") == len(where.params)


@settings(max_examples=150)
@given(TEXTS, TEXTS, st.sampled_from(["title", "label", "ref"]), st.sampled_from([Op.EQ, Op.NE]))
def test_text_values_never_change_the_sql(one: str, other: str, name: str, op: Op) -> None:
    def sql(value: str) -> str:
        return filters.compile(And((Term(name, op, (f"x{value}",)), Word(value))), SCHEMA, CLOCK, "EUR").sql

    assert sql(one) == sql(other) == sql("'; DROP TABLE things; --")
    assert "DROP" not in sql("DROP")


@settings(max_examples=200)
@given(_trees(GOOD_TERMS | st.builds(Word, st.just("drop"))))
def test_a_negation_selects_exactly_the_other_rows(connection: sqlite3.Connection, node: Node) -> None:
    chosen = _ids(connection, filters.compile(node, SCHEMA, CLOCK, "EUR"))
    others = _ids(connection, filters.compile(Not(node), SCHEMA, CLOCK, "EUR"))
    assert chosen | others == {1, 2, 3}
    assert not chosen & others
