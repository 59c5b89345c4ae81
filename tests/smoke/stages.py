"""The two stages a `World` can stand on: fakes in memory, and the app on the local cloud.

Both have the same phones, the same sources (a recording that the world writes) and the same
routes; they differ in the stores and in what drives the services.
"""

from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, Self

from chalicelib import ports, wiring
from chalicelib.adapters.randomness import SystemRandomness
from chalicelib.channels.sms import SmsChannel
from chalicelib.domain.desk import Desk
from chalicelib.domain.ticket import AgentId
from chalicelib.http import HttpClient
from chalicelib.sources.configured import ConfiguredSources
from chalicelib.web.tokens import sign
from infra.config import Checked
from infra.local.clock import SteppedClock
from infra.local.desk import LocalDesk
from infra.local.http import Gateway
from infra.local.phones import Phones
from tests import fakes
from tests.smoke.carrier import Carrier, SnsClient

MINUTE = timedelta(minutes=1)
ALL_DAY = timedelta(hours=12)


class _Context:
    """What Lambda tells a function of its time: plenty."""

    def get_remaining_time_in_millis(self) -> int:
        return 55_000


class Stage(Protocol):
    """What a world needs of the ground it stands on."""

    name: str
    clock: SteppedClock
    phones: Phones
    gateway: Gateway

    def __enter__(self) -> Self: ...

    def __exit__(self, *about: object) -> None: ...

    def put_in_force(self, desk: Desk) -> None: ...

    def step_to(self, instant: datetime) -> None:
        """Let time pass, with all that happens by itself."""

    def settle(self) -> None:
        """Deliver what is waiting at this instant."""

    def cut_the_stream(self, *, is_cut: bool) -> None:
        """From now on records are (not) lost between storing and judging."""

    def token(self, agent: str) -> str: ...

    @property
    def mentions(self) -> ports.Mentions: ...

    @property
    def incidents(self) -> ports.Incidents: ...

    @property
    def pages(self) -> ports.Pages: ...

    @property
    def tickets(self) -> ports.Tickets: ...


class CloudStage:
    """`app.py` on moto, driven as Lambda drives it."""

    name = "cloud"

    def __init__(self, desk: Desk, *, starts_at: datetime, recording: Path) -> None:
        self.clock = SteppedClock(starts_at)
        self._recording = recording
        self.local = LocalDesk(
            Checked(desk=desk, warnings=()), clock=self.clock, recording=recording
        )

    def __enter__(self) -> Self:
        self.local.__enter__()
        self.phones, self.gateway = self.local.phones, self.local.gateway
        return self

    def __exit__(self, *about: object) -> None:
        self.local.__exit__(*about)

    def put_in_force(self, desk: Desk) -> None:
        self.local.put_in_force(desk)
        self.phones.know(desk.responders, {})

    def step_to(self, instant: datetime) -> None:
        self.local.cloud.step_to(instant)

    def settle(self) -> None:
        self.local.cloud.settle()

    def cut_the_stream(self, *, is_cut: bool) -> None:
        self.local.cloud.streams["triage_mentions"].is_cut = is_cut

    def token(self, agent: str) -> str:
        return self.local.token(agent, lifetime=ALL_DAY)

    mentions = property(lambda self: wiring.parts.mentions())
    incidents = property(lambda self: wiring.parts.incidents())
    pages = property(lambda self: wiring.parts.pages())
    tickets = property(lambda self: wiring.parts.tickets())


class MemoryStage:
    """The same services over in-memory fakes: no cloud, hundreds of times as fast."""

    name = "memory"
    key = b"a key of at least thirty-two bytes"
    code_key = b"another key of as many bytes, for reply codes"

    def __init__(self, desk: Desk, *, starts_at: datetime, recording: Path) -> None:
        self.clock = SteppedClock(starts_at)
        self._recording = recording
        self._desk = desk
        self._next_at = starts_at
        self._is_cut = False
        self._inbound: list[str] = []
        self._open = ExitStack()
        self.mentions = fakes.FakeMentions()
        self.incidents = fakes.FakeIncidents()
        self.pages = fakes.FakePages()
        self.tickets = fakes.FakeTickets()
        self._queue = fakes.FakePullQueue()

    def __enter__(self) -> Self:
        from app import app

        carrier = Carrier(self._inbound)
        self.phones = Phones(clock=self.clock, backend=carrier, replies_topic="replies")
        desks = fakes.FakeDesks()
        self._desks = desks
        wiring.reset()
        self._open.enter_context(
            wiring.override(
                now=self.clock,
                stage="test",
                token_key=self.key,
                code_key=self.code_key,
                meter=_Meter(),
                desks=desks,
                source_states=fakes.FakeSourceStates(),
                pull_queue=self._queue,
                mentions=self.mentions,
                incidents=self.incidents,
                pages=self.pages,
                replies=fakes.FakeReplies(),
                tickets=self.tickets,
                notices=_NoticesToPhones(desks, self.phones),
                randomness=SystemRandomness(),
                parameters=fakes.FakeParameters(),
                sms=SmsChannel(desks=desks, sns=SnsClient(carrier)),
                sources=ConfiguredSources(
                    secret=fakes.FakeParameters().secret, http=HttpClient(), now=self.clock
                ),
            )
        )
        self._open.callback(wiring.reset)
        self.gateway = Gateway(app)
        self.put_in_force(self._desk)
        return self

    def __exit__(self, *_about: object) -> None:
        self._open.close()

    def put_in_force(self, desk: Desk) -> None:
        self._desks.put(desk, now=self.clock.now())
        self.phones.know(desk.responders, {})

    def step_to(self, instant: datetime) -> None:
        while self._next_at <= instant:
            self.clock.move_to(self._next_at)
            self._next_at += MINUTE
            wiring.ingest().enqueue_due(now=self.clock.now())
            wiring.tick(_Context())
            self.settle()
        self.clock.move_to(instant)

    def settle(self) -> None:
        now = self.clock.now()
        while self._queue.waiting:
            wiring.ingest().pull(self._queue.waiting.popleft(), now=now, deadline=now + MINUTE)
        while self.mentions.stream:
            mention = self.mentions.stream.popleft()
            if not self._is_cut:
                wiring.triage().judge(mention, now=now)
        while self._inbound:
            wiring.receive_reply(self._inbound.pop(0))

    def cut_the_stream(self, *, is_cut: bool) -> None:
        self._is_cut = is_cut

    def token(self, agent: str) -> str:
        return sign(
            id=AgentId(agent),
            name=agent.title(),
            roles=("agent",),
            key=self.key,
            stage="test",
            now=self.clock.now(),
            lifetime=ALL_DAY,
        )


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
