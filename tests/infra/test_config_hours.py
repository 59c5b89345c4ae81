"""The user's file: business hours and public holidays."""

from datetime import UTC, date, datetime, time

import pytest

from chalicelib.domain.hours import BusinessHours, Holiday, OpenSpan, SpecialDay
from chalicelib.domain.schedule import Weekday
from infra.config import check
from infra.config.public_holidays import fault_of_region, known_until, public_holidays
from tests.infra.desk_file import (
    FULL,
    NOW,
    desk,
    line_of,
    problems,
    the_problem,
    warnings,
    with_line,
)

GOES_BY = "    hours: office\n    pages_soon: true\n"
ANSWERED_BY = "  hours: office\n  promises:"
OFFICE = FULL[FULL.index("    holidays: {") : FULL.index("policies:\n  first")]


def office(*settings: str) -> str:
    """The full file with business hours of these settings beside `open`."""
    return with_line(OFFICE, "".join(f"    {one}\n" for one in settings), FULL)


def hours(text: str) -> BusinessHours:
    (found,) = desk(text).hours
    return found


def test_every_setting_of_business_hours_reaches_the_desk() -> None:
    found = hours(FULL)

    day = (OpenSpan(opens=time(9), closes=time(12)), OpenSpan(opens=time(13), closes=time(17)))
    assert (found.name, found.zone) == ("office", "Europe/Vienna")
    assert found.weekly == {
        **dict.fromkeys(list(Weekday)[:4], day),
        Weekday.FRIDAY: (OpenSpan(opens=time(9), closes=time(14)),),
    }
    assert Holiday(day=date(2026, 12, 24), name="Christmas Eve") in found.closed_on
    assert found.open_on == (
        SpecialDay(day=date(2026, 12, 8), spans=(OpenSpan(opens=time(10), closes=time(18)),)),
    )
    assert found.known_until == date(2029, 12, 31)


def test_public_holidays_are_filled_in_for_this_year_and_three_more() -> None:
    days = {one.day: one.name for one in hours(FULL).closed_on}

    assert days[date(2026, 1, 6)] == "Epiphany"
    assert days[date(2029, 12, 25)] == "Christmas Day"
    assert max(days) == date(2029, 12, 26)
    # Easter Monday moves.
    assert {date(2027, 3, 29), date(2028, 4, 17)} <= set(days)


def test_the_year_is_that_on_the_wall_of_the_hours() -> None:
    just_before_midnight = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    found = check(FULL, file="x.yaml", now=just_before_midnight).desk.hours[0]
    assert found.known_until == date(2030, 12, 31)


def test_a_name_of_your_own_goes_before_that_of_the_holiday() -> None:
    text = office("holidays: {country: AT}", "closed_on: [{day: 2026-12-25, name: We sleep late}]")

    assert [one.name for one in hours(text).closed_on if one.day == date(2026, 12, 25)] == [
        "We sleep late"
    ]


def test_a_region_adds_its_own_days() -> None:
    plain = {one.day for one in hours(office("holidays: {country: DE}")).closed_on}
    bavaria = {one.day for one in hours(office("holidays: {country: DE, region: BY}")).closed_on}

    assert date(2027, 1, 6) in bavaria - plain
    assert plain < bavaria


@pytest.mark.parametrize("region", ["9", "Wien", '"9"'])
def test_a_region_may_be_a_code_a_number_or_a_name(region: str) -> None:
    found = hours(office(f"holidays: {{country: AT, region: {region}}}"))

    assert found.closed_on == hours(office("holidays: {country: AT, region: '9'}")).closed_on


def test_without_public_holidays_only_your_own_days_are_closed() -> None:
    found = hours(office("closed_on: [{day: 2026-12-24, name: Christmas Eve}]"))

    assert found.closed_on == (Holiday(day=date(2026, 12, 24), name="Christmas Eve"),)
    assert found.known_until is None


