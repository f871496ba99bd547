"""The actions that concern the whole file, wherever one is: each is imported when it is called."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm_tui.screens.shell.base import BaseScreen


class WholeFile:
    """What the program offers for its file as a whole."""

    @property
    @abstractmethod
    def front(self) -> BaseScreen:
        """The place or record in front."""

    def do_goals(self) -> None:
        """Show what is planned against what there is."""
        from crm_tui.screens import goals

        goals.show(self.front)

    def do_set_goal(self) -> None:
        """Aim at something."""
        from crm_tui.screens import goals

        goals.add(self.front)

    def do_dump(self) -> None:
        """Write everything as text."""
        from crm_tui.screens.leaving import dumps

        dumps.dump(self.front)

    def do_load(self) -> None:
        """Fill an unused base from a dump."""
        from crm_tui.screens.leaving import dumps

        dumps.load(self.front)

    def do_backup(self) -> None:
        """Copy the file into its backup folder."""
        from crm_tui.screens.leaving import copies

        copies.back_up(self.front)

    def do_restore(self) -> None:
        """Bring back one of the copies."""
        from crm_tui.screens.leaving import copies

        copies.restore(self.front)

    def do_doctor(self) -> None:
        """Check the file."""
        from crm_tui.screens.leaving import checks

        checks.check(self.front)
