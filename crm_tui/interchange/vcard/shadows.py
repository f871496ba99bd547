"""Properties that say more than the field they fill, and properties as lines that are kept.

Such a line is kept beside its field and comes out in its place for as long as it says the same: the department after
the company, the parts of an address, the hour of a birth.
"""

from __future__ import annotations

import re
from typing import Final

from crm_tui.interchange import content_lines as cl

_PARAMETER: Final = re.compile(r"[A-Z0-9-]+")


def text_of(line: cl.Line) -> str:
    """A property as one unfolded line without its group, in the form of vCard 3.0 and 4.0."""
    params = [
        (name, value)
        for name, values in line.params.items()
        if _PARAMETER.fullmatch(name)
        for value in values
    ]
    return cl.unfolded(cl.write(line.name, line.value, params))


def name(value: str) -> str:
    """The line that keeps what N says besides given and family name."""
    parts = [*cl.split(value, ";"), "", "", "", "", ""][2:5]
    return "=N:;;" + ";".join(parts)


def address(value: str) -> str:
    """The text of an ADR: street, postcode and town, region, country, joined by commas as in imports of tables."""
    parts = [", ".join(_texts(each)) for each in cl.split(value, ";")]
    box, extended, street, town, region, code, country = (*parts, *[""] * 7)[:7]
    return ", ".join(
        each for each in (box, extended, street, f"{code} {town}".strip(), region, country) if each
    )


def _texts(component: str) -> list[str]:
    return [text for each in cl.split(component, ",") if (text := cl.unescape(each).strip())]
