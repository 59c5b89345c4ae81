"""The people of a `World`: who holds a phone, who answers tickets."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.mention import MentionId, mention_id
from infra.local.phones import Line, Phone, Text

if TYPE_CHECKING:
    from tests.smoke.world import World


@dataclass(frozen=True, slots=True)
class Post:
    """Something that was written in public."""

    platform: str
    id: str

    @property
    def mention_id(self) -> MentionId:
        return mention_id(self.platform, self.id)


class PhoneInHand:
    """A phone, and the person who holds it."""

    def __init__(self, world: "World", phone: Phone, expected: set[str]) -> None:
        self._world = world
        self.phone = phone
        self._expected = expected

    def expects_page(self, words: str) -> Text:
        """The oldest text not looked at yet is a page that says `words`."""
        text = self._expects(words)
        assert text.code, f"this is no page: {text.body}"
        assert text.link, f"this is no page: {text.body}"
        return text

    def expects_note(self, words: str) -> Text:
        """The oldest text not looked at yet says `words` and asks for nothing."""
        text = self._expects(words)
        assert not text.code, f"this is a page: {text.body}"
        return text

    def expects_notice(self, words: str) -> Text:
        text = self._expects(words)
        assert text.is_notice, f"this is no notice: {text.body}"
        return text

    def is_silent(self) -> None:
        """Has no text that was not expected."""
        waiting = [text.body for text in self._waiting()]
        assert not waiting, f"{self.phone.id} has got {waiting}"

    def replies(self, body: str = "", *, inbound_id: str = "") -> str:
        """Answers with `body`, by default the code of the newest page."""
        if not body:
            page = self.phone.latest_page()
            assert page is not None, f"{self.phone.id} has no page to answer"
            body = page.code
        id = self._world.stage.phones.reply(self.phone, body, inbound_id=inbound_id)
        self._world.stage.settle()
        return id

    def opens_link(self, *, press: bool) -> tuple[int, str]:
        page = self.phone.latest_page()
        assert page is not None, f"{self.phone.id} has no link to open"
        return self._world.link(page.link, press=press)

    def goes(self, line: Line) -> None:
        self.phone.line = line

    def _waiting(self) -> list[Text]:
        return [
            text
            for text in self.phone.texts
            if text.is_ours and text.message_id not in self._expected
        ]

    def _expects(self, words: str) -> Text:
        waiting = self._waiting()
        assert waiting, f"{self.phone.id} has got nothing that says {words!r}"
        text = waiting[0]
        assert words in text.body, f"{self.phone.id} expected {words!r}, not {text.body!r}"
        self._expected.add(text.message_id)
        return text


class AgentAtWork:
    """A signed-in agent, who does everything over the API as the page does."""

    def __init__(self, world: "World", id: str) -> None:
        self._world = world
        self._id = id

    def ask(self, method: str, path: str, body: dict[str, str] | None = None) -> tuple[int, Any]:
        headers = {
            "authorization": f"Bearer {self._world.stage.token(self._id)}",
            "content-type": "application/json",
        }
        status, answer = self._world.stage.gateway.request(
            method, f"/api/v1/{path}", headers=headers, body=json.dumps(body or {})
        )
        self._world.stage.settle()
        return status, json.loads(answer)

    def queue(self) -> list[str]:
        """Ids of what waits, in order."""
        status, answer = self.ask("GET", "queue")
        assert status == 200, answer
        return [ticket["id"] for ticket in answer["tickets"]]

    def claims(self, post: Post) -> int:
        return self.ask("POST", f"tickets/{post.mention_id}/claim")[0]

    def replies(self, post: Post, text: str, *, reply_id: str = "reply-0001") -> int:
        body = {"text": text, "reply_id": reply_id}
        return self.ask("POST", f"tickets/{post.mention_id}/reply", body)[0]

    def resolves(self, post: Post, outcome: str = "content") -> int:
        return self.ask("POST", f"tickets/{post.mention_id}/resolve", {"outcome": outcome})[0]

    def resolves_incident_of(self, post: Post) -> int:
        incident = self._world.ticket(post).incident_id
        return self.ask("POST", f"incidents/{incident}/resolve")[0]
