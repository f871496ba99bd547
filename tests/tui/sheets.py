"""Style sheets read once a session: every program under test has the same ones, and reads them anew.

That is a fifth of the time of a test. Textual itself keeps the rules of a text within one program, so they may be
shared; what they depend on, the variables of the theme included, is part of the key.
"""

from __future__ import annotations

from typing import Any, Final

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet


class Rules(dict[tuple[Any, ...], list[RuleSet]]):
    """The rules of each text under the same variables."""

    def clear(self) -> None:
        """Stay: a sheet that gets other variables looks elsewhere."""


_READ: Final[dict[frozenset[tuple[str, str]], Rules]] = {}
_init = Stylesheet.__init__
_set_variables = Stylesheet.set_variables


def _share(sheet: Stylesheet) -> None:
    sheet._parse_cache = _READ.setdefault(frozenset(sheet._variables.items()), Rules())  # type: ignore[assignment]


def init(sheet: Stylesheet, *, variables: dict[str, str] | None = None) -> None:
    """Take the place of ``Stylesheet.__init__``."""
    _init(sheet, variables=variables)
    _share(sheet)


def set_variables(sheet: Stylesheet, variables: dict[str, str]) -> None:
    """Take the place of ``Stylesheet.set_variables``."""
    _set_variables(sheet, variables)
    _share(sheet)
