"""The parts of the documentation that follow from the code: commands, settings, keys, headers of imports.

They stand between ``<!-- commands: NAME -->`` and ``<!-- end -->``, and are written anew by ``make docs``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Final

import typer

from crm_tui import actions
from crm_tui.cli import ORDER, app
from crm_tui.config import SETTINGS, Config
from crm_tui.interchange import headers
from tests.examples import ROOT

END: Final = "<!-- end -->"
_SHARED: Final = ("--format", "--json", "--columns", "--sort", "--limit")
"""Options that many commands have in common; they are explained once."""
_FEW: Final = 3
"""So many options are told again rather than referred to."""
_SECTION: Final = re.compile(r"(<!-- (\w+): (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
_TYPES: Final = {"integer": "N", "path": "FILE", "file": "FILE"}


@cache
def tree() -> dict[tuple[str, ...], Any]:
    """Every command that can be called, by its words after ``crm``."""
    root = typer.main.get_command(app)
    context = typer.Context(root)
    found: dict[tuple[str, ...], Any] = {}

    def below(command: Any, path: tuple[str, ...]) -> None:
        if not hasattr(command, "commands"):
            found[path] = command
            return
        for name in command.commands:
            below(command.commands[name], (*path, name))

    for name in ORDER:
        below(root.get_command(context, name), (name,))  # type: ignore[attr-defined]
    return found


def names_of(command: Any) -> set[str]:
    """Every spelling of every option of a command."""
    return {name for option in _options(command) for name in (*option.opts, *option.secondary_opts)}


def global_names() -> set[str]:
    """Every spelling of the options before the command."""
    return names_of(typer.main.get_command(app)) | {"--help", "-h"}


def commands(name: str) -> str:
    """The commands under one word after ``crm``, as Markdown."""
    lines: list[str] = []
    known: dict[tuple[str, ...], str] = {}
    for path, command in tree().items():
        if path[0] == name:
            rows = (*_argument_rows(command), *_option_rows(command))
            lines += _command(path, command, rows, known.get(rows) if len(rows) > _FEW else None)
            known.setdefault(rows, " ".join(path))
    return "\n".join(lines)


def settings(_: str) -> str:
    """Every setting with its default."""
    defaults = Config()
    rows = [
        f"| `{each.name}` | {_default(getattr(defaults, each.name))} | {_text(each.help)} |"
        for each in SETTINGS
    ]
    return "\n".join(["| setting | default | what it is |", "|---|---|---|", *rows, ""])


def _default(value: Any) -> str:
    return f"`{value}`" if value not in (None, (), {}) else ""


def keys(scope: str) -> str:
    """What can be done in one scope of the screens, and its keys."""
    keymap = actions.Keymap()
    rows = []
    for each in actions.of_scope(scope):
        shown = " ".join(f"`{key}`" for key in keymap.all_shown(each.id).split("  ") if key)
        rows.append(f"| {shown} | `{each.id}` | {_text(each.help)} |")
    return "\n".join(["| key | action | what it does |", "|---|---|---|", *rows, ""])


def header_names(kind: str) -> str:
    """The fields of one kind of file, and the headers that are read as each."""
    rows = [
        f"| `{name}` | {', '.join(dict.fromkeys(synonyms.split('|')))} |"
        for name, synonyms in headers.FIELDS[kind].items()
    ]
    return "\n".join(["| field | headers |", "|---|---|", *rows, ""])


def floors(_: str) -> str:
    """The layers of the import contract, the highest first."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["id"] == "floors")
    return "\n".join(["```text", *(layer.replace(" | ", "  |  ") for layer in layers), "```", ""])


_MAKERS: Final[dict[str, Callable[[str], str]]] = {
    "commands": commands,
    "settings": settings,
    "keys": keys,
    "headers": header_names,
    "floors": floors,
}


def filled(text: str) -> str:
    """A document with its sections written anew."""
    return _SECTION.sub(lambda found: f"{found[1]}\n{_MAKERS[found[2]](found[3])}\n{found[4]}", text)


def sections(text: str) -> list[tuple[str, str]]:
    """The makers and names of a document's sections."""
    return [(found[2], found[3]) for found in _SECTION.finditer(text)]


def _command(path: tuple[str, ...], command: Any, rows: Sequence[str], like: str | None) -> Iterator[str]:
    words = " ".join(path)
    arguments = "".join(
        f" {_argument(each)}" for each in command.params if each.param_type_name == "argument"
    )
    if len(path) > 1:
        yield f"### crm {words}"
        yield ""
    yield f"`crm {words}{arguments}`"
    yield ""
    yield _meaning(command)
    yield ""
    if like:
        yield f"Takes what `crm {like}` takes."
        yield ""
    elif rows:
        yield "| | |"
        yield "|---|---|"
        yield from rows
        yield ""
    shared = [name for name in _SHARED if name in names_of(command)]
    if shared:
        yield f"Also {_listed([f'`{name}`' for name in shared])}."
        yield ""
    yield "```sh"
    yield from shown_examples(command)
    yield "```"
    yield ""


def _meaning(command: Any) -> str:
    """The help text, paragraphs joined: what stands under the usage line of ``--help``."""
    return " ".join(str(command.help).split())


def _argument(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _argument_rows(command: Any) -> Iterator[str]:
    for argument in command.params:
        if argument.param_type_name == "argument" and argument.help:
            yield f"| `{_argument(argument)}` | {_text(argument.help)} |"


def _option_rows(command: Any) -> Iterator[str]:
    for option in _options(command):
        if option.opts[0] not in (*_SHARED, "--help"):
            names = ", ".join([*option.opts, *option.secondary_opts])
            value = "" if option.is_flag else f" {_value(option)}"
            needed = "Needed. " if option.required else ""
            yield f"| `{names}{value}` | {needed}{_text(option.help or '')} |"


def _value(option: Any) -> str:
    return str(option.metavar or _TYPES.get(option.type.name) or "TEXT")


def _options(command: Any) -> list[Any]:
    return [each for each in command.params if each.param_type_name == "option"]


def shown_examples(command: Any) -> list[str]:
    """The examples beneath a command's help."""
    lines = str(command.epilog or "").splitlines()
    return [line.strip() for line in lines if line.startswith("  ")]


def _text(words: str) -> str:
    linked = " ".join(words.split()).replace("See docs/filters.md.", "See [filters](filters.md).")
    return linked.replace("|", "\\|")


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
