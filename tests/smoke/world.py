"""A world with a clock in hand: platforms, phones and agents, told what to do and to expect.

    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", "whole site is down, losing money @acme")

    world.phone("ana").expects_page("site is down")
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("site is down")

A text that nobody expected fails the test when the world is left.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain.desk import Desk, SmsSettings
from chalicelib.domain.escalation import EscalationPolicy, Step, Target, TargetKind
from chalicelib.domain.incident import Incident
from chalicelib.domain.schedule import OnCallSchedule, ResponderId, Rotation
from chalicelib.domain.ticket import Ticket, TicketId
from tests.builders import NOW, a_desk, a_source_entry
from tests.smoke.people import AgentAtWork, PhoneInHand, Post
from tests.smoke.stages import Stage

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
FORM = {"content-type": "application/x-www-form-urlencoded"}


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


class World:
    """Everything around the desk, and the desk itself on one of the stages."""

    def __init__(self, stage: Stage, recording: Path) -> None:
        self.stage = stage
        self.recording = recording
        self._posts = 0
        self._expected: set[str] = set()
        self.desk = the_desk(recording)
        stage.step_to(stage.clock.now())  # this minute's triggers are over: the next one reads

    # --- who is there ----------------------------------------------------------------------

    def on_call(self, *, first: str, second: str = "", after: timedelta = QUARTER) -> None:
        """One schedule that always names `first`; then `second`, when given."""
        self.desk = replace(
            self.desk,
            schedules=(always(first),),
            policies=(a_policy(Target(TargetKind.SCHEDULE, "primary"), second, after=after),),
        )
        self.stage.put_in_force(self.desk)

    def nobody_on_call(self) -> None:
        """The schedule has a gap, now and for ever."""
        self.desk = replace(self.desk, schedules=(OnCallSchedule(name="primary", zone="UTC"),))
        self.stage.put_in_force(self.desk)

    def without_phone(self, id: str) -> None:
        """A responder whose number nobody has entered."""
        responders = tuple(
            replace(one, phone=None) if one.id == id else one for one in self.desk.responders
        )
        self.desk = replace(self.desk, responders=responders)
        self.stage.put_in_force(self.desk)

    # --- what happens ----------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.stage.clock.now()

    def fast_forward(self, length: timedelta) -> None:
        """Let time pass."""
        self.stage.step_to(self.now + length)

    def post(self, platform: str, text: str, *, id: str = "", **more: Any) -> Post:
        """Somebody writes, and the minute passes within which it is read."""
        post = self.write(platform, text, id=id, **more)
        self.fast_forward(MINUTE)
        return post

    def write(self, platform: str, text: str, *, id: str = "", **more: Any) -> Post:
        """Somebody writes; no time passes."""
        self._posts += 1
        id = id or str(115_600_000_000 + self._posts)
        line = {
            "do": "post",
            "platform": platform,
            "id": id,
            "text": text,
            "author": {"handle": f"author{self._posts}", "followers": 100},
            "is_addressed": "@acme" in text,
            **more,
        }
        self._record(line)
        return Post(platform, id)

    def platform_goes_down(self, platform: str) -> None:
        self._record({"do": "down", "platform": platform})

    def platform_comes_back(self, platform: str) -> None:
        self._record({"do": "up", "platform": platform})

    def stream_is_cut(self) -> None:
        """What is stored from now on does not reach the judge by itself."""
        self.stage.cut_the_stream(is_cut=True)

    def sms_provider_fails(self) -> None:
        self.stage.phones.has_provider = False

    def sms_provider_recovers(self) -> None:
        self.stage.phones.has_provider = True

    def _record(self, line: dict[str, Any]) -> None:
        with self.recording.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"at": self.now.isoformat(), **line}) + "\n")

    # --- people ----------------------------------------------------------------------------

    def phone(self, id: str) -> PhoneInHand:
        """The phone of somebody on the desk, or any by its number."""
        phones = self.stage.phones
        phone = phones.at(id) if id.startswith("+") else phones.of(id)
        return PhoneInHand(self, phone, self._expected)

    def agent(self, id: str) -> AgentAtWork:
        return AgentAtWork(self, id)

    def link(self, address: str, *, press: bool) -> tuple[int, str]:
        """Somebody follows an acknowledgement link; status and page."""
        path = urlsplit(address).path
        path = path.removeprefix("/api") if path.startswith("/api/a/") else path
        method, headers = ("POST", FORM) if press else ("GET", {})
        answer = self.stage.gateway.request(method, path, headers=headers)
        self.stage.settle()
        return answer

    # --- what is then ----------------------------------------------------------------------

    def ticket(self, post: Post) -> Ticket:
        found = self.stage.tickets.get(TicketId(post.mention_id))
        assert found is not None, f"there is no ticket of {post}"
        return found

    def incident_of(self, post: Post) -> Incident:
        id = self.ticket(post).incident_id
        found = self.stage.incidents.get(id) if id else None
        assert found is not None, f"{post} belongs to no incident"
        return found

    def expects_notice(self, words: str, *, to: Sequence[str] = ("fay", "lea")) -> None:
        """The people who keep the desk running were told, each once."""
        for id in to:
            self.phone(id).expects_notice(words)

    def nobody_rings(self) -> None:
        """No phone has a text that was not expected."""
        unexpected = [
            f"{phone.id}: {text.body}"
            for phone in self.stage.phones.all()
            for text in phone.texts
            if text.is_ours and text.message_id not in self._expected
        ]
        assert not unexpected, "nobody expected: " + "; ".join(unexpected)


def the_desk(recording: Path) -> Desk:
    """Ana, then Ben; Fay is the fallback, Lea the lead; two platforms, read each minute."""
    sources = tuple(
        a_source_entry(
            platform,
            kind="replay",
            secret="",
            options={
                "path": str(recording),
                "platform": platform,
                "replies_path": f"{recording}.replies",
            },
        )
        for platform in ("mastodon", "forum")
    )
    return replace(
        a_desk(),
        sources=sources,
        schedules=(always("ana"),),
        policies=(a_policy(Target(TargetKind.SCHEDULE, "primary"), "ben", after=minutes(15)),),
        sms=SmsSettings(sender_id="Nightdesk", origination_number="+12025550110", is_two_way=True),
    )


def always(responder: str) -> OnCallSchedule:
    return OnCallSchedule(
        name="primary",
        zone="Europe/Vienna",
        rotations=(Rotation(responders=(ResponderId(responder),), starts_on=NOW.date() - days(7)),),
    )


def days(number: int) -> timedelta:
    return timedelta(days=number)


def a_policy(first: Target, second: str, *, after: timedelta) -> EscalationPolicy:
    steps = [Step(delay=timedelta(0), targets=(first,))]
    if second:
        steps.append(Step(delay=after, targets=(Target(TargetKind.RESPONDER, second),)))
    return EscalationPolicy(name="standard", steps=tuple(steps))
