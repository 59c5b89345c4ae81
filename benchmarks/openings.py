"""From a minute's trigger to the SMS at SNS, for many incidents opened one after another."""

import json
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.recording import OUTAGE, SATURDAY_NIGHT, posts, write
from infra.config import load as load_config
from infra.local.clock import SteppedClock
from infra.local.desk import LocalDesk
from infra.local.report import percentile
from infra.local.weekend import WEEKEND_CONFIG

MINUTE = timedelta(minutes=1)
NIGHT = timedelta(hours=12)


def measure(openings: int = 200) -> dict[str, Any]:
    """Real seconds from each minute's trigger to SNS: pull, store, judge, open, page.

    Each minute one mention opens an incident, which is resolved before the next. `sms` counts
    the first pages; fewer than `openings` would mean that one of them rang nobody.
    """
    start = SATURDAY_NIGHT
    with tempfile.TemporaryDirectory() as folder:
        numbers = range(1, openings + 1)
        lines = posts(OUTAGE, numbers, at=start + MINUTE / 2, over=openings * MINUTE)
        recording = write(Path(folder, "openings.jsonl"), lines)
        config = load_config(WEEKEND_CONFIG, now=start)
        with LocalDesk(config, clock=SteppedClock(start), recording=recording) as desk:
            desk.cloud.step(timedelta(0))
            for _ in numbers:
                desk.cloud.step(MINUTE)
                _resolve_all(desk)
            texts = [
                text
                for phone in desk.phones.all()
                for text in phone.texts
                if text.is_ours and text.code  # a page, and no note that it is over
            ]
            waits = [text.handed_over - desk.cloud.triggered[text.at] for text in texts]
    return {
        "openings": openings,
        "sms": len(waits),
        "seconds": {
            "p50": _rounded(percentile(waits, 50)),
            "p99": _rounded(percentile(waits, 99)),
            "max": _rounded(max(waits, default=None)),
        },
    }


def _resolve_all(desk: LocalDesk) -> None:
    headers = {
        "authorization": f"Bearer {desk.token('mia', lifetime=NIGHT)}",
        "content-type": "application/json",
    }
    for one in json.loads(_asked(desk, "GET", "/api/v1/incidents", headers))["incidents"]:
        _asked(desk, "POST", f"/api/v1/incidents/{one['id']}/resolve", headers)


def _asked(desk: LocalDesk, method: str, path: str, headers: dict[str, str]) -> str:
    status, answer = desk.gateway.request(method, path, headers=headers, body="")
    if status != 200:
        raise RuntimeError(f"{path} answered {status}: {answer}")
    return answer


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)
