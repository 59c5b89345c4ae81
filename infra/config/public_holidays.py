"""Public holidays by country and region, from the library `holidays` (github.com/vacanza/holidays).

They are written into the desk when a file is applied, so that no function needs the library.
"""

import difflib
from datetime import date
from functools import cache
from typing import Any

from chalicelib.domain.hours import Holiday
from infra.config.problem import suggest

YEARS_AHEAD = 3
"""Filled in beyond the year in which a file is applied."""

LANGUAGE = "en_US"
"""Names are in English where the library has them, else in a language of the country."""


def fault_of_country(found: str) -> str:
    """Why this is no country that holidays are known of, or nothing when it is one."""
    known = _countries()
    if found in known.values():
        return ""
    folded = "".join(found.split()).casefold()
    # What is as short as a code is close to nearly every other.
    near = difflib.get_close_matches(folded, known, n=1, cutoff=0.75) if len(folded) > 3 else []
    code = known.get(folded) or known.get("".join(near))
    meant = f"did you mean {code}?" if code else "write its ISO 3166-1 code, such as AT or GB"
    return f"{found!r} is no country whose public holidays are known; {meant}"


def fault_of_region(country: str, found: str) -> str:
    """Why holidays are not known of this part of a country, or nothing when they are."""
    entity = _entity(country)
    names = {*entity.subdivisions, *entity.subdivisions_aliases}
    if found in names:
        return ""
    if not names:
        return f"{found!r} is not needed: {country} has the same public holidays everywhere"
    code = found.removeprefix(f"{country}-")
    if code in names:
        return f"{found!r} is no region of {country}; did you mean {code}?"
    # What is as short as a code is close to nearly every other.
    remedy = suggest(found, names) if len(found) > len("AT-9") else ""
    if not remedy.startswith("did"):
        remedy = f"known: {', '.join(_told(entity))}"
    return f"{found!r} is no region of {country}; {remedy}"


def known_until(country: str, *, today: date) -> date:
    """The last day that is filled in for a file that is applied today.

    Some countries announce the next year's holidays shortly before it begins.
    """
    return date(min(today.year + YEARS_AHEAD, _entity(country).end_year), 12, 31)


def public_holidays(country: str, region: str | None, *, today: date) -> tuple[Holiday, ...]:
    """Those of this year and of the next `YEARS_AHEAD`, oldest first; the country is known."""
    import holidays

    found = holidays.country_holidays(
        country,
        subdiv=region,
        years=range(today.year, known_until(country, today=today).year + 1),
        language=LANGUAGE,
    )
    return tuple(Holiday(day=day, name=name) for day, name in sorted(found.items()))


@cache
def _countries() -> dict[str, str]:
    """Codes by all that a country is called, such as `GB` by `gb`, `gbr`, `unitedkingdom`."""
    import holidays
    from holidays.registry import COUNTRIES

    codes = holidays.list_supported_countries(include_aliases=False)
    called = {code.casefold(): code for code in codes}
    for names in COUNTRIES.values():
        for code in codes.keys() & {*names}:
            called |= {name.casefold(): code for name in names}
    return called


def _entity(country: str) -> Any:
    import holidays

    return getattr(holidays, country)


def _told(entity: Any) -> list[str]:
    """Each region by its code, with the longest of its names: `9 (Wien)`."""
    named: dict[str, str] = {}
    for name, code in entity.subdivisions_aliases.items():
        named[code] = max(named.get(code, ""), name, key=len)
    return [f"{code} ({named[code]})" if code in named else code for code in entity.subdivisions]
