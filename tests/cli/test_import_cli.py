"""crm import, end to end: options, summaries, plans, exit codes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm

Run = Callable[..., Result]
NOW = "2026-03-02 09:30"
FIELDS = ["rows", "created", "updated", "unchanged", "skipped", "rejected", "operation", "rejects_file"]
PLAN = ["line", "action", "id", "name", "field", "old", "new", "column", "reason"]
DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def run(database: Path) -> Run:
    def call(*words: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(app, ["--db", str(database), "--now", NOW, *words], input=stdin)

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], str]:
    def make(text: str, name: str = "file.csv") -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        return str(path)

    return make


def data(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def names(database: Path) -> list[str]:
    with Crm.open(database, create=False) as crm:
        return [each.name for each in crm.contacts.list(sort="id")]


def test_the_summary_is_frozen(run: Run, write: Callable[..., str]) -> None:
    file = write("name,email\nAnna,anna@example.com\nBob,nothing\n")
    result = run("import", file, "--json")
    assert data(result) == dict(zip(FIELDS, [2, 1, 0, 0, 0, 1, 1, None], strict=True))
    assert list(json.loads(result.stdout)) == FIELDS
    assert (
        "Imported file.csv: 1 created, 0 updated, 1 rejected. Operation 1; crm undo 1 takes it back."
        in result.stderr
    )
    assert 'line 3, "email": "nothing" is no e-mail address' in result.stderr
    assert "--rejects FILE keeps the rejected rows" in result.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "\t".join(FIELDS) + "\n1\t1\t0\t0\t0\t0\t1\t\n"),
        (["-f", "tsv"], "\t".join(FIELDS) + "\n1\t1\t0\t0\t0\t0\t1\t\n"),
        (["-f", "csv"], ",".join(FIELDS) + "\n1,1,0,0,0,0,1,\n"),
        (
            ["-f", "jsonl"],
            (
                '{"rows": 1, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0, "operation": 1,'
                ' "rejects_file": null}\n'
            ),
        ),
    ],
)  # fmt: skip
def test_every_format(run: Run, write: Callable[..., str], words: list[str], expected: str) -> None:
    result = run("import", write("name\nAnna\n"), *words)
    assert (result.exit_code, result.stdout) == (0, expected)


def test_the_table(run: Run, write: Callable[..., str]) -> None:
    result = run("import", write("name\nAnna\n"), "-f", "table")
    assert result.stdout.splitlines()[:2] == ["Rows       1", "Created    1"]


def test_the_same_file_twice(run: Run, write: Callable[..., str]) -> None:
    file = write("name,email\nAnna,anna@example.com\n")
    run("import", file)
    result = run("import", file, "--json")
    assert data(result) == dict(zip(FIELDS, [1, 0, 0, 1, 0, 0, None, None], strict=True))
    assert "Imported file.csv: 0 created, 0 updated, 1 unchanged. Nothing changed." in result.stderr


def test_a_plan_names_line_action_field_and_reason(
    run: Run, write: Callable[..., str], database: Path
) -> None:
    run("import", write("name,email,title\nAnna,a@example.com,Buyer\nBob,b@example.com,\n"))
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    file = write(
        "name,email,title\nBob,b@example.com,\nAnna Lee,a@example.com,Owner\nCarl,,\nDora,nothing,\n"
    )
    result = run("import", file, "--dry-run", "--json")
    plan = data(result)
    assert list(plan) == [*FIELDS, "plan"]
    assert [plan[name] for name in FIELDS] == [4, 1, 1, 1, 0, 1, None, None]
    assert [list(step) for step in plan["plan"]] == [PLAN] * 5
    assert [tuple(step.values()) for step in plan["plan"]] == [
        (2, "same", 2, "Bob", "", "", "", "", ""),
        (3, "changed", 1, "Anna", "name", "Anna", "Anna Lee", "", ""),
        (3, "changed", 1, "Anna", "title", "Buyer", "Owner", "", ""),
        (4, "new", None, "Carl", "", "", "", "", ""),
        (5, "rejected", None, "", "", "", "", "email", '"nothing" is no e-mail address'),
    ]
    assert (
        "Dry run of file.csv: 1 created, 1 updated, 1 unchanged, 1 rejected. Nothing was changed."
        in result.stderr
    )
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before
    assert not any(path.name.startswith("crm.db-") for path in database.parent.iterdir())


@pytest.mark.parametrize("form", ["tsv", "csv", "jsonl", "table"])
def test_a_plan_in_every_format(run: Run, write: Callable[..., str], form: str) -> None:
    result = run("import", write("name,email\nAnna,\nBob,x\n"), "--dry-run", "-f", form)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    if form == "jsonl":
        assert [json.loads(line)["action"] for line in lines] == ["new", "rejected"]
    elif form == "table":
        assert lines[0].split()[:3] == ["Line", "Action", "Name"]
        assert len(lines) == 3
    else:
        rows = list(csv.reader(io.StringIO(result.stdout), delimiter="," if form == "csv" else "\t"))
        assert rows[0] == PLAN
        assert rows[2][:2] == ["3", "rejected"]


def test_a_dry_run_makes_no_database(run: Run, write: Callable[..., str], database: Path) -> None:
    result = run("import", write("name\nAnna\n"), "--dry-run", "--json")
    assert data(result)["created"] == 1
    assert not database.exists()
    assert run("import", write("name\n"), "--dry-run", "--json").exit_code == 0


def test_an_empty_plan_is_still_json(run: Run, write: Callable[..., str]) -> None:
    assert data(run("import", write("name\n"), "--dry-run", "--json"))["plan"] == []


def test_stdin(run: Run, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    result = run("import", "-", "--json", stdin="name;email\nAnna;a@example.com\n".encode("utf-16"))
    assert data(result)["created"] == 1
    assert list(folder.iterdir()) == []
    with Crm.open(database, create=False) as crm:
        assert crm.history()[0].summary == "import stdin"
    assert "crm: stdin is empty." in run("import", "-", stdin="").stderr
    assert list(folder.iterdir()) == []


def test_the_kind_is_told_by_the_header_or_by_hand(run: Run, write: Callable[..., str]) -> None:
    result = run("import", write("title,amount,stage\nA,5,Lead\n"), "--json")
    assert data(result)["created"] == 1
    assert "Read as deals; --as says otherwise." in result.stderr
    assert "Read as" not in run("import", write("name\nAnna\n")).stderr
    assert (
        data(run("import", write("name,domain\nAcme,acme.com\n"), "--as", "contacts", "--json"))["created"]
        == 1
    )
    wrong = run("import", write("name\nAnna\n"), "--as", "tickets")
    assert (wrong.exit_code, wrong.stderr.splitlines()[0]) == (2, 'crm: "tickets" cannot be imported.')


def test_every_option_reaches_the_import(run: Run, write: Callable[..., str], database: Path) -> None:
    text = "Wer;Wann;Wie viel;Stufe\nAnna;03.04.2026;1.200,5;Neu\nBob;05.06.2026;7;Neu\n"
    result = run(
        "import", write(text), "--as", "deals", "--map", "Wer=title", "--map", "Wann=expected_close_on",
        "--map", "Wie viel=amount",
        "--map", "Stufe=stage", "--default", "currency=USD", "--default", "source={Wer} Messe",
        "--tag", "x", "--tag", "y",
        "--create-missing", "--encoding", "utf-8", "--delimiter", "semicolon", "--date-format", "DMY", "--decimal", ",",
        "--region", "de", "--on-match", "skip", "--key", "title", "--from", "csv", "--json",
    )  # fmt: skip
    assert data(result)["created"] == 2
    with Crm.open(database, create=False) as crm:
        anna = crm.deals.list(sort="id")[0]
    assert (anna.title, anna.amount, anna.currency, anna.stage) == ("Anna", "1200.50", "USD", "Neu")
    assert (anna.expected_close_on and anna.expected_close_on.isoformat(), anna.source) == (
        "2026-04-03",
        "Anna Messe",
    )
    assert anna.tags == ("x", "y")


def test_a_recipe_and_what_counts_more(run: Run, write: Callable[..., str], database: Path) -> None:
    recipe = write(
        'as = "deals"\ncreate_missing = true\ntag = "old"\n'
        '[map]\n"What" = "title"\n[defaults]\ncurrency = "USD"\nsource = "web"\n'
        '[values.stage]\n"Gewonnen" = "Won"\n',
        "recipe.toml",
    )
    file = write("What,Stage,Amount\nA,GEWONNEN,5\nB,New,6\n")
    assert (
        data(run("import", file, "--recipe", recipe, "--default", "source=fair", "--tag", "new", "--json"))[
            "created"
        ]
        == 2
    )
    with Crm.open(database, create=False) as crm:
        won, new = crm.deals.list(sort="id")
    assert (won.stage, new.stage, won.currency, won.source, won.tags) == (
        "Won",
        "New",
        "USD",
        "fair",
        ("old", "new"),
    )


def test_rejects(run: Run, write: Callable[..., str], tmp_path: Path) -> None:
    rejects = tmp_path / "bad.csv"
    result = run(
        "import", write("name,email\nAnna,a@example.com\nBob,x\n"), "--rejects", str(rejects), "--json"
    )
    assert data(result)["rejects_file"] == str(rejects)
    assert f"The rejected rows are in {rejects}; mend them and import it again." in result.stderr
    assert rejects.read_text().splitlines()[1] == 'Bob,x,3,email,"""x"" is no e-mail address"'


