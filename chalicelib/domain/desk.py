"""The desk: everything a company configures, as one value.

It is made from the user's YAML, checked as a whole, and stored as one item: what is in force
is always one complete, valid desk.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from chalicelib.domain.answering.rules import AnsweringRules
from chalicelib.domain.escalation import EscalationPolicy, Target, TargetKind
from chalicelib.domain.finance import Finance
from chalicelib.domain.hours import BusinessHours
from chalicelib.domain.pace import Pace
from chalicelib.domain.read_budget import ReadBudget
from chalicelib.domain.responder import Responder
from chalicelib.domain.rules import Rules
from chalicelib.domain.schedule import OnCallSchedule, ResponderId
from chalicelib.domain.schedule.wall import zone_named
from chalicelib.domain.signal import Score, Topic, Urgency

__all__ = [
    "Brand",
    "Desk",
    "EmailSettings",
    "Responder",
    "SecondReading",
    "SmsSettings",
    "SourceEntry",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """A name under which customers know the company."""

    id: str
    """Short and URL-safe, such as `acme`."""
    name: str
    terms: tuple[str, ...] = ()
    """Words by which people speak of it; lower case."""
    handles: tuple[str, ...] = ()
    """Its own accounts, without `@`; their posts are never mentions."""
    policies: Mapping[Topic, str] = field(default_factory=dict)
    """Escalation policy by topic, where it is not `policy`."""
    policy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEntry:
    """One configured source: what to read, as whom, how often."""

    name: str
    kind: str
    """A member of the sources family, such as `mastodon`."""
    brand: str
    every: timedelta = timedelta(minutes=1)
    """As a rule."""
    at_least_every: timedelta | None = None
    """It is never read less often as long as it answers; None: as `every`."""
    quickest: timedelta = timedelta(minutes=1)
    """It is never read more often."""
    budget: ReadBudget | None = None
    """What reading it may take in a month."""
    options: Mapping[str, str | int | bool | list[str]] = field(default_factory=dict)
    """What the member asks for; each documents its own."""
    secret: str = ""
    """Name of the secret that holds its credentials, empty when it needs none."""

    @property
    def pace(self) -> Pace:
        """How often it is read; what contradicts itself is read as `every` says."""
        floor = self.every if self.at_least_every is None else self.at_least_every
        return Pace(self.every, max(self.every, floor), min(self.every, self.quickest))


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSettings:
    """How SMS leave and come back."""

    sender_id: str = ""
    """Up to 11 letters and digits, shown as the sender where the country allows it."""
    origination_number: str = field(default="", repr=False)
    is_two_way: bool = False
    """Whether replies reach us: the origination number forwards to the replies topic."""
    takes_bare_letters: bool = False
    """Whether `a` or `ok` without a code acknowledges, while one incident alone is open for that
    phone. Sender numbers can be forged: whoever knows a responder's could silence a page."""
    most_per_hour: int = 200
    """SMS of repeats and reminders to all phones together; the first page of an incident to a
    person is never held back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSettings:
    """How e-mail leaves."""

    sender: str = ""
    """Address verified in Amazon SES, such as `Nightdesk <night@acme.example>`; empty: no e-mail
    is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """A language model in the company's own account that reads once more what may be urgent."""

    model: str = ""
    """Model or inference profile of Amazon Bedrock; empty: there is no second reading."""
    most_per_day: int = 200
    """Readings; what comes after is judged without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything a company configures."""

    brands: tuple[Brand, ...]
    sources: tuple[SourceEntry, ...]
    responders: tuple[Responder, ...]
    schedules: tuple[OnCallSchedule, ...]
    policies: tuple[EscalationPolicy, ...]
    fallback: ResponderId
    """Paged when a round reached nobody, and whoever covers a gap."""
    lead: ResponderId
    """Told what is wrong with the desk itself."""
    sms: SmsSettings = SmsSettings()
    hours: tuple[BusinessHours, ...] = ()
    email: EmailSettings = EmailSettings()
    rules: Rules = field(default_factory=Rules)
    second_reading: SecondReading = SecondReading()
    answering: AnsweringRules = field(default_factory=AnsweringRules)
    finance: Finance = field(default_factory=Finance)

    def responder(self, id: ResponderId) -> Responder | None:
        return next((one for one in self.responders if one.id == id), None)

    def responder_of_phone(self, phone: str) -> Responder | None:
        return next((one for one in self.responders if one.phone == phone), None)

    def brand(self, id: str) -> Brand | None:
        return next((one for one in self.brands if one.id == id), None)

    def brand_name(self, id: str) -> str:
        """What a brand is called; its id when it has been removed since."""
        found = self.brand(id)
        return found.name if found else id

    def source(self, name: str) -> SourceEntry | None:
        return next((one for one in self.sources if one.name == name), None)

    def policy(self, name: str) -> EscalationPolicy:
        """The policy of that name; the first one when it has been removed since."""
        return next((one for one in self.policies if one.name == name), self.policies[0])

    def policy_for(self, brand: str, topic: Topic) -> EscalationPolicy:
        """The policy for an incident of this brand and topic."""
        found = self.brand(brand)
        if found is None:
            return self.policies[0]
        return self.policy(found.policies.get(topic, found.policy))

    def opens_incident(self, score: Score, policy: EscalationPolicy) -> bool:
        """Whether a verdict opens an incident under `policy` when there is none to join.

        What is only *soon* does by a policy that pages for it, but never for a quiet topic.
        """
        if score.urgency is Urgency.SOON:
            return policy.pages_soon and score.topic not in self.rules.quiet_topics
        return score.urgency is Urgency.WAKE

    @property
    def zone(self) -> tzinfo:
        """Where the company lives: the zone of its business hours, else of its first schedule."""
        names = (*(one.zone for one in self.hours), *(one.zone for one in self.schedules))
        return zone_named(next(iter(names), "UTC"))

    @property
    def answering_hours(self) -> BusinessHours | None:
        """The business hours by which customers' waits are told, if there are any."""
        return self.answering.hours_among(self.hours)

    def hours_of(self, policy: EscalationPolicy) -> BusinessHours | None:
        """The business hours a policy goes by, if any."""
        return next((one for one in self.hours if one.name == policy.hours), None)

    def is_open(self, policy: EscalationPolicy, at: datetime) -> bool:
        """Whether it is business hours; always where a policy goes by none."""
        hours = self.hours_of(policy)
        return hours is None or hours.is_open(at)

    def schedule(self, name: str) -> OnCallSchedule | None:
        return next((one for one in self.schedules if one.name == name), None)

    def targets(self, target: Target, at: datetime) -> tuple[Responder, ...]:
        """The people a target means at an instant; whoever stands in for a gap included."""
        ids: Iterable[ResponderId]
        match target.kind:
            case TargetKind.RESPONDER:
                ids = [ResponderId(target.name)]
            case TargetKind.SCHEDULE:
                schedule = self.schedule(target.name)
                ids = (schedule.everyone_on_call(at) if schedule else ()) or [self.fallback]
            case TargetKind.EVERYONE:
                ids = [one.id for one in self.responders]
            case TargetKind.FALLBACK:
                ids = [self.fallback, self.lead]
        found = (self.responder(id) for id in dict.fromkeys(ids))
        return tuple(one for one in found if one is not None)

    def people(self, targets: Iterable[Target], at: datetime) -> tuple[Responder, ...]:
        """The people that several targets mean together, each once."""
        meant = (one for target in targets for one in self.targets(target, at))
        return tuple({one.id: one for one in meant}.values())
