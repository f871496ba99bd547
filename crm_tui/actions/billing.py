"""What a person can do with invoices, payments and products: a part of the table of actions."""

from __future__ import annotations

from typing import Final

from crm_tui.actions.action import Action

_INVOICES: Final = ("invoices",)
_BILLED: Final = ("invoices", "record")
_DEALS: Final = ("deals", "record")

BILLING: Final = (
    Action(
        "pay",
        ("p",),
        "payment",
        "Note a payment of the invoice: what is owed, or a part of it.",
        "Work",
        _BILLED,
        "invoice",
        2,
    ),
    Action(
        "refund",
        ("R",),
        "refund",
        "Note what was given back for the invoice.",
        "Work",
        _BILLED,
        "paid_invoice",
    ),
    Action(
        "void",
        ("V",),
        "void",
        "Void the invoice: it keeps its number and claims nothing.",
        "Work",
        _BILLED,
        "invoice",
        9,
    ),
    Action(
        "paper",
        ("P",),
        "print",
        "Save the invoice for the customer as PDF, page or text.",
        "Work",
        _BILLED,
        "paper",
        10,
    ),
    Action("invoice", ("i",), "invoice", "Make the invoice of the won deal.", "Work", _DEALS, "won_deal", 3),
)
BILLING_LISTS: Final = (
    Action("sort-issued", ("1",), "by day", "Sort by the day of issue, the newest first.", "List", _INVOICES),
    Action("sort-due", ("2",), "by due day", "Sort by when they are to be paid.", "List", _INVOICES),
    Action("sort-owed", ("3",), "by owed", "Sort by what is still to be paid.", "List", _INVOICES),
    Action("sort-number", ("4",), "by number", "Sort by number.", "List", _INVOICES),
    Action("sort-paid", ("1",), "by day", "Sort by day, the newest first.", "List", ("payments",)),
    Action("sort-amount", ("2",), "by amount", "Sort by amount, the most first.", "List", ("payments",)),
    Action("sort-price", ("2",), "by price", "Sort by price, the dearest first.", "List", ("products",)),
)
