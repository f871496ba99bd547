"""Names in which there is nothing to see: refused as empty ones wherever records are named, alone in an import."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cells import is_visible
from crm_tui.cli import app
from crm_tui.domain import Crm
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.options import Options
from crm_tui.interchange.vcard.loading import load as load_cards
from tests.calendars import Calendars
from tests.loading import Loader, counts, table

INVISIBLE = [
    "\u200b",
    " \u200d\u2060 ",
    "\ufeff\u00ad",
    "\u3164",
    "\u2800",
    "\ufe0f",
    "\u115f\u1160",
    "\x01\x02",
    "\U000e0041",
]
IDS = [ascii(each).strip("'") for each in INVISIBLE]


@pytest.mark.parametrize("text", INVISIBLE, ids=IDS)
def test_what_cannot_be_seen_is_no_name(crm: Crm, text: str) -> None:
    contact = crm.contacts.add(name="Anna")
    company = crm.companies.add(name="Acme")
    deal = crm.deals.add("Website")
    followup = crm.followups.add("Call", date(2026, 3, 10))
    refused: list[Callable[[], object]] = [
        lambda: crm.contacts.add(name=text),
        lambda: crm.contacts.add(given_name=text, family_name=text),
        lambda: crm.contacts.add(name="Bob", company=text),
        lambda: crm.contacts.update(contact.id, name=text),
        lambda: crm.contacts.tag(contact.id, add=[text]),
        lambda: crm.companies.add(name=text),
        lambda: crm.companies.update(company.id, name=text),
        lambda: crm.deals.add(text),
        lambda: crm.deals.update(deal.id, title=text),
        lambda: crm.followups.add(text, date(2026, 3, 10)),
        lambda: crm.followups.update(followup.id, title=text),
    ]
    for verb in refused:
        with pytest.raises(InvalidDataError, match="empty"):
            verb()
    assert crm.contacts.get(contact.id) == contact
    assert crm.contacts.count() == 1


@pytest.mark.parametrize("text", ["a", "Ə", "ㅤa", "👩\u200d👩", "한", "\u0301", "-", "é\u200b"])
def test_what_can_be_seen_is_one(crm: Crm, text: str) -> None:
    assert is_visible(text)
    assert crm.contacts.add(name=text).name == text


def test_the_command_says_so(database: Path) -> None:
    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["--db", str(database), *words])

    result = run("contact", "add", "\u200b\u200d")
    assert (result.exit_code, result.stdout) == (5, "")
    assert result.stderr.endswith("crm: The name is empty.\nGive a name that can be seen.\n")
    assert run("company", "add", "\u3164").exit_code == 5


def test_an_import_rejects_the_row_alone(crm: Crm, tmp_path: Path) -> None:
    load = Loader(crm, tmp_path)
    text = table(["name", "company"], ["Anna", "\u200b"], ["\u3164", ""], ["\u200b", ""], ["Bob", "Acme"])
    assert counts(load("contacts", text)) == (2, 0, 0, 0, 2)
    assert {each.reason for each in load.outcomes if each.reason} == {"The name is empty"}
    assert [each.name for each in crm.companies.list()] == ["Acme"]
    assert counts(load("companies", table(["name"], ["\u200b"], ["Bolt"]))) == (1, 0, 0, 0, 1)
    assert counts(load("deals", table(["title", "contact"], ["\u2800", "Anna"], ["Site", "Anna"]))) == (
        1,
        0,
        0,
        0,
        1,
    )
    text = table(["title", "due_on"], ["\u2060", "2026-03-10"], ["Call", "2026-03-10"])
    assert counts(load("followups", text)) == (1, 0, 0, 0, 1)


def test_cards_and_entries_are_rejected_alone(crm: Crm, tmp_path: Path) -> None:
    path = tmp_path / "cards.vcf"
    card = "BEGIN:VCARD\nVERSION:4.0\n{0}\nEND:VCARD\n"
    path.write_text(
        card.format("FN:\u200b") + card.format("KIND:org\nFN:\u200b\nORG:\u200b") + card.format("FN:Anna"),
        encoding="utf-8",
    )
    assert counts(load_cards(crm, path, Options())) == (1, 0, 0, 0, 2)
    calendars = Calendars(crm, tmp_path)
    entry = "VTODO\nUID:{0}\nSUMMARY:{1}\nDUE;VALUE=DATE:20260310"
    assert counts(calendars(entry.format("a", "\u200b"), entry.format("b", "Call"))) == (1, 0, 0, 0, 1)
