"""The verdict on a mention: the text, what is known around it, a second reading, own rules."""

import logging
from datetime import datetime

from chalicelib.domain.background import NOTHING_KNOWN, Background
from chalicelib.domain.desk import Desk
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Score
from chalicelib.ports import Scorer

log = logging.getLogger("nightdesk.judging")


class Judging:
    """Gathers the evidence on a mention and gives the verdict; changes nothing but its memory."""

    def __init__(self, *, scorer: Scorer) -> None:
        self._scorer = scorer

    def verdict(self, mention: Mention, desk: Desk, *, now: datetime) -> Score:
        """The verdict with all its reasons."""
        return self._scorer.score(mention, desk, self._background(mention, now=now))

    def _background(self, mention: Mention, *, now: datetime) -> Background:
        return NOTHING_KNOWN
