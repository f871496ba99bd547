"""Repeat rules of follow-ups, and the keep-in-touch cadence.

Owns how a rule is typed, stored, told and continued. The rule it keeps: a series hangs on its anchor day, so
the 31st clamped to a short month comes back to the 31st, and every search for a next day is bounded.
"""

from __future__ import annotations

from crm_tui.recurrence.parse import parse_rule
from crm_tui.recurrence.rule import Rule
from crm_tui.recurrence.series import next_due, next_occurrence, next_touch_on
from crm_tui.recurrence.words import describe

__all__ = ["Rule", "describe", "next_due", "next_occurrence", "next_touch_on", "parse_rule"]
