"""Handing a text to the person by another way than stdout: the desktop, a mail, a command of their own.

Every way is bounded in time, runs no shell, and says in a DeliveryError what failed. What comes from data is
text: no markup, no option, no header.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final, Protocol

from crm_tui.errors import DeliveryError
from crm_tui.text import clean

if TYPE_CHECKING:
    from email.message import EmailMessage
    from smtplib import SMTP

    from crm_tui.config import Config

SECONDS: Final = 15
"""How long one way may take before it counts as failed."""
_DESKTOP_LINES: Final = 12
_SHOWN: Final = 200
_MOST_PRINTED: Final = 65_536
# The body of a desktop notification is a small markup language (Desktop Notifications Specification 1.2).
_MARKUP: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}


class Channel(StrEnum):
    """A way to be reminded."""

    DESKTOP = "desktop"
    EMAIL = "email"
    COMMAND = "command"


class _Send(Protocol):
    def __call__(self, heading: str, text: str, config: Config, now: datetime) -> None: ...


def send(channel: Channel, heading: str, text: str, config: Config, now: datetime) -> None:
    """Hand a text over.

    Args:
        channel: the way.
        heading: what it is, in one line; the subject of a mail.
        text: the lines.
        config: where to, and how.
        now: the moment, with its zone, for the mail's date.

    Raises:
        DeliveryError: a setting is missing, or it could not be handed over in time.
    """
    _WAYS[channel](clean(heading), text, config, now)


def _desktop(heading: str, text: str, config: Config, now: datetime) -> None:
    lines = text.splitlines()
    more = len(lines) - _DESKTOP_LINES
    shown = lines if more <= 0 else [*lines[:_DESKTOP_LINES], f"… and {more} lines more"]
    body = "\n".join(clean(line) for line in shown).translate(_MARKUP)
    _run(
        ["notify-send", "--app-name=crm", "--", heading, body],
        hint="Install libnotify (notify-send), or use --notify email or --notify command.",
    )


def _command(heading: str, text: str, config: Config, now: datetime) -> None:
    words = _words(config.notify_command, "notify_command")
    _run(words, given=f"{text}\n", hint="Try it by hand; crm config set notify_command changes it.")


def _email(heading: str, text: str, config: Config, now: datetime) -> None:
    import smtplib
    import ssl

    if config.smtp_host is None or config.mail_to is None:
        missing = "smtp_host" if config.smtp_host is None else "mail_to"
        raise _unset(missing)
    message = _message(heading, text, config.mail_from or config.mail_to, config.mail_to, now)
    try:
        if config.smtp_security == "tls":
            context = ssl.create_default_context()
            server: SMTP = smtplib.SMTP_SSL(
                config.smtp_host, config.smtp_port, timeout=SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=SECONDS)
        with server:
            if config.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if config.smtp_user is not None:
                server.login(config.smtp_user, _password(config))
            server.send_message(message)
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise DeliveryError(
            f"The mail could not be sent over {config.smtp_host}:{config.smtp_port}: {_reason(error)}.",
            "Check the settings whose names begin with smtp_ and mail_: crm config.",
        ) from error


def _message(heading: str, text: str, sender: str, recipient: str, now: datetime) -> EmailMessage:
    import secrets
    from email.message import EmailMessage
    from email.utils import format_datetime

    message = EmailMessage()
    try:
        message["From"], message["To"] = sender, recipient
    except (ValueError, IndexError) as error:
        raise DeliveryError(
            "The addresses of the mail cannot be used.", "Set them with crm config set mail_to and mail_from."
        ) from error
    message["Subject"] = heading
    message["Date"] = format_datetime(now)
    domain = sender.rpartition("@")[2].strip(" <>") or "localhost"
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{domain if domain.isascii() else 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(clean(line) for line in text.splitlines()) + "\n")
    return message


def _password(config: Config) -> str:
    words = _words(config.smtp_password_command, "smtp_password_command")
    printed = _run(words, hint="Try it by hand; crm config set smtp_password_command changes it.")
    return printed.partition("\n")[0].rstrip("\r")


def _words(command: str | None, setting: str) -> Sequence[str]:
    import shlex

    if command is None:
        raise _unset(setting)
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise DeliveryError(
            f"The command in {setting} is no command: {error}.", "Close its quotes with crm config set."
        ) from error
    if not words:
        raise _unset(setting)
    return words


def _run(words: Sequence[str], *, given: str = "", hint: str) -> str:
    """Run a command without a shell; returns what it printed."""
    name = clean(words[0])
    # Files and no pipes, so that something it leaves running in the background is not waited for.
    with TemporaryFile() as printed, TemporaryFile() as complained:
        try:
            ended = subprocess.run(  # noqa: S603 - the person's own setting, split without a shell
                words, input=given.encode(), stdout=printed, stderr=complained, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise DeliveryError(f"{name} did not end within {SECONDS} seconds.", hint) from None
        except (OSError, ValueError) as error:
            reason = "it is not installed" if isinstance(error, FileNotFoundError) else _reason(error)
            raise DeliveryError(f"{name} could not be run: {reason}.", hint) from error
        out, wrong = _text_of(printed), _text_of(complained)
    if ended.returncode:
        said = clean((wrong.strip() or out.strip())[:_SHOWN]).rstrip(".")
        raise DeliveryError(f"{name} ended with code {ended.returncode}{': ' if said else ''}{said}.", hint)
    return out


def _text_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(_MOST_PRINTED).decode(errors="replace")


def _unset(setting: str) -> DeliveryError:
    return DeliveryError(f"The setting {setting} is missing.", f"Set it with crm config set {setting} VALUE.")


def _reason(error: Exception) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return clean(str(said))[:_SHOWN].rstrip(".")


_WAYS: Final[Mapping[Channel, _Send]] = {
    Channel.DESKTOP: _desktop,
    Channel.EMAIL: _email,
    Channel.COMMAND: _command,
}
