"""The app on the local cloud."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import boto3

from chalicelib import wiring
from chalicelib.channels.email import EmailChannel
from chalicelib.channels.webhook import WebhookChannel
from chalicelib.domain.desk import Desk
from chalicelib.ports import Scorer
from infra.config import Checked
from infra.credentials import store_secret
from infra.local.desk import STAGE, LocalDesk
from tests.smoke.account import Account
from tests.smoke.carrier import Mishaps
from tests.smoke.driving import Workers, WorldClock
from tests.smoke.post_office import HurriedHttp, PostOffice, Rooms
from tests.smoke.stages.ground import ALL_DAY, account_parts


class CloudStage:
    """`app.py` on moto, driven as Lambda drives it."""

    name = "cloud"

    def __init__(
        self, desk: Desk, *, starts_at: datetime, recording: Path, scorer: Scorer | None
    ) -> None:
        """`scorer` is None for the one that ships."""
        self.clock = WorldClock(starts_at)
        self.workers = Workers(self.clock)
        self.post_office, self.rooms = PostOffice(self.clock), Rooms(self.clock)
        self.local = LocalDesk(
            Checked(desk=desk, warnings=()),
            clock=self.clock,
            recording=recording,
            scorer=scorer,
        )
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with self._open as opening:
            opening.enter_context(self.local)
            opening.callback(self.rooms.close)
            self.phones, self.gateway = self.local.phones, self.local.gateway
            self.mishaps = Mishaps(self.local.cloud.sns, self.clock)
            self.account = Account(self.phones, self.post_office)
            self._given: dict[str, Any] = {
                **self.local.given,
                "email": EmailChannel(desks=wiring.parts.desks(), ses=self.post_office),
                "webhook": WebhookChannel(
                    secret=lambda name: wiring.parts.parameters().secret(name),
                    http=HurriedHttp(self.clock, self.rooms),
                    now=self.clock,
                ),
                **account_parts(self.account),
            }
            opening.enter_context(wiring.override(now=self.clock, **self._given))
            for function in self.local.cloud.functions.values():
                function.handler = self._run_by_workers(function.name, function.handler)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *about: object) -> None:
        self._open.close()

    def _run_by_workers(
        self, name: str, handler: Callable[[dict[str, Any], Any], Any]
    ) -> Callable[[dict[str, Any], Any], Any]:
        return lambda event, context: self.workers.run(name, lambda: handler(event, context))

    def put_in_force(self, desk: Desk) -> None:
        self.local.put_in_force(desk)
        self.phones.know(desk.responders, {})

    def step_to(self, instant: datetime) -> None:
        self.local.cloud.step_to(instant)

    def skip_to(self, instant: datetime) -> None:
        self.clock.move_to(instant)

    def settle(self) -> None:
        self.local.cloud.settle()

    def cut_the_stream(self, *, is_cut: bool) -> None:
        self.local.cloud.streams["triage_mentions"].is_cut = is_cut

    def restart(self) -> None:
        wiring.reset()
        wiring.warm.made.update(self._given)

    def deliver_reply(self, message: str) -> None:
        topic = self.local.cloud.stack.physical_ids["RepliesTopic"]
        boto3.client("sns").publish(TopicArn=topic, Message=message)
        self.settle()

    def invoke(self, name: str, event: dict[str, Any]) -> BaseException | None:
        error = self.local.cloud.functions[name].invoke(event).error
        self.settle()
        return error

    def token(self, agent: str) -> str:
        roles = ("agent", "lead") if agent == self.local.desk.lead else ("agent",)
        return self.local.token(agent, lifetime=ALL_DAY, roles=roles)

    def keep_secret(self, name: str, value: str) -> None:
        store_secret(name, value, stage=STAGE, ssm=boto3.client("ssm"))

    def lose_public_address(self) -> None:
        boto3.client("ssm").delete_parameter(Name=f"/nightdesk/{STAGE}/public-url")

    def failures(self) -> list[str]:
        return [f"{one.function} at {one.at}: {one.error}" for one in self.local.cloud.failures]

    mentions = property(lambda self: wiring.parts.mentions())
    incidents = property(lambda self: wiring.parts.incidents())
    pages = property(lambda self: wiring.parts.pages())
    tickets = property(lambda self: wiring.parts.tickets())
