"""A report of some deals or invoices only says so among its notes, before anything else."""

from __future__ import annotations

import pytest

from crm_tui import filters
from crm_tui.domain import Crm
from crm_tui.domain.reports import typed
from crm_tui.domain.reports.cells import is_explained
from crm_tui.domain.reports.report import Asked
from crm_tui.domain.reports.service import NAMES, RECORDS, module
from crm_tui.errors import UsageError
from crm_tui.interchange.report_out import as_json
from tests.sales_rows import invoice

ON = {name: module(name).CONDITION for name in NAMES}


@pytest.mark.parametrize("name", [name for name in NAMES if ON[name]])
def test_it_names_the_filter(crm: Crm, name: str) -> None:
    invoice(crm, "2026-01-10", 1000, contact=crm.contacts.add(name="Anna").id)
    crm.deals.add("Open", amount_minor=1000, currency="EUR")
    found = crm.reports.ask(name, Asked(condition=" currency:eur "))
    assert found.notes[0] == f"Of the {ON[name]} that fit currency:eur only."
    # as the words of a command line come
    node = filters.parse_args(["currency:eur", "OR", "id>3", "not created_at>2026-12-01"])
    again = crm.reports.ask(name, Asked(condition=node))
    assert again.notes[0] == (
        f"Of the {ON[name]} that fit currency:eur OR id>3 not created_at>2026-12-01 only."
    )
    plain = crm.reports.ask(name)
    assert plain.notes == found.notes[1:]
    assert as_json(found) == as_json(plain)


@pytest.mark.parametrize("name", NAMES)
def test_without_a_filter_nothing_is_said(crm: Crm, name: str) -> None:
    for condition in (None, ""):
        notes = crm.reports.ask(name, Asked(condition=condition)).notes
        assert not any("that fit" in note for note in notes)


@pytest.mark.parametrize("name", [name for name in NAMES if ON[name]])
def test_every_explanation_ends_with_it(crm: Crm, name: str) -> None:
    invoice(crm, "2026-01-10", 1000, contact=crm.contacts.add(name="Anna").id)
    crm.deals.add("Open", amount_minor=1000, currency="EUR")
    asked = Asked(condition="currency:eur")
    for figure in crm.reports.ask(name).total_columns:
        if is_explained(figure):
            found = crm.reports.why(f"{name}.{figure.key}", None, asked)
            plain = crm.reports.why(f"{name}.{figure.key}")
            assert found.arithmetic == (
                *plain.arithmetic,
                f"Of the {ON[name]} that fit currency:eur only.",
            )


def test_the_score_of_one_customer_is_among_those_that_fit(crm: Crm) -> None:
    for name, day in (("Anna", "2026-01-10"), ("Bob", "2026-02-10")):
        invoice(crm, day, 1000, contact=crm.contacts.add(name=name).id)
    assert crm.reports.why("rfm", "Anna").value == 1 + 3 + 3
    found = crm.reports.why("rfm", "Anna", Asked(condition="number:N1"))
    assert (found.value, found.arithmetic[-1]) == (3 + 3 + 3, "Of the invoices that fit number:N1 only.")


@pytest.mark.parametrize("figure", [name for name, home in RECORDS.items() if not home.filtered])
def test_where_it_would_change_nothing_it_is_passed_over(crm: Crm, figure: str) -> None:
    invoice(crm, "2026-01-10", 1000, contact=crm.contacts.add(name="Anna").id)
    crm.deals.add("Open", amount_minor=1000, currency="EUR")
    plain = crm.reports.why(figure, "1")
    assert crm.reports.why(figure, "1", Asked(condition="currency:usd")) == plain
    with pytest.raises(UsageError, match=f"The figure {figure} takes no filter"):
        typed.figure_about(crm, figure, "1", condition="currency:usd")
