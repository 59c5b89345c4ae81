"""The people of a `World` who are signed in, and what is written in public."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.incident import IncidentId
from chalicelib.domain.mention import MentionId, mention_id

if TYPE_CHECKING:
    from tests.smoke.world import World

DOWN = "@acme the whole booking site is down, nobody can pay"
"""Worth waking for; an outage, as is `SLOW`."""
FIRE = "@acme smoke in the lobby and the fire alarm is ringing"
"""Worth waking for; of another topic: safety."""
LEAK = "@acme hacked: all passwords leaked online"
"""Worth waking for; of a third topic: security."""
SLOW = "@acme the website is down"
"""Says that it is down for one person: soon is enough."""


@dataclass(frozen=True, slots=True)
class Post:
    """Something that was written in public."""

    platform: str
    id: str

    @property
    def mention_id(self) -> MentionId:
        return mention_id(self.platform, self.id)


class AgentAtWork:
    """A signed-in agent, who does everything over the API as the page does."""

    def __init__(self, world: "World", id: str) -> None:
        self._world = world
        self._id = id

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """Status and JSON of `/api/v1/<path>`."""
        headers = {
            "authorization": f"Bearer {self._world.stage.token(self._id)}",
            "content-type": "application/json",
        }
        status, answer = self._world.stage.gateway.request(
            method, f"/api/v1/{path}", headers=headers, body=json.dumps(body or {})
        )
        self._world.stage.settle()
        return status, json.loads(answer)

    def reads(self, path: str) -> Any:
        """What the API shows there; it must be shown."""
        status, answer = self.ask("GET", path)
        assert status == 200, answer
        return answer

    # --- tickets ---------------------------------------------------------------------------

    def queue(self) -> list[str]:
        """Ids of what waits, in order."""
        return [ticket["id"] for ticket in self.reads("queue")["tickets"]]

    def claims(self, post: Post) -> int:
        return self.ask("POST", f"tickets/{post.mention_id}/claim")[0]

    def replies(self, post: Post, text: str, *, reply_id: str = "reply-0001") -> int:
        body = {"text": text, "reply_id": reply_id}
        return self.ask("POST", f"tickets/{post.mention_id}/reply", body)[0]

    def resolves(self, post: Post, outcome: str = "content") -> int:
        return self.ask("POST", f"tickets/{post.mention_id}/resolve", {"outcome": outcome})[0]

    # --- incidents: each takes the post that is about it and gives the status ---------------

    def acknowledges(self, post: Post) -> int:
        return self._act(post, "acknowledge")

    def resolves_incident_of(self, post: Post) -> int:
        return self._act(post, "resolve")

    def escalates(self, post: Post) -> int:
        return self._act(post, "escalate")

    def snoozes(self, post: Post, minutes: int) -> int:
        return self._act(post, "snooze", {"minutes": minutes})

    def hands_over(self, post: Post, to: str) -> int:
        return self._act(post, "hand-over", {"to": to})

    def grades(self, post: Post, *, is_worth_it: bool) -> int:
        return self._act(post, "grade", {"is_worth_it": is_worth_it})

    def sees(self, post: Post) -> Any:
        """The incident of a post as the API shows it, with its timeline."""
        return self.reads(f"incidents/{self._incident(post)}")

    def timeline(self, post: Post) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.sees(post)["timeline"]
        return found

    def _act(self, post: Post, act: str, body: dict[str, Any] | None = None) -> int:
        return self.ask("POST", f"incidents/{self._incident(post)}/{act}", body)[0]

    def _incident(self, post: Post) -> IncidentId:
        return self._world.incident_of(post).id

    # --- the pager itself ------------------------------------------------------------------

    def on_call(self, weeks: int = 1) -> Any:
        return self.reads(f"on-call?weeks={weeks}")

    def schedule(self, name: str = "primary", weeks: int = 1) -> Any:
        """One of the schedules of `on_call`."""
        return next(one for one in self.on_call(weeks)["schedules"] if one["name"] == name)

    def contact(self, who: str, channel: str = "sms") -> Any:
        """What is known of a way to somebody; None where there is none."""
        people = self.reads("responders")
        people = people["responders"] if isinstance(people, dict) else people
        person = next(one for one in people if one["id"] == who)
        return next((one for one in person["contacts"] if one["channel"] == channel), None)

    def tests_phone(self, who: str, channel: str = "sms") -> tuple[int, Any]:
        return self.ask("POST", f"responders/{who}/test-page", {"channel": channel})

    def types_code(self, who: str, code: str, channel: str = "sms") -> tuple[int, Any]:
        return self.ask("POST", f"responders/{who}/verify", {"channel": channel, "code": code})

    def readiness(self) -> Any:
        return self.reads("readiness")
