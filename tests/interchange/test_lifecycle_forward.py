"""The lifecycle of other programs' exports: forward only, but for those who say otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.lifecycles import AHEAD, furthest, goes_forward
from crm_tui.errors import InvalidDataError
from crm_tui.interchange import presets
from crm_tui.interchange.importer import load
from crm_tui.interchange.options import Options, from_recipe
from crm_tui.interchange.recipe import recipe
from crm_tui.interchange.run import Summary

HUBSPOT = presets.get("hubspot-contacts").options


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Crm]:
    """An empty base."""
    with Crm.open(tmp_path / "x.db", now="2026-03-02 09:30") as opened:
        yield opened


def take(crm: Crm, folder: Path, *stages: str, options: Options = HUBSPOT) -> Summary:
    """Import Anna with a stage, or with several in rows of their own."""
    path = folder / "contacts.csv"
    rows = [f"7,Anna,Kowalska,anna@example.com,{each}" for each in stages]
    path.write_text("\n".join(["Record ID,First Name,Last Name,Email,Lifecycle Stage", *rows, ""]))
    return load(crm, path, options)


def stage(crm: Crm) -> str:
    """Anna's."""
    return crm.contacts.get(1).lifecycle.value


def test_a_won_deal_is_not_taken_back(crm: Crm, tmp_path: Path) -> None:
    take(crm, tmp_path, "Lead")
    deal = crm.deals.add("Website", contact_id=1)
    crm.deals.win(deal.id)
    assert stage(crm) == "customer"
    again = take(crm, tmp_path, "Lead")
    assert (again.unchanged, again.operation) == (1, None)
    assert stage(crm) == "customer"


@pytest.mark.parametrize(
    ("here", "there", "then"),
    [
        ("lead", "Opportunity", "prospect"), ("lead", "Customer", "customer"), ("prospect", "Lead", "prospect"),
        ("prospect", "Customer", "customer"), ("customer", "Subscriber", "customer"),
        ("customer", "Opportunity", "customer"), ("customer", "former", "former"), ("lead", "former", "former"),
        ("former", "Customer", "former"), ("former", "Lead", "former"), ("customer", "Other", "customer"),
    ],
    ids=lambda text: str(text).lower(),
)  # fmt: skip
def test_forward_only(crm: Crm, tmp_path: Path, here: str, there: str, then: str) -> None:
    take(crm, tmp_path, "Lead")
    crm.contacts.update(1, lifecycle=here)
    summary = take(crm, tmp_path, there)
    assert stage(crm) == then
    assert (summary.operation is None) == (here == then)
    assert take(crm, tmp_path, there).operation is None


@pytest.mark.parametrize("rows", [("Customer", "Lead"), ("Lead", "Customer")], ids=["first", "last"])
def test_rows_of_one_person(crm: Crm, tmp_path: Path, rows: tuple[str, ...]) -> None:
    take(crm, tmp_path, *rows)
    assert stage(crm) == "customer"
    crm.contacts.update(1, lifecycle="lead")
    take(crm, tmp_path, *rows)
    assert stage(crm) == "customer"
    assert take(crm, tmp_path, *rows).operation is None


def test_a_column_that_is_named_counts(crm: Crm, tmp_path: Path) -> None:
    said = Options().with_pairs(["Lifecycle Stage=lifecycle"], []).over(HUBSPOT)
    take(crm, tmp_path, "Customer")
    assert take(crm, tmp_path, "Lead", options=said).updated == 1
    assert stage(crm) == "lead"


def test_a_copy_of_the_preset_can_be_changed(crm: Crm, tmp_path: Path) -> None:
    text = presets.text("hubspot-contacts")
    assert 'lifecycle = "forward"' in text
    import tomllib

    copy = from_recipe(tomllib.loads(text.replace('"forward"', '"set"')))
    take(crm, tmp_path, "Customer")
    assert take(crm, tmp_path, "Lead", options=copy).updated == 1
    # and the same by the command line
    named = from_recipe(tomllib.loads(text)).with_pairs(["Lifecycle Stage=lifecycle"], [])
    take(crm, tmp_path, "Customer", options=copy)
    assert take(crm, tmp_path, "Lead", options=named).updated == 1


def test_in_a_second_process_too(crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_tui.interchange.background.WORTH_IT", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    take(crm, tmp_path, "Customer")
    assert take(crm, tmp_path, "Lead").unchanged == 1
    assert take(crm, tmp_path, "Lead", "former").updated == 1
    assert stage(crm) == "former"


def test_other_tables_say_what_they_say(crm: Crm, tmp_path: Path) -> None:
    take(crm, tmp_path, "customer", options=Options())
    assert take(crm, tmp_path, "lead", options=Options()).updated == 1


def test_a_recipe_over_a_preset(tmp_path: Path) -> None:
    said = from_recipe({"map": {"Phase": "lifecycle"}}).over(HUBSPOT)
    assert said.lifecycle == "set"
    assert from_recipe({"map": {"Phase": "title"}}).over(HUBSPOT).lifecycle == "forward"
    forward = from_recipe({"lifecycle": "forward", "map": {"Phase": "lifecycle"}}).over(HUBSPOT)
    assert forward.lifecycle == "forward"
    assert HUBSPOT.of_kind("deals").lifecycle is None
    assert 'lifecycle = "forward"' in recipe(HUBSPOT)
    with pytest.raises(InvalidDataError, match='"back" is no way'):
        from_recipe({"lifecycle": "back"})


def test_the_two_orders() -> None:
    """Merging, a customer in one record is one; over time, who has left does not come back by a list."""
    assert furthest(["former", "customer", "lead"]) == "customer"
    assert not goes_forward("former", "customer")
    assert all(not goes_forward(each, each) for each in AHEAD)
