"""Phone numbers as match keys: E.164, with the extension kept as ``;ext=``.

One rule: the phonenumbers library (Google's libphonenumber) decides. A number written with plain digits and
the usual separators is judged here by the library's own metadata, in the library's own order of steps,
several times faster; everything else (letters, other scripts' digits, ``tel:`` parameters, transforming
prefixes) is handed to the library. A key needs a *possible* number, one whose length fits the country: a
person keeps numbers that no plan lists.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from phonenumbers import PhoneMetadata

# Undecided: the library must be asked.  A key always starts with "+", so no key can be taken for it.
_ASK: Final = "?"
_LONGEST: Final = 250  # characters; the library takes no longer text

# A number with its extension in the spellings of exports.  No slash: "/x12" starts a second number.
_EXTENSION = re.compile(r"([-+0-9 ().]+?) *(?:x|X|ext\.?|Ext\.?|;ext=) *([0-9]{1,9})", re.ASCII)

# ITU-T E.164 calling codes are prefix-free: 1 and 7 have one digit, these have two, all others three.
_TWO_DIGITS: Final = """
20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58
60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98
"""
_TWO_DIGIT_CODES = frozenset(_TWO_DIGITS.split())


class _Plan(NamedTuple):
    """What the library knows of one region: enough to repeat its verdict on a string of digits."""

    code: str
    shape: re.Pattern[str]  # a valid national number
    abroad: re.Pattern[str]  # the prefix dialled before a foreign calling code
    prefix: re.Pattern[str] | None  # the national prefix, and carrier codes
    transforms: bool  # the prefix may be replaced by something instead of dropped
    lengths: frozenset[int]  # of a national number
    longest: int
    possible: frozenset[int]  # ``lengths`` and those of local numbers


_by_region: dict[str, _Plan | None] = {}
_by_code: dict[str, _Plan | None] = {}


def phone_key(s: str, region: str) -> str | None:
    """The match key of a phone number as typed, or None when it cannot be one.

    Args:
        s: the number as typed; with ``+`` or the region's international prefix it may be of any country.
        region: the ISO 3166 code of the country that a number without country code belongs to.

    Returns:
        E.164 (``+994501234567``), followed by ``;ext=`` and the digits of an extension if there is one.
    """
    key = _plain_key(s, region)
    if key is not _ASK:
        return key
    match = _EXTENSION.fullmatch(s) if len(s) <= _LONGEST else None
    if match:
        key = _plain_key(match[1], region)
        if key is not _ASK:
            return f"{key};ext={match[2]}" if key else None
    return _library_key(s, region)


def phone_digits(key: str) -> str:
    """The digits of a ``phone_key`` without its extension, calling code first."""
    return key.partition(";")[0].removeprefix("+")


def national_digits(key: str) -> str:
    """The national significant number of a ``phone_key``: its digits after the calling code."""
    digits = phone_digits(key)
    return digits[_code_length(digits) :]


def _code_length(digits: str) -> int:
    """How many of the digits of an international number are its calling code."""
    if digits[:1] in ("1", "7"):
        return 1
    return 2 if digits[:2] in _TWO_DIGIT_CODES else 3


def _library_key(s: str, region: str) -> str | None:
    """The library's own verdict; the yardstick of everything else here."""
    import phonenumbers

    try:
        number = phonenumbers.parse(s, region.upper())
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    key = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{key};ext={number.extension}" if number.extension else key


def _plain_key(s: str, region: str) -> str | None:
    """The key of a number in plain digits, None when it has none, or ``_ASK``."""
    # Six replacements are faster than one translate or sub on texts this short.
    digits = s.replace(" ", "").replace("-", "").replace("(", "").replace(")", "")
    digits = digits.replace(".", "").replace("/", "")
    if digits[:1] == "+":
        digits = digits[1:]
        if digits.isdecimal() and digits.isascii() and len(digits) > 3 and len(s) <= _LONGEST:
            return _international(digits)
        return _ASK
    if not (digits.isdecimal() and digits.isascii() and len(digits) > 3 and len(s) <= _LONGEST):
        return _ASK
    try:
        plan = _by_region[region]
    except KeyError:
        plan = _by_region[region] = _region_plan(region.upper())
    return _domestic(digits, plan) if plan else _ASK


def _international(digits: str) -> str | None:
    """The key of digits that start with a calling code."""
    code = digits[: _code_length(digits)]
    try:
        plan = _by_code[code]
    except KeyError:
        plan = _by_code[code] = _code_plan(code)
    return _national(digits[len(code) :], plan) if plan else _ASK


def _domestic(digits: str, plan: _Plan) -> str | None:
    """The key of digits as dialled inside a region: abroad, with the own calling code, or national."""
    match = plan.abroad.match(digits)
    if match and digits[match.end() : match.end() + 1] != "0":
        rest = digits[match.end() :]
        return _international(rest) if len(rest) > 3 else _ASK
    if digits.startswith(plan.code):
        inner = _without_prefix(digits[len(plan.code) :], plan)
        if inner is _ASK:
            return _ASK
        fits_better = not plan.shape.fullmatch(digits) and plan.shape.fullmatch(inner)
        if fits_better or len(digits) > plan.longest:
            return _international(plan.code + inner)
    return _national(digits, plan)


def _national(number: str, plan: _Plan) -> str | None:
    """The key of a national number, with or without the national prefix."""
    rest = _without_prefix(number, plan)
    if rest is _ASK:
        return _ASK
    # A rest of no full length means that the "prefix" was part of the number.
    if len(rest) in plan.lengths or len(rest) > plan.longest:
        number = rest
    return f"+{plan.code}{number}" if len(number) in plan.possible else None


def _without_prefix(number: str, plan: _Plan) -> str:
    """A national number without the national prefix, unless dropping it would spoil a valid number."""
    match = plan.prefix.match(number) if plan.prefix else None
    if match is None:
        return number
    if plan.transforms and match.re.groups and match[match.re.groups] is not None:
        return _ASK
    rest = number[match.end() :]
    if plan.shape.fullmatch(number) and not plan.shape.fullmatch(rest):
        return number
    return rest


def _region_plan(region: str) -> _Plan | None:
    from phonenumbers import PhoneMetadata

    plan = _plan(PhoneMetadata.metadata_for_region(region, None))
    main = _code_plan(plan.code) if plan else None
    # In the end the library judges the length by the main region of the code (Russia's for Kazakhstan).
    return plan._replace(possible=main.possible) if plan and main else None


def _code_plan(code: str) -> _Plan | None:
    """The plan of a calling code's main region, which the library takes for every number with the code."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    regions = None if code[0] == "0" else COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    if not regions:
        return None
    return _plan(PhoneMetadata.metadata_for_region_or_calling_code(int(code), regions[0]))


def _plan(metadata: PhoneMetadata | None) -> _Plan | None:
    if metadata is None or metadata.general_desc is None:
        return None
    general = metadata.general_desc
    prefix = metadata.national_prefix_for_parsing
    return _Plan(
        code=str(metadata.country_code),
        # What is None never matches, as in the library.
        shape=re.compile(general.national_number_pattern or r"(?!)"),
        abroad=re.compile(metadata.international_prefix or r"(?!)"),
        prefix=re.compile(prefix) if prefix else None,
        transforms=bool(metadata.national_prefix_transform_rule),
        lengths=frozenset(general.possible_length),
        longest=general.possible_length[-1],
        possible=frozenset(general.possible_length + general.possible_length_local_only),
    )
