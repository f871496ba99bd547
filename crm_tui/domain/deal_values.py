"""From what is set on a deal to its columns: checks, money, and whom it is with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, TypedDict

from crm_tui.domain import checks
from crm_tui.domain.stages import check_percent
from crm_tui.domain.standing import Closing
from crm_tui.errors import InvalidDataError, NotFoundError
from crm_tui.models import Company, Contact, CustomValue, Deal, Stage, StageType
from crm_tui.money import check_currency, format_decimal, parse_amount
from crm_tui.store import records

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import SqlValue, Transaction


class DealValues(TypedDict, total=False):
    """What can be set on a deal; None empties a field.

    ``company`` is a name, made when there is none. ``stage`` and ``pipeline`` are names or ids as typed. An
    amount without a currency is in the deal's own or the base currency. A probability of None is the stage's
    again. ``closed_on`` is for a closed deal, ``lost_reason`` and ``lost_note`` are for a lost one.
    """

    contact_id: int | None
    company: str | None
    company_id: int | None
    pipeline: str
    pipeline_id: int
    stage: str
    stage_id: int
    amount_minor: int | None
    currency: str | None
    probability: int | None
    expected_close_on: date | None
    closed_on: date | None
    source: str | None
    lost_reason: str | None
    lost_note: str | None
    tags: Iterable[str]
    custom: Mapping[str, CustomValue | None]


class NewDealValues(DealValues, total=False):
    """What can be set on a new deal: also since when it exists, an instant."""

    created_at: str


class DealChanges(DealValues, total=False):
    """What can be changed on a deal: also its title."""

    title: str


def closing(values: DealValues) -> Closing:
    """What the values say about the end of the deal."""
    note = values.get("lost_note")
    return Closing(
        values.get("closed_on"),
        values.get("lost_reason"),
        "" if note is None and "lost_note" in values else note,
    )


def columns(crm: Crm, writing: Transaction, values: DealValues, old: Deal | None) -> dict[str, SqlValue]:
    """The columns of the values that do not depend on the stage.

    Raises:
        InvalidDataError: a value cannot be what it claims to be.
        NotFoundError: there is no such contact or company.
    """
    row: dict[str, SqlValue] = {}
    if "expected_close_on" in values:
        row["expected_close_on"] = records.to_sql(values["expected_close_on"])
    if "source" in values:
        row["source"] = checks.optional_line(values["source"], "source")
    if "custom" in values:
        row["custom"] = records.to_sql(crm.fields.merge("deals", old.custom if old else {}, values["custom"]))
    row.update(_money(crm, values, old))
    row.update(_parties(crm, writing, values, is_new=old is None))
    return row


def probability(values: DealValues, stage: Stage, old: Deal | None) -> dict[str, SqlValue]:
    """The columns of a probability that was given.

    It counts as set by hand when it differs from the stage's; the one the deal has already changes nothing.

    Raises:
        InvalidDataError: it is not from 0 to 100.
    """
    if "probability" not in values:
        return {}
    percent = values["probability"]
    if percent is None:
        return {"probability": stage.probability, "probability_set": 0}
    if old is not None and percent == old.probability:
        return {}
    return {"probability": check_percent(percent), "probability_set": int(percent != stage.probability)}


def beginning(crm: Crm, writing: Transaction, values: DealValues) -> Stage:
    """The stage a new deal begins in: the one named, else the first open one of the usual pipeline.

    In a file without a pipeline the usual one is made.

    Raises:
        NotFoundError: there is no such stage or pipeline.
        AmbiguousError: the name is the beginning of more than one.
        InvalidDataError: the stage is in another pipeline than the one named.
    """
    if not crm.pipelines.list():
        crm.pipelines.ensure_default(writing)
    return named(crm, values, None)


def named(crm: Crm, values: DealValues, old: Stage | None) -> Stage:
    """The stage that the values name; without any, the one the deal is in or the first open one.

    A stage's name is looked for in the pipeline named with it, else in the deal's own, else in the usual one.

    Raises:
        NotFoundError: there is no such stage or pipeline.
        AmbiguousError: the name is the beginning of more than one.
        InvalidDataError: the stage is in another pipeline than the one named.
    """
    pipeline_id = values.get("pipeline_id")
    if pipeline_id is None and "pipeline" in values:
        pipeline_id = crm.pipelines.find(values["pipeline"]).id
    if "stage_id" in values:
        return _stage_of(crm, values["stage_id"], pipeline_id, old)
    own = old.pipeline_id if old is not None else None
    wanted = pipeline_id or own or crm.pipelines.default().id
    if "stage" in values:
        return crm.pipelines.find_stage(values["stage"], wanted)
    if old is not None and wanted == own:
        return old
    return crm.pipelines.first_stage(wanted, old.type if old is not None else StageType.OPEN)


def _stage_of(crm: Crm, stage_id: int, pipeline_id: int | None, old: Stage | None) -> Stage:
    stage = crm.pipelines.get_stage(stage_id)
    if stage.archived_at is not None and (old is None or old.id != stage.id):
        raise NotFoundError(f"The stage {stage.name} was removed.", "crm stage list shows those there are.")
    if pipeline_id is not None and stage.pipeline_id != pipeline_id:
        raise InvalidDataError(
            f"The stage {stage.name} is in another pipeline.",
            "Name a stage of the pipeline, or leave the pipeline out.",
        )
    return stage


def _money(crm: Crm, values: DealValues, old: Deal | None) -> dict[str, SqlValue]:
    given = values.get("currency")
    code = check_currency(given) if given else None
    known = old.currency if old is not None else None
    if "amount_minor" in values:
        amount = values["amount_minor"]
        if amount is None:
            return {"amount_minor": None, "currency": code}
        if amount < 0:
            raise InvalidDataError("The amount of a deal is below zero.", "Leave the sign out.")
        return {"amount_minor": amount, "currency": code or known or crm.config.base_currency}
    if code is None or code == known:
        return {}
    if old is None or old.amount_minor is None or known is None:
        return {"currency": code}
    # another currency for the same figure: 1200 JPY become 1200.00 EUR
    return {
        "amount_minor": parse_amount(format_decimal(old.amount_minor, known), code, "."),
        "currency": code,
    }


def _parties(crm: Crm, writing: Transaction, values: DealValues, *, is_new: bool) -> dict[str, SqlValue]:
    row: dict[str, SqlValue] = {}
    contact_id = values.get("contact_id")
    if "contact_id" in values:
        row["contact_id"] = contact_id
    if contact_id is not None:
        contact = next(crm.contacts.read(Contact, "WHERE id = ?", (contact_id,)), None)
        if contact is None:
            raise NotFoundError(
                f"There is no contact {contact_id}.", "crm contact list shows those there are."
            )
        if is_new:
            row["company_id"] = contact.company_id
    company, company_id = values.get("company"), values.get("company_id")
    if company is not None and company.strip():
        row["company_id"] = crm.companies.ensure(writing, company)
    elif company_id is not None:
        row["company_id"] = crm.companies.one(Company, company_id).id
    elif "company" in values or "company_id" in values:
        row["company_id"] = None
    return row
