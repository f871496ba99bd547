"""Loading messages: each becomes an e-mail interaction of the people it was from and to.

A message is known by its Message-ID, so that the same one, in however many folders and imports, is there once. The
people on it are added when they become known, never taken away. Who is meant by an address that several people share
is never guessed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crm_tui.domain.loading.drafts import Change, Outcome, RejectedRowError, Report, Verdict
from crm_tui.domain.loading.mail_people import Address, Holder, holders, meant
from crm_tui.domain.loading.rows import NewRows
from crm_tui.domain.service import chunks, marks
from crm_tui.models import Direction, InteractionKind

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.store.transaction import SqlValue, Transaction

SOURCE: Final = "mail"
_REMEMBERED: Final = 100_000
_COMPLETED: Final = 400
"""Messages after which their search documents are built."""
_SHOWN: Final = 20


class _There(NamedTuple):
    """A message that is there already: its interaction, when that was, and its thread."""

    id: int
    occurred_at: str
    thread: str | None = None


@dataclass(slots=True)
class MailDraft:
    """A message that was read.

    Attributes:
        line: its number in the file.
        key: its Message-ID, or what stands for one.
        occurred_at: the instant it was sent.
        sent: whether the person wrote it themselves.
        writer: who it is from, None when that is the person themselves or nobody.
        readers: who else it is to; own addresses are left out.
        parents: the messages it answers, the root first, the one it answers directly last.
        rule: why it is passed over, empty when it is not.
    """

    line: int
    key: str
    occurred_at: str
    summary: str
    body: str | None
    sent: bool
    writer: Address | None
    readers: Sequence[Address] = ()
    parents: Sequence[str] = ()
    rule: str = ""

    @property
    def people(self) -> list[Address]:
        """Everybody else on it, the sender first."""
        return [*([] if self.writer is None else [self.writer]), *self.readers]

    @property
    def partners(self) -> Sequence[Address]:
        """Those it was exchanged with: who wrote it, or to whom it was written."""
        return self.readers if self.writer is None else [self.writer]


@dataclass(slots=True)
class MailLoad:
    """Takes messages, some hundred at a time: ``prepare`` looks up what ``take`` of each of them needs.

    Attributes:
        create: make contacts of those with whom messages were exchanged and whom nobody knows yet.
        tags: for the contacts that are made.
        obey_rules: pass over what a rule says is no letter.
        named: contacts that every message is with, whatever addresses are on it.
        anybody: take everybody on a message for a possible contact, own addresses not being known.
    """

    crm: Crm
    writing: Transaction
    report: Report
    create: bool = False
    tags: Sequence[str] = ()
    obey_rules: bool = True
    named: Sequence[int] = ()
    anybody: bool = False
    made: list[int] = field(default_factory=list)
    rules: Counter[str] = field(default_factory=Counter)
    strangers: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Possible contacts: name and number of messages by address."""
    shared: Counter[str] = field(default_factory=Counter)
    """Addresses of several people, whom messages were not logged with: who they are, and of how many messages."""
    unknown: int = 0
    _holders: dict[str, tuple[Holder, ...]] = field(default_factory=dict)
    _known: dict[str, _There] = field(default_factory=dict)
    _present: dict[int, set[int]] = field(default_factory=dict)
    _threads: dict[str, str] = field(default_factory=dict)
    _begun: dict[str, list[int]] = field(default_factory=dict)
    _waiting: dict[str, list[int]] = field(default_factory=dict)
    _nameless: dict[str, int] = field(default_factory=dict)
    _pending: int = 0
    _rows: NewRows | None = None

    @property
    def rows(self) -> NewRows:
        """The new rows."""
        if self._rows is None:
            self._rows = NewRows(self.crm, self.writing)
        return self._rows

    def prepare(self, drafts: Sequence[MailDraft]) -> None:
        """Look up, for messages that ``take`` will be given next, who and what is there already."""
        self._pending += len(drafts)
        if self._pending > _COMPLETED:
            # texts are long: the documents of all of them at once would be held in memory
            self.rows.complete()
            self._pending = len(drafts)
        self.rows.flush()
        wanted = [draft for draft in drafts if not (self.obey_rules and draft.rule)]
        self._find_holders({each.key for draft in wanted for each in draft.people})
        keys = {draft.key for draft in wanted}
        found = self._messages(keys | {each for draft in wanted for each in draft.parents})
        self._known = {key: there for key, there in found.items() if key in keys}
        self._threads = {key: there.thread for key, there in found.items() if there.thread is not None}
        self._find_present([there.id for there in self._known.values()])
        self._begun = defaultdict(list)
        for thread, row in self._pairs("SELECT thread, id FROM threads WHERE thread IN", keys):
            self._begun[thread].append(row)

    def take(self, draft: MailDraft) -> int | None:
        """Take one message; returns the id of its interaction, None when it was passed over.

        Raises:
            RejectedRowError: it cannot be said whom it is with.
        """
        if draft.rule and self.obey_rules:
            self.rules[draft.rule] += 1
            self.report(Outcome(draft.line, Verdict.SKIPPED, draft.summary, reason=draft.rule))
            return None
        people, shared = self._resolve(draft)
        known = self._known.get(draft.key)
        if known is None and shared and not people:
            raise RejectedRowError(shared[0], "to" if draft.sent else "from")
        if known is None or people:
            people += self._make_partners(draft, alone=not people)
        if known is not None:
            self._again(known, draft, people)
            return known.id
        if not people:
            self.unknown += 1
            self.report(Outcome(draft.line, Verdict.SKIPPED, draft.summary, reason="nobody on it is known"))
            return None
        self.shared.update(shared)
        made = self._add(draft, people)
        self.report(Outcome(draft.line, Verdict.NEW, draft.summary, made))
        return made

    def may_be_known_later(self, draft: MailDraft) -> bool:
        """Whether another message may yet make a contact of somebody on it whom nobody knows."""
        return self.create and any(not self._holders.get(each.key) for each in draft.people)

    def finish(self) -> list[str]:
        """Complete the load; returns what is to be told."""
        self._find_holders(self._waiting)
        # made into contacts by a later message
        late = [
            (record, holder.id)
            for key, waiting in self._waiting.items()
            for holder in self._holders.get(key, ())[:1]
            for record in waiting
        ]
        self.rows.flush()
        records = {record for record, _ in late}
        self._find_present(records)
        happened = dict(self._pairs("SELECT id, occurred_at FROM interactions WHERE id IN", records))
        for record, person in late:
            self._join(record, happened[record], person)
        self.rows.complete()
        return [*self._rule_notices(), *self._shared_notices(), *self._stranger_notices()]

    def _resolve(self, draft: MailDraft) -> tuple[list[int], list[str]]:
        """Who of the people on it is known, and what is to be said of addresses that several people share."""
        people: dict[int, None] = dict.fromkeys(self.named)
        shared: list[str] = []
        for address in draft.people:
            found = meant(self._holders.get(address.key, ()), address)
            if any(each.id in self.named for each in found):
                continue
            if len(found) == 1:
                people[found[0].id] = None
                self._name(address, found[0].id)
            elif found:
                names = ", ".join(f"{each.name} ({each.id})" for each in found[:5])
                shared.append(f'"{address.email}" can be {names}')
        return list(people), shared

    def _again(self, there: _There, draft: MailDraft, people: Sequence[int]) -> None:
        # not as this copy dates it: the person may have said otherwise, and another copy may have been first
        record, happened, _ = there
        self._wait(record, draft)
        missing = [each for each in people if each not in self._present[record]]
        if not missing:
            self.report(Outcome(draft.line, Verdict.SAME, draft.summary, record))
            return
        for person in missing:
            self._join(record, happened, person)
        names = {
            each.id: each.name for found in self._holders.values() for each in found if each.id in missing
        }
        change = Change("contacts", "", ";".join(names.get(each, str(each)) for each in missing))
        self.report(Outcome(draft.line, Verdict.CHANGED, draft.summary, record, (change,)))

    def _add(self, draft: MailDraft, people: Sequence[int]) -> int:
        happened = draft.occurred_at
        row: dict[str, SqlValue] = {
            "kind": InteractionKind.EMAIL.value,
            "direction": (Direction.OUT if draft.sent else Direction.IN).value,
            "occurred_at": happened,
            "summary": draft.summary,
            "body": draft.body,
        }
        made = self.rows.add("interactions", row)
        self._present[made] = set()
        for person in people:
            self._join(made, happened, person)
        ref: dict[str, SqlValue] = {
            "source": SOURCE,
            "key": draft.key,
            "entity": "interactions",
            "entity_id": made,
        }
        self.rows.add("external_refs", ref)
        self._known[draft.key] = _There(made, happened)
        self._thread(made, draft)
        self._wait(made, draft)
        return made

    def _wait(self, record: int, draft: MailDraft) -> None:
        """Remember who on it is unknown yet: a later message may make them contacts."""
        if self.create:
            for address in draft.people:
                if not self._holders.get(address.key):
                    self._waiting.setdefault(address.key, []).append(record)

    def _join(self, record: int, happened: str, person: int) -> None:
        if person not in self._present.setdefault(record, set()):
            self._present[record].add(person)
            row: dict[str, SqlValue] = {
                "interaction_id": record,
                "contact_id": person,
                "occurred_at": happened,
            }
            self.rows.add("participants", row)

    def _thread(self, record: int, draft: MailDraft) -> None:
        """Put it into the thread of a message it answers; what began with it in turn joins that thread too."""
        known = (self._threads[each] for each in reversed(draft.parents) if each in self._threads)
        root = next(known, draft.parents[0] if draft.parents else draft.key)
        threaded: dict[str, SqlValue] = {"interaction_id": record, "thread": root}
        row = self.rows.add("threads", threaded)
        self._threads[draft.key] = root
        if root == draft.key:
            self._begun.setdefault(root, []).append(row)
            return
        orphans = self._begun.pop(draft.key, [])
        self._begun.setdefault(root, []).extend([*orphans, row])
        if orphans:
            self.rows.flush()
            for each in orphans:
                self.writing.update("threads", each, {"thread": root})
            self._threads.update({key: root for key, thread in self._threads.items() if thread == draft.key})

    def _make_partners(self, draft: MailDraft, *, alone: bool) -> list[int]:
        """Contacts made of those it was exchanged with, or a note that they are possible ones.

        Beside somebody known it is only who wrote it, and only where own addresses tell that it was not the user.
        """
        made: list[int] = []
        partners = draft.people if self.anybody else draft.partners
        if not alone and (draft.sent or not self.crm.config.own_emails):
            partners = ()
        for address in partners:
            if self._holders.get(address.key):
                continue
            if not self.create:
                name, count = self.strangers.get(address.key, ("", 0))
                if count or len(self.strangers) < _REMEMBERED:
                    self.strangers[address.key] = (name or address.name, count + 1)
                continue
            name = address.name or address.email
            contact = self.crm.contacts.add(
                name=name, emails=[address.email], tags=[*self.tags], source=SOURCE
            )
            self._holders[address.key] = (Holder(contact.id, contact.name, archived=False),)
            if not address.name:
                self._nameless[address.key] = contact.id
            made.append(contact.id)
        self.made += made
        return made

    def _name(self, address: Address, contact_id: int) -> None:
        """Give somebody made from a bare address the name that a later message has."""
        if address.name and self._nameless.get(address.key) == contact_id:
            del self._nameless[address.key]
            self.crm.contacts.update(contact_id, name=address.name)

    def _find_holders(self, keys: Iterable[str]) -> None:
        if len(self._holders) > _REMEMBERED:
            self._holders.clear()
        self._holders.update(holders(self.crm.connection, [key for key in keys if key not in self._holders]))

    def _find_present(self, records: Iterable[int]) -> None:
        """Who is on some messages that are written already."""
        self._present = defaultdict(set)
        for record, person in self._pairs(
            "SELECT interaction_id, contact_id FROM participants WHERE interaction_id IN", records
        ):
            self._present[record].add(person)

    def _messages(self, keys: Iterable[str]) -> dict[str, _There]:
        """Those of some messages that are there."""
        found: dict[str, _There] = {}
        for part in chunks(list(keys)):
            rows = self.crm.connection.execute(
                "SELECT r.key, i.id, i.occurred_at, t.thread FROM external_refs r"  # noqa: S608 - marks only
                " JOIN interactions i ON i.id = r.entity_id LEFT JOIN threads t ON t.interaction_id = r.entity_id"
                f" WHERE r.entity = 'interactions' AND r.source = '{SOURCE}' AND r.key IN ({marks(part)})",
                part,
            )
            found.update({key: _There(*there) for key, *there in rows})
        return found

    def _pairs(self, sql: str, values: Iterable[int] | Iterable[str]) -> Iterable[tuple[Any, Any]]:
        for part in chunks(list(values)):
            yield from self.crm.connection.execute(f"{sql} ({marks(part)})", part)

    def _rule_notices(self) -> list[str]:
        if not self.rules:
            return []
        told = ", ".join(f"{count:,} {rule}" for rule, count in self.rules.most_common())
        return [f"Skipped by rule: {told}."]

    def _shared_notices(self) -> list[str]:
        return [
            f"{_times(count)} logged with the others on it only: {what}."
            for what, count in self.shared.most_common(_SHOWN)
        ]

    def _stranger_notices(self) -> list[str]:
        found: list[str] = []
        if self.unknown:
            which = "it" if self.unknown == 1 else "them"
            found.append(f"{_times(self.unknown)} skipped: nobody on {which} is known.")
        ordered = sorted(self.strangers.items(), key=lambda each: (-each[1][1], each[0]))
        if ordered:
            found.append(f"Possible contacts, which --create-missing makes: {len(ordered):,}.")
        for address, (name, count) in ordered[:_SHOWN]:
            who = f"{name} <{address}>" if name else address
            found.append(f"  {who}: {count:,} message{'' if count == 1 else 's'}")
        if len(ordered) > _SHOWN:
            found.append(f"  and {len(ordered) - _SHOWN:,} more")
        return found


def _times(count: int) -> str:
    return "1 message was" if count == 1 else f"{count:,} messages were"
