"""How the value of the open deals comes about: of all of them, or of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crm_tui.domain.deal_fields import WEIGHTED
from crm_tui.domain.reports import deal_words as words
from crm_tui.domain.reports.asking import OPEN, Deals, looking
from crm_tui.domain.reports.deal_money import Ones, Sums
from crm_tui.domain.reports.report import Explanation, Reason, Unit
from crm_tui.domain.reports.wishes import refuse, refuse_ref
from crm_tui.errors import NotFoundError
from crm_tui.money import Money, format_decimal

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.reports.report import Asked

_TITLES: Final = {"open_amount": "Amount of the open deals", "weighted": "Weighted value of the open deals"}
_FORMULAS: Final = {
    "open_amount": "open amount = the amounts of the open deals, added up",
    "weighted": "weighted = amount x probability / 100 of each open deal, added up",
}
_COLUMNS: Final = (
    "deals.id, deals.title, deals.expected_close_on, deals.amount_minor, deals.currency, deals.probability, "
    f"{WEIGHTED}, deals.status"
)


def explain(crm: Crm, figure: str, ref: str | None, asked: Asked) -> Explanation:
    """How ``open_amount`` or ``weighted`` comes about.

    Raises:
        UsageError: a record is named for ``open_amount``, or it is asked about a period.
        NotFoundError: there is no such deal, or there was none on that day.
        AmbiguousError: there is more than one.
    """
    refuse(asked, figure, period=True)
    if figure == "open_amount":
        refuse_ref(figure, ref)
    deal_id = None if ref is None else crm.references.deal(ref)
    with looking(crm, asked) as deals:
        return _of_all(deals, figure) if deal_id is None else _of_one(deals, deal_id)


def _of_all(deals: Deals, figure: str) -> Explanation:
    crm, sums = deals.crm, Sums(1)
    reasons: list[Reason] = []
    missing = 0
    for deal_id, title, closes, minor, code, percent, weighted, _ in deals.rows(
        _COLUMNS,
        OPEN,
        rest="ORDER BY deals.expected_close_on IS NULL, deals.expected_close_on, deals.id",
    ):
        value = None
        if minor is None:
            missing += 1
        else:
            value = Money(minor if figure == "open_amount" else weighted, code)
            sums.add(code, (value.minor,))
        on = deals.day_of(closes)
        part = "no amount" if minor is None else f"{percent} %"
        reasons.append(Reason(kind="deal", id=deal_id, title=title, on=on, part=part, value=value))
    ones = sums.ones(crm, deals.day)
    return Explanation(
        figure=figure, title=_TITLES[figure], value=ones.money[0], unit=Unit.MONEY, period=None, as_of=deals.day,
        arithmetic=(_FORMULAS[figure], *in_one(sums, ones), *words.without_amount(missing)),
        reasons=tuple(reasons),
    )  # fmt: skip


def _of_one(deals: Deals, deal_id: int) -> Explanation:
    found = deals.any_of(_COLUMNS, deal_id)
    if found is None:
        raise NotFoundError(
            f"There was no deal {deal_id} on {deals.day}.", "Name a later day with --as-of, or leave it out."
        )
    _, title, closes, minor, code, percent, weighted, status = found
    value = None
    if status != "open":
        sentence = f"It is {status}: only open deals have a weighted value."
    elif minor is None:
        sentence = "It has no amount, which counts as nothing."
    else:
        value = Money(weighted, code)
        sentence = f"{format_decimal(minor, code)} x {percent} / 100 = {words.exact(value)}"
    on = deals.day_of(closes)
    return Explanation(
        figure="weighted", title=f"Weighted value of {title}", value=value, unit=Unit.MONEY, period=None,
        as_of=deals.day, arithmetic=("weighted = amount x probability / 100", sentence),
        reasons=(Reason(kind="deal", id=deal_id, title=title, on=on, part=f"{percent} %", value=value),),
    )  # fmt: skip


def in_one(sums: Sums, ones: Ones) -> list[str]:
    """What sums of one figure come to, in each currency, and all of them in one."""
    each = [words.exact(Money(minor, code)) for code, (minor,) in sorted(sums.by_code.items())]
    total = words.exact(ones.money[0])
    if len(each) < 2:
        return [f"= {total}"]
    return [f"= {' + '.join(each)}", *([f"= {total}"] if ones.money[0] is not None else []), *ones.notes]
