"""The people of a `World` who are signed in, and what is written in public."""

import json
from dataclasses import dataclass
from datetime import datetime
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

    # --- tickets: each takes a post and gives the status --------------------------------------

    def queue(self, view: str = "all") -> list[str]:
        """Ids of what a view shows, in order; at most a hundred."""
        return [card["id"] for card in self.reads(f"queue?view={view}&limit=100")["cards"]]

    def comes_on_duty(self) -> int:
        return self.ask("PUT", "me/duty", {"is_on_duty": True})[0]

    def goes_off_duty(self) -> int:
        return self.ask("PUT", "me/duty", {"is_on_duty": False})[0]

    def claims(self, post: Post) -> int:
        return self._do(post, "claim")

    def releases(self, post: Post) -> int:
        return self._do(post, "release")

    def looks_at(self, post: Post) -> int:
        """As the page says every quarter of a minute while the ticket is on the screen."""
        return self.ask("PUT", f"tickets/{post.mention_id}/presence", {})[0]

    def replies(
        self, post: Post, text: str, *, reply_id: str = "", is_private: bool = False
    ) -> int:
        """Approves it; it goes out ten seconds later, once for each `reply_id`."""
        body = {"text": text, "reply_id": reply_id or f"reply-{post.id}", "is_private": is_private}
        return self._do(post, "reply", body)

    def undoes(self, post: Post, *, reply_id: str = "") -> int:
        return self._do(post, "undo", {"reply_id": reply_id or f"reply-{post.id}"})

    def approves(self, post: Post, *, reply_id: str = "") -> int:
        return self._do(post, "approve", {"reply_id": reply_id or f"reply-{post.id}"})

    def promises(self, post: Post, what: str, *, until: datetime) -> int:
        return self._do(post, "wait", {"what": what, "until": until.isoformat()})

    def puts_off(self, post: Post, *, until: datetime) -> int:
        return self._do(post, "snooze", {"until": until.isoformat()})

    def gives(self, post: Post, to: str, note: str = "") -> int:
        return self._do(post, "hand-over", {"to": to, "note": note})

    def looks_up(self, post: Post) -> int:
        return self._do(post, "look-up")

    def resolves(self, post: Post, outcome: str = "content") -> int:
        return self._do(post, "resolve", {"outcome": outcome})

    def _do(self, post: Post, act: str, body: dict[str, Any] | None = None) -> int:
        return self.ask("POST", f"tickets/{post.mention_id}/{act}", body)[0]

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
