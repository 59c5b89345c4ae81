"""An agent at work: the JSON that the page speaks."""

import json
from dataclasses import dataclass, field
from typing import Any

import urllib3

from infra.accept.processes import Unaccepted


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody with a token, or with none."""

    url: str
    """Where the page is."""
    token: str = field(repr=False)

    def forged(self) -> "Agent":
        """Somebody who changed a letter of the token's signature."""
        at = len(self.token) - 10
        other = "A" if self.token[at] != "A" else "B"
        return Agent(self.url, self.token[:at] + other + self.token[at + 1 :])

    def get(self, path: str) -> dict[str, Any]:
        """Raises Unaccepted unless it is given."""
        return self._given("GET", path)

    def post(self, path: str, body: Any = None) -> dict[str, Any]:
        """Raises Unaccepted unless it is done."""
        return self._given("POST", path, body)

    def state_of(self, topic: str) -> str:
        """The state of the open incident of a topic; `none` when there is none."""
        incidents = self.get("/api/v1/incidents")["incidents"]
        return next((str(one["state"]) for one in incidents if one["topic"] == topic), "none")

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        """The status and the JSON of the answer."""
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        answer = urllib3.request(
            method,
            self.url + path,
            headers=headers,
            body=json.dumps(body or {}) if method == "POST" else None,
            timeout=40,
            retries=False,
        )
        return answer.status, answer.json()

    def _given(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        status, answer = self.ask(method, path, body)
        if status != 200:
            raise Unaccepted(f"{method} {path} gave {status}: {answer}")
        return answer
