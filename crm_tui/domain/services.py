"""The services of the root object, each made when it is first asked for: a command imports only those it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from crm_tui.domain.agenda import Agenda
    from crm_tui.domain.companies import Companies
    from crm_tui.domain.contacts import Contacts
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.deals import Deals
    from crm_tui.domain.duplicates import Duplicates
    from crm_tui.domain.fields import Fields
    from crm_tui.domain.followups import Followups
    from crm_tui.domain.goals import Goals
    from crm_tui.domain.interactions import Interactions
    from crm_tui.domain.invoices import Invoices
    from crm_tui.domain.merging import Merging
    from crm_tui.domain.payments import Payments
    from crm_tui.domain.pipelines import Pipelines
    from crm_tui.domain.products import Products
    from crm_tui.domain.rates import Rates
    from crm_tui.domain.references import References
    from crm_tui.domain.reminders import Reminders
    from crm_tui.domain.reports.service import Reports
    from crm_tui.domain.search import Search
    from crm_tui.domain.tags import Tags


class Services:
    """What ``Crm`` offers, feature by feature; nothing else inherits it."""

    @property
    def _crm(self) -> Crm:
        return cast("Crm", self)

    @cached_property
    def contacts(self) -> Contacts:
        """People."""
        from crm_tui.domain.contacts import Contacts

        return Contacts(self._crm)

    @cached_property
    def companies(self) -> Companies:
        """The organisations they work for."""
        from crm_tui.domain.companies import Companies

        return Companies(self._crm)

    @cached_property
    def interactions(self) -> Interactions:
        """What happened with them."""
        from crm_tui.domain.interactions import Interactions

        return Interactions(self._crm)

    @cached_property
    def pipelines(self) -> Pipelines:
        """Pipelines and their stages."""
        from crm_tui.domain.pipelines import Pipelines

        return Pipelines(self._crm)

    @cached_property
    def deals(self) -> Deals:
        """Possible sales."""
        from crm_tui.domain.deals import Deals

        return Deals(self._crm)

    @cached_property
    def products(self) -> Products:
        """What is sold."""
        from crm_tui.domain.products import Products

        return Products(self._crm)

    @cached_property
    def invoices(self) -> Invoices:
        """What is asked for it."""
        from crm_tui.domain.invoices import Invoices

        return Invoices(self._crm)

    @cached_property
    def payments(self) -> Payments:
        """What of that was received."""
        from crm_tui.domain.payments import Payments

        return Payments(self._crm)

    @cached_property
    def rates(self) -> Rates:
        """What currencies are worth."""
        from crm_tui.domain.rates import Rates

        return Rates(self._crm)

    @cached_property
    def followups(self) -> Followups:
        """Promises."""
        from crm_tui.domain.followups import Followups

        return Followups(self._crm)

    @cached_property
    def agenda(self) -> Agenda:
        """What is to be done today."""
        from crm_tui.domain.agenda import Agenda

        return Agenda(self._crm)

    @cached_property
    def reminders(self) -> Reminders:
        """What of it was delivered."""
        from crm_tui.domain.reminders import Reminders

        return Reminders(self._crm)

    @cached_property
    def goals(self) -> Goals:
        """What the person means to reach."""
        from crm_tui.domain.goals import Goals

        return Goals(self._crm)

    @cached_property
    def reports(self) -> Reports:
        """What it is all worth, and what works."""
        from crm_tui.domain.reports.service import Reports

        return Reports(self._crm)

    @cached_property
    def search(self) -> Search:
        """Everything, by what is remembered of it."""
        from crm_tui.domain.search import Search

        return Search(self._crm)

    @cached_property
    def tags(self) -> Tags:
        """Words put on contacts, companies and deals."""
        from crm_tui.domain.tags import Tags

        return Tags(self._crm)

    @cached_property
    def fields(self) -> Fields:
        """Fields of the user's own."""
        from crm_tui.domain.fields import Fields

        return Fields(self._crm)

    @cached_property
    def merging(self) -> Merging:
        """Making one record of several."""
        from crm_tui.domain.merging import Merging

        return Merging(self._crm)

    @cached_property
    def duplicates(self) -> Duplicates:
        """Records that are likely the same."""
        from crm_tui.domain.duplicates import Duplicates

        return Duplicates(self._crm)

    @cached_property
    def references(self) -> References:
        """From what was typed to the record it means."""
        from crm_tui.domain.references import References

        return References(self._crm)
