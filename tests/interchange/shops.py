"""Orders as web shops export them."""

from __future__ import annotations

from tests.loading import table

_SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,"
    "Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,"
    "Lineitem sku,Lineitem taxable,Billing Name,Billing Company,Cancelled at,Payment Method,Payment Reference,"
    "Refunded Amount,Outstanding Balance,Id"
)
_WOOCOMMERCE = (
    "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),Company (Billing),"
    "Email (Billing),Phone (Billing),Payment Method Title,Cart Discount Amount,Order Subtotal Amount,"
    "Shipping Method Title,Order Shipping Amount,Order Refund Amount,Order Total Amount,Order Total Tax Amount,SKU,"
    "Item #,Item Name,Quantity,Item Cost,Coupon Code,Discount Amount,Discount Amount Tax"
)


def shopify(row: dict[str, str]) -> list[str]:
    """A row of which only these cells are filled."""
    return [row.get(name, "") for name in _SHOPIFY.split(",")]


def woocommerce(row: dict[str, str]) -> list[str]:
    """A row of which only these cells are filled."""
    return [row.get(name, "") for name in _WOOCOMMERCE.split(",")]


_ADA = {"Name": "#1001", "Email": "ada@shop.example", "Created at": "2026-02-03 10:14:00 -0400"}
_BO = {
    "Email": "bo@shop.example",
    "Billing Name": "Bo Reed",
    "Currency": "USD",
    "Outstanding Balance": "0.00",
}
SHOPIFY = table(
    _SHOPIFY.split(","),
    shopify({
        **_ADA, "Financial Status": "paid", "Paid at": "2026-02-03 10:15:00 -0400", "Fulfillment Status": "fulfilled",
        "Currency": "USD", "Subtotal": "47.00", "Shipping": "6.00", "Taxes": "3.29", "Total": "56.29",
        "Discount Code": "FALL5", "Discount Amount": "5.00", "Lineitem quantity": "2", "Lineitem name": "Fern Print",
        "Lineitem price": "16.00", "Lineitem sku": "FERN-1", "Billing Name": "Ada Stone", "Payment Method": "Cards",
        "Refunded Amount": "0.00", "Outstanding Balance": "0.00", "Id": "5550001",
    }),
    shopify({**_ADA, "Lineitem quantity": "1", "Lineitem name": "Tote Bag", "Lineitem price": "20.00"}),
    shopify({
        **_BO, "Name": "#1002", "Financial Status": "refunded", "Paid at": "2026-02-03 11:15:00 -0400",
        "Shipping": "0.00", "Taxes": "0.00", "Total": "10.00", "Created at": "2026-02-03 11:14:00 -0400",
        "Lineitem quantity": "1", "Lineitem name": "Mug", "Lineitem price": "10.00", "Lineitem sku": "MUG",
        "Billing Company": "Reed Ltd", "Cancelled at": "2026-02-04 08:00:00 -0400", "Refunded Amount": "10.00",
        "Id": "5550002",
    }),
    shopify({
        **_BO, "Name": "#1003", "Financial Status": "partially_refunded", "Paid at": "2026-02-03 12:15:00 -0400",
        "Shipping": "0.00", "Taxes": "19.00", "Total": "119.00", "Created at": "2026-02-03 12:14:00 -0400",
        "Lineitem quantity": "1", "Lineitem name": "Pot", "Lineitem price": "100.00", "Lineitem sku": "POT",
        "Refunded Amount": "11.90", "Id": "5550003",
    }),
)  # fmt: skip
_MIRA = {
    "Order Number": "501", "Order Status": "Completed", "Order Date": "2026-01-15 12:00",
    "Company (Billing)": "Stone GmbH",
    "First Name (Billing)": "Mira", "Last Name (Billing)": "Stone", "Email (Billing)": "mira@stone.example",
    "Payment Method Title": "Bank", "Cart Discount Amount": "10", "Order Subtotal Amount": "50",
    "Order Shipping Amount": "5", "Order Refund Amount": "0", "Order Total Amount": "53.55",
    "Order Total Tax Amount": "8.55",
}  # fmt: skip
WOOCOMMERCE = table(
    _WOOCOMMERCE.split(","),
    woocommerce({**_MIRA, "SKU": "A-1", "Item #": "1", "Item Name": "Chair", "Quantity": "2", "Item Cost": "20"}),
    woocommerce({**_MIRA, "SKU": "A-2", "Item #": "2", "Item Name": "Lamp", "Quantity": "1", "Item Cost": "10"}),
    woocommerce({
        "Order Number": "502", "Order Status": "On hold", "Order Date": "2026-01-16 12:00", "Order Total Amount": "50",
        "First Name (Billing)": "Jo", "Last Name (Billing)": "Reed", "Order Total Tax Amount": "0", "Item #": "1",
        "Item Name": "Table", "Quantity": "1", "Item Cost": "50",
    }),
)  # fmt: skip
