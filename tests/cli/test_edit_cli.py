"""crm edit: records through an editor and back, with scripts as editors."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.interchange.block_edit import Edit
from crm_tui.interchange.block_fields import KINDS
from tests.conftest import NOW
from tests.everything import content

Script = Callable[..., None]


@pytest.fixture(autouse=True)
def _business(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))
    monkeypatch.setenv("CRM_NOW", "2026-03-02 09:30")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Crm.open(database, now=NOW) as opened:
        opened.fields.add("contacts", "size", "choice", choices=["S", "L"])
        opened.contacts.add(
            name="Anna", company="Acme", emails=["a@x.example", "b@x.example"], tags=["vip", "old"],
            note="one\n\nthree", custom={"size": "L"},
        )  # fmt: skip
        opened.contacts.add(name="Bo", referred_by_id=1)
        opened.deals.add("Website", contact_id=1, amount_minor=120000, currency="EUR")
        opened.followups.add("Call", NOW.date(), contact_id=2, repeat="every 2 weeks")


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Makes an editor of Python code that has the text in ``text`` and leaves the new one there."""

    def make(code: str, end: int = 0) -> None:
        program = tmp_path / "editor with a space.py"
        lines = [
            "import pathlib, sys, subprocess", "place = pathlib.Path(sys.argv[-1])",
            "text = place.read_text(encoding='utf-8')", f"seen = pathlib.Path({str(tmp_path / 'seen')!r})",
            "seen.write_text(text, encoding='utf-8')", code,
            "place.write_text(text, encoding='utf-8')", f"sys.exit({end})",
        ]  # fmt: skip
        program.write_text("\n".join(lines), encoding="utf-8")
        monkeypatch.setenv("EDITOR", f"'{sys.executable}' -I '{program}'")

    return make


