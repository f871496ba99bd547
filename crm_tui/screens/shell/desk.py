"""The file as the screens have it: opened once in each thread, made at the first write, watched for other hands.

The rule it keeps: the event loop never waits for the disk. Only worker threads call ``reading`` and ``writing``.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import get_ident, local
from typing import TYPE_CHECKING

from crm_tui.config import Config
from crm_tui.dates import Clock
from crm_tui.errors import CrmError

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm


class _Held:
    """One thread's open file; it is closed when the thread ends."""

    def __init__(self, crm: Crm, generation: int) -> None:
        self.crm = crm
        self.generation = generation
        self._thread = get_ident()

    def __del__(self) -> None:
        # in another thread it must not be closed by hand, and is when it is collected
        if self._thread == get_ident():
            self.crm.close()


class Desk:
    """Opens one file for any number of threads.

    Args:
        path: The database, which need not be there yet.
        now: The moment at which the clock stands, as a datetime or a WHEN; the real time when None.
        config: The settings.
    """

    def __init__(self, path: Path, now: datetime | str | None = None, config: Config | None = None) -> None:
        self.path = path
        self.config = config or Config()
        zone = self.config.timezone
        if isinstance(now, str):
            from crm_tui.dates import parse_instant

            now = datetime.fromisoformat(parse_instant(now, Clock.system(zone)))
        self._now = now
        self._held = local()
        self._generation = 0

    @property
    def clock(self) -> Clock:
        """The present moment and the zone of days."""
        running = Clock.system(self.config.timezone)
        return running if self._now is None else Clock.fixed(self._now, running.zone)

    def exists(self) -> bool:
        """Whether anything was ever written."""
        return self.path.exists()

    def reading(self) -> Crm:
        """The file, opened for this thread.

        Raises:
            DatabaseError: it is not there, or cannot be opened.
        """
        return self._open(create=False)

    def writing(self) -> Crm:
        """The file, opened for this thread and made if it is not there.

        Raises:
            DatabaseError: it cannot be made or opened.
        """
        return self._open(create=True)

    def renew(self) -> None:
        """Open the file anew in every thread: another one was put in its place."""
        self._generation += 1

    def _open(self, *, create: bool) -> Crm:
        from crm_tui.domain.crm import Crm

        held: _Held | None = getattr(self._held, "held", None)
        if held is None or held.generation != self._generation:
            crm = Crm.open(self.path, self._now, config=self.config, create=create, frugal=True)
            held = self._held.held = _Held(crm, self._generation)
        return held.crm


class Watcher:
    """Notices what other processes write, in a thread of its own.

    Args:
        desk: The file.
        tell: Called in that thread when something was written.
        also: Called in that thread at each look, for another file that is watched.
    """

    def __init__(
        self, desk: Desk, tell: Callable[[], object], also: Callable[[], object] = lambda: None
    ) -> None:
        self._desk = desk
        self._tell = tell
        self._also = also
        self._thread = ThreadPoolExecutor(1, "crm-watch")
        self._looking: Future[bool] | None = None
        self._seen: tuple[int, int, int] | None = None
        self._begun = False

    def look(self) -> Future[bool]:
        """Look whether something was written since the last look; answers at once, with a promise."""
        if self._looking is None or self._looking.done():
            self._looking = self._thread.submit(self._look)
        return self._looking

    def close(self) -> None:
        """Look no more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _look(self) -> bool:
        self._also()
        try:
            seen = self._state()
        except CrmError:
            # what is wrong with the file is told by whoever reads it next
            return False
        changed = self._begun and seen != self._seen
        self._begun, self._seen = True, seen
        if changed:
            self._tell()
        return changed

    def _state(self) -> tuple[int, int, int] | None:
        place = self._place()
        if self._begun and place != (self._seen and self._seen[:2]):
            # whoever still has the one before open would write where nobody looks
            self._desk.renew()
        return None if place is None else (*place, self._desk.reading().data_version())

    def _place(self) -> tuple[int, int] | None:
        try:
            found = self._desk.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
