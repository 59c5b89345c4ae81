"""What a world needs of the ground it stands on."""

from datetime import datetime, timedelta
from typing import Any, Protocol, Self

from chalicelib import ports
from chalicelib.domain.desk import Desk
from infra.local.http import Gateway
from infra.local.phones import Phones
from tests.smoke.account import Account
from tests.smoke.carrier import Mishaps
from tests.smoke.driving import Workers, WorldClock
from tests.smoke.post_office import PostOffice, Rooms

ALL_DAY = timedelta(hours=12)


class Stage(Protocol):
    """What a world needs of the ground it stands on."""

    name: str
    clock: WorldClock
    workers: Workers
    phones: Phones
    mishaps: Mishaps
    post_office: PostOffice
    rooms: Rooms
    account: Account
    gateway: Gateway

    def __enter__(self) -> Self: ...

    def __exit__(self, *about: object) -> None: ...

    def put_in_force(self, desk: Desk) -> None: ...

    def step_to(self, instant: datetime) -> None:
        """Let time pass, with all that happens by itself."""

    def skip_to(self, instant: datetime) -> None:
        """Let time pass with nothing at all happening: everything of ours stands still."""

    def settle(self) -> None:
        """Deliver what is waiting at this instant."""

    def cut_the_stream(self, *, is_cut: bool) -> None:
        """From now on records are (not) lost between storing and judging."""

    def restart(self) -> None:
        """Every worker starts anew, as after a deployment: what was only in memory is gone."""

    def invoke(self, name: str, event: dict[str, Any]) -> BaseException | None:
        """Let a function of `app.py` have an event; what it raised."""

    def deliver_reply(self, message: str) -> None:
        """What the topic of inbound SMS is given, as it stands."""

    def token(self, agent: str) -> str: ...

    def keep_secret(self, name: str, value: str) -> None:
        """As `nightdesk secret set` does."""

    def lose_public_address(self) -> None:
        """Nobody can say any more where our links lead."""

    def failures(self) -> list[str]:
        """Invocations that raised."""

    @property
    def mentions(self) -> ports.Mentions: ...

    @property
    def incidents(self) -> ports.Incidents: ...

    @property
    def pages(self) -> ports.Pages: ...

    @property
    def tickets(self) -> ports.Tickets: ...


def account_parts(account: Account) -> dict[str, Any]:
    """The parts of the wiring for which the account stands."""
    return dict.fromkeys(("sms_account", "email_account", "page_tally"), account)
