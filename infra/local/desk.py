"""Nightdesk on the local cloud: the app of `app.py`, the deployed template, one configuration."""

import json
import logging
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sesv2.models import sesv2_backends

from chalicelib import wiring
from chalicelib.adapters.mentions import DynamoMentions
from chalicelib.adapters.meter import NAMESPACE, SERVICE, PowertoolsMeter
from chalicelib.adapters.metering.lambda_time import LambdaTime
from chalicelib.adapters.metering.tally import tally
from chalicelib.domain.desk import Desk, SecondReading
from chalicelib.ports import Pulled, Scorer
from chalicelib.settings import settings
from infra.apply import Stage, put_in_force
from infra.config import Checked
from infra.credentials import store_secret
from infra.deploy import make_keys, send_sms_as_transactional
from infra.local import stack
from infra.local.alarms import Measured
from infra.local.bill import PlayBill
from infra.local.clock import Clock
from infra.local.cloud import REGION, Cloud
from infra.local.http import Behind, Gateway
from infra.local.identity import SIGNED_IN_FOR, LocalIdentity, Person, people_of
from infra.local.mailboxes import Mailboxes
from infra.local.patching import environment
from infra.local.sms_account import SPEND_LIMIT_USD, sms_sandbox
from infra.local.sms_reports import SmsUsageReports

ROOT = Path(__file__).parents[2]
STAGE = "local"
AGENTS = (
    Person(id="mia", name="Mia", roles=("agent",)),
    Person(id="jonas", name="Jonas", roles=("agent",)),
    Person(id="finn", name="Finn", roles=("finance",)),
    Person(id="ada", name="Ada", roles=("admin",)),
)
"""Who works here besides those whom the configuration names."""

NOBODY = "http://127.0.0.1"
"""Where links in SMS lead while no server is up: a scenario opens them without a socket."""


