"""Changing many records as text: what is shown, what was changed in it, and writing that as one operation.

The rule it keeps: a record that was changed elsewhere meanwhile is not overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crm_tui.errors import ConflictError, CrmError
from crm_tui.interchange.block_fields import EditKind, Field, fields_of
from crm_tui.interchange.block_text import Block, LineError, parse, render

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

_HELP: Final = """\
# {count} to change. Change what stands behind a colon; nothing there empties the field.
# email and phone: a line each. tags: with ; between. A note of several lines: each begins with |.
# A line or a whole record that you remove stays as it is; nothing is deleted or added here.
"""

_AMOUNTS: Final = {"deals": "amount", "products": "price", "payments": "amount"}
"""The amounts that are written with their currency."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a record: its line in the text, what it was and what it is to be."""

    field: str
    line: int
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What is to be changed of a record."""

    id: int
    name: str
    changes: tuple[Change, ...]


class _BackError(Exception):
    """Takes a trial back."""


def _take_back() -> None:
    raise _BackError


class Edit:
    """Records of a kind on their way through an editor."""

    def __init__(self, crm: Crm, kind: EditKind, ids: Sequence[int]) -> None:
        self.crm = crm
        self.kind = kind
        self._fields = fields_of(crm, kind)
        self._views: Mapping[int, Any] = {view.id: view for view in self._service.views(ids)}
        self._blocks = {view.id: self._block(view) for view in self._views.values()}
        count = f"{len(self._blocks):,} {kind.noun if len(self._blocks) == 1 else kind.many}"
        hint = f"# {kind.hint}\n\n" if kind.hint else "\n"
        self.text = _HELP.format(count=count) + hint + "".join(self._blocks.values())
        self._known = {record_id: [*self._fields] for record_id in self._blocks}
        self._first = {each.id: each for each in self._parsed(self.text)}

    @property
    def _service(self) -> Any:
        return getattr(self.crm, self.kind.table)

    def through(self, crm: Crm) -> Edit:
        """The same records over another connection to the same file, as another thread needs it."""
        other = copy(self)
        other.crm = crm
        return other

    def changes(self, text: str) -> list[RecordChange]:
        """What was changed in the text, checked as far as that goes without writing.

        Raises:
            LineError: a line cannot be taken.
            ConflictError: a record was changed elsewhere.
        """
        found = [*self._differing(self._parsed(text))]
        if found:
            with suppress(_BackError), self.crm.transaction("try an edit"):
                self._write(found)
                _take_back()
        return found

    def apply(self, changes: Sequence[RecordChange]) -> list[Any]:
        """Write the changes as one operation; returns the records.

        Raises:
            LineError: a value cannot be kept.
            ConflictError: a record was changed elsewhere.
        """
        many = len(changes) > 1
        what = f"{len(changes):,} {self.kind.many}" if many else f"{self.kind.noun} {changes[0].name}"
        with self.crm.transaction(f"edit {what}"):
            self._write(changes)
        return [*self._service.views([each.id for each in changes])]

    def _block(self, view: Any) -> str:
        values = {name: [*each.show(view)] for name, each in self._fields.items()}
        return render(self.kind.noun, view.id, getattr(view, self.kind.title), values)

    def _parsed(self, text: str) -> list[Block]:
        return parse(text, self.kind.noun, self._known)

    def _differing(self, blocks: Sequence[Block]) -> Iterator[RecordChange]:
        for block in blocks:
            first = self._first[block.id]
            changes = []
            for name, values in block.values.items():
                new, old = _filled(values), _filled(first.values.get(name, []))
                if new == old:
                    continue
                each, lines = self._fields[name], block.lines[name]
                line = next(
                    (at for text, at in zip(values, lines, strict=True) if text and text not in old), lines[0]
                )
                if len(new) > 1 and not each.many:
                    raise LineError(line, f"{name} is there twice.", "Leave one of them.")
                if not new and each.needed:
                    raise LineError(line, f"{name} cannot be empty.", "Write something behind the colon.")
                changes.append(Change(name, line, old, new))
            if changes:
                title = str(getattr(self._views[block.id], self.kind.title))
                yield RecordChange(block.id, title, tuple(changes))

    def _write(self, changes: Sequence[RecordChange]) -> None:
        for record in changes:
            self._refuse_if_changed(record)
            for together in self._groups(record.changes):
                try:
                    self._service.update(record.id, **self._values(record.id, together))
                except CrmError as error:
                    if isinstance(error, LineError):
                        raise
                    raise LineError(together[0].line, error.message, error.hint) from error

    def _refuse_if_changed(self, record: RecordChange) -> None:
        view = next(iter(self._service.views([record.id])), None)
        if view is None or self._block(view) != self._blocks[record.id]:
            what = "is gone" if view is None else "was changed elsewhere meanwhile"
            raise ConflictError(
                f"The {self.kind.noun} {record.name} ({record.id}) {what}.",
                "Nothing was written; begin again from how it is now.",
            )

    def _groups(self, changes: Sequence[Change]) -> Iterator[list[Change]]:
        left = list(changes)
        while left:
            names = next(
                (each for each in self.kind.together if left[0].field in each), frozenset({left[0].field})
            )
            yield [each for each in left if each.field in names]
            left = [each for each in left if each.field not in names]

    def _values(self, record_id: int, changes: Sequence[Change]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for change in changes:
            each = self._fields[change.field]
            value = self._value(each, change)
            if each.value == "custom":
                values["custom"] = {each.name: value}
            else:
                values[each.value] = value
        amount = _AMOUNTS.get(self.kind.table)
        if amount is not None and {amount, "currency"} & {*values}:
            values = self._money(record_id, values, amount, changes[0].line)
        return values

    def _value(self, each: Field, change: Change) -> Any:
        try:
            if each.many:
                return [each.read(self.crm, text) for text in change.new]
            if not change.new:
                return [] if each.value == "tags" else None
            return each.read(self.crm, change.new[0])
        except CrmError as error:
            raise LineError(change.line, error.message, error.hint) from error

    def _money(self, record_id: int, values: dict[str, Any], field: str, line: int) -> dict[str, Any]:
        from crm_tui.money import parse_money

        view = self._views[record_id]
        amount = values.pop(field, getattr(view, field))
        currency = values.pop("currency", view.currency)
        if amount is None:
            return {**values, f"{field}_minor": None, "currency": currency}
        try:
            money = parse_money(amount, currency or self.crm.config.base_currency)
        except CrmError as error:
            raise LineError(line, error.message, error.hint) from error
        if self.kind.table == "payments":
            if money.currency != view.currency:
                raise LineError(
                    line,
                    f"invoice {view.invoice} is in {view.currency}.",
                    "A payment has its invoice's currency.",
                )
            return {**values, f"{field}_minor": money.minor}
        return {**values, f"{field}_minor": money.minor, "currency": money.currency}


def differences(kind: EditKind, changes: Sequence[RecordChange]) -> Iterator[tuple[str, str]]:
    """What is to be changed as lines, each with its sign: ``-`` what was, ``+`` what is to be, none for a record."""
    for record in changes:
        yield "", f"{kind.noun} {record.id} {record.name}"
        for each in record.changes:
            for sign, values in (("-", each.old), ("+", each.new)):
                for line in (line for value in values for line in value.split("\n")):
                    yield sign, f"{each.field}: {line}"


def _filled(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(value) for value in values if value)
