"""crm dump, crm load: everything as text, and a new base from it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from crm_tui import output
from crm_tui.commands.context import example, filling, globals_of, reading
from crm_tui.commands.progress import progress
from crm_tui.errors import UsageError

app = typer.Typer(rich_markup_mode=None, help="Everything as text, and back.")


@app.command("dump", epilog=example("crm dump -o crm.jsonl", "crm dump | gzip > crm.jsonl.gz"))
def dump(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", readable=False, help="Where to; stdout unless given."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file when it is there.")] = False,
) -> None:
    """Write every record as text, one a line, always in the same order: what git shows is what changed.

    The search index is left out, because crm load makes it anew, and so is the history: a dump is how things stand.
    """
    from crm_tui.domain import dumping
    from crm_tui.interchange import dump_file
    from crm_tui.store.dump import count

    with reading(ctx) as crm:
        if file in (None, Path("-")):
            for line in dumping.lines(crm):
                output.write(line.removesuffix("\n"))
            return
        path = file.expanduser()
        with progress(f"Writing {path.name}") as tell:
            total = 0 if tell is None else count(crm.connection)
            dump_file.save(
                crm, path, replace=force, tell=None if tell is None else lambda done: tell(done, total)
            )
        output.say(f"Wrote everything to {path}. crm load makes a new base of it.")


@app.command(
    "load",
    epilog=example("crm --db new.db load crm.jsonl", "gunzip -c crm.jsonl.gz | crm --db new.db load -"),
)
def load(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", readable=False, help="What crm dump wrote; - reads stdin.")
    ],
) -> None:
    """Fill an empty base with what crm dump wrote; all of it, or nothing when a line is damaged.

    A base that is refused, or not whole, is not there either.
    """
    from crm_tui.domain import dumping

    with _opened(file) as source, filling(ctx) as crm, progress(f"Loading {file.name}") as tell:
        rows = dumping.load(crm, source, None if tell is None else lambda done: tell(done, done))
    output.say(f"Loaded {rows:,} rows into {globals_of(ctx).path()}. Its history begins here.")


@contextmanager
def _opened(file: Path) -> Iterator[Iterable[str]]:
    """The lines of a file or of stdin; what is no UTF-8 is left to be found in its line."""
    if str(file) == "-":
        if sys.stdin is None:
            raise UsageError("There is nothing on stdin.", "Name the file instead of -.")
        wrapped = TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="surrogateescape", newline="\n")
        try:
            yield wrapped
        finally:
            wrapped.detach()
        return
    from crm_tui.interchange import dump_file

    with dump_file.opened(file.expanduser()) as source:
        yield source
