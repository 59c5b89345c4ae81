"""Hypothesis strategies for domain values: any that the domain allows, not only plausible ones.

They nest as the values do: `mentions()`, `scores()`, `incidents()`, `pages()`, `tickets()`,
`desks()`, `source_states()`. Instants are UTC; texts are any Unicode that can be encoded.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from chalicelib.domain.desk import Brand, Desk, Responder, SmsSettings, SourceEntry
from chalicelib.domain.escalation import EscalationPolicy, Position, Step, Target, TargetKind
from chalicelib.domain.incident import Incident, IncidentId, IncidentState, incident_id
from chalicelib.domain.mention import Author, Mention, mention_id
from chalicelib.domain.page import KeyKind, Page, PageKey, PageState, page_for
from chalicelib.domain.schedule import OnCallSchedule, Override, ResponderId, Rotation
from chalicelib.domain.signal import Mood, Score, Signal, Topic, Urgency
from chalicelib.domain.ticket import AgentId, Reply, ReplyState, Ticket, TicketId, TicketState
from chalicelib.ports import Cursor, SourceState

ZONES = ("UTC", "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")

names = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)
"""What configuration calls things: short, lower case, URL-safe."""

texts = st.text(max_size=60)
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
    }
    values |= over
    values.setdefault("id", incident_id(values["brand"], values["topic"], values["opened_at"]))
    return Incident(**values)


@st.composite
def pages(draw: st.DrawFn, incident: Incident | None = None) -> Page:
    """Any page, of `incident` or of any."""
    of = incident or draw(incidents())
    page = page_for(of, draw(positions()), draw(responder_ids), draw(names), now=draw(instants()))
    state = draw(st.sampled_from(PageState))
    if state is PageState.SENT:
        return page.sent(draw(names), now=draw(instants()))
    if state is PageState.REFUSED:
        return page.refused(draw(texts))
    return page


@st.composite
def page_keys(draw: st.DrawFn) -> PageKey:
    page = draw(pages())
    return PageKey(
        kind=draw(st.sampled_from(KeyKind)),
        digest=draw(st.text("0123456789abcdef", min_size=64, max_size=64)),
        page_id=page.id,
        incident_id=page.incident_id,
        responder=page.responder,
        expires_at=draw(instants()),
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
    }
    return Ticket(**values | over)


def targets() -> st.SearchStrategy[Target]:
    return st.builds(Target, st.sampled_from(TargetKind), names)


def policies() -> st.SearchStrategy[EscalationPolicy]:
    step = st.builds(
        Step, delay=durations, targets=st.lists(targets(), min_size=1, max_size=3).map(tuple)
    )
    return st.builds(
        EscalationPolicy,
        name=names,
        steps=st.lists(step, min_size=1, max_size=4).map(tuple),
        repeat_after=durations,
        ack_timeout=durations,
    )


@st.composite
def rotations(draw: st.DrawFn) -> Rotation:
    starts_on = draw(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    length = draw(st.none() | st.integers(1, 2000))
    return Rotation(
        responders=tuple(draw(st.lists(responder_ids, min_size=1, max_size=4))),
        starts_on=starts_on,
        ends_on=None if length is None else starts_on + timedelta(days=length),
        handoff=draw(st.times()).replace(fold=0),
        shift_days=draw(st.integers(1, 28)),
    )


@st.composite
def overrides(draw: st.DrawFn) -> Override:
    starts_at = draw(instants())
    return Override(
        responder=draw(responder_ids),
        starts_at=starts_at,
        ends_at=starts_at + draw(st.timedeltas(timedelta(minutes=1), timedelta(days=30))),
    )


def schedules() -> st.SearchStrategy[OnCallSchedule]:
    return st.builds(
        OnCallSchedule,
        name=names,
        zone=st.sampled_from(ZONES),
        rotations=st.lists(rotations(), max_size=3).map(tuple),
        overrides=st.lists(overrides(), max_size=3).map(tuple),
    )


def responders() -> st.SearchStrategy[Responder]:
    return st.builds(
        Responder,
        id=responder_ids,
        name=texts,
        phone=st.none() | st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True),
        zone=st.sampled_from(ZONES),
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
            SmsSettings, sender_id=names, origination_number=texts, is_two_way=st.booleans()
        ),
    )


def source_states(**over: Any) -> st.SearchStrategy[SourceState]:
    values: dict[str, st.SearchStrategy[Any]] = {
        "name": names,
        "cursor": st.none() | texts.map(lambda text: Cursor(f"1:{text}")),
        "due_at": st.none() | instants(),
        "succeeded_at": st.none() | instants(),
        "failures": st.integers(0, 1000),
        "trouble": texts,
        "version": st.integers(1, 1000),
    }
    fixed = {name: st.just(value) for name, value in over.items()}
    return st.builds(SourceState, **values | fixed)
