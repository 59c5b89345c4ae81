"""Whole nights, drawn at random: whatever happens in whatever order, what paging promises holds.

A story is a desk and what happens under it, one line each: mentions, minutes that pass, ticks that
are lost, crash or race, providers that refuse, receipts, what people do, other desks. After each
line `Night` looks whether a promise was broken, and a story that is told twice goes the same.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import product
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.calling import step_of
from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.errors import BadInput, IllegalMove
from chalicelib.domain.escalation import (
    FALLBACK_STEP,
    During,
    EscalationPolicy,
    Position,
    Step,
    Target,
    TargetKind,
)
from chalicelib.domain.hours import BusinessHours, OpenSpan
from chalicelib.domain.incident import Incident, IncidentId, IncidentState
from chalicelib.domain.page import PageId, PageState, link_digest, message_digest
from chalicelib.domain.rate import PER_PHONE
from chalicelib.domain.receipt import Receipt
from chalicelib.domain.responder import NotificationRule
from chalicelib.domain.schedule import Override, OverrideKind, ResponderId, Weekday
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.timeline import ActKind
from chalicelib.ports import Message
from chalicelib.services.paging.sending import MOST_IN_A_MESSAGE
from tests.builders import (
    ANA,
    BEN,
    FAY,
    LEA,
    NOW,
    a_brand,
    a_desk,
    a_policy,
    a_responder,
    a_schedule,
    a_score,
    an_incident,
)
from tests.fakes import Crash, FakeChannel, FakeIncidents, FakeScorer, Fate
from tests.services.stage import MINUTE, Interruption, Stage, crash, interrupted

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
PEOPLE = (ANA, BEN, FAY, LEA)
MAY_VANISH = (ANA, BEN)
"""The fallback and the lead are on every desk."""

OFFICE = BusinessHours(
    name="office",
    zone="UTC",
    weekly={day: (OpenSpan(opens=time(9), closes=time(17)),) for day in Weekday},
)
BEGINS = (
    NOW.replace(hour=3, minute=0),
    NOW.replace(hour=8, minute=40),
    NOW.replace(hour=12, minute=0),
    NOW.replace(hour=16, minute=50),
)
"""By night, before opening, by day, before closing."""

VERDICTS = {
    "down": a_score(Urgency.WAKE, topic=Topic.OUTAGE),
    "leak": a_score(Urgency.WAKE, topic=Topic.SECURITY),
    "slow": a_score(Urgency.SOON, topic=Topic.OUTAGE),
    "bill": a_score(Urgency.SOON, topic=Topic.BILLING),
}

Line = tuple[Any, ...]
"""The name of a method of `Night`, and what it is given."""


class _Endless(BaseException):
    """Nothing may catch it: a tick goes on without end."""


class _WatchedIncidents(FakeIncidents):
    """Looks at every step that is recorded."""

    def __init__(self, night: "Night") -> None:
        super().__init__()
        self._night = night

    def save(self, incident: Incident) -> None:
        before = self.get(incident.id)
        super().save(incident)
        assert before is not None
        self._night.saved(before, incident)


class _WatchedChannel(FakeChannel):
    """Looks at every page that is handed over."""

    def __init__(self, name: str, night: "Night") -> None:
        super().__init__(name)
        self._night = night

    def send_page(self, message: Message, responder: Responder) -> str:
        before = len(self.sent)
        try:
            return super().send_page(message, responder)
        finally:
            if len(self.sent) > before:
                self._look(message, responder)

    def _look(self, message: Message, responder: Responder) -> None:
        try:
            self._night.rang(self.name, message, responder)
        except Exception as error:  # whoever pages takes it for a refusal
            self._night.broken.append(f"{error!r} while looking")


class Night:
    """A stage on which a story is told, and what has been broken in it."""

    def __init__(self, desk: Desk, begin: datetime) -> None:
        self.now = begin
        self.broken: list[str] = []
        self.log: list[tuple[object, ...]] = []
        self._interruption = Interruption(0)
        self.phones = _WatchedChannel("sms", self)
        self.stage = Stage(
            desk, interruption=self._interruption, channel=self.phones, scorer=FakeScorer(VERDICTS)
        )
        self.mails = _WatchedChannel("email", self)
        self.stage.mailboxes = self.mails
        self.stage.incidents = _WatchedIncidents(self)
        self.stage._wire(FakeScorer(VERDICTS))
        self._mentions = 0
        self._crashes = 0
        self._saves = 0
        self._moved_meanwhile: set[IncidentId] = set()
        self._unsure: set[IncidentId] = set()
        """A page that was on its way when they moved is not on their record."""
        self._copies: Counter[PageId] = Counter()
        self._heard: defaultdict[IncidentId, set[ResponderId]] = defaultdict(set)
        self._quiet_since: dict[IncidentId, datetime] = {}
        self._desk_since = begin

    # --- what happens ------------------------------------------------------------------------

    def mention(self, text: str) -> None:
        if any(one.opened_at == self.now for one in self.stage.incidents.all()):
            self.now += SECOND
        self._mentions += 1
        mention = self.stage.post(text, self._mentions, now=self.now)
        self._do(lambda: self.stage.triage.judge(mention, now=self.now))

    def minutes(self, number: int, late: int = 0) -> None:
        """They pass with a tick in each, `late` seconds late. Ticks without work are left out."""
        begin = self.now
        for minute in range(1, number + 1):
            at = begin + minute * MINUTE + late * SECOND
            if self._is_due(at) or self.stage.mentions.unjudged_before(at, limit=1):
                self.now = at
                crashes = self._crashes
                self._tick()
                self.look()
                if crashes == self._crashes:
                    self._check_done()
        self.now = max(self.now, begin + number * MINUTE)

    def lost(self, number: int) -> None:
        """They pass without any."""
        self.now += number * MINUTE
        for id in self._quiet_since:
            self._quiet_since[id] += number * MINUTE

    def twice(self) -> None:
        self._tick()
        self._tick()

    def crashed(self, number: int, is_after: bool) -> None:
        self._disturbed(number, is_after, crash)

    def raced(self, number: int, is_after: bool, ahead: int) -> None:
        """Another worker's tick amid this one; its clock is `ahead` seconds ahead."""

        def rival() -> None:
            mine, self.now = self.now, self.now + ahead * SECOND
            try:
                self.stage.tick(self.now)
            finally:
                self.now = mine

        self._disturbed(number, is_after, rival)

    def taken_amid(self, number: int, is_after: bool, which: int, by: str) -> None:
        self._disturbed(number, is_after, lambda: self._people_do("acknowledge", which, by))

    def fate(self, channel: str, fate: Fate) -> None:
        """Of what is sent next."""
        self._channel(channel).fates.append(fate)

    def refuse(self, channel: str, who: ResponderId) -> None:
        """Or take again."""
        self._channel(channel).refused ^= {who}
        self._all_is_quiet()

    def fail(self, channel: str) -> None:
        """Or work again."""
        self._channel(channel).is_down ^= True
        self._all_is_quiet()

    def receipt(self, number: int, is_delivered: bool, times: int) -> None:
        if sent := self.phones.sent:
            one = Receipt(
                provider_id=sent[number % len(sent)].provider_id,
                is_delivered=is_delivered,
                words="Phone is currently unreachable/unavailable",
                at=self.now,
            )
            self._do(lambda: self.stage.receiving.read([one] * times, now=self.now))

    def person(self, does: str, which: int, by: str, *more: Any) -> None:
        self._do(lambda: self._people_do(does, which, by, *more))

    def desk(self, desk: Desk) -> None:
        self.stage.desks.put(desk, now=self.now)
        self._desk_since = self.now
        self._all_is_quiet()

    def peace(self) -> None:
        """Everything works again, and hours pass."""
        for channel in (self.phones, self.mails):
            channel.is_down = False
            channel.refused.clear()
            channel.fates.clear()
        self._all_is_quiet()
        for _ in range(4):
            self.minutes(60)
            self.look()

    def _people_do(self, does: str, which: int, by: str, *more: Any) -> None:
        incidents = self.stage.incidents.all()
        if not incidents:
            return
        id = incidents[which % len(incidents)].id
        if self._interruption.has_struck:
            self._moved_meanwhile.add(id)
        with suppress(IllegalMove, BadInput):
            getattr(self.stage.acknowledging, does)(id, by, *more, now=self.now)

    def _tick(self) -> None:
        self._do(lambda: self.stage.tick(self.now))

    def _disturbed(self, number: int, is_after: bool, do: Callable[[], object]) -> None:
        """A tick, as soon as there is something to do, in which something happens."""
        due = [one.due_at for one in self.stage.incidents.all() if one.due_at]
        if due and min(due) < self.now + HOUR:
            self.now = max(self.now, min(due))
        one = self._interruption
        one.number, one.is_after, one.do, one.calls, one.has_struck = number, is_after, do, 0, False
        self._tick()
        one.number, one.has_struck = 0, False

    def _do(self, do: Callable[[], object]) -> None:
        self._saves = 0
        try:
            do()
        except Crash:
            self._crashes += 1
        except _Endless:
            self.broken.append("it goes on without end")
        self._unsure |= self._moved_meanwhile
        self._moved_meanwhile.clear()

    def _channel(self, name: str) -> _WatchedChannel:
        return self.phones if name == "sms" else self.mails

    def _is_due(self, at: datetime) -> bool:
        return any(one.due_at and one.due_at <= at for one in self.stage.incidents.all())

    def _all_is_quiet(self) -> None:
        for id in self._quiet_since:
            self._quiet_since[id] = self.now

    # --- what is looked at -------------------------------------------------------------------

    def saved(self, before: Incident, after: Incident) -> None:
        self._saves += 1
        if self._saves > 500:
            raise _Endless
        places = [(one.position.round, one.position.step) for one in (before, after)]
        self._check(places[0] <= places[1], f"it goes back from {places[0]} to {places[1]}")
        if len(before.acts) < len(after.acts):
            self._quiet_since[after.id] = self.now

    def rang(self, channel: str, message: Message, responder: Responder) -> None:
        key = self.stage.pages.key(link_digest(message.answerable.link.rpartition("/a/")[2]))
        assert key is not None
        desk = self.stage.desks.current()
        self.log.append((self.now, responder.id, channel, key.page_ids, message.answerable))
        pages = zip(key.page_ids, key.incident_ids, strict=True)
        turns = {id: self._turn(page, id) for page, id in pages}
        is_new = any(
            id in self._unsure or responder.id not in self._heard[id] or turn.startswith("h")
            for id, turn in turns.items()
        )
        is_again = any(self._copies[page] for page in key.page_ids)
        # Two at once, or a crash before it is recorded, may let one more through.
        is_raced = self._interruption.has_struck or self._crashes > 0
        if channel == "sms" and not is_new and not is_again and not is_raced:
            self._check_rates(responder.id, desk)
        for page in key.page_ids:
            self._copies[page] += 1
            most = 1 + self._crashes
            self._check(self._copies[page] <= most, f"{page} rings {self._copies[page]} times")
        for id, turn in turns.items():
            self._heard[id].add(responder.id)
            self._quiet_since[id] = self.now
            self._check_meant(self.stage.current(id), turn, responder, desk)

    def _turn(self, page: PageId, id: IncidentId) -> str:
        turn = page.removeprefix(f"{id}.")
        return turn.partition(".")[0] if turn.startswith("h") else ".".join(turn.split(".")[:2])

    def _check_rates(self, who: ResponderId, desk: Desk) -> None:
        sent = [min(at, self.now) for at in self.stage.rates.sent(who, "sms", now=self.now)]
        for limit in PER_PHONE:
            recent = [at for at in sent if at > self.now - limit.within]
            self._check(len(recent) < limit.most, f"{who} rings too often with what is known")
        by_all = self.stage.rates.sent_by_all("sms", now=self.now)
        self._check(by_all < desk.sms.most_per_hour, "more SMS in this hour than allowed")

    def _check_meant(self, incident: Incident, turn: str, responder: Responder, desk: Desk) -> None:
        policy = desk.policy(incident.policy)
        is_silent = incident.state is not IncidentState.TRIGGERED
        if incident.id not in self._moved_meanwhile:
            self._check(not is_silent, f"{responder.id} is rung when it is {incident.state}")
        step = step_of(turn)
        if step is None:
            return
        meant = desk.people(policy.step(Position(due_at=self.now, step=step)).targets, self.now)
        self._check(responder.id in {one.id for one in meant}, f"{responder.id} is not meant")
        is_asked = any(act.kind is ActKind.ESCALATED for act in incident.acts[-1:])
        may_wait = incident.urgency is Urgency.SOON and not desk.is_open(policy, self.now)
        if may_wait and not is_asked:
            # Or did when the call began.
            known = [desk.responder(responder.id) for desk in self.stage.desks.versions]
            is_wanted = any(one is not None and one.wants_soon_hourly for one in known)
            self._check(is_wanted, f"{responder.id} is rung when it may wait")

    def look(self) -> None:
        """Whether anybody is forgotten."""
        desk = self.stage.desks.current()
        for incident in self.stage.incidents.all():
            if not incident.is_open:
                continue
            self._check(incident.due_at is not None, "it is never due again")
            if incident.state is not IncidentState.TRIGGERED:
                continue
            self._check_held(incident, desk)
            since = self._quiet_since.setdefault(incident.id, self.now)
            if incident.urgency is Urgency.WAKE and self._can_reach(incident, desk):
                silence = self.now - since
                most = self._longest_silence(incident, desk)
                self._check(silence <= most, f"nobody hears of it for {silence}, not {most}")

    def _check_done(self) -> None:
        """After a tick nothing is left but what another worker is at."""
        for incident in self.stage.incidents.all():
            pages = self.stage.pages.of_incident(incident.id)
            is_taken = any(page.state is PageState.SENDING for page in pages)
            is_left = incident.due_at is not None and incident.due_at <= self.now
            self._check(not is_left or is_taken, "a tick has left it as it was")

    def _check_held(self, incident: Incident, desk: Desk) -> None:
        """Nobody waits for the first word of it."""
        policy = desk.policy(incident.policy)
        if incident.urgency is Urgency.SOON and not desk.is_open(policy, self.now):
            return
        for call in incident.calls:
            responder = desk.responder(call.responder)
            if responder is None or call.due_at is None or call.began_at <= self._desk_since:
                continue
            if incident.urgency is Urgency.WAKE and responder.rules:
                latest = max(call.began_at + responder.rules[-1].after, self.now + HOUR)
                self._check(call.due_at <= latest, f"{call.responder} waits till {call.due_at}")
            is_new = call.responder not in self._heard[incident.id]
            if is_new and call.rule < len(responder.rules) and call.due_at > self.now:
                due_at = call.began_at + responder.rules[call.rule].after
                is_held = call.rule > 0 or due_at <= self.now
                self._check(not is_held, f"the first word of it to {call.responder} is held")

    def _can_reach(self, incident: Incident, desk: Desk) -> bool:
        policy = desk.policy(incident.policy)
        is_open = desk.is_open(policy, self.now)
        left = self._steps_left(incident, policy)
        steps = [one for one in left if one.is_taken(is_open=is_open)]
        targets = [target for one in (*steps, FALLBACK_STEP) for target in one.targets]
        return any(
            not self._channel(rule.channel).is_down
            and one.id not in self._channel(rule.channel).refused
            for one in desk.people(targets, self.now)
            for rule in one.rules
        )

    def _steps_left(self, incident: Incident, policy: EscalationPolicy) -> tuple[Step, ...]:
        """The steps that come again, or are yet to come.

        When its repeats are over, a policy pages the fallback people alone, as its own words are:
        whoever only stands in a step that is past is then not to be rung, reachable or not.
        """
        position = incident.position
        is_last_round = policy.repeats is not None and position.round > policy.repeats
        return policy.steps[position.step :] if is_last_round else policy.steps

    def _longest_silence(self, incident: Incident, desk: Desk) -> timedelta:
        policy = desk.policy(incident.policy)
        delays = [
            one.delay
            for desk in self.stage.desks.versions
            for p in desk.policies
            for one in p.steps
        ]
        repeats = [p.repeat_after for desk in self.stage.desks.versions for p in desk.policies]
        pause = max(*delays, *repeats, policy.pause_after(incident.position.rung + 1))
        rules = [rule.after for one in desk.responders for rule in one.rules]
        return pause + max(rules, default=timedelta(0)) + HOUR + 5 * MINUTE

    def _check(self, holds: bool, trouble: str) -> None:
        if not holds:
            self.broken.append(f"{self.now:%d %H:%M:%S} {trouble}")


