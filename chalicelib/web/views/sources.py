"""How the sources stand, as JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.errors import NotFound
from chalicelib.domain.read_budget import Limit
from chalicelib.domain.standing import Condition, SourceStanding
from chalicelib.ports import Sources, Traits
from chalicelib.web.views.basics import utc
from chalicelib.web.views.people import Naming

_NOTHING_KNOWN = Traits(
    is_by_keyword=False, is_pulled=True, can_receive=False, can_check_deletions=False, charges=()
)
_BLIND = "We are blind to it: "
"""How `SourceStanding.says` begins of a blind one; who shows its condition says that itself."""

_MOST_SAID = 160
"""Characters: it stands above every view, on phones too, and a platform may say a lot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleView:
    """A source that is not heard as it should be."""

    name: str
    condition: str
    """`blind`: nothing is heard; `back`: what was missed is being read; `degraded`: heard, and not
    as it should be."""
    since: datetime | None
    """When that began; of blindness when it was last read."""
    says: str
    """Why, as a sentence, at most 160 characters."""
    may_hold_replies: bool
    """Whether replies that go there may have to wait until it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitView:
    """One limit of the month's budget of a source. Amounts are decimals as text."""

    unit: str
    """`calls` or `USD`."""
    most: Decimal
    used: Decimal
    forecast: Decimal | None
    """What will have been used at the end of the month; null while nobody can say."""
    share: float
    """What was used of it; 1 is all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A configured source, how it stands, and what reading it has taken in this month (UTC)."""

    name: str
    kind: str
    brand: str
    brand_name: str
    condition: str
    """`watching`, `degraded`, `blind` or `back`."""
    since: datetime | None
    """When that began, of blindness when it was last read; null before it was first asked."""
    says: str
    due_at: datetime | None
    """When it is asked next; null: at once, or never where all is pushed."""
    every_seconds: int
    """How often it is asked just now."""
    succeeded_at: datetime | None
    """When it was last read."""
    calls: int
    """Requests of this month."""
    posts: int
    """Mentions stored this month."""
    spent_usd: str
    """US dollars this month, as far as prices are known; a decimal."""
    limits: tuple[LimitView, ...]
    """Empty without a budget."""
    not_read: str
    """What is not read at present, and why; empty when all is."""
    not_read_since: datetime | None
    late: int
    """Posts that were read late since it is back."""
    is_pulled: bool
    """False where its platform sends everything and is never asked."""
    is_by_keyword: bool
    """Whether it finds posts by words, rather than what is said to us."""
    can_reply: bool
    can_reply_privately: bool
    can_receive: bool
    """Whether its platform may push to us."""
    sees_deletions: bool
    """Whether what authors delete there is noticed, and then erased here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesView:
    """Every configured source, in the order of the configuration."""

    sources: tuple[SourceView, ...]


def sources_view(
    standing: Iterable[SourceStanding], naming: Naming, sources: Sources
) -> SourcesView:
    return SourcesView(sources=tuple(_source_view(one, naming, sources) for one in standing))


def trouble_views(
    troubles: Iterable[SourceStanding], naming: Naming, sources: Sources
) -> tuple[TroubleView, ...]:
    return tuple(
        TroubleView(
            name=one.name,
            condition=one.condition.value,
            since=utc(one.since),
            says=_short(_why(one)),
            may_hold_replies=_may_hold_replies(one, _traits(one, naming, sources)),
        )
        for one in troubles
    )


def _may_hold_replies(one: SourceStanding, traits: Traits) -> bool:
    """What is not read for want of budget is answered all the same."""
    return one.condition is Condition.BLIND and traits.can_reply and not one.not_read


def _why(one: SourceStanding) -> str:
    return one.says.removeprefix(_BLIND)


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SAID else f"{text[: _MOST_SAID - 1].rstrip()}…"


def _source_view(one: SourceStanding, naming: Naming, sources: Sources) -> SourceView:
    traits = _traits(one, naming, sources)
    return SourceView(
        name=one.name,
        kind=one.kind,
        brand=one.brand,
        brand_name=naming.brand(one.brand),
        condition=one.condition.value,
        since=utc(one.since),
        says=_why(one),
        due_at=utc(one.due_at),
        every_seconds=int(one.every.total_seconds()),
        succeeded_at=utc(one.succeeded_at),
        calls=one.calls,
        posts=one.posts,
        spent_usd=str(one.spent),
        limits=tuple(map(_limit_view, one.limits)),
        not_read=one.not_read,
        not_read_since=utc(one.not_read_since),
        late=one.late,
        is_pulled=traits.is_pulled,
        is_by_keyword=traits.is_by_keyword,
        can_reply=traits.can_reply,
        can_reply_privately=traits.can_reply_privately,
        can_receive=traits.can_receive,
        sees_deletions=traits.can_check_deletions,
    )


def _limit_view(limit: Limit) -> LimitView:
    return LimitView(
        unit=limit.unit,
        most=limit.most,
        used=limit.used,
        forecast=limit.forecast,
        share=round(float(limit.share), 4),
    )


def _traits(one: SourceStanding, naming: Naming, sources: Sources) -> Traits:
    try:
        return sources.traits(naming.desk, one.name)
    except NotFound:  # the configuration has just changed
        return _NOTHING_KNOWN
