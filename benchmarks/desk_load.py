"""A full house: many open tickets, many agents whose pages ask as the page asks.

DynamoDB is Amazon's own DynamoDB Local, which tells the units each request took and judges
races as DynamoDB does; all else is the local cloud. Agents act one after the other, on a clock
that is moved: the times say what a request takes alone, not how requests wait for each other,
since each has a Lambda of its own.
"""

import json
import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from benchmarks.dynamodb_local import dynamodb_local, environment
from benchmarks.recording import SATURDAY_NIGHT
from chalicelib import wiring
from chalicelib.adapters.tables import TABLES, bound, forget
from chalicelib.domain.errors import NightdeskError
from chalicelib.domain.mention import Author, Mention
from chalicelib.domain.signal import Mood, Score, Signal, Topic, Urgency
from chalicelib.domain.ticket import AgentId, Ticket, TicketId, ticket_for
from infra.config import load as load_config
from infra.local.clock import SteppedClock
from infra.local.desk import LocalDesk
from infra.local.weekend import WEEKEND_CONFIG

EVERY = timedelta(seconds=5)
"""How often a page asks while somebody is at it (`static/rhythm.js`)."""

EVERY_THIRD = 3
"""Counts and incidents are asked for each so many times (`static/main.js`)."""

CLAIM_EACH = timedelta(minutes=2)
"""An agent takes the next ticket about so often; others' lists change by it."""

TEXTS = (
    "@norviarail the app shows my seat as sold twice and nobody at the station knows anything",
    "Third letter about my refund for the cancelled night train, still no answer from Norvia Rail",
    "@norviarail my mother's wheelchair place was given away, who do I talk to?",
    "Is Norvia Rail running on the coast line tonight? The board says one thing, the app another",
)


