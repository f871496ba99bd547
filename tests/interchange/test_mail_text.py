"""What is kept of a message: subject, text without quotes, names of attachments; whatever is done to it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.header import Header

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_tui.dates import Clock
from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.domain.loading.mail import MailDraft
from crm_tui.interchange.mail.boxes import RawMail
from crm_tui.interchange.mail.charsets import codec_of, decoded, safe_line
from crm_tui.interchange.mail.headers import addresses, message_ids, words
from crm_tui.interchange.mail.html_text import text_of
from crm_tui.interchange.mail.message import MessageReader
from crm_tui.interchange.mail.parts import safe_name
from crm_tui.interchange.mail.trimming import LONGEST, trimmed
from tests.interchange.mails import ME, kept, mail

READER = MessageReader((ME,), Clock.fixed(datetime(2026, 3, 2, 9, 30, tzinfo=UTC), UTC))


def read(message: bytes) -> MailDraft:
    return READER.read(RawMail(1, "message 1", kept(message)))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Offer", "Offer"),
        (None, "(no subject)"),
        ("   ", "(no subject)"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "Grüße"),
        ("Re: =?koi8-r?B?8NLJ18XU?= =?utf-8?Q?_again?= now", "Re: Привет again now"),
        ("=?utf-8*en?q?a?= b", "a b"),
        ("=?nonsense?q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?!!!?= x", "x"),
        ("=?unicode_escape?q?=5Cx1b[31m?=", "\\x1b[31m"),
        ("=?utf-8?q?a=1B]0;x=07b=E2=80=AEc=0D=0Ad?=", "a ]0;x b c d"),
        ("Grüße", "Grüße"),
        ("folded\n over\n\tlines", "folded over lines"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_subjects(raw: str | None, shown: str) -> None:
    assert read(mail(Subject=raw)).summary == shown


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), min_size=1, max_size=120))
@settings(max_examples=60, deadline=None)
def test_any_subject_comes_back_from_its_encoding(text: str) -> None:
    encoded = Header(text, "utf-8", maxlinelen=60).encode()
    assert safe_line(words(encoded.replace("\n", "")), 300) == safe_line(text, 300)


@pytest.mark.parametrize(
    ("name", "found"),
    [("UTF-8", "utf-8"), ("iso-8859-1", "cp1252"), ("gb2312", "gb18030"), ("us-ascii", None), ("x-unknown", None),
     ("punycode", None), ("zip", None), ("rot13", None), ("idna", None), ("raw-unicode-escape", None), ("a" * 99, None),
     ("u\x00", None)],
)  # fmt: skip
def test_only_charsets_are_charsets(name: str, found: str | None) -> None:
    assert codec_of(name) == found


def test_text_that_is_not_in_its_charset_is_read_all_the_same() -> None:
    assert decoded("Grüße".encode(), "us-ascii") == "Grüße"
    assert decoded("Grüße".encode("cp1252"), "utf-8") == "Gr��e"
    assert decoded("Grüße".encode("cp1252"), None) == "Grüße"


def test_encoded_texts() -> None:
    coded = base64.encodebytes("Привет".encode("koi8-r")).decode()
    assert (
        read(mail(coded, Content_Type="text/plain; charset=koi8-r", Content_Transfer_Encoding="base64")).body
        == "Привет"
    )
    quoted = read(
        mail(
            "caf=C3=A9 =\nagain",
            Content_Type='text/plain; charset="UTF-8"',
            Content_Transfer_Encoding="quoted-printable",
        )
    )
    assert quoted.body == "café again"


TRIMMED = [
    ("plain", "plain"),
    ("yes\n\n> are you\n> there?", "yes"),
    ("yes\n\nOn Mon, 2 Mar 2026 at 10:00, Anna <anna@example.com> wrote:\n> are you there?\n>\n> Anna", "yes"),
    ("yes\n\nOn Mon, 2 Mar 2026 at 10:00, Anna Kowalska\n<anna@example.com> wrote:\n\n> are you there?", "yes"),
    ("yes\n\nOn Mon, 2 Mar 2026, Anna wrote:\n\nare you there?", "yes"),
    ("On Mon, 2 Mar 2026, Anna wrote:\n> one?\n\nfirst\n\n> two?\n\nsecond", "first\n\nsecond"),
    ("ja\n\nAm 02.03.2026 um 10:00 schrieb Anna Kowalska:\n> da?", "ja"),
    ("oui\n\nLe lun. 2 mars 2026 à 10:00, Anna <a@b.example> a écrit :\n> là ?", "oui"),
    ("да\n\nпн, 2 мар. 2026 г. в 10:00, Анна <a@b.example> написал(а):\n> там?", "да"),
    ("ja\n\nAnna Kowalska schrieb am Mo., 2. März 2026, 10:00:\n\n> da?", "ja"),
    ("да\n\n02.03.2026, 10:00, \"Анна\" <a@b.example>:\n> там?", "да"),
    ("да\n\nПонедельник, 2 марта 2026, 10:00 +04:00 от Анна\n<a@b.example>:\n\n> там?", "да"),
    ("Ask Anna before 2026 <a@b.example>\n\n> there?", "Ask Anna before 2026 <a@b.example>"),
    ("evet\n\nAnna <a@b.example>, 2 Mar 2026 Pzt, 10:00 tarihinde şunu yazdı:\n> var mı?", "evet"),
    ("yes\n\n-----Original Message-----\nFrom: Anna\nSent: Monday\nare you there?", "yes"),
    ("ja\n\n-----Ursprüngliche Nachricht-----\nVon: Anna", "ja"),
    (
        "yes\n\n____________________\nFrom: Anna <a@b>\nSent: Monday, March 2, 2026 10:00\nTo: Me\nthere?",
        "yes",
    ),
    ("yes\n\nFrom: Anna <a@b>\nDate: Monday, 2 March 2026\nTo: Me\nSubject: x\n\nthere?", "yes"),
    ("see you\n-- \nAnna Kowalska\nAcme", "see you"),
    ("see you\n--\nAnna", "see you"),
    ("a\n--\n" + "\n".join(f"line {n}" for n in range(14)), "a\n--\n" + "\n".join(f"line {n}" for n in range(14))),
    ("> only\n> quoted", "> only\n> quoted"),
    ("From: here to there\nis far", "From: here to there\nis far"),
    ("On page 3 you wrote:\nnothing", "On page 3 you wrote:\nnothing"),
    ("a\n\n\n\n\nb   ", "a\n\nb"),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "left"), TRIMMED)
def test_quotes_and_signatures_are_trimmed(text: str, left: str) -> None:
    assert trimmed(text) == left


def test_a_forwarded_message_keeps_what_it_forwards() -> None:
    body = "see below\n\n-----Original Message-----\nFrom: Anna\n\nten chairs\n\n> quoted"
    assert read(mail(body, Subject="Fwd: Offer")).body == body


@given(st.text(st.sampled_from("> \nOn2026wrote:-_From: ToSubject"), max_size=300))
@settings(max_examples=80, deadline=None)
def test_trimming_never_loses_everything_and_settles(text: str) -> None:
    left = trimmed(text)
    assert bool(left) == bool(text.strip())
    assert len(left) <= LONGEST


def test_long_texts_are_cut() -> None:
    body = read(mail("word " * 5000)).body
    assert body is not None
    assert len(body) <= LONGEST
    assert body.endswith("…")


def test_control_signs_do_not_get_into_the_text() -> None:
    assert read(mail("a\x1b[31mb\x9b\u202ec\ttab\r\nnext\x00")).body == "a[31mbc\ttab\nnext"


PAGE = """<html><head><title>t</title><style>p {color: red}</style></head><body>
<p>Hello <b>Anna</b>,</p><p>a &lt; b &amp; c<br>next &#8364; &nbsp; end</p><div>one</div><div>two</div>
<img alt="a > b" src="http://tracker.example/x.gif"><!-- hidden --><SCRIPT>alert("x")</script >
<ul><li>x<li>y</ul><table><tr><td>1</td><td>2</td></tr></table>
<blockquote>quoted<br>more</blockquote></body></html>"""


def test_the_text_of_a_page() -> None:
    assert text_of(PAGE) == (
        "Hello Anna,\n\na < b & c\nnext € end\n\none\ntwo\nx\ny\n\n1 2\n\n> quoted\n> more"
    )


def test_a_page_is_read_where_there_is_no_plain_text() -> None:
    page = "<p>Yes</p><div>On Mon, 2 Mar 2026, Anna wrote:</div><blockquote>are you there?</blockquote>"
    assert read(mail(page, Content_Type="text/html; charset=utf-8")).body == "Yes"
    both = multipart("alternative", ("text/plain", "plain"), ("text/html", page))
    assert read(both).body == "plain"
    empty = multipart("alternative", ("text/plain", " "), ("text/html", page))
    assert read(empty).body == "Yes"


def multipart(kind: str, *parts: tuple[str, str], boundary: str = "==b==", end: bool = True) -> bytes:
    body = "".join(f"--{boundary}\nContent-Type: {type_}\n\n{text}\n" for type_, text in parts)
    return mail(
        body + (f"--{boundary}--" if end else ""), Content_Type=f'multipart/{kind}; boundary="{boundary}"'
    )


def test_attachments_are_named_and_nothing_else() -> None:
    message = multipart(
        "mixed",
        ("text/plain", "see there"),
        ('application/pdf; name="../../../.bashrc"', "JVBERi0="),
        (
            "application/pdf\nContent-Disposition: attachment; filename*=utf-8''%D1%81%D1%87%D1%91%D1%82.pdf",
            "x",
        ),
        ('text/plain; name="notes.txt"\nContent-Disposition: attachment', "not the text"),
        ("message/rfc822", "Subject: inner\n\ninner text"),
        ("application/pgp-signature; name=signature.asc", "x"),
        ("image/png", "x"),
    )
    assert read(message).body == "see there\n\nAttachments: bashrc, счёт.pdf, notes.txt, message.eml"


def test_pictures_of_a_page_are_no_attachments() -> None:
    message = multipart("related", ("text/html", "<p>Hi<img src=cid:1>"), ("image/png; name=logo.png", "x"))
    assert read(message).body == "Hi"


@pytest.mark.parametrize(
    ("name", "safe"),
    [("a.pdf", "a.pdf"), ("C:\\x\\a\x1b[31m.pdf", "a [31m.pdf"), ("..", "unnamed"), ("dir/", "dir"), ("", "unnamed"),
     ("\u202efdp.exe", "fdp.exe"), ("a\nb", "a b"), ("x" * 300 + ".pdf", "x" * 95 + "….pdf")],
)  # fmt: skip
def test_names_of_attachments_are_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_addresses_are_read_whatever_is_around_them() -> None:
    found = addresses([
        'Anna <Anna@Example.com>, "Berg, Boris" <b@x.example>; c@x.example',
        "=?utf-8?q?Gr=C3=BCn?= <g@x.example>, undisclosed-recipients:;, <>, nobody, anna@example.com",
        '"d@x.example" <d@x.example>',
    ])  # fmt: skip
    assert [(each.key, each.name) for each in found] == [
        ("anna@example.com", "Anna"),
        ("b@x.example", "Berg, Boris"),
        ("c@x.example", ""),
        ("g@x.example", "Grün"),
        ("d@x.example", ""),
    ]


def test_a_long_list_of_people_is_read_to_its_end() -> None:
    value = ", ".join(f'"Person, {n}" <p{n}@x.example>' for n in range(400))
    found = addresses([value])
    assert [each.key for each in found] == [f"p{n}@x.example" for n in range(400)]


def test_references_keep_the_root_and_the_nearest() -> None:
    found = message_ids(" ".join(f"<{n}@x>" for n in range(200)) + " junk <no id>")
    assert (found[0], found[-1], len(found)) == ("0@x", "199@x", 50)


def test_without_an_id_a_message_is_known_by_what_it_says() -> None:
    keys = {read(mail(text, Message_ID=None)).key for text in ("one", "one", "two")}
    assert len(keys) == 2
    assert all(key.startswith("sha256:") for key in keys)
    assert read(mail(Message_ID="bare@x")).key == "bare@x"


def hostile() -> Iterator[tuple[str, bytes, str | None]]:
    """Messages made to harm: a name, the message, and why it is rejected; None when its text can be had."""
    many = 200_000
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1000))
    yield "nested", mail().partition(b"\n\n")[0] + b"\n" + nested.encode(), "nested more than 30 deep"
    yield "long header", mail(X="a" * 3_000_000), "header is longer"
    yield "recipients", mail(Cc=", ".join(f"a{n}@x.example" for n in range(many))), "header is longer"
    yield "parts", multipart("mixed", *[("text/plain", "x")] * 2000), "more than 500 parts"
    yield "no field", b"X: y\n" + b"\x00" * many, "neither a sender"
    for sign in ("(", '"', "<", ",", "a:", "@a", '"\\', "a.", "<a@", "[", "=?"):
        yield f"address {sign}", mail(Cc=sign * 60_000), None
        yield f"subject {sign}", mail(Subject=sign * 60_000), None
    yield "words", mail(Subject="=?utf-8?q?a?= " * 10_000), None
    yield "charset", mail("a-" + "b" * many, Content_Type="text/plain; charset=punycode"), None
    yield "base64", mail("QUFB" * many * 4, Content_Transfer_Encoding="base64"), None
    yield "broken base64", mail("Q\x00U=FB!" * many, Content_Transfer_Encoding="base64"), None
    yield "no boundary", mail("--x\n\ntext", Content_Type="multipart/mixed"), None
    yield "open boundary", multipart("mixed", ("text/plain", "text"), end=False), None
    yield "like boundary", mail("--xx\n" * many, Content_Type='multipart/mixed; boundary="x"'), None
    yield "empty boundary", mail("--\n\n" * many, Content_Type='multipart/mixed; boundary=""'), None
    yield "parameters", mail(Content_Type="text/plain" + ';a="\\"' * 20_000), None
    for tag in (
        "<",
        "<a",
        '<a "',
        '<a ">',
        "<!--",
        "</",
        "<script>",
        "<script></SCRIPT>",
        "<select>",
        "<p>",
        "&#9;",
        "<?",
    ):
        yield f"page {tag}", mail(tag * many, Content_Type="text/html"), None
    for line in (
        ">\n",
        "On 2026\n",
        "From: x\n",
        "_____\nFrom: x\n",
        "On x wrote:\n",
        "-- \n",
        "-" * 500 + "\n",
    ):
        yield f"quotes {line[:20]!r}", mail(line * (many // 10)), None
    yield "one line", mail("On " + "2026 wrote schrieb " * many), None
    yield "date", mail(Date="(" * 60_000), "nothing says when"
    yield "received", mail(Date="9" * 60_000, Received=";" * 60_000), "nothing says when"
    yield "references", mail(References="<" * 60_000), None


@pytest.mark.parametrize(("message", "reason"), [pytest.param(*each[1:], id=each[0]) for each in hostile()])
def test_hostile_messages_end_soon(message: bytes, reason: str | None) -> None:
    began = datetime.now(tz=UTC)
    if reason is None:
        draft = read(message)
        assert len(draft.body or "") <= LONGEST
        assert len(draft.summary) <= 300
    else:
        with pytest.raises(RejectedRowError, match=reason) as caught:
            read(message)
        assert "message 1" in caught.value.reason
    assert (datetime.now(tz=UTC) - began).total_seconds() < 5


@given(st.binary(max_size=600), st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_it_fall_over(head: bytes, body: bytes) -> None:
    for message in (head + b"\n\n" + body, mail().replace(b"Subject: ", b"Content-Type: " + head) + body):
        with suppress(RejectedRowError):
            assert read(message).key
