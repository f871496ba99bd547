"""Why somebody is due on a day: the last real interaction, or the day given by hand, plus the cadence.

As ``domain/touch.py`` maintains it: a note is no contact; of a back-dated and a newer interaction the newer counts; who
was never contacted is due on the day they were added. For a day gone by the interactions are those up to it, and the
cadence is the one that held then.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.dates import day_start, local_day
from crm_tui.domain.reports.report import Asked, Explanation, Reason, Unit
from crm_tui.domain.reports.wishes import DAY, day_of, is_past, need_ref
from crm_tui.errors import NotFoundError
from crm_tui.recurrence import next_touch_on

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

_FIELDS: Final = ("name", "cadence_days", "last_contacted_base_on", "created_at")
_FACTS: Final = f"SELECT {', '.join(_FIELDS)} FROM contacts WHERE id = ?"  # noqa: S608 - fixed names
_LATER: Final = """SELECT c.before FROM changes c JOIN operations o ON o.id = c.operation_id
    WHERE c.entity = 'contacts' AND c.entity_id = ? AND o.created_at >= ? AND o.undone_at IS NULL
    AND c.before IS NOT NULL ORDER BY c.id DESC"""
_NEWEST: Final = """SELECT i.id, i.kind, i.summary, p.occurred_at
    FROM participants p JOIN interactions i ON i.id = p.interaction_id
    WHERE p.contact_id = ? AND i.kind <> 'note' AND p.occurred_at < ? ORDER BY p.occurred_at DESC LIMIT 1"""


class _Facts(NamedTuple):
    """What is known of somebody apart from the interactions."""

    name: str
    cadence: int | None
    base: date | None
    added: date


def explain(crm: Crm, figure: str, ref: str | None, asked: Asked) -> Explanation:
    """How the day to get in touch with somebody again comes about.

    Raises:
        UsageError: nobody is named.
        NotFoundError: there is nobody like that, or was nobody then.
        AmbiguousError: there are several.
    """
    contact_id = crm.references.contact(need_ref(figure, ref, "person"))
    day, until = day_of(crm, asked), _end(crm, asked)
    facts = _facts(crm, contact_id, until)
    if facts.added > day:
        raise NotFoundError(
            f"{facts.name} was added on {facts.added}, after {day}.", "Give a later day after --as-of."
        )
    found = crm.connection.execute(_NEWEST, (contact_id, until)).fetchone()
    spoken = local_day(found[3], crm.clock) if found else None
    last = max((each for each in (spoken, facts.base) if each is not None), default=None)
    reasons = []
    if found and last == spoken:
        reasons.append(
            Reason(kind="interaction", id=found[0], title=found[2] or found[1], on=spoken, part=found[1])
        )
    part = "cadence_days" if reasons else "last contact given by hand" if last else "added"
    on = None if reasons else last or facts.added
    reasons.append(
        Reason(kind="contact", id=contact_id, title=facts.name, on=on, part=part, value=facts.cadence)
    )
    return Explanation(
        figure=figure,
        title=f"When to get in touch with {facts.name} again",
        value=next_touch_on(last, facts.cadence, facts.added),
        unit=Unit.DAY,
        period=None,
        as_of=day,
        arithmetic=_arithmetic(last, facts),
        reasons=tuple(reasons),
    )


def _arithmetic(last: date | None, facts: _Facts) -> tuple[str, ...]:
    formula = "last real interaction + cadence_days"
    if facts.cadence is None:
        return (
            formula,
            f"{facts.name} has no cadence, so there is no such day: crm contact edit REF --cadence 30d",
        )
    if last is None:
        return formula, f"never contacted, so it is the day of adding: {facts.added}"
    return formula, f"{last} + {facts.cadence} days = {last + timedelta(days=facts.cadence)}"


def _end(crm: Crm, asked: Asked) -> str:
    """The instant before which things count: the end of a day in the past, else that of time."""
    return day_start(day_of(crm, asked) + DAY, crm.clock) if is_past(crm, asked) else "9999-12-31T23:59:59Z"


def _facts(crm: Crm, contact_id: int, until: str) -> _Facts:
    """The columns of a person at the end of a day: those of now, with what later operations changed put back."""
    row = crm.connection.execute(_FACTS, (contact_id,)).fetchone()
    known = dict(zip(_FIELDS, row, strict=True))
    for (before,) in crm.connection.execute(_LATER, (contact_id, until)):
        known |= {key: value for key, value in json.loads(before).items() if key in known}
    base = known["last_contacted_base_on"]
    return _Facts(
        known["name"],
        known["cadence_days"],
        date.fromisoformat(base) if base else None,
        local_day(known["created_at"], crm.clock),
    )
