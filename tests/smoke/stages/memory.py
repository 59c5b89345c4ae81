"""The services over fakes."""

import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from chalicelib import wiring
from chalicelib.adapters.randomness import SystemRandomness
from chalicelib.channels.email import EmailChannel
from chalicelib.channels.sms import SmsChannel
from chalicelib.channels.webhook import WebhookChannel
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import NotFound
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Score
from chalicelib.domain.ticket import Ticket, TicketId
from chalicelib.http import HttpClient
from chalicelib.ports import Scorer
from chalicelib.scoring import ShippedScorer
from chalicelib.services.costing.caps import SmsCap
from chalicelib.services.indexing import Indexing
from chalicelib.services.searching import Searching
from chalicelib.sources.configured import ConfiguredSources
from infra.local.http import Gateway
from infra.local.lambdas import Context
from infra.local.phones import Phones
from tests import fakes, identity
from tests.fakes.allowances import FakeAllowances
from tests.fakes.cost_marks import FakeCostMarks
from tests.smoke.account import Account
from tests.smoke.carrier import Carrier, Mishaps, SnsClient
from tests.smoke.driving import Workers, WorldClock
from tests.smoke.post_office import HurriedHttp, PostOffice, Rooms
from tests.smoke.stages.ground import ALL_DAY, account_parts

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
BATCH = 10
"""Records that the stream delivers at once, as in `app.py`."""


def _context(name: str) -> Context:
    """What Lambda tells a function of its time: plenty."""
    return Context(name, memory_mb=128, timeout=MINUTE, speed=1.0)


