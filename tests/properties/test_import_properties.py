"""Imports of any file: nothing raises but what is told, twice is once, and exports come back unchanged."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.errors import CrmError
from crm_tui.store import sales
from crm_tui.text import is_visible
from tests.conftest import NOW
from tests.everything import assert_sound, content
from tests.loading import Loader, counts, table

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HEADERS = {
    "contacts": (
        "id",
        "name",
        "email",
        "phone",
        "company",
        "tags",
        "note",
        "title",
        "birthday",
        "created_at",
    ),
    "companies": ("id", "name", "domain", "email", "phone", "industry", "parent", "tags", "note"),
    "deals": (
        "id",
        "title",
        "contact",
        "company",
        "stage",
        "status",
        "amount",
        "currency",
        "close date",
        "tags",
        "lost_reason",
    ),
    "followups": ("id", "title", "due_on", "contact", "deal", "priority", "status", "repeat", "done_at"),
    "interactions": (
        "id",
        "kind",
        "occurred_at",
        "summary",
        "body",
        "contacts",
        "deal",
        "duration",
        "direction",
    ),
    "products": ("id", "sku", "name", "price", "currency", "warranty", "reorder_days"),
    "invoices": (
        "order id",
        "order number",
        "email",
        "company",
        "date",
        "currency",
        "status",
        "sku",
        "item",
        "quantity",
        "price",
        "discount",
        "tax rate",
        "shipping",
        "taxes",
        "total",
        "paid",
        "paid at",
        "refunded amount",
        "cancelled at",
    ),
    "payments": ("id", "invoice", "date", "amount", "currency", "method", "reference"),
}
# few values, so that rows mean the same records again and again
LIKELY = st.sampled_from(
    ["", "", "", "1", "2", "Anna", "anna", "Bob Ray", "Acme", "Acme Ltd", "a@example.com", "info@acme.com", "acme.com",
     "+48500070001", "Won", "Lost", "Proposal", "open", "vip;x", "2026-01-05", "2026-02-28 10:00", "2026-04-01",
     "12.50",
     "$5", "EUR", "call", "high", "done", "every month", "Website", "n/a", "-", "=1+1", "'@x", "two\nlines",
     'a "b", c;d', "\u200b", "999999999999", "90071992547409.91", "paid", "refunded"],
)  # fmt: skip
ANYTHING = st.text(max_size=12)
CELLS = st.one_of(LIKELY, LIKELY, LIKELY, ANYTHING)
TEXT = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), min_size=1, max_size=20
).filter(is_visible)


@contextmanager
def business() -> Iterator[Loader]:
    """A base with somebody to mean."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crm.db"
        path.write_bytes(_begun())
        path.chmod(0o600)
        with Crm.open(path, now=NOW) as crm:
            yield Loader(crm, Path(folder))


