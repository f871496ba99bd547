"""Long lists by pages: every way to a page gives the same rows, and the far end needs no counting through."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from crm_tui.domain import Crm
from crm_tui.domain.contact_fields import LISTING
from crm_tui.domain.paging import FIRST, FoundPager, NamePager, Pager, SortedPager, contacts
from crm_tui.errors import UsageError

SORTS = ("name", "-name", "last_contacted_on", "-next_touch_on", "-created_at", "-id")


def fill(crm: Crm, number: int = 300) -> None:
    """People, many of the same name, some put away, some with a tag."""
    with crm.transaction("fill"):
        for place in range(number):
            values = {"cadence_days": place % 7 + 1} if place % 3 else {}
            made = crm.contacts.add(name=f"Name {place % 37:02}", **values)  # type: ignore[arg-type]
            if place % 5 == 0:
                crm.contacts.tag(made.id, add=["five"])
            if place % 11 == 0:
                crm.contacts.archive(made.id)


def pages(crm: Crm, pager: Pager, offsets: Sequence[int], size: int) -> dict[int, list[int]]:
    return {offset: list(pager.page(crm, offset, size)) for offset in offsets}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("text", ["", "tag:five", "not tag:five name:0"])
def test_pages_in_any_order_are_the_list(crm: Crm, sort: str, text: str) -> None:
    fill(crm)
    whole = crm.contacts.ids(text, sort=sort)
    size = 16
    for seed in range(4):
        pager = contacts(text, sort)
        offsets = list(range(0, len(whole) + size, size))
        random.Random(seed).shuffle(offsets)
        if seed % 2:
            assert pager.count(crm) == len(whole)
        for offset, found in pages(crm, pager, offsets, size).items():
            assert found == whole[offset : offset + size], (seed, offset)
        assert pager.count(crm) == len(whole)


@pytest.mark.parametrize("sort", SORTS)
def test_position_is_where_a_record_stands(crm: Crm, sort: str) -> None:
    fill(crm, 100)
    pager = contacts("", sort)
    whole = crm.contacts.ids(sort=sort)
    for record in whole[::9]:
        assert pager.position(crm, record) == whole.index(record)
    archived = crm.contacts.ids("archived_at:any")[0]
    assert pager.position(crm, archived) is None
    assert pager.position(crm, 10**9) is None


def test_after_a_change_forget_shows_it(crm: Crm) -> None:
    fill(crm, 60)
    for pager in (contacts("", "name"), contacts("", "-created_at"), contacts("aaa", "name")):
        before = list(pager.page(crm, 0, 100))
        pager.count(crm)
        made = crm.contacts.add(name="Aaa First").id
        pager.forget()
        assert made in list(pager.page(crm, 0, 100))
        assert pager.count(crm) == len(before) + 1
        crm.contacts.archive(made)
        pager.forget()
        assert list(pager.page(crm, 0, 100)) == before


def test_words_find_the_best_first_and_other_filters_do_not(crm: Crm) -> None:
    assert isinstance(contacts("ann kow"), FoundPager)
    assert isinstance(contacts("ann", "-created_at"), SortedPager)
    assert isinstance(contacts("ann tag:vip"), NamePager)
    assert isinstance(contacts(""), NamePager)
    with pytest.raises(UsageError):
        contacts("tag:")


def test_a_search_says_when_there_may_be_more(crm: Crm) -> None:
    with crm.transaction("fill"):
        for _ in range(520):
            crm.contacts.add(name="Same Name")
    pager = FoundPager("contacts", "same")
    assert pager.count(crm) == 500
    assert pager.more()
    few = FoundPager("contacts", "nobody")
    assert few.count(crm) == 0
    assert not few.more()


def test_the_far_end_is_read_backwards(crm: Crm) -> None:
    """Once the count is known no statement on the way to the last page skips more than that page."""
    fill(crm, 200)
    pager = NamePager(LISTING)
    total = pager.count(crm)
    skipped: list[int] = []
    crm.connection.set_trace_callback(
        lambda sql: skipped.append(int(sql.rsplit(" ", 1)[1])) if "OFFSET" in sql else None
    )
    assert list(pager.page(crm, total - 10, 10)) == crm.contacts.ids()[-10:]
    crm.connection.set_trace_callback(None)
    assert skipped[0] == 0


def test_first_pages_of_another_order_are_read_without_the_rest(crm: Crm) -> None:
    fill(crm, 50)
    pager = SortedPager(LISTING, None, "-created_at")
    limits: list[str] = []
    crm.connection.set_trace_callback(limits.append)
    pager.page(crm, 0, 16)
    crm.connection.set_trace_callback(None)
    assert any("LIMIT 16" in sql for sql in limits)
    assert FIRST >= 256
