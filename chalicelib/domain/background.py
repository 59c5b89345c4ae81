"""What is known around a mention, beyond its own text: evidence that the stores hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.copies import Sketch, Voice, Voices, digest, is_alike, sketched, voice_of
from chalicelib.domain.customer import Profile, profile_of
from chalicelib.domain.history import A_BREATH, History, Judged, attempts
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Mood, Score, Topic, Urgency

REPEATS_WITHIN = timedelta(hours=48)
"""An earlier post of the same author counts as unanswered for so long."""

COPIES_WITHIN = timedelta(hours=24)
"""Another mention with nearly the same text counts for so long."""

MOST_ASKED = 5
"""Tickets of earlier mentions that are looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What is known around a mention when it is judged; nothing is known of most."""

    unanswered: int = 0
    """Earlier attempts of this author, within `REPEATS_WITHIN`, that nobody answered: posts in
    one breath are one attempt."""
    unanswered_since: datetime | None = None
    """When the first of them was posted."""
    copies: int = 0
    """Other mentions of the brand, within `COPIES_WITHIN`, that say nearly the same."""
    copy_authors: int = 0
    """How many different authors they and this one have."""
    copied_since: datetime | None = None
    """When the first of them all was posted."""
    answers: int = 0
    """Other mentions, within `COPIES_WITHIN`, that answer or quote the same post, or this one."""
    answer_authors: int = 0
    """How many different authors they have, the author of this one not counted."""
    answered_since: datetime | None = None
    """When the first of them was posted."""
    earlier: int = 0
    """Mentions of this author that were judged before, as far as they are remembered."""
    earlier_negative: int = 0
    """How many of those were negative."""


NOTHING_KNOWN = Background()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Under which names something may be remembered around a mention."""

    author: str | None
    """Of its author's history; None when the author is withheld."""
    texts: Mapping[str, str]
    """By key of its sketch: of what says nearly the same."""
    sketch: Sketch | None
    posts: tuple[str, ...]
    """Of those who answer or quote the posts that it answers or quotes itself."""
    own: str
    """Of those who answer or quote this mention."""

    @property
    def voices(self) -> tuple[str, ...]:
        """All but the author's, each once."""
        return tuple(dict.fromkeys((*self.texts.values(), *self.posts, self.own)))


def author_name(brand: str, profile: Profile) -> str:
    """Under which name the history of an author stands."""
    return f"author#{brand}#{digest(brand, profile.platform, profile.handle.casefold())}"


def trail_of(mention: Mention) -> Trail:
    """Where to look. The names hold digests, neither handles nor words."""
    brand, platform = mention.brand, mention.platform
    profile = profile_of(mention)
    sketch = sketched(mention.text)
    answered = dict.fromkeys(id for id in (mention.in_reply_to, mention.quotes_id) if id)
    return Trail(
        author=author_name(brand, profile) if profile else None,
        texts={key: f"text#{brand}#{key}" for key in sketch.keys} if sketch else {},
        sketch=sketch,
        posts=tuple(f"post#{brand}#{digest(platform, id)}" for id in answered),
        own=f"post#{brand}#{digest(platform, mention.platform_id)}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """What is remembered along a trail, as it stands in the store."""

    history: History = field(default_factory=History)
    voices: Mapping[str, Voices] = field(default_factory=dict)
    """By name; what is not there was never heard."""


def to_ask_of(mention: Mention, history: History, *, now: datetime) -> tuple[Judged, ...]:
    """Earlier mentions of the author that may be unanswered, newest first, at most `MOST_ASKED`."""
    since, until = mention.posted_at - REPEATS_WITHIN, mention.posted_at - A_BREATH
    return tuple(
        one
        for one in history.before(mention.id, now=now)
        if one.urgency is not Urgency.IGNORE and since < one.posted_at <= until
    )[:MOST_ASKED]


def background_of(
    mention: Mention,
    trail: Trail,
    recalled: Recalled,
    *,
    unanswered: Sequence[datetime] = (),
    now: datetime,
) -> Background:
    """What follows for a mention from what is recalled, and from when its `unanswered` earlier
    posts were posted."""
    own, since = voice_of(mention), now - COPIES_WITHIN
    tried = attempts(unanswered, before=mention.posted_at)
    copies = _others(own, _alike(trail, recalled.voices), since)
    answers = _others(own, (recalled.voices.get(one) for one in (*trail.posts, trail.own)), since)
    earlier = recalled.history.before(mention.id, now=now)
    return Background(
        unanswered=tried,
        unanswered_since=min(unanswered) if tried else None,
        copies=len(copies),
        copy_authors=len({one.author for one in (own, *copies)}) if copies else 0,
        copied_since=min(one.at for one in (own, *copies)) if copies else None,
        answers=len(answers),
        answer_authors=len({one.author for one in answers} - {own.author}),
        answered_since=min((one.at for one in answers), default=None),
        earlier=len(earlier),
        earlier_negative=sum(1 for one in earlier if one.mood is Mood.NEGATIVE),
    )


def counts_among_copies(score: Score) -> bool:
    """Whether a mention is remembered among those who say the same: not what asks nothing of us."""
    if score.urgency is not Urgency.IGNORE:
        return True
    return score.mood is Mood.NEGATIVE and score.topic is not Topic.SPAM


def _alike(trail: Trail, voices: Mapping[str, Voices]) -> list[Voices]:
    if trail.sketch is None:
        return []
    found = (voices.get(name, Voices()) for name in trail.texts.values())
    return [one for one in found if is_alike(one, trail.sketch)]


def _others(own: Voice, found: Iterable[Voices | None], since: datetime) -> list[Voice]:
    """All voices but one, each mention once."""
    heard = {voice.mention: voice for one in found if one for voice in one.heard(since=since)}
    return [voice for voice in heard.values() if voice.mention != own.mention]
