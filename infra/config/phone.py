"""Phone numbers as a person may type them, told about without showing them."""

import re
from functools import cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType, ValidationResult, timezone

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
"""ITU-T E.164: a plus, the country code, at most 15 digits in all."""


def masked(phone: str) -> str:
    """A number with all but its ends hidden, for a person who knows it: `+43*******67`."""
    return phone[:3] + "*" * max(len(phone) - 5, 3) + phone[-2:] if len(phone) > 7 else "*****"


def fault(phone: str, *, zones: tuple[str, ...] = ()) -> str:
    """Why this is no E.164 number and what it would be, or nothing when it is one.

    The country of a national number is guessed from the zones of the one who has it.
    """
    if not _E164.fullmatch(phone):
        return f"{masked(phone)} is not E.164; {_remedy(phone, zones)}"
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return f"{masked(phone)} has no country's code in front; begin with + and the code"
    # Not `is_possible_number`: that takes numbers without their area code, too.
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return f"{masked(phone)} has too few or too many digits for its country; check it"
    return ""


def doubt(phone: str) -> str:
    """What is odd about a number that has the form of one, or nothing."""
    number = phonenumbers.parse(phone)
    if not phonenumbers.is_valid_number(number):
        return f"{masked(phone)} is in no range of numbers known to be in use; check it"
    if phonenumbers.number_type(number) is PhoneNumberType.FIXED_LINE:
        return f"{masked(phone)} looks like a landline, which gets no SMS; use a mobile number"
    return ""


def country(phone: str) -> str:
    """ISO 3166 of the country that an E.164 number is of, by which SMS are priced; empty for one
    of no country (such as a satellite's)."""
    try:
        found = phonenumbers.region_code_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return ""
    return found if found and found.isalpha() else ""


def _remedy(phone: str, zones: tuple[str, ...]) -> str:
    wanted = "write + and the country's code, digits only, such as +12025550143"
    spaced = re.sub(r"[\s().\-/]", "", phone)
    if _E164.fullmatch(spaced):
        return f"remove spaces and signs: {masked(spaced)} ({len(spaced) - 1} digits after the +)"
    for zone in zones:
        if guessed := _guess(phone, zone):
            code = phonenumbers.parse(guessed).country_code
            return f"{wanted}; with the country of {zone} it would be +{code}… ({masked(guessed)})"
    return wanted


@cache
def _guess(phone: str, zone: str) -> str | None:
    """The one number that these digits can be in a country of that zone."""
    found: set[str] = set()
    for region in phonenumbers.SUPPORTED_REGIONS:
        try:
            number = phonenumbers.parse(phone, region)
        except phonenumbers.NumberParseException:
            continue
        is_there = zone in timezone.time_zones_for_number(number)
        if is_there and phonenumbers.is_valid_number(number):
            found.add(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    return found.pop() if len(found) == 1 else None
