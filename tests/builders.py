"""Ready-made domain values: a whole, plausible one each, with only what a test is about named.

    a_mention(text="the whole site is down", author=None)
    an_incident(state=IncidentState.RESOLVED)
    a_desk(responders=(a_responder("ana"),))

Every instant hangs on `NOW`, a Saturday evening in Vienna.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.domain.calling import begun
from chalicelib.domain.contact import Contact, address_digest
from chalicelib.domain.desk import Brand, Desk, Responder, SmsSettings, SourceEntry
from chalicelib.domain.escalation import EscalationPolicy, Position, Step, Target, TargetKind
from chalicelib.domain.incident import Incident, IncidentState, incident_id
from chalicelib.domain.mention import Author, Mention
from chalicelib.domain.page import (
    ANSWERABLE_FOR,
    KeyKind,
    Page,
    PageKey,
    link_digest,
    message_digest,
    page_for,
)
from chalicelib.domain.schedule import OnCallSchedule, ResponderId, Rotation
from chalicelib.domain.signal import Mood, Score, Signal, Topic, Urgency
from chalicelib.domain.ticket import AgentId, Reply, ReplyState, Ticket, ticket_for
from chalicelib.ports import Pulled

NOW = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)

ANA = ResponderId("ana")
BEN = ResponderId("ben")
FAY = ResponderId("fay")
LEA = ResponderId("lea")

CODE_KEY = b"pepper"
"""What keys digests of codes and addresses."""

PHONES = {ANA: "+436641000001", BEN: "+436641000002", FAY: "+436641000003", LEA: "+436641000004"}


def a_mention(**over: Any) -> Mention:
    """A complaint on Mastodon, posted a minute before `NOW`."""
    mention = Mention(
        platform="mastodon",
        platform_id="115600000000000001",
        source="mastodon-acme",
        brand="acme",
        text="@acme the whole site is down, I am losing money here",
        posted_at=NOW - timedelta(minutes=1),
        pulled_at=NOW,
        author=Author(handle="carla@social.example", name="Carla", followers=1200),
        url="https://social.example/@carla/115600000000000001",
        language="en",
        is_addressed=True,
    )
    return replace(mention, **over)


def a_pulled(mention: Mention | None = None, raw: bytes = b'{"id":"115600000000000001"}') -> Pulled:
    """A mention as a source gives it, with the platform's own payload."""
    return Pulled(mention=mention or a_mention(), raw=raw)


def a_score(urgency: Urgency = Urgency.WAKE, **over: Any) -> Score:
    """A verdict on `a_mention()`, with signals that add up to it."""
    points = {Urgency.WAKE: 12.0, Urgency.SOON: 6.0, Urgency.ANSWER: 2.0, Urgency.IGNORE: 0.0}
    score = Score(
        urgency=urgency,
        value=points[urgency],
        mood=Mood.NEGATIVE,
        mood_strength=0.8,
        topic=Topic.OUTAGE,
        signals=(Signal("outage", points[urgency], "says the whole site is down"),),
        language="en",
        scorer="table-1",
    )
    return replace(score, **over)


def a_policy(name: str = "standard", **over: Any) -> EscalationPolicy:
    """Whoever is on call at once, Ben after a quarter of an hour."""
    policy = EscalationPolicy(
        name=name,
        steps=(
            Step(delay=timedelta(0), targets=(Target(TargetKind.SCHEDULE, "primary"),)),
            Step(delay=timedelta(minutes=15), targets=(Target(TargetKind.RESPONDER, "ben"),)),
        ),
    )
    return replace(policy, **over)


def an_incident(**over: Any) -> Incident:
    """A triggered incident about an outage, opened at `NOW` by `a_mention()`.

    Its id follows from brand, topic and opening unless one is given.
    """
    brand = over.get("brand", "acme")
    topic = over.get("topic", Topic.OUTAGE)
    opened_at = over.get("opened_at", NOW)
    mention = a_mention()
    incident = Incident(
        id=incident_id(brand, topic, opened_at),
        brand=brand,
        topic=topic,
        state=IncidentState.TRIGGERED,
        policy="standard",
        opened_at=opened_at,
        alive_at=opened_at,
        mention_id=mention.id,
        quote=mention.text,
        author="carla@social.example",
        platform=mention.platform,
        url=mention.url,
        reasons=("says the whole site is down",),
        position=Position(due_at=opened_at),
    )
    return replace(incident, **over)


