"""What the rows of a file are, told by its header when nobody says: people, unless another kind clearly fits better."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from crm_tui.interchange import headers

PEOPLE: Final = "contacts"
# a file of that kind has one of these
_TELLTALE: Final = {
    "deals": {"stage", "amount", "pipeline", "probability", "expected_close_on", "closed_on", "close_on"},
    "followups": {"due_on", "due_time", "repeat"},
    "interactions": {"occurred_at", "direction", "duration_minutes"},
    "companies": {"domain", "industry", "size", "parent"},
    "products": {"sku", "price"},
    # before invoices, which have all its fields too
    "payments": {"paid_on"},
    "invoices": {"number", "unit_price", "unit_price_gross", "quantity", "order_tax"},
}


def guess(header: Sequence[str], mapped: Iterable[str] = ()) -> str:
    """The kind most of whose fields a header names; ``mapped`` are fields that the person has named."""
    wanted = {_known(name) for name in mapped if name.strip() not in ("", "-", "ignore", "skip")}
    best, most = PEOPLE, _score(PEOPLE, header)
    if wanted and not _has(PEOPLE, wanted):
        most = -1
    for kind, telltale in _TELLTALE.items():
        fields = {target.field for target in headers.recognise(kind, header).targets if target is not None}
        score = _score(kind, header)
        if score > most and (fields | wanted) & telltale and _has(kind, wanted):
            best, most = kind, score
    return best


def _score(kind: str, header: Sequence[str]) -> int:
    found = {
        target.field
        for target in headers.recognise(kind, header).targets
        if target is not None and not target.guessed
    }
    own = sum(name.strip() in headers.DERIVED[kind] for name in header)
    return len(found) + own


def _has(kind: str, fields: set[str]) -> bool:
    known = headers.FIELDS[kind]
    return fields <= {*known, *(name.rstrip("s") for name in headers.MANY if name in known)}


def _known(name: str) -> str:
    # phones:work is of phones, and so is phones.label
    return headers.key(re.split("[:.]", name, maxsplit=1)[0]).replace(" ", "_")
