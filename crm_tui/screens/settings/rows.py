"""The rows of the Settings screen, section by section, and what is said about the one under the cursor."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from crm_tui.actions import ACTIONS, BY_ID
from crm_tui.actions.action import GROUPS
from crm_tui.columns import cell
from crm_tui.config import SETTINGS, Config, Setting, defaults, find
from crm_tui.config_file import KEYS
from crm_tui.dates import short_day
from crm_tui.domain.fields import ENTITIES
from crm_tui.models import StageType
from crm_tui.widgets.lists.grouped_list import Group, GroupRow
from crm_tui.widgets.tables.table_lines import TableColumn

if TYPE_CHECKING:
    from crm_tui.actions import Keymap
    from crm_tui.domain.pipelines import PipelineView
    from crm_tui.domain.stages import StageView
    from crm_tui.models import CustomField, Rate
    from crm_tui.screens.settings.reading import Known

UNSET: Final = "not set"
COLUMNS: Final = {
    "settings": (
        TableColumn("name", "Setting", 22),
        TableColumn("value", "Value", 24, flex=1),
        TableColumn("default", "Default", 28, drop=1, tone="dim"),
    ),
    "rates": (
        TableColumn("rate", "Rate", 28),
        TableColumn("day", "From", 16, flex=1),
        TableColumn("now", "", 16, tone="dim"),
    ),
    "fields": (
        TableColumn("key", "Key", 24),
        TableColumn("label", "Label", 16, flex=1),
        TableColumn("type", "Type", 8),
        TableColumn("choices", "Choices", 20, flex=1, drop=1, tone="dim"),
    ),
    "pipelines": (
        TableColumn("name", "Name", 20, flex=1),
        TableColumn("type", "Type", 9, tone="dim"),
        TableColumn("probability", "", 5, align="right"),
        TableColumn("rot", "", 20, drop=1, tone="dim"),
        TableColumn("deals", "Deals", 14, align="right"),
    ),
    "keys": (
        TableColumn("action", "Action", 18),
        TableColumn("keys", "Keys", 18),
        TableColumn("help", "", 20, flex=1, tone="dim"),
    ),
}
_TOPICS: Final = (
    ("Invoices", ("invoice_", "payment_", "tax_", "business_")),
    ("Customers", ("silent_", "reorder_")),
    ("Accounting", ("account_",)),
    ("Reminders", ("remind_", "notify_", "mail_", "smtp_")),
)
_GENERAL: Final = "General"


def words(value: Any) -> str:
    """A setting's value as it is shown; nothing for one that is not set."""
    return "; ".join(value) if isinstance(value, tuple) else cell(value)


def is_changed(config: Config, name: str) -> bool:
    """Whether another value than the default counts."""
    return bool(getattr(config, name) != getattr(defaults(), name))


def settings(config: Config) -> list[Group]:
    """Every setting that is one value, by what it is about."""
    plain = [each for each in SETTINGS if each.name != KEYS]
    titles = (_GENERAL, *(title for title, _ in _TOPICS))
    groups = [(title, [each for each in plain if _topic(each.name) == title]) for title in titles]
    usual = defaults()
    return [Group(title, [_setting(each, config, usual) for each in found]) for title, found in groups]


def _topic(name: str) -> str:
    return next((title for title, starts in _TOPICS if name.startswith(starts)), _GENERAL)


def _setting(setting: Setting, config: Config, usual: Config) -> GroupRow:
    value, default = getattr(config, setting.name), getattr(usual, setting.name)
    changed = value != default
    aside = f"default {words(default) or UNSET}" if changed else ""
    return GroupRow(
        setting.name,
        (setting.name, words(value) or UNSET, aside),
        tones=("plain", "plain" if changed else "dim", "dim"),
    )


def about_setting(name: str, config: Config, place: str) -> tuple[str, str]:
    """What a setting means, and where it stands."""
    default = words(getattr(defaults(), name))
    counts = f"Default {default}." if default else "No default."
    return find(name).help, f"{counts} Kept in {place}; undo does not reach it."


