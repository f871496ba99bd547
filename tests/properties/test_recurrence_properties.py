"""Series go forward, clamp to the month, and agree with python-dateutil where that follows RFC 5545."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise

from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crm_tui.errors import InvalidDataError
from crm_tui.recurrence import Rule, next_due, next_occurrence, parse_rule

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
weekdays = st.lists(
    st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=4, unique=True
)
places = st.sampled_from([-5, -2, -1, 1, 2, 4, 5])

worded = st.one_of(
    st.builds("every {} {}s".format, st.integers(1, 999), st.sampled_from(["day", "week", "month", "year"])),
    st.builds(
        "every {} weeks on {}".format, st.integers(1, 8), st.sampled_from(["mon", "tue,thu", "sat,sun"])
    ),
    st.builds(
        "{} {} of month".format,
        st.sampled_from(["first", "3rd", "last"]),
        st.sampled_from(["friday", "day", "weekday"]),
    ),
    st.sampled_from(["every weekday", "every 1st", "every 15th", "every 30th", "every 31st", "quarterly"]),
)


@st.composite
def by_rules(draw: st.DrawFn) -> str:
    """RRULEs with BYDAY or BYMONTHDAY, most of which can happen."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 5))}"]
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(st.integers(1, 12))},{draw(st.integers(1, 12))}")
    numbered = freq in ("MONTHLY", "YEARLY") and draw(st.booleans())
    by_monthday = freq != "WEEKLY" and draw(st.booleans())
    if by_monthday:
        parts.append(
            f"BYMONTHDAY={draw(st.sampled_from([-31, -3, -1, 1, 13, 29, 31]))},{draw(st.integers(1, 31))}"
        )
    if not by_monthday or draw(st.booleans()):
        parts.append(
            "BYDAY=" + ",".join(f"{draw(places) if numbered else ''}{code}" for code in draw(weekdays))
        )
    if freq in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from([-2, -1, 1, 2]))}")
    parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU', 'WE']))}")
    return ";".join(parts)


def possible(text: str) -> Rule:
    try:
        return parse_rule(text)
    except InvalidDataError:
        assume(False)
        raise


def stepped(rule: Rule, anchor: date) -> Iterator[date]:
    """Each day leads to the next one."""
    day = next_occurrence(rule, anchor, anchor - timedelta(days=1))
    while day is not None:
        yield day
        day = next_occurrence(rule, anchor, day)


def first_days(rule: Rule, anchor: date, length: int) -> list[date]:
    return list(islice(stepped(rule, anchor), length))


@settings(max_examples=120, deadline=None)
@given(text=st.one_of(worded, by_rules()), anchor=days)
def test_occurrences_strictly_increase_from_the_anchor(text: str, anchor: date) -> None:
    rule = possible(text)
    found = first_days(rule, anchor, 12)
    assert all(anchor <= day for day in found)
    assert all(before < after for before, after in pairwise(found))


@settings(max_examples=60, deadline=None)
@given(text=st.one_of(worded, by_rules()), anchor=days, gap=st.integers(0, 400))
def test_any_day_leads_to_the_same_series(text: str, anchor: date, gap: int) -> None:
    rule, after = possible(text), anchor + timedelta(days=gap)
    beyond = next((day for day in stepped(rule, anchor) if day > after), None)
    assert next_occurrence(rule, anchor, after) == beyond


@settings(max_examples=100)
@given(
    year=st.integers(1990, 2060), month=st.sampled_from([1, 3, 5, 7, 8, 10, 12]), interval=st.integers(1, 13)
)
def test_the_31st_clamps_to_each_month_and_comes_back(year: int, month: int, interval: int) -> None:
    rule = parse_rule(f"every {interval} months")
    for day in first_days(rule, date(year, month, 31), 14):
        assert day.day == min(31, monthrange(day.year, day.month)[1])


@settings(max_examples=50)
@given(day=st.integers(1, 31), anchor=days)
def test_every_nth_comes_once_in_each_month(day: int, anchor: date) -> None:
    ending = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}.get(day, "th")
    found = first_days(parse_rule(f"every {day}{ending}"), anchor, 14)
    assert [found_day.day for found_day in found] == [min(day, monthrange(d.year, d.month)[1]) for d in found]
    assert all((b.year * 12 + b.month) - (a.year * 12 + a.month) == 1 for a, b in pairwise(found))


@settings(max_examples=150, deadline=None)
@given(text=by_rules(), anchor=days)
def test_rules_by_day_agree_with_dateutil(text: str, anchor: date) -> None:
    rule = possible(text)
    found = first_days(rule, anchor, 8)
    assume(len(found) == 8)
    engine = rrulestr(rule.text, dtstart=datetime.combine(anchor, time()))
    assert found == [moment.date() for moment in islice(engine, 8)]


@settings(max_examples=120, deadline=None)
@given(text=st.one_of(worded, by_rules()))
def test_the_stored_form_is_the_same_rule(text: str) -> None:
    rule = possible(text)
    assert parse_rule(rule.text) == rule
    assert parse_rule(f"  {rule.text.upper()} ") == rule


@settings(max_examples=120, deadline=None)
@given(text=worded, anchor=days, late=st.integers(-40, 400), repeat_from=st.sampled_from(["due", "done"]))
def test_what_is_due_next_is_never_overdue(text: str, anchor: date, late: int, repeat_from: str) -> None:
    rule = parse_rule(text)
    due = next_occurrence(rule, anchor, anchor)
    assert due is not None
    done_on = due + timedelta(days=late)
    found = next_due(rule, anchor, due, done_on, repeat_from)
    assert found is not None
    assert found > done_on
    assert repeat_from == "done" or found > due


@settings(max_examples=200)
@given(text=st.text(alphabet="FREQ=DAILYMONTH;BYSETPOS,0123456789- everyofwkst", max_size=40))
def test_any_text_is_a_rule_or_a_clean_refusal(text: str) -> None:
    for candidate in (text, f"FREQ=MONTHLY;{text}"):
        try:
            rule = parse_rule(candidate)
        except InvalidDataError:
            continue
        assert parse_rule(rule.text) == rule
