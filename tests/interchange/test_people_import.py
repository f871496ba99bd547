"""Loading people: whom a row means, what it changes, and that it can be taken back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from crm_tui.dates import DateOrder
from crm_tui.domain import Crm
from crm_tui.domain.loading.drafts import OnMatch, Verdict
from crm_tui.errors import ConflictError, InvalidDataError, UsageError
from crm_tui.interchange.options import Options, from_recipe, read_recipe
from crm_tui.models import FieldType
from tests.everything import assert_sound, content
from tests.loading import Loader, counts, table


def names(crm: Crm) -> list[str]:
    return [each.name for each in crm.contacts.list(sort="id")]


def test_a_first_file(load: Loader) -> None:
    summary = load(
        "contacts",
        "First name,Last name,E-mail,Mobile,Company,Job title,Tags,Notes,Birthday\n"
        'Anna,Kowalska,anna@example.com,+48 500 070 096,Acme,Buyer,vip;fair,"Two\nlines",1990-05-01\n'
        "Bob,Ray,,,acme,,,,--02-29\n",
    )
    assert counts(summary) == (2, 0, 0, 0, 0)
    anna, bob = load.crm.contacts.list(sort="id")
    assert (anna.name, anna.given_name, anna.family_name) == ("Anna Kowalska", "Anna", "Kowalska")
    assert (anna.emails, anna.phones, anna.tags) == (
        ("anna@example.com",),
        ("+48 500 070 096",),
        ("vip", "fair"),
    )
    assert (anna.company, anna.title, anna.note, anna.birthday) == (
        "Acme",
        "Buyer",
        "Two\nlines",
        "1990-05-01",
    )
    assert (bob.company_id, bob.birthday) == (anna.company_id, "--02-29")
    assert_sound(load.crm)


def test_the_same_file_twice_changes_nothing(load: Loader) -> None:
    text = (
        "id,name,email,phone,company,tags,note,birthday,created\n"
        "7,Anna Kowalska,anna@example.com,+48 500 070 096,Acme,vip,met,1990-05-01,2025-01-02\n"
        ",Bob Ray,,+48 500 070 097,Acme,,,,\n"
        ",Carl,,,,,,,\n"
        ",Dora,,,Acme,,,,\n"
    )
    load("contacts", text)
    before = content(load.crm)
    summary = load("contacts", text)
    assert (counts(summary), summary.operation) == ((0, 0, 4, 0, 0), None)
    assert content(load.crm) == before
    assert len(load.crm.history()) == 1


def test_matching_goes_from_the_id_to_the_name_with_company(load: Loader) -> None:
    load(
        "contacts",
        "id,name,email,phone,company\n"
        "1,Anna Kowalska,anna@example.com,+48500070001,Acme\n"
        "2,Bob Ray,bob@example.com,+48500070002,Acme\n",
    )
    # by its id, although the e-mail is Bob's
    assert counts(load("contacts", "id,name,email,phone,company\n1,Anna K.,bob@example.com,,\n")) == (
        0,
        1,
        0,
        0,
        0,
    )
    assert names(load.crm) == ["Anna K.", "Bob Ray"]
    load.crm.undo()
    # the file of another program: by e-mail, by phone, by name and company
    other = (
        "name,email,phone,company,title\n"
        ",ANNA@example.com,,,Buyer\n"
        "Bob Ray,,+48 500 070 002,,Owner\n"
        "anna kowalska,,,ACME,Head\n"
    )
    assert counts(load("contacts", other)) == (0, 3, 0, 0, 0)
    assert [(each.name, each.title) for each in load.crm.contacts.list(sort="id")] == [
        ("anna kowalska", "Head"),
        ("Bob Ray", "Owner"),
    ]


def test_a_name_alone_or_at_another_company_is_another_person(load: Loader) -> None:
    load("contacts", "name,company\nJohn Smith,Acme\n")
    assert counts(load("contacts", "name,company,email\nJohn Smith,Other,\nJohn Smith,,j@example.com\n")) == (
        2,
        0,
        0,
        0,
        0,
    )


def test_a_shared_address_fuses_nobody(load: Loader) -> None:
    text = "name,email,company\nAnna,info@acme.com,Acme\nBob,info@acme.com,Acme\nCarl,info@acme.com,Acme\n"
    assert counts(load("contacts", text)) == (3, 0, 0, 0, 0)
    assert counts(load("contacts", text)) == (0, 0, 3, 0, 0)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("name,url", "Anna,https://x.example/{}"),
        ("name,email", "{0}{0}{0}{0} {0}{0}{0}{0}{0},one@family.example"),
        ("name,phone", "{0}{0}{0}{0} {0}{0}{0}{0}{0},+48221234567"),
    ],
    ids=["name", "email", "phone"],
)
def test_many_who_share_something_stay_who_they_are(load: Loader, header: str, row: str) -> None:
    text = "\n".join([header, *(row.format(each) for each in "BCDFGHJKLMNP"), ""])
    assert counts(load("contacts", text)) == (12, 0, 0, 0, 0)
    again = load("contacts", text)
    assert (counts(again), again.operation) == ((0, 0, 12, 0, 0), None)
    # alone, too
    last = load("contacts", f"{header}\n{row.format('P')}\n")
    assert (last.unchanged, last.operation) == (1, None)
    assert [each.id for each in load.outcomes] == [12]


def test_a_family_shares_a_phone(load: Loader) -> None:
    text = "name,phone\nAnna Kowalska,+48500070001\nJan Kowalski,+48500070001\nAnna K,+48 500 070 001\n"
    assert counts(load("contacts", text)) == (2, 1, 0, 0, 0)
    assert names(load.crm) == ["Anna K", "Jan Kowalski"]
    before = content(load.crm)
    load("contacts", text)
    assert content(load.crm) == before


def test_two_matches_are_a_rejected_row(load: Loader) -> None:
    load.crm.contacts.add(name="Anna", emails=["a@example.com"])
    other = load.crm.contacts.add(name="Anne")
    load.crm.contacts.add_method(other.id, "email", "a@example.com")
    summary = load("contacts", "name,email\nBob,a@example.com\nCarl,c@example.com\n")
    assert counts(summary) == (1, 0, 0, 0, 1)
    assert load.reasons() == [(2, "", "e-mail a@example.com is that of Anna (1), Anne (2)")]


def test_an_id_that_is_only_noted_is_told(load: Loader) -> None:
    load("contacts", "name,email\nAnna,a@example.com\n")
    text = "id,name,email\n7,Anna,a@example.com\n"
    summary = load("contacts", text)
    assert (counts(summary), summary.operation) == ((0, 0, 1, 0, 0), 2)
    assert summary.notices[0].startswith("No record was changed; only which")
    again = load("contacts", text)
    assert (counts(again), again.operation, again.notices) == ((0, 0, 1, 0, 0), None, [])


def test_another_id_of_the_same_source_is_another_person(load: Loader) -> None:
    text = "id,name,email\n1,Anna,family@example.com\n2,Bert,family@example.com\n"
    assert counts(load("contacts", text)) == (2, 0, 0, 0, 0)
    assert counts(load("contacts", text)) == (0, 0, 2, 0, 0)
    # another program's ids are another source
    assert counts(load("contacts", "id,name,mail,city\n9,Anna,family@example.com,\n", source="web")) == (
        0,
        0,
        1,
        0,
        0,
    )


def test_a_blank_cell_never_erases(load: Loader) -> None:
    load(
        "contacts",
        "email,name,phone,company,title,tags,note,birthday\n"
        "a@example.com,Anna,+48500070001,Acme,Buyer,vip,met,1990-05-01\n",
    )
    before = content(load.crm)
    blank = "email,name,phone,company,title,tags,note,birthday\na@example.com, ,,n/a,,,,-\n"
    assert counts(load("contacts", blank, source="elsewhere")) == (0, 0, 1, 0, 0)
    assert content(load.crm) == before


def test_a_row_adds_and_changes(load: Loader) -> None:
    load("contacts", "email,name,phone,tags,note,title\na@example.com,Anna,+48500070001,vip,met,Buyer\n")
    summary = load(
        "contacts",
        "email,name,phone,tags,note,title\na@example.com;b@example.com,Anna,+48 500 070 001,fair,moved,Owner\n",
    )
    assert counts(summary) == (0, 1, 0, 0, 0)
    assert sorted(load.changes()) == [
        ("emails", "", "b@example.com"),
        ("note", "met", "moved"),
        ("tags", "", "fair"),
        ("title", "Buyer", "Owner"),
    ]
    anna = load.crm.contacts.get(1)
    assert (anna.emails, anna.phones, anna.tags) == (
        ("a@example.com", "b@example.com"),
        ("+48500070001",),
        ("vip", "fair"),
    )


def test_several_rows_about_one_person_are_laid_over_each_other(load: Loader) -> None:
    text = (
        "name,email,title,tags\nAnna,a@example.com,Buyer,x\n"
        "Bob,b@example.com,,\nAnna,a@example.com,Owner,y\nAnna,a@example.com,,\n"
    )
    assert counts(load("contacts", text)) == (2, 2, 0, 0, 0)
    assert (load.crm.contacts.get(1).title, load.crm.contacts.get(1).tags) == ("Owner", ("x", "y"))
    before = content(load.crm)
    assert counts(load("contacts", text)) == (0, 0, 4, 0, 0)
    assert content(load.crm) == before


def test_tags_of_the_command_line_come_on_top(load: Loader) -> None:
    load("contacts", 'name,tags\nAnna,"vip, FAIR"\nBob,\n', tags=["fair", "2026"])
    assert [each.tags for each in load.crm.contacts.list(sort="id")] == [
        ("vip", "FAIR", "2026"),
        ("FAIR", "2026"),
    ]


def test_defaults_fill_what_is_blank_and_change_nothing_else(load: Loader) -> None:
    text = "name,email,source\nAnna,a@example.com,\nBob,b@example.com,web\n"
    load("contacts", text, defaults={"source": "fair", "lifecycle": "prospect", "note": "from {name}"})
    assert [(each.source, str(each.lifecycle), each.note) for each in load.crm.contacts.list(sort="id")] == [
        ("fair", "prospect", "from Anna"),
        ("web", "prospect", "from Bob"),
    ]
    load.crm.contacts.update(1, lifecycle="customer", source="friend")
    without = "name,email\nAnna,a@example.com\nBob,b@example.com\n"
    summary = load(
        "contacts", without, defaults={"source": "fair", "lifecycle": "prospect", "title": "Buyer"}
    )
    assert counts(summary) == (0, 2, 0, 0, 0)
    assert {each[0] for each in load.changes()} == {"title"}


def test_a_recipe(load: Loader, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        'as = "contacts"\nsource = "old"\ntag = ["a", "b"]\ndate_format = "DMY"\ndelimiter = "semicolon"\n'
        '[map]\n"Wer" = "name"\n"Wann" = "birthday"\n"Stand" = "lifecycle"\n[defaults]\nsource = "{Wo}"\n'
        '[values.lifecycle]\n"Kunde" = "customer"\n'
    )
    options = from_recipe(read_recipe(recipe))
    path = tmp_path / "file.csv"
    path.write_text("Wer;Wann;Stand;Wo\nAnna;02.03.1990;KUNDE;Messe\n")
    from crm_tui.interchange.importer import load as load_file

    load_file(load.crm, path, options)
    anna = load.crm.contacts.get(1)
    assert (anna.birthday, anna.lifecycle.value, anna.source, anna.tags) == (
        "1990-03-02",
        "customer",
        "Messe",
        ("a", "b"),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mapp = 1", 'unknown entry "mapp".*'),
        ("map = 1", '"map" is no table'),
        ("[", "is no valid TOML"),
        ('as = "tickets"', '"tickets" cannot be imported'),
        ('on_match = "maybe"', 'no --on-match "maybe"'),
        ('from = "siebel"', 'no preset for "siebel"'),
        ('date_format = "YDM"', 'no date format "YDM"'),
    ],
)
def test_a_recipe_that_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(text)
    with pytest.raises((UsageError, InvalidDataError), match=words):
        from_recipe(read_recipe(recipe))


def test_one_unambiguous_date_decides_for_its_column(load: Loader) -> None:
    load("contacts", "name,birthday\nAnna,03/04/1990\nBob,31/12/1990\n")
    assert [each.birthday for each in load.crm.contacts.list(sort="id")] == ["1990-04-03", "1990-12-31"]


def test_a_column_that_can_be_read_both_ways_stops_the_import(load: Loader) -> None:
    text = "name,birthday\nAnna,03/04/1990\nBob,01/12/1990\n"
    with pytest.raises(
        UsageError, match='dates in "birthday" can be read day first or month first'
    ) as caught:
        load("contacts", text)
    assert "--date-format" in caught.value.hint
    assert load.crm.contacts.count() == 0
    load("contacts", text, date_order=DateOrder.MDY)
    assert load.crm.contacts.get(1).birthday == "1990-03-04"


def test_undo_brings_back_every_row(load: Loader) -> None:
    load.crm.contacts.add(name="Anna", emails=["a@example.com"], tags=["old"], company="Acme")
    before = content(load.crm)
    load(
        "contacts",
        "id,name,email,company,tags,birthday,source\n"
        "1,Anna Lee,a@example.com,Other,new,1990-05-01,web\n2,Bob,b@example.com,Third,new,,\n",
    )
    assert content(load.crm) != before
    after = content(load.crm)
    load.crm.undo()
    assert content(load.crm) == before
    assert_sound(load.crm)
    load.crm.redo()
    assert content(load.crm) == after
    assert_sound(load.crm)


def test_what_happens_to_a_match(load: Loader) -> None:
    load("contacts", "id,name,email\n1,Anna,a@example.com\n")
    text = "id,name,email\n1,Anna Lee,a@example.com\n2,Bob,b@example.com\n"
    assert counts(load("contacts", text, on_match=OnMatch.SKIP)) == (1, 0, 0, 1, 0)
    assert names(load.crm) == ["Anna", "Bob"]
    load.crm.undo()
    with pytest.raises(ConflictError, match="Line 2: Anna Lee is there already, as contact 1"):
        load("contacts", text, on_match=OnMatch.FAIL)
    assert names(load.crm) == ["Anna"]


def test_create_makes_another_one(load: Loader) -> None:
    text = "name,email\nAnna,a@example.com\n"
    load("contacts", text)
    assert counts(load("contacts", text, on_match=OnMatch.CREATE)) == (1, 0, 0, 0, 0)
    assert names(load.crm) == ["Anna", "Anna"]
    assert_sound(load.crm)


def test_one_key_to_match_by(load: Loader) -> None:
    load("contacts", "name,phone,email\nAnna,+48500070001,a@example.com\nBob,+48500070002,b@example.com\n")
    text = "name,phone,email\nAnne,+48500070001,b@example.com\n"
    assert counts(load("contacts", text, key="phone")) == (0, 1, 0, 0, 0)
    assert load.crm.contacts.get(1).name == "Anne"
    assert load.crm.contacts.get(2).name == "Bob"
    with pytest.raises(UsageError, match='cannot be matched by "colour"'):
        load("contacts", text, key="colour")


def test_a_bad_row_is_rejected_alone_and_can_be_mended(load: Loader, tmp_path: Path) -> None:
    rejects = tmp_path / "bad.csv"
    text = (
        'name,email,birthday,note\nAnna,a@example.com,1990-05-01,"=x, ""y"""\n'
        "Bob,no address,,x\n,,,only a note\nCarl,c@example.com,never,\n"
    )
    summary = load("contacts", text, rejects=rejects)
    assert counts(summary) == (1, 0, 0, 0, 3)
    assert summary.rejects_file == str(rejects)
    assert rejects.stat().st_mode & 0o777 == 0o600
    with rejects.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["name", "email", "birthday", "note", "reject_line", "reject_column", "reject_reason"]
    assert [(row[:4], row[4:6]) for row in rows] == [
        (["Bob", "no address", "", "x"], ["3", "email"]),
        (["", "", "", "only a note"], ["4", "name"]),
        (["Carl", "c@example.com", "never", ""], ["5", "birthday"]),
    ]
    mended = (
        rejects.read_text()
        .replace("no address", "b@example.com")
        .replace(",,,only", "Dora,,,only")
        .replace("never", "")
    )
    again = tmp_path / "again.csv"
    assert counts(load("contacts", mended, rejects=again)) == (3, 0, 0, 0, 0)
    assert not again.exists()
    # the original file now knows them: the mended rows come from the same source
    assert counts(load("contacts", text)) == (0, 0, 1, 0, 3)


