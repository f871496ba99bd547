"""Which records are worth comparing: those that share a mark. Never all with all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain, combinations, pairwise


class Blocks:
    """Places of records by a mark; only the hash of a mark is kept, and a list only where two share it."""

    def __init__(self) -> None:
        self._found: dict[int, int | list[int]] = {}

    def add(self, mark: Hashable, place: int) -> None:
        """Note that the record at a place has a mark."""
        found = self._found
        known = found.setdefault(hash(mark), place)
        if known is place:
            return
        if not isinstance(known, list):
            known = found[hash(mark)] = [known]
        if known[-1] != place:
            known.append(place)

    def shared(self) -> Iterator[list[int]]:
        """The places that share a mark, two or more at a time."""
        return (known for known in self._found.values() if isinstance(known, list) and len(known) > 1)


def pairs_of(
    places: Sequence[int], most: int, finer: Callable[[int], Hashable] | None = None
) -> Iterable[tuple[int, int]]:
    """Every pair of a block; of one with more than ``most`` only those that share a finer mark, or none.

    Where even those are more, each is paired with the next: enough to join what is the same.
    """
    if len(places) <= most:
        return combinations(places, 2)
    if finer is None:
        return ()
    blocks: dict[Hashable, list[int]] = {}
    for place in places:
        blocks.setdefault(finer(place), []).append(place)
    return chain.from_iterable(
        combinations(block, 2) if len(block) <= most else pairwise(block) for block in blocks.values()
    )
