"""What the screens look like. Each docstring says what to see; ``pytest --snapshot-update`` takes new pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.conftest import MIDDLE, SMALL, WIDE, Look


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is not there, under a name that is the same in every run."""
    monkeypatch.chdir(tmp_path)
    return Path("new.db")


def test_today_80(look: Look) -> None:
    """Figures, a thin rule, then Overdue, Today, Keep in touch, Dates, Stuck under quiet headings; eight keys."""
    assert look(SMALL)


def test_today_120(look: Look) -> None:
    """The same over the whole width; titles are not cut; Coming is in sight."""
    assert look(MIDDLE)


def test_today_200(look: Look) -> None:
    """The card of the person under the cursor stands at the right, behind a thin line."""
    assert look(WIDE, "j")


def test_today_light(look: Look) -> None:
    """Dark text on paper; red only for what is overdue."""
    assert look(SMALL, theme="crm-light")


def test_today_contrast(look: Look) -> None:
    """White and yellow on black; the cursor is a yellow bar."""
    assert look(SMALL, theme="crm-contrast")


def test_today_after_a_write(look: Look) -> None:
    """The line above the keys says what was done, and that u takes it back."""
    assert look(SMALL, "d")


def test_today_marked(look: Look) -> None:
    """Two rows carry a star; done and snooze come first among the keys."""
    assert look(SMALL, "space", "space")


def test_today_empty(look: Look, nothing: Path) -> None:
    """In the middle: nothing is here yet, where the file will be, and the keys to begin with."""
    assert look(SMALL, path=nothing)


def test_snooze(look: Look) -> None:
    """One line asks until when; beside it stands the day that was understood."""
    assert look(SMALL, "s", "type:friday")


def test_contacts_80(look: Look) -> None:
    """The list over the whole width, the filter line above it, signs at the left."""
    assert look(SMALL, start="contacts")


def test_contacts_120(look: Look) -> None:
    """List and card side by side; on the card address, rhythm, promises, deals, note, and the timeline by month."""
    assert look(MIDDLE, "/", "type:anna", "enter", start="contacts")


def test_contacts_200(look: Look) -> None:
    """E-mail and tags have columns of their own."""
    assert look(WIDE, "j", "j", start="contacts")


def test_contacts_nobody_fits(look: Look) -> None:
    """In the middle: nobody fits, and how to see everybody again."""
    assert look(SMALL, "/", "type:zzzz", start="contacts")


def test_contacts_empty(look: Look, nothing: Path) -> None:
    """In the middle: nobody is here yet, and the key that adds the first person."""
    assert look(SMALL, start="contacts", path=nothing)


def test_form_80(look: Look) -> None:
    """All fields of a person fit, the keys stand at the bottom."""
    assert look(SMALL, "/", "type:anna", "enter", "e", start="contacts")


def test_form_120(look: Look) -> None:
    """The form of a log in the middle, the list dimmed behind it; the next step is echoed as a day."""
    assert look(
        MIDDLE, "l", "tab", "type:met at the fair", "tab", "tab", "tab", "tab", "tab", "type:in 3 days"
    )


def test_form_refused(look: Look) -> None:
    """The reason stands in red beneath the fields, what was typed is still there."""
    assert look(SMALL, "a", "tab", "type:Acme", "ctrl+s", start="contacts")


def test_which_followup(look: Look) -> None:
    """Two follow-ups to choose from, with their days, by number or arrow."""
    assert look(SMALL, "/", "type:elvin", "enter", "d", start="contacts")


def test_help_80(look: Look) -> None:
    """Keys at the left in the accent, sentences beside them, under headings."""
    assert look(SMALL, "?")


def test_help_120(look: Look) -> None:
    """The same in two columns, nothing cut."""
    assert look(MIDDLE, "?", start="contacts")


def test_go(look: Look) -> None:
    """The last lines name the places and their letters; the list is still in sight."""
    assert look(SMALL, "g")


def test_palette_80(look: Look) -> None:
    """Everything possible here by name, each with its key and a sentence."""
    assert look(SMALL, "ctrl+p")


def test_palette_120(look: Look) -> None:
    """What was typed has narrowed the palette."""
    assert look(MIDDLE, "ctrl+p", "type:go")
