"""Here every database is made and written in full: that is the subject."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _quick_files() -> None:
    """None."""
