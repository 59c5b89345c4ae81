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
from chalicelib.domain.ticket import TicketId
from chalicelib.domain.withdrawal import Tombstone
from chalicelib.ports.listening import Pulled


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A mention that somebody wrote, and the incidents it belongs or belonged to."""

    mention: Mention
    incident_ids: frozenset[IncidentId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """All that stands under the id of a mention."""

    mention: Mention | None
    """As it is now; None once it was erased, or when it was taken back before we ever read it."""
    score: Score | None = None
    """The newest verdict; of earlier words while it is to be judged anew."""
    is_judged: bool = False
    """Whether `score` is of the words as they are now."""
    incident_id: IncidentId | None = None
    """Which it opened or joined last."""
    incident_ids: frozenset[IncidentId] = frozenset()
    """All that it ever opened or joined."""
    ticket_id: TicketId | None = None
    was_missed: bool = False
    """Whether it was gone when it was last looked at, which was not believed."""


class Mentions(Protocol):
    """Every mention, once, with its payload and its verdict."""

    def add(self, pulled: Pulled, *, look_at: datetime | None = None) -> bool:
        """Store a mention and its raw payload once; False when it was there already.

        At `look_at` it is to be seen whether it still stands; None: nobody can tell.
        """

    def edit(self, pulled: Pulled, *, look_at: datetime | None = None) -> bool:
        """Store newer words of a mention (by `mention.edited_at`), to be judged anew.

        Source, brand and the first payload stay. False, and nothing changes, when it is not there,
        was taken back, is known in that version or a newer one, or says what it said before.
        """

    def get(self, id: MentionId) -> Mention | None:
        """None for what was taken back, too."""

    def stored(self, id: MentionId) -> Stored | None:
        """All there is of it, taken back or not; None when nothing was ever stored under it."""

    def raw(self, id: MentionId) -> bytes | None:
        """The platform's payload, as the mention was first read."""

    def record_score(
        self,
        id: MentionId,
        score: Score,
        *,
        incident_id: IncidentId | None,
        ticket_id: TicketId | None = None,
        edited_at: datetime | None = None,
        now: datetime,
    ) -> bool:
        """Keep the verdict on the words of `edited_at` (None: the first ones).

        False, and nothing changes, when there is one already, the words have changed since, or the
        mention was taken back.
        """

    def score(self, id: MentionId) -> Score | None:
        """The verdict, or None while it is not judged."""

    def shown_in(self, id: MentionId, incident_id: IncidentId) -> bool:
        """Keep that an incident shows it which it neither opened nor joined (of a crowd, say).

        False when it is not there, or was taken back.
        """

    def unjudged_before(self, instant: datetime, *, limit: int) -> tuple[Mention, ...]:
        """What is waited for since before `instant`: first mentions to be judged, or to be judged
        anew, then those taken back (`withdrawn_at`) that are not erased yet; longest first each."""

    def withdraw(self, id: MentionId, *, now: datetime) -> bool:
        """From now on it counts as gone, and waits to be erased; False when it did before.

        Of what was never stored it is remembered, so that it is not stored when it comes late.
        """

    def bury(self, tombstone: Tombstone) -> None:
        """Erase what was taken back, its payload and its verdict; the tombstone stays."""

    def tombstone(self, id: MentionId) -> Tombstone | None: ...

    def to_look_at(self, source: str, *, now: datetime, limit: int) -> tuple[Stored, ...]:
        """Mentions of a source of which it is time to see whether they still stand, longest due
        first, at most 100. Those taken back are not among them."""

    def look_again(self, id: MentionId, *, at: datetime, was_missed: bool = False) -> None:
        """It was looked at and is left as it is until `at`."""

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
