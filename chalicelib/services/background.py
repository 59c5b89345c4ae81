"""Gathering what is known around a mention, and remembering what was judged.

Both may fail without harm: a mention is then judged by its text alone, or is forgotten. What was
judged is remembered after its verdict was recorded; a crash between loses that memory only.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.background import (
    COPIES_WITHIN,
    NOTHING_KNOWN,
    Background,
    Recalled,
    Trail,
    background_of,
    counts_among_copies,
    to_ask_of,
    trail_of,
)
from chalicelib.domain.copies import ALIKE, Voices, is_alike, likeness, places, voice_of
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.history import Judged, is_answered
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.signal import Score
from chalicelib.domain.ticket import TicketId
from chalicelib.ports import Backgrounds, Meter
from chalicelib.services.conversing import Conversing

log = logging.getLogger("nightdesk.background")

RACES = 5
"""How often remembering is tried anew when somebody else was faster."""

MOST_UNDER_WAY = 100
"""Recollections that are held between a verdict and its remembering."""


@dataclass(frozen=True, slots=True)
class _Gathered:
    trail: Trail
    recalled: Recalled


class Gathering:
    """Knows what is remembered around a mention."""

    def __init__(self, *, backgrounds: Backgrounds, conversing: Conversing, meter: Meter) -> None:
        self._backgrounds = backgrounds
        self._conversing = conversing
        self._meter = meter
        self._under_way: dict[MentionId, _Gathered] = {}
        """What was recalled for verdicts that are not remembered yet: it spares a second look."""

    def background(self, mention: Mention, *, now: datetime) -> Background:
        """What is known around it; nothing when the store fails, which is logged and counted.

        One request, and two more where earlier mentions of its author may be unanswered.
        """
        try:
            gathered = self._gathered(mention)
            if len(self._under_way) >= MOST_UNDER_WAY:
                self._under_way.clear()
            self._under_way[mention.id] = gathered
            trail, recalled = gathered.trail, gathered.recalled
            unanswered = self._unanswered(mention, recalled, now=now)
            return background_of(mention, trail, recalled, unanswered=unanswered, now=now)
        except Exception:
            log.exception("background_missed", extra={"mention": mention.id})
            self._meter.count("BackgroundsMissed")
            return NOTHING_KNOWN

    def remember(self, mention: Mention, score: Score, *, now: datetime) -> None:
        """Keep that it was judged so: for its author, and among those who say the same.

        Often repeated it changes nothing. Never raises: what fails is logged and counted.
        """
        try:
            gathered = self._under_way.pop(mention.id, None) or self._gathered(mention)
            self._remember_author(mention, score, gathered, now=now)
            if counts_among_copies(score):
                self._remember_voice(mention, gathered, now=now)
        except Exception:
            log.exception("background_not_kept", extra={"mention": mention.id})
            self._meter.count("BackgroundsMissed")

    def forget(self, mention: Mention, *, now: datetime) -> None:
        """Remember nothing more of one mention, which its author has taken back.

        Raises StaleWrite when what is remembered changes too fast.
        """
        trail, voice = trail_of(mention), voice_of(mention)
        for _ in range(RACES):
            recalled = self._backgrounds.recall(trail.author, trail.voices)
            try:
                history = recalled.history.without(mention.id)
                if trail.author is not None and history is not recalled.history:
                    changed = replace(history, version=history.version + 1)
                    self._backgrounds.keep_history(trail.author, changed, now=now)
                for name, known in recalled.voices.items():
                    voices = known.without(voice)
                    if voices is not known:
                        changed_voices = replace(voices, version=voices.version + 1)
                        self._backgrounds.keep_voices(name, changed_voices, now=now)
            except StaleWrite:
                continue
            return
        raise StaleWrite(f"what is remembered around {mention.id} changes too fast")

    def _gathered(self, mention: Mention) -> _Gathered:
        trail = trail_of(mention)
        return _Gathered(trail, self._backgrounds.recall(trail.author, trail.voices))

    def _unanswered(
        self, mention: Mention, recalled: Recalled, *, now: datetime
    ) -> tuple[datetime, ...]:
        """When the author posted what nobody has answered, since the last that was answered."""
        asked = to_ask_of(mention, recalled.history, now=now)
        if not asked:
            return ()
        tickets = self._conversing.tickets_of(mention, [TicketId(one.id) for one in asked])
        posted: list[datetime] = []
        for one in asked:
            ticket = next((ticket for ticket in tickets if ticket.has(one.id)), None)
            if ticket is None:
                continue
            if is_answered(ticket, one.posted_at):
                break
            posted.append(one.posted_at)
        return tuple(posted)

    def _remember_author(
        self, mention: Mention, score: Score, gathered: _Gathered, *, now: datetime
    ) -> None:
        author, history = gathered.trail.author, gathered.recalled.history
        if author is None:
            return
        judged = Judged(mention.id, mention.posted_at, score.mood, score.urgency)
        for _ in range(RACES):
            changed = history.with_judged(judged, now=now)
            if changed is history:
                return
            try:
                changed = replace(changed, version=history.version + 1)
                self._backgrounds.keep_history(author, changed, now=now)
            except StaleWrite:
                history = self._backgrounds.recall(author, ()).history
            else:
                return
        raise StaleWrite("the history of an author changes too fast")

    def _remember_voice(self, mention: Mention, gathered: _Gathered, *, now: datetime) -> None:
        trail, known = gathered.trail, gathered.recalled.voices
        for name in trail.posts:
            self._add_voice(name, known.get(name, Voices()), mention, now=now)
        if trail.sketch is None:
            return
        by_key = {key: known[name] for key, name in trail.texts.items() if name in known}
        for key in places(trail.sketch, by_key, since=now - COPIES_WITHIN):
            there = by_key.get(key, Voices())
            if not is_alike(there, trail.sketch):  # free, or of another text that makes room
                there = Voices(hashes=trail.sketch.hashes, version=there.version)
            self._add_voice(trail.texts[key], there, mention, now=now)

    def _add_voice(self, name: str, there: Voices, mention: Mention, *, now: datetime) -> None:
        hashes = there.hashes
        for _ in range(RACES):
            changed = there.with_voice(voice_of(mention), within=COPIES_WITHIN, now=now)
            if changed is there:
                return
            try:
                changed = replace(changed, version=there.version + 1)
                self._backgrounds.keep_voices(name, changed, now=now)
            except StaleWrite:
                there = self._backgrounds.recall(None, (name,)).voices.get(name, Voices())
                if there.hashes and likeness(there.hashes, hashes) < ALIKE:
                    return  # another text has just taken the place
                there = replace(there, hashes=there.hashes or hashes)
            else:
                return
        raise StaleWrite("who says the same changes too fast")
