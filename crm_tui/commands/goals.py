"""crm goal: what is to be reached in every week, month, quarter or year, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Final

import typer

from crm_tui import output
from crm_tui.columns import Column, Kind, Show
from crm_tui.commands.context import (
    ListCommand,
    RecordCommand,
    SignedCommand,
    done,
    example,
    reading,
    show,
    writing,
)
from crm_tui.commands.short_lists import arranged

if TYPE_CHECKING:
    from crm_tui.domain.goals import GoalProgress

app = typer.Typer(rich_markup_mode=None, help="What is to be reached in a week, month, quarter or year.")


def _known(metric: str) -> str:
    """What is aimed at, checked before anything is said of the rest of the line."""
    from crm_tui.domain.goals import check_metric

    return check_metric(metric)


Metric = Annotated[
    str,
    typer.Argument(
        callback=_known,
        help="revenue, received or won (amounts); deals, calls, emails, meetings, messages, touches, contacts or"
        " customers (numbers).",
    ),
]
Per = Annotated[str, typer.Option(metavar="SPAN", help="week, month, quarter or year.")]


def _exact(number: str) -> Callable[[GoalProgress], str | int]:
    """Decimal text of an amount, else the number."""

    def value(goal: GoalProgress) -> str | int:
        from crm_tui.money import format_decimal

        minor: int = getattr(goal, number)
        return minor if goal.currency is None else format_decimal(minor, goal.currency)

    return value


def _shown(number: str) -> Show:
    def show(goal: GoalProgress, today: date) -> str:
        from crm_tui.money import format_money

        minor: int = getattr(goal, number)
        return f"{minor:,}" if goal.currency is None else format_money(minor, goal.currency)

    return show


def _share(goal: GoalProgress, today: date) -> str:
    # rounded down, so that 100% is reached
    return f"{goal.actual * 100 // goal.target}%"


def _expected(goal: GoalProgress, today: date) -> str:
    return f"{round(goal.expected * 100)}%"


def _last(goal: GoalProgress) -> date:
    return goal.period.end - timedelta(days=1)


def _until(goal: GoalProgress, today: date) -> str:
    from crm_tui.dates import short_day

    return short_day(_last(goal), today)


def _status(goal: GoalProgress, today: date) -> str:
    sign = {"reached": "+", "behind": "~"}.get(goal.status, " ")
    return f"{sign} {goal.status}{', converted' if goal.converted else ''}"


GOALS: Final = Kind(
    "goal",
    (
        Column("id", "Id", lambda goal: goal.id, right=True),
        Column("metric", "Goal", lambda goal: goal.metric),
        Column("per", "Per", lambda goal: goal.per),
        Column("currency", "Currency", lambda goal: goal.currency),
        Column("target", "Target", _exact("target"), _shown("target"), right=True),
        Column("actual", "Actual", _exact("actual"), _shown("actual"), right=True),
        Column("share", "Share", lambda goal: goal.share, _share, right=True),
        Column("expected", "Expected", lambda goal: goal.expected, _expected, right=True),
        Column("status", "Status", lambda goal: goal.status, _status),
        Column("from", "From", lambda goal: goal.period.start),
        Column("to", "Until", _last, _until),
        Column("since", "Since", lambda goal: goal.since),
        Column("converted", "Converted", lambda goal: goal.converted),
    ),
    ("metric", "per", "actual", "target", "share", "expected", "status", "to"),
)
# amounts are text for machines, and sorted by what the text means
_SORTED: Final = Kind(
    "goal",
    tuple(
        each._replace(value=attrgetter(each.key)) if each.key in ("target", "actual") else each
        for each in GOALS.columns
    ),
    GOALS.table,
)


@app.command(
    "set",
    cls=SignedCommand,
    epilog=example(
        "crm goal set revenue 20000 EUR --per quarter",
        "crm goal set calls 10 --per week",
        "crm goal set won '60000 EUR' --per year --from 2027-01-01",
    ),
)
def set_(
    ctx: typer.Context,
    metric: Metric,
    target: Annotated[
        list[str],
        typer.Argument(metavar="TARGET", help="A number: 10; or an amount: 20000, 20000EUR, 20000 EUR."),
    ],
    per: Per,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="D", help="From the span of this day on; the present one unless given."
        ),
    ] = None,
) -> None:
    """Aim at something in every span from now on; spans that are over keep the target they had."""
    from crm_tui.dates import parse_when

    with writing(ctx) as crm:
        number, currency = crm.goals.read_target(metric, " ".join(target))
        day = None if from_ is None else parse_when(from_, crm.clock).day
        goal = crm.goals.set(metric, number, currency=currency, per=per, from_on=day)
        done(ctx, crm, GOALS, [goal])
        _tell_unrated([goal])


@app.command("list", cls=ListCommand, epilog=example("crm goal list", "crm goal list --json"))
def list_(ctx: typer.Context) -> None:
    """Planned against actual: the goals that hold now or will, the shortest spans first."""
    with reading(ctx) as crm:
        goals = arranged(ctx, _SORTED, crm.goals.progress())
        show(ctx, crm, GOALS, goals)
        _tell_unrated(goals)


@app.command(
    "remove",
    cls=RecordCommand,
    epilog=example("crm goal remove calls --per week", "crm goal remove revenue USD --per quarter"),
)
def remove(
    ctx: typer.Context,
    metric: Metric,
    per: Per,
    currency: Annotated[
        str | None, typer.Argument(metavar="[CURRENCY]", help="Of an amount; the base currency unless given.")
    ] = None,
) -> None:
    """End a goal; spans that are over keep the target they had."""
    with writing(ctx) as crm:
        done(ctx, crm, GOALS, [crm.goals.remove(metric, per, currency)])


def _tell_unrated(goals: Sequence[GoalProgress]) -> None:
    """Say which amounts are left out for want of a rate."""
    missing = sorted({code for goal in goals for code in goal.unrated})
    if missing:
        output.say(
            f"Not counted, for there is no rate: {', '.join(missing)}. crm rate set {missing[0]} RATE.",
            dim=True,
        )
