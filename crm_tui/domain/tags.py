"""Words put on contacts, companies and deals; the same word in another case is the same tag."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from crm_tui.domain.service import Service
from crm_tui.models import Tag
from crm_tui.text import check_tag

if TYPE_CHECKING:
    from crm_tui.store.transaction import Transaction

_KNOWN: Final = "SELECT id FROM tags WHERE name COLLATE NOCASE IN (?, ?)"


class Tags(Service):
    """Verbs on tags; ``owner`` is contact, company or deal."""

    def names_of(self, owner: str, owner_id: int) -> list[str]:
        """The tags of a record, in the order they were put on."""
        rows = self.connection.execute(
            f"SELECT tags.name FROM {owner}_tags JOIN tags ON tags.id = tag_id"  # noqa: S608 - fixed names
            f" WHERE {owner}_id = ? ORDER BY {owner}_tags.id",
            (owner_id,),
        )
        return [name for (name,) in rows]

    def ensure(self, writing: Transaction, name: str) -> int:
        """The id of a tag, made when there is none of that name.

        Raises:
            InvalidDataError: it cannot be a tag.
        """
        name = check_tag(name)
        known = self._known(name)
        return writing.insert("tags", {"name": name}) if known is None else known

    def _known(self, name: str) -> int | None:
        """The tag of that name in whatever case."""
        found = self.connection.execute(_KNOWN, (name, name.casefold())).fetchone()
        if found is not None:
            return int(found[0])
        # the index knows the cases of a to z; other letters, and those that have such for a case, are few
        others = self.connection.execute("SELECT id, name FROM tags WHERE name GLOB '*[^ -~]*' ORDER BY id")
        return next((row_id for row_id, known in others if known.casefold() == name.casefold()), None)

    def put(self, writing: Transaction, owner: str, owner_id: int, names: Iterable[str]) -> None:
        """Put tags on a record; those it has stay."""
        for name in names:
            tag_id = self.ensure(writing, name)
            present = self.connection.execute(
                f"SELECT 1 FROM {owner}_tags WHERE {owner}_id = ? AND tag_id = ?",  # noqa: S608 - fixed names
                (owner_id, tag_id),
            ).fetchone()
            if present is None:
                writing.insert(f"{owner}_tags", {f"{owner}_id": owner_id, "tag_id": tag_id})

    def take(self, writing: Transaction, owner: str, owner_id: int, names: Iterable[str]) -> None:
        """Take tags off a record; those it has not are passed over."""
        unwanted = {name.strip().casefold() for name in names}
        rows = self.connection.execute(
            f"SELECT {owner}_tags.id, tags.name FROM {owner}_tags JOIN tags ON tags.id = tag_id"  # noqa: S608
            f" WHERE {owner}_id = ?",
            (owner_id,),
        ).fetchall()
        for row_id, name in rows:
            if name.casefold() in unwanted:
                writing.delete(f"{owner}_tags", row_id)

    # last, because below it the name would mean this verb
    def list(self) -> list[Tag]:
        """Every tag, by name."""
        return list(self.read(Tag, "ORDER BY name COLLATE NOCASE"))
