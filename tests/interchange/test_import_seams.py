"""What the Import screen needs of the interchange: glances, first rows, doubts, brakes, plans, recipes."""

from __future__ import annotations

import gc
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_tui.dates import DateOrder
from crm_tui.domain import Crm
from crm_tui.domain.loading.drafts import OnMatch, Verdict
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange.background import BadRow
from crm_tui.interchange.brake import Brake, StoppedError
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.headers import FIELDS
from crm_tui.interchange.importer import load
from crm_tui.interchange.options import KINDS, Options, from_recipe, read_recipe
from crm_tui.interchange.plan import Plan
from crm_tui.interchange.preview import DAYS, doubts, first_cells, first_rows
from crm_tui.interchange.recipe import recipe
from crm_tui.interchange.table import EncodingError, glance, look

HEADS = {
    "contacts": "name", "companies": "name", "deals": "title", "followups": "title", "interactions": "summary",
    "products": "name", "invoices": "number", "payments": "invoice",
}  # fmt: skip


def file(folder: Path, text: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def many(folder: Path, rows: int) -> Path:
    lines = (f"Person {number},p{number}@example.com,0{number % 9 + 1}/02/2024\n" for number in range(rows))
    return file(folder, "name,email,birthday\n" + "".join(lines))


def columns(crm: Crm, path: Path, check: Callable[[], None] | None = None, **options: Any) -> Columns:
    return Columns(look(path), Options(**options), crm.clock, (), check)


def test_a_glance_sees_what_a_look_sees_but_not_the_end(tmp_path: Path) -> None:
    path = file(tmp_path, "name;e-mail\nAnna;a@b.example\n" * 5)
    seen, looked = glance(path), look(path)
    assert (seen.header, seen.delimiter, seen.encoding) == (looked.header, looked.delimiter, looked.encoding)
    path.write_bytes(b"name,note\n" + b"Anna,ok\n" * 20_000 + b"B\xff,no\n")
    assert glance(path).header == ("name", "note")
    assert [cells for _, cells in first_cells(glance(path), 2)] == [["Anna", "ok"], ["Anna", "ok"]]
    with pytest.raises(EncodingError):
        look(path)


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"", InvalidDataError, "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff", InvalidDataError, "is no text"),
        ("name\nИван\n".encode("cp1251"), EncodingError, "is not UTF-8"),
    ],
)
def test_a_glance_says_what_is_wrong(
    tmp_path: Path, content: bytes, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        glance(file(tmp_path, content))


def test_a_glance_at_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataError, match="is no file"):
        glance(tmp_path)
    with pytest.raises(InvalidDataError, match="No such file"):
        glance(tmp_path / "nothing.csv")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidDataError, match="is no file"):
        glance(tmp_path / "pipe")


def test_a_file_that_goes_away_while_it_is_read(tmp_path: Path) -> None:
    path = file(tmp_path, "name\nAnna\n")
    table = look(path)
    path.write_bytes(b"name\n\xff\xff\n")
    with pytest.raises(InvalidDataError, match="was changed or taken away"):
        list(table.numbered())
    path.unlink()
    with pytest.raises(InvalidDataError, match="was changed or taken away"):
        list(table.numbered())
    assert first_cells(table, 5) == []


def test_the_first_rows_as_they_will_be_read(crm: Crm, tmp_path: Path) -> None:
    path = file(
        tmp_path, "name,email,birthday,Home phone\nAnna,A@b.example,25/06/1985,123\n,,,\nBob,,no day,\n"
    )
    made = columns(crm, path, defaults={"source": "fair"}, tags=["x"])
    first, second = first_rows(crm, made, {}, first_cells(made.table, 9))
    assert dict(first.fields) == {
        "name": "Anna", "birthday": "1985-06-25", "source": "fair", "emails": "A@b.example",
        "phones": "123 (home)", "tags": "x",
    }  # fmt: skip
    assert (second.line, second.column) == (4, "birthday")
    assert "no day" in second.problem


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_rows_of_every_kind(crm: Crm, tmp_path: Path, kind: str) -> None:
    made = columns(crm, file(tmp_path, f"{HEADS[kind]}\nOne\n"), kind=kind)
    assert first_rows(crm, made, {}, first_cells(made.table, 1))[0].fields[0] == (HEADS[kind], "One")