def crm(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def one(kind: str, record: int) -> Any:
    return json.loads(crm(kind, "show", str(record), "--json").stdout)


def kept(tmp_path: Path) -> list[Path]:
    return sorted(tmp_path.glob("crm-*.txt"))


def test_several_records_are_one_operation_with_the_differences_told(editor: Script, tmp_path: Path) -> None:
    editor(
        "text = text.replace('title:', 'title: Head', 1).replace('email: b@x.example\\n', '')"
        ".replace('tags: vip; old', 'tags: vip; new').replace('| three', '| 3').replace('name: Bo', 'name: Bob')"
    )
    result = crm("edit", "contacts", "id:1,2", "--yes")
    for line in (
        "contact 1 Anna",
        "  - tags: vip; old",
        "  + tags: vip; new",
        "  - email: b@x.example",
        "contact 2 Bo",
    ):
        assert line in result.stderr.splitlines()
    assert "Edit 2 contacts (1, 2). Operation 6" in result.stderr
    anna = one("contact", 1)
    assert (anna["title"], anna["emails"], anna["tags"], anna["note"]) == (
        "Head", ["a@x.example"], ["vip", "new"], "one\n\n3",
    )  # fmt: skip
    assert one("contact", 2)["name"] == "Bob"
    assert kept(tmp_path) == []
    crm("undo")
    assert one("contact", 1)["tags"] == ["vip", "old"]
    assert one("contact", 2)["name"] == "Bo"


def test_the_text_is_stable_and_private(editor: Script, tmp_path: Path) -> None:
    editor("assert place.stat().st_mode & 0o777 == 0o600")
    assert "Nothing changed" in crm("edit", "contacts", "name:anna", "--yes").stderr
    text = (tmp_path / "seen").read_text(encoding="utf-8")
    block = text[text.index("# contact 1 Anna") :].splitlines()
    assert block[:9] == [
        "# contact 1 Anna", "name: Anna", "given_name:", "family_name:", "company: Acme", "title:", "lifecycle: lead",
        "email: a@x.example", "email: b@x.example",
    ]  # fmt: skip
    assert block[-6:-1] == ["note:", "| one", "|", "| three", "size: L"]
    assert stat.S_IMODE(tmp_path.stat().st_mode) & 0o700
    assert kept(tmp_path) == []
    assert len(json.loads(crm("history", "--json").stdout)) == 5


def test_an_empty_value_empties_and_what_is_taken_out_stays(editor: Script) -> None:
    editor(
        "text = text.replace('company: Acme', 'company:').replace('size: L', 'size:').replace('tags: vip; old\\n', '')"
    )
    crm("edit", "contacts", "id:1", "--yes")
    anna = one("contact", 1)
    assert (anna["company"], anna["custom"], anna["tags"]) == (None, {}, ["vip", "old"])


def test_a_record_taken_out_stays(editor: Script) -> None:
    editor("text = text[text.index('# contact 2'):].replace('title:', 'title: Baker')")
    crm("edit", "contacts", "id:1,2", "--yes")
    assert (one("contact", 1)["name"], one("contact", 2)["title"]) == ("Anna", "Baker")


def test_deals(editor: Script) -> None:
    editor(
        "text = text.replace('amount: 1200.00', 'amount: 1,500').replace('currency: EUR', 'currency: USD')"
        ".replace('stage: Lead', 'stage: Lost').replace('lost_reason:', 'lost_reason: price')"
        ".replace('contact: 1 Anna', 'contact: bo')"
    )
    crm("edit", "deals", "id:1", "--yes")
    deal = one("deal", 1)
    assert (deal["amount"], deal["currency"], deal["status"], deal["lost_reason"]) == (
        "1500.00",
        "USD",
        "lost",
        "price",
    )
    assert deal["contact"] == "Bo"


def test_followups(editor: Script) -> None:
    editor(
        "text = text.replace('due_on: 2026-03-02', 'due_on: 2026-03-09').replace('priority: normal', 'priority: high')"
        ".replace('contact: 2 Bo', 'contact: 1').replace('due_time:', 'due_time: 9:05')"
    )
    crm("edit", "follow-ups", "id:1", "--yes")
    (call,) = json.loads(crm("followup", "list", "--json").stdout)
    assert (call["due_on"], call["due_time"], call["priority"], call["contact"]) == (
        "2026-03-09",
        "09:05",
        "high",
        "Anna",
    )


def test_companies(editor: Script) -> None:
    editor("text = text.replace('domain:', 'domain: acme.example').replace('parent:', 'parent: Holding')")
    crm("edit", "companies", "acme", "--yes")
    acme = one("company", 1)
    assert (acme["domain"], acme["parent"]) == ("acme.example", "Holding")


@pytest.mark.parametrize(
    ("code", "line", "said"),
    [
        ("text = text.replace('lifecycle: lead', 'lifecycle: friend', 1)", 11, '"friend" is no lifecycle'),
        ("text = text.replace('email: b@x.example', 'email: nobody')", 13, "no e-mail address"),
        ("text = text.replace('cadence_days:', 'cadence_days: often', 1)", 21, "no whole number"),
        ("text = text.replace('size: L', 'size: XXL')", 27, "no choice of size"),
        ("text = text.replace('birthday:', 'birthday: 2026-02-30', 1)", 18, "30"),
        ("text = text.replace('name: Anna', 'name:')", 6, "name cannot be empty"),
        ("text = text.replace('title:', 'titel: x', 1)", 10, 'no field "titel"'),
        ("text = text.replace('title:', 'title', 1)", 10, "is no field"),
        ("text = text.replace('title:', 'title: a\\ntitle: b', 1)", 10, "title is there twice"),
        ("text = text.replace('# contact 1 Anna', '# contact Zoe')", 5, "without its number"),
        ("text = text.replace('# contact 1 Anna', '# contact 7 Zoe')", 5, "not among those chosen"),
        ("text = 'name: x\\n' + text", 1, "before the first record"),
        ("text = '| x\\n' + text", 1, "belongs to no field"),
        ("text = text + text[text.index('# contact 1'):]", 49, "is there twice"),
        ("text = text.replace('referred_by: 1', 'referred_by: nobody')", 40, "nobody"),
    ],
)
def test_a_bad_line_is_named_the_text_kept_and_nothing_written(
    editor: Script, tmp_path: Path, database: Path, code: str, line: int, said: str
) -> None:
    with Crm.open(database, now=NOW) as opened:
        before = content(opened)
    editor(code)
    result = crm("edit", "contacts", "id:1,2", "--yes", code=5)
    assert f"Line {line}: " in result.stderr
    assert said in result.stderr
    (file,) = kept(tmp_path)
    assert f"Your text is kept in {file}" in result.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with Crm.open(database, now=NOW) as opened:
        assert content(opened) == before
        assert len(opened.history()) == 5


def test_what_was_changed_elsewhere_is_not_overwritten(
    editor: Script, tmp_path: Path, database: Path
) -> None:
    editor(
        "import os\n"
        "sys.path.insert(0, os.getcwd())\n"
        "from crm_tui.domain import Crm\n"
        f"with Crm.open({str(database)!r}) as other:\n"
        "    other.contacts.tag(1, add=['meanwhile'])\n"
        "text = text.replace('name: Anna', 'name: Hanna')"
    )
    result = crm("edit", "contacts", "id:1", "--yes", code=6)
    assert "Anna (1) was changed elsewhere meanwhile" in result.stderr
    (file,) = kept(tmp_path)
    assert "name: Hanna" in file.read_text(encoding="utf-8")
    assert (one("contact", 1)["name"], one("contact", 1)["tags"]) == ("Anna", ["vip", "old", "meanwhile"])


def test_an_editor_that_fails_changes_nothing(
    editor: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor("", 3)
    assert (
        "The editor ended with code 3; nothing was changed"
        in crm("edit", "contacts", "id:1", "--yes", code=1).stderr
    )
    assert kept(tmp_path) == []
    editor("text += '# typed for an hour'", 3)
    assert "kept in" in crm("edit", "contacts", "id:1", "--yes", code=1).stderr
    assert len(kept(tmp_path)) == 1
    for command in ("no-such-editor -x", "'unclosed"):
        monkeypatch.setenv("VISUAL", command)
        assert "EDITOR" in crm("edit", "contacts", "id:1", "--yes", code=1).stderr
    monkeypatch.setenv("VISUAL", "true")
    assert "Nothing changed" in crm("edit", "contacts", "id:1", "--yes").stderr
    assert len(kept(tmp_path)) == 1


def test_an_editor_with_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "sed -i 's/^name: Bo$/name: Bob/'")
    crm("edit", "contacts", "id:2", "--yes")
    assert one("contact", 2)["name"] == "Bob"


def test_what_cannot_be_edited_or_is_nothing(editor: Script, tmp_path: Path) -> None:
    editor("raise SystemExit('not called')")
    assert "Did you mean contacts" in crm("edit", "contact", "id:1", "--yes", code=2).stderr
    crm("edit", "contacts", "--yes", code=2)
    crm("edit", "contacts", "nonsense:1", "--yes", code=2)
    assert "Add --yes" in crm("edit", "contacts", "id:1", code=2).stderr
    assert "No contacts match" in crm("edit", "contacts", "name:zoe", "--yes").stderr
    assert not (tmp_path / "seen").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_untouched_text_changes_nothing_whatever_is_in_it(tmp_path: Path, kind: str) -> None:
    ugly = "# contact 1 x\n| a\n\n  name: b \r\n\t: \u2028 [/] \x1b[31m"
    with Crm.open(tmp_path / "ugly.db", now=NOW) as base:
        base.fields.add("contacts", "size", "text")
        base.contacts.add(
            name="# contact 9", company="a: b", note=f"x{ugly}", custom={"size": "| x"}, title="|x"
        )
        base.companies.update(1, note=f"x{ugly}", industry="# company 4")
        base.deals.add("| deal: x", contact_id=1)
        base.deals.lose(1, "# deal 3", note=f"y{ugly}")
        base.followups.add("# followup 2", NOW.date(), contact_id=1, deal_id=1)
        base.products.add("# product 3", sku="| a: b", price_minor=5, currency="JPY")
        base.interactions.add("call", [1], "# interaction 4", body=f"y{ugly}", deal_id=1)
        base.invoices.add(
            lines=[LineDraft("x", "1", 500)],
            contact_id=1,
            company="# invoice 2",
            currency="EUR",
            number="| 1: x",
        )
        base.payments.add(1, 100, method="# payment 4", reference="| a: b")
        edit = Edit(base, KINDS[kind], [1])
        assert edit.changes(edit.text) == []
        assert edit.changes(edit.text.replace("\n", "\r\n")) == []
        # which invoice a payment is of stays
        name = {"payments": "reference"}.get(kind, KINDS[kind].title)
        (changed,) = edit.changes(edit.text.replace(f"{name}:", f"{name}: New", 1))
        assert [each.field for each in changed.changes] == [name]
