"""From likely pairs to groups of which every member can be the same as every other.

Two people who share a phone with a third stay two: a group takes in another only when nobody in it is known to be
somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

AUTOMATIC: Final = 0.9
"""The score from which two records are taken for the same."""
SUGGESTED: Final = 0.6
"""The score from which a person is asked to look."""
_LARGEST: Final = 200


class Pair(NamedTuple):
    """Two records, the smaller id first, how likely they are the same (0 to 1), and why in words."""

    first: int
    second: int
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Group:
    """Records that are likely the same.

    Attributes:
        ids: the records, by id.
        score: the score of the weakest link that holds them together, 0 to 1.
        automatic: whether that is beyond doubt for practical purposes; else it is a suggestion.
        reasons: why each record is in the group, by its id.
    """

    ids: tuple[int, ...]
    score: float
    automatic: bool
    reasons: dict[int, str]

    @property
    def reason(self) -> str:
        """Why they are together, each reason once."""
        return "; ".join(dict.fromkeys(self.reasons.values()))


def grouped(
    pairs: Iterable[Pair],
    fits: Callable[[int, int], bool],
    may_fit: Callable[[int, int], bool] | None = None,
) -> list[Group]:
    """The groups that pairs make, the surest first.

    What is sure makes groups by itself; a suggestion joins whole groups, each shown by its first record.

    Args:
        pairs: those at or above the threshold.
        fits: whether two records may be in one group.
        may_fit: the same for a suggestion of two, where another name is no obstacle; ``fits`` when None.
    """
    may_fit = may_fit or fits
    ordered = sorted(pairs, key=lambda pair: (-pair.score, pair.first, pair.second))
    sure = _Joined(fits)
    for pair in ordered:
        if pair.score >= AUTOMATIC:
            sure.join(pair.first, pair.second, pair)
    maybe = _Joined(lambda one, other: _all_fit(sure.members(one), sure.members(other), fits))
    twos: dict[tuple[int, int], Pair] = {}
    for pair in ordered:
        first, second = sorted((sure.head(pair.first), sure.head(pair.second)))
        if pair.score >= AUTOMATIC or first == second or maybe.join(first, second, pair):
            continue
        if _all_fit(sure.members(first), sure.members(second), may_fit):
            twos.setdefault((first, second), pair)
    found = [*sure.groups(automatic=True), *maybe.groups(automatic=False)]
    found += [Group(two, pair.score, False, dict.fromkeys(two, pair.reason)) for two, pair in twos.items()]
    return sorted(found, key=lambda group: (not group.automatic, -group.score, group.ids))


class _Joined:
    """Disjoint sets that grow by pairs, and the pairs that joined them."""

    def __init__(self, fits: Callable[[int, int], bool]) -> None:
        self._fits = fits
        self._set_of: dict[int, list[int]] = {}
        self._links: dict[int, list[tuple[int, int, Pair]]] = {}

    def join(self, one: int, other: int, pair: Pair) -> bool:
        """Put two sets together unless somebody in one cannot be the same as somebody in the other."""
        left, right = self.members(one), self.members(other)
        if left is right:
            return True
        if len(left) + len(right) > _LARGEST or not _all_fit(left, right, self._fits):
            return False
        links = [*self._links.pop(left[0], []), *self._links.pop(right[0], []), (one, other, pair)]
        joined = sorted([*left, *right])
        for each in joined:
            self._set_of[each] = joined
        self._links[joined[0]] = links
        return True

    def members(self, record_id: int) -> list[int]:
        """The set a record is in."""
        return self._set_of.get(record_id) or self._set_of.setdefault(record_id, [record_id])

    def head(self, record_id: int) -> int:
        """The first record of its set."""
        return self.members(record_id)[0]

    def groups(self, *, automatic: bool) -> list[Group]:
        """The sets of more than one."""
        return [self._group(links, automatic) for links in self._links.values()]

    def _group(self, links: Sequence[tuple[int, int, Pair]], automatic: bool) -> Group:
        reasons: dict[int, str] = {}
        for one, other, pair in links:
            reasons.setdefault(one, pair.reason)
            reasons.setdefault(other, pair.reason)
        ids = tuple(sorted(reasons))
        score = min(pair.score for _, _, pair in links)
        return Group(ids, score, automatic, {each: reasons[each] for each in ids})


def _all_fit(left: Sequence[int], right: Sequence[int], fits: Callable[[int, int], bool]) -> bool:
    return all(fits(one, other) for one in left for other in right)
