"""The rules, and the SQL they need. ``Crm`` is the way in."""

from crm_tui.domain.crm import Crm

__all__ = ["Crm"]
