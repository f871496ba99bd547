"""People as vCards, 4.0 or 3.0: everything a contact has, and the lines that came with them.

What a vCard has no property for goes out as ``X-CRM-...`` and is read back from it. What it cannot hold is left out:
control characters, and the difference between kinds of line ends. Sources: RFC 6350, RFC 2426, and for labels and
days Apple's X-ABLabel, X-ABDATE and X-APPLE-OMIT-YEAR, which address books on phones read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Final

from crm_tui.domain.card_records import CardRecord, CompanyCardRecord
from crm_tui.domain.loading.cards import NAMELESS
from crm_tui.errors import UsageError
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange.vcard import days
from crm_tui.interchange.vcard.company_writing import CompanyWriter
from crm_tui.interchange.vcard.parts import Params, Writer, as_uri, escaped, value
from crm_tui.models import Lifecycle

VERSIONS: Final = ("4.0", "3.0")


def check_version(text: str | None) -> str:
    """The version that an option names, 4.0 when it names none.

    Raises:
        UsageError: nothing is written in that version.
    """
    found = (text or VERSIONS[0]).strip()
    if found not in VERSIONS:
        raise UsageError(f'No vCard is written in version "{text}".', f"Use one of: {', '.join(VERSIONS)}.")
    return found


def write(rows: Iterable[CardRecord | CompanyCardRecord], file: IO[str], version: str = "4.0") -> int:
    """Write people or companies one after the other; returns how many there were."""
    count = 0
    for row in rows:
        file.write(card(row, version))
        count += 1
    return count


def card(row: CardRecord | CompanyCardRecord, version: str = "4.0") -> str:
    """One person or company as a vCard, lines ended by CRLF."""
    writer = _Person(row, version) if isinstance(row, CardRecord) else CompanyWriter(row, version)
    return "".join(writer.lines())


class _Person(Writer):
    def __init__(self, row: CardRecord, version: str) -> None:
        super().__init__(version, row.methods, row.kept)
        self._row = row

    def lines(self) -> Iterator[str]:
        """Every line of the card, folded."""
        contact = self._row.contact
        yield from self.head(self._row.uid)
        yield from self._name()
        if contact.company:
            yield cl.write("ORG", self.organisation(contact.company))
        if contact.title:
            yield cl.write("TITLE", escaped(contact.title))
        for method in self._row.methods:
            yield from self.method(method)
        yield from self._days()
        if contact.language:
            name = "LANG" if self.version == "4.0" else "X-CRM-LANGUAGE"
            yield cl.write(name, escaped(contact.language))
        if contact.timezone:
            params = () if self.version == "4.0" else (("VALUE", "text"),)
            yield cl.write("TZ", escaped(contact.timezone), params)
        if contact.tags:
            yield cl.write("CATEGORIES", ",".join(map(escaped, contact.tags)))
        if contact.note:
            yield cl.write("NOTE", escaped(contact.note))
        for kind, uid in self._row.relations:
            yield from self.labelled("RELATED", as_uri(uid), kind, "relation")
        yield from self._own()
        yield from self.kept_lines()
        yield "END:VCARD\r\n"

    def _name(self) -> Iterator[str]:
        contact = self._row.contact
        yield cl.write("FN", escaped(contact.name) or NAMELESS)
        given, family = contact.given_name or "", contact.family_name or ""
        more = [value(each) for each in self.shadows("N")]
        rest = (more[0] if more else ";;;;").removeprefix(";;")
        params: Params = ()
        if not given and not family and not more:
            # address books on phones sort by it and some show nothing else
            given, _, family = contact.name.rpartition(" ")
            given, family = (given, family) if given else (family, "")
            params = (("X-CRM-DERIVED", "yes"),)
        yield cl.write("N", f"{escaped(family)};{escaped(given)};{rest}", params)

    def _days(self) -> Iterator[str]:
        birthday = self._row.contact.birthday
        if birthday:
            line = self._shadow_of_day("BDAY", birthday)
            yield line or cl.write("BDAY", *days.as_value(birthday, self.version))
        said = False
        name = "ANNIVERSARY" if self.version == "4.0" else "X-ANNIVERSARY"
        for each in self._row.dates:
            if each.label == "anniversary" and not said:
                said = True
                line = self._shadow_of_day("ANNIVERSARY", each.date)
                yield line or cl.write(name, *days.as_value(each.date, self.version))
            else:
                said_day, params = days.apple(each.date)
                yield from self.labelled("X-ABDATE", said_day, each.label, "", params)

    def _shadow_of_day(self, name: str, day: str) -> str | None:
        """The line that says more about a day, where it is still that day."""
        for text in self.shadows(name):
            line = cl.parse(0, text)
            if line is not None and days.day_of(line) == day:
                return cl.fold(text)
        return None

    def _own(self) -> Iterator[str]:
        contact = self._row.contact
        fields = (
            ("LIFECYCLE", None if contact.lifecycle is Lifecycle.LEAD else contact.lifecycle.value),
            ("SOURCE", contact.source),
            ("CADENCE-DAYS", contact.cadence_days),
            ("LAST-CONTACTED-ON", contact.last_contacted_on),
            ("OPTED-OUT-ON", contact.opted_out_on),
            ("ARCHIVED-AT", contact.archived_at),
            ("CREATED-AT", contact.created_at),
        )
        yield from self.own(fields, contact.custom)
        if self._row.referred_by is not None:
            yield cl.write("X-CRM-REFERRED-BY", as_uri(self._row.referred_by))
