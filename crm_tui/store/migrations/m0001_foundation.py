"""The first schema: people, companies, what happened, deals, promises, money, the journal and the search index.

Every table is STRICT and has a real integer key; there are no cascades, so that each row that changes is a row the
journal has seen. Indexes are named and separate from the tables, so that a bulk load can drop and rebuild them.
"""

from __future__ import annotations

from typing import Final

_DAY: Final = "GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'"
_INSTANT: Final = "GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'"
_YEARLESS: Final = "GLOB '--[01][0-9]-[0-3][0-9]'"
_CURRENCY: Final = "GLOB '[A-Z][A-Z][A-Z]'"
_STAMPS: Final = f"""
    created_at TEXT NOT NULL CHECK (created_at {_INSTANT}),
    updated_at TEXT NOT NULL CHECK (updated_at {_INSTANT})"""
_ARCHIVED: Final = f"archived_at TEXT CHECK (archived_at {_INSTANT}),"
_CUSTOM: Final = "custom TEXT NOT NULL DEFAULT '{}' CHECK (custom = '{}' OR json_valid(custom)),"


def _one_of(column: str, *words: str) -> str:
    """A condition that a column holds one of some words; SQLite builds a table for each IN, row after row."""
    return " OR ".join(f"{column} = '{word}'" for word in words)


_METHOD: Final = f"""
    kind TEXT NOT NULL CHECK ({_one_of("kind", "email", "phone", "address", "url", "im")}),
    value TEXT NOT NULL CHECK (value <> ''),
    normal TEXT,
    label TEXT,
    is_primary INTEGER NOT NULL DEFAULT 0 CHECK (is_primary BETWEEN 0 AND 1),
    {_STAMPS}"""

BOOKKEEPING: Final = (
    # value is text; the device's number decides the range its ids are minted from
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    "CREATE TABLE sequences (entity TEXT PRIMARY KEY, last_id INTEGER NOT NULL) STRICT",
    f"""CREATE TABLE operations (
    id INTEGER PRIMARY KEY,
    summary TEXT NOT NULL,
    created_at TEXT NOT NULL CHECK (created_at {_INSTANT}),
    undone_at TEXT CHECK (undone_at {_INSTANT}),
    undone_after INTEGER,
    CHECK ((undone_at IS NULL) = (undone_after IS NULL))) STRICT""",
    """CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    operation_id INTEGER NOT NULL REFERENCES operations (id),
    entity TEXT NOT NULL,
    entity_id INTEGER NOT NULL,
    before TEXT CHECK (before IS NULL OR json_valid(before)),
    after TEXT CHECK (after IS NULL OR json_valid(after)),
    CHECK (before IS NOT NULL OR after IS NOT NULL)) STRICT""",
    # rows made in bulk: the rows themselves are their after-image until the operation is undone
    """CREATE TABLE change_ranges (
    id INTEGER PRIMARY KEY,
    operation_id INTEGER NOT NULL REFERENCES operations (id),
    entity TEXT NOT NULL,
    first_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL,
    CHECK (first_id <= last_id)) STRICT""",
    """CREATE TABLE parked_rows (
    id INTEGER PRIMARY KEY,
    range_id INTEGER NOT NULL REFERENCES change_ranges (id),
    packed BLOB NOT NULL) STRICT""",
)

