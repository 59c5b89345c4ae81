"""What is configured, as far as agents need it to answer, as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.domain.answering.rules import AnsweringRules, Checklist
from chalicelib.domain.customer import MOST_NOTES as MOST_CUSTOMER_NOTES
from chalicelib.domain.desk import Desk
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket import ENDED, MAX_REPLY, UNDO_FOR
from chalicelib.domain.ticket.ending import LONGEST, MAX_PROMISE
from chalicelib.domain.ticket.holding import MAX_NOTE
from chalicelib.web.views.people import Naming


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedView:
    """Something or somebody with a name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNameView:
    """A configured source."""

    name: str
    kind: str
    brand: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedReplyView:
    """Words to begin with; variables stand in braces until a preview fills them in."""

    name: str
    text: str
    brands: tuple[str, ...]
    """Ids of brands it is for; empty: all."""
    topics: tuple[str, ...]
    """Empty: all."""
    language: str
    """ISO 639-1 code; empty: not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistView:
    """What agents of a brand ask themselves before they send."""

    lines: tuple[str, ...]
    most_characters: int | None
    """Of a public reply, where that is less than the platform's limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    """Which replies need a lead's word before they go out."""

    urgencies: tuple[str, ...]
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsView:
    """What is taken at most, and how long things last."""

    reply: int
    """Characters; a platform may take fewer."""
    note: int
    promise: int
    customer_notes: int
    undo_seconds: int
    claim_minutes: int
    """How long a claim lasts without a sign of its holder."""
    ahead_days: int
    """How far ahead something may be promised or put off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """What is configured, as far as agents need it."""

    brands: tuple[NamedView, ...]
    sources: tuple[SourceNameView, ...]
    languages: tuple[str, ...]
    """ISO 639-1 codes of what waits now and of saved replies."""
    urgencies: tuple[str, ...]
    """Gravest first."""
    topics: tuple[str, ...]
    outcomes: tuple[str, ...]
    """As what a ticket may end."""
    agents: tuple[NamedView, ...]
    """Everybody who was on duty within a day, and everybody who can be paged."""
    saved: tuple[SavedReplyView, ...]
    checklists: Mapping[str, ChecklistView]
    """By brand."""
    approval: ApprovalView
    signatures: Mapping[str, str]
    """What the asker's replies end with, by brand."""
    limits: LimitsView


def desk_view(naming: Naming, *, languages: Iterable[str], me: str) -> DeskView:
    """`languages`: codes of what waits; `me`: the asker's name."""
    desk = naming.desk
    rules = desk.answering
    return DeskView(
        brands=tuple(NamedView(id=one.id, name=one.name) for one in desk.brands),
        sources=tuple(
            SourceNameView(name=one.name, kind=one.kind, brand=one.brand) for one in desk.sources
        ),
        languages=tuple(sorted({*languages, *(one.language for one in rules.saved)} - {""})),
        urgencies=tuple(Urgency),
        topics=tuple(Topic),
        outcomes=tuple(sorted(ENDED)),
        agents=_agents(naming),
        saved=_saved(rules),
        checklists={one.id: _checklist(rules.checklist(one.id)) for one in desk.brands},
        approval=ApprovalView(
            urgencies=tuple(sorted(rules.approval.urgencies)),
            topics=tuple(sorted(rules.approval.topics)),
        ),
        signatures=_signatures(desk, me),
        limits=_limits(rules),
    )


def _agents(naming: Naming) -> tuple[NamedView, ...]:
    """By name."""
    found = (NamedView(id=id, name=name) for id, name in naming.agents.items())
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def _saved(rules: AnsweringRules) -> tuple[SavedReplyView, ...]:
    return tuple(
        SavedReplyView(
            name=one.name,
            text=one.text,
            brands=one.brands,
            topics=tuple(one.topics),
            language=one.language,
        )
        for one in rules.saved
    )


def _checklist(one: Checklist) -> ChecklistView:
    return ChecklistView(lines=one.lines, most_characters=one.most_characters)


def _signatures(desk: Desk, me: str) -> dict[str, str]:
    return {
        one.id: desk.answering.signature_of(me, brand=one.id, brand_name=one.name)
        for one in desk.brands
    }


def _limits(rules: AnsweringRules) -> LimitsView:
    return LimitsView(
        reply=MAX_REPLY,
        note=MAX_NOTE,
        promise=MAX_PROMISE,
        customer_notes=MOST_CUSTOMER_NOTES,
        undo_seconds=int(UNDO_FOR.total_seconds()),
        claim_minutes=int(rules.claim_returns_after.total_seconds() // 60),
        ahead_days=LONGEST.days,
    )
