"""From the rows of a file to drafts of people. What is decided for a file is decided once, before its first row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final

from crm_tui.dates import span_days
from crm_tui.domain import checks
from crm_tui.domain.documents import draft_texts
from crm_tui.domain.fields import parse_value
from crm_tui.domain.loading.drafts import Defaults, Method, PersonDraft, RejectedRowError
from crm_tui.domain.methods import match_key
from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.interchange.addresses_in import addresses
from crm_tui.interchange.cells_in import Get, convert, is_nothing
from crm_tui.interchange.columns_in import Columns
from crm_tui.interchange.details_in import details
from crm_tui.interchange.options import FORWARD
from crm_tui.models import CustomField, Lifecycle, MethodKind
from crm_tui.phones import phone_key
from crm_tui.store.transaction import SqlValue
from crm_tui.text import check_tag, email_key, is_visible, name_key, split_tags, unguard_formula

Convert = Callable[[str], object]
_SHORT: Final = checks.LINE
_LABELLED: Final = ("emails", "phones", "urls", "ims")
_LINES: Final = ("given_name", "family_name", "title", "source", "language")
_MANY_EMAILS = re.compile(r"\s*(?:[;,|\n]|:::)\s*|\s+")
_MANY_PHONES = re.compile(r"\s*(?:[;|\n]|:::|,(?=\s*[+(0-9]))\s*")


class PeopleReader:
    """Makes drafts of people from rows."""

    def __init__(self, columns: Columns, custom: list[CustomField], region: str) -> None:
        self._columns = columns
        self._region = region
        self._name = columns.cell("name")
        self._other_name = columns.get("name") if "name" in columns.defaults else None
        self._parts = columns.has("given_name") or columns.has("family_name")
        self._middle = columns.get("middle_name")
        self._external = columns.get("external_id")
        self._company = columns.said("company")
        self._referrer = columns.get("referred_by")
        self._created = self._converted("created_at", columns.instant("created_at"))
        self._emails = columns.every("emails")
        # nobody is to be called at a fax, wherever it stands
        self._phones = sorted(columns.every("phones"), key=lambda each: each[1] == "fax")
        self._links = [
            (*each, field, kind)
            for field, kind in (("urls", "url"), ("ims", "im"))
            for each in columns.every(field)
        ]
        self._labels = {place: get for field in _LABELLED for place, get in columns.labels(field).items()}
        self._parted = {field for field in ("emails", "phones", "urls", "ims") if columns.parted(field)}
        self._address = addresses(columns)
        self._tags = columns.every("tags")
        self._extra_tags = [check_tag(tag) for tag in columns.options.tags]
        self._tag_cache: dict[str, list[str]] = {}
        self._note = _notes(columns)
        self._forward = columns.options.lifecycle == FORWARD
        self._details = details(columns)
        self.detailed = self._details is not None
        """Whether the drafts are detailed ones."""
        self._fields = list(self._column_readers())
        self.defaults = self._defaults(custom)
        self._plain = [
            (name, place, _liner(name.replace("_", " "), columns.header_of(name)))
            for name in _LINES
            if (place := columns.place(name)) is not None
        ]
        plain = {each[0] for each in self._plain}
        self._fields = [each for each in self._fields if each[0] not in plain]
        self._custom = [(get, field) for field in custom if (get := columns.said(field.key))]
        self._default_emails, self._default_phones = (
            columns.defaults.get("emails"),
            columns.defaults.get("phones"),
        )

    def draft(self, line: int, cells: list[str]) -> PersonDraft:
        """The draft of one row.

        Raises:
            RejectedRowError: a cell cannot be what its column is.
        """
        if len(cells) > self._columns.width:
            self._columns.check_width(cells)
        columns: dict[str, SqlValue] = {}
        for column, place, slow in self._plain:
            text = cells[place].strip()
            if text:
                usual = text.isprintable() and len(text) <= _SHORT and text[0] != "'"
                columns[column] = text if usual else slow(text)  # type: ignore[assignment]
        for column, get, read in self._fields:
            if text := get(cells):
                columns[column] = read(text)  # type: ignore[assignment]
        name = self._name(cells) if self._name is not None else ""
        if name:
            name = _line(name, "name")
        elif self._parts:
            middle = self._middle(cells) if self._middle is not None else ""
            name = " ".join(
                [
                    str(part)
                    for part in (columns.get("given_name"), middle, columns.get("family_name"))
                    if part
                ]
            )
        if not name and self._other_name is not None and (name := self._other_name(cells)):
            name = _line(name, "name")
        if name and not name.isascii() and not is_visible(name):
            raise RejectedRowError("The name is empty", "name")
        if self._details is None:
            made = PersonDraft(line, name or None)
        else:
            made = self._details.draft(line, name or None, cells, columns)
        if name:
            made.key = name_key(name)
        if self._external is not None and (external := self._external(cells)):
            made.external = _line(external, "external id")
        if self._company is not None and (company := self._company(cells)) and not is_nothing(company):
            made.company = _line(company, "company") if company.isascii() or is_visible(company) else None
        if self._referrer is not None:
            made.referrer = self._referrer(cells) or None
        if self._note is not None and (note := self._note(cells)):
            columns["note"] = note
        made.columns = columns
        made.forward = self._forward
        made.defaults = self.defaults
        if self._created is not None:
            made.created_at = self._created(cells)
        made.methods = self._methods(cells)
        made.tags = self._row_tags(cells)
        if self._custom:
            made.custom = {
                field.key: _custom_value(field, text) for get, field in self._custom if (text := get(cells))
            }
        made.texts = draft_texts(made, made.workplace)
        return made

    def used(self) -> set[str]:
        """What the drafts may fill: columns of a contact, ``custom``, ``external_id``, and ``label`` of a method."""
        columns = {name for name, *_ in (*self._plain, *self._fields)} | set(self.defaults.columns)
        held = (("note", self._note), ("external_id", self._external), ("created_at", self._created))
        columns.update(name for name, reader in held if reader is not None)
        if self._custom or self.defaults.custom:
            columns.add("custom")
        if self._details is not None and self._details.has_days:
            columns.add("birthday")
        if (
            self._labels
            or any(label for _, label, *_ in (*self._emails, *self._phones, *self._links))
            or any(each.labelled for each in self._address)
        ):
            columns.add("label")
        return columns

    def _column_readers(self) -> Iterator[tuple[str, Get, Convert]]:
        columns = self._columns
        for field in _LINES:
            if get := columns.said(field):
                yield field, get, _liner(field.replace("_", " "), columns.header_of(field))
        for field, column, reader in self._readers():
            if get := columns.said(field):
                yield column, _something(get), convert(reader, columns.header_of(field))

    def _readers(self) -> list[tuple[str, str, Convert]]:
        """The fields that are more than a line of text: field, column, how its text is read."""
        columns = self._columns
        return [
            ("lifecycle", "lifecycle", lambda text: checks.choice(Lifecycle, text, "lifecycle").value),
            ("birthday", "birthday", columns.birthday("birthday")),
            ("timezone", "timezone", checks.timezone),
            ("cadence_days", "cadence_days", _cadence),
            (
                "last_contacted_on",
                "last_contacted_base_on",
                lambda text: columns.day("last_contacted_on")(text).isoformat(),
            ),
            ("opted_out_on", "opted_out_on", lambda text: columns.day("opted_out_on")(text).isoformat()),
            ("archived_at", "archived_at", columns.instant("archived_at")),
        ]

    def _defaults(self, custom: list[CustomField]) -> Defaults:
        """The defaults that are the same for every row, read like cells."""
        plain = self._columns.plain_default
        readers: list[tuple[str, str, Convert]] = [
            *((field, field, _liner(field.replace("_", " "), field)) for field in _LINES),
            ("note", "note", lambda text: checks.optional_text(text, "note")),
            *self._readers(),
        ]
        columns = {
            column: _default(field, text, reader)
            for field, column, reader in readers
            if (text := plain(field))
        }
        company = plain("company")
        return Defaults(
            columns,
            _default("company", company, lambda text: checks.line(text, "company")) if company else None,
            {
                each.key: _default(each.key, text, partial(parse_value, each))
                for each in custom
                if (text := plain(each.key))
            },
        )

    def _converted(
        self, field: str, reader: Callable[[str], str]
    ) -> Callable[[list[str]], str | None] | None:
        get = self._columns.get(field)
        if get is None:
            return None
        read = convert(reader, self._columns.header_of(field))
        found = _something(get)

        def value(cells: list[str]) -> str | None:
            text = found(cells)
            return str(read(text)) if text else None

        return value

    def _methods(self, cells: list[str]) -> list[Method]:
        found: list[Method] = []
        for place, label, header in self._emails:
            text = cells[place].strip()
            if text:
                key = email_key(text)
                if key is not None and not self._labels:
                    found.append(Method("email", text, key, label))
                else:
                    self._split_emails(found, text, self._label(place, label, cells), header)
        if self._default_emails and not found:
            self._split_emails(found, self._default_emails, None, "emails")
        for place, label, header in self._phones:
            text = cells[place].strip()
            if text:
                told = self._label(place, label, cells) if self._labels else label
                self._add_phones(found, text, told, header)
        if self._default_phones and not any(method.kind == "phone" for method in found):
            self._add_phones(found, self._default_phones, None, "phones")
        for place, label, _, field, kind in self._links:
            text = cells[place].strip()
            if text and not is_nothing(text):
                label = self._label(place, label, cells)
                found += [_link(kind, part, label) for part in self._several(field, unguard_formula(text))]
        for address in self._address:
            found += [_link("address", text, address.label(cells)) for text in address.texts(cells)]
        return _without_repeats(found) if len(found) > 1 else found

    def _label(self, place: int, label: str | None, cells: list[str]) -> str | None:
        """The label of what a column holds: the one in the row, or the column's own."""
        get = self._labels.get(place)
        text = get(cells) if get is not None else ""
        return _line(text, "label") if text else label

    def _several(self, field: str, text: str) -> list[str]:
        return self._columns.parts(field, text) if field in self._parted else [text]

    def _split_emails(self, found: list[Method], text: str, label: str | None, header: str) -> None:
        if is_nothing(text):
            return
        whole = email_key(unguard_formula(text))
        if whole is not None:
            found.append(Method("email", unguard_formula(text), whole, label))
            return
        for part in (part for each in self._several("emails", text) for part in _MANY_EMAILS.split(each)):
            if part and not is_nothing(part):
                key = email_key(part)
                if key is None:
                    raise RejectedRowError(f'"{part[:80]}" is no e-mail address', header)
                found.append(Method("email", part, key, label))

    def _add_phones(self, found: list[Method], text: str, label: str | None, header: str) -> None:
        text = unguard_formula(text)
        if is_nothing(text):
            return
        parts: Sequence[str] = (text,)
        if self._parted or _MANY_PHONES.search(text):
            parts = [part for each in self._several("phones", text) for part in _MANY_PHONES.split(each)]
        for part in parts:
            if not part:
                continue
            if not any(character.isdigit() for character in part):
                raise RejectedRowError(f'"{part[:80]}" is no phone number', header)
            found.append(Method("phone", _line(part, "phone"), phone_key(part, self._region), label))

    def _row_tags(self, cells: list[str]) -> list[str]:
        tags: list[str] = []
        for place, _, header in self._tags:
            text = cells[place]
            if text:
                known = self._tag_cache.get(text)
                if known is None:
                    known = self._tag_cache[text] = _checked_tags(
                        self._columns.tags(unguard_formula(text)), header
                    )
                tags += known
        if not tags and "tags" in self._columns.defaults:
            tags += _checked_tags(split_tags(self._columns.defaults["tags"]), "tags")
        if self._extra_tags:
            tags = [*tags, *self._extra_tags]
        return list({tag.casefold(): tag for tag in reversed(tags)}.values())[::-1] if len(tags) > 1 else tags