PEOPLE: Final = (
    f"""CREATE TABLE companies (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    name TEXT NOT NULL CHECK (name <> ''),
    name_key TEXT NOT NULL,
    domain TEXT,
    industry TEXT,
    size TEXT,
    website TEXT,
    parent_id INTEGER REFERENCES companies (id) CHECK (parent_id <> id),
    note TEXT,
    {_CUSTOM}
    {_ARCHIVED}
    {_STAMPS}) STRICT""",
    f"""CREATE TABLE company_methods (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    company_id INTEGER NOT NULL REFERENCES companies (id),
    {_METHOD}) STRICT""",
    f"""CREATE TABLE contacts (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    name TEXT NOT NULL CHECK (name <> ''),
    name_key TEXT NOT NULL,
    given_name TEXT,
    family_name TEXT,
    company_id INTEGER REFERENCES companies (id),
    title TEXT,
    lifecycle TEXT NOT NULL DEFAULT 'lead' CHECK ({_one_of("lifecycle", "lead", "prospect", "customer", "former")}),
    source TEXT,
    referred_by_id INTEGER REFERENCES contacts (id) CHECK (referred_by_id <> id),
    birthday TEXT CHECK (birthday {_DAY} OR birthday {_YEARLESS}),
    language TEXT,
    timezone TEXT,
    cadence_days INTEGER CHECK (cadence_days > 0),
    last_contacted_base_on TEXT CHECK (last_contacted_base_on {_DAY}),
    last_contacted_on TEXT CHECK (last_contacted_on {_DAY}),
    next_touch_on TEXT CHECK (next_touch_on {_DAY}),
    opted_out_on TEXT CHECK (opted_out_on {_DAY}),
    note TEXT,
    {_CUSTOM}
    {_ARCHIVED}
    {_STAMPS}) STRICT""",
    f"""CREATE TABLE contact_methods (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    {_METHOD}) STRICT""",
    f"""CREATE TABLE important_dates (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    label TEXT NOT NULL CHECK (label <> ''),
    date TEXT NOT NULL CHECK (date {_DAY} OR date {_YEARLESS}),
    {_STAMPS}) STRICT""",
    f"""CREATE TABLE relations (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    other_id INTEGER NOT NULL REFERENCES contacts (id),
    kind TEXT NOT NULL CHECK (kind <> ''),
    {_STAMPS},
    CHECK (contact_id <> other_id)) STRICT""",
)

SALES: Final = (
    f"""CREATE TABLE pipelines (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    name TEXT NOT NULL CHECK (name <> ''),
    {_ARCHIVED}
    {_STAMPS}) STRICT""",
    f"""CREATE TABLE stages (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    pipeline_id INTEGER NOT NULL REFERENCES pipelines (id),
    name TEXT NOT NULL CHECK (name <> ''),
    position INTEGER NOT NULL,
    type TEXT NOT NULL CHECK ({_one_of("type", "open", "won", "lost")}),
    probability INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 100),
    rot_days INTEGER CHECK (rot_days > 0),
    {_ARCHIVED}
    {_STAMPS}) STRICT""",
    # status repeats the stage's type, stage_entered_at the newest move: both maintained, for indexes
    # probability_set says that the probability was given by hand and outlives a move
    f"""CREATE TABLE deals (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    title TEXT NOT NULL CHECK (title <> ''),
    contact_id INTEGER REFERENCES contacts (id),
    company_id INTEGER REFERENCES companies (id),
    stage_id INTEGER NOT NULL REFERENCES stages (id),
    status TEXT NOT NULL CHECK ({_one_of("status", "open", "won", "lost")}),
    stage_entered_at TEXT NOT NULL CHECK (stage_entered_at {_INSTANT}),
    amount_minor INTEGER,
    currency TEXT CHECK (currency {_CURRENCY}),
    probability INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 100),
    probability_set INTEGER NOT NULL DEFAULT 0 CHECK (probability_set BETWEEN 0 AND 1),
    expected_close_on TEXT CHECK (expected_close_on {_DAY}),
    closed_on TEXT CHECK (closed_on {_DAY}),
    source TEXT,
    lost_reason TEXT,
    lost_note TEXT,
    {_CUSTOM}
    {_ARCHIVED}
    {_STAMPS},
    CHECK (amount_minor IS NULL OR currency IS NOT NULL),
    CHECK ((status = 'open') = (closed_on IS NULL)),
    CHECK (status <> 'lost' OR lost_reason IS NOT NULL)) STRICT""",
    f"""CREATE TABLE stage_moves (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    deal_id INTEGER NOT NULL REFERENCES deals (id),
    from_stage_id INTEGER REFERENCES stages (id),
    to_stage_id INTEGER NOT NULL REFERENCES stages (id),
    moved_at TEXT NOT NULL CHECK (moved_at {_INSTANT}),
    {_STAMPS}) STRICT""",
    f"""CREATE TABLE rates (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    currency TEXT NOT NULL CHECK (currency {_CURRENCY}),
    rate TEXT NOT NULL,
    day TEXT NOT NULL CHECK (day {_DAY}),
    {_STAMPS}) STRICT""",
    f"""CREATE TABLE products (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    sku TEXT NOT NULL CHECK (sku <> ''),
    name TEXT NOT NULL CHECK (name <> ''),
    price_minor INTEGER,
    currency TEXT CHECK (currency {_CURRENCY}),
    warranty_months INTEGER CHECK (warranty_months >= 0),
    reorder_days INTEGER CHECK (reorder_days > 0),
    {_ARCHIVED}
    {_STAMPS},
    CHECK (price_minor IS NULL OR currency IS NOT NULL)) STRICT""",
    f"""CREATE TABLE invoices (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    number TEXT NOT NULL CHECK (number <> ''),
    contact_id INTEGER REFERENCES contacts (id),
    company_id INTEGER REFERENCES companies (id),
    deal_id INTEGER REFERENCES deals (id),
    issued_on TEXT NOT NULL CHECK (issued_on {_DAY}),
    due_on TEXT NOT NULL CHECK (due_on {_DAY}),
    currency TEXT NOT NULL CHECK (currency {_CURRENCY}),
    voided_on TEXT CHECK (voided_on {_DAY}),
    {_STAMPS}) STRICT""",
    f"""CREATE TABLE invoice_lines (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    invoice_id INTEGER NOT NULL REFERENCES invoices (id),
    product_id INTEGER REFERENCES products (id),
    description TEXT NOT NULL,
    quantity TEXT NOT NULL DEFAULT '1',
    unit_price_minor INTEGER NOT NULL,
    discount_percent TEXT,
    tax_percent TEXT,
    {_STAMPS}) STRICT""",
    f"""CREATE TABLE payments (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    invoice_id INTEGER NOT NULL REFERENCES invoices (id),
    paid_on TEXT NOT NULL CHECK (paid_on {_DAY}),
    amount_minor INTEGER NOT NULL,
    method TEXT,
    reference TEXT,
    {_STAMPS}) STRICT""",
)

