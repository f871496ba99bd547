"""Import: what is no table, from cards to folders of mail; the same steps but for the columns."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

import pytest
from textual.pilot import Pilot

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.screens.forms.dialogs import Choose
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.importing import import_files
from crm_tui.screens.importing.frame import COLUMNS, FILE, PLAN, RESULT
from crm_tui.screens.importing.import_run import Run
from crm_tui.text import is_clean
from crm_tui.widgets.frame.progress_view import ProgressView
from crm_tui.widgets.lines import Lines
from tests.tui.conftest import Opener, press, screen_text, settle, type_in
from tests.tui.test_import_screen import PEOPLE, hold, pick, screen, until

ME = "me@own.example"


def card(number: int, name: str) -> str:
    """A card with a UID."""
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:card-{number}\r\nFN:{name}\r\n"
        f"EMAIL:p{number}@vale.example\r\nEND:VCARD\r\n"
    )


def todo(number: int, title: str) -> str:
    """A calendar with one thing to do."""
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nBEGIN:VTODO\r\nUID:todo-{number}\r\n"
        f"DTSTAMP:20260101T000000Z\r\nSUMMARY:{title}\r\nDUE;VALUE=DATE:20260310\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
    )


def message(number: int, sender: str, date: str = "Mon, 2 Feb 2026 08:00:00 +0000") -> str:
    """A message to me."""
    return (
        f"Message-ID: <{number}@vale.example>\nFrom: {sender}\nTo: {ME}\nDate: {date}\n"
        f"Subject: Letter {number}\n\nHow are you?\n"
    )


def mbox(*messages: str) -> str:
    """Messages behind each other."""
    return "".join(f"From x@y.example Mon Feb  2 08:00:00 2026\n{each}\n" for each in messages)


BAD_CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nBDAY:1990-01-01\r\nEND:VCARD\r\n"
ANNA, ZOE = "Anna Kowalska <anna@example.com>", "Zoe Zimmer <zoe@example.org>"
LETTERS = mbox(message(1, ANNA), message(2, ZOE), message(3, ZOE), message(4, ANNA, "no day"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder the program is started in: cards, a calendar, mail, and folders of each."""
    made = tmp_path / "files"
    for name in ("cards", "calendar", "Mail/cur", "Mail/new", "Mail/tmp"):
        (made / name).mkdir(parents=True)
    texts = {
        "cards.vcf": card(1, "Anna Vale") + BAD_CARD + card(2, "Bob Stone"),
        "work.ics": todo(1, "Call Anna"),
        "letters.mbox": LETTERS,
        "one.eml": message(1, ANNA),
        "Inbox": LETTERS,
        "notes": "From time to time\n".replace("From", "for"),
        "cards/1.vcf": card(1, "Anna Vale"),
        "cards/2.vcf": card(2, "Bob Stone"),
        "calendar/1.ics": todo(1, "Call Anna"),
        "Mail/cur/1:2,S": message(1, ANNA),
        "Mail/new/2": message(2, ZOE),
        "people.csv": PEOPLE,
    }
    for name, text in texts.items():
        (made / name).write_bytes(text.encode())
    monkeypatch.chdir(made)
    return made


SOURCES = {
    "vcard": ("cards.vcf", "vCards · update known", "2 new, 1 rejected", "contacts"),
    "ics": ("work.ics", "a calendar · update known", "1 new", "followups"),
    "mbox": ("letters.mbox", "mail", "1 new, 2 skipped, 1 rejected", "interactions"),
    "a mailbox without an ending": ("Inbox", "mail", "1 new, 2 skipped, 1 rejected", "interactions"),
    "eml": ("one.eml", "mail", "1 new", "interactions"),
    "vcard folder": ("cards", "vCards · update known", "2 new", "contacts"),
    "ics folder": ("calendar", "a calendar · update known", "1 new", "followups"),
    "maildir": ("Mail", "mail", "1 new, 1 skipped", "interactions"),
}