def test_the_first_rows_do_not_read_the_rest(crm: Crm, tmp_path: Path) -> None:
    path = file(tmp_path, "name,birthday\nAnna,01/02/1990\nBob,31/12/1990\n")

    def never() -> None:
        raise StoppedError

    made = columns(crm, path, never)
    waiting = first_rows(crm, made, {}, first_cells(made.table, 1))
    assert (waiting[0].line, "whole file" in waiting[0].problem) == (0, True)
    known = first_rows(crm, made, {1: DateOrder.DMY}, first_cells(made.table, 1))
    assert ("birthday", "1990-02-01") in known[0].fields


@pytest.mark.parametrize(
    ("kind", "field"), [(kind, name) for kind in KINDS for name in DAYS if name in FIELDS[kind]]
)
def test_every_field_of_days_is_doubted(crm: Crm, tmp_path: Path, kind: str, field: str) -> None:
    path = file(tmp_path, f"{HEADS[kind]},{field}\nAnna,03/04/2025\n")
    (doubt,) = doubts(columns(crm, path, kind=kind))
    assert (doubt.header, doubt.example) == (field, "03/04/2025")
    assert (doubt.day_first.isoformat(), doubt.month_first.isoformat()) == ("2025-04-03", "2025-03-04")
    assert doubts(columns(crm, path, kind=kind, date_order=DateOrder.DMY)) == []
    with pytest.raises(UsageError, match="day first or month first"):
        load(crm, path, Options(kind=kind))


def test_a_column_that_contradicts_itself_is_doubted_without_an_example(crm: Crm, tmp_path: Path) -> None:
    path = file(tmp_path, "name,birthday\nAnna,25/01/2025\nBob,01/25/2025\n")
    (doubt,) = doubts(columns(crm, path))
    assert doubt.example == ""


def test_a_column_can_be_named_by_its_number(crm: Crm, tmp_path: Path) -> None:
    path = file(tmp_path, "name,email,email,\nAnna,a@b.example,Buyer,hello\n")
    load(crm, path, Options(mapping={"#3": "title", "#4": "note"}))
    (anna,) = crm.contacts.list()
    assert (anna.title, anna.note) == ("Buyer", "hello")
    with pytest.raises(UsageError, match='no column "#9"'):
        load(crm, path, Options(mapping={"#9": "title"}))


def test_a_plan_can_be_read_by_verdict(crm: Crm, tmp_path: Path) -> None:
    crm.contacts.add(name="Anna", emails=["a@b.example"])
    path = file(
        tmp_path, "name,email,title,source\nBob,b@b.example,,\nAnna,a@b.example,Buyer,fair\n,nothing,,\n"
    )
    plan = Plan()
    load(crm, path, Options(), dry_run=True, report=plan.add)
    assert (plan.counts.created, plan.counts.updated, plan.counts.rejected) == (1, 1, 1)
    assert [plan.outcome(number).line for number in plan.rows()] == [2, 3, 4]
    numbers, which = plan.places(Verdict.CHANGED)
    assert (len(numbers), list(which)) == (2, [0, 1])
    assert [each.field for each in plan.outcome(numbers[0]).changes] == ["title", "source"]
    assert [step.action for step in plan.steps()] == ["new", "changed", "changed", "rejected"]
    plan.close()


