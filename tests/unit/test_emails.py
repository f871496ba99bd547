"""Match keys of e-mail and web addresses."""

from __future__ import annotations

import pytest

from crm_tui import emails
from crm_tui.emails import domain_of, email_key, is_public_mail_domain, is_shared_email, url_key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Ann.Kov@Example.COM", "ann.kov@example.com"),
        ("  ann@x.com\n", "ann@x.com"),
        ("mailto:Ann@x.com", "ann@x.com"),
        ("MAILTO:ann@x.com?subject=Hi", "ann@x.com"),
        ("Ann Kov <ann@x.com>", "ann@x.com"),
        ('"Kov, Ann" <ann@x.com> ', "ann@x.com"),
        ("<ann@x.com>", "ann@x.com"),
        ("<mailto:ann@x.com>", "ann@x.com"),
        ("'ann@x.com'", "ann@x.com"),
        ("'ann@x.com", "ann@x.com"),
        ("ann@x.com;", "ann@x.com"),
        ("ann@x.com.", "ann@x.com"),
        ("\ufeffann@x.com", "ann@x.com"),
        ("ann@\u200bx.com", "ann@x.com"),
        ("ann@x.com\u00a0", "ann@x.com"),
        ("o'brien+crm@sub.x.co.uk", "o'brien+crm@sub.x.co.uk"),
        ("Anna@MÜLLER.de", "anna@müller.de"),
        ("anna@mu\u0308ller.de", "anna@müller.de"),
        ("anna@straße.de", "anna@straße.de"),
        ("ƏLİ@x.az", "əli@x.az"),
        ("İNFO@ŞİRKET.com.tr", "info@şirket.com.tr"),
        ("почта@пример.рф", "почта@пример.рф"),
        ("a@xn--mller-kva.de", "a@xn--mller-kva.de"),
        ("x" * 64 + "@y.com", "x" * 64 + "@y.com"),
    ],
)
def test_email_key(typed: str, key: str) -> None:
    assert email_key(typed) == key
    assert email_key(key) == key


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "@x.com",
        "ann@",
        "ann@x",
        "root@localhost",
        "ann@x..com",
        "ann@.com",
        "a b@x.com",
        "ann@x .com",
        "ann@@x.com",
        "ann@b@x.com",
        "ann@1.2.3.4",
        "ann@[1.2.3.4]",
        "a@x.com, b@x.com",
        "a@x.com b@x.com",
        "A <a@x.com>, B <b@x.com>",
        "ann\x00@x.com",
        "ann@x\x1b.com",
        "ann@x.com\x00",
        "ünn\x00@x.com",
        "ann@x.c\ud800m",
        "https://x.com/@ann.lee",
        "medium.com/@ann.lee",
        "x" * 65 + "@y.com",
        "ü" * 33 + "@y.com",
        "x@" + "y" * 250 + ".com",
        "x@" + "ab." * 90 + "com",
        "x@y.com" + " " * 2000,
    ],
)
def test_what_is_no_email(typed: str) -> None:
    assert email_key(typed) is None


@pytest.mark.parametrize(
    "local",
    [
        *("info", "office", "sales", "contact", "hello", "admin", "support", "mail", "team", "billing"),
        *("noreply", "no-reply", "do_not_reply", "customer.service", "sales2", "info+web"),
        *("kontakt", "büro", "buero", "vertrieb", "rechnung", "accueil", "comptabilité", "ventas", "correo"),
        *("facturacion", "инфо", "zakaz", "prodazhi", "satış", "satis", "bilgi", "muhasebe"),
        *("elaqe", "əlaqə"),
    ],
)
def test_shared_mailboxes(local: str) -> None:
    for domain in ("x.com", "gmail.com"):
        key = email_key(f"{local}@{domain}")
        assert key is not None
        assert is_shared_email(key)


@pytest.mark.parametrize(
    "key", ["ann@x.com", "infosys@x.com", "ann.office@x.com", "salesman@x.com", "mailer.ann@x.com", "4@x.com"]
)
def test_mailboxes_of_a_person(key: str) -> None:
    assert not is_shared_email(key)


def test_every_shared_name_can_be_met() -> None:
    for name in emails._SHARED:
        for spelt in (name, name.upper(), name.replace("i", "İ").upper()):
            key = email_key(f"{spelt}@x.com")
            assert key is not None
            assert is_shared_email(key)


def test_domains() -> None:
    assert domain_of("ann@sub.x.com") == "sub.x.com"
    for domain in ("gmail.com", "outlook.com", "mail.ru", "yandex.ru", "yandex.kz", "yahoo.co.uk", "Web.DE"):
        assert is_public_mail_domain(domain)
    for domain in ("acme.com", "gmail.acme.com", "live.acme.com", "mygmail.com", "yahoo.example", ""):
        assert not is_public_mail_domain(domain)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("https://www.LinkedIn.com/in/Anna/", "linkedin.com/in/Anna"),
        ("HTTP://x.com", "x.com"),
        ("x.com/", "x.com"),
        ("//x.com/a", "x.com/a"),
        ("https://x.com:443/a?b=1#c", "x.com/a?b=1"),
        ("http://x.com:8080/", "x.com:8080"),
        ("x.com?a=B", "x.com?a=B"),
        (" WWW.Müller.de. ", "müller.de"),
        ("https://", ""),
        ("", ""),
        ("ftp://X.com/a", "ftp://X.com/a"),
    ],
)
def test_url_key(typed: str, key: str) -> None:
    assert url_key(typed) == key
