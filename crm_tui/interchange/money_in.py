"""The decimal sign of amounts in a file: as told, or the one that their columns use beyond doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from crm_tui.interchange.columns_in import Columns
from crm_tui.money import Separator

_FRACTION: Final = re.compile(r"[0-9]([.,])[0-9]{1,2}(?![0-9])")
_THREES: Final = re.compile(r"[0-9]([.,])[0-9]{3}(?:[.,][0-9]{3})*([.,])[0-9]+|[0-9]([.,])[0-9]{3}\3[0-9]{3}")
_OTHER: Final = {".": ",", ",": "."}


class DecimalSign:
    """The sign of the columns that hold some fields, found over the whole file when it is first asked for."""

    def __init__(self, columns: Columns, fields: Sequence[str]) -> None:
        self._columns = columns
        self._places = [place for field in fields for place in columns.by_field.get(field, [])]

    @cached_property
    def found(self) -> Separator:
        """The sign; auto where the cells leave it open or contradict each other."""
        told = self._columns.options.decimal
        if told in (".", ","):
            return "." if told == "." else ","
        signs, key = self._columns.signs, tuple(self._places)
        if key not in signs:
            signs[key] = self._seen()
        return signs[key]

    def _seen(self) -> Separator:
        seen: set[str] = set()
        for cells in self._columns.scan():
            for place in self._places:
                text = cells[place].strip()
                if "." not in text and "," not in text:
                    continue
                if match := _THREES.search(text):
                    # the sign after the last group of thousands; two equal ones group, so it is the other one
                    seen.add(match[2] if match[2] and match[2] != match[1] else _OTHER[match[1] or match[3]])
                elif match := _FRACTION.search(text):
                    seen.add(match[1])
        return "." if seen == {"."} else "," if seen == {","} else "auto"
