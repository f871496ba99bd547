"""Products: what is sold, at which price, and when it is bought again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from crm_tui.screens.billing import product_forms
from crm_tui.screens.billing.plain_list import PlainListScreen
from crm_tui.screens.billing.product_list import WARES
from crm_tui.screens.shell import handling
from crm_tui.screens.shell.base import bindings
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import ProductView
    from crm_tui.screens.forms.fields import Form
    from crm_tui.screens.parties.people import Subject


class ProductsScreen(PlainListScreen):
    """The list of products; a product whole is its form."""

    scope = "products"
    kind = WARES
    placeholder = "a name or SKU; price>=10 reorder_days:any archived_at:any"
    first_words = "adds the first one; only a name is needed."
    BINDINGS: ClassVar[list[BindingType]] = bindings("products")

    def open_one(self, record_id: int) -> None:
        """Show a product whole: its form."""
        self._change(record_id)

    def preferred(self) -> tuple[str, ...]:
        """With marks, what can be done with all of them comes first."""
        return ("archive", "mark", "back") if self.table.marked else ()

    def do_add(self) -> None:
        """Add a product; the cursor goes there."""
        from crm_tui.screens.forms.form import FormScreen

        form = product_forms.form(self.desk.config.base_currency)
        self.app.push_screen(FormScreen(form), self.go_to_added)

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

        def verb(crm: Crm) -> str:
            away = all(each.archived_at for each in crm.products.views(subject.ids))
            return "restore" if away else "archive"

        self._each(subject, verb)

    def can_item(self) -> bool:
        """Whether there is a product to remove."""
        return self.subject is not None

    def do_remove(self) -> None:
        """Delete the product or the marked ones, if they were never sold; or put them away."""
        from crm_tui.screens.forms.dialogs import Choose, Option

        subject = self.subject
        if subject is None:
            return
        it, was = ("it", "it was") if len(subject.ids) == 1 else ("them", "they were")
        options = [
            Option("n", f"No, leave {it}", ""),
            Option("1", f"Put {it} away; nothing is lost", "archive"),
            Option("2", f"Delete {it} for good; {was} never sold", "delete"),
        ]
        self.app.push_screen(
            Choose(f"Remove {clean(subject.words)}?", options),
            lambda verb: self._each(subject, lambda _: verb) if verb else None,
        )

    def _each(self, subject: Subject, verb: Callable[[Crm], str]) -> None:
        """Do something with products, as one operation; what, is told when it is written."""

        def work(crm: Crm) -> None:
            name = verb(crm)
            do = getattr(crm.products, name)
            if len(subject.ids) == 1:
                do(subject.ids[0])
                return
            with crm.transaction(f"{name} {subject.words}"):
                for each in subject.ids:
                    do(each)

        self.write(work, lambda _: self.clear_marks())

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