def told(desk: Desk, begin: datetime, story: Sequence[Line]) -> Night:
    """A story from its beginning to its end, and some hours more."""
    night = Night(desk, begin)
    for number, (what, *more) in enumerate((*story, ("peace",))):
        getattr(night, what)(*more)
        night.look()
        assert not night.broken, (number, what, more, night.broken)
    return night


# --- what is drawn ---------------------------------------------------------------------------

SMS, MAIL = "sms", "email"
minutes = st.sampled_from((0, 1, 2, 5, 15)).map(lambda number: number * MINUTE)
targets = st.sampled_from(
    (
        Target(TargetKind.SCHEDULE, "primary"),
        Target(TargetKind.RESPONDER, ANA),
        Target(TargetKind.RESPONDER, BEN),
        Target(TargetKind.RESPONDER, LEA),
        Target(TargetKind.EVERYONE),
    )
)
steps = st.builds(
    Step,
    delay=minutes,
    targets=st.lists(targets, min_size=1, max_size=2, unique=True).map(tuple),
    during=st.sampled_from((During.ALWAYS, During.ALWAYS, During.OPEN, During.CLOSED)),
)
rules = st.sampled_from(
    (
        (),
        (NotificationRule(SMS),),
        (NotificationRule(SMS), NotificationRule(MAIL, 5 * MINUTE)),
        (NotificationRule(MAIL), NotificationRule(SMS, 2 * MINUTE)),
        (NotificationRule(SMS), NotificationRule(SMS, MINUTE), NotificationRule(SMS, 3 * MINUTE)),
        (NotificationRule(SMS, 3 * MINUTE),),
        (NotificationRule(SMS), NotificationRule(MAIL, 20 * MINUTE)),
    )
)


