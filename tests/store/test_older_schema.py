"""A file of each earlier schema, with data in it, opened by the program of today: kept, upgraded, in working order."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from crm_tui.cli import app
from crm_tui.domain import Crm, doctor, documents, dumping
from crm_tui.store import connection as store
from crm_tui.store import migrations
from crm_tui.store.migrations import m0001_foundation, m0002_interchange, m0003_money
from tests.conftest import NOW
from tests.everything import assert_sound

_AT: Final = "'2025-12-01T08:00:00Z', '2025-12-01T08:00:00Z'"
DATA: Final = f"""
INSERT INTO meta VALUES ('remind.stdout', '2025-12-01');
INSERT INTO sequences VALUES ('companies', 1), ('contacts', 3), ('contact_methods', 2), ('tags', 1),
    ('contact_tags', 1), ('products', 1), ('invoices', 1),
    ('invoice_lines', 2), ('payments', 1), ('pipelines', 1), ('stages', 3), ('deals', 1),
    ('stage_moves', 1), ('interactions', 1),
    ('participants', 1), ('followups', 1), ('external_refs', 1);
INSERT INTO companies (id, name, name_key, created_at, updated_at) VALUES (1, 'Acme', 'acme', {_AT});
INSERT INTO contacts (id, name, name_key, company_id, cadence_days, last_contacted_on, next_touch_on, created_at,
    updated_at)
    VALUES (1, 'Əliyə', 'aliya', 1, 30, '2025-12-01', '2025-12-31', {_AT}),
           (2, 'Bo', 'bo', NULL, NULL, NULL, NULL, {_AT});
INSERT INTO contact_methods (id, contact_id, kind, value, normal, is_primary, created_at, updated_at)
    VALUES (1, 1, 'email', 'A@x.example', 'a@x.example', 1, {_AT}), (2, 2, 'phone', '12', NULL, 1, {_AT});
INSERT INTO tags (id, name, created_at, updated_at) VALUES (1, 'vip', {_AT});
INSERT INTO contact_tags (id, contact_id, tag_id, created_at, updated_at) VALUES (1, 1, 1, {_AT});
INSERT INTO pipelines (id, name, created_at, updated_at) VALUES (1, 'Sales', {_AT});
INSERT INTO stages (id, pipeline_id, name, position, type, probability, created_at, updated_at)
    VALUES (1, 1, 'Lead', 1, 'open', 10, {_AT}), (2, 1, 'Won', 2, 'won', 100, {_AT}),
           (3, 1, 'Lost', 3, 'lost', 0, {_AT});
INSERT INTO deals (id, title, contact_id, stage_id, status, stage_entered_at, probability, created_at, updated_at)
    VALUES (1, 'Website', 1, 1, 'open', '2025-12-01T08:00:00Z', 10, {_AT});
INSERT INTO stage_moves (id, deal_id, to_stage_id, moved_at, created_at, updated_at)
    VALUES (1, 1, 1, '2025-12-01T08:00:00Z', {_AT});
INSERT INTO interactions (id, kind, occurred_at, summary, created_at, updated_at)
    VALUES (1, 'call', '2025-12-01T08:00:00Z', 'prices', {_AT});
INSERT INTO participants (id, interaction_id, contact_id, occurred_at, created_at, updated_at)
    VALUES (1, 1, 1, '2025-12-01T08:00:00Z', {_AT});
INSERT INTO followups (id, title, due_on, contact_id, created_at, updated_at)
    VALUES (1, 'Call', '2025-12-05', 1, {_AT});
INSERT INTO products (id, sku, name, reorder_days, created_at, updated_at) VALUES (1, 'OIL', 'Oil', 90, {_AT});
INSERT INTO invoices (id, number, contact_id, issued_on, due_on, currency, created_at, updated_at)
    VALUES (1, '2025-1', 2, '2025-12-01', '2025-12-15', 'EUR', {_AT});
INSERT INTO invoice_lines (id, invoice_id, product_id, description, quantity, unit_price_minor, tax_percent, created_at,
    updated_at) VALUES (1, 1, 1, 'Oil', '2', 1000, '20', {_AT}), (2, 1, NULL, 'Post', '1', 500, NULL, {_AT});
INSERT INTO payments (id, invoice_id, paid_on, amount_minor, created_at, updated_at)
    VALUES (1, 1, '2025-12-05', 900, {_AT});