class MemoryStage:
    """The same services over in-memory fakes: no cloud, hundreds of times as fast."""

    name = "memory"
    key = b"a key of at least thirty-two bytes"
    code_key = b"another key of as many bytes, for reply codes"

    def __init__(
        self, desk: Desk, *, starts_at: datetime, recording: Path, scorer: Scorer | None
    ) -> None:
        """`scorer` is None for the one that ships."""
        self.clock = WorldClock(starts_at)
        self.workers = Workers(self.clock)
        self.post_office, self.rooms = PostOffice(self.clock), Rooms(self.clock)
        self._scorer = scorer or ShippedScorer(deep=None)
        self._desk = desk
        self._next_at = self._watched_at = starts_at
        self._is_cut = False
        self._inbound: list[str] = []
        self._open = ExitStack()
        self._failures: list[str] = []
        self.mentions = fakes.FakeMentions()
        self.incidents = fakes.FakeIncidents()
        self.pages = fakes.FakePages()
        self.tickets = _FollowedTickets()
        self.erasures = fakes.FakeErasures()
        self._queue = fakes.FakePullQueue()
        self._outbox = _TimedOutbox(self.clock)

    def __enter__(self) -> Self:
        from app import app

        carrier = Carrier(self._inbound)
        self.phones = Phones(clock=self.clock, backend=carrier, replies_topic="replies")
        self.mishaps = Mishaps(carrier, self.clock)
        self.account = Account(self.phones, self.post_office)
        desks = fakes.FakeDesks()
        self._desks = desks
        self._parameters = _Parameters()
        meter, ledger = _Meter(), fakes.FakeSmsLedger()
        marks = FakeCostMarks()
        cap = SmsCap(desks=desks, marks=marks, now=self.clock, seconds=time.monotonic)
        wiring.reset()
        self._given: dict[str, Any] = {
            "stage": "test",
            "token_key": self.key,
            "code_key": self.code_key,
            "meter": meter,
            "sms_ledger": ledger,
            "desks": desks,
            "source_states": fakes.FakeSourceStates(),
            "pull_queue": self._queue,
            "mentions": self.mentions,
            "unread_pushes": fakes.FakeUnreadPushes(),
            "incidents": self.incidents,
            "pages": self.pages,
            "rates": fakes.FakeRates(),
            "crowds": fakes.FakeCrowds(),
            "once_told": fakes.FakeOnce(),
            "contacts": fakes.FakeContacts(),
            "backgrounds": fakes.FakeBackgrounds(),
            "erasures": self.erasures,
            "replies": fakes.FakeReplies(),
            "tickets": self.tickets,
            **_search(self.tickets),
            "deliveries": fakes.FakeDeliveries(),
            "customers": fakes.FakeCustomers(),
            "attendances": fakes.FakeAttendances(),
            "presences": fakes.FakePresences(),
            "said": fakes.FakeSaid(),
            "tallies": fakes.FakeTallies(),
            "outbox": self._outbox,
            "reports": fakes.FakeReports(),
            "books": fakes.FakeBooks(),
            "sms_cap": cap,
            "generations": fakes.FakeGenerations(),
            "readings": fakes.FakeReadings(),
            "read_usages": fakes.FakeReadUsages(),
            "paid_reads": fakes.FakePaidReads(),
            "limits": fakes.FakeLimits(),
            "key_sets": identity.key_sets(),
            "sessions": fakes.FakeSessions(),
            "notices": _NoticesToPhones(desks, self.phones),
            "scorer": self._scorer,
            "randomness": SystemRandomness(),
            "parameters": self._parameters,
            "sms": SmsChannel(
                desks=desks,
                sns=SnsClient(carrier),
                meter=meter,
                ledger=ledger,
                now=self.clock,
                stopped=cap.refusal,
            ),
            "email": EmailChannel(desks=desks, ses=self.post_office),
            "webhook": WebhookChannel(
                secret=self._parameters.secret,
                http=HurriedHttp(self.clock, self.rooms),
                now=self.clock,
            ),
            "sources": ConfiguredSources(
                secret=self._parameters.secret,
                http=HttpClient(),
                allowances=FakeAllowances(),
                now=self.clock,
            ),
            **account_parts(self.account),
        }
        self._open.enter_context(wiring.override(now=self.clock, **self._given))
        self._open.callback(wiring.reset)
        self._open.callback(self.rooms.close)
        self._handlers = app.handler_map
        self.gateway = Gateway(app)
        self.put_in_force(self._desk)
        return self

    def __exit__(self, *_about: object) -> None:
        self._open.close()

    def put_in_force(self, desk: Desk) -> None:
        self._desks.put(desk, now=self.clock.now())
        self.phones.know(desk.responders, {})

    def step_to(self, instant: datetime) -> None:
        while (at := min((self._next_at, *self._outbox.instants))) <= instant:
            self.clock.move_to(max(at, self.clock.now()))
            if at < self._next_at:
                self.settle()
                continue
            self._next_at += MINUTE
            self._run("pull_mentions", lambda now: wiring.ingest().enqueue_due(now=now))
            self.workers.run("tick", lambda: wiring.tick(_context("tick")))
            if self._watched_at <= self.clock.now():
                self._watched_at += HOUR
                self.workers.run("watch", wiring.watch)
                self.workers.run(
                    "recheck_posts", lambda: wiring.recheck_posts(_context("recheck_posts"))
                )
            self.settle()
        self.clock.move_to(instant)

    def skip_to(self, instant: datetime) -> None:
        self.clock.move_to(instant)
        while self._next_at <= instant - MINUTE:
            self._next_at += MINUTE
        while self._watched_at <= instant - HOUR:
            self._watched_at += HOUR

    def settle(self) -> None:
        while self._queue.waiting:
            name = self._queue.waiting.popleft()
            self._run("pull_source", lambda now, name=name: self._pull(name, now))
        stream = self.mentions.stream
        while stream:
            batch = [stream.popleft() for _ in range(min(len(stream), BATCH))]
            if not self._is_cut:
                self._run("triage_mentions", lambda now, batch=batch: self._judge(batch, now))
        for body in self._outbox.come():
            self._run("send_replies", lambda _, body=body: wiring.send_replies(body))
        while self.tickets.changes:
            change = self.tickets.changes.popleft()
            self._run(
                "follow_tickets",
                lambda now, change=change: wiring.indexing().follow(*change, now=now),
            )
        while self._inbound:
            text = self._inbound.pop(0)
            self._run("receive_reply", lambda _, text=text: wiring.receive_reply(text))

    def _judge(self, batch: Sequence[Mention], now: datetime) -> None:
        judged: list[tuple[Mention, Score]] = []
        try:
            for mention in batch:
                if (score := wiring.triage().judge(mention, now=now)) is not None:
                    judged.append((mention, score))
        finally:
            wiring.crowd_watch().count(judged, now=now)

    def _pull(self, name: str, now: datetime) -> None:
        wiring.ingest().pull(name, now=now, deadline=now + MINUTE)

    def _run(self, name: str, work: Callable[..., Any]) -> None:
        self.workers.run(name, lambda: work(self.clock.now()))

    def cut_the_stream(self, *, is_cut: bool) -> None:
        self._is_cut = is_cut

    def restart(self) -> None:
        wiring.reset()
        wiring.warm.made.update(self._given)

    def deliver_reply(self, message: str) -> None:
        self._inbound.append(message)
        self.settle()

    def invoke(self, name: str, event: dict[str, Any]) -> BaseException | None:
        try:
            self.workers.run(name, lambda: self._handlers[name](event, _context(name)))
        except Exception as error:
            self._failures.append(f"{name} at {self.clock.now()}: {error}")
            return error
        finally:
            self.settle()
        return None

    def token(self, agent: str) -> str:
        roles = ("agent", "lead") if agent == self._desk.lead else ("agent",)
        return identity.sign(agent, now=self.clock.now(), lifetime=ALL_DAY, roles=roles)

    def keep_secret(self, name: str, value: str) -> None:
        self._parameters.secrets[name] = value

    def lose_public_address(self) -> None:
        self._parameters.is_lost = True

    def failures(self) -> list[str]:
        return self._failures