@st.composite
def policies(draw: st.DrawFn, name: str) -> EscalationPolicy:
    return EscalationPolicy(
        name=name,
        steps=tuple(draw(st.lists(steps, min_size=1, max_size=3))),
        repeat_after=draw(st.sampled_from((1, 5, 15))) * MINUTE,
        ack_timeout=draw(st.sampled_from((10, 240))) * MINUTE,
        repeats=draw(st.sampled_from((None, None, 0, 1))),
        hours="office",
        pages_soon=True,
    )


@st.composite
def overrides(draw: st.DrawFn, begin: datetime) -> Override:
    starts_at = begin + draw(st.integers(-30, 90)) * MINUTE
    return Override(
        kind=draw(st.sampled_from(OverrideKind)),
        responder=draw(st.sampled_from(PEOPLE)),
        starts_at=starts_at,
        ends_at=starts_at + draw(st.integers(1, 120)) * MINUTE,
    )


@st.composite
def responders(draw: st.DrawFn, id: ResponderId) -> Responder:
    one = a_responder(
        id,
        email=draw(st.sampled_from((None, f"{id}@acme.example"))),
        notify=draw(rules),
        wants_soon_hourly=draw(st.booleans()),
        wants_updates=draw(st.booleans()),
    )
    has_phone = id not in MAY_VANISH or draw(st.sampled_from((True, True, True, False)))
    return one if has_phone else replace(one, phone=None)


