"""With a closed stdin there is nobody to ask: a question needs its option, and nothing falls over."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crm_tui.domain import Crm


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("contact", "merge", "1", "2"), 0, "Merge contact Bo into Anna (1)."),
        (("contact", "delete", "2"), 2, "Add --yes to say yes."),
        (("edit", "contacts", "anna"), 2, "There is nobody to ask"),
        (("log", "email", "-"), 2, "There is nothing on stdin."),
        ((), 0, ""),
    ],
    ids=["merge", "delete", "edit", "mail", "no command"],
)
def test_nobody_can_be_asked(database: Path, words: tuple[str, ...], code: int, said: str) -> None:
    with Crm.open(database) as crm:
        for name in ("Anna", "Bo"):
            crm.contacts.add(name=name)
    crm_words = [sys.executable, "-m", "crm_tui", "--db", str(database), *words]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *crm_words], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "fault in crm-tui" not in done.stderr