class LocalDesk:
    """The whole product in this process, with its phones. Use as a context manager."""

    def __init__(
        self,
        config: Checked,
        *,
        clock: Clock,
        recording: Path | None = None,
        secrets: Mapping[str, str] | None = None,
        log: logging.Handler | None = None,
        has_receipts: bool = False,
        has_metric_alarms: bool = False,
        scorer: Scorer | None = None,
    ) -> None:
        """`recording` is what sources of the kind `replay` read, in the place of their own.

        `secrets` by name; `log` gets every record of the loggers `nightdesk.*`. With
        `has_receipts` the carrier tells what became of each SMS, with `has_metric_alarms` the
        alarms on our own metrics are played too. `scorer` judges in the place of the shipped one.
        """
        self.clock = clock
        self._config = config
        self._recording = recording
        self._secrets = secrets or {}
        self._log = log or logging.NullHandler()
        self._has_receipts = has_receipts
        self._has_metric_alarms = has_metric_alarms
        self._scorer = scorer
        self.identity = LocalIdentity(now=clock.now, people=self.people)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with self._open as opening:
            replies = Path(opening.enter_context(tempfile.TemporaryDirectory()), "replies.jsonl")
            self.desk = _reading(self._config.desk, self._recording, replies)
            # First, since importing it puts the handlers there that are replaced.
            from app import app

            opening.enter_context(_logging_to(self._log))
            self.cloud = opening.enter_context(
                Cloud(
                    app,
                    template=stack.read([ROOT / "infra/template.yaml", ROOT / "infra/alarms.yaml"]),
                    clock=self.clock,
                    replies_topic="RepliesTopic",
                    parameters={"Stage": STAGE},
                    timeouts=_timeouts(),
                    memory_mb=_memory_mb(),
                    has_receipts=self._has_receipts,
                    has_metric_alarms=self._has_metric_alarms,
                )
            )
            opening.enter_context(environment(_LOCAL))
            bill = PlayBill(
                self.cloud.observed,
                self.cloud.phones.taken,
                alarms=self.cloud.stack.alarm_metrics,
                clock=self.clock,
                region=REGION,
            )
            opening.enter_context(bill.open())
            opening.enter_context(sms_sandbox())
            self.mailboxes = Mailboxes(
                clock=self.clock, backend=sesv2_backends[DEFAULT_ACCOUNT_ID][REGION]
            )
            opening.enter_context(self.mailboxes.open())
            wiring.reset()
            opening.callback(wiring.reset)
            self.mentions = _CountedMentions(
                settings().mentions_table, retention_days=settings().retention_days
            )
            meter = _HeardMeter(stage=STAGE, measured=self.cloud.alarms.measured)
            self.given: dict[str, Any] = {
                "mentions": self.mentions,
                "meter": meter,
                # No process begins with an invocation here: all functions are in this one.
                "lambda_time": LambdaTime(since_start=lambda: 0.0),
                "key_sets": self.identity,
                "sessions": self.identity,
            }
            if self._scorer is not None:
                self.given["scorer"] = self._scorer
            opening.enter_context(wiring.override(now=self.clock, **self.given))
            with self.cloud.calls.paused():  # done from somebody's machine, before there is a desk
                self._furnish()
            self.gateway = Gateway(app, behind=self.behind_api)
            self.phones = self.cloud.phones
            self.phones.desk_number = self.desk.sms.origination_number or self.phones.desk_number
            self.phones.know(self.desk.responders, _roles(self.desk))
            self.cloud.calls.clear()
            tally.take()  # what it took to set this up is nobody's
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_about: object) -> None:
        self._open.close()

    @property
    def behind_api(self) -> Behind:
        return self.cloud.behind_api("api_handler")

    def people(self) -> tuple[Person, ...]:
        """Who can sign in here."""
        responders = [(str(one.id), one.name) for one in self.desk.responders]
        return people_of(responders, lead=str(self.desk.lead), others=AGENTS)

    def token(
        self,
        agent: str,
        name: str = "",
        *,
        roles: tuple[str, ...] = ("agent",),
        lifetime: timedelta = SIGNED_IN_FOR,
    ) -> str:
        """A token with which an agent signs in, whether the desk names them or not."""
        person = Person(id=agent, name=name or agent.title(), roles=roles)
        return self.identity.token(person, lifetime=lifetime)

    def publish_at(self, address: str) -> None:
        """Let links in SMS lead to `address`, and people sign in there. Before the first page:
        functions keep it a while."""
        pool = self.identity.pool(address)
        parameters = {
            "public-url": address,
            "sign-in": json.dumps(
                {
                    "issuer": pool.issuer,
                    "client_id": pool.client_id,
                    "keys": pool.keys_url,
                    "pages": pool.pages_url,
                }
            ),
        }
        for name, value in parameters.items():
            boto3.client("ssm").put_parameter(
                Name=f"/nightdesk/{STAGE}/{name}", Value=value, Type="String", Overwrite=True
            )

    def put_in_force(self, desk: Desk) -> None:
        """Another configuration from now on, as `nightdesk apply` does it."""
        self.desk = desk
        self.mailboxes.verify(desk.email.sender)
        self.mailboxes.know(desk.responders)
        topic = self.cloud.stack.physical_ids["NoticesTopic"]
        stage = Stage(
            desks=wiring.parts.desks(),
            sns=boto3.client("sns"),
            ssm=boto3.client("ssm"),
            notices_topic=topic,
            parameter_path=f"/nightdesk/{STAGE}",
        )
        put_in_force(Checked(desk=desk, warnings=()), stage, now=self.clock.now())

    def _furnish(self) -> None:
        """What `deploy`, `secret set` and `apply` do for a deployment."""
        session = boto3.session.Session()
        make_keys(session, STAGE)
        send_sms_as_transactional(session)
        boto3.client("sns").set_sms_attributes(attributes={"MonthlySpendLimit": SPEND_LIMIT_USD})
        ssm = boto3.client("ssm")
        for name, value in self._secrets.items():
            store_secret(name, value, stage=STAGE, ssm=ssm)
        self.publish_at(NOBODY)
        if bucket := self.desk.finance.sms_reports_bucket:
            self.cloud.carry(
                SmsUsageReports(
                    self.cloud.phones.taken,
                    clock=self.clock,
                    s3=session.client("s3"),
                    bucket=bucket,
                    prefix=self.desk.finance.sms_reports_prefix,
                    region=REGION,
                )
            )
        self.put_in_force(self.desk)


