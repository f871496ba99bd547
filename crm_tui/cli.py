"""The root of the command line: global options, lazy commands, and the one place where errors become text.

Help texts of the groups stand here, so that ``crm --help`` imports no command; a group's module is imported
when it is called.
"""

from __future__ import annotations

import gc
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Final, TypeVar

import typer
import typer.main
from typer.core import TyperGroup
from typer.exceptions import TyperException

from crm_tui.commands import loading
from crm_tui.errors import EXIT_INTERRUPTED, CrmError, UsageError

# name: (module under commands, help). A module's Typer app holds a whole group under the group's name,
# or several top-level commands.
GROUPS: Final[dict[str, tuple[str, str]]] = {
    "contact": ("contacts", "People: add, list, show, edit, tag, put away."),
    "company": ("companies", "Organisations people work for."),
    "deal": ("deals", "Possible sales: add, move, win, lose, board."),
    "product": ("products", "What is sold: add, list, show, edit, put away."),
    "invoice": ("invoices", "Invoices: add, list, show, print, edit, void."),
    "payment": ("payments", "Money received for invoices, and given back."),
    "followup": ("followups", "Promises: add, done, snooze."),
    "log": ("log", "Log a call, e-mail, meeting, message or note."),
    "pipeline": ("pipelines", "Ways of selling."),
    "stage": ("stages", "The steps of a pipeline."),
    "goal": ("goals", "What is to be reached in a week, month, quarter or year."),
    "rate": ("rates", "What currencies are worth."),
    "field": ("fields", "Fields of your own on contacts, companies and deals."),
    "config": ("config", "Settings."),
    "schedule": ("schedule", "Text for cron or systemd to run crm remind."),
}
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "today": ("today", "What is to be done today."),
    "remind": ("today", "The same for cron, each thing once."),
    "status": ("today", "One line for a prompt or a status bar."),
    "find": ("find", "Search everything."),
    "quick": ("quick", "One line, understood before it is written."),
    "report": ("reports", "Answers in figures: what is open, what was sold, what is owed."),
    "why": ("reports", "How a figure comes about: the rows and the arithmetic."),
    "timeline": ("find", "Everything that happened with somebody."),
    "brief": ("find", "One page before a call."),
    "import": ("importing", "Load files, again and again, without duplicates."),
    "export": ("exporting", "Write contacts, companies, deals and the rest to a file."),
    "edit": ("editing", "Change many records as text, in your editor."),
    "dump": ("dumping", "Everything as text, one record a line."),
    "load": ("dumping", "A new base from what crm dump wrote."),
    "history": ("journal", "What was done, newest first."),
    "undo": ("journal", "Take an operation back."),
    "redo": ("journal", "Bring back what was undone."),
    "backup": ("upkeep", "Copy the whole database, checked."),
    "restore": ("upkeep", "Bring back a backup."),
    "doctor": ("upkeep", "Check the database, and mend what can be mended."),
    "sql": ("upkeep", "Ask the database, read only."),
    "demo": ("demo", "Try everything on sample data."),
}
ORDER: Final = (
    "today", "find", "quick", "contact", "company", "log", "timeline", "brief", "deal", "followup", "invoice",
    "payment", "product", "report", "why", "goal", "remind", "status", "schedule", "import", "export", "edit",
    "pipeline", "stage", "rate", "field", "history", "undo", "redo", "backup", "restore", "dump", "load", "doctor",
    "sql", "config", "demo",
)  # fmt: skip
R = TypeVar("R")


class RootGroup(TyperGroup):
    """Loads a command when it is called, and tells errors in two sentences with their exit code."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """Every command, those of the day first."""
        return list(ORDER)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        """The command of that name, imported now."""
        if cmd_name in GROUPS:
            found = loading.group(GROUPS[cmd_name][0])
            found.name = cmd_name
            return found
        if cmd_name in COMMANDS:
            return loading.group(COMMANDS[cmd_name][0]).commands[cmd_name]
        return None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command meant by the first argument; a near miss is suggested."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from crm_tui.errors import UsageError
            from crm_tui.text import nearest

            near = nearest(args[0], ORDER)
            raise UsageError(
                f'There is no command "{args[0]}".',
                f"Did you mean crm {near}?" if near else "See crm --help.",
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of commands from the table above, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _help(name)) for name in ORDER])

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """What the shell offers for a half-typed command or option, importing none."""
        from typer._click.shell_completion import CompletionItem
        from typer.core import TyperCommand

        found: list[Any] = [
            CompletionItem(name, help=_help(name)) for name in ORDER if name.startswith(incomplete)
        ]
        return found + TyperCommand.shell_complete(self, ctx, incomplete)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the global options."""
        return told(lambda: super(RootGroup, self).make_context(*args, **kwargs))

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        return told(lambda: super(RootGroup, self).invoke(ctx))


