"""The API under requests that nobody wrote: schemathesis against the local server.

`python -m tests.web.fuzz` runs long (`make fuzz`); `tests/web/test_fuzz.py` runs a short piece of
the same. Both speak to a desk in memory, on loopback, and nothing there is anybody's.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

import app as product
from chalicelib.domain.customer import Customer, Profile
from chalicelib.domain.ticket import AgentId, ReplyState, TicketState
from chalicelib.web.openapi import document
from infra.local.http import Server
from tests.builders import a_reply, mention_number
from tests.web.office import Office
from tests.web.oncall import OnCall

ROLES = ("agent", "lead", "finance", "admin")
PHASES = ("examples", "coverage", "fuzzing", "stateful")
SEED = 20261121
REPLY = "0b8e3a2e-5f0e-4c39-9d8b-0d3c6c5a1f11"
CARLA = Profile(platform="mastodon", handle="person0@social.example")
CONFIG = Path(__file__).with_name("schemathesis.toml")


class Unlimited:
    """Counts nobody: what is looked for lies behind the limits."""

    def hit(self, key: str, *, most: int, window: timedelta, now: datetime) -> bool:
        return True


@contextmanager
def served() -> Iterator[tuple[str, str]]:
    """A desk with something of everything on it; its address, and a token that opens all."""
    office = Office()
    office.limits = Unlimited()  # type: ignore[assignment]
    office.come_on_duty("gus", "mia")
    for number, held in enumerate((None, "gus", "gus", "mia")):
        office.add_ticket(
            mention_number(number),
            holder=AgentId(held) if held else None,
            state=TicketState.CLAIMED if held else TicketState.OPEN,
            replies=(a_reply(id=REPLY, by="mia", state=ReplyState.PROPOSED),)
            if number == 2
            else (),
        )
    office.customers.save(
        Customer(
            id=CARLA.key, profiles=(CARLA,), tickets=tuple(one.id for one in office.tickets.all())
        )
    )
    office.add_incident(loudness=3)
    office.accounts.run()
    office.index()
    with office.is_open(), OnCall(office).is_known():
        token = office.token("gus", roles=ROLES, lifetime=timedelta(days=1))
        with Server(product.app, port=0, local=lambda method, path, body: None) as server:
            yield server.address, token


def fuzz(*options: str, phases: Sequence[str], examples: int) -> tuple[int, str]:
    """Run schemathesis; its exit status and what it said."""
    with served() as (address, token), tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "openapi.json")
        told.write_bytes(msgspec.json.encode({**document(), "servers": [{"url": address}]}))
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG)),
            *("run", str(told), "--url", address),
            *("--header", f"Authorization: Bearer {token}"),
            *("--phases", ",".join(phases), "--max-examples", str(examples)),
            *("--seed", str(SEED), "--workers", "1", *options),
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    status, said = fuzz(phases=PHASES, examples=100)
    sys.stdout.write(said)
    sys.exit(status)
