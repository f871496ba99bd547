"""What a list of records shows: for machines every field, for people a choice of columns.

The keys are the field names of the contract and frozen: JSON keys, CSV and TSV headers, and what
``--columns`` takes. ``value`` is for machines (JSON types; CSV joins lists with ``;``), ``show`` for
people. The faces and the CSV export share these tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

Value = Any
Show = Callable[[Any, date], str]


class Column(NamedTuple):
    """One column.

    Attributes:
        key: the field's name.
        title: the heading for people.
        value: the field for machines.
        show: the field for people, given today; the value as text when None.
        right: whether numbers line up on the right.
        flex: how readily the column gives way on a narrow terminal; 0 keeps its width.
    """

    key: str
    title: str
    value: Callable[[Any], Value]
    show: Show | None = None
    right: bool = False
    flex: int = 0


class Kind(NamedTuple):
    """The columns of one kind of record.

    Attributes:
        noun: the word for one of them.
        columns: every column, in the frozen order of machine formats.
        table: the keys a table shows unless ``--columns`` says otherwise.
        custom: where a record keeps its custom values, if it can have any.
    """

    noun: str
    columns: tuple[Column, ...]
    table: tuple[str, ...]
    custom: bool = False

    def column(self, key: str) -> Column | None:
        """The column of that key."""
        return next((each for each in self.columns if each.key == key), None)


def custom_columns(keys: Sequence[str]) -> tuple[Column, ...]:
    """Columns for custom fields, by their keys."""
    return tuple(Column(key, key.replace("_", " ").capitalize(), _custom(key), flex=1) for key in keys)


def as_object(record: Any, columns: Sequence[Column]) -> dict[str, Value]:
    """A record as its JSON object."""
    return {column.key: plain(column.value(record)) for column in columns}


def plain(value: Value) -> Value:
    """A value as JSON has it."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    return [plain(each) for each in value]


