"""What people said of verdicts: graded pages, corrections, and tickets that were handled.

What is evidence, and of what:

* A **graded page** says whether it was worth waking somebody. The word is about the mention by
  which the incident woke: the first of its mentions judged *wake* by itself.
* A **correction** says which verdict would have been right; *wake* is "worth it", the others not.
* A **handled ticket** that was judged below *wake*, has ended, and that nobody corrected did not
  need to wake anybody. It is no label by itself, since nobody was asked; it counts as a page that
  a lower line would have made for nothing, once in twelve hours for each brand and topic.

How fast a ticket was answered is no evidence: it was answered fast because it was judged so. Nor
are verdicts that another of the company's rules decides, whatever the line.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.correction import agreed
from chalicelib.domain.incident import Incident, IncidentId
from chalicelib.domain.mention import MentionId
from chalicelib.domain.rules import Rules, ruled, sureness, unruled
from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.domain.ticket import ENDED, Ticket
from chalicelib.ports import PastVerdict

ONE_PAGE_HOURS = 12
"""Handled tickets of one brand and topic within so many hours would have been one page."""


class LabelSource(StrEnum):
    """Who said it."""

    GRADE = "grade"
    CORRECTION = "correction"
    HANDLED = "handled"
    """Nobody: a ticket that was handled below *wake* without an objection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Whether a mention was worth waking somebody, and how sure judging was of it."""

    topic: Topic
    """As it was judged: by it the line is chosen."""
    sureness: float
    """0 to 1, before the company's rules."""
    is_worth_it: bool
    source: LabelSource = LabelSource.GRADE

    @property
    def is_said(self) -> bool:
        """Whether a person said so."""
        return self.source is not LabelSource.HANDLED


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPost:
    """What a person said of a text; customers' words."""

    text: str
    urgency: Urgency | None
    mood: Mood | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that people said of the verdicts of a time."""

    labels: tuple[Label, ...]
    posts: tuple[LabelledPost, ...]
    left_out: Mapping[str, int]
    """Why something that was said is no evidence, and how often."""
    scorers: Mapping[str, int]
    """What had judged the mentions of the labels that were said."""


def evidence_of(
    verdicts: Sequence[PastVerdict],
    incidents: Iterable[Incident],
    tickets: Iterable[Ticket],
    rules: Rules,
) -> Evidence:
    """What is known of the verdicts of a time; `rules` are those in force."""
    left_out: Counter[str] = Counter()
    by_id = {one.mention.id: one for one in verdicts}
    wakers: dict[IncidentId, PastVerdict] = {}
    for one in verdicts:
        if one.incident_id is not None and one.score.urgency is Urgency.WAKE:
            wakers.setdefault(one.incident_id, one)
    said: defaultdict[MentionId, set[bool]] = defaultdict(set)
    sources: dict[MentionId, LabelSource] = {}
    posts: dict[MentionId, LabelledPost] = {}
    spoken_for: set[IncidentId] = set()
    for incident in incidents:
        grades = list(incident.grades.values())
        if not grades:
            continue
        spoken_for.add(incident.id)
        waker = wakers.get(incident.id)
        if grades.count(True) * 2 == len(grades):
            left_out["people disagree"] += 1
        elif waker is None:
            left_out["no mention of the incident woke by itself"] += 1
        else:
            is_worth_it = grades.count(True) * 2 > len(grades)
            said[waker.mention.id].add(is_worth_it)
            sources[waker.mention.id] = LabelSource.GRADE
            urgency = Urgency.WAKE if is_worth_it else Urgency.SOON
            posts[waker.mention.id] = LabelledPost(text=waker.mention.text, urgency=urgency)
    handled: list[PastVerdict] = []
    for ticket in tickets:
        verdict = by_id.get(ticket.mention.id)
        if verdict is None:
            continue
        if ticket.corrections:
            id, urgency_said = ticket.mention.id, agreed(ticket.corrections)
            posts[id] = LabelledPost(
                text=ticket.mention.text, urgency=urgency_said, mood=_mood(ticket)
            )
            if urgency_said is None:
                left_out["people disagree"] += 1
                said.pop(id, None)
                continue
            said[id].add(urgency_said is Urgency.WAKE)
            sources[id] = LabelSource.CORRECTION
        elif _was_handled(ticket, verdict, spoken_for):
            handled.append(verdict)
    labels = []
    scorers: Counter[str] = Counter()
    for id, words in said.items():
        verdict = by_id[id]
        if len(words) > 1:
            left_out["people disagree"] += 1
            posts[id] = replace(posts[id], urgency=None)
        elif not line_decides(verdict, rules):
            left_out["another of your rules decides"] += 1
        else:
            scorers[verdict.score.scorer.partition("+")[0]] += 1
            labels.append(_label(verdict, words == {True}, sources[id]))
    groups: dict[tuple[object, ...], Label] = {}
    for verdict in handled:
        if not line_decides(verdict, rules):
            continue
        label = _label(verdict, False, LabelSource.HANDLED)
        window = int(verdict.judged_at.timestamp() // (3600 * ONE_PAGE_HOURS))
        place = (verdict.mention.brand, label.topic, window)
        if place not in groups or groups[place].sureness < label.sureness:
            groups[place] = label
    return Evidence(
        labels=(*labels, *groups.values()),
        # What was written to us alone goes into no file.
        posts=tuple(post for id, post in posts.items() if not by_id[id].mention.is_private),
        left_out=dict(left_out),
        scorers=dict(scorers),
    )


def line_decides(verdict: PastVerdict, rules: Rules) -> bool:
    """Whether a verdict hangs on the line: it wakes at the lowest, and not at the highest."""
    bare = unruled(verdict.score)
    lowest, highest = (
        ruled(bare, verdict.mention, replace(rules, wake_at={}, wake_at_else=least)).urgency
        for least in (0.0, 1.0)
    )
    return lowest is Urgency.WAKE and highest is not Urgency.WAKE


def _label(verdict: PastVerdict, is_worth_it: bool, source: LabelSource) -> Label:
    return Label(
        topic=verdict.score.topic,
        sureness=sureness(unruled(verdict.score).value),
        is_worth_it=is_worth_it,
        source=source,
    )


def _was_handled(ticket: Ticket, verdict: PastVerdict, graded: set[IncidentId]) -> bool:
    """Whether people ended a ticket that woke nobody, and nothing of it was graded."""
    return (
        ticket.state in ENDED
        and verdict.score.urgency is not Urgency.WAKE
        and ticket.incident_id not in graded
    )


def _mood(ticket: Ticket) -> Mood | None:
    """The mood that all who name one agree on."""
    named = {one.mood for one in ticket.corrections if one.mood is not None}
    return named.pop() if len(named) == 1 else None
