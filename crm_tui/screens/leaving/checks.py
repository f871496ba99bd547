"""Checking the file, and mending what can be worked out anew."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from crm_tui.screens.forms.dialogs import Option
from crm_tui.screens.forms.report_dialog import ReportDialog, wrapped

if TYPE_CHECKING:
    from crm_tui.domain.crm import Crm
    from crm_tui.domain.doctor import Finding
    from crm_tui.screens.shell.base import DataMixin
    from crm_tui.widgets.lines import Ink

Answer = Literal["close", "mend"]


def check(screen: DataMixin) -> None:
    """Run every check and show what was found."""
    nothing: list[Finding] = []
    screen.crm_app.tell("Checking the file…")
    screen.read(_examine, partial(_show, screen, ""), group="check", empty=nothing)


def _examine(crm: Crm) -> list[Finding]:
    from crm_tui.domain import doctor
    from crm_tui.locations import is_own_folder

    return doctor.examine(crm, own_folder=is_own_folder(crm.path.absolute().parent))


def _show(screen: DataMixin, kept: str, findings: Sequence[Finding]) -> None:
    from crm_tui.domain import doctor

    screen.crm_app.tell("")
    if not findings:
        screen.crm_app.tell("Nothing is here yet to check.")
        return
    wrong = sum(each.status == doctor.PROBLEM for each in findings)
    title = f"{wrong:,} {'problem' if wrong == 1 else 'problems'}" if wrong else "All is well"
    lines = [_line(each) for each in findings]
    if kept:
        lines.append((f"The file as it was is kept in {kept}.", "dim"))
    options: list[Option[Answer]] = [Option("c", "Close", "close")]
    if wrong and not doctor.is_damaged([*findings]):
        options.append(Option("m", "Mend what can be worked out anew, after a backup", "mend"))
    screen.app.push_screen(
        ReportDialog(title, wrapped(lines), options),
        lambda answer: _mend(screen) if answer == "mend" else None,
    )


def _line(finding: Finding) -> tuple[str, Ink]:
    from crm_tui.domain.doctor import PROBLEM

    detail = finding.detail
    if detail and not detail.endswith("."):
        detail = f"{detail}."
    rest = " ".join(part for part in (detail, finding.advice) if part)
    wrong = finding.status == PROBLEM
    text = f"{'!' if wrong else '+'} {finding.check}: {finding.status}. {rest}"
    return text.rstrip(), "bad" if wrong else "plain"


def _mend(screen: DataMixin) -> None:
    def work(crm: Crm) -> tuple[str, list[Finding]]:
        from crm_tui.domain import doctor
        from crm_tui.locations import is_own_folder

        kept = doctor.mend(crm, own_folder=is_own_folder(crm.path.absolute().parent))
        return kept, _examine(crm)

    def mended(found: tuple[str, list[Finding]]) -> None:
        screen.crm_app.data_changed()
        _show(screen, *found)

    screen.crm_app.tell("Mending…")
    screen.write(work, mended)
