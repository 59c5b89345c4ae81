"""Who is on call, whose phone works and what the daily check found, as the page is told of it.

Answers in the place of the desk's routes of these three, so that a test can set any night it
likes. That the real routes speak the same way is held by `test_real_night.py`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Request, Route

from tests.builders import NOW

CODE = "BCDFG"
"""What every test page of this night says."""

Json = dict[str, Any]


def iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def a_shift(
    name: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    is_gap: bool = False,
    also: Sequence[str] = (),
) -> Json:
    """A shift of somebody whose id is their name in small letters."""
    return {
        "responder": name.lower(),
        "name": name,
        "starts_at": iso(starts_at),
        "ends_at": iso(ends_at),
        "also": list(also),
        "is_gap": is_gap,
    }


def a_schedule(
    shifts: Sequence[Json], *, name: str = "nights", zone: str = "Europe/Vienna", owner: str = "Lea"
) -> Json:
    """A schedule whose first shift is the present one."""
    first = shifts[0]
    return {
        "name": name,
        "zone": zone,
        "owner_name": owner,
        "now": {
            "responder": first["responder"],
            "name": first["name"],
            "also": first["also"],
            "until": first["ends_at"],
            "is_fallback": first["is_gap"],
        },
        "shifts": list(shifts),
    }


def a_contact(channel: str = "sms", **over: Any) -> Json:
    """A way to somebody of which nothing is known."""
    contact = {
        "channel": channel,
        "is_verified": over.get("verified_at") is not None,
        "verified_at": None,
        "tested_at": None,
        "opted_out_at": None,
        "failure": "",
    }
    return {**contact, **over}


def a_person(name: str, *contacts: Json) -> Json:
    return {"id": name.lower(), "name": name, "zone": "Europe/Vienna", "contacts": list(contacts)}


def a_finding(gravity: str, what: str, remedy: str = "") -> Json:
    return {"gravity": gravity, "what": what, "remedy": remedy}


@dataclass
class Night:
    """What the three routes answer, and what they were asked."""

    now: datetime = NOW
    schedules: list[Json] = field(default_factory=list)
    calendars: list[Json] = field(default_factory=list)
    responders: list[Json] = field(default_factory=list)
    checked_at: datetime | None = NOW - timedelta(minutes=30)
    is_covered_tonight: bool = True
    findings: list[Json] = field(default_factory=list)
    refusals: list[Json] = field(default_factory=list)
    """Problems that the next requests meet, in their order."""
    asked: list[str] = field(default_factory=list)

    def answer_to(self, page: Page) -> None:
        """Be what this page asks for on-call, people and readiness."""
        for path in ("on-call**", "responders**", "responders/**", "readiness"):
            page.route(f"**/api/v1/{path}", self._answer)

    def _answer(self, route: Route) -> None:
        request = route.request
        what = f"{request.method} {request.url.split('/api/v1/')[1]}"
        self.asked.append(what)
        if self.refusals:
            problem = self.refusals.pop(0)
            self._send(route, problem, status=problem["status"], kind="application/problem+json")
            return
        self._send(route, self.found(what, request))

    def found(self, what: str, request: Request | None = None) -> object:
        """What `GET on-call?weeks=4`, say, is answered; `request` where it has a body."""
        method, _, path = what.partition(" ")
        place, _, rest = path.partition("/")
        match method, place.partition("?")[0]:
            case "GET", "on-call":
                return {"schedules": self.schedules, "calendars": self.calendars}
            case "GET", "readiness":
                return {
                    "checked_at": self.checked_at and iso(self.checked_at),
                    "is_covered_tonight": self.is_covered_tonight,
                    "findings": self.findings,
                }
            case "GET", "responders":
                return {"responders": self.responders}
            case "POST", "responders":
                id, _, act = rest.partition("/")
                body = request.post_data_json if request else None
                assert body is not None
                return self._do(id, act, body)
        raise AssertionError(f"the page asked for {what}")

    def _do(self, id: str, act: str, body: Mapping[str, str]) -> object:
        person = next(one for one in self.responders if one["id"] == id)
        contact = next(one for one in person["contacts"] if one["channel"] == body["channel"])
        if act == "test-page":
            contact["tested_at"] = iso(self.now)
        else:
            assert act == "verify"
            assert body["code"] == CODE
            contact.update(verified_at=iso(self.now), is_verified=True)
        return {}

    def _send(
        self, route: Route, body: object, *, status: int = 200, kind: str = "application/json"
    ) -> None:
        route.fulfill(
            status=status,
            headers={"content-type": kind, "x-nightdesk-now": iso(self.now)},
            body=json.dumps(body),
        )


def a_problem(detail: str, *, status: int = 409) -> Json:
    """A refusal of the desk, as `chalicelib/web/problems.py` makes them."""
    return {"status": status, "detail": detail, "code": "Refused"}
