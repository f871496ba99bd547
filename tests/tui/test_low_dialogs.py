"""Questions with many answers on low screens: the one under the cursor is in sight."""

from __future__ import annotations

import pytest

from tests.tui.conftest import Opener, press, screen_text


@pytest.mark.parametrize("size", [(20, 6), (40, 10), (80, 24), (120, 40)], ids="{0[0]}x{0[1]}".format)
async def test_every_answer_can_be_brought_in_sight(opened: Opener, size: tuple[int, int]) -> None:
    async with opened(size, start="reports") as pilot:
        await press(pilot, "r")
        for _ in range(13):
            assert "│ > " in screen_text(pilot)
            await press(pilot, "down")
        assert "│ > 1 Pipeline" in screen_text(pilot)
        await press(pilot, "up")
        assert "│ > d " in screen_text(pilot)
        if size[1] >= 24:
            assert "1 Pipeline" in screen_text(pilot)
            assert "escape back" in screen_text(pilot)
