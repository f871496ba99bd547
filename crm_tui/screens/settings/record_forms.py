"""The forms of rates, fields, pipelines and stages: to add one, or to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import Clock
from crm_tui.domain.fields import ENTITIES
from crm_tui.domain.pipelines import NewStage
from crm_tui.domain.stages import ROT_DAYS, check_percent
from crm_tui.errors import InvalidDataError
from crm_tui.models import FieldType, StageType
from crm_tui.money import check_currency
from crm_tui.screens.forms import fields
from crm_tui.screens.forms.fields import Field, Filled, Form
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.pipelines import PipelineView
    from crm_tui.domain.stages import StageView
    from crm_tui.models import Rate

_MOST_DIGITS: Final = 6
_TYPES: Final = tuple(each.value for each in StageType)


def rate(base: str, currency: str = "") -> Form:
    """A rate from a day on; saved it returns the ``Rate``."""

    def save(crm: Crm, filled: Filled) -> Any:
        found = filled.values
        return crm.rates.set(found["currency"], found["rate"], found["day"].day if found["day"] else None)

    return Form(
        "rate-add",
        "What a currency is worth",
        (
            Field(
                "currency", "currency", value=currency, required=True, hint="USD",
                check=lambda text, _: check_currency(text),
            ),
            Field("rate", "rate", required=True, hint=f"1.0825, what one is worth in {base}"),
            Field("day", "from", value="today", check=fields.when, echo=fields.tell_when, hint="today, 1 jan"),
        ),
        save,
        "It counts from its day until the next one. A rate of the same day is replaced.",
    )  # fmt: skip


def change_rate(old: Rate, base: str) -> Form:
    """Another rate for the same currency and day."""

    def save(crm: Crm, filled: Filled) -> Any:
        return crm.rates.set(old.currency, filled.values["rate"], old.day)

    field = Field("rate", "rate", value=old.rate, required=True, hint="1.0825")
    title = f"What 1 {old.currency} is worth in {base} from {old.day.isoformat()}"
    return Form(f"rate-{old.id}", title, (field,), save)


def field(entity: str) -> Form:
    """A field of the person's own; saved it returns the ``CustomField``."""

    def save(crm: Crm, filled: Filled) -> Any:
        found = filled.values
        return crm.fields.add(
            found["entity"], found["key"], found["type"], label=found["label"], choices=found["choices"]
        )

    return Form(
        "field-add",
        "Add a field of your own",
        (
            Field("entity", "of", "choice", entity, choices=ENTITIES),
            Field("key", "key", required=True, hint="shoe_size: small letters, digits and _"),
            Field("label", "label", hint="what it is called; its key"),
            Field("type", "type", "choice", choices=tuple(each.value for each in FieldType)),
            Field("choices", "choices", hint="of type choice: good; poor", check=fields.several),
        ),
        save,
        "Only a key is needed.",
    )


def pipeline() -> Form:
    """A pipeline; saved it returns the ``PipelineView``."""

    def save(crm: Crm, filled: Filled) -> Any:
        return crm.pipelines.add(filled.values["name"], stages=filled.values["stages"] or ())

    return Form(
        "pipeline-add",
        "Add a pipeline",
        (
            Field("name", "name", required=True, hint="Renewals"),
            Field("stages", "open stages", "long", check=_stages),
        ),
        save,
        "One open stage a line, as NAME or NAME=PERCENT; the usual ones where there are none. Won and Lost come by"
        " themselves.",
    )


def rename(old: PipelineView) -> Form:
    """Another name for a pipeline."""

    def save(crm: Crm, filled: Filled) -> Any:
        return crm.pipelines.update(old.id, name=filled.values["name"])

    return Form(
        f"pipeline-{old.id}",
        f"Change {clean(old.name)}",
        (Field("name", "name", value=old.name, required=True),),
        save,
    )


def stage(pipeline_id: int, name: str, after: StageView | None, place: int | None) -> Form:
    """A stage; saved it returns the ``StageView``.

    Args:
        pipeline_id: Of which pipeline.
        name: What that is called.
        after: The stage it comes behind, if it is open and so is the new one.
        place: The place behind that, from 1 on.
    """
    behind = after is not None and after.type is StageType.OPEN

    def save(crm: Crm, filled: Filled) -> Any:
        found = dict(filled.values)
        at = place if behind and found["type"] == StageType.OPEN.value else None
        return crm.pipelines.add_stage(
            pipeline_id, found["name"], type=found["type"], probability=found["probability"],
            rot_days=found["rot_days"], position=at,
        )  # fmt: skip

    where = f"An open one comes after {clean(after.name)}." if after is not None and behind else ""
    return Form(
        f"stage-add-{pipeline_id}",
        f"Add a stage to {clean(name)}",
        (
            Field("name", "name", required=True, hint="Demo"),
            Field("type", "type", "choice", choices=_TYPES),
            _probability("", "60; the middle between its neighbours'"),
            _rot_days(str(ROT_DAYS)),
        ),
        save,
        where,
    )


def change_stage(old: StageView) -> Form:
    """A stage to change; what is not typed over stays."""

    def save(crm: Crm, filled: Filled) -> Any:
        found = filled.given()
        if found.get("probability", 0) is None:
            del found["probability"]
        return crm.pipelines.update_stage(old.id, **found)

    asked = [
        Field("name", "name", value=old.name, required=True),
        Field("type", "type", "choice", old.type.value, choices=_TYPES),
        _probability(str(old.probability), "60"),
    ]
    if old.type is StageType.OPEN:
        asked.append(_rot_days("" if old.rot_days is None else str(old.rot_days)))
    return Form(
        f"stage-{old.id}", f"Change {clean(old.name)}", asked, save, "The deals in it stay as they are."
    )


def _probability(value: str, hint: str) -> Field:
    return Field(
        "probability",
        "probability",
        value=value,
        hint=hint,
        check=_percent,
        echo=lambda value, _: f"{value}%",
    )


def _rot_days(value: str) -> Field:
    return Field(
        "rot_days", "stuck after", value=value, hint="14 days; empty for never",
        check=lambda text, _: _whole(text, "number of days"), echo=lambda value, _: "day" if value == 1 else "days",
    )  # fmt: skip


def _percent(text: str, _: Clock) -> int:
    return check_percent(_whole(text.strip().removesuffix("%"), "probability"))


def _whole(text: str, what: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > _MOST_DIGITS:
        raise InvalidDataError(f'"{clean(text[:40])}" is no {what}.', "Write a whole number.")
    return int(digits)


def _stages(text: str, _: Clock) -> list[NewStage]:
    return [NewStage.parse(line.strip()) for line in text.splitlines() if line.strip()]
