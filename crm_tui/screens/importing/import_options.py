"""The options of an import as a form; a form that does not fit the file stays open with what was typed."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from textual.worker import get_current_worker

from crm_tui.dates import Clock, DateOrder, short_day
from crm_tui.domain.loading.drafts import OnMatch
from crm_tui.errors import ConflictError, CrmError, InvalidDataError, UsageError
from crm_tui.interchange.options import KINDS, Options
from crm_tui.interchange.preview import Doubt
from crm_tui.screens.forms import fields
from crm_tui.screens.forms.dialogs import Option
from crm_tui.screens.forms.fields import Field, Filled, Form
from crm_tui.screens.forms.form import FormScreen
from crm_tui.screens.importing.import_files import typed_path
from crm_tui.screens.importing.reading import Seen, explained
from crm_tui.screens.shell.base import Answered, Refused

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm

_AUTO: Final = "auto"
_ORDERS: Final[Mapping[str, DateOrder | None]] = {
    _AUTO: None, "day first": DateOrder.DMY, "month first": DateOrder.MDY, "year first": DateOrder.YMD,
}  # fmt: skip
_SIGNS: Final[Mapping[str, str | None]] = {
    _AUTO: None, "comma": "comma", "semicolon": "semicolon", "tab": "tab", "pipe": "pipe",
}  # fmt: skip
_ORIGINS: Final[Mapping[str, bool | None]] = {_AUTO: None, "crm": True, "elsewhere": False}
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "contacts": ("external_id", "email", "phone", "name"),
    "companies": ("external_id", "domain", "name"),
    "deals": ("external_id", "title"),
    "followups": ("external_id", "title"),
    "interactions": ("external_id", "summary"),
    "products": ("external_id", "sku", "name"),
    "invoices": ("external_id", "number"),
    "payments": ("external_id", "reference"),
}
"""What records can be matched by, by their kind: the ``key_fields`` of what loads them, not loaded here."""
_YES: Final = ("no", "yes")


def form(seen: Seen) -> Form:
    """What the options are asked with."""
    options = seen.options
    known = _named(_SIGNS, options.delimiter)
    signs = [*_SIGNS, *([options.delimiter] if known is None and options.delimiter else [])]
    defaults = "\n".join(f"{name}={value}" for name, value in options.defaults.items())
    return Form(
        "import-options",
        f"Options for {seen.name}",
        (
            Field("kind", "rows are", "choice", options.kind, choices=KINDS),
            Field("date_order", "dates", "choice", _named(_ORDERS, options.date_order) or _AUTO, choices=[*_ORDERS]),
            Field("decimal", "decimal", "choice", options.decimal, choices=(_AUTO, ".", ",")),
            Field("on_match", "known ones", "choice", options.on_match.value, choices=[*OnMatch]),
            Field(
                "key", "known by", value=options.key or "", check=known_key,
                hint=f"as usual; or one of {', '.join(KEYS[options.kind])}",
            ),
            Field("tags", "tag all", value=", ".join(options.tags), check=fields.tags, hint="fair-2026, vip"),
            Field("defaults", "for blanks", "long", defaults, check=pairs),
            Field("create_missing", "make missing", "choice", _YES[options.create_missing], choices=_YES),
            Field("strict", "all or none", "choice", _YES[options.strict], choices=_YES),
            Field(
                "encoding", "encoding", value=options.encoding or "", check=known_encoding,
                hint=f"found: {seen.table.encoding}; or cp1251, cp1254, latin-1",
            ),
            Field("delimiter", "delimiter", "choice", known or options.delimiter or _AUTO, choices=signs),
            Field("region", "country", value=options.region or "", check=known_region, hint="of phones without +: DE"),
            Field("own", "comes from", "choice", _named(_ORIGINS, options.own) or _AUTO, choices=[*_ORIGINS]),
        ),
        unused,
        note="For blanks: a line FIELD=VALUE each; {Header} stands for the row's cell.",
        keep=False,
    )  # fmt: skip


def taken(options: Options, filled: Filled) -> Options:
    """The options as the form says them."""
    values = filled.values
    delimiter = values["delimiter"]
    return replace(
        options,
        kind=values["kind"],
        date_order=_ORDERS[values["date_order"]],
        decimal=values["decimal"],
        on_match=OnMatch(values["on_match"]),
        key=values["key"],
        tags=values["tags"],
        defaults=values["defaults"] or {},
        create_missing=values["create_missing"] == "yes",
        strict=values["strict"] == "yes",
        encoding=values["encoding"],
        delimiter=_SIGNS.get(delimiter, delimiter),
        region=values["region"],
        own=_ORIGINS[values["own"]],
    )


def pairs(text: str, clock: Clock) -> dict[str, str]:
    """Defaults, a line ``FIELD=VALUE`` each.

    Raises:
        InvalidDataError: a line has no ``=``.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, sign, value = line.partition("=")
        if not line.strip():
            continue
        if not sign or not name.strip():
            raise InvalidDataError(f'"{line}" is no FIELD=VALUE.', "Write it like currency=USD.")
        found[name.strip()] = value.strip()
    return found


