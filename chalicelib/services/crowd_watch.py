"""The crowd: negative mentions are counted as they are judged, and watched for a mob."""

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zlib import crc32

from chalicelib.domain.crowd import UnreadableBaseline
from chalicelib.domain.desk import Brand, Desk
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import CROWD, WAKE_AT, Mood, Score, Signal, Topic, total, urgency_of
from chalicelib.domain.surge import Listening, Surge, Watched, fresh, looked_at
from chalicelib.domain.tally import Count, Tally, bucket_of, is_angry, loudest, together
from chalicelib.domain.withdrawal import without_quote
from chalicelib.ports import (
    LANES,
    Crowd,
    Crowds,
    Desks,
    Incidents,
    Mentions,
    Meter,
    Notices,
    SourceStates,
)
from chalicelib.services.opening import Opening, changed_incident
from chalicelib.services.paging import Paging

log = logging.getLogger("nightdesk.crowd")

GOING_ON = timedelta(hours=1)
"""An incident that a mention has joined within so long is what the crowd speaks of."""

RACES = 10
"""How often counting is tried anew when somebody else was faster, each time in another lane."""

_EMPTY = Tally()


class CrowdWatch:
    """Counts the angry by brand and topic, and wakes somebody when they are too many."""

    def __init__(
        self,
        *,
        desks: Desks,
        crowds: Crowds,
        mentions: Mentions,
        states: SourceStates,
        incidents: Incidents,
        opening: Opening,
        paging: Paging,
        meter: Meter,
        notices: Notices,
    ) -> None:
        self._desks = desks
        self._crowds = crowds
        self._mentions = mentions
        self._states = states
        self._incidents = incidents
        self._opening = opening
        self._paging = paging
        self._meter = meter
        self._notices = notices

    def count(self, judged: Iterable[tuple[Mention, Score]], *, now: datetime) -> None:
        """Count the negative ones of a batch: one write for each brand and topic among them.

        Repeated, wholly or in part, it counts nothing twice: a lane knows the mentions it has
        counted, and all lanes of the series are read. (Lambda tells the sequence number of a
        stream's record but not its shard, so that the number alone could not tell a repeated
        record from an early one of another shard.)
        """
        batches: dict[tuple[str, Topic], list[Mention]] = defaultdict(list)
        for mention, score in judged:
            if is_angry(score):
                batches[mention.brand, score.topic].append(mention)
        for (brand, topic), mentions in batches.items():
            self._count(brand, topic, mentions, now=now)

    def _count(self, brand: str, topic: Topic, mentions: list[Mention], *, now: datetime) -> None:
        spread = crc32(mentions[0].id.encode())
        for race in range(RACES):
            lanes = self._crowds.lanes(brand, topic)
            # The first lane as long as nobody is in the way; then they spread.
            lane = (spread + race) % LANES if race else 0
            others = [one for number, one in lanes.items() if number != lane]
            known = {id for one in others for id in one.known}
            heard = {author for one in others for author in one.voices(now=now)}
            before = lanes.get(lane, _EMPTY)
            after = before.counted(mentions, known=known, heard=heard, now=now)
            if after is before:
                return
            try:
                self._crowds.save_lane(brand, topic, lane, after)
            except StaleWrite:
                continue
            self._meter.count("MentionsCounted", len(mentions))
            return
        raise StaleWrite(f"the crowd of {brand}.{topic} changes too fast")

    def watch(self, *, now: datetime, has_time: Callable[[], bool] = lambda: True) -> int:
        """Look at every brand's crowd, and wake somebody for each surge; how many there were.

        Repeated after a crash it finds the incident that it opened, and rings nobody twice.
        What fails for one brand keeps no other from being looked at; raises ExceptionGroup then.
        """
        desk = self._desks.current()
        surges, failures = 0, []
        for number, brand in enumerate(desk.brands):
            if not has_time():
                self._meter.count("CrowdsNotWatched", len(desk.brands) - number)
                break
            try:
                crowd = self._crowds.of_brand(brand.id)
                if crowd.tallies or crowd.watched:
                    surges += self._look(brand, crowd, desk, now=now)
            except Exception as error:
                log.exception("crowd_not_watched", extra={"brand": brand.id})
                failures.append(error)
        if failures:
            raise ExceptionGroup("the crowds of some brands were not looked at", failures)
        return surges

    def _look(self, brand: Brand, crowd: Crowd, desk: Desk, *, now: datetime) -> int:
        listening = self._listening(brand, crowd.listening, desk, now=now)
        by_topic = {topic: together(tallies) for topic, tallies in crowd.tallies.items()}
        quiet = desk.rules.quiet_topics
        loud = {topic: counts for topic, counts in by_topic.items() if topic not in quiet}
        everything = together(
            tally
            for topic, tallies in crowd.tallies.items()
            if topic not in quiet
            for tally in tallies
        )
        surges = 0
        # Topics first: what one of them explains is not told again for all together.
        topics = sorted({*by_topic, *(one for one in crowd.watched if one)})
        for topic in (*topics, None):
            counts = everything if topic is None else by_topic.get(topic, {})
            before = crowd.watched.get(topic, Watched())
            after, surge = self._looked_at(before, counts, listening, brand, desk, now=now)
            if surge is not None and topic not in quiet and not (topic is None and surges):
                about = self._going_on(brand, now=now) or topic or _most_of(loud, since=surge.since)
                if not self._tell(brand, about, surge, counts, desk, now=now):
                    continue  # nobody could be told: the next tick tries again
                surges += 1
            if after is not before:
                self._save(brand, topic, after)
        return surges

    def _looked_at(
        self,
        watched: Watched,
        counts: Mapping[int, Count],
        listening: Listening,
        brand: Brand,
        desk: Desk,
        *,
        now: datetime,
    ) -> tuple[Watched, Surge | None]:
        zone, sources = desk.zone, _sources_of(brand, desk)
        try:
            return looked_at(watched, counts, listening, sources=sources, zone=zone, now=now)
        except UnreadableBaseline as error:
            log.error("crowd_forgotten", extra={"brand": brand.id, "why": str(error)})
            watched = fresh(watched)
            return looked_at(watched, counts, listening, sources=sources, zone=zone, now=now)

    def _tell(
        self,
        brand: Brand,
        topic: Topic,
        surge: Surge,
        counts: Mapping[int, Count],
        desk: Desk,
        *,
        now: datetime,
    ) -> bool:
        """Open an incident, or join the one that is open, with the loudest of them as its face.

        False when nobody could be told.
        """
        found = (
            (self._mentions.get(id), self._mentions.score(id))
            for id in loudest(counts, since=surge.since)
        )
        mention, score = next((one for one in found if None not in one), (None, None))
        if mention is None or score is None:
            # All erased since: whoever keeps the desk looks at the queue.
            text = f"{brand.name}: {surge.words}, on {topic.value}. See the queue."
            return self._notices.tell(f"crowd-{brand.id}", text, now=now)
        incident = self._opening.opened_or_joined(
            mention, _of_crowd(score, topic, surge, mention), desk, now=now
        )
        self._meter.count("Surges")
        if incident is not None and not self._mentions.shown_in(mention.id, incident.id):
            # Taken back while it was made the face of the crowd.
            changed_incident(self._incidents, incident.id, lambda one: without_quote(one, mention))
            incident = self._incidents.get(incident.id) or incident
        extra = {"brand": brand.id, "topic": topic.value, "surge": surge.words}
        log.info("surge_told", extra=extra | {"incident": incident.id if incident else None})
        if incident is not None:
            self._paging.escalate(incident, now=now)
        return True

    def _going_on(self, brand: Brand, *, now: datetime) -> Topic | None:
        """The topic of the brand's incident that mentions join just now, if there is one.

        People who are angry about one thing name several: their crowd belongs to what somebody
        is already called for, or has, and rings nobody a second time.
        """
        current = (self._incidents.current(brand.id, topic) for topic in Topic)
        going_on = [
            one
            for one in current
            if one is not None and one.can_take(now) and now - one.alive_at < GOING_ON
        ]
        return max(going_on, key=lambda one: one.alive_at).topic if going_on else None

    def _save(self, brand: Brand, topic: Topic | None, watched: Watched) -> None:
        try:
            self._crowds.save_watched(brand.id, topic, watched)
        except StaleWrite:
            # Another tick was faster; it saw the same counts, and the next one goes on from it.
            log.info("crowd_watched_elsewhere", extra={"brand": brand.id})

    def _listening(
        self, brand: Brand, before: Listening, desk: Desk, *, now: datetime
    ) -> Listening:
        states = self._states.all()
        heard = (
            states[source.name].succeeded_at
            for source in desk.sources
            if source.brand == brand.id and source.name in states
        )
        heard_at = max((at for at in heard if at is not None), default=None)
        listening = before.updated(heard_at, now=now)
        if listening is not before:
            try:
                self._crowds.save_listening(brand.id, listening)
            except StaleWrite:
                log.info("crowd_watched_elsewhere", extra={"brand": brand.id})
        return listening


