"""The README's promises: its commands are there, alone in their blocks, and need nothing else."""

from __future__ import annotations

import re
import tomllib

from tests.examples import ROOT, examples, fences

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    lines = README.splitlines()
    return ["\n".join(lines[start:end]) for word, start, end in fences(README) if word == language]


def project() -> dict[str, str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: dict[str, str] = tomllib.load(file)["project"]
    return found


def test_the_two_commands_stand_alone_and_are_targets() -> None:
    makes = [block for block in blocks("sh") if "make" in block]
    assert makes == ["make run", "make test"]
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"run", "test"} <= set(targets)


def test_the_python_it_asks_for_is_the_one_it_needs() -> None:
    asked = re.search(r"Python (3\.\d+) or newer", README)
    assert asked
    assert project()["requires-python"] == f">={asked[1]}"


def test_it_can_be_installed_as_it_says() -> None:
    assert {"pipx install .", "python3 -m pip install ."} <= set(blocks("sh"))
    assert (ROOT / "crm_tui/__main__.py").exists()
    assert project()["readme"] == "README.md"


def test_the_tour_loads_every_sample_file_in_the_order_the_data_asks_for() -> None:
    loaded = [
        match[1]
        for each in examples(README)
        if (match := re.match(r"crm import data/(\w+)\.csv", each.command))
    ]
    asked = re.findall(
        r"^crm import data/(\w+)\.csv", (ROOT / "data/README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert loaded[: len(asked)] == asked
    assert {f"{name}.csv" for name in asked} == {file.name for file in (ROOT / "data").glob("*.csv")}


def test_every_guide_is_linked() -> None:
    linked = set(re.findall(r"\]\((docs/\w+\.md)\)", README))
    assert linked == {str(file.relative_to(ROOT)) for file in (ROOT / "docs").glob("*.md")}


def test_each_difference_names_its_command() -> None:
    differences = README.split("What it does that a spreadsheet does not:")[1].split("## ")[0]
    points = [" ".join(point.split()) for point in differences.split("\n- ")[1:]]
    assert len(points) == 4
    assert all(re.search(r"`crm (import|undo|find|remind)[^`]*`$", point) for point in points)
