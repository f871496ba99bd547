"""What holds for every text, however hostile."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from unicodedata import category, normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from crm_tui import phones
from crm_tui.cells import cell_width, clean, clean_lines, cut, is_clean, pad
from crm_tui.emails import email_key, is_shared_email, url_key
from crm_tui.text import company_key, fold, fts_query, name_key, nearest, split_tags, words

# Every code point, lone surrogates and NUL included, with the ugly ones more often.
UGLY = "\x00\x1b\x9b\ud800\udfff\u202e\u200b\u200d\ufe0f\u0301\u0307İıßəҚь'’\"*()^:-+ \t\n\xa0@<>,;.q🇦👍王"
ANY_CHAR = st.characters(codec=None, exclude_categories=())
TEXT = st.text(st.one_of(st.sampled_from(UGLY), ANY_CHAR), max_size=60)
# Letters of the scripts that names come in here; elsewhere Unicode's own case pairs do not always agree.
LETTERS = "abcqxyzƏəİIıiŞşĞğÇçÖöÜüäßłŁéñøåАЯаяЁёЙйІіЇїҚқӘәҒғҮүΑΩαωσς"
NAME = st.text(st.sampled_from(LETTERS + " -'’"), max_size=30)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE search USING fts5(key, tokenize='ascii', prefix='1 2 3')")
    yield db
    db.close()


@given(TEXT)
def test_fold_gives_plain_ascii_once_and_for_all(s: str) -> None:
    folded = fold(s)
    assert folded.isascii()
    assert folded.isprintable()
    assert folded == folded.lower() == folded.strip() == " ".join(folded.split())
    assert fold(folded) == folded
    assert fold(normalize("NFC", s)) == folded
    assert fold(normalize("NFD", s)) == folded


@given(NAME)
def test_fold_ignores_case_and_composition(s: str) -> None:
    assert fold(s.upper()) == fold(s.lower()) == fold(s.title()) == fold(normalize("NFD", s)) == fold(s)


@given(TEXT)
def test_words_are_the_tokens_of_fts5(index: sqlite3.Connection, s: str) -> None:
    with index:
        index.execute("DELETE FROM search")
        index.execute("INSERT INTO search(rowid, key) VALUES (1, ?)", (fold(s),))
    found = words(s)
    for word in found:
        assert index.execute("SELECT 1 FROM search WHERE search MATCH ?", (f'"{word}"',)).fetchone()
    if found:
        phrase = '"' + " ".join(found) + '"'
        assert index.execute("SELECT 1 FROM search WHERE search MATCH ?", (f"^{phrase}",)).fetchone()


@settings(max_examples=300)
@given(TEXT)
@example("o'brien")
@example("foo-bar")
@example("a OR")
@example("NEAR(")
@example('NEAR("a" "b", 3) AND NOT {key} : ^"x"*')
@example('"')
@example("\x00a\x00")
@example("\ud800")
@example("*" * 5000 + "a\"'(" * 2500)
@example("ə" * 10_000)
def test_fts_query_never_raises_and_finds_its_own_text(index: sqlite3.Connection, s: str) -> None:
    query = fts_query(s)
    assert (query is None) == (not words(s))
    with index:
        index.execute("DELETE FROM search")
        index.execute("INSERT INTO search(rowid, key) VALUES (1, ?)", (fold(s),))
    if query is not None:
        assert index.execute("SELECT rowid FROM search WHERE search MATCH ?", (query,)).fetchall() == [(1,)]


@given(TEXT)
def test_keys_never_raise_and_are_their_own_key(s: str) -> None:
    assert name_key(name_key(s)) == name_key(s)
    assert company_key(s) in name_key(s)
    assert bool(company_key(s)) == bool(name_key(s))
    url_key(s)
    nearest(s, ["status", "stage"])
    tags = split_tags(s)
    assert split_tags(",".join(tags)) == tags


@given(
    st.one_of(
        TEXT,
        st.builds("{}@{}.{}".format, NAME, NAME, st.sampled_from(["com", "рф", "COM", "de.", "İO"])),
        st.builds("{} <{}@{}.com>".format, TEXT, TEXT, TEXT),
        st.emails(),
    )
)
def test_email_key_is_stable_and_ignores_case(s: str) -> None:
    key = email_key(s)
    if key is None:
        return
    assert email_key(key) == key
    assert key.count("@") == 1
    assert len(key.encode()) <= 254
    assert not any(category(char) in ("Cc", "Cs", "Zs", "Zl", "Zp") for char in key)
    is_shared_email(key)


@given(st.emails(domains=st.sampled_from(["x.com", "Sub.Example.ORG"])))
def test_ordinary_emails_have_a_key(s: str) -> None:
    if not s.startswith("'") and "/@" not in s:
        assert email_key(s) == email_key(s.upper()) == email_key(f"Ann <{s}>") == s.lower()


@settings(max_examples=200)
@given(
    st.one_of(
        TEXT,
        st.text("0123456789+-() ./x;=#ext٣", max_size=24),
        st.from_regex(r"\+?[0-9]{4,15}", fullmatch=True),
    ),
    st.sampled_from(["AZ", "TR", "RU", "KZ", "US", "DE", "IT", "AR", "", "??"]),
)
def test_phone_key_never_raises_and_agrees_with_the_library(s: str, region: str) -> None:
    key = phones.phone_key(s, region)
    assert key == phones._library_key(s, region)
    if key is not None:
        number, _, extension = key.partition(";ext=")
        assert number[0] == "+"
        assert number[1:].isdecimal()
        assert phones.phone_digits(key) == number[1:]
        assert number.endswith(phones.national_digits(key))
        assert extension == "" or extension.isalnum()


@given(TEXT)
def test_clean_leaves_nothing_to_clean_and_nothing_unprintable(s: str) -> None:
    cleaned = clean(s)
    assert is_clean(cleaned)
    assert clean(cleaned) is cleaned
    assert (cleaned == s) == is_clean(s)
    cleaned.encode()
    assert all(is_clean(line) for line in clean_lines(s))


@given(TEXT)
def test_cell_width_agrees_with_rich(s: str) -> None:
    cleaned = "".join(char for char in clean(s) if category(char) != "Cn")
    assert cell_width(cleaned) == cell_len(cleaned)


@given(TEXT, st.integers(-1, 40))
def test_cut_and_pad_fit(s: str, width: int) -> None:
    shorter = cut(s, width)
    assert cell_width(shorter) <= max(width, 0)
    if shorter != s and width > 0:
        assert shorter.endswith("…")
        assert s.startswith(shorter[:-1])
        rest = s[len(shorter) - 1 :]
        assert rest
        assert category(rest[0]) not in ("Mn", "Me") or len(shorter) == 1
    for align in ("left", "right", "center"):
        assert cell_width(pad(clean(s), width, align)) == max(width, 0)
