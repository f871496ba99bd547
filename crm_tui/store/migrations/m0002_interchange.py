"""What other programs' files bring that the records have no field for, and what the person decided about likenesses."""

from __future__ import annotations

from typing import Final

_INSTANT: Final = "GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'"
_STAMPS: Final = f"""
    created_at TEXT NOT NULL CHECK (created_at {_INSTANT}),
    updated_at TEXT NOT NULL CHECK (updated_at {_INSTANT})"""

STATEMENTS: Final = (
    # lines of a vCard or calendar entry that no field holds, one row a record and format, to come out again
    f"""CREATE TABLE kept_lines (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    entity TEXT NOT NULL,
    entity_id INTEGER NOT NULL,
    format TEXT NOT NULL CHECK (format = 'vcard' OR format = 'ics'),
    lines TEXT NOT NULL CHECK (lines <> ''),
    {_STAMPS}) STRICT""",
    # the messages of one thread share the Message-ID it began with
    f"""CREATE TABLE threads (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    interaction_id INTEGER NOT NULL REFERENCES interactions (id),
    thread TEXT NOT NULL CHECK (thread <> ''),
    {_STAMPS}) STRICT""",
    # two records of which the person said that they are not the same
    f"""CREATE TABLE distinct_pairs (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    entity TEXT NOT NULL CHECK (entity = 'contacts' OR entity = 'companies'),
    first_id INTEGER NOT NULL,
    second_id INTEGER NOT NULL,
    {_STAMPS},
    CHECK (first_id < second_id)) STRICT""",
    "CREATE UNIQUE INDEX kept_lines_once ON kept_lines (entity, entity_id, format)",
    "CREATE UNIQUE INDEX threads_once ON threads (interaction_id)",
    "CREATE INDEX threads_by_thread ON threads (thread)",
    "CREATE UNIQUE INDEX distinct_pairs_once ON distinct_pairs (entity, first_id, second_id)",
)
