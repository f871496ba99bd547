"""crm-tui: contacts, deals and follow-ups of a one-person business, in one local file."""

__version__ = "0.1.0"
