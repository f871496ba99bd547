"""Writing a recipe: the options of an import as the TOML file that ``crm import --recipe`` reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm_tui.interchange.options import Options

_ORIGINS = {True: "crm", False: "csv"}


def recipe(options: Options) -> str:
    """The text of a recipe; what is as usual is left out. ``options.from_recipe`` reads the same options from it."""
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("How to import a file like this one: crm import FILE --recipe THIS"))
    for name, value in _told(options).items():
        document.add(name, value)
    tables: tuple[tuple[str, Mapping[str, str | int]], ...] = (
        ("map", options.mapping), ("maybe", options.maybe), ("split", options.split), ("length", options.length),
        ("defaults", options.defaults),
    )  # fmt: skip
    for name, table in tables:
        if table:
            document.add(name, _table(table))
    if any(options.values.values()):
        values = tomlkit.table(is_super_table=True)
        for field, words in options.values.items():
            if words:
                values.add(field, _table(words))
        document.add("values", values)
    return tomlkit.dumps(document)


def _told(options: Options) -> dict[str, Any]:
    """The options that differ from the usual, by their names in a recipe."""
    usual = Options()
    told: dict[str, Any] = {"as": options.kind}
    given = {
        "title": options.title or None,
        "from": _ORIGINS.get(options.own) if options.own is not None else None,
        "source": options.source,
        "header": _groups(options.header) or None,
        "only": options.only or None,
        "full_rows": options.full_rows or None,
        "lifecycle": options.lifecycle,
        "key": options.key,
        "on_match": options.on_match.value if options.on_match is not usual.on_match else None,
        "tag": list(options.tags) or None,
        "create_missing": options.create_missing or None,
        "strict": options.strict or None,
        "encoding": options.encoding,
        "delimiter": options.delimiter,
        "date_format": options.date_order.value if options.date_order is not None else None,
        "decimal": options.decimal if options.decimal != usual.decimal else None,
        "region": options.region,
    }
    return told | {name: value for name, value in given.items() if value is not None}


def _groups(header: Sequence[Sequence[str]]) -> list[Any]:
    """One group of names as it is, several as lists in a list."""
    return list(header[0]) if len(header) == 1 else [list(group) for group in header]


def _table(pairs: Mapping[str, str] | Mapping[str, str | int]) -> Any:
    import tomlkit

    table = tomlkit.table()
    for name, value in pairs.items():
        table.add(tomlkit.key(name), value)
    return table
