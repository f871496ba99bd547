"""The file under the screens: put away, put back, replaced by another, while they are open."""

from __future__ import annotations

from pathlib import Path

from crm_tui.domain import Crm
from crm_tui.screens.shell.desk import Desk, Watcher
from tests.conftest import NOW


def made(path: Path, *names: str) -> Path:
    with Crm.open(path, now=NOW) as crm:
        for name in names:
            crm.contacts.add(name=name)
    return path


def names(desk: Desk) -> list[str]:
    return [each.name for each in desk.reading().contacts.list()]


def look(watcher: Watcher) -> bool:
    return watcher.look().result(timeout=30)


def test_another_file_after_a_time_without_one(tmp_path: Path) -> None:
    path, other = made(tmp_path / "crm.db", "Anna"), made(tmp_path / "other.db", "Rosa")
    told: list[str] = []
    desk = Desk(path, NOW)
    watcher = Watcher(desk, lambda: told.append("changed"))
    assert not look(watcher)
    assert names(desk) == ["Anna"]
    path.rename(tmp_path / "away.db")
    assert look(watcher)
    other.rename(path)
    assert look(watcher)
    assert names(desk) == ["Rosa"]
    assert told == ["changed", "changed"]
    watcher.close()


def test_what_is_written_after_the_file_was_put_away_makes_a_new_one(tmp_path: Path) -> None:
    path = made(tmp_path / "crm.db", "Anna")
    desk = Desk(path, NOW)
    watcher = Watcher(desk, lambda: None)
    look(watcher)
    assert names(desk) == ["Anna"]
    path.rename(tmp_path / "away.db")
    assert look(watcher)
    desk.writing().contacts.add(name="Uma")
    assert look(watcher)
    assert names(desk) == ["Uma"]
    with Crm.open(path, now=NOW, create=False) as crm:
        assert [each.name for each in crm.contacts.list()] == ["Uma"]
    watcher.close()
