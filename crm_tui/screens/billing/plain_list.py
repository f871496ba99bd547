"""A list that says it all: without a card beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_tui.screens.lists.bulk import BulkListScreen

if TYPE_CHECKING:
    from crm_tui.models import PaymentView, ProductView


class PlainListScreen(BulkListScreen):
    """A list of records that have no card."""

    DEFAULT_CSS = """
    PlainListScreen {
        & #card, &.-wide #card { display: none; }
    }
    """

    @property
    def card_name(self) -> tuple[int, str] | None:
        """There is no card."""
        return None

    def show_card(self, record_id: int | None, *, again: bool = False) -> None:
        """There is no card: the list says it all."""

    def go_to_added(self, added: PaymentView | ProductView | None) -> None:
        """Put the cursor on what a form has added, if it has."""
        if added is not None:
            self.show_added(added.id)

    def can_copy(self) -> bool:
        """Whether there is anything to copy."""
        return self.current is not None
