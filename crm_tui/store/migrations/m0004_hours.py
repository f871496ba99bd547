"""How many interactions there were in each hour, kept beside the rows it follows from."""

from __future__ import annotations

from typing import Final

_HOUR: Final = "GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]'"

STATEMENTS: Final = (
    # hour is the beginning of an instant, 2026-03-02T09; the kind comes first, because the hours of one are added up
    f"""CREATE TABLE interaction_hours (
    kind TEXT NOT NULL,
    hour TEXT NOT NULL CHECK (hour {_HOUR}),
    number INTEGER NOT NULL CHECK (number > 0),
    PRIMARY KEY (kind, hour)) STRICT, WITHOUT ROWID""",
)
