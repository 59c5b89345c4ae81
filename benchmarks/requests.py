"""AWS requests for each mention, page and view, counted at moto's front door."""

import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.recording import CHATTER, OUTAGE, QUESTION, SATURDAY_NIGHT, posts, write
from infra.config import load as load_config
from infra.local.clock import SteppedClock
from infra.local.desk import LocalDesk
from infra.local.weekend import WEEKEND_CONFIG

MINUTE = timedelta(minutes=1)
MANY = 50

IDLE = 30
"""Minutes: long enough to see each source as often as its pace says."""

_DRIVER = ("dynamodbstreams", "sqs.ReceiveMessage", "sqs.DeleteMessage", "sqs.ChangeMessage")
"""What the local cloud calls in Lambda's place; on AWS the service does it."""


def measure() -> dict[str, dict[str, float]]:
    """Requests by operation, for one of each; an idle minute is taken off where it is in."""
    start = SATURDAY_NIGHT
    groups = ((CHATTER, MANY), (QUESTION, MANY), (OUTAGE, 1), (OUTAGE, MANY))
    plan = [
        posts(
            text,
            range(1000 * place, 1000 * place + number),
            at=start + (IDLE + 1.5 + place) * MINUTE,
            over=MINUTE / 4,
        )
        for place, (text, number) in enumerate(groups)
    ]
    with tempfile.TemporaryDirectory() as folder:
        recording = write(Path(folder, "posts.jsonl"), [line for part in plan for line in part])
        config = load_config(WEEKEND_CONFIG, now=start)
        clock = SteppedClock(start)
        with LocalDesk(config, clock=clock, recording=recording) as desk:

            def minutes(number: int) -> Counter[str]:
                return _counted(desk, lambda: desk.cloud.step(number * MINUTE))

            minutes(1)
            # Before anything is said: a desk with an incident reads its sources more often.
            quiet = Counter({name: n / IDLE for name, n in minutes(IDLE).items()})
            chatter, question, opening, joining = (minutes(1) for _ in range(4))
            view = _counted(desk, lambda: _get(desk, "/api/v1/queue"))
            incidents = _counted(desk, lambda: _get(desk, "/api/v1/incidents"))
            phone = next(one for one in desk.phones.all() if one.latest_page() is not None)
            page = phone.latest_page()
            if page is None or not page.link:
                raise RuntimeError("no page with a link has reached a phone")
            address = page.link
            link = _counted(desk, lambda: _press(desk, address))
    return {
        "an idle minute": _rounded(quiet, 1),
        "a mention that is ignored": _rounded(_less(chatter, quiet), MANY),
        "a mention that becomes a ticket": _rounded(_less(question, quiet), MANY),
        "a mention that opens an incident, its page included": _rounded(_less(opening, quiet), 1),
        "a mention that joins an incident": _rounded(_less(joining, quiet), MANY),
        "an acknowledgement by link": _rounded(link, 1),
        "a view of the queue": _rounded(view, 1),
        "a view of one open incident": _rounded(incidents, 1),
    }


def _counted(desk: LocalDesk, act: Callable[[], object]) -> Counter[str]:
    desk.cloud.calls.clear()
    act()
    return Counter(
        {
            name: count
            for name, count in desk.cloud.calls.by_kind().items()
            if not name.lower().startswith(tuple(one.lower() for one in _DRIVER))
        }
    )


def _get(desk: LocalDesk, path: str) -> None:
    headers = {"authorization": f"Bearer {desk.token('mia', lifetime=timedelta(hours=1))}"}
    status, _ = desk.gateway.request("GET", path, headers=headers, body="")
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")


def _press(desk: LocalDesk, link: str) -> None:
    path = "/a/" + link.rpartition("/a/")[2]
    form = {"content-type": "application/x-www-form-urlencoded"}
    status, _ = desk.gateway.request("POST", path, headers=form, body="")
    if status != 200:
        raise RuntimeError(f"the link answered {status}")


def _less(counted: Counter[str], quiet: Counter[str]) -> dict[str, float]:
    return {name: max(0.0, count - quiet.get(name, 0)) for name, count in counted.items()}


def _rounded(counted: Any, among: int) -> dict[str, float]:
    shares = {name: round(count / among, 2) for name, count in sorted(counted.items())}
    return {name: share for name, share in shares.items() if share}
