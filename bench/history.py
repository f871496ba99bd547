"""Years of work for the base of a million: deals, what happened, was promised, sold and paid; the same every time."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from bench.measure import is_current, remove
from crm_tui.domain import Crm, documents
from crm_tui.store import bulk, hours, sales

NOW: Final = "2026-03-02 09:30"
DEALS: Final = 300_000
OPEN_DEALS: Final = 5_000
INTERACTIONS: Final = 3_000_000
FOLLOWUPS: Final = 500_000
PURCHASES: Final = 1_000_000
PRODUCTS: Final = 60
_CUSTOMERS: Final = 300_000
_STAMP: Final = "'2026-03-01T00:00:00Z'"
_MOMENT: Final = "strftime('%Y-%m-%dT%H:%M:%SZ', 1772400000 - (n * 7919) % (3 * 365 * 86400), 'unixepoch')"
_PERSON: Final = "(n * 2654435761) % :people + 1"
_NUMBERS: Final = (
    "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)"
)
_FILLED: Final = (
    "deals", "stage_moves", "interactions", "participants", "followups", "products", "invoices", "invoice_lines",
    "payments",
)  # fmt: skip
_FOUND: Final = ("deals", "interactions", "followups", "products", "invoices")
_SOLD_ON: Final = "date('2026-03-01', '-' || (n * 7919 % 1826) || ' days')"
_PRICE: Final = "(n * 37 % 500 + 5) * 100"  # a fifth of it is a whole number

_STATEMENTS: Final = (
    (
        DEALS,
        f"""INSERT INTO deals (id, title, contact_id, stage_id, status, stage_entered_at, amount_minor, currency,
        probability, expected_close_on, closed_on, lost_reason, created_at, updated_at)
        SELECT id, title, contact_id, stage_id, type, moment, amount, 'EUR', probability, date(moment, '+60 days'),
        CASE WHEN type <> 'open' THEN date(moment) END, CASE WHEN type = 'lost' THEN 'price' END, moment, moment
        FROM ({_NUMBERS}
        SELECT n AS id, 'Order ' || n AS title, {_PERSON} AS contact_id, {_MOMENT} AS moment,
        (n * 7) % 90000 * 10 AS amount, stages.id AS stage_id, stages.type, stages.probability
        FROM numbers JOIN stages ON stages.position = CASE
        WHEN n % {DEALS // OPEN_DEALS} = 0 THEN n / {DEALS // OPEN_DEALS} % 4 + 1 WHEN n % 3 = 0 THEN 5 ELSE 6 END)""",
    ),
    (
        DEALS,
        f"""INSERT INTO stage_moves (id, deal_id, to_stage_id, moved_at, created_at, updated_at)
        SELECT id, id, stage_id, stage_entered_at, {_STAMP}, {_STAMP} FROM deals WHERE id <= :count""",
    ),
    (
        INTERACTIONS,
        f"""INSERT INTO interactions (id, kind, occurred_at, summary, created_at, updated_at) {_NUMBERS}
        SELECT n, CASE n % 5 WHEN 0 THEN 'call' WHEN 1 THEN 'email' WHEN 2 THEN 'meeting' WHEN 3 THEN 'message'
        ELSE 'note' END, {_MOMENT}, CASE n % 4 WHEN 0 THEN 'asked for an offer' WHEN 1 THEN 'sent the catalogue'
        WHEN 2 THEN 'spoke about delivery' ELSE 'wants to think it over' END, {_STAMP}, {_STAMP} FROM numbers""",
    ),
    (
        INTERACTIONS,
        f"""INSERT INTO participants (id, interaction_id, contact_id, occurred_at, created_at, updated_at) {_NUMBERS}
        SELECT n, n, {_PERSON}, {_MOMENT}, {_STAMP}, {_STAMP} FROM numbers""",
    ),
    (
        FOLLOWUPS,
        f"""INSERT INTO followups (id, title, due_on, contact_id, status, done_at, created_at, updated_at) {_NUMBERS}
        SELECT n, 'send the offer', date('2026-03-20', '-' || (n % 900) || ' days'), {_PERSON},
        CASE WHEN n % 10 THEN 'done' ELSE 'open' END, CASE WHEN n % 10 THEN {_STAMP} END, {_STAMP}, {_STAMP}
        FROM numbers""",
    ),
    (
        PRODUCTS,
        f"""INSERT INTO products (id, sku, name, price_minor, currency, reorder_days, created_at, updated_at) {_NUMBERS}
        SELECT n, 'P' || n, 'Product ' || n, n * 500, 'EUR', CASE WHEN n % 4 = 0 THEN n * 30 END, {_STAMP}, {_STAMP}
        FROM numbers""",
    ),
    (
        PURCHASES,
        f"""INSERT INTO invoices (id, number, contact_id, company_id, issued_on, due_on, currency, voided_on,
        created_at, updated_at) SELECT n, 'B' || n, person, CASE WHEN n % 10 = 0 THEN (SELECT company_id FROM contacts
        WHERE contacts.id = person) END, day, date(day, '+14 days'), 'EUR', CASE WHEN n % 200 = 0 THEN day END,
        {_STAMP}, {_STAMP} FROM ({_NUMBERS}
        SELECT n, {_SOLD_ON} AS day, (n * 2654435761) % {_CUSTOMERS} + 1 AS person FROM numbers)""",
    ),
    (
        PURCHASES,
        f"""INSERT INTO invoice_lines (id, invoice_id, product_id, description, unit_price_minor, tax_percent,
        created_at, updated_at) {_NUMBERS}
        SELECT n, n, n % {PRODUCTS} + 1, 'Something', {_PRICE}, '20', {_STAMP}, {_STAMP} FROM numbers""",
    ),
    (
        PURCHASES,
        f"""INSERT INTO payments (id, invoice_id, paid_on, amount_minor, created_at, updated_at) {_NUMBERS}
        SELECT n, n, min(date({_SOLD_ON}, '+' || (n % 40) || ' days'), '2026-03-01'), {_PRICE} * 6 / 5,
        {_STAMP}, {_STAMP} FROM numbers WHERE n % 30 <> 0 AND n % 200 <> 0""",
    ),
)
_LAST_CONTACT: Final = """UPDATE contacts SET last_contacted_on = found.day,
    cadence_days = CASE WHEN id % 50 = 0 THEN 30 END,
    next_touch_on = CASE WHEN id % 50 = 0 THEN date(found.day, '+30 days') END
    FROM (SELECT contact_id, date(max(occurred_at)) AS day FROM participants GROUP BY contact_id) AS found
    WHERE found.contact_id = contacts.id"""


