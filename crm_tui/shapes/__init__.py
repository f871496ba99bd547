"""The records themselves, by subject; ``crm_tui.models`` offers them all."""
