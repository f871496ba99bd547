"""From the words of a row to the people, companies and deals it refers to.

Stricter than what is typed at a prompt: an e-mail, a phone, an id, or the whole name, never the beginning of
one. Two matches reject the row; those put away count when nobody else matches.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.keys import Keys
from crm_tui.domain.loading.records import OWN
from crm_tui.domain.service import marks
from crm_tui.phones import phone_key
from crm_tui.text import email_key, name_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

_NAMED_ADDRESS: Final = re.compile(r"\s*['\"]?([^<>\"]*?)['\"]?\s*[<(]\s*([^<>()\s]+)\s*[>)]\s*")
_PHONE: Final = re.compile(r"[+(]*[0-9][0-9 ()+./\u00a0-]*(?: ?(?:x|ext\.?) ?[0-9]+)?")
_FEWEST_DIGITS: Final = 5
_REMEMBERED: Final = 200_000
_LARGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person as a row names them: the cell as it is, and what it says.

    Attributes:
        text: the cell.
        own_id: the id in the base that the program itself wrote the row from.
    """

    text: str
    name: str = ""
    email: str = ""
    own_id: int | None = None

    def with_name(self, name: str) -> PersonRef:
        """The same person with a name from another cell."""
        return PersonRef(self.text, self.name or name, self.email, self.own_id)


def person_ref(text: str, own_id: int | None = None) -> PersonRef:
    """What a cell says about a person: a name, an e-mail, ``Name <address>`` or ``Name (address)``."""
    match = _NAMED_ADDRESS.fullmatch(text)
    if match is not None and email_key(match[2]) is not None:
        return PersonRef(text, match[1].strip(), match[2], own_id)
    if email_key(text) is not None:
        return PersonRef(text, "", text, own_id)
    return PersonRef(text, text, "", own_id)


