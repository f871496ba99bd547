"""crm config: reading, setting and removing settings from the outside."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.config import SETTINGS, Config, load
from crm_tui.config_file import THEMES

WRITTEN = """# my settings
region = "DE"  # where most of my numbers are from
remind_days = 2

[keys]
# one hand on the mouse
"contact.add" = "n"

[keys.deal]
move = "m"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the settings of the test are, or will be."""
    return tmp_path / "settings" / "config.toml"


def crm(file: Path, *words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["--config", str(file), *words])
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


@pytest.fixture
def written(file: Path) -> Path:
    """A file somebody wrote with comments."""
    file.parent.mkdir()
    file.write_text(WRITTEN)
    return file


def test_get_shows_every_setting_with_what_counts(written: Path) -> None:
    shown = json.loads(crm(written, "config", "get", "--json").stdout)
    assert [each["name"] for each in shown] == [setting.name for setting in SETTINGS]
    values = {each["name"]: each["value"] for each in shown}
    assert (values["region"], values["remind_days"], values["base_currency"]) == ("DE", 2, "EUR")
    assert values["keys"] == {"contact.add": "n", "deal.move": "m"}
    assert all(each["help"] for each in shown)


def test_get_one_prints_the_bare_value(written: Path) -> None:
    assert crm(written, "config", "get", "region").stdout == "DE\n"
    assert crm(written, "config", "get", "remind_days", "--json").stdout == "2\n"
    assert crm(written, "config", "get", "keys.deal.move").stdout == "m\n"
    assert crm(written, "config", "get", "timezone").stdout == ""
    assert crm(written, "config", "get", "timezone", "--json").stdout == "null\n"
    crm(written, "config", "get", "keys.deal.win", code=3)
    crm(written, "config", "get", "-f", "ids", code=2)
    assert "Did you mean region?" in crm(written, "config", "get", "regoin", code=2).stderr


def test_set_changes_one_line_and_keeps_the_rest(written: Path) -> None:
    result = crm(written, "config", "set", "remind_days", "7")
    assert result.stdout == ""
    assert f"remind_days is now 7, in {written}." in result.stderr
    assert written.read_text() == WRITTEN.replace("remind_days = 2", "remind_days = 7")


def test_set_checks_before_it_writes(written: Path) -> None:
    for key, value in (
        ("remind_days", "many"),
        ("region", "Germany"),
        ("base_currency", "EURO"),
        ("smtp_port", "0"),
        ("theme", "NONSENSE"),
    ):
        crm(written, "config", "set", key, value, code=5)
    assert "Did you mean theme?" in crm(written, "config", "set", "them", "x", code=2).stderr
    crm(written, "config", "set", "keys", "x", code=2)
    assert written.read_text() == WRITTEN


def test_the_theme_is_one_there_is(written: Path) -> None:
    result = crm(written, "config", "set", "theme", "crm-lite", code=5)
    assert 'There is no theme "crm-lite".' in result.stderr
    assert "Did you mean crm-light?" in result.stderr
    assert "There are: crm-dark, " in crm(written, "config", "set", "theme", "mauve", code=5).stderr
    assert written.read_text() == WRITTEN
    for theme in THEMES:
        assert crm(written, "config", "set", "theme", theme).stderr.startswith(f"theme is now {theme}, ")
    # one that came into the file by hand stands in the way of nothing else
    written.write_text('theme = "mauve"\nremind_days = 3\n')
    assert crm(written, "config", "get", "theme").stdout == "mauve\n"
    assert crm(written, "config", "get", "remind_days").stdout == "3\n"


def test_set_writes_lists_and_numbers_as_such(written: Path) -> None:
    crm(written, "config", "set", "own_emails", "me@example.com, info@example.com")
    crm(written, "config", "set", "base_currency", "azn")
    config = load(written)
    assert config.own_emails == ("me@example.com", "info@example.com")
    assert config.base_currency == "AZN"


def test_set_keys_of_actions_wherever_they_stand(written: Path) -> None:
    crm(written, "config", "set", "keys.contact.add", "ctrl+n")
    crm(written, "config", "set", "keys.deal.move", "x")
    crm(written, "config", "set", "keys.deal.win", "w")
    assert load(written).keys == {"contact.add": "ctrl+n", "deal.move": "x", "deal.win": "w"}
    assert "# one hand on the mouse" in written.read_text()
    crm(written, "config", "set", "keys.deal.move", "none")
    assert load(written).keys == {"contact.add": "ctrl+n", "deal.win": "w"}


def test_none_brings_the_default_back(written: Path) -> None:
    assert "no longer set" in crm(written, "config", "set", "remind_days", "none").stderr
    assert "was not set" in crm(written, "config", "set", "remind_days", "none").stderr
    assert load(written).remind_days == Config().remind_days
    assert "where most of my numbers" in written.read_text()
    crm(written, "config", "set", "smtp_security", "none")
    assert load(written).smtp_security == "none"


def test_the_file_is_the_owners_alone_and_made_where_it_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "config.toml"
    result = CliRunner().invoke(app, ["--config", str(file), "config", "set", "theme", "crm-light"])
    assert result.exit_code == 0
    assert file.read_text() == 'theme = "crm-light"\n'
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file], "nothing is left beside it"


def test_a_link_stays_a_link(written: Path, tmp_path: Path) -> None:
    link = tmp_path / "config.toml"
    link.symlink_to(written)
    crm(link, "config", "set", "remind_days", "3")
    assert link.is_symlink()
    assert load(written).remind_days == 3


def test_a_broken_file_is_told_and_left_alone(written: Path) -> None:
    written.write_text("region = \n")
    assert "no valid TOML" in crm(written, "config", "set", "theme", "nord", code=5).stderr
    assert written.read_text() == "region = \n"
    written.write_text('colour = "red"\n')
    assert 'no setting "colour"' in crm(written, "config", "get", code=2).stderr


def test_path_is_the_usual_one_or_the_one_named(file: Path) -> None:
    usual = CliRunner().invoke(app, ["config", "path"])
    assert usual.stdout == f"{Path.home() / 'xdg_config_home' / 'crm' / 'config.toml'}\n"
    named = CliRunner().invoke(app, ["--config", str(file), "config", "path"])
    assert named.stdout == f"{file}\n"
    assert not file.exists()


def test_a_configuration_that_is_named_must_be_there(file: Path) -> None:
    missing = CliRunner().invoke(app, ["--config", str(file), "config", "get"])
    assert missing.exit_code == 2
    assert "There is no configuration" in missing.stderr
