"""The filter language: reading, printing, and what the compiled SQL selects from a real table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_tui import filters
from crm_tui.dates import Clock
from crm_tui.errors import UsageError
from crm_tui.filters import And, Field, FieldKind, Not, Op, Or, Presence, Schema, Term, Where, Word
from crm_tui.text import fold

BERLIN = Clock.fixed(datetime(2026, 3, 15, 9, 0, tzinfo=UTC), "Europe/Berlin")

TABLES = """
CREATE TABLE companies(id INTEGER PRIMARY KEY, name TEXT) STRICT;
CREATE TABLE contacts(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, title TEXT, company_id INTEGER, lifecycle TEXT, birthday TEXT,
    last_contacted_on TEXT, created_at TEXT, amount_minor INTEGER, currency TEXT, size REAL, vip INTEGER,
    phone TEXT
) STRICT;
CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT) STRICT;
CREATE TABLE taggings(contact_id INTEGER, tag_id INTEGER) STRICT;
INSERT INTO companies VALUES (1, 'Acme Ltd'), (2, 'Müller, Söhne & Co'), (3, '1001 Nights');
INSERT INTO contacts VALUES
 (1, 'Anna Schmidt', 'Head of Sales', 1, 'customer', '1980-05-12', '2026-03-15', '2026-03-01T22:59:59Z',
  120000, 'EUR', 7.5, 1, '+49170123456'),
 (2, 'Бауыржан', 'CTO', 2, 'lead', '--05-12', '2026-02-13', '2026-03-01T23:00:00Z',
  1200, 'JPY', 10, 0, '+994501234567'),
 (3, 'Zoë O''Brien', NULL, NULL, NULL, NULL, NULL, '2026-02-28T23:30:00Z',
  NULL, NULL, NULL, NULL, NULL),
 (4, 'Işık Yılmaz', '', 2, 'prospect', '2001-05-30', '2026-01-01', '2025-12-31T22:30:00Z',
  1200000, 'KWD', -3, 0, '+905321234567'),
 (5, 'none', 'a "quoted" \\ title', 3, 'former', '1999-12-31', '2025-12-31', '2026-03-02T09:30:00Z',
  120050, 'EUR', 0, 1, '+4930901820');
INSERT INTO tags VALUES (1, 'VIP'), (2, 'müde'), (3, 'two words');
INSERT INTO taggings VALUES (1, 1), (1, 2), (2, 1), (4, 3);
"""

IN_TAGS = (
    "EXISTS (SELECT 1 FROM taggings t JOIN tags ON tags.id = t.tag_id "
    "WHERE t.contact_id = contacts.id AND {match})"
)


def search(text: str) -> Where:
    """Every word is a prefix of a word of the name, as the domain's search would have it."""
    parts = ["instr(' ' || crm_fold(contacts.name), ?) > 0"] * len(text.split())
    return Where(" AND ".join(parts), tuple(f" {fold(word)}" for word in text.split()))


FIELDS = [
    Field("id", FieldKind.ID, "contacts.id"),
    Field("name", FieldKind.TEXT, "contacts.name"),
    Field("title", FieldKind.TEXT, "contacts.title"),
    Field("company", FieldKind.REF, "contacts.company_id", "crm_fold(companies.name)"),
    Field(
        "lifecycle",
        FieldKind.CHOICE,
        "contacts.lifecycle",
        choices=("lead", "prospect", "customer", "former"),
    ),
    Field("birthday", FieldKind.DAY, "contacts.birthday"),
    Field("last_contacted_on", FieldKind.DAY, "contacts.last_contacted_on"),
    Field("created_at", FieldKind.INSTANT, "contacts.created_at"),
    Field("amount", FieldKind.MONEY, "contacts.amount_minor", currency_sql="contacts.currency"),
    Field("price", FieldKind.MONEY, "contacts.amount_minor"),
    Field("vip", FieldKind.FLAG, "contacts.vip"),
    Field("phone", FieldKind.PHONE, "contacts.phone"),
    Field("tag", FieldKind.TAG, "tags.name", exists_sql=IN_TAGS),
]
SCHEMA = Schema(
    fields={field.name: field for field in FIELDS},
    aliases={"tags": "tag"},
    search=search,
    custom={"Size": Field("Size", FieldKind.NUMBER, "contacts.size")},
)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("filters") / "people.db"
    connection = sqlite3.connect(path)
    connection.create_function(
        filters.FOLD_FUNCTION, 1, lambda x: None if x is None else fold(str(x)), deterministic=True
    )
    connection.executescript(TABLES)
    yield connection
    connection.close()


