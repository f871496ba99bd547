"""Loading products: known by SKU, else by name where the row has no SKU; and finding the products that rows name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Final

from crm_tui.domain.loading import money_cells
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.keys import Keys
from crm_tui.domain.loading.records import Difference, Find, RecordDraft, RecordKind
from crm_tui.domain.products import Skus
from crm_tui.errors import CrmError
from crm_tui.money import format_decimal
from crm_tui.store.transaction import Row
from crm_tui.text import name_key

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.loading.rows import NewRows
    from crm_tui.store.transaction import Transaction

_SPANS: Final = ("warranty_months", "reorder_days")


class Known:
    """The products by SKU and by name, those made during the load included.

    Attributes:
        skus: those that are taken.
    """

    def __init__(self, crm: Crm) -> None:
        self._keys = Keys()
        self.skus = Skus(())
        rows = crm.connection.execute(
            "SELECT id, sku, name FROM products ORDER BY archived_at IS NOT NULL, id"
        )
        for product_id, sku, name in rows:
            self.add(product_id, sku, name)

    def add(self, product_id: int, sku: str, name: str) -> None:
        """Note a product."""
        self.skus.add(sku)
        marks = [f"s{sku.casefold()}", *([f"n{name_key(name)}"] if name else [])]
        self._keys.add([hash(mark) for mark in marks], product_id)

    def by_sku(self, sku: str) -> list[int]:
        """The product with an SKU, in whatever case."""
        return self._keys.get(f"s{sku.casefold()}")

    def named(self, name: str) -> list[int]:
        """The products of a name."""
        return self._keys.get(f"n{name_key(name)}")


class ProductKind(RecordKind):
    """Products.

    ``draft.columns`` may have: sku, warranty_months, reorder_days, archived_at; ``draft.values``: price (text),
    currency (code), decimal; ``draft.value_defaults`` the same.
    """

    table: ClassVar[str] = "products"
    noun: ClassVar[str] = "product"
    key_fields: ClassVar[tuple[str, ...]] = ("external_id", "sku", "name")

    def __init__(self, crm: Crm, writing: Transaction, rows: NewRows) -> None:
        super().__init__(crm, writing, rows)
        self._known = Known(crm)

    def resolve(self, draft: RecordDraft) -> None:
        """Read the price, so that one that is none rejects the row."""
        money_cells.check(self.crm, draft, "price")

    def match(self, draft: RecordDraft, find: Find, in_file: Callable[[int], bool]) -> tuple[list[int], str]:
        """By SKU, or by name where the row has none."""
        sku = draft.column("sku")
        if sku:
            return find(f"s{str(sku).casefold()}", self._known.by_sku(str(sku))), "SKU"
        return (find(f"n{draft.key}", self._known.named(draft.name)) if draft.key else []), "name"

    def by_key(self, draft: RecordDraft, key: str, find: Find) -> list[int]:
        """By the SKU or the name alone."""
        if key == "sku":
            sku = str(draft.column("sku") or "")
            return find(f"s{sku.casefold()}", self._known.by_sku(sku)) if sku else []
        return find(f"n{draft.key}", self._known.named(draft.name)) if draft.key else []

    def marks(self, draft: RecordDraft) -> Iterable[str]:
        """SKU and name."""
        if draft.column("sku"):
            yield f"s{str(draft.column('sku')).casefold()}"
        if draft.key:
            yield f"n{draft.key}"

    def create(self, draft: RecordDraft) -> int:
        """Make a product; without a name it has that of its SKU."""
        sku = draft.column("sku")
        name = draft.name or (str(sku) if sku else "")
        if not name:
            raise RejectedRowError("there is no name", "name")
        money = money_cells.money(self.crm, draft, "price", None)
        code = money_cells.given(draft, "currency")
        values: dict[str, Any] = {each: draft.column(each) for each in ("sku", *_SPANS)}
        if money is not None:
            values.update(price_minor=money.minor, currency=money.currency)
        elif code:
            values["currency"] = str(code)
        with refusals():
            made = self.crm.products.create(self.writing, name, self._known.skus, **values)
        stamps = {"created_at": draft.created_at, "archived_at": draft.column("archived_at")}
        self.writing.update("products", made, {key: value for key, value in stamps.items() if value})
        return made

    def compare(self, record_id: int, draft: RecordDraft) -> Difference:
        """What the row changes on a product."""
        row = self.writing.fetch("products", record_id)
        found = Difference(str(row["name"]))
        changes: dict[str, Any] = {}
        if draft.name and draft.name != row["name"]:
            changes["name"] = draft.name
            found.note("name", row["name"], draft.name)
        for name in ("sku", *_SPANS):
            value = draft.columns.get(name)
            value = draft.defaults.get(name) if value is None and row[name] is None else value
            if value is not None and value != row[name]:
                changes[name] = value
                found.note(name, row[name], value)
        archived = draft.columns.get("archived_at")
        if archived and archived != row["archived_at"]:
            found.columns["archived_at"] = archived
            found.note("archived_at", row["archived_at"], archived)
        self._compare_price(row, draft, found, changes)
        if changes:
            found.actions.append(lambda: self._update(record_id, changes))
        return found

    def _update(self, record_id: int, changes: dict[str, Any]) -> None:
        self._known.skus.add(self.crm.products.update(record_id, **changes).sku)

    def _compare_price(
        self, row: Row, draft: RecordDraft, found: Difference, changes: dict[str, Any]
    ) -> None:
        code = None if row["currency"] is None else str(row["currency"])
        old = None if row["price_minor"] is None else int(str(row["price_minor"]))
        if not draft.values.get("price") and old is not None:
            return
        money = money_cells.money(self.crm, draft, "price", code)
        if money is None or (money.minor, money.currency) == (old, code):
            return
        changes["price_minor"], changes["currency"] = money.minor, money.currency
        if money.minor != old or code is None:
            shown = "" if old is None or code is None else format_decimal(old, code)
            found.note("price", shown, format_decimal(money.minor, money.currency))
        if money.currency != code:
            found.note("currency", code, money.currency)


@contextmanager
def refusals(column: str = "") -> Iterator[None]:
    """What the domain refuses within the block rejects the row."""
    try:
        yield
    except CrmError as error:
        raise RejectedRowError(error.message.rstrip("."), column) from error