def test_ids_of_a_mended_rejects_file_are_those_of_its_source(load: Loader, tmp_path: Path) -> None:
    rejects = tmp_path / "bad.csv"
    text = "id,name,email\n1,Anna,a@example.com\n2,Bob,nothing at all\n"
    load("contacts", text, rejects=rejects)
    load("contacts", rejects.read_text().replace("nothing at all", ""))
    assert counts(load("contacts", text.replace("nothing at all", ""))) == (0, 0, 2, 0, 0)


def test_strict_takes_all_or_nothing(load: Loader) -> None:
    with pytest.raises(
        InvalidDataError, match='1 of 2 rows cannot be taken; the first is line 3, column "email"'
    ):
        load("contacts", "name,email\nAnna,a@example.com\nBob,nothing\n", strict=True)
    assert load.crm.contacts.count() == 0
    assert load.crm.history() == []


def test_a_dry_run_says_it_all_and_does_nothing(load: Loader) -> None:
    load("contacts", "name,email\nAnna,a@example.com\nBob,b@example.com\n")
    before = content(load.crm)
    summary = load(
        "contacts", "name,email\nAnna Lee,a@example.com\nBob,b@example.com\nCarl,\nDora,x\n", dry_run=True
    )
    assert counts(summary) == (1, 1, 1, 0, 1)
    assert summary.operation is None
    assert sorted((each.line, each.verdict) for each in load.outcomes) == [
        (2, Verdict.CHANGED),
        (3, Verdict.SAME),
        (4, Verdict.NEW),
        (5, Verdict.REJECTED),
    ]
    assert load.changes() == [("name", "Anna", "Anna Lee")]
    assert content(load.crm) == before
    assert len(load.crm.history()) == 1


