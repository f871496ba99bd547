"""How often deals that were in a stage were won: the own win rate of each stage, and how sure it is.

Of the deals that ever entered the stage and are closed, the share that was won. A stage that was skipped was not
entered. Deals that were put away do not count, and no filter narrows it: history is short enough as it is. Only the
``RECENT`` deals closed last are looked at, so that the answer comes at once and speaks of how one sells now.

The interval is Wilson's (E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal
of the American Statistical Association 22, 1927): with the share p = won / n and z = 1.96 for 95 percent,
(p + z²/2n ± z √(p(1 - p)/n + z²/4n²)) / (1 + z²/n).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

from crm_tui.models import StageType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.asking import Deals

FEWEST: Final = 20
"""Closed deals from which on the own rate is used; below it the configured probabilities are."""
RECENT: Final = 1000
Z: Final = 1.96
"""The quantile of the normal distribution for 95 percent."""
_SHARES: Final = """WITH closed AS (SELECT deals.id, deals.status FROM {source}
    WHERE deals.closed_on IS NOT NULL AND deals.archived_at IS NULL
    ORDER BY deals.closed_on DESC, deals.id DESC LIMIT ?)
    SELECT m.to_stage_id, count(DISTINCT c.id), count(DISTINCT CASE WHEN c.status = 'won' THEN c.id END)
    FROM closed c CROSS JOIN {moves} m ON m.deal_id = c.id AND m.moved_at < ?
    JOIN stages s ON s.id = m.to_stage_id WHERE s.type = 'open' GROUP BY m.to_stage_id"""


@dataclass(frozen=True, slots=True)
class Share:
    """Of ``n`` closed deals that had entered a stage, ``won`` were won."""

    won: int
    n: int

    @property
    def rate(self) -> float:
        """The share."""
        return self.won / self.n

    @property
    def is_used(self) -> bool:
        """Whether they are enough to go by."""
        return self.n >= FEWEST


def shares(deals: Deals) -> dict[int, Share]:
    """The share of each open stage that closed deals had entered, as known at the end of the day."""
    rows = deals.crm.connection.execute(
        _SHARES.format(source=deals.source, moves=deals.moves), (RECENT, deals.until)
    )
    return {stage_id: Share(won, n) for stage_id, n, won in rows}


def interval(won: int, n: int) -> tuple[float, float]:
    """Wilson's 95 percent interval of a share; n is at least 1."""
    share, squared = won / n, Z * Z
    middle = share + squared / (2 * n)
    half = Z * sqrt(share * (1 - share) / n + squared / (4 * n * n))
    whole = 1 + squared / n
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def notes(crm: Crm, found: Mapping[int, Share], used: Collection[int]) -> Iterator[str]:
    """What each stage's expectation goes by: ``used`` are the stages in which there are deals."""
    several = len(crm.pipelines.list()) > 1
    for stage in crm.pipelines.stages():
        if stage.type is not StageType.OPEN or stage.id not in used:
            continue
        name = f"{stage.pipeline}: {stage.name}" if several else stage.name
        share = found.get(stage.id, Share(0, 0))
        if share.is_used:
            low, high = interval(share.won, share.n)
            yield (
                f"{name}: own win rate {share.rate * 100:.0f} % of n = {share.n:,}"
                f" (95 %: {low * 100:.0f} to {high * 100:.0f} %)."
            )
        else:
            yield f"{name}: configured probabilities, for n = {share.n} is below {FEWEST}."
