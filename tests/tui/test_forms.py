"""Forms as data, and the one modal that renders them."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from textual.app import App, ComposeResult

from crm_tui.dates import Clock
from crm_tui.domain import Crm
from crm_tui.errors import CrmError, InvalidDataError
from crm_tui.screens.forms import fields
from crm_tui.screens.forms.fields import Field, Form
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.shell import opener
from crm_tui.screens.shell.memory import Draft, Memory
from crm_tui.widgets.entry.choice_line import ChoiceLine
from crm_tui.widgets.entry.long_text import LongText
from tests.conftest import INSTANT, NOW
from tests.tui.conftest import Opener, crm_app, press, screen_text, settle, type_in

CLOCK = Clock.fixed(NOW)


@pytest.mark.parametrize(
    ("check", "text", "value"),
    [
        (fields.birthday, "--06-25", "--06-25"),
        (fields.cadence, "6w", 42),
        (fields.duration, "1h", 60),
        (fields.rule, "every 3 months", "every 3 months"),
        (fields.several, "a@b.c; d@e.f,", ["a@b.c", "d@e.f"]),
        (fields.tags, "vip, wine", ["vip", "wine"]),
        (fields.tag_changes, "vip, -old, +new", (["vip", "new"], ["old"])),
        (None, "  text ", "text"),
    ],
)
def test_a_check_turns_text_into_a_value(check: Any, text: str, value: object) -> None:
    assert Field("key", "label", check=check).read(text, CLOCK) == value


@pytest.mark.parametrize(
    ("check", "text"),
    [(fields.birthday, "soon"), (fields.cadence, "often"), (fields.duration, "long"), (fields.rule, "now and then"),
     (fields.when, "whenever"), (fields.tags, "x" * 65)],
)  # fmt: skip
def test_a_check_refuses_what_it_does_not_understand(check: Any, text: str) -> None:
    with pytest.raises(CrmError):
        Field("key", "label", check=check).read(text, CLOCK)


def test_an_empty_text_is_no_value_or_is_refused() -> None:
    assert Field("key", "label", check=fields.when).read(" ", CLOCK) is None
    assert Field("key", "label", check=fields.tags).read("", CLOCK) == []
    with pytest.raises(InvalidDataError, match=r"Label is empty\."):
        Field("key", "label", required=True).read(" ", CLOCK)


@pytest.mark.parametrize(
    ("echo", "value", "text"),
    [
        (fields.tell_cadence, 1, "every day"),
        (fields.tell_cadence, 42, "every 42 days"),
        (fields.tell_duration, 1, "1 minute"),
        (fields.tell_duration, 60, "60 minutes"),
        (fields.tell_tag_changes, (["a"], ["b"]), "put on a, take off b"),
        (fields.tell_when, fields.when("tomorrow 9:30", CLOCK), "tomorrow  Tue 3 Mar 09:30"),
    ],
)
def test_an_echo_says_what_was_understood(echo: Any, value: object, text: str) -> None:
    assert echo(value, CLOCK) == text


async def test_a_choice_by_arrow_letter_and_mouse(opened: Opener) -> None:
    async with opened() as pilot:
        await press(pilot, "l")
        choice = pilot.app.screen.query_one("#field-kind", ChoiceLine)
        await press(pilot, "right")
        assert choice.value == "email"
        await press(pilot, "m")
        assert choice.value == "meeting"
        await press(pilot, "m")
        assert choice.value == "message"
        await press(pilot, "left", "left", "left", "left")
        assert choice.value == "note"
        await pilot.click("#field-kind", offset=(2, 0))
        await settle(pilot)
        assert choice.value == "call"


async def test_of_more_words_than_fit_the_chosen_one_is_in_sight() -> None:
    class Words(App[None]):
        def compose(self) -> ComposeResult:
            yield ChoiceLine(["alpha", "小林", "gamma", "delta", "epsilon"], "alpha")

    app = Words()
    async with app.run_test(size=(26, 3)) as pilot:
        choice = app.query_one(ChoiceLine)
        assert choice.render().plain.rstrip() == "[alpha]  小林   gamma  …"
        await pilot.press("left")
        assert choice.value == "epsilon"
        assert choice.render().plain.rstrip() == "… delta  [epsilon]"
        await pilot.press("left", "left")
        assert choice.render().plain.rstrip() == "… 小林  [gamma]  delta  …"
        # the middle of a word that is two cells a sign, behind the sign that there are more
        await pilot.click(choice, offset=(4, 0))
        assert choice.value == "小林"
        await pilot.resize_terminal(60, 3)
        assert "…" not in choice.render().plain
        await pilot.resize_terminal(8, 3)
        assert "[小林]" in choice.render().plain


async def test_enter_goes_on_and_saves_at_the_end(opened: Opener, crm_of: Crm) -> None:
    async with opened() as pilot:
        await press(pilot, "f")
        await type_in(pilot, "one two")
        await press(pilot, "enter", "enter", "enter", "enter")
        assert crm_of.followups.count("title:two") == 1


async def test_afresh_forgets_what_was_typed(opened: Opener) -> None:
    async with opened() as pilot:
        await press(pilot, "f")
        await type_in(pilot, "one two")
        await press(pilot, "escape")
        assert "Kept what you typed." in screen_text(pilot)
        await press(pilot, "f")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        assert screen.texts()["title"] == "one two"
        await press(pilot, "ctrl+r")
        assert screen.texts()["title"] == ""
        await press(pilot, "escape")
        assert crm_app(pilot).memory.drafts() == []


async def test_a_locked_file_keeps_the_form(
    opened: Opener, crm_of: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_tui.store.connection.BUSY_MILLISECONDS", 1)
    async with opened() as pilot:
        await press(pilot, "f")
        await type_in(pilot, "one two")
        crm_of.connection.execute("BEGIN IMMEDIATE")
        await press(pilot, "ctrl+s")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        assert "crm.db is locked by another process." in screen_text(pilot)
        assert screen.texts()["title"] == "one two"
        crm_of.connection.execute("ROLLBACK")
        await press(pilot, "ctrl+s")
        assert crm_of.followups.count("title:two") == 1


async def test_long_text_is_edited_as_lines(opened: Opener, crm_of: Crm) -> None:
    async with opened((100, 30), "contacts") as pilot:
        await press(pilot, "/")
        await type_in(pilot, "zoe")
        await press(pilot, "enter", "e")
        pilot.app.screen.query_one("#field-note", LongText).focus()
        await settle(pilot)
        await type_in(pilot, "one\r\ntwo\x1b")
        await press(pilot, "ctrl+s")
        assert crm_of.contacts.list("zoe")[0].note == "one\ntwo␛"


async def test_any_form_can_be_rendered(opened: Opener) -> None:
    kept: list[object] = []
    form = Form(
        "odd", "Odd", (Field("a", "a", "long", "x"), Field("b", "b", "choice", choices=("u", "v"))), _no_save
    )
    async with opened() as pilot:
        pilot.app.push_screen(FormScreen(form), kept.append)
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert kept == ["saved"]


def _no_save(crm: Crm, filled: fields.Filled) -> str:
    assert filled.values == {"a": "x", "b": "u"}
    assert not filled.changed
    return "saved"


def test_drafts_are_private_and_belong_to_one_database(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "state", tmp_path / "a.db")
    memory.keep_draft(Draft("form", "A form", INSTANT, {"text": "\ud83d half a pair"}))
    (place,) = (tmp_path / "state" / "drafts").iterdir()
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    draft = memory.draft("form")
    assert draft is not None
    assert draft.texts == {"text": "\ud83d half a pair"}
    assert Memory(tmp_path / "state", tmp_path / "b.db").drafts() == []
    memory.drop_draft("form")
    memory.drop_draft("form")
    assert memory.drafts() == []


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"form": 1}', '{"form": "a", "title": "b", "saved_at": "c"}', "\xff"]
)
def test_a_spoilt_draft_is_no_draft(tmp_path: Path, text: str) -> None:
    memory = Memory(tmp_path, tmp_path / "a.db")
    memory.keep_draft(Draft("form", "A form", INSTANT, {}))
    (place,) = (tmp_path / "drafts").iterdir()
    place.write_bytes(text.encode("latin-1"))
    assert memory.draft("form") is None
    assert memory.drafts() == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "-x",
        "https://",
        "http://a b",
        "https://x\n",
        "https://[x",
    ],
)
def test_only_mail_and_web_are_ever_opened(url: str) -> None:
    assert opener.open_link(url) == "That is no mail address and no web link."
