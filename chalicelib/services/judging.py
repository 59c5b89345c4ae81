"""The verdict on a mention: the text, what is known around it, a second reading, own rules."""

import logging
from datetime import datetime, timedelta

from chalicelib.domain.desk import Desk
from chalicelib.domain.discretion import discreet
from chalicelib.domain.mention import Mention
from chalicelib.domain.rules import ruled
from chalicelib.domain.signal import Score
from chalicelib.ports import Meter, Notices, Scorer
from chalicelib.services.background import Gathering
from chalicelib.services.rereading import Rereading

log = logging.getLogger("nightdesk.judging")

MODEL_MISSING = (
    "NIGHTDESK: A MODEL IS MISSING. Mentions are judged without it, less well; nothing is lost. "
    "The log of triage_mentions says why."
)

TOLD_EVERY = timedelta(hours=1)
"""How often one worker says that a model is missing, whether or not anybody could be told."""


class Judging:
    """Gathers the evidence on a mention and gives the verdict; changes nothing but its memory."""

    def __init__(
        self,
        *,
        scorer: Scorer,
        gathering: Gathering,
        rereading: Rereading,
        notices: Notices,
        meter: Meter,
    ) -> None:
        self._scorer = scorer
        self._gathering = gathering
        self._rereading = rereading
        self._notices = notices
        self._meter = meter
        self._told_at: datetime | None = None

    def verdict(self, mention: Mention, desk: Desk, *, now: datetime) -> Score:
        """The verdict with its reasons, which quote nothing of what was written to us alone."""
        score = self._scorer.score(mention, desk, self._gathering.background(mention, now=now))
        self._tell_faults(now=now)
        score = self._rereading.reread(score, mention, desk, now=now)
        if mention.is_private:
            score = discreet(score)
        return ruled(score, mention, desk.rules)

    def remember(self, mention: Mention, score: Score, *, now: datetime) -> None:
        """Keep the verdict for those to come, once it is recorded. Never raises."""
        self._gathering.remember(mention, score, now=now)

    def _tell_faults(self, *, now: datetime) -> None:
        """Who keeps the desk running must know that it judges by less than it was given.

        Each mention is counted; a worker logs and tells once an hour, else every mention would
        cost a write.
        """
        if not (faults := self._scorer.faults):
            return
        self._meter.count("ModelsMissing")
        if self._told_at is not None and now - self._told_at < TOLD_EVERY:
            return
        self._told_at = now
        log.error("model_missing", extra={"faults": faults})
        try:
            self._notices.tell("model-missing", MODEL_MISSING, now=now)
        except Exception:  # the alarm rings by the metric; the mention must be judged
            log.exception("model_missing_not_told")
