"""Rows about anything but people: read into drafts, taken by the loader of their kind."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Protocol

from crm_tui.domain.loading.drafts import RejectedRowError, Report
from crm_tui.domain.loading.lookups import Lookups
from crm_tui.domain.loading.record_loader import RecordLoader
from crm_tui.domain.loading.records import RecordDraft, RecordKind, own_key
from crm_tui.domain.loading.rows import NewRows
from crm_tui.errors import UsageError
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.options import Options
from crm_tui.interchange.own import OwnRow, OwnRows, is_own

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import Transaction


class Reader(Protocol):
    """What makes drafts of rows."""

    def draft(self, line: int, cells: list[str]) -> RecordDraft:
        """The draft of one row; RejectedRowError when a cell cannot be what its column is."""


class Taker(Protocol):
    """What takes the rows of a file, and reads them."""

    def rows(self) -> Generator[tuple[int, Any], None, None]:
        """The rows of the file, as they are taken."""

    def take(self, line: int, row: Any, /) -> None:
        """Take one; RejectedRowError when it cannot be taken."""

    def finish(self) -> list[str]:
        """Complete the load; returns notices."""


class RecordsTaker:
    """Takes rows about records of one kind."""

    def __init__(
        self, columns: Columns, reader: Reader, kind: RecordKind, loader: RecordLoader, own: OwnRows | None
    ) -> None:
        self._columns = columns
        self._reader = reader
        self._kind = kind
        self._loader = loader
        self._own = own

    def rows(self) -> Generator[tuple[int, Any], None, None]:
        """The rows of the file."""
        return self._columns.rows() if self._own is None else self._own.rows()

    def take(self, line: int, row: list[str] | OwnRow) -> None:
        """Take one row.

        Raises:
            RejectedRowError: it cannot be taken.
            ConflictError: it matches, and matches were to fail.
        """
        if isinstance(row, OwnRow):
            assert self._own is not None
            self._own.take(self, line, row)
        else:
            self._load(self._reader.draft(line, row))

    def take_own(self, line: int, cells: list[str], record_id: int | None) -> None:
        """Take a row of an own export."""
        draft = self._reader.draft(line, cells)
        draft.own_id = record_id
        if record_id is not None:
            draft.external = None
        elif draft.external is not None:
            draft.external = own_key(draft.external, draft.created_at)
        self._load(draft)

    def finish(self) -> list[str]:
        """Complete the load; returns notices."""
        return self._loader.finish()

    def _load(self, draft: RecordDraft) -> None:
        try:
            self._loader.take(draft)
        except RejectedRowError as error:
            # the loader speaks of fields, the person sees headers
            raise RejectedRowError(error.reason, self._columns.header_of(error.column)) from error


def taker(
    crm: Crm, writing: Transaction, columns: Columns, options: Options, source: str, report: Report
) -> Taker:
    """What takes the rows of a file about anything but people.

    Raises:
        UsageError: the kind cannot be matched by the key, or has no tags.
    """
    is_written = is_own(columns.table.header, options)
    kind = _kind(crm, writing, options, own=is_written)
    reader = reader_of(crm, columns, options, own=is_written)
    if options.key is not None and options.key not in kind.key_fields:
        raise UsageError(
            f'{options.kind.capitalize()} cannot be matched by "{options.key}".',
            f"Use one of: {', '.join(kind.key_fields)}.",
        )
    if options.tags and kind.owner is None:
        raise UsageError(
            f"{options.kind.capitalize()} have no tags.",
            "Leave --tag out; contacts, companies and deals have.",
        )
    if options.kind == "invoices":
        from crm_tui.interchange.orders_in import OrderTaker

        def loader_of(told: Report) -> RecordLoader:
            return RecordLoader(kind, told, source=source, on_match=options.on_match, key=options.key)

        return OrderTaker(crm, columns, reader, loader_of, report, own=is_written)
    own = OwnRows(crm, columns, options, report) if is_written else None
    loader = RecordLoader(kind, report, source=source, on_match=options.on_match, key=options.key)
    return RecordsTaker(columns, reader, kind, loader, own)


def reader_of(crm: Crm, columns: Columns, options: Options, *, own: bool) -> Reader:
    """What makes drafts of the rows of a file about anything but people."""
    if options.kind == "companies":
        from crm_tui.interchange.companies_in import CompanyReader

        region = (options.region or crm.config.region).upper()
        return CompanyReader(columns, crm.fields.list("companies"), region, own=own)
    if options.kind == "deals":
        from crm_tui.interchange.deals_in import DealReader

        return DealReader(columns, crm.fields.list("deals"), own=own)
    if options.kind == "followups":
        from crm_tui.interchange.followups_in import FollowupReader

        return FollowupReader(columns, own=own)
    if options.kind == "products":
        from crm_tui.interchange.products_in import ProductReader

        return ProductReader(columns, own=own)
    if options.kind == "payments":
        from crm_tui.interchange.payments_in import PaymentReader

        return PaymentReader(columns, own=own)
    if options.kind == "invoices":
        from crm_tui.interchange.invoices_in import InvoiceReader

        return InvoiceReader(columns, own=own)
    from crm_tui.interchange.interactions_in import InteractionReader

    return InteractionReader(columns, own=own)


def _kind(crm: Crm, writing: Transaction, options: Options, *, own: bool) -> RecordKind:
    rows = NewRows(crm, writing)
    if options.kind == "companies":
        from crm_tui.domain.loading.companies import CompanyKind

        return CompanyKind(crm, writing, rows)
    if options.kind == "products":
        from crm_tui.domain.loading.products import ProductKind

        return ProductKind(crm, writing, rows)
    if options.kind == "payments":
        from crm_tui.domain.loading.payments import PaymentKind

        return PaymentKind(crm, writing, rows)
    lookups = Lookups(crm, (options.region or crm.config.region).upper(), options.create_missing, own)
    if options.kind == "deals":
        from crm_tui.domain.loading.deal_places import Places
        from crm_tui.domain.loading.deals import DealKind

        places = Places(crm, writing, create_missing=options.create_missing)
        return DealKind(crm, writing, rows, lookups, places)
    if options.kind == "followups":
        from crm_tui.domain.loading.followups import FollowupKind

        return FollowupKind(crm, writing, rows, lookups)
    if options.kind == "invoices":
        from crm_tui.domain.loading.invoices import InvoiceKind

        return InvoiceKind(crm, writing, rows, lookups, create_missing=options.create_missing)
    from crm_tui.domain.loading.interactions import InteractionsKind

    return InteractionsKind(crm, writing, rows, lookups)
