"""crm config: the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from crm_tui import output
from crm_tui.columns import cell, simple
from crm_tui.commands.context import RecordCommand, example, given_format, globals_of
from crm_tui.errors import NotFoundError, UsageError
from crm_tui.output import Format

if TYPE_CHECKING:
    from pathlib import Path

    from crm_tui.config import Config

app = typer.Typer(rich_markup_mode=None, help="Settings.")
SETTINGS: Final = simple("setting", "name", "value", "help")
Key = Annotated[str, typer.Argument(metavar="KEY", help="A setting; keys.ACTION for the key of an action.")]


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting as it is printed."""

    name: str
    value: Any
    help: str


@app.command(
    "get",
    cls=RecordCommand,
    epilog=example("crm config get", "crm config get base_currency", "crm config get keys.add"),
)
def get(
    ctx: typer.Context,
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help="One setting; all unless given.")] = None,
) -> None:
    """Print the settings that count, or the value of one."""
    from crm_tui.config import SETTINGS as KNOWN

    config = globals_of(ctx).load_config()
    form = given_format(ctx)
    if form is Format.IDS:
        raise UsageError("Settings have no ids.", "Use json, jsonl, csv, tsv or table.")
    if key is not None:
        value = _value(config, key)
        if form in (Format.JSON, Format.JSONL):
            output.value(value)
        elif value is not None:
            output.write(cell(value))
        return
    rows = [Shown(each.name, getattr(config, each.name), each.help) for each in KNOWN]
    output.records(rows, SETTINGS.columns, SETTINGS.columns, form or output.default_format(), date.min)


@app.command(
    "set",
    epilog=example(
        "crm config set base_currency AZN",
        "crm config set own_emails me@example.com,info@example.com",
        "crm config set keys.add ctrl+n",
        "crm config set region none",
    ),
)
def set_(
    ctx: typer.Context,
    key: Key,
    value: Annotated[str, typer.Argument(help='Its value; "none" brings the default back.')],
) -> None:
    """Set a setting; the comments in the file stay."""
    from crm_tui.config_file import put, remove

    path = _path(ctx)
    # for the security of the connection, none is a value
    if value.strip().lower() == "none" and key != "smtp_security":
        gone = remove(path, key)
        output.say(f"{key} is no longer set in {path}." if gone else f"{key} was not set in {path}.")
    else:
        output.say(f"{key} is now {cell(put(path, key, value))}, in {path}.")


@app.command("path", epilog=example("crm config path", '"$EDITOR" "$(crm config path)"'))
def path_(ctx: typer.Context) -> None:
    """Print where the configuration file is, or would be."""
    output.write(str(_path(ctx)))


def _path(ctx: typer.Context) -> Path:
    from crm_tui.locations import default_config

    return globals_of(ctx).config or default_config()


def _value(config: Config, key: str) -> Any:
    from crm_tui.config import find

    if not key.startswith("keys."):
        return getattr(config, find(key).name)
    action = key.removeprefix("keys.")
    if action not in config.keys:
        raise NotFoundError(f"No other key is set for {action}.", f"crm config set {key} KEY sets one.")
    return config.keys[action]
