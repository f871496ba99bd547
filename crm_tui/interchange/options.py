"""How a file is to be imported: what the command line says, over what a recipe says.

A recipe is a TOML file with ``[map]`` (their header = our field), ``[maybe]`` (the same for columns that not every such
file has), ``[defaults]`` (field = value), ``[values.FIELD]`` (their word = ours), ``[split]`` (field = what parts its
values in a cell), ``[length]`` (field = how many characters of it count), and the options by their names. The presets
of the package are recipes like any other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from crm_tui.dates import DateOrder
from crm_tui.domain.loading.drafts import OnMatch
from crm_tui.errors import InvalidDataError, UsageError

KINDS: Final = (
    "contacts", "companies", "deals", "followups", "interactions", "products", "invoices", "payments",
)  # fmt: skip
_ORDERS: Final = {"DMY": DateOrder.DMY, "MDY": DateOrder.MDY, "YMD": DateOrder.YMD}
PROGRAMS: Final = (
    "google", "outlook", "linkedin", "hubspot", "pipedrive", "salesforce", "shopify", "woocommerce",
)  # fmt: skip
"""The programs whose tables have presets."""
OTHERS: Final = ("vcard", "ics", "mbox", "maildir")
"""What can be imported and is no table."""
_ORIGINS: Final[Mapping[str, tuple[bool | None]]] = {
    "auto": (None,), **dict.fromkeys(PROGRAMS, (None,)), "crm": (True,), "csv": (False,),
}  # fmt: skip
FORWARD: Final = "forward"
SET: Final = "set"
_RECIPE_TABLES: Final = ("map", "maybe", "defaults", "values", "split", "length")
_RECIPE_OPTIONS: Final = (
    "title", "as", "from", "source", "header", "only", "full_rows", "lifecycle", "key", "on_match", "tag",
    "create_missing", "encoding", "delimiter", "date_format", "decimal", "region", "strict",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to read a file.

    Attributes:
        kind: what its rows are, one of ``KINDS``.
        source: the name under which external ids are kept; from the header's names when None.
        title: what a file read so is called, such as "Google Contacts export".
        header: names that the header has, or several such groups of which it has one; lines above it are passed over.
        mapping: header -> field, perhaps with a label: ``phones:work``; ``emails.label`` is a column of labels.
        maybe: the same for columns that may be lacking; ``*`` in a header stands for a number.
        only: read no other columns than those that are named here, and those of custom fields.
        full_rows: pass over rows with fewer cells than the header: remarks below the table.
        split: field -> what parts several values in one cell; of a field with one value the first counts.
        length: field -> how many characters of a cell count.
        defaults: field -> text for blank cells; ``{Header}`` stands for the row's cell, ``{This|That}`` for the first
            of several that is not blank.
        values: field -> their word, case-folded -> our word.
        lifecycle: "forward" where the lifecycle of people never goes back, "set" where the file's counts; None unless
            said, which is "set".
        key: the one field to match by.
        tags: tags for every row's record.
        own: whether the file is an export of this program; recognised by its header when None.
    """

    kind: str = "contacts"
    source: str | None = None
    title: str = ""
    header: Sequence[Sequence[str]] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    maybe: Mapping[str, str] = field(default_factory=dict)
    only: bool = False
    full_rows: bool = False
    split: Mapping[str, str] = field(default_factory=dict)
    length: Mapping[str, int] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lifecycle: str | None = None
    key: str | None = None
    on_match: OnMatch = OnMatch.UPDATE
    strict: bool = False
    tags: Sequence[str] = ()
    create_missing: bool = False
    encoding: str | None = None
    delimiter: str | None = None
    date_order: DateOrder | None = None
    decimal: str = "auto"
    region: str | None = None
    own: bool | None = None

    def with_pairs(self, maps: Sequence[str], defaults: Sequence[str]) -> Options:
        """Add ``Header=field`` and ``FIELD=VALUE`` pairs of the command line, which win over a recipe's.

        Raises:
            UsageError: one has no ``=``.
        """
        mapping, lifecycle = dict(self.mapping), self.lifecycle
        for pair in maps:
            # a header may hold "=", a field may not
            header, sign, name = pair.rpartition("=")
            if not sign or not header.strip() or not name.strip():
                raise UsageError(
                    f'--map "{pair}" is no Header=field.', 'Write it like --map "E-mail address=email".'
                )
            mapping[header.strip()] = name.strip()
            if name.strip() == "lifecycle":
                # who names the column means what is in it
                lifecycle = SET
        values = dict(self.defaults)
        for pair in defaults:
            name, sign, value = pair.partition("=")
            if not sign or not name.strip():
                raise UsageError(
                    f'--default "{pair}" is no FIELD=VALUE.', "Write it like --default currency=USD."
                )
            values[name.strip()] = value.strip()
        return replace(self, mapping=mapping, defaults=values, lifecycle=lifecycle)

    def _maps(self, name: str) -> bool:
        return name in self.mapping.values() or name in self.maybe.values()

    def of_kind(self, kind: str) -> Options:
        """The same for rows of another kind: without what only those of this kind have."""
        if kind == self.kind:
            return self
        usual = Options()
        lost = ["maybe", "only", "full_rows", "split", "length", "lifecycle"]
        if self.title:
            # what a preset says besides is of its kind too
            lost += ["title", "source", "mapping", "defaults", "values"]
        return replace(self, kind=kind, **{name: getattr(usual, name) for name in lost})

    def over(self, base: Options) -> Options:
        """What is said here over what ``base`` says; the kind is that of ``base``."""
        usual = Options()
        said = {
            each.name: value
            for each in fields(Options)
            if (value := getattr(self, each.name)) != getattr(usual, each.name)
        }
        for name in ("mapping", "maybe", "split", "length", "defaults"):
            said[name] = {**getattr(base, name), **getattr(self, name)}
        said["values"] = {
            name: {**base.values.get(name, {}), **self.values.get(name, {})}
            for name in {**base.values, **self.values}
        }
        if self.lifecycle is None and self._maps("lifecycle"):
            said["lifecycle"] = SET
        return replace(base, **{**said, "kind": base.kind, "tags": [*base.tags, *self.tags]})


