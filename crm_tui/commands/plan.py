"""What a dry run would do, as it is printed."""

from __future__ import annotations

from typing import Final

from crm_tui.columns import simple

PLAN: Final = simple(
    "row", "line", "action", "id", "name", "field", "old", "new", "column", "reason",
    table=("line", "action", "name", "field", "old", "new", "column", "reason"), right=("line",),
)  # fmt: skip
