"""Who is likely the same, how surely, and who is not: relatives, colleagues, namesakes."""

from __future__ import annotations

import random
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from bench.duplicates import Maker, judge, load
from crm_tui.domain import Crm
from crm_tui.domain.duplicate_groups import AUTOMATIC, Pair, grouped
from crm_tui.errors import InvalidDataError, NotFoundError, UsageError
from tests.everything import content

PHONE = "+48 601 234 567"


def people(crm: Crm, *rows: dict[str, Any]) -> None:
    """Add people as an import would: an e-mail may be somebody else's."""
    for row in rows:
        emails = row.pop("emails", ())
        made = crm.contacts.add(**row)
        for email in emails:
            crm.contacts.add_method(made.id, "email", email)


def sure(crm: Crm) -> list[tuple[int, ...]]:
    return [group.ids for group in crm.duplicates.contacts(AUTOMATIC)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"name": "Anna Kowalska", "emails": ["a@x.example"]},
            {"name": "Anna K.", "emails": ["A@x.example"]},
        ),
        (
            {"name": "Anna Kowalska", "phones": [PHONE]},
            {"name": "Kowalska Anna", "phones": ["+48 601-234-567"]},
        ),
        ({"name": "Anna Kowalska", "phones": [PHONE]}, {"name": "Anna Kowalksa", "phones": [PHONE]}),
        ({"name": "Anna Kowalska", "phones": [PHONE]}, {"name": "A. Kowalska", "phones": [PHONE]}),
        ({"name": "Elvin Məmmədov", "company": "Acme"}, {"name": "elvin memmedov", "company": "ACME"}),
        ({"name": "Алия Қасымова", "company": "Acme"}, {"name": "Aliya Kasymova", "company": "Acme"}),
        ({"name": "Қайрат Оспанов", "company": "Acme"}, {"name": "Kairat Ospanov", "company": "Acme"}),
        ({"name": "Anna Kowalska", "company": "Acme"}, {"name": "Dr. Anna Kowalska", "company": "Acme GmbH"}),
        (
            {"name": "Bo Ek", "emails": ["bo@acme.example"]},
            {"name": "Bo Ek", "emails": ["b.ek@acme.example"]},
        ),
        (
            {"name": "Bo Ek", "emails": ["info@acme.example"]},
            {"name": "Bo Ek", "emails": ["info@acme.example"]},
        ),
        (
            {"name": "anna@x.example", "emails": ["anna@x.example"]},
            {"name": "Anna", "emails": ["anna@x.example"]},
        ),
    ],
)
def test_surely_the_same(crm: Crm, one: dict[str, Any], other: dict[str, Any]) -> None:
    people(crm, one, other)
    assert sure(crm) == [(1, 2)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Anna Kowalska", "phones": [PHONE]}, {"name": "Jan Kowalski", "phones": [PHONE]}),
        ({"name": "Mario Rossi", "phones": [PHONE]}, {"name": "Maria Rossi", "phones": [PHONE]}),
        ({"name": "Aleksandr Petrov", "phones": [PHONE]}, {"name": "Aleksandra Petrova", "phones": [PHONE]}),
        ({"name": "Jan Kowalski", "phones": [PHONE]}, {"name": "Jan Kowalski jr", "phones": [PHONE]}),
        ({"name": "Anna Ek", "emails": ["info@x.example"]}, {"name": "Bo Ek", "emails": ["info@x.example"]}),
        ({"name": "Anna Ek", "emails": ["ek@x.example"]}, {"name": "Bo Ek", "emails": ["ek@x.example"]}),
        ({"name": "Anna Ek", "company": "Acme"}, {"name": "Anna Ek", "company": "Zenith"}),
        ({"name": "Anna Ek", "emails": ["a1@gmail.com"]}, {"name": "Anna Ek", "emails": ["a2@gmail.com"]}),
        ({"name": "Anna Kowalska", "company": "Acme"}, {"name": "Anna Kovalska", "company": "Acme"}),
        (
            {"name": "Jan Ek", "phones": [PHONE], "birthday": "1950-01-01"},
            {"name": "Jan Ek", "phones": [PHONE], "birthday": "1980-02-02"},
        ),
        ({"name": "👍", "phones": [PHONE]}, {"name": "Jan Ek", "phones": [PHONE]}),
    ],
)
def test_not_surely_the_same(crm: Crm, one: dict[str, Any], other: dict[str, Any]) -> None:
    people(crm, one, other)
    assert sure(crm) == []


