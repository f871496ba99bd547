"""What is done with promises wherever they are shown: finishing, putting off, giving up.

The rule it keeps: whatever is done with several at once is one operation, and one ``undo`` takes it back.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_tui.dates import relative_day, short_day
from crm_tui.models import FollowupView
from crm_tui.screens.shell.base import BaseScreen

if TYPE_CHECKING:
    from datetime import date

Finished = Sequence[tuple[FollowupView, FollowupView | None]]


@dataclass(frozen=True, slots=True)
class Promise:
    """Follow-ups an action is about, and the words for them."""

    ids: tuple[int, ...]
    words: str


class PromisesScreen(BaseScreen):
    """A screen that shows follow-ups."""

    @abstractmethod
    def promises(self) -> Sequence[FollowupView] | Promise:
        """The open follow-ups an action may be about; a ``Promise`` where that is decided."""

    @abstractmethod
    def clear_marks(self) -> None:
        """Take all marks off."""

    def can_followup(self) -> bool:
        """Whether a follow-up is shown that could be finished."""
        found = self.promises()
        return bool(found.ids if isinstance(found, Promise) else found)

    def do_done(self) -> None:
        """Finish follow-ups."""
        self.with_promise("Which one is done?", self._finish)

    def do_snooze(self) -> None:
        """Put follow-ups off."""
        self.with_promise("Put off which one?", self._put_off)

    def do_cancel(self) -> None:
        """Give follow-ups up; several only once that is confirmed."""
        self.with_promise("Cancel which one?", self._give_up)

    def with_promise(self, question: str, then: Callable[[Promise], None]) -> None:
        """Do something with what is chosen; where several may be meant, ask which."""
        from crm_tui.screens.forms.dialogs import Choose, lettered

        found = self.promises()
        if isinstance(found, Promise):
            if found.ids:
                then(found)
        elif len(found) == 1:
            then(Promise((found[0].id,), found[0].title))
        elif found:
            today = self.desk.clock.today
            options = lettered([(each.title, each, relative_day(each.due_on, today)) for each in found])
            self.app.push_screen(
                Choose(question, options),
                lambda each: then(Promise((each.id,), each.title)) if each else None,
            )

    def _finish(self, promise: Promise) -> None:
        self.write(lambda crm: crm.followups.complete_all(promise.ids), self._finished)

    def _finished(self, done: Finished) -> None:
        self.clear_marks()
        following = opened_again(done, self.desk.clock.today)
        if following:
            said, hint, mood = self.crm_app.last_word
            self.crm_app.tell(f"{said} {following}", hint, mood)

    def _put_off(self, promise: Promise) -> None:
        from crm_tui.screens.followups.snooze import SnoozeScreen
        from crm_tui.screens.forms import daily_forms

        form = daily_forms.snooze(promise.ids, promise.words)
        self.app.push_screen(
            SnoozeScreen(form), lambda saved: self.clear_marks() if saved is not None else None
        )

    def _give_up(self, promise: Promise) -> None:
        from crm_tui.screens.forms.dialogs import confirm

        number = len(promise.ids)
        if number == 1:
            self._cancel(promise)
        else:
            self.app.push_screen(
                confirm(f"Cancel {number:,} follow-ups? A series ends with its follow-up.", "Cancel them"),
                lambda yes: self._cancel(promise) if yes else None,
            )

    def _cancel(self, promise: Promise) -> None:
        self.write(lambda crm: crm.followups.cancel_all(promise.ids), lambda _: self.clear_marks())


def opened_again(done: Finished, today: date) -> str:
    """What repeat rules opened, in words; nothing where they opened nothing."""
    days = sorted(following.due_on for _, following in done if following is not None)
    if not days:
        return ""
    when = f"{relative_day(days[0], today)}, {short_day(days[0], today)}"
    return f"Again {when}." if len(days) == 1 else f"{len(days):,} come again, the first {when}."
