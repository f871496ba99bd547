"""What happened with people: calls, e-mails, meetings, messages, notes.

An interaction has at least one participant or a deal. What is still to come is no interaction but a
follow-up, so a day after today is refused. Each participant's row repeats when it happened, for the timeline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

from crm_tui.domain import checks, views
from crm_tui.domain.interaction_fields import LISTING
from crm_tui.domain.listed import Listed
from crm_tui.domain.service import marks
from crm_tui.errors import InvalidDataError, NotFoundError
from crm_tui.models import Contact, Deal, Direction, Interaction, InteractionKind, InteractionView
from crm_tui.store import records

if TYPE_CHECKING:
    from crm_tui.dates import When
    from crm_tui.domain.timeline import TimelineItem, TimelineKey
    from crm_tui.models import FollowupView
    from crm_tui.store.transaction import SqlValue, Transaction

LONGEST: Final = 31 * 24 * 60
"""Minutes; an interaction longer than a month is a mistake."""
SUMMARY: Final = 200
"""Characters of a summary that is cut from a text in one piece."""


class InteractionValues(TypedDict, total=False):
    """What can be changed on an interaction; None empties a field. ``occurred_at`` is an instant in UTC."""

    kind: str
    direction: str | None
    occurred_at: str
    summary: str
    body: str | None
    duration_minutes: int | None
    deal_id: int | None
    contact_ids: Sequence[int]


class Interactions(Listed[InteractionView]):
    """Verbs on interactions."""

    listing = LISTING

    def add(
        self,
        kind: str,
        contact_ids: Sequence[int],
        summary: str,
        *,
        occurred_at: str | None = None,
        direction: str | None = None,
        body: str | None = None,
        duration_minutes: int | None = None,
        deal_id: int | None = None,
    ) -> InteractionView:
        """Log what happened; with a deal and nobody named, it happened with the deal's contact.

        Args:
            kind: call, email, meeting, message or note.
            contact_ids: who took part.
            summary: one line that says it.
            occurred_at: the instant, now when None.
            direction: in (they began) or out (we did), if it matters.
            body: the rest, of any length.
            duration_minutes: how long it took.
            deal_id: the deal it was about.

        Raises:
            InvalidDataError: a value cannot be what it claims to be, or neither person nor deal is given.
            NotFoundError: there is no such contact or deal.
        """
        values = InteractionValues(
            kind=kind,
            direction=direction,
            summary=summary,
            body=body,
            duration_minutes=duration_minutes,
            deal_id=deal_id,
            occurred_at=occurred_at or self.clock.instant,
        )
        row = self._row(values)
        people = self._people(contact_ids, deal_id)
        when = self._told_day(str(row["occurred_at"]))
        with self.crm.transaction(f"log {row['kind']!s} {self._with(people, deal_id)}{when}") as writing:
            made = writing.insert("interactions", row)
            for contact in people:
                self._take_part(writing, made, contact, str(row["occurred_at"]))
        return self.get(made)

    def log(
        self,
        kind: str,
        contact_ids: Sequence[int],
        text: str,
        *,
        occurred_at: str | None = None,
        direction: str | None = None,
        duration_minutes: int | None = None,
        deal_id: int | None = None,
        next_due: When | None = None,
        next_title: str | None = None,
    ) -> tuple[InteractionView, FollowupView | None]:
        """Log what happened and promise what comes next, as one operation.

        Args:
            kind: as for ``add``; so are those not named here.
            contact_ids: who took part; the next follow-up concerns the first of them.
            text: its first line is the summary, the rest the body.
            occurred_at: as for ``add``.
            direction: as for ``add``.
            duration_minutes: as for ``add``.
            deal_id: the deal of both.
            next_due: when the next follow-up is due; there is none when None.
            next_title: its title, made from the summary unless given.

        Raises:
            InvalidDataError: a value cannot be what it claims to be, or neither person nor deal is given.
            NotFoundError: there is no such contact or deal.
        """
        summary, body = split_text(text)
        people = self._people(contact_ids, deal_id)
        what = f"log {kind.strip().lower()} {self._with(people, deal_id)}"
        what += "" if occurred_at is None else self._told_day(occurred_at)
        if next_due is not None:
            what += f", follow up on {next_due.day.isoformat()} {next_due.due_time or ''}".rstrip()
        with self.crm.transaction(what):
            made = self.add(
                kind,
                people,
                summary,
                occurred_at=occurred_at,
                direction=direction,
                body=body,
                duration_minutes=duration_minutes,
                deal_id=deal_id,
            )
            if next_due is None:
                return made, None
            promised = self.crm.followups.add(
                next_title or f"follow up: {made.summary}"[: checks.LINE],
                next_due.day,
                due_time=next_due.due_time,
                contact_id=people[0] if people else None,
                deal_id=deal_id,
            )
        return made, promised

    def update(self, interaction_id: int, **values: Unpack[InteractionValues]) -> InteractionView:
        """Change an interaction; ``contact_ids`` replaces the participants.

        Raises:
            NotFoundError: there is no such interaction, contact or deal.
            InvalidDataError: a value cannot be what it claims to be, or no person and no deal would be left.
        """
        row = self._row(values)
        with self.crm.transaction(f"edit {self.get(interaction_id).kind} {interaction_id}") as writing:
            old = self.get(interaction_id)
            deal_id = values.get("deal_id", old.deal_id)
            people = [*old.contact_ids]
            if "contact_ids" in values or (not people and deal_id is None):
                people = self._people(values.get("contact_ids", ()), deal_id)
            writing.update("interactions", interaction_id, row)
            self._replace_people(
                writing, interaction_id, people, str(row.get("occurred_at", old.occurred_at))
            )
        return self.get(interaction_id)

    def get(self, interaction_id: int) -> InteractionView:
        """The interaction with this id.

        Raises:
            NotFoundError: there is none.
        """
        found = next(self.views([interaction_id]), None)
        if found is None:
            raise NotFoundError(
                f"There is no interaction {interaction_id}.", "crm timeline REF shows their ids."
            )
        return found

    def find(self, ref: str) -> InteractionView:
        """The interaction meant by an id.

        Raises:
            NotFoundError: there is none.
        """
        return self.get(self.crm.references.interaction(ref))

    def delete(self, interaction_id: int) -> InteractionView:
        """Remove an interaction that never was; the dates to keep in touch follow.

        Raises:
            NotFoundError: there is none.
        """
        gone = self.get(interaction_id)
        with self.crm.transaction(
            f"delete {gone.kind} {self._with(gone.contact_ids, gone.deal_id)}"
        ) as writing:
            self._replace_people(writing, interaction_id, (), gone.occurred_at)
            self.remove_origin(writing, "interactions", interaction_id)
            self.remove_rows(writing, "threads", "interaction_id = ?", (interaction_id,))
            writing.delete("interactions", interaction_id)
        return gone

    def views(self, ids: Iterable[int]) -> Iterator[InteractionView]:
        """The interactions with these ids, in that order; ids that are gone are passed over."""
        values = records.valuer(Interaction)
        for part in views.in_chunks(ids):
            rows = views.by_ids(self.connection, Interaction, "interactions", part)
            found = {row_id: values(row) for row_id, row in rows.items()}
            people = self._participants(part)
            deals = views.names(self.connection, "deals", "title", (row["deal_id"] for row in found.values()))
            for interaction_id in part:
                if interaction_id in found:
                    row = found[interaction_id]
                    yield InteractionView(
                        **row,
                        contacts=tuple(name for _, name in people[interaction_id]),
                        contact_ids=tuple(contact for contact, _ in people[interaction_id]),
                        deal=deals.get(row["deal_id"] or 0),
                    )

    def timeline(
        self,
        *,
        contact_id: int | None = None,
        company_id: int | None = None,
        deal_id: int | None = None,
        limit: int = 50,
        before: TimelineKey | None = None,
    ) -> Sequence[TimelineItem]:
        """Everything about one contact, company or deal, newest first; see ``timeline.page``."""
        from crm_tui.domain import timeline

        return timeline.page(
            self.crm, timeline.Subject(contact_id, company_id, deal_id), limit=limit, before=before
        )

    def _row(self, values: InteractionValues) -> dict[str, SqlValue]:
        row: dict[str, SqlValue] = {}
        if "kind" in values:
            row["kind"] = checks.choice(InteractionKind, values["kind"], "kind of interaction").value
        if "direction" in values:
            given = values["direction"]
            row["direction"] = None if given is None else checks.choice(Direction, given, "direction").value
        if "occurred_at" in values:
            row["occurred_at"] = self._past(values["occurred_at"])
        if "summary" in values:
            row["summary"] = checks.line(values["summary"], "summary")
        if "body" in values:
            row["body"] = checks.optional_text(values["body"], "text")
        if "duration_minutes" in values:
            row["duration_minutes"] = _duration(values["duration_minutes"])
        if "deal_id" in values:
            deal = values["deal_id"]
            row["deal_id"] = None if deal is None else self.one(Deal, deal).id
        return row

    def _past(self, instant: str) -> str:
        from crm_tui.dates import local_day

        day = local_day(instant, self.clock)
        if day > self.clock.today:
            raise InvalidDataError(
                f"{day.isoformat()} is still to come, so nothing can be logged for it.",
                "Plan it instead: crm followup add TITLE --due WHEN.",
            )
        return instant

    def _people(self, contact_ids: Sequence[int], deal_id: int | None) -> list[int]:
        """Who takes part, each once.

        Raises:
            InvalidDataError: nobody, and there is no deal either.
            NotFoundError: one of them is not there.
        """
        people = [self.one(Contact, each).id for each in dict.fromkeys(contact_ids)]
        if people:
            return people
        if deal_id is None:
            raise InvalidDataError(
                "Nobody is named, and no deal.", "Say with whom it happened, or about which deal."
            )
        contact = self.one(Deal, deal_id).contact_id
        return [] if contact is None else [contact]

    def _with(self, contact_ids: Sequence[int], deal_id: int | None) -> str:
        """The words for whom or what it concerns, in a summary."""
        if not contact_ids:
            return "" if deal_id is None else f"about {self.one(Deal, deal_id).title}"
        first = self.one(Contact, contact_ids[0]).name
        more = len(contact_ids) - 1
        return f"with {first} and {more} more" if more else f"with {first}"

    def _told_day(self, instant: str) -> str:
        """The words for a day that is not today, so that the person sees what theirs were taken for."""
        from crm_tui.dates import local_day

        day = local_day(instant, self.clock)
        return "" if day == self.clock.today else f" on {day.isoformat()}"

    def _take_part(
        self, writing: Transaction, interaction_id: int, contact_id: int, occurred_at: str
    ) -> None:
        writing.insert(
            "participants",
            {"interaction_id": interaction_id, "contact_id": contact_id, "occurred_at": occurred_at},
        )

    def _replace_people(
        self, writing: Transaction, interaction_id: int, contact_ids: Sequence[int], occurred_at: str
    ) -> None:
        rows = self.connection.execute(
            "SELECT contact_id, id FROM participants WHERE interaction_id = ?", (interaction_id,)
        )
        present: dict[int, int] = dict(rows.fetchall())
        for contact, row_id in present.items():
            if contact in contact_ids:
                writing.update("participants", row_id, {"occurred_at": occurred_at})
            else:
                writing.delete("participants", row_id)
        for contact in contact_ids:
            if contact not in present:
                self._take_part(writing, interaction_id, contact, occurred_at)

    def _participants(self, ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
        """The (id, name) of the participants of each interaction, in the order they were named."""
        found: dict[int, list[tuple[int, str]]] = defaultdict(list)
        rows = self.connection.execute(
            "SELECT p.interaction_id, p.contact_id, c.name"  # noqa: S608 - fixed names
            " FROM participants p JOIN contacts c ON c.id = p.contact_id"
            f" WHERE p.interaction_id IN ({marks(ids)}) ORDER BY p.interaction_id, p.id",
            ids,
        )
        for interaction, contact, name in rows:
            found[interaction].append((contact, name))
        return found


def split_text(text: str) -> tuple[str, str | None]:
    """A text as summary and body: the first line, and the rest; nothing of a first line too long is lost."""
    first, _, rest = text.strip().partition("\n")
    first = first.strip()
    if len(first) > checks.LINE:
        return f"{first[: SUMMARY - 1]}…", text.strip()
    return first, rest.strip() or None


def _duration(minutes: int | None) -> int | None:
    if minutes is not None and not 0 <= minutes <= LONGEST:
        raise InvalidDataError(
            f"A duration of {minutes:,} minutes cannot be meant.", f"Give 0 to {LONGEST:,} minutes."
        )
    return minutes
