"""Days, instants and the words for them.

Owns the clock, every text form of a day or an instant, and how a day is told to a person. The rule it keeps:
a day is a ``datetime.date``, an instant is UTC ISO 8601 with ``Z``, the time is read in ``Clock.system``
alone, and a text that is not understood is refused, for a wrong date is worse than none. Regular expressions
in here are compiled at first use, because most commands read no date at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_tui.lazy import lazily

if TYPE_CHECKING:
    from crm_tui.dates.cells import DateOrder, detect_date_order, parse_date_cell, parse_instant_cell
    from crm_tui.dates.clock import Clock, day_start, instant_of, local_datetime, local_day
    from crm_tui.dates.days import (
        add_months,
        age_on,
        birthday_in_year,
        month_length,
        next_anniversary,
        parse_birthday,
        parse_day,
        shift_day,
    )
    from crm_tui.dates.periods import (
        Period,
        Span,
        parse_duration_minutes,
        parse_period,
        parse_span,
        span_days,
    )
    from crm_tui.dates.when import When, filter_day, parse_instant, parse_when
    from crm_tui.dates.words import day_distance, relative_day, short_day
else:
    __getattr__ = lazily(
        __name__,
        {
            "cells": ("DateOrder", "detect_date_order", "parse_date_cell", "parse_instant_cell"),
            "clock": ("Clock", "day_start", "instant_of", "local_datetime", "local_day"),
            "days": (
                "add_months",
                "age_on",
                "birthday_in_year",
                "month_length",
                "next_anniversary",
                "parse_birthday",
                "parse_day",
                "shift_day",
            ),
            "periods": (
                "Period",
                "Span",
                "parse_duration_minutes",
                "parse_period",
                "parse_span",
                "span_days",
            ),
            "when": ("When", "filter_day", "parse_instant", "parse_when"),
            "words": ("day_distance", "relative_day", "short_day"),
        },
    )

__all__ = [
    "Clock",
    "DateOrder",
    "Period",
    "Span",
    "When",
    "add_months",
    "age_on",
    "birthday_in_year",
    "day_distance",
    "day_start",
    "detect_date_order",
    "filter_day",
    "instant_of",
    "local_datetime",
    "local_day",
    "month_length",
    "next_anniversary",
    "parse_birthday",
    "parse_date_cell",
    "parse_day",
    "parse_duration_minutes",
    "parse_instant",
    "parse_instant_cell",
    "parse_period",
    "parse_span",
    "parse_when",
    "relative_day",
    "shift_day",
    "short_day",
    "span_days",
]