def a_page(
    incident: Incident | None = None,
    responder: ResponderId = ANA,
    *,
    channel: str = "sms",
    turn: str = "r1.s0",
    now: datetime = NOW,
    **over: Any,
) -> Page:
    """The page of a turn (the first step's) to one responder, claimed and not yet sent."""
    call = begun(responder, turn, now=now)
    return replace(page_for(incident or an_incident(), call, channel, now=now), **over)


def a_page_key(*pages: Page, secret: str = "AAAAAAAAAAAAAAAAAAAAAA", **over: Any) -> PageKey:
    """The key behind the link of a message that carried these pages; one page when none is given.

    `a_page_key(page_ids=(), incident_ids=())` is that of a test of Ana's phone.
    """
    pages = pages or (a_page(),)
    key = PageKey(
        kind=KeyKind.LINK,
        digest=link_digest(secret),
        responder=pages[0].responder,
        channel=pages[0].channel,
        expires_at=pages[0].claimed_at + ANSWERABLE_FOR,
        page_ids=tuple(page.id for page in pages),
        incident_ids=tuple(page.incident_id for page in pages),
    )
    return replace(key, **over)


def a_message_key(*pages: Page, provider_id: str = "sms-1", **over: Any) -> PageKey:
    """The key by which a delivery receipt finds the pages that a message carried."""
    return a_page_key(*pages, kind=KeyKind.MESSAGE, digest=message_digest(provider_id), **over)


def a_contact(responder: ResponderId = ANA, channel: str = "sms", **over: Any) -> Contact:
    """The state of somebody's phone, of which nothing is known yet."""
    address = PHONES.get(responder, "") if channel == "sms" else channel
    digest = address_digest(address, CODE_KEY)
    return replace(Contact(responder=responder, channel=channel, address_digest=digest), **over)


def a_ticket(mention: Mention | None = None, **over: Any) -> Ticket:
    """An open ticket of a mention that could not wait."""
    urgency = over.get("urgency", Urgency.WAKE)
    ticket = ticket_for(mention or a_mention(), a_score(urgency), incident_id=None, now=NOW)
    return replace(ticket, **over)


def a_reply(**over: Any) -> Reply:
    """A reply that an agent has approved and that is on its way."""
    reply = Reply(
        id="reply-0001",
        by=AgentId("gus"),
        text="Hi Carla, we see it and are on it. I will write again within the hour. Gus",
        approved_at=NOW + timedelta(minutes=5),
        tried_at=NOW + timedelta(minutes=5),
        state=ReplyState.SENDING,
    )
    return replace(reply, **over)


def a_responder(id: ResponderId = ANA, **over: Any) -> Responder:
    responder = Responder(id=id, name=id.title(), phone=PHONES.get(id), zone="Europe/Vienna")
    return replace(responder, **over)


def a_schedule(*turns: ResponderId, name: str = "primary", **over: Any) -> OnCallSchedule:
    """Week by week in Vienna; Ana alone when nobody is named."""
    rotation = Rotation(
        responders=turns or (ANA,), starts_on=date(2026, 1, 5), handoff=time(9), shift_days=7
    )
    schedule = OnCallSchedule(name=name, zone="Europe/Vienna", rotations=(rotation,))
    return replace(schedule, **over)


def a_brand(**over: Any) -> Brand:
    brand = Brand(
        id="acme", name="Acme", terms=("acme",), handles=("acme",), policy="standard", policies={}
    )
    return replace(brand, **over)


def a_source_entry(name: str = "mastodon-acme", **over: Any) -> SourceEntry:
    entry = SourceEntry(
        name=name,
        kind="mastodon",
        brand="acme",
        options={"instance": "https://social.example"},
        secret="mastodon-acme",
    )
    return replace(entry, **over)


def a_desk(**over: Any) -> Desk:
    """One brand, one source; Ana is on call, then Ben; Fay is the fallback, Lea the lead."""
    desk = Desk(
        brands=(a_brand(),),
        sources=(a_source_entry(),),
        responders=(a_responder(ANA), a_responder(BEN), a_responder(FAY), a_responder(LEA)),
        schedules=(a_schedule(),),
        policies=(a_policy(),),
        fallback=FAY,
        lead=LEA,
        sms=SmsSettings(sender_id="Nightdesk", is_two_way=True),
    )
    return replace(desk, **over)


def mention_number(number: int, **over: Any) -> Mention:
    """One of many: its platform id tells its number. The first is Carla's, each further one
    somebody else's."""
    who = "carla" if number == 1 else f"person{number}"
    author = Author(handle=f"{who}@social.example", name="Carla", followers=1200)
    return a_mention(**{"platform_id": f"{number:018d}", "author": author} | over)
