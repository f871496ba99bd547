"""Products: what is sold, at which price, and when it is bought again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from crm_tui.screens.billing import product_forms
from crm_tui.screens.billing.product_list import WARES
from crm_tui.screens.lists.bulk import BulkListScreen
from crm_tui.screens.shell import handling
from crm_tui.screens.shell.base import bindings
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import ProductView
    from crm_tui.screens.forms.fields import Form


class ProductsScreen(BulkListScreen):
    """The list of products; a product whole is its form."""

    scope = "products"
    kind = WARES
    placeholder = "a name or SKU; price>=10 reorder_days:any archived_at:any"
    first_words = "adds the first one; only a name is needed."
    BINDINGS: ClassVar[list[BindingType]] = bindings("products")
    DEFAULT_CSS = """
    ProductsScreen {
        & #card, &.-wide #card { display: none; }
    }
    """

    @property
    def card_name(self) -> tuple[int, str] | None:
        """There is no card."""
        return None

    def show_card(self, record_id: int | None, *, again: bool = False) -> None:
        """There is no card: the list says it all."""

    def open_one(self, record_id: int) -> None:
        """Show a product whole: its form."""
        self._change(record_id)

    def preferred(self) -> tuple[str, ...]:
        """With marks, what can be done with all of them comes first."""
        return ("archive", "mark", "back") if self.table.marked else ()

    def can_copy(self) -> bool:
        """Whether there is anything to copy."""
        return self.current is not None

    def do_add(self) -> None:
        """Add a product; the cursor goes there."""
        from crm_tui.screens.forms.form import FormScreen

        form = product_forms.form(self.desk.config.base_currency)
        self.app.push_screen(FormScreen(form), self._go_to_added)

    def _go_to_added(self, added: ProductView | None) -> None:
        if added is not None:
            self.show_added(added.id)

    def do_edit(self) -> None:
        """Change the product under the cursor."""
        if self.current is not None:
            self._change(self.current)

    def _change(self, product_id: int) -> None:
        nothing: Form | None = None
        self.read(
            lambda crm: product_forms.product(crm, product_id),
            lambda form: self.ask(form) if form else None,
            group="edit",
            empty=nothing,
        )

    def do_archive(self) -> None:
        """Put products away, or bring them back when all of them are away."""
        subject = self.subject
        if subject is None:
            return

        def archive(crm: Crm) -> None:
            found = list(crm.products.views(subject.ids))
            away = all(each.archived_at for each in found)
            verb = crm.products.restore if away else crm.products.archive
            if len(found) == 1:
                verb(found[0].id)
                return
            with crm.transaction(f"{'restore' if away else 'archive'} {subject.words}"):
                for each in found:
                    verb(each.id)

        self.write(archive, lambda _: self.clear_marks())

    def can_item(self) -> bool:
        """Whether a product is under the cursor."""
        return self.current is not None

    def do_remove(self) -> None:
        """Delete the product under the cursor, if it was never sold; or put it away."""
        from crm_tui.screens.forms.dialogs import Choose, Option

        product_id = self.current
        if product_id is None:
            return
        ways: dict[str, Callable[[Crm], object]] = {
            "Put it away; nothing is lost": lambda crm: crm.products.archive(product_id),
            "Delete it for good; it was never sold": lambda crm: crm.products.delete(product_id),
        }
        options = [Option("n", "No, leave it", "")]
        options += [Option(str(place), text, text) for place, text in enumerate(ways, 1)]
        name = self._name_of(product_id)
        self.app.push_screen(
            Choose(f"Remove {clean(name)}?", options),
            lambda chosen: self.write(ways[chosen]) if chosen else None,
        )

    def do_sort_price(self) -> None:
        """Sort by price."""
        self.sort_by("price")

    def do_copy(self) -> None:
        """Copy the name, the SKU or the price."""
        product_id = self.current
        if product_id is None:
            return
        nothing: ProductView | None = None

        def choose(found: ProductView | None) -> None:
            if found is None:
                return
            texts = [(found.name, "name"), (found.sku, "SKU"), (found.price, found.currency or "")]
            choices = [(text, text, word) for text, word in texts if text]
            handling.pick(self, "Copy which?", choices, partial(handling.copy, self))

        self.read(lambda crm: crm.products.get(product_id), choose, group="copy", empty=nothing)
