"""``python -m crm_tui`` is ``crm``."""

from crm_tui.cli import main

main()