def cell(value: Value) -> str:
    """A value as a cell of CSV or TSV: nothing for None, yes and no for flags, lists joined with ``;``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, Mapping):
        import json

        return json.dumps(plain(value), ensure_ascii=False, sort_keys=True) if value else ""
    return ";".join(cell(each) for each in value)


def _attribute(key: str) -> Callable[[Any], Value]:
    def get(record: Any) -> Value:
        return getattr(record, key)

    return get


def _custom(key: str) -> Callable[[Any], Value]:
    def get(record: Any) -> Value:
        return record.custom.get(key)

    return get


def _plain_column(
    key: str, title: str = "", *, right: bool = False, flex: int = 0, show: Show | None = None
) -> Column:
    return Column(key, title or key.replace("_", " ").capitalize(), _attribute(key), show, right, flex)


def _day(key: str) -> Show:
    def show(record: Any, today: date) -> str:
        from crm_tui.dates import relative_day

        day: date | None = getattr(record, key)
        return "" if day is None else relative_day(day, today)

    return show


def _exact_day(key: str) -> Show:
    def show(record: Any, today: date) -> str:
        from crm_tui.dates import short_day

        day: date | None = getattr(record, key)
        return "" if day is None else short_day(day, today)

    return show


def _first(key: str) -> Show:
    def show(record: Any, today: date) -> str:
        values: Sequence[str] = getattr(record, key)
        more = f" +{len(values) - 1}" if len(values) > 1 else ""
        return f"{values[0]}{more}" if values else ""

    return show


def _minute(key: str) -> Show:
    def show(record: Any, today: date) -> str:
        return str(getattr(record, key) or "")[:16].replace("T", " ")

    return show


def _money(minor: str, currency: str) -> Show:
    def show(record: Any, today: date) -> str:
        from crm_tui.money import format_money

        amount = getattr(record, minor)
        return "-" if amount is None else format_money(amount, getattr(record, currency))

    return show


def _percent(key: str) -> Show:
    def show(record: Any, today: date) -> str:
        value = getattr(record, key)
        return "" if value is None else f"{value} %"

    return show


def _count(key: str, unit: str) -> Show:
    def show(record: Any, today: date) -> str:
        value = getattr(record, key)
        return "" if value is None else f"{value:,} {unit}{'' if value == 1 else 's'}"

    return show


def _owed_on(record: Any, today: date) -> str:
    from crm_tui.dates import relative_day, short_day

    if record.overdue_days is None:
        return f"  {short_day(record.due_on, today)}"
    sign = "!" if record.overdue_days > 0 else "·" if record.overdue_days == 0 else " "
    return f"{sign} {relative_day(record.due_on, today)}"


_HAPPENED: Final[Mapping[str, str]] = {
    "in": "<", "out": ">", "won": "+", "lost": "x", "payment": "+", "refund": "-",
}  # fmt: skip


def happened_sign(item: Any) -> str:
    """The sign of something in a timeline: ``<`` came in, ``>`` went out, ``+`` won or paid, ``x`` lost or void."""
    if item.is_void:
        return "x"
    return _HAPPENED.get(item.kind) or _HAPPENED.get(item.direction or "", " ")


_FINISHED: Final[Mapping[str, str]] = {"done": "+", "cancelled": "x"}


def _overdue(record: Any, today: date) -> str:
    from crm_tui.dates import relative_day

    finished = _FINISHED.get(record.status.value)
    sign = finished or ("!" if record.overdue_days > 0 else "·" if record.overdue_days == 0 else " ")
    time = f" {record.due_time}" if record.due_time else ""
    return f"{sign} {relative_day(record.due_on, today)}{time}"


_STAMPS: Final = (
    _plain_column("created_at", show=_minute("created_at")),
    _plain_column("updated_at", show=_minute("updated_at")),
)
_ARCHIVED: Final = _plain_column("archived_at", show=_minute("archived_at"))

CONTACTS: Final = Kind(
    "contact",
    (
        _plain_column("id", right=True),
        _plain_column("name", flex=3),
        _plain_column("given_name", flex=1),
        _plain_column("family_name", flex=1),
        _plain_column("company", flex=2),
        _plain_column("company_id", right=True),
        _plain_column("title", flex=2),
        _plain_column("lifecycle"),
        _plain_column("emails", "E-mail", flex=2, show=_first("emails")),
        _plain_column("phones", "Phone", flex=1, show=_first("phones")),
        _plain_column("tags", flex=1),
        _plain_column("source", flex=1),
        _plain_column("referred_by_id", right=True),
        _plain_column("birthday"),
        _plain_column("language"),
        _plain_column("timezone", flex=1),
        _plain_column("cadence_days", right=True),
        _plain_column("last_contacted_on", "Last", show=_day("last_contacted_on")),
        _plain_column("next_touch_on", "Next", show=_day("next_touch_on")),
        _plain_column("opted_out_on", show=_exact_day("opted_out_on")),
        _plain_column("note", flex=4),
        *_STAMPS,
        _ARCHIVED,
    ),
    ("id", "name", "company", "emails", "phones", "tags", "last_contacted_on", "next_touch_on"),
    custom=True,
)
COMPANIES: Final = Kind(
    "company",
    (
        _plain_column("id", right=True),
        _plain_column("name", flex=3),
        _plain_column("domain", flex=1),
        _plain_column("industry", flex=1),
        _plain_column("size"),
        _plain_column("website", flex=2),
        _plain_column("parent_id", right=True),
        _plain_column("parent", flex=2),
        _plain_column("emails", "E-mail", flex=2, show=_first("emails")),
        _plain_column("phones", "Phone", flex=1, show=_first("phones")),
        _plain_column("tags", flex=1),
        _plain_column("note", flex=4),
        *_STAMPS,
        _ARCHIVED,
    ),
    ("id", "name", "domain", "industry", "size", "tags"),
    custom=True,
)
DEALS: Final = Kind(
    "deal",
    (
        _plain_column("id", right=True),
        _plain_column("title", flex=3),
        _plain_column("contact", flex=2),
        _plain_column("contact_id", right=True),
        _plain_column("company", flex=2),
        _plain_column("company_id", right=True),
        _plain_column("pipeline", flex=1),
        _plain_column("stage", flex=1),
        _plain_column("stage_id", right=True),
        _plain_column("status"),
        _plain_column("amount", right=True, show=_money("amount_minor", "currency")),
        _plain_column("currency"),
        _plain_column("probability", right=True),
        _plain_column("weighted", right=True, show=_money("weighted_minor", "currency")),
        _plain_column("expected_close_on", "Closes", show=_day("expected_close_on")),
        _plain_column("closed_on", "Closed", show=_exact_day("closed_on")),
        _plain_column("source", flex=1),
        _plain_column("lost_reason", flex=1),
        _plain_column("lost_note", flex=2),
        _plain_column("tags", flex=1),
        *_STAMPS,
        _ARCHIVED,
    ),
    ("id", "title", "contact", "company", "stage", "amount", "probability", "expected_close_on"),
    custom=True,
)
FOLLOWUPS: Final = Kind(
    "followup",
    (
        _plain_column("id", right=True),
        _plain_column("title", flex=3),
        _plain_column("due_on", "Due", show=_overdue),
        _plain_column("due_time", "Time"),
        _plain_column("overdue_days", right=True),
        _plain_column("contact", flex=2),
        _plain_column("contact_id", right=True),
        _plain_column("deal", flex=2),
        _plain_column("deal_id", right=True),
        _plain_column("priority"),
        _plain_column("repeat", flex=1),
        _plain_column("repeat_from"),
        _plain_column("series_id", right=True),
        _plain_column("status"),
        _plain_column("done_at", show=_minute("done_at")),
        *_STAMPS,
    ),
    ("id", "due_on", "title", "contact", "deal", "priority", "repeat"),
)
PRODUCTS: Final = Kind(
    "product",
    (
        _plain_column("id", right=True),
        _plain_column("sku", "SKU", flex=1),
        _plain_column("name", flex=3),
        _plain_column("price", right=True, show=_money("price_minor", "currency")),
        _plain_column("currency"),
        _plain_column("warranty_months", "Warranty", right=True, show=_count("warranty_months", "month")),
        _plain_column("reorder_days", "Reorder", right=True, show=_count("reorder_days", "day")),
        *_STAMPS,
        _ARCHIVED,
    ),
    ("id", "sku", "name", "price", "warranty_months", "reorder_days"),
)
INVOICES: Final = Kind(
    "invoice",
    (
        _plain_column("id", right=True),
        _plain_column("number"),
        _plain_column("contact", flex=2),
        _plain_column("contact_id", right=True),
        _plain_column("company", flex=2),
        _plain_column("company_id", right=True),
        _plain_column("deal", flex=2),
        _plain_column("deal_id", right=True),
        _plain_column("issued_on", "Issued", show=_exact_day("issued_on")),
        _plain_column("due_on", "Due", show=_owed_on),
        _plain_column("currency"),
        *(
            _plain_column(key, right=True, show=_money(f"{key}_minor", "currency"))
            for key in ("net", "tax", "total", "paid", "balance")
        ),
        _plain_column("status"),
        _plain_column("overdue_days", right=True),
        _plain_column("voided_on", "Voided", show=_exact_day("voided_on")),
        *_STAMPS,
    ),
    ("number", "contact", "company", "total", "balance", "due_on", "status"),
)
INVOICE_LINES: Final = Kind(
    "line",
    (
        _plain_column("id", right=True),
        _plain_column("product_id", right=True),
        _plain_column("sku", "SKU", flex=1),
        _plain_column("product", flex=1),
        _plain_column("description", flex=3),
        _plain_column("quantity", right=True),
        _plain_column("unit_price", "Price", right=True),
        _plain_column("discount_percent", "Off", right=True, show=_percent("discount_percent")),
        _plain_column("tax_percent", "Tax %", right=True, show=_percent("tax_percent")),
        _plain_column("net", right=True),
        _plain_column("tax", right=True),
    ),
    ("quantity", "description", "unit_price", "discount_percent", "tax_percent", "net", "tax"),
)
PAYMENTS: Final = Kind(
    "payment",
    (
        _plain_column("id", right=True),
        _plain_column("invoice"),
        _plain_column("invoice_id", right=True),
        _plain_column("contact", flex=2),
        _plain_column("contact_id", right=True),
        _plain_column("company", flex=2),
        _plain_column("company_id", right=True),
        _plain_column("paid_on", "Paid", show=_exact_day("paid_on")),
        _plain_column("amount", right=True, show=_money("amount_minor", "currency")),
        _plain_column("currency"),
        _plain_column("method", flex=1),
        _plain_column("reference", flex=1),
        *_STAMPS,
    ),
    ("id", "paid_on", "invoice", "contact", "company", "amount", "method", "reference"),
)
_ITEM: Final = (
    _plain_column("kind"),
    Column("ref", "Ref", lambda item: item.ref or None, right=True),
    _plain_column("title", flex=3),
    _plain_column("due_on", "Due", show=_day("due_on")),
    _plain_column("overdue_days", right=True),
    _plain_column("contact", flex=2),
)
AGENDA: Final = Kind("item", _ITEM, tuple(column.key for column in _ITEM))
REMINDERS: Final = Kind("item", (*_ITEM, _plain_column("late")), (*(column.key for column in _ITEM), "late"))
INTERACTIONS: Final = Kind(
    "interaction",
    (
        _plain_column("id", right=True),
        _plain_column("kind"),
        _plain_column("direction"),
        _plain_column("occurred_at", "When", show=_minute("occurred_at")),
        _plain_column("summary", flex=4),
        _plain_column("body", flex=4),
        _plain_column("duration_minutes", "Minutes", right=True),
        _plain_column("contacts", flex=2),
        _plain_column("deal", flex=2),
        _plain_column("deal_id", right=True),
        *_STAMPS,
    ),
    ("id", "occurred_at", "kind", "contacts", "summary", "deal"),
)
OPERATIONS: Final = Kind(
    "operation",
    (
        _plain_column("id", right=True),
        _plain_column("created_at", "When", show=_minute("created_at")),
        _plain_column("summary", "What", flex=4),
        _plain_column("status"),
        _plain_column("changes", right=True),
    ),
    ("id", "created_at", "summary", "status", "changes"),
)
OPERATION_DONE: Final = Kind(
    "operation",
    (Column("operation", "Operation", lambda operation: operation.id), _plain_column("summary")),
    ("operation", "summary"),
)


def simple(noun: str, *keys: str, table: Sequence[str] = (), right: Sequence[str] = ()) -> Kind:
    """A kind whose columns are plain fields; ``table`` are those shown, all unless given."""
    columns = tuple(
        _plain_column(key, right=key == "id" or key in right, flex=0 if key == "id" else 1) for key in keys
    )
    return Kind(noun, columns, tuple(table) or keys)