class _CountedMentions(DynamoMentions):
    """Knows how many mentions sources gave, and how many of them were new."""

    pulled = 0
    added = 0

    def add(self, pulled: Pulled, *, look_at: datetime | None = None) -> bool:
        is_new = super().add(pulled, look_at=look_at)
        self.pulled += 1
        self.added += is_new
        return is_new


class _HeardMeter(PowertoolsMeter):
    """Tells the alarms of the local cloud what is counted, as CloudWatch reads it in the log."""

    def __init__(self, *, stage: str, measured: Measured) -> None:
        super().__init__(stage=stage)
        self._measured = measured
        self._dimensions = {"service": SERVICE, "stage": stage}

    def count(self, name: str, amount: int = 1) -> None:
        super().count(name, amount)
        self._measured.count(NAMESPACE, name, self._dimensions, amount)


_DEEP = Path(__file__).resolve().parents[2] / "training" / "weights" / "deep"
_HAS_DEEP = (_DEEP / "card.json").exists() and find_spec("onnxruntime") is not None

_LOCAL = {
    "NIGHTDESK_TRUST_LOOPBACK": "1",
    "NIGHTDESK_DEEP_MODEL": str(_DEEP) if _HAS_DEEP else "",
    # Metrics are lines on stdout, which belongs to whoever watches.
    "POWERTOOLS_METRICS_DISABLED": "true",
}


def _reading(desk: Desk, recording: Path | None, replies: Path) -> Desk:
    """The desk with its replay sources reading `recording`, and writing answers to `replies`.

    With a recording it has no others: on a clock that runs fast, a real platform would be asked
    a day's worth of times in a minute. It has no second reader: nothing leaves this machine but
    what sources ask for.
    """
    sources = []
    for entry in desk.sources:
        if entry.kind == "replay":
            options: dict[str, Any] = {"replies_path": str(replies), **entry.options}
            if recording is not None:
                options["path"] = str(recording.resolve())
            entry = replace(entry, options=options)
        elif recording is not None:
            continue
        sources.append(entry)
    return replace(desk, sources=tuple(sources), second_reading=SecondReading())


def _timeouts() -> dict[str, timedelta]:
    return {name: timedelta(seconds=one) for name, one in _configured("lambda_timeout").items()}


def _memory_mb() -> dict[str, int]:
    return _configured("lambda_memory_size")


def _configured(what: str) -> dict[str, int]:
    config = json.loads((ROOT / ".chalice/config.json").read_text(encoding="utf-8"))
    functions = config["lambda_functions"].items()
    return {name: function[what] for name, function in functions if what in function}


def _roles(desk: Desk) -> dict[str, list[str]]:
    roles: dict[str, list[str]] = {}
    for role, id in (("fallback", desk.fallback), ("lead", desk.lead)):
        roles.setdefault(str(id), []).append(role)
    return roles


@contextmanager
def _logging_to(handler: logging.Handler) -> Iterator[None]:
    """While open, records of `nightdesk.*` go to `handler` and nowhere else.

    In Lambda they are JSON on stdout; here stdout belongs to whoever plays or watches.
    """
    logger = logging.getLogger("nightdesk")
    before, logger.handlers = logger.handlers, [handler]
    propagates, logger.propagate = logger.propagate, False
    try:
        yield
    finally:
        logger.handlers, logger.propagate = before, propagates