@st.composite
def desks(draw: st.DrawFn, begin: datetime) -> Desk:
    names = draw(st.sampled_from((PEOPLE, PEOPLE, PEOPLE, PEOPLE[1:], (FAY, LEA))))
    usual = a_desk()
    return replace(
        usual,
        brands=(a_brand(policies={Topic.SECURITY: "other", Topic.BILLING: "other"}),),
        responders=tuple(draw(responders(id)) for id in names),
        policies=(draw(policies("standard")), draw(policies("other"))),
        schedules=(a_schedule(overrides=tuple(draw(st.lists(overrides(begin), max_size=2)))),),
        hours=(OFFICE,),
        sms=replace(usual.sms, most_per_hour=draw(st.sampled_from((200, 200, 3)))),
    )


def lines(begin: datetime) -> st.SearchStrategy[Line]:
    """What may happen next."""

    def line(what: str, *given: st.SearchStrategy[Any]) -> st.SearchStrategy[Line]:
        return st.tuples(st.just(what), *given)

    channels, people = st.sampled_from((SMS, SMS, MAIL)), st.sampled_from(PEOPLE)
    places, which = st.integers(1, 40), st.integers(0, 3)
    lengths = st.sampled_from((1, 5, 60)).map(lambda number: number * MINUTE)
    waiting = line(
        "minutes", st.sampled_from((1, 2, 5, 15, 15, 40, 120)), st.sampled_from((0, 0, 20, 50))
    )
    mention = line("mention", st.sampled_from(tuple(VERDICTS)))
    return st.one_of(
        mention,
        waiting,
        waiting,
        line("lost", st.integers(1, 30)),
        line("twice"),
        line("crashed", places, st.booleans()),
        line("raced", places, st.booleans(), st.sampled_from((-60, 0, 60))),
        line("taken_amid", places, st.booleans(), which, people),
        line("fate", channels, st.sampled_from(Fate)),
        line("refuse", channels, people),
        line("fail", channels),
        line("receipt", st.integers(0, 9), st.booleans(), st.integers(1, 2)),
        line("person", st.just("acknowledge"), which, people),
        line("person", st.just("snooze"), which, people, lengths),
        line("person", st.just("escalate"), which, people),
        line("person", st.just("hand_over"), which, people, people),
        line("person", st.just("resolve"), which, people),
        line("desk", desks(begin)),
    )