def children() -> list[str]:
    """The reading processes of this one that are alive."""
    found = subprocess.run(
        ["ps", "-o", "args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False
    )
    return [line for line in found.stdout.splitlines() if "interchange.background" in line]


@pytest.mark.parametrize("rows", [4_000, 25_000])
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_pulled_brake_leaves_nothing(crm: Crm, tmp_path: Path, rows: int, dry_run: bool) -> None:
    path, brake = many(tmp_path, rows), Brake()
    seen = []

    def progress(done: int, total: int) -> None:
        seen.append(done)
        brake.pull()

    with pytest.raises(StoppedError):
        load(crm, path, Options(date_order=DateOrder.DMY), dry_run=dry_run, progress=progress, brake=brake)
    assert len(seen) == 1
    assert crm.contacts.count() == 0
    assert crm.history() == []
    assert not crm.connection.in_transaction
    assert children() == []
    assert gc.isenabled()
    assert crm.contacts.add(name="Anna").name == "Anna"


def test_rejected_rows_of_the_reading_process_are_let_go(
    crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_tui.interchange.background.WORTH_IT", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    path = file(tmp_path, "name,email\n" + "Anna,no address\n" * 50)
    # an import goes without the sweeping of cycles
    gc.collect()
    gc.disable()
    try:
        assert load(crm, path, Options(kind="contacts")).rejected == 50
        assert not [each for each in gc.get_objects() if isinstance(each, BadRow)]
    finally:
        gc.enable()


def test_a_brake_pulled_while_the_reading_process_works(crm: Crm, tmp_path: Path) -> None:
    # the reading process looks at the whole column before its first row
    path, brake = many(tmp_path, 60_000), Brake()
    timer = threading.Timer(0.3, brake.pull)
    timer.start()
    with pytest.raises(StoppedError):
        load(crm, path, Options(date_order=DateOrder.DMY), brake=brake)
    timer.join()
    assert crm.contacts.count() == 0
    assert children() == []


def test_a_brake_ends_a_long_statement(crm: Crm) -> None:
    brake = Brake()
    timer = threading.Timer(0.1, brake.pull)
    timer.start()
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(Exception, match="interrupted"), crm.stoppable(lambda: brake.pulled):
        crm.connection.execute(endless)
    timer.join()
    assert crm.contacts.count() == 0


def test_a_brake_pulled_before_stops_the_look(crm: Crm, tmp_path: Path) -> None:
    brake = Brake()
    brake.pull()
    with pytest.raises(StoppedError):
        load(crm, file(tmp_path, "name\nAnna\n"), Options(), brake=brake)
    with pytest.raises(StoppedError):
        doubts(columns(crm, file(tmp_path, "name,birthday\nAnna,01/02/2024\n"), brake.check))


def test_progress_tells_the_end(crm: Crm, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = many(tmp_path, 4_500)
    load(crm, path, Options(date_order=DateOrder.DMY), progress=lambda *each: told.append(each))
    assert told == [(2001, 4501), (4001, 4501), (4501, 4501)]


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8)
tables = st.dictionaries(texts, texts, max_size=3)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    options=st.builds(
        Options,
        kind=st.sampled_from(KINDS),
        source=st.none() | texts,
        title=st.just("") | texts,
        header=st.lists(st.lists(texts, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
        maybe=tables,
        only=st.booleans(),
        full_rows=st.booleans(),
        split=tables,
        length=st.dictionaries(texts, st.integers(1, 99), max_size=2),
        mapping=tables,
        defaults=tables,
        values=st.dictionaries(
            texts, st.dictionaries(texts.map(str.casefold), texts, min_size=1, max_size=2), max_size=2
        ),
        key=st.none() | texts,
        on_match=st.sampled_from(OnMatch),
        strict=st.booleans(),
        tags=st.lists(texts, max_size=2),
        create_missing=st.booleans(),
        encoding=st.none() | texts,
        delimiter=st.none() | texts,
        date_order=st.sampled_from([None, DateOrder.DMY, DateOrder.MDY, DateOrder.YMD]),
        decimal=st.sampled_from(["auto", ".", ","]),
        region=st.none() | texts,
        own=st.sampled_from([None, True, False]),
    )
)
def test_a_recipe_is_read_as_it_was_meant(options: Options, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(recipe(options), encoding="utf-8", newline="")
    again = from_recipe(read_recipe(path))
    for name in Options.__dataclass_fields__:
        assert getattr(again, name) == getattr(options, name), name
