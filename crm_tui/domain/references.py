"""From what was typed to the one record it means: an id, an e-mail, a phone, a name or the start of one.

One rule: never a guess. The steps go from the strict to the loose, and the first step that finds anything
decides: one record is the answer, several are an error that names them. Records that were put away, and
follow-ups that are no longer open, count only when no other one matches; an id always counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crm_tui.domain.search_query import SHORT, number_digits
from crm_tui.domain.service import Service, chunks, marks
from crm_tui.errors import AmbiguousError, NotFoundError
from crm_tui.text import email_key, name_key, words

CANDIDATES: Final = 5
"""How many candidates an error names."""
_LOOKED_AT: Final = 2000
_LARGEST_ID: Final = 2**63 - 1
_LONGEST_ID: Final = 19
_PHONE: Final = r"[+(]*[0-9][0-9 ()+./-]*"
_FEWEST_DIGITS: Final = 5


@dataclass(frozen=True, slots=True)
class _Kind:
    """What references need to know of a table.

    Attributes:
        noun: the word for one record.
        table: the table.
        name: the column of its name.
        active: the trusted condition of the records that count first.
        keyed: whether it has an indexed ``name_key``.
        methods: the table of its e-mails and phones and the column that points back, if it has any.
    """

    noun: str
    table: str
    name: str
    active: str
    keyed: bool = False
    methods: tuple[str, str] = ("", "")


_CONTACT: Final = _Kind(
    "contact", "contacts", "name", "archived_at IS NULL", True, ("contact_methods", "contact_id")
)
_COMPANY: Final = _Kind(
    "company", "companies", "name", "archived_at IS NULL", True, ("company_methods", "company_id")
)
_DEAL: Final = _Kind("deal", "deals", "title", "archived_at IS NULL")
_FOLLOWUP: Final = _Kind("followup", "followups", "title", "status = 'open'")
_PRODUCT: Final = _Kind("product", "products", "name", "archived_at IS NULL")
_INVOICE: Final = _Kind("invoice", "invoices", "number", "1")
_KINDS: Final = {kind.noun: kind for kind in (_CONTACT, _COMPANY, _DEAL, _FOLLOWUP)}
Found = list[tuple[int, str]]


class References(Service):
    """Every REF of the command line and the interface."""

    def contact(self, ref: str) -> int:
        """The id of the person meant.

        Raises:
            NotFoundError: nobody.
            AmbiguousError: more than one; the message names them.
        """
        return self._id(_CONTACT, ref)

    def company(self, ref: str) -> int:
        """The id of the company meant, by its web domain as well.

        Raises:
            NotFoundError: none.
            AmbiguousError: more than one; the message names them.
        """
        return self._id(_COMPANY, ref)

    def deal(self, ref: str) -> int:
        """The id of the deal meant.

        Raises:
            NotFoundError: none.
            AmbiguousError: more than one; the message names them.
        """
        return self._id(_DEAL, ref)

    def followup(self, ref: str) -> int:
        """The id of the follow-up meant; by its title an open one before a finished one.

        Raises:
            NotFoundError: none.
            AmbiguousError: more than one; the message names them.
        """
        return self._id(_FOLLOWUP, ref)

    def interaction(self, ref: str) -> int:
        """The id of the interaction meant; interactions are named by id alone.

        Raises:
            NotFoundError: none.
        """
        found = self._by_id("interactions", ref.strip())
        if found is None:
            raise NotFoundError(
                f'There is no interaction "{_short(ref)}".',
                "An interaction is named by its id; crm timeline shows it.",
            )
        return found

    def product(self, ref: str) -> int:
        """The id of the product meant: by its SKU or id, or its name; ``id:12`` and ``sku:12`` say which.

        Raises:
            NotFoundError: none.
            AmbiguousError: more than one; the message names them.
        """
        return self._coded(_PRODUCT, "sku", ref) or self._id(_PRODUCT, ref)

    def invoice(self, ref: str) -> int:
        """The id of the invoice meant: by its number or id; ``id:12`` and ``number:12`` say which.

        Raises:
            NotFoundError: none.
            AmbiguousError: the text is the number of one and the id of another.
        """
        found = self._coded(_INVOICE, "number", ref)
        if found is None:
            raise NotFoundError(
                f'There is no invoice "{_short(ref)}".',
                "An invoice is named by its number; crm invoice list shows it.",
            )
        return found

    def payment(self, ref: str) -> int:
        """The id of the payment meant; payments are named by id alone.

        Raises:
            NotFoundError: none.
        """
        found = self._by_id("payments", ref.strip())
        if found is None:
            raise NotFoundError(
                f'There is no payment "{_short(ref)}".',
                "A payment is named by its id; crm payment list shows it.",
            )
        return found

    def matches(self, noun: str, ref: str) -> Found:
        """Whom or what a reference could mean, as (id, name): none, the one, or several.

        Args:
            noun: contact, company, deal or followup.
            ref: what was typed.
        """
        kind = _KINDS[noun]
        text = " ".join(ref.split())
        by_id = self._by_id(kind.table, text)
        if by_id is not None:
            row = self.connection.execute(f"SELECT id, {kind.name} FROM {kind.table} WHERE id = ?", (by_id,))  # noqa: S608 - names of the schema only
            return row.fetchall()
        return self._matching(kind, text)

    def near(self, noun: str, ref: str) -> tuple[int, str] | None:
        """The active record whose name is nearest to what was typed, if one is near."""
        return self._near(_KINDS[noun], " ".join(ref.split()))[0]

    def pipeline(self, ref: str) -> int:
        """The id of the pipeline meant.

        Raises:
            NotFoundError: none.
            AmbiguousError: more than one; the message names them.
        """
        rows = self.connection.execute(
            "SELECT id, name, archived_at IS NULL FROM pipelines ORDER BY id"
        ).fetchall()
        return self._among("pipeline", ref, rows, "crm pipeline list shows those there are.")

    def stage(self, ref: str, pipeline_id: int | None = None) -> int:
        """The id of the stage meant, of one pipeline or of any.

        Raises:
            NotFoundError: none.
            AmbiguousError: more than one; the message names them.
        """
        rows = self.connection.execute(
            "SELECT id, name, archived_at IS NULL FROM stages WHERE ? IN (pipeline_id, 0)"
            " ORDER BY position, id",
            (pipeline_id or 0,),
        ).fetchall()
        names = ", ".join(name for _, name, active in rows if active)
        return self._among(
            "stage", ref, rows, f"The stages are {names}." if names else "crm stage add makes one."
        )

    def _id(self, kind: _Kind, ref: str) -> int:
        text = " ".join(ref.split())
        by_id = self._by_id(kind.table, text)
        if by_id is not None:
            return by_id
        found = self._matching(kind, text)
        if found:
            return _only(kind.noun, text, found)
        raise NotFoundError(f'No {kind.noun} matches "{_short(ref)}".', self._hint(kind, text))

    def _matching(self, kind: _Kind, text: str) -> Found:
        """What the strictest step that finds anything finds."""
        if text:
            for active in (kind.active, f"NOT ({kind.active})"):
                for step in self._steps(kind, text, active):
                    found = step()
                    if found:
                        return found
        return []

    def _coded(self, kind: _Kind, code: str, ref: str) -> int | None:
        """The id of the record with that code or id, the code in whatever case if in no other way; None for none.

        Raises:
            AmbiguousError: one has the code, another the id.
        """
        text = ref.strip()
        said, _, rest = text.partition(":")
        by_code = [] if said == "id" and rest else self._with_code(kind, code, rest if said == code else text)
        by_id = None if said == code and rest else self._by_id(kind.table, rest if said == "id" else text)
        ids = {row_id for row_id, _ in by_code} | ({by_id} if by_id is not None else set())
        if len(ids) > 1:
            known = "" if by_id is None else f" Say {code}:{text} or id:{text}."
            named = [*by_code, *([(by_id, f"{kind.noun} {by_id}")] if by_id is not None else [])]
            raise AmbiguousError(
                f'"{_short(text)}" matches {len(ids)} {kind.table}: {_named(named[:CANDIDATES])}.',
                known.strip() or "Write it exactly as it is kept.",
            )
        return next(iter(ids), None)

    def _with_code(self, kind: _Kind, code: str, text: str) -> Found:
        rows = f"SELECT id, {code} FROM {kind.table} WHERE {code} = ?"  # noqa: S608 - names of the schema only
        exact = self.connection.execute(rows, (text,)).fetchall()
        if exact or not words(text):
            return exact
        key = name_key(text)
        found: Found = []
        for part in chunks(self.crm.search.named(kind.table, text, _LOOKED_AT)):
            found += self.connection.execute(
                f"SELECT id, {code} FROM {kind.table} WHERE id IN ({marks(part)})",  # noqa: S608
                part,
            ).fetchall()
        return [each for each in found if name_key(each[1]) == key]

    def _by_id(self, table: str, text: str) -> int | None:
        if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_ID or int(text) > _LARGEST_ID:
            return None
        row = self.connection.execute(f"SELECT id FROM {table} WHERE id = ?", (int(text),)).fetchone()  # noqa: S608
        return None if row is None else int(row[0])

    def _steps(self, kind: _Kind, text: str, active: str) -> Iterator[Callable[[], Found]]:
        if kind.methods[0]:
            if "@" in text:
                yield lambda: self._by_email(kind, text, active)
            if re.fullmatch(_PHONE, text):
                yield lambda: self._by_phone(kind, text, active)
        if kind.keyed:
            key = name_key(text)
            yield lambda: self._rows(kind, "name_key = ?", (key,), active)
            if kind is _COMPANY and "." in text:
                yield lambda: self._rows(kind, "domain = ?", (text.lower(),), active)
            yield lambda: self._rows(
                kind, "name_key >= ? AND name_key < ?", (key, key + "\U0010ffff"), active
            )
            yield lambda: _all_words(text, self._searched(kind, text, active))
        else:
            yield lambda: self._by_title(kind, text, active)

    def _rows(self, kind: _Kind, condition: str, params: tuple[str, ...], active: str) -> Found:
        return self.connection.execute(
            f"SELECT id, {kind.name} FROM {kind.table} WHERE {condition} AND {active} LIMIT {CANDIDATES + 1}",  # noqa: S608 - names of the schema only
            params,
        ).fetchall()

    def _by_email(self, kind: _Kind, text: str, active: str) -> Found:
        key = email_key(text)
        if key is not None:
            return self._by_method(kind, "m.kind = 'email' AND m.normal = ?", (key,), active)
        start = text.casefold()
        return self._by_method(
            kind, "m.kind = 'email' AND m.normal >= ? AND m.normal < ?", (start, start + "\U0010ffff"), active
        )

    def _by_phone(self, kind: _Kind, text: str, active: str) -> Found:
        """Whose number it is; without such a number, whose number ends so."""
        from crm_tui.phones import phone_digits, phone_key

        key = phone_key(text, self.crm.config.region)
        found = self._by_method(kind, "m.kind = 'phone' AND m.normal = ?", (key,), active) if key else []
        digits = number_digits(text)
        if found or len(digits) < _FEWEST_DIGITS:
            return found
        table, owner = kind.methods
        ids = self.crm.search.holding(kind.table, digits, _LOOKED_AT)
        ending: dict[int, str] = {}
        for part in chunks(ids):
            rows = self.connection.execute(
                f"SELECT r.id, r.name, coalesce(m.normal, m.value) FROM {table} m"  # noqa: S608 - fixed names
                f" JOIN {kind.table} r ON r.id = m.{owner}"
                f" WHERE m.kind = 'phone' AND r.id IN ({marks(part)}) AND {active}",
                part,
            )
            ending |= {
                row_id: name
                for row_id, name, number in rows
                if re.sub(r"\D", "", phone_digits(number)).endswith(digits)
            }
        return [*ending.items()]

    def _by_method(self, kind: _Kind, condition: str, params: tuple[str, ...], active: str) -> Found:
        table, owner = kind.methods
        return self.connection.execute(
            f"SELECT DISTINCT r.id, r.name FROM {table} m JOIN {kind.table} r ON r.id = m.{owner}"  # noqa: S608
            f" WHERE {condition} AND {active} LIMIT {CANDIDATES + 1}",
            params,
        ).fetchall()

    def _by_title(self, kind: _Kind, text: str, active: str) -> Found:
        """Titles have no index of their own: the search narrows them down, then the strictest fit counts."""
        found = self._searched(kind, text, active)
        if not words(text):
            found = self._rows(kind, f"{kind.name} = ? COLLATE NOCASE", (text,), active)
        key = name_key(text)
        keys = [(each, name_key(each[1])) for each in found]
        exact = [each for each, known in keys if known == key]
        begun = [each for each, known in keys if known.startswith(key)]
        return exact or begun or _all_words(text, found)

    def _searched(self, kind: _Kind, text: str, active: str) -> Found:
        ids = self.crm.search.named(kind.table, text, _LOOKED_AT)
        found: Found = []
        for part in chunks(ids):
            found += self.connection.execute(
                f"SELECT id, {kind.name} FROM {kind.table} WHERE id IN ({marks(part)}) AND {active}",  # noqa: S608 - names of the schema only
                part,
            ).fetchall()
        return found

    def _among(self, noun: str, ref: str, rows: Sequence[tuple[int, str, int]], hint: str) -> int:
        """The one of a few named records that is meant, by id, name or the start of the name."""
        text = " ".join(ref.split())
        by_id = next((row_id for row_id, _, _ in rows if str(row_id) == text), None)
        if by_id is not None:
            return by_id
        key = name_key(text)
        for wanted in (1, 0) if text else ():
            keys = [((row_id, name), name_key(name)) for row_id, name, active in rows if active == wanted]
            exact = [each for each, known in keys if known == key]
            begun = [each for each, known in keys if known.startswith(key)]
            if exact or begun:
                return _only(noun, text, exact or begun)
        raise NotFoundError(f'No {noun} matches "{_short(ref)}".', hint)

    def _hint(self, kind: _Kind, text: str) -> str:
        """The nearest name and how to look further."""
        near, start = self._near(kind, text)
        if not start:
            return f"crm {kind.noun} list shows those there are."
        look = f"Try crm find {start}."
        return f"Nearest: {_named([near])}. {look}" if near else look

    def _near(self, kind: _Kind, text: str) -> tuple[tuple[int, str] | None, str]:
        """The nearest name, and the beginning by which it was found; empty when nothing was."""
        typed = words(text)
        for start in (typed[0], typed[0][:SHORT], typed[0][:1]) if typed else ():
            known = self._searched(kind, start, kind.active)
            if known:
                return _nearest(name_key(text), known), start
        return None, ""


def _only(noun: str, text: str, found: Found) -> int:
    """The id when there is one.

    Raises:
        AmbiguousError: there are several.
    """
    if len(found) == 1:
        return int(found[0][0])
    several = str(len(found)) if len(found) <= CANDIDATES else f"more than {CANDIDATES}"
    plural = {"company": "companies"}.get(noun, f"{noun}s")
    raise AmbiguousError(
        f'"{_short(text)}" matches {several} {plural}: {_named(found[:CANDIDATES])}.',
        "Give the number in brackets, or more of the name.",
    )


def _all_words(text: str, found: Iterable[tuple[int, str]]) -> Found:
    """Those whose own name has a word beginning with each word of the text."""
    wanted = words(text)
    return [
        each
        for each in found
        if all(any(word.startswith(start) for word in words(each[1])) for start in wanted)
    ]


def _nearest(key: str, known: Found) -> tuple[int, str] | None:
    from difflib import SequenceMatcher

    best, likeness = None, 0.5
    for each in known[:500]:
        ratio = SequenceMatcher(None, key, name_key(each[1])[: 2 * len(key)]).ratio()
        if ratio > likeness:
            best, likeness = each, ratio
    return best


def _named(found: Found) -> str:
    return ", ".join(f"{_short(name)} ({row_id})" for row_id, name in found)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"
