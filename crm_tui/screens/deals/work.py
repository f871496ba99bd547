"""What one does with deals, one or all marked: every verb is one operation, asked for in one small form.

Which deals are meant is for the screen to say; here it becomes forms and writes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from crm_tui.models import StageType
from crm_tui.screens.forms import daily_forms, deal_forms
from crm_tui.screens.forms.fields import Form
from crm_tui.screens.shell.base import BaseScreen
from crm_tui.widgets.board import board_cards

if TYPE_CHECKING:
    from crm_tui.domain.board import Card
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.stages import StageView
    from crm_tui.models import DealView
    from crm_tui.widgets.records.card import Person


class Asked(NamedTuple):
    """What a question about deals needs to know: the stages there are, and why deals were lost before."""

    stages: Sequence[StageView]
    reasons: Sequence[str]


_NOTHING = Asked((), ())


class DealWork(BaseScreen):
    """A screen with deals to work on."""

    @property
    @abstractmethod
    def card(self) -> Card | None:
        """The deal under the cursor."""

    @property
    @abstractmethod
    def picked(self) -> Sequence[Card]:
        """The deals an action is about: the marked ones, or the one under the cursor."""

    @abstractmethod
    def among(self) -> Iterator[Card]:
        """The same in any order, one by one: there may be thousands, and to know that there are any is cheap."""

    @abstractmethod
    def has(self, *, closed: bool) -> bool:
        """Whether there is an open one, or a closed one, among them."""

    @abstractmethod
    def clear_marks(self) -> None:
        """Take all marks off."""

    @abstractmethod
    def let_leave(self) -> None:
        """What is done next may take deals elsewhere: the cursor stays where it is then."""

    @property
    def opened(self) -> list[Card]:
        """The open ones among the deals an action is about."""
        return [card for card in self.picked if card.closed_on is None]

    @property
    def closed(self) -> list[Card]:
        """The won and lost ones among them."""
        return [card for card in self.picked if card.closed_on is not None]

    def can_open_deal(self) -> bool:
        """Whether there is an open deal."""
        return self.has(closed=False)

    def can_closed_deal(self) -> bool:
        """Whether there is a won or lost one."""
        return self.has(closed=True)

    def can_deal(self) -> bool:
        """Whether there is any."""
        return any(True for _ in self.among())

    def can_record(self) -> bool:
        """Whether there is anything to tag or put away."""
        return any(True for _ in self.among())

    def can_next_step(self) -> bool:
        """Whether there is anything to promise a next step for."""
        return any(True for _ in self.among())

    def can_contact(self) -> bool:
        """Whether a deal is with somebody."""
        return any(card.contact_id is not None for card in self.among())

    def can_editable(self) -> bool:
        """Whether a deal is under the cursor."""
        return self.card is not None

    def can_copy(self) -> bool:
        """Whether there is anything to copy."""
        return self.card is not None

    def do_win(self) -> None:
        """Win deals."""
        self.win(self.opened)

    def win(self, cards: Sequence[Card], stage: int | None = None) -> None:
        """Ask when deals were won, and one alone for how much."""
        self.let_leave()
        if len(cards) == 1:
            base = self.desk.config.base_currency
            self._with_deal(cards[0].id, lambda deal: self.ask(deal_forms.win(deal, base=base, stage=stage)))
        elif cards:
            self.ask(deal_forms.win_many(_ids(cards), words(cards), stage=stage))

    def do_lose(self) -> None:
        """Lose deals."""
        self.lose(self.opened)

    def lose(self, cards: Sequence[Card], stage: int | None = None) -> None:
        """Ask why deals were lost, and when to try again."""
        if not cards:
            return
        self.let_leave()
        self._with_asked(
            lambda asked: self.ask(
                deal_forms.lose_many(_ids(cards), words(cards), reasons=asked.reasons, stage=stage)
            )
        )

    def do_reopen(self) -> None:
        """Open won and lost deals again."""
        closed = self.closed
        self._write_each(closed, f"reopen {words(closed)}", lambda crm, deal_id: crm.deals.reopen(deal_id))

    def can_won_deal(self) -> bool:
        """Whether it is about one deal, and that is won."""
        return self._won is not None

    @property
    def _won(self) -> Card | None:
        found = [*islice(self.among(), 2)]
        # a lost one always has a reason
        won = len(found) == 1 and found[0].closed_on is not None and found[0].lost_reason is None
        return found[0] if won else None

    def do_invoice(self) -> None:
        """Make the invoice of a won deal."""
        from crm_tui.screens.billing import invoice_forms

        card = self._won
        if card is None:
            return
        nothing: Form | None = None
        self.read(
            lambda crm: invoice_forms.of_deal(crm, card.id),
            lambda form: self.ask(form) if form is not None else None,
            group="deal",
            empty=nothing,
        )

    def do_stage(self) -> None:
        """Ask which stage deals go to, be it of another pipeline."""
        cards = self.picked
        if cards:
            self.let_leave()
            self._with_asked(partial(self._ask_stage, cards))

    def _ask_stage(self, cards: Sequence[Card], asked: Asked) -> None:
        present = {card.stage_id for card in cards}
        pipelines = {stage.pipeline for stage in asked.stages}
        own = next((stage.pipeline for stage in asked.stages if stage.id in present), "")
        offered = sorted(
            (stage for stage in asked.stages if present != {stage.id}),
            key=lambda stage: stage.pipeline != own,
        )
        names = [
            (stage.id, f"{stage.pipeline}: {stage.name}" if len(pipelines) > 1 else stage.name)
            for stage in offered
        ]
        by_id = {stage.id: stage for stage in offered}

        def chosen(stage_id: int | None) -> None:
            if stage_id is None:
                return
            stage = by_id[stage_id]
            if stage.type is StageType.WON:
                self.win(cards, stage_id)
                return
            form = deal_forms.enter(None, _ids(cards), words(cards), stage, reasons=asked.reasons)
            if form is not None:
                self.ask(form)
            else:
                stages = dict.fromkeys(_ids(cards), stage_id)
                what = f"move {words(cards)} to {stage.name}"
                self.write(lambda crm: deal_forms.place(crm, stages, what), lambda _: self.clear_marks())

        if offered:
            self.app.push_screen(deal_forms.move(_ids(cards), words(cards), names), chosen)

    def do_log(self) -> None:
        """Log what happened with the people of deals."""
        cards = [card for card in self.picked if card.contact_id is not None]
        if cards:
            people = {card.contact_id: card.contact or "" for card in cards}
            whom = next(iter(people.values())) if len(people) == 1 else f"{len(people)} people"
            self.ask(deal_forms.log(_with_people(cards), words(cards), whom))

    def do_follow_up(self) -> None:
        """Promise the next step of deals."""
        if self.picked:
            self.ask(deal_forms.followup(_with_people(self.picked), words(self.picked)))

    def do_edit(self) -> None:
        """Change the deal under the cursor."""
        card, base = self.card, self.desk.config.base_currency
        if card is None:
            return
        nothing: tuple[DealView, Any] | None = None
        self.read(
            lambda crm: (crm.deals.get(card.id), crm.fields.list("deals")),
            lambda found: self.ask(deal_forms.edit(found[0], base=base, custom=found[1])) if found else None,
            group="deal",
            empty=nothing,
        )

    def do_tag(self) -> None:
        """Put tags on and take them off."""
        if self.picked:
            self.ask(daily_forms.tag(_ids(self.picked), words(self.picked), "deals"))

    def do_archive(self) -> None:
        """Put deals away, or bring them back when all of them are away."""
        cards = self.picked
        self.let_leave()
        if all(card.is_archived for card in cards):
            self._write_each(
                cards, f"restore {words(cards)}", lambda crm, deal_id: crm.deals.restore(deal_id)
            )
        else:
            self._write_each(
                cards, f"archive {words(cards)}", lambda crm, deal_id: crm.deals.archive(deal_id)
            )

    def do_reach(self) -> None:
        """Open a mail address or link of the deal's person."""
        from crm_tui.screens.parties import person

        contact_id = next((card.contact_id for card in self.picked if card.contact_id is not None), None)
        if contact_id is not None:
            nobody: Person | None = None
            self.read(lambda crm: person.read(crm, contact_id), self._reach, group="person", empty=nobody)

    def _reach(self, found: Person | None) -> None:
        from crm_tui.screens.forms.dialogs import Choose, lettered
        from crm_tui.screens.shell import opener

        links = opener.links(found) if found else []
        if not links:
            who = found.contact.name if found else "That person"
            self.crm_app.tell(f"{who} has no mail address and no link.")
        elif len(links) == 1:
            self._open(links[0][1])
        else:
            options = lettered([(text, url, "") for text, url in links])
            self.app.push_screen(Choose("Open which?", options), lambda url: self._open(url) if url else None)

    def _open(self, url: str) -> None:
        from crm_tui.screens.shell import opener

        problem = opener.open_link(url)
        self.crm_app.tell(problem or f"Opened {url}.", "", "bad" if problem else "plain")

    def do_copy(self) -> None:
        """Copy the title, a name or the amount of the deal under the cursor."""
        from crm_tui.screens.forms.dialogs import Choose, lettered

        card = self.card
        if card is None:
            return
        found = (
            (card.title, "title"),
            (card.contact, "person"),
            (card.company, "company"),
            (board_cards.amount(card.amount_minor, card.currency), "amount"),
        )
        options = lettered([(text, text, kind) for text, kind in found if text])
        if len(options) == 1:
            self._copy(card.title)
        else:
            self.app.push_screen(
                Choose("Copy which?", options), lambda text: self._copy(text) if text else None
            )

    def _copy(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        self.crm_app.tell(f"Copied {text}.")

    def ask(self, form: Form, then: Callable[[Any], None] | None = None) -> None:
        """Show a form; once it is saved the marks have done their service."""
        # with its text area it is the heaviest of all, and not needed for the first paint
        from crm_tui.screens.forms.form import FormScreen

        def saved(value: Any) -> None:
            if value is not None:
                self.clear_marks()
                if then is not None:
                    then(value)

        self.app.push_screen(FormScreen(form), saved)

    def _with_deal(self, deal_id: int, then: Callable[[DealView], None]) -> None:
        nothing: DealView | None = None
        self.read(
            lambda crm: crm.deals.get(deal_id),
            lambda deal: then(deal) if deal is not None else None,
            group="deal",
            empty=nothing,
        )

    def _with_asked(self, then: Callable[[Asked], None]) -> None:
        self.read(
            lambda crm: Asked(crm.pipelines.stages(), crm.deals.lost_reasons()),
            then,
            group="deal",
            empty=_NOTHING,
        )

    def _write_each(self, cards: Sequence[Card], what: str, verb: Callable[[Crm, int], Any]) -> None:
        if cards:
            self.write(deal_forms.each(_ids(cards), what, verb), lambda _: self.clear_marks())


def words(cards: Sequence[Card]) -> str:
    """What deals are called: the title of one, the number of several."""
    return cards[0].title if len(cards) == 1 else f"{len(cards):,} deals"


def is_open(stage: StageView) -> bool:
    """Whether deals in a stage are open."""
    return stage.type is StageType.OPEN


def _ids(cards: Sequence[Card]) -> list[int]:
    return [card.id for card in cards]


def _with_people(cards: Sequence[Card]) -> list[tuple[int, int | None]]:
    return [(card.id, card.contact_id) for card in cards]
