"""The console command: the screens at once when nothing is asked for on a terminal, else the command line.

The screens are opened without the command line's library, which would cost a third of the time to the first paint;
so are the address book's queries answered, for which it would be most of the time.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run ``crm``."""
    if len(sys.argv) == 1:
        from crm_tui.commands.screens import run_at_once

        code = run_at_once()
        if code is not None:
            sys.exit(code)
    elif "query" in sys.argv:
        # a mail program asks at each key
        from crm_tui.commands.query import at_once

        code = at_once(sys.argv[1:])
        if code is not None:
            sys.exit(code)
    from crm_tui.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