async def take(pilot: Pilot[None], path: Path) -> None:
    """Type a path and take it; a folder is entered, and taken by what stands at its top."""
    await pick(pilot, path)
    if screen(pilot).step == FILE:
        await press(pilot, "enter")


@pytest.mark.parametrize(("name", "held", "counts", "kind"), SOURCES.values(), ids=SOURCES.keys())
async def test_every_source_is_tried_imported_and_taken_back(
    opened: Opener, folder: Path, crm_of: Crm, name: str, held: str, counts: str, kind: str
) -> None:
    service = getattr(crm_of, kind)
    before = service.count()
    async with opened((100, 30), start="import", config=Config(own_emails=(ME,))) as pilot:
        await take(pilot, folder / name)
        assert screen(pilot).step == PLAN
        text = screen_text(pilot)
        assert f" {held}\n" in text
        assert ">2 Dry run   3 Import" in text
        assert "Columns" not in text
        assert service.count() == before
        await press(pilot, "i")
        assert f"Import {name}: {counts}?" in screen_text(pilot)
        await press(pilot, "y")
        assert screen(pilot).step == RESULT
        assert f"+ {name} is imported." in screen_text(pilot)
        assert service.count() == before + int(counts[0])
        await press(pilot, "u")
        assert service.count() == before
        assert "was taken back" in screen_text(pilot)
        await press(pilot, "U", "escape")
        assert screen(pilot).step == FILE
        # the same again changes nothing
        await take(pilot, folder / name)
        assert "There is nothing to import." in screen_text(pilot)


async def test_the_list_has_what_can_be_imported(opened: Opener, folder: Path) -> None:
    async with opened((100, 30), start="import") as pilot:
        text = screen_text(pilot)
        for name in ("cards.vcf", "work.ics", "letters.mbox", "one.eml", "Inbox", "people.csv"):
            assert name in text
        assert "notes" not in text
        # the folder one is in, as a whole
        assert "./  every .vcf in here" in text
        screen(pilot).files.go_to(("folder", folder / "Mail"))
        await press(pilot, "enter")
        assert "./  the mail in here" in screen_text(pilot)
        assert screen(pilot).files.cursor_key == ("maildir", folder / "Mail")


async def test_a_folder_of_both_offers_both(opened: Opener, folder: Path, crm_of: Crm) -> None:
    (folder / "cards" / "due.ics").write_text(todo(7, "Send it"), newline="")
    before = crm_of.followups.count()
    assert import_files.read_folder(f"{folder}/cards/").makes == ["vcard", "ics"]
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "cards")
        await press(pilot, "down", "enter", "i", "y")
        assert crm_of.followups.count() == before + 1


async def test_rejected_cards_are_told_and_written(opened: Opener, folder: Path, crm_of: Crm) -> None:
    # so wide that the longest path of a test's folder is told whole
    async with opened((200, 30), start="import") as pilot:
        await pick(pilot, folder / "cards.vcf")
        await press(pilot, "left", "enter")
        assert "x line 7, rejected" in screen_text(pilot)
        await press(pilot, "escape", "b")
        assert "Write the rejected cards" in screen_text(pilot)
        cast("FormScreen", pilot.app.screen).fill({"path": str(folder / "bad.csv")})
        await press(pilot, "enter")
        assert "The rejected cards are in" in screen_text(pilot)
        assert screen(pilot).step == PLAN
        assert len(crm_of.history()) == 1
        await press(pilot, "i", "r")
        text = screen_text(pilot)
        assert "3  cards" in text
        assert "x line 7: there is no name" in text
        assert "cards.rejects.csv" in text
    for name in ("bad.csv", "cards.rejects.csv"):
        assert "BDAY:1990-01-01" in (folder / name).read_text()