def date_order(text: str | None) -> DateOrder | None:
    """The order of day, month and year that an option names; None for auto.

    Raises:
        UsageError: it names none.
    """
    if text is None or text.lower() == "auto":
        return None
    found = _ORDERS.get(text.upper())
    if found is None:
        raise UsageError(f'There is no date format "{text}".', "Use auto, DMY, MDY or YMD.")
    return found


def lifecycle(text: str | None) -> str | None:
    """How the lifecycle of people is taken, as a recipe names it; None for unsaid.

    Raises:
        InvalidDataError: it names none.
    """
    if text is None or text in (FORWARD, SET):
        return text
    raise InvalidDataError(
        f'"{text}" is no way to take a lifecycle.', f'Write lifecycle = "{FORWARD}" or "{SET}".'
    )


def decimal_sign(text: str | None) -> str:
    """The decimal sign that an option names.

    Raises:
        UsageError: it names none.
    """
    found = (text or "auto").lower()
    if found not in ("auto", ".", ","):
        raise UsageError(f'"{text}" is no decimal sign.', "Use auto, . or ,")
    return found


def origin(text: str | None) -> bool | None:
    """Whether a table is an export of this program: None to find out, which is ``auto``.

    Raises:
        UsageError: it is from a program whose tables cannot be read.
    """
    found = _ORIGINS.get((text or "auto").strip().lower())
    if found is None:
        raise UsageError(
            f'There is no preset for "{text}".',
            f"Use one of: {', '.join((*_ORIGINS, *OTHERS))}; --map and --recipe say what other tables hold.",
        )
    return found[0]


def whence(text: str | None) -> str:
    """What ``--from`` names, "auto" when it names nothing.

    Raises:
        UsageError: nothing of that name can be imported.
    """
    wanted = (text or "auto").strip().lower()
    if wanted not in OTHERS:
        origin(wanted)
    return wanted


def on_match(text: str | None) -> OnMatch:
    """What to do with a match.

    Raises:
        UsageError: the word is none of the four.
    """
    try:
        return OnMatch((text or "update").lower())
    except ValueError:
        raise UsageError(f'There is no --on-match "{text}".', f"Use one of: {', '.join(OnMatch)}.") from None