@pytest.mark.parametrize("taken", ["database", "imported", "other", "nowhere"])
def test_rejects_take_the_place_of_nothing_else(
    run: Run, write: Callable[..., str], database: Path, tmp_path: Path, taken: str
) -> None:
    file = write("name,email\nAnna,a@example.com\nBob,x\n")
    assert run("contact", "add", "Zoe").exit_code == 0
    target = {
        "database": str(database),
        "imported": file,
        "other": write("Dear diary\n", "diary.txt"),
        "nowhere": str(tmp_path / "no" / "bad.csv"),
    }[taken]
    before = Path(target).read_bytes() if Path(target).exists() else None
    result = run("import", file, "--rejects", target)
    assert result.exit_code == (7 if taken == "nowhere" else 6), result.stderr
    assert Path(target).name in result.stderr
    assert before == (Path(target).read_bytes() if Path(target).exists() else None)
    assert names(database) == ["Zoe"]


def test_rejects_take_the_place_of_earlier_ones(run: Run, write: Callable[..., str], tmp_path: Path) -> None:
    rejects = tmp_path / "bad.csv"
    rejects.touch()
    for bad in ("x", "y"):
        file = write(f"name,email\nAnna,a@example.com\nBob,{bad}\n")
        assert run("import", file, "--rejects", str(rejects)).exit_code == 0
        assert rejects.read_text().splitlines()[1].startswith(f"Bob,{bad},")


