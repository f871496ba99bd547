"""Promises: adding, finishing, moving and giving up; ``series`` says what a repeat rule makes of them.

What is finished or given up stays as history. The rule kept here: a verb over several is one operation, and
looks at them only once nobody else can write, so that nothing is completed twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, time
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

from crm_tui.domain import checks, series, views
from crm_tui.domain.followup_days import ByDay
from crm_tui.errors import ConflictError, InvalidDataError
from crm_tui.models import Contact, Deal, Followup, FollowupStatus, FollowupView, Priority, RepeatFrom
from crm_tui.store import records

if TYPE_CHECKING:
    from crm_tui.store.transaction import SqlValue, Transaction

_TIME: Final = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_PAST: Final = {FollowupStatus.DONE: "done already", FollowupStatus.CANCELLED: "cancelled"}


class FollowupValues(TypedDict, total=False):
    """What can be set on a follow-up; None empties a field. ``due_time`` is local, ``HH:MM``."""

    title: str
    due_on: date
    due_time: str | None
    contact_id: int | None
    deal_id: int | None
    priority: str
    repeat: str | None
    repeat_from: str | None


class Followups(ByDay):
    """Verbs on follow-ups."""

    def add(
        self,
        title: str,
        due_on: date,
        *,
        due_time: str | None = None,
        contact_id: int | None = None,
        deal_id: int | None = None,
        priority: str = "normal",
        repeat: str | None = None,
        repeat_from: str | None = None,
    ) -> FollowupView:
        """Promise something for a day, with an optional local time ``HH:MM``.

        Args:
            title: what is to be done.
            due_on: the day.
            due_time: the local time.
            contact_id: whom it concerns.
            deal_id: the deal it is about.
            priority: low, normal or high.
            repeat: a repeat rule, as ``recurrence.parse_rule`` takes it.
            repeat_from: ``due`` (unless given) keeps the schedule, ``done`` counts from completion.

        Raises:
            InvalidDataError: a value cannot be what it claims to be.
            NotFoundError: there is no such contact or deal.
        """
        title = checks.name(title, "title")
        values = FollowupValues(
            due_time=due_time, contact_id=contact_id, deal_id=deal_id, priority=priority, repeat=repeat
        )
        if repeat_from is not None:
            values["repeat_from"] = repeat_from
        row = {"title": title, "due_on": due_on.isoformat(), **self._row(values, None)}
        with self.crm.transaction(f"add follow-up {title} for {_told(row)}") as writing:
            made = writing.insert("followups", row)
            if row["repeat"] is not None:
                writing.update("followups", made, {"series_id": made, **series.schedule(row["due_on"])})
        return self.get(made)

    def add_for(
        self,
        contact_ids: Sequence[int],
        title: str,
        due_on: date,
        *,
        due_time: str | None = None,
        priority: str = "normal",
        repeat: str | None = None,
    ) -> Sequence[FollowupView]:
        """Promise the same to several people, one follow-up each, as one operation; see ``add``."""
        whom = f"with {len(contact_ids):,} people"
        with self.crm.transaction(f"add follow-up {checks.name(title, 'title')} {whom}"):
            return [
                self.add(title, due_on, due_time=due_time, contact_id=each, priority=priority, repeat=repeat)
                for each in contact_ids
            ]

    def update(self, followup_id: int, **values: Unpack[FollowupValues]) -> FollowupView:
        """Change a follow-up. A new day or a new rule begins the schedule anew on the day it is then due.

        Raises:
            NotFoundError: there is no such follow-up, contact or deal.
            InvalidDataError: a value cannot be what it claims to be.
        """
        with self.crm.transaction(f"edit follow-up {self.one(Followup, followup_id).title}") as writing:
            old = self.one(Followup, followup_id)
            row = self._row(values, old)
            if "title" in values:
                row["title"] = checks.name(values["title"], "title")
            if "due_on" in values:
                row["due_on"] = values["due_on"].isoformat()
            due, repeat = row.get("due_on", old.due_on.isoformat()), row.get("repeat", old.repeat)
            if repeat is not None and (due != old.due_on.isoformat() or repeat != old.repeat):
                row.update({"series_id": old.series_id or old.id, **series.schedule(due)})
            writing.update("followups", followup_id, row)
        return self.get(followup_id)

    def get(self, followup_id: int) -> FollowupView:
        """The follow-up with this id.

        Raises:
            NotFoundError: there is none.
        """
        self.one(Followup, followup_id)
        return next(self.views([followup_id]))

    def find(self, ref: str) -> FollowupView:
        """The follow-up meant by an id or the unique beginning of a title.

        Raises:
            NotFoundError: none.
            AmbiguousError: more than one.
        """
        return self.get(self.crm.references.followup(ref))

    def views(self, ids: Iterable[int]) -> Iterator[FollowupView]:
        """The follow-ups with these ids, in that order; ids that are gone are passed over."""
        build, columns, today = records.builder(Followup), records.columns(Followup), self.clock.today
        for part in views.in_chunks(ids):
            found = views.by_ids(self.connection, Followup, "followups", part)
            rows = {row_id: build(row) for row_id, row in found.items()}
            people = [each.contact_id for each in rows.values()]
            contacts = views.names(self.connection, "contacts", "name", people)
            deals = views.names(self.connection, "deals", "title", [each.deal_id for each in rows.values()])
            for followup_id in part:
                if followup_id in rows:
                    row = rows[followup_id]
                    yield FollowupView(
                        **{name: getattr(row, name) for name in columns},
                        contact=contacts.get(row.contact_id or 0),
                        deal=deals.get(row.deal_id or 0),
                        overdue_days=(today - row.due_on).days if row.status is FollowupStatus.OPEN else 0,
                    )

    def complete(self, followup_id: int, note: str | None = None) -> tuple[FollowupView, FollowupView | None]:
        """Finish a follow-up; returns it and the one its repeat rule opened, if any.

        Raises:
            NotFoundError: there is no such follow-up.
            ConflictError: it is done or cancelled already.
            InvalidDataError: there is a note, and nobody to log it with.
        """
        return self.complete_all([followup_id], note)[0]

    def complete_all(
        self, followup_ids: Sequence[int], note: str | None = None
    ) -> Sequence[tuple[FollowupView, FollowupView | None]]:
        """Finish several as one operation, all or none; see ``complete``."""
        made: dict[int, int | None] = {}
        with self._each("complete", followup_ids) as (writing, open_ones):
            for each in open_ones:
                row: dict[str, SqlValue] = {"status": "done", "done_at": writing.stamp}
                if each.repeat is not None and each.series_id is None:
                    row["series_id"] = each.id
                writing.update("followups", each.id, row)
                if note is not None and note.strip():
                    self._log(each, note)
                made[each.id] = series.open_next(writing, each, self.clock.today)
        return [(self.get(done), self.get(opened) if opened else None) for done, opened in made.items()]

    def snooze(self, followup_id: int, due_on: date, due_time: str | None = None) -> FollowupView:
        """Move a follow-up to another day; its time stays unless one is given, its series' schedule always.

        Raises:
            NotFoundError: there is no such follow-up.
            ConflictError: it is done or cancelled already.
            InvalidDataError: the time is none.
        """
        return self.snooze_all([followup_id], due_on, due_time)[0]

    def snooze_all(
        self, followup_ids: Sequence[int], due_on: date, due_time: str | None = None
    ) -> Sequence[FollowupView]:
        """Move several as one operation, all or none; see ``snooze``."""
        row: dict[str, SqlValue] = {"due_on": due_on.isoformat()}
        if due_time is not None:
            row["due_time"] = _time(due_time)
        with self._each("snooze", followup_ids, f" to {_told(row)}") as (writing, open_ones):
            for each in open_ones:
                kept = series.schedule(*series.scheduled(self.connection, each)) if each.repeat else {}
                writing.update("followups", each.id, {**row, **kept})
        return [self.get(each.id) for each in open_ones]

    def cancel(self, followup_id: int) -> FollowupView:
        """Give a follow-up up; it stays as history, and a series ends with it.

        Raises:
            NotFoundError: there is no such follow-up.
            ConflictError: it is done or cancelled already.
        """
        return self.cancel_all([followup_id])[0]

    def cancel_all(self, followup_ids: Sequence[int]) -> Sequence[FollowupView]:
        """Give several up as one operation, all or none; see ``cancel``."""
        with self._each("cancel", followup_ids) as (writing, open_ones):
            for each in open_ones:
                writing.update("followups", each.id, {"status": "cancelled", "done_at": writing.stamp})
        return [self.get(each.id) for each in open_ones]

    def delete(self, followup_id: int) -> FollowupView:
        """Remove a follow-up for good, for one that never should have been; a series keeps its first.

        Raises:
            NotFoundError: there is no such follow-up.
            ConflictError: later ones of its series refer to it.
        """
        gone = self.get(followup_id)
        with self.crm.transaction(f"delete follow-up {gone.title}") as writing:
            (later,) = self.connection.execute(
                "SELECT count(*) FROM followups WHERE series_id = ? AND id <> ?", (followup_id, followup_id)
            ).fetchone()
            if later:
                raise ConflictError(
                    f"{gone.title} ({followup_id}) is the first of a series with {later:,} more.",
                    f"Give it up instead: crm followup cancel {followup_id}.",
                )
            self.remove_origin(writing, "followups", followup_id)
            writing.delete("followups", followup_id)
        return gone

    @contextmanager
    def _each(
        self, verb: str, followup_ids: Sequence[int], end: str = ""
    ) -> Iterator[tuple[Transaction, list[Followup]]]:
        """One operation over follow-ups that must all be open, looked at once nobody else can write."""
        wanted = list(dict.fromkeys(followup_ids))
        titles = [self.one(Followup, each).title for each in wanted]
        what = f"follow-up {titles[0]}" if len(titles) == 1 else f"{len(titles)} follow-ups"
        with self.crm.transaction(f"{verb} {what}{end}") as writing:
            found = [self.one(Followup, each) for each in wanted]
            for each in found:
                if each.status is not FollowupStatus.OPEN:
                    raise ConflictError(
                        f"{each.title} ({each.id}) is {_PAST[each.status]}.",
                        "Nothing was changed; crm followup list status:open shows what is open.",
                    )
            yield writing, found

    def _log(self, done: Followup, note: str) -> None:
        contact = done.contact_id
        if contact is None and done.deal_id is not None:
            contact = self.one(Deal, done.deal_id).contact_id
        if contact is None:
            raise InvalidDataError(
                f"{done.title} ({done.id}) concerns nobody, so the note cannot be logged.",
                f"Say whom with crm followup edit {done.id} --contact REF, or leave the note out.",
            )
        first, _, rest = note.strip().partition("\n")
        self.crm.interactions.add("note", [contact], first, body=rest.strip() or None, deal_id=done.deal_id)

    def _row(self, values: FollowupValues, old: Followup | None) -> dict[str, SqlValue]:
        """The columns of the values, title and day apart."""
        row: dict[str, SqlValue] = {}
        if "due_time" in values:
            row["due_time"] = None if values["due_time"] is None else _time(values["due_time"])
        if "contact_id" in values:
            contact = values["contact_id"]
            row["contact_id"] = None if contact is None else self.one(Contact, contact).id
        if "deal_id" in values:
            deal = values["deal_id"]
            row["deal_id"] = None if deal is None else self.one(Deal, deal).id
        if "priority" in values:
            row["priority"] = checks.choice(Priority, values["priority"], "priority").value
        row.update(_repetition(values, old))
        return row


def _repetition(values: FollowupValues, old: Followup | None) -> dict[str, SqlValue]:
    """The columns ``repeat`` and ``repeat_from``: both or neither."""
    if "repeat" not in values and "repeat_from" not in values:
        return {}
    repeat = values.get("repeat", old.repeat if old is not None else None)
    chosen = values.get("repeat_from")
    if repeat is None or not repeat.strip():
        if chosen is not None:
            raise InvalidDataError(
                "Without a repeat rule there is nothing to count from.",
                'Add one, such as --repeat "every 3 months".',
            )
        return {"repeat": None, "repeat_from": None}
    from crm_tui.recurrence import parse_rule

    kept = old.repeat_from if old is not None and old.repeat_from is not None else RepeatFrom.DUE
    origin = kept if chosen is None else checks.choice(RepeatFrom, chosen, "way to repeat")
    return {"repeat": parse_rule(repeat).text, "repeat_from": origin.value}


def _told(row: Mapping[str, SqlValue]) -> str:
    """The day and time of a row, so that the person sees what their words were taken for."""
    return " ".join(str(row[name]) for name in ("due_on", "due_time") if row.get(name))


def _time(text: str) -> str:
    """A local time in its stored form.

    Raises:
        InvalidDataError: it is none.
    """
    try:
        if _TIME.fullmatch(text.strip()):
            return time.fromisoformat(text.strip().zfill(5)).isoformat(timespec="minutes")
    except ValueError:
        pass
    raise InvalidDataError(f'"{text[:60]}" is no time of the day.', "Write it like 14:30.")
