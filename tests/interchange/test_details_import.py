"""Days that matter and relations in tables: both layouts of Google Contacts, Outlook, and columns that are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm
from crm_tui.errors import UsageError
from crm_tui.interchange import presets
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.headers import recognise
from crm_tui.interchange.importer import load as load_file
from crm_tui.interchange.kinds import guess
from crm_tui.interchange.options import Options
from crm_tui.interchange.preview import doubts, first_cells, first_rows
from crm_tui.interchange.table import look
from crm_tui.interchange.vcard import loading as vcards
from crm_tui.interchange.vcard.writing import write
from tests.everything import assert_sound, content
from tests.loading import Loader, counts, table

NAMED = {
    "D *": "dates", "D * label": "dates.label", "R *": "relations", "R * label": "relations.label",
}  # fmt: skip
GOOGLE = table(
    [
        "First Name", "Last Name", "Phonetic First Name", "Labels", "E-mail 1 - Label", "E-mail 1 - Value",
        "Event 1 - Label", "Event 1 - Value", "Event 2 - Label", "Event 2 - Value",
        "Relation 1 - Label", "Relation 1 - Value", "Relation 2 - Label", "Relation 2 - Value",
    ],
    [
        "Mira", "Stone", "", "", "", "mira@stone.example", "* Anniversary", "2014-06-20", "Name Day",
        " --06-20 ::: 2020-01-31", "* Spouse", "tom STONE", "Pen Pal", "Who, Ever ::: Tom Stone",
    ],
    ["Tom", "Stone", "", "", "", "tom@stone.example", "", "2014-06-20", "", "", "", "Mira Stone", "", ""],
)  # fmt: skip
GOOGLE_OLD = table(
    [
        "Name", "Given Name", "Family Name", "Group Membership", "E-mail 1 - Type", "E-mail 1 - Value",
        "Event 1 - Type", "Event 1 - Value", "Relation 1 - Type", "Relation 1 - Value",
    ],
    ["Mira Stone", "Mira", "Stone", "", "", "mira@stone.example", "Anniversary", " --06-20", "Spouse", "Tom Stone"],
    ["Tom Stone", "Tom", "Stone", "", "", "tom@stone.example", "", "", "", ""],
)  # fmt: skip
OUTLOOK = table(
    [
        "First Name", "Last Name", "E-mail Address", "E-mail Type", "Business Phone", "Anniversary", "Birthday",
        "Spouse", "Children", "Manager's Name", "Assistant's Name",
    ],
    ["Jo", "Field", "jo@field.example", "SMTP", "", "6/20/2014", "0/0/00", "Lea Field", "Kim; Lou", "", "-"],
    ["Lea", "Field", "lea@field.example", "SMTP", "", "0/0/00", "3/17/1990", "", "", "Jo Field", "Jo Field"],
)  # fmt: skip


def bring(load: Loader, text: str) -> tuple[int, int, int, int, int]:
    """Import a text with the preset that knows it."""
    path = load.folder / "export.csv"
    path.write_text(text, encoding="utf-8", newline="")
    preset = presets.recognised(path)
    assert preset is not None
    load.outcomes = []
    summary = load_file(load.crm, path, preset.options, report=load.outcomes.append)
    load.notices = summary.notices  # type: ignore[attr-defined]
    return counts(summary)


def days(crm: Crm, contact_id: int = 1) -> list[tuple[str, str]]:
    return [
        (each.label, each.date) for each in sorted(crm.contacts.dates(contact_id), key=lambda each: each.id)
    ]


def ties(crm: Crm, contact_id: int = 1) -> list[tuple[str, str]]:
    return sorted((each.kind, name) for each, name in crm.contacts.relations(contact_id))


def kept(crm: Crm, contact_id: int = 1) -> str:
    rows = crm.connection.execute("SELECT lines FROM kept_lines WHERE entity_id = ?", (contact_id,))
    return "\n".join(row[0] for row in rows)


def test_google_contacts(load: Loader) -> None:
    assert bring(load, GOOGLE) == (2, 0, 0, 0, 0)
    assert days(load.crm) == [
        ("anniversary", "2014-06-20"), ("Name Day", "--06-20"), ("Name Day", "2020-01-31"),
    ]  # fmt: skip
    # Tom comes later in the file
    assert ties(load.crm) == [("pen pal", "Tom Stone"), ("spouse", "Tom Stone")]
    assert kept(load.crm) == "item1.RELATED;VALUE=text:Who\\, Ever\nitem1.X-ABLABEL:pen pal"
    assert (days(load.crm, 2), ties(load.crm, 2)) == ([("date", "2014-06-20")], [("contact", "Mira Stone")])
    assert load.notices == [  # type: ignore[attr-defined]
        '1 relation names nobody here, or several people: "Who, Ever". It is kept with the person, and in their vCard.'
    ]
    assert_sound(load.crm)


def test_the_layout_of_google_contacts_before(load: Loader) -> None:
    assert bring(load, GOOGLE_OLD) == (2, 0, 0, 0, 0)
    assert (days(load.crm), ties(load.crm)) == ([("anniversary", "--06-20")], [("spouse", "Tom Stone")])
    assert (days(load.crm, 2), ties(load.crm, 2)) == ([], [])
    assert load.notices == []  # type: ignore[attr-defined]


def test_outlook(load: Loader) -> None:
    assert bring(load, OUTLOOK) == (2, 0, 0, 0, 0)
    assert (days(load.crm), ties(load.crm)) == ([("anniversary", "2014-06-20")], [("spouse", "Lea Field")])
    assert kept(load.crm) == "RELATED;VALUE=text;TYPE=child:Kim\nRELATED;VALUE=text;TYPE=child:Lou"
    assert ties(load.crm, 2) == [("assistant", "Jo Field"), ("manager", "Jo Field")]
    assert (days(load.crm, 2), load.crm.contacts.get(2).birthday) == ([], "1990-03-17")


@pytest.mark.parametrize("text", [GOOGLE, GOOGLE_OLD, OUTLOOK], ids=["google", "google (old)", "outlook"])
def test_the_same_export_twice_changes_nothing_and_comes_off_whole(load: Loader, text: str) -> None:
    load.crm.contacts.add(name="Somebody else")
    before = content(load.crm)
    bring(load, text)
    after = content(load.crm)
    assert bring(load, text) == (0, 0, 2, 0, 0)
    assert content(load.crm) == after
    load.crm.undo()
    assert content(load.crm) == before


def test_known_people_get_what_is_new(load: Loader) -> None:
    bring(load, GOOGLE)
    mira = load.crm.contacts.get(1)
    load.crm.contacts.set_date(2, "date", "2014-06-19")
    before = content(load.crm)
    newer = GOOGLE.replace("* Anniversary,2014-06-20", "ANNIVERSARY,2015-06-20").replace(
        ",Mira Stone,", ",Who,"
    )
    assert bring(load, newer) == (0, 2, 0, 0, 0)
    assert load.changes() == [
        ("anniversary", "2014-06-20", "2015-06-20"), ("date", "2014-06-19", "2014-06-20"), ("contact", "", "Who"),
    ]  # fmt: skip
    # a blank cell erases nothing, and what is not said any more stays
    assert days(load.crm)[0] == ("anniversary", "2015-06-20")
    assert ties(load.crm, 2) == [("contact", "Mira Stone")]
    assert load.crm.contacts.get(1).name == mira.name
    assert bring(load, newer) == (0, 0, 2, 0, 0)
    load.crm.undo()
    assert content(load.crm) == before


def test_a_dry_run_tells_all_and_leaves_the_file_as_it_was(load: Loader, tmp_path: Path) -> None:
    load.crm.contacts.add(name="Anna", emails=["a@x.example"])
    load.crm.contacts.set_date(1, "Anniversary", "2001-01-01")
    load.crm.contacts.add(name="Bob", emails=["b@x.example"])
    load.crm.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base = Path(load.crm.connection.execute("PRAGMA database_list").fetchone()[2])
    before = base.read_bytes()
    text = (
        "name,email,Anniversary,Spouse\nAnna,a@x.example,2002-02-02,Bob\nBob,b@x.example,,\n"
        "Carl,c@x.example,--13-40,\nDora,d@x.example,2003-03-03,Bob\n"
    )
    summary = load("contacts", text, dry_run=True)
    load.crm.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert base.read_bytes() == before
    assert counts(summary) == (1, 1, 1, 0, 1)
    assert load.changes() == [("anniversary", "2001-01-01", "2002-02-02"), ("spouse", "", "Bob")]
    assert load.reasons() == [(4, "Anniversary", '"--13-40" is no date')]
    assert counts(load("contacts", text)) == (1, 1, 1, 0, 1)
    assert ties(load.crm, 3) == [("spouse", "Bob")]
    assert counts(load("contacts", text)) == (0, 0, 3, 0, 1)


def test_columns_that_are_named(load: Loader) -> None:
    load(
        "contacts",
        "name,Seit,Frau,Kind,Was,Wann\nAnna,2014-06-20,Bea,Carl,Umzug,13.02.2020\nBea,,,,,\nCarl,,,,,\n",
        mapping={
            "Seit": "date:Customer since", "Frau": "relation:Wife", "Kind": "relations", "Was": "dates.label",
            "Wann": "dates",
        },
        values={"relations": {"carl": "Carl"}},
    )  # fmt: skip
    assert days(load.crm) == [("Customer since", "2014-06-20"), ("Umzug", "2020-02-13")]
    assert ties(load.crm) == [("contact", "Carl"), ("wife", "Bea")]


def test_a_tie_is_to_the_one_person_who_can_be_meant(load: Loader) -> None:
    for name, emails in (
        ("Bob", ["b@x.example"]),
        ("Bob", ["b2@x.example"]),
        ("Bobby", []),
        ("Anna", ["a@x.example"]),
    ):
        load.crm.contacts.add(name=name, emails=emails)
    text = "name,email,Spouse\nAnna,a@x.example,{}\n"
    # neither the beginning of a name, nor a number, nor themselves
    for whom in ("bob", "Bobb", "3", "Anna"):
        assert counts(load("contacts", text.format(whom))) == (0, 1, 0, 0, 0)
        assert counts(load("contacts", text.format(whom))) == (0, 0, 1, 0, 0)
    assert ties(load.crm, 4) == []
    load("contacts", text.format("b2@x.example"))
    assert [each.other_id for each, _ in load.crm.contacts.relations(4)] == [2]
    # of several the one they are tied to already is meant
    load.crm.contacts.add(name="Carl")
    load("contacts", text.format("Carl"))
    load.crm.contacts.add(name="Carl")
    assert counts(load("contacts", text.format("Carl"))) == (0, 0, 1, 0, 0)


def test_who_is_kept_as_a_name_is_tied_once_they_are_there(load: Loader) -> None:
    text = "name,email,Spouse\nAnna,a@x.example,Bob\n"
    load("contacts", text)
    assert kept(load.crm) == "RELATED;VALUE=text;TYPE=spouse:Bob"
    there = f"{text}Bob,b@x.example,\n"
    assert counts(load("contacts", there, dry_run=True)) == (1, 1, 0, 0, 0)
    assert load.changes() == [("spouse", "", "Bob")]
    assert counts(load("contacts", there)) == (1, 1, 0, 0, 0)
    assert load.changes() == [("spouse", "", "Bob")]
    assert (ties(load.crm), kept(load.crm)) == ([("spouse", "Bob")], "")
    assert counts(load("contacts", f"{text}Bob,b@x.example,\n")) == (0, 0, 2, 0, 0)
    load.crm.undo()
    assert (ties(load.crm), kept(load.crm)) == ([], "RELATED;VALUE=text;TYPE=spouse:Bob")


def test_a_name_that_several_turn_out_to_have_changes_nothing(load: Loader) -> None:
    text = "name,email,Spouse\nAnna,a@x.example,Bob\n"
    load("contacts", text)
    bobs = f"{text}Bob,b@x.example,\nBob,b2@x.example,\n"
    assert counts(load("contacts", bobs)) == (2, 0, 1, 0, 0)
    assert (ties(load.crm), kept(load.crm)) == ([], "RELATED;VALUE=text;TYPE=spouse:Bob")


def test_what_else_a_row_changes_is_told_with_its_tie(load: Loader) -> None:
    load("contacts", "name,email,title,Spouse\nAnna,a@x.example,Boss,Bob\n")
    text = "name,email,title,Spouse\nAnna,a@x.example,Chief,Bob\nAnna,a@x.example,,\nBob,b@x.example,,\n"
    assert counts(load("contacts", text, dry_run=True)) == (1, 2, 0, 0, 0)
    assert [each.changes for each in load.outcomes if each.line == 2] == [
        (("title", "Boss", "Chief"), ("spouse", "", "Bob"))
    ]
    assert counts(load("contacts", text)) == (1, 2, 0, 0, 0)
    assert counts(load("contacts", text)) == (0, 0, 3, 0, 0)


def test_more_ties_than_are_held_at_once(load: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"Person {number:02}" for number in range(9)]
    text = table(
        ["name", "email", "Spouse", "referred_by"],
        *([each, f"{each[-2:]}@x.example", "Zoe", "z@x.example"] for each in names),
    )
    load("contacts", text)
    monkeypatch.setattr("crm_tui.domain.loading.later._BATCH", 2)
    assert counts(load("contacts", text)) == (0, 0, 9, 0, 0)
    whole = f"{text}Zoe,z@x.example,,\n"
    assert counts(load("contacts", whole)) == (1, 9, 0, 0, 0)
    assert {each.changes for each in load.outcomes if each.changes} == {
        (("referred_by", "", "Zoe"), ("spouse", "", "Zoe"))
    }
    assert [ties(load.crm, number) for number in range(1, 10)] == [[("spouse", "Zoe")]] * 9
    assert counts(load("contacts", whole)) == (0, 0, 10, 0, 0)


def test_rows_about_one_person_are_laid_over_each_other(load: Loader) -> None:
    text = (
        "name,email,Anniversary,Spouse\nAnna,a@x.example,2001-01-01,Bob\nAnna,a@x.example,2002-02-02,Bob\n"
        "Anna,a@x.example,,\nBob,b@x.example,,\n"
    )
    assert counts(load("contacts", text)) == (2, 2, 0, 0, 0)
    assert (days(load.crm), ties(load.crm)) == ([("anniversary", "2002-02-02")], [("spouse", "Bob")])
    assert counts(load("contacts", text)) == (0, 0, 4, 0, 0)


def test_a_day_labelled_birthday_is_the_birthday(load: Loader) -> None:
    load(
        "contacts",
        "name,birthday,D 1 label,D 1\nAnna,,Birthday,--02-29\nBob,1980-01-01,birthday,1980-01-01\n"
        "Carl,1980-01-01,birthday,1981-01-01\n",
        maybe=NAMED,
    )
    assert [each.birthday for each in load.crm.contacts.list(sort="id")] == [
        "--02-29",
        "1980-01-01",
        "1980-01-01",
    ]
    assert [days(load.crm, each) for each in (1, 2, 3)] == [[], [], [("birthday", "1981-01-01")]]


HOSTILE = "[/]; \x1b]52;c;x\x07 \u202e\r\nEND:VCARD\r\nX-A:1, '=1+1"


def test_hostile_labels_and_names_are_only_text(load: Loader, tmp_path: Path) -> None:
    long = "x" * 1001
    text = table(
        ["name", "D 1", "D 1 label", "R 1", "R 1 label"],
        ["Anna", "2001-01-01", HOSTILE, HOSTILE, HOSTILE],
        ["Bob", "2001-01-01", long, "", ""],
        ["Carl", "", long, "", long],
        ["Dora", "", "", long, ""],
        ["Emil", "n/a", "n/a", "\u200b", "x"],
        ["Fee", "2001-01-01", "\u200b", "Carl", "* "],
        ["Gus", "", "", ":::".join(f"N {number}" for number in range(201)), ""],
    )
    assert counts(load("contacts", text, maybe=NAMED, split={"relations": ":::"})) == (4, 0, 0, 0, 3)
    assert [(column, reason) for _, column, reason in load.reasons()] == [
        ("D 1 label", "The label has 1,001 characters"), ("R 1", "The relation has 1,001 characters"),
        ("R 1", "there are more than 200 relations"),
    ]  # fmt: skip
    assert counts(load("contacts", text, maybe=NAMED, split={"relations": ":::"})) == (0, 0, 4, 0, 3)
    ((label, _),) = days(load.crm)
    assert (label.startswith("[/];"), "\n" in label) == (True, False)
    assert (days(load.crm, 4), ties(load.crm, 4)) == ([("date", "2001-01-01")], [("contact", "Carl")])
    assert days(load.crm, 3) == []
    # and as a card it comes back unchanged
    path = tmp_path / "all.vcf"
    with path.open("w", encoding="utf-8", newline="") as file:
        from crm_tui.interchange.export_formats import chosen

        write(chosen("vcard", "contacts").rows(load.crm, "contacts", None), file)
    assert counts(vcards.load(load.crm, path, Options())) == (0, 0, 4, 0, 0)
    assert_sound(load.crm)


def test_the_order_of_day_and_month_counts_for_each_value(load: Loader) -> None:
    text = "name,D 1\nAnna,01/02/2020 ::: 3/4/2020\n{}"
    with pytest.raises(UsageError, match='the dates in "D 1" can be read day first or month first'):
        load("contacts", text.format(""), maybe=NAMED, split={"dates": ":::"})
    load("contacts", text.format("Bob,1/1/2020 ::: 20/4/2020\n"), maybe=NAMED, split={"dates": ":::"})
    assert days(load.crm) == [("date", "2020-02-01"), ("date", "2020-04-03")]


def test_no_default(load: Loader) -> None:
    with pytest.raises(UsageError, match="There is no default for dates"):
        load("contacts", "name\nAnna\n", defaults={"date": "2020-01-01"})


def test_headers_that_say_it() -> None:
    found = recognise(
        "contacts", ["Anniversary", "Spouse's Name", "Dates", "Relations", "Aniversary", "Relation"]
    )
    assert [(each.field, each.label) if each else None for each in found.targets] == [
        ("dates", "anniversary"), ("relations", "spouse"), ("dates", None), ("relations", None), None, None,
    ]  # fmt: skip
    assert guess(["who", "when"], ["name", "date:anniversary"]) == "contacts"
    assert guess(["what", "phone", "domain", "industry"], ["name", "phones:work"]) == "companies"


def test_the_first_rows_and_doubts_of_a_file(load: Loader, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("name,Anniversary,Spouse\nAnna,2020-01-31,Bob\nBob,03/04/2020,\n")
    columns = Columns(look(path), Options(), load.crm.clock)
    (row,) = first_rows(load.crm, columns, {}, first_cells(columns.table, 1))
    assert row.fields == (
        ("name", "Anna"), ("dates", "2020-01-31 (anniversary)"), ("relations", "Bob (spouse)"),
    )  # fmt: skip
    (doubt,) = doubts(Columns(look(path), Options(), load.crm.clock))
    assert (doubt.header, doubt.example) == ("Anniversary", "03/04/2020")


def test_a_column_that_was_added_to_an_own_export_counts(load: Loader) -> None:
    load.crm.contacts.add(name="Anna", emails=["a@x.example"])
    text = load.export("contacts").replace("\n", ",Anniversary\n", 1)
    added = text.rstrip("\n") + ",2014-06-20\n"
    assert counts(load("contacts", added)) == (0, 1, 0, 0, 0)
    assert days(load.crm) == [("anniversary", "2014-06-20")]
    assert counts(load("contacts", added)) == (0, 0, 1, 0, 0)


def test_in_a_second_process_too(load: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_tui.interchange.background.WORTH_IT", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert bring(load, GOOGLE) == (2, 0, 0, 0, 0)
    assert (len(days(load.crm)), len(ties(load.crm))) == (3, 2)
    assert bring(load, GOOGLE) == (0, 0, 2, 0, 0)


PEOPLE = st.sampled_from(
    [("Anna", "a@x.example"), ("Bob", "b@x.example"), ("bob", "b2@x.example"), ("Carl", "c@x.example")]
)
DAYS = st.sampled_from(
    ["2020-01-01", "--02-29", "2020-01-01:::2021-01-01", "--02-29:::2020-01-01", "", "bad"]
)
LABELS = st.sampled_from(["", "* Anniversary", "anniversary", "Birthday", "Spouse", "x\x01"])
OTHERS = st.sampled_from(["Anna", "BOB", "Carl", "Nobody", "a@x.example", "Carl:::Nobody", ""])
ROWS = st.lists(st.tuples(PEOPLE, DAYS, LABELS, OTHERS, LABELS), max_size=5)
Row = tuple[tuple[str, str], str, str, str, str]
BROUGHT = st.sampled_from(["", "Anna", "b@x.example", "Carl", "Nobody", "bob"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, known=st.lists(PEOPLE, max_size=2, unique=True))
def test_any_rows_twice_change_nothing(
    rows: list[Row], known: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("twice")
    with Crm.open(folder / "x.db", now="2026-03-02 11:00") as crm:
        for name, email in known:
            crm.contacts.add(name=name, emails=[email])
        loader, header = Loader(crm, folder), ["name", "email", "D 1", "D 1 label", "R 1", "R 1 label"]
        text = table(header, *([*person, *rest] for person, *rest in rows))
        before = content(crm)
        split = {"dates": ":::", "relations": ":::"}
        first = loader("contacts", text, maybe=NAMED, split=split)
        after = content(crm)
        again = loader("contacts", text, maybe=NAMED, split=split)
        assert (again.created, again.updated, again.rejected) == (0, 0, first.rejected), loader.changes()
        assert content(crm) == after
        if first.operation is not None:
            crm.undo()
        assert content(crm) == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    earlier=st.lists(st.tuples(PEOPLE, OTHERS, BROUGHT), max_size=4),
    rows=st.lists(st.tuples(PEOPLE, OTHERS, BROUGHT)),
)
def test_a_dry_run_tells_what_an_import_does(
    earlier: list[tuple[tuple[str, str], str, str]],
    rows: list[tuple[tuple[str, str], str, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("dry")
    with Crm.open(folder / "x.db", now="2026-03-02 11:00") as crm:
        loader, header = Loader(crm, folder), ["name", "email", "Spouse", "referred_by"]
        first, second = (
            table(header, *([*person, *rest] for person, *rest in each)) for each in (earlier, rows)
        )
        loader("contacts", first)
        loader("contacts", second, dry_run=True)
        planned = sorted(each._replace(id=None) for each in loader.outcomes)
        done = loader("contacts", second)
        assert sorted(each._replace(id=None) for each in loader.outcomes) == planned
        assert (done.operation is not None) == bool(done.created or done.updated)
        assert len(planned) == len(rows)


def test_of_several_cards_of_a_person_the_last_says_who_brought_them(load: Loader) -> None:
    card = "BEGIN:VCARD\nVERSION:4.0\nUID:{0}\nFN:P {0}\n{1}END:VCARD\n"
    brought = "X-CRM-REFERRED-BY:{}\n"
    path = load.folder / "people.vcf"
    path.write_text(
        card.format("b", "") + card.format("c", "") + card.format("d", brought.format("b"))
        + card.format("d", brought.format("c"))
    )  # fmt: skip
    vcards.load(load.crm, path, Options())
    assert [each.referred_by_id for each in load.crm.contacts.list(sort="id")] == [None, None, 2]
    again = vcards.load(load.crm, path, Options())
    assert (again.unchanged, again.operation) == (4, None)


def test_a_card_that_names_others_in_two_ways_changes_nothing_the_second_time(load: Loader) -> None:
    path = load.folder / "mira.vcf"
    path.write_text(
        "BEGIN:VCARD\nVERSION:4.0\nUID:m\nFN:Mira\nRELATED;TYPE=spouse:urn:uuid:gone\n"
        "RELATED;VALUE=text;TYPE=child:Kim\nEND:VCARD\n"
    )
    assert counts(vcards.load(load.crm, path, Options())) == (1, 0, 0, 0, 0)
    before = kept(load.crm)
    assert before.count("RELATED") == 2
    for _ in range(2):
        assert counts(vcards.load(load.crm, path, Options())) == (0, 0, 1, 0, 0)
    assert kept(load.crm) == before
    # a card that says less takes the place of what an earlier one said, as with every other property
    path.write_text(path.read_text().replace("RELATED;TYPE=spouse:urn:uuid:gone\n", ""))
    assert counts(vcards.load(load.crm, path, Options())) == (0, 1, 0, 0, 0)
    assert kept(load.crm) == "RELATED;VALUE=text;TYPE=child:Kim"
