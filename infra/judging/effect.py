"""What other rules would have changed: of each by itself, and of all together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.desk import Desk
from chalicelib.domain.mention import MentionId
from chalicelib.domain.rules import Rules, ruled, unruled
from chalicelib.domain.signal import Score, Topic, Urgency
from chalicelib.ports import JudgedHistory, PastVerdict
from chalicelib.ports.hindsight import Watch
from infra.config.judging import ELSE
from infra.judging.replay import Course, lives_of
from infra.judging.single import Rule, Singles, concerns, rules_of, singles

LOOKED_BACK = timedelta(days=30)

EXAMPLES = 3
"""Of each rule."""

MAX_TEXT = 120
"""Characters of an example."""

NOT_JUDGED = "none"
"""The scorer of what could not be judged and was handed to a person (see `services.triage`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A mention on which the verdict would have been another."""

    id: MentionId
    at: datetime
    """When it was judged."""
    brand: str
    topic: Topic
    author: str
    text: str
    """One line, at most `MAX_TEXT` characters; not trusted."""
    before: Urgency
    after: Urgency
    rings: bool
    """Whether it would have woken somebody, or no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What a course of verdicts comes to."""

    pages: int
    """Incidents for which somebody is woken, each once: neither repeats nor further people."""
    incidents: int
    """Those that ring in business hours only, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one rule does, while all others are as they would be."""

    setting: str
    """Such as `page`."""
    what: str
    """The word, handle or topic."""
    status: str
    """`new`, `changed`, `removed`, or `in force` already."""
    least: float | None
    """The line, for `wake_at`; of a removed one the line that then counts."""
    pages: int
    """So many more; fewer where it is negative."""
    incidents: int
    raised: int
    """Mentions judged graver than without it."""
    lowered: int
    examples: tuple[Example, ...]

    @property
    def does_anything(self) -> bool:
        return bool(self.raised or self.lowered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What rules would have changed in a time, against those in force."""

    since: datetime
    until: datetime
    verdicts: int
    """Mentions that were judged in that time; with none there is nothing to tell from."""
    first_at: datetime | None
    """When the first of them was."""
    usual: timedelta
    """How long an incident is taken to last that never was."""
    before: Count
    """By the rules in force."""
    after: Count
    changes: tuple[Change, ...]
    examples: tuple[Example, ...]
    """Of all together."""


def effect_of(
    history: JudgedHistory,
    desk: Desk,
    *,
    in_force: Rules,
    now: datetime,
    back: timedelta = LOOKED_BACK,
    watch: Watch = lambda share: None,
) -> Effect:
    """What the rules of `desk` would have changed in the time `back` from `now`.

    The recorded verdicts are judged anew by rules alone: what text, author and second reader said
    stays. Incidents that the crowd opened by itself are not counted.
    """
    since = now - back
    found = history.verdicts(since, watch=watch)
    lives = lives_of(history.incidents(since - timedelta(days=1)))
    past = _Past([one for one in found if one.score.scorer != NOT_JUDGED])
    before = past.by(in_force)
    after = past.by(desk.rules)
    course_before = Course.of(zip(past.verdicts, before, strict=True), desk, lives)
    course = Course.of(zip(past.verdicts, after, strict=True), desk, lives)
    old, new = singles(in_force), singles(desk.rules)
    changes = []
    for rule in [*new, *(one for one in old if one not in new)]:
        # Without a new rule; with an old one; with the line that it had.
        others = {one: least for one, least in new.items() if one != rule}
        if rule not in new or (rule in old and old[rule] != new[rule]):
            others[rule] = old[rule]
        without = past.by_others(after, rule, rules_of(others), (new, others))
        other = replace(desk, rules=rules_of(others))
        course_without = Course.of(zip(past.verdicts, without, strict=True), other, lives)
        changes.append(
            Change(
                setting=rule[0],
                what=rule[1],
                status=_status(rule, old, new),
                least=_least(rule, desk.rules),
                pages=course.pages - course_without.pages,
                incidents=course.incidents - course_without.incidents,
                raised=_moved(without, after),
                lowered=_moved(after, without),
                examples=past.examples(without, after, course_without, course),
            )
        )
    return Effect(
        since=since,
        until=now,
        verdicts=len(past.verdicts),
        first_at=past.verdicts[0].judged_at if past.verdicts else None,
        usual=lives.usual,
        before=Count(pages=course_before.pages, incidents=course_before.incidents),
        after=Count(pages=course.pages, incidents=course.incidents),
        changes=tuple(changes),
        examples=past.examples(before, after, course_before, course),
    )


class _Past:
    """The verdicts of a time, and what they are by other rules."""

    def __init__(self, verdicts: Sequence[PastVerdict]) -> None:
        self.verdicts = verdicts
        self._bare = [unruled(one.score) for one in verdicts]

    def by(self, rules: Rules) -> list[Score]:
        return [
            ruled(score, one.mention, rules)
            for score, one in zip(self._bare, self.verdicts, strict=True)
        ]

    def by_others(
        self, known: Sequence[Score], rule: Rule, rules: Rules, both: Iterable[Singles]
    ) -> list[Score]:
        """By rules that differ from those of `known` in one alone; only what it concerns anew."""
        named = frozenset.intersection(
            *(frozenset(what for name, what in one if name == "wake_at") for one in both)
        )
        found = list(known)
        for at, one in enumerate(self.verdicts):
            if concerns(rule, one, named):
                found[at] = ruled(self._bare[at], one.mention, rules)
        return found

    def examples(
        self, before: Sequence[Score], after: Sequence[Score], old: Course, new: Course
    ) -> tuple[Example, ...]:
        """Where the verdict is another: what rings or no longer does first, then the newest."""
        ringing = old.woken_by ^ new.woken_by
        changed = [
            at
            for at, (one, other) in enumerate(zip(before, after, strict=True))
            if one.urgency is not other.urgency
        ]
        changed.sort(key=lambda at: (self.verdicts[at].mention.id not in ringing, -at))
        return tuple(
            _example(self.verdicts[at], before[at], after[at], ringing) for at in changed[:EXAMPLES]
        )


def _example(
    verdict: PastVerdict, before: Score, after: Score, ringing: frozenset[MentionId]
) -> Example:
    mention = verdict.mention
    text = "(a private message)" if mention.is_private else " ".join(mention.text.split())
    return Example(
        id=mention.id,
        at=verdict.judged_at,
        brand=mention.brand,
        topic=after.topic,
        author=mention.author.handle if mention.author else "",
        text=text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…",
        before=before.urgency,
        after=after.urgency,
        rings=mention.id in ringing,
    )


def _moved(before: Sequence[Score], after: Sequence[Score]) -> int:
    """How many verdicts are graver than they were."""
    pairs = zip(before, after, strict=True)
    return sum(new.urgency.rank < old.urgency.rank for old, new in pairs)


def _status(rule: Rule, old: Singles, new: Singles) -> str:
    if rule not in new:
        return "removed"
    if rule not in old:
        return "new"
    return "in force" if old[rule] == new[rule] else "changed"


def _least(rule: Rule, rules: Rules) -> float | None:
    setting, what = rule
    if setting != "wake_at":
        return None
    return rules.wake_at_else if what == ELSE else rules.wakes_at(Topic(what))
