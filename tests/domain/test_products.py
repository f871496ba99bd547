"""Products: what they take, their SKU, and that what was sold is not lost."""

from __future__ import annotations

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.errors import AmbiguousError, ConflictError, InvalidDataError, NotFoundError, UsageError


def test_only_a_name_is_needed(crm: Crm) -> None:
    ink = crm.products.add("Ink, black")
    assert (ink.sku, ink.name, ink.price, ink.currency) == ("INK-BLACK", "Ink, black", None, None)
    assert crm.last_operation is not None
    assert crm.last_operation.summary == "add product Ink, black"


@pytest.mark.parametrize(
    ("code", "minor", "price"), [("JPY", 1200, "1200"), ("EUR", 1200, "12.00"), ("KWD", 1200, "1.200")]
)
def test_a_price_has_the_decimals_of_its_currency(crm: Crm, code: str, minor: int, price: str) -> None:
    made = crm.products.add("Widget", price_minor=minor, currency=code.lower())
    assert (made.price, made.currency) == (price, code)


def test_a_price_without_a_currency_is_in_the_base_currency(crm: Crm) -> None:
    assert crm.products.add("Widget", price_minor=1).currency == "EUR"


def test_an_sku_is_made_from_the_name_and_never_twice(crm: Crm) -> None:
    made = [crm.products.add(name).sku for name in ("Widget", "widget", "WIDGET", "Əla çay", "[/]", "!")]
    assert made == ["WIDGET", "WIDGET-2", "WIDGET-3", "ELA-CAY", "PRODUCT", "PRODUCT-2"]


def test_an_sku_is_taken_in_whatever_case(crm: Crm) -> None:
    crm.products.add("Widget", sku="W-1")
    with pytest.raises(ConflictError, match=r"Widget \(1\) has the SKU w-1 already"):
        crm.products.add("Another", sku="w-1")
    other = crm.products.add("Another", sku="W-2")
    with pytest.raises(ConflictError):
        crm.products.update(other.id, sku="W-1")
    assert crm.products.update(other.id, sku="w-2").sku == "w-2"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"price_minor": -1}, "price"),
        ({"price_minor": 2**53}, "price"),
        ({"currency": "XXQ"}, "currency"),
        ({"warranty_months": -1}, "warranty"),
        ({"reorder_days": 0}, "reorder time"),
        ({"sku": "a\x00"}, "SKU"),
    ],
    ids=["negative", "too-large", "currency", "warranty", "reorder", "sku"],
)
def test_what_cannot_be_is_refused(crm: Crm, values: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidDataError, match=words):
        crm.products.add("Widget", **values)  # type: ignore[arg-type]  # wrong on purpose
    assert crm.products.count() == 0


def test_an_edit_changes_and_empties_fields(crm: Crm) -> None:
    made = crm.products.add("Widget", price_minor=1250, currency="EUR", warranty_months=24, reorder_days=90)
    changed = crm.products.update(made.id, name="Gadget", price_minor=1300, warranty_months=None)
    assert (changed.name, changed.price, changed.currency) == ("Gadget", "13.00", "EUR")
    assert (changed.warranty_months, changed.reorder_days) == (None, 90)
    assert crm.products.update(made.id, currency="JPY").price == "13"
    assert crm.products.update(made.id, price_minor=None).price is None


def test_what_was_sold_keeps_its_price_and_is_not_deleted(crm: Crm) -> None:
    made = crm.products.add("Widget", price_minor=1250)
    invoice = crm.invoices.add(lines=[LineDraft("", product_id=made.id)])
    crm.products.update(made.id, price_minor=9900)
    assert crm.invoices.get(invoice.id).net == "12.50"
    with pytest.raises(ConflictError, match="on 1 invoice line") as refused:
        crm.products.delete(made.id)
    assert "crm product archive" in refused.value.hint
    crm.products.archive(made.id)
    assert crm.products.list() == []
    assert crm.products.ids("archived_at:any") == [made.id]
    assert crm.products.restore(made.id).archived_at is None


def test_what_was_never_sold_can_go_and_come_back(crm: Crm) -> None:
    made = crm.products.add("Widget")
    assert crm.products.delete(made.id) == made
    with pytest.raises(NotFoundError):
        crm.products.get(made.id)
    crm.undo()
    assert crm.products.get(made.id) == made


def test_a_product_is_named_by_sku_id_or_name(crm: Crm) -> None:
    ink = crm.products.add("Ink, black", sku="B-1")
    crm.products.add("Ink, red", sku="R-1")
    find = crm.references.product
    assert [find(ref) for ref in ("B-1", "b-1", "1", "ink, black", "ink b", "black")] == [ink.id] * 6
    with pytest.raises(AmbiguousError, match="2 products"):
        find("ink")
    with pytest.raises(NotFoundError):
        find("nothing")


def test_an_sku_that_is_the_id_of_another_is_no_guess(crm: Crm) -> None:
    crm.products.add("One", sku="2")
    crm.products.add("Two", sku="T")
    with pytest.raises(AmbiguousError) as refused:
        crm.references.product("2")
    assert "sku:2" in refused.value.hint
    assert crm.references.product("sku:2") == 1
    assert crm.references.product("id:2") == 2


def test_lists_filter_sort_and_search(crm: Crm) -> None:
    crm.products.add("Widget", price_minor=1250, warranty_months=24)
    crm.products.add("ink", sku="B-1", price_minor=990, reorder_days=90)
    crm.products.add("Çay", price_minor=2000, currency="JPY")
    names = [each.name for each in crm.products.list()]
    assert names == ["Çay", "ink", "Widget"]
    assert crm.products.ids("price>=10") == [3, 1]
    assert crm.products.ids("price:9.90EUR") == [2]
    assert crm.products.ids("wid") == [1]
    assert crm.products.ids("b-1") == [2]
    assert crm.products.ids("reorder:any") == [2]
    assert crm.products.ids(sort="-price") == [3, 1, 2]
    with pytest.raises(UsageError, match="colour"):
        crm.products.ids("colour:red")


def test_the_search_finds_products_under_their_new_name(crm: Crm) -> None:
    made = crm.products.add("Widget", sku="W-1", price_minor=1250)
    (hit,) = crm.search.find("widg")
    assert (hit.kind, hit.id, hit.title, hit.snippet) == ("product", made.id, "Widget", "W-1 · 12.50 EUR")
    crm.products.update(made.id, name="Gadget")
    assert crm.search.find("widg") == []
    assert [hit.title for hit in crm.search.find("gadget", kinds=["product"])] == ["Gadget"]
