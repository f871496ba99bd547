"""The steps of a pipeline: finding, adding, changing, ordering and removing them.

Every pipeline keeps at least one stage of each type, so that a deal can always be won, lost and reopened.
Editing a stage changes no deal; a stage that deals passed through is put away rather than deleted, so that
their history stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

from crm_tui.domain import checks
from crm_tui.domain.service import Service
from crm_tui.errors import AmbiguousError, ConflictError, InvalidDataError, NotFoundError
from crm_tui.models import Stage, StageType
from crm_tui.store import records
from crm_tui.text import fold

if TYPE_CHECKING:
    from crm_tui.store.transaction import SqlValue, Transaction

ROT_DAYS: Final = 14
_FIXED: Final = {StageType.WON: 100, StageType.LOST: 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView(Stage):
    """A stage with the name of its pipeline."""

    pipeline: str = ""


class StageChanges(TypedDict, total=False):
    """What can be changed on a stage; ``rot_days`` None means that its deals are never stuck."""

    name: str
    type: str
    probability: int
    rot_days: int | None


class Stages(Service):
    """Verbs on stages, part of ``crm.pipelines``."""

    def stages(self, pipeline_id: int | None = None) -> Sequence[StageView]:
        """The stages of a pipeline, or of all, in order."""
        if pipeline_id is None:
            return self._stage_views("stages.archived_at IS NULL AND pipelines.archived_at IS NULL", ())
        return self._stage_views("stages.archived_at IS NULL AND stages.pipeline_id = ?", (pipeline_id,))

    def get_stage(self, stage_id: int) -> StageView:
        """The stage with this id, one that was put away included.

        Raises:
            NotFoundError: there is none.
        """
        found = self._stage_views("stages.id = ?", (stage_id,))
        if not found:
            raise NotFoundError(f"There is no stage {stage_id}.", "crm stage list shows those there are.")
        return found[0]

    def find_stage(self, ref: str, pipeline_id: int) -> StageView:
        """The stage of a pipeline meant by a name, the beginning of one, or an id.

        Raises:
            NotFoundError: none; the nearest is suggested.
            AmbiguousError: the beginning of more than one.
        """
        stages = self.stages(pipeline_id)
        if found := named(ref, stages):
            return found
        pipeline = stages[0].pipeline if stages else f"pipeline {pipeline_id}"
        raise unknown("stage", ref, [each.name for each in stages], f"{pipeline} has")

    def find_elsewhere(self, ref: str, pipeline_id: int) -> StageView:
        """The stage of any other pipeline meant by an id, a name, or the beginning of one.

        Raises:
            NotFoundError: none; the nearest is suggested.
            AmbiguousError: more than one.
        """
        stages = [each for each in self.stages() if each.pipeline_id != pipeline_id]
        if found := named(ref, stages):
            return found
        raise unknown("stage", ref, [each.name for each in stages], "Other pipelines have")

    def first_stage(self, pipeline_id: int, kind: StageType) -> StageView:
        """The first stage of a type in a pipeline."""
        return next(each for each in self.stages(pipeline_id) if each.type is kind)

    def add_stage(
        self,
        pipeline_id: int,
        name: str,
        *,
        type: str = StageType.OPEN,  # noqa: A002 - the field's name
        probability: int | None = None,
        rot_days: int | None = ROT_DAYS,
        position: int | None = None,
    ) -> StageView:
        """Add a stage: an open one after the open ones, another at the end, or at ``position``, from 1 on.

        Without a probability an open stage gets the middle between its neighbours', a won one 100, a lost 0.

        Raises:
            InvalidDataError: a value is out of range.
            ConflictError: the pipeline has a stage of that name.
        """
        kind = checks.choice(StageType, type, "type of stage")
        name = checks.name(name, "name")
        present = [*self.stages(pipeline_id)]
        _refuse_same(name, present)
        opens = max(place for place, each in enumerate(present, 1) if each.type is StageType.OPEN)
        place = _place(position, opens + 1 if kind is StageType.OPEN else len(present) + 1, len(present) + 1)
        if probability is None:
            probability = _FIXED.get(kind, _between(present, place - 1))
        row: dict[str, SqlValue] = {
            "pipeline_id": pipeline_id,
            "name": name,
            "position": place,
            "type": kind.value,
            "probability": check_probability(probability, kind),
            "rot_days": _check_rot_days(rot_days) if kind is StageType.OPEN else None,
        }
        with self.crm.transaction(f"add stage {name}") as writing:
            made = writing.insert("stages", row)
            ids = [each.id for each in present]
            _renumber(writing, [*ids[: place - 1], made, *ids[place - 1 :]])
        return self.get_stage(made)

    def update_stage(self, stage_id: int, **values: Unpack[StageChanges]) -> StageView:
        """Change a stage; the deals in it stay as they are.

        Raises:
            InvalidDataError: a value is out of range.
            ConflictError: the name is taken, or the type of a stage that deals know would change.
        """
        old = self._present(stage_id)
        row: dict[str, SqlValue] = {}
        kind = old.type
        if "type" in values:
            kind = checks.choice(StageType, values["type"], "type of stage")
            if kind is not old.type:
                self._refuse_retyping(old)
                row.update(type=kind.value, probability=_FIXED.get(kind, old.probability))
        if "name" in values:
            name = checks.name(values["name"], "name")
            _refuse_same(name, [each for each in self.stages(old.pipeline_id) if each.id != stage_id])
            row["name"] = name
        if "probability" in values:
            row["probability"] = check_probability(values["probability"], kind)
        if "rot_days" in values:
            row["rot_days"] = _check_rot_days(values["rot_days"])
        with self.crm.transaction(f"edit stage {old.name}") as writing:
            writing.update("stages", stage_id, row)
        return self.get_stage(stage_id)

    def move_stage(self, stage_id: int, to: int) -> StageView:
        """Put a stage at another place, counted from 1.

        Raises:
            InvalidDataError: there is no such place.
        """
        stage = self._present(stage_id)
        others = [each.id for each in self.stages(stage.pipeline_id) if each.id != stage_id]
        place = _place(to, 0, len(others) + 1)
        with self.crm.transaction(f"move stage {stage.name} to {place}") as writing:
            _renumber(writing, [*others[: place - 1], stage_id, *others[place - 1 :]])
        return self.get_stage(stage_id)

    def remove_stage(self, stage_id: int, *, move_to: int | None = None) -> StageView:
        """Remove a stage; its deals are moved to the stage ``move_to``, which has the same type.

        Raises:
            ConflictError: it is the last of its type, deals are in it and ``move_to`` is not given, or the
                types differ.
        """
        stage = self._present(stage_id)
        self._refuse_last(stage)
        target = None if move_to is None else self._present(move_to)
        if target is not None and target.id == stage.id:
            raise ConflictError(f"Deals cannot be moved to {target.name}.", "Name a stage that stays.")
        deals = self._deals_in([stage_id])
        if deals and target is None:
            raise in_use(f"stage {stage.name}", len(deals), "crm stage remove", stage_id)
        if deals and target is not None and target.type is not stage.type:
            raise ConflictError(
                f"Deals that are {stage.type.value} cannot be moved to {target.name}, where they would be"
                f" {target.type.value}.",
                f"Name a stage of type {stage.type.value}.",
            )
        with self.crm.transaction(f"remove stage {stage.name}") as writing:
            for deal_id in deals:
                assert target is not None
                self.crm.deals.place(writing, deal_id, target)
            self._drop_stages(writing, [stage_id])
            _renumber(writing, [each.id for each in self.stages(stage.pipeline_id)])
        return stage

    def deal_counts(self) -> dict[int, int]:
        """How many deals are in each stage that has any, those put away included."""
        return dict(
            self.connection.execute("SELECT stage_id, count(*) FROM deals GROUP BY stage_id").fetchall()
        )

    def _present(self, stage_id: int) -> StageView:
        """The stage with this id, unless it was removed.

        Raises:
            NotFoundError: there is none, or it was.
        """
        found = self.get_stage(stage_id)
        if found.archived_at is not None:
            raise NotFoundError(
                f"The stage {found.name} was removed.", "crm stage list shows those there are."
            )
        return found

    def _stage_views(self, condition: str, params: Sequence[SqlValue]) -> Sequence[StageView]:
        names = records.columns(StageView)[:-1]
        columns = ", ".join(f"stages.{name}" for name in names)
        rows = self.connection.execute(
            f"SELECT {columns}, pipelines.name FROM stages"  # noqa: S608 - fixed names; values are bound
            f" JOIN pipelines ON pipelines.id = stages.pipeline_id WHERE {condition}"
            " ORDER BY stages.pipeline_id, stages.position, stages.id",
            params,
        )
        return [*map(records.builder(StageView), rows)]

    def _deals_in(self, stage_ids: Iterable[int]) -> Sequence[int]:
        return [
            deal_id
            for stage_id in stage_ids
            for (deal_id,) in self.connection.execute(
                "SELECT id FROM deals WHERE stage_id = ? ORDER BY id", (stage_id,)
            )
        ]

    def _known_to_deals(self, stage_id: int) -> bool:
        return any(
            self.connection.execute(
                f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1",  # noqa: S608 - fixed names
                (stage_id,),
            ).fetchone()
            for table, column in (
                ("deals", "stage_id"),
                ("stage_moves", "to_stage_id"),
                ("stage_moves", "from_stage_id"),
            )
        )

    def _drop_stages(self, writing: Transaction, stage_ids: Iterable[int]) -> bool:
        """Delete stages that no history knows and put the others away; returns whether all were deleted."""
        kept = False
        for stage_id in stage_ids:
            if self._known_to_deals(stage_id):
                writing.update("stages", stage_id, {"archived_at": writing.stamp})
                kept = True
            else:
                writing.delete("stages", stage_id)
        return not kept

    def _refuse_last(self, stage: StageView) -> None:
        if sum(1 for each in self.stages(stage.pipeline_id) if each.type is stage.type) < 2:
            raise ConflictError(
                f"{stage.name} is the only stage of type {stage.type.value} in {stage.pipeline}.",
                "Every pipeline needs one open, one won and one lost stage; add another one first.",
            )

    def _refuse_retyping(self, stage: StageView) -> None:
        self._refuse_last(stage)
        if self._known_to_deals(stage.id):
            raise ConflictError(
                f"Deals are or were in {stage.name}, so its type stays {stage.type.value}.",
                "Add a stage of the other type and move the deals there.",
            )


def named(ref: str, known: Sequence[StageView]) -> StageView | None:
    """The stage of that name, of that id, or the only one whose name begins so; None when there is none."""
    place = index_of(ref, [(each.id, each.name) for each in known], "stage")
    return None if place is None else known[place]


def index_of(ref: str, known: Sequence[tuple[int, str]], noun: str) -> int | None:
    """The place of the (id, name) meant by a name, an id, or the beginning of one name; None for none.

    Raises:
        AmbiguousError: the beginning of more than one.
    """
    wanted = fold(ref)
    keys = [fold(name) for _, name in known]
    if keys.count(wanted) == 1:
        return keys.index(wanted)
    text = ref.strip()
    if text.isascii() and text.isdigit() and len(text) < 19:
        return next((place for place, (row_id, _) in enumerate(known) if row_id == int(text)), None)
    begun = [place for place, key in enumerate(keys) if wanted and key.startswith(wanted)]
    if len(begun) > 1:
        names = ", ".join(f"{known[place][1]} ({known[place][0]})" for place in begun)
        raise AmbiguousError(
            f'"{text}" can be more than one {noun}: {names}.', "Write the whole name, or the id."
        )
    return begun[0] if begun else None


def unknown(noun: str, ref: str, names: Sequence[str], there: str) -> NotFoundError:
    """The error for a name that means nothing."""
    from crm_tui.text import nearest

    near = nearest(ref, names)
    hint = f"Did you mean {near}?" if near else f"{there}: {', '.join(names)}."
    return NotFoundError(f'There is no {noun} "{ref}".', hint)


def in_use(what: str, deals: int, command: str, record_id: int) -> ConflictError:
    """The error for removing what deals are in."""
    count = "1 deal is" if deals == 1 else f"{deals:,} deals are"
    return ConflictError(f"{count} in {what}.", f"Move them with {command} {record_id} --move-to STAGE.")


def check_probability(percent: int, kind: StageType) -> int:
    """A stage's probability in percent; a won stage's is 100 and a lost one's 0.

    Raises:
        InvalidDataError: it is out of range, or does not fit the type.
    """
    if kind in _FIXED and percent != _FIXED[kind]:
        raise InvalidDataError(
            f"A stage of type {kind.value} cannot have a probability of {percent} percent.",
            f"It is {_FIXED[kind]}; leave the probability out.",
        )
    return check_percent(percent)


def check_percent(percent: int) -> int:
    """A probability in whole percent.

    Raises:
        InvalidDataError: it is not from 0 to 100.
    """
    if not 0 <= percent <= 100:
        raise InvalidDataError(
            f"A probability of {percent} percent is impossible.", "Use a whole number from 0 to 100."
        )
    return percent


def _check_rot_days(days: int | None) -> int | None:
    return checks.positive(days, "number of days after which a deal is stuck")


def _refuse_same(name: str, present: Iterable[StageView]) -> None:
    for each in present:
        if fold(each.name) == fold(name):
            raise ConflictError(f"{each.pipeline} has a stage {each.name} already.", "Choose another name.")


def _place(wanted: int | None, usual: int, last: int) -> int:
    if wanted is None:
        return usual
    if not 1 <= wanted <= last:
        raise InvalidDataError(f"There is no place {wanted}.", f"Places go from 1 to {last}.")
    return wanted


def _between(present: Sequence[StageView], place: int) -> int:
    before = [each.probability for each in present[:place] if each.type is StageType.OPEN]
    after = [each.probability for each in present[place:] if each.type is StageType.OPEN]
    return ((before[-1] if before else 0) + (after[0] if after else 100)) // 2


def _renumber(writing: Transaction, ids: Iterable[int]) -> None:
    for position, stage_id in enumerate(ids, 1):
        writing.update("stages", stage_id, {"position": position})