def test_rows_that_are_no_rows(load: Loader) -> None:
    summary = load(
        "contacts",
        'name,email\nAnna,a@example.com,more\nBob,b@example.com,\nCarl\nD\x00ora,\nEve,"e@example.com\nFred,\n',
    )
    assert counts(summary) == (2, 0, 0, 0, 3)
    assert [reason for _, _, reason in load.reasons()] == [
        "the row has 3 cells, the header 2",
        "The name contains a NUL character",
        "a quote that opens here never closes",
    ]


def test_custom_fields(load: Loader) -> None:
    load.crm.fields.add("contacts", "shoe_size", FieldType.NUMBER)
    summary = load("contacts", "name,shoe_size\nAnna,38\nBob,large\n")
    assert counts(summary) == (1, 0, 0, 0, 1)
    assert load.crm.contacts.get(1).custom == {"shoe_size": 38}


def test_who_brought_them(load: Loader) -> None:
    summary = load(
        "contacts",
        "name,email,referred_by\nAnna,a@example.com,b@example.com\nBob,b@example.com,nobody@example.com\n",
    )
    assert [each.referred_by_id for each in load.crm.contacts.list(sort="id")] == [2, None]
    assert [each for each in summary.notices if "line 3: referred_by is left as it was" in each]


def test_who_brought_them_is_a_change(load: Loader) -> None:
    load("contacts", "name,email\nAnna,a@example.com\nBob,b@example.com\nCarl,c@example.com\n")
    text = "name,email,referred_by\nAnna,a@example.com,{}\n"
    for dry_run in (True, False):
        assert counts(load("contacts", text.format("b@example.com"), dry_run=dry_run)) == (0, 1, 0, 0, 0)
        assert load.changes() == [("referred_by", "", "Bob")]
    assert counts(load("contacts", text.format("b@example.com"))) == (0, 0, 1, 0, 0)
    assert counts(load("contacts", text.format("Carl"))) == (0, 1, 0, 0, 0)
    assert load.changes() == [("referred_by", "Bob", "Carl")]
    # nobody, and the person, take nobody's place
    for nobody in ("Zoe", "Anna"):
        again = load("contacts", text.format(nobody))
        assert (again.unchanged, again.operation, len(again.notices)) == (1, None, 1)
    assert load.crm.contacts.get(1).referred_by_id == 3


