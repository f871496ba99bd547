"""The form of a company: every field it has, those of the person's own included."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from crm_tui.dates import Clock
from crm_tui.domain import checks
from crm_tui.screens.forms import fields
from crm_tui.screens.forms.fields import Field, Filled, Form
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.models import CompanyView, CustomField

_BETWEEN: Final = re.compile(r";(?:\s+|$)")
_OTHERS: Final = ("url", "address", "im")
"""The kinds of methods beside e-mails and phones."""


def company(
    view: CompanyView | None = None, custom: Sequence[CustomField] = (), methods: Sequence[Any] = ()
) -> Form:
    """A company to add, or one to change.

    Args:
        view: The company, None to add one.
        custom: The fields of the person's own on companies.
        methods: Every way to reach it.
    """
    old = view
    others = {kind: [method.value for method in methods if method.kind.value == kind] for kind in _OTHERS}

    def save(crm: Crm, filled: Filled) -> Any:
        values = dict(filled.values if old is None else filled.given())
        own = fields.custom_values(values)
        values = {key: value for key, value in values.items() if not key.startswith(fields.CUSTOM)}
        reach = {kind: values.pop(kind) for kind in _OTHERS if kind in values}
        if old is None:
            values = {key: value for key, value in values.items() if value not in (None, [], "")}
            own = {key: value for key, value in own.items() if value is not None}
        if own:
            values["custom"] = own
        name = filled.values["name"]
        with crm.transaction(
            f"{'add' if old is None else 'edit'} company {name if old is None else old.name}"
        ):
            made = crm.companies.add(**values) if old is None else crm.companies.update(old.id, **values)
            for kind, wanted in reach.items():
                _replace_methods(crm, made.id, kind, wanted, others[kind])
        return crm.companies.get(made.id)

    def text(value: str | None) -> str:
        return value or ""

    return Form(
        "company-add" if old is None else f"company-{old.id}",
        "Add a company" if old is None else f"Change {clean(old.name)}",
        (
            Field("name", "name", value=old.name if old else "", required=True),
            Field(
                "domain", "domain", value=text(old.domain if old else None), check=_domain,
                hint="example.com, as in its mail addresses",
            ),
            Field("website", "website", value=text(old.website if old else None), hint="https://example.com"),
            Field("industry", "industry", value=text(old.industry if old else None)),
            Field("size", "size", value=text(old.size if old else None), hint="60, 11-50"),
            Field("parent", "belongs to", value=text(old.parent if old else None), complete="companies"),
            Field("emails", "e-mails", value="; ".join(old.emails) if old else "", check=fields.several),
            Field("phones", "phones", value="; ".join(old.phones) if old else "", check=fields.several),
            Field("url", "links", value=_joined(others["url"]), check=_parts),
            Field("address", "address", value=_joined(others["address"]), check=_parts),
            Field("im", "messengers", value=_joined(others["im"]), check=_parts),
            Field("tags", "tags", value=", ".join(old.tags) if old else "", check=fields.tags, hint="supplier, fair"),
            *fields.custom_fields(custom, None if old is None else old.custom),
            Field("note", "note", "long", text(old.note if old else None)),
        ),
        save,
    )  # fmt: skip


def read(crm: Crm, company_id: int | None = None) -> Form:
    """The form of a company with everything it needs to know, read in a worker thread; None adds one.

    Raises:
        NotFoundError: there is no such company.
    """
    custom = crm.fields.list("companies")
    if company_id is None:
        return company(None, custom)
    return company(crm.companies.get(company_id), custom, crm.companies.methods(company_id))


def _domain(text: str, _: Clock) -> str | None:
    return checks.domain(text)


def _parts(text: str, _: Clock) -> list[str]:
    """Links and addresses, which may have commas and bare semicolons of their own, separated by ``; ``."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


def _joined(values: Sequence[str]) -> str:
    return "; ".join(map(_one_line, values))


def _one_line(value: str) -> str:
    """A value as it stands in a field of one line."""
    return clean(" ".join(value.split()))


def _replace_methods(
    crm: Crm, company_id: int, kind: str, wanted: Sequence[str] | None, known: Sequence[str]
) -> None:
    """Take away the ways to reach a company that are not wanted any more, and add those that are new."""
    shown = {_one_line(value): value for value in known}
    kept = [shown.get(value, value) for value in wanted or ()]
    for value in known:
        if value not in kept:
            crm.companies.remove_method(company_id, kind, value)
    for value in kept:
        if value not in known:
            crm.companies.add_method(company_id, kind, value)
