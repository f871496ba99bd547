"""What is left for a terminal that was closed does not decide how the program ends."""

from __future__ import annotations

import os
from io import TextIOWrapper
from pathlib import Path

import pytest

from crm_tui.commands.screens import _let_go


@pytest.fixture
def closed() -> TextIOWrapper:
    """A stream with something left to write, and nobody to read it."""
    read, write = os.pipe()
    stream = os.fdopen(write, "w", encoding="utf-8")
    stream.write("the last frame")
    os.close(read)
    return stream


def test_what_is_left_is_not_tried_again(closed: TextIOWrapper) -> None:
    with pytest.raises(BrokenPipeError):
        closed.flush()
    _let_go(closed, None)
    closed.flush()
    closed.close()


def test_a_stream_that_can_be_written_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "terminal"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("the last frame")
        _let_go(stream)
        assert path.read_text(encoding="utf-8") == "the last frame"
        stream.write(", and one more")
    assert path.read_text(encoding="utf-8") == "the last frame, and one more"