def test_a_pipe_is_read_once(run: Run, database: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("name,email\nAnna,a@example.com\n",), daemon=True)
    writer.start()
    assert data(run("import", str(pipe), "--json"))["created"] == 1
    writer.join(5)
    assert names(database) == ["Anna"]


def test_many_rejects_are_counted(run: Run, write: Callable[..., str]) -> None:
    result = run("import", write("name,email\nA,\n" + "B,x\n" * 9))
    assert result.stderr.count("is no e-mail address") == 5
    assert "and 4 more." in result.stderr


@pytest.mark.parametrize(
    ("text", "words", "code", "message"),
    [
        ("name,email\nAnna,x\nBob,y\n", [], 5, 'line 2, "email"'),
        ("name,email\nAnna,x\nBob,\n", ["--strict"], 5, "1 of 2 rows cannot be taken"),
        (
            "name,email\nZoe,z@example.com\n",
            ["--on-match", "fail"],
            6,
            "Line 2: Zoe is there already, as contact 1.",
        ),
        ("name,birthday\nAnna,01/02/1990\n", [], 2, "can be read day first or month first"),
        ("", [], 5, "file.csv is empty."),
        ("colour\nred\n", [], 2, "no column holds the name of contacts"),
        ("name\nAnna\n", ["--map", "name"], 2, "is no Header=field"),
        ("name\nAnna\n", ["--map", "nmae=name"], 2, 'has no column "nmae"'),
        ("name\nAnna\n", ["--from", "siebel"], 2, 'There is no preset for "siebel".'),
        ("name\nAnna\n", ["--from", "hubspot"], 2, "file.csv has not the header of a HubSpot export."),
        ("name\nAnna\n", ["--from", "crm"], 2, "is no export of this program"),
        ("name\nAnna\n", ["--on-match", "maybe"], 2, 'no --on-match "maybe"'),
        ("name\nAnna\n", ["--date-format", "YDM"], 2, 'no date format "YDM"'),
        ("name\nAnna\n", ["--decimal", "x"], 2, '"x" is no decimal sign'),
        ("name\nAnna\n", ["--region", "Germany"], 2, '"Germany" is no country'),
        ("name\nAnna\n", ["--key", "colour"], 2, 'cannot be matched by "colour"'),
        ("name\nAnna\n", ["--encoding", "klingon"], 2, 'no encoding "klingon"'),
        ("name\nAnna\n", ["--delimiter", "ab"], 2, "cannot be a delimiter"),
        ("name\nAnna\n", ["--recipe", "missing.toml"], 5, "missing.toml cannot be read"),
        ("name\nAnna\n", ["-f", "ids"], 2, "There are no ids to print here."),
        ("name\nAnna\n", ["--tag", "a,b"], 5, "holds a comma"),
    ],
)
def test_exit_codes(
    run: Run, write: Callable[..., str], database: Path, text: str, words: list[str], code: int, message: str
) -> None:
    with Crm.open(database, now=NOW) as crm:
        crm.contacts.add(name="Zoe", emails=["z@example.com"])
    result = run("import", write(text), *words)
    assert (result.exit_code, message in result.stderr) == (code, True), result.stderr
    assert names(database) == ["Zoe"]
    assert "Traceback" not in result.stderr


