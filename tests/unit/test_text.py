"""Folding, words, names, companies, tags and guesses."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from unicodedata import normalize

import pytest

from crm_tui import folding, text
from crm_tui.errors import InvalidDataError
from crm_tui.text import (
    check_tag,
    company_key,
    fold,
    fts_query,
    name_key,
    nearest,
    split_tags,
    words,
)

# What a person types on a plain keyboard, and the name it must find.
TYPED_AND_MEANT = [
    ("memmedov", "Məmmədov"),
    ("MEMMEDOV", "MƏMMƏDOV"),
    ("isik", "Işık"),
    ("isik", "IŞIK"),
    ("istanbul", "İstanbul"),
    ("istanbul", "İSTANBUL"),
    ("istanbul", "ISTANBUL"),
    ("aliya", "Әлия"),
    ("aliya", "Алия"),
    ("алия", "Әлия"),
    ("Әлия", "алия"),
    ("muller", "Müller"),
    ("strasse", "Straße"),
    ("STRASSE", "STRAẞE"),
    ("igor", "Игорь"),
    ("obem", "Объём"),
    ("kairat", "Kairat"),
    ("kayrat", "Қайрат"),
    ("qayrat", "Қайрат"),
    ("қайрат", "Qayrat"),
    ("oconnor", "O'Connor"),
    ("o'connor", "O’Connor"),
    ("o’connor", "O'Connor"),
    ("o`connor", "OConnor"),
    ("darya", "Дар'я"),
    ("lodz", "Łódź"),
    ("smorrebrod", "Smørrebrød"),
    ("nguyen", "Nguyễn"),
    ("gulsen", "Gülşən"),
    ("cagla", "Çağla"),
    ("yilmaz", "YILMAZ"),
    ("fiala", "ﬁala"),
    ("wang xiao ming", "王 小 明"),
]


@pytest.mark.parametrize(("typed", "meant"), TYPED_AND_MEANT)
def test_plain_typing_finds_the_marked_name(typed: str, meant: str) -> None:
    assert fold(typed) == fold(meant)


@pytest.mark.parametrize(("typed", "meant"), TYPED_AND_MEANT)
def test_composed_and_decomposed_fold_alike(typed: str, meant: str) -> None:
    for s in (typed, meant):
        assert fold(normalize("NFD", s)) == fold(normalize("NFC", s)) == fold(s)


def test_fold_tells_different_names_apart() -> None:
    names = ["Anna", "Anne", "Ana", "Hanna", "Иван", "Ирина", "Müller", "Miller", "Möller", "Ширин", "Сирин"]
    assert len({fold(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("  Anna \t Maria\n", "anna maria"),
        ("Anna\u00a0Maria", "anna maria"),
        ("An\u200bna\ufeff", "anna"),
        ("Ann\u00ada", "anna"),
        ("a\x00b", "a b"),
        ("é\x00b", "e b"),
        ("a\x1b[31mb", "a [31mb"),
        ("\ud800Anna\udfff", "anna"),
        ("İ", "i"),
        ("i\u0307", "i"),
        ("й", fold("и\u0306")),
        ("", ""),
        ("   ", ""),
        ("É.-Y. Ünal", "e.-y. unal"),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_fold_remembers_no_more_characters_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "_KNOWN", dict(folding._KNOWN))
    monkeypatch.setattr(folding, "MOST", len(folding._KNOWN))
    before = len(folding._KNOWN)
    assert fold("Ꮳꮳ ⴀ Ünal") == fold("ꮳꮳ ⴀ ünal")
    assert len(folding._KNOWN) == before


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Anna-Maria O'Brien (VIP), 42", ["anna", "maria", "obrien", "vip", "42"]),
        ("foo_bar", ["foo", "bar"]),
        ("№5", ["no5"]),
        ("...", []),
        ("ann.kov@müller.de", ["ann", "kov", "muller", "de"]),
    ],
)
def test_words(typed: str, found: list[str]) -> None:
    assert words(typed) == found


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("ann kov", '"ann"* AND "kov"*'),
        ("o'brien", '"obrien"*'),
        ("foo-bar", '"foo"* AND "bar"*'),
        ("a OR", '"a"* AND "or"*'),
        ("NEAR(", '"near"*'),
        ('"; DROP', '"drop"*'),
        ("ann Ann ANN", '"ann"*'),
        ("\x00\ud800", None),
        ("", None),
        ('"*^:', None),
    ],
)
def test_fts_query(typed: str, query: str | None) -> None:
    assert fts_query(typed) == query


def test_fts_query_is_bounded() -> None:
    many = fts_query(" ".join(f"w{n}" for n in range(100)))
    assert many is not None
    assert many.count("*") == 16
    assert fts_query("x" * 10_000) == f'"{"x" * 64}"*'


def test_fts_query_finds_in_a_real_index() -> None:
    db = sqlite3.connect(":memory:")
    try:
        db.execute("CREATE VIRTUAL TABLE search USING fts5(key, tokenize='ascii', prefix='1 2 3')")
        names = [meant for _, meant in TYPED_AND_MEANT]
        db.executemany("INSERT INTO search(rowid, key) VALUES (?, ?)", enumerate(map(fold, names)))
        for rowid, (typed, _) in enumerate(TYPED_AND_MEANT):
            for query in (fts_query(typed), fts_query(typed[:3])):
                found = db.execute("SELECT rowid FROM search WHERE search MATCH ?", (query,)).fetchall()
                assert (rowid,) in found
    finally:
        db.close()


def test_name_key_keeps_the_order_and_drops_the_punctuation() -> None:
    assert name_key("  Dr. Əli   Qurbanov, Jr.") == "dr eli kurbanov jr"
    assert name_key("Qurbanov Əli") != name_key("Əli Qurbanov")


def test_a_name_of_signs_alone_keeps_a_key_of_its_own() -> None:
    assert name_key("???") != name_key("!!!")
    assert company_key("???") == "???"
    assert name_key("  ") == ""


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Acme Ltd.", "acme"),
        ("ACME, Inc", "acme"),
        ("Acme Pty Ltd", "acme"),
        ("Müller & Söhne GmbH & Co. KG", "muller sohne"),
        ("Orlen Sp. z o.o.", "orlen"),
        ("Azərsun MMC", "azersun"),
        ("Bakı QSC", "baki"),
        ("Koç A.Ş.", "koc"),
        ("Deniz Ltd. Şti.", "deniz"),
        ("ООО «Ромашка»", "romashka"),
        ("ТОО Ромашка", "romashka"),
        ("Ромашка, ООО", "romashka"),
        ("OOO Romashka", "romashka"),
        ("Too Good To Go", "too good to go"),
        ("Société Générale S.A.", "societe generale"),
        ("Kovač d.o.o.", "kovac"),
        ("Škoda a.s.", "skoda"),
        ("Corp", "corp"),
        ("LLC Inc", "llc"),
        ("Ltd Brothers", "ltd brothers"),
        ("", ""),
    ],
)
def test_company_key(typed: str, key: str) -> None:
    assert company_key(typed) == key


def test_every_legal_form_is_spelt_as_folding_spells_it() -> None:
    for form in text._LAST | text._FIRST_CYRILLIC:
        assert form == name_key(form)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lifecycel", "lifecycle"),
        ("Stauts", "status"),
        ("life", "lifecycle"),
        ("zzz", None),
        ("", None),
        ("x" * 5000, None),
    ],
)
def test_nearest(typed: str, meant: str | None) -> None:
    assert nearest(typed, ["lifecycle", "status", "stage", "source"]) == meant


def test_nearest_gives_the_choice_as_it_is_spelt() -> None:
    assert nearest("close date", ["Close Date", "Amount"]) == "Close Date"
    assert nearest("anything", []) is None


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("football-fan, musician", ["football-fan", "musician"]),
        ("a;b ; c,,;", ["a", "b", "c"]),
        ("VIP, vip, Vip, old", ["VIP", "old"]),
        ("new customer", ["new customer"]),
        (" , ; ", []),
        ("", []),
    ],
)
def test_split_tags(cell: str, tags: list[str]) -> None:
    assert split_tags(cell) == tags


@pytest.mark.parametrize("tag", ["vip", "Ağıllı", "new customer", "x" * 64, "👨‍👩‍👧", "#1"])
def test_check_tag_keeps_what_was_typed(tag: str) -> None:
    assert check_tag(f" {tag} ") == tag


@pytest.mark.parametrize(
    ("tag", "says"),
    [
        ("", "cannot be empty"),
        (" \t", "cannot be empty"),
        ("x" * 65, "65 characters"),
        ("a,b", "a,b holds a comma"),
        ("a;b", "a;b holds a comma or semicolon"),
        ("a\x1b]52;", "comma or semicolon"),
        ("a\x00", "a\u2400 holds a control character"),
        ("a\u202eb", "a<U+202E>b holds a control character"),
    ],
)
def test_check_tag_refuses(tag: str, says: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        check_tag(tag)
    assert says in caught.value.message
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")


def test_importing_and_plain_names_load_no_heavy_library() -> None:
    code = (
        "import sys; from crm_tui import text, phones;"
        "text.fold('Anna'); text.email_key('a@b.com'); text.clean('x'); text.cell_width('x');"
        "heavy = ['anyascii', 'phonenumbers', 'unicodedata', 'rich', 'difflib'];"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
