"""How far on people are: lead, prospect, customer, former customer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from crm_tui.models import Lifecycle

AHEAD: Final = (Lifecycle.LEAD, Lifecycle.PROSPECT, Lifecycle.FORMER, Lifecycle.CUSTOMER)
"""Who is the furthest on of several records of one person: somebody who is a customer in one of them is one."""
_FORWARD: Final = (Lifecycle.LEAD, Lifecycle.PROSPECT, Lifecycle.CUSTOMER, Lifecycle.FORMER)
"""In which order one person goes through them: who has left comes back by buying here, not by a list made elsewhere."""


def furthest(values: Iterable[str]) -> str:
    """The one of several, at least one, that is the furthest on."""
    return max(values, key=lambda each: AHEAD.index(Lifecycle(each)))


def goes_forward(old: str, new: str) -> bool:
    """Whether somebody goes forward from one to the other."""
    return _FORWARD.index(Lifecycle(new)) > _FORWARD.index(Lifecycle(old))