def test_norway_is_a_country_and_no_is_no_answer() -> None:
    assert hours(office("holidays: {country: NO}")).closed_on


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("holidays: {country: AU, region: 9}", "'9' is no region of AU; known: ACT (Australian"),
        ("holidays: {country: Austria}", "'Austria' is no country whose public holidays are known; "
         "did you mean AT?"),
        ("holidays: {country: Austri}", "did you mean AT?"),
        ("holidays: {country: at}", "did you mean AT?"),
        ("holidays: {country: AUT}", "did you mean AT?"),
        ("holidays: {country: united kingdom}", "did you mean GB?"),
        ("holidays: {country: Atlantis}", "write its ISO 3166-1 code, such as AT or GB"),
        ("holidays: {country: AT, region: AT-9}", "'AT-9' is no region of AT; did you mean 9?"),
        ("holidays: {country: AT, region: Salzburgg}", "did you mean Salzburg?"),
        ("holidays: {country: AT, region: X}", "'X' is no region of AT; known: 1 (Burgenland), 2"),
        ("holidays: {region: 9}", "holidays.country: is missing; add it, such as country: AT"),
        ("holidays: AT", "'AT' is not settings, one a line; write holidays: {country: AT, region"),
        ("closed_on: [2026-12-24]", "closed_on[0]: '2026-12-24' is not settings, one a line"),
        ("closed_on: [{day: 2026-12-24}]", "closed_on[0].name: is missing; add it, such as name"),
        ("closed_on: [{day: 24.12., name: x}]", "'24.12.' is not a day; write year-month-day"),
        ("open_on: [{day: 2026-12-08}]", "open_on[0].open: is missing; add it, such as open: [10:"),
        ("open_on: [{day: 2026-12-08, open: []}]", "open_on[0].open: is empty; write open: [10:00"),
        ("open_on: [{day: 2026-12-08, open: [1-2]}]", "'1-2' is not a time from and to"),
    ],
)  # fmt: skip
def test_a_setting_of_business_hours_is_refused_with_its_remedy(setting: str, told: str) -> None:
    text = office(setting)

    found = the_problem(text)
    assert told in found
    assert found.startswith(f"nightdesk.yaml:{line_of(text, setting)}: hours.office.")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (("closed_on: [{day: 2026-12-24, name: a}, {day: 2026-12-24, name: b}]",),
         "hours.office: has 2026-12-24 twice, in closed_on; keep one of them"),
        (("closed_on: [{day: 2026-12-24, name: a}]",
          "open_on: [{day: 2026-12-24, open: [10:00-12:00]}]"),
         "hours.office: has 2026-12-24 twice, in closed_on and in open_on; keep one of them"),
    ],
)  # fmt: skip
def test_a_day_cannot_be_two_things(settings: tuple[str, ...], told: str) -> None:
    assert told in the_problem(office(*settings))


def test_hours_without_an_opening_are_refused() -> None:
    opening = FULL[FULL.index("    open:\n") : FULL.index("    holidays:")]

    assert "hours.office.open: is missing; add it, such as open: {mon-fri" in the_problem(
        FULL.replace(opening, "")
    )


def test_a_fault_of_the_hours_is_told_once_though_policies_name_them() -> None:
    assert len(problems(office("holidays: {country: Atlantis}"))) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (office("holidays: {country: UA}"),
         "hours.office.holidays.country: has no public holidays in the years ahead"),
        (office("holidays: {country: LK}"),
         "hours.office.holidays.country: announces its holidays late: they are known until 2026"),
        (FULL.replace("13:00-17:00", "11:30-17:00"),
         "hours.office.open: opens mon at 11:30 before it has closed at 12:00"),
        (FULL.replace(GOES_BY, "").replace(": closed", ": always")
         .replace(ANSWERED_BY, "  promises:"),
         "hours.office: is in no policy, so nothing goes by it"),
    ],
)  # fmt: skip
def test_what_is_hardly_meant_of_business_hours_is_told(text: str, told: str) -> None:
    assert any(told in warning for warning in warnings(text))


def test_every_country_can_be_filled_in() -> None:
    import holidays

    today = NOW.date()
    for country in holidays.list_supported_countries(include_aliases=False):
        found = public_holidays(country, None, today=today)
        assert all(one.name.strip() for one in found), country
        assert all(one.day <= known_until(country, today=today) for one in found), country


def test_every_region_is_known_by_its_code_and_by_its_names() -> None:
    import holidays

    for country, regions in holidays.list_supported_countries(include_aliases=True).items():
        for region in regions:
            assert not fault_of_region(country, region), (country, region)
