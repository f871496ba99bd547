"""What happened has a sign on the screens and on the command line, a void invoice too; machines read plain kinds."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from crm_tui.cli import app
from crm_tui.domain import Crm
from tests.conftest import INSTANT
from tests.tui.bills import Bills, bills
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in


@pytest.fixture
def made(crm_of: Crm) -> Bills:
    return bills(crm_of)


def squeezed(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


async def test_on_the_card_and_on_the_page(opened: Opener, crm_of: Crm, made: Bills) -> None:
    async with opened((140, 60), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "kowalska")
        await press(pilot, "enter")
        card = squeezed(screen_text(pilot))
        crm_app(pilot).open_record("contacts", crm_of.references.contact("anna@example.com"))
        await settle(pilot)
        await press(pilot, "end")
        page = squeezed(screen_text(pilot))
    for text in (card, page):
        assert text.count("x invoice") == 1
        assert "< call" in text
    assert "1.00 EUR · void" in page


def test_in_the_table_and_not_for_machines(business: Path, made: Bills) -> None:
    def lines(*words: str) -> list[str]:
        result = CliRunner().invoke(app, ["--db", str(business), "--now", INSTANT, "timeline", *words])
        assert result.exit_code == 0, result.stderr
        return [" ".join(line.split()) for line in result.stdout.splitlines()]

    table = lines("anna@example.com", "-f", "table", "--columns", "kind,title,detail")
    assert [line for line in table if line.startswith("x ")] == [
        "x invoice 2026-005 1.00 EUR · void · Mistake"
    ]
    assert {line.split()[0] for line in table if " call " in line or " email " in line} == {"<", ">"}
    assert any(line.startswith("invoice ") for line in table)
    paid = lines("elvin@example.com", "-f", "table", "--columns", "kind,title")
    assert any(line.startswith("+ payment ") for line in paid)
    for form in ("tsv", "csv", "jsonl"):
        kinds = lines("anna@example.com", "-f", form, "--columns", "kind")
        assert not any(set("<>+") & set(line) or "x " in line for line in kinds)
