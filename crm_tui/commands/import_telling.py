"""What crm import says and prints: a summary, or the plan of a dry run."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from crm_tui import output
from crm_tui.columns import Column, Kind
from crm_tui.interchange.formats import TABLE
from crm_tui.output import Format

if TYPE_CHECKING:
    from crm_tui.commands.import_wish import Wish
    from crm_tui.interchange.plan import Plan
    from crm_tui.interchange.run import Summary

_FIELDS: Final = (
    "rows", "created", "updated", "unchanged", "skipped", "rejected", "operation", "rejects_file",
)  # fmt: skip
SUMMARY: Final = Kind(
    "import",
    tuple(Column(name, name.replace("_", " ").capitalize(), itemgetter(name)) for name in _FIELDS),
    _FIELDS,
)


def say_summary(summary: Summary, wish: Wish, *, dry_run: bool) -> None:
    """Say what an import did, with the first rows it could not take."""
    name = wish.name
    counts = ", ".join(
        f"{getattr(summary, field):,} {field}"
        for field in ("created", "updated", "unchanged", "skipped", "rejected")
        if getattr(summary, field) or field in ("created", "updated")
    )
    if dry_run:
        output.say(f"Dry run of {name}: {counts}. Nothing was changed.")
    elif summary.operation is None:
        output.say(f"Imported {name}: {counts}. Nothing changed.")
    else:
        number = summary.operation
        output.say(f"Imported {name}: {counts}. Operation {number}; crm undo {number} takes it back.")
    for each in summary.first_rejects:
        where = f"{summary.place or wish.words.place} {each.line}" + (
            f', "{each.column}"' if each.column else ""
        )
        output.say(f"  {where}: {each.reason}")
    more = summary.rejected - len(summary.first_rejects)
    if more:
        output.say(f"  and {more:,} more.")
    _say_where(summary, wish)
    for notice in summary.notices:
        output.say(notice, dim=True)


def show_summary(summary: Summary, form: Format | None) -> None:
    """Print the summary in a machine's format, or as a card when it was asked for."""
    from datetime import date

    if form is not None:
        # none of these columns tells a day relative to today
        output.record(summary.as_object(), SUMMARY.columns, form, date.min)


def show_plan(plan: Plan, summary: Summary, form: Format, today: Any) -> None:
    """Print what would become of each row."""
    from crm_tui.columns import as_object
    from crm_tui.commands.plan import PLAN

    if form is not Format.JSON:
        table = [column for column in PLAN.columns if column.key in PLAN.table]
        output.records(plan.steps(), PLAN.columns, table, form, today)
        return
    output.write(f'{output.dump(summary.as_object())[:-1]}, "plan": [')
    before = ""
    for step in plan.steps():
        if before:
            output.write(f"{before},")
        before = output.dump(as_object(step, PLAN.columns))
    output.write(f"{before}]}}" if before else "]}")


def _say_where(summary: Summary, wish: Wish) -> None:
    table = wish.kind == TABLE
    if summary.rejects_file is not None:
        again = "; mend them and import it again" if table else ""
        output.say(f"The rejected {wish.words.rows} are in {summary.rejects_file}{again}.", dim=True)
    elif summary.rejected:
        again = ", to be mended and imported again" if table else ", with the reasons"
        output.say(f"--rejects FILE keeps the rejected {wish.words.rows}{again}.", dim=True)
