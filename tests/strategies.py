"""Hypothesis strategies for domain values: any that the domain allows, not only plausible ones.

They nest as the values do: `mentions()`, `scores()`, `incidents()`, `pages()`, `tickets()`,
`desks()`, `source_states()`. Instants are UTC; texts are any Unicode that can be encoded.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from chalicelib.domain.answering.rules import (
    AnsweringRules,
    Approval,
    Checklist,
    Hook,
    HookEvent,
    Promise,
    SavedReply,
)
from chalicelib.domain.calling import Call
from chalicelib.domain.contact import Contact
from chalicelib.domain.correction import Correction
from chalicelib.domain.cost import Entry, Feature, Price, PriceKind, Sheet
from chalicelib.domain.cost.bill import BillSource
from chalicelib.domain.desk import (
    Brand,
    Desk,
    EmailSettings,
    Responder,
    SecondReading,
    SmsSettings,
    SourceEntry,
)
from chalicelib.domain.escalation import (
    During,
    EscalationPolicy,
    Position,
    Step,
    Target,
    TargetKind,
)
from chalicelib.domain.finance import BillSettings, Budget, Finance
from chalicelib.domain.hours import BusinessHours, Holiday, OpenSpan, SpecialDay
from chalicelib.domain.incident import Incident, IncidentId, IncidentState, incident_id
from chalicelib.domain.mention import Author, Media, Mention, mention_id
from chalicelib.domain.page import KeyKind, Page, PageKey, PageState, page_for
from chalicelib.domain.read_budget import ReadBudget, Scope
from chalicelib.domain.responder import NotificationRule, Webhook, WebhookForm
from chalicelib.domain.rhythm import Rhythm
from chalicelib.domain.rules import Rules
from chalicelib.domain.schedule import (
    OnCallSchedule,
    Override,
    OverrideKind,
    ResponderId,
    Restriction,
    Rotation,
    TemporarySchedule,
    TemporaryShift,
    Weekday,
)
from chalicelib.domain.signal import Mood, Score, Signal, Topic, Urgency
from chalicelib.domain.standing import Condition, Missed
from chalicelib.domain.ticket import (
    AgentId,
    CustomerId,
    Note,
    Post,
    Reply,
    ReplyState,
    Ticket,
    TicketAct,
    TicketActKind,
    TicketId,
    TicketState,
)
from chalicelib.domain.timeline import Act, ActKind, Via
from chalicelib.ports import Cursor, SourceState

ZONES = ("UTC", "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")

names = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)
"""What configuration calls things: short, lower case, URL-safe."""

texts = st.text(max_size=60)


def tuples_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """None, one or a few of these."""
    return st.lists(values, max_size=3).map(tuple)


durations = st.timedeltas(timedelta(0), timedelta(days=30))
responder_ids = names.map(ResponderId)


def instants() -> st.SearchStrategy[datetime]:
    """Aware instants in UTC, to the microsecond, of this century."""
    return st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def authors() -> st.SearchStrategy[Author]:
    return st.builds(
        Author,
        handle=texts,
        name=texts,
        followers=st.none() | st.integers(0, 2**40),
        is_verified=st.booleans(),
        url=texts,
    )


@st.composite
def mentions(draw: st.DrawFn, /, **over: Any) -> Mention:
    """Any mention; `over` fixes fields."""
    pulled_at = draw(instants())
    values: dict[str, Any] = {
        "platform": draw(names),
        "platform_id": draw(st.text(min_size=1, max_size=40)),
        "source": draw(names),
        "brand": draw(names),
        "text": draw(st.text(max_size=300)),
        "posted_at": pulled_at - draw(durations),
        "pulled_at": pulled_at,
        "author": draw(st.none() | authors()),
        "url": draw(texts),
        "language": draw(st.none() | st.sampled_from(("en", "de", "el"))),
        "is_addressed": draw(st.booleans()),
        "in_reply_to": draw(st.none() | texts),
        "quotes_id": draw(st.none() | texts),
        "shares": draw(st.none() | st.integers(0, 2**40)),
        "is_private": draw(st.booleans()),
        "media": tuple(draw(st.lists(st.builds(Media, url=texts, alt=texts), max_size=2))),
        "edited_at": draw(st.none() | instants()),
    }
    return Mention(**values | over)


def signals() -> st.SearchStrategy[Signal]:
    points = st.floats(-100, 100)
    return st.builds(Signal, name=names, points=points, reason=texts)


def scores() -> st.SearchStrategy[Score]:
    return st.builds(
        Score,
        urgency=st.sampled_from(Urgency),
        value=st.floats(-1000, 1000),
        mood=st.sampled_from(Mood),
        mood_strength=st.floats(0, 1),
        topic=st.sampled_from(Topic),
        signals=st.lists(signals(), max_size=4).map(tuple),
        language=st.none() | st.just("en"),
        scorer=names,
    )


def positions() -> st.SearchStrategy[Position]:
    return st.builds(
        Position,
        due_at=instants(),
        round=st.integers(1, 50),
        step=st.integers(0, 9),
        has_reached_somebody=st.booleans(),
    )


def incident_ids() -> st.SearchStrategy[IncidentId]:
    return st.builds(incident_id, names, st.sampled_from(Topic), instants())


def turns() -> st.SearchStrategy[str]:
    """What begins a call: a step or a hand-over."""
    steps = st.builds(
        lambda round, step: f"r{round}.s{step}", st.integers(1, 50), st.integers(0, 9)
    )
    return steps | st.integers(1, 500).map(lambda version: f"h{version}")


def calls() -> st.SearchStrategy[Call]:
    return st.builds(
        Call,
        responder=responder_ids,
        turn=turns(),
        began_at=instants(),
        due_at=st.none() | instants(),
        rule=st.integers(0, 4),
        reached_by=tuples_of(st.sampled_from(["sms", "email", "webhook"])),
    )


def acts() -> st.SearchStrategy[Act]:
    return st.builds(
        Act,
        kind=st.sampled_from(ActKind),
        at=instants(),
        by=texts,
        via=st.sampled_from(Via),
        to=texts,
        until=st.none() | instants(),
        is_worth_it=st.none() | st.booleans(),
    )


@st.composite
def incidents(draw: st.DrawFn, /, **over: Any) -> Incident:
    """Any incident whose fields agree with its state; `over` fixes fields."""
    state = draw(st.sampled_from(IncidentState))
    opened_at = draw(instants())
    is_acknowledged = state is IncidentState.ACKNOWLEDGED
    is_resolved = state is IncidentState.RESOLVED
    values: dict[str, Any] = {
        "brand": draw(names),
        "topic": draw(st.sampled_from(Topic)),
        "state": state,
        "policy": draw(names),
        "opened_at": opened_at,
        "alive_at": opened_at + draw(durations),
        "mention_id": mention_id(draw(names), draw(st.text(min_size=1, max_size=20))),
        "quote": draw(texts),
        "author": draw(texts),
        "platform": draw(names),
        "url": draw(texts),
        "reasons": tuple(draw(st.lists(texts, max_size=3))),
        "position": draw(positions()),
        "acknowledged_by": draw(responder_ids) if is_acknowledged else None,
        "acknowledged_at": draw(instants()) if is_acknowledged else None,
        "ack_expires_at": draw(instants()) if is_acknowledged else None,
        "resolved_by": draw(names) if is_resolved else None,
        "resolved_at": draw(instants()) if is_resolved else None,
        "urgency": draw(st.sampled_from((Urgency.WAKE, Urgency.SOON))),
        "calls": draw(tuples_of(calls())) if state is IncidentState.TRIGGERED else (),
        "paged": draw(tuples_of(responder_ids)),
        "to_tell": () if state is IncidentState.TRIGGERED else draw(tuples_of(responder_ids)),
        "acts": draw(tuples_of(acts())),
    }
    values |= over
    values.setdefault("id", incident_id(values["brand"], values["topic"], values["opened_at"]))
    return Incident(**values)


@st.composite
def pages(draw: st.DrawFn, incident: Incident | None = None) -> Page:
    """Any page, of `incident` or of any."""
    of = incident or draw(incidents())
    page = page_for(of, draw(calls()), draw(names), now=draw(instants()))
    state = draw(st.sampled_from(PageState))
    if state is PageState.SENDING:
        return page
    if state is PageState.REFUSED:
        return page.refused(draw(texts))
    sent = page.sent(draw(names), now=draw(instants()))
    if state is PageState.DELIVERED:
        return sent.delivered(now=draw(instants()))
    if state is PageState.FAILED:
        return sent.failed(draw(texts), now=draw(instants()))
    return sent


@st.composite
def page_keys(draw: st.DrawFn) -> PageKey:
    """The key of any message: of one page, of several, of none."""
    carried = draw(st.lists(pages(), max_size=3))
    return PageKey(
        kind=draw(st.sampled_from(KeyKind)),
        digest=draw(st.text("0123456789abcdef", min_size=64, max_size=64)),
        responder=draw(responder_ids),
        channel=draw(names),
        expires_at=draw(instants()),
        page_ids=tuple(page.id for page in carried),
        incident_ids=tuple(page.incident_id for page in carried),
    )


def contacts() -> st.SearchStrategy[Contact]:
    at = st.none() | instants()
    return st.builds(
        Contact,
        responder=responder_ids,
        channel=names,
        address_digest=texts,
        tested_at=at,
        verified_at=at,
        opted_out_at=at,
        failed_at=at,
        failure=texts,
    )


def replies() -> st.SearchStrategy[Reply]:
    return st.builds(
        Reply,
        id=names,
        by=names.map(AgentId),
        text=texts,
        approved_at=instants(),
        tried_at=instants(),
        state=st.sampled_from(ReplyState),
        platform_id=texts,
        url=texts,
        refusal=texts,
        is_private=st.booleans(),
        to=texts,
        send_at=st.none() | instants(),
        trouble=texts,
        approved_by=texts,
        trace=texts,
        is_elsewhere=st.booleans(),
    )


def ticket_acts() -> st.SearchStrategy[TicketAct]:
    return st.builds(
        TicketAct,
        kind=st.sampled_from(TicketActKind),
        at=instants(),
        by=texts,
        to=texts,
        text=texts,
        until=st.none() | instants(),
    )


def notes() -> st.SearchStrategy[Note]:
    return st.builds(Note, by=names.map(AgentId), at=instants(), text=texts)


def corrections() -> st.SearchStrategy[Correction]:
    return st.builds(
        Correction,
        by=names,
        at=instants(),
        urgency=st.sampled_from(Urgency),
        topic=st.none() | st.sampled_from(Topic),
        mood=st.none() | st.sampled_from(Mood),
    )


@st.composite
def tickets(draw: st.DrawFn, /, **over: Any) -> Ticket:
    """Any ticket; `over` fixes fields."""
    mention = over.get("mention") or draw(mentions())
    values: dict[str, Any] = {
        "id": TicketId(mention.id),
        "mention": mention,
        "urgency": draw(st.sampled_from(Urgency)),
        "topic": draw(st.sampled_from(Topic)),
        "reasons": tuple(draw(st.lists(texts, max_size=3))),
        "state": draw(st.sampled_from(TicketState)),
        "opened_at": draw(instants()),
        "waiting_since": draw(instants()),
        "due_at": draw(instants()),
        "holder": draw(st.none() | names.map(AgentId)),
        "replies": tuple(draw(st.lists(replies(), max_size=3))),
        "incident_id": draw(st.none() | incident_ids()),
        "ended_at": draw(st.none() | instants()),
        "corrections": tuple(draw(st.lists(corrections(), max_size=3))),
        "version": draw(st.integers(1, 9)),
        "mood": draw(st.floats(-1, 1)),
        "language": draw(st.none() | st.sampled_from(("en", "de"))),
        "customer": draw(st.none() | names.map(CustomerId)),
        "posts": draw(tuples_of(st.builds(Post, mention=mentions(), mood=st.floats(-1, 1)))),
        "notes": draw(tuples_of(notes())),
        "acts": draw(tuples_of(ticket_acts())),
        "is_thanks": draw(st.booleans()),
        "is_waiting": draw(st.booleans()),
        "held_until": draw(st.none() | instants()),
        "returns_at": draw(st.none() | instants()),
        "returns_for": draw(texts),
        "breached_at": draw(st.none() | instants()),
    }
    return Ticket(**values | over)


def targets() -> st.SearchStrategy[Target]:
    return st.builds(Target, st.sampled_from(TargetKind), names)


def policies() -> st.SearchStrategy[EscalationPolicy]:
    step = st.builds(
        Step,
        delay=durations,
        targets=st.lists(targets(), min_size=1, max_size=3).map(tuple),
        during=st.sampled_from(During),
    )
    return st.builds(
        EscalationPolicy,
        name=names,
        steps=st.lists(step, min_size=1, max_size=4).map(tuple),
        repeat_after=durations,
        ack_timeout=durations,
        repeats=st.none() | st.integers(0, 20),
        hours=texts,
        pages_soon=st.booleans(),
    )


WEEKDAYS = st.frozensets(st.sampled_from(Weekday))

wall_times = st.times().map(lambda one: one.replace(fold=0)) | st.builds(
    time, st.integers(0, 3), st.sampled_from((0, 15, 30, 45))
)
"""Any time of day, and often one at which some zone sets its clocks."""


def restrictions() -> st.SearchStrategy[Restriction]:
    return st.builds(Restriction, weekdays=WEEKDAYS, starts=wall_times, ends=wall_times)


@st.composite
def rotations(draw: st.DrawFn, /, **over: Any) -> Rotation:
    """Any rotation; `over` fixes fields."""
    starts_on = draw(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    length = draw(st.none() | st.integers(1, 2000))
    values: dict[str, Any] = {
        "responders": tuple(draw(st.lists(responder_ids, min_size=1, max_size=4))),
        "starts_on": starts_on,
        "ends_on": None if length is None else starts_on + timedelta(days=length),
        "handoff": draw(wall_times),
        "shift_days": draw(st.integers(1, 28)),
        "shift_hours": draw(st.none() | st.integers(1, 200)),
        "weekdays": draw(WEEKDAYS),
        "restrictions": tuple(draw(st.lists(restrictions(), max_size=2))),
    }
    return Rotation(**values | over)


@st.composite
def overrides(draw: st.DrawFn, /, **over: Any) -> Override:
    """Any override; `over` fixes fields."""
    starts_at = draw(instants())
    values: dict[str, Any] = {
        "responder": draw(responder_ids),
        "starts_at": starts_at,
        "ends_at": starts_at + draw(st.timedeltas(timedelta(minutes=1), timedelta(days=30))),
        "kind": draw(st.sampled_from(OverrideKind)),
        "instead_of": draw(st.none() | responder_ids),
    }
    return Override(**values | over)


@st.composite
def temporary_schedules(draw: st.DrawFn, people: Any = responder_ids) -> TemporarySchedule:
    """Any temporary schedule, its shifts in, across and out of its time."""
    starts_at = draw(instants())
    lengths = st.timedeltas(timedelta(minutes=1), timedelta(days=30))
    offsets = st.timedeltas(timedelta(days=-10), timedelta(days=30))
    begins = [starts_at + offset for offset in draw(st.lists(offsets, max_size=4))]
    shifts = tuple(
        TemporaryShift(responder=draw(people), starts_at=at, ends_at=at + draw(lengths))
        for at in begins
    )
    return TemporarySchedule(starts_at=starts_at, ends_at=starts_at + draw(lengths), shifts=shifts)


def schedules() -> st.SearchStrategy[OnCallSchedule]:
    return st.builds(
        OnCallSchedule,
        name=names,
        zone=st.sampled_from(ZONES),
        rotations=st.lists(rotations(), max_size=3).map(tuple),
        overrides=st.lists(overrides(), max_size=3).map(tuple),
        temporaries=st.lists(temporary_schedules(), max_size=2).map(tuple),
    )


CROWD = tuple(map(ResponderId, ("ana", "ben", "carla", "dora", "eva")))

CLOCK_CHANGES = {
    "America/New_York": ("2020-11-01 06:00", "2026-03-08 07:00"),
    "Australia/Lord_Howe": ("2026-04-04 15:00", "2026-10-03 15:30"),
    "Pacific/Chatham": ("2026-04-04 14:00", "2026-09-26 14:00"),
    "America/Santiago": ("2026-04-05 03:00", "2026-09-06 04:00"),
    "Africa/Casablanca": ("2026-02-15 02:00", "2026-03-22 02:00"),
    "America/St_Johns": ("2010-11-07 02:31", "2011-03-13 03:31"),
    "America/Nuuk": ("2026-03-29 01:00", "2026-10-25 01:00"),
    "Antarctica/Troll": ("2026-03-29 01:00", "2026-10-25 01:00"),
    "Antarctica/Casey": ("2009-10-17 18:00", "2010-03-04 15:00"),
    "Pacific/Apia": ("2011-12-30 10:00", "2012-03-31 14:00"),
    "UTC": ("2026-03-01 00:00",),
}
"""Zone to instants (UTC) at which its clocks are set: by half an hour, by two or three hours,
at midnight and across it, for Ramadan, by a whole day; and one zone that never does."""


@st.composite
def crowded_weeks(draw: st.DrawFn) -> tuple[OnCallSchedule, datetime]:
    """A schedule in which few people are everywhere, and the middle of its busiest days.

    About that instant its clocks are set, turns change, and all exceptions hold or end.
    """
    zone = draw(st.sampled_from(sorted(CLOCK_CHANGES)))
    text = draw(st.sampled_from(CLOCK_CHANGES[zone]))
    middle = datetime.fromisoformat(text).replace(tzinfo=UTC)
    people = st.sampled_from(CROWD)
    hours = st.integers(-72 * 4, 72 * 4).map(lambda quarters: timedelta(hours=quarters / 4))

    def spans() -> tuple[datetime, datetime]:
        first, last = sorted((middle + draw(hours), middle + draw(hours)))
        return first, last

    def override(kind: OverrideKind) -> Override:
        starts_at, ends_at = spans()
        return Override(
            responder=draw(people),
            starts_at=starts_at,
            ends_at=ends_at,
            kind=kind,
            instead_of=draw(st.none() | people),
        )

    def temporary() -> TemporarySchedule:
        starts_at, ends_at = spans()
        shifts = []
        for _ in range(draw(st.integers(0, 3))):
            begin, end = spans()
            shifts.append(TemporaryShift(responder=draw(people), starts_at=begin, ends_at=end))
        return TemporarySchedule(starts_at=starts_at, ends_at=ends_at, shifts=tuple(shifts))

    turns = rotations(
        starts_on=middle.date() - timedelta(days=draw(st.integers(-2, 60))),
        ends_on=draw(st.none() | st.just(middle.date() + timedelta(days=3))),
        shift_days=draw(st.integers(1, 8)),
        shift_hours=draw(st.none() | st.integers(1, 30)),
    )
    crowd = st.lists(people, min_size=1, max_size=4).map(tuple)
    schedule = OnCallSchedule(
        name="crowded",
        zone=zone,
        rotations=tuple(
            replace(draw(turns), responders=draw(crowd)) for _ in range(draw(st.integers(0, 3)))
        ),
        overrides=tuple(
            override(kind) for kind in draw(st.lists(st.sampled_from(OverrideKind), max_size=4))
        ),
        temporaries=tuple(temporary() for _ in range(draw(st.integers(0, 1)))),
    )
    return schedule, middle


def open_spans() -> st.SearchStrategy[OpenSpan]:
    return st.builds(OpenSpan, opens=wall_times, closes=wall_times)


@st.composite
def business_hours(draw: st.DrawFn, /, days: Any = None, **over: Any) -> BusinessHours:
    """Any business hours; `days` is where holidays and special days are drawn from."""
    if days is None:
        days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
    spans = st.lists(open_spans(), max_size=3).map(tuple)
    weekly = st.dictionaries(st.sampled_from(Weekday), spans)
    values: dict[str, Any] = {
        "name": draw(names),
        "zone": draw(st.sampled_from(ZONES)),
        "weekly": draw(weekly),
        "closed_on": tuple(draw(st.lists(st.builds(Holiday, day=days, name=texts), max_size=3))),
        "open_on": tuple(draw(st.lists(st.builds(SpecialDay, day=days, spans=spans), max_size=2))),
        "known_until": draw(st.none() | st.dates()),
    }
    return BusinessHours(**values | over)


def responders() -> st.SearchStrategy[Responder]:
    return st.builds(
        Responder,
        id=responder_ids,
        name=texts,
        phone=st.none() | st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True),
        country=st.sampled_from(("", "AT", "US")),
        zone=st.sampled_from(ZONES),
        email=st.none() | texts,
        webhook=st.none() | st.builds(Webhook, secret=names, form=st.sampled_from(WebhookForm)),
        notify=tuples_of(
            st.builds(NotificationRule, st.sampled_from(("sms", "email", "webhook")), durations)
        ),
        wants_soon_hourly=st.booleans(),
        wants_updates=st.booleans(),
    )


def brands() -> st.SearchStrategy[Brand]:
    words = st.lists(texts, max_size=3).map(tuple)
    return st.builds(
        Brand,
        id=names,
        name=texts,
        terms=words,
        handles=words,
        policies=st.dictionaries(st.sampled_from(Topic), names, max_size=3),
        policy=names,
    )


def source_entries() -> st.SearchStrategy[SourceEntry]:
    option = texts | st.booleans() | st.integers(-(2**53), 2**53) | st.lists(texts, max_size=3)
    return st.builds(
        SourceEntry,
        name=names,
        kind=names,
        brand=names,
        every=durations,
        at_least_every=st.none() | durations,
        quickest=durations,
        budget=st.none()
        | st.builds(
            ReadBudget,
            calls=st.none() | st.integers(1, 10**9),
            usd=st.none() | st.decimals(0, 10**6, places=4),
            stops=st.booleans(),
        ),
        options=st.dictionaries(names, option, max_size=4),
        secret=texts,
    )


def desks() -> st.SearchStrategy[Desk]:
    return st.builds(
        Desk,
        brands=st.lists(brands(), max_size=2).map(tuple),
        sources=st.lists(source_entries(), max_size=2).map(tuple),
        responders=st.lists(responders(), max_size=3).map(tuple),
        schedules=st.lists(schedules(), max_size=2).map(tuple),
        policies=st.lists(policies(), max_size=2).map(tuple),
        fallback=responder_ids,
        lead=responder_ids,
        sms=st.builds(
            SmsSettings,
            sender_id=names,
            origination_number=texts,
            is_two_way=st.booleans(),
            takes_bare_letters=st.booleans(),
            most_per_hour=st.integers(0, 10_000),
        ),
        hours=st.lists(business_hours(), max_size=2).map(tuple),
        email=st.builds(EmailSettings, sender=texts),
        rules=rules(),
        second_reading=st.builds(SecondReading, model=texts, most_per_day=st.integers(1, 10_000)),
        answering=answering_rules(),
        finance=finances(),
    )


def finances() -> st.SearchStrategy[Finance]:
    budget = st.builds(
        Budget,
        name=names,
        usd=st.decimals(min_value="0.01", max_value=10**6, places=2),
        stops=st.booleans(),
        confirmed_by=texts,
    )
    price = st.builds(
        Price,
        sku=names,
        amount=st.decimals(min_value=0, max_value=100, places=9),
        currency=st.just("USD"),
        since=st.dates(),
        seen_on=st.dates(),
        source=texts,
        per=st.sampled_from((1, 1_000, 2**30)),
        region=st.sampled_from(("", "eu-west-1")),
        country=st.sampled_from(("", "DE")),
        kind=st.sampled_from(PriceKind),
    )
    bill = st.builds(
        BillSettings, source=st.sampled_from(BillSource), account=texts, bucket=texts, tag=texts
    )
    return st.builds(
        Finance,
        budgets=tuples_of(budget),
        tell=tuples_of(texts),
        is_monthly=st.booleans(),
        prices=tuples_of(price),
        bill=st.none() | bill,
        sms_reports_bucket=texts,
        sms_reports_prefix=texts,
    )


def answering_rules() -> st.SearchStrategy[AnsweringRules]:
    words = st.lists(texts, max_size=2).map(tuple)
    urgencies, topics = st.sampled_from(Urgency), st.sampled_from(Topic)
    saved = st.builds(
        SavedReply, name=names, text=texts, brands=words, topics=tuples_of(topics), language=texts
    )
    checklist = st.builds(
        Checklist,
        greetings=words,
        banned=words,
        blame=words,
        apologies=words,
        most_characters=st.none() | st.integers(20, 5_000),
        wants_greeting=st.booleans(),
        wants_name=st.booleans(),
        ours=words,
        lines=words,
    )
    hook = st.builds(Hook, name=names, secret=names, events=tuples_of(st.sampled_from(HookEvent)))
    promise = st.builds(Promise, within=durations, in_hours=st.booleans())
    return st.builds(
        AnsweringRules,
        promises=st.dictionaries(urgencies, promise, max_size=3),
        hours=texts,
        claim_returns_after=durations,
        follow_up_after=st.none() | durations,
        joins_within=durations,
        approval=st.builds(
            Approval,
            urgencies=st.frozensets(urgencies, max_size=2),
            topics=st.frozensets(topics, max_size=2),
        ),
        signature=texts,
        signatures=st.dictionaries(names, texts, max_size=2),
        saved=tuples_of(saved),
        checklists=st.dictionaries(names, checklist, max_size=2),
        hooks=tuples_of(hook),
    )


def rules() -> st.SearchStrategy[Rules]:
    lists = st.lists(texts, max_size=3).map(tuple)
    return st.builds(
        Rules,
        page=lists,
        never_page=lists,
        vips=lists,
        ignored=lists,
        wake_at=st.dictionaries(st.sampled_from(Topic), st.floats(0, 1), max_size=3),
        wake_at_else=st.floats(0, 1),
        quiet_topics=st.frozensets(st.sampled_from(Topic), max_size=3),
    )


def missed_stretches() -> st.SearchStrategy[Missed]:
    return st.builds(
        Missed,
        since=instants(),
        back_at=st.none() | instants(),
        read_at=st.none() | instants(),
        posts=st.integers(0, 10**6),
        gap=texts,
    )


def rhythms() -> st.SearchStrategy[Rhythm]:
    numbers = st.floats(0, 1e6).map(lambda one: float(f"{one:.6g}"))
    by_hour = st.lists(numbers, min_size=48, max_size=48).map(tuple)
    return st.builds(
        Rhythm,
        of=names,
        since=st.none() | instants(),
        until=st.none() | instants(),
        spoke_at=st.none() | instants(),
        posts=by_hour,
        hours=by_hour,
        silence=numbers,
        longest=numbers,
        hour=st.integers(0, 10**6),
        taught=numbers,
    )


def source_states(**over: Any) -> st.SearchStrategy[SourceState]:
    values: dict[str, st.SearchStrategy[Any]] = {
        "name": names,
        "cursor": st.none() | texts.map(lambda text: Cursor(f"1:{text}")),
        "due_at": st.none() | instants(),
        "succeeded_at": st.none() | instants(),
        "failures": st.integers(0, 1000),
        "trouble": texts,
        "condition": st.sampled_from(Condition),
        "since": st.none() | instants(),
        "missed": st.none() | missed_stretches(),
        "rhythm": rhythms(),
        "retry_at": st.none() | instants(),
        "is_quiet": st.booleans(),
        "scope": st.sampled_from(Scope),
        "not_read": texts,
        "not_read_since": st.none() | instants(),
        "unpriced": st.lists(names, max_size=3).map(tuple),
        "version": st.integers(1, 1000),
    }
    fixed = {name: st.just(value) for name, value in over.items()}
    return st.builds(SourceState, **values | fixed)


def entries() -> st.SearchStrategy[Entry]:
    """Few enough that some come twice."""
    return st.builds(
        Entry,
        sku=st.sampled_from(("dynamodb.write-unit", "lambda.request", "x.post-read", "done.page")),
        feature=st.sampled_from(Feature),
        source=st.sampled_from(("", "x", "mästodon")),
        brand=st.sampled_from(("", "acme")),
        about=st.sampled_from(("", "tkt_1", "tkt_2", "acme.outage.7f3a")),
        country=st.sampled_from(("", "DE")),
    )


def sheets() -> st.SearchStrategy[Sheet]:
    quantities = st.decimals(-(10**3), 10**12, places=9) | st.integers(0, 10**15)
    return st.lists(st.tuples(entries(), quantities), max_size=12).map(Sheet)
