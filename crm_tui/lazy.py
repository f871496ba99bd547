"""Names whose modules are imported when one of them is first asked for (PEP 562).

Callers import every name from one place, and a command pays only for the modules behind the names it uses.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def lazily(
    place: str, modules: Mapping[str, Sequence[str]], package: str | None = None
) -> Callable[[str], Any]:
    """The ``__getattr__`` of the module ``place``, given the names that each module of a package offers.

    The package is ``place`` itself unless another one is named.
    """
    homes = {name: module for module, names in modules.items() for name in names}

    def get(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {place!r} has no attribute {name!r}")
        found = getattr(import_module(f"{package or place}.{homes[name]}"), name)
        setattr(sys.modules[place], name, found)
        return found

    return get
