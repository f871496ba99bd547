"""Ways of selling: each pipeline is an ordered list of stages.

A new file has none; its first deal brings the usual one along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crm_tui.domain import checks
from crm_tui.domain.stages import ROT_DAYS, Stages, check_probability, in_use, index_of, unknown
from crm_tui.errors import ConflictError, NotFoundError, UsageError
from crm_tui.models import Pipeline, Stage, StageType
from crm_tui.text import fold

if TYPE_CHECKING:
    from crm_tui.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineView(Pipeline):
    """A pipeline with the names of its stages in order, and whether new deals go there."""

    stages: tuple[str, ...] = ()
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class NewStage:
    """A stage of a pipeline to be made; ``probability`` in percent, None to spread the open stages evenly."""

    name: str
    probability: int | None = None
    type: StageType = StageType.OPEN
    rot_days: int | None = ROT_DAYS

    @classmethod
    def parse(cls, text: str) -> NewStage:
        """An open stage as ``NAME`` or ``NAME=PERCENT``.

        Raises:
            UsageError: the percentage is no whole number.
        """
        name, sign, percent = text.rpartition("=")
        if not sign:
            return cls(text)
        digits = percent.strip()
        if not (digits.isascii() and digits.removeprefix("-").isdigit()) or len(digits) > 18:
            raise UsageError(f'"{percent[:40]}" is no probability.', "Write a whole number.")
        return cls(name, int(digits))


NAME: Final = "Sales"
USUAL: Final = (
    NewStage("Lead", 10),
    NewStage("Qualified", 25),
    NewStage("Proposal", 50),
    NewStage("Negotiation", 75),
)
_ENDS: Final = (
    NewStage("Won", 100, StageType.WON, None),
    NewStage("Lost", 0, StageType.LOST, None),
)


class Pipelines(Stages):
    """Verbs on pipelines; those on stages end in ``_stage``."""

    def get(self, pipeline_id: int) -> PipelineView:
        """The pipeline with this id.

        Raises:
            NotFoundError: there is none, or it was removed.
        """
        found = next((each for each in self.list() if each.id == pipeline_id), None)
        if found is None:
            raise NotFoundError(
                f"There is no pipeline {pipeline_id}.", "crm pipeline list shows those there are."
            )
        return found

    def find(self, ref: str) -> PipelineView:
        """The pipeline meant by a name, the beginning of one, or an id.

        Raises:
            NotFoundError: none; the nearest is suggested.
            AmbiguousError: the beginning of more than one.
        """
        known = self.list()
        place = index_of(ref, [(each.id, each.name) for each in known], "pipeline")
        if place is None:
            raise unknown("pipeline", ref, [each.name for each in known], "There are")
        return known[place]

    def default(self) -> PipelineView:
        """The pipeline of new deals: the one named in the configuration, else the first.

        Raises:
            NotFoundError: there is no pipeline yet, or none of the configured name.
        """
        known = self.list()
        found = next((each for each in known if each.is_default), None)
        if found is not None:
            return found
        if not known:
            raise NotFoundError(
                "There is no pipeline yet.",
                "crm pipeline add Sales makes one, as does the first crm deal add.",
            )
        raise NotFoundError(
            f'There is no pipeline "{self.crm.config.default_pipeline}".',
            f"Set default_pipeline with crm config set; there are: {', '.join(each.name for each in known)}.",
        )

    def ensure_default(self, writing: Transaction) -> PipelineView:
        """The pipeline of new deals; made, with the usual stages, in a file that has none."""
        if self.list():
            return self.default()
        return self.get(self._make(writing, self.crm.config.default_pipeline or NAME, USUAL))

    def add(self, name: str, *, stages: Sequence[NewStage] = ()) -> PipelineView:
        """Add a pipeline with the stages given, or the usual ones; won and lost are added where missing.

        Raises:
            ConflictError: there is a pipeline of that name, or two stages are named alike.
            InvalidDataError: a probability is out of range.
        """
        name = self._free_name(name)
        with self.crm.transaction(f"add pipeline {name}") as writing:
            made = self._make(writing, name, stages or USUAL)
        return self.get(made)

    def update(self, pipeline_id: int, *, name: str) -> PipelineView:
        """Give a pipeline another name.

        Raises:
            ConflictError: there is another pipeline of that name.
        """
        old = self.get(pipeline_id)
        name = self._free_name(name, pipeline_id)
        with self.crm.transaction(f"edit pipeline {old.name}") as writing:
            writing.update("pipelines", pipeline_id, {"name": name})
        return self.get(pipeline_id)

    def remove(self, pipeline_id: int, *, move_to: int | None = None) -> PipelineView:
        """Remove a pipeline; its open deals are moved to the open stage ``move_to`` of another one.

        Won and lost deals go to the first won and lost stage there.

        Raises:
            ConflictError: it is the only one, or deals are in it and ``move_to`` is not given or cannot take
                them.
        """
        pipeline = self.get(pipeline_id)
        if len(self.list()) == 1:
            raise ConflictError(f"{pipeline.name} is the only pipeline.", "Add another one first.")
        stages = self.stages(pipeline_id)
        deals = sum(len(self._deals_in([each.id])) for each in stages)
        target = None if move_to is None else self.get_stage(move_to)
        if target is not None:
            _check_target(pipeline, target)
        elif deals:
            raise in_use(f"pipeline {pipeline.name}", deals, "crm pipeline remove", pipeline_id)
        with self.crm.transaction(f"remove pipeline {pipeline.name}") as writing:
            if target is not None:
                self._empty(writing, stages, target)
            every = [
                row[0]
                for row in self.connection.execute(
                    "SELECT id FROM stages WHERE pipeline_id = ?", (pipeline_id,)
                )
            ]
            if self._drop_stages(writing, every):
                writing.delete("pipelines", pipeline_id)
            else:
                writing.update("pipelines", pipeline_id, {"archived_at": writing.stamp})
        return pipeline

    def list(self) -> Sequence[PipelineView]:
        """The pipelines, the oldest first."""
        stages: dict[int, list[str]] = defaultdict(list)
        for each in self.stages():
            stages[each.pipeline_id].append(each.name)
        wanted = self.crm.config.default_pipeline
        found = [*self.read(Pipeline, "WHERE archived_at IS NULL ORDER BY id")]
        default = next((each.id for each in found if wanted is None or fold(each.name) == fold(wanted)), None)
        return [
            PipelineView(
                id=each.id,
                created_at=each.created_at,
                updated_at=each.updated_at,
                name=each.name,
                stages=tuple(stages[each.id]),
                is_default=each.id == default,
            )
            for each in found
        ]

    def _make(self, writing: Transaction, name: str, stages: Sequence[NewStage]) -> int:
        made = writing.insert("pipelines", {"name": name})
        given = [*stages, *(end for end in _ENDS if all(each.type is not end.type for each in stages))]
        seen: set[str] = set()
        for position, each in enumerate(given, 1):
            label = checks.name(each.name, "name of a stage")
            if fold(label) in seen:
                raise ConflictError(f"Two stages are named {label}.", "Choose another name for one of them.")
            seen.add(fold(label))
            percent = 100 * position // (len(stages) + 1) if each.probability is None else each.probability
            writing.insert(
                "stages",
                {
                    "pipeline_id": made,
                    "name": label,
                    "position": position,
                    "type": each.type.value,
                    "probability": check_probability(percent, each.type),
                    "rot_days": each.rot_days,
                },
            )
        return made

    def _empty(self, writing: Transaction, stages: Sequence[Stage], target: Stage) -> None:
        for stage in stages:
            other = target if stage.type is target.type else self.first_stage(target.pipeline_id, stage.type)
            for deal_id in self._deals_in([stage.id]):
                self.crm.deals.place(writing, deal_id, other)

    def _free_name(self, name: str, own_id: int | None = None) -> str:
        name = checks.name(name, "name")
        for each in self.list():
            if fold(each.name) == fold(name) and each.id != own_id:
                raise ConflictError(f"There is a pipeline {each.name} already.", "Choose another name.")
        return name


def _check_target(pipeline: PipelineView, target: Stage) -> None:
    if (
        target.pipeline_id == pipeline.id
        or target.archived_at is not None
        or target.type is not StageType.OPEN
    ):
        raise ConflictError(
            f"The deals of {pipeline.name} cannot be moved to {target.name}.",
            "Name an open stage of another pipeline.",
        )
