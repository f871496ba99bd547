"""Every failure a person can meet, with its exit code.

The exit code is decided here and nowhere else. An error is two sentences: ``message`` says what went wrong and
where, ``hint`` says what to do. The faces print both; nothing below them prints at all.
"""

from __future__ import annotations

from typing import ClassVar, Final

EXIT_DONE: Final = 0
EXIT_SOMETHING_DUE: Final = 10
EXIT_INTERRUPTED: Final = 130


class CrmError(Exception):
    """A failure that is told to the person in one sentence, with a second that says what to do."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(CrmError):
    """The command was put wrongly: an unknown field, a malformed filter, an answer that is missing."""

    exit_code = 2


class NotFoundError(CrmError):
    """Nothing matches the reference."""

    exit_code = 3


class AmbiguousError(CrmError):
    """More than one record matches the reference; the message lists the candidates."""

    exit_code = 4


class InvalidDataError(CrmError):
    """A value cannot be what it claims to be: a day, an amount, an e-mail, a row."""

    exit_code = 5


class ConflictError(CrmError):
    """The write would collide: a duplicate, a record changed elsewhere, a thing still in use.

    ``operation`` is the number of the later operation that is in the way of an undo.
    """

    exit_code = 6

    def __init__(self, message: str, hint: str = "", operation: int | None = None) -> None:
        super().__init__(message, hint)
        self.operation = operation


class DatabaseError(CrmError):
    """The file is locked, damaged, foreign, or from a newer version."""

    exit_code = 7


class DamagedError(DatabaseError):
    """What is in the file cannot be made sense of any more."""


class DeliveryError(CrmError):
    """A reminder could not be delivered."""

    exit_code = 8


class NothingToUndoError(CrmError):
    """There is no operation to take back or to bring again."""

    exit_code = 9