def test_of_several_rows_the_last_says_who_brought_them(load: Loader) -> None:
    text = (
        "name,email,referred_by\nAnna,a@example.com,Bob\nAnna,a@example.com,Carl\nBob,b@example.com,\n"
        "Carl,c@example.com,Anna\n"
    )
    load("contacts", text)
    assert [each.referred_by_id for each in load.crm.contacts.list(sort="id")] == [3, None, 1]
    again = load("contacts", text)
    assert (again.unchanged, again.operation) == (4, None)


def test_a_few_of_many_who_brought_nobody_are_told(load: Loader) -> None:
    rows = "".join(f"P{number},p{number}@example.com,Nobody\n" for number in range(30))
    found = load("contacts", f"name,email,referred_by\n{rows}").notices
    assert (len(found), found[-1]) == (11, "referred_by is left as it was in 20 more rows.")


def test_formulas_and_markup_are_text(load: Loader) -> None:
    rows = [["'=cmd()", "'+1+2", "[/]\x1b[31m"], ["[bold]x", "'@a", "=1"]]
    load("contacts", table(["name", "title", "note"], *rows))
    assert [(each.name, each.title, each.note) for each in load.crm.contacts.list(sort="id")] == [
        ("=cmd()", "+1+2", "[/]\x1b[31m"),
        ("[bold]x", "@a", "=1"),
    ]