def check_kind(text: str) -> str:
    """What the rows are.

    Raises:
        UsageError: nothing of that name can be imported.
    """
    wanted = text.strip().lower().replace("-", "")
    if wanted in KINDS:
        return wanted
    from crm_tui.text import nearest

    near = nearest(wanted, KINDS)
    raise UsageError(
        f'"{text}" cannot be imported.',
        f"Did you mean {near}?" if near else f"Use one of: {', '.join(KINDS)}.",
    )


def read_recipe(path: Path) -> dict[str, Any]:
    """The tables and options of a recipe file, its keys checked.

    Raises:
        InvalidDataError: it cannot be read, is no TOML, or says something unknown.
    """
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidDataError(
            f"The recipe {path} cannot be read: {error.strerror}.", "Check the path."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidDataError(f"The recipe {path} is no valid TOML: {error}.", "Mend the line.") from error
    _check_recipe(data, f"the recipe {path}")
    return data


def _check_recipe(data: Mapping[str, Any], what: str) -> None:
    known = (*_RECIPE_TABLES, *_RECIPE_OPTIONS)
    for name in data:
        if name not in known:
            from crm_tui.text import nearest

            near = nearest(name, known)
            raise InvalidDataError(
                f'{what[:1].upper()}{what[1:]} has an unknown entry "{name}".',
                f"Did you mean {near}?" if near else f"It may have: {', '.join(known)}.",
            )
    for name in _RECIPE_TABLES:
        if not isinstance(data.get(name, {}), dict):
            raise InvalidDataError(f'In {what}, "{name}" is no table.', f"Write it as [{name}].")
    for name, words in data.get("values", {}).items():
        if not isinstance(words, dict):
            raise InvalidDataError(
                f'In {what}, "values.{name}" is no table.', f"Write it as [values.{name}]."
            )
    for name, sign in data.get("split", {}).items():
        if not isinstance(sign, str) or not sign:
            raise InvalidDataError(
                f'In {what}, "split.{name}" is no text.', f'Write it like {name} = " ::: ".'
            )
    for name, most in data.get("length", {}).items():
        if not isinstance(most, int) or most < 1:
            raise InvalidDataError(
                f'In {what}, "length.{name}" is no number from 1 on.', f"Write it like {name} = 15."
            )
    if _headers(data) is None:
        raise InvalidDataError(
            f'In {what}, "header" is no list of names.',
            'Write it like header = ["First Name", "URL"].',
        )


def _headers(data: Mapping[str, Any]) -> tuple[tuple[str, ...], ...] | None:
    """The groups of names that a header has; None when they are written in no way that can be read."""
    told = data.get("header", [])
    if not isinstance(told, list) or not told:
        return () if told == [] else None
    groups = told if all(isinstance(each, list) for each in told) else [told]
    if not all(group and all(isinstance(name, str) for name in group) for group in groups):
        return None
    return tuple(tuple(group) for group in groups)


def from_recipe(data: Mapping[str, Any]) -> Options:
    """The options that a recipe gives."""
    values = data.get("values", {})
    tag = data.get("tag", [])
    return Options(
        kind=check_kind(str(data.get("as", "contacts"))),
        source=data.get("source"),
        title=str(data.get("title", "")),
        header=_headers(data) or (),
        mapping=_texts(data, "map"),
        maybe=_texts(data, "maybe"),
        only=bool(data.get("only", False)),
        full_rows=bool(data.get("full_rows", False)),
        split=_texts(data, "split"),
        length=dict(data.get("length", {})),
        defaults=_texts(data, "defaults"),
        values={
            str(name): {str(theirs).casefold(): str(ours) for theirs, ours in words.items()}
            for name, words in values.items()
        },
        lifecycle=lifecycle(data.get("lifecycle")),
        key=data.get("key"),
        on_match=on_match(data.get("on_match")),
        strict=bool(data.get("strict", False)),
        tags=[tag] if isinstance(tag, str) else [str(each) for each in tag],
        create_missing=bool(data.get("create_missing", False)),
        encoding=data.get("encoding"),
        delimiter=data.get("delimiter"),
        date_order=date_order(data.get("date_format")),
        decimal=decimal_sign(data.get("decimal")),
        region=data.get("region"),
        own=origin(data.get("from")),
    )


def _texts(data: Mapping[str, Any], name: str) -> dict[str, str]:
    return {str(one): str(other) for one, other in data.get(name, {}).items()}
