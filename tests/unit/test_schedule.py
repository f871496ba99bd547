"""What cron and systemd are given: quoted twice, and the shell gets back exactly the words."""

from __future__ import annotations

import subprocess
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain import schedule
from crm_tui.errors import InvalidDataError

PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


def as_cron_runs_it(line: str) -> str:
    """The command of a line as crontab(5) has it: an escaped percent sign is one, a bare one would end it."""
    command = line.split(maxsplit=5)[5]
    assert "%" not in command.replace("\\%", "")
    return command.replace("\\%", "%")


def test_cron_line() -> None:
    text = schedule.cron(["/usr/bin/crm", "--db", "/home/anna/my crm 100%.db", "remind"], time(7, 5))
    *comments, line = text.splitlines()
    assert line == "5 7 * * * /usr/bin/crm --db '/home/anna/my crm 100\\%.db' remind"
    assert all(comment.startswith("#") for comment in comments)
    assert any("MAILTO" in comment for comment in comments)
    assert text.endswith("\n")


def test_cron_line_with_the_way_to_the_desktop() -> None:
    lines = schedule.cron(["/usr/bin/crm"], time(19, 30), bus="unix:path=/run/user/1000/bus").splitlines()
    assert lines[-2:] == ["DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus", "30 19 * * * /usr/bin/crm"]


@given(st.lists(PRINTABLE.filter(bool), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_the_shell_of_cron_gets_the_words_back(words: list[str]) -> None:
    line = schedule.cron(["printf", "%s\\0", *words], time(7, 30)).splitlines()[-1]
    printed = subprocess.run(["/bin/sh", "-c", as_cron_runs_it(line)], capture_output=True, check=True).stdout
    assert printed.decode().split("\0")[:-1] == words


def test_systemd_units() -> None:
    text = schedule.systemd(["/usr/bin/crm", "--db", '/home/a b/100% "$x".db', "remind"], time(7, 30))
    service, timer = text.split("\n\n# ")
    assert service.startswith("# ~/.config/systemd/user/crm-remind.service\n[Unit]\n")
    assert 'ExecStart=/usr/bin/crm --db "/home/a b/100%% \\"$$x\\".db" remind' in service.splitlines()
    assert "Type=oneshot" in service
    assert timer.startswith("~/.config/systemd/user/crm-remind.timer\n[Unit]\n")
    assert "OnCalendar=*-*-* 07:30:00\nPersistent=true" in timer
    assert "WantedBy=timers.target" in timer


@pytest.mark.parametrize("word", ["/tmp/a\nb", "/tmp/\x00", "\x1b[31m"])
def test_refuses_what_no_schedule_can_hold(word: str) -> None:
    with pytest.raises(InvalidDataError):
        schedule.cron(["crm", word], time(7, 30))
    with pytest.raises(InvalidDataError):
        schedule.systemd(["crm", word], time(7, 30))


@pytest.mark.parametrize(
    ("text", "at"), [("07:30", time(7, 30)), (" 7:05 ", time(7, 5)), ("23:59", time(23, 59))]
)
def test_reads_times(text: str, at: time) -> None:
    assert schedule.parse_at(text) == at


@pytest.mark.parametrize("text", ["", "24:00", "7", "7:5", "7.30", "07:30:00", "morning", "07:30Z"])
def test_refuses_other_times(text: str) -> None:
    with pytest.raises(InvalidDataError, match="no time of the day"):
        schedule.parse_at(text)