class _TimedOutbox(fakes.FakeOutbox):
    """Delivers each message at its time, as SQS does."""

    def __init__(self, clock: WorldClock) -> None:
        super().__init__()
        self._clock = clock
        self._delayed: list[tuple[datetime, str]] = []

    def enqueue(self, id: TicketId, reply_id: str, *, after: timedelta) -> None:
        super().enqueue(id, reply_id, after=after)
        body = json.dumps({"ticket": id, "reply": reply_id})
        self._delayed.append((self._clock.now() + after, body))

    @property
    def instants(self) -> tuple[datetime, ...]:
        return tuple(at for at, _ in self._delayed)

    def come(self) -> tuple[str, ...]:
        """Takes out the messages whose time has come."""
        now = self._clock.now()
        come = tuple(body for at, body in sorted(self._delayed) if at <= now)
        self._delayed = [(at, body) for at, body in self._delayed if at > now]
        return come


class _FollowedTickets(fakes.FakeTickets):
    """Tells what has changed, as the stream of the table does."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: deque[tuple[Ticket | None, Ticket | None]] = deque()

    def add(self, ticket: Ticket) -> bool:
        if is_new := super().add(ticket):
            self.changes.append((None, ticket))
        return is_new

    def save(self, ticket: Ticket) -> None:
        before = self.get(ticket.id)
        super().save(ticket)
        self.changes.append((before, ticket))

    def erase(self, id: TicketId) -> bool:
        before = self.get(id)
        self.changes.append((before, None))
        return super().erase(id)


def _search(tickets: fakes.FakeTickets) -> dict[str, Any]:
    """The parts of the wiring that find tickets."""
    postings, kept_for = fakes.FakePostings(), timedelta(days=400)
    return {
        "postings": postings,
        "indexing": Indexing(postings=postings, tickets=tickets, kept_for=kept_for),
        "searching": Searching(postings=postings, tickets=tickets, kept_for=kept_for),
    }


class _Parameters(fakes.FakeParameters):
    is_lost = False

    def public_url(self) -> str:
        if self.is_lost:
            raise NotFound("there is no parameter /nightdesk/test/public-url")
        return super().public_url()


class _Meter(fakes.FakeMeter):
    def flush(self) -> None:
        """Counts are kept for a test to look at."""


class _NoticesToPhones(fakes.FakeNotices):
    """As the topic does: to the phones of the fallback person and the lead."""

    def __init__(self, desks: fakes.FakeDesks, phones: Phones) -> None:
        super().__init__()
        self._desks = desks
        self._phones = phones

    def tell(self, kind: str, text: str, *, now: datetime) -> bool:
        is_told = super().tell(kind, text, now=now)
        desk = self._desks.current()
        people = (desk.responder(desk.fallback), desk.responder(desk.lead))
        if is_told:
            for number in {one.phone for one in people if one is not None and one.phone}:
                self._phones.deliver_notice(number, text)
        return is_told
