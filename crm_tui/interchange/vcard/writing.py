"""People as vCards, 4.0 or 3.0: everything a contact has, and the lines that came with them.

What a vCard has no property for goes out as ``X-CRM-...`` and is read back from it. What it cannot hold is left out:
control characters, and the difference between kinds of line ends. Sources: RFC 6350, RFC 2426, and for labels and
days Apple's X-ABLabel, X-ABDATE and X-APPLE-OMIT-YEAR, which address books on phones read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Final

from crm_tui import __version__
from crm_tui.domain import kept
from crm_tui.domain.card_records import CardRecord
from crm_tui.domain.loading.cards import NAMELESS, as_written
from crm_tui.errors import UsageError
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange.vcard import days, labels, shadows
from crm_tui.interchange.vcard.reach import SERVICES
from crm_tui.models import ContactMethod, Lifecycle

VERSIONS: Final = ("4.0", "3.0")
_NAMES: Final = {"email": "EMAIL", "phone": "TEL", "address": "ADR", "url": "URL", "im": "IMPP"}
_LABEL: Final = "X-ABLabel"
Params = Sequence[tuple[str, str]]


def check_version(text: str | None) -> str:
    """The version that an option names, 4.0 when it names none.

    Raises:
        UsageError: nothing is written in that version.
    """
    found = (text or VERSIONS[0]).strip()
    if found not in VERSIONS:
        raise UsageError(f'No vCard is written in version "{text}".', f"Use one of: {', '.join(VERSIONS)}.")
    return found


def write(rows: Iterable[CardRecord], file: IO[str], version: str = "4.0") -> int:
    """Write people one after the other; returns how many there were."""
    count = 0
    for row in rows:
        file.write(card(row, version))
        count += 1
    return count


def card(row: CardRecord, version: str = "4.0") -> str:
    """One person as a vCard, lines ended by CRLF."""
    writer = _Writer(row, version)
    return "".join(writer.lines())


@dataclass(slots=True)
class _Writer:
    row: CardRecord
    version: str
    groups: int = 0
    shadows: dict[str, list[str]] = field(default_factory=dict)
    plain: list[kept.Block] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Every line of the card, folded."""
        self._sort_kept()
        contact = self.row.contact
        yield "BEGIN:VCARD\r\n"
        yield cl.write("VERSION", self.version)
        yield cl.write("PRODID", f"-//crm-tui//crm-tui {__version__}//EN")
        yield cl.write("UID", _as_uri(self.row.uid))
        yield from self._name()
        if contact.company:
            yield cl.write("ORG", self._organisation(contact.company))
        if contact.title:
            yield cl.write("TITLE", _escaped(contact.title))
        for method in self.row.methods:
            yield from self._method(method)
        yield from self._days()
        if contact.language:
            name = "LANG" if self.version == "4.0" else "X-CRM-LANGUAGE"
            yield cl.write(name, _escaped(contact.language))
        if contact.timezone:
            params = () if self.version == "4.0" else (("VALUE", "text"),)
            yield cl.write("TZ", _escaped(contact.timezone), params)
        if contact.tags:
            yield cl.write("CATEGORIES", ",".join(map(_escaped, contact.tags)))
        if contact.note:
            yield cl.write("NOTE", _escaped(contact.note))
        for kind, uid in self.row.relations:
            yield from self._labelled("RELATED", _as_uri(uid), kind, "relation")
        yield from self._own()
        yield from self._kept()
        yield "END:VCARD\r\n"

    def _sort_kept(self) -> None:
        for block in kept.blocks(self.row.kept) if self.row.kept else ():
            if block[0].startswith("="):
                self.shadows.setdefault(kept.name_of(block)[1:], []).append(block[0][1:])
            else:
                self.plain.append(block)

    def _name(self) -> Iterator[str]:
        contact = self.row.contact
        yield cl.write("FN", _escaped(contact.name) or NAMELESS)
        given, family = contact.given_name or "", contact.family_name or ""
        more = [_value(each) for each in self.shadows.get("N", ())]
        rest = (more[0] if more else ";;;;").removeprefix(";;")
        params: Params = ()
        if not given and not family and not more:
            # address books on phones sort by it and some show nothing else
            given, _, family = contact.name.rpartition(" ")
            given, family = (given, family) if given else (family, "")
            params = (("X-CRM-DERIVED", "yes"),)
        yield cl.write("N", f"{_escaped(family)};{_escaped(given)};{rest}", params)

    def _organisation(self, company: str) -> str:
        for line in self.shadows.get("ORG", ()):
            value = _value(line)
            if cl.unescape(cl.split(value, ";")[0]).strip() == as_written(company):
                return value
        return _escaped(company)

    def _method(self, method: ContactMethod) -> Iterator[str]:
        kind, text = method.kind.value, method.value
        params: list[tuple[str, str]] = []
        if method.is_primary and sum(each.kind is method.kind for each in self.row.methods) > 1:
            params.append(("PREF", "1") if self.version == "4.0" else ("TYPE", "pref"))
        label = as_written(method.label or "")
        if kind == "address":
            value = self._address(text)
        elif kind == "url":
            value = _as_uri(text)
        elif kind == "im":
            value = _as_uri(text)
            if label in SERVICES:
                params.append(("X-SERVICE-TYPE", label))
                value, label = f"{SERVICES[label]}:{value}", ""
        else:
            value = _escaped(text)
            if text[:4].lower() == "tel:":
                params.append(("VALUE", "text"))
        yield from self._labelled(_NAMES[kind], value, label, kind, params)

    def _address(self, text: str) -> str:
        for line in self.shadows.get("ADR", ()):
            if shadows.address(_value(line)) == as_written(text):
                return _value(line)
        return f";;{_escaped(text)};;;;"

    def _labelled(self, name: str, value: str, label: str, kind: str, params: Params = ()) -> Iterator[str]:
        """A property whose label goes out as TYPE where that gives exactly it, as X-ABLabel else."""
        label = as_written(label)
        words = labels.as_types(label, kind) if label and kind else None
        if label and words is None:
            self.groups += 1
            group = f"item{self.groups}"
            yield cl.write(name, value, params, group)
            yield cl.write(_LABEL, _escaped(label), (), group)
        else:
            yield cl.write(name, value, (*params, *(words or ())))

    def _days(self) -> Iterator[str]:
        birthday = self.row.contact.birthday
        if birthday:
            line = self._shadow_of_day("BDAY", birthday)
            yield line or cl.write("BDAY", *days.as_value(birthday, self.version))
        said = False
        name = "ANNIVERSARY" if self.version == "4.0" else "X-ANNIVERSARY"
        for each in self.row.dates:
            if each.label == "anniversary" and not said:
                said = True
                line = self._shadow_of_day("ANNIVERSARY", each.date)
                yield line or cl.write(name, *days.as_value(each.date, self.version))
            else:
                value, params = days.apple(each.date)
                yield from self._labelled("X-ABDATE", value, each.label, "", params)

    def _shadow_of_day(self, name: str, day: str) -> str | None:
        """The line that says more about a day, where it is still that day."""
        for text in self.shadows.get(name, ()):
            line = cl.parse(0, text)
            if line is not None and days.day_of(line) == day:
                return cl.fold(text)
        return None

    def _own(self) -> Iterator[str]:
        contact = self.row.contact
        fields = (
            ("LIFECYCLE", None if contact.lifecycle is Lifecycle.LEAD else contact.lifecycle.value),
            ("SOURCE", contact.source),
            ("CADENCE-DAYS", contact.cadence_days),
            ("LAST-CONTACTED-ON", contact.last_contacted_on),
            ("OPTED-OUT-ON", contact.opted_out_on),
            ("ARCHIVED-AT", contact.archived_at),
            ("CREATED-AT", contact.created_at),
        )
        for name, value in fields:
            if value is not None:
                yield cl.write(f"X-CRM-{name}", _escaped(str(value)))
        if self.row.referred_by is not None:
            yield cl.write("X-CRM-REFERRED-BY", _as_uri(self.row.referred_by))
        for key, custom in contact.custom.items():
            text = ("yes" if custom else "no") if isinstance(custom, bool) else str(custom)
            yield cl.write("X-CRM-FIELD", _escaped(text), (("X-KEY", key),))

    def _kept(self) -> Iterator[str]:
        for block in self.plain:
            if len(block) == 1:
                yield cl.fold(block[0])
                continue
            self.groups += 1
            for line in block:
                # as Apple spells it
                spelt = (
                    line.replace(f"{kept.LABEL}:", f"{_LABEL}:", 1) if line.startswith(kept.LABEL) else line
                )
                yield cl.fold(f"item{self.groups}.{spelt}")


def _value(line: str) -> str:
    """The value of a kept line."""
    found = cl.parse(0, line)
    return found.value if found is not None else ""


def _escaped(text: str) -> str:
    """A text as a card holds it, as a value."""
    return cl.escape(as_written(text))


def _as_uri(text: str) -> str:
    """A text as an address, in which commas and semicolons part nothing."""
    return as_written(text).replace("\\", "\\\\").replace("\n", "\\n")
