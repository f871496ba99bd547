"""Importing vCards: a file of them, or a folder with one a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crm_tui.domain import card_ids
from crm_tui.domain.folder_items import CARDS
from crm_tui.domain.loading.cards import CardLoader
from crm_tui.domain.loading.company_cards import CompanyCards
from crm_tui.domain.loading.drafts import Outcome, RejectedRowError, Report, Verdict
from crm_tui.domain.loading.people import KEY_FIELDS
from crm_tui.domain.loading.record_loader import RecordLoader
from crm_tui.domain.loading.records import RecordDraft
from crm_tui.domain.loading.rows import NewRows
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange import vdir, vdir_state
from crm_tui.interchange.brake import Brake
from crm_tui.interchange.options import Options
from crm_tui.interchange.rejects import RejectedItems
from crm_tui.interchange.run import Bad, Progress, Rows, Summary, Taker, run
from crm_tui.interchange.vcard import splitting
from crm_tui.interchange.vcard.card import Card
from crm_tui.interchange.vcard.reading import CardReader
from crm_tui.interchange.vcard.splitting import CardText
from crm_tui.interchange.vdir_reading import FolderReading, Unchanged, reading_of

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import Transaction

SUFFIX: Final = ".vcf"
_BULK: Final = 20_000  # lines from which a load in bulk pays


def load(
    crm: Crm,
    path: Path,
    options: Options,
    *,
    name: str | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    report: Report | None = None,
    progress: Progress | None = None,
    brake: Brake | None = None,
) -> Summary:
    """Import the cards of a file or of a folder.

    Args:
        crm: the open base.
        path: a file of cards, or a folder of files with one card each.
        options: encoding, region, tags, source, key, on_match and strict count; cards have no columns to map.
        name: what the operation calls it; its name unless given.
        dry_run: take everything back at the end.
        rejects: where to write rejected cards.
        report: is told what became of each card.
        progress: is told how far it is, and how far it goes, now and then.
        brake: stops it from another thread.

    Raises:
        StoppedError: the brake was pulled; nothing was imported.
        UsageError: its encoding has to be told, or the options are for tables.
        InvalidDataError: it cannot be read, holds no card, or a card was rejected and ``strict`` is set.
        ConflictError: a record is there already and matches were to fail.
    """
    brake = brake or Brake()
    _check(options)
    source = CardSource(path, options, RejectedItems(rejects), brake)
    title = f"import {name or path.name}"
    return run(
        crm, source, title,
        strict=options.strict, dry_run=dry_run, report=report, progress=progress, brake=brake,
    )  # fmt: skip


class CardSource:
    """The cards of a file or folder."""

    def __init__(self, path: Path, options: Options, rejected: RejectedItems, brake: Brake) -> None:
        self.rejected = rejected
        self._path = path
        self._options = options
        self._cards: splitting.Cards | None = None
        if path.is_dir():
            self.total = vdir.count(path, SUFFIX)
            self.bulk = False
        else:
            self._cards = splitting.look(path, options.encoding, brake.check)
            self.total = self._cards.lines
            self.bulk = self.total >= _BULK

    def open(self, crm: Crm, writing: Transaction, report: Report, brake: Brake) -> tuple[Taker, Rows]:
        """What takes the cards, and the cards."""
        folder = reading_of(crm, self._path, SUFFIX, self._options, CARDS)
        told = report if folder is None else folder.watched(report)
        return CardTaker(crm, writing, self._options, told, self.rejected, folder), self._rows(folder)

    def _rows(self, folder: FolderReading | None) -> Rows:
        if self._cards is None:
            assert folder is not None
            yield from self._items(folder)
            return
        cards = self._cards.split()
        if folder is not None:
            # a file that is written meanwhile has another mark than this
            cards = _alone(cards, self._path.name, vdir_state.digest(self._path.read_bytes()))
        yield from cards

    def _items(self, folder: FolderReading) -> Generator[tuple[int, CardText | Unchanged], None, None]:
        number = 0
        for number, (path, data) in enumerate(vdir.items(self._path, SUFFIX), 1):
            known = folder.unchanged(path.name, data)
            if known is not None:
                yield number, known
                continue
            try:
                cards = splitting.from_bytes(data, path.name, self._options.encoding)
                for _, text in _alone(cards, path.name, vdir_state.digest(data)):
                    text.file = path.name
                    yield number, text
            except InvalidDataError as error:
                broken = CardText("")
                broken.file, broken.broken = path.name, error.message.rstrip(".")
                yield number, broken
        if not number:
            raise InvalidDataError(f"{self._path} holds no {SUFFIX} file.", "Check the folder.")

    def unreadable(self) -> Iterable[Bad]:
        """Nothing: what cannot be read was a card of its own."""
        return ()


class CardTaker:
    """Takes the texts of cards; those of companies once all people are there."""

    def __init__(
        self,
        crm: Crm,
        writing: Transaction,
        options: Options,
        report: Report,
        rejected: RejectedItems,
        folder: FolderReading | None = None,
    ) -> None:
        self._crm = crm
        self._folder = folder
        self._rejected = rejected
        self._writing = writing
        self._options = options
        self._report = report
        self._source = options.source or card_ids.SOURCE
        custom = crm.fields.list("contacts")
        region = (options.region or crm.config.region).upper()
        self._reader = CardReader(custom, region, options.tags, company_custom=crm.fields.list("companies"))
        self._left_out: Counter[str] = Counter()
        self._groups = 0
        self._companies: list[tuple[int, Card, str]] = []
        self._loader = CardLoader(
            crm, writing, report,
            source=self._source, custom=bool(custom), on_match=options.on_match, key=options.key,
        )  # fmt: skip

    def take(self, line: int, text: CardText | Unchanged) -> None:
        """Take one card.

        Raises:
            RejectedRowError: it cannot be taken.
            ConflictError: it matches, and matches were to fail.
        """
        if isinstance(text, Unchanged):
            assert self._folder is not None
            self._folder.tell(line, text, self._report)
            return
        try:
            self._take(line, text)
        except RejectedRowError as error:
            if not text.file:
                raise
            raise RejectedRowError(f"{text.file}: {error.reason}", error.column) from None

    def _take(self, line: int, text: CardText) -> None:
        card = self._reader.read(line, text)
        self._left_out.update(card.left_out)
        if self._folder is not None and text.item and not card.in_part:
            entity = "companies" if card.kind == "org" else "contacts"
            self._folder.expect(line, text.item, text.mark, entity)
        if card.kind == "group":
            self._groups += 1
            self._report(Outcome(line, Verdict.SKIPPED, card.draft.name or ""))
        elif card.kind == "org":
            self._rejected.note(line, text)
            self._companies.append((line, card, text.file))
        else:
            draft = card.draft
            if draft.external is not None:
                draft.own_id = card_ids.own(self._crm, "contacts", draft.external)
                if draft.own_id is not None:
                    draft.external = None
            self._loader.take(draft)

    def finish(self) -> list[str]:
        """Complete the load; returns notices."""
        notices = self._loader.finish()
        if self._companies:
            notices += Companies(self._crm, self._writing, self._options, self._source, self._report).load(
                self._companies
            )
        if self._folder is not None:
            notices += self._folder.finish(self._writing)
        if self._groups:
            groups = "1 group was" if self._groups == 1 else f"{self._groups:,} groups were"
            notices.append(f"{groups} skipped; their members' CATEGORIES are taken as tags.")
        if self._left_out:
            listed = ", ".join(f"{count:,} {word}" for word, count in sorted(self._left_out.items()))
            notices.append(f"Left out: {listed}.")
        return notices


def _alone(cards: Iterator[tuple[int, CardText]], name: str, mark: str) -> Iterator[tuple[int, CardText]]:
    """The cards of a file, the only one of it told so."""
    first = list(islice(cards, 2))
    if len(first) == 1:
        first[0][1].item, first[0][1].mark = name, mark
    return chain(first, cards)


class Companies:
    """Takes the cards of companies."""

    def __init__(self, crm: Crm, writing: Transaction, options: Options, source: str, report: Report) -> None:
        self._crm = crm
        self._report = report
        kind = CompanyCards(crm, writing, NewRows(crm, writing))
        self._loader = RecordLoader(kind, report, source=source, on_match=options.on_match)

    def load(self, cards: Iterable[tuple[int, Card, str]]) -> list[str]:
        """Take them all, each with the name of its file; returns notices."""
        for line, card, file in cards:
            draft = _company(line, card)
            if draft.external is not None:
                draft.own_id = card_ids.own(self._crm, "companies", draft.external)
                if (
                    draft.own_id is not None
                    or card_ids.own(self._crm, "contacts", draft.external) is not None
                ):
                    # a UID of ours says which record it is, and is nobody else's
                    draft.external = None
            try:
                self._loader.take(draft)
            except RejectedRowError as error:
                reason = f"{file}: {error.reason}" if file else error.reason
                self._report(Outcome(line, Verdict.REJECTED, draft.name, column=error.column, reason=reason))
        return self._loader.finish()


def _company(line: int, card: Card) -> RecordDraft:
    """The draft of a company that a card is of."""
    draft = card.draft
    columns = dict(draft.columns)
    values: dict[str, object] = {"preferred": draft.preferred, "kept": [draft.kept]}
    if parent := columns.pop("parent", None):
        values["parent"] = parent
    return RecordDraft(
        line, draft.name or "", draft.key,
        external=draft.external, created_at=draft.created_at, columns=columns, values=values,
        methods=list(draft.methods), tags=draft.tags, custom=draft.custom,
    )  # fmt: skip


def _check(options: Options) -> None:
    """Refuse options that mean nothing for cards."""
    if options.mapping or options.defaults or options.values:
        raise UsageError(
            "A vCard has no columns: --map, --default and a recipe's tables are for CSV.",
            "Leave them out; --tag works.",
        )
    if options.kind != "contacts":
        raise UsageError(
            f"vCards hold contacts and companies, and say themselves which; not {options.kind}.",
            "Leave --as out.",
        )
    if options.key is not None and options.key not in KEY_FIELDS:
        raise UsageError(
            f'People cannot be matched by "{options.key}".', f"Use one of: {', '.join(KEY_FIELDS)}."
        )
