"""What the Settings screen shows of the file: rates, fields, pipelines and their stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.pipelines import PipelineView
    from crm_tui.domain.stages import StageView
    from crm_tui.models import CustomField, Rate


@dataclass(frozen=True, slots=True)
class Known:
    """What the file holds.

    Attributes:
        rates: by currency, the newest first.
        fields: in the order they were added.
        pipelines: the oldest first.
        stages: of all pipelines, in order.
        deals: how many are in a stage, by its id.
    """

    rates: Sequence[Rate] = ()
    fields: Sequence[CustomField] = ()
    pipelines: Sequence[PipelineView] = ()
    stages: Sequence[StageView] = ()
    deals: Mapping[int, int] = field(default_factory=dict)

    def stages_of(self, pipeline_id: int) -> list[StageView]:
        """The stages of a pipeline, in order."""
        return [each for each in self.stages if each.pipeline_id == pipeline_id]

    def deals_of(self, pipeline_id: int) -> int:
        """How many deals are in a pipeline."""
        return sum(self.deals.get(each.id, 0) for each in self.stages_of(pipeline_id))


def read(crm: Crm) -> Known:
    """What the file holds now."""
    return Known(
        crm.rates.list(),
        crm.fields.list(),
        crm.pipelines.list(),
        crm.pipelines.stages(),
        crm.pipelines.deal_counts(),
    )
