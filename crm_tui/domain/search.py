"""Finding anything by what is remembered of it: the start of a name, a piece of an e-mail, a word of a note.

Matches are never ordered by rank over all of them: the newest few hundred stream from the index, and those,
with the names that begin with the query, are ranked here. So the first letter costs what a whole name costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from crm_tui.domain import search_streams as streams
from crm_tui.domain.search_query import SearchQuery, read_query
from crm_tui.domain.service import Service, chunks, marks
from crm_tui.filters import Where

if TYPE_CHECKING:
    from crm_tui.domain.search_hits import Hit

TABLES: Final = {
    "contact": "contacts",
    "company": "companies",
    "deal": "deals",
    "followup": "followups",
    "product": "products",
    "invoice": "invoices",
    "interaction": "interactions",
}
"""What can be found: the kind's word and its table, in the order in which equal matches are told."""
STREAM: Final = 500
FEW: Final = 10
"""How many of each kind ``by_kind`` tells where several kinds match."""
_NAMED: Final = 50
# with as many names found, free text is not looked through
_ENOUGH: Final = 50
_ARCHIVABLE: Final = frozenset({"contacts", "companies", "deals", "products"})
# whose documents have fragments at all
_REACHABLE: Final = frozenset({"contacts", "companies"})
_NOTHING: Final = Where("0")


class Found(NamedTuple):
    """What matches of one kind: the best of it, how much was found in all, and whether there may be more."""

    kind: str
    hits: Sequence[Hit]
    total: int
    more: bool


