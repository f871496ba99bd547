"""What deals can be filtered and sorted by, and the weighted value as SQL."""

from __future__ import annotations

from typing import Final

from crm_tui.domain.listing import Listing
from crm_tui.filters import Field, FieldKind
from crm_tui.models import StageType

_PRODUCT: Final = "(deals.amount_minor * deals.probability)"
WEIGHTED: Final = (
    f"(CASE WHEN deals.status = 'open' THEN {_PRODUCT} / 100 + ({_PRODUCT} % 100 > 50"
    f" OR ({_PRODUCT} % 100 = 50 AND {_PRODUCT} / 100 % 2 = 1)) END)"
)
"""Amount x probability / 100 in minor units, halves to the even neighbour as in ``money.weighted``; NULL
for a closed deal and for a missing amount. Amounts are never negative."""

_CONTACT: Final = "(SELECT p.name_key FROM contacts p WHERE p.id = deals.contact_id)"
_COMPANY: Final = "(SELECT c.name_key FROM companies c WHERE c.id = deals.company_id)"
_STAGE: Final = "deals.stage_id IN (SELECT s.id FROM stages s WHERE {match})"
_PIPELINE: Final = (
    "deals.stage_id IN (SELECT s.id FROM stages s JOIN pipelines l ON l.id = s.pipeline_id WHERE {match})"
)
_TAG: Final = (
    "EXISTS (SELECT 1 FROM deal_tags t JOIN tags ON tags.id = t.tag_id"
    " WHERE t.deal_id = deals.id AND {match})"
)
# Open deals by the day they are expected to close, those without one last; then closed ones, newest first.
_WHAT_IS_NEXT: Final = (
    "(CASE deals.status WHEN 'open' THEN '0' || coalesce(deals.expected_close_on, '9999-12-31')"
    " ELSE '1' || (99999999 - replace(deals.closed_on, '-', '')) END)"
)


def nominal(minor: str, currency: str) -> str:
    """Amounts of every currency by their figure: 1,000 JPY between 999.00 EUR and 1,001.00 EUR.

    Args:
        minor: the trusted expression of the minor units.
        currency: the trusted expression of the code.
    """
    from crm_tui.money import CURRENCIES, exponent

    by_decimals: dict[int, list[str]] = {}
    for code in sorted(CURRENCIES):
        by_decimals.setdefault(exponent(code), []).append(code)
    del by_decimals[2]
    cases = " ".join(
        f"WHEN {currency} IN ({', '.join(map(repr, codes))}) THEN {10.0 ** (2 - decimals)}"
        for decimals, codes in sorted(by_decimals.items())
    )
    return f"({minor} * CASE {cases} ELSE 1 END)"


LISTING: Final = Listing(
    table="deals",
    fields=(
        Field("id", FieldKind.ID, "deals.id"),
        Field("title", FieldKind.TEXT, "deals.title"),
        Field("contact", FieldKind.REF, "deals.contact_id", folded_sql=_CONTACT),
        Field("company", FieldKind.REF, "deals.company_id", folded_sql=_COMPANY),
        Field("pipeline", FieldKind.CHOICE, "l.name", exists_sql=_PIPELINE),
        Field("stage", FieldKind.CHOICE, "s.name", exists_sql=_STAGE),
        Field("stage_id", FieldKind.ID, "deals.stage_id"),
        Field("status", FieldKind.CHOICE, "deals.status", choices=tuple(StageType)),
        Field("amount", FieldKind.MONEY, "deals.amount_minor", currency_sql="deals.currency"),
        Field("currency", FieldKind.CHOICE, "deals.currency"),
        Field("probability", FieldKind.NUMBER, "deals.probability"),
        Field("weighted", FieldKind.MONEY, WEIGHTED, currency_sql="deals.currency"),
        Field("expected_close_on", FieldKind.DAY, "deals.expected_close_on"),
        Field("closed_on", FieldKind.DAY, "deals.closed_on"),
        Field("stage_entered_at", FieldKind.INSTANT, "deals.stage_entered_at"),
        Field("source", FieldKind.TEXT, "deals.source"),
        Field("lost_reason", FieldKind.TEXT, "deals.lost_reason"),
        Field("lost_note", FieldKind.TEXT, "deals.lost_note"),
        Field("tag", FieldKind.TAG, "tags.name", exists_sql=_TAG),
        Field("created_at", FieldKind.INSTANT, "deals.created_at"),
        Field("updated_at", FieldKind.INSTANT, "deals.updated_at"),
        Field("archived_at", FieldKind.INSTANT, "deals.archived_at"),
    ),
    aliases={
        "contact_id": "contact",
        "company_id": "company",
        "tags": "tag",
        "close": "expected_close_on",
        "closes": "expected_close_on",
        "closed": "closed_on",
    },
    sort="status",
    orders={
        "status": _WHAT_IS_NEXT,
        "stage": "(SELECT s.position FROM stages s WHERE s.id = deals.stage_id)",
        "pipeline": "(SELECT s.pipeline_id FROM stages s WHERE s.id = deals.stage_id)",
        "amount": nominal("deals.amount_minor", "deals.currency"),
        "weighted": nominal(WEIGHTED, "deals.currency"),
    },
    archivable=True,
    never_empty=frozenset(
        {
            "id",
            "title",
            "pipeline",
            "stage",
            "stage_id",
            "status",
            "probability",
            "stage_entered_at",
            "created_at",
            "updated_at",
        }
    ),
    custom=True,
)