DAILY: Final = (
    f"""CREATE TABLE interactions (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    kind TEXT NOT NULL CHECK ({_one_of("kind", "call", "email", "meeting", "message", "note")}),
    direction TEXT CHECK ({_one_of("direction", "in", "out")}),
    occurred_at TEXT NOT NULL CHECK (occurred_at {_INSTANT}),
    summary TEXT NOT NULL CHECK (summary <> ''),
    body TEXT,
    duration_minutes INTEGER CHECK (duration_minutes >= 0),
    deal_id INTEGER REFERENCES deals (id),
    {_STAMPS}) STRICT""",
    f"""CREATE TABLE participants (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    interaction_id INTEGER NOT NULL REFERENCES interactions (id),
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    occurred_at TEXT NOT NULL CHECK (occurred_at {_INSTANT}),
    {_STAMPS}) STRICT""",
    # anchor_on is the day a series' schedule hangs on, scheduled_on this one's by it: no snooze moves them
    f"""CREATE TABLE followups (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    title TEXT NOT NULL CHECK (title <> ''),
    due_on TEXT NOT NULL CHECK (due_on {_DAY}),
    due_time TEXT CHECK (due_time GLOB '[0-2][0-9]:[0-5][0-9]'),
    contact_id INTEGER REFERENCES contacts (id),
    deal_id INTEGER REFERENCES deals (id),
    priority TEXT NOT NULL DEFAULT 'normal' CHECK ({_one_of("priority", "low", "normal", "high")}),
    repeat TEXT,
    repeat_from TEXT CHECK ({_one_of("repeat_from", "due", "done")}),
    series_id INTEGER REFERENCES followups (id),
    anchor_on TEXT CHECK (anchor_on {_DAY}),
    scheduled_on TEXT CHECK (scheduled_on {_DAY}),
    status TEXT NOT NULL DEFAULT 'open' CHECK ({_one_of("status", "open", "done", "cancelled")}),
    done_at TEXT CHECK (done_at {_INSTANT}),
    {_STAMPS},
    CHECK ((repeat IS NULL) = (repeat_from IS NULL)),
    CHECK ((status = 'open') = (done_at IS NULL))) STRICT""",
    # the ledger of reminders: an occurrence is delivered once, whoever delivers it
    f"""CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    occurrence TEXT NOT NULL,
    channel TEXT NOT NULL,
    delivered_at TEXT NOT NULL CHECK (delivered_at {_INSTANT})) STRICT""",
)

