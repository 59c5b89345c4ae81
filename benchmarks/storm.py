"""A storm: ten thousand mentions in five minutes of one topic, and the hour that follows."""

import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

from benchmarks.recording import OUTAGE, SATURDAY_NIGHT, posts, write
from infra.config import load as load_config
from infra.local.clock import SteppedClock
from infra.local.desk import LocalDesk
from infra.local.patching import replaced
from infra.local.weekend import WEEKEND_CONFIG

MINUTE = timedelta(minutes=1)

WATCHED = timedelta(minutes=60)
"""Nobody answers: the policy's three steps, the fallback people, and a second round."""

STEP_LASTS = timedelta(minutes=5)
"""SMS so close together belong to one step: those of the sample desk are ten minutes apart."""

Ringing = tuple[datetime, str]
"""When an SMS reached whom."""


def measure(mentions: int = 10_000) -> dict[str, Any]:
    """What rings in an hour, what is lost, and how long our own code takes, apart from moto."""
    start = SATURDAY_NIGHT
    with tempfile.TemporaryDirectory() as folder:
        lines = posts(OUTAGE, range(1, mentions + 1), at=start + MINUTE / 2, over=5 * MINUTE)
        recording = write(Path(folder, "storm.jsonl"), lines)
        config = load_config(WEEKEND_CONFIG, now=start)
        with (
            LocalDesk(config, clock=SteppedClock(start), recording=recording) as desk,
            _watched() as waiting,
        ):
            began = time.perf_counter()
            desk.cloud.step(WATCHED)
            wall = time.perf_counter() - began
            stored = desk.mentions.added
            with desk.cloud.calls.paused():
                unjudged = len(_unjudged(desk))
            steps = steps_of(
                (text.at, phone.id)
                for phone in desk.phones.all()
                for text in phone.texts
                if not text.is_notice
            )
            notices = sum(text.is_notice for phone in desk.phones.all() for text in phone.texts)
            in_functions = sum(one.seconds for one in desk.cloud.functions.values())
            return {
                "mentions": mentions,
                "lost": mentions - stored,
                "unjudged": unjudged,
                "dead_letters": len(desk.cloud.dead_letters),
                "sms_by_responder": dict(sorted(sum(steps.values(), Counter[str]()).items())),
                "sms_by_step": {
                    f"minute {(at - start) // MINUTE}": dict(sorted(rung.items()))
                    for at, rung in steps.items()
                },
                "most_sms_to_one_responder_in_a_step": max(
                    (count for rung in steps.values() for count in rung.values()), default=0
                ),
                "notices": notices,
                "seconds": {
                    "whole, with moto and the driver": round(wall, 1),
                    "in our functions": round(in_functions, 1),
                    "of these, waiting for moto": round(waiting["seconds"], 1),
                    "our functions, moto aside": round(in_functions - waiting["seconds"], 1),
                },
            }


def steps_of(rings: Iterable[Ringing]) -> dict[datetime, Counter[str]]:
    """SMS by responder, for each step of an escalation, by the instant of its first SMS."""
    steps: dict[datetime, Counter[str]] = {}
    began: datetime | None = None
    for at, responder in sorted(rings):
        if began is None or at - began >= STEP_LASTS:
            began = at
        steps.setdefault(began, Counter())[responder] += 1
    return steps


@contextmanager
def _watched() -> Iterator[dict[str, float]]:
    """Seconds spent in AWS calls that functions made."""
    seconds = {"seconds": 0.0}
    plain = BaseClient._make_api_call

    def timed(self: Any, operation: str, arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return plain(self, operation, arguments)
        finally:
            if self.meta.service_model.service_name not in ("dynamodbstreams",):
                seconds["seconds"] += time.perf_counter() - began

    with replaced(BaseClient, "_make_api_call", timed):
        yield seconds


def _unjudged(desk: LocalDesk) -> tuple[Any, ...]:
    return desk.mentions.unjudged_before(desk.clock.now() + MINUTE, limit=100_000)