def _default(field: str, text: str, reader: Convert) -> Any:
    """A default as its column keeps it.

    Raises:
        UsageError: it does not fit; nothing is imported.
    """
    try:
        return reader(text)
    except InvalidDataError as error:
        raise UsageError(f"--default {field}={text}: {error.message}", error.hint) from error
    except RejectedRowError as error:
        raise UsageError(f"--default {field}={text}: {error.reason}.", "Give another value.") from error


def _line(text: str, what: str) -> str:
    if text.isprintable() and len(text) <= checks.LINE:
        return text
    try:
        return checks.line(text, what)
    except InvalidDataError as error:
        raise RejectedRowError(error.message.rstrip("."), what) from error


def _liner(what: str, header: str) -> Convert:
    return convert(lambda text: checks.line(unguard_formula(text), what), header)


def _something(get: Get) -> Get:
    def read(cells: list[str]) -> str:
        text = get(cells)
        return "" if text and is_nothing(text) else text

    return read


def _cadence(text: str) -> int:
    days = span_days(text)
    if days < 1:
        raise InvalidDataError(f"The cadence is {days} days.")
    return days


def _checked_tags(words: list[str], header: str) -> list[str]:
    try:
        return [check_tag(tag) for tag in words]
    except InvalidDataError as error:
        raise RejectedRowError(error.message.rstrip("."), header) from error


