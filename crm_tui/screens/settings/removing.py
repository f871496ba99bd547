"""Removing a field, a stage or a pipeline: asked first, and where deals are in it, where they go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from crm_tui.models import StageType
from crm_tui.screens.forms.dialogs import Choose, confirm, lettered
from crm_tui.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.pipelines import PipelineView
    from crm_tui.domain.stages import StageView
    from crm_tui.models import CustomField
    from crm_tui.screens.settings.reading import Known
    from crm_tui.screens.shell.base import DataMixin

Remove = Callable[["Crm", int | None], Any]


def field(screen: DataMixin, found: CustomField) -> None:
    """Ask whether to remove a field; one that records have a value in is refused."""
    _ask(
        screen,
        f"Remove the field {found.key} from {found.entity}?",
        lambda crm, _: crm.fields.remove(found.entity, found.key),
    )


def stage(screen: DataMixin, found: StageView, known: Known) -> None:
    """Ask whether to remove a stage, or where its deals go."""
    others = [
        (each.name, each.id, f"{each.probability}%")
        for each in known.stages_of(found.pipeline_id)
        if each.type is found.type and each.id != found.id
    ]
    _remove(
        screen,
        found.name,
        known.deals.get(found.id, 0),
        others,
        lambda crm, to: crm.pipelines.remove_stage(found.id, move_to=to),
    )


def pipeline(screen: DataMixin, found: PipelineView, known: Known) -> None:
    """Ask whether to remove a pipeline, or where its open deals go."""
    others = [
        (f"{each.pipeline}: {each.name}", each.id, f"{each.probability}%")
        for each in known.stages
        if each.type is StageType.OPEN and each.pipeline_id != found.id
    ]
    _remove(
        screen,
        found.name,
        known.deals_of(found.id),
        others,
        lambda crm, to: crm.pipelines.remove(found.id, move_to=to),
    )


def _remove(
    screen: DataMixin, name: str, deals: int, others: Sequence[tuple[str, int, str]], remove: Remove
) -> None:
    if not deals:
        _ask(screen, f"Remove {clean(name)}?", remove)
        return
    if not others:
        # it is the last of its kind: the domain says what is needed first
        screen.write(lambda crm: remove(crm, None))
        return
    where = "where does its 1 deal go?" if deals == 1 else f"where do its {deals:,} deals go?"
    question = f"Remove {clean(name)}: {where}"

    def answered(to: int | None) -> None:
        if to is not None:
            screen.write(lambda crm: remove(crm, to))

    screen.app.push_screen(Choose(question, lettered(others)), answered)


def _ask(screen: DataMixin, question: str, remove: Remove) -> None:
    def answered(yes: bool | None) -> None:
        if yes:
            screen.write(lambda crm: remove(crm, None))

    screen.app.push_screen(confirm(question, "Remove it"), answered)
