"""crm contact|company duplicates and merge: finding records that are the same, and making one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from crm_tui import output
from crm_tui.columns import Column, Kind
from crm_tui.commands.context import (
    ListCommand,
    RecordCommand,
    at_terminal,
    confirm,
    done,
    example,
    list_options,
    reading,
    show,
    writing,
)
from crm_tui.commands.party_options import Yes
from crm_tui.errors import UsageError

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.duplicate_groups import Group
    from crm_tui.domain.merging import MergePlan

Noun = Literal["contact", "company"]
_TABLES: Final = {"contact": "contacts", "company": "companies"}
_SUGGESTED: Final = 0.6


class Member:
    """One record of a group; ``record`` is its view."""

    __slots__ = ("group", "number", "record")

    def __init__(self, number: int, group: Group, record: Any) -> None:
        self.number = number
        self.group = group
        self.record = record

    @property
    def id(self) -> int:
        """The record's id."""
        return int(self.record.id)


def _of(key: str) -> Callable[[Member], Any]:
    def get(member: Member) -> Any:
        return getattr(member.record, key)

    return get


def _columns(*own: str) -> tuple[Column, ...]:
    return (
        Column("group", "Group", lambda member: member.number, right=True),
        Column("score", "Score", lambda member: member.group.score, right=True),
        Column("automatic", "Sure", lambda member: member.group.automatic),
        Column("reason", "Why", lambda member: member.group.reasons[member.id], flex=3),
        Column("id", "Id", lambda member: member.id, right=True),
        *(Column(key, key.capitalize(), _of(key), flex=2) for key in own),
    )


_PEOPLE: Final = _columns("name", "company", "emails", "phones")
_COMPANIES: Final = _columns("name", "domain", "emails", "phones")
KINDS: Final = {
    "contact": Kind("duplicate", _PEOPLE, tuple(column.key for column in _PEOPLE)),
    "company": Kind("duplicate", _COMPANIES, tuple(column.key for column in _COMPANIES)),
}

Threshold = Annotated[
    float,
    typer.Option(metavar="F", help="The least score: from 0.9 on only what is sure, lower also suggestions."),
]
NotSame = Annotated[
    tuple[str, str] | None,
    typer.Option("--not-same", metavar="REF REF", help="Remember that these two are not the same."),
]
Keep = Annotated[
    str, typer.Argument(metavar="KEEP", help="Whom to keep: an id, e-mail, phone or unique name.")
]
Others = Annotated[list[str], typer.Argument(metavar="OTHER...", help="Who becomes part of it.")]
Chosen = Annotated[
    list[str] | None,
    typer.Option("--choose", metavar="FIELD=REF", help="Whose value wins in a field; may be given again."),
]


def add_to(app: typer.Typer, noun: Noun, records: Kind) -> None:
    """Add the commands ``duplicates`` and ``merge`` to the group of a noun."""
    many = "people" if noun == "contact" else "companies"

    def duplicates(ctx: typer.Context, threshold: Threshold = _SUGGESTED, not_same: NotSame = None) -> None:
        if not_same is not None:
            with writing(ctx) as crm:
                pair = [_find(crm, noun, ref) for ref in not_same]
                crm.duplicates.decide_distinct(_TABLES[noun], *pair)  # type: ignore[arg-type]
                done(ctx, crm, records, [*getattr(crm, _TABLES[noun]).views(pair)])
            return
        with reading(ctx) as crm:
            groups = getattr(crm.duplicates, _TABLES[noun])(threshold)
            show(
                ctx, crm, KINDS[noun], _ordered(_members(crm, noun, groups), KINDS[noun], **list_options(ctx))
            )

    def merge(
        ctx: typer.Context, keep: Keep, others: Others, choose: Chosen = None, yes: Yes = False
    ) -> None:
        with writing(ctx) as crm:
            kept = _find(crm, noun, keep)
            gone = [_find(crm, noun, ref) for ref in others]
            chosen = dict(_choice(crm, noun, each) for each in choose or ())
            plan = crm.merging.plan(_TABLES[noun], kept, gone, chosen)  # type: ignore[arg-type]
            _tell(plan)
            # elsewhere than on a terminal the ids say what is meant, and one undo takes it back
            confirm(f"Merge into {plan.names[kept]} ({kept})?", yes=yes or not at_terminal())
            done(ctx, crm, records, [getattr(crm, _TABLES[noun]).merge(kept, gone, chosen)])

    duplicates.__doc__ = f"List {many} that are likely the same, in groups with a score and the reason."
    merge.__doc__ = f"Make one of several {many}: everything moves to KEEP, nothing is lost, the others go."
    ref = "anna 12 31" if noun == "contact" else "acme 7"
    app.command(
        "duplicates",
        cls=ListCommand,
        epilog=example(
            f"crm {noun} duplicates --threshold 0.9",
            f"crm {noun} duplicates --not-same 3 12",
        ),
    )(duplicates)
    app.command(
        "merge",
        cls=RecordCommand,
        epilog=example(f"crm {noun} merge {ref}", f"crm {noun} merge 3 12 --choose name=12 --yes"),
    )(merge)


def _find(crm: Crm, noun: Noun, ref: str) -> int:
    return crm.references.contact(ref) if noun == "contact" else crm.references.company(ref)


def _choice(crm: Crm, noun: Noun, text: str) -> tuple[str, int]:
    field, sign, ref = text.partition("=")
    if not sign or not field.strip() or not ref.strip():
        raise UsageError(f'"{text}" chooses nothing.', "Write it like --choose title=12.")
    return field.strip(), _find(crm, noun, ref.strip())


def _members(crm: Crm, noun: Noun, groups: Sequence[Group]) -> Iterator[Member]:
    ids = list(dict.fromkeys(each for group in groups for each in group.ids))
    records = {record.id: record for record in getattr(crm, _TABLES[noun]).views(ids)}
    for number, group in enumerate(groups, 1):
        yield from (Member(number, group, records[each]) for each in group.ids if each in records)


def _ordered(members: Iterator[Member], kind: Kind, *, sort: str | None, limit: int | None) -> list[Member]:
    found = list(members)
    if sort:
        column = kind.column(sort.removeprefix("-"))
        if column is None:
            keys = ", ".join(each.key for each in kind.columns)
            raise UsageError(f'Duplicates have no field "{sort.removeprefix("-")}".', f"There are: {keys}.")
        value = column.value
        # what is missing comes last, whichever way it goes round
        with_value = [each for each in found if value(each) is not None]
        with_value.sort(key=value, reverse=sort.startswith("-"))
        found = [*with_value, *(each for each in found if value(each) is None)]
    return found if limit is None else found[:limit]


def _tell(plan: MergePlan) -> None:
    """Say what merging will do, before it is done."""
    gone = ", ".join(f"{plan.names[each]} ({each})" for each in plan.gone)
    verb = "becomes" if len(plan.names) == 2 else "become"
    output.say(f"{gone} {verb} part of {plan.names[plan.kept]} ({plan.kept}).")
    if plan.moves:
        output.say(f"Moves: {', '.join(f'{number:,} {words}' for number, words in plan.moves)}.", dim=True)
    for field in plan.differing:
        if field.winner is not None and field.winner != plan.kept:
            output.say(f"Takes over {field.word}: {field.shown[field.winner]}.", dim=True)
    for line in plan.lines:
        output.say(f"Keeps in the note: {line}", dim=True)
    for label, address in plan.links:
        output.say(f"Keeps as a link: {address} ({label})", dim=True)