INSERT INTO external_refs (id, source, key, entity, entity_id, created_at, updated_at)
    VALUES (1, 'csv', 'k1', 'contacts', 1, {_AT});
INSERT INTO deliveries (id, occurrence, channel, delivered_at)
    VALUES (1, 'followup:1:2025-12-05', 'stdout', '2025-12-05T08:00:00Z');
INSERT INTO operations (id, summary, created_at) VALUES (1, 'add contact Bo', '2025-12-01T08:00:00Z');
INSERT INTO changes (operation_id, entity, entity_id, before, after) SELECT 1, 'contact_methods', id, NULL, json_object(
    'id', id, 'contact_id', contact_id, 'kind', kind, 'value', value, 'normal', normal, 'label', label,
    'is_primary', is_primary, 'created_at', created_at, 'updated_at', updated_at) FROM contact_methods WHERE id = 2;
"""
# what the version with three migrations kept beside these rows, and brought
SUMS: Final = f"""
UPDATE invoice_lines SET net_minor = 2000, tax_minor = 400 WHERE id = 1;
UPDATE invoice_lines SET net_minor = 500 WHERE id = 2;
UPDATE invoices SET net_minor = 2500, tax_minor = 400, paid_minor = 900;
INSERT INTO customers VALUES (0, 2, '2025-12-01', '2025-12-01', '2025-12-01', 1);
INSERT INTO customer_sums VALUES (0, 2, 'EUR', '2025-12-01', '2025-12-01', 1, 2500);
INSERT INTO reorders VALUES (0, 2, 1, '2025-12-01', '2026-03-01', NULL, 1);
INSERT INTO revenue_months VALUES ('2025-12', 'EUR', 1, 2500);
INSERT INTO received_months VALUES ('2025-12', 'EUR', 1, 900);
INSERT INTO goals VALUES (1, 'calls', NULL, 'week', '2025-12-01', 10, {_AT});
INSERT INTO sequences VALUES ('goals', 1);
"""


SCHEMAS: Final = (m0001_foundation.STATEMENTS, m0002_interchange.STATEMENTS, m0003_money.STATEMENTS)
SINCE: Final = (
    {"kept_lines", "threads", "distinct_pairs"},
    {"customers", "customer_sums", "reorders", "revenue_months", "received_months", "goals"},
    {"interaction_hours"},
)
"""The tables that came after each."""


def of_schema(path: Path, number: int) -> None:
    """A base as a version with so many migrations made it."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA application_id = {store.APPLICATION_ID}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(
        "CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT)"
    )
    for name, statements in zip(migrations.NAMES[:number], SCHEMAS[:number], strict=True):
        for statement in statements:
            connection.execute(statement)
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, '2025-12-01')",
            (migrations.SET_NAME, name),
        )
    connection.executescript(DATA)
    if number > 2:
        connection.executescript(SUMS)
    connection.execute("BEGIN")
    documents.rebuild(connection)
    connection.execute("COMMIT")
    connection.execute(f"PRAGMA user_version = {number}")
    connection.close()
    path.chmod(0o600)


Rows = dict[str, list[dict[str, object]]]


def rows(connection: sqlite3.Connection) -> Rows:
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_%' AND name NOT LIKE '%sqlite%'"
    ).fetchall()
    found: Rows = {}
    for (table,) in tables:
        cursor = connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
        names = [column[0] for column in cursor.description]
        found[table] = [dict(zip(names, row, strict=True)) for row in cursor]
    return found


def known(after: Rows, before: Rows) -> Rows:
    """What there was before, as it is now: columns that came since are left out."""
    return {
        table: [
            {name: row[name] for name in old}
            for row, old in zip(after[table], [*kept, *([{}] * len(after[table]))], strict=False)
        ]
        for table, kept in before.items()
    }


