"""What every invocation took, metered around its handler and kept when it ends."""

import logging
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.metering.tally import Tally, collecting, used, within
from chalicelib.domain.cost import Feature, Use
from chalicelib.wiring import parts
from chalicelib.wiring.clock import now
from chalicelib.wiring.warm import made

if TYPE_CHECKING:
    from chalicelib.adapters.metering.keeping import Attempt

log = logging.getLogger("nightdesk.metering")

Handler = Callable[[Any, Any], Any]

API = "api_handler"

FEATURES: Mapping[str, Feature] = {
    "pull_mentions": Feature.LISTENING,
    "pull_source": Feature.LISTENING,
    "triage_mentions": Feature.JUDGING,
    "follow_tickets": Feature.ANSWERING,
    "follow_incidents": Feature.TELLING,
    "send_replies": Feature.ANSWERING,
    "deliver": Feature.TELLING,
    "tick": Feature.WAKING,
    "read_receipts": Feature.WAKING,
    "receive_reply": Feature.WAKING,
    "watch": Feature.WATCHING,
    "recheck_posts": Feature.LISTENING,
    "reckon": Feature.ACCOUNTING,
    API: Feature.VIEWING,
}
"""What each function is for; its parts may be for something else, and so may routes."""

LEAST_MS = 1_500
"""Milliseconds that must be left to keep a record: what was done must not fail by that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteUse:
    """What a request is for."""

    feature: Feature
    about: str = ""
    """The ticket or incident."""


_of_request: Callable[[Mapping[str, Any]], RouteUse] | None = None


def routes_are_for(of_request: Callable[[Mapping[str, Any]], RouteUse]) -> None:
    """`web` knows its routes: tells what a request (the gateway's event) is for."""
    global _of_request
    _of_request = of_request


def metered(handler: Handler) -> Handler:
    """The Lambda handler, its use metered and kept, what it has counted written out, however it
    ends. That this fails never fails what was done."""

    @wraps(handler)
    def run(event: Any, context: Any) -> Any:
        began = parts.lambda_time().begin()
        purpose, result, has_failed = _purpose(event, context), None, True
        with purpose, collecting() as taken:
            try:
                result = handler(event, context)
                has_failed = isinstance(result, dict) and bool(result.get("batchItemFailures"))
                return result
            finally:
                _flush()
                try:
                    _keep(event, context, result, has_failed, began, taken)
                except Exception:
                    log.exception("usage_not_kept")
                    if "meter" in made:
                        parts.meter().count("UsageNotKept")
                        _flush()

    return run


def _flush() -> None:
    if "meter" in made:
        try:
            parts.meter().flush()
        except Exception:
            log.exception("metrics_not_written")


def _keep(
    event: Any, context: Any, result: Any, has_failed: bool, began: float, taken: Tally
) -> None:
    from chalicelib.adapters.metering.log_bytes import LOG_BYTE, OWN_LINES
    from chalicelib.adapters.metering.tally import tally

    measuring = parts.lambda_time()
    memory = _memory_mb(context)
    used(Use(sku="lambda.request"), Use(sku=LOG_BYTE, quantity=OWN_LINES))
    attempt = _attempt(event, context, has_failed=has_failed)
    if attempt.is_gathered:
        used(Use(sku="api.request"), *_transferred(event, result))
    with within(Feature.ACCOUNTING):
        used(measuring.owed(memory_mb=memory))
    measured = measuring.now()
    used(measuring.took(began, memory_mb=memory))
    sheet = taken.take()
    if attempt.is_gathered and getattr(result, "status_code", 500) >= 400:
        sheet = sheet.without_about()  # there may be no such ticket
    try:
        if _has_time(context):
            parts.usage_keeping().keep(attempt, sheet)
        else:
            tally.put_back(sheet)
    finally:
        measuring.end(measured)


def _purpose(event: Any, context: Any) -> AbstractContextManager[None]:
    """What the invocation is for, as far as it can be known before it is done."""
    try:
        name = _function(event, context)
        if name == API and _of_request is not None:
            route = _of_request(event)
            return within(route.feature, about=route.about)
        source = event["Records"][0]["body"] if name == "pull_source" else ""
        return within(FEATURES.get(name), source=source)
    except Exception:
        log.exception("purpose_unknown")
        return within()


def _function(event: Any, context: Any) -> str:
    """Its name in `app.py`: Lambda has it as `nightdesk-<stage>-pull-mentions`."""
    if isinstance(event, dict) and "requestContext" in event:
        return API
    name = str(getattr(context, "function_name", "")).replace("-", "_")
    return next((one for one in FEATURES if name == one or name.endswith(f"_{one}")), name)


def _attempt(event: Any, context: Any, *, has_failed: bool) -> "Attempt":
    """A batch of a stream is known by its first and last record, and belongs to the hour in which
    its first was written, so that it is the same whenever it comes."""
    from chalicelib.adapters.metering.keeping import Attempt

    function = _function(event, context)
    request_id = str(getattr(context, "aws_request_id", "") or uuid.uuid4())
    identity, present = request_id, now()
    at = present
    records = event.get("Records", ()) if isinstance(event, dict) else ()
    if records and "dynamodb" in records[0]:
        changes = [one["dynamodb"] for one in (records[0], records[-1])]
        identity = "..".join(str(one["SequenceNumber"]) for one in changes)
        at = _written_at(changes[0], present)
    return Attempt(
        function=function,
        request_id=request_id,
        identity=identity,
        at=at,
        now=present,
        has_failed=has_failed,
        is_gathered=function == API,
    )


def _written_at(change: Mapping[str, Any], present: datetime) -> datetime:
    """When DynamoDB wrote it, to the second; in the local cloud its clock may be another."""
    created = change.get("ApproximateCreationDateTime")
    return present if created is None else datetime.fromtimestamp(float(created), UTC)


def _transferred(event: Any, result: Any) -> tuple[Use, ...]:
    from chalicelib.adapters.metering.transfer import answer_size

    if not hasattr(result, "body"):
        return ()
    asked = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    takes_gzip = "gzip" in str(asked.get("accept-encoding", ""))
    size = answer_size(result.body, result.headers, takes_gzip=takes_gzip)
    return (Use(sku="transfer.byte", quantity=size),)


def _memory_mb(context: Any) -> int:
    """Lambda gives it as a text; 128 is the least there is."""
    return int(getattr(context, "memory_limit_in_mb", None) or 128)


def _has_time(context: Any) -> bool:
    left = getattr(context, "get_remaining_time_in_millis", None)
    return left is None or left() >= LEAST_MS
