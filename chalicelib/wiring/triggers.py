"""What each trigger of `app.py` sets going."""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from chalicelib.domain.cost import Feature
from chalicelib.domain.errors import BadInput
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Score
from chalicelib.domain.ticket import TicketId
from chalicelib.wiring import parts
from chalicelib.wiring.clock import now
from chalicelib.wiring.services import (
    acknowledging,
    budgets,
    crowd_watch,
    delivering_hooks,
    indexing,
    letters,
    paging,
    queue_clock,
    readiness,
    receiving,
    rechecking,
    reconciling,
    rolling,
    sending,
    shift_notices,
    source_news,
    telling_hooks,
    triage,
)

V = TypeVar("V")

log = logging.getLogger("nightdesk.wiring")

SPARE = timedelta(seconds=5)
"""Kept of a Lambda's time for storing what was read and moving the cursor."""

SETTLING = timedelta(seconds=40)
"""A look-up at a platform that hangs, and the reply after it, take at most so long."""


def deadline(context: Any) -> datetime:
    """Until when this invocation may read on, by Lambda's context object."""
    return now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - SPARE


ASKING = timedelta(seconds=30)
"""One question whether posts still stand takes at most so long."""

Judge = Callable[[dict[str, Any]], object]
"""What takes one record's new image (DynamoDB JSON)."""


def judge_batch(each: Callable[[Judge], dict[str, Any]]) -> dict[str, Any]:
    """Judge every mention of a stream's batch, then count the angry among them.

    `each` gives the records one by one and tells what failed. What was judged is counted though
    others failed, and a repeated batch is judged and counted once.
    """
    from chalicelib.adapters.stream import mention_from_image

    judged: list[tuple[Mention, Score]] = []

    def judge(image: dict[str, Any]) -> None:
        mention = mention_from_image(image)
        score = triage().judge(mention, now=now())
        if score is not None:
            judged.append((mention, score))

    try:
        return each(judge)
    finally:
        try:
            crowd_watch().count(judged, now=now())
        except Exception:
            # A count that is a batch too low is better than a batch judged again and again.
            log.exception("crowd_not_counted", extra={"mentions": len(judged)})
            parts.meter().count("MentionsNotCounted", len(judged))


def tick(context: Any) -> None:
    """Escalate first; then find what was left lying. One part's failure stops no other's.

    What each part uses is used for what it does.

    `TicksCompleted` says that the escalation clock runs, whatever becomes of the rest. Raises
    ExceptionGroup when a part failed, which Lambda counts as an error of the function.
    """
    at, until = now(), deadline(context)
    failures: list[Exception] = []

    def has_time() -> bool:
        return now() < until

    def can_settle() -> bool:
        return now() < until - SETTLING

    def carried_out(feature: Feature, part: Callable[[], int]) -> bool:
        try:
            with parts.meter().within(feature):
                part()
        except Exception as error:
            log.exception("tick_part_failed")
            failures.append(error)
            return False
        return True

    if carried_out(Feature.WAKING, lambda: paging().tick(now=at, has_time=has_time)):
        parts.meter().count("TicksCompleted")
        parts.meter().flush()  # a later part that hangs must not hide that the clock runs
    carried_out(Feature.JUDGING, lambda: crowd_watch().watch(now=at, has_time=has_time))
    carried_out(Feature.WATCHING, lambda: source_news().tell(now=at, has_time=can_settle))
    carried_out(Feature.WAKING, lambda: shift_notices().tell(now=at, has_time=can_settle))
    carried_out(Feature.JUDGING, lambda: triage().sweep(now=at, has_time=can_settle))
    carried_out(Feature.ANSWERING, lambda: queue_clock().tick(now=at, has_time=can_settle))
    carried_out(Feature.ANSWERING, lambda: sending().settle(now=at, has_time=can_settle))
    if failures:
        raise ExceptionGroup("parts of the tick failed", failures)


def watch() -> None:
    """The readiness check of each hour, and what follows from it."""
    readiness().watch(now=now())


