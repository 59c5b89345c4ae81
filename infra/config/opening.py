"""The settings of business hours; see `shape.py`."""

from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from infra.config import fields as form
from infra.config import public_holidays as known
from infra.config import times
from infra.config.fields import Setting, about


class HolidaysSetting(Setting):
    """Public holidays of a country, taken as closed."""

    country: Annotated[
        str, about("ISO 3166-1 code of two letters; what is known of 200 and more.", "AT")
    ]
    region: Annotated[
        str | None,
        about(
            "ISO 3166-2 code of a state or province without its country, or its name, for "
            "holidays that are its own. By default those of the whole country alone.",
            '"9"',
        ),
    ] = None

    @field_validator("country")
    @classmethod
    def _is_known(cls, found: str) -> str:
        if wrong := known.fault_of_country(found):
            raise ValueError(wrong)
        return found

    @field_validator("region")
    @classmethod
    def _is_in_the_country(cls, found: str | None, info: ValidationInfo) -> str | None:
        country = info.data.get("country")
        if found is not None and country and (wrong := known.fault_of_region(country, found)):
            raise ValueError(wrong)
        return found


class ClosedSetting(Setting):
    """A day on which it does not open, besides public holidays."""

    day: Annotated[times.Day, about("Which day.", "2026-12-24")]
    name: Annotated[form.Word, about("Why, as customers may read it.", "Christmas Eve")]


class OpenSetting(Setting):
    """A day with hours of its own, whatever weekday or holiday it is."""

    day: Annotated[times.Day, about("Which day.", "2026-12-08")]
    open: Annotated[times.Spans, about("From when to when.", "[10:00-18:00]")]


class HoursSetting(Setting):
    """When the company is open, on the wall clock of one zone."""

    zone: Annotated[times.Zone, about("Time zone (IANA) of all its times.", "Europe/Vienna")]
    open: Annotated[
        times.Week,
        about(
            "By day, from when to when; a day with a pause has two times, and a day that is not "
            "named is closed. `20:00-02:00` closes on the next day.",
            "{mon-fri: [09:00-12:00, 13:00-17:00]}",
        ),
    ]
    holidays: Annotated[
        HolidaysSetting | None,
        about(
            "Public holidays, on which it does not open: this year's and the next three years', "
            "filled in when the file is applied.",
            '{country: AT, region: "9"}',
        ),
    ] = None
    closed_on: Annotated[
        tuple[ClosedSetting, ...],
        about("Further days on which it does not open.", "[{day: 2026-12-24, name: Christmas}]"),
    ] = ()
    open_on: Annotated[
        tuple[OpenSetting, ...],
        about(
            "Days with hours of their own; they go before holidays.",
            "[{day: 2026-12-08, open: [10:00-18:00]}]",
        ),
    ] = Field(default=())

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        seen: dict[object, str] = {}
        for section, days in (("closed_on", self.closed_on), ("open_on", self.open_on)):
            for one in days:
                if before := seen.get(one.day):
                    both = section if before == section else f"{before} and in {section}"
                    raise ValueError(f"has {one.day} twice, in {both}; keep one of them")
                seen[one.day] = section
        return self