async def test_in_a_folder_items_are_counted(opened: Opener, folder: Path) -> None:
    (folder / "cards" / "0.vcf").write_text(BAD_CARD)
    async with opened((100, 30), start="import") as pilot:
        await take(pilot, folder / "cards")
        assert "cards · 3 cards" in screen_text(pilot)
        assert "Item" in screen_text(pilot)
        await press(pilot, "enter")
        assert "x item 1, rejected" in screen_text(pilot)
        assert "0.vcf: there is no name" in screen_text(pilot)


async def test_unknown_senders_are_listed_and_made_by_an_option(
    opened: Opener, folder: Path, crm_of: Crm
) -> None:
    async with opened((100, 30), start="import", config=Config(own_emails=(ME,))) as pilot:
        await pick(pilot, folder / "letters.mbox")
        text = screen_text(pilot)
        assert 'Possible contacts, which "make people" in the options makes: 1.' in text
        await press(pilot, "tab")
        assert pilot.app.focused is screen(pilot).query_one("#said", Lines)
        await press(pilot, "end")
        assert "Zoe Zimmer <zoe@example.org>: 2 messages." in screen_text(pilot)
        await press(pilot, "tab", "o")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert set(form.texts()) == {"create_missing", "tags", "strict"}
        form.fill({"tags": "archive"})
        await press(pilot, "ctrl+s")
        # what does not fit is asked again, with what was typed
        again = pilot.app.screen
        assert isinstance(again, FormScreen)
        assert 'The tags are for the people whom "make people" makes.' in screen_text(pilot)
        assert again.texts()["tags"] == "archive"
        again.fill({"create_missing": "yes"})
        await press(pilot, "ctrl+s")
        assert "mail · tag archive · make people" in screen_text(pilot)
        assert "+ new 3" in screen_text(pilot)
        await press(pilot, "i", "y")
    (zoe,) = crm_of.contacts.list("zimmer")
    assert (zoe.name, list(zoe.tags)) == ("Zoe Zimmer", ["archive"])


async def test_options_of_cards(opened: Opener, folder: Path, crm_of: Crm) -> None:
    crm_of.contacts.add(name="Anna V.", emails=["p1@vale.example"])
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "cards.vcf")
        assert "~ changed 1" in screen_text(pilot)
        await press(pilot, "o")
        form = cast("FormScreen", pilot.app.screen)
        assert set(form.texts()) == {"on_match", "key", "tags", "encoding", "region", "strict"}
        form.fill({"on_match": "skip", "key": "email", "tags": "fair", "region": "DE"})
        await press(pilot, "ctrl+s")
        assert "vCards · skip known by email · tag fair · phones of DE" in screen_text(pilot)
        assert "- skipped 1" in screen_text(pilot)
        # what was said stays said, also after a look elsewhere
        await press(pilot, "escape")
        await pick(pilot, folder / "cards.vcf")
        assert "skip known by email" in screen_text(pilot)
        await press(pilot, "o")
        cast("FormScreen", pilot.app.screen).fill({"strict": "yes"})
        await press(pilot, "ctrl+s")
        assert "1 of 3 rows cannot be taken" in screen_text(pilot)
        await press(pilot, "escape")
        assert "all or none" not in screen_text(pilot)
        assert screen(pilot).step == PLAN


async def test_only_what_has_columns_has_keys_for_them(opened: Opener, folder: Path) -> None:
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "cards.vcf")
        for key in ("c", "x", "w", "r"):
            await press(pilot, key)
            assert pilot.app.screen is screen(pilot)
            assert screen(pilot).step == PLAN
        await press(pilot, "d")
        assert screen(pilot).step == PLAN
        await press(pilot, "escape")
        assert screen(pilot).step == FILE
        # and a table after it has all its steps again
        await pick(pilot, folder / "people.csv")
        assert screen(pilot).step == COLUMNS
        assert ">2 Columns   3 Dry run" in screen_text(pilot)
        await press(pilot, "d", "escape")
        assert screen(pilot).step == COLUMNS
        await press(pilot, "escape")
        await pick(pilot, folder / "cards.vcf")
        assert ">2 Dry run" in screen_text(pilot)
        assert screen(pilot).seen is None


