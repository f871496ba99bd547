"""Lists short enough to be read whole before they are sorted: pipelines, stages, rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import typer

from crm_tui.columns import Kind
from crm_tui.commands.context import list_options
from crm_tui.commands.values import in_order

R = TypeVar("R")


def arranged(ctx: typer.Context, kind: Kind, rows: Sequence[R]) -> list[R]:
    """The rows as ``--sort`` and ``--limit`` want them, empty values last; as they are without a ``--sort``.

    Raises:
        UsageError: there is no such field.
    """
    options = list_options(ctx)
    return in_order(rows, kind, options["sort"])[: options["limit"]]