def keys(keymap: Keymap) -> list[Group]:
    """Every action with its keys, as in the help."""
    found = []
    for group in GROUPS:
        of_group = [each for each in ACTIONS if each.group == group]
        rows = [
            GroupRow(
                each.id,
                (each.id, keymap.all_shown(each.id) or "no key", each.help),
                tones=("plain", "plain" if each.id in keymap.changed else "dim", "dim"),
            )
            for each in of_group
        ]
        found.append(Group(group, rows))
    return found


def about_key(name: str, keymap: Keymap, place: str) -> tuple[str, str]:
    """What an action does, and its keys by default."""
    action = BY_ID[name]
    usual = " ".join(action.keys) or "none"
    where = ", ".join(action.scopes[:3]) + (", …" if len(action.scopes) > 3 else "")
    changed = f"By default {usual}." if name in keymap.changed else "Its default."
    return f"{action.help} In: {where}.", f"{changed} Kept in {place}; undo does not reach it."


def rates(known: Known, base: str, today: date) -> list[Group]:
    """The rates by currency, the newest first."""
    groups = []
    for currency, rows in groupby(known.rates, key=lambda each: each.currency):
        of_it = list(rows)
        now = next((each.id for each in of_it if each.day <= today), None)
        groups.append(Group(currency, [_rate(each, base, today, counts=each.id == now) for each in of_it]))
    return groups


def _rate(rate: Rate, base: str, today: date, *, counts: bool) -> GroupRow:
    said = "counts now" if counts else "to come" if rate.day > today else ""
    text = f"1 {rate.currency} = {rate.rate} {base}"
    return GroupRow(rate.id, (text, f"from {short_day(rate.day, today)}", said))


def fields(known: Known) -> list[Group]:
    """The fields of the person's own, by what they are of."""
    groups = []
    for entity in ENTITIES:
        rows = [_field(each) for each in known.fields if each.entity == entity]
        if rows:
            groups.append(Group(entity.capitalize(), rows))
    return groups


def _field(field: CustomField) -> GroupRow:
    label = field.label if field.label != field.key else ""
    return GroupRow(field.id, (field.key, label, field.type.value, ", ".join(field.choices)))


def pipelines(known: Known) -> list[Group]:
    """The pipelines, then the stages of each."""
    if not known.pipelines:
        return []
    ways = [_pipeline(each, known) for each in known.pipelines]
    groups = [Group("Pipelines", ways)]
    for each in known.pipelines:
        rows = [_stage(stage, known.deals.get(stage.id, 0)) for stage in known.stages_of(each.id)]
        groups.append(Group(f"Stages of {each.name}", rows))
    return groups


def _pipeline(pipeline: PipelineView, known: Known) -> GroupRow:
    aside = "new deals" if pipeline.is_default else ""
    cells = (pipeline.name, aside, "", "", _deals(known.deals_of(pipeline.id)))
    return GroupRow(("pipeline", pipeline.id), cells)


def _stage(stage: StageView, deals: int) -> GroupRow:
    rot = f"stuck after {_days(stage.rot_days)}" if stage.rot_days else ""
    cells = (stage.name, stage.type.value, f"{stage.probability}%", rot, _deals(deals))
    sign, tone = {StageType.WON: ("+", "good"), StageType.LOST: ("x", "bad")}.get(stage.type, (" ", "plain"))
    return GroupRow(("stage", stage.id), cells, sign, tone)  # type: ignore[arg-type]  # of the literals above


def about_pipelines(kind: str) -> tuple[str, str]:
    """What can be done with a pipeline or a stage."""
    if kind == "pipeline":
        return (
            "New deals go to the pipeline named by default_pipeline, else to the first.",
            "One that is removed hands its open deals to a stage of another.",
        )
    return (
        "A deal counts by its stage's probability unless it has one of its own.",
        "Changing a stage changes no deal. Removed, it hands its deals to another.",
    )


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _deals(number: int) -> str:
    return "" if not number else "1 deal" if number == 1 else f"{number:,} deals"
