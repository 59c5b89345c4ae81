"""Speaking: each thing is told once, to the keepers of the desk or to whoever is on duty."""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.escalation import FALLBACK_STEP
from chalicelib.domain.signal import Topic
from chalicelib.ports import Notices, Once
from chalicelib.services.telling import Telling

HOUR = timedelta(hours=1)
SLOT = timedelta(minutes=20)
"""An hour without a note is told by slots: 60 to 80 minutes pass between two."""


class Speaking:
    """Tells and remembers. What could not be told is not remembered: the next tick tries again."""

    def __init__(self, *, once: Once, telling: Telling, notices: Notices) -> None:
        self._once = once
        self._telling = telling
        self._notices = notices
        self._told: set[str] = set()

    def to_keepers(self, key: str, kind: str, text: str, *, now: datetime) -> int:
        """A notice, of which `kind` is held back within the hour; how many went out."""
        if not self._is_ours(key, now=now) or not self._notices.tell(kind, text, now=now):
            return 0
        self._done(key, now=now)
        return 1

    def to_duty(
        self,
        key: str,
        brand: str,
        desk: Desk,
        text: Callable[[str], str],
        *,
        keepers_key: str,
        sparing: str = "",
        now: datetime,
    ) -> int:
        """A note to the first of those on duty whom a channel reaches; how many went out.

        `text` makes it for a zone. Whoever is a keeper too has it by the notice of `keepers_key`.
        Of what is called `sparing` at most one goes out in an hour.
        """
        if not self._is_ours(key, now=now):
            return 0
        slots = _slots(sparing, now) if sparing else ()
        if not all(self._is_ours(one, now=now) for one in slots):
            return 0
        told = 0
        for person in on_duty(desk, brand, now):
            if keepers_key in self._told and person.id in (desk.fallback, desk.lead):
                break
            if self._telling.tell(person, text(person.zone), id=key):
                told = 1
                break
        else:
            return 0
        for one in (key, *slots[:1]):
            self._done(one, now=now)
        return told

    def was_told(self, key: str, *, now: datetime) -> bool:
        """Whether anybody was told of it: nobody hears of a return from what they have not
        heard of. What was begun and held back does not count."""
        return key in self._told or self._once.was_told(key, now=now)

    def _is_ours(self, key: str, *, now: datetime) -> bool:
        return key not in self._told and self._once.begin(key, now=now)

    def _done(self, key: str, *, now: datetime) -> None:
        self._once.done(key, now=now)
        self._told.add(key)


def _slots(sparing: str, now: datetime) -> tuple[str, ...]:
    """Keys of the present slot and of those of the hour before it, in which nothing may have
    gone out."""
    back = range(HOUR // SLOT + 1)
    first = int(now.timestamp() // SLOT.total_seconds())
    return tuple(f"{sparing}#{first - number}" for number in back)


def on_duty(desk: Desk, brand: str, at: datetime) -> tuple[Responder, ...]:
    """Whom an incident of the brand that has no topic of its own would page first."""
    policy = desk.policy_for(brand, Topic.OTHER)
    is_open = desk.is_open(policy, at)
    taken = (step for step in policy.steps if step.is_taken(is_open=is_open))
    return desk.people(next(taken, FALLBACK_STEP).targets, at)
