"""The morning after the alarm: a customer gets a personal answer, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.accept.agent import Agent
from infra.accept.expecting import expect
from infra.accept.mastodon import COMPANY, CUSTOMER, Mastodon
from infra.accept.next_door import NextDoor
from infra.accept.processes import await_value
from infra.package import Tell

SLIP = "You are wrong, all is well here. Please look again at your own line."
ANSWER = (
    "Hello Dana, you are right, and we are sorry. Our people are at it now; "
    "I write again within the hour."
)
MORE = f"@{COMPANY} any news? It is two hours now, and my shop has sold nothing"

WITHIN = 150.0
"""Seconds: two turns of a minute's schedule, and the way from there to the ticket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Eva at work on the complaint `post` (a status id) of `CUSTOMER`."""

    eva: Agent
    mastodon: Mastodon
    next_door: NextDoor
    tell: Tell
    post: str

    def answer(self, id: str) -> None:
        """All of it, on the ticket `id`. Raises Unaccepted."""
        self.tell("eva claims the outage")
        expect("she has it", self._post(id, "claim")["holder"] == "eva")
        self._preview(id)
        self._undo(id)
        self._reply(id)
        more = self._wait_for_more(id)
        self._search(id)
        self._resolve(id)
        self._hear(id)
        expect("the second post stands beneath nothing of ours", self._answers_to(more) == [])

    def _preview(self, id: str) -> None:
        shown = self._post(id, "preview", {"text": ANSWER})
        self.tell(
            f"as it will stand there ({shown['length']} of {shown['limit']}): {shown['text']}"
        )
        expect("it can be sent", shown["can_send"])
        expect("it is signed", shown["text"].endswith("– Eva"))
        expect("the customer is addressed", CUSTOMER in shown["text"] and shown["length"] < 500)

    def _undo(self, id: str) -> None:
        self.tell("eva sends a slip, and takes it back")
        self._post(id, "reply", {"text": SLIP, "reply_id": "accept-slip-0001"})
        undone = self._post(id, "undo", {"reply_id": "accept-slip-0001"})
        expect("it is taken back", [one["state"] for one in undone["replies"]] == ["undone"])

    def _reply(self, id: str) -> None:
        self.tell("eva answers, twice, as a page does that got no answer to the first")
        body = {"text": ANSWER, "reply_id": "accept-0001"}
        for _ in range(2):
            self._post(id, "reply", body)
        replies = await_value(
            "the answer, once it cannot be undone any more",
            lambda: self._answers_to(self.post) or None,
            seconds=90,
        )
        expect("it stands beneath", replies[0]["in_reply_to_id"] == self.post)
        expect("the company wrote it", replies[0]["account"]["username"] == COMPANY)
        expect("it says what eva wrote", "I write again within the hour" in replies[0]["content"])
        self.tell(f"on Mastodon: {replies[0]['content']}")
        await_value("the reply is known as sent", lambda: self._is_sent(id) or None, seconds=90)

    def _wait_for_more(self, id: str) -> str:
        """The status id of what the customer writes once more."""
        self.tell(f'{CUSTOMER} writes once more: "{MORE}"')
        post = self.mastodon.post(CUSTOMER, MORE)
        self.tell("waiting for the minute's schedule to pull it")
        ticket = await_value(
            "the second post in the same ticket", lambda: self._with_two_posts(id), seconds=WITHIN
        )
        expect("it waits again", ticket["is_waiting"])
        expect("it is still eva's, or anybody's", ticket["state"] in ("claimed", "open"))
        return post

    def _with_two_posts(self, id: str) -> dict[str, Any] | None:
        ticket = self.eva.get(f"/api/v1/tickets/{id}")
        return ticket if len(ticket["conversation"]) == 2 else None

    def _search(self, id: str) -> None:
        for words in ("thousands%20every%20minute", '"write%20again%20within"', "shop%20sold"):
            await_value(
                f"the ticket among what is found for {words.replace('%20', ' ')}",
                lambda words=words: id in self._found(words) or None,  # type: ignore[misc]
                seconds=60,
            )
        expect("the slip is not found", self._found("line%20wrong%20look") == [])
        self.tell("the search finds it, by both posts and by the answer")

    def _found(self, words: str) -> list[str]:
        cards = self.eva.get(f"/api/v1/search?q={words}")["cards"]
        return [str(one["id"]) for one in cards]

    def _resolve(self, id: str) -> None:
        self._post(id, "claim")
        ended = self._post(id, "resolve", {"outcome": "no_answer"})
        expect("it is over", ended["state"] == "no_answer")
        kinds = [one["kind"] for one in ended["acts"]]
        told = ["opened", "claimed", "undone", "replied", "joined", "resolved"]
        expect(f"the timeline tells it: {kinds}", [one for one in kinds if one in told] == told)

    def _hear(self, id: str) -> None:
        wanted = {"opened", "claimed", "replied", "resolved"}
        types = await_value(
            "the desk next door to be told",
            lambda: self._told(id, wanted),
            seconds=60,
        )
        self.tell(f"the desk next door was told: {', '.join(types)}")
        expect("all of it was signed by us", self.next_door.strangers == 0)
        expect("our words are not told", "within the hour" not in self.next_door.said())

    def _told(self, id: str, wanted: set[str]) -> list[str] | None:
        types = self.next_door.types_of(id)
        return types if {f"ticket.{one}" for one in wanted} <= set(types) else None

    # --- how ------------------------------------------------------------------------------

    def _answers_to(self, status: str) -> list[dict[str, Any]]:
        """The company's, beneath a status; never more than one."""
        beneath = self.mastodon.replies_to(status)
        ours = [one for one in beneath if one["account"]["username"] == COMPANY]
        expect("the public sees one answer at most", len(ours) <= 1)
        return ours

    def _is_sent(self, id: str) -> bool:
        replies = self.eva.get(f"/api/v1/tickets/{id}")["replies"]
        return [one["state"] for one in replies] == ["undone", "sent"]

    def _post(self, id: str, what: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return self.eva.post(f"/api/v1/tickets/{id}/{what}", body)