@st.composite
def stories(draw: st.DrawFn) -> tuple[Desk, datetime, list[Line]]:
    begin = draw(st.sampled_from(BEGINS))
    story = draw(st.lists(lines(begin), min_size=3, max_size=25))
    return draw(desks(begin)), begin, [("mention", draw(st.sampled_from(tuple(VERDICTS)))), *story]


HASTY = a_desk(
    responders=(a_responder(FAY), a_responder(LEA)),
    policies=(
        a_policy(repeat_after=MINUTE, steps=a_policy().steps[:1], hours="office", pages_soon=True),
    ),
    hours=(OFFICE,),
)
"""Nobody is left but those who are rung when nobody else can be, and they soon again."""

ONCE = a_desk(
    responders=(
        a_responder(ANA),
        a_responder(BEN, email="ben@acme.example"),
        a_responder(FAY),
        a_responder(LEA),
    ),
    policies=(
        a_policy(
            repeats=0,
            repeat_after=MINUTE,
            steps=(
                Step(
                    delay=timedelta(0),
                    targets=(
                        Target(TargetKind.SCHEDULE, "primary"),
                        Target(TargetKind.RESPONDER, BEN),
                    ),
                ),
            ),
            hours="office",
            pages_soon=True,
        ),
    ),
    hours=(OFFICE,),
)
"""After one round the fallback people alone are rung, and only Ben has a mailbox."""