async def test_what_cannot_be_read_says_why_and_stays(opened: Opener, folder: Path) -> None:
    (folder / "empty.vcf").touch()
    (folder / "none.ics").write_text("hello")
    (folder / "nothing").mkdir()
    found = [
        ("empty.vcf", "empty.vcf is empty."),
        ("none.ics", "none.ics is no iCalendar file"),
        ("gone.vcf", "gone.vcf cannot be read: No such file"),
    ]
    if os.geteuid():
        # root may read everything
        (folder / "secret.vcf").touch(0o000)
        found.append(("secret.vcf", "Permission denied"))
    async with opened((100, 30), start="import") as pilot:
        for name, words in found:
            await pick(pilot, folder / name)
            assert words in screen_text(pilot)
            assert screen(pilot).step == FILE
            assert screen(pilot).bar.value == str(folder / name)
        await pick(pilot, folder / "nothing")
        assert "nothing in here that can be imported" in screen_text(pilot)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("old.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Иван Петров\r\nEND:VCARD\r\n"),
        ("old.ics", todo(1, "Позвонить Анне")),
    ],
    ids=["vcard", "ics"],
)
async def test_another_encoding_is_asked_for(opened: Opener, folder: Path, name: str, text: str) -> None:
    (folder / name).write_bytes(text.encode("cp1251"))
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / name)
        assert "Where do its letters look right?" in screen_text(pilot)
        await press(pilot, "escape")
        assert screen(pilot).step == FILE
        await press(pilot, "enter")
        line = next(each for each in screen_text(pilot).splitlines() if "cp1251" in each)
        await press(pilot, line.split("cp1251")[0].split()[-1])
        assert "cp1251" in screen_text(pilot)
        assert ("Иван Петров" if name.endswith("vcf") else "Позвонить Анне") in screen_text(pilot)


async def test_a_file_that_breaks_off_in_its_encoding_is_asked_about(opened: Opener, folder: Path) -> None:
    (folder / "torn.vcf").write_bytes(card(1, "Анна").encode("utf-16") + b"\n")
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "torn.vcf")
        assert "Where do its letters look right?" in screen_text(pilot)
        await press(pilot, "escape")
        assert "torn.vcf is not utf-16" in screen_text(pilot)
        assert screen(pilot).step == FILE


@pytest.mark.parametrize("name", ["cards.vcf", "cards", "Mail"])
async def test_what_changes_between_the_steps_is_tried_again(
    opened: Opener, folder: Path, crm_of: Crm, name: str
) -> None:
    more = {"cards.vcf": "cards.vcf", "cards": "cards/9.vcf", "Mail": "Mail/new/9"}[name]
    text = message(9, ANNA) if name == "Mail" else card(9, "Uma Rao")
    async with opened((100, 30), start="import") as pilot:
        await take(pilot, folder / name)
        (folder / more).write_text(text)
        await press(pilot, "i", "y")
        assert f"{name} has changed." in screen_text(pilot)
        assert screen(pilot).step == PLAN
        assert ("Letter 9" if name == "Mail" else "Uma Rao") in screen_text(pilot)
        assert len(crm_of.history()) == 1
        await press(pilot, "i", "y")
        assert screen(pilot).step == RESULT
        assert len(crm_of.history()) == 2


async def test_what_is_gone_between_the_steps(opened: Opener, folder: Path, crm_of: Crm) -> None:
    async with opened((100, 30), start="import") as pilot:
        await pick(pilot, folder / "cards.vcf")
        (folder / "cards.vcf").unlink()
        await press(pilot, "d")
        assert "cards.vcf cannot be read: No such file" in screen_text(pilot)
        await press(pilot, "i", "y")
        assert "cards.vcf cannot be read: No such file" in screen_text(pilot)
        assert len(crm_of.history()) == 1
        assert not screen(pilot).running


