"""When a program under test is at rest: an answer from its event loop, so that no test waits for a clock.

The pilot of Textual looks every 20 ms whether the process used little CPU, several times a key; that is half
of a test's time and still a guess. Here the loop is asked: nothing to run, no worker at work, nothing to draw.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any, Final

from textual._context import active_app
from textual.app import App
from textual.screen import Screen

BRIEFLY: Final = 0.25
"""Seconds a worker is waited for: what takes longer is held up by the test itself."""
LOOK: Final = 0.001
"""Seconds between two looks at a working thread."""


async def until_quiet(min_sleep: float = 0, max_sleep: float = 30) -> None:
    """Return when the program has nothing to do; takes the place of Textual's ``wait_for_idle``."""
    app = active_app.get()
    began = monotonic()
    while monotonic() - began < max_sleep:
        await _nothing_to_run()
        if app._resize_event is not None:
            app._check_resize()
        elif _drawing_due(app):
            app.screen._on_timer_update()
        elif not _working(app) or monotonic() - began > BRIEFLY:
            return
        else:
            await asyncio.sleep(LOOK)


async def _nothing_to_run() -> None:
    """Give way until this task is the only one that could run, twice in a row."""
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    looks = 0
    while looks < 2:
        await asyncio.sleep(0)
        looks = 0 if ready else looks + 1


def _working(app: App[Any]) -> bool:
    return bool(app._batch_count) or any(not worker.is_finished for worker in app.workers)


def _drawing_due(app: App[Any]) -> bool:
    stack = app._screen_stack if app._current_mode in app._screen_stacks else []
    if not stack or app._batch_count:
        return False
    screen: Screen[Any] = stack[-1]
    return screen.is_running and bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )
