"""The morning list in words: signs, distances, columns that line up, and nothing that a terminal obeys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from crm_tui.agenda_lines import figures, goal_line, goals_text, headline, line, text
from crm_tui.cells import cell_width
from crm_tui.dates import Period
from crm_tui.domain.agenda_items import AgendaItem, Group, ItemKind
from crm_tui.domain.goals import GoalProgress, GoalStatus
from crm_tui.domain.reminders import Reminder
from crm_tui.models import Per, Priority

TODAY = date(2026, 3, 2)


def item(kind: str, days: int, title: str = "call", **values: object) -> AgendaItem:
    """An item overdue by some days."""
    due_on = TODAY - timedelta(days=days)
    base = AgendaItem(
        kind=ItemKind(kind), ref=12, title=title, due_on=due_on, overdue_days=days, contact="Anna Kowalska",
        occurrence="x", listed_on=due_on,
    )  # fmt: skip
    return replace(base, **values)  # type: ignore[arg-type]


def shown(each: AgendaItem) -> tuple[str, str, str, str, str]:
    found = line(each, TODAY)
    return found.sign, found.what, found.who, found.amount, found.when


def test_followups() -> None:
    assert shown(item("followup", 3, company="Acme")) == ("!", "call", "Anna Kowalska · Acme", "", "3 days")
    assert shown(item("followup", 0, due_time="14:30")) == ("·", "call", "Anna Kowalska", "", "14:30")
    assert shown(item("followup", 0, contact=None, deal="Website"))[2:] == ("Website", "", "any time")
    coming = item("followup", -3, due_time="14:30", priority=Priority.HIGH)
    assert shown(coming)[4] == "in 3 days · Thu 5 Mar 14:30, high"


def test_silent_people() -> None:
    silent = item("touch", 11, "last spoke 41 days ago", cadence_days=30)
    assert shown(silent) == ("~", "last spoke 41 days ago", "Anna Kowalska", "", "every 30 days")
    assert shown(item("touch", 0, cadence_days=1))[4] == "every day"
    assert shown(item("touch", -2, cadence_days=30))[4] == "in 2 days · Wed 4 Mar"


def test_customers() -> None:
    silent = item("silent", 20, "silent for 200 days", company="Acme", last_on=date(2025, 8, 14))
    assert shown(silent) == ("~", "silent for 200 days", "Anna Kowalska · Acme", "", "bought 7 months ago")
    assert shown(item("silent", -3, "silent for 97 days"))[4] == "in 3 days · Thu 5 Mar"
    for days, sign, when in ((9, "~", "9 days"), (0, "·", "today"), (-3, "~", "in 3 days · Thu 5 Mar")):
        found = shown(item("reorder", days, "due to buy Oil again", contact="Acme", company="Acme"))
        assert found == (sign, "due to buy Oil again", "Acme", "", when)


def goal(actual: int, target: int, status: str = "on track", **values: object) -> GoalProgress:
    base = GoalProgress(
        id=1, metric="calls", per=Per.WEEK, currency=None, since=TODAY, period=Period(TODAY, TODAY), target=target,
        actual=actual, share=actual / target, expected=0.0, status=GoalStatus(status),
    )  # fmt: skip
    return replace(base, **values)  # type: ignore[arg-type]


def test_goals() -> None:
    assert goal_line(goal(7, 10)) == ("·", "calls", "7 of 10", "70%", "this week")
    # the whole hundred is reached
    assert goal_line(goal(1999, 2000, "behind"))[:4] == ("~", "calls", "1,999 of 2,000", "99%")
    money = goal(420_000, 2_000_000, metric="won", currency="EUR", per=Per.QUARTER)
    assert goal_line(money)[1:] == ("won", "4,200 of 20,000 EUR", "21%", "this quarter")
    odd = goal(2_000_050, 2_000_000, "reached", metric="won", currency="EUR")
    assert goal_line(odd)[:4] == ("+", "won", "20,000.50 of 20,000 EUR", "100%")
    assert goal_line(goal(-50, 100, metric="received", currency="JPY"))[2:4] == ("-50 of 100 JPY", "-50%")
    assert goals_text([]) == []
    assert goals_text([goal(7, 10), money]) == [
        "Goals",
        "· calls              7 of 10  70%  this week",
        "· won    4,200 of 20,000 EUR  21%  this quarter",
    ]


def test_dates() -> None:
    assert shown(item("birthday", 0, "birthday", age=41))[:2] == ("·", "birthday today")
    assert shown(item("birthday", -1, "birthday", age=41)) == (
        " ",
        "birthday tomorrow",
        "Anna Kowalska",
        "",
        "turns 41",
    )
    assert shown(item("date", -5, "wedding", age=25))[1:] == (
        "wedding in 5 days",
        "Anna Kowalska",
        "",
        "Sat 7 Mar · 25 years",
    )


def test_deals_and_invoices() -> None:
    money = {"amount_minor": 450_000, "currency": "EUR"}
    stuck = item("deal", 4, "Website", stage="Proposal", last_on=TODAY - timedelta(days=18), **money)
    assert shown(stuck) == (" ", "Proposal for 18 days", "Website · Anna Kowalska", "4,500.00 EUR", "")
    closing = item("deal", 5, "Website", stage="Proposal", listed_on=TODAY)
    assert shown(closing)[1:] == ("Proposal, close was expected", "Website · Anna Kowalska", "", "5 days ago")
    unpaid = item("invoice", 9, "invoice 2026-014", contact="Öz A.Ş.", amount_minor=118_000, currency="EUR")
    assert shown(unpaid) == ("!", "invoice 2026-014", "Öz A.Ş.", "1,180.00 EUR", "9 days")


def test_what_was_missed_is_marked() -> None:
    base = item("birthday", 2, "birthday", age=41)
    values = {name: getattr(base, name) for name in AgendaItem.__dataclass_fields__}
    assert line(Reminder(**values, late=True), TODAY).when == "Sat 28 Feb · turns 41, late"


def test_the_headline_counts() -> None:
    assert headline([]) == ""
    items = [
        item("followup", 3),
        item("invoice", 1),
        item("touch", 0),
        item("birthday", -1),
        item("silent", 4),
    ]
    assert headline(items) == "1 overdue, 1 out of touch, 1 customer, 1 date, 1 unpaid"
    more = [
        *items,
        item("reorder", 0),
        item("followup", 0),
        item("followup", -2),
        item("date", 0),
        item("deal", 2),
    ]
    assert headline(more) == (
        "1 overdue, 1 today, 1 out of touch, 2 customers, 2 dates, 1 stuck, 1 unpaid, 1 coming"
    )


def test_the_figures_are_those_of_the_groups() -> None:
    assert figures({}) == []
    # every group has its word, in the order of the groups
    assert [text.partition(" ")[0] for text in figures({group.value: 1 for group in Group})] == ["1"] * len(
        Group
    )
    counts = {group.value: place for place, group in enumerate(Group, start=1)}
    assert [int(text.partition(" ")[0]) for text in figures(counts)] == list(range(1, len(Group) + 1))
    assert figures({"Customers": 1_200}) == ["1,200 customers"]


def test_lines_fit_and_line_up() -> None:
    items = [
        item("followup", 3, "send the offer about the redesign of all we talked about", company="Acme"),
        item("followup", 0, "ask", contact="Әлия Қасымова", due_time="14:30"),
        item("invoice", 9, "invoice 2026-014", amount_minor=118_000, currency="EUR"),
    ]
    lines = text(items, TODAY, 80)
    assert [each for each in lines if each[:1].isalpha()] == ["Overdue", "Today", "Unpaid"]
    rows = [each for each in lines if not each[:1].isalpha()]
    assert all(cell_width(each) <= 80 for each in rows)
    assert "…" in rows[0]
    assert len({cell_width(each) for each in rows}) == 1
    assert rows[1].startswith("· 12  ask ")
    assert text([], TODAY, 80) == []


def test_a_narrow_terminal_gets_what_fits() -> None:
    lines = text([item("followup", 3, "x" * 200, contact="y" * 200)], TODAY, 20)
    assert lines[1].startswith("! 12  xxxxxxxxx…  yyyyyyyyy…")


def test_styles_go_around_and_never_into_the_text() -> None:
    lines = text([item("followup", 3)], TODAY, 80, lambda words, name: f"<{name}>{words}</{name}>")
    assert lines[0] == "<dim>Overdue</dim>"
    assert lines[1].startswith("<red>!</red> <dim>12</dim>  call")


def test_hostile_titles_stay_text() -> None:
    hostile = item("followup", 3, "a\x1b]52;c;x\x07\nb\u202e", contact="\x9b31m")
    joined = "\n".join(text([hostile], TODAY, 100))
    assert joined.count("\n") == 1
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(joined)
