"""Quick entry: one line, understood before it is written.

``read`` takes a line apart without a look at the file, ``understand`` looks up what its names mean and says all of it
in words, ``perform`` writes exactly that as one operation; ``printed`` writes a meaning as a line again. The grammar
stands in ``grammar``.
"""

from __future__ import annotations

from crm_tui.domain.quick.grammar import LONGEST, read
from crm_tui.domain.quick.intents import VERBS, Intent, Piece, Problem, Reading
from crm_tui.domain.quick.meaning import Meaning, Understood, understand
from crm_tui.domain.quick.naming import Choice, Found
from crm_tui.domain.quick.performing import Made, perform
from crm_tui.domain.quick.printing import printed

__all__ = [
    "LONGEST", "VERBS", "Choice", "Found", "Intent", "Made", "Meaning", "Piece", "Problem", "Reading", "Understood",
    "perform", "printed", "read", "understand",
]  # fmt: skip