def _of_crowd(score: Score, topic: Topic, surge: Surge, mention: Mention) -> Score:
    """The verdict on the crowd, of which the mention is the loudest."""
    author = mention.author
    by = f"{author.handle}, followed by {mention.reach:,}" if author and mention.reach else ""
    signals = (
        Signal(CROWD, WAKE_AT, surge.words),
        Signal("loudest", 0.0, f"loudest: {by or (author.handle if author else 'unknown')}"),
    )
    return replace(
        score,
        signals=signals,
        value=total(signals),
        urgency=urgency_of(signals),
        topic=topic,
        mood=Mood.NEGATIVE,
        scorer=f"{score.scorer}+crowd",
    )


def _most_of(by_topic: Mapping[Topic, Mapping[int, Count]], *, since: datetime) -> Topic:
    """What most of them speak of since an instant."""
    first = bucket_of(since)

    def posts(topic: Topic) -> tuple[int, str]:
        late = (count.posts for start, count in by_topic[topic].items() if start >= first)
        return sum(late), topic.value

    return max(by_topic, key=posts, default=Topic.OTHER)


def _sources_of(brand: Brand, desk: Desk) -> str:
    """A digest of what is listened to for a brand."""
    parts = [
        (source.name, source.kind, sorted(source.options.items(), key=lambda one: one[0]))
        for source in desk.sources
        if source.brand == brand.id
    ]
    text = json.dumps([sorted(parts), brand.terms, brand.handles], default=str)
    return f"{crc32(text.encode()):08x}"
