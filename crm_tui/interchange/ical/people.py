"""Who an entry is about: the addresses in it, and which of them are people of the base.

A person is known by the mail address alone, for a name in somebody's calendar may be anybody's. The person's own
addresses, rooms and those who declined take no part. In what the program itself wrote the people are CONTACT lines;
an ATTENDEE there would be sent invitations by some calendars.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.lookups import Lookups, PersonRef
from crm_tui.interchange.content_lines import Line, unescape
from crm_tui.interchange.ical.components import Properties
from crm_tui.text import email_key

OWN_ID: Final = "X-CRM-ID"
OWN_MAIL: Final = "X-CRM-EMAIL"
_ADDRESS: Final = re.compile(r"[^\s<>;,\"':]+@[^\s<>;,\"':]+")
_NOBODY: Final = re.compile(
    r"@(?:group|resource)\.(?:v\.)?calendar\.google\.com$|^unknownorganizer@|^no-?reply@"
)
_LONGEST: Final = 1000
_MOST_NAMED: Final = 12


@dataclass(slots=True)
class People:
    """Finds the people of the entries of one load.

    Attributes:
        lookups: finds and makes people; it is to make those missing, so that none found and several differ.
        create: make those who are not there.
        own: the keys of the person's own addresses.
        unknown: how often each unknown address was met.
    """

    lookups: Lookups
    create: bool
    own: frozenset[str]
    unknown: Counter[str] = field(default_factory=Counter)

    def of(self, entry: Properties, *, written_here: bool) -> tuple[list[PersonRef], list[Line]]:
        """The people of an entry who are known or to be made, and the program's own lines of those who are not.

        Raises:
            RejectedRowError: an address is that of several people.
        """
        if written_here:
            return self._written_here(entry.every("CONTACT"))
        found: list[PersonRef] = []
        for line in [*entry.every("ATTENDEE", "CONTACT"), *entry.every("ORGANIZER")]:
            name, mail = _named(line)
            if mail and not self._is_nobody(line, mail):
                self._take(PersonRef(f"{name} <{mail}>" if name else mail, name, mail), found)
        return found, []

    def foremost(self, people: Sequence[PersonRef]) -> PersonRef:
        """The one of several whom a follow-up is about: the first who is known."""
        known = (each for each in people if self.lookups.person(each, None, "contacts") is not None)
        return next(known, people[0])

    def notices(self) -> list[str]:
        """What is to be told of the unknown ones."""
        if not self.unknown:
            return []
        most = self.unknown.most_common(_MOST_NAMED)
        listed = ", ".join(f"{mail} ({times})" if times > 1 else mail for mail, times in most)
        more = f" and {len(self.unknown) - len(most):,} more" if len(self.unknown) > len(most) else ""
        return [f"Nobody here has these addresses: {listed}{more}; --create-missing makes them."]

    def _written_here(self, lines: Sequence[Line]) -> tuple[list[PersonRef], list[Line]]:
        found: list[PersonRef] = []
        missing: list[Line] = []
        for line in lines:
            name, mail = unescape(line.value).strip()[:_LONGEST], line.param(OWN_MAIL) or ""
            given = line.param(OWN_ID) or ""
            own_id = int(given) if re.fullmatch("[0-9]{1,18}", given) else None
            if own_id is None:
                continue
            # by the id and the name, by the mail, by the name
            ref = PersonRef(name or mail, name, mail, own_id)
            if not self._take(ref, found, by_name=True):
                missing.append(line)
        return found, missing

    def _take(self, ref: PersonRef, found: list[PersonRef], *, by_name: bool = False) -> bool:
        """Add a person to those found, whether known or to be made; returns whether that could be."""
        known = None
        bare = ref if by_name else PersonRef(ref.email, "", ref.email)
        try:
            known = self.lookups.person(bare, None, "contacts")
        except RejectedRowError:
            if by_name or not ref.name:
                raise
            # several have the address: the one of them who has the name, too
            bare = ref
            known = self.lookups.person(bare, None, "contacts")
        if known is None and not self.create:
            self.unknown[ref.email or ref.name] += 1
            return False
        found.append(ref if known is None else bare)
        return True

    def _is_nobody(self, line: Line, mail: str) -> bool:
        kind, state = (line.param("CUTYPE") or "").upper(), (line.param("PARTSTAT") or "").upper()
        key = email_key(mail)
        return (
            key is None
            or key in self.own
            or kind in ("ROOM", "RESOURCE", "GROUP")
            or state == "DECLINED"
            or _NOBODY.search(key) is not None
        )


def _named(line: Line) -> tuple[str, str]:
    """The name and the mail address in a line; "" for what it lacks."""
    value = unescape(line.value).strip()[:_LONGEST]
    name = " ".join((line.param("CN") or "").split())[:_LONGEST]
    if value.lower().startswith("mailto:"):
        mail = unquote(value[7:].partition("?")[0]).strip()
    elif line.param("EMAIL"):
        mail = (line.param("EMAIL") or "").strip()
    else:
        within = _ADDRESS.search(value) if line.name == "CONTACT" else None
        mail = within[0] if within is not None else ""
    if email_key(mail) is None:
        return "", ""
    # what a calendar writes where it knows no name
    return ("" if email_key(name) is not None else name), mail