@pytest.mark.parametrize("keys", [(), ("i", "y")], ids=["dry run", "import"])
async def test_a_long_mailbox_can_be_stopped(
    opened: Opener, folder: Path, crm_of: Crm, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]
) -> None:
    path = folder / "long.mbox"
    path.write_text(mbox(*(message(number, ANNA) for number in range(2100))))
    before = crm_of.interactions.count()
    async with opened((80, 24), start="import", config=Config(own_emails=(ME,))) as pilot:
        if keys:
            await pick(pilot, path)
            await press(pilot, *keys[:-1])
        else:
            await press(pilot, "slash")
            screen(pilot).bar.value = ""
            await type_in(pilot, str(path))
        there, _ = hold(monkeypatch)
        await pilot.press(keys[-1] if keys else "enter")
        await until(pilot, there.is_set)
        await until(pilot, lambda: "2,000 of 2,100 messages" in screen_text(pilot))
        assert "escape stops it" in screen_text(pilot)
        await press(pilot, "escape")
        assert "Stopped. Nothing was changed." in screen_text(pilot)
        assert screen(pilot).step == (PLAN if keys else FILE)
        assert crm_of.interactions.count() == before
        assert len(crm_of.history()) == 1


def test_a_run_counts_what_it_reads() -> None:
    run = Run("Dry run", "", "messages")
    run.tell(10, 20)
    assert run.figures().startswith("10 of 20 messages")


async def test_the_first_import_makes_the_file(opened: Opener, folder: Path, database: Path) -> None:
    path = database.with_name("new.db")
    async with opened((100, 30), start="import", path=path) as pilot:
        await take(pilot, folder / "cards")
        assert "+ new 2" in screen_text(pilot)
        assert not path.exists()
        await press(pilot, "i")
        assert isinstance(pilot.app.screen, Choose)
        await press(pilot, "y")
        assert path.exists()


@pytest.mark.parametrize("size", [(80, 24), (20, 6)], ids=["80x24", "20x6"])
async def test_hostile_cards_mail_and_names(opened: Opener, folder: Path, size: tuple[int, int]) -> None:
    evil = "[@click=app.quit]x[/] \x1b]52;c;ZXZpbA==\x07 \u202e"

    def check(pilot: Pilot[None]) -> None:
        for strip in pilot.app.screen._compositor.render_strips():
            for segment in strip:
                assert segment.control is None
                assert is_clean(segment.text), ascii(segment.text)
                meta = segment.style.meta if segment.style else {}
                assert not any("click" in str(key) for key in meta), meta

    odd = folder / "[@click=app.quit]\x1b[2J"
    (odd / "cur").mkdir(parents=True)
    (odd / "cur" / "1").write_text(message(1, f'"{evil}" <e@evil.example>').replace("Letter", evil))
    (folder / "evil.vcf").write_text(card(1, evil) + BAD_CARD.replace("BDAY", f"X-{evil}"), newline="")
    async with opened(size, start="import") as pilot:
        await pick(pilot, folder / "evil.vcf")
        assert screen(pilot).step == PLAN
        check(pilot)
        await press(pilot, "enter")
        check(pilot)
        await press(pilot, "escape", "o")
        check(pilot)
        await press(pilot, "escape", "escape")
        screen(pilot).go_into(odd)
        await settle(pilot)
        check(pilot)
        screen(pilot).files.focus()
        await press(pilot, "enter")
        assert screen(pilot).step == PLAN
        check(pilot)
        await press(pilot, "o")
        check(pilot)
        await press(pilot, "escape", "i", "escape")
        check(pilot)
        assert pilot.app.return_code is None
        assert not screen(pilot).query_one(ProgressView).has_focus
