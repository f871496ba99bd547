"""The picture in the README: the screens over the sample data, as they are on the day of the examples."""

from __future__ import annotations

import asyncio
import os
import re
import time
from contextlib import suppress
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Final
from unittest.mock import patch

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from crm_tui.app import CrmApp
from tests import examples

TODAY: Final = examples.ROOT / "docs/today.svg"
_SIZE: Final = (120, 40)


def today(sample: Path) -> str:
    """Today over the sample data, as SVG."""
    return asyncio.run(_screen(sample))


async def _screen(sample: Path) -> str:
    app = CrmApp(sample, datetime.fromisoformat(examples.MOMENT).replace(tzinfo=UTC))
    with patch.dict(os.environ, {"TZ": "UTC"}):
        time.tzset()
        async with app.run_test(size=_SIZE) as pilot:
            await _settle(pilot)
            picture = app.export_screenshot(title="crm")
    time.tzset()
    # a picture in a document fetches no fonts
    return re.sub(r"\s*@font-face \{.*?\}", "", picture, flags=re.DOTALL)


async def _settle(pilot: Pilot[None]) -> None:
    """Wait until nothing is read or drawn any more."""
    workers = pilot.app.workers
    await pilot.pause()
    while any(not worker.is_finished for worker in workers):
        with suppress(WorkerCancelled):
            await workers.wait_for_complete()
        await pilot.pause()


def words(picture: str) -> list[str]:
    """What can be read in a picture, line by line."""
    return [
        unescape(text).replace("\xa0", " ").strip()
        for text in re.findall(r"<text[^>]*>([^<]*)</text>", picture)
    ]
