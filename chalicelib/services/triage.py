"""Judging: what a mention asks of us, and what follows from it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.domain.incident import Incident
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Mood, Score, Signal, Topic, Urgency
from chalicelib.domain.ticket import ticket_for
from chalicelib.ports import Desks, Mentions, Meter, Notices, Tickets
from chalicelib.services.conversing import Conversing
from chalicelib.services.crowd_watch import CrowdWatch
from chalicelib.services.judging import Judging
from chalicelib.services.opening import Opening
from chalicelib.services.paging import Paging

log = logging.getLogger("nightdesk.triage")

JUDGED_WITHIN = timedelta(minutes=2)
"""A mention not judged by then was lost on its way: a stream record dropped, a crash."""

GIVEN_UP_AFTER = timedelta(minutes=15)
"""A mention that still cannot be judged by then becomes a ticket as it is."""

SWEEP = 200
"""Mentions that one tick judges at most."""


class Triage:
    """Scores mentions; wakes somebody, makes a ticket, or leaves it."""

    def __init__(
        self,
        *,
        desks: Desks,
        judging: Judging,
        mentions: Mentions,
        opening: Opening,
        tickets: Tickets,
        conversing: Conversing,
        paging: Paging,
        crowd_watch: CrowdWatch,
        meter: Meter,
        notices: Notices,
    ) -> None:
        self._desks = desks
        self._judging = judging
        self._mentions = mentions
        self._opening = opening
        self._tickets = tickets
        self._conversing = conversing
        self._paging = paging
        self._crowd_watch = crowd_watch
        self._meter = meter
        self._notices = notices

    def judge(self, mention: Mention, *, now: datetime) -> Score:
        """The verdict on a mention and all that follows; nothing follows what was judged before.

        The verdict is recorded last: until then a repeated call does everything again, and
        every step of it does nothing the second time.
        """
        known = self._mentions.score(mention.id)
        if known is not None:
            return known
        desk = self._desks.current()
        score = self._judging.verdict(mention, desk, now=now)
        incident = self._opening.opened_or_joined(mention, score, desk, now=now)
        incident_id = incident.id if incident else None
        try:
            self._conversing.ticket_of(mention, score, incident_id=incident_id, desk=desk, now=now)
        except Exception:
            self._ring(incident, now=now)  # nothing about tickets keeps a phone from ringing
            raise
        self._ring(incident, now=now)
        if self._mentions.record_score(mention.id, score, incident_id=incident_id, now=now):
            self._judging.remember(mention, score, now=now)
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

    def _ring(self, incident: Incident | None, *, now: datetime) -> None:
        """A new incident rings at once; for one that waits for its next step nothing happens."""
        if incident is not None:
            self._paging.escalate(incident, now=now)

    def sweep(self, *, now: datetime, has_time: Callable[[], bool] = lambda: True) -> int:
        """Judge what was left lying for two minutes, and tell that it was; how many.

        Stops when `has_time` says no; the next tick goes on.
        """
        judged: list[tuple[Mention, Score]] = []
        failed = 0
        for mention in self._mentions.unjudged_before(now - JUDGED_WITHIN, limit=SWEEP):
            if not has_time():
                break
            try:
                judged.append((mention, self.judge(mention, now=now)))
            except Exception:
                # One mention that cannot be judged must not keep the others from it.
                log.exception("mention_not_judged", extra={"mention": mention.id})
                failed += 1
                if now - mention.pulled_at >= GIVEN_UP_AFTER:
                    self._hand_over(mention, now=now)
        if judged or failed:
            self._meter.count("MentionsJudgedLate", len(judged))
            self._meter.count("MentionsNotJudged", failed)
            text = f"{len(judged)} mentions were judged more than two minutes late."
            if failed:
                text += f" {failed} cannot be judged: people must read them; see the queue."
            self._notices.tell("judged-late", text, now=now)
        self._crowd_watch.count(judged, now=now)
        return len(judged)

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
        try:
            desk = self._desks.current()
            self._conversing.ticket_of(mention, score, incident_id=None, desk=desk, now=now)
        except Exception:
            # Rather a ticket beside the conversation than none.
            log.exception("conversation_missed", extra={"mention": mention.id})
            self._tickets.add(ticket_for(mention, score, incident_id=None, now=now))
        self._mentions.record_score(mention.id, score, incident_id=None, now=now)
        log.error("mention_handed_over", extra={"mention": mention.id})
