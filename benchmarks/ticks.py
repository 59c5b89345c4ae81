"""Ticks while ten thousand incidents are open: only those that are due are read."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from benchmarks.recording import SATURDAY_NIGHT
from chalicelib import wiring
from chalicelib.domain.escalation import Position
from chalicelib.domain.incident import Incident, IncidentState, incident_id
from chalicelib.domain.mention import mention_id
from chalicelib.domain.signal import Topic
from chalicelib.wiring import parts
from infra.config import load as load_config
from infra.local.clock import SteppedClock
from infra.local.desk import LocalDesk
from infra.local.weekend import WEEKEND_CONFIG

MINUTE = timedelta(minutes=1)


def measure(open: int = 10_000, due: Sequence[int] = (0, 20, 500)) -> dict[str, Any]:
    """Requests and seconds of one tick of the pager for each number of incidents that are due.

    Of those that are not due half ring later and half are acknowledged. What is due is due for
    the same phone, so it goes out in messages of several incidents.
    """
    start = SATURDAY_NIGHT
    config = load_config(WEEKEND_CONFIG, now=start)
    with LocalDesk(config, clock=SteppedClock(start)) as desk:
        calls = desk.cloud.calls
        with calls.paused():
            for number in range(open - sum(due)):
                _store(number, due_at=start + timedelta(days=1), is_taken=number % 2 == 0)
            numbers = iter(range(open - sum(due), open))
            for minute, count in enumerate(due, start=1):
                for _ in range(count):
                    _store(next(numbers), due_at=start + minute * MINUTE, is_taken=False)
        ticks = []
        for minute, count in enumerate(due, start=1):
            calls.clear()
            before = sum(len(phone.texts) for phone in desk.phones.all())
            began = time.perf_counter()
            listed = wiring.paging().tick(now=start + minute * MINUTE)
            seconds = time.perf_counter() - began
            if listed != count:
                raise RuntimeError(f"{listed} incidents were due, not {count}")
            ticks.append(
                {
                    "due": count,
                    "seconds": round(seconds, 3),
                    "sms": sum(len(phone.texts) for phone in desk.phones.all()) - before,
                    "requests": dict(sorted(calls.by_kind().items())),
                }
            )
    return {"open": open, "ticks": ticks}


def _store(number: int, *, due_at: datetime, is_taken: bool) -> None:
    brand, opened_at = f"brand-{number}", due_at - timedelta(days=1)
    incident = Incident(
        id=incident_id(brand, Topic.OUTAGE, opened_at),
        brand=brand,
        topic=Topic.OUTAGE,
        state=IncidentState.TRIGGERED,
        policy="nights",
        opened_at=opened_at,
        alive_at=opened_at,
        mention_id=mention_id("mastodon", str(number)),
        quote="the whole site is down",
        author="somebody",
        platform="mastodon",
        url="https://social.example/1",
        reasons=("says the whole site is down",),
        position=Position(due_at=due_at, step=1),
    )
    if is_taken:
        incident = replace(
            incident,
            state=IncidentState.ACKNOWLEDGED,
            acknowledged_by="ana",
            acknowledged_at=opened_at,
            ack_expires_at=due_at,
        )
    parts.incidents().open(incident, instead_of=None)