@given(stories())
@example(
    (  # what another worker had in hand once let repeats ride along without limit
        HASTY,
        BEGINS[2],
        [
            ("mention", "down"),
            ("mention", "leak"),
            ("mention", "bill"),
            ("minutes", 1, 0),
            ("person", "hand_over", 0, ANA, FAY),
            ("fate", SMS, Fate.CRASH_BEFORE),
            ("person", "resolve", 0, ANA),
            ("mention", "down"),
        ],
    )
)
@example(
    # Ben could still be reached, but the policy's only round has passed him: he is not forgotten.
    (ONCE, BEGINS[0], [("fail", SMS), ("mention", "down"), ("minutes", 120, 0)])
)
def test_whatever_happens_whoever_is_meant_is_rung_in_time_and_nobody_else(
    story: tuple[Desk, datetime, list[Line]],
) -> None:
    first, again = told(*story), told(*story)

    assert first.log == again.log
    assert first.stage.incidents.all() == again.stage.incidents.all()
    assert first.stage.pages.all() == again.stage.pages.all()


# --- what was found by it, and by reading ----------------------------------------------------

CLOSING = NOW.replace(hour=17, minute=0)
OPENING = CLOSING + 16 * HOUR


def _night(*people: Responder, begin: datetime = NOW, **over: Any) -> Night:
    """The usual desk with office hours, on which some people are otherwise."""
    other = {one.id: one for one in people}
    usual = a_policy(hours="office", pages_soon=True)
    desk = a_desk(
        responders=tuple(other.get(id) or a_responder(id) for id in PEOPLE),
        **{"policies": (usual,), "hours": (OFFICE,), **over},
    )
    return Night(desk, begin)