class Search(Service):
    """The search of every list, the find command and the search screens."""

    def condition(self, table: str, text: str) -> Where:
        """The condition that a record of the table matches a text: words, or pieces of e-mails and phones.

        Payments, which have no document of their own, match by their invoice or their reference.
        """
        if table == "payments":
            return self._payments(text)
        query = read_query(text)
        first, last = streams.span(table)
        parts: list[str] = []
        params: list[str | int] = []
        for name, expression in ((streams.KEYS, query.keys), (streams.BODY, query.body)):
            if expression is not None:
                parts.append(f"SELECT rowid - ? FROM {name} WHERE {name} MATCH ? AND rowid BETWEEN ? AND ?")  # noqa: S608 - fixed names
                params += [first, expression, first, last]
        for fragments in self._spellings(query) if table in _REACHABLE else ():
            sql, values = streams.holding_sql(fragments, query.rest, table)
            parts.append(f"SELECT rowid - ? FROM ({sql})")  # noqa: S608 - fixed names
            params += [first, *values]
        if not parts:
            return _NOTHING
        return Where(f"{table}.id IN ({' UNION '.join(parts)})", tuple(params))

    def _payments(self, text: str) -> Where:
        from crm_tui.text import fold

        invoice, folded = self.condition("invoices", text), fold(text)
        reference = "instr(crm_fold(payments.reference), ?) > 0" if folded else "payments.reference = ?"
        return Where(
            f"(payments.invoice_id IN (SELECT invoices.id FROM invoices WHERE {invoice.sql})"  # noqa: S608 - fixed texts
            f" OR coalesce({reference}, 0))",
            (*invoice.params, folded or text),
        )

    def find(self, text: str, kinds: Iterable[str] | None = None, limit: int = 50) -> list[Hit]:
        """The records that match a text, the best first; archived ones come last.

        Args:
            text: words, each by its beginning, or pieces of e-mails, phone numbers and links.
            kinds: contact, company, deal, followup, product, invoice, interaction; all when None.
            limit: how many at most.

        Raises:
            UsageError: there is no such kind.
        """
        from crm_tui.domain.search_hits import hits

        query = read_query(text)
        tables = _tables(kinds)
        place = {table: number for number, table in enumerate(TABLES.values())}
        ranked: list[tuple[tuple[int, int, int], str, int]] = []
        for table, matches in self._matches(query, tables, STREAM, limit).items():
            ranked += [((rank, place[table], -record), table, record) for record, rank in matches.items()]
        ranked.sort()
        chosen = self._active_first([each[1:] for each in ranked], limit)
        return hits(self.connection, query, chosen, self.clock)

    def by_kind(self, text: str, kind: str | None = None, most: int = STREAM) -> list[Found]:
        """What matches a text, kind by kind, the kind with the best match first; those without any come last.

        Args:
            text: as for ``find``.
            kind: the kind of which ``most`` are told, the others only counted. When None, ``FEW`` of each are told,
                or ``most`` where only one kind matches.
            most: how many are told of one kind, at most ``STREAM``.

        Raises:
            UsageError: there is no such kind.
        """
        from crm_tui.domain.search_hits import hits

        query, wanted = read_query(text), _tables(None if kind is None else [kind])
        matches = self._matches(query, list(TABLES.values()), STREAM + 1, STREAM + 1)
        if kind is None:
            wanted = [table for table, found in matches.items() if found]
        limit = min(most, STREAM) if len(wanted) == 1 else FEW
        told = []
        for place, (name, table) in enumerate(TABLES.items()):
            found = matches[table]
            ordered = sorted(found, key=lambda record: (found[record], -record))
            chosen = (
                self._active_first([(table, record) for record in ordered], limit) if table in wanted else []
            )
            # with many names found, free text was not looked through
            more = len(found) > STREAM or (query.body is not None and len(found) >= _ENOUGH)
            best = min(found.values(), default=_RANK_LAST + 1)
            count = min(len(found), STREAM)
            told.append(
                (best, place, Found(name, hits(self.connection, query, chosen, self.clock), count, more))
            )
        return [each for _, _, each in sorted(told, key=lambda each: each[:2])]

    def find_ids(self, text: str, table: str, limit: int = STREAM) -> tuple[list[int], bool]:
        """The ids of a table's active records that match, the best first, and whether there may be more."""
        matches = self._matches(read_query(text), [table], limit + 1, limit + 1)[table]
        ordered = sorted(matches, key=lambda record: (matches[record], -record))
        if table in _ARCHIVABLE:
            archived = self._archived(table, ordered)
            ordered = [record for record in ordered if record not in archived]
        return ordered[:limit], len(matches) > limit

    def named(self, table: str, text: str, limit: int = STREAM) -> list[int]:
        """The newest ids of a table whose names and titles hold the words, each by its beginning."""
        query = read_query(text)
        if query.keys is None:
            return []
        return streams.beginning(self.connection, streams.KEYS, query.keys, query, [table], limit)[table]

    def holding(self, table: str, fragment: str, limit: int = STREAM) -> list[int]:
        """The newest ids of a table with a piece (three characters at least) of an e-mail, phone or link."""
        return streams.holding(self.connection, (fragment,), None, table, limit)

    def _matches(
        self, query: SearchQuery, tables: Sequence[str], stream: int, enough: int
    ) -> dict[str, dict[int, int]]:
        """Ids and their ranks, the smaller the better: the newest matches of each table, the names that fit.

        Args:
            query: the search.
            tables: where to look.
            stream: how many of each step and table at most.
            enough: with so many of a table, looser steps are left out; so is free text with 50.
        """
        found: dict[str, dict[int, int]] = {table: {} for table in tables}
        for table in _REACHABLE.intersection(tables):
            for fragments in self._spellings(query):
                holding = streams.holding(self.connection, fragments, query.rest, table, stream)
                found[table].update(dict.fromkeys(holding, _RANK_FRAGMENT))
                if holding:
                    break
        if query.keys is None or (query.is_mail and any(found.values())):
            return found
        for table, ids in self._by_keys(query, query.keys, tables, stream, enough).items():
            for record, keys in streams.keys_of(self.connection, table, ids).items():
                found[table][record] = min(found[table].get(record, _RANK_LAST), rank(keys, query.words))
            for record in self._beginning(query, table):
                found[table].setdefault(record, _RANK_BEGINS)
        self._add_bodies(query, found, stream, min(enough, _ENOUGH))
        return found

    def _by_keys(
        self, query: SearchQuery, prefixes: str, tables: Sequence[str], stream: int, enough: int
    ) -> dict[str, list[int]]:
        """The newest ids by name and title: whole words first, then beginnings where those are too few."""
        found = {table: list[int]() for table in tables}
        if query.whole is not None:
            found = streams.matching(self.connection, streams.KEYS, query.whole, tables, stream)
        few = [table for table, ids in found.items() if len(ids) < enough]
        more = streams.beginning(self.connection, streams.KEYS, prefixes, query, few, stream)
        return {table: [*dict.fromkeys([*ids, *more.get(table, ())])] for table, ids in found.items()}

    def _add_bodies(
        self, query: SearchQuery, found: dict[str, dict[int, int]], stream: int, enough: int
    ) -> None:
        """Add what only free text holds, where names are too few: whole words, then beginnings."""
        few = [table for table, matches in found.items() if len(matches) < enough]
        if query.whole is None or query.body is None:
            return
        whole = streams.matching(self.connection, streams.BODY, query.whole, few, stream)
        for table, ids in whole.items():
            found[table].update({record: _RANK_BODY for record in ids if record not in found[table]})
        if few and sum(len(matches) for matches in found.values()) < enough:
            begun = streams.beginning(self.connection, streams.BODY, query.body, query, few, stream)
            for table, ids in begun.items():
                found[table].update({record: _RANK_BODY for record in ids if record not in found[table]})

    def _beginning(self, query: SearchQuery, table: str) -> list[int]:
        """A few ids whose whole name begins with the query, the shortest names first."""
        if table not in ("contacts", "companies"):
            return []
        key = " ".join(query.words)
        rows = self.connection.execute(
            f"SELECT id FROM {table} WHERE name_key >= ? AND name_key < ? ORDER BY name_key, id DESC LIMIT ?",  # noqa: S608 - names of the schema only
            (key, key + "\U0010ffff", _NAMED),
        )
        return [record for (record,) in rows]

    def _spellings(self, query: SearchQuery) -> Iterator[tuple[str, ...]]:
        """The fragments as typed and, when one is a phone number in the local way, as dialled from abroad."""
        if not query.fragments:
            return
        yield query.fragments
        other = tuple(self._international(each) for each in query.fragments)
        if other != query.fragments:
            yield other

    def _international(self, digits: str) -> str:
        if not digits.isdigit() or len(digits) < _WHOLE_NUMBER:
            return digits
        from crm_tui.phones import phone_digits, phone_key

        key = phone_key(digits, self.crm.config.region)
        return phone_digits(key) if key is not None else digits

    def _active_first(self, ranked: Sequence[tuple[str, int]], limit: int) -> list[tuple[str, int, bool]]:
        """The first of the ranked records as (table, id, archived), the archived ones behind the others."""
        active: list[tuple[str, int, bool]] = []
        away: list[tuple[str, int, bool]] = []
        for part in chunks(ranked, max(limit, 1)):
            archived = {
                table: self._archived(table, [record for name, record in part if name == table])
                for table in _ARCHIVABLE
            }
            for table, record in part:
                gone = record in archived.get(table, ())
                (away if gone else active).append((table, record, gone))
            if len(active) >= limit:
                break
        return (active + away)[:limit]

    def _archived(self, table: str, ids: Sequence[int]) -> set[int]:
        found: set[int] = set()
        for part in chunks(ids):
            rows = self.connection.execute(
                f"SELECT id FROM {table} WHERE id IN ({marks(part)}) AND archived_at IS NOT NULL",  # noqa: S608
                part,
            )
            found.update(record for (record,) in rows)
        return found


_WHOLE_NUMBER: Final = 6
_RANK_EXACT, _RANK_BEGINS, _RANK_FRAGMENT, _RANK_IN_ORDER, _RANK_WORDS, _RANK_BODY, _RANK_LAST = range(7)


def rank(keys: str, words: Sequence[str]) -> int:
    """How well folded keys fit the words of a query, the smaller the better."""
    typed = " ".join(words)
    if keys.startswith(typed):
        return _RANK_EXACT if keys[len(typed) : len(typed) + 1] in ("", " ") else _RANK_BEGINS
    return _RANK_IN_ORDER if f" {typed}" in keys else _RANK_WORDS


def _tables(kinds: Iterable[str] | None) -> list[str]:
    if kinds is None:
        return list(TABLES.values())
    wanted = [kind.strip().lower() for kind in kinds]
    unknown = next((kind for kind in wanted if kind not in TABLES), None)
    if unknown is not None:
        from crm_tui.errors import UsageError

        raise UsageError(f'"{unknown[:60]}" is no kind of record.', f"It is one of: {', '.join(TABLES)}.")
    return [TABLES[kind] for kind in dict.fromkeys(wanted)]