def select(connection: sqlite3.Connection, where: Where) -> list[int]:
    sql = (
        "SELECT contacts.id FROM contacts LEFT JOIN companies ON companies.id = company_id "
        f"WHERE contacts.name IS NOT NULL AND {where.sql} ORDER BY contacts.id"
    )
    return [row[0] for row in connection.execute(sql, where.params)]


def find(connection: sqlite3.Connection, text: str) -> list[int]:
    return select(connection, filters.compile(filters.parse(text), SCHEMA, BERLIN, "EUR"))


def term(field: str, op: str, *values: str | Presence) -> Term:
    return Term(field, Op(op), values)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("anna", Word("anna")),
        ('"two words"', Word("two words")),
        ("anna@example.com", Word("anna@example.com")),
        ("O'Brien", Word("O'Brien")),
        ("Yahoo!", Word("Yahoo!")),
        ("Schmidt, Anna", And((Word("Schmidt,"), Word("Anna")))),
        ("or and", And((Word("or"), Word("and")))),
        ("tag:vip", term("tag", ":", "vip")),
        ("stage:a,b", term("stage", ":", "a", "b")),
        ('company:"Acme, Ltd",Foo', term("company", ":", "Acme, Ltd", "Foo")),
        (r'title:"a \"b\" \\ \c"', term("title", ":", 'a "b" \\ \\c')),
        ("due_on:none,today", term("due_on", ":", Presence.NONE, "today")),
        ('title:"none"', term("title", ":", "none")),
        ("due_on:any", term("due_on", ":", Presence.ANY)),
        ("size>=-5", term("size", ">=", "-5")),
        ("size<=5", term("size", "<=", "5")),
        ("size!=5", term("size", "!=", "5")),
        ("size>5", term("size", ">", "5")),
        ("at<2026-03-02T09:30:00Z", term("at", "<", "2026-03-02T09:30:00Z")),
        ("not a", Not(Word("a"))),
        ("NOT a", Not(Word("a"))),
        ("-tag:vip", Not(term("tag", ":", "vip"))),
        ('-"a b"', Not(Word("a b"))),
        ("-(a OR b)", Not(Or((Word("a"), Word("b"))))),
        ("a AND b", And((Word("a"), Word("b")))),
        ("a OR b c", Or((Word("a"), And((Word("b"), Word("c")))))),
        ("(a OR b) c", And((Or((Word("a"), Word("b"))), Word("c")))),
        ("(a)(b)", And((Word("a"), Word("b")))),
        ("größe:1", term("größe", ":", "1")),
    ],
)
def test_a_filter_is_read(text: str, node: filters.Node) -> None:
    assert filters.parse(text) == node


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_a_blank_filter_is_no_filter(text: str) -> None:
    assert filters.parse(text) is None
    assert filters.compile(None, SCHEMA, BERLIN, "EUR") == filters.EVERYTHING


