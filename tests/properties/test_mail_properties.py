"""Whatever messages come: each is there once, a second import changes nothing, undo takes them back."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm
from crm_tui.interchange.mail import loading
from tests.everything import assert_sound, content
from tests.interchange.mails import ME, Mailbox, mail, open_as_me

PEOPLE: Final = ("anna@example.com", "Boris <boris@example.com>", "info@example.com", ME)
STRANGERS: Final = (
    "zoe@example.org",
    "Zoe Zimmer <Zoe@example.org>",
    "yan@example.org",
    "no-reply@shop.example",
)
SOMEBODY: Final = st.sampled_from([*PEOPLE, *STRANGERS])
SEVERAL: Final = st.lists(SOMEBODY, max_size=3).map(", ".join)
IDS: Final = st.integers(1, 6).map(lambda number: f"<{number}@x>")
MESSAGES: Final = st.lists(
    st.builds(
        mail,
        st.sampled_from(["Hello", "ten chairs\n\n> how many?"]),
        From=SOMEBODY,
        To=SEVERAL,
        Cc=SEVERAL,
        Date=st.sampled_from(
            ["Mon, 16 Feb 2026 10:00:00 +0400", "Sun, 1 Mar 2026 23:30:00 -0800", "2 Mar 2026 09:00"]
        ),
        Message_ID=st.none() | IDS,
        References=st.lists(IDS, max_size=2).map(" ".join),
        In_Reply_To=st.none() | IDS,
    ),
    max_size=8,
)


def known(crm: Crm) -> None:
    """Anna, Boris, and two who share a mailbox."""
    crm.contacts.add(name="Anna", emails=["anna@example.com"])
    crm.contacts.add(name="Boris", emails=["boris@example.com"])
    for name in ("Cem", "Dina"):
        crm.contacts.add_method(crm.contacts.add(name=name).id, "email", "info@example.com")


def assert_each_once(crm: Crm) -> None:
    """The parts of what is kept of messages agree."""
    for wrong in (
        "SELECT 1 FROM participants p JOIN interactions i ON i.id = interaction_id AND i.occurred_at <> p.occurred_at",
        "SELECT 1 FROM interactions WHERE id NOT IN (SELECT interaction_id FROM participants)",
        "SELECT 1 FROM interactions WHERE id NOT IN (SELECT interaction_id FROM threads)",
        "SELECT 1 FROM external_refs WHERE source = 'mail' GROUP BY entity_id HAVING count(*) > 1",
        "SELECT 1 FROM contact_methods WHERE normal <> 'info@example.com' GROUP BY normal HAVING count(*) > 1",
    ):
        assert crm.connection.execute(wrong).fetchall() == [], wrong


@settings(max_examples=50, deadline=None)
@given(first=MESSAGES, second=MESSAGES, create=st.booleans(), together=st.sampled_from([1, 2, 200]))
def test_messages_are_there_once_and_undo_takes_them_back(
    first: list[bytes], second: list[bytes], *, create: bool, together: int
) -> None:
    with (
        TemporaryDirectory() as folder,
        open_as_me(Path(folder) / "x.db") as crm,
        patch.object(loading, "_TOGETHER", together),
    ):
        crm.connection.execute("PRAGMA synchronous = OFF")
        known(crm)
        box = Mailbox(crm, Path(folder))
        states = [content(crm)]
        for messages in (first, [*second, *first]):
            if box.load(*messages, create=create).operation is not None:
                states.append(content(crm))
            assert_each_once(crm)
        assert_sound(crm)
        assert box.load(*second, *first, create=create).operation is None
        assert content(crm) == states[-1]
        for state in reversed(states[:-1]):
            crm.undo()
            assert content(crm) == state
        for state in states[1:]:
            crm.redo()
            assert content(crm) == state
