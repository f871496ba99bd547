"""Companies as vCards: KIND:org in 4.0, and in 3.0 what address books on phones know a company by.

The website is the first URL. A URL that would be taken for it says that it is none, and what a vCard has no property
for goes out as ``X-CRM-...``; both are read back. Sources: RFC 6350 section 6.1.4, and Apple's X-ABShowAs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crm_tui.domain.card_records import CompanyCardRecord
from crm_tui.domain.loading.card_methods import as_written
from crm_tui.domain.loading.cards import NAMELESS
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange.vcard.company_fields import NO_WEBSITE, names_website
from crm_tui.interchange.vcard.parts import Params, Writer, as_uri, escaped
from crm_tui.models import CompanyMethod, MethodKind

_MARKED: Final = ((NO_WEBSITE, "yes"),)


class CompanyWriter(Writer):
    """The card of one company."""

    def __init__(self, row: CompanyCardRecord, version: str) -> None:
        super().__init__(version, row.methods, row.kept)
        self._row = row

    def lines(self) -> Iterator[str]:
        """Every line of the card, folded."""
        company = self._row.company
        yield from self.head(self._row.uid)
        yield from self._name()
        website = as_written(company.website or "")
        if website:
            yield cl.write("URL", as_uri(website))
        for method in self._row.methods:
            yield from self.method(method, () if website else _marked(method))
        if company.tags:
            yield cl.write("CATEGORIES", ",".join(map(escaped, company.tags)))
        if company.note:
            yield cl.write("NOTE", escaped(company.note))
        fields = (
            ("DOMAIN", company.domain),
            ("INDUSTRY", company.industry),
            ("SIZE", company.size),
            ("PARENT", company.parent),
            ("ARCHIVED-AT", company.archived_at),
            ("CREATED-AT", company.created_at),
        )
        yield from self.own(fields, company.custom)
        yield from self.kept_lines()
        yield "END:VCARD\r\n"

    def _name(self) -> Iterator[str]:
        name = self._row.company.name
        if self.version == "4.0":
            yield cl.write("KIND", "org")
        else:
            yield cl.write("X-ABShowAs", "COMPANY")
            if not self.keeps("N"):
                # there has to be one
                yield cl.write("N", ";;;;")
        yield cl.write("FN", escaped(name) or NAMELESS)
        if as_written(name):
            yield cl.write("ORG", self.organisation(name))


def _marked(method: CompanyMethod) -> Params:
    """What says that a URL is not the website, where it could be taken for it."""
    website = method.kind is MethodKind.URL and names_website(as_written(method.label or ""))
    return _MARKED if website else ()
