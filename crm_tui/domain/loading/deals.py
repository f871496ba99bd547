"""Loading deals: known by title and contact, or title and company; by the title alone where a row names neither.

A closed deal without a reason gets "unknown", without a closing day the day the row comes nearest to saying. The
stage moves of a deal from elsewhere are dated by when it was made and closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final

from crm_tui.dates import local_day
from crm_tui.domain import standing
from crm_tui.domain.deal_values import DealChanges, probability
from crm_tui.domain.loading import money_cells
from crm_tui.domain.loading.deal_places import Place, Places
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.lookups import Lookups, PersonRef
from crm_tui.domain.loading.money_cells import given
from crm_tui.domain.loading.records import Difference, Find, RecordDraft, RecordKind
from crm_tui.domain.standing import Closing
from crm_tui.models import Stage, StageType
from crm_tui.money import check_currency, format_decimal
from crm_tui.store.transaction import Row, SqlValue
from crm_tui.text import name_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.loading.rows import NewRows
    from crm_tui.store.transaction import Transaction

UNKNOWN: Final = "unknown"
"""The reason of a lost deal that came without one."""
_NOBODYS: Final = " AND contact_id IS NULL"
_MATCHED: Final = frozenset({"title", "contact_id", "company_id"})
_PLAIN: Final = ("source", "archived_at")


class DealKind(RecordKind):
    """Deals.

    ``draft.values`` may have: contact (PersonRef), company (name), pipeline, stage and status (words), amount (text),
    currency (code), decimal, probability (int), expected_close_on, closed_on and close_on (days), lost_reason,
    lost_note; ``draft.value_defaults`` the same.
    """

    table: ClassVar[str] = "deals"
    noun: ClassVar[str] = "deal"
    owner: ClassVar[str | None] = "deal"
    named: ClassVar[str] = "title"
    key_fields: ClassVar[tuple[str, ...]] = ("external_id", "title")

    def __init__(
        self, crm: Crm, writing: Transaction, rows: NewRows, lookups: Lookups, places: Places
    ) -> None:
        super().__init__(crm, writing, rows)
        self._lookups = lookups
        self._places = places
        self._left_out: dict[tuple[str, str], list[int]] = {}
        self._customers: set[int] = set()
        self._titles: dict[tuple[str, object, str], dict[str, list[int]]] = {}

    def resolve(self, draft: RecordDraft) -> None:
        """Find stage, amount, company and contact."""
        values = draft.values
        pipeline, stage, status = (str(values.get(name) or "") for name in ("pipeline", "stage", "status"))
        if stage and not pipeline:
            pipeline = str(draft.value_defaults.get("pipeline") or "")
        values["place"] = self._places.find(pipeline, stage, status)
        if values.get("amount"):
            money_cells.check(self.crm, draft, "amount")
        if values.get("company"):
            values["company_id"] = self._lookups.company(values["company"])
        ref: PersonRef | None = values.get("contact")
        if ref is not None:
            values["contact_id"] = self._lookups.person(ref, values.get("company"))

    def match(self, draft: RecordDraft, find: Find, in_file: Callable[[int], bool]) -> tuple[list[int], str]:
        """By title and contact, else title and company, else title."""
        if not draft.key:
            return [], "title"
        contact, company = draft.values.get("contact_id"), draft.values.get("company_id")
        if draft.values.get("contact") is not None:
            found = (
                find(f"{draft.key}|p{contact}", self._of("contact_id", contact, draft.key)) if contact else []
            )
            if found or not company:
                return found, "title"
            nobodys = self._of("company_id", company, draft.key, _NOBODYS)
            return find(f"{draft.key}|c{company}|", nobodys), "title"
        if draft.values.get("company"):
            found = (
                find(f"{draft.key}|c{company}", self._of("company_id", company, draft.key)) if company else []
            )
            return found, "title"
        return find(f"{draft.key}|", self._lookups.titled(draft.name)), "title"

    def by_key(self, draft: RecordDraft, key: str, find: Find) -> list[int]:
        """By the title alone."""
        return find(f"{draft.key}|", self._lookups.titled(draft.name)) if draft.key else []

    def marks(self, draft: RecordDraft) -> Iterable[str]:
        """Title with contact, with company, and alone."""
        if not draft.key:
            return
        contact, company = draft.values.get("contact_id"), draft.values.get("company_id")
        if contact:
            yield f"{draft.key}|p{contact}"
        if company:
            yield f"{draft.key}|c{company}"
            if not contact:
                yield f"{draft.key}|c{company}|"
        yield f"{draft.key}|"

    def create(self, draft: RecordDraft) -> int:
        """Make a deal with its stage moves and tags."""
        if not draft.name:
            raise RejectedRowError("there is no title", "title")
        place: Place = draft.values["place"]
        if not place and draft.value_defaults:
            words = [str(draft.value_defaults.get(name) or "") for name in ("pipeline", "stage", "status")]
            place = self._places.find(words[0], words[1], words[2])
        stage = place.stage or self._places.first(place.pipeline_id, place.status or StageType.OPEN)
        created_at = self._created_at(draft, stage)
        row: dict[str, SqlValue] = {"title": draft.name, "created_at": created_at}
        row.update(self._new_money(draft))
        row.update({name: draft.column(name) for name in _PLAIN}, custom=self.packed(draft.custom))
        row["expected_close_on"] = _iso(self._expected(draft, stage))
        closing = self._closing(draft, stage, created_at)
        row.update(standing.begin(self.crm, self.writing, stage, closing, created_at, draft.name))
        percent = given(draft, "probability")
        if stage.type is StageType.OPEN and isinstance(percent, int):
            row.update(probability({"probability": percent}, stage, None))
        row.update(self._parties(draft))
        made = self.rows.add("deals", row)
        self._write_moves(made, stage, created_at, str(row["stage_entered_at"]))
        self.add_tags(made, draft)
        contact = row["contact_id"]
        if stage.type is StageType.WON and contact is not None and int(str(contact)) not in self._customers:
            self._customers.add(int(str(contact)))
            standing.make_customer(self.writing, int(str(contact)))
        self._note(made, draft.name, row)
        return made

    def compare(self, record_id: int, draft: RecordDraft) -> Difference:
        """What the row changes on a deal."""
        row = self.writing.fetch("deals", record_id)
        found = Difference(str(row["title"]))
        changes: DealChanges = {}
        if draft.name and draft.name != row["title"]:
            changes["title"] = draft.name
            found.note("title", row["title"], draft.name)
        newcomer = self._compare_parties(row, draft, found, changes)
        self._compare_money(row, draft, found, changes)
        self._compare_standing(row, draft, found, changes)

        def write() -> None:
            if newcomer is not None:
                changes["contact_id"] = self._lookups.make_person(newcomer, draft.values.get("company"))
            if changes:
                self.crm.deals.update(record_id, **changes)
            if not changes.keys().isdisjoint(_MATCHED):
                self._titles.clear()

        found.actions.append(write)
        self.compare_columns(row, draft, found)
        self.compare_tags(record_id, draft, found)
        return found

    def finish(self) -> list[str]:
        """What was left out, counted."""
        return [
            f"{what} of a deal that is not {kind} was left out: line {lines[0]}"
            + (f" and {len(lines) - 1:,} more." if len(lines) > 1 else ".")
            for (what, kind), lines in self._left_out.items()
        ]

    def _of(self, column: str, value: object, key: str, rest: str = "") -> list[int]:
        known = self._titles.get((column, value, rest))
        if known is None:
            # read once: somebody may have thousands of deals
            known = self._titles[column, value, rest] = {}
            rows = self.crm.connection.execute(
                f"SELECT id, title FROM deals WHERE {column} = ?{rest}",  # noqa: S608 - fixed names
                (value,),
            )
            for deal_id, title in rows:
                known.setdefault(name_key(title), []).append(deal_id)
        # the row that made one may have been taken back since
        there = "SELECT 1 FROM deals WHERE id = ?"
        return [each for each in known.get(key, []) if self.crm.connection.execute(there, (each,)).fetchone()]

    def _note(self, made: int, title: str, row: Mapping[str, SqlValue]) -> None:
        """Keep what ``_of`` has read true of a deal that was made since."""
        for column, rest in (("contact_id", ""), ("company_id", ""), ("company_id", _NOBODYS)):
            known = self._titles.get((column, row[column], rest))
            if known is not None and not (rest and row["contact_id"]):
                known.setdefault(name_key(title), []).append(made)

    def _created_at(self, draft: RecordDraft, stage: Stage) -> str:
        if draft.created_at is not None or stage.type is StageType.OPEN:
            return draft.created_at or self.writing.stamp
        # nothing says when it began: not after it was closed
        day = self._past({**draft.value_defaults, **draft.values}, "closed_on", "close_on")
        return self.writing.stamp if day is None else standing.moment(self.crm, self.writing, day)

    def _past(self, values: Mapping[str, object], *names: str) -> date | None:
        """The first of these days that is given and not still to come."""
        days = [day for name in names if isinstance(day := values.get(name), date)]
        return next((day for day in days if day <= self.crm.clock.today), None)

    def _expected(self, draft: RecordDraft, stage: Stage) -> date | None:
        values = {**draft.value_defaults, **draft.values}
        day = values.get("expected_close_on") or (
            values.get("close_on") if stage.type is StageType.OPEN else None
        )
        return day if isinstance(day, date) else None

    def _closing(self, draft: RecordDraft, stage: Stage, created_at: str | None) -> Closing:
        """What the row says about the end of a deal that enters a stage; what does not fit is left out."""
        values = {**draft.value_defaults, **draft.values}
        if stage.type is not StageType.LOST and (
            draft.values.get("lost_reason") or draft.values.get("lost_note")
        ):
            self._leave_out(draft, "The reason", "lost")
        if stage.type is StageType.OPEN:
            if draft.values.get("closed_on"):
                self._leave_out(draft, "The closing day", "closed")
            return Closing()
        explicit = values.get("closed_on")
        if isinstance(explicit, date) and explicit > self.crm.clock.today:
            raise RejectedRowError(f"{explicit.isoformat()} is still to come", "closed_on")
        day = self._past(values, "closed_on", "close_on", "expected_close_on")
        if day is None and created_at is not None:
            day = local_day(created_at, self.crm.clock)
        if stage.type is not StageType.LOST:
            return Closing(day)
        note = values.get("lost_note")
        return Closing(day, str(values.get("lost_reason") or UNKNOWN), None if note is None else str(note))

    def _leave_out(self, draft: RecordDraft, what: str, kind: str) -> None:
        lines = self._left_out.setdefault((what, kind), [])
        if not lines or lines[-1] != draft.line:
            lines.append(draft.line)

    def _new_money(self, draft: RecordDraft) -> dict[str, SqlValue]:
        money = money_cells.money(self.crm, draft, "amount", None)
        if money is not None:
            return {"amount_minor": money.minor, "currency": money.currency}
        code = draft.values.get("currency")
        return {"amount_minor": None, "currency": check_currency(code) if code else None}

    def _parties(self, draft: RecordDraft) -> dict[str, SqlValue]:
        """Contact and company, made where they are missing; the company of the contact where there is none."""
        values = draft.values
        company: str | None = values.get("company")
        contact_id: int | None = values.get("contact_id")
        if values.get("contact") is not None and contact_id is None:
            contact_id = values["contact_id"] = self._lookups.make_person(values["contact"], company)
        if company:
            values["company_id"] = self.crm.companies.ensure(self.writing, company)
        elif contact_id is not None:
            values["company_id"] = self.crm.connection.execute(
                "SELECT company_id FROM contacts WHERE id = ?", (contact_id,)
            ).fetchone()[0]
        return {"contact_id": contact_id, "company_id": values.get("company_id")}

    def _write_moves(self, deal_id: int, stage: Stage, created_at: str, entered_at: str) -> None:
        first: int | None = None
        if entered_at > created_at:
            first = self._places.first(stage.pipeline_id, StageType.OPEN).id
            self._write_move(deal_id, None, first, created_at)
        self._write_move(deal_id, first, stage.id, entered_at)

    def _write_move(self, deal_id: int, from_id: int | None, to_id: int, moved_at: str) -> None:
        self.rows.add(
            "stage_moves",
            {"deal_id": deal_id, "from_stage_id": from_id, "to_stage_id": to_id, "moved_at": moved_at},
        )

    def _compare_parties(
        self, row: Row, draft: RecordDraft, found: Difference, changes: DealChanges
    ) -> PersonRef | None:
        """Note contact and company where they differ; returns a contact who is to be made."""
        values = draft.values
        ref: PersonRef | None = values.get("contact")
        newcomer: PersonRef | None = None
        if ref is not None:
            known: int | None = values.get("contact_id")
            if known is None:
                newcomer = ref
                found.note("contact", self.shown("contacts", row["contact_id"]), ref.text)
            elif known != row["contact_id"]:
                changes["contact_id"] = known
                old = self.shown("contacts", row["contact_id"])
                found.note("contact", old, self.shown("contacts", known))
        company: str | None = values.get("company")
        old_company = self.shown("companies", row["company_id"])
        if company and name_key(old_company) != name_key(company):
            changes["company"] = company
            found.note("company", old_company, company)
        return newcomer

    def _compare_money(self, row: Row, draft: RecordDraft, found: Difference, changes: DealChanges) -> None:
        if not draft.values.get("amount") and not (row["amount_minor"] is None and given(draft, "amount")):
            return
        code = None if row["currency"] is None else str(row["currency"])
        money = money_cells.money(self.crm, draft, "amount", code)
        minor = None if row["amount_minor"] is None else int(str(row["amount_minor"]))
        if money is None or (money.minor, money.currency) == (minor, code):
            return
        changes["amount_minor"], changes["currency"] = money.minor, money.currency
        old = "" if minor is None or code is None else format_decimal(minor, code)
        if money.minor != minor:
            found.note("amount", old, format_decimal(money.minor, money.currency))
        if money.currency != code:
            found.note("currency", code, money.currency)

    def _compare_standing(
        self, row: Row, draft: RecordDraft, found: Difference, changes: DealChanges
    ) -> None:
        values = draft.values
        old = self._places.get(int(str(row["stage_id"])))
        stage = self._wanted(values["place"], old)
        is_open = stage.type is StageType.OPEN
        if stage.id != old.id:
            changes["stage_id"] = stage.id
            found.note("stage", old.name, stage.name)
        said = self._closing(draft, stage, None)
        if not is_open:
            on = said.on if stage.type is not old.type else self._past(values, "closed_on", "close_on")
            if on is not None and on.isoformat() != row["closed_on"]:
                changes["closed_on"] = on
                found.note("closed_on", row["closed_on"], on)
        if stage.type is StageType.LOST:
            self._compare_reason(row, draft, found, changes)
        given = {**draft.value_defaults, **values} if row["expected_close_on"] is None else values
        expected = given.get("expected_close_on") or (given.get("close_on") if is_open else None)
        if isinstance(expected, date) and expected.isoformat() != row["expected_close_on"]:
            changes["expected_close_on"] = expected
            found.note("expected_close_on", row["expected_close_on"], expected)
        percent: int | None = values.get("probability")
        if is_open and percent is not None and (percent != row["probability"] or stage.id != old.id):
            changes["probability"] = percent
            if percent != row["probability"]:
                found.note("probability", row["probability"], percent)

    def _compare_reason(self, row: Row, draft: RecordDraft, found: Difference, changes: DealChanges) -> None:
        wanted = {
            "lost_reason": draft.values.get("lost_reason")
            or (None if row["lost_reason"] else given(draft, "lost_reason") or UNKNOWN),
            "lost_note": draft.values.get("lost_note")
            or (None if row["lost_note"] else given(draft, "lost_note")),
        }
        for name, value in wanted.items():
            if value is not None and value != row[name]:
                changes[name] = value  # type: ignore[literal-required]  # the two names above
                found.note(name, row[name], value)

    def _wanted(self, place: Place, old: Stage) -> Stage:
        """The stage that the row wants the deal in; without a stage one of the type or pipeline it says."""
        if place.stage is not None:
            return place.stage
        kind = place.status or old.type
        if kind is old.type and place.pipeline_id in (None, old.pipeline_id):
            return old
        return self._places.first(place.pipeline_id or old.pipeline_id, kind)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
