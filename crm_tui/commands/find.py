"""crm find, timeline, brief: looking things up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from crm_tui import output
from crm_tui.columns import (
    COMPANIES,
    CONTACTS,
    DEALS,
    FOLLOWUPS,
    INTERACTIONS,
    Column,
    Kind,
    as_object,
    happened_sign,
    simple,
)
from crm_tui.commands.context import (
    ListCommand,
    RecordCommand,
    all_columns,
    example,
    given_format,
    list_options,
    reading,
    show,
)
from crm_tui.commands.values import in_order
from crm_tui.errors import NotFoundError, UsageError
from crm_tui.output import Format

if TYPE_CHECKING:
    from crm_tui.dates import Clock
    from crm_tui.domain.brief import Brief
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.payers import Payer
    from crm_tui.domain.timeline import Subject, TimelineItem
    from crm_tui.money import Money

app = typer.Typer(rich_markup_mode=None)

HITS: Final = simple("hit", "kind", "id", "title", "snippet")
_FOUND: Final = 50
_SUBJECTS: Final = ("contact", "company", "deal")


@app.command(
    "find",
    cls=ListCommand,
    epilog=example(
        "crm find kowal",
        "crm find 'anna acme'",
        "crm find 601234",
        "crm find @example.com --kind contact --json",
    ),
)
def find(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(metavar="TEXT", help="Words by their beginning, or a piece of an e-mail or phone."),
    ],
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="contact, company, deal, followup, product, invoice or interaction.",
        ),
    ] = None,
) -> None:
    """Search names, e-mails, phones, deals and what was said; the best 50 unless --limit is given."""
    options = list_options(ctx)
    with reading(ctx) as crm:
        limit = _FOUND if options["limit"] is None else options["limit"]
        found = in_order(crm.search.find(" ".join(words), kind or None, limit), HITS, options["sort"])
        show(ctx, crm, HITS, found)
        if not found:
            output.say(f"Nothing matches {' '.join(words)}.", dim=True)


@app.command(
    "timeline",
    cls=ListCommand,
    epilog=example(
        "crm timeline anna --limit 20", "crm timeline Acme --kind company", "crm timeline 7 --kind deal"
    ),
)
def timeline(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="A contact, else a company, else a deal.")],
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="KIND", help="contact, company or deal, to say which is meant."),
    ] = None,
) -> None:
    """Everything that happened with a person, a company or about a deal, newest first."""
    options = list_options(ctx)
    with reading(ctx) as crm:
        from crm_tui.domain.timeline import iterate

        subject, columns, limit = _subject(crm, ref, kind), _timeline_columns(crm.clock), options["limit"]
        if options["sort"]:
            items: Iterable[TimelineItem] = in_order([*iterate(crm, subject)], columns, options["sort"])[
                :limit
            ]
        else:
            items = iterate(crm, subject, limit)
        show(ctx, crm, columns, items)


@app.command("brief", cls=RecordCommand, epilog=example("crm brief anna", "crm brief +994501234567 --json"))
def brief(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="An id, e-mail, phone or unique name.")],
) -> None:
    """One page before a call: who it is, how to reach them, what is open, what was said."""
    with reading(ctx) as crm:
        from crm_tui.domain.brief import brief as page

        found = page(crm, crm.references.contact(ref))
        form = given_format(ctx) or output.default_format()
        if form is Format.TABLE:
            from crm_tui.brief_lines import text

            for line in text(found, crm.clock, output.width(), style=output.style):
                output.write(line)
        else:
            output.record(found, _brief_columns(crm), form, crm.clock.today)


def _subject(crm: Crm, ref: str, kind: str | None) -> Subject:
    from crm_tui.domain.timeline import Subject

    if kind is not None and kind not in _SUBJECTS:
        raise UsageError(f'There is no timeline of a "{kind}".', f"It is one of: {', '.join(_SUBJECTS)}.")
    missing: NotFoundError | None = None
    for each in _SUBJECTS if kind is None else (kind,):
        try:
            return Subject(**{f"{each}_id": getattr(crm.references, each)(ref)})
        except NotFoundError as error:
            missing = missing or error
    assert missing is not None
    raise missing


def _timeline_columns(clock: Clock) -> Kind:
    def when(item: Any, today: date) -> str:
        from crm_tui.dates import local_datetime

        return local_datetime(item.at, clock).strftime("%Y-%m-%d %H:%M")

    plain = simple(
        "item",
        *(
            "at",
            "kind",
            "direction",
            "title",
            "detail",
            "duration_minutes",
            "contacts",
            "deal",
            "entity",
            "id",
        ),
        table=("at", "kind", "title", "detail", "contacts", "id"),
        right=("duration_minutes",),
    )
    shown = {"at": ("When", when), "kind": ("Kind", lambda item, _: f"{happened_sign(item)} {item.kind}")}
    columns = tuple(
        Column(each.key, shown[each.key][0], each.value, shown[each.key][1]) if each.key in shown else each
        for each in plain.columns
    )
    return Kind(plain.noun, columns, plain.table)


def _paying(payer: Payer) -> dict[str, Any]:
    """How somebody pays, as JSON has it."""
    from crm_tui.money import format_decimal

    def sums(each: Sequence[Money]) -> list[dict[str, str]]:
        return [
            {"amount": format_decimal(sum_.minor, sum_.currency), "currency": sum_.currency} for sum_ in each
        ]

    return {
        "owed": sums(payer.owed),
        "overdue": sums(payer.overdue),
        "unpaid": payer.unpaid,
        "unpaid_overdue": payer.unpaid_overdue,
        "overdue_days": payer.overdue_days,
        "paid": payer.paid,
        "paid_late": payer.paid_late,
        "days_late": payer.days_late,
    }


def _brief_columns(crm: Crm) -> list[Column]:
    def one(kind: Kind, get: Callable[[Brief], Any]) -> Callable[[Any], Any]:
        columns = all_columns(crm, kind, nested=True)
        return lambda brief: None if get(brief) is None else as_object(get(brief), columns)

    def many(kind: Kind, get: Callable[[Brief], Any]) -> Callable[[Any], Any]:
        columns = all_columns(crm, kind, nested=True)
        return lambda brief: [as_object(each, columns) for each in get(brief)]

    methods = simple("method", "kind", "value", "label", "is_primary")
    dates = simple("date", "label", "on", "in_days", "years")
    relations = simple("relation", "kind", "contact", "contact_id")
    return [
        Column("contact", "Contact", one(CONTACTS, lambda brief: brief.contact)),
        Column("methods", "Methods", many(methods, lambda brief: brief.methods)),
        Column("company", "Company", one(COMPANIES, lambda brief: brief.company)),
        Column("referred_by", "Referred by", lambda brief: brief.referred_by),
        Column("last", "Last", one(INTERACTIONS, lambda brief: brief.last)),
        Column("deals", "Deals", many(DEALS, lambda brief: brief.deals)),
        Column("followups", "Follow-ups", many(FOLLOWUPS, lambda brief: brief.followups)),
        Column("interactions", "Interactions", many(INTERACTIONS, lambda brief: brief.interactions)),
        Column("dates", "Dates", many(dates, lambda brief: brief.dates)),
        Column("relations", "Relations", many(relations, lambda brief: brief.relations)),
        Column("paying", "Paying", lambda brief: _paying(brief.payer)),
    ]
