"""The reading verbs of every service whose records are listed: ids, count, iterate, list."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import ClassVar, Generic, TypeVar

from crm_tui.domain import listing as lists
from crm_tui.domain.listing import Filter, Listing
from crm_tui.domain.service import Service

V = TypeVar("V")


class Listed(Service, ABC, Generic[V]):
    """A service over one listed table; ``V`` is the view its lists are made of.

    A filter is text of the filter language, a parsed filter, or None for everything. ``sort`` is a field,
    with ``-`` in front for descending. All four verbs raise UsageError for what cannot be filtered or sorted
    by.
    """

    listing: ClassVar[Listing]

    @abstractmethod
    def views(self, ids: Iterable[int]) -> Iterator[V]:
        """The records with these ids, in that order; ids that are gone are passed over."""

    def ids(
        self, condition: Filter = None, *, sort: str | None = None, limit: int | None = None, offset: int = 0
    ) -> list[int]:
        """The ids of the records that match a filter, in order."""
        return [*lists.ids(self.crm, self.listing, condition, sort=sort, limit=limit, offset=offset)]

    def count(self, condition: Filter = None) -> int:
        """How many records match a filter."""
        return lists.count(self.crm, self.listing, condition)

    def iterate(
        self, condition: Filter = None, *, sort: str | None = None, limit: int | None = None, offset: int = 0
    ) -> Iterator[V]:
        """As ``list``, a few hundred at a time."""
        return self.views(lists.ids(self.crm, self.listing, condition, sort=sort, limit=limit, offset=offset))

    # last, because below it the name would mean this verb
    def list(
        self, condition: Filter = None, *, sort: str | None = None, limit: int | None = None, offset: int = 0
    ) -> list[V]:
        """The records that match a filter, in the kind's usual order unless sorted otherwise."""
        return [*self.iterate(condition, sort=sort, limit=limit, offset=offset)]
