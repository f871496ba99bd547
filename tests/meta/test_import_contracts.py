"""The floors of the house: the contracts in pyproject.toml hold, and the lower floors keep their manners."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import crm_tui

PACKAGE = Path(crm_tui.__file__).parent
ROOT = PACKAGE.parent
# What reads the clock, the environment or the terminal, or writes to it; each with where it is allowed.
ALLOWED = {
    "datetime.now": {"dates/clock.py"},
    "datetime.today": set(),
    "date.today": set(),
    "time.time": set(),
    "os.environ": {"locations.py"},
    "os.getenv": set(),
    "sys.stdin": {"interchange/table.py", "interchange/background.py"},
    "sys.stdout": {"interchange/background.py"},
    "sys.stderr": set(),
    "sys.argv": set(),
    "print": set(),
    "input": set(),
}
FACES = ("cli.py", "__main__.py", "app.py", "output.py", "commands", "screens", "widgets", "actions")


def lower_floors() -> list[Path]:
    files = [each for each in PACKAGE.rglob("*.py") if each.relative_to(PACKAGE).parts[0] not in FACES]
    assert len(files) > 50
    return files


def uses(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def test_a_module_imports_only_from_lower_floors() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(linter), "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("file", lower_floors(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_below_the_faces_nothing_reads_the_surroundings(file: Path) -> None:
    place = file.relative_to(PACKAGE).as_posix()
    for used in uses(ast.parse(file.read_text(encoding="utf-8"))):
        assert used not in ALLOWED or place in ALLOWED[used], f"{place} uses {used}"
