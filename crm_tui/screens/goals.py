"""Goals on the screens: what is planned against what there is, and setting, changing, removing one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from crm_tui.errors import InvalidDataError
from crm_tui.models import Per
from crm_tui.money import format_decimal
from crm_tui.screens.forms import fields
from crm_tui.screens.forms.dialogs import Choose, Option, lettered
from crm_tui.screens.forms.fields import Field, Filled, Form

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.goals import GoalProgress
    from crm_tui.screens.shell.base import DataMixin

_MEANINGS: Final = (
    ("revenue", "invoiced, without tax"),
    ("received", "paid to you"),
    ("won", "amount of deals won"),
    ("deals", "deals won"),
    ("calls", ""),
    ("emails", ""),
    ("meetings", ""),
    ("messages", ""),
    ("touches", "all of these four"),
    ("contacts", "new people"),
    ("customers", "who bought for the first time"),
)
"""What can be aimed at, and what counts."""
_AMOUNTS: Final = ("revenue", "received", "won")
_ANOTHER: Final = -1


def show(screen: DataMixin) -> None:
    """List the goals; one that is chosen can be changed or removed. Without any, one is asked for."""
    nothing: Sequence[GoalProgress] = ()
    screen.read(lambda crm: crm.goals.progress(), partial(_list, screen), group="goals", empty=nothing)


def add(screen: DataMixin) -> None:
    """Ask what to aim at, then at how much of it."""
    screen.app.push_screen(
        Choose("Aim at what?", lettered([(name, name, meaning) for name, meaning in _MEANINGS])),
        lambda metric: _ask(screen, metric, None) if metric is not None else None,
    )


def _list(screen: DataMixin, goals: Sequence[GoalProgress]) -> None:
    if not goals:
        add(screen)
        return
    rows = [(_text(goal, screen), place, _aside(goal)) for place, goal in enumerate(goals)]

    def chosen(place: int | None) -> None:
        if place == _ANOTHER:
            add(screen)
        elif place is not None:
            _change_or_remove(screen, goals[place])

    options = [*lettered(rows), Option("+", "another goal", _ANOTHER)]
    screen.app.push_screen(Choose("Goals: planned against actual", options), chosen)


def _text(goal: GoalProgress, screen: DataMixin) -> str:
    from crm_tui.agenda_lines import goal_line

    row = goal_line(goal)
    if goal.period.start > screen.desk.clock.today:
        return f"  {row.what} {row.done.rpartition(' of ')[2]} per {goal.per}"
    return f"{row.sign} {row.what} {row.done}, {row.share} {row.span}"


def _aside(goal: GoalProgress) -> str:
    if goal.status == "to come":
        return f"from {goal.since.isoformat()}"
    return f"{goal.status}{', converted' if goal.converted else ''}"


def _change_or_remove(screen: DataMixin, goal: GoalProgress) -> None:
    options = (Option("e", "Change the target", "change"), Option("D", "Remove the goal", "remove"))

    def chosen(what: str | None) -> None:
        if what == "change":
            _ask(screen, goal.metric, goal)
        elif what == "remove":
            screen.write(lambda crm: crm.goals.remove(goal.metric, goal.per, goal.currency))

    screen.app.push_screen(Choose(f"{goal.metric} per {goal.per}", options), chosen)


def _ask(screen: DataMixin, metric: str, goal: GoalProgress | None) -> None:
    from crm_tui.screens.forms.form import FormScreen

    screen.app.push_screen(FormScreen(form(metric, goal)))


def form(metric: str, goal: GoalProgress | None) -> Form:
    """The form of a goal; for one there is, of its target alone."""

    def save(crm: Crm, filled: Filled) -> Any:
        values = filled.values
        if goal is None:
            number, currency = crm.goals.read_target(metric, values["target"])
            return crm.goals.set(metric, number, currency=currency, per=values["per"], from_on=values["from"])
        number, currency = crm.goals.read_target(metric, values["target"], goal.currency)
        if currency != goal.currency:
            raise InvalidDataError(
                f"This goal is in {goal.currency}.", "One in another currency is another goal."
            )
        return crm.goals.set(metric, number, currency=currency, per=goal.per, from_on=goal.period.start)

    hint = "20000 EUR" if metric in _AMOUNTS else "10"
    target = Field("target", "target", value=_written(goal), required=True, hint=hint)
    if goal is not None:
        note = "Spans that are over keep the target they had."
        return Form(f"goal-{goal.id}", f"Goal: {metric} per {goal.per}", (target,), save, note=note)
    return Form(
        f"goal-{metric}",
        f"Goal: {metric}",
        (
            target,
            Field("per", "in every", "choice", Per.MONTH, choices=tuple(Per)),
            Field("from", "from", check=fields.day, echo=fields.tell_day, hint="the present one"),
        ),
        save,
    )


def _written(goal: GoalProgress | None) -> str:
    """A target as one types it."""
    if goal is None:
        return ""
    return (
        str(goal.target)
        if goal.currency is None
        else f"{format_decimal(goal.target, goal.currency)} {goal.currency}"
    )
