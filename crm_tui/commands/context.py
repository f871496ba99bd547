"""What every command needs: the open file, the chosen format, and the two ways to answer.

``reading`` and ``writing`` open the file for a command; ``show``, ``show_one`` and ``done`` print its answer.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer
from typer.core import TyperCommand, TyperOption

from crm_tui import output
from crm_tui.columns import Column, Kind, custom_columns
from crm_tui.errors import DatabaseError, UsageError
from crm_tui.output import Format
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.config import Config
    from crm_tui.domain.crm import Crm

_NEGATIVE: Final = re.compile(r"-\.?[0-9]")
PLURALS: Final = {"contact": "contacts", "company": "companies", "deal": "deals"}


@dataclass(slots=True)
class Globals:
    """The options given before the command."""

    db: Path | None = None
    now: str | None = None
    config: Path | None = None

    def load_config(self) -> Config:
        """Read the configuration from where it was said to be, or the usual place."""
        from crm_tui.config import load
        from crm_tui.locations import default_config

        if self.config is not None and not self.config.exists():
            raise UsageError(f"There is no configuration at {self.config}.", "Check the path after --config.")
        return load(self.config or default_config())

    def path(self) -> Path:
        """The database: the one named by hand, or the usual one."""
        from crm_tui.locations import default_database

        return self.db or default_database()


class NothingYetError(Exception):
    """The usual database is read before anything was written; not a failure."""


def example(*lines: str) -> str:
    """The examples beneath a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


class RecordCommand(TyperCommand):
    """A command that prints records: it takes ``--format`` and ``--json``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(self.extra())

    def extra(self) -> list[TyperOption]:
        """The options every such command has."""
        return [
            _option(["--format", "-f"], "table, json, jsonl, csv, tsv or ids.", envvar="CRM_FORMAT"),
            _option(["--json"], "The same as -f json.", flag=True),
        ]


class SignedCommand(RecordCommand):
    """A command with numbers among its arguments: one with a minus before it is a number too, no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments after the options, where a minus can begin one; no option is called by a digit."""
        if not any(_NEGATIVE.match(each) for each in args):
            return super().parse_args(ctx, args)
        valued = {name for each in self.params if not getattr(each, "is_flag", True) for name in each.opts}
        options: list[str] = []
        plain: list[str] = []
        rest = iter(args)
        for each in rest:
            if each == "--":
                plain += rest
            elif _NEGATIVE.match(each) or not each.startswith("-") or each == "-":
                plain.append(each)
            else:
                options.append(each)
                if each in valued:
                    value = next(rest, None)
                    if value is None:
                        # what is missing is told by the parser
                        return super().parse_args(ctx, options)
                    options.append(value)
        return super().parse_args(ctx, [*options, "--", *plain])


class ListCommand(RecordCommand):
    """A command that prints a list: it takes ``--columns``, ``--sort`` and ``--limit`` too."""

    def extra(self) -> list[TyperOption]:
        """The options every such command has."""
        return [
            *super().extra(),
            _option(["--columns"], "The fields to print, joined by commas."),
            _option(["--sort"], "The field to sort by; -FIELD for descending."),
            _option(["--limit"], "At most so many records.", number=True),
        ]


def _option(
    names: list[str], text: str, *, flag: bool = False, number: bool = False, envvar: str | None = None
) -> TyperOption:
    def keep(ctx: typer.Context, param: Any, value: Any) -> Any:
        ctx.meta[f"crm.{param.name}"] = value
        return value

    return TyperOption(
        param_decls=names,
        type=None if flag else int if number else str,
        is_flag=flag or None,
        default=False if flag else None,
        help=text,
        envvar=envvar,
        callback=keep,
        expose_value=False,
    )


def given_format(ctx: typer.Context) -> Format | None:
    """The format asked for, None when none was."""
    if ctx.meta.get("crm.json"):
        return Format.JSON
    wanted = ctx.meta.get("crm.format")
    if wanted is None:
        return None
    try:
        return Format(wanted.strip().lower())
    except ValueError:
        raise UsageError(f'There is no format "{wanted}".', f"Use one of: {', '.join(Format)}.") from None


def list_options(ctx: typer.Context) -> dict[str, Any]:
    """``sort`` and ``limit`` as the domain's lists take them."""
    limit = ctx.meta.get("crm.limit")
    if limit is not None and limit < 0:
        raise UsageError(f"--limit {limit} is less than nothing.", "Give a number from 0 on.")
    return {"sort": ctx.meta.get("crm.sort"), "limit": limit}


@contextmanager
def reading(ctx: typer.Context) -> Iterator[Crm]:
    """The open file for a command that only reads.

    Raises:
        NothingYetError: the usual file is not there yet.
        DatabaseError: the file named by hand is not there, or is none of ours.
    """
    path = globals_of(ctx).path()
    if not path.exists() and _is_usual(ctx):
        raise NothingYetError
    with _open(ctx, create=False) as crm:
        yield crm


@contextmanager
def writing(ctx: typer.Context) -> Iterator[Crm]:
    """The open file for a command that writes; the first write makes the file and says where."""
    path = globals_of(ctx).path()
    new = not path.exists()
    with _open(ctx, create=True) as crm:
        if new:
            output.say(f"Created {path}.", dim=True)
        yield crm


