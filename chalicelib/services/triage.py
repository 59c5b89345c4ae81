"""Judging: what a mention asks of us, and what follows from it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import IllegalMove, StaleWrite
from chalicelib.domain.escalation import EscalationPolicy
from chalicelib.domain.incident import Incident, opened
from chalicelib.domain.mention import Mention, fingerprint
from chalicelib.domain.signal import Mood, Score, Signal, Topic, Urgency
from chalicelib.domain.soon import held_until
from chalicelib.domain.ticket import ticket_for
from chalicelib.ports import Desks, Incidents, Mentions, Meter, Notices, Tickets
from chalicelib.services.judging import Judging
from chalicelib.services.paging import Paging

log = logging.getLogger("nightdesk.triage")

JUDGED_WITHIN = timedelta(minutes=2)
"""A mention not judged by then was lost on its way: a stream record dropped, a crash."""

GIVEN_UP_AFTER = timedelta(minutes=15)
"""A mention that still cannot be judged by then becomes a ticket as it is."""

SWEEP = 200
"""Mentions that one tick judges at most."""

RACES = 5
"""How often opening or joining is tried anew when somebody else was faster."""


class Triage:
    """Scores mentions; wakes somebody, makes a ticket, or leaves it."""

    def __init__(
        self,
        *,
        desks: Desks,
        judging: Judging,
        mentions: Mentions,
        incidents: Incidents,
        tickets: Tickets,
        paging: Paging,
        meter: Meter,
        notices: Notices,
    ) -> None:
        self._desks = desks
        self._judging = judging
        self._mentions = mentions
        self._incidents = incidents
        self._tickets = tickets
        self._paging = paging
        self._meter = meter
        self._notices = notices

    def judge(self, mention: Mention, *, now: datetime) -> Score | None:
        """The verdict on a mention and all that follows; None when it was judged before.

        The verdict is recorded last: until then a repeated call does everything again, and
        every step of it does nothing the second time.
        """
        if self._mentions.score(mention.id) is not None:
            return None
        desk = self._desks.current()
        score = self._judging.verdict(mention, desk, now=now)
        incident = self._opened_or_joined(mention, score, desk, now=now)
        incident_id = incident.id if incident else None
        if score.urgency is not Urgency.IGNORE:
            self._tickets.add(ticket_for(mention, score, incident_id=incident_id, now=now))
        if incident is not None:
            # A new incident rings at once; for one that waits for its next step nothing happens.
            self._paging.escalate(incident, now=now)
        self._mentions.record_score(mention.id, score, incident_id=incident_id, now=now)
        self._meter.count("MentionsJudged")
        log.info(
            "mention_judged",
            extra={
                "mention": mention.id,
                "urgency": score.urgency.value,
                "topic": score.topic.value,
                "reasons": score.reasons,
                "incident": incident_id,
            },
        )
        return score

    def sweep(self, *, now: datetime, has_time: Callable[[], bool] = lambda: True) -> int:
        """Judge what was left lying for two minutes, and tell that it was; how many.

        Stops when `has_time` says no; the next tick goes on.
        """
        judged = failed = 0
        for mention in self._mentions.unjudged_before(now - JUDGED_WITHIN, limit=SWEEP):
            if not has_time():
                break
            try:
                self.judge(mention, now=now)
                judged += 1
            except Exception:
                # One mention that cannot be judged must not keep the others from it.
                log.exception("mention_not_judged", extra={"mention": mention.id})
                failed += 1
                if now - mention.pulled_at >= GIVEN_UP_AFTER:
                    self._hand_over(mention, now=now)
        if judged or failed:
            self._meter.count("MentionsJudgedLate", judged)
            self._meter.count("MentionsNotJudged", failed)
            text = f"{judged} mentions were judged more than two minutes late."
            if failed:
                text += f" {failed} cannot be judged: people must read them; see the queue."
            self._notices.tell("judged-late", text, now=now)
        return judged

    def _hand_over(self, mention: Mention, *, now: datetime) -> None:
        """Give a mention that cannot be judged to a person, so that it blocks no other for ever."""
        score = Score(
            urgency=Urgency.SOON,
            value=0.0,
            mood=Mood.NEUTRAL,
            mood_strength=0.0,
            topic=Topic.OTHER,
            signals=(Signal("not-judged", 0.0, "could not be judged: read it yourself"),),
            language=None,
            scorer="none",
        )
        self._tickets.add(ticket_for(mention, score, incident_id=None, now=now))
        self._mentions.record_score(mention.id, score, incident_id=None, now=now)
        log.error("mention_handed_over", extra={"mention": mention.id})

    def _opened_or_joined(
        self, mention: Mention, score: Score, desk: Desk, *, now: datetime
    ) -> Incident | None:
        if score.urgency not in (Urgency.WAKE, Urgency.SOON):
            return None
        mark = fingerprint(mention.text)
        incident = self._incident_of_copies(mention, mark, now=now)
        policy = desk.policy_for(mention.brand, score.topic)
        pages = score.urgency is Urgency.WAKE or policy.pages_soon
        if incident is None and pages:
            incident = self._incident_of_topic(mention, score, policy, desk, now=now)
            if mark:
                self._incidents.remember_copy(mention.brand, mark, incident.id, now=now)
        if incident is None:
            return None
        if self._incidents.join(incident.id, mention, now=now):
            log.info("incident_joined", extra={"incident": incident.id, "mention": mention.id})
        if score.urgency is Urgency.WAKE and incident.urgency is Urgency.SOON:
            return self._raised(incident, desk, now=now)
        return self._kept_alive(incident, now=now)

    def _raised(self, incident: Incident, desk: Desk, *, now: datetime) -> Incident:
        """What was only *soon* has got a mention worth waking for."""
        for _ in range(RACES):
            try:
                policy = desk.policy(incident.policy)
                is_open = desk.is_open(policy, now)
                raised = incident.raised(now=now, policy=policy, is_open=is_open)
                self._incidents.save(raised)
            except IllegalMove:
                return incident  # somebody else has raised it, or ended it
            except StaleWrite:
                incident = self._incidents.get(incident.id) or incident
                continue
            self._meter.count("IncidentsRaised")
            log.info("incident_raised", extra={"incident": incident.id})
            return raised
        raise StaleWrite(f"incident {incident.id} changes too fast")

    def _incident_of_copies(self, mention: Mention, mark: str, *, now: datetime) -> Incident | None:
        """The incident that another copy of this text has joined, while it takes mentions."""
        known = self._incidents.copied_in(mention.brand, mark) if mark else None
        incident = self._incidents.get(known) if known else None
        return incident if incident is not None and incident.can_take(now) else None

    def _incident_of_topic(
        self, mention: Mention, score: Score, policy: EscalationPolicy, desk: Desk, *, now: datetime
    ) -> Incident:
        """The current incident of the mention's brand and topic, opened when there is none."""
        for _ in range(RACES):
            current = self._incidents.current(mention.brand, score.topic)
            if current is not None and current.can_take(now):
                return current
            if current is not None and current.mention_id == mention.id:
                return current  # this very mention opened it, before a crash; it was resolved since
            rings_at = _rings_at(score.urgency, policy, desk, now=now)
            incident = opened(
                mention,
                score,
                policy=policy,
                now=now,
                rings_at=rings_at,
                is_open=desk.is_open(policy, rings_at),
            )
            try:
                self._incidents.open(incident, instead_of=current)
            except StaleWrite:
                continue
            self._meter.count("IncidentsOpened")
            log.info(
                "incident_opened",
                extra={
                    "incident": incident.id,
                    "mention": mention.id,
                    "reasons": incident.reasons,
                },
            )
            return incident
        raise StaleWrite(f"the incident of {mention.brand}.{score.topic} changes too fast")

    def _kept_alive(self, incident: Incident, *, now: datetime) -> Incident:
        if not incident.needs_refresh(now):
            return incident
        refreshed = incident.refreshed(now)
        try:
            self._incidents.save(refreshed)
        except StaleWrite:
            return self._incidents.get(incident.id) or incident
        return refreshed


def _rings_at(urgency: Urgency, policy: EscalationPolicy, desk: Desk, *, now: datetime) -> datetime:
    """When an incident that opens now may begin to ring."""
    hours = desk.hours_of(policy)
    if urgency is Urgency.WAKE or hours is None or hours.is_open(now):
        return now
    people = desk.people(policy.steps[0].targets, now)
    return held_until(hours, now, is_hourly=any(one.wants_soon_hourly for one in people))