LABELS: Final = (
    f"""CREATE TABLE tags (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    name TEXT NOT NULL CHECK (name <> ''),
    {_STAMPS}) STRICT""",
    *(
        f"""CREATE TABLE {singular}_tags (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    {singular}_id INTEGER NOT NULL REFERENCES {plural} (id),
    tag_id INTEGER NOT NULL REFERENCES tags (id),
    {_STAMPS}) STRICT"""
        for singular, plural in (("contact", "contacts"), ("company", "companies"), ("deal", "deals"))
    ),
    f"""CREATE TABLE custom_fields (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    entity TEXT NOT NULL CHECK ({_one_of("entity", "contacts", "companies", "deals")}),
    key TEXT NOT NULL CHECK (key GLOB '[a-z]*' AND key NOT GLOB '*[^a-z0-9_]*'),
    label TEXT NOT NULL,
    type TEXT NOT NULL CHECK ({_one_of("type", "text", "number", "date", "choice", "flag")}),
    choices TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(choices)),
    {_STAMPS}) STRICT""",
    f"""CREATE TABLE external_refs (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id INTEGER NOT NULL,
    {_STAMPS}) STRICT""",
)

SEARCH: Final = (
    # id is kind * 10^15 + the record's id; keys and fragments are folded, body is folded free text
    """CREATE TABLE search_docs (
    id INTEGER PRIMARY KEY, keys TEXT NOT NULL, fragments TEXT NOT NULL, body TEXT NOT NULL) STRICT""",
    """CREATE VIRTUAL TABLE search_keys USING fts5 (keys, content = 'search_docs', content_rowid = 'id',
    tokenize = 'ascii', prefix = '1 2 3 4', detail = none, columnsize = 0)""",
    """CREATE VIRTUAL TABLE search_fragments USING fts5 (fragments, content = 'search_docs', content_rowid = 'id',
    tokenize = 'trigram', detail = none, columnsize = 0)""",
    """CREATE VIRTUAL TABLE search_body USING fts5 (body, content = 'search_docs', content_rowid = 'id',
    tokenize = 'ascii', prefix = '3', detail = none, columnsize = 0)""",
)

