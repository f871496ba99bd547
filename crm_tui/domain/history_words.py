"""The words of the journal: what its tables and columns are called, and what their values say to a person.

A column goes by its own name, without what the schema needs (``company_id`` is company, ``amount_minor`` amount).
What is kept for matching and for indexes is no change of the record, and is not told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.store.transaction import Row, SqlValue

if TYPE_CHECKING:
    from crm_tui.dates import Clock

NOUNS: Final[Mapping[str, tuple[str, str]]] = {
    "contacts": ("contact", "contacts"),
    "contact_methods": ("way to reach a person", "ways to reach people"),
    "important_dates": ("date", "dates"),
    "relations": ("relation", "relations"),
    "companies": ("company", "companies"),
    "company_methods": ("way to reach a company", "ways to reach companies"),
    "interactions": ("interaction", "interactions"),
    "participants": ("person taking part", "people taking part"),
    "pipelines": ("pipeline", "pipelines"),
    "stages": ("stage", "stages"),
    "deals": ("deal", "deals"),
    "stage_moves": ("stage move", "stage moves"),
    "followups": ("follow-up", "follow-ups"),
    "tags": ("new tag", "new tags"),
    "contact_tags": ("tag on a person", "tags on people"),
    "company_tags": ("tag on a company", "tags on companies"),
    "deal_tags": ("tag on a deal", "tags on deals"),
    "custom_fields": ("field", "fields"),
    "external_refs": ("mark of origin", "marks of origin"),
    "kept_lines": ("text of another program", "texts of other programs"),
    "threads": ("place in a thread", "places in threads"),
    "distinct_pairs": ("decision on a likeness", "decisions on likenesses"),
    "rates": ("rate", "rates"),
    "products": ("product", "products"),
    "invoices": ("invoice", "invoices"),
    "invoice_lines": ("invoice line", "invoice lines"),
    "payments": ("payment", "payments"),
    "goals": ("goal", "goals"),
}
"""The words for one row and for several."""
NAMES: Final[Mapping[str, str]] = {
    "contacts": "name",
    "companies": "name",
    "pipelines": "name",
    "stages": "name",
    "tags": "name",
    "products": "name",
    "deals": "title",
    "followups": "title",
    "interactions": "summary",
    "invoices": "number",
}
"""The column that names a row, in tables that others refer to."""
REFERENCES: Final[Mapping[str, str]] = {
    "contact_id": "contacts",
    "other_id": "contacts",
    "referred_by_id": "contacts",
    "company_id": "companies",
    "parent_id": "companies",
    "interaction_id": "interactions",
    "pipeline_id": "pipelines",
    "stage_id": "stages",
    "from_stage_id": "stages",
    "to_stage_id": "stages",
    "deal_id": "deals",
    "tag_id": "tags",
    "product_id": "products",
    "invoice_id": "invoices",
}
"""The columns that hold another row's id, and its table."""
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "contact_methods": ("value",),
    "company_methods": ("value",),
    "important_dates": ("label",),
    "relations": ("kind", "other_id"),
    "participants": ("contact_id",),
    "stage_moves": ("deal_id",),
    "contact_tags": ("tag_id",),
    "company_tags": ("tag_id",),
    "deal_tags": ("tag_id",),
    "custom_fields": ("label",),
    "external_refs": ("key",),
    "kept_lines": ("format",),
    "threads": ("thread",),
    "rates": ("currency",),
    "invoice_lines": ("description",),
    "payments": ("reference",),
    "goals": ("metric", "per"),
}
_METHODS: Final = {"email": "e-mail", "im": "handle", "url": "link"}
_HIDDEN: Final = frozenset(
    (
        "id", "created_at", "updated_at", "name_key", "normal", "stage_entered_at", "probability_set", "series_id",
        "anchor_on", "scheduled_on", "last_contacted_base_on", "last_contacted_on", "next_touch_on",
    )
)  # fmt: skip
_HIDDEN_OF: Final = {
    "participants": frozenset({"occurred_at"}),
    "external_refs": frozenset({"entity_id"}),
    "kept_lines": frozenset({"entity_id"}),
}
_FLAGS: Final = frozenset({"is_primary"})
_DAYS: Final = frozenset({"day", "date", "birthday"})
Namer = Callable[[str, int], str]
"""The name of the row of a table."""


def noun(table: str, count: int = 1) -> str:
    """The word for so many rows of a table."""
    return NOUNS.get(table, (table.replace("_", " "),) * 2)[count != 1]