@pytest.fixture(params=[1, 2, 3], ids=["schema-1", "schema-2", "schema-3"])
def schema(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def old(database: Path, schema: int) -> Path:
    of_schema(database, schema)
    return database


def test_is_backed_up_and_upgraded_with_every_row(old: Path, schema: int) -> None:
    reader = sqlite3.connect(old)
    before = rows(reader)
    reader.close()
    assert sum(bool(found) for found in before.values()) > 15
    with Crm.open(old, now=NOW) as crm:
        assert crm.connection.execute("PRAGMA user_version").fetchone() == (migrations.LATEST,)
        after = rows(crm.connection)
        assert known(after, before) == before
        assert {table for table in after if table not in before} == set().union(*SINCE[schema - 1 :])
        assert [(row["net_minor"], row["tax_minor"], row["paid_minor"]) for row in after["invoices"]] == [
            (2500, 400, 900)
        ]
        assert [row["due_on"] for row in after["reorders"]] == ["2026-03-01"]
        assert [row["quiet_since"] for row in after["customers"]] == ["2025-12-01"]
        assert after["interaction_hours"] == [{"kind": "call", "hour": "2025-12-01T08", "number": 1}]
        assert_sound(crm)
        assert {each.status for each in doctor.examine(crm, own_folder=False)} == {doctor.OK}
    (backup,) = old.parent.glob("crm.before-upgrade-*.db")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    copy = sqlite3.connect(backup)
    assert copy.execute("PRAGMA user_version").fetchone() == (schema,)
    assert rows(copy) == before
    copy.close()


def test_everything_works_afterwards(old: Path, tmp_path: Path) -> None:
    with Crm.open(old, now=NOW) as crm:
        # 3 was given before, to somebody who was taken back
        assert crm.contacts.add(name="Carl", company="Acme").id == 4
        assert [each.title for each in crm.search.find("aliya prices")] == []
        assert [each.title for each in crm.search.find("aliya")] != []
        crm.deals.win(1)
        crm.followups.complete(1)
        with crm.transaction("keep lines") as writing:
            writing.insert(
                "kept_lines", {"entity": "contacts", "entity_id": 1, "format": "vcard", "lines": "X-A:1\r\n"}
            )
        for _ in range(4):
            crm.undo()
        crm.undo(1)
        assert crm.contacts.get(2).phones == ()
        lines = list(dumping.lines(crm))
        assert_sound(crm)
    with Crm.open(tmp_path / "new.db", now=NOW) as other:
        dumping.load(other, lines)
        assert list(dumping.lines(other)) == lines


def test_an_upgrade_does_what_its_migrations_ask_for_and_no_more(database: Path) -> None:
    of_schema(database, 3)
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("UPDATE revenue_months SET net_minor = 1")
    connection.execute("UPDATE deals SET contact_id = 99")
    connection.close()
    with Crm.open(database, now=NOW) as crm:
        # the hours came with the fourth schema; what was there before is as it was, and the doctor's business
        found = {each.check: each.detail for each in doctor.examine(crm, own_folder=False) if each.detail}
    assert found["maintained"] == "the sums in revenue_months are wrong"
    assert found["references"] == "deals 1 refers to contacts that are missing"


def test_what_can_be_read_of_a_damaged_one_is_saved(
    old: Path, schema: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = sqlite3.connect(old)
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'contacts_by_name'"
    ).fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    before = rows(connection)
    connection.close()
    whole = bytearray(old.read_bytes())
    whole[(page - 1) * size : page * size] = bytes(size)
    old.write_bytes(whole)
    monkeypatch.setenv("CRM_DB", str(old))
    monkeypatch.setenv("CRM_NOW", "2026-03-02 09:30")
    result = CliRunner().invoke(app, ["doctor", "--fix"])
    assert (result.exit_code, "is damaged" in result.stdout) == (7, True), result.stderr
    assert old.read_bytes() == whole
    assert list(old.parent.glob("*before-upgrade*")) == []
    (saved,) = old.parent.glob("crm.salvaged-*.db")
    with Crm.open(saved, now=NOW, create=False) as crm:
        assert known(rows(crm.connection), before) == before
        assert {each.status for each in doctor.examine(crm, own_folder=False)} == {doctor.OK}


def test_the_command_line_upgrades_without_a_word(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(old))
    monkeypatch.setenv("CRM_NOW", "2026-03-02 09:30")
    result = CliRunner().invoke(app, ["contact", "list", "-f", "ids"])
    assert (result.exit_code, result.stdout.split()) == (0, ["1", "2"]), result.stderr
    # what was delivered is not delivered anew
    result = CliRunner().invoke(app, ["remind", "--once", "-f", "json"])
    assert "followup" not in result.stdout
