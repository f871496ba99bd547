"""Where messages lie: mbox, Maildir, one file; nothing is written to any of them."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_tui.domain import Crm
from crm_tui.errors import InvalidDataError
from crm_tui.interchange.mail.boxes import box_of
from crm_tui.interchange.mail.loading import load
from crm_tui.interchange.options import Options
from tests.interchange.mails import mail, mbox, open_as_me


@pytest.fixture
def crm(database: Path) -> Iterator[Crm]:
    with open_as_me(database) as opened:
        opened.connection.execute("PRAGMA synchronous = OFF")
        opened.contacts.add(name="Anna", emails=["anna@example.com"])
        yield opened


def texts(path: Path) -> list[bytes]:
    return [each.data.partition(b"\n\n")[2].strip() for each in box_of(path).mails()]


def test_quoted_from_lines_come_back(tmp_path: Path) -> None:
    path = tmp_path / "m.mbox"
    path.write_bytes(mbox([mail("From here on\n>From there\n>>From both"), mail("two")]))
    assert b"\n>From here" in path.read_bytes()
    assert texts(path) == [b"From here on\n>From there\n>>From both", b"two"]
    assert box_of(path).total == 2


def test_a_line_of_text_that_begins_like_a_divider_divides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "m.mbox"
    path.write_bytes(b"From - Mon Feb 16 06:00:00 2026\nSubject: x\n\none\n\nFrom Monday on we are open\n")
    assert texts(path) == [b"one\n\nFrom Monday on we are open"]


def test_crlf_and_a_missing_line_at_the_end(tmp_path: Path, crm: Crm) -> None:
    path = tmp_path / "m.mbox"
    path.write_bytes(mbox([mail("one"), mail("two", Message_ID="<2@x>")]).replace(b"\n", b"\r\n").rstrip())
    assert load(crm, path, Options()).created == 2
    assert [each.body for each in crm.interactions.list(sort="id")] == ["one", "two"]


def test_an_empty_mbox_has_no_messages(tmp_path: Path, crm: Crm) -> None:
    path = tmp_path / "m.mbox"
    path.write_bytes(b"")
    assert load(crm, path, Options()).rows == 0


def test_a_maildir_is_read_and_left_as_it_is(tmp_path: Path, crm: Crm) -> None:
    folder = tmp_path / "Maildir"
    for name in ("cur", "new", "tmp", ".Sent/cur"):
        (folder / name).mkdir(parents=True)
    for number, name in enumerate(
        ("cur/1.a:2,S", "cur/2.b:2,DS", "cur/3.c:2,ST", "new/4.d", "tmp/5.e", "cur/.hidden")
    ):
        (folder / name).write_bytes(mail(name, Message_ID=f"<{number}@x>"))
    os.mkfifo(folder / "cur" / "6.pipe")
    before = {str(each): each.lstat().st_mtime_ns for each in folder.rglob("*")}
    summary = load(crm, folder, Options())
    assert (summary.created, summary.skipped) == (2, 2)
    assert [each.body for each in crm.interactions.list(sort="id")] == ["cur/1.a:2,S", "new/4.d"]
    assert summary.notices == [
        "Folders inside were not read; import each by its own path: .Sent.",
        "Skipped by rule: 1 unsent drafts, 1 deleted.",
    ]
    assert {str(each): each.lstat().st_mtime_ns for each in folder.rglob("*")} == before


def test_a_rejected_message_of_a_maildir_is_named_by_its_file(tmp_path: Path, crm: Crm) -> None:
    (tmp_path / "box" / "cur").mkdir(parents=True)
    (tmp_path / "box" / "cur" / "17.host:2,S").write_bytes(mail(Date=None))
    (reject,) = load(crm, tmp_path / "box", Options()).first_rejects
    assert reject.reason == '17.host:2,S "Offer": nothing says when it was sent'


def test_one_message_in_a_file(tmp_path: Path, crm: Crm) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(b"\xef\xbb\xbf" + mail("only"))
    assert load(crm, path, Options(), name="stdin").created == 1
    assert crm.history()[0].summary == "import stdin"


def test_a_mailbox_of_apple_mail_is_the_file_inside(tmp_path: Path) -> None:
    (tmp_path / "Sent.mbox").mkdir()
    (tmp_path / "Sent.mbox" / "mbox").write_bytes(mbox([mail("one")]))
    assert texts(tmp_path / "Sent.mbox") == [b"one"]


@pytest.mark.parametrize("content", [b"name;email\nAnna;anna@example.com\n", b"\x00\x01\x02", b"hello"])
def test_what_is_no_mail_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(InvalidDataError, match="holds no mail"):
        box_of(path)


def test_folders_and_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataError, match="no Maildir"):
        box_of(tmp_path)
    with pytest.raises(InvalidDataError, match="No such file"):
        box_of(tmp_path / "gone.mbox")


def test_memory_stays_flat_however_long_the_mailbox_is(tmp_path: Path, crm: Crm) -> None:
    small, large = (_peak(crm, tmp_path, count) for count in (500, 1500))
    assert large < small * 1.1 + 500_000


def _peak(crm: Crm, folder: Path, count: int) -> int:
    path = folder / f"{count}.mbox"
    with path.open("wb") as file:
        for number in range(count):
            file.write(mbox([mail("word " * 400, Message_ID=f"<{count}.{number}@x>")]))
    tracemalloc.start()
    try:
        assert load(crm, path, Options()).created == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_large_attachment_is_named_but_not_held(tmp_path: Path, crm: Crm) -> None:
    path = tmp_path / "m.mbox"
    with path.open("wb") as file:
        file.write(mbox([mail(Content_Type='multipart/mixed; boundary="x"').rstrip()]).rstrip())
        file.write(b'\n--x\n\nsee there\n--x\nContent-Type: video/mp4; name="a.mp4"\n\n')
        for _ in range(400):
            file.write((b"QUFB" * 19 + b"\n") * 700)
        file.write(b'--x\nContent-Type: application/pdf; name="b.pdf"\n\nQUFB\n--x--\n')
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    try:
        assert load(crm, path, Options()).created == 1
        assert tracemalloc.get_traced_memory()[1] < 12_000_000
    finally:
        tracemalloc.stop()
    assert crm.interactions.get(1).body == "see there\n\nAttachments: a.mp4, b.pdf"
