"""Content lines: folded, parsed, escaped, and never more than one line each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.interchange import content_lines as lines

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def parsed(text: str) -> list[lines.Line | None]:
    return [lines.parse(number, line) for number, line in lines.unfold(text)]


def test_a_line_has_a_group_a_name_parameters_and_a_value() -> None:
    (line,) = parsed('item1.TEL;TYPE=home,"voice";PREF=1:+48 601:234\r\n')
    assert line is not None
    assert (line.group, line.name, line.value) == ("item1", "TEL", "+48 601:234")
    assert line.params == {"TYPE": ["home", "voice"], "PREF": ["1"]}


def test_a_parameter_of_version_2_1_is_a_type() -> None:
    (line,) = parsed("TEL;WORK;VOICE;ENCODING=QUOTED-PRINTABLE:1\n")
    assert line is not None
    assert line.params == {"TYPE": ["WORK", "VOICE"], "ENCODING": ["QUOTED-PRINTABLE"]}


def test_folded_lines_are_joined_and_numbered() -> None:
    assert list(lines.unfold("A:1\r\n 2\r\n\t3\r\n\r\nB:4")) == [(1, "A:123"), (5, "B:4")]


@pytest.mark.parametrize("text", ["", "no colon", ":value", ";A=1:b", "A;B", 'A;B="open:1'])
def test_what_is_no_content_line(text: str) -> None:
    line = lines.parse(1, text)
    assert line is None or line.name == "A"


def test_a_line_that_never_ends_is_cut() -> None:
    text = "A:" + "x" * 600_000 + "".join("\n " + "y" * 600_000 for _ in range(20))
    ((number, line),) = lines.unfold(text)
    found = lines.parse(number, line)
    assert found is not None
    assert found.cut
    assert len(found.raw) == lines.LONGEST_LINE


def test_lists_and_structures_are_split_at_their_signs_only() -> None:
    assert lines.split("a\\;b;c,d;;", ";") == ["a\\;b", "c,d", "", ""]
    assert lines.split("a\\,b,c", ",") == ["a\\,b", "c"]


@given(TEXT, TEXT)
def test_any_text_is_one_line_and_comes_back(text: str, label: str) -> None:
    written = lines.write("NOTE", lines.escape(text), [("X-LABEL", label)])
    assert all(len(each.encode()) <= 75 for each in written.split("\r\n"))
    (line,) = [lines.parse(number, each) for number, each in lines.unfold(written)]
    assert line is not None
    kept = "".join(
        each for each in text.replace("\r\n", "\n").replace("\r", "\n") if each in "\n\t" or each >= " "
    )
    assert lines.unescape(line.value) == kept.replace("\x7f", "")


def test_a_quoted_printable_line_goes_on_behind_its_equals_sign() -> None:
    text = "A;ENCODING=QUOTED-PRINTABLE:=41=\r\n =42=\r\nC\r\nB:x=\r\nC:1\r\n"
    assert list(lines.unfold(text)) == [(1, "A;ENCODING=QUOTED-PRINTABLE:=41 =42C"), (4, "B:x="), (5, "C:1")]