def _help(name: str) -> str:
    return (GROUPS.get(name) or COMMANDS[name])[1]


def told(action: Callable[[], R]) -> R:
    """Run an action; what goes wrong is told in two sentences on stderr and becomes the exit code.

    Raises:
        typer.Exit: with the exit code.
    """
    from crm_tui.commands.context import NothingYetError

    try:
        result = _flushed(action)
    except CrmError as error:
        _tell(error.message, error.hint)
        raise typer.Exit(error.exit_code) from error
    except TyperException as error:
        context = getattr(error, "ctx", None)
        where = context.command_path if context is not None else "crm"
        _tell(_sentence(error.format_message()), f"See {where} --help.")
        raise typer.Exit(error.exit_code) from error
    except NothingYetError:
        _tell("nothing is here yet.", "Begin with crm contact add NAME, crm import FILE, or crm demo.")
        raise typer.Exit from None
    except BrokenPipeError:
        # the reader has seen enough: nothing more can be written, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit from None
    except OSError as error:
        # likewise: what is left in the buffer must not be tried again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        where = error.filename or "standard output"
        _tell(f"{where} cannot be written or read: {error.strerror}.", "Check the disk and the permissions.")
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        _tell("interrupted.", "Nothing was left half done.")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except typer.Abort:
        _tell("stopped.", "Nothing was changed.")
        raise typer.Exit(1) from None
    except UnicodeEncodeError as error:
        # bytes of an argument that are no UTF-8, on their way into the database
        _tell("an argument holds bytes that are no valid text.", "Type it in the terminal's encoding, UTF-8.")
        raise typer.Exit(UsageError.exit_code) from error
    except sqlite3.Error as error:
        from crm_tui.store.connection import explain

        known = explain(error, "The database")
        _tell(known.message, known.hint)
        raise typer.Exit(known.exit_code) from error
    return result


def _flushed(action: Callable[[], R]) -> R:
    """Run an action to the last of what it printed: what cannot be written is told while it still can be."""
    try:
        result = action()
    except typer.Exit:
        sys.stdout.flush()
        raise
    sys.stdout.flush()
    return result


def _sentence(text: str) -> str:
    line = " ".join(text.split())
    return line if line.endswith((".", "?", "!")) else f"{line}."


def _tell(message: str, hint: str) -> None:
    from crm_tui.output import say

    say(f"crm: {message}")
    if hint:
        say(hint, dim=True)


app = typer.Typer(
    cls=RootGroup,
    name="crm",
    rich_markup_mode=None,
    add_completion=True,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from crm_tui import __version__

        sys.stdout.write(f"crm {__version__}\n")
        raise typer.Exit


@app.callback(
    invoke_without_command=True,
    epilog="\b\nExamples:\n  crm contact add 'Anna Kowalska' --email anna@example.com --company Acme\n"
    "  crm log call anna@example.com 'wants an offer' --next friday\n  crm today",
)
def root(
    ctx: typer.Context,
    db: Annotated[
        Path | None, typer.Option("--db", envvar="CRM_DB", readable=False, help="The database file.")
    ] = None,
    now: Annotated[
        str | None, typer.Option("--now", envvar="CRM_NOW", help="Stand the clock at this moment.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", readable=False, help="The configuration file.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """The CRM for people who run a business alone and live in the terminal.

    Without a command it opens the screens, or, away from a terminal, prints what is to be done today.
    """
    from crm_tui.commands.context import Globals

    ctx.obj = Globals(db=db.expanduser() if db else None, now=now, config=config)
    if ctx.invoked_subcommand is None:
        _without_command(ctx)


def _without_command(ctx: typer.Context) -> None:
    if all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        from crm_tui.commands.screens import run

        raise typer.Exit(run(ctx))
    from crm_tui.commands.today import today

    ctx.invoke(today, ctx=ctx)


def main() -> None:
    """The console command."""
    # closed by the caller (>&-): what would be printed goes nowhere
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115 - for as long as the program runs
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # what cannot be written in the terminal's encoding is escaped rather than a crash
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    # a short command makes no garbage worth looking for, neither while it runs nor at its end
    gc.freeze()
    gc.set_threshold(50_000)
    sys.excepthook = _tell_fault
    try:
        # not app(), which would set a hook of its own
        typer.main.get_command(app)(prog_name="crm")
    finally:
        gc.freeze()


def _tell_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An error nobody foresaw is told in two sentences as well; CRM_DEBUG shows where it arose."""
    if os.environ.get("CRM_DEBUG"):
        sys.__excepthook__(kind, error, trace)
    said = " ".join(str(error).split()) or "without a word"
    _tell(
        f"a fault in crm-tui itself: {kind.__name__}: {said}.", "CRM_DEBUG=1 before the command shows where."
    )
