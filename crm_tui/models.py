"""The records: shape only.

One dataclass a record, its fields named like the table's columns, the JSON keys and the CSV headers. Days
are ``datetime.date``; instants are text in UTC, ``YYYY-MM-DDTHH:MM:SSZ``; a birthday is text because it may
lack a year (``--MM-DD``). Money is minor units beside an ISO 4217 code.

Making a dataclass costs half a millisecond, so the module of a record is imported when the record is first
asked for: a command pays for the records it uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_tui.lazy import lazily

if TYPE_CHECKING:
    from crm_tui.shapes.billing import (
        Goal,
        Invoice,
        InvoiceLine,
        InvoiceLineView,
        InvoiceStatus,
        InvoiceView,
        Payment,
        PaymentView,
        Per,
        Product,
        ProductView,
    )
    from crm_tui.shapes.companies import Company, CompanyMethod, CompanyView
    from crm_tui.shapes.contacts import Contact, ContactMethod, ContactView, ImportantDate, Relation
    from crm_tui.shapes.daily import Followup, FollowupView, Interaction, InteractionView, Participant
    from crm_tui.shapes.labels import CustomField, ExternalRef, Tag
    from crm_tui.shapes.record import CustomValue, Instant, Operation, Record
    from crm_tui.shapes.sales import Deal, DealView, Pipeline, Rate, Stage, StageMove
    from crm_tui.shapes.words import (
        Direction,
        FieldType,
        FollowupStatus,
        InteractionKind,
        Lifecycle,
        MethodKind,
        Priority,
        RepeatFrom,
        StageType,
    )
else:
    __getattr__ = lazily(
        __name__,
        {
            "billing": (
                "Product",
                "Invoice",
                "InvoiceLine",
                "Payment",
                "Goal",
                "InvoiceStatus",
                "Per",
                "ProductView",
                "InvoiceLineView",
                "InvoiceView",
                "PaymentView",
            ),
            "companies": ("Company", "CompanyMethod", "CompanyView"),
            "contacts": ("Contact", "ContactMethod", "ContactView", "ImportantDate", "Relation"),
            "daily": ("Interaction", "Participant", "Followup", "InteractionView", "FollowupView"),
            "labels": ("Tag", "CustomField", "ExternalRef"),
            "record": ("CustomValue", "Instant", "Operation", "Record"),
            "sales": ("Pipeline", "Stage", "Deal", "StageMove", "Rate", "DealView"),
            "words": (
                "Lifecycle",
                "MethodKind",
                "InteractionKind",
                "Direction",
                "StageType",
                "Priority",
                "RepeatFrom",
                "FollowupStatus",
                "FieldType",
            ),
        },
        package="crm_tui.shapes",
    )

__all__ = [
    "Company",
    "CompanyMethod",
    "CompanyView",
    "Contact",
    "ContactMethod",
    "ContactView",
    "CustomField",
    "CustomValue",
    "Deal",
    "DealView",
    "Direction",
    "ExternalRef",
    "FieldType",
    "Followup",
    "FollowupStatus",
    "FollowupView",
    "Goal",
    "ImportantDate",
    "Instant",
    "Interaction",
    "InteractionKind",
    "InteractionView",
    "Invoice",
    "InvoiceLine",
    "InvoiceLineView",
    "InvoiceStatus",
    "InvoiceView",
    "Lifecycle",
    "MethodKind",
    "Operation",
    "Participant",
    "Payment",
    "PaymentView",
    "Per",
    "Pipeline",
    "Priority",
    "Product",
    "ProductView",
    "Rate",
    "Record",
    "Relation",
    "RepeatFrom",
    "Stage",
    "StageMove",
    "StageType",
    "Tag",
]