class TryingForm(FormScreen):
    """A form whose values are tried in a thread before it is left; dismissed with what the trial gave.

    Args:
        form: What it asks for; its ``save`` is not used.
        attempt: Tries what was filled in, in a worker thread; what it raises is told and the form stays.
        problem: What is wrong with what it begins with, and a hint.
    """

    def __init__(
        self, form: Form, attempt: Callable[[Filled], Any], problem: tuple[str, str] = ("", "")
    ) -> None:
        super().__init__(form)
        self._attempt = attempt
        self._problem = problem

    def on_mount(self) -> None:
        """Say what is wrong already."""
        if self._problem[0]:
            self.call_after_refresh(self.say, *self._problem)

    def do_save(self) -> None:
        """Try what was filled in."""
        if self._saving:
            return
        filled = self._filled()
        if filled is None:
            return
        self._saving = True
        self.say("")

        def run() -> None:
            worker = get_current_worker()
            try:
                value = self._attempt(filled)
            except CrmError as error:
                if not worker.is_cancelled:
                    self.post_message(Refused(error, self._not_so))
            else:
                if not worker.is_cancelled:
                    self.post_message(Answered(self._saved, value))

        self.run_worker(run, thread=True, group="attempt")

    def _not_so(self, error: CrmError) -> None:
        self._saving = False
        self.say(*explained(error))


def path_form(name: str, title: str, label: str, proposed: str, note: str = "") -> Form:
    """A form that asks for a path."""
    return Form(
        name, title, (Field(name, label, value=proposed, required=True),), unused, note=note, keep=False
    )


def new_path(filled: Filled) -> Path:
    """The path of a form for a file that is not there yet.

    Raises:
        ConflictError: there is such a file.
        UsageError: its folder is not there.
    """
    path = typed_path(filled.values["path"])
    if path.exists():
        raise ConflictError(f"{path} exists already.", "Choose another name.")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.", "Choose another place.")
    return path


def order_options(doubt: Doubt, today: date) -> list[Option[DateOrder]]:
    """The ways in which a doubtful column of days can be read, with what its example would mean."""
    ways = (
        ("d", "day first", DateOrder.DMY, doubt.day_first),
        ("m", "month first", DateOrder.MDY, doubt.month_first),
    )
    return [
        Option(key, short_day(day, today), order, words) if doubt.example else Option(key, words, order)
        for key, words, order, day in ways
    ]


def free_name(path: Path, ending: str) -> Path:
    """A name beside a file that nothing has yet: ``people.rejects.csv``, ``people.rejects-2.csv``."""
    stem, _, suffix = ending.rpartition(".")
    found = path.with_name(f"{path.stem}.{stem}.{suffix}" if stem else f"{path.stem}.{suffix}")
    number = 1
    while found.exists():
        number += 1
        found = path.with_name(
            f"{path.stem}.{stem}-{number}.{suffix}" if stem else f"{path.stem}-{number}.{suffix}"
        )
    return found


def _named(words: Mapping[str, Any], value: object) -> str | None:
    return next((word for word, meant in words.items() if meant == value), None)


def known_key(text: str, clock: Clock) -> str:
    """The field that records are matched by.

    Raises:
        InvalidDataError: there is no such field.
    """
    known: Sequence[str] = sorted({name for names in KEYS.values() for name in names})
    if text not in known:
        raise InvalidDataError(f'Nothing is matched by "{text}".', f"Use one of: {', '.join(known)}.")
    return text


def known_encoding(text: str, clock: Clock) -> str:
    """The name of an encoding.

    Raises:
        InvalidDataError: there is none of that name.
    """
    try:
        codecs.lookup(text)
    except LookupError:
        raise InvalidDataError(
            f'There is no encoding "{text}".', "Use a name such as utf-8, cp1251, cp1254, latin-1."
        ) from None
    return text


def known_region(text: str, clock: Clock) -> str:
    """The two letters of a country.

    Raises:
        InvalidDataError: they are not two letters.
    """
    if not (len(text) == 2 and text.isascii() and text.isalpha()):
        raise InvalidDataError(f'"{text}" is no country.', "Use two letters, such as DE.")
    return text.upper()


def unused(crm: Crm, filled: Filled) -> None:
    """Nothing is written by a form of options."""
