"""Lists short enough to be read whole before they are sorted: pipelines, stages, rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import typer

from crm_tui.columns import Kind
from crm_tui.commands.context import list_options
from crm_tui.errors import UsageError

R = TypeVar("R")


def arranged(ctx: typer.Context, kind: Kind, rows: Sequence[R]) -> list[R]:
    """The rows as ``--sort`` and ``--limit`` want them, empty values last; as they are without a ``--sort``.

    Raises:
        UsageError: there is no such field.
    """
    options = list_options(ctx)
    found = [*rows]
    if options["sort"]:
        name = options["sort"].removeprefix("-")
        column = kind.column(name)
        if column is None:
            names = ", ".join(each.key for each in kind.columns)
            raise UsageError(f'The list cannot be sorted by "{name}".', f"It can be sorted by: {names}.")
        value = column.value
        filled = [row for row in found if value(row) is not None]
        empty = [row for row in found if value(row) is None]
        found = [*sorted(filled, key=value, reverse=options["sort"].startswith("-")), *empty]
    return found[: options["limit"]]
