"""All services over fakes, and a way to let something happen between any two of their steps."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any, TypeVar, cast

from chalicelib.domain.cost import PriceBook
from chalicelib.domain.desk import Desk
from chalicelib.domain.incident import Incident, IncidentId, IncidentState
from chalicelib.domain.mention import Mention
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket import Reply
from chalicelib.ports import (
    Batch,
    Channel,
    Cursor,
    Notices,
    Pages,
    Preview,
    Published,
    Pulled,
    Scorer,
)
from chalicelib.services.acknowledging import Acknowledging
from chalicelib.services.answerable import WaysToAnswer
from chalicelib.services.answering import (
    Ending,
    Holding,
    Listing,
    QueueClock,
    Reaching,
    SendingReplies,
    Talking,
)
from chalicelib.services.background import Gathering
from chalicelib.services.contacting import Contacting, KnownContacts, OptOuts
from chalicelib.services.conversing import Conversing
from chalicelib.services.crowd_watch import CrowdWatch
from chalicelib.services.ingest import Ingest, Keeping, Pacing, Spending
from chalicelib.services.judging import Judging
from chalicelib.services.opening import Opening
from chalicelib.services.paging import Paging, Sending, Updates
from chalicelib.services.receiving import Receiving
from chalicelib.services.rereading import Rereading
from chalicelib.services.source_news import SourceNews
from chalicelib.services.standing import Standing
from chalicelib.services.telling import Telling
from chalicelib.services.triage import Triage
from chalicelib.services.withdrawing import Withdrawing
from tests.builders import NOW, PHONES, a_desk, a_pulled, a_score, mention_number
from tests.fakes import (
    Crash,
    FakeAttendances,
    FakeBackgrounds,
    FakeChannel,
    FakeContacts,
    FakeCrowds,
    FakeCustomers,
    FakeDesks,
    FakeErasures,
    FakeIncidents,
    FakeMentions,
    FakeMeter,
    FakeNotices,
    FakeOnce,
    FakeOutbox,
    FakePages,
    FakePaidReads,
    FakePresences,
    FakePullQueue,
    FakeRandomness,
    FakeRates,
    FakeReadings,
    FakeReadUsages,
    FakeReplier,
    FakeReplies,
    FakeSaid,
    FakeScorer,
    FakeSecondReader,
    FakeSmsLedger,
    FakeSource,
    FakeSources,
    FakeSourceStates,
    FakeTallies,
    FakeTickets,
)
from tests.fakes.carrier import FakeCarrier

PEPPER = b"pepper"
MINUTE = timedelta(minutes=1)

T = TypeVar("T")

SCORES = {
    "down": a_score(Urgency.WAKE, topic=Topic.OUTAGE),
    "leak": a_score(Urgency.WAKE, topic=Topic.SECURITY),
    "slow": a_score(Urgency.SOON, topic=Topic.OUTAGE),
    "nice": a_score(Urgency.IGNORE, topic=Topic.PRAISE),
}
"""Verdicts by a word in the text; any other text deserves an answer."""


def after(minutes: float) -> datetime:
    return NOW + minutes * MINUTE


def crash() -> None:
    raise Crash


def at_once(acts: Sequence[Callable[[], object]]) -> list[Exception]:
    """Do all at the same moment, each in a thread of its own; what went wrong."""
    barrier = Barrier(len(acts))
    failures: list[Exception] = []

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
        except Exception as error:
            failures.append(error)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


class Interruption:
    """Something that happens just before or just after the `number`th call of a store.

    `of` names the method whose calls are counted; empty counts all calls of all stores.
    """

    def __init__(
        self,
        number: int,
        *,
        of: str = "",
        is_after: bool = False,
        do: Callable[[], object] = crash,
    ) -> None:
        self.number = number
        self.of = of
        self.is_after = is_after
        self.do = do
        self.calls = 0
        self.has_struck = False

    def end(self) -> None:
        """What comes now is undisturbed."""
        self.number = 0

    def around(self, name: str, call: Callable[[], T]) -> T:
        if self.has_struck or self.of not in ("", name):
            return call()
        self.calls += 1
        if self.calls != self.number:
            return call()
        self.has_struck = True
        if not self.is_after:
            self.do()
            return call()
        try:
            return call()
        finally:
            self.do()


class _Interrupted:
    """Passes every call on to a fake, with an interruption around it."""

    def __init__(self, fake: object, interruption: Interruption) -> None:
        self._fake = fake
        self._interruption = interruption

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._fake, name)
        if not callable(found):
            return found

        def call(*given: Any, **named: Any) -> Any:
            return self._interruption.around(name, lambda: found(*given, **named))

        return call


def interrupted(fake: T, interruption: Interruption) -> T:
    """One store of several, with an interruption around each of its calls."""
    return cast(T, _Interrupted(fake, interruption))


class _InterruptedPlatform:
    """The same for a source that takes replies."""

    def __init__(self, source: FakeReplier, interruption: Interruption) -> None:
        self.name = source.name
        self._source = source
        self._interruption = interruption

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        return self._interruption.around(
            "fetch", lambda: self._source.fetch(cursor, deadline=deadline)
        )

    def reply(self, mention: Mention, reply: Reply) -> Published:
        return self._interruption.around("reply", lambda: self._source.reply(mention, reply))

    def reply_privately(self, mention: Mention, reply: Reply) -> Published:
        return self._interruption.around(
            "reply_privately", lambda: self._source.reply_privately(mention, reply)
        )

    def find_reply(self, mention: Mention, reply: Reply) -> Published | None:
        return self._interruption.around(
            "find_reply", lambda: self._source.find_reply(mention, reply)
        )

    def preview(self, mention: Mention, text: str, *, is_private: bool) -> Preview:
        return self._source.preview(mention, text, is_private=is_private)


def interruptions(do: Callable[[], object] = crash, *, most: int = 200) -> Iterator[Interruption]:
    """One before and one after each call, until an attempt is through without being struck."""
    for number in range(1, most):
        before = Interruption(number, do=do)
        yield before
        yield Interruption(number, is_after=True, do=do)
        if not before.has_struck:
            return
    raise AssertionError(f"more than {most} calls: does it end at all?")


class Stage:
    """A desk with its services; what is outside can be looked at by name."""

    def __init__(
        self,
        desk: Desk | None = None,
        *,
        posts: Sequence[Pulled] = (),
        interruption: Interruption | None = None,
        source: FakeSource | None = None,
        channel: FakeChannel | None = None,
        scorer: Scorer | None = None,
    ) -> None:
        self.desks = FakeDesks(desk or a_desk())
        self.source = source or FakeReplier(posts=posts)
        self.sources = FakeSources(self.source)
        self.states = FakeSourceStates()
        self.queue = FakePullQueue()
        self.mentions = FakeMentions()
        self.incidents = FakeIncidents()
        self.tickets = FakeTickets()
        self.customers = FakeCustomers()
        self.attendances = FakeAttendances()
        self.presences = FakePresences()
        self.outbox = FakeOutbox()
        self.said = FakeSaid()
        self.tallies = FakeTallies()
        self.pages = FakePages()
        self.phones = channel or FakeChannel()
        self.mailboxes = FakeChannel("email")
        self.webhooks = FakeChannel("webhook")
        self.rates = FakeRates()
        self.crowds = FakeCrowds()
        self.replies = FakeReplies()
        self.contacts = FakeContacts()
        self.backgrounds = FakeBackgrounds()
        self.erasures = FakeErasures()
        self.once = FakeOnce()
        self.carrier = FakeCarrier()
        self.randomness = FakeRandomness()
        self.meter = FakeMeter()
        self.sms_ledger = FakeSmsLedger()
        self.notices = FakeNotices()
        self.scorer = FakeScorer(SCORES)
        self.second_reader = FakeSecondReader(Urgency.WAKE)
        self.readings = FakeReadings()
        self.usages = FakeReadUsages()
        self.paid = FakePaidReads()
        self.prices = PriceBook(())
        self._interruption = interruption
        if interruption and isinstance(self.source, FakeReplier):
            platform = _InterruptedPlatform(self.source, interruption)
            self.sources.by_name[self.source.name] = platform
        self._wire(scorer or self.scorer)

    def interrupt(self, interruption: Interruption) -> None:
        """From now on something happens between the steps of the services."""
        self._interruption = interruption
        self._wire(self.scorer)

    def _around(self, fake: T) -> T:
        if self._interruption is None:
            return fake
        return interrupted(fake, self._interruption)

    def _wire(self, scorer: Scorer) -> None:
        meter, notices = self.meter, self._around(self.notices)
        desks, incidents = self.desks, self._around(self.incidents)
        mentions, tickets = self._around(self.mentions), self._around(self.tickets)
        pages, phones = self._around(self.pages), self._around(self.phones)
        replies = self._around(self.replies)
        channels = {
            "sms": phones,
            "email": self._around(self.mailboxes),
            "webhook": self._around(self.webhooks),
        }
        self.keeping = Keeping(
            desks=desks,
            sources=self.sources,
            mentions=mentions,
            meter=meter,
            notices=notices,
        )
        self.ingest = Ingest(
            desks=desks,
            sources=self.sources,
            states=self._around(self.states),
            queue=self._around(self.queue),
            pacing=Pacing(incidents),
            spending=Spending(
                usages=self._around(self.usages),
                paid=self._around(self.paid),
                prices=lambda: self.prices,
                meter=meter,
            ),
            keeping=self.keeping,
            meter=meter,
        )
        self.telling = Telling(channels)
        self.source_news = SourceNews(
            desks=desks,
            sources=self.sources,
            states=self._around(self.states),
            usages=self._around(self.usages),
            once=self._around(self.once),
            telling=self.telling,
            notices=notices,
        )
        self.standing = Standing(
            desks=desks,
            sources=self.sources,
            states=self.states,
            usages=self.usages,
            incidents=incidents,
        )
        self.ways = WaysToAnswer(
            pages=pages,
            randomness=self.randomness,
            public_url=lambda: "https://desk.example/api/",
            pepper=lambda: PEPPER,
        )
        self.sending = Sending(
            incidents=incidents,
            pages=pages,
            rates=self._around(self.rates),
            channels=channels,
            ways=self.ways,
            meter=meter,
            notices=notices,
        )
        self.paging = Paging(
            desks=desks,
            incidents=incidents,
            sending=self.sending,
            updates=Updates(
                desks=desks, incidents=incidents, attendances=self.attendances, telling=self.telling
            ),
            meter=meter,
            notices=notices,
        )
        self.receiving = Receiving(
            desks=desks,
            incidents=incidents,
            pages=pages,
            contacts=self._around(self.contacts),
            paging=self.paging,
            ledger=self._around(self.sms_ledger),
            pepper=lambda: PEPPER,
        )
        self.conversing = Conversing(tickets=tickets, customers=self._around(self.customers))
        self.gathering = Gathering(
            backgrounds=self._around(self.backgrounds), conversing=self.conversing, meter=meter
        )
        self.rereading = Rereading(
            reader=lambda: self._around(self.second_reader),
            readings=self._around(self.readings),
            once=self._around(self.once),
            notices=notices,
            meter=meter,
            seconds=self.second_reader.watch,
        )
        self.judging = Judging(
            scorer=scorer,
            gathering=self.gathering,
            rereading=self.rereading,
            notices=notices,
            meter=meter,
        )
        opening = Opening(incidents=incidents, meter=meter)
        self.crowd_watch = CrowdWatch(
            desks=desks,
            crowds=self._around(self.crowds),
            mentions=mentions,
            states=self._around(self.states),
            incidents=incidents,
            opening=opening,
            paging=self.paging,
            meter=meter,
            notices=notices,
        )
        self.withdrawing = Withdrawing(
            mentions=mentions,
            tickets=tickets,
            customers=self._around(self.customers),
            conversing=self.conversing,
            incidents=incidents,
            gathering=self.gathering,
            erasures=self._around(self.erasures),
            meter=meter,
            pepper=lambda: PEPPER,
        )
        self.triage = Triage(
            desks=desks,
            judging=self.judging,
            mentions=mentions,
            opening=opening,
            tickets=tickets,
            conversing=self.conversing,
            paging=self.paging,
            crowd_watch=self.crowd_watch,
            withdrawing=self.withdrawing,
            meter=meter,
            notices=notices,
        )
        self.contacting = self._contacting(channels, pages=pages, notices=notices)
        self.acknowledging = Acknowledging(
            desks=desks,
            incidents=incidents,
            pages=pages,
            paging=self.paging,
            contacting=self.contacting,
            sms=phones,
            replies=replies,
            meter=meter,
            notices=notices,
            pepper=lambda: PEPPER,
        )
        self._answering(tickets)

    def _answering(self, tickets: FakeTickets) -> None:
        desks, meter = self.desks, self.meter
        outbox, presences = self._around(self.outbox), self._around(self.presences)
        reaching = Reaching(desks=desks, sources=self.sources, meter=self.meter)
        self.listing = Listing(tickets=tickets, tallies=self._around(self.tallies))
        self.holding = Holding(
            desks=desks,
            tickets=tickets,
            attendances=self._around(self.attendances),
            presences=presences,
        )
        self.talking = Talking(
            desks=desks,
            tickets=tickets,
            reaching=reaching,
            said=self._around(self.said),
            outbox=outbox,
            meter=meter,
        )
        self.ending = Ending(tickets=tickets, meter=self.meter)
        self.sender = SendingReplies(
            desks=desks, tickets=tickets, reaching=reaching, outbox=outbox, meter=meter
        )
        self.queue_clock = QueueClock(
            desks=desks, tickets=tickets, presences=presences, meter=meter
        )

    def _contacting(
        self, channels: Mapping[str, Channel], *, pages: Pages, notices: Notices
    ) -> Contacting:
        contacts, once = self._around(self.contacts), self._around(self.once)
        known = KnownContacts(contacts=contacts, pepper=lambda: PEPPER)
        return Contacting(
            desks=self.desks,
            known=known,
            opt_outs=OptOuts(
                desks=self.desks,
                known=known,
                once=once,
                telling=self.telling,
                sms_account=self.carrier,
                notices=notices,
            ),
            pages=pages,
            once=once,
            channels=channels,
            ways=self.ways,
            meter=self.meter,
            pepper=lambda: PEPPER,
        )

    # --- what a test does ----------------------------------------------------------------

    def post(self, text: str, number: int = 1, *, now: datetime = NOW, **over: Any) -> Mention:
        """A mention is pulled and stored, and not judged yet."""
        mention = mention_number(number, text=text, posted_at=now, pulled_at=now, **over)
        self.mentions.add(a_pulled(mention))
        return mention

    def judged(self, text: str, number: int = 1, *, now: datetime = NOW, **over: Any) -> Mention:
        """A mention is pulled, stored and judged."""
        mention = self.post(text, number, now=now, **over)
        self.triage.judge(mention, now=now)
        return mention

    def follow(self, now: datetime) -> None:
        """What waits in the stream of mentions is judged, or erased."""
        while self.mentions.stream:
            self.triage.judge(self.mentions.stream.popleft(), now=now)

    def tick(self, now: datetime) -> None:
        """What the minute's trigger does."""
        self.paging.tick(now=now)
        self.crowd_watch.watch(now=now)
        self.triage.sweep(now=now)
        self.queue_clock.tick(now)
        self.sender.settle(now)

    def ticks(self, first: int, last: int) -> None:
        """A tick in each minute from `first` to `last`, both included."""
        for minute in range(first, last + 1):
            self.tick(after(minute))

    def sms(
        self, who: ResponderId, body: str, *, now: datetime = NOW, inbound_id: str = "in-1"
    ) -> None:
        """A phone sends us something."""
        self.acknowledging.receive(PHONES[who], body, inbound_id=inbound_id, now=now)

    # --- what a test looks at ------------------------------------------------------------

    @property
    def incident(self) -> Incident:
        """The only incident there is."""
        (only,) = self.incidents.all()
        return only

    @property
    def platform(self) -> FakeReplier:
        assert isinstance(self.source, FakeReplier)
        return self.source

    def rung(self) -> list[str]:
        """Whose phones have got a page, in order."""
        return [one.to for one in self.phones.pages()]

    def code(self, who: ResponderId) -> str:
        """The code in the newest page of a responder."""
        answerable = self.phones.pages(who)[-1].answerable
        assert answerable is not None
        return answerable.code

    def key(self, who: ResponderId) -> str:
        """The secret in the link of the newest page of a responder."""
        answerable = self.phones.pages(who)[-1].answerable
        assert answerable is not None
        return answerable.link.rpartition("/a/")[2]

    def current(self, id: IncidentId) -> Incident:
        incident = self.incidents.get(id)
        assert incident is not None
        return incident

    def is_ringing(self) -> bool:
        return self.incident.state is IncidentState.TRIGGERED
