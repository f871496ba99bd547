"""Records as JSON, an array with one record a line, or as JSON lines; written as they come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import IO, Any

from crm_tui.columns import Column, as_object


def write(rows: Iterable[Any], columns: Sequence[Column], file: IO[str]) -> int:
    """Write an array; returns how many records there were."""
    count = 0
    for row in rows:
        file.write(",\n" if count else "[\n")
        file.write(_line(row, columns))
        count += 1
    file.write("\n]\n" if count else "[]\n")
    return count


def write_lines(rows: Iterable[Any], columns: Sequence[Column], file: IO[str]) -> int:
    """Write an object a line; returns how many records there were."""
    count = 0
    for row in rows:
        file.write(f"{_line(row, columns)}\n")
        count += 1
    return count


def _line(row: Any, columns: Sequence[Column]) -> str:
    return json.dumps(as_object(row, columns), ensure_ascii=False)