@pytest.mark.parametrize(
    ("text", "position", "problem"),
    [
        ("field:", 7, "has no value"),
        ("a field:,b", 9, "has no value"),
        ("field:a,", 9, "has no value"),
        ("field:(a OR b)", 7, "has no value"),
        ('field:""', 7, "empty value"),
        ('a ""', 3, "empty"),
        (":x", 1, "does not begin with the name of a field"),
        ("at 10:30", 4, "does not begin with the name of a field"),
        ("stage=lead", 1, "is no comparison"),
        ("amount:>5", 8, "second operator '>'"),
        ('a "b', 3, "not closed"),
        ('"b\\"', 1, "not closed"),
        ('"a"b', 4, "not expected"),
        ('a"b"', 2, "not expected"),
        ('x:a"b"', 4, "not expected"),
        ("(a", 1, "not closed"),
        ("a)", 2, "closes nothing"),
        ("()", 1, "empty"),
        ("OR a", 1, "needs a term before it"),
        ("a OR", 3, "nothing follows 'OR'"),
        ("a OR OR b", 6, "needs a term before it"),
        ("a AND", 3, "nothing follows 'AND'"),
        ("not", 1, "nothing follows 'not'"),
        ("a - b", 3, "nothing to exclude"),
        ("a -", 3, "nothing to exclude"),
        ("a \udcff", 3, "no text"),
    ],
)
def test_a_malformed_filter_names_the_place(text: str, position: int, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        filters.parse(text)
    assert f"position {position}:" in caught.value.message
    assert problem in caught.value.message
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")
    assert caught.value.exit_code == 2


def test_depth_and_length_are_bounded() -> None:
    deep = filters.MAX_DEPTH
    assert filters.parse("(" * deep + "a" + ")" * deep) == Word("a")
    for text in (
        "(" * 100_000,
        "not " * 100_000,
        "-" * 100_000 + "a",
        "(" * (deep + 1) + "a" + ")" * (deep + 1),
    ):
        with pytest.raises(UsageError, match="nested more than"):
            filters.parse(text)
    assert filters.parse("a " * filters.MAX_TERMS)
    with pytest.raises(UsageError, match="terms"):
        filters.parse("a OR " * filters.MAX_TERMS + "a")
    with pytest.raises(UsageError, match="values"):
        filters.parse("id:" + ",".join(["1"] * (filters.MAX_VALUES + 1)))


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ([], None),
        (["company:Acme Ltd"], 'company:"Acme Ltd"'),
        (["-company:Acme Ltd"], 'not company:"Acme Ltd"'),
        (["not", "company:Acme Ltd"], 'not company:"Acme Ltd"'),
        (["company:Acme Ltd, Foo Inc,none"], 'company:"Acme Ltd","Foo Inc",none'),
        (["title!=a at b"], 'title!="a at b"'),
        (["title:a OR b"], "title:a OR b"),
        (["tag:vip -old"], "tag:vip not old"),
        (["tag:vip stage:won"], "tag:vip stage:won"),
        (["tag:vip (a OR b)"], "tag:vip (a OR b)"),
        (["tag:vip OR tag:lead", "stage:won"], "(tag:vip OR tag:lead) stage:won"),
        (["tag:vip", "OR", "tag:lead", "stage:won"], "tag:vip OR tag:lead stage:won"),
        (["(tag:vip", "OR", "tag:lead)", "stage:won"], "(tag:vip OR tag:lead) stage:won"),
        (["tag:vip OR", "tag:lead"], "tag:vip OR tag:lead"),
        (["anna schmidt", "tag:vip"], "anna schmidt tag:vip"),
        ([" company:Acme Ltd "], 'company:"Acme Ltd"'),
        (["title:Q1: plan"], 'title:"Q1: plan"'),
    ],
)
def test_command_line_words(args: list[str], text: str | None) -> None:
    node = filters.parse_args(args)
    assert (filters.to_text(node) if node else None) == text


def test_command_line_positions_count_joined_arguments() -> None:
    with pytest.raises(UsageError, match="position 9:"):
        filters.parse_args(["tag:vip", "x="])
    with pytest.raises(UsageError, match="'nix:\"1 2\"' at position 9 "):
        filters.compile(filters.parse_args(["tag:vip", "nix:1 2"]), SCHEMA, BERLIN, "EUR")
    with pytest.raises(UsageError, match="position 9: 'title:' has an empty value"):
        filters.parse_args(["tag:vip", "title:a b,, c"])


