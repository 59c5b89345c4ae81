"""A month on the local cloud: some mentions a day, pages, acknowledgements, agents who look.

Functions wake a few times a day instead of each minute, or it would take hours.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from benchmarks.recording import CHATTER, OUTAGE, QUESTION, posts, write
from chalicelib.domain.finance import Finance
from chalicelib.settings import settings
from infra.config import load
from infra.local.clock import SteppedClock
from infra.local.cloud import REGION
from infra.local.desk import LocalDesk
from infra.local.weekend import WEEKEND_CONFIG
from tests.simulation.counting import Count

BEGINS = datetime(2026, 12, 1, tzinfo=UTC)
REPLY = "Hello, thank you for asking. You may take it on any train but the first. Mia"

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


EVENTFUL = 3
"""Every so many days something is written, somebody rung, and somebody answered."""


@dataclass
class Month:
    """A month that is played."""

    desk: LocalDesk
    count: Count
    begins_at: datetime
    days: int
    _asked: int = 0
    _each_minute: bool = False

    @property
    def ends_at(self) -> datetime:
        return self.begins_at + self.days * DAY

    def wake(self, at: datetime) -> None:
        """Everything that is due wakes at an instant."""
        clock = self.desk.clock
        assert isinstance(clock, SteppedClock)
        if self._each_minute:
            self.desk.cloud.step_to(at)
            return
        clock.move_to(at)
        self.desk.cloud.run_due()

    def play(self, *, each_minute: bool = False) -> None:
        """To the end, and on until the last day is settled; functions wake a few times a day, or
        each minute."""
        self._each_minute = each_minute
        for number in range(self.days):
            midnight = self.begins_at + number * DAY
            self.wake(midnight + 6 * HOUR)
            if number % EVENTFUL == 0:
                self._eventful(midnight, nobody_answers=number % (3 * EVENTFUL) == EVENTFUL)
            self._forget()
        self.wake(self.ends_at + 6 * HOUR)

    def _eventful(self, midnight: datetime, *, nobody_answers: bool) -> None:
        self._look()
        # What is written at 18:30 is read, judged, and rings; now and then nobody answers at once.
        evening = midnight + 18.5 * HOUR
        self.wake(evening + MINUTE)
        for minutes in (12, 23) if nobody_answers else ():
            self.wake(evening + minutes * MINUTE)
        self._acknowledge()
        self.wake(self.desk.clock.now() + 2 * MINUTE)  # the API's minute of use is kept

    def _look(self) -> None:
        """An agent looks at the queue and at incidents, and answers a customer."""
        _, queue = self.ask("GET", "/api/v1/queue")
        for card in json.loads(queue)["cards"][:1]:
            ticket = f"/api/v1/tickets/{card['id']}"
            self.ask("GET", ticket)
            self.ask("POST", f"{ticket}/claim")
            self.ask(
                "POST", f"{ticket}/reply", {"text": REPLY, "reply_id": f"month-{self._asked:08}"}
            )
        self.ask("GET", "/api/v1/incidents")

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """What the API answers an agent; never an error."""
        self._asked += 1
        token = self.desk.token("mia", lifetime=HOUR)
        headers = {
            "host": "127.0.0.1",
            "content-type": "application/json",
            "authorization": f"Bearer {token}",
        }
        sent = b"" if method == "GET" else json.dumps(body or {}).encode()
        answer = self.desk.gateway.answer(method, path, headers=headers, body=sent)
        assert answer["statusCode"] < 400, (path, answer["body"])
        self.count.answered(answer)
        self.desk.cloud.settle()
        return int(answer["statusCode"]), str(answer["body"])

    def _forget(self) -> None:
        """As DynamoDB does, which moto does not: what has expired goes."""
        table = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[settings().costs_table]
        now = self.desk.clock.now().timestamp()
        for items in table.items.values():
            for key in [k for k, one in items.items() if _expires_at(one) < now]:
                del items[key]

    def _acknowledge(self) -> None:
        """Whoever was woken has it, and it is over."""
        for phone in self.desk.phones.all():
            page = phone.latest_page()
            if page is not None and page.at > self.desk.clock.now() - HOUR:
                self.desk.phones.reply(phone, f"ok {page.code}")
        self.desk.cloud.settle()
        _, told = self.ask("GET", "/api/v1/incidents")
        for incident in json.loads(told)["incidents"]:
            self.ask("POST", f"/api/v1/incidents/{incident['id']}/resolve")


def _expires_at(item: Any) -> float:
    value = item.attrs.get("expires_at")
    return float(value.value) if value is not None else float("inf")


@contextmanager
def a_month(
    folder: Path, *, days: int = 31, mentions: int = 3, is_billed: bool = False
) -> Iterator[Month]:
    """Its desk, and a recording of so many questions and remarks on each eventful day, and an
    outage in its evening. With `is_billed` there are a bill and reports of SMS, by which prices
    are put right; else everything costs what the list says, and SMS what receipts say."""
    lines: list[str] = []
    for day in range(0, days, EVENTFUL):
        begins, first = BEGINS + day * DAY, 1000 * (day + 1)
        lines += posts(CHATTER, range(first, first + mentions), at=begins + HOUR, over=HOUR)
        lines += posts(
            QUESTION, range(first + 100, first + 100 + mentions), at=begins + 3 * HOUR, over=HOUR
        )
        lines += posts(OUTAGE, [first + 200], at=begins + 18.5 * HOUR, over=MINUTE)
    recording = write(folder / "month.jsonl", lines)
    config = load(WEEKEND_CONFIG, now=BEGINS)
    if not is_billed:
        config = replace(config, desk=replace(config.desk, finance=Finance()))
    clock = SteppedClock(BEGINS)
    with LocalDesk(config, clock=clock, recording=recording, has_receipts=True) as desk:
        count = Count(desk)
        with count.open():
            yield Month(desk=desk, count=count, begins_at=BEGINS, days=days)
