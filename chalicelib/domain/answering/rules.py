"""What a company has decided about answering: one value, part of the desk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.answering.names import first_name_of
from chalicelib.domain.answering.waiting import ends_after
from chalicelib.domain.hours import BusinessHours
from chalicelib.domain.signal import Topic, Urgency


@dataclass(frozen=True, slots=True)
class Promise:
    """Within which time a customer has an answer."""

    within: timedelta
    in_hours: bool = False
    """Whether only the time counts in which we are open; else the clock on the wall."""


PROMISES: Mapping[Urgency, Promise] = {
    Urgency.WAKE: Promise(timedelta(minutes=15)),
    Urgency.SOON: Promise(timedelta(minutes=60)),
    Urgency.ANSWER: Promise(timedelta(hours=24)),
}
"""As shipped."""

UNPROMISED = Promise(timedelta(hours=72))
"""For what no promise is made: what is ignored and answered all the same, such as thanks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Which replies need a lead's word before they go out."""

    urgencies: frozenset[Urgency] = frozenset()
    topics: frozenset[Topic] = frozenset()

    def is_needed(self, urgency: Urgency, topic: Topic) -> bool:
        return urgency in self.urgencies or topic in self.topics


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedReply:
    """Words to begin with; `domain.answering.saved` fills them in."""

    name: str
    """Short and URL-safe, such as `delay`."""
    text: str
    """With variables in braces, such as `{first_name}`."""
    brands: tuple[str, ...] = ()
    """Ids of brands it is for; empty: all."""
    topics: tuple[Topic, ...] = ()
    """Empty: all."""
    language: str = ""
    """ISO 639-1 code, such as `de`; empty: not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """The house tone of a brand; English words are known without it."""

    greetings: tuple[str, ...] = ()
    """Further words that a reply may begin with, such as `servus`."""
    banned: tuple[str, ...] = ()
    """Words or phrases that never go out."""
    blame: tuple[str, ...] = ()
    """Further words or phrases that blame the customer."""
    apologies: tuple[str, ...] = ()
    """Further words or phrases that say sorry."""
    most_characters: int | None = None
    """Of a public reply, where that is less than the platform's limit."""
    wants_greeting: bool = True
    wants_name: bool = True
    """Whether a reply calls the customer by name."""
    ours: tuple[str, ...] = ()
    """Our own phone numbers and addresses, which may stand in public."""
    lines: tuple[str, ...] = ()
    """What agents are to ask themselves before they send; shown as it stands."""


class HookEvent(StrEnum):
    """What another desk can be told of."""

    TICKET_OPENED = "ticket.opened"
    TICKET_CLAIMED = "ticket.claimed"
    TICKET_RETURNED = "ticket.returned"
    """Nobody has it any more: it was given back, or came back by itself."""
    TICKET_REPLIED = "ticket.replied"
    """An answer is out."""
    TICKET_RESOLVED = "ticket.resolved"
    TICKET_REOPENED = "ticket.reopened"
    TICKET_BREACHED = "ticket.breached"
    """The promised time to answer has passed."""
    TICKET_CHANGED = "ticket.changed"
    """Anything else that stands on its timeline, such as a further post or a snooze."""
    INCIDENT_TRIGGERED = "incident.triggered"
    """It is new, or rings anew."""
    INCIDENT_ACKNOWLEDGED = "incident.acknowledged"
    INCIDENT_ESCALATED = "incident.escalated"
    """The next step was taken, by the clock or because somebody asked for it."""
    INCIDENT_RESOLVED = "incident.resolved"
    INCIDENT_CHANGED = "incident.changed"
    """Anything else that stands on its timeline, such as a hand-over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A webhook out to another desk."""

    name: str
    secret: str
    """Name of the secret that holds its address and, on a second line, its signing key; begins
    with `webhook-`."""
    events: tuple[HookEvent, ...] = ()
    """Empty: all."""

    def wants(self, event: HookEvent) -> bool:
        return not self.events or event in self.events


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringRules:
    """Promises, claims, approval, signature, saved replies, tone and hooks."""

    promises: Mapping[Urgency, Promise] = field(default_factory=lambda: dict(PROMISES))
    hours: str = ""
    """Name of the business hours by which waits are also told and promises may be made; empty:
    the first of the desk."""
    claim_returns_after: timedelta = timedelta(minutes=20)
    """How long a claim lasts without a sign of its holder."""
    follow_up_after: timedelta | None = timedelta(hours=48)
    """When an answered ticket returns to ask whether all is well; None: never by itself."""
    joins_within: timedelta = timedelta(days=5)
    """A further post of the same author within this time belongs to their ticket."""
    approval: Approval = Approval()
    signature: str = "– {first_name}"
    """With the variables of `saved.SIGNATURE_VARIABLES`; empty: replies are not signed."""
    signatures: Mapping[str, str] = field(default_factory=dict)
    """By brand, where it is another one."""
    saved: tuple[SavedReply, ...] = ()
    checklists: Mapping[str, Checklist] = field(default_factory=dict)
    """By brand."""
    hooks: tuple[Hook, ...] = ()

    def promise(self, urgency: Urgency) -> Promise:
        """What is promised for an urgency: the company's own, else as shipped."""
        return self.promises.get(urgency) or PROMISES.get(urgency, UNPROMISED)

    def due_at(self, since: datetime, urgency: Urgency, hours: BusinessHours | None) -> datetime:
        """Until when (UTC) somebody who has waited since `since` (aware) is to have an answer.

        `hours` (see `hours_among`) count only where the promise is one in business hours.
        """
        promise = self.promise(urgency)
        return ends_after(since, promise.within, hours if promise.in_hours else None)

    def hours_among(self, known: Iterable[BusinessHours]) -> BusinessHours | None:
        """The business hours of a desk by which waits are told; None when it has none."""
        all_of_them = tuple(known)
        named = (one for one in all_of_them if one.name == self.hours)
        return next(named, next(iter(all_of_them), None))

    def checklist(self, brand: str) -> Checklist:
        """The house tone of a brand; English alone where nothing is said."""
        return self.checklists.get(brand) or Checklist()

    def saved_reply(self, name: str) -> SavedReply | None:
        return next((one for one in self.saved if one.name == name), None)

    def signature_of(self, agent_name: str, *, brand: str, brand_name: str) -> str:
        """What stands beneath an agent's replies, such as `– Mia`; empty: nothing does."""
        written = self.signatures.get(brand, self.signature)
        first = first_name_of(agent_name)
        if not first:
            return ""
        for variable, value in (("first_name", first), ("agent", first), ("brand", brand_name)):
            written = written.replace("{" + variable + "}", value)
        return written.strip()

    def signed(self, text: str, agent_name: str, *, brand: str, brand_name: str) -> str:
        """The text with the agent's signature beneath, once however often it is signed."""
        signature = self.signature_of(agent_name, brand=brand, brand_name=brand_name)
        text = text.rstrip()
        if not signature or text.endswith(signature):
            return text
        return f"{text}\n\n{signature}" if "\n" in text else f"{text} {signature}"