@dataclass(slots=True)
class Lookups:
    """Finds what rows refer to.

    Attributes:
        crm: the open base.
        region: the country of phone numbers without one.
        create_missing: make people who are not there.
        own: whether the rows are the program's own export.
    """

    crm: Crm
    region: str
    create_missing: bool = False
    own: bool = False
    _people: dict[tuple[PersonRef, str], int] = field(default_factory=dict)
    _titles: Keys | None = None

    def person(self, ref: PersonRef, company: str | None = None, column: str = "contact") -> int | None:
        """The person meant; None for somebody who is to be made.

        Raises:
            RejectedRowError: nobody, or more than one.
        """
        known = self._people.get((ref, company or ""))
        if known is not None:
            return known
        found = self._own_person(ref) or self._by_email(ref) or self._by_number(ref)
        if not found and ref.name:
            found = self._by_name(ref.name, company)
        if len(found) > 1:
            raise RejectedRowError(f'"{ref.text[:80]}" can be {self._listed("contacts", found)}', column)
        if not found:
            if self.create_missing and (ref.email or any(each.isalpha() for each in ref.name)):
                return None
            raise RejectedRowError(f'no contact is meant by "{ref.text[:80]}"', column)
        return self._remember(ref, company, found[0])

    def called(self, ref: PersonRef) -> list[int]:
        """Everybody who has that e-mail or that whole name; never by an id or a phone."""
        found = self._by_email(ref)
        if not found and any(each.isalpha() for each in ref.name):
            found = self._by_name(ref.name, None)
        return found

    def make_person(self, ref: PersonRef, company: str | None = None) -> int:
        """Make somebody who is not there, unless an earlier row has."""
        known = self.person(ref, company)
        if known is not None:
            return known
        emails = [ref.email] if ref.email else []
        if company:
            made = self.crm.contacts.add(name=ref.name or ref.email, emails=emails, company=company)
        else:
            made = self.crm.contacts.add(name=ref.name or ref.email, emails=emails)
        return self._remember(ref, company, made.id)

    def company(self, name: str) -> int | None:
        """The company of that name, None when there is none yet; see ``companies.ensure``."""
        row = self.crm.connection.execute(
            "SELECT id FROM companies WHERE name_key = ?"
            " ORDER BY archived_at IS NOT NULL, created_at, id LIMIT 1",
            (name_key(name),),
        ).fetchone()
        return int(row[0]) if row else None

    def deal(self, text: str, own_id: int | None = None, people: Sequence[int] = ()) -> int:
        """The deal meant by its title, or its id; of several with that title the one of the people.

        Raises:
            RejectedRowError: none, or more than one.
        """
        if self.own and own_id is not None:
            own = self.own_ids("deals", "title", [own_id], text)
            if own is not None:
                return own[0]
        found = self._open_first("deals", self.titled(text))
        if len(found) > 1 and people:
            found = self._of_people(found, people) or found
        if not found and text.isascii() and text.isdigit() and int(text) <= _LARGEST_ID:
            found = self._ids("SELECT id FROM deals WHERE id = ?", int(text))
        if len(found) > 1:
            raise RejectedRowError(f'"{text[:80]}" is the title of {self._listed("deals", found)}', "deal")
        if not found:
            raise RejectedRowError(f'no deal has the title "{text[:80]}"', "deal")
        return found[0]

    def titled(self, title: str) -> list[int]:
        """The deals, of those there were before the load, that have a title."""
        if self._titles is None:
            self._titles = Keys()
            for deal_id, known in self.crm.connection.execute("SELECT id, title FROM deals"):
                self._titles.add((hash(f"t{name_key(known)}"),), deal_id)
        return sorted(self._titles.get(f"t{name_key(title)}"))

    def own_ids(self, table: str, name: str, ids: Sequence[int], names: str) -> list[int] | None:
        """The records that an own export names by these ids and names: imported from its base, or those of this one.

        None when the names are not theirs.
        """
        found: list[int] = []
        for each in ids:
            # by ``records.own_key``
            found += self._ids(
                "SELECT entity_id FROM external_refs WHERE entity = ? AND source = ? AND key > ? AND key < ?",
                table,
                OWN,
                f"{each} ",
                f"{each}!",
            )
        if len(found) == len(ids) and self._names(table, name, found) == names:
            return found
        return list(ids) if self._names(table, name, ids) == names else None

    def _own_person(self, ref: PersonRef) -> list[int]:
        if not self.own or ref.own_id is None:
            return []
        return self.own_ids("contacts", "name", [ref.own_id], ref.text) or []

    def _by_email(self, ref: PersonRef) -> list[int]:
        key = email_key(ref.email) if ref.email else None
        found = self._by_method("email", key) if key else []
        if len(found) > 1 and ref.name:
            wanted = name_key(ref.name)
            found = [each for each in found if name_key(self._names("contacts", "name", [each])) == wanted]
        return found

    def _by_number(self, ref: PersonRef) -> list[int]:
        text = ref.text
        if text.isascii() and text.isdigit() and int(text) <= _LARGEST_ID:
            found = self._ids("SELECT id FROM contacts WHERE id = ?", int(text))
            if found:
                return found
        if _PHONE.fullmatch(text) and sum(each.isdigit() for each in text) >= _FEWEST_DIGITS:
            key = phone_key(text, self.region)
            return self._by_method("phone", key) if key else []
        return []

    def _by_method(self, kind: str, key: str) -> list[int]:
        found = self._ids(
            "SELECT DISTINCT contact_id FROM contact_methods WHERE normal = ? AND kind = ? LIMIT 8", key, kind
        )
        return self._open_first("contacts", found)

    def _by_name(self, name: str, company: str | None) -> list[int]:
        key = name_key(name)
        found = self._open_first(
            "contacts", self._ids("SELECT id FROM contacts WHERE name_key = ? LIMIT 50", key)
        )
        if len(found) > 1 and company:
            there = self.company(company)
            found = [
                each
                for each in found
                if self._ids(
                    "SELECT id FROM contacts WHERE id = ? AND company_id IS NOT NULL AND company_id = ?",
                    each,
                    there,
                )
            ] or found
        return found

    def _of_people(self, deals: Sequence[int], people: Sequence[int]) -> list[int]:
        return self._ids(
            f"SELECT id FROM deals WHERE id IN ({marks(deals)}) AND contact_id IN ({marks(people)})",  # noqa: S608
            *deals,
            *people,
        )

    def _open_first(self, table: str, ids: Sequence[int]) -> list[int]:
        """Of several those not put away, if there are any."""
        if len(ids) < 2:
            return list(ids)
        here = self._ids(
            f"SELECT id FROM {table} WHERE id IN ({marks(ids)}) AND archived_at IS NULL",  # noqa: S608
            *ids,
        )
        return here or list(ids)

    def _remember(self, ref: PersonRef, company: str | None, contact_id: int) -> int:
        if len(self._people) < _REMEMBERED:
            self._people[(ref, company or "")] = contact_id
        return contact_id

    def _names(self, table: str, name: str, ids: Sequence[int]) -> str:
        rows = dict(
            self.crm.connection.execute(
                f"SELECT id, {name} FROM {table} WHERE id IN ({marks(ids)})",  # noqa: S608 - fixed names
                ids,
            ).fetchall()
        )
        return ";".join(str(rows.get(each, "")) for each in ids)

    def _listed(self, table: str, ids: Sequence[int]) -> str:
        name = "name" if table == "contacts" else "title"
        return ", ".join(f"{self._names(table, name, [each])} ({each})" for each in ids[:5])

    def _ids(self, sql: str, *params: str | int | None) -> list[int]:
        return [row[0] for row in self.crm.connection.execute(sql, params)]