def test_new_ones_and_those_here_already_get_their_external_ids(load: Loader) -> None:
    load.crm.contacts.add(name="Bo", emails=["bo@example.com"])
    text = "id,name,email\n1,Ann,ann@example.com\n2,Bo,bo@example.com\n3,Cy,cy@example.com\n"
    before = content(load.crm)
    assert counts(load("contacts", text)) == (2, 0, 1, 0, 0)
    assert counts(load("contacts", text)) == (0, 0, 3, 0, 0)
    assert counts(load("contacts", text.replace("bo@example.com", "bo@example.org"))) == (0, 1, 2, 0, 0)
    load.crm.undo()
    load.crm.undo()
    assert content(load.crm) == before


def test_a_shared_address_is_known_again_under_its_name(load: Loader) -> None:
    text = "name,email\nAnn,info@example.com\nBo,info@example.com\nAnn,info@example.com\n"
    assert counts(load("contacts", text)) == (2, 0, 1, 0, 0)
    assert counts(load("contacts", text)) == (0, 0, 3, 0, 0)
    assert counts(load("contacts", "name,email\nAnn,info@example.org\n")) == (1, 0, 0, 0, 0)


def test_addresses_of_two_people_are_no_guess(load: Loader) -> None:
    load.crm.contacts.add(name="Ann", emails=["ann@example.com"])
    load.crm.contacts.add(name="Bo", emails=["bo@example.com"])
    both = "name,email,email 2\n{},ann@example.com,bo@example.com\n"
    assert counts(load("contacts", both.format("Cy"))) == (0, 0, 0, 0, 1)
    assert load.reasons()[0][2] == "the e-mails are those of Ann (1), Bo (2)"
    # the name tells whose they are
    assert counts(load("contacts", both.format("Bo"))) == (0, 1, 0, 0, 0)
    assert [each.emails for each in load.crm.contacts.list(sort="id")] == [
        ("ann@example.com",),
        ("bo@example.com", "ann@example.com"),
    ]


