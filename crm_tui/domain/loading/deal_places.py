"""Where an imported deal stands: from the words for its pipeline, stage and status to a stage that is there.

The words "won" and "lost", alone or after "closed", mean the pipeline's won or lost stage. Everything else is a name:
what is not there is made when it may be, and rejects the row otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.pipelines import NewStage
from crm_tui.errors import CrmError
from crm_tui.models import Stage, StageType
from crm_tui.text import fold, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.pipelines import PipelineView
    from crm_tui.domain.stages import StageView
    from crm_tui.store.transaction import Transaction

TYPES: Final = {
    "open": StageType.OPEN,
    "won": StageType.WON,
    "closed won": StageType.WON,
    "lost": StageType.LOST,
    "closed lost": StageType.LOST,
}
"""The words that mean a type of stage, folded."""


def stage_type(words: str) -> StageType | None:
    """The type that a status means, None for any other word."""
    return TYPES.get(" ".join(fold(words).replace("-", " ").replace("_", " ").split()))


@dataclass(frozen=True, slots=True)
class Place:
    """What a row says about where a deal stands; None for what it leaves open."""

    stage: Stage | None = None
    pipeline_id: int | None = None
    status: StageType | None = None

    def __bool__(self) -> bool:
        """Whether the row says anything."""
        return self != Place()


class Places:
    """Finds stages, and makes those that are missing when it may."""

    def __init__(self, crm: Crm, writing: Transaction, *, create_missing: bool) -> None:
        self._crm = crm
        self._writing = writing
        self._create_missing = create_missing
        self._known: dict[tuple[str, str, str], Place] = {}
        self._pipelines: Sequence[PipelineView] = ()
        self._stages: Sequence[StageView] = ()

    def find(self, pipeline: str, stage: str, status: str) -> Place:
        """The place that the words mean, each "" where the row has none.

        Raises:
            RejectedRowError: something is not there, or they contradict each other.
        """
        words = (pipeline, stage, status)
        known = self._known.get(words)
        if known is None:
            try:
                known = self._known[words] = self._found(pipeline, stage, status)
            except CrmError as error:
                raise RejectedRowError(error.message.rstrip("."), "stage" if stage else "pipeline") from error
        return known

    def first(self, pipeline_id: int | None, kind: StageType) -> Stage:
        """The first stage of a type, in the usual pipeline unless another is given."""
        self._look()
        wanted = pipeline_id or self._default().id
        return next(each for each in self._stages if each.pipeline_id == wanted and each.type is kind)

    def get(self, stage_id: int) -> Stage:
        """The stage with this id, one that was put away included."""
        self._look()
        found = next((each for each in self._stages if each.id == stage_id), None)
        return found or self._crm.pipelines.get_stage(stage_id)

    def _found(self, pipeline: str, stage: str, status: str) -> Place:
        self._look()
        kind = stage_type(status) if status else None
        if status and kind is None:
            raise RejectedRowError(
                f'"{status[:80]}" is no status; [values.status] in a recipe says what is meant', "status"
            )
        if not pipeline and not stage:
            return Place(status=kind)
        pipeline_id = self._pipeline(pipeline, stage) if pipeline else None
        if not stage:
            return Place(pipeline_id=pipeline_id, status=kind)
        found = self._stage(stage, pipeline_id, kind)
        if kind is None or found.type is kind:
            return Place(found, found.pipeline_id, found.type)
        if kind is StageType.OPEN:
            raise RejectedRowError(f"the stage {found.name} is {found.type.value}, the status open", "stage")
        if found.type is not StageType.OPEN:
            raise RejectedRowError(
                f"the stage {found.name} is {found.type.value}, the status {kind.value}", "stage"
            )
        # other programs keep the stage in which a deal was when it was won or lost
        return Place(self.first(found.pipeline_id, kind), found.pipeline_id, kind)

    def _pipeline(self, name: str, stage: str) -> int:
        key = fold(name)
        found = next((each for each in self._pipelines if fold(each.name) == key), None)
        if found is not None:
            return found.id
        if not self._create_missing:
            raise RejectedRowError(
                f'there is no pipeline "{name[:80]}"{self._near(name, [each.name for each in self._pipelines])}',
                "pipeline",
            )
        first = [NewStage(stage)] if stage and stage_type(stage) is None else []
        made = self._crm.pipelines.add(name, stages=first)
        self._look(again=True)
        return made.id

    def _stage(self, name: str, pipeline_id: int | None, kind: StageType | None) -> Stage:
        wanted = pipeline_id or self._default().id
        found = self._named(name, wanted)
        if found is None and (meant := stage_type(name)) not in (None, StageType.OPEN):
            return self.first(wanted, meant or StageType.OPEN)
        if found is None and pipeline_id is None:
            elsewhere = [each for each in self._stages if fold(each.name) == fold(name)]
            found = elsewhere[0] if len(elsewhere) == 1 else None
        if found is not None:
            return found
        if not self._create_missing:
            names = [each.name for each in self._stages if each.pipeline_id == wanted]
            raise RejectedRowError(f'there is no stage "{name[:80]}"{self._near(name, names)}', "stage")
        made = self._crm.pipelines.add_stage(wanted, name, type=kind or StageType.OPEN)
        self._look(again=True)
        return made

    def _named(self, name: str, pipeline_id: int) -> Stage | None:
        key = fold(name)
        return next(
            (each for each in self._stages if each.pipeline_id == pipeline_id and fold(each.name) == key),
            None,
        )

    def _near(self, name: str, names: Sequence[str]) -> str:
        near = nearest(name, names)
        meant = f"; {near} is near" if near else f"; there are {', '.join(names)}" if names else ""
        return f"{meant}; --create-missing makes it"

    def _default(self) -> PipelineView:
        found = next((each for each in self._pipelines if each.is_default), None)
        return found or self._crm.pipelines.default()

    def _look(self, *, again: bool = False) -> None:
        if self._pipelines and not again:
            return
        self._pipelines = self._crm.pipelines.list()
        if not self._pipelines:
            self._crm.pipelines.ensure_default(self._writing)
            self._pipelines = self._crm.pipelines.list()
        self._stages = self._crm.pipelines.stages()
