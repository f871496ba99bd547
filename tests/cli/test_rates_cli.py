"""crm rate, end to end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app

Run = Callable[..., Result]


@pytest.fixture
def run(database: Path) -> Run:
    def call(*words: str) -> Result:
        return CliRunner().invoke(app, ["--db", str(database), "--now", "2026-03-02 09:30", *words])

    return call


def test_set_and_list(run: Run) -> None:
    made = run("rate", "set", "usd", "0.920", "--on", "2026-11-01", "--json")
    assert made.exit_code == 0
    assert json.loads(made.stdout) == {
        "id": 1,
        "currency": "USD",
        "rate": "0.92",
        "day": "2026-11-01",
        "created_at": "2026-03-02T09:30:00Z",
        "updated_at": "2026-03-02T09:30:00Z",
    }
    assert "Set rate of USD to 0.92 on 2026-11-01 (1). Operation 1; crm undo 1 takes it back." in made.stderr
    run("rate", "set", "USD", "0.9", "--on", "yesterday")
    run("rate", "set", "JPY", "10.5")
    listed = run("rate", "list", "--columns", "currency,rate,day")
    assert listed.stdout == (
        "currency\trate\tday\nJPY\t10.5\t2026-03-02\nUSD\t0.92\t2026-11-01\nUSD\t0.9\t2026-03-01\n"
    )
    assert run("rate", "list", "usd", "--limit", "1", "-f", "ids").stdout == "1\n"
    assert (
        run("rate", "list", "--sort", "-rate", "-f", "csv", "--columns", "rate").stdout
        == "rate\n10.5\n0.92\n0.9\n"
    )
    assert run("rate", "list", "-f", "table").stdout.splitlines()[1].split() == ["JPY", "10.5", "2026-03-02"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("set", "EUX", "1"), 5, "no known currency"),
        (("set", "EUR", "1"), 5, "EUR is the base currency"),
        (("set", "USD", "1,92"), 5, '"1,92" is no rate'),
        (("set", "USD", "-1"), 5, "A rate is above 0, and -1 is not."),
        (("set", "USD", "--", "-1"), 5, "A rate is above 0, and -1 is not."),
        (("set", "--on", "-3", "USD", "-1"), 5, '"-3" is no day'),
        (("set", "USD", "-1", "--on"), 2, "requires an argument"),
        (("set", "USD", "-x", "-1"), 2, "No such option: -x"),
        (("set", "USD", "0"), 5, "A rate is above 0, and 0 is not."),
        (("set", "USD", "1", "--on", "someday"), 5, '"someday" is no day'),
        (("set", "USD"), 2, "Missing argument"),
        (("list", "--sort", "worth"), 2, 'cannot be sorted by "worth"'),
    ],
)
def test_errors(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    run("rate", "set", "GBP", "1.15")
    result = run("rate", *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr


@pytest.mark.parametrize("command", ["set", "list"])
def test_help_has_an_example(run: Run, command: str) -> None:
    shown = run("rate", command, "--help")
    assert shown.exit_code == 0
    assert f"crm rate {command}" in shown.stdout.partition("Examples:")[2]