def _custom_value(field: CustomField, text: str) -> str | int | float | bool:
    try:
        return parse_value(field, text)
    except InvalidDataError as error:
        raise RejectedRowError(error.message.rstrip("."), field.key) from error


def _link(kind: str, value: str, label: str | None) -> Method:
    text = checks.optional_text(value, kind) or ""
    return Method(kind, text, match_key(MethodKind(kind), text, ""), label)


def _without_repeats(methods: list[Method]) -> list[Method]:
    seen: set[tuple[str, str]] = set()
    kept = []
    for method in methods:
        mark = (method.kind, method.normal or method.value)
        if mark not in seen:
            seen.add(mark)
            kept.append(method)
    return kept


def _notes(columns: Columns) -> Callable[[list[str]], str] | None:
    """One note column as it is; of several, each with its header in front."""
    places = columns.every("note")
    if not places:
        return columns.said("note")
    read = convert(lambda text: checks.optional_text(unguard_formula(text), "note") or "", places[0][2])
    if len(places) == 1:
        place = places[0][0]

        def one(cells: list[str]) -> str:
            text = cells[place].strip()
            return str(read(text)) if text else ""

        return one

    def several(cells: list[str]) -> str:
        filled = [(header, cells[place].strip()) for place, _, header in places]
        return str(read("\n".join(f"{header}: {text}" for header, text in filled if text)))

    return several
