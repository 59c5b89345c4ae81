"""Tell other desks: what changed is queued for every hook that wants it, then posted.

A crash between queueing and the end of a change repeats messages under their ids; none is lost.
What a receiver does not take is tried again for some ten hours, then kept with the dead letters.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain.answering.rules import Hook
from chalicelib.domain.errors import NotFound
from chalicelib.domain.hook_events import (
    Delivery,
    HookMessage,
    body_of,
    incident_messages,
    ticket_messages,
)
from chalicelib.domain.incident import Incident
from chalicelib.domain.ticket import Ticket
from chalicelib.ports import Deliveries, Desks, HookFate, HookPosts, Meter

log = logging.getLogger("nightdesk.hooks")

PAUSES = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(minutes=90),
    timedelta(hours=3),
    timedelta(hours=5),
)
"""Between tries; the queue hands a delivery out once more than there are pauses."""


class TellingHooks:
    """Queues what changed."""

    def __init__(self, *, desks: Desks, deliveries: Deliveries) -> None:
        self._desks = desks
        self._deliveries = deliveries

    def ticket_changed(self, old: Ticket | None, new: Ticket | None) -> None:
        self._tell(ticket_messages(old, new))

    def incident_changed(self, old: Incident | None, new: Incident | None) -> None:
        self._tell(incident_messages(old, new))

    def _tell(self, messages: Sequence[HookMessage]) -> None:
        if not messages:
            return
        try:
            hooks = self._desks.current().answering.hooks
        except NotFound:
            return
        queued = [
            Delivery(hook=hook.name, message=message)
            for message in messages
            for hook in hooks
            if hook.wants(message.event)
        ]
        if queued:
            self._deliveries.enqueue(queued)


class DeliveringHooks:
    """Posts what is queued."""

    def __init__(
        self, *, desks: Desks, deliveries: Deliveries, posts: HookPosts, meter: Meter
    ) -> None:
        self._desks = desks
        self._deliveries = deliveries
        self._posts = posts
        self._meter = meter

    def deliver(self, delivery: Delivery, *, tries: int, now: datetime) -> timedelta | None:
        """Post it for the `tries`-th time; how long to wait before the next, None when it is over.

        A hook that is not configured any more is told nothing. What is refused, or has failed for
        the last time, is given up: kept, and told by an alarm.
        """
        hook = self._hook(delivery.hook)
        if hook is None:
            log.info("hook_gone", extra={"hook": delivery.hook, "message_id": delivery.message.id})
            return None
        about = {"hook": hook.name, "message_id": delivery.message.id, "tries": tries}
        answer = self._posts.post(hook, delivery.message.id, body_of(delivery.message), now=now)
        if answer.fate is HookFate.TAKEN:
            log.info("hook_told", extra=about)
            self._meter.count("HooksTold")
            return None
        if answer.fate is HookFate.REFUSED or tries > len(PAUSES):
            log.error("hook_given_up", extra={**about, "why": answer.why})
            self._deliveries.give_up(delivery, answer.why)
            return None
        log.warning("hook_failed", extra={**about, "why": answer.why})
        pause = PAUSES[max(1, tries) - 1]
        asked_for = answer.retry_at - now if answer.retry_at else pause
        return max(pause, asked_for)

    def _hook(self, name: str) -> Hook | None:
        try:
            hooks = self._desks.current().answering.hooks
        except NotFound:
            return None
        return next((one for one in hooks if one.name == name), None)