@cache
def _begun() -> bytes:
    """The file of it, made once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crm.db"
        with Crm.open(path, now=NOW) as crm:
            crm.contacts.add(name="Anna", emails=["a@example.com"], company="Acme")
            crm.contacts.add(name="Bob Ray", phones=["+48500070001"])
            crm.deals.add("Website", contact_id=1)
            crm.products.add("Website", sku="12.50", price_minor=1250, currency="EUR")
            crm.invoices.add(lines=[LineDraft("Website", product_id=1)], contact_id=1, number="1")
        return path.read_bytes()


@given(st.data())
@SETTINGS
def test_the_same_file_twice_changes_nothing(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(HEADERS)))
    header = HEADERS[kind]
    rows = data.draw(
        st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), min_size=1, max_size=8)
    )
    missing = kind != "contacts" and data.draw(st.booleans())
    text = table(header, *rows)
    with business() as load:
        start = content(load.crm)
        assert not [*sales.problems(load.crm.connection)]
        first = load(kind, text, create_missing=missing)
        assert first.rows == first.created + first.updated + first.unchanged + first.skipped + first.rejected
        assert len(load.outcomes) == first.rows
        after = content(load.crm)
        assert_sound(load.crm)
        assert not [*sales.problems(load.crm.connection)]
        again = load(kind, text, create_missing=missing)
        assert (again.created, again.updated, again.rejected) == (0, 0, first.rejected), load.changes()
        assert content(load.crm) == after
        if first.operation is not None:
            load.crm.undo(first.operation)
        assert content(load.crm) == start
        assert_sound(load.crm)
        assert not [*sales.problems(load.crm.connection)]


@given(st.sampled_from(sorted(HEADERS)), st.one_of(st.text(max_size=300), st.binary(max_size=300)))
@SETTINGS
def test_no_file_is_a_crash(kind: str, made: str | bytes) -> None:
    with business() as load:
        before = content(load.crm)
        path = load.folder / "any.csv"
        path.write_bytes(made.encode("utf-8", "surrogatepass") if isinstance(made, str) else made)
        error = None
        try:
            if load.file(kind, path).operation is not None:
                load.crm.undo()
        except CrmError as caught:
            error = caught
        assert error is None or error.message.endswith(".")
        assert content(load.crm) == before


@given(st.data())
@SETTINGS
def test_an_export_of_any_text_comes_back_unchanged(data: st.DataObject) -> None:
    texts = data.draw(st.lists(TEXT, min_size=8, max_size=8))
    with business() as load:
        crm = load.crm
        crm.companies.add(name=f"C {texts[0]}", industry=texts[1], note=texts[2])
        crm.contacts.add(name=texts[0], title=texts[1], note=texts[2], company=texts[3], source=texts[4])
        crm.deals.add(texts[4], company=texts[0], stage="Lost", lost_reason=texts[5], lost_note=texts[6])
        crm.interactions.add("note", [1, 2], texts[6], body=texts[7], deal_id=1)
        crm.followups.add(texts[7], NOW.date(), contact_id=3)
        crm.products.add(texts[0], sku=texts[1][:20], price_minor=5, currency="JPY")
        lines = [LineDraft(texts[2], "1.5", 333, 2, "7.5", "19"), LineDraft(texts[3], "-2", 10)]
        made = crm.invoices.add(lines=lines, contact_id=3, number=texts[4], currency="KWD")
        crm.payments.add(made.id, 7, method=texts[5], reference=texts[6])
        before = content(crm)
        for kind in HEADERS:
            summary = load(kind, load.export(kind))
            assert counts(summary) == (0, 0, summary.rows, 0, 0), (kind, load.outcomes)
            assert summary.operation is None
        assert content(crm) == before


@given(st.data())
@SETTINGS
def test_an_export_of_any_text_is_whole_in_another_base(data: st.DataObject) -> None:
    texts = data.draw(st.lists(TEXT, min_size=6, max_size=6))
    kinds = (
        "companies",
        "contacts",
        "deals",
        "interactions",
        "followups",
        "products",
        "invoices",
        "payments",
    )
    with (
        business() as load,
        tempfile.TemporaryDirectory() as folder,
        Crm.open(Path(folder) / "b.db", now="2026-03-03 10:00") as other,
    ):
        crm = load.crm
        crm.contacts.add(name=texts[0], title=texts[1], note=texts[2])
        crm.deals.add(texts[3], contact_id=3, amount_minor=5, currency="JPY")
        crm.interactions.add("call", [3, 1], texts[4], body=texts[5], deal_id=2)
        crm.followups.add(texts[5], NOW.date(), contact_id=3, deal_id=2)
        lines = [LineDraft(texts[2], "1.5", 333, 1, "7.5", "19"), LineDraft(texts[3], "-2", 10)]
        made = crm.invoices.add(lines=lines, contact_id=3, deal_id=2, number=texts[4], currency="KWD")
        crm.payments.add(made.id, 7, method=texts[5], reference=texts[1])
        there = Loader(other, Path(folder))
        for kind in kinds:
            summary = there(kind, load.export(kind))
            assert (summary.rejected, summary.created) == (0, summary.rows), (kind, there.outcomes)
        assert_sound(other)
        wanted, found = crm.interactions.list()[0], other.interactions.list()[0]
        assert (found.summary, found.body, found.contacts, found.deal) == (
            wanted.summary,
            wanted.body,
            wanted.contacts,
            wanted.deal,
        )
        totals = [each[1:] for each in crm.invoices.totals()]
        assert [each[1:] for each in other.invoices.totals()] == totals
        for kind in kinds:
            again = there(kind, load.export(kind))
            assert counts(again) == (0, 0, again.rows, 0, 0), (kind, there.changes())