def _rung(night: Night) -> list[tuple[datetime, str, str]]:
    """When whose phone or mailbox rang."""
    return [(at, who, channel) for at, who, channel, *_ in night.log]  # type: ignore[misc]


def _opened(night: Night, number: int) -> None:
    """So many incidents at once, not rung yet."""
    for one in range(number):
        incident = an_incident(brand=f"brand-{one:02}", opened_at=night.now)
        night.stage.incidents.open(incident, instead_of=None)


def test_a_way_that_falls_due_after_closing_waits_for_opening_when_the_incident_may_wait() -> None:
    ana = a_responder(
        ANA,
        email="ana@acme.example",
        notify=(NotificationRule(SMS), NotificationRule(MAIL, 10 * MINUTE)),
    )
    begin = CLOSING - 5 * MINUTE
    night = _night(ana, begin=begin)
    night.mention("slow")
    night.minutes(16 * 60 + 6)

    assert _rung(night)[:2] == [(begin, ANA, SMS), (OPENING, ANA, MAIL)]


def test_when_repeats_are_over_the_fallback_people_are_tried_each_minute_until_one_is_reached() -> (
    None
):
    night = Night(ONCE, NOW)
    night.fail(SMS)
    night.mention("down")
    night.minutes(120)
    night.fail(SMS)
    night.minutes(1)

    back_at = NOW + 121 * MINUTE
    assert _rung(night) == [(NOW, BEN, MAIL), (back_at, FAY, SMS), (back_at, LEA, SMS)]


def test_whoever_asks_for_the_next_person_gets_them_out_of_hours_too() -> None:
    begin = CLOSING - 5 * MINUTE
    night = _night(begin=begin)
    night.mention("slow")
    night.minutes(10)
    night.person("escalate", 0, ANA)
    asked_at = night.now
    night.minutes(15 * 60)

    assert _rung(night) == [(begin, ANA, SMS), (asked_at, BEN, SMS)]


def test_when_the_person_asked_for_cannot_be_reached_the_one_after_is_rung_out_of_hours_too() -> (
    None
):
    begin = CLOSING - 5 * MINUTE
    night = _night(begin=begin)
    night.mention("slow")
    night.minutes(10)
    night.person("escalate", 0, ANA)
    night.minutes(1)
    night.receipt(1, False, 1)
    failed_at = night.now
    night.minutes(15 * 60)

    assert _rung(night)[2:] == [(failed_at, FAY, SMS), (failed_at, LEA, SMS)]


def test_more_incidents_than_one_message_holds_are_told_in_a_second_one() -> None:
    night = _night()
    _opened(night, MOST_IN_A_MESSAGE + 5)
    night.minutes(1)

    assert [len(page.incidents) for page in night.phones.pages(ANA)] == [MOST_IN_A_MESSAGE, 5]


class _Throttled(Exception):
    """The store does not take it."""


def _throttled() -> None:
    raise _Throttled


