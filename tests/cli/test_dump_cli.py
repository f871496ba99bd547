"""crm dump and crm load, end to end: everything out as text, and a base that equals the first."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm
from crm_tui.domain.doctor import OK, examine
from crm_tui.store import dump as form
from tests.conftest import NOW
from tests.everything import assert_sound, content

MONDAY = "2026-03-02 09:30"
KILLED = """
import os, signal, sys
from pathlib import Path
from crm_tui.domain import Crm, dumping
def lines():
    for number, line in enumerate(Path(sys.argv[2]).open(encoding="utf-8")):
        if number == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
        yield line
with Crm.open(sys.argv[1]) as crm:
    dumping.load(crm, lines())
"""


@pytest.fixture(autouse=True)
def _business(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))
    monkeypatch.setenv("CRM_NOW", MONDAY)


def crm(*words: str, code: int = 0, given: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(app, list(words), input=given)
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


@pytest.fixture
def full(database: Path) -> Path:
    """A business with a row in every table that a dump has."""
    with Crm.open(database, now=NOW) as opened:
        fill(opened)
    return database


def fill(opened: Crm) -> None:
    opened.fields.add("contacts", "size", "choice", choices=["S", "L"])
    opened.companies.add(name="Əlvan\u2028MMC", emails=["info@elvan.example"], tags=["old"])
    opened.contacts.add(
        name="Anna Ko\x85walska", company="Əlvan MMC", emails=["anna@x.example"], tags=["vip"], cadence_days=30,
        birthday="--02-29", custom={"size": "L"}, note="two\nlines; \"quoted\" \u202e",
    )  # fmt: skip
    opened.contacts.add(name="Bo", referred_by_id=1)
    opened.contacts.relate(1, "boss", 2)
    opened.contacts.set_date(1, "wedding", "2010-06-05")
    deal = opened.deals.add("Website", contact_id=1, amount_minor=120000, currency="EUR", tags=["web"])
    opened.deals.lose(deal.id, "price")
    opened.rates.set("USD", "1.92", NOW.date())
    call = opened.interactions.add("call", [1, 2], "about prices", deal_id=deal.id)
    opened.followups.add("Call again", NOW.date(), contact_id=2, repeat="every 2 weeks")
    opened.reminders.deliver_once("print", lambda _: None)
    with opened.transaction("what other programs bring") as writing:
        product = writing.insert(
            "products", {"sku": "A", "name": "Hour", "price_minor": 9000, "currency": "EUR"}
        )
        invoice = writing.insert(
            "invoices",
            {
                "number": "1",
                "contact_id": 1,
                "issued_on": "2026-02-01",
                "due_on": "2026-04-01",
                "currency": "EUR",
            },
        )
        writing.insert(
            "invoice_lines",
            {"invoice_id": invoice, "product_id": product, "description": "work", "unit_price_minor": 9000},
        )
        writing.insert("payments", {"invoice_id": invoice, "paid_on": "2026-03-01", "amount_minor": 9000})
        writing.insert(
            "external_refs", {"source": "vcard", "key": "u1", "entity": "contacts", "entity_id": 1}
        )
        writing.insert(
            "kept_lines", {"entity": "contacts", "entity_id": 1, "format": "vcard", "lines": "X-A:1\r\n"}
        )
        writing.insert("threads", {"interaction_id": call.id, "thread": "<1@x.example>"})
        writing.insert("distinct_pairs", {"entity": "contacts", "first_id": 1, "second_id": 2})
        days = {"per": "month", "from_on": "2026-01-01"}
        writing.insert("goals", {"metric": "revenue", "currency": "EUR", "target": 5000, **days})


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")


@pytest.fixture
def written(full: Path, tmp_path: Path) -> Path:
    """A dump of the full business."""
    path = tmp_path / "crm.jsonl"
    crm("dump", "-o", str(path))
    return path


class TestDump:
    """crm dump."""

    def test_every_table_has_its_place(self, full: Path) -> None:
        with Crm.open(full, now=NOW) as opened:
            rows = opened.connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
            known = {name for (name,) in rows if not name.startswith(("search_", "_sqlite"))} | {
                "search_docs"
            }
        assert {*form.TABLES} | form.LEFT_OUT == known
        assert len(form.TABLES) == len({*form.TABLES})

    def test_a_line_is_a_record_with_sorted_keys_and_no_empty_ones(self, written: Path) -> None:
        header, *rows, end, nothing = lines(written)
        assert json.loads(header) == {"crm_dump": {"format": 1, "schema": 4}}
        assert (end, nothing) == ('{"end":true}', "")
        tables = []
        for line in rows:
            ((table, row),) = json.loads(line).items()
            assert list(row) == sorted(row)
            assert None not in row.values()
            tables.append(table)
        assert sorted({*tables}, key=tables.index) == [each for each in form.TABLES if each in tables]
        assert {*form.TABLES} == {*tables}
        (anna,) = [row for line in rows for table, row in json.loads(line).items() if row.get("birthday")]
        assert (anna["custom"], "next_touch_on" in anna) == ('{"size":"L"}', False)
        assert all(each.isprintable() for each in written.read_text(encoding="utf-8").replace("\n", ""))

    def test_is_private_and_replaces_nothing_unasked(self, written: Path) -> None:
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
        before = written.read_bytes()
        assert "exists already" in crm("dump", "-o", str(written), code=6).stderr
        assert written.read_bytes() == before
        crm("dump", "-o", str(written), "--force")
        assert crm("dump").stdout.encode() == before

    def test_one_change_is_one_line(self, written: Path, tmp_path: Path) -> None:
        crm("--now", "2026-03-03 10:00", "contact", "edit", "1", "--title", "Head")
        crm("dump", "-o", str(tmp_path / "after.jsonl"))
        before, after = lines(written), lines(tmp_path / "after.jsonl")
        assert len(before) == len(after)
        assert [one for one, two in zip(before, after, strict=True) if one != two] == [
            each for each in before if each.startswith('{"contacts":{"birthday"')
        ]

    def test_of_nothing_says_that_there_is_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CRM_DB")
        result = crm("dump")
        assert (result.stdout, "nothing is here yet" in result.stderr) == ("", True)


class TestLoad:
    """crm load."""

    def test_gives_an_equal_base(self, full: Path, written: Path, tmp_path: Path) -> None:
        new = tmp_path / "new.db"
        said = crm("--db", str(new), "load", str(written)).stderr
        assert f"Loaded {len(lines(written)) - 3:,} rows" in said
        with Crm.open(full, now=NOW) as one, Crm.open(new, now=NOW) as other:
            assert content(one) == content(other)
            assert_sound(other)
            assert {each.status for each in examine(other, own_folder=False)} == {OK}
            assert indexes(one) == indexes(other)
        assert crm("--db", str(new), "dump").stdout.encode() == written.read_bytes()
        assert stat.S_IMODE(new.stat().st_mode) == 0o600

    def test_what_was_delivered_is_not_delivered_anew(self, written: Path, tmp_path: Path) -> None:
        new = str(tmp_path / "new.db")
        crm("--db", new, "load", str(written))
        with Crm.open(new, now=NOW) as other:
            assert other.reminders.deliver_once("print", lambda _: None) == []
        assert crm("--db", new, "undo", code=9).stdout == ""

    def test_numbers_go_on_where_they_were(self, written: Path, tmp_path: Path) -> None:
        new = str(tmp_path / "new.db")
        crm("contact", "add", "Carl")
        crm("contact", "delete", "3", "--yes")
        crm("dump", "-o", str(written), "--force")
        crm("--db", new, "load", str(written))
        made = crm("--db", new, "contact", "add", "Dora", "--json")
        assert json.loads(made.stdout)["id"] == 4

    def test_reads_stdin_and_windows_line_ends(self, written: Path, tmp_path: Path) -> None:
        new = str(tmp_path / "new.db")
        crm("--db", new, "load", "-", given=written.read_bytes().replace(b"\n", b"\r\n"))
        assert crm("--db", new, "dump").stdout.encode() == written.read_bytes()

    def test_only_into_an_empty_base(self, full: Path, written: Path) -> None:
        result = crm("load", str(written), code=6)
        assert "in use already" in result.stderr
        assert "crm --db NEW.db load FILE" in result.stderr
        assert crm("dump").stdout.encode() == written.read_bytes()

    def test_a_base_that_was_used_and_emptied_is_not_empty(self, written: Path, tmp_path: Path) -> None:
        new = str(tmp_path / "new.db")
        crm("--db", new, "contact", "add", "Zoe")
        crm("--db", new, "undo")
        with Crm.open(Path(new), now=NOW) as other:
            before = content(other), [each.id for each in other.history()]
        assert "in use already" in crm("--db", new, "load", str(written), code=6).stderr
        with Crm.open(Path(new), now=NOW) as other:
            assert (content(other), [each.id for each in other.history()]) == before
        crm("--db", new, "redo")
        assert "Zoe" in crm("--db", new, "contact", "list", "-f", "tsv").stdout

    @pytest.mark.parametrize(
        ("text", "code", "said"),
        [
            ("", 5, "no dump"),
            ("name,email\n", 5, "no dump"),
            ('{"crm_dump":{"format":2,"schema":2}}\n', 7, "newer version"),
            ('{"crm_dump":{"format":1,"schema":99}}\n', 7, "newer version"),
            ('{"crm_dump":{"format":1,"schema":1}}\n', 5, "Line 1"),
            ('{"crm_dump":{"format":1,"schema":2}}\n', 5, "Line 2 is missing"),
        ],
    )
    def test_what_is_no_dump_or_a_newer_one_is_refused(
        self, tmp_path: Path, text: str, code: int, said: str
    ) -> None:
        path = tmp_path / "some.jsonl"
        path.write_text(text, encoding="utf-8")
        assert said in crm("load", str(path), code=code).stderr

    def test_a_missing_file_is_told_and_makes_no_base(self, database: Path, tmp_path: Path) -> None:
        assert "cannot be read" in crm("load", str(tmp_path / "none"), code=5).stderr
        assert not database.exists()


def indexes(opened: Crm) -> list[Any]:
    rows = opened.connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name")
    return rows.fetchall()


def changed(begins: str, **values: object) -> Callable[[list[str]], int]:
    """Puts values into the first line that begins so; returns its number."""

    def change(rows: list[str]) -> int:
        place = next(place for place, line in enumerate(rows) if line.startswith(f'{{"{begins}":'))
        ((table, row),) = json.loads(rows[place]).items()
        rows[place] = json.dumps({table: {**row, **values}})
        return place + 1

    return change


def torn(rows: list[str]) -> int:
    rows[9] = rows[9][:-20]
    return 10


def cut(rows: list[str]) -> int:
    del rows[-4:]
    return len(rows) + 1


def twice(rows: list[str]) -> int:
    rows.insert(12, rows[11])
    return 13


def swapped(rows: list[str]) -> int:
    rows[10], rows[40] = rows[40], rows[10]
    return 12  # the one before it may be the first of its table


def after_the_end(rows: list[str]) -> int:
    rows[-1:] = [rows[3], ""]
    return len(rows) - 1


def bad_bytes(rows: list[str]) -> int:
    place = next(place for place, line in enumerate(rows) if "Website" in line)
    rows[place] = rows[place].replace("Website", "Web\udcffsite")
    return place + 1


@pytest.mark.parametrize(
    "damage",
    [
        torn, cut, twice, swapped, after_the_end, bad_bytes,
        changed("contacts", company_id=99),
        changed("contacts", lifecycle="friend"),
        changed("contacts", shoe_size=44),
        changed("contacts", name=None),
        changed("contacts", name=""),
        changed("contacts", cadence_days=1.5),
        changed("contacts", cadence_days=True),
        changed("contacts", cadence_days=1 << 63),
        changed("contacts", birthday="--02-30"),
        changed("contacts", note="a\x00b"),
        changed("contacts", note="\udcff"),
        changed("contacts", custom="[]"),
        changed("contacts", custom="{"),
        changed("contacts", id="1"),
        changed("deals", status="open", closed_on=None, lost_reason=None),
        changed("deals", currency="QQQ"),
        changed("deals", updated_at="2026-13-01T00:00:00Z"),
        changed("followups", repeat="every blue moon"),
        changed("goals", from_on="2026-02-30"),
        changed("goals", metric="happiness"),
        changed("goals", metric="calls"),
        changed("goals", currency="QQQ"),
        changed("goals", currency=None),
        changed("rates", rate="0"),
        changed("meta", value="some day"),
        changed("meta", value="2026-02-30"),
        changed("invoice_lines", quantity="some"),
        changed("invoice_lines", quantity="NaN"),
        changed("invoice_lines", discount_percent="101"),
        changed("invoice_lines", tax_percent="x"),
        changed("followups", due_time="24:10"),
        changed("followups", due_on="2026-02-30"),
        changed("interactions", occurred_at="2026-02-30T00:00:00Z"),
        changed("tags", name=7),
    ],
)  # fmt: skip
def test_a_damaged_line_is_named_and_nothing_is_written(
    written: Path, tmp_path: Path, damage: Callable[[list[str]], int]
) -> None:
    rows = lines(written)
    number = damage(rows)
    path = tmp_path / "damaged.jsonl"
    path.write_text("\n".join(rows), encoding="utf-8", errors="surrogateescape")
    new = tmp_path / "new.db"
    said = crm("--db", str(new), "load", str(path), code=5).stderr
    assert f"Line {number} " in said
    assert "Nothing was written" in said
    with Crm.open(new, now=NOW) as other:
        assert not any(content(other).values())
        assert {each.status for each in examine(other, own_folder=False)} == {OK}
    crm("--db", str(new), "load", str(written))


@pytest.mark.parametrize("line", [1, 20, 10_000])
def test_killed_at_any_moment_nothing_is_there(written: Path, tmp_path: Path, line: int) -> None:
    rows = lines(written)
    line = min(line, len(rows) - 2)
    new = tmp_path / "new.db"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(new), str(written), str(line)], capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    with Crm.open(new, now=NOW) as other:
        assert not any(content(other).values())
        assert {each.status for each in examine(other, own_folder=False)} == {OK}
    crm("--db", str(new), "load", str(written))
