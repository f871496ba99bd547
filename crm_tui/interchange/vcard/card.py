"""What a card says, while it is read: the draft that comes of it, and what it keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm_tui.domain import checks, kept
from crm_tui.domain.loading.cards import CardDraft
from crm_tui.domain.loading.drafts import Method, Tie
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange.vcard import labels, shadows
from crm_tui.models import CustomField


@dataclass(frozen=True, slots=True)
class Desk:
    """What readers of properties need to know: custom fields by key, and the country of phones without one."""

    custom: Mapping[str, CustomField]
    region: str
    tags: Sequence[str] = ()


@dataclass(slots=True)
class Card:
    """What a card says, property by property.

    Attributes:
        kind: its KIND in lower case, ``org`` for every card of a company.
        full: the first FN of a company's card.
        org: the first ORG of a company's card.
        methods: with how much each is preferred.
        left_out: names of properties whose data is not taken, counted.
        in_part: whether some of that could not be brought over to a card written in its place.
    """

    draft: CardDraft
    kind: str = "individual"
    names: list[str] = field(default_factory=list)
    structured: list[str] = field(default_factory=list)
    nickname: str = ""
    organisation: str = ""
    full: cl.Line | None = None
    org: cl.Line | None = None
    notes: list[str] = field(default_factory=list)
    role: cl.Line | None = None
    methods: list[tuple[Method, int | None]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    dates: list[tuple[str, str]] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    blocks: list[kept.Block] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    uid: str = ""
    left_out: Counter[str] = field(default_factory=Counter)
    in_part: bool = False

    def keep(self, line: cl.Line) -> None:
        """Keep a property as it is, with its label."""
        label = self.labels.get(line.group) if line.group else None
        text = shadows.text_of(line)
        self.blocks.append((text, f"{kept.LABEL}:{label}") if label is not None else (text,))

    def label(self, line: cl.Line) -> str | None:
        """The label of a method, day or tie."""
        apple = self.labels.get(line.group) if line.group else None
        found = labels.of_apple(apple) if apple is not None else None
        return checks.optional_line(found or labels.of_types(line), "label")

    def add_method(self, line: cl.Line, kind: str, value: str, normal: str | None, label: str | None) -> None:
        """Take a way to reach the person, unless it is there."""
        mark, preference = (kind, normal or value), labels.preference(line)
        for place, (each, known) in enumerate(self.methods):
            if (each.kind, each.normal or each.value) == mark:
                better = min((rank for rank in (known, preference) if rank is not None), default=None)
                joined = labels.joined(each.label, label, kind)
                self.methods[place] = (each._replace(label=joined), better)
                return
        self.methods.append((Method(kind, value, normal, label), preference))
