"""What is sold: adding, changing, putting away products. Each has an SKU of its own, made from its name if need be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

from crm_tui.domain import checks, views
from crm_tui.domain.amounts import same_figure
from crm_tui.domain.listed import Listed
from crm_tui.domain.product_fields import LISTING
from crm_tui.errors import ConflictError, InvalidDataError
from crm_tui.models import Product, ProductView
from crm_tui.money import MAX_MINOR, check_currency, format_decimal
from crm_tui.store import records

if TYPE_CHECKING:
    from crm_tui.store.transaction import SqlValue, Transaction

SKU: Final = 100
"""The longest SKU."""
_MADE: Final = 40
_LONGEST_WARRANTY: Final = 1200
_LONGEST_REORDER: Final = 36_500


class ProductValues(TypedDict, total=False):
    """What can be set on a product; None empties a field.

    The price is without tax, in minor units. Without a currency it is in the product's own or the base currency.
    """

    sku: str | None
    price_minor: int | None
    currency: str | None
    warranty_months: int | None
    reorder_days: int | None


class ProductChanges(ProductValues, total=False):
    """What can be changed on a product: also its name."""

    name: str


class Skus:
    """SKUs that may be taken: read once for making many products, as to look for one in whatever case reads them all.

    What is not among them is free; what is among them may have become free since.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {sku.upper() for sku in taken}
        self._counts: dict[str, int] = {}

    def __contains__(self, sku: str) -> bool:
        return sku.upper() in self._taken

    def add(self, sku: str) -> None:
        """Note one that a product has now."""
        self._taken.add(sku.upper())

    def made(self, name: str) -> str:
        """A free one from a name: its words in plain capitals, numbered where that is taken."""
        begun = _begun(name)
        number = self._counts.get(begun, 1)
        while (made := begun if number == 1 else f"{begun}-{number}") in self:
            number += 1
        self._counts[begun] = number
        return made