INDEXES: Final = (
    "CREATE INDEX changes_by_operation ON changes (operation_id)",
    "CREATE INDEX changes_by_entity ON changes (entity, entity_id, operation_id)",
    "CREATE INDEX change_ranges_by_operation ON change_ranges (operation_id)",
    "CREATE INDEX change_ranges_by_entity ON change_ranges (entity, first_id, last_id)",
    "CREATE INDEX parked_rows_by_range ON parked_rows (range_id)",
    "CREATE INDEX companies_by_name ON companies (name_key, id, archived_at)",
    "CREATE INDEX companies_by_domain ON companies (domain) WHERE domain IS NOT NULL",
    "CREATE INDEX companies_by_parent ON companies (parent_id) WHERE parent_id IS NOT NULL",
    "CREATE INDEX company_methods_by_company ON company_methods (company_id)",
    "CREATE INDEX company_methods_by_normal ON company_methods (normal, kind) WHERE normal IS NOT NULL",
    "CREATE INDEX contacts_by_name ON contacts (name_key, id, archived_at)",
    "CREATE INDEX contacts_by_company ON contacts (company_id) WHERE company_id IS NOT NULL",
    "CREATE INDEX contacts_by_referrer ON contacts (referred_by_id) WHERE referred_by_id IS NOT NULL",
    """CREATE INDEX contacts_by_touch ON contacts (next_touch_on, archived_at, opted_out_on)
    WHERE next_touch_on IS NOT NULL AND archived_at IS NULL""",
    "CREATE INDEX contacts_by_last_contact ON contacts (last_contacted_on, id) WHERE last_contacted_on IS NOT NULL",
    """CREATE INDEX contacts_by_birthday ON contacts (substr(birthday, -5), archived_at)
    WHERE birthday IS NOT NULL AND archived_at IS NULL""",
    "CREATE INDEX contacts_archived ON contacts (archived_at) WHERE archived_at IS NOT NULL",
    "CREATE INDEX contact_methods_by_contact ON contact_methods (contact_id)",
    "CREATE INDEX contact_methods_by_normal ON contact_methods (normal, kind) WHERE normal IS NOT NULL",
    "CREATE INDEX important_dates_by_contact ON important_dates (contact_id)",
    "CREATE INDEX important_dates_by_day ON important_dates (substr(date, -5))",
    "CREATE UNIQUE INDEX relations_once ON relations (contact_id, other_id, kind)",
    "CREATE INDEX relations_by_other ON relations (other_id)",
    "CREATE INDEX stages_by_pipeline ON stages (pipeline_id, position)",
    "CREATE INDEX deals_by_contact ON deals (contact_id) WHERE contact_id IS NOT NULL",
    "CREATE INDEX deals_by_company ON deals (company_id) WHERE company_id IS NOT NULL",
    "CREATE INDEX deals_by_stage ON deals (stage_id, archived_at, currency, amount_minor, probability)",
    """CREATE INDEX deals_open ON deals (expected_close_on, stage_entered_at, stage_id, status, archived_at)
    WHERE status = 'open' AND archived_at IS NULL""",
    """CREATE INDEX deals_by_movement ON deals (stage_id, stage_entered_at, status, archived_at, expected_close_on)
    WHERE status = 'open' AND archived_at IS NULL""",
    "CREATE INDEX deals_closed ON deals (closed_on, status, currency, amount_minor) WHERE closed_on IS NOT NULL",
    "CREATE INDEX stage_moves_by_deal ON stage_moves (deal_id, moved_at)",
    "CREATE INDEX stage_moves_by_stage ON stage_moves (to_stage_id)",
    "CREATE INDEX stage_moves_from_stage ON stage_moves (from_stage_id) WHERE from_stage_id IS NOT NULL",
    "CREATE UNIQUE INDEX rates_once ON rates (currency, day)",
    "CREATE UNIQUE INDEX products_by_sku ON products (sku)",
    "CREATE UNIQUE INDEX invoices_by_number ON invoices (number)",
    "CREATE INDEX invoices_unvoided ON invoices (due_on, voided_on) WHERE voided_on IS NULL",
    "CREATE INDEX invoices_by_contact ON invoices (contact_id) WHERE contact_id IS NOT NULL",
    "CREATE INDEX invoices_by_company ON invoices (company_id) WHERE company_id IS NOT NULL",
    "CREATE INDEX invoices_by_deal ON invoices (deal_id) WHERE deal_id IS NOT NULL",
    "CREATE INDEX invoice_lines_by_invoice ON invoice_lines (invoice_id)",
    "CREATE INDEX invoice_lines_by_product ON invoice_lines (product_id) WHERE product_id IS NOT NULL",
    "CREATE INDEX payments_by_invoice ON payments (invoice_id)",
    "CREATE INDEX interactions_by_time ON interactions (occurred_at, kind)",
    "CREATE INDEX interactions_by_deal ON interactions (deal_id, occurred_at) WHERE deal_id IS NOT NULL",
    "CREATE UNIQUE INDEX participants_once ON participants (interaction_id, contact_id)",
    "CREATE INDEX participants_by_contact ON participants (contact_id, occurred_at, interaction_id)",
    """CREATE INDEX followups_open ON followups (due_on, due_time, status) WHERE status = 'open'""",
    "CREATE INDEX followups_by_contact ON followups (contact_id, status, due_on) WHERE contact_id IS NOT NULL",
    "CREATE INDEX followups_by_deal ON followups (deal_id, status, due_on) WHERE deal_id IS NOT NULL",
    "CREATE INDEX followups_by_series ON followups (series_id) WHERE series_id IS NOT NULL",
    "CREATE UNIQUE INDEX deliveries_once ON deliveries (occurrence, channel)",
    "CREATE UNIQUE INDEX tags_by_name ON tags (name COLLATE NOCASE)",
    "CREATE UNIQUE INDEX contact_tags_once ON contact_tags (contact_id, tag_id)",
    "CREATE INDEX contact_tags_by_tag ON contact_tags (tag_id, contact_id)",
    "CREATE UNIQUE INDEX company_tags_once ON company_tags (company_id, tag_id)",
    "CREATE INDEX company_tags_by_tag ON company_tags (tag_id, company_id)",
    "CREATE UNIQUE INDEX deal_tags_once ON deal_tags (deal_id, tag_id)",
    "CREATE INDEX deal_tags_by_tag ON deal_tags (tag_id, deal_id)",
    "CREATE UNIQUE INDEX custom_fields_once ON custom_fields (entity, key)",
    "CREATE UNIQUE INDEX external_refs_once ON external_refs (entity, source, key)",
    "CREATE INDEX external_refs_by_entity ON external_refs (entity, entity_id)",
)

STATEMENTS: Final = (*BOOKKEEPING, *PEOPLE, *SALES, *DAILY, *LABELS, *SEARCH, *INDEXES)
