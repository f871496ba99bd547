"""The forms of deals: adding, changing, winning, losing, moving, tagging, logging and promising.

Each calls the verbs of the domain; over several deals it is one operation. What could not be written, a bad amount or
an unknown person, is told where it was typed, and stays there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final

from crm_tui.models import StageType
from crm_tui.screens.forms import daily_forms, deal_fields, fields
from crm_tui.screens.forms.dialogs import Choose, lettered
from crm_tui.screens.forms.fields import Field, Filled, Form
from crm_tui.text import clean

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.stages import StageView
    from crm_tui.models import CustomField, DealView

Stages = Sequence[tuple[int, str]]
"""Stages to choose from: their ids, and what they are called."""
_WHO: Final = "a name, e-mail or id; +New Name adds the person"


def add(
    contact_id: int | None = None,
    company: str | None = None,
    *,
    whom: str = "",
    stages: Stages = (),
    stage: int | None = None,
    base: str | None = None,
    custom: Sequence[CustomField] = (),
) -> Form:
    """A deal to add; saved it returns the ``DealView``.

    Args:
        contact_id: whom it is with, if that is known; else the form asks.
        company: the company's name to begin with.
        whom: the person's name, for the heading.
        stages: the stages to choose from; without them it begins in the first of the usual pipeline.
        stage: the one to begin with.
        base: the currency of an amount without one.
        custom: the fields of the user's own.
    """
    ids = {name: stage_id for stage_id, name in stages}
    begun = next((name for stage_id, name in stages if stage_id == stage), stages[0][1] if stages else "")

    def save(crm: Crm, filled: Filled) -> Any:
        values = deal_fields.values_of(
            crm, {key: value for key, value in filled.values.items() if value not in (None, [], "")}
        )
        title, person = values.pop("title"), values.pop("person", None)
        chosen = ids.get(filled.values.get("stage", ""), stage)
        if chosen is not None:
            values["stage_id"] = chosen
        with crm.transaction(f"add deal {title}"):
            found = (
                contact_id
                if contact_id is not None
                else deal_fields.person_of(crm, person, values.get("company"))
            )
            return crm.deals.add(title, contact_id=found, **values)

    who = () if contact_id is not None else (Field("person", "person", complete="contacts", hint=_WHO),)
    where = (Field("stage", "stage", "choice", begun, choices=tuple(ids)),) if len(ids) > 1 else ()
    return Form(
        "deal-add" if contact_id is None else f"deal-add-{contact_id}",
        f"Add a deal with {clean(whom)}" if whom else "Add a deal",
        (
            Field("title", "title", required=True, hint="Website relaunch"),
            *who,
            Field("company", "company", value=company or "", complete="companies"),
            deal_fields.amount("", base),
            *where,
            deal_fields.closes(None),
            deal_fields.probability(None),
            Field("source", "source", hint="where it came from"),
            Field("tags", "tags", check=fields.tags, hint="vip, renewal"),
            *deal_fields.custom_lines(custom, {}),
        ),
        save,
    )


def edit(deal: DealView, *, base: str | None = None, custom: Sequence[CustomField] | None = None) -> Form:
    """A deal to change; saved it returns the ``DealView``.

    Args:
        deal: as it is.
        base: the currency of an amount without one, where the deal has none of its own.
        custom: the fields of the user's own; those the deal has a value in when None.
    """

    def save(crm: Crm, filled: Filled) -> Any:
        given = filled.given()
        values = deal_fields.values_of(crm, given, deal.currency)
        person = values.pop("person", None)
        with crm.transaction(f"edit deal {deal.title}"):
            if "person" in given:
                values["contact_id"] = deal_fields.person_of(
                    crm, person, values.get("company") or deal.company
                )
            return crm.deals.update(deal.id, **values)

    return Form(
        f"deal-{deal.id}",
        f"Change {clean(deal.title)}",
        (
            Field("title", "title", value=deal.title, required=True),
            Field("person", "person", value=deal.contact or "", complete="contacts", hint=_WHO),
            Field("company", "company", value=deal.company or "", complete="companies"),
            deal_fields.amount(deal_fields.amount_text(deal), deal.currency or base),
            deal_fields.probability(deal.probability),
            deal_fields.closes(deal.expected_close_on),
            Field("source", "source", value=deal.source or "", hint="where it came from"),
            Field("tags", "tags", value=", ".join(deal.tags), check=fields.tags, hint="vip, renewal"),
            *deal_fields.custom_lines(custom, deal.custom),
        ),
        save,
        f"{clean(deal.pipeline)} · {clean(deal.stage)}",
    )


def win(deal: DealView, *, base: str | None = None, stage: int | None = None) -> Form:
    """A deal to win: when, and for how much in the end.

    Args:
        deal: the deal.
        base: the currency of an amount without one, where the deal has none.
        stage: the won stage it goes to; the first of its pipeline unless given.
    """

    def save(crm: Crm, filled: Filled) -> Any:
        money = deal_fields.money(crm, filled.values["amount"], deal.currency)
        with crm.transaction(f"win deal {deal.title}"):
            won = crm.deals.win(
                deal.id,
                on=deal_fields.day(filled.values["on"]),
                amount_minor=None if money is None else money.minor,
                currency=None if money is None else money.currency,
            )
            return won if stage is None else crm.deals.move(deal.id, stage)

    return Form(
        f"deal-win-{deal.id}",
        f"Win {clean(deal.title)}",
        (
            deal_fields.closing("won on"),
            deal_fields.amount(deal_fields.amount_text(deal), deal.currency or base, "what it came to"),
        ),
        save,
        clean(deal.contact or deal.company or ""),
        keep=False,
    )


def win_many(deal_ids: Sequence[int], words: str, *, stage: int | None = None) -> Form:
    """Several deals to win on one day, for the amounts they have; see ``win``."""

    def save(crm: Crm, filled: Filled) -> Any:
        with _together(crm, f"win {words}", deal_ids):
            won = [crm.deals.win(each, on=deal_fields.day(filled.values["on"])) for each in deal_ids]
            return won if stage is None else [crm.deals.move(each, stage) for each in deal_ids]

    return Form(
        f"deal-win-{_joined(deal_ids)}",
        f"Win {clean(words)}",
        (deal_fields.closing("won on"),),
        save,
        "Their amounts stay as they are.",
        keep=False,
    )


def lose(deal: DealView, *, reasons: Sequence[str] = (), stage: int | None = None) -> Form:
    """A deal to lose: why, and when to try again.

    Args:
        deal: the deal.
        reasons: those that were given before, to be given again.
        stage: the lost stage it goes to; the first of its pipeline unless given.
    """
    return lose_many([deal.id], deal.title, reasons=reasons, stage=stage)


def lose_many(
    deal_ids: Sequence[int], words: str, *, reasons: Sequence[str] = (), stage: int | None = None
) -> Form:
    """Several deals to lose for one reason; see ``lose``."""

    def save(crm: Crm, filled: Filled) -> Any:
        values = filled.values
        what = f"lose deal {words}" if len(deal_ids) == 1 else f"lose {words}"
        with crm.transaction(what):
            lost = [
                crm.deals.lose(
                    each,
                    values["reason"],
                    note=values["note"],
                    on=deal_fields.day(values["on"]),
                    win_back_on=deal_fields.day(values["win_back"]),
                )
                for each in deal_ids
            ]
            if stage is not None:
                lost = [crm.deals.move(each, stage) for each in deal_ids]
        return lost

    lately = f"Lately: {', '.join(clean(reason) for reason in reasons)}." if reasons else ""
    return Form(
        f"deal-lose-{_joined(deal_ids)}",
        f"Lose {clean(words)}",
        (
            Field("reason", "why", required=True, hint="price, timing, no answer"),
            Field("note", "note", hint="what else there is to say"),
            deal_fields.closing("lost on"),
            Field(
                "win_back", "try again", check=fields.when, echo=fields.tell_when,
                hint="in 90 days; empty plans nothing",
            ),
        ),
        save,
        lately,
    )  # fmt: skip


def move(deal_ids: Sequence[int], words: str, stages: Stages) -> Choose[int]:
    """Which stage deals go to; answers its id. ``enter`` says what that asks for, ``place`` writes it.

    Args:
        deal_ids: the deals.
        words: what they are called.
        stages: ids and ``Pipeline: Stage``.
    """
    what = clean(words) if len(deal_ids) < 2 else "both" if len(deal_ids) == 2 else f"all {len(deal_ids):,}"
    options = lettered([(name, stage_id, "") for stage_id, name in stages])
    return Choose(f"Move {what} to which stage?", options)


def enter(
    deal: DealView | None,
    deal_ids: Sequence[int],
    words: str,
    stage: StageView,
    *,
    reasons: Sequence[str] = (),
) -> Form | None:
    """What entering a stage asks for: a reason or a day for one that closes; None when ``place`` can write it as it is.

    Args:
        deal: the deal when it is one, and at hand.
        deal_ids: the deals.
        words: what they are called.
        stage: the stage they go to.
        reasons: those that were given before.
    """
    if stage.type is StageType.OPEN:
        return None
    if stage.type is StageType.WON:
        return win_many(deal_ids, words, stage=stage.id) if deal is None else win(deal, stage=stage.id)
    if deal is not None:
        return lose(deal, reasons=reasons, stage=stage.id)
    return lose_many(deal_ids, words, reasons=reasons, stage=stage.id)


def place(crm: Crm, stages: Mapping[int, int], words: str) -> Any:
    """Move deals, each to its stage, as one operation."""
    with _together(crm, words, [*stages]):
        return [crm.deals.move(deal_id, stage_id) for deal_id, stage_id in stages.items()]


def log(deals: Sequence[tuple[int, int | None]], words: str, whom: str) -> Form:
    """What happened about deals, each with its own person.

    Args:
        deals: the deals and their contacts.
        words: what the deals are called.
        whom: what the people are called.
    """

    def save(crm: Crm, filled: Filled) -> Any:
        with crm.transaction(f"log {filled.values['kind']} about {words}"):
            for deal_id, contact_id in deals:
                people = [] if contact_id is None else [contact_id]
                made = daily_forms.write_log(crm, filled.values, people, deal_id)
        return made

    return Form(
        f"log-deal-{_joined([deal_id for deal_id, _ in deals])}",
        f"Log with {clean(whom)}" if whom else f"Log about {clean(words)}",
        daily_forms.log([], "").fields,
        save,
        f"about {clean(words)}" if whom else "",
    )


def followup(deals: Sequence[tuple[int, int | None]], words: str) -> Form:
    """The next step of deals, each with its own person."""

    def save(crm: Crm, filled: Filled) -> Any:
        values = filled.values
        with _together(crm, f"add follow-up {values['title']} for {words}", deals):
            return [
                daily_forms.write_followup(crm, values, contact_id, deal_id) for deal_id, contact_id in deals
            ]

    return Form(
        f"followup-deal-{_joined([deal_id for deal_id, _ in deals])}",
        f"Next step for {clean(words)}",
        daily_forms.followup(0, "").fields,
        save,
    )


def _together(crm: Crm, summary: str, deals: Sequence[object]) -> AbstractContextManager[object]:
    """One operation over several deals; a single one has its own words."""
    return crm.transaction(summary) if len(deals) > 1 else nullcontext()


def _joined(ids: Sequence[int]) -> str:
    return "-".join(map(str, ids[:3]))


Verb = Callable[["Crm", int], Any]


def each(deal_ids: Sequence[int], words: str, verb: Verb) -> Callable[[Crm], Any]:
    """A piece of writing that does something to every one of some deals, as one operation."""

    def work(crm: Crm) -> Any:
        with _together(crm, words, deal_ids):
            return [verb(crm, deal_id) for deal_id in deal_ids]

    return work
