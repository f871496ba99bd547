"""crm edit: what happened, invoices and payments as text."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from tests.conftest import NOW

Script = Callable[[str], None]


@pytest.fixture(autouse=True)
def _business(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))
    monkeypatch.setenv("CRM_NOW", "2026-03-02 09:30")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Crm.open(database, now=NOW) as opened:
        opened.contacts.add(name="Anna")
        opened.contacts.add(name="Bo")
        opened.deals.add("Website", contact_id=1, amount_minor=120000, currency="EUR")
        opened.interactions.add(
            "call", [1, 2], "wants an offer", occurred_at="2026-03-01T09:30:00Z", direction="in", duration_minutes=5,
            body="one\n\nthree", deal_id=1,
        )  # fmt: skip
        opened.interactions.add("note", [1], "prefers mornings")
        for name in (1, 2):
            opened.invoices.add(lines=[LineDraft("Work", "1", 10000)], contact_id=name, currency="EUR")
        opened.payments.add(1, 5000, method="bank", reference="A-1")
        opened.payments.add(1, -1000)


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Makes an editor of Python code that has the text in ``text`` and leaves the new one there."""

    def make(code: str) -> None:
        program = tmp_path / "editor.py"
        lines = [
            "import pathlib, sys", "place = pathlib.Path(sys.argv[-1])", "text = place.read_text()",
            f"pathlib.Path({str(tmp_path / 'seen')!r}).write_text(text)", code, "place.write_text(text)",
        ]  # fmt: skip
        program.write_text("\n".join(lines))
        monkeypatch.setenv("EDITOR", f"'{sys.executable}' -I '{program}'")

    return make


def crm(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def rows(kind: str) -> Any:
    return json.loads(crm("export", kind, "-f", "json").stdout)


def seen(tmp_path: Path) -> str:
    return (tmp_path / "seen").read_text()


@pytest.mark.parametrize("kind", ["interactions", "invoices", "payments"])
def test_a_text_as_it_was_changes_nothing(editor: Script, kind: str) -> None:
    before = rows(kind)
    editor("text = text + '\\n'")
    crm("edit", kind, "id>0", "--yes")
    assert rows(kind) == before


def test_what_happened(editor: Script, tmp_path: Path) -> None:
    editor(
        "text = text.replace('contact: 2 Bo\\n', '').replace('summary: wants', 'summary: accepts')"
        ".replace('occurred_at: 2026-03-01T09:30:00Z', 'occurred_at: 2026-02-28 10:00')"
        ".replace('| three', '| 3').replace('kind: note', 'kind: message')"
        ".replace('duration_minutes: 5', 'duration_minutes:')"
        ".replace('contact: 1 Anna\\ndeal:\\n', 'contact: bo\\ncontact: anna\\ndeal: website\\n')"
    )
    said = crm("edit", "interactions", "id>0", "--yes").stderr
    assert "- contact: 2 Bo" in said
    assert "Edit 2 interactions" in said
    first, second = sorted(rows("interactions"), key=lambda each: int(each["id"]))
    assert (first["contacts"], first["summary"], first["body"]) == (["Anna"], "accepts an offer", "one\n\n3")
    assert (first["occurred_at"], first["duration_minutes"]) == ("2026-02-28T10:00:00Z", None)
    assert (second["kind"], sorted(second["contacts"]), second["deal"]) == (
        "message",
        ["Anna", "Bo"],
        "Website",
    )
    assert "contact: a line for each who took part" in seen(tmp_path)
    crm("undo")
    assert sorted(rows("interactions"), key=lambda each: int(each["id"]))[0]["summary"] == "wants an offer"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("contact: 1 Anna\\ncontact: 2 Bo\\ndeal: 1 Website", "contact:\\ndeal:"), "Nobody is named"),
        (("kind: call", "kind: chat"), '"chat"'),
        (("2026-03-01T09:30:00Z", "2027-01-01"), "still to come"),
        (("duration_minutes: 5", "duration_minutes: long"), "no whole number"),
    ],
    ids=["nobody", "kind", "future", "duration"],
)  # fmt: skip
def test_what_cannot_have_happened(editor: Script, change: tuple[str, str], said: str) -> None:
    before = rows("interactions")
    editor(f"text = text.replace('{change[0]}', '{change[1]}', 1)")
    assert said in crm("edit", "interactions", "id:1", "--yes", code=5).stderr
    assert rows("interactions") == before


def test_payments(editor: Script, tmp_path: Path) -> None:
    editor(
        "text = text.replace('amount: 50.00', 'amount: 60').replace('amount: -10.00', 'amount: -5.50 EUR')"
        ".replace('paid_on: 2026-03-02', 'paid_on: yesterday').replace('method: bank', 'method: cash')"
    )
    crm("edit", "payments", "id>0", "--yes")
    first, second = sorted(rows("payments"), key=lambda each: int(each["id"]))
    assert (first["amount"], first["method"], first["paid_on"]) == ("60.00", "cash", "2026-03-01")
    assert (second["amount"], second["currency"]) == ("-5.50", "EUR")
    assert json.loads(crm("invoice", "show", "1", "--json").stdout)["paid"] == "54.50"
    assert "# payment 1 2026-001" in seen(tmp_path)
    editor("text = text.replace('amount: 60.00', 'amount: 60 USD')")
    assert "is in EUR" in crm("edit", "payments", "id:1", "--yes", code=5).stderr
    editor("text = text.replace('amount: -5.50', 'amount: -100')")
    assert "given back" in crm("edit", "payments", "id:2", "--yes", code=5).stderr


def test_invoices_but_for_their_lines(editor: Script, tmp_path: Path) -> None:
    editor(
        "text = text.replace('due_on: 2026-03-16', 'due_on: 2026-03-20').replace('contact: 2 Bo', 'contact: anna')"
        ".replace('company:', 'company: Acme')"
    )
    crm("edit", "invoices", "id>0", "--yes")
    found = json.loads(crm("invoice", "list", "--json").stdout)
    assert {each["due_on"] for each in found} == {"2026-03-20"}
    assert {each["contact"] for each in found} == {"Anna"}
    assert {each["company"] for each in found} == {"Acme"}
    assert {each["total"] for each in found} == {"100.00"}
    assert "crm invoice edit REF --line" in seen(tmp_path)
    editor("text = text.replace('currency: EUR', 'currency: EUR\\nlines: 2')")
    assert 'no field "lines"' in crm("edit", "invoices", "id:1", "--yes", code=5).stderr
    editor("text = text.replace('number: 2026-001', 'number: 2026-009')")
    assert "Line" in crm("edit", "invoices", "id:1", "--yes", code=5).stderr


def test_a_void_invoice_is_not_changed(editor: Script) -> None:
    crm("invoice", "void", "2026-002")
    editor("text = text.replace('due_on: 2026-03-16', 'due_on: 2026-03-20')")
    assert "void" in crm("edit", "invoices", "id:2", "--yes", code=5).stderr