def test_a_near_name_is_a_suggestion_with_score_and_reason(crm: Crm) -> None:
    people(crm, {"name": "Anna Kowalska", "company": "Acme"}, {"name": "Anna Kowalsky", "company": "Acme"})
    (group,) = crm.duplicates.contacts()
    assert (group.ids, group.score, group.automatic) == ((1, 2), 0.75, False)
    assert group.reason == "near name, same company"
    assert crm.duplicates.contacts(0.8) == []


def test_a_shared_phone_chains_nobody(crm: Crm) -> None:
    people(
        crm,
        {"name": "Jan Kowalski", "phones": [PHONE]},
        {"name": "J. Kowalski", "phones": [PHONE]},
        {"name": "Jola Kowalska", "phones": [PHONE]},
        {"name": "Jan Kowalski", "phones": [PHONE]},
    )
    assert sure(crm) == [(1, 4)]
    assert all(not {1, 3} <= set(group.ids) for group in crm.duplicates.contacts(0.5))


def test_three_sources_make_one_group(crm: Crm) -> None:
    people(
        crm,
        {"name": "Anna Kowalska", "emails": ["a@x.example"]},
        {"name": "Anna Kowalska", "emails": ["a@x.example"], "phones": [PHONE]},
        {"name": "Kowalska Anna", "phones": [PHONE]},
    )
    (group,) = crm.duplicates.contacts()
    assert group.ids == (1, 2, 3)
    assert group.reasons[1] == "same e-mail a@x.example"
    assert group.reasons[3] == "same phone +48601234567"


def test_not_the_same_is_remembered_and_can_be_undone(crm: Crm) -> None:
    people(crm, *({"name": "Anna Ek", "company": "Acme"} for _ in range(3)))
    assert sure(crm) == [(1, 2, 3)]
    assert crm.duplicates.decide_distinct("contacts", 2, 1)
    assert not crm.duplicates.decide_distinct("contacts", 1, 2)
    assert all(not {1, 2} <= set(group.ids) for group in crm.duplicates.contacts(0))
    crm.undo()
    assert sure(crm) == [(1, 2, 3)]
    crm.duplicates.decide_all_distinct("contacts", [1, 2, 3])
    assert crm.duplicates.contacts() == []
    with pytest.raises(InvalidDataError, match="same as itself"):
        crm.duplicates.decide_distinct("contacts", 1, 1)
    with pytest.raises(NotFoundError):
        crm.duplicates.decide_distinct("contacts", 1, 9)


def test_who_was_put_away_is_left_out_and_looking_changes_nothing(crm: Crm) -> None:
    people(crm, *({"name": "Anna Ek", "company": "Acme"} for _ in range(2)))
    before = content(crm)
    assert sure(crm) == [(1, 2)]
    assert content(crm) == before
    crm.contacts.archive(2)
    assert crm.duplicates.contacts(0) == []


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_is_from_0_to_1(crm: Crm, threshold: float) -> None:
    with pytest.raises(UsageError, match="threshold"):
        crm.duplicates.contacts(threshold)
    with pytest.raises(UsageError, match="threshold"):
        crm.duplicates.companies(threshold)


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        ({"name": "Acme", "domain": "acme.example"}, {"name": "Acme GmbH", "website": "www.acme.example/"}, 0.97),
        ({"name": "Acme", "domain": "acme.example"}, {"name": "Acne", "emails": ["info@acme.example"]}, 0.92),
        ({"name": "ООО Ромашка"}, {"name": "Romashka"}, 0.85),
        ({"name": "Siemens", "domain": "siemens.example"}, {"name": "Siemens Bau", "domain": "siemens.example"}, 0.8),
    ],
)  # fmt: skip
def test_companies(crm: Crm, one: dict[str, Any], other: dict[str, Any], score: float) -> None:
    crm.companies.add(**one)
    crm.companies.add(**other)
    (group,) = crm.duplicates.companies()
    assert (group.ids, group.score, group.automatic) == ((1, 2), score, score >= AUTOMATIC)
    crm.companies.update(2, parent_id=1)
    assert crm.duplicates.companies() == []