def test_tags_that_look_like_formulas_go_out_and_come_in(load: Loader, tmp_path: Path) -> None:
    load.crm.contacts.add(name="Ann", tags=["-1E2", "@home", "'quoted"])
    load.crm.contacts.add(name="Bo", tags=["=1+1"])
    text = load.export("contacts")
    assert "'=1+1" in text
    with Crm.open(tmp_path / "other.db") as other:
        assert counts(Loader(other, tmp_path)("contacts", text, own=True)) == (2, 0, 0, 0, 0)
        assert [set(each.tags) for each in other.contacts.list(sort="id")] == [
            {"-1E2", "@home", "'quoted"},
            {"=1+1"},
        ]


def test_a_file_without_anything_to_name_people_by(load: Loader) -> None:
    with pytest.raises(UsageError, match='no column holds the name of contacts; it has "colour"'):
        load("contacts", "colour\nred\n")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mapping": {"Nme": "name"}}, 'no column "Nme"'),
        ({"mapping": {"name": "nmae"}}, 'contacts have no field "nmae"'),
        ({"defaults": {"colour": "red"}}, 'contacts have no field "colour"'),
        ({"defaults": {"note": "{colour}"}}, 'no column "colour"'),
    ],
)
def test_what_the_file_has_not(load: Loader, options: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        load("contacts", "name\nAnna\n", **options)


def test_options_are_pairs() -> None:
    options = Options().with_pairs(["A=B=name", " x = note "], ["note=a=b"])
    assert options.mapping == {"A=B": "name", "x": "note"}
    assert options.defaults == {"note": "a=b"}
    for maps, defaults in ((["name"], []), (["=name"], []), ([], ["note"]), ([], ["=x"])):
        with pytest.raises(UsageError):
            Options().with_pairs(maps, defaults)