def test_printing_quotes_only_what_needs_it() -> None:
    node = And(
        (Word("not"), Word("-a"), Word("a:b"), Word("x"), term("t", ":", "none", "a,b", ">x", "x>y", "!x"))
    )
    assert filters.to_text(node) == '"not" "-a" "a:b" x t:"none","a,b",">x",x>y,!x'


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("ann", [1]),
        ("schmidt ann", [1]),
        ("isik", [4]),
        ("not ann", [2, 3, 4, 5]),
        ("not (ann schmidt)", [2, 3, 4, 5]),
        ("ann OR isik", [1, 4]),
        # text: contains, folded; != compares the whole and counts an empty field as different
        ("title:sales", [1]),
        ("name:YILMAZ", [4]),
        ("name:o'brien", [3]),
        ('name:"\'"', [3]),
        ('title:"\\"quoted\\" \\\\"', [5]),
        ("title:sales,cto", [1, 2]),
        ("title!=cto", [1, 3, 4, 5]),
        ("title!=head", [1, 2, 3, 4, 5]),
        ("title!=cto,none", [1, 5]),
        ("not title:cto", [1, 3, 4, 5]),
        ("title:none", [3, 4]),
        ("title!=none", [1, 2, 5]),
        ("title:any", [1, 2, 5]),
        ("not title:any", [3, 4]),
        ('name:"none"', [5]),
        ("name>=zo", [3]),
        ("title:%", []),
        # tags: equal, folded, any of many
        ("tag:vip", [1, 2]),
        ("tags:vip", [1, 2]),
        ("TAG:vip", [1, 2]),
        ("tag:vi", []),
        ("tag:mude", [1]),
        ('tag:"two words",mude', [1, 4]),
        ("tag:none", [3, 5]),
        ("tag:any", [1, 2, 4]),
        ("tag:vip,none", [1, 2, 3, 5]),
        ("tag!=vip", [3, 4, 5]),
        ("-tag:vip", [3, 4, 5]),
        ("tag:vip tag:mude", [1]),
        ("tag:vip -tag:mude", [2]),
        # choices, flags, numbers, ids, references, phones
        ("lifecycle:lead,Customer", [1, 2]),
        ("lifecycle!=lead", [1, 3, 4, 5]),
        ("lifecycle:none", [3]),
        ("not (lifecycle:lead OR lifecycle:customer)", [3, 4, 5]),
        ("not (lifecycle:lead vip:no)", [1, 3, 4, 5]),
        ("not not lifecycle:lead", [2]),
        ("not lifecycle!=lead", [2]),
        ("vip:yes", [1, 5]),
        ("vip:false", [2, 4]),
        ("vip!=yes", [2, 3, 4]),
        ("vip:none", [3]),
        ("size>7", [1, 2]),
        ("size:7.5", [1]),
        ("Size<0", [4]),
        ("size:0..7.5", [1, 5]),
        ("size:..0", [4, 5]),
        ("size!=0..7.5", [2, 3, 4]),
        ("id:1,3", [1, 3]),
        ("id>=4", [4, 5]),
        ("company:2", [2, 4]),
        ("company:muller", [2, 4]),
        ('company:"acme ltd"', [1]),
        ("company!=acme", [1, 2, 3, 4, 5]),
        ('company!="acme ltd"', [2, 3, 4, 5]),
        ("company:none", [3]),
        ("phone:0170", [1]),
        ("phone:+49", [1, 5]),
        ('phone:"(030) 90-18"', [5]),
        ("phone!=0170", [2, 3, 4, 5]),
        # days, in the zone of the clock; today is 2026-03-15
        ("last_contacted_on:today", [1]),
        ("last_contacted_on:30d", [2]),
        ("last_contacted_on<30d", [4, 5]),
        ("last_contacted_on<=30d", [2, 4, 5]),
        ("last_contacted_on>30d", [1]),
        ("last_contacted_on<+7d", [1, 2, 4, 5]),
        ("last_contacted_on:2026", [1, 2, 4]),
        ("last_contacted_on:2026-q1", [1, 2, 4]),
        ("last_contacted_on:2026-01", [4]),
        ("last_contacted_on>2026-01", [1, 2]),
        ("last_contacted_on>=2026-01", [1, 2, 4]),
        ("last_contacted_on<2026-01", [5]),
        ("last_contacted_on<=2026-01", [4, 5]),
        ("last_contacted_on:2026-01..2026-02", [2, 4]),
        ("last_contacted_on:..2026-01", [4, 5]),
        ("last_contacted_on:30d..", [1, 2]),
        ("last_contacted_on:30d..today", [1, 2]),
        ("last_contacted_on:2025-12-31,2026-01-01", [4, 5]),
        ("last_contacted_on!=2026", [3, 5]),
        ("last_contacted_on:none", [3]),
        ("not last_contacted_on<30d", [1, 2, 3]),
        ("birthday<2000", [1, 5]),
        ("birthday:--05-12", [1, 2]),
        ("birthday:--05", [1, 2, 4]),
        ("birthday:any", [1, 2, 4, 5]),
        # instants by local days: Berlin is an hour ahead of UTC in winter
        ("created_at:2026-03-01", [1, 3]),
        ("created_at:2026-03-02", [2, 5]),
        ("created_at>2026-03-01", [2, 5]),
        ("created_at:2025-12-31", [4]),
        ("created_at:2026-03", [1, 2, 3, 5]),
        ("created_at>=2026-03-02T09:30:00Z", [5]),
        ('created_at:"2026-03-02 10:30"', [5]),
        ("created_at:2026-03-02T09:30:01Z", []),
        # amounts: without a currency in each row's own
        ("amount:1200", [1, 2, 4]),
        ("amount>1200", [5]),
        ("amount>=1200.5", [5]),
        ("amount:1200.5", [5]),
        ("amount<1200.5", [1, 2, 4]),
        ("amount>1199.9999", [1, 2, 4, 5]),
        ("amount<=1199.9999", []),
        ("amount:1200EUR", [1]),
        ("amount:1200JPY", [2]),
        ("amount!=1200", [3, 5]),
        ("amount>1000EUR", [1, 5]),
        ("amount:1200..1200.5", [1, 2, 4, 5]),
        ("amount:1000..1200.1EUR", [1]),
        ('amount:"1,200.50 EUR"', [5]),
        ("amount<999999999999999", [1, 2, 4, 5]),
        ("amount:none", [3]),
        ("price:1200", [1]),
        ("price:1200EUR", [1]),
    ],
)
def test_the_rows_a_filter_selects(connection: sqlite3.Connection, text: str, ids: list[int]) -> None:
    assert find(connection, text) == ids


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("a lifecicle:lead", "'lifecicle:lead' at position 3 names no field", "Did you mean lifecycle?"),
        ("xyz:44", "names no field: 'xyz' is unknown", "The fields are id, name,"),
        ("http://x", "'http' is unknown", "in double quotes"),
        ("siz:4", "'siz' is unknown", "Did you mean Size?"),
        ("lifecycle:custmer", "lifecycle is never 'custmer'", "Did you mean customer? It takes lead,"),
        ("lifecycle>lead", "no order for '>'", "lifecycle:"),
        ("tag>vip", "no order", "tag:"),
        ("size>1,2", "takes one value", "size:"),
        ("size>none", "takes one value", "size:"),
        ("size:big", "'big' is no number", "plain number"),
        ("size:1e9", "is no number", "plain number"),
        ("size:nan", "is no number", "plain number"),
        ("size:..", "no beginning and no end", "Size:1..10"),
        ("size>1..2", "is no number", "plain number"),
        ("id:x", "'x' is no id", "whole number"),
        ("id:99999999999999999999", "is no id", "whole number"),
        ("vip:maybe", "neither yes nor no", "vip:yes"),
        ("phone:anna", "no part of a phone number", "digits"),
        ("phone:0", "no part of a phone number", "digits"),
        ("last_contacted_on:never", '"never" is no day', "today"),
        ("last_contacted_on:2026-13", '"2026-13" is no period', "2026-01"),
        ("last_contacted_on:2026-02-30", "is no day", "2026-12-01"),
        ("last_contacted_on:9999-12-31", "no day or time", "2026-01-31"),
        ("last_contacted_on>2026-01..2026-02", "cannot be compared by order", "with :"),
        ("last_contacted_on:2026-02..2026-01", "ends before it begins", "earlier"),
        ("last_contacted_on:..", "no beginning and no end", "2026-01..2026-03"),
        ("last_contacted_on>--05", "is no day", "today"),
        ("created_at:0001-01-01", "outside the calendar", "1 and 9999"),
        ("created_at:2026-03-02T25:00Z", "no day or time", "2026-01-31"),
        ("amount>many", "is no amount", "1200"),
        ("amount>1.200", "with or without decimals", "1200EUR"),
        ('amount>"1,200"', "is no plain amount", "1200EUR"),
        ("amount>1200XYZ", "is no amount", "1200"),
        ("price>1200USD", "kept in EUR, not in USD", "Leave the currency out"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        filters.compile(filters.parse(text), SCHEMA, BERLIN, "EUR")
    assert message in caught.value.message
    assert "position" in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.message.endswith(".")


def test_a_reference_without_a_name_column_takes_ids_only() -> None:
    schema = Schema({"deal": Field("deal", FieldKind.REF, "deal_id")}, {}, search)
    assert filters.compile(filters.parse("deal:7"), schema, BERLIN, "EUR") == Where("(deal_id = ?)", (7,))
    with pytest.raises(UsageError, match="'big' is no id"):
        filters.compile(filters.parse("deal:big"), schema, BERLIN, "EUR")


def test_without_a_default_currency_only_rows_with_their_own_can_be_compared() -> None:
    where = filters.compile(filters.parse("amount>5EUR"), SCHEMA, BERLIN, None)
    assert where.params == ("EUR", 500)
    assert filters.compile(filters.parse("amount>5"), SCHEMA, BERLIN, None).params[-1] == 500
    with pytest.raises(UsageError, match="price has no currency"):
        filters.compile(filters.parse("price>5"), SCHEMA, BERLIN, None)


@pytest.mark.parametrize(
    "text",
    [
        "id:1234567",
        "size>=1234567",
        "amount<1234567",
        "amount:1234567EUR",
        "phone:1234567",
        "company:1234567",
        "company:x1234567",
        "tag:1234567",
        "title!=1234567",
        "1234567",
        "not 1234567",
        "birthday:--12-31",
        "birthday:1912-12-31..",
        "created_at>1912-12-31T12:34Z",
        "lifecycle:customer",
    ],
)
def test_what_was_typed_is_not_in_the_sql(text: str) -> None:
    where = filters.compile(filters.parse(text), SCHEMA, BERLIN, "EUR")
    assert where.params
    for typed in ("1234567", "12-31", "1912", "12:34", "customer", "EUR"):
        assert typed not in where.sql


def test_a_built_in_field_wins_over_a_custom_one_of_its_name() -> None:
    custom = {"name": Field("name", FieldKind.NUMBER, "custom.value")}
    schema = Schema({"name": FIELDS[1]}, {}, search, custom)
    assert (
        filters.compile(filters.parse("name:x"), schema, BERLIN, "EUR").sql
        == "(instr(crm_fold(contacts.name), ?) > 0)"
    )
    assert schema.names() == ["name"]


def test_words_are_one_search_and_a_phrase_is_its_own() -> None:
    asked: list[str] = []

    def remember(text: str) -> Where:
        asked.append(text)
        return Where("1")

    schema = Schema(SCHEMA.fields, {}, remember)
    filters.compile(filters.parse('anna "van der" tag:vip schmidt (max OR -eva)'), schema, BERLIN, "EUR")
    assert asked == ["anna schmidt", "van der", "max", "eva"]


@pytest.mark.parametrize("joint", ["AND", "OR"])
def test_the_largest_filter_fits_sqlite(connection: sqlite3.Connection, joint: str) -> None:
    other = {"AND": "OR", "OR": "AND"}
    text = "-tag:vip"
    for _ in range(filters.MAX_DEPTH - 1):
        text = f"amount>5 {joint} tag!=a {joint} ({text})"
        joint = other[joint]
    find(connection, text)
    find(connection, "-" * filters.MAX_DEPTH + "tag:vip")
    find(connection, " OR ".join(["-name:a"] * filters.MAX_TERMS))
    find(connection, "name:" + ",".join(["a"] * filters.MAX_VALUES))
    find(connection, f"amount:{','.join(['5'] * filters.MAX_VALUES)}")