def test_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    result = run("import", str(tmp_path / "none.csv"))
    assert (result.exit_code, "cannot be read: No such file" in result.stderr) == (5, True)


def test_an_interrupt_leaves_nothing(
    run: Run, write: Callable[..., str], database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm_tui.domain.loading.record_loader import RecordLoader

    run("contact", "add", "Zoe")
    taken = RecordLoader.take

    def interrupted(self: RecordLoader, draft: Any) -> None:
        if draft.name == "C":
            raise KeyboardInterrupt
        taken(self, draft)

    monkeypatch.setattr(RecordLoader, "take", interrupted)
    result = run("import", write("title,amount\nA,1\nB,2\nC,3\n"))
    assert (result.exit_code, "interrupted" in result.stderr) == (130, True)
    with Crm.open(database, create=False) as crm:
        assert crm.deals.count() == 0
        assert len(crm.history()) == 1


def test_data_cannot_reach_the_terminal(run: Run, write: Callable[..., str]) -> None:
    result = run("import", write('name,email\nA,"x\x1b]52;c;evil\x07"\nB,\n'))
    assert "\x1b" not in result.stderr


def test_the_sample_data_in_the_readme_order(run: Run) -> None:
    for kind in ("companies", "contacts", "deals", "interactions", "followups"):
        first = data(run("import", str(DATA / f"{kind}.csv"), "--as", kind, "--json"))
        assert (first["created"], first["rejected"]) == (first["rows"], 0)
        again = data(run("import", str(DATA / f"{kind}.csv"), "--as", kind, "--json"))
        assert (again["unchanged"], again["operation"]) == (again["rows"], None)


def test_help_has_an_example_and_the_recipe(run: Run) -> None:
    result = run("import", "--help")
    assert result.exit_code == 0
    assert "crm import contacts.csv --dry-run" in result.stdout
    assert "[values.FIELD]" in result.stdout


def test_own_exports_in_json_come_back(run: Run, tmp_path: Path) -> None:
    for name in ("Anna", "Bob"):
        assert run("contact", "add", name, "--tag", "x").exit_code == 0
    assert run("deal", "add", "Site", "--amount", "5", "--contact", "Anna").exit_code == 0
    for kind, rows in (("contacts", 2), ("deals", 1)):
        for form in ("json", "jsonl"):
            text = run("export", kind, "-f", form).stdout
            file = tmp_path / f"{kind}.{form}"
            file.write_text(text, encoding="utf-8")
            same = dict(zip(FIELDS, [rows, 0, 0, rows, 0, 0, None, None], strict=True))
            assert data(run("import", str(file), "--json")) == same
            assert data(run("import", "-", "--json", stdin=text)) == same
            assert data(run("import", "-", "--from", "crm", "--as", kind, "--json", stdin=text)) == same
            twice = text.replace('"id": 1', '"id": 1, "source": "a"', 1)
            edited = run("import", "-", "--dry-run", "--json", stdin=twice)
            assert edited.exit_code == 5
            assert 'stdin, record 1: it has "source" twice.' in edited.stderr
    other = run("import", "-", "--json", stdin='[{"name": "Anna"}]')
    assert (other.exit_code, "stdin is no table: it is JSON." in other.stderr) == (5, True)
