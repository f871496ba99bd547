"""What tests of files in and out get."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_tui.domain import Crm
from tests.loading import Loader


@pytest.fixture
def load(crm: Crm, tmp_path: Path) -> Loader:
    """Imports texts into the empty business."""
    return Loader(crm, tmp_path)
