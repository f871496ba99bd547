"""Phone keys: the fast path against the library, number by number."""

from __future__ import annotations

import random
from collections.abc import Iterator

import phonenumbers
import pytest

from crm_tui import phones
from crm_tui.phones import national_digits, phone_digits, phone_key

# KZ, CA, GG and SM share a calling code with another country, AR, BR, MX and AG transform the prefix, IT
# keeps its 0, and XX is no country.
REGIONS = ["AZ", "TR", "KZ", "RU", "DE", "GB", "US", "PL", "FR", "IT", "CA", "UA", "BR", "AR", "MX", "AU"]
REGIONS += ["JP", "IN", "GG", "SM", "HU", "UZ", "GE", "AG", "XX"]
EXTENSIONS = ["", "", "", "", " x371", "x1", " ext. 22", ";ext=77", " Ext 9", "/x12", " (0)", "#", " 12#"]


@pytest.mark.parametrize(
    ("typed", "region", "key"),
    [
        ("+994 50 123 45 67", "AZ", "+994501234567"),
        ("050 123 45 67", "AZ", "+994501234567"),
        ("(050) 123-45-67", "AZ", "+994501234567"),
        ("994501234567", "AZ", "+994501234567"),
        ("00994 50 123 45 67", "AZ", "+994501234567"),
        ("+994 (0) 50 123 45 67", "AZ", "+994501234567"),
        ("0532 123 45 67", "TR", "+905321234567"),
        ("8 (912) 345-67-89", "RU", "+79123456789"),
        ("+7 812 123-45-67", "RU", "+78121234567"),
        ("8 701 123 45 67", "KZ", "+77011234567"),
        ("030/123456", "DE", "+4930123456"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("+44 (0)20 7946 0018", "US", "+442079460018"),
        ("(415) 555-0100", "US", "+14155550100"),
        ("1-415-555-0100 x371", "US", "+14155550100;ext=371"),
        ("1-955-371-0847 x371", "US", "+19553710847;ext=371"),
        ("+14155550100;ext=371", "AZ", "+14155550100;ext=371"),
        ("011 44 20 7946 0018", "US", "+442079460018"),
        ("601 234 567", "PL", "+48601234567"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("06 698 12345", "IT", "+390669812345"),
        ("+39 06 698 12345", "FR", "+390669812345"),
        ("tel:+994-50-123-45-67", "AZ", "+994501234567"),
        ("+1 415 555 0100 доб. 12", "RU", "+14155550100;ext=12"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("٠٥٠١٢٣٤٥٦٧", "AZ", "+994501234567"),
        ("+994\u00a050\u00a0123\u00a045\u00a067", "AZ", "+994501234567"),
        ("050 123 45 67", "az", "+994501234567"),
        ("555-0100", "US", "+15550100"),
        ("+994 50 123 45 67", "", "+994501234567"),
    ],
)
def test_phone_key(typed: str, region: str, key: str) -> None:
    assert phone_key(typed, region) == key == phones._library_key(typed, region)


@pytest.mark.parametrize(
    "typed",
    ["", "n/a", "-", "12", "+", "+999 123", "000", "+994 50 123 45 67 89 01 23", "call me", "\x00", "\ud800"],
)
def test_what_is_no_phone(typed: str) -> None:
    assert phone_key(typed, "AZ") is None


def test_length_is_bounded() -> None:
    assert phone_key("1" * 300, "AZ") is None
    assert phone_key("+994" + " " * 300 + "501234567", "AZ") is None
    assert phone_key("+994501234567" + "9" * 1_000_000, "AZ") is None


def test_without_a_region_only_international_numbers_count() -> None:
    assert phone_key("050 123 45 67", "XX") is None
    assert phone_key("050 123 45 67", "") is None


def test_digits_of_a_key() -> None:
    assert phone_digits("+14155550100;ext=371") == "14155550100"
    assert national_digits("+14155550100;ext=371") == "4155550100"
    assert national_digits("+79123456789") == "9123456789"
    assert national_digits("+4930123456") == "30123456"
    assert national_digits("+994501234567") == "501234567"
    assert national_digits("+390669812345") == "0669812345"


def test_the_table_of_calling_codes_is_the_library_s() -> None:
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        assert national_digits(f"+{code}5551234") == "5551234"


def test_a_key_is_its_own_key_in_every_region() -> None:
    for key in ("+14155550100;ext=371", "+994501234567", "+390669812345", "+78121234567"):
        for region in REGIONS:
            assert phone_key(key, region) == key


def _examples(region: str) -> list[str]:
    """National numbers of a region that exist, of several kinds."""
    kinds = (
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.UAN,
    )
    found = [phonenumbers.example_number_for_type(region, kind) for kind in kinds]
    return [phonenumbers.national_significant_number(number) for number in found if number] or ["5551234"]


def _written(rnd: random.Random, count: int) -> Iterator[tuple[str, str]]:
    """Numbers as people and machines write them, most of them nearly right."""
    examples = {region: _examples(region) for region in REGIONS}
    codes = {region: str(phonenumbers.country_code_for_region(region) or 883) for region in REGIONS}
    for _ in range(count):
        here, there = rnd.choice(REGIONS), rnd.choice(REGIONS)
        digits = rnd.choice([*examples[here], *examples[there], str(rnd.randrange(10 ** rnd.randint(2, 16)))])
        if rnd.random() < 0.4:
            at = rnd.randrange(len(digits))
            digits = digits[:at] + str(rnd.randrange(10_000)) + digits[at + rnd.randint(0, 4) :]
        own, foreign = codes[here], codes[there]
        prefixes = ["", "", "+", "00", "011", "0", "8", "1", "8 10", "9", "+0", f"++{own}", f"(+{own})", own]
        prefixes += [f"+{foreign}", f"+{own}", f"00{foreign}", f"{own}0", f"+{own}(0)", f"+{own} 8"]
        text = rnd.choice(prefixes) + digits
        if rnd.random() < 0.5:
            marks = [" ", "-", ".", "/", ") ", " (", "--"]
            text = "".join(char + (rnd.choice(marks) if rnd.random() < 0.2 else "") for char in text)
        yield text + rnd.choice(EXTENSIONS), here


@pytest.mark.parametrize("seed", range(4))
def test_the_fast_path_says_what_the_library_says(seed: int) -> None:
    decided = 0
    for text, region in _written(random.Random(seed), 8_000):
        assert phone_key(text, region) == phones._library_key(text, region), (text, region)
        decided += phones._plain_key(text, region) != phones._ASK
    assert decided > 2_000


@pytest.mark.parametrize("region", REGIONS[:-1])
def test_the_usual_styles_never_need_the_library(region: str) -> None:
    code = phonenumbers.country_code_for_region(region)
    for number in _examples(region):
        for text in (f"+{code} {number[:3]} {number[3:]}", f"+{code}-{number}"):
            assert phones._plain_key(text, region) == phones._library_key(text, region) == f"+{code}{number}"