@contextmanager
def filling(ctx: typer.Context) -> Iterator[Crm]:
    """The open file for a command that fills a base: a new one is there only once it is whole."""
    path = globals_of(ctx).path()
    if path.exists():
        with writing(ctx) as crm:
            yield crm
        return
    from crm_tui.domain import Crm
    from crm_tui.store.connection import explained
    from crm_tui.store.making import made

    given = globals_of(ctx)
    with (
        made(path) as hidden,
        Crm.open(hidden, given.now, config=given.load_config()) as crm,
        explained(path),
    ):
        yield crm
    output.say(f"Created {path}.", dim=True)


def globals_of(ctx: typer.Context) -> Globals:
    """The options given before the command."""
    found = ctx.find_root().obj
    return found if isinstance(found, Globals) else Globals()


def _is_usual(ctx: typer.Context) -> bool:
    import os

    return globals_of(ctx).db is None and not os.environ.get("CRM_DB")


@contextmanager
def _open(ctx: typer.Context, *, create: bool) -> Iterator[Crm]:
    from crm_tui.commands.progress import tell_upgrade
    from crm_tui.domain import Crm
    from crm_tui.store.connection import explained

    given = globals_of(ctx)
    opened = Crm.open(
        given.path(), given.now, config=given.load_config(), create=create, upgrading=tell_upgrade
    )
    with opened as crm, explained(crm.path):
        yield crm


def show(ctx: typer.Context, crm: Crm, kind: Kind, rows: Iterable[Any]) -> None:
    """Print a list of records in the format asked for."""
    form = given_format(ctx) or output.default_format()
    machine, table = _columns(ctx, crm, kind)
    output.records(rows, machine, table, form, crm.clock.today)


def show_one(ctx: typer.Context, crm: Crm, kind: Kind, row: Any) -> None:
    """Print one record in the format asked for."""
    form = given_format(ctx) or output.default_format()
    output.record(row, all_columns(crm, kind, nested=form in _NESTED), form, crm.clock.today)


def done(ctx: typer.Context, crm: Crm, kind: Kind, rows: Sequence[Any]) -> None:
    """Say what a write did and how to undo it; print the record when a format was asked for."""
    operation = crm.last_operation
    if operation is None:
        output.say("Nothing changed.")
    else:
        which = f" ({', '.join(str(row.id) for row in rows[:5])})" if rows else ""
        what = operation.summary[:1].upper() + operation.summary[1:]
        output.say(f"{what}{which}. Operation {operation.id}; crm undo {operation.id} takes it back.")
    form = given_format(ctx)
    if form is not None and len(rows) == 1:
        output.record(rows[0], all_columns(crm, kind, nested=form in _NESTED), form, crm.clock.today)
    elif form is not None:
        columns = all_columns(crm, kind, nested=form in _NESTED)
        output.records(rows, columns, columns, form, crm.clock.today)


_NESTED: Final = (Format.JSON, Format.JSONL)


def all_columns(crm: Crm, kind: Kind, *, nested: bool = False) -> list[Column]:
    """Every column of a kind; custom fields as one object in JSON, as a column each elsewhere."""
    if not kind.custom:
        return list(kind.columns)
    if nested:
        return [*kind.columns, Column("custom", "Custom", lambda record: record.custom)]
    keys = [field.key for field in crm.fields.list(PLURALS[kind.noun])]
    return [*kind.columns, *custom_columns(keys)]


def _columns(ctx: typer.Context, crm: Crm, kind: Kind) -> tuple[list[Column], list[Column]]:
    wanted = ctx.meta.get("crm.columns")
    form = given_format(ctx) or output.default_format()
    every = all_columns(crm, kind, nested=form in _NESTED and not wanted)
    if wanted:
        chosen = [_column(key.strip(), every, kind) for key in wanted.split(",") if key.strip()]
        return chosen, chosen
    shown = {column.key: column for column in every}
    return every, [shown[key] for key in kind.table]


def _column(key: str, every: Sequence[Column], kind: Kind) -> Column:
    keys = {column.key: column for column in every}
    if key in keys:
        return keys[key]
    from crm_tui.text import nearest

    near = nearest(key, keys)
    hint = f"Did you mean {near}?" if near else f"There are: {', '.join(keys)}."
    raise UsageError(f'A {kind.noun} has no column "{key}".', hint)


def at_terminal() -> bool:
    """Whether somebody can be asked; a stdin that was closed is nobody."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something that cannot be taken lightly; off a terminal ``--yes`` must have been given.

    Raises:
        UsageError: there is nobody to ask.
        typer.Abort: the answer is no, or none.
    """
    if yes:
        return
    if not at_terminal():
        raise UsageError(f"{question} needs an answer.", "Add --yes to say yes.")
    # not typer.confirm: it lets one space of its question reach stdout, and the question holds data
    sys.stderr.write(f"{clean(question)} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise typer.Abort


def from_stdin(text: str) -> str:
    """The text itself, or what is on stdin when it is ``-``."""
    if text != "-":
        return text
    if sys.stdin is None:
        raise UsageError("There is nothing on stdin.", "Give the text itself instead of -.")
    return sys.stdin.read()


def write_file(path: Path, text: str) -> None:
    """Write a file that only its owner may read; never over an existing one.

    Raises:
        ConflictError: there is a file of that name.
        DatabaseError: it cannot be written.
    """
    import os

    from crm_tui.errors import ConflictError

    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise ConflictError(f"{path} exists already.", "Choose another name.") from None
    except OSError as error:
        raise DatabaseError(f"{path} cannot be written: {error.strerror}.", "Check the folder.") from error
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