def grow(base: Path, target: Path) -> Path:
    """Copy the base of a million and add the years, unless a copy is newer, and as the program makes it now."""
    if is_current(target) and target.stat().st_mtime > base.stat().st_mtime:
        return target
    temporary = target.with_suffix(".new")
    for each in (temporary, target):
        remove(each)
    shutil.copyfile(base, temporary)
    with Crm.open(temporary, NOW) as crm:
        with crm.transaction("make the stages") as writing:
            crm.pipelines.ensure_default(writing)
        with crm.transaction("grow") as writing:
            _fill(crm)
            for table in _FILLED:
                (last,) = crm.connection.execute(f"SELECT max(id) FROM {table}").fetchone()
                writing.mint(table, last)
                if table in _FOUND:
                    documents.load_range(crm.connection, table, 1, last)
        crm.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    temporary.rename(target)
    return target


def _fill(crm: Crm) -> None:
    (people,) = crm.connection.execute("SELECT count(*) FROM contacts").fetchone()
    indexes = bulk.drop_indexes(crm.connection, _FILLED)
    for count, statement in _STATEMENTS:
        crm.connection.execute(statement, {"count": count, "people": people})
    bulk.make_indexes(crm.connection, indexes)
    crm.connection.execute(_LAST_CONTACT)
    sales.rebuild(crm.connection)
    hours.rebuild(crm.connection)