def recheck_posts(context: Any) -> None:
    """The hourly look at posts that were read before, for as long as there is time."""
    until = deadline(context)
    rechecking().recheck(now=now(), deadline=lambda: until if now() < until - ASKING else None)


SUMMING = timedelta(seconds=45)
"""An hour of the books, read, summed and put, takes at most so long, and what follows it too."""


def reckon(context: Any) -> None:
    """Add up what was used, look after budgets, send the letter of the month; last, since others
    may keep it waiting, compare with the bill. One part's failure stops no other's.

    Raises ExceptionGroup when a part failed, which Lambda counts as an error of the function.
    """
    at, until = now(), deadline(context)
    failures: list[Exception] = []

    def has_time() -> bool:
        return now() < until - SUMMING

    def carried_out(part: Callable[[], object]) -> None:
        try:
            part()
        except Exception as error:
            log.exception("reckoning_part_failed")
            failures.append(error)

    carried_out(lambda: rolling().roll(now=at, has_time=has_time))
    carried_out(lambda: budgets().watch(now=at))
    carried_out(lambda: letters().send(now=at))
    carried_out(lambda: reconciling().reconcile(now=at, has_time=has_time))
    if failures:
        raise ExceptionGroup("parts of the reckoning failed", failures)


def read_receipts(event: Any) -> None:
    """Delivery receipts of SMS, as CloudWatch Logs hands over what SNS has written.

    Raises BadInput, once the others are read, for what was no receipt: the event then comes
    again, and in the end lies with the dead letters, whose alarm tells of it.
    """
    from chalicelib.adapters.receipts import receipts_in

    batch = receipts_in(event)
    receiving().read(batch.receipts, now=now())
    if batch.unreadable:
        raise BadInput(f"delivery receipts: {'; '.join(batch.unreadable)}")


def receive_reply(message: str) -> None:
    """An inbound SMS, as the two-way number's topic delivers it (JSON).

    Its form: AWS End User Messaging SMS, "Two-way SMS messaging", example payload.
    """
    reply = json.loads(message)
    acknowledging().receive(
        reply["originationNumber"],
        reply["messageBody"],
        inbound_id=reply["inboundMessageId"],
        now=now(),
    )


def follow_ticket(old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
    """A ticket was one image (DynamoDB JSON) and is another: the index first, then other desks.

    An old image that cannot be read (another release wrote it) counts as none.
    """
    from chalicelib.adapters.stream import ticket_from_image

    before, after = _before(old, ticket_from_image), ticket_from_image(new) if new else None
    known = after or before
    with parts.meter().within(about=known.id if known else ""):
        indexing().follow(before, after, now=now())
    with parts.meter().within(Feature.TELLING):
        telling_hooks().ticket_changed(before, after)


def follow_incident(old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
    """An incident was one image and is another. A copy that is made of it is no news."""
    from chalicelib.adapters.stream import incident_from_image, is_past

    if new is None or (old is None and is_past(new)):
        return
    telling_hooks().incident_changed(_before(old, incident_from_image), incident_from_image(new))


def _before(image: dict[str, Any] | None, read: Callable[[dict[str, Any]], V]) -> V | None:
    if image is None:
        return None
    try:
        return read(image)
    except BadInput:
        log.warning("old_image_unreadable", extra={"pk": image.get("pk", {}).get("S")})
        return None


def send_replies(body: str) -> None:
    """An approved reply whose time to be undone is over, as the outbox delivers it."""
    order = json.loads(body)
    sending().send(TicketId(order["ticket"]), order["reply"], now=now())


def deliver(body: str, tries: int, handle: str) -> bool:
    """A delivery of the queue; False when it is to come again, which it does when it should."""
    from chalicelib.adapters.deliveries import delivery_from

    wait = delivering_hooks().deliver(delivery_from(body), tries=tries, now=now())
    if wait is None:
        return True
    parts.deliveries().put_off(handle, wait)
    return False
