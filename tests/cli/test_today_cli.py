"""crm today, status, remind and schedule from the outside, the way a person, a prompt and cron call them."""

from __future__ import annotations

import json
import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_tui.cli import app
from crm_tui.domain import Crm

TODAY = "2026-03-02 07:30"
CRM = (sys.executable, "-m", "crm_tui")


@pytest.fixture(autouse=True)
def _business(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DB", str(database))
    monkeypatch.setenv("CRM_NOW", TODAY)


def crm(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def records(*words: str) -> Any:
    return json.loads(crm(*words, "--json").stdout)


@pytest.fixture
def busy() -> None:
    """Something overdue, something today, somebody silent and a birthday tomorrow."""
    crm("contact", "add", "Anna Kowalska", "--company", "Acme", "--birthday=--03-03", "--cadence", "30d")
    crm("followup", "add", "send offer", "--contact", "anna", "--due", "2026-02-27", "--priority", "high")
    crm("followup", "add", "call", "--due", "today 14:30")


def test_today_of_an_empty_business() -> None:
    crm("contact", "add", "Anna")
    assert records("today") == []
    assert crm("today").stdout == "kind\tref\ttitle\tdue_on\toverdue_days\tcontact\n"
    result = crm("today", "-f", "table")
    assert (result.stdout, result.stderr) == ("", "Nothing to show.\n")


@pytest.mark.usefixtures("busy")
def test_today_has_the_shape_of_the_contract() -> None:
    assert records("today", "--days", "1") == [
        {
            "kind": "followup",
            "ref": 1,
            "title": "send offer",
            "due_on": "2026-02-27",
            "overdue_days": 3,
            "contact": "Anna Kowalska",
        },
        {
            "kind": "followup",
            "ref": 2,
            "title": "call",
            "due_on": "2026-03-02",
            "overdue_days": 0,
            "contact": None,
        },
        {
            "kind": "touch",
            "ref": 1,
            "title": "never contacted",
            "due_on": "2026-03-02",
            "overdue_days": 0,
            "contact": "Anna Kowalska",
        },
        {
            "kind": "birthday",
            "ref": 1,
            "title": "birthday",
            "due_on": "2026-03-03",
            "overdue_days": -1,
            "contact": "Anna Kowalska",
        },
    ]


@pytest.mark.usefixtures("busy")
def test_today_for_a_person() -> None:
    assert crm("today", "-f", "table", "--days", "1").stdout.splitlines() == [
        "1 overdue, 1 today, 1 out of touch, 1 date",
        "Overdue",
        "! 1  send offer         Anna Kowalska · Acme   3 days, high",
        "Today",
        "· 2  call                                             14:30",
        "Keep in touch",
        "~ 1  never contacted    Anna Kowalska · Acme  every 30 days",
        "Dates",
        "  1  birthday tomorrow  Anna Kowalska · Acme",
    ]


@pytest.mark.usefixtures("busy")
def test_today_sorts_limits_and_chooses() -> None:
    assert crm("today", "--sort", "-due_on", "-f", "ids").stdout == "2\n1\n1\n"
    assert [each["contact"] for each in records("today", "--sort", "contact")][-1] is None
    assert crm("today", "--limit", "1", "--columns", "title,ref").stdout == "title\tref\nsend offer\t1\n"
    assert "mood" in crm("today", "--sort", "mood", code=2).stderr
    assert "-1 days ahead" in crm("today", "--days", "-1", code=2).stderr


@pytest.mark.usefixtures("busy")
def test_the_settings_days_are_the_usual_window(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("remind_days = 1\n")
    assert len(records("--config", str(config), "today")) == 4
    assert len(records("--config", str(config), "remind")) == 4
    assert len(records("--config", str(config), "today", "--days", "0")) == 3


def test_status_is_one_line_or_nothing(database: Path) -> None:
    assert crm("contact", "add", "Anna").stdout == ""
    assert crm("status").stdout == ""
    for due in ("2026-02-27", "2026-03-01", "today", "today", "today", "tomorrow"):
        crm("followup", "add", "call", "--due", due)
    assert crm("status").stdout == "overdue 2, today 3\n"


def test_before_the_first_write_there_is_nothing(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM_DB")
    for command in ("today", "remind"):
        result = crm(command)
        assert result.stdout == ""
        assert "crm contact add" in result.stderr
    result = crm("status")
    assert (result.stdout, result.stderr) == ("", "")
    assert crm("remind", "--once").stdout == ""
    assert not list(Path(os.environ["XDG_DATA_HOME"]).rglob("*.db"))
    crm("--db", str(database), "remind", code=7)


def test_remind_of_nothing_says_nothing() -> None:
    crm("contact", "add", "Anna")
    for words in ((), ("--once",), ("--exit-code",), ("-f", "json"), ("--notify", "email")):
        result = crm("remind", *words)
        assert (result.stdout, result.stderr) == ("", "")


@pytest.mark.usefixtures("busy")
def test_remind_says_what_is_late() -> None:
    items = records("remind")
    assert [(each["title"], each["late"]) for each in items] == [
        ("send offer", True),
        ("call", False),
        ("never contacted", False),
    ]
    assert set(items[0]) == {"kind", "ref", "title", "due_on", "overdue_days", "contact", "late"}
    assert crm("remind").stdout.splitlines()[0] == "kind\tref\ttitle\tdue_on\toverdue_days\tcontact\tlate"
    page = crm("remind", "-f", "table").stdout
    assert "! 1  send offer       Anna Kowalska · Acme  3 days, high, late" in page


@pytest.mark.usefixtures("busy")
def test_remind_tells_the_exit_code_only_when_asked() -> None:
    crm("remind")
    crm("remind", "--exit-code", code=10)
    assert len(json.loads(crm("remind", "--once", "--exit-code", "--json", code=10).stdout)) == 3
    assert crm("remind", "--once", "--exit-code", "--json").stdout == ""
    crm("remind", "--exit-code", code=10)


@pytest.mark.usefixtures("busy")
def test_remind_by_a_command_once(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"notify_command = \"sh -c 'cat >> {tmp_path}/told'\"\n")
    words = ("--config", str(config), "remind", "--once", "--notify", "command")
    assert crm(*words).stdout == ""
    told = (tmp_path / "told").read_text()
    assert told.startswith("Overdue\n! 1  send offer")
    crm(*words)
    assert (tmp_path / "told").read_text() == told
    assert len(records("remind", "--once")) == 3


@pytest.mark.usefixtures("busy")
def test_a_failed_delivery_is_exit_8_and_comes_again(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("notify_command = \"sh -c 'echo away >&2; exit 1'\"\n")
    words = ("--config", str(config), "remind", "--once", "--notify", "command")
    result = crm(*words, code=8)
    assert "sh ended with code 1: away." in result.stderr
    config.write_text(f"notify_command = 'tee {tmp_path}/told'\n")
    crm(*words)
    assert "send offer" in (tmp_path / "told").read_text()
    assert "smtp_host is missing" in crm("remind", "--notify", "email", code=8).stderr
    assert "pigeon" in crm("remind", "--notify", "pigeon", code=2).stderr


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("shell", ["{} > /dev/full", "{} >&-"])
def test_what_stdout_did_not_take_is_not_delivered(shell: str) -> None:
    command = shell.format(shlex.join((*CRM, "remind", "--once")))
    failed = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert failed.returncode == 8, failed.stderr
    assert "Traceback" not in failed.stderr
    assert len(failed.stderr.splitlines()) == 2
    assert len(records("remind", "--once")) == 3


@pytest.mark.usefixtures("busy")
def test_a_reader_that_went_away_leaves_the_reminders_undelivered() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    failed = subprocess.run(
        [*CRM, "remind", "--once"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert failed.returncode == 8, failed.stderr
    assert "could not be written" in failed.stderr
    assert len(records("remind", "--once")) == 3


@pytest.mark.usefixtures("busy")
def test_cron_runs_it_with_an_empty_environment(database: Path) -> None:
    command = [*CRM, "--db", str(database), "--now", TODAY, "remind", "--once", "--format", "table"]
    ran = subprocess.run(command, env={}, cwd="/", capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert "! 1  send offer       Anna Kowalska · Acme" in ran.stdout.decode("utf-8")
    again = subprocess.run(command, env={}, cwd="/", capture_output=True, check=False)
    assert (again.returncode, again.stdout, again.stderr) == (0, b"", b"")


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    "command", [("today",), ("status",), ("remind",), ("remind", "--once"), ("followup", "list")]
)
def test_nothing_heavy_is_imported_off_a_terminal(command: tuple[str, ...]) -> None:
    script = (
        "import sys, runpy\n"
        f"sys.argv = ['crm', *{command!r}]\n"
        "try:\n    runpy.run_module('crm_tui', run_name='__main__')\n"
        "finally:\n    print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(ran.stderr.split())
    heavy = {"rich", "textual", "sqlite_utils", "pydantic", "asyncio", "phonenumbers", "dateutil", "smtplib"}
    assert not loaded & heavy
    assert ran.stdout


@pytest.mark.usefixtures("busy")
def test_on_a_terminal_it_is_a_page_with_signs_and_styles() -> None:
    parent, child = pty.openpty()
    ran = subprocess.Popen([*CRM, "today"], stdout=child, env={**os.environ, "TERM": "xterm"})
    os.close(child)
    shown = b""
    try:
        while part := os.read(parent, 4096):
            shown += part
    except OSError:
        pass  # the terminal is gone when the program is
    assert ran.wait() == 0
    os.close(parent)
    text = shown.decode()
    assert "\x1b[2mOverdue\x1b[0m" in text
    assert "\x1b[31m!\x1b[0m" in text
    assert "14:30" in text


@pytest.mark.usefixtures("busy")
def test_schedule_cron_prints_a_line_that_runs(database: Path) -> None:
    result = crm("schedule", "cron", "--at", "7:05")
    line = result.stdout.splitlines()[-1]
    assert line.startswith("5 7 * * * /")
    words = shlex.split(line.split(maxsplit=5)[5])
    assert words[1:] == ["--db", str(database), "remind", "--once", "--format", "table"]
    assert os.access(words[0], os.X_OK)
    assert "crontab -e" in result.stderr
    ran = subprocess.run(words, env={"CRM_NOW": TODAY}, capture_output=True, text=True, check=False)
    assert ran.stdout.startswith("Overdue\n! 1  send offer")


def test_schedule_names_the_settings_and_the_way(tmp_path: Path, database: Path) -> None:
    config = tmp_path / "my config.toml"
    config.write_text("remind_days = 1\n")
    result = crm("--config", str(config), "schedule", "systemd", "--at", "06:00", "--notify", "desktop")
    assert "OnCalendar=*-*-* 06:00:00" in result.stdout
    (line,) = [each for each in result.stdout.splitlines() if each.startswith("ExecStart=")]
    assert line.endswith(f' --db {database} --config "{config}" remind --once --notify desktop')
    assert "There is no database" in result.stderr
    assert "systemctl --user enable --now crm-remind.timer" in result.stderr
    assert not database.exists()
    assert "journalctl" in crm("schedule", "systemd").stderr
    assert "pigeon" in crm("schedule", "cron", "--notify", "pigeon", code=2).stderr
    assert "noon" in crm("schedule", "cron", "--at", "noon", code=5).stderr


def test_schedule_cron_tells_the_job_where_the_desktop_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/7/bus")
    lines = crm("schedule", "cron", "--notify", "desktop").stdout.splitlines()
    assert lines[-2] == "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/7/bus"
    assert "DBUS" not in crm("schedule", "cron", "--notify", "email").stdout


@pytest.mark.parametrize(
    "words", [("today",), ("status",), ("remind",), ("schedule", "cron"), ("schedule", "systemd")]
)
def test_every_command_has_help_with_an_example(words: tuple[str, ...]) -> None:
    assert f"crm {' '.join(words)}" in crm(*words, "--help").stdout.partition("Examples:")[2]


def test_python_has_the_same(database: Path) -> None:
    with Crm.open(database, now=TODAY) as opened:
        assert opened.agenda.summary().line == ""
