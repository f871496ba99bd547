"""Possible sales: adding, changing, listing, and their way through the stages to won or lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final, Unpack

from crm_tui.dates import local_datetime
from crm_tui.domain import board, checks, deal_values, standing, views
from crm_tui.domain.board import Board, Total
from crm_tui.domain.deal_fields import LISTING, WEIGHTED
from crm_tui.domain.deal_values import DealChanges, NewDealValues
from crm_tui.domain.listed import Listed
from crm_tui.domain.listing import Filter, where
from crm_tui.domain.service import marks
from crm_tui.domain.standing import Closing
from crm_tui.errors import ConflictError
from crm_tui.models import Deal, DealView, Stage, StageType
from crm_tui.money import format_decimal, weighted
from crm_tui.store import records

if TYPE_CHECKING:
    from crm_tui.store.transaction import SqlValue, Transaction

# What refers to a deal and would be lost with it: table, the words for it.
_HISTORY: Final = (("interactions", "interactions"), ("followups", "follow-ups"), ("invoices", "invoices"))
_NAMES: Final = (
    "deals.status, deals.stage_entered_at, contacts.name, companies.name, stages.name, pipelines.name"
)
_JOINS: Final = (
    "JOIN stages ON stages.id = deals.stage_id JOIN pipelines ON pipelines.id = stages.pipeline_id"
    " LEFT JOIN contacts ON contacts.id = deals.contact_id"
    " LEFT JOIN companies ON companies.id = deals.company_id"
)


class Deals(Listed[DealView]):
    """Verbs on deals. Lists have the open ones first, by expected close, then the closed, newest first."""

    listing = LISTING

    def add(self, title: str, **values: Unpack[NewDealValues]) -> DealView:
        """Add a deal: in the first stage of the usual pipeline unless told otherwise.

        It takes the probability of its stage, and the company of its contact where no company is given. In a
        closed stage it needs ``lost_reason`` if the stage is a lost one, and is closed on ``closed_on``, else
        on the day of ``created_at``, an instant in the past for a deal from elsewhere.

        Raises:
            InvalidDataError: a value cannot be what it claims to be.
            NotFoundError: there is no such contact, company, stage or pipeline.
            UsageError: the stage is a lost one and there is no reason.
        """
        with self.crm.transaction(f"add deal {checks.name(title, 'title')}") as writing:
            made = self.create(writing, title, **values)
        return self.get(made)

    def create(self, writing: Transaction, title: str, **values: Unpack[NewDealValues]) -> int:
        """As ``add``, as part of a bigger operation and without reading the deal back; returns its id."""
        title = checks.name(title, "title")
        created_at = values.get("created_at") or writing.stamp
        local_datetime(created_at, self.clock)
        stage = deal_values.beginning(self.crm, writing, values)
        row: dict[str, SqlValue] = {"title": title, "created_at": created_at}
        row.update(deal_values.columns(self.crm, writing, values, None))
        row.update(standing.begin(self.crm, writing, stage, deal_values.closing(values), created_at, title))
        row.update(deal_values.probability(values, stage, None))
        made = writing.insert("deals", row)
        standing.write_beginning(self.crm, writing, made, stage, created_at, str(row["stage_entered_at"]))
        self.crm.tags.put(writing, "deal", made, values.get("tags", ()))
        if stage.type is StageType.WON:
            standing.make_customer(writing, values.get("contact_id"))
        return made

    def update(self, deal_id: int, **values: Unpack[DealChanges]) -> DealView:
        """Change a deal; tags given replace those there are, another stage is entered as ``move`` does.

        Raises:
            NotFoundError: there is no such deal, contact, company, stage or pipeline.
            InvalidDataError: a value cannot be what it claims to be.
            UsageError: the stage is a lost one and there is no reason.
        """
        with self.crm.transaction(f"edit deal {self.one(Deal, deal_id).title}") as writing:
            old, stands = self.one(Deal, deal_id), standing.standing(self.crm, deal_id)
            row = deal_values.columns(self.crm, writing, values, old)
            if "title" in values:
                row["title"] = checks.name(values["title"], "title")
            if "contact_id" in values:
                stands = replace(stands, contact_id=values["contact_id"])
            present = self.crm.pipelines.get_stage(stands.stage_id)
            stage = deal_values.named(self.crm, values, present)
            said = deal_values.closing(values)
            if stage.id == stands.stage_id:
                if stage.type is StageType.WON and "contact_id" in values:
                    standing.make_customer(writing, stands.contact_id)
                row.update(standing.amend(self.crm, writing, stands, said))
                row.update(deal_values.probability(values, stage, old))
            else:
                row.update(standing.enter(self.crm, writing, stands, stage, said))
                row.update(deal_values.probability(values, stage, None))
            writing.update("deals", deal_id, row)
            if "tags" in values:
                self._replace_tags(writing, deal_id, values["tags"])
        return self.get(deal_id)

    def move(self, deal_id: int, stage: int | str, *, pipeline: str | None = None) -> DealView:
        """Move a deal to another stage, of whatever type; to the one it is in changes nothing.

        Args:
            deal_id: the deal.
            stage: the id of any stage, or as text the name or id of one in the pipeline.
            pipeline: a name or an id; the deal's own unless given.

        Raises:
            NotFoundError: there is no such deal, stage or pipeline.
            UsageError: the stage is a lost one, which needs a reason: ``lose``.
        """
        values: DealChanges = {"stage": stage} if isinstance(stage, str) else {"stage_id": stage}
        if pipeline is not None:
            values["pipeline"] = pipeline
        deal = self.one(Deal, deal_id)
        wanted = deal_values.named(self.crm, values, self.crm.pipelines.get_stage(deal.stage_id))
        with self.crm.transaction(f"move deal {deal.title} to {wanted.name}") as writing:
            self.place(writing, deal_id, deal_values.named(self.crm, {"stage_id": wanted.id}, None))
        return self.get(deal_id)

    def win(
        self,
        deal_id: int,
        *,
        on: date | None = None,
        amount_minor: int | None = None,
        currency: str | None = None,
    ) -> DealView:
        """Win a deal, today unless ``on`` is given; its person becomes a customer.

        A deal that is won already keeps its day unless another one is given.

        Raises:
            NotFoundError: there is no such deal.
            InvalidDataError: the day is still to come, or the amount cannot be.
        """
        standing.refuse_future(self.crm, on, "won")
        with self.crm.transaction(f"win deal {self.one(Deal, deal_id).title}") as writing:
            if amount_minor is not None:
                values: DealChanges = {"amount_minor": amount_minor, "currency": currency}
                old = self.one(Deal, deal_id)
                writing.update("deals", deal_id, deal_values.columns(self.crm, writing, values, old))
            self._close(writing, deal_id, StageType.WON, Closing(on))
        return self.get(deal_id)

    def lose(
        self,
        deal_id: int,
        reason: str,
        *,
        note: str | None = None,
        on: date | None = None,
        win_back_on: date | None = None,
    ) -> DealView:
        """Lose a deal, today unless ``on`` is given, and plan when to try again.

        Args:
            deal_id: the deal.
            reason: why, in a word or two that come back in reports.
            note: what else there is to say.
            on: the day it was lost.
            win_back_on: the day of a follow-up to win the person back.

        Raises:
            NotFoundError: there is no such deal.
            InvalidDataError: the reason is empty, or the day is still to come.
        """
        standing.refuse_future(self.crm, on, "lost")
        reason = checks.line(reason, "reason")
        with self.crm.transaction(f"lose deal {self.one(Deal, deal_id).title}") as writing:
            self._close(writing, deal_id, StageType.LOST, Closing(on, reason, note))
            if win_back_on is not None:
                deal = self.one(Deal, deal_id)
                title = f"Win back: {deal.title}"[: checks.LINE]
                self.crm.followups.add(title, win_back_on, contact_id=deal.contact_id, deal_id=deal_id)
        return self.get(deal_id)

    def reopen(self, deal_id: int) -> DealView:
        """Take a closed deal back to the open stage it was in last.

        Raises:
            NotFoundError: there is no such deal.
            ConflictError: it is open.
        """
        with self.crm.transaction(f"reopen deal {self.one(Deal, deal_id).title}") as writing:
            stands = standing.standing(self.crm, deal_id)
            if stands.status is StageType.OPEN:
                raise ConflictError(
                    f"{stands.title} is open already.", "crm deal move takes it to another stage."
                )
            self.place(writing, deal_id, standing.last_open_stage(self.crm, stands))
        return self.get(deal_id)

    def place(self, writing: Transaction, deal_id: int, stage: Stage, closing: Closing | None = None) -> bool:
        """As ``move``, as part of a bigger operation; returns whether the deal was elsewhere before."""
        stands = standing.standing(self.crm, deal_id)
        if stands.stage_id == stage.id:
            return False
        writing.update(
            "deals", deal_id, standing.enter(self.crm, writing, stands, stage, closing or Closing())
        )
        return True

    def archive(self, deal_id: int) -> DealView:
        """Put a deal away: out of every list and total, nothing lost."""
        return self._set_archived(deal_id, "archive", archived=True)

    def restore(self, deal_id: int) -> DealView:
        """Bring a deal back into the lists."""
        return self._set_archived(deal_id, "restore", archived=False)

    def delete(self, deal_id: int) -> DealView:
        """Remove a deal with its stage moves and tags; history is never destroyed.

        Raises:
            ConflictError: interactions, follow-ups or invoices refer to it.
        """
        deal = self.get(deal_id)
        with self.crm.transaction(f"delete deal {deal.title}") as writing:
            for table, words in _HISTORY:
                (number,) = self.connection.execute(
                    f"SELECT count(*) FROM {table} WHERE deal_id = ?",  # noqa: S608 - fixed names
                    (deal_id,),
                ).fetchone()
                if number:
                    raise ConflictError(
                        f"{deal.title} has {number:,} {words} and cannot be deleted.",
                        f"Put it away instead: crm deal archive {deal_id}.",
                    )
            for table in ("stage_moves", "deal_tags"):
                self.remove_rows(writing, table, "deal_id = ?", (deal_id,))
            self.remove_origin(writing, "deals", deal_id)
            writing.delete("deals", deal_id)
        return deal

    def tag(self, deal_id: int, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> DealView:
        """Put tags on a deal and take others off."""
        with self.crm.transaction(f"tag deal {self.one(Deal, deal_id).title}") as writing:
            self.crm.tags.put(writing, "deal", deal_id, add)
            self.crm.tags.take(writing, "deal", deal_id, remove)
        return self.get(deal_id)

    def get(self, deal_id: int) -> DealView:
        """The deal with this id.

        Raises:
            NotFoundError: there is none.
        """
        self.one(Deal, deal_id)
        return next(self.views([deal_id]))

    def find(self, ref: str) -> DealView:
        """The deal meant by an id or a unique title.

        Raises:
            NotFoundError: there is none.
            AmbiguousError: there is more than one.
        """
        return self.get(self.crm.references.deal(ref))

    def views(self, ids: Iterable[int]) -> Iterator[DealView]:
        """The deals with these ids, in that order; ids that are gone are passed over."""
        build = records.builder(Deal)
        for part in views.in_chunks(ids):
            rows = self.connection.execute(
                f"SELECT {_NAMES}, {records.select_list(Deal, 'deals')} FROM deals {_JOINS}"  # noqa: S608 - fixed names
                f" WHERE deals.id IN ({marks(part)})",
                part,
            )
            tags = views.tags(self.connection, "deal", part)
            found = {deal.id: (deal, row[:6]) for row in rows for deal in (build(row[6:]),)}
            for deal_id in part:
                if deal_id in found:
                    yield _view(*found[deal_id], tags.get(deal_id, ()))

    def totals(self, condition: Filter = None) -> Sequence[Total]:
        """The sums of the deals that match a filter, one a currency; those without an amount come last.

        Raises:
            UsageError: the filter is malformed or names an unknown field.
        """
        found = where(self.crm, LISTING, condition)
        rows = self.connection.execute(
            "SELECT CASE WHEN deals.amount_minor IS NOT NULL THEN deals.currency END AS code, count(*),"  # noqa: S608
            f" coalesce(sum(deals.amount_minor), 0), coalesce(sum({WEIGHTED}), 0),"
            " sum(deals.amount_minor IS NULL)"
            f" FROM deals WHERE {found.sql} GROUP BY code ORDER BY code IS NULL, code",
            found.params,
        )
        return [Total(*row) for row in rows]

    def board(
        self,
        pipeline_id: int | None = None,
        condition: Filter = None,
        *,
        closed_since: date | None = None,
    ) -> Board:
        """The open deals of a pipeline, the usual one unless given, by stage; see ``board.board``.

        Raises:
            NotFoundError: there is no such pipeline.
            UsageError: the filter is malformed or names an unknown field.
        """
        return board.board(self.crm, pipeline_id, condition, closed_since=closed_since)

    def lost_reasons(self, limit: int = 6) -> Sequence[str]:
        """The reasons deals were lost for, the most frequent first."""
        return board.reasons(self.crm, limit)

    def _close(self, writing: Transaction, deal_id: int, kind: StageType, closing: Closing) -> None:
        stands = standing.standing(self.crm, deal_id)
        if stands.status is kind:
            writing.update("deals", deal_id, standing.amend(self.crm, writing, stands, closing))
            return
        pipeline_id = self.crm.pipelines.get_stage(stands.stage_id).pipeline_id
        self.place(writing, deal_id, self.crm.pipelines.first_stage(pipeline_id, kind), closing)

    def _set_archived(self, deal_id: int, verb: str, *, archived: bool) -> DealView:
        with self.crm.transaction(f"{verb} deal {self.one(Deal, deal_id).title}") as writing:
            if (self.one(Deal, deal_id).archived_at is not None) != archived:
                writing.update("deals", deal_id, {"archived_at": writing.stamp if archived else None})
        return self.get(deal_id)

    def _replace_tags(self, writing: Transaction, deal_id: int, tags: Iterable[str]) -> None:
        wanted = [*tags]
        kept = {tag.strip().casefold() for tag in wanted}
        gone = [tag for tag in self.crm.tags.names_of("deal", deal_id) if tag.casefold() not in kept]
        self.crm.tags.take(writing, "deal", deal_id, gone)
        self.crm.tags.put(writing, "deal", deal_id, wanted)


def _view(deal: Deal, names: Sequence[str], tags: tuple[str, ...]) -> DealView:
    status, entered_at, contact, company, stage, pipeline = names
    amount = value = None
    if deal.amount_minor is not None and deal.currency is not None:
        amount = format_decimal(deal.amount_minor, deal.currency)
        if status == StageType.OPEN:
            value = weighted(deal.amount_minor, deal.probability)
    return DealView(
        **{name: getattr(deal, name) for name in records.columns(Deal)},
        contact=contact,
        company=company,
        pipeline=pipeline,
        stage=stage,
        status=StageType(status),
        amount=amount,
        weighted=None if value is None or deal.currency is None else format_decimal(value, deal.currency),
        weighted_minor=value,
        stage_entered_at=entered_at,
        tags=tags,
    )
