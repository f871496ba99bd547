"""crm quick: anything of the day in one line, understood before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from crm_tui import columns
from crm_tui.columns import Kind, simple
from crm_tui.commands.context import (
    RecordCommand,
    done,
    example,
    from_stdin,
    given_format,
    globals_of,
    reading,
    writing,
)
from crm_tui.errors import UsageError

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.quick import Meaning, Reading, Understood

app = typer.Typer(rich_markup_mode=None)


class _Piece(NamedTuple):
    """A row of --dry-run: the kind of piece, what was typed, and what it means."""

    piece: str
    typed: str
    means: str


_KINDS: Final[dict[str, Kind]] = {
    "interaction": columns.INTERACTIONS,
    "followup": columns.FOLLOWUPS,
    "deal": columns.DEALS,
    "contact": columns.CONTACTS,
}
_PIECES: Final = simple("piece", "piece", "typed", "means")

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="LINE",
        help="What happened, is to be done or is sold; in quotes, for the shell's sake. - is stdin.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what was understood, and write nothing.")]


@app.command(
    cls=RecordCommand,
    epilog=example(
        "crm quick 'call anna: wants the offer by friday #hot -> friday send offer'",
        "crm quick 'todo send contract to Acme +3d' --dry-run",
        "crm quick 'deal Website relaunch 4500 EUR Acme @Proposal close eom'",
        "crm quick 'person Jane Doe jane@example.com at Acme #vip'",
    ),
)
def quick(ctx: typer.Context, words: Words, dry_run: DryRun = False) -> None:
    """One line, understood before it is written.

    It begins with call, email, meeting, message, note, todo, deal, person, win or lose.
    """
    from crm_tui.domain.quick import perform, understand

    line = _line(ctx, from_stdin(" ".join(words)).strip())
    if dry_run:
        _tell(ctx, line)
        return
    if line.problems:
        raise _named(line)
    if not globals_of(ctx).path().exists():
        # a name that nobody can have yet must not make a file
        error = understand(line, None, _clock(ctx)).error
        if error is not None:
            raise error
    with writing(ctx) as crm:
        made = perform(crm, understand(line, crm, crm.clock))
        done(ctx, crm, _KINDS[made.noun], [made.record])


def _line(ctx: typer.Context, text: str) -> Reading:
    """The line as it reads, before any file is opened or made."""
    from crm_tui.domain.quick import read

    line = read(text, _clock(ctx), globals_of(ctx).load_config().base_currency)
    if not line.pieces and not line.problems:
        raise UsageError("Nothing was typed.", "Write it like crm quick 'call anna: wants an offer'.")
    return line


def _named(line: Reading) -> UsageError:
    """The first thing that was not understood."""
    problem = line.problems[0]
    return UsageError(problem.message, problem.hint)


def _tell(ctx: typer.Context, line: Reading) -> None:
    from crm_tui.domain.quick import understand

    given = globals_of(ctx)
    if not given.path().exists() and given.db is None:
        _print(ctx, understand(line, None, _clock(ctx)), _clock(ctx))
        return
    with reading(ctx) as crm:
        _print(ctx, understand(line, crm, crm.clock), crm.clock)


def _clock(ctx: typer.Context) -> Clock:
    """The clock of a file that is not open."""
    from crm_tui.domain.crm import clock_for

    given = globals_of(ctx)
    return clock_for(given.now, given.load_config().timezone)()


def _print(ctx: typer.Context, understood: Understood, clock: Clock) -> None:
    """Print the pieces; what is wrong is told as it would be told without --dry-run."""
    from crm_tui import output

    if given_format(ctx) is output.Format.IDS:
        raise UsageError("There are no ids to print here.", "Use json, jsonl, csv, tsv or table.")
    shown = [each for each in understood.meanings if each.piece != "problem"]
    rows = [_row(each, understood) for each in shown]
    form = given_format(ctx) or output.default_format()
    output.records(rows, list(_PIECES.columns), list(_PIECES.columns), form, clock.today)
    if understood.reading.problems:
        raise _named(understood.reading)
    if understood.error is not None:
        raise understood.error


def _row(meaning: Meaning, understood: Understood) -> _Piece:
    return _Piece(meaning.piece, understood.reading.text[meaning.start : meaning.end], meaning.words)
