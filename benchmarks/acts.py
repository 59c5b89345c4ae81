"""What each act of a desk uses, metered by the product itself on the local cloud.

Acts are done one after the other on one desk, and what was kept of them is read from the table of
usage. Quiet minutes and pulls that fall into an act are taken off. Units, requests, messages and
records are as they were; time is not AWS's: see `OwnTime`.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from benchmarks.own_time import OwnTime, Written
from benchmarks.recording import CHATTER, OUTAGE, QUESTION, SATURDAY_NIGHT, posts, write
from chalicelib import wiring
from chalicelib.adapters.metering.lambda_time import LambdaTime
from chalicelib.adapters.metering.tally import collecting, tally
from chalicelib.domain.cost import Done, Entry, Feature, Sheet
from chalicelib.domain.cost.profile import Act
from chalicelib.domain.cost.record import hour_of
from infra.config import load
from infra.local.capacity.units import held
from infra.local.clock import SteppedClock
from infra.local.cloud import REGION
from infra.local.desk import LocalDesk
from infra.local.weekend import WEEKEND_CONFIG

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
START = SATURDAY_NIGHT.replace(minute=0)

MANY = 10
"""Mentions that are read, judged and stored together."""

QUIET = 20
"""Minutes whose mean is a minute."""

HOURLY = ("watch", "recheck_posts", "reckon")

Used = dict[tuple[str, Feature], Decimal]
"""Quantities by sku and feature."""

OF_LAMBDA: Mapping[Act, Used] = {
    Act.MINUTE: {("sqs.request", Feature.STANDING): Decimal(45)},
    Act.PULL: {("sqs.request", Feature.LISTENING): Decimal(2)},
    Act.REPLY: {("sqs.request", Feature.ANSWERING): Decimal(2)},
}
"""What Lambda does for functions, which they do not see: three queues are asked 15 times a minute
in vain; a message is received and deleted."""

DAILY: Used = {
    ("cloudwatch.alarm-month", Feature.STANDING): Decimal("1.466667"),  # 44 metrics of alarms
    ("cloudwatch.metric-month", Feature.STANDING): Decimal("0.133333"),  # 4 metrics of our own
    ("cost-explorer.request", Feature.ACCOUNTING): Decimal(1),
    ("cloudwatch.request", Feature.ACCOUNTING): Decimal(75),  # metrics of the day before
}
"""What stands, and what is done once a day: not metered here."""

ASSUMED = (
    "time: what our code takes on this machine with moto left out, at the 0.29 of a CPU that 512 "
    "MB have, and 6 ms for each call of AWS; cold starts are not counted",
    f"mentions come {MANY} at a time; one that comes alone takes up to ten times the invocations",
    "alarms, four metrics of our own at rest, one look at the bill and 75 metrics asked for a day "
    "are set; up to 31 more metrics, at 0.30 each, when something of each kind happens hourly",
    "Lambda asks three queues in vain 15 times a minute",
    "what is kept of a mention is what mentions, tickets and incidents of the measurement left, "
    "by mention",
    "every reply makes a customer content",
)


class Bench:
    """A desk on which acts are done."""

    def __init__(self, desk: LocalDesk, clock: SteppedClock) -> None:
        self.desk = desk
        self._clock = clock
        self._seen: set[str] = set()
        self._read_from = hour_of(clock.now())
        self._tags: dict[str, str] = {}
        self._asked = 0
        self.minute: Used = {}
        self.pull: Used = {}

    def quiet(self) -> None:
        """Learn what a minute and a pull use while nothing happens."""
        kept = self._kept(lambda: self.desk.cloud.step(QUIET * MINUTE))
        pulls = {name: one for name, one in kept.items() if name.startswith("pull_source#")}
        rest = [one for name, one in kept.items() if name not in pulls]
        self.minute = _divided(_sum(rest), QUIET)
        self.pull = _divided(_sum(pulls.values()), len(pulls))

    def day(self) -> Used:
        """What is done hourly, for a day: that of one quiet hour."""
        kept = self._kept(lambda: self.desk.cloud.step(HOUR), hourly=True)
        return _divided(_sum(kept.values()), Decimal(1) / 24)

    def over(self, minutes: int) -> Used:
        """What so many minutes use beyond themselves and their pulls."""
        kept = self._kept(lambda: self.desk.cloud.step(minutes * MINUTE))
        pulls = sum(name.startswith("pull_source#") and "+" not in name for name in kept)
        return _less(_sum(kept.values()), (self.minute, minutes), (self.pull, pulls))

    def done(self, act: Callable[[], object]) -> Used:
        """What an act uses in which no time passes."""

        def settled() -> None:
            act()
            self.desk.cloud.settle()

        kept = self._kept(settled)
        return _sum([*kept.values(), tally.take()])

    def ask(self, method: str, path: str, body: Any = None, *, agent: str = "mia") -> Any:
        """What the API answers an agent whose page remembers what it got; None of a 304."""
        self._asked += 1
        headers = {
            "host": "127.0.0.1",
            "accept-encoding": "gzip",
            "content-type": "application/json",
            "authorization": f"Bearer {self.desk.token(agent, lifetime=HOUR)}",
        }
        if method == "GET" and path in self._tags:
            headers["if-none-match"] = self._tags[path]
        sent = b"" if method == "GET" else json.dumps(body or {}).encode()
        answer = self.desk.gateway.answer(method, path, headers=headers, body=sent)
        if int(answer["statusCode"]) >= 400:
            raise RuntimeError(f"{path} answered {answer['statusCode']}: {answer['body']}")
        for name, value in answer["headers"].items():
            if name.lower() == "etag":
                self._tags[path] = value
        return json.loads(answer["body"]) if answer["body"] else None

    def _kept(self, act: Callable[[], object], *, hourly: bool = False) -> dict[str, Sheet]:
        """Records that were kept while something was done, those of hourly functions or others."""
        self._read()
        act()
        found = self._read()
        return {name: one for name, one in found.items() if name.startswith(HOURLY) is hourly}

    def _read(self) -> dict[str, Sheet]:
        records, now = wiring.parts.usage_records(), self._clock.now()
        found: dict[str, Sheet] = {}
        with self.desk.cloud.calls.paused(), collecting():
            hour = self._read_from
            while hour <= now:
                for record in records.of_hour(hour):
                    if record.id not in self._seen:
                        self._seen.add(record.id)
                        found[record.id] = record.sheet
                hour += HOUR
        self._read_from = hour_of(now) - HOUR
        return found


def measured() -> dict[Act, Used]:
    """What each act uses."""
    with tempfile.TemporaryDirectory() as folder, _desk(Path(folder)) as bench:
        acts: dict[Act, Used] = {}
        bench.desk.cloud.step(MINUTE)
        bench.quiet()
        acts[Act.MINUTE] = _sum([bench.minute, OF_LAMBDA[Act.MINUTE]])
        acts[Act.PULL] = _sum([bench.pull, OF_LAMBDA[Act.PULL]])
        bench.desk.cloud.step_to(START + HOUR - MINUTE / 2)
        acts[Act.DAY] = _sum([bench.day(), DAILY])
        ignored = acts[Act.MENTION] = _divided(bench.over(2), MANY)
        ticket = acts[Act.TICKET] = _less(_divided(bench.over(2), MANY), (ignored, 1))
        opening = bench.over(2)
        acts[Act.OPENING] = _less(opening, (ignored, 1), (ticket, 1))
        joining = _divided(bench.over(2), MANY)
        acts[Act.JOINING] = _less(joining, (ignored, 1), (ticket, 1))
        page = bench.over(8)  # ten minutes after the first the policy rings the second
        acts[Act.PAGE] = _divided(page, _pages(page))
        acts[Act.ACKNOWLEDGEMENT] = bench.done(lambda: _acknowledge(bench))
        acts[Act.REPLY] = _sum([_reply(bench), OF_LAMBDA[Act.REPLY]])
        bench.desk.cloud.step(2 * MINUTE)
        acts[Act.AGENT_HOUR] = _divided(bench.done(lambda: _polls(bench)), Decimal(1) / 60)
        acts[Act.MONTH_KEPT] = _kept_for_a_month(bench)
        return acts


@contextmanager
def _desk(folder: Path) -> Iterator[Bench]:
    """Mentions come in the second hour, two minutes apart: ignored ones, questions, one that wakes
    somebody, and ten that join it."""
    groups = ((CHATTER, MANY), (QUESTION, MANY), (OUTAGE, 1), (OUTAGE, MANY))
    lines = [
        line
        for place, (text, number) in enumerate(groups)
        for line in posts(
            text,
            range(1000 * (place + 1), 1000 * (place + 1) + number),
            at=START + 2 * HOUR + (2 * place - 0.25) * MINUTE,
            over=MINUTE / 100,
        )
    ]
    # Before anything is measured: what is loaded when a mention is judged first.
    lines += posts(CHATTER, [1], at=START - 5 * MINUTE, over=MINUTE)
    recording = write(folder / "acts.jsonl", lines)
    clock, own = SteppedClock(START), OwnTime()
    config = load(WEEKEND_CONFIG, now=START)
    with LocalDesk(config, clock=clock, recording=recording, log=Written()) as desk:
        measuring = LambdaTime(seconds=own, since_start=lambda: 0.0, machine="x86_64")
        with wiring.override(now=clock, lambda_time=measuring), own.without_moto():
            yield Bench(desk, clock)


def _acknowledge(bench: Bench) -> None:
    """By the link in an SMS: looked at, then pressed."""
    page = next(one.latest_page() for one in bench.desk.phones.all() if one.latest_page())
    if page is None or not page.link:
        raise RuntimeError("no page with a link has reached a phone")
    path = "/a/" + page.link.rpartition("/a/")[2]
    form = {"content-type": "application/x-www-form-urlencoded"}
    for method in ("GET", "POST"):
        status, _ = bench.desk.gateway.request(method, path, headers=form, body="")
        if status != 200:
            raise RuntimeError(f"the link answered {status}")


def _reply(bench: Bench) -> Used:
    """From opening a ticket to a customer who is content."""
    queue = bench.ask("GET", "/api/v1/queue")
    bench.desk.cloud.step(2 * MINUTE)
    ticket = f"/api/v1/tickets/{queue['cards'][-1]['id']}"
    text = "Hello, thank you for asking! Bicycles may come along on every train but the first."

    def answered() -> None:
        bench.ask("GET", ticket)
        bench.ask("POST", f"{ticket}/claim")
        bench.ask("POST", f"{ticket}/reply", {"text": text, "reply_id": "bench-00000001"})

    used = bench.done(answered)
    sent = bench.over(2)
    resolved = bench.done(lambda: bench.ask("POST", f"{ticket}/resolve", {"outcome": "content"}))
    return _sum([used, sent, resolved])


def _polls(bench: Bench) -> None:
    """A minute of a page at which somebody is (`static/rhythm.js`): each five seconds."""
    for turn in range(12):
        bench.ask("GET", "/api/v1/queue?view=all&limit=50")
        if turn % 3 == 0:
            bench.ask("GET", "/api/v1/queue/counts")
            bench.ask("GET", "/api/v1/incidents")


def _kept_for_a_month(bench: Bench) -> Used:
    """Bytes of everything that mentions have left behind, indexes included, by mention."""
    tables: Any = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables
    whole = backed_up = 0
    for name in ("mentions", "incidents", "conversations", "search"):
        table = tables[f"nightdesk-local-{name}"]
        stored = [held(table, item) for item in table.all_items()]
        backed_up += sum(one.size for one in stored)
        whole += sum(entry.size for one in stored for entry in one.entries.values())
    number = bench.desk.mentions.added
    return {
        ("dynamodb.byte-month", Feature.STANDING): Decimal((whole + backed_up) // number),
        ("dynamodb.pitr-byte-month", Feature.STANDING): Decimal(backed_up // number),
    }


def _pages(used: Used) -> Decimal:
    return max(Decimal(1), used.get((Done.PAGE, Feature.WAKING), Decimal(1)))


_TENTH = Decimal("0.001")


def _sum(parts: Any) -> Used:
    found: defaultdict[tuple[str, Feature], Decimal] = defaultdict(Decimal)
    for part in parts:
        for entry, quantity in part.items():
            key = (entry.sku, entry.feature) if isinstance(entry, Entry) else entry
            found[key] += quantity
    return dict(found)


def _less(used: Used, *others: tuple[Used, int]) -> Used:
    """What is left; nothing is ever less than nothing."""
    left = dict(used)
    for other, times in others:
        for key, quantity in other.items():
            left[key] = left.get(key, Decimal(0)) - quantity * times
    return {key: quantity for key, quantity in left.items() if quantity >= _TENTH}


def _divided(used: Used, number: int | Decimal) -> Used:
    """Each, to three places."""
    return {
        key: share
        for key, quantity in used.items()
        if (share := (quantity / number).quantize(_TENTH).normalize() + 0)
    }
