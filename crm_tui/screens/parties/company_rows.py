"""What the list of companies shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from crm_tui.columns import COMPANIES
from crm_tui.domain import paging
from crm_tui.domain.company_fields import LISTING
from crm_tui.money import format_money
from crm_tui.screens.lists.columns import ListColumn, catalogue, words
from crm_tui.screens.lists.rows import ListKind
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.domain.companies import CompanyFigures
    from crm_tui.domain.crm import Crm
    from crm_tui.models import CompanyView


def _figures(crm: Crm, ids: Sequence[int]) -> Mapping[int, CompanyFigures]:
    return crm.companies.figures(ids)


def _domain(company: CompanyView, _today: date, _more: object) -> str:
    return company.domain or company.website or ""


def _people(_company: CompanyView, _today: date, figures: CompanyFigures | None) -> str:
    return f"{figures.people:,}" if figures is not None and figures.people else ""


def _deals(_company: CompanyView, _today: date, figures: CompanyFigures | None) -> str:
    return "" if figures is None or not figures.deals else open_deals(figures)


def open_deals(figures: CompanyFigures) -> str:
    """How many deals are open and what they are worth: the currency of most of them, and how many others."""
    if not figures.sums:
        return f"{figures.deals:,}"
    others = len(figures.sums) - 1
    return f"{figures.deals:,} · {format_money(*figures.sums[0])}{f' +{others}' if others else ''}"


_OWN: Final = (
    ListColumn(TableColumn("name", "Name", 16, flex=5), lambda company, _today, _more: company.name),
    ListColumn(TableColumn("domain", "Domain", 14, flex=3, drop=4, tone="dim"), _domain),
    ListColumn(
        TableColumn("industry", "Industry", 12, flex=2, drop=3, tone="dim"),
        lambda company, _today, _more: company.industry or "",
    ),
    ListColumn(TableColumn("people", "People", 6, align="right", drop=1), _people),
    ListColumn(TableColumn("open_deals", "Open deals", 20, align="right", drop=2), _deals),
    ListColumn(
        TableColumn("tags", "Tags", 12, flex=2, drop=5, tone="dim"),
        lambda company, _today, _more: words(company.tags),
    ),
)
COMPANIES_LIST: Final = ListKind(
    table="companies",
    one="company",
    many="companies",
    listing=LISTING,
    pager=paging.companies,
    catalogue=catalogue(COMPANIES, LISTING, {each.key: each for each in _OWN}, [each.key for each in _OWN]),
    more=_figures,
    custom=True,
)
"""The list of companies."""