def test_whom_somebody_new_is_like(crm: Crm) -> None:
    people(crm, {"name": "Anna Kowalska", "company": "Acme", "emails": ["a@x.example"], "phones": [PHONE]})

    def like(name: str, **rest: Any) -> str | None:
        found = crm.duplicates.like(name, **rest)
        return None if found is None else f"{found[0].id}: {found[1].reason}"

    assert like("kowalska anna") == "1: same name"
    assert like("Anna Kowalsky") == "1: near name"
    assert like("", emails=["A@x.example"]) == "1: same e-mail a@x.example"
    assert like("Somebody", emails=["a@x"], phones=["1"]) is None
    assert like("Ann", phones=["+48 601-234-567"]) is None
    assert like("Anna", phones=["+48 601-234-567"]) == "1: same phone +48601234567"
    assert like("Anna Kowalska", company="acme ltd") == "1: same name, same company"
    assert like("Bob") is None
    assert like("Anna Kowalska", besides=[1]) is None
    assert like("\x00[/]'; --", emails=["\ud800@"], phones=["+"]) is None


def test_groups_do_not_depend_on_the_order_of_pairs() -> None:
    pairs = [
        Pair(1, 2, 0.95, "a"),
        Pair(2, 3, 0.92, "b"),
        Pair(3, 4, 0.91, "c"),
        Pair(4, 5, 0.7, "d"),
        Pair(1, 6, 0.7, "e"),
    ]
    rng = random.Random(1)
    expected = grouped(pairs, lambda one, other: {one, other} != {1, 4})
    assert [(group.ids, group.score) for group in expected][:1] == [((1, 2, 3), 0.92)]
    for _ in range(20):
        rng.shuffle(pairs)
        assert grouped(pairs, lambda one, other: {one, other} != {1, 4}) == expected


@pytest.mark.parametrize(
    "same",
    [{"company": "Acme"}, {"phones": [PHONE]}, {"emails": ["info@x.example"]}],
    ids=["company", "phone", "mailbox"],
)
def test_somebody_who_is_there_very_often_is_found_too(crm: Crm, same: dict[str, Any]) -> None:
    with crm.transaction("load the same list again and again"):
        people(crm, *({"name": "Anna Ek", **same} for _ in range(250)))
    groups = crm.duplicates.contacts(AUTOMATIC)
    assert sorted(each for group in groups for each in group.ids) == [*range(1, 251)]
    assert len(groups) == 2


def test_texts_in_place_of_names_are_looked_through_soon(crm: Crm) -> None:
    rng = random.Random(1)
    words = ["".join(rng.choice("abcdefghij") for _ in range(3)) for _ in range(500)]
    texts = [" ".join(rng.sample(words, 240)) for _ in range(80)]
    for text in [*texts, texts[0]]:
        crm.contacts.add(name=text, company="Acme")
    began = perf_counter()
    (group,) = crm.duplicates.contacts()
    assert perf_counter() - began < 5
    assert (group.ids, group.reason) == ((1, 81), "same name, same company")


def test_a_labelled_set_is_told_apart(tmp_path: Path) -> None:
    """The goals of the bench, on a smaller set of another seed."""
    entries = Maker(7).entries(3000)
    with load(tmp_path / "labelled.db", entries) as crm:
        quality = judge(entries, crm.duplicates.contacts(AUTOMATIC))
    assert quality.precision >= 0.98
    assert quality.recall >= 0.90
