"""What judging needs: mentions with their verdicts, what is known around them, and readers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.background import Background
from chalicelib.domain.customer import Profile
from chalicelib.domain.desk import Desk
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.opinion import Opinion
from chalicelib.domain.signal import Score
from chalicelib.ports.listening import Pulled


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A mention that somebody wrote, and the incident it belongs to, if any."""

    mention: Mention
    incident_id: IncidentId | None


class Mentions(Protocol):
    """Every mention, once, with its payload and its verdict."""

    def add(self, pulled: Pulled) -> bool:
        """Store a mention and its raw payload once; False when it was there already."""

    def get(self, id: MentionId) -> Mention | None: ...

    def raw(self, id: MentionId) -> bytes | None: ...

    def record_score(
        self, id: MentionId, score: Score, *, incident_id: IncidentId | None, now: datetime
    ) -> bool:
        """Keep the verdict; False when one was there already (it is left as it is)."""

    def score(self, id: MentionId) -> Score | None:
        """The verdict, or None while it is not judged."""

    def unjudged_before(self, instant: datetime, *, limit: int) -> tuple[Mention, ...]:
        """Mentions pulled before `instant` and not judged yet, oldest first."""

    def written_by(self, profiles: Collection[Profile]) -> tuple[Written, ...]:
        """All that these accounts have written; reads every mention there is, so only people ask
        who want somebody forgotten."""

    def erase(self, id: MentionId) -> None:
        """Remove a mention, its payload and its verdict. It stays away: it is not stored again
        when a source shows it once more, until its time would have been over."""


class Scorer(Protocol):
    """What judges a mention."""

    @property
    def faults(self) -> tuple[str, ...]:
        """What it was meant to judge by and cannot, in words; empty when all is well."""

    def score(self, mention: Mention, desk: Desk, background: Background) -> Score:
        """The verdict with its reasons, before the company's rules. Never raises for any text."""


class SecondReader(Protocol):
    """A slower, dearer reader of what may be urgent."""

    def opinion(self, mention: Mention, desk: Desk, score: Score) -> Opinion:
        """What it thinks, within two seconds. Raises Unanswered when it does not say.

        Raises Unusable when it will not until somebody changes the account or the configuration.
        """


class Readings(Protocol):
    """How many second readings were asked for on a day (UTC)."""

    def take(self, *, most: int, now: datetime) -> bool:
        """Count one more before it is asked for; False when `most` were counted today.

        A call that is repeated may count twice; none is ever left out.
        """
