"""The places: screens that stand side by side, one of them in front."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Place:
    """A screen one can go to: its name, title, the letter after ``g``, and the class that shows it."""

    name: str
    title: str
    letter: str
    module: str
    screen: str


PLACES: Final = (
    Place("today", "Today", "t", "crm_tui.screens.today", "TodayScreen"),
    Place("contacts", "Contacts", "c", "crm_tui.screens.parties.contacts", "ContactsScreen"),
    Place("companies", "Companies", "o", "crm_tui.screens.parties.companies", "CompaniesScreen"),
    Place("deals", "Deals", "d", "crm_tui.screens.deals.screen", "DealsScreen"),
    Place("followups", "Follow-ups", "f", "crm_tui.screens.followups.screen", "FollowupsScreen"),
    Place("reports", "Reports", "r", "crm_tui.screens.reports.screen", "ReportsScreen"),
    Place("invoices", "Invoices", "v", "crm_tui.screens.billing.invoices", "InvoicesScreen"),
    Place("search", "Search", "s", "crm_tui.screens.search.screen", "SearchScreen"),
    Place("history", "History", "h", "crm_tui.screens.history.screen", "HistoryScreen"),
    Place("import", "Import", "i", "crm_tui.screens.importing.screen", "ImportScreen"),
    Place("products", "Products", "p", "crm_tui.screens.billing.products", "ProductsScreen"),
    Place("payments", "Payments", "y", "crm_tui.screens.billing.payments", "PaymentsScreen"),
    Place("settings", "Settings", "e", "crm_tui.screens.settings.screen", "SettingsScreen"),
)
SCREENS: Final = (*(place.name for place in PLACES), "record")
"""The scopes of whole screens: the places, and a record opened from one of them."""
