"""What sales add up to, kept beside the rows it follows from, and what the person means to reach."""

from __future__ import annotations

from typing import Final

_DAY: Final = "GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'"
_INSTANT: Final = "GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'"
_STAMPS: Final = f"""
    created_at TEXT NOT NULL CHECK (created_at {_INSTANT}),
    updated_at TEXT NOT NULL CHECK (updated_at {_INSTANT})"""
# a customer is a company, or a person of none: 0 stands for none
_CUSTOMER: Final = """company_id INTEGER NOT NULL,
    contact_id INTEGER NOT NULL CHECK ((company_id = 0) <> (contact_id = 0))"""

_AMOUNTS: Final = (
    "ALTER TABLE invoice_lines ADD COLUMN net_minor INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE invoice_lines ADD COLUMN tax_minor INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE invoices ADD COLUMN net_minor INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE invoices ADD COLUMN tax_minor INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE invoices ADD COLUMN paid_minor INTEGER NOT NULL DEFAULT 0",
)
_ROLLUPS: Final = (
    # who has bought; quiet_since is the day of the last sale or the last real interaction, whichever is later;
    # reachable is 0 for who was put away or wants nothing more
    f"""CREATE TABLE customers (
    {_CUSTOMER},
    first_on TEXT NOT NULL CHECK (first_on {_DAY}),
    last_on TEXT NOT NULL CHECK (last_on {_DAY}),
    quiet_since TEXT NOT NULL CHECK (quiet_since {_DAY}),
    reachable INTEGER NOT NULL CHECK (reachable BETWEEN 0 AND 1),
    PRIMARY KEY (company_id, contact_id)) STRICT, WITHOUT ROWID""",
    # what they bought in each currency, credits taken off; a purchase is above 0
    f"""CREATE TABLE customer_sums (
    {_CUSTOMER},
    currency TEXT NOT NULL,
    first_on TEXT CHECK (first_on {_DAY}),
    last_on TEXT CHECK (last_on {_DAY}),
    purchases INTEGER NOT NULL CHECK (purchases >= 0),
    net_minor INTEGER NOT NULL,
    PRIMARY KEY (company_id, contact_id, currency)) STRICT, WITHOUT ROWID""",
    # what is bought again and again, and when it is due; spoke_days is how many days before that the last real
    # interaction since the sale was, below 0 when it was after
    f"""CREATE TABLE reorders (
    {_CUSTOMER},
    product_id INTEGER NOT NULL CHECK (product_id > 0),
    last_on TEXT NOT NULL CHECK (last_on {_DAY}),
    due_on TEXT NOT NULL CHECK (due_on {_DAY}),
    spoke_days INTEGER,
    reachable INTEGER NOT NULL CHECK (reachable BETWEEN 0 AND 1),
    PRIMARY KEY (company_id, contact_id, product_id)) STRICT, WITHOUT ROWID""",
    # what was invoiced in each month, without tax; month is 2026-03
    """CREATE TABLE revenue_months (
    month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'),
    currency TEXT NOT NULL,
    invoices INTEGER NOT NULL CHECK (invoices > 0),
    net_minor INTEGER NOT NULL,
    PRIMARY KEY (month, currency)) STRICT, WITHOUT ROWID""",
    # what was received in each month, refunds taken off
    """CREATE TABLE received_months (
    month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'),
    currency TEXT NOT NULL,
    payments INTEGER NOT NULL CHECK (payments > 0),
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (month, currency)) STRICT, WITHOUT ROWID""",
)
_GOALS: Final = (
    # from a day on until the next goal of the same metric, currency and span; a target of 0 ends it
    f"""CREATE TABLE goals (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    metric TEXT NOT NULL CHECK (metric <> ''),
    currency TEXT CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    per TEXT NOT NULL CHECK (per = 'week' OR per = 'month' OR per = 'quarter' OR per = 'year'),
    from_on TEXT NOT NULL CHECK (from_on {_DAY}),
    target INTEGER NOT NULL CHECK (target >= 0),
    {_STAMPS}) STRICT""",
    "CREATE UNIQUE INDEX goals_once ON goals (metric, ifnull(currency, ''), per, from_on)",
)
_INDEXES: Final = (
    # a partial index has the columns of its condition, or the table is read for them
    "DROP INDEX invoices_by_company",
    "DROP INDEX invoices_unvoided",
    "DROP INDEX payments_by_invoice",
    "DROP INDEX deals_closed",
    "DROP INDEX deals_by_movement",
    """CREATE INDEX invoices_by_company ON invoices (company_id, issued_on, currency, net_minor, voided_on)
    WHERE company_id IS NOT NULL""",
    """CREATE INDEX invoices_of_people ON invoices
    (contact_id, issued_on, currency, net_minor, voided_on, company_id)
    WHERE company_id IS NULL AND contact_id IS NOT NULL""",
    "CREATE INDEX invoices_by_day ON invoices (issued_on, currency, net_minor, tax_minor, voided_on)",
    """CREATE INDEX invoices_unpaid ON invoices (due_on, currency, net_minor, tax_minor, paid_minor, voided_on)
    WHERE voided_on IS NULL AND paid_minor < net_minor + tax_minor""",
    "CREATE INDEX invoices_void ON invoices (currency, voided_on) WHERE voided_on IS NOT NULL",
    "CREATE INDEX payments_by_invoice ON payments (invoice_id, paid_on, amount_minor)",
    "CREATE INDEX payments_by_day ON payments (paid_on, invoice_id, amount_minor)",
    """CREATE INDEX deals_by_movement ON deals (stage_id, stage_entered_at, status, archived_at,
    expected_close_on, currency, amount_minor, probability) WHERE status = 'open' AND archived_at IS NULL""",
    """CREATE INDEX deals_closed ON deals (closed_on, status, currency, amount_minor, archived_at)
    WHERE closed_on IS NOT NULL""",
    "CREATE INDEX customers_by_silence ON customers (reachable, quiet_since)",
    "CREATE INDEX customers_by_first ON customers (first_on)",
    "CREATE INDEX reorders_by_day ON reorders (reachable, due_on, spoke_days)",
    "CREATE INDEX reorders_by_product ON reorders (product_id)",
    "CREATE INDEX contacts_by_creation ON contacts (created_at)",
)
STATEMENTS: Final = (*_AMOUNTS, *_ROLLUPS, *_GOALS, *_INDEXES)