def test_a_message_of_which_one_page_cannot_be_recorded_is_not_sent_again() -> None:
    for number, is_after in product((1, 2), (False, True)):
        interruption = Interruption(number, of="save", is_after=is_after, do=_throttled)
        stage = Stage()
        for brand in ("one", "two"):
            stage.incidents.open(an_incident(brand=brand), instead_of=None)
        stage.pages = interrupted(stage.pages, interruption)
        stage._wire(stage.scorer)
        for minute in range(6):
            stage.tick(NOW + minute * MINUTE)

        assert interruption.has_struck
        assert [len(page.incidents) for page in stage.phones.pages()] == [2]
        assert stage.pages.key(message_digest(stage.phones.sent[0].provider_id)) is not None
        assert stage.rates.sent(ANA, SMS, now=NOW) == (NOW,)


def test_an_incident_whose_page_cannot_be_claimed_holds_up_none_of_its_message() -> None:
    stage = Stage()
    for brand in ("one", "two", "three"):
        stage.incidents.open(an_incident(brand=brand), instead_of=None)
    stage.pages = interrupted(stage.pages, Interruption(2, of="claim", do=_throttled))
    stage._wire(stage.scorer)
    stage.tick(NOW)

    assert sorted(len(page.incidents) for page in stage.phones.pages(ANA)) == [1, 2]


def test_a_refusal_that_cannot_be_recorded_moves_to_the_next_step_at_once() -> None:
    stage = Stage(interruption=None)
    stage.pages = interrupted(stage.pages, Interruption(1, of="save", do=_throttled))
    stage._wire(stage.scorer)
    stage.phones.refused.add(ANA)
    stage.judged("the site is down")

    assert stage.rung() == [BEN]


def test_whoever_has_not_got_the_first_page_is_held_back_for_no_limit() -> None:
    hasty = a_policy(repeat_after=MINUTE)
    night = _night(policies=(replace(hasty, steps=hasty.steps[:1]),))
    night.refuse(SMS, ANA)
    night.mention("leak")
    for minute in range(5):
        night.stage.rates.record(ANA, SMS, now=night.now + minute * MINUTE)
    night.refuse(SMS, ANA)
    night.minutes(3)

    assert ANA in [who for _, who, _ in _rung(night)]


def test_a_held_page_that_is_refused_in_the_end_leads_to_the_next_step_at_once() -> None:
    night = _night()
    night.mention("down")
    begin = night.now
    for minute in range(5):
        night.stage.rates.record(ANA, SMS, now=begin + (40 + minute) * MINUTE)
    night.minutes(45)
    (call,) = night.stage.incident.calls
    assert call.due_at == begin + 55 * MINUTE
    night.refuse(SMS, ANA)
    night.minutes(15)

    assert _rung(night)[-1] == (begin + 55 * MINUTE, BEN, SMS)


def test_a_page_whose_loudness_cannot_be_counted_rings_all_the_same() -> None:
    stage = Stage(interruption=Interruption(1, of="loudness", do=_throttled))
    stage.judged("the site is down")

    assert stage.rung() == [ANA]


def test_a_way_of_an_earlier_step_that_fails_does_not_hurry_the_step_after_the_next() -> None:
    ana = a_responder(
        ANA, phone=None, email="ana@acme.example", notify=(NotificationRule(MAIL, 20 * MINUTE),)
    )
    night = _night(ana)
    begin = night.now
    night.refuse(MAIL, ANA)
    night.mention("down")
    night.minutes(30)

    assert _rung(night) == [
        (begin + 15 * MINUTE, BEN, SMS),
        (begin + 30 * MINUTE, FAY, SMS),
        (begin + 30 * MINUTE, LEA, SMS),
    ]


def test_whoever_takes_it_while_a_step_reaches_nobody_is_not_followed_by_the_next_step() -> None:
    stage = Stage()
    stage.judged("the site is down")
    key, records = stage.key(ANA), stage.incidents
    stage.phones.refused.add(BEN)

    def taken() -> None:
        stage.acknowledging.acknowledge_by_link(key, now=NOW + 15 * MINUTE)

    stage.incidents = interrupted(records, Interruption(1, of="save", do=taken))
    stage._wire(stage.scorer)
    stage.tick(NOW + 15 * MINUTE)

    assert stage.incident.acknowledged_by == ANA
    assert stage.rung() == [ANA]
