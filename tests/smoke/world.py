"""A world with a clock in hand: platforms, phones, mailboxes, rooms and agents, told what to do
and to expect.

    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", "whole site is down, losing money @acme")

    world.phone("ana").expects_page("site is down")
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("site is down")

A text, a letter or a post to a room that nobody expected fails the test when the world is left.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chalicelib import wiring
from chalicelib.domain.incident import Incident
from chalicelib.domain.responder import Webhook, WebhookForm
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.ticket import Ticket, TicketId
from infra.local.phones import Text
from tests.smoke.configured import Configured
from tests.smoke.desks import days, hours, minutes, the_desk
from tests.smoke.inboxes import Inbox, MailboxInHand, PhoneInHand, RoomInHand, pressed
from tests.smoke.people import AgentAtWork, Post
from tests.smoke.receipts import receipt_event
from tests.smoke.stages import Stage

__all__ = ["World", "days", "hours", "minutes"]

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
FORM = {"content-type": "application/x-www-form-urlencoded"}


class World(Configured):
    """Everything around the desk, and the desk itself on one of the stages."""

    def __init__(self, stage: Stage, recording: Path) -> None:
        super().__init__(stage, the_desk(recording))
        self.recording = recording
        self._posts = 0
        self._may_fail = False
        self._minutes_to_read = 2
        self._is_always_read = False
        stage.workers.is_anything_to_read = self._is_anything_to_read
        stage.step_to(stage.clock.now())  # this minute's triggers are over: the next one reads

    # --- what happens ------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.stage.clock.now()

    def fast_forward(self, length: timedelta) -> None:
        """Let time pass."""
        self.stage.step_to(self.now + length)

    def fast_forward_to(self, instant: datetime) -> None:
        self.stage.step_to(instant)

    def skip_to(self, instant: datetime) -> None:
        """Let time pass with none of our functions running (an outage of ours, or a long wait
        in which nothing is due), then let the minute's triggers fire."""
        self.stage.skip_to(instant)
        self.stage.step_to(instant)

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

    def edits(self, post: Post, text: str) -> None:
        """Whoever wrote it changes its words, and the minute passes within which it is read."""
        self._record({"do": "edit", "platform": post.platform, "id": post.id, "text": text})
        self.fast_forward(MINUTE)

    def deletes(self, post: Post, *, is_told: bool = False) -> None:
        """Whoever wrote it deletes it. Where its platform tells so, the minute passes within which
        that is read; else it is found when it is looked at again."""
        line = {"do": "delete", "platform": post.platform, "id": post.id, "is_told": is_told}
        self._record(line)
        if is_told:
            self.fast_forward(MINUTE)

    def _is_anything_to_read(self) -> bool:
        """For two minutes after something was written; always since a platform was down."""
        self._minutes_to_read -= 1
        return self._is_always_read or self._minutes_to_read >= 0

    def reads_every_minute(self) -> None:
        """Sources are read though nothing was written; else that is left out, for speed."""
        self._is_always_read = True

    def platform_goes_down(self, platform: str) -> None:
        self.reads_every_minute()
        self._record({"do": "down", "platform": platform})

    def platform_comes_back(self, platform: str) -> None:
        self._record({"do": "up", "platform": platform})

    def stream_is_cut(self) -> None:
        """What is stored from now on does not reach the judge by itself."""
        self.stage.cut_the_stream(is_cut=True)

    def stream_delivers_twice(self) -> None:
        """From now on each of its batches reaches the judge a second time."""
        self.stage.workers.deliveries = 2

    def sms_provider_fails(self) -> None:
        self.stage.phones.has_provider = False

    def sms_provider_recovers(self) -> None:
        self.stage.phones.has_provider = True

    def public_address_is_lost(self) -> None:
        """Nobody can say where our links lead; say so before the first page."""
        self.stage.lose_public_address()

    def workers_restart(self) -> None:
        self.stage.restart()

    @contextmanager
    def ticks(self, *clocks: timedelta, at_once: bool = False) -> Iterator[None]:
        """While open, each minute has one tick for each of `clocks`, which is wrong by so much.

        `ticks()` loses them all; `ticks(RIGHT, RIGHT)` delivers each twice, with `at_once` to
        two workers that run together; `ticks(RIGHT, minutes(1))` has a worker whose clock is
        fast.
        """
        workers = self.stage.workers
        before = workers.ticks, workers.are_ticks_at_once
        workers.ticks, workers.are_ticks_at_once = clocks, at_once
        try:
            yield
        finally:
            workers.ticks, workers.are_ticks_at_once = before

    def worker_dies_after_texts(self, number: int = 1) -> None:
        """So many of the next texts leave, and whoever sent them dies before recording it."""
        self.stage.mishaps.crashes = number

    def pager_is_watched(self) -> None:
        """From now on the function `watch` runs each hour; else it sleeps."""
        self.stage.workers.asleep = ()

    def receipt(
        self,
        *texts: Text,
        is_delivered: bool,
        words: str = "",
        took: timedelta = MINUTE,
        message_id: str = "",
    ) -> BaseException | None:
        """The provider's word on what became of texts, as the log group tells it, now."""
        ids = [text.message_id for text in texts] or [message_id]
        event = receipt_event(ids, is_delivered=is_delivered, words=words, at=self.now, took=took)
        return self.stage.invoke("read_receipts", event)

    def _record(self, line: dict[str, Any]) -> None:
        self._minutes_to_read = 2
        with self.recording.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"at": self.now.isoformat(), **line}) + "\n")

    # --- people ------------------------------------------------------------------------------

    def phone(self, id: str) -> PhoneInHand:
        """The phone of somebody on the desk, or any by its number."""
        phones = self.stage.phones
        person = self.desk.responder(ResponderId(id))
        if person is not None and person.phone:
            return PhoneInHand(self, phones.at(person.phone), self._expected)
        phone = phones.at(id) if id.startswith("+") else phones.of(id)
        return PhoneInHand(self, phone, self._expected)

    def mailbox(self, id: str) -> MailboxInHand:
        """The mailbox of somebody on the desk, who gets an address if they have none."""
        person = self.desk.responder(ResponderId(id))
        if person is None or not person.email:
            person = self.person(id, email=f"{id}@acme.example")
        return MailboxInHand(self, person.email or "", self._expected)

    def room(
        self, id: str, *, form: WebhookForm = WebhookForm.JSON, key: str = "", **changes: Any
    ) -> RoomInHand:
        """A responder that is (also) a webhook; with `key` what it gets is signed."""
        secret = f"webhook-{id}"
        self.stage.keep_secret(secret, f"{self.stage.rooms.address(id)}\n{key}".strip())
        self.person(id, webhook=Webhook(secret=secret, form=form), **changes)
        return RoomInHand(self, id, self._expected)

    def somebody_forges(self, id: str, body: str) -> None:
        """An SMS comes in under the number of somebody on the desk, which the carrier never saw."""
        number = self.phone(id).phone.number
        payload = {
            "originationNumber": number,
            "messageBody": body,
            "inboundMessageId": f"forged-{id}-{self._posts}",
        }
        self.stage.deliver_reply(json.dumps(payload))

    def replies_come_together(self, *replies: tuple[str, str]) -> None:
        """Of each its phone and its words; workers read them at the same moment."""
        self.stage.workers.together(
            [
                partial(
                    wiring.receive_reply,
                    json.dumps(
                        {
                            "originationNumber": self.phone(id).phone.number,
                            "messageBody": body,
                            "inboundMessageId": f"together-{id}-{body}",
                        }
                    ),
                )
                for id, body in replies
            ]
        )
        self.stage.settle()

    def agent(self, id: str) -> AgentAtWork:
        return AgentAtWork(self, id)

    def link(self, address: str, *, press: bool | str = False, **fields: str) -> tuple[int, str]:
        """Somebody follows the link of a page; status and view.

        `press` names the button by what it does (`acknowledge`, which True means, `resolve`,
        `escalate`, `snooze`, `hand-over`, `worth`, `not-worth`) or by its words; the view must
        offer it. `fields` choose which, where there are several, and fill in its lists.
        """
        path = self._path(address)
        answer = self.stage.gateway.request("GET", path)
        if press and answer[0] == 200:
            body = pressed(answer[1], press if isinstance(press, str) else "acknowledge", **fields)
            return self.submits(address, body)
        if press:
            return self.submits(address, "act=acknowledge")
        return answer

    def submits(self, address: str, body: str) -> tuple[int, str]:
        """A form is sent to the link, whether a view offers it or not."""
        answer = self.stage.gateway.request("POST", self._path(address), headers=FORM, body=body)
        self.stage.settle()
        return answer

    def opens(self, path: str, **headers: str) -> tuple[int, str]:
        """Anybody reads an address of ours without a token, such as a calendar's."""
        return self.stage.gateway.request("GET", self._path(path), headers=headers)

    def _path(self, address: str) -> str:
        parts = urlsplit(address)
        path = parts.path
        if parts.netloc:
            path = path.removeprefix("/api")  # the stage of the deployment, not our own prefix
        return path

    def who_rings(self, at: datetime | None = None) -> list[str]:
        """Whose phones ring for a new incident that is read at `at` (by default in a minute).

        A name for each page. The incident is over then, and so is everything about it.
        """
        if at is not None and at - MINUTE > self.now:
            self.skip_to(at - MINUTE)
        post = self.post("forum", f"@acme the whole site is down for everybody, case {self._posts}")
        assert at in (None, self.now), f"it is {self.now} already"
        rung = [
            phone.id
            for phone in self.stage.phones.all()
            for _ in PhoneInHand(self, phone, self._expected).waiting()
        ]
        for id in rung:
            self.phone(id).expects_page("Acme outage")
        assert self.agent("mia").resolves_incident_of(post) == 200
        return rung

    # --- what is then ------------------------------------------------------------------------

    def ticket(self, post: Post) -> Ticket:
        found = self.stage.tickets.get(TicketId(post.mention_id))
        assert found is not None, f"there is no ticket of {post}"
        return found

    def customer_writes_again(self, post: Post, text: str, **more: Any) -> Post:
        """Whoever wrote `post` answers beneath it, and the minute passes within which it is
        read."""
        author = self.ticket(post).mention.author
        assert author is not None, f"nobody knows who wrote {post}"
        who = {"handle": author.handle, "name": author.name, "followers": author.followers}
        return self.post(post.platform, text, author=who, in_reply_to=post.id, **more)

    def public_replies(self) -> list[str]:
        """What everybody reads of us, in the order in which it came out."""
        return [text for text, is_private in self._replies() if not is_private]

    def private_replies(self) -> list[str]:
        """What single customers read of us."""
        return [text for text, is_private in self._replies() if is_private]

    def _replies(self) -> list[tuple[str, bool]]:
        file = self.recording.with_name(self.recording.name + ".replies")
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [(one["text"], one["is_private"]) for one in map(json.loads, lines)]

    def incident_of(self, post: Post) -> Incident:
        id = self.ticket(post).incident_id
        found = self.stage.incidents.get(id) if id else None
        assert found is not None, f"{post} belongs to no incident"
        return found

    def expects_notice(self, words: str, *, to: Sequence[str] = ("fay", "lea")) -> None:
        """The people who keep the desk running were told, each once."""
        for id in to:
            self.phone(id).expects_notice(words)

    def expects_failures(self) -> None:
        """Invocations may raise in this world; else one that did fails the test."""
        self._may_fail = True

    def nobody_rings(self) -> None:
        """No phone, mailbox or room has anything that was not expected."""
        unexpected = [
            f"{whose}: {one.body}" for whose, inbox in self._inboxes() for one in inbox.waiting()
        ]
        assert not unexpected, "nobody expected: " + "; ".join(unexpected)

    def ends(self) -> None:
        """The world is left."""
        self.nobody_rings()
        assert self._may_fail or not self.stage.failures(), self.stage.failures()

    def _inboxes(self) -> Iterator[tuple[str, Inbox[Any]]]:
        for phone in self.stage.phones.all():
            yield phone.id, PhoneInHand(self, phone, self._expected)
        for address in {letter.to for letter in self.stage.post_office.letters}:
            yield address, MailboxInHand(self, address, self._expected)
        for id in self.stage.rooms.all():
            yield id, RoomInHand(self, id, self._expected)
