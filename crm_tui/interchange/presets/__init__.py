"""The presets: recipes of the package for what other programs export, known by the names in its header.

A preset is a file beside this one, written like any recipe, so that a copy of it can be changed and given to
``crm import --recipe``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from crm_tui.errors import UsageError
from crm_tui.interchange.options import Options, from_recipe
from crm_tui.interchange.table import beginning, find_header

NAMES: Final = (
    "google", "linkedin", "hubspot-deals", "hubspot-contacts", "hubspot-companies", "pipedrive-deals",
    "pipedrive-people", "pipedrive-organizations", "salesforce-opportunities", "salesforce-leads",
    "salesforce-contacts", "salesforce-accounts", "shopify", "woocommerce", "outlook",
)  # fmt: skip
"""All of them. A header that several know is the first one's: deals name people and companies, not they deals."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One of them.

    Attributes:
        name: its name, the program first: ``hubspot-deals``.
        options: how files are read with it.
    """

    name: str
    options: Options

    @property
    def program(self) -> str:
        """The program whose files it reads."""
        return self.name.partition("-")[0]

    @property
    def described(self) -> str:
        """What a file read with it is, such as "a HubSpot export of deals"."""
        title = self.options.title
        return f"{'an' if title[:1] in 'AEIOU' else 'a'} {title}"


def text(name: str) -> str:
    """A preset as the recipe that it is.

    Raises:
        UsageError: there is none of that name, or there are several.
    """
    wanted = name.strip().lower()
    if wanted in NAMES:
        return (files(__package__) / f"{wanted}.toml").read_text(encoding="utf-8")
    several = [each for each in NAMES if each.partition("-")[0] == wanted]
    if several:
        raise UsageError(f"{name} has {len(several)} presets.", f"Use one of: {', '.join(several)}.")
    raise UsageError(f'There is no preset "{name}".', f"Use one of: {', '.join(NAMES)}.")


@cache
def get(name: str) -> Preset:
    """A preset by its name.

    Raises:
        UsageError: there is none of that name, or there are several.
    """
    return Preset(name, from_recipe(tomllib.loads(text(name))))


def recognised(path: Path, encoding: str | None = None, kind: str | None = None) -> Preset | None:
    """The preset that knows the header of a file; with ``kind`` only one for such rows.

    Raises:
        UsageError: there is no such encoding.
        InvalidDataError: the file cannot be read, or is empty.
    """
    return next(_fitting(beginning(path, encoding=encoding), NAMES, kind), None)


def of_program(path: Path, program: str, encoding: str | None = None, kind: str | None = None) -> Preset:
    """The preset of a program that knows the header of a file.

    Raises:
        UsageError: none of them does, or there is no such encoding.
        InvalidDataError: the file cannot be read, or is empty.
    """
    lines = beginning(path, encoding=encoding)
    names = [name for name in NAMES if name.partition("-")[0] == program]
    found = next(_fitting(lines, names, kind), None)
    if found is not None:
        return found
    title = get(names[0]).options.title.partition(" export")[0]
    rows = f" of {kind}" if kind else ""
    other = next(_fitting(lines, NAMES, None), None)
    raise UsageError(
        f"{path.name} has not the header of a {title} export{rows}."
        if other is None
        else f"{path.name} is no {title} export{rows}; its header is that of {other.described}.",
        "Leave --from out, or say --from csv and what its columns hold with --map.",
    )


def _fitting(lines: Sequence[str], names: Sequence[str], kind: str | None) -> Iterator[Preset]:
    for name in names:
        preset = get(name)
        if kind in (None, preset.options.kind) and find_header(lines, preset.options.header) is not None:
            yield preset
