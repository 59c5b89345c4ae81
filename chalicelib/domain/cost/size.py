"""How big a company is, as far as what it costs depends on it. A month has 30 days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from chalicelib.domain.cost.exact import ZERO, minus, plus, total
from chalicelib.domain.cost.sharing import parts_of
from chalicelib.domain.cost.use import Charge
from chalicelib.domain.errors import BadInput

DAYS = 30
MONTH = timedelta(days=DAYS)

LIMITS: Mapping[str, tuple[Decimal, Decimal]] = {
    name: (Decimal(least), Decimal(most))
    for name, least, most in (
        ("mentions_a_day", 0, 10_000_000),
        ("answer_share", 0, 1),
        ("wake_share", 0, 1),
        ("replies_a_ticket", 0, 100),
        ("storms_a_month", 0, 1_000),
        ("mentions_a_storm", 1, 1_000_000),
        ("pages_an_incident", 1, 100),
        ("agents", 0, 10_000),
        ("hours_a_day", 0, 24),
        ("days_a_month", 0, DAYS),
        ("months_kept", 0, 120),
    )
}
"""Least and most of each number of a `Size`: what is beyond is a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSize:
    """One source that would be read."""

    name: str
    kind: str
    every: timedelta | None
    """How often it is read; None where everything is pushed."""
    mentions_a_day: Decimal | None = None
    """None: an equal part of what the others leave."""
    calls_a_pull: int = 1
    charges: tuple[Charge, ...] = ()
    """What the platform takes money for, with what it takes for one mention at most."""

    @property
    def pulls(self) -> int:
        """In a month."""
        return MONTH // self.every if self.every else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A company, as far as costs depend on it. Raises BadInput with all that cannot be."""

    mentions_a_day: Decimal
    answer_share: Decimal = Decimal("0.3")
    """Of mentions that become a ticket."""
    wake_share: Decimal = Decimal("0.002")
    """Of mentions that open an incident; such a one is a ticket as well."""
    replies_a_ticket: Decimal = Decimal(1)
    storms_a_month: Decimal = ZERO
    mentions_a_storm: Decimal = Decimal(500)
    """Beyond those of the day: one opens an incident, the others join it, each is a ticket."""
    pages_an_incident: Decimal = Decimal(2)
    agents: Decimal = ZERO
    hours_a_day: Decimal = Decimal(8)
    """That each agent has the page open and looks at it."""
    days_a_month: Decimal = Decimal(22)
    """On which agents work."""
    months_kept: Decimal = Decimal(13)
    """How long mentions are kept; the month is one of those in which as much goes as comes."""
    countries: tuple[str, ...] = ()
    """ISO 3166, of the phones that ring, each as often as the others."""
    sources: tuple[SourceSize, ...]

    def __post_init__(self) -> None:
        problems = [*self._of_numbers(), *self._of_sources(), *self._of_countries()]
        if problems or (problems := list(self._together())):
            raise BadInput("; ".join(problems))

    def _of_numbers(self) -> Iterator[str]:
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            if not _is_within(value, least, most):
                yield f"{name}: {value}; use {least} to {most:,}"

    def _of_sources(self) -> Iterator[str]:
        if not self.sources:
            yield "sources: none; name at least one, such as mastodon"
        for name in sorted({one.name for one in self.sources}):
            if sum(one.name == name for one in self.sources) > 1:
                yield f"sources: {name} twice; give each a name of its own"
        for one in self.sources:
            if one.every is not None and one.every < timedelta(minutes=1):
                yield f"sources: {one.name} every {one.every}; use a minute or more"
            brings, (least, most) = one.mentions_a_day, LIMITS["mentions_a_day"]
            if brings is not None and not _is_within(brings, least, most):
                yield f"sources: {one.name} brings {brings}; use {least} to {most:,}"

    def _of_countries(self) -> Iterator[str]:
        for country in self.countries:
            if len(country) != 2 or not (country.isascii() and country.isupper()):
                yield f"countries: {country!r}; use two letters, such as DE"
        if len(set(self.countries)) < len(self.countries):
            yield "countries: one is named twice"

    def _together(self) -> Iterator[str]:
        """What cannot be though each part of it can."""
        if not self.countries and (self.storms_a_month or self.mentions_a_day * self.wake_share):
            yield "countries: none; say where the phones are that ring, such as DE"
        told = [one.mentions_a_day for one in self.sources]
        known = sum((one for one in told if one is not None), ZERO)
        if known > self.mentions_a_day or (None not in told and known < self.mentions_a_day):
            yield f"sources: they bring {known} mentions a day, of {self.mentions_a_day}"

    @property
    def by_source(self) -> Mapping[str, Decimal]:
        """Mentions of a month by source, those of storms as the others."""
        told = {one.name: one.mentions_a_day for one in self.sources}
        known = {name: one for name, one in told.items() if one is not None}
        if left := dict.fromkeys((name for name in told if name not in known), Decimal(1)):
            known |= parts_of(minus(self.mentions_a_day, total(known.values())), left)
        storm = parts_of(self.storms_a_month * self.mentions_a_storm, known)
        return {name: plus(known[name] * DAYS, storm[name]) for name in known}

    @property
    def tickets(self) -> Mapping[str, Decimal]:
        """Tickets of a month by source; a mention that wakes somebody is one as well."""
        share = max(self.answer_share, self.wake_share)
        of_storms = self.storms_a_month * self.mentions_a_storm
        return parts_of(plus(self.mentions_a_day * share * DAYS, of_storms), self.by_source)

    @property
    def incidents(self) -> Decimal:
        """Of a month."""
        return plus(self.mentions_a_day * self.wake_share * DAYS, self.storms_a_month)

    @property
    def at_rest(self) -> "Size":
        """The same company, when nobody says or does anything."""
        return replace(
            self,
            mentions_a_day=ZERO,
            storms_a_month=ZERO,
            agents=ZERO,
            sources=tuple(replace(one, mentions_a_day=None) for one in self.sources),
        )


def _is_within(value: Decimal, least: Decimal, most: Decimal) -> bool:
    return value.is_finite() and least <= value <= most
