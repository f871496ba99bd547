"""What a recipe can say beyond a header and its field: labels, columns that may be lacking, several values."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain import Crm
from crm_tui.domain.loading.drafts import OnMatch
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange.options import KINDS, Options, from_recipe, read_recipe
from tests.loading import Loader, counts


def methods(crm: Crm, contact_id: int = 1) -> list[tuple[str, str, str | None]]:
    found = sorted(crm.contacts.methods(contact_id), key=lambda each: each.id)
    return [(each.kind.value, each.value, each.label) for each in found]


def test_a_label_in_a_map(load: Loader) -> None:
    load(
        "contacts",
        "Wer,A,B\nAnna,+48 500 070 001,+48 500 070 002\n",
        mapping={"Wer": "name", "A": "phones:work", "B": "phone: ski hut"},
    )
    assert methods(load.crm) == [
        ("phone", "+48 500 070 001", "work"),
        ("phone", "+48 500 070 002", "ski hut"),
    ]  # fmt: skip


def test_labels_in_a_column_of_the_same_number(load: Loader) -> None:
    maybe = {"Mail *": "emails", "Mail * kind": "emails.label", "Link *": "urls", "Link * kind": "urls.label"}
    load(
        "contacts",
        "name,Mail 1,Mail 1 kind,Mail 2,Mail 2 kind,Link 1,Link 1 kind\n"
        "Anna,a@x.example,* Office,b@x.example,Cottage,https://x.example,\n",
        maybe=maybe,
    )
    assert methods(load.crm) == [
        ("email", "a@x.example", "work"),
        ("email", "b@x.example", "Cottage"),
        ("url", "https://x.example", None),
    ]


def test_parts_of_several_addresses(load: Loader) -> None:
    text = "name,S1,T1,S2,T2,W\nAnna,Weg 1,Ulm,,Bern,\nBob,,,,,Rue 3\nCarl,Weg 2,,,,Rue 4\n"
    maybe = {
        "S1": "street:work",
        "T1": "city:work",
        "S2": "street:home",
        "T2": "city:home",
        "W": "address:other",
    }
    load("contacts", text, maybe=maybe)
    assert methods(load.crm) == [("address", "Weg 1, Ulm", "work"), ("address", "Bern", "home")]
    assert methods(load.crm, 2) == [("address", "Rue 3", "other")]
    assert methods(load.crm, 3) == [("address", "Rue 4", "other"), ("address", "Weg 2", "work")]
    assert counts(load("contacts", text, maybe=maybe)) == (0, 0, 3, 0, 0)


def test_a_whole_address_counts_where_its_parts_are_blank(load: Loader) -> None:
    maybe = {"A * whole": "address", "A * street": "street"}
    load("contacts", "name,A 1 whole,A 1 street\nAnna,Weg 1 Ulm,Weg 1\nBob,Rue 3,\n", maybe=maybe)
    assert methods(load.crm) == [("address", "Weg 1", None)]
    assert methods(load.crm, 2) == [("address", "Rue 3", None)]


def test_columns_that_may_be_lacking(load: Loader) -> None:
    load("contacts", "Wer,Ort\nAnna,Ulm\n", maybe={"wer": "name", "Titel": "title", "ORT": "-"})
    assert load.crm.contacts.get(1).name == "Anna"
    with pytest.raises(UsageError, match='no field "nmae"'):
        load("contacts", "Wer\nAnna\n", maybe={"Wer": "nmae"})
    # what is said by hand must be there, and counts more
    with pytest.raises(UsageError, match='no column "Titel"'):
        load("contacts", "Wer\nAnna\n", maybe={"Wer": "name"}, mapping={"Titel": "title"})
    load("contacts", "Wer,Ort\nBob,Boss\n", maybe={"Wer": "name", "Ort": "-"}, mapping={"Ort": "title"})
    assert load.crm.contacts.get(2).title == "Boss"


def test_only_what_is_named(load: Loader) -> None:
    load.crm.fields.add("contacts", "size", "text")
    summary = load(
        "contacts", "Wer,Phone,Size,Blank,Title\nAnna,+48500070001,M,,x\n", only=True, maybe={"Wer": "name"}
    )
    anna = load.crm.contacts.get(1)
    assert (anna.phones, anna.title, anna.custom) == ((), None, {"size": "M"})
    assert summary.notices == [
        'Not imported, as nothing is known to hold them: "Phone", "Title"; --map says what they are.'
    ]


def test_several_values_in_a_cell(load: Loader) -> None:
    load(
        "contacts",
        'name,url,im,tags,address\nAnna,https://a.example / https://b.example,@a / @b,"red / big, green",x\n',
        split=dict.fromkeys(("urls", "ims", "tags"), " / "),
        values={"tags": {"red": "rot", "big, green": "big;green"}},
    )  # fmt: skip
    anna = load.crm.contacts.get(1)
    assert anna.tags == ("rot", "big", "green")
    assert [value for _, value, _ in methods(load.crm)] == [
        "https://a.example", "https://b.example", "@a", "@b", "x",
    ]  # fmt: skip


def test_of_a_field_with_one_value_the_first_counts(load: Loader) -> None:
    load.crm.contacts.add(name="Anna", emails=["a@x.example"])
    load(
        "deals",
        "title,contact,company\nRoof,Anna (a@x.example);Bob,Acme;Other\n",
        split={"contact": ";", "company": ";"},
    )
    roof = load.crm.deals.get(1)
    assert (roof.contact, roof.company) == ("Anna", "Acme")


def test_how_many_characters_count(load: Loader) -> None:
    load("contacts", "id,name\nabcdeXYZ,Anna\n", source="s", length={"external_id": 5})
    assert counts(load("contacts", "id,name\nabcde,Anna\n", source="s")) == (0, 0, 1, 0, 0)


def test_words_for_nothing(load: Loader) -> None:
    load(
        "contacts",
        "name,birthday,tags\nAnna,0/0/00,old;x\n",
        values={"birthday": {"0/0/00": ""}, "tags": {"old": ""}},
    )
    anna = load.crm.contacts.get(1)
    assert (anna.birthday, anna.tags) == (None, ("x",))


def test_a_default_takes_the_first_of_several_cells(load: Loader) -> None:
    default = {"name": "{Firm|Nickname|email}", "note": "from {Gone|Never}"}
    load(
        "contacts", "first name,Firm,email\n,Acme,a@x.example\n,,b@x.example\nCarl,Firma,\n", defaults=default
    )
    assert [each.name for each in load.crm.contacts.list(sort="id")] == ["Acme", "b@x.example", "Carl"]
    assert load.crm.contacts.get(1).note is None
    with pytest.raises(UsageError, match='no column "Nickname"'):
        load("contacts", "name\nAnna\n", defaults={"note": "{Nickname}"})


def test_lines_above_the_header_and_remarks_below(load: Loader) -> None:
    text = 'A report\n"of; today"\n\nName;Mail\nAnna;a@x.example\n\n"Made by me"\n'
    header = (("Nothing",), ("name", "mail"))
    assert counts(load("contacts", text, header=header, full_rows=True)) == (1, 0, 0, 0, 0)
    assert load.outcomes[0].line == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('header = "Name"', '"header" is no list of names'),
        ("header = [[]]", "no list of names"),
        ('header = [["a"], "b"]', "no list of names"),
        ('[split]\ntags = ""', '"split.tags" is no text'),
        ("[split]\ntags = 1", '"split.tags" is no text'),
        ("[length]\nexternal_id = 0", '"length.external_id" is no number from 1 on'),
        ('[values]\nstage = "Won"', '"values.stage" is no table'),
        ("maybe = 1", '"maybe" is no table'),
    ],
)
def test_a_recipe_that_is_wrong_says_where(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidDataError, match=words):
        from_recipe(read_recipe(path))


words = st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=4)
pairs = st.dictionaries(words, words, max_size=3)
some = st.builds(
    Options, kind=st.sampled_from(KINDS), mapping=pairs, maybe=pairs, defaults=pairs, split=pairs,
    values=st.dictionaries(words, pairs, max_size=2), tags=st.lists(words, max_size=2), only=st.booleans(),
    on_match=st.sampled_from(OnMatch), source=st.none() | words,
)  # fmt: skip


@given(base=some, said=some)
def test_what_is_said_goes_over_the_base_and_loses_nothing_of_it(base: Options, said: Options) -> None:
    both = said.over(base)
    assert both.kind == base.kind
    for name in ("mapping", "maybe", "defaults", "split"):
        assert getattr(both, name) == {**getattr(base, name), **getattr(said, name)}
    assert both.source == (said.source or base.source)
    assert both.only == (base.only or said.only)
    assert Options(kind=base.kind).over(base) == base
    assert said.over(Options(kind=said.kind)) == said


def test_options_for_rows_of_another_kind(load: Loader) -> None:
    preset = Options(
        title="x", maybe={"A": "name"}, values={"tags": {"a": "b"}}, encoding="cp1251", only=True
    )
    assert preset.of_kind("contacts") is preset
    assert preset.of_kind("deals") == Options(kind="deals", encoding="cp1251")
    assert Options(values={"x": {"a": "b"}}).of_kind("deals").values == {"x": {"a": "b"}}


def test_a_name_with_an_address_is_the_same_one_again(load: Loader) -> None:
    text = "name,address,url\nAnna,Weg 1,\nAnna,Weg 2,\nBob,,https://b.example\nCarl,,\n"
    assert counts(load("contacts", text)) == (4, 0, 0, 0, 0)
    assert counts(load("contacts", text)) == (0, 0, 4, 0, 0)
