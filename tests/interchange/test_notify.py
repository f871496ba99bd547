"""Handing reminders over: a real program for the desktop, a real mail server, a real command."""

from __future__ import annotations

import email
import email.policy
import os
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from crm_tui.config import Config
from crm_tui.errors import DeliveryError
from crm_tui.interchange import notify
from crm_tui.interchange.notify import Channel, send

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
TEXT = "Overdue\n! 1  send <b>offer</b> & more  Əliyev\x1b[31m  3 days"


def program(folder: Path, name: str, script: str) -> Path:
    made = folder / name
    made.write_text(f"#!/bin/sh\n{script}\n")
    made.chmod(0o755)
    return made


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder first on the path, with a notify-send that writes its arguments down."""
    program(tmp_path, "notify-send", f"printf '%s\\n' \"$@\" > {tmp_path}/told")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_the_desktop_gets_text_and_no_markup(desk: Path) -> None:
    send(Channel.DESKTOP, "crm: 1 overdue", TEXT, Config(), NOW)
    assert (desk / "told").read_text().splitlines() == [
        "--app-name=crm",
        "--",
        "crm: 1 overdue",
        "Overdue",
        "! 1  send &lt;b&gt;offer&lt;/b&gt; &amp; more  Əliyev␛[31m  3 days",
    ]


def test_the_desktop_gets_a_dozen_lines(desk: Path) -> None:
    send(Channel.DESKTOP, "crm", "\n".join(str(number) for number in range(30)), Config(), NOW)
    assert (desk / "told").read_text().splitlines()[-2:] == ["11", "… and 18 lines more"]


def test_a_desktop_without_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeliveryError, match="notify-send could not be run: it is not installed") as told:
        send(Channel.DESKTOP, "crm", TEXT, Config(), NOW)
    assert told.value.exit_code == 8


def test_a_command_gets_the_text_on_its_input(tmp_path: Path) -> None:
    script = program(tmp_path, "tell", 'cat > "$1"')
    send(Channel.COMMAND, "crm", TEXT, Config(notify_command=f"{script} '{tmp_path}/a file; rm x'"), NOW)
    assert (tmp_path / "a file; rm x").read_text() == f"{TEXT}\n"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (None, "notify_command is missing"),
        ("'", "no command"),
        ("/nowhere/at-all", "not installed"),
        ("sh -c 'echo no luck >&2; exit 3'", "sh ended with code 3: no luck"),
        ("sh -c 'exit 4'", "sh ended with code 4."),
    ],
)
def test_a_command_that_fails(command: str | None, message: str) -> None:
    with pytest.raises(DeliveryError, match=message):
        send(Channel.COMMAND, "crm", TEXT, Config(notify_command=command), NOW)


def test_a_command_that_reads_nothing_and_leaves_something_running(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    script = program(tmp_path, "tell", f"mkfifo {fifo}; (read line < {fifo}) & exit 0")
    send(Channel.COMMAND, "crm", TEXT * 20_000, Config(notify_command=str(script)), NOW)
    fifo.write_text("go\n")


def test_a_command_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "SECONDS", 0.1)
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(DeliveryError, match="cat did not end within"):
        send(Channel.COMMAND, "crm", TEXT, Config(notify_command=f"cat {tmp_path}/fifo"), NOW)


class Mailbox(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a delivery needs."""

    mails: ClassVar[list[tuple[list[str], bytes]]] = []
    refusing: ClassVar[bool] = False

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        envelope: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb = line.upper().split(":")[0].split()[0]
            if verb == "DATA":
                self.wfile.write(b"354 go\r\n")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                self.mails.append((envelope, body))
            elif verb in ("MAIL", "RCPT"):
                envelope.append(line)
                if self.refusing and verb == "RCPT":
                    self.wfile.write(b"550 nobody here\r\n")
                    continue
            self.wfile.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
            if verb == "QUIT":
                return


@contextmanager
def server() -> Iterator[Config]:
    Mailbox.mails.clear()
    with socketserver.TCPServer(("127.0.0.1", 0), Mailbox) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Config(
                smtp_host="127.0.0.1",
                smtp_port=listening.server_address[1],
                smtp_security="none",
                mail_to="Anna <anna@example.com>",
                mail_from="crm@example.com",
            )
        finally:
            listening.shutdown()
            thread.join()


def test_a_mail_says_what_and_when() -> None:
    with server() as config:
        send(Channel.EMAIL, "crm: 1 overdue", TEXT, config, NOW)
    ((envelope, raw),) = Mailbox.mails
    assert envelope[0].startswith("mail FROM:<crm@example.com>")
    assert envelope[1] == "rcpt TO:<anna@example.com>"
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert (mail["Subject"], mail["To"]) == ("crm: 1 overdue", "Anna <anna@example.com>")
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"].endswith("@example.com>")
    body = mail.get_body()
    assert body is not None
    lines = body.get_content().splitlines()
    assert lines == ["Overdue", "! 1  send <b>offer</b> & more  Əliyev␛[31m  3 days"]


def test_a_mail_that_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mailbox, "refusing", True)
    with server() as config, pytest.raises(DeliveryError, match="could not be sent over"):
        send(Channel.EMAIL, "crm", TEXT, config, NOW)


def test_a_mail_without_a_server() -> None:
    with server() as config:
        pass
    with pytest.raises(DeliveryError, match="refused"):
        send(Channel.EMAIL, "crm", TEXT, config, NOW)


def test_a_server_that_offers_no_encryption_gets_nothing() -> None:
    with server() as config, pytest.raises(DeliveryError, match="STARTTLS"):
        send(Channel.EMAIL, "crm", TEXT, replace(config, smtp_security="starttls"), NOW)
    assert Mailbox.mails == []


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (Config(mail_to="a@example.com"), "smtp_host is missing"),
        (Config(smtp_host="localhost"), "mail_to is missing"),
        (Config(smtp_host="localhost", mail_to="a@example.com\r\nBcc: b@example.com"), "addresses"),
    ],
)
def test_settings_that_will_not_do(config: Config, message: str) -> None:
    with pytest.raises(DeliveryError, match=message):
        send(Channel.EMAIL, "crm", TEXT, config, NOW)


def test_a_password_comes_from_its_command() -> None:
    with server() as config:
        secured = replace(config, smtp_user="anna", smtp_password_command="sh -c 'echo locked >&2; exit 1'")
        with pytest.raises(DeliveryError, match="sh ended with code 1: locked"):
            send(Channel.EMAIL, "crm", TEXT, secured, NOW)
        with pytest.raises(DeliveryError, match="AUTH"):
            send(Channel.EMAIL, "crm", TEXT, replace(secured, smtp_password_command="echo secret"), NOW)
