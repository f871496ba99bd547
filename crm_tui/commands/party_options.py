"""What the commands on people and on companies have in common: options, the group ``method``, the card."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crm_tui import output
from crm_tui.columns import Column, Kind
from crm_tui.commands.context import RecordCommand, done, example, from_stdin, given_format, writing
from crm_tui.commands.values import assignments, given
from crm_tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_tui.domain.companies import Companies
    from crm_tui.domain.contacts import Contacts
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.payers import Payer
    from crm_tui.models import CompanyMethod, ContactMethod

Emails = Annotated[
    list[str] | None, typer.Option("--email", metavar="E", help="An e-mail; may be given again.")
]
Phones = Annotated[
    list[str] | None, typer.Option("--phone", metavar="P", help="A phone number; may be given again.")
]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="T", help="A tag; may be given again.")]
Note = Annotated[str | None, typer.Option(help="A note; - reads it from stdin.")]
Custom = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A custom field's value.")
]
Filters = Annotated[list[str] | None, typer.Argument(metavar="[FILTER]...", help="See docs/filters.md.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
TagsOn = Annotated[list[str] | None, typer.Option("--add", metavar="T", help="Put this tag on.")]
TagsOff = Annotated[list[str] | None, typer.Option("--remove", metavar="T", help="Take this tag off.")]
Kind_ = Annotated[str, typer.Argument(metavar="KIND", help="email, phone, address, url or im.")]
Value = Annotated[str, typer.Argument(metavar="VALUE", help="The address, number or handle.")]
Label = Annotated[str | None, typer.Option(help="What it is for, such as work.")]
Primary = Annotated[bool, typer.Option("--primary", help="The first one to use of its kind.")]
Find = Callable[["Crm", str], int]
Service = Callable[["Crm"], "Contacts | Companies"]


def party_values(*, note: str | None, custom: list[str] | None, **options: Any) -> dict[str, Any]:
    """The values of the options given; ``none`` empties one, and a note may come from stdin."""
    values = given(note=note, **options)
    if values.get("note"):
        values["note"] = from_stdin(values["note"])
    if custom:
        values["custom"] = assignments(custom)
    return values


def tag_changes(add: list[str] | None, remove: list[str] | None) -> dict[str, list[str]]:
    """The tags to put on and to take off.

    Raises:
        UsageError: there are none.
    """
    if not add and not remove:
        raise UsageError("No tag is named.", "Give --add T, --remove T or both, once for each tag.")
    return {"add": add or [], "remove": remove or []}


def method_column(methods: Sequence[ContactMethod | CompanyMethod]) -> Column:
    """The column of a card with every way to reach somebody: objects for machines, lines for people."""
    objects = [
        {"kind": each.kind, "value": each.value, "label": each.label, "is_primary": each.is_primary}
        for each in methods
    ]
    lines = [f"{each.kind}: {each.value}{f' ({each.label})' if each.label else ''}" for each in methods]
    return detail("methods", objects, lines)


def payer_columns(ctx: typer.Context, payer: Callable[[], Payer]) -> tuple[Column, ...]:
    """The column of a card, for people alone, with what somebody owes and how late they pay; none without invoices."""
    from crm_tui.brief_lines import paying

    if (given_format(ctx) or output.default_format()) is not output.Format.TABLE:
        return ()
    told = paying(payer())
    return (detail("money", [], [told]),) if told else ()


def detail(key: str, objects: list[dict[str, Any]], lines: list[str]) -> Column:
    """A column of a card that is no field of the record."""
    return Column(key, key.capitalize(), lambda _: objects, lambda _, __: "\n".join(lines))


def method_group(noun: str, kind: Kind, find: Find, service: Service) -> typer.Typer:
    """The group ``method`` of a noun: add and remove a way to reach somebody."""
    app = typer.Typer(rich_markup_mode=None, help="Ways to reach them: e-mail, phone, address, url, im.")
    ref = Annotated[str, typer.Argument(metavar="REF", help="An id, e-mail, phone or unique name.")]

    def add(
        ctx: typer.Context,
        ref: str,
        kind_: Kind_,
        value: Value,
        label: Label = None,
        primary: Primary = False,
    ) -> None:
        with writing(ctx) as crm:
            methods = service(crm)
            found = methods.add_method(find(crm, ref), kind_, value, label=label, primary=primary)
            done(ctx, crm, kind, [found])

    def remove(ctx: typer.Context, ref: str, kind_: Kind_, value: Value) -> None:
        with writing(ctx) as crm:
            done(ctx, crm, kind, [service(crm).remove_method(find(crm, ref), kind_, value)])

    add.__doc__ = f"Add a way to reach a {noun}; one it has already gets the label or becomes primary."
    remove.__doc__ = f"Remove a way to reach a {noun}."
    for command in (add, remove):
        command.__annotations__["ref"] = ref
        start = f"crm {noun} method {command.__name__} acme"
        app.command(command.__name__, cls=RecordCommand, epilog=example(f"{start} email sales@acme.example"))(
            command
        )
    return app