class Products(Listed[ProductView]):
    """Verbs on products. Lists are by name."""

    listing = LISTING

    def add(self, name: str, **values: Unpack[ProductValues]) -> ProductView:
        """Add a product; only the name is needed.

        Raises:
            InvalidDataError: a value cannot be what it claims to be.
            ConflictError: another product has the SKU.
        """
        with self.crm.transaction(f"add product {checks.name(name, 'name')}") as writing:
            made = self.create(writing, name, **values)
        return self.get(made)

    def create(
        self, writing: Transaction, name: str, skus: Skus | None = None, **values: Unpack[ProductValues]
    ) -> int:
        """As ``add``, as part of a bigger operation and without reading the product back; returns its id.

        Args:
            writing: the operation.
            name: what it is called.
            skus: those of all products, where many are made; the new one's is put among them.
            values: what is set on it.
        """
        name = checks.name(name, "name")
        sku = checks.optional_line(values.get("sku"), "SKU")
        row: dict[str, SqlValue] = {"name": name, **self._columns(values, None)}
        found = self._made(name, skus) if sku is None else self._free(sku, None, skus)
        made = writing.insert("products", {**row, "sku": found})
        if skus is not None:
            skus.add(found)
        return made

    def update(self, product_id: int, **values: Unpack[ProductChanges]) -> ProductView:
        """Change a product; the lines of invoices keep the price they were made with.

        Raises:
            NotFoundError: there is no such product.
            InvalidDataError: a value cannot be what it claims to be.
            ConflictError: another product has the SKU.
        """
        with self.crm.transaction(f"edit product {self.one(Product, product_id).name}") as writing:
            old = self.one(Product, product_id)
            row = self._columns(values, old)
            if "name" in values:
                row["name"] = checks.name(values["name"], "name")
            if "sku" in values:
                sku = checks.optional_line(values["sku"], "SKU")
                name = str(row.get("name", old.name))
                row["sku"] = self._made(name) if sku is None else self._free(sku, old)
            writing.update("products", product_id, row)
        return self.get(product_id)

    def archive(self, product_id: int) -> ProductView:
        """Put a product away: out of the lists, and no longer due to be bought again; what was sold stays."""
        return self._set_archived(product_id, "archive", archived=True)

    def restore(self, product_id: int) -> ProductView:
        """Bring a product back into the lists."""
        return self._set_archived(product_id, "restore", archived=False)

    def delete(self, product_id: int) -> ProductView:
        """Remove a product that was never sold.

        Raises:
            ConflictError: it is on an invoice.
        """
        product = self.get(product_id)
        with self.crm.transaction(f"delete product {product.name}") as writing:
            (number,) = self.connection.execute(
                "SELECT count(*) FROM invoice_lines WHERE product_id = ?", (product_id,)
            ).fetchone()
            if number:
                raise ConflictError(
                    f"{product.name} is on {number:,} invoice {'line' if number == 1 else 'lines'} and cannot be"
                    " deleted.",
                    f"Put it away instead: crm product archive {product_id}.",
                )
            self.remove_origin(writing, "products", product_id)
            writing.delete("products", product_id)
        return product

    def get(self, product_id: int) -> ProductView:
        """The product with this id.

        Raises:
            NotFoundError: there is none.
        """
        return _view(self.one(Product, product_id))

    def find(self, ref: str) -> ProductView:
        """The product meant by an SKU, an id, or a unique name or the beginning of one.

        Raises:
            NotFoundError: there is none.
            AmbiguousError: there is more than one.
        """
        return self.get(self.crm.references.product(ref))

    def views(self, ids: Iterable[int]) -> Iterator[ProductView]:
        """The products with these ids, in that order; ids that are gone are passed over."""
        build = records.builder(Product)
        for part in views.in_chunks(ids):
            found = views.by_ids(self.connection, Product, "products", part)
            yield from (_view(build(found[each])) for each in part if each in found)

    def _columns(self, values: ProductValues, old: Product | None) -> dict[str, SqlValue]:
        row: dict[str, SqlValue] = {}
        if "warranty_months" in values:
            months = values["warranty_months"]
            if months is not None and not 0 <= months <= _LONGEST_WARRANTY:
                raise InvalidDataError(
                    f"The warranty is {months} months.", f"It is to be from 0 to {_LONGEST_WARRANTY:,}."
                )
            row["warranty_months"] = months
        if "reorder_days" in values:
            row["reorder_days"] = checks.positive(values["reorder_days"], "reorder time", _LONGEST_REORDER)
        return {**row, **self._price(values, old)}

    def _price(self, values: ProductValues, old: Product | None) -> dict[str, SqlValue]:
        given = values.get("currency")
        code = check_currency(given) if given else None
        known = old.currency if old is not None else None
        if "price_minor" in values:
            price = values["price_minor"]
            if price is None:
                return {"price_minor": None, "currency": code}
            if not 0 <= price <= MAX_MINOR:
                raise InvalidDataError(
                    "The price of a product is below zero or too large.", "Give what one of it costs."
                )
            return {"price_minor": price, "currency": code or known or self.crm.config.base_currency}
        if code is None or code == known:
            return {}
        if old is None or old.price_minor is None or known is None:
            return {"currency": code}
        return {"price_minor": same_figure(old.price_minor, known, code), "currency": code}

    def _free(self, sku: str, old: Product | None, skus: Skus | None = None) -> str:
        """The SKU, checked that no other product has it in whatever case."""
        wanted = checks.name(sku, "SKU", SKU)
        if skus is not None and wanted not in skus:
            return wanted
        row = self.connection.execute(
            "SELECT id, name FROM products WHERE sku = ? COLLATE NOCASE AND id <> ? LIMIT 1",
            (wanted, old.id if old is not None else 0),
        ).fetchone()
        if row is not None:
            raise ConflictError(
                f"{row[1]} ({row[0]}) has the SKU {wanted} already.", f"See crm product show {row[0]}."
            )
        return wanted

    def _made(self, name: str, skus: Skus | None = None) -> str:
        """A free SKU from a name."""
        if skus is None:
            begun = _begun(name)
            rows = self.connection.execute(
                "SELECT sku FROM products WHERE substr(sku, 1, ?) = ? COLLATE NOCASE", (len(begun), begun)
            )
            skus = Skus(sku for (sku,) in rows)
        return skus.made(name)

    def _set_archived(self, product_id: int, verb: str, *, archived: bool) -> ProductView:
        with self.crm.transaction(f"{verb} product {self.one(Product, product_id).name}") as writing:
            if (self.one(Product, product_id).archived_at is not None) != archived:
                writing.update("products", product_id, {"archived_at": writing.stamp if archived else None})
        return self.get(product_id)


def _view(product: Product) -> ProductView:
    price = None
    if product.price_minor is not None and product.currency is not None:
        price = format_decimal(product.price_minor, product.currency)
    return ProductView(**{name: getattr(product, name) for name in records.columns(Product)}, price=price)


def _begun(name: str) -> str:
    """What an SKU made from a name begins with."""
    from crm_tui.text import words

    return "-".join(words(name)).upper()[:_MADE].strip("-") or "PRODUCT"
