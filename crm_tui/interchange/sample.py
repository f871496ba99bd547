"""The sample data, loaded as any other file would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crm_tui.interchange.importer import load
from crm_tui.interchange.options import Options
from crm_tui.locations import sample_folder

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

# each file refers to those before it
ORDER: Final = (
    "companies", "contacts", "deals", "interactions", "followups", "products", "invoices", "payments",
)  # fmt: skip


def load_sample(crm: Crm) -> int:
    """Fill an empty database with the sample data; returns the number of records.

    Raises:
        InvalidDataError: a file of the installation is missing or does not fit.
    """
    return sum(
        load(
            crm, sample_folder() / f"{kind}.csv", Options(kind=kind, create_missing=True, strict=True)
        ).created
        for kind in ORDER
    )
