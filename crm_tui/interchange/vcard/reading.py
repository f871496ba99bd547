"""From the text of a card to a draft of a person or a company.

Every property comes once, modelled, kept, or left out by rule. Nothing but the data
of pictures, sounds and keys is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from crm_tui.domain import checks, kept
from crm_tui.domain.documents import draft_texts
from crm_tui.domain.loading.cards import CardDraft
from crm_tui.domain.loading.drafts import Method, RejectedRowError
from crm_tui.errors import InvalidDataError
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange.vcard import reach
from crm_tui.interchange.vcard.card import Card, Desk
from crm_tui.interchange.vcard.company_fields import READERS as COMPANY_READERS
from crm_tui.interchange.vcard.company_fields import complete_name, is_company
from crm_tui.interchange.vcard.fields import READERS, Reader
from crm_tui.interchange.vcard.lines import properties
from crm_tui.interchange.vcard.splitting import CardText
from crm_tui.models import CustomField
from crm_tui.text import check_tag, name_key

_DATA: Final = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "X-MS-CARDPICTURE", "X-MS-BUSINESSCARDPICTURE"})
_IGNORED: Final = frozenset({"BEGIN", "END", "VERSION", "PRODID", "REV", kept.LABEL})
_KEPT: Final = 1_000_000  # characters


class CardReader:
    """Makes drafts of cards."""

    def __init__(
        self,
        custom: Sequence[CustomField],
        region: str,
        tags: Sequence[str] = (),
        *,
        company_custom: Sequence[CustomField] = (),
    ) -> None:
        checked = [check_tag(each) for each in tags]
        self._people = Desk({each.key: each for each in custom}, region, checked)
        self._companies = Desk({each.key: each for each in company_custom}, region, checked)

    def read(self, line: int, text: CardText) -> Card:
        """What a card says.

        Raises:
            RejectedRowError: it cannot be read, or nothing in it is a name.
        """
        if text.broken:
            raise RejectedRowError(text.broken)
        _, found, unreadable = properties(text)
        card = Card(CardDraft(line))
        if unreadable:
            card.left_out["lines that are no property"] += unreadable
            card.in_part = True
        for each in found:
            if each.name == kept.LABEL and each.group:
                card.labels[each.group] = each.value
        desk, readers = self._people, READERS
        if is_company(found):
            card.kind, desk, readers = "org", self._companies, COMPANY_READERS
        for each in found:
            try:
                _take(desk, readers, card, each)
            except InvalidDataError as error:
                raise RejectedRowError(error.message.rstrip("."), each.name) from error
        try:
            _complete(card, desk)
        except InvalidDataError as error:
            raise RejectedRowError(error.message.rstrip(".")) from error
        return card


def is_left_out(line: cl.Line) -> bool:
    """Whether a property is data that is not taken."""
    return (line.name in _DATA and not reach.LINK.match(line.value)) or line.param("ENCODING") is not None


def _complete(card: Card, desk: Desk) -> None:
    draft = card.draft
    columns = draft.columns
    if card.role is not None:
        if "title" in columns:
            card.keep(card.role)
        else:
            columns["title"] = checks.optional_line(cl.unescape(card.role.value), "title")
    if card.notes:
        columns["note"] = checks.optional_text("\n\n".join(card.notes), "note")
    best: dict[str, tuple[int, Method]] = {}
    for method, preference in card.methods:
        if preference is not None and preference < best.get(method.kind, (1 << 30, method))[0]:
            best[method.kind] = (preference, method)
    chosen = {id(method) for _, method in best.values()}
    # the first of a kind becomes the primary one
    draft.methods = sorted((each for each, _ in card.methods), key=lambda each: id(each) not in chosen)
    draft.preferred = {kind: each.normal or each.value for kind, (_, each) in best.items()}
    draft.tags = list({each.casefold(): each for each in reversed([*card.tags, *desk.tags])}.values())[::-1]
    draft.dates, draft.ties = list(dict.fromkeys(card.dates)), list(dict.fromkeys(card.ties))
    name = _name(card)
    draft.kept = kept.packed(card.blocks)
    if len(draft.kept) > _KEPT:
        raise RejectedRowError(f"it has more than {_KEPT:,} characters that no field holds")
    draft.name = name
    draft.key = name_key(draft.name)
    if card.uid:
        draft.external = checks.line(card.uid, "UID")
    draft.texts = draft_texts(draft, draft.company)


def _name(card: Card) -> str:
    """The name, or what comes nearest to one."""
    if card.kind == "org" and (name := complete_name(card)):
        return checks.name(name, "name")
    if card.names:
        return card.names[0]
    if card.structured:
        return checks.name(" ".join(card.structured), "name")
    values = {each.kind: each.value for each in reversed(card.draft.methods)}
    found = card.nickname or card.organisation or values.get("email") or values.get("phone")
    found = found or next(iter(values.values()), "")
    if not found:
        raise RejectedRowError("there is no name, company, e-mail or phone in it")
    return checks.name(found[: checks.LINE], "name")


def _take(desk: Desk, readers: Mapping[str, Reader], card: Card, line: cl.Line) -> None:
    name = line.name
    if name in _IGNORED:
        return
    if is_left_out(line):
        card.left_out[name] += 1
        card.in_part = card.in_part or line.cut
        return
    if line.cut:
        raise RejectedRowError(f"it is longer than {cl.LONGEST_LINE:,} characters", name)
    if not line.value.strip(" \t;,"):
        return
    reader = readers.get(name)
    if reader is None:
        card.keep(line)
    else:
        reader(desk, card, line)