@dataclass
class _Heard:
    """What was asked and answered, by kind of request."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    units: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def measure(
    tickets: int = 10_000, agents: int = 50, minutes: int = 10, claims: int = 5_000
) -> dict[str, Any]:
    """Requests, how many of them were 304, units, times, and races won twice (none)."""
    units: list[tuple[str, float]] = []
    with _full_desk(tickets, units) as (desk, clock):
        races = _races(claims, tickets)
        heard = _Heard()
        _polled(desk, clock, heard, units, agents=agents, minutes=minutes)
    asked = sum(heard.statuses.values())
    return {
        "tickets": tickets,
        "agents": agents,
        "minutes": minutes,
        "requests": asked,
        "failed": sum(n for (_, status), n in heard.statuses.items() if status >= 400),
        "not_modified_share": round(
            sum(n for (_, status), n in heard.statuses.items() if status == 304) / asked, 3
        ),
        "by_request": {
            kind: {
                "requests": len(seconds),
                "not_modified": heard.statuses[kind, 304],
                "p50_ms": round(1000 * statistics.median(seconds), 1),
                "p99_ms": round(1000 * _percentile(seconds, 0.99), 1),
                "read_units_mean": round(statistics.fmean(heard.units[kind]), 1),
                "read_units_max": round(max(heard.units[kind]), 1),
            }
            for kind, seconds in sorted(heard.seconds.items())
        },
        "races": races,
    }


@contextmanager
def _full_desk(
    number: int, units: list[tuple[str, float]]
) -> Iterator[tuple[LocalDesk, SteppedClock]]:
    clock = SteppedClock(SATURDAY_NIGHT)
    config = load_config(WEEKEND_CONFIG, now=SATURDAY_NIGHT)
    with (
        dynamodb_local() as address,
        environment(
            AWS_ENDPOINT_URL_DYNAMODB=address,
            AWS_DEFAULT_REGION="us-east-1",
            AWS_ACCESS_KEY_ID="local",
            AWS_SECRET_ACCESS_KEY="local",
        ),
    ):
        forget()
        for name, model in TABLES.items():
            bound(model, f"nightdesk-local-{name}").create_table(wait=True)
        forget()
        with LocalDesk(config, clock=clock) as desk:
            _count_units(units)
            store = wiring.parts.tickets()
            for n in range(number):
                store.add(_ticket(n, now=SATURDAY_NIGHT))
            yield desk, clock
        forget()


def _count_units(units: list[tuple[str, float]]) -> None:
    """Ask DynamoDB for the units of each request, and note them."""
    client = bound(TABLES["conversations"], "nightdesk-local-conversations")._get_connection()
    events = client.connection.client.meta.events

    def ask(params: dict[str, Any], **_about: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def note(parsed: dict[str, Any], model: Any, **_about: Any) -> None:
        found = parsed.get("ConsumedCapacity") or []
        for one in found if isinstance(found, list) else [found]:
            units.append((model.name, float(one["CapacityUnits"])))

    for operation in ("Query", "GetItem", "BatchGetItem"):
        events.register(f"provide-client-params.dynamodb.{operation}", ask)
        events.register(f"after-call.dynamodb.{operation}", note)


def _ticket(n: int, *, now: datetime) -> Ticket:
    chance = random.Random(n)
    urgency = chance.choices((Urgency.WAKE, Urgency.SOON, Urgency.ANSWER), (1, 9, 90))[0]
    posted_at = now - timedelta(minutes=chance.uniform(1, 2_000))
    mention = Mention(
        platform="mastodon",
        platform_id=f"load{n}",
        source="replay-norvia",
        brand="norvia",
        text=f"{chance.choice(TEXTS)} ({n})",
        posted_at=posted_at,
        pulled_at=posted_at,
        author=Author(
            handle=f"customer{n}@social.example", name=f"Customer {n}", followers=n % 900
        ),
        url=f"https://social.example/@customer{n}/{n}",
        language="en",
        is_addressed=True,
    )
    score = Score(
        urgency=urgency,
        value=3.0,
        mood=Mood.NEGATIVE,
        mood_strength=0.6,
        topic=chance.choice((Topic.SERVICE, Topic.BILLING, Topic.DELIVERY, Topic.OUTAGE)),
        signals=(Signal("model", 3.0, "reads like a complaint that waits for an answer"),),
        language="en",
        scorer="benchmark",
    )
    return ticket_for(mention, score, incident_id=None, now=posted_at)


def _races(claims: int, tickets: int) -> dict[str, int]:
    """Eight threads claim the same tickets at once, each for somebody else."""
    rivals = 8
    rounds = min(claims // rivals, tickets // 2)
    holding, now = wiring.holding(), wiring.now()
    won: dict[TicketId, list[str]] = defaultdict(list)
    others: Counter[str] = Counter()

    def claim(id: TicketId, agent: str) -> None:
        try:
            holding.claim(id, AgentId(agent), now=now)
        except NightdeskError as error:
            others[type(error).__name__] += 1
        else:
            won[id].append(agent)

    with ThreadPoolExecutor(rivals) as threads:
        for n in range(rounds):
            id = TicketId(f"mastodon.load{tickets - 1 - n}")
            list(threads.map(claim, [id] * rivals, [f"racer{one}" for one in range(rivals)]))
    store = wiring.parts.tickets()
    kept = 0
    for id, winners in won.items():
        stored = store.get(id)
        kept += stored is not None and [stored.holder] == winners
    if kept != rounds or any(len(winners) != 1 for winners in won.values()):
        raise RuntimeError(f"of {rounds} tickets {kept} are stored as they were won: {dict(won)}")
    return {
        "claims": rounds * rivals,
        "tickets": rounds,
        "won_once": sum(len(winners) == 1 for winners in won.values()),
        "won_twice": sum(len(winners) > 1 for winners in won.values()),
        "stored_as_won": kept,
        "refused": sum(others.values()),
    }


def _polled(
    desk: LocalDesk,
    clock: SteppedClock,
    heard: _Heard,
    units: list[tuple[str, float]],
    *,
    agents: int,
    minutes: int,
) -> None:
    chance = random.Random(7)
    people = [f"agent{n}" for n in range(agents)]
    headers = {
        id: {"authorization": f"Bearer {desk.token(id, lifetime=timedelta(hours=12))}"}
        for id in people
    }
    tags: dict[tuple[str, str], str] = {}
    views = {id: "unclaimed" if n % 5 else "all" for n, id in enumerate(people)}
    next_claim = {id: clock.now() + chance.random() * CLAIM_EACH for id in people}
    seen: dict[str, list[str]] = {}

    def ask(id: str, kind: str, path: str, *, method: str = "GET", body: object = None) -> Any:
        asking = {"host": "127.0.0.1", **headers[id]}
        if method == "GET" and (tag := tags.get((id, path))):
            asking["if-none-match"] = tag
        if body is not None:
            asking["content-type"] = "application/json"
        units.clear()
        began = time.perf_counter()
        answer = desk.gateway.answer(
            method, path, headers=asking, body=b"" if body is None else json.dumps(body).encode()
        )
        heard.seconds[kind].append(time.perf_counter() - began)
        heard.units[kind].append(sum(one for _, one in units))
        status = int(answer["statusCode"])
        heard.statuses[kind, status] += 1
        if tag := {name.lower(): value for name, value in answer["headers"].items()}.get("etag"):
            tags[id, path] = tag
        return json.loads(answer["body"]) if status == 200 and answer["body"] else None

    for turn in range(int(timedelta(minutes=minutes) / EVERY)):
        for id in people:
            listed = ask(id, "a view", f"/api/v1/queue?view={views[id]}&limit=50")
            if listed:
                seen[id] = [card["id"] for card in listed["cards"] if not card["holder"]]
            if turn % EVERY_THIRD == 0:
                ask(id, "counts", "/api/v1/queue/counts")
                ask(id, "incidents", "/api/v1/incidents")
            if clock.now() >= next_claim[id] and seen.get(id):
                next_claim[id] = clock.now() + (0.5 + chance.random()) * CLAIM_EACH
                ticket = chance.choice(seen[id])
                ask(id, "a ticket", f"/api/v1/tickets/{ticket}")
                ask(id, "a claim", f"/api/v1/tickets/{ticket}/claim", method="POST", body={})
        clock.move_to(clock.now() + EVERY)


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
