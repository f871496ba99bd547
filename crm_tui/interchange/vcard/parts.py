"""What the cards of people and of companies are written with: methods, labels, and the lines that came with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from crm_tui import __version__
from crm_tui.domain import kept
from crm_tui.domain.loading.card_methods import as_written
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange.vcard import labels, shadows
from crm_tui.interchange.vcard.reach import SERVICES
from crm_tui.models import CompanyMethod, ContactMethod, CustomValue

_NAMES: Final = {"email": "EMAIL", "phone": "TEL", "address": "ADR", "url": "URL", "im": "IMPP"}
_LABEL: Final = "X-ABLabel"
Params = Sequence[tuple[str, str]]
Method = ContactMethod | CompanyMethod


class Writer:
    """One card that is being written.

    Args:
        version: of the vCard.
        methods: all ways to reach the person or company.
        lines: what no field holds, see ``crm_tui.domain.kept``.
    """

    def __init__(self, version: str, methods: Sequence[Method], lines: str) -> None:
        self.version = version
        self._methods = methods
        self._groups = 0
        self._shadows: dict[str, list[str]] = {}
        self._plain: list[kept.Block] = []
        for block in kept.blocks(lines) if lines else ():
            if block[0].startswith("="):
                self._shadows.setdefault(kept.name_of(block)[1:], []).append(block[0][1:])
            else:
                self._plain.append(block)

    def head(self, uid: str) -> Iterator[str]:
        """What every card begins with."""
        yield "BEGIN:VCARD\r\n"
        yield cl.write("VERSION", self.version)
        yield cl.write("PRODID", f"-//crm-tui//crm-tui {__version__}//EN")
        yield cl.write("UID", as_uri(uid))

    def shadows(self, name: str) -> Sequence[str]:
        """The kept lines that say more about a field."""
        return self._shadows.get(name, ())

    def keeps(self, name: str) -> bool:
        """Whether a property of that name is among the lines that came with the card."""
        return any(kept.name_of(block) == name for block in self._plain)

    def organisation(self, company: str) -> str:
        """The value of ORG: the company, with the units that came with it."""
        for line in self.shadows("ORG"):
            found = value(line)
            if cl.unescape(cl.split(found, ";")[0]).strip() == as_written(company):
                return found
        return escaped(company)

    def method(self, method: Method, more: Params = ()) -> Iterator[str]:
        """The property of a way to reach somebody."""
        kind, text = method.kind.value, method.value
        params = [*more]
        if method.is_primary and sum(each.kind is method.kind for each in self._methods) > 1:
            params.append(("PREF", "1") if self.version == "4.0" else ("TYPE", "pref"))
        label = as_written(method.label or "")
        if kind == "address":
            said = self._address(text)
        elif kind == "url":
            said = as_uri(text)
        elif kind == "im":
            said = as_uri(text)
            if label in SERVICES:
                params.append(("X-SERVICE-TYPE", label))
                said, label = f"{SERVICES[label]}:{said}", ""
        else:
            said = escaped(text)
            if text[:4].lower() == "tel:":
                params.append(("VALUE", "text"))
        yield from self.labelled(_NAMES[kind], said, label, kind, params)

    def _address(self, text: str) -> str:
        for line in self.shadows("ADR"):
            if shadows.address(value(line)) == as_written(text):
                return value(line)
        return f";;{escaped(text)};;;;"

    def labelled(self, name: str, said: str, label: str, kind: str, params: Params = ()) -> Iterator[str]:
        """A property whose label goes out as TYPE where that gives exactly it, as X-ABLabel else."""
        label = as_written(label)
        words = labels.as_types(label, kind) if label and kind else None
        if label and words is None:
            self._groups += 1
            group = f"item{self._groups}"
            yield cl.write(name, said, params, group)
            yield cl.write(_LABEL, escaped(label), (), group)
        else:
            yield cl.write(name, said, (*params, *(words or ())))

    def own(self, fields: Iterable[tuple[str, object]], custom: Mapping[str, CustomValue]) -> Iterator[str]:
        """What a vCard has no property for."""
        for name, field_value in fields:
            if field_value is not None:
                yield cl.write(f"X-CRM-{name}", escaped(str(field_value)))
        for key, each in custom.items():
            text = ("yes" if each else "no") if isinstance(each, bool) else str(each)
            yield cl.write("X-CRM-FIELD", escaped(text), (("X-KEY", key),))

    def kept_lines(self) -> Iterator[str]:
        """The lines that came with the card and that no field holds."""
        for block in self._plain:
            if len(block) == 1:
                yield cl.fold(block[0])
                continue
            self._groups += 1
            for line in block:
                # as Apple spells it
                spelt = (
                    line.replace(f"{kept.LABEL}:", f"{_LABEL}:", 1) if line.startswith(kept.LABEL) else line
                )
                yield cl.fold(f"item{self._groups}.{spelt}")


def value(line: str) -> str:
    """The value of a kept line."""
    found = cl.parse(0, line)
    return found.value if found is not None else ""


def escaped(text: str) -> str:
    """A text as a card holds it, as a value."""
    return cl.escape(as_written(text))


def as_uri(text: str) -> str:
    """A text as an address, in which commas and semicolons part nothing."""
    return as_written(text).replace("\\", "\\\\").replace("\n", "\\n")
