"""What stands at the end of a filter that is being typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.filters.unfinished import Unfinished, unfinished


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Unfinished(0, "")),
        ("ann", Unfinished(0, "ann")),
        ("ann ", Unfinished(4, "")),
        ("tag:vip lif", Unfinished(8, "lif")),
        ("tag:", Unfinished(4, "", "tag")),
        ("tag:vi", Unfinished(4, "vi", "tag")),
        ("-tag:vi", Unfinished(5, "vi", "tag")),
        ("(tag:vi", Unfinished(5, "vi", "tag")),
        ("not (a OR tag:vi", Unfinished(14, "vi", "tag")),
        ("tag:vip,wi", Unfinished(8, "wi", "tag")),
        ("tag!=wi", Unfinished(5, "wi", "tag")),
        ("cadence_days>=3", Unfinished(14, "3", "cadence_days")),
        ('company:"Nord L', Unfinished(8, "Nord L", "company", quoted=True)),
        ('company:a,"Nord L', Unfinished(10, "Nord L", "company", quoted=True)),
        ('company:"Nord Labs" ta', Unfinished(20, "ta")),
        ('"two wor', Unfinished(0, "two wor", quoted=True)),
        (r'company:"a \" b', Unfinished(8, r"a \" b", "company", quoted=True)),
        ("9:x", Unfinished(0, "9:x")),
    ],
)
def test_the_end_of_a_filter(text: str, found: Unfinished) -> None:
    assert unfinished(text) == found


@given(st.text(alphabet='ab:"\\,() -<>=!é', max_size=24))
def test_it_refuses_nothing_and_is_the_end_of_the_text(text: str) -> None:
    found = unfinished(text)
    assert text[found.start + found.quoted :] == found.text
