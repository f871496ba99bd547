"""Packages that import their modules on demand offer what they say, from where they say."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

from crm_tui import dates, filters, models


@pytest.mark.parametrize("package", [dates, filters, models], ids=lambda package: package.__name__)
def test_every_name_offered_is_there(package: ModuleType) -> None:
    assert package.__all__ == sorted(
        package.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name)
    )
    for name in package.__all__:
        assert getattr(package, name) is getattr(package, name), name


@pytest.mark.parametrize("package", [dates, filters, models], ids=lambda package: package.__name__)
def test_another_name_is_an_attribute_error(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match=f"'{package.__name__}' has no attribute 'unicorn'"):
        _ = package.unicorn
    assert not hasattr(package, "unicorn")


def test_a_module_is_imported_with_the_first_of_its_names() -> None:
    code = (
        "import sys; from crm_tui import models; assert 'crm_tui.shapes.contacts' not in sys.modules;"
        "from crm_tui.models import Contact; assert 'crm_tui.shapes.contacts' in sys.modules;"
        "assert 'crm_tui.shapes.billing' not in sys.modules; assert models.__dict__['Contact'] is Contact"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
