"""Judging: what a mention asks of us, and what follows from it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.domain.cost import Done, Feature, Use
from chalicelib.domain.incident import Incident
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Mood, Score, Signal, Topic, Urgency
from chalicelib.domain.ticket import Ticket, ticket_for
from chalicelib.ports import Desks, Mentions, Meter, Notices, Stored, Tickets
from chalicelib.services.conversing import Conversing
from chalicelib.services.crowd_watch import CrowdWatch
from chalicelib.services.judging import Judging
from chalicelib.services.opening import Opening
from chalicelib.services.paging import Paging
from chalicelib.services.withdrawing import Withdrawing

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
        withdrawing: Withdrawing,
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
        self._withdrawing = withdrawing
        self._meter = meter
        self._notices = notices

    def judge(self, mention: Mention, *, now: datetime) -> Score | None:
        """The verdict on a mention and all that follows; nothing follows what was judged before.

        It is judged by its words as they are now, and anew when its author has changed them; what
        its author has taken back is erased, and has no verdict. The verdict is recorded last:
        until then a repeated call does everything again, and every step of it does nothing the
        second time.
        """
        with self._meter.within(Feature.JUDGING, brand=mention.brand):
            there = self._mentions.stored(mention.id)
            if there is not None:
                if there.mention is None or there.mention.withdrawn_at is not None:
                    self._withdrawing.carry_out(mention, now=now)
                    return None
                if there.is_judged:
                    return there.score
                mention = there.mention
            return self._judged(mention, there, now=now)

    def _judged(self, mention: Mention, there: Stored | None, *, now: datetime) -> Score | None:
        desk = self._desks.current()
        score = self._judging.verdict(mention, desk, now=now)
        before = there if there is not None and there.score is not None else None
        incident = self._opening.opened_or_joined(mention, score, desk, now=now, before=before)
        incident_id = incident.id if incident else None
        known = before.ticket_id if before else None
        try:
            with self._meter.within(Feature.ANSWERING):
                ticket = self._conversing.ticket_of(
                    mention, score, incident_id=incident_id, known=known, desk=desk, now=now
                )
        except Exception:
            self._ring(incident, now=now)  # nothing about tickets keeps a phone from ringing
            raise
        self._ring(incident, now=now)
        if mention.edited_at is not None:
            shown_in = {incident.id} if incident else set()
            shown_in |= before.incident_ids if before else set()
            self._opening.reword(mention, shown_in)
        is_recorded = self._mentions.record_score(
            mention.id,
            score,
            incident_id=incident_id,
            ticket_id=ticket.id if ticket else None,
            edited_at=mention.edited_at,
            now=now,
        )
        if is_recorded:
            self._achieved(mention, ticket, is_first=before is None)
            self._judging.remember(mention, score, now=now)
        elif self._mentions.get(mention.id) is None and self._withdrawing.carry_out(
            mention, ticket_id=ticket.id if ticket else None, incident_id=incident_id, now=now
        ):
            return None  # taken back while it was judged
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

    def _achieved(self, mention: Mention, ticket: Ticket | None, *, is_first: bool) -> None:
        """Counted once its verdict is recorded, which happens once for each mention."""
        if not is_first:
            return
        self._meter.used(Use(sku=Done.MENTION_JUDGED))
        if ticket is not None and ticket.mention.id == mention.id:
            with self._meter.within(Feature.ANSWERING, about=ticket.id):
                self._meter.used(Use(sku=Done.TICKET))

    def _ring(self, incident: Incident | None, *, now: datetime) -> None:
        """A new incident rings at once; for one that waits for its next step nothing happens."""
        if incident is not None:
            with self._meter.within(Feature.WAKING, about=incident.id):
                self._paging.escalate(incident, now=now)

    def sweep(self, *, now: datetime, has_time: Callable[[], bool] = lambda: True) -> int:
        """Judge, or erase, what was left lying for two minutes, and tell that it was judged late;
        how many.

        Stops when `has_time` says no; the next tick goes on.
        """
        judged: list[tuple[Mention, Score]] = []
        failed = stuck = 0
        for mention in self._mentions.unjudged_before(now - JUDGED_WITHIN, limit=SWEEP):
            if not has_time():
                break
            try:
                score = self.judge(mention, now=now)
            except Exception:
                # One mention that cannot be judged must not keep the others from it.
                log.exception("mention_not_judged", extra={"mention": mention.id})
                if mention.withdrawn_at is not None:
                    stuck += 1
                    continue
                failed += 1
                if now - mention.pulled_at >= GIVEN_UP_AFTER:
                    self._hand_over(mention, now=now)
            else:
                if score is not None:
                    judged.append((mention, score))
        if judged or failed:
            self._meter.count("MentionsJudgedLate", len(judged))
            self._meter.count("MentionsNotJudged", failed)
            text = f"{len(judged)} mentions were judged more than two minutes late."
            if failed:
                text += f" {failed} cannot be judged: people must read them; see the queue."
            self._notices.tell("judged-late", text, now=now)
        if stuck:
            self._meter.count("PostsNotErased", stuck)
            text = f"{stuck} posts that their authors removed could not be erased here yet."
            self._notices.tell("not-erased", text, now=now)
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
        self._mentions.record_score(
            mention.id, score, incident_id=None, edited_at=mention.edited_at, now=now
        )
        log.error("mention_handed_over", extra={"mention": mention.id})