def row_noun(table: str, row: Row) -> str:
    """The word for this very row: an e-mail, a phone, a deal."""
    if table in ("contact_methods", "company_methods"):
        kind = str(row.get("kind") or "")
        return _METHODS.get(kind, kind)
    if table in ("contact_tags", "company_tags", "deal_tags"):
        return "tag"
    return noun(table)


def title(table: str, row: Row, name: Namer) -> str:
    """What a row is told by: its own name, or what of it matters most."""
    columns = (NAMES[table],) if table in NAMES else _OWN.get(table, ())
    found = [text for column in columns if (text := _plain(column, row.get(column), name))]
    return shortened(" ".join(found), 120)


def owner(table: str, row: Row, name: Namer) -> str:
    """To whom or what a row belongs that is no record by itself; empty for a record."""
    if table in NAMES:
        return ""
    for column in ("contact_id", "company_id", "deal_id", "interaction_id", "invoice_id"):
        if column in row and column not in _OWN.get(table, ()):
            return shortened(_plain(column, row[column], name), 120)
    return ""


def referred(table: str, row: Row) -> Iterable[tuple[str, int]]:
    """The rows of other tables whose names are needed to tell this one."""
    for column, target in REFERENCES.items():
        value = row.get(column)
        if isinstance(value, int):
            yield target, value


def told(table: str, row: Row | None, name: Namer, clock: Clock) -> dict[str, str]:
    """The fields of a row that are filled, by the words for them, in the order of its columns."""
    if row is None:
        return {}
    hidden = _HIDDEN | _HIDDEN_OF.get(table, frozenset())
    found: dict[str, str] = {}
    for column, value in row.items():
        if column in hidden or value is None or value == "":
            continue
        if column == "custom":
            found.update(_custom(value))
        elif column == "currency" and any(each.endswith("_minor") for each in row):
            continue
        else:
            text = _value(column, value, row, name, clock)
            if text:
                found[_label(column)] = text
    return found


def shortened(text: str, longest: int) -> str:
    """A text without what makes it too long to read."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _label(column: str) -> str:
    for end in ("_id", "_minor", "_minutes", "_days"):
        column = column.removesuffix(end)
    return column.removeprefix("is_").replace("_", " ")


def _plain(column: str, value: SqlValue, name: Namer) -> str:
    if value is None:
        return ""
    return name(REFERENCES[column], value) if column in REFERENCES and isinstance(value, int) else str(value)


def _value(column: str, value: SqlValue, row: Row, name: Namer, clock: Clock) -> str:
    if isinstance(value, int):
        if column in REFERENCES:
            return name(REFERENCES[column], value)
        if (column.endswith("_minor") or column == "target") and row.get("currency"):
            return _money(value, str(row["currency"]))
        if column in _FLAGS:
            return "yes" if value else "no"
        if column.endswith(("_days", "_minutes")):
            unit = "day" if column.endswith("_days") else "minute"
            return f"{value:,} {unit}{'' if value == 1 else 's'}"
        return f"{value} %" if column == "probability" else str(value)
    text = str(value)
    if column.endswith("_percent"):
        return f"{text} %"
    if column.endswith("_at"):
        return _instant(text, clock)
    if column.endswith("_on") or column in _DAYS:
        return _day(text, clock.today)
    return ", ".join(_items(text)) if column == "choices" else text


def _custom(value: SqlValue) -> dict[str, str]:
    """The fields of the user's own."""
    try:
        found = json.loads(str(value))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    words = {True: "yes", False: "no"}
    return {
        str(key).replace("_", " "): words[each] if isinstance(each, bool) else str(each)
        for key, each in found.items()
        if each is not None
    }


def _items(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except ValueError:
        return [text]
    return [str(each) for each in found] if isinstance(found, list) else [text]


def _money(minor: int, currency: str) -> str:
    from crm_tui.errors import CrmError
    from crm_tui.money import format_money

    try:
        return format_money(minor, currency)
    except CrmError:
        return f"{minor} {currency}"


def _instant(text: str, clock: Clock) -> str:
    from crm_tui.dates import local_datetime, short_day
    from crm_tui.errors import InvalidDataError

    try:
        at = local_datetime(text, clock)
    except InvalidDataError:
        return text
    return f"{short_day(at.date(), clock.today)} {at:%H:%M}"


def _day(text: str, today: date) -> str:
    from crm_tui.dates import short_day

    try:
        return short_day(date.fromisoformat(text), today)
    except ValueError:
        # a birthday without its year, or what some other program wrote
        return text
